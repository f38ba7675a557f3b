//! Scripted providers: a good answer and every fault, in the words of each family that is called.
//!
//! Shapes after the providers' public documentation: `OpenAI`'s error codes and streaming pages, Anthropic's errors page
//! (`docs.claude.com/en/api/errors`), Google's `google.rpc.Status`, AWS's `ConverseStream` page, Cohere's and Ollama's API pages.

use bytes::Bytes;
use serde_json::{Value, json};

use super::panics::TRAP_COLUMN;
use super::speakers::{Speaker, claude_word, google_word};
use crate::support::{Reply, ReplyBody, channel};

/// What a provider says of itself; none of it but the first two words may reach a client.
pub(super) const SAID: &str = "told so by https://api.secret-host.example.com/v1?key=9 at 10.9.8.7:443 for sk-upstream-1234567";
/// What must never be seen outside.
pub(super) const SECRETS: [&str; 5] = [
    "secret-host",
    "10.9.8.7",
    "sk-upstream",
    "127.0.0.1",
    "upstream-cookie",
];

/// A family of providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Provider {
    Chat,
    Claude,
    Gemini,
    Responses,
    Converse,
    Cohere,
    Ollama,
}

/// A piece of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// What a family says before any content.
    Open,
    /// The text `Hello`.
    Text,
    /// The end: the reason, a usage of 10 and 5, the end mark.
    Last,
    /// The same, because the limit was reached.
    Cut,
    Error,
    /// An event that is not JSON.
    Malformed,
    /// The connection breaks.
    Break,
    /// Nothing more comes, and the connection stays open.
    Silence,
}

/// What a provider does with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Status(u16),
    /// No head ever comes.
    Hang,
    /// The connection is closed without a head.
    Drop,
    /// A stream of these.
    Stream(Vec<Piece>),
    /// A whole good answer.
    Whole,
    /// A whole answer that the limit cut.
    WholeCut,
    /// An error object in a good answer.
    ErrorInside,
    /// A page of somebody else's, with status 200.
    Page,
    /// Nothing, with status 200.
    Empty,
    /// A head and half a body, then the connection breaks.
    Half,
    /// What the trap of `panics` waits for.
    Trap,
}

impl Act {
    /// Reads a table's words: `status 400`, `drop`, `of OPEN TEXT`.
    pub(super) fn read(words: &str) -> Self {
        match words.split_once(' ') {
            Some(("status", status)) => Self::Status(status.parse().expect("a status")),
            Some(("of", pieces)) => {
                let pieces = pieces.split(' ').filter(|word| *word != "NOTHING");
                Self::Stream(pieces.map(Piece::read).collect())
            }
            _ => match words {
                "good" => Self::Whole,
                "cut" => Self::WholeCut,
                "error" => Self::ErrorInside,
                "page" => Self::Page,
                "empty" => Self::Empty,
                "half" => Self::Half,
                "drop" => Self::Drop,
                "hang" => Self::Hang,
                other => panic!("no act: {other}"),
            },
        }
    }
}

impl Piece {
    fn read(word: &str) -> Self {
        match word {
            "OPEN" => Self::Open,
            "TEXT" => Self::Text,
            "LAST" => Self::Last,
            "CUT" => Self::Cut,
            "ERROR" => Self::Error,
            "MALFORMED" => Self::Malformed,
            "BREAK" => Self::Break,
            "SILENCE" => Self::Silence,
            other => panic!("no piece: {other}"),
        }
    }
}

const SSE: &str = "text/event-stream";

impl Provider {
    /// Returns a channel of this family that serves these models.
    pub(super) fn channel(self, url: &str, models: &[String]) -> Value {
        let (channel_type, key) = match self {
            // A vendor of chat completions only, so that other clients are translated.
            Self::Chat => (68, "sk-upstream-1234567"),
            Self::Claude => (14, "sk-upstream-1234567"),
            Self::Gemini => (24, "sk-upstream-1234567"),
            // The one type that serves nothing but responses.
            Self::Responses => (
                57,
                r#"{"access_token":"sk-upstream-1234567","account_id":"a"}"#,
            ),
            Self::Converse => (33, "sk-upstream-1234567|us-east-1"),
            Self::Cohere => (34, "sk-upstream-1234567"),
            Self::Ollama => (4, "sk-upstream-1234567"),
        };
        let mut row = channel(1, url);
        row["type"] = json!(channel_type);
        row["keys"] = json!([key]);
        row["models"] = json!(models);
        row
    }

    /// Returns the family that a client's call is answered in: Ollama's servers have responses of their own.
    pub(super) fn asked_by(self, speaker: Speaker) -> Self {
        match (self, speaker) {
            (Self::Ollama, Speaker::Responses) => Self::Responses,
            _ => self,
        }
    }

    /// Returns the status that an error object of this family means, where the object says one.
    pub(super) const fn status_of_error(self, is_event: bool) -> u16 {
        match self {
            Self::Chat | Self::Responses => 500,
            Self::Claude => 529,
            Self::Gemini => 503,
            Self::Converse if is_event => 503,
            Self::Converse | Self::Cohere | Self::Ollama => 502,
        }
    }

    /// Whether a stream states its prompt before its first text.
    pub(super) const fn states_prompt_early(self) -> bool {
        matches!(self, Self::Claude | Self::Gemini)
    }

    /// Does what the act says; `is_legacy` is a call of `/v1/completions`.
    pub(super) fn play(self, act: Act, is_legacy: bool) -> Reply {
        let mut reply = match act {
            Act::Status(status) => {
                let mut reply = Reply::with(status, "application/json", self.error_body(status));
                reply.headers.push(("retry-after", "7".to_owned()));
                reply
            }
            Act::Hang => Reply::hang(),
            Act::Drop => Reply {
                body: ReplyBody::Dropped,
                ..Reply::hang()
            },
            Act::Stream(pieces) => self.stream(pieces, is_legacy),
            Act::Whole => Reply::json(self.whole(is_legacy, false).to_string()),
            Act::WholeCut => Reply::json(self.whole(is_legacy, true).to_string()),
            Act::ErrorInside => Reply::json(self.error_inside()),
            Act::Page => Reply::with(200, "text/html", format!("<html>{SAID}</html>")),
            Act::Empty => Reply::json(""),
            Act::Trap => Reply::json([&" ".repeat(TRAP_COLUMN), "x"].concat()),
            Act::Half => half(&self.whole(is_legacy, false)),
        };
        reply
            .headers
            .push(("set-cookie", "upstream-cookie=1".to_owned()));
        reply
    }

    fn error_body(self, status: u16) -> String {
        let body = match self {
            Self::Chat | Self::Responses => json!({"error":
                {"message": SAID, "type": "some_error", "param": "messages", "code": "some_code"}}),
            Self::Claude => json!({"type": "error", "request_id": "req_upstream",
                "error": {"type": claude_word(status), "message": SAID}}),
            Self::Gemini => {
                json!({"error": {"code": status, "message": SAID, "status": google_word(status)}})
            }
            Self::Converse | Self::Cohere => json!({ "message": SAID }),
            Self::Ollama => json!({ "error": SAID }),
        };
        body.to_string()
    }

    fn error_inside(self) -> String {
        let body = match self {
            Self::Chat | Self::Responses => {
                json!({"error": {"message": SAID, "type": "server_error", "param": null, "code": "server_error"}})
            }
            Self::Claude => claude_error(),
            Self::Gemini => gemini_error(),
            Self::Converse => json!({ "message": SAID }),
            Self::Cohere | Self::Ollama => json!({ "error": SAID }),
        };
        body.to_string()
    }

    fn whole(self, is_legacy: bool, is_cut: bool) -> Value {
        let word = |whole: &'static str, cut: &'static str| if is_cut { cut } else { whole };
        match self {
            Self::Chat => {
                let stop = word("stop", "length");
                let choice = if is_legacy {
                    json!({"index": 0, "text": "Hello", "logprobs": null, "finish_reason": stop})
                } else {
                    json!({"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": stop})
                };
                json!({"id": "c", "object": chat_object(is_legacy), "created": 1, "model": "m", "choices": [choice],
                    "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}})
            }
            Self::Claude => json!({"id": "r", "type": "message", "role": "assistant", "model": "m",
                "content": [{"type": "text", "text": "Hello"}], "stop_reason": word("end_turn", "max_tokens"),
                "stop_sequence": null, "usage": {"input_tokens": 10, "output_tokens": 5}}),
            Self::Gemini => gemini_piece("Hello", Some(word("STOP", "MAX_TOKENS"))),
            Self::Responses => response(is_cut, true),
            Self::Converse => {
                json!({"output": {"message": {"role": "assistant", "content": [{"text": "Hello"}]}},
                "stopReason": word("end_turn", "max_tokens"), "usage": {"inputTokens": 10, "outputTokens": 5}})
            }
            Self::Cohere => json!({"id": "r", "finish_reason": word("COMPLETE", "MAX_TOKENS"),
                "message": {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]},
                "usage": {"billed_units": {"input_tokens": 10, "output_tokens": 5}}}),
            Self::Ollama => ollama_last("Hello", word("stop", "length")),
        }
    }

    fn stream(self, pieces: Vec<Piece>, is_legacy: bool) -> Reply {
        let (feed, mut reply) = Reply::events();
        let kind = match self {
            Self::Converse => "application/vnd.amazon.eventstream",
            Self::Ollama => "application/x-ndjson",
            _ => SSE,
        };
        reply.headers = vec![("content-type", kind.to_owned())];
        tokio::spawn(async move {
            for piece in pieces {
                let sent = match piece {
                    Piece::Break => Err(std::io::ErrorKind::ConnectionReset.into()),
                    Piece::Silence => return feed.closed().await,
                    said => Ok(self.piece(said, is_legacy)),
                };
                if feed.send(sent).await.is_err() {
                    return;
                }
            }
        });
        reply
    }

    fn piece(self, piece: Piece, is_legacy: bool) -> Bytes {
        let bytes = match self {
            Self::Chat => chat_piece(piece, is_legacy),
            Self::Claude => claude_piece(piece),
            Self::Gemini => data(&match piece {
                Piece::Open => gemini_piece("", None),
                Piece::Text => gemini_piece("Hello", None),
                Piece::Last => gemini_piece("", Some("STOP")),
                Piece::Cut => gemini_piece("", Some("MAX_TOKENS")),
                Piece::Error => gemini_error(),
                _ => return Bytes::from_static(b"data: {\"broken\n\n"),
            }),
            Self::Responses => responses_piece(piece),
            Self::Converse => return Bytes::from(converse_piece(piece)),
            Self::Cohere => cohere_piece(piece),
            Self::Ollama => ollama_piece(piece),
        };
        Bytes::from(bytes)
    }
}

/// A head that promises more than comes.
fn half(body: &Value) -> Reply {
    let text = body.to_string();
    let (feed, mut reply) = Reply::events();
    let length = text.len().to_string();
    reply.headers = vec![
        ("content-type", "application/json".to_owned()),
        ("content-length", length),
    ];
    tokio::spawn(async move {
        let (begun, _) = text.split_at(text.len() / 2);
        let begun = Bytes::copy_from_slice(begun.as_bytes());
        if feed.send(Ok(begun)).await.is_ok() {
            let broken = Err(std::io::ErrorKind::ConnectionReset.into());
            drop(feed.send(broken).await);
        }
    });
    reply
}

fn data(value: &Value) -> String {
    format!("data: {value}\n\n")
}

/// An event whose name is its type.
fn event(value: &Value) -> String {
    let name = value["type"].as_str().expect("a type");
    format!("event: {name}\ndata: {value}\n\n")
}

const fn chat_object(is_legacy: bool) -> &'static str {
    if is_legacy {
        "text_completion"
    } else {
        "chat.completion"
    }
}

fn chat_piece(piece: Piece, is_legacy: bool) -> String {
    let chunk = |text: Option<&str>, stop: Option<&str>| {
        let choice = if is_legacy {
            json!({"index": 0, "text": text.unwrap_or_default(), "logprobs": null, "finish_reason": stop})
        } else {
            let delta = text.map_or_else(
                || json!({}),
                |text| json!({"role": "assistant", "content": text}),
            );
            json!({"index": 0, "delta": delta, "finish_reason": stop})
        };
        let object = if is_legacy {
            "text_completion"
        } else {
            "chat.completion.chunk"
        };
        data(&json!({"id": "c", "object": object, "created": 1, "model": "m", "choices": [choice]}))
    };
    let end = |word| {
        let usage = json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}});
        [
            chunk(None, Some(word)),
            data(&usage),
            "data: [DONE]\n\n".to_owned(),
        ]
        .concat()
    };
    match piece {
        Piece::Open => chunk(Some(""), None),
        Piece::Text => chunk(Some("Hello"), None),
        Piece::Last => end("stop"),
        Piece::Cut => end("length"),
        Piece::Error => data(
            &json!({"error": {"message": SAID, "type": "server_error", "param": null, "code": null}}),
        ),
        _ => "data: {\"broken\n\n".to_owned(),
    }
}

fn claude_error() -> Value {
    json!({"type": "error", "error": {"type": "overloaded_error", "message": SAID}})
}

fn claude_piece(piece: Piece) -> String {
    let end = |word| {
        [
            event(&json!({"type": "content_block_stop", "index": 0})),
            event(
                &json!({"type": "message_delta", "delta": {"stop_reason": word, "stop_sequence": null},
                "usage": {"output_tokens": 5}}),
            ),
            event(&json!({"type": "message_stop"})),
        ]
        .concat()
    };
    match piece {
        Piece::Open => {
            let message = json!({"id": "r", "type": "message", "role": "assistant", "model": "m", "content": [],
                "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 10, "output_tokens": 1}});
            event(&json!({"type": "message_start", "message": message}))
        }
        Piece::Text => [
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}}),
        ]
        .iter()
        .map(event)
        .collect(),
        Piece::Last => end("end_turn"),
        Piece::Cut => end("max_tokens"),
        Piece::Error => event(&claude_error()),
        _ => "event: content_block_delta\ndata: {\"type\":\"content_block\n\n".to_owned(),
    }
}

fn gemini_error() -> Value {
    json!({"error": {"code": 503, "message": SAID, "status": "UNAVAILABLE"}})
}

fn gemini_piece(text: &str, stop: Option<&str>) -> Value {
    let mut candidate =
        json!({"index": 0, "content": {"role": "model", "parts": [{"text": text}]}});
    let mut usage = json!({"promptTokenCount": 10, "totalTokenCount": 10});
    if let Some(stop) = stop {
        candidate["finishReason"] = json!(stop);
        usage = json!({"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15});
    }
    json!({"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m", "responseId": "r"})
}

fn response(is_cut: bool, is_whole: bool) -> Value {
    let status = if is_cut { "incomplete" } else { "completed" };
    let mut response = json!({"id": "resp_1", "object": "response", "created_at": 1, "model": "m",
        "status": "in_progress", "error": null, "incomplete_details": null, "output": [], "usage": null,
        "parallel_tool_calls": true, "tool_choice": "auto", "tools": []});
    if is_whole {
        response["status"] = json!(status);
        response["output"] = json!([{"id": "msg_1", "type": "message", "role": "assistant", "status": status,
            "content": [{"type": "output_text", "text": "Hello", "annotations": []}]}]);
        response["usage"] = json!({"input_tokens": 10, "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 5, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 15});
    }
    if is_cut {
        response["incomplete_details"] = json!({"reason": "max_output_tokens"});
    }
    response
}

fn responses_piece(piece: Piece) -> String {
    let numbered = |number: u32, mut value: Value| {
        value["sequence_number"] = json!(number);
        event(&value)
    };
    match piece {
        Piece::Open => {
            numbered(0, json!({"type": "response.created", "response": response(false, false)}))
        }
        Piece::Text => [
            numbered(1, json!({"type": "response.output_item.added", "output_index": 0, "item": {"id": "msg_1",
                "type": "message", "role": "assistant", "status": "in_progress", "content": []}})),
            numbered(2, json!({"type": "response.content_part.added", "item_id": "msg_1", "output_index": 0,
                "content_index": 0, "part": {"type": "output_text", "text": "", "annotations": []}})),
            numbered(3, json!({"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0,
                "content_index": 0, "delta": "Hello"})),
        ]
        .concat(),
        Piece::Last => {
            numbered(4, json!({"type": "response.completed", "response": response(false, true)}))
        }
        Piece::Cut => {
            numbered(4, json!({"type": "response.incomplete", "response": response(true, true)}))
        }
        Piece::Error => {
            let mut failed = response(false, false);
            failed["status"] = json!("failed");
            failed["error"] = json!({"code": "server_error", "message": SAID});
            numbered(4, json!({"type": "response.failed", "response": failed}))
        }
        _ => "event: response.output_text.delta\ndata: {\"type\":\"response.output\n\n".to_owned(),
    }
}

/// One message as AWS frames it.
fn framed(kind: &str, name: &str, payload: &str) -> Vec<u8> {
    let name_of = if kind == "event" {
        ":event-type"
    } else {
        ":exception-type"
    };
    let mut headers = Vec::new();
    for (field, value) in [(name_of, name), (":message-type", kind)] {
        headers.push(u8::try_from(field.len()).expect("a short name"));
        headers.extend(field.as_bytes());
        headers.push(7);
        headers.extend(
            u16::try_from(value.len())
                .expect("a short value")
                .to_be_bytes(),
        );
        headers.extend(value.as_bytes());
    }
    let total = u32::try_from(16 + headers.len() + payload.len()).expect("a small message");
    let mut bytes = total.to_be_bytes().to_vec();
    bytes.extend(
        u32::try_from(headers.len())
            .expect("few headers")
            .to_be_bytes(),
    );
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend(headers);
    bytes.extend(payload.as_bytes());
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

fn converse_piece(piece: Piece) -> Vec<u8> {
    let event = |name: &str, payload: Value| framed("event", name, &payload.to_string());
    let end = |word: &str| {
        [
            event("messageStop", json!({ "stopReason": word })),
            event(
                "metadata",
                json!({"usage": {"inputTokens": 10, "outputTokens": 5}}),
            ),
        ]
        .concat()
    };
    match piece {
        Piece::Open => event("messageStart", json!({"role": "assistant"})),
        Piece::Text => event(
            "contentBlockDelta",
            json!({"contentBlockIndex": 0, "delta": {"text": "Hello"}}),
        ),
        Piece::Last => end("end_turn"),
        Piece::Cut => end("max_tokens"),
        Piece::Error => {
            let payload = json!({ "message": SAID }).to_string();
            framed("exception", "serviceUnavailableException", &payload)
        }
        _ => framed("event", "contentBlockDelta", "{\"broken"),
    }
}

fn cohere_piece(piece: Piece) -> String {
    let end = |word: &str| {
        event(
            &json!({"type": "message-end", "delta": {"finish_reason": word,
            "usage": {"billed_units": {"input_tokens": 10, "output_tokens": 5}}}}),
        )
    };
    match piece {
        Piece::Open => event(
            &json!({"id": "r", "type": "message-start", "delta": {"message": {"role": "assistant"}}}),
        ),
        Piece::Text => event(
            &json!({"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "Hello"}}}}),
        ),
        Piece::Last => end("COMPLETE"),
        Piece::Cut => end("MAX_TOKENS"),
        Piece::Error => event(
            &json!({"type": "message-end", "delta": {"finish_reason": "ERROR", "error": SAID}}),
        ),
        _ => "event: content-delta\ndata: {\"broken\n\n".to_owned(),
    }
}

fn ollama_last(text: &str, word: &str) -> Value {
    json!({"model": "m", "message": {"role": "assistant", "content": text}, "done": true, "done_reason": word,
        "prompt_eval_count": 10, "eval_count": 5})
}

fn ollama_piece(piece: Piece) -> String {
    let line = |value: Value| format!("{value}\n");
    let text = |text: &str| json!({"model": "m", "message": {"role": "assistant", "content": text}, "done": false});
    match piece {
        Piece::Open => line(text("")),
        Piece::Text => line(text("Hello")),
        Piece::Last => line(ollama_last("", "stop")),
        Piece::Cut => line(ollama_last("", "length")),
        Piece::Error => line(json!({ "error": SAID })),
        _ => "{\"broken\n".to_owned(),
    }
}
