//! Streams of very many tokens in four families, and what a client of each family asks.
//!
//! Every event holds one token; the family's own beginning and end stand around them. They are written piece by piece: a
//! stream of any length costs the provider nothing, so that what grows is the gateway.

use std::io::{self, Write};

use serde_json::{Value, json};

/// One token, in every vocabulary.
const WORD: &str = " water";
/// Events that are written at once.
const BLOCK: usize = 1_000;

/// A family, and the channel type that speaks nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Chat,
    Messages,
    Gemini,
    Responses,
}

impl Family {
    pub(super) const ALL: [Self; 4] = [Self::Chat, Self::Messages, Self::Gemini, Self::Responses];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Messages => "messages",
            Self::Gemini => "gemini",
            Self::Responses => "responses",
        }
    }

    /// The model that a channel of this family serves.
    pub(super) fn model(self) -> String {
        format!("long-{}", self.name())
    }

    pub(super) fn channel(self, id: usize, upstream: &str) -> Value {
        let (kind, key) = match self {
            Self::Chat => (53, "sk-up"),
            Self::Messages => (14, "sk-up"),
            Self::Gemini => (24, "sk-up"),
            Self::Responses => (57, r#"{"access_token":"sk-up","account_id":"one"}"#),
        };
        json!({"id": id, "type": kind, "name": self.name(), "status": 1, "base_url": upstream, "keys": [key],
            "weight": 1, "priority": 0, "groups": ["default"], "models": [self.model()]})
    }

    /// The family whose path this is.
    pub(super) fn of_path(path: &str) -> Self {
        let ends = [
            ("/chat/completions", Self::Chat),
            ("/v1/messages", Self::Messages),
            (":streamGenerateContent", Self::Gemini),
            ("/responses", Self::Responses),
        ];
        let found = ends.iter().find(|(end, _)| path.ends_with(end));
        found
            .unwrap_or_else(|| panic!("no path of a family: {path}"))
            .1
    }

    /// Path and body of a client's call.
    pub(super) fn call(self, model: &str) -> (String, Value) {
        let said = json!([{"role": "user", "content": "Go on."}]);
        match self {
            Self::Chat => (
                "/v1/chat/completions".to_owned(),
                json!({"model": model, "stream": true, "messages": said}),
            ),
            Self::Messages => (
                "/v1/messages".to_owned(),
                json!({"model": model, "stream": true, "max_tokens": 1000, "messages": said}),
            ),
            Self::Gemini => (
                format!("/v1beta/models/{model}:streamGenerateContent?alt=sse"),
                json!({"contents": [{"role": "user", "parts": [{"text": "Go on."}]}]}),
            ),
            Self::Responses => (
                "/v1/responses".to_owned(),
                json!({"model": model, "stream": true, "input": "Go on."}),
            ),
        }
    }

    /// What stands in a stream's last event.
    pub(super) const fn last(self) -> &'static [u8] {
        match self {
            Self::Chat => b"[DONE]",
            Self::Messages => b"\"message_stop\"",
            Self::Gemini => b"\"finishReason\":\"STOP\"",
            Self::Responses => b"\"response.completed\"",
        }
    }

    /// Writes an answer of so many tokens.
    pub(super) fn write(self, tokens: usize, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Chat => chat(tokens, out),
            Self::Messages => messages(tokens, out),
            Self::Gemini => gemini(tokens, out),
            Self::Responses => responses(tokens, out),
        }
    }
}

fn event(value: &Value) -> String {
    match value.get("type").and_then(Value::as_str) {
        Some(name) => format!("event: {name}\ndata: {value}\n\n"),
        None => format!("data: {value}\n\n"),
    }
}

/// Writes the same piece again and again.
fn repeat(piece: &str, times: usize, out: &mut impl Write) -> io::Result<()> {
    let block = piece.repeat(BLOCK);
    for _ in 0..times / BLOCK {
        out.write_all(block.as_bytes())?;
    }
    out.write_all(piece.repeat(times % BLOCK).as_bytes())
}

/// Writes a value that holds the whole text once, or more than once, at the places of `TEXT`.
fn with_text(value: &Value, tokens: usize, out: &mut impl Write) -> io::Result<()> {
    let whole = event(value);
    for (index, piece) in whole.split("TEXT").enumerate() {
        if index > 0 {
            repeat(WORD, tokens, out)?;
        }
        out.write_all(piece.as_bytes())?;
    }
    Ok(())
}

fn chat(tokens: usize, out: &mut impl Write) -> io::Result<()> {
    let chunk = |delta: Value, finish: Option<&str>| {
        event(
            &json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_795_262_400, "model": "long",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": null}]}),
        )
    };
    let begin = chunk(json!({"role": "assistant", "content": ""}), None);
    out.write_all(begin.as_bytes())?;
    repeat(&chunk(json!({"content": WORD}), None), tokens, out)?;
    out.write_all(chunk(json!({}), Some("stop")).as_bytes())?;
    let spent =
        json!({"prompt_tokens": 3, "completion_tokens": tokens, "total_tokens": tokens + 3});
    let spent = event(
        &json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [], "usage": spent}),
    );
    out.write_all(spent.as_bytes())?;
    out.write_all(b"data: [DONE]\n\n")
}

fn messages(tokens: usize, out: &mut impl Write) -> io::Result<()> {
    let message = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "long", "content": [],
        "usage": {"input_tokens": 3, "output_tokens": 1}});
    let begin = [
        json!({"type": "message_start", "message": message}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
    ];
    for value in begin {
        out.write_all(event(&value).as_bytes())?;
    }
    let delta = json!({"type": "text_delta", "text": WORD});
    let delta = json!({"type": "content_block_delta", "index": 0, "delta": delta});
    repeat(&event(&delta), tokens, out)?;
    let end = [
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null},
            "usage": {"output_tokens": tokens}}),
        json!({"type": "message_stop"}),
    ];
    for value in end {
        out.write_all(event(&value).as_bytes())?;
    }
    Ok(())
}

fn gemini(tokens: usize, out: &mut impl Write) -> io::Result<()> {
    let content = |text: &str| json!({"role": "model", "parts": [{"text": text}]});
    let chunk = event(&json!({"candidates": [{"content": content(WORD), "index": 0}]}));
    repeat(&chunk, tokens, out)?;
    let last = json!({"content": content(""), "index": 0, "finishReason": "STOP"});
    let spent = json!({"promptTokenCount": 3, "candidatesTokenCount": tokens, "totalTokenCount": tokens + 3});
    let last = event(&json!({"candidates": [last], "usageMetadata": spent}));
    out.write_all(last.as_bytes())
}

/// The whole text stands four times at the end, as the real service says it.
fn responses(tokens: usize, out: &mut impl Write) -> io::Result<()> {
    let part = |text: &str| json!({"type": "output_text", "text": text, "annotations": []});
    let item = |status: &str, content: Value| json!({"id": "msg_1", "type": "message", "role": "assistant", "status": status, "content": content});
    let place = |kind: &str, field: &str, value: Value| json!({"type": kind, "item_id": "msg_1", "output_index": 0, "content_index": 0, field: value});
    let response = |status: &str, output: Value, usage: Value| json!({"id": "resp_1", "object": "response", "model": "long", "status": status, "output": output, "usage": usage});
    let created = response("in_progress", json!([]), Value::Null);
    let begin = [
        json!({"type": "response.created", "response": created}),
        json!({"type": "response.output_item.added", "output_index": 0, "item": item("in_progress", json!([]))}),
        place("response.content_part.added", "part", part("")),
    ];
    for value in begin {
        out.write_all(event(&value).as_bytes())?;
    }
    let delta = place("response.output_text.delta", "delta", WORD.into());
    repeat(&event(&delta), tokens, out)?;
    let done = item("completed", json!([part("TEXT")]));
    let spent = json!({"input_tokens": 3, "output_tokens": tokens, "total_tokens": tokens + 3});
    let end = [
        place("response.output_text.done", "text", "TEXT".into()),
        place("response.content_part.done", "part", part("TEXT")),
        json!({"type": "response.output_item.done", "output_index": 0, "item": done}),
        json!({"type": "response.completed", "response": response("completed", json!([done]), spent)}),
    ];
    for value in end {
        with_text(&value, tokens, out)?;
    }
    Ok(())
}
