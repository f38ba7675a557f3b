//! Errors to bytes and upstream bytes to errors, in the family's JSON shape.
//! Last station of everything that fails; must never let an upstream's address or key reach a client.

use std::borrow::Cow;
use std::num::NonZeroU16;

use serde_json::{Value, json};

use crate::canon::ErrorBody;
use crate::endpoint::{Endpoint, Family};
use crate::family::{anthropic_messages, gemini, openai_responses};
mod events;
mod mask;
mod wait;

pub use events::hidden_in_errors;
pub use wait::retry_delay_s;

/// How much of an upstream's error body is read, in bytes.
const MAX_ERROR_BYTES: usize = 64 * 1024;
/// How much of an upstream's message reaches a client, in characters.
const MAX_MESSAGE_CHARS: usize = 4096;

/// Words of error objects and the status that each means: an error inside a good answer has no status of its own. After
/// `OpenAI`'s error codes, Anthropic's errors page, `google.rpc.Code` and the exceptions of AWS's `ConverseStream`.
const WORDS: [(u16, &[&str]); 10] = [
    (
        400,
        &[
            "invalid_request_error",
            "invalid_prompt",
            "context_length_exceeded",
            "INVALID_ARGUMENT",
            "FAILED_PRECONDITION",
            "validationException",
        ],
    ),
    (
        401,
        &["authentication_error", "invalid_api_key", "UNAUTHENTICATED"],
    ),
    (402, &["billing_error"]),
    (403, &["permission_error", "PERMISSION_DENIED"]),
    (404, &["not_found_error", "model_not_found", "NOT_FOUND"]),
    (413, &["request_too_large"]),
    (
        429,
        &[
            "rate_limit_error",
            "rate_limit_exceeded",
            "insufficient_quota",
            "RESOURCE_EXHAUSTED",
            "throttlingException",
        ],
    ),
    (
        500,
        &[
            "api_error",
            "server_error",
            "INTERNAL",
            "internalServerException",
        ],
    ),
    (503, &["UNAVAILABLE", "serviceUnavailableException"]),
    (529, &["overloaded_error"]),
];

/// Anthropic's own status for an overload.
const OVERLOADED: u16 = 529;

/// Returns the status under which a client is told of an error: 529 is a word of one family alone, the others say 503.
pub fn client_status(endpoint: Option<Endpoint>, status: u16) -> u16 {
    let knows = endpoint.map(Endpoint::family) == Some(Family::AnthropicMessages);
    if status == OVERLOADED && !knows {
        503
    } else {
        status
    }
}

/// Returns the family's JSON error. Without an endpoint (the key or the routing refused) it has no `param`.
pub fn error_body(endpoint: Option<Endpoint>, error: &ErrorBody) -> Vec<u8> {
    error_body_of(endpoint, error, None)
}

/// The same with the request's id, for families that have a field for it.
pub fn error_body_of(
    endpoint: Option<Endpoint>,
    error: &ErrorBody,
    request_id: Option<&str>,
) -> Vec<u8> {
    let body = match endpoint.map(Endpoint::family) {
        Some(Family::AnthropicMessages) => anthropic_messages::error_value(error, request_id),
        Some(Family::Gemini) => gemini::client_reply::error_value(error),
        Some(_) => json!({
            "error": {
                "message": error.message,
                "type": error.kind,
                "param": error.param.as_deref().unwrap_or_default(),
                "code": error.code,
            }
        }),
        None => json!({
            "error": {
                "message": error.message,
                "type": error.kind,
                "code": error.code.as_deref().unwrap_or_default(),
            }
        }),
    };
    body.to_string().into_bytes()
}

/// Returns the error as one event of the endpoint's stream.
pub fn sse_error_event(endpoint: Endpoint, error: &ErrorBody) -> Vec<u8> {
    let mut event = match endpoint.family() {
        Family::AnthropicMessages => b"event: error\ndata: ".to_vec(),
        Family::OpenaiResponses => return openai_responses::client_reply::error_event(error),
        _ => b"data: ".to_vec(),
    };
    event.extend_from_slice(&error_body(Some(endpoint), error));
    event.extend_from_slice(b"\n\n");
    event
}

/// Turns an upstream's error answer into ours: its error object is copied, addresses and keys are masked.
/// A body without a readable error gives code `bad_response_status_code`.
pub fn upstream_error(status: u16, body: &[u8]) -> ErrorBody {
    let body = body.get(..MAX_ERROR_BYTES).unwrap_or(body);
    let document = serde_json::from_slice::<Value>(body).ok();
    let found = document
        .as_ref()
        .and_then(|document| from_document(status, document));
    found.unwrap_or_else(|| ErrorBody {
        status,
        message: format!("bad response status code {status}"),
        kind: "upstream_error".into(),
        code: Some("bad_response_status_code".into()),
        param: None,
        wait_s: None,
    })
}

/// Returns the error in the bytes of an error value (`{"message":..}` or a string), as inside a 200 answer.
pub(crate) fn error_in_reply(value: &[u8]) -> Option<ErrorBody> {
    let value = serde_json::from_slice::<Value>(value.get(..MAX_ERROR_BYTES).unwrap_or(value));
    let value = value.unwrap_or(Value::Bool(true));
    match &value {
        Value::Object(fields) => Some(from_object(status_in(fields), fields)),
        Value::String(text) if !text.is_empty() => Some(plain(502, text)),
        Value::Bool(true) => Some(plain(502, "upstream reported an error")),
        _ => None,
    }
}

/// Returns the status that an error object means: as a number (Gemini's `code`), or by one of its words.
fn status_in(fields: &serde_json::Map<String, Value>) -> u16 {
    let texts = ["code", "status", "type"].map(|name| fields.get(name).and_then(text_of));
    let texts = || texts.iter().flatten();
    let number = texts().find_map(|text| {
        let number = text.parse::<u16>().ok()?;
        (400..=599).contains(&number).then_some(number)
    });
    let meaning = |text: &String| {
        let found = WORDS
            .iter()
            .find(|(_, words)| words.contains(&text.as_str()));
        found.map(|(status, _)| *status)
    };
    number.or_else(|| texts().find_map(meaning)).unwrap_or(502)
}

fn from_document(status: u16, document: &Value) -> Option<ErrorBody> {
    let document = match document {
        Value::Array(items) => items.first()?,
        other => other,
    };
    let fields = document.as_object()?;
    match fields.get("error") {
        Some(Value::Object(error)) => return Some(from_object(status, error)),
        Some(Value::String(text)) if !text.is_empty() => return Some(plain(status, text)),
        _ => {}
    }
    // Cloudflare lists its errors.
    if let Some(Value::Object(error)) = fields.get("errors").and_then(|all| all.get(0)) {
        return Some(from_object(status, error));
    }
    let speaks = ["message", "detail", "msg", "error_msg"];
    speaks
        .iter()
        .any(|name| fields.contains_key(*name))
        .then(|| from_object(status, fields))
}

fn from_object(status: u16, fields: &serde_json::Map<String, Value>) -> ErrorBody {
    let named = |name: &str| fields.get(name).and_then(text_of);
    let message = ["message", "detail", "msg", "error_msg"]
        .into_iter()
        .find_map(named);
    let message = message.unwrap_or_else(|| format!("bad response status code {status}"));
    // An event of the type `error` does not say of which kind it is.
    let kind = named("type").filter(|kind| !kind.is_empty() && kind != "error");
    ErrorBody {
        status,
        message: visible(&message),
        kind: kind.map_or(Cow::Borrowed("upstream_error"), |kind| {
            visible(&kind).into()
        }),
        // Gemini's `code` only repeats the HTTP status; its `status` says what happened (`RESOURCE_EXHAUSTED`).
        code: named("status")
            .filter(|word| {
                !word.is_empty()
                    && word
                        .bytes()
                        .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
            })
            .or_else(|| named("code"))
            .map(|code| visible(&code).into()),
        wait_s: wait::of_error(fields).and_then(short),
        param: named("param")
            .filter(|param| !param.is_empty())
            .map(|param| visible(&param)),
    }
}

fn short(wait_s: u32) -> Option<NonZeroU16> {
    NonZeroU16::new(u16::try_from(wait_s).unwrap_or(u16::MAX))
}

fn plain(status: u16, message: &str) -> ErrorBody {
    ErrorBody {
        status,
        message: visible(message),
        kind: "upstream_error".into(),
        code: Some("bad_response_status_code".into()),
        param: None,
        wait_s: None,
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(_) | Value::Array(_) => Some(value.to_string()),
        Value::Null | Value::Bool(_) => None,
    }
}

fn visible(text: &str) -> String {
    let short: String = text.chars().take(MAX_MESSAGE_CHARS).collect();
    mask::mask(&short)
}
