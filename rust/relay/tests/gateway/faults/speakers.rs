//! Clients of each family: their calls, and what they read in an answer, a stream and an error.
//!
//! Shapes after the families' public API references; an answer that another client of the family could not read is wrong here.

use serde_json::{Value, json};

use super::providers::Provider;
use crate::support::Answer;

/// A client of one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speaker {
    Chat,
    Completions,
    Messages,
    Gemini,
    Responses,
}

/// What a client has read of an answer.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) text: String,
    /// The family's word for why it ended.
    pub(super) stop: Option<String>,
    /// The family's end mark came.
    pub(super) is_over: bool,
    /// The error that came inside, which nothing may follow.
    pub(super) error: Option<Value>,
    /// What no client of the family could read.
    pub(super) wrong: Vec<String>,
}

impl Speaker {
    pub(super) const ALL: [Self; 5] = [
        Self::Chat,
        Self::Completions,
        Self::Messages,
        Self::Gemini,
        Self::Responses,
    ];

    /// Whether the provider's bytes pass to this client as they are.
    pub(super) fn passes(self, provider: Provider) -> bool {
        matches!(
            (self, provider),
            (Self::Chat | Self::Completions, Provider::Chat)
                | (Self::Messages, Provider::Claude)
                | (Self::Gemini, Provider::Gemini)
                | (Self::Responses, Provider::Responses)
        )
    }

    /// Returns path and body of a call.
    pub(super) fn call(self, model: &str, is_stream: bool) -> (String, String) {
        let messages = json!([{"role": "user", "content": "Say hello."}]);
        let options = is_stream.then(|| json!({"include_usage": true}));
        let (path, mut body) = match self {
            Self::Chat => (
                "/v1/chat/completions",
                json!({"model": model, "messages": messages, "stream_options": options}),
            ),
            Self::Completions => (
                "/v1/completions",
                json!({"model": model, "prompt": "Say hello.", "stream_options": options}),
            ),
            Self::Messages => (
                "/v1/messages",
                json!({"model": model, "max_tokens": 9, "messages": messages}),
            ),
            Self::Responses => (
                "/v1/responses",
                json!({"model": model, "input": "Say hello."}),
            ),
            Self::Gemini => {
                let action = if is_stream {
                    "streamGenerateContent?alt=sse"
                } else {
                    "generateContent"
                };
                let body =
                    json!({"contents": [{"role": "user", "parts": [{"text": "Say hello."}]}]});
                return (format!("/v1beta/models/{model}:{action}"), body.to_string());
            }
        };
        if is_stream {
            body["stream"] = json!(true);
        } else if let Some(fields) = body.as_object_mut() {
            fields.remove("stream_options");
        }
        (path.to_owned(), body.to_string())
    }

    /// Returns the status that a client sees for a provider's: 529 is a word of Anthropic's alone (its errors page), the
    /// others say 503 for the same.
    pub(super) const fn status_seen(self, status: u16) -> u16 {
        match (self, status) {
            (Self::Messages, status) => status,
            (_, 529) => 503,
            (_, status) => status,
        }
    }

    /// Reads an error answer; returns its message.
    pub(super) fn refusal(self, answer: &Answer, wrong: &mut Vec<String>) -> String {
        let kind = header(answer, "content-type");
        if kind != "application/json" {
            wrong.push(format!("an error of type {kind}"));
        }
        let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
            wrong.push("an error that is not JSON".to_owned());
            return String::new();
        };
        let id = header(answer, "x-oneapi-request-id");
        let own = match self {
            Self::Messages => "request-id",
            Self::Gemini => "x-oneapi-request-id",
            _ => "x-request-id",
        };
        if id.len() != 32 || header(answer, own) != id {
            wrong.push(format!(
                "request ids {id:?} and {own} {:?}",
                header(answer, own)
            ));
        }
        if self == Self::Messages && body["request_id"] != id {
            wrong.push(format!("the body's request_id {}", body["request_id"]));
        }
        self.error(&body, Some(answer.status), wrong);
        body["error"]["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Checks an error object; without a status it came inside a stream.
    fn error(self, body: &Value, status: Option<u16>, wrong: &mut Vec<String>) {
        let error = &body["error"];
        let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        let is_optional =
            |value: Option<&Value>| value.is_some_and(|value| value.is_null() || value.is_string());
        let is_right = is_text(&error["message"])
            && match self {
                // platform.openai.com/docs/api-reference/streaming: message and type are texts, param and code texts or null.
                Self::Chat | Self::Completions | Self::Responses => {
                    is_text(&error["type"])
                        && is_optional(error.get("param"))
                        && is_optional(error.get("code"))
                }
                // docs.claude.com/en/api/errors: a closed list of types, one a status.
                Self::Messages => {
                    let word = error["type"].as_str().unwrap_or_default();
                    body["type"] == "error"
                        && status.map_or(is_claude_word(word), |status| word == claude_word(status))
                }
                // google.rpc.Status as Google's HTTP mapping writes it.
                Self::Gemini => {
                    let code = error["code"].as_u64();
                    let code = code.and_then(|code| u16::try_from(code).ok());
                    code.is_some_and(|code| {
                        error["status"] == google_word(code)
                            && status.is_none_or(|status| status == code)
                    })
                }
            };
        if !is_right {
            wrong.push(format!("not an error of the family's: {body}"));
        }
    }

    /// Reads a whole answer.
    pub(super) fn whole(self, answer: &Answer) -> Heard {
        let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
            let wrong = vec![format!("not JSON: {:?}", answer.body)];
            return Heard {
                wrong,
                ..Heard::default()
            };
        };
        let mut heard = Heard::default();
        self.piece(&body, &mut heard);
        let (text, stop) = match self {
            Self::Chat => ("/choices/0/message/content", "/choices/0/finish_reason"),
            Self::Completions => ("/choices/0/text", "/choices/0/finish_reason"),
            Self::Messages => ("/content/0/text", "/stop_reason"),
            Self::Gemini => (
                "/candidates/0/content/parts/0/text",
                "/candidates/0/finishReason",
            ),
            Self::Responses => ("/output/0/content/0/text", "/status"),
        };
        let at = |path: &str| {
            body.pointer(path)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        heard.text = at(text).unwrap_or_default();
        heard.stop = at(stop);
        heard.is_over = heard.stop.is_some();
        heard
    }

    /// Reads a stream.
    pub(super) fn stream(self, body: &[u8]) -> Heard {
        let mut heard = Heard::default();
        let text = String::from_utf8_lossy(body).replace("\r\n", "\n");
        for block in text.split("\n\n").filter(|block| !block.is_empty()) {
            self.block(block, &mut heard);
        }
        heard
    }

    fn block(self, block: &str, heard: &mut Heard) {
        let field = |name: &str| {
            let lines = block.lines().filter_map(|line| line.strip_prefix(name));
            lines.map(str::trim).next()
        };
        let Some(data) = field("data:") else {
            if !block.starts_with(':') {
                heard.wrong.push(format!("not an event: {block:?}"));
            }
            return;
        };
        // The family writes an error twice: `error` and then `response.failed`.
        let repeats = self == Self::Responses && data.contains("response.failed");
        if heard.error.is_some() && !repeats {
            heard.wrong.push(format!("behind the error: {data}"));
        }
        if data == "[DONE]" {
            heard.is_over = true;
            return;
        }
        let Ok(value) = serde_json::from_str::<Value>(data) else {
            heard.wrong.push(format!("not JSON: {data}"));
            return;
        };
        if matches!(self, Self::Messages | Self::Responses)
            && field("event:") != value["type"].as_str()
        {
            heard
                .wrong
                .push(format!("an event without its name: {block:?}"));
        }
        self.piece(&value, heard);
    }

    /// Takes what one event says.
    fn piece(self, value: &Value, heard: &mut Heard) {
        let is_failed = self == Self::Responses && value["type"] == "response.failed";
        if is_failed {
            let error = &value["response"]["error"];
            if !(error["code"].is_string() && error["message"].is_string()) {
                heard
                    .wrong
                    .push(format!("a failure without its reason: {value}"));
            }
            heard.error.get_or_insert_with(|| value.clone());
            return;
        }
        if !value["error"].is_null() || value["type"] == "error" {
            self.error(value, None, &mut heard.wrong);
            heard.error = Some(value.clone());
            return;
        }
        let at = |path: &str| value.pointer(path).and_then(Value::as_str);
        let (text, stop) = match self {
            Self::Chat => (
                at("/choices/0/delta/content"),
                at("/choices/0/finish_reason"),
            ),
            Self::Completions => (at("/choices/0/text"), at("/choices/0/finish_reason")),
            Self::Messages => (at("/delta/text"), at("/delta/stop_reason")),
            Self::Gemini => (
                at("/candidates/0/content/parts/0/text"),
                at("/candidates/0/finishReason"),
            ),
            Self::Responses => (
                at("/delta"),
                at("/response/status").filter(|status| *status != "in_progress"),
            ),
        };
        heard.text.push_str(text.unwrap_or_default());
        if let Some(stop) = stop {
            heard.stop = Some(stop.to_owned());
        }
        heard.is_over |= match self {
            Self::Chat | Self::Completions => false,
            Self::Messages => value["type"] == "message_stop",
            Self::Gemini | Self::Responses => heard.stop.is_some(),
        };
    }

    /// Returns the family's word for an answer that came to its end, or to its limit.
    pub(super) const fn stop_word(self, is_cut: bool) -> &'static str {
        match (self, is_cut) {
            (Self::Chat | Self::Completions, false) => "stop",
            (Self::Chat | Self::Completions, true) => "length",
            (Self::Messages, false) => "end_turn",
            (Self::Messages, true) => "max_tokens",
            (Self::Gemini, false) => "STOP",
            (Self::Gemini, true) => "MAX_TOKENS",
            (Self::Responses, false) => "completed",
            (Self::Responses, true) => "incomplete",
        }
    }
}

fn is_claude_word(word: &str) -> bool {
    let statuses = [400, 401, 403, 404, 408, 413, 429, 500, 529];
    statuses.iter().any(|status| claude_word(*status) == word)
}

/// Returns a header's text; empty when it is not there.
pub(super) fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let value = answer.headers.get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Returns Anthropic's word for a status; other 4xx are invalid requests as well (its errors page).
pub(super) fn claude_word(status: u16) -> &'static str {
    match status {
        400 | 405 => "invalid_request_error",
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        408 | 504 => "timeout_error",
        503 | 529 => "overloaded_error",
        _ => "api_error",
    }
}

/// Returns Google's word for a status (`google.rpc.Code`).
pub(super) fn google_word(status: u16) -> &'static str {
    match status {
        400 | 405 | 413 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        502 | 503 | 529 => "UNAVAILABLE",
        408 | 504 => "DEADLINE_EXCEEDED",
        _ => "INTERNAL",
    }
}
