//! A chat client on one side, a vendor's own bytes on the other.

use bytes::BytesMut;
use serde_json::{Value, json};
use weirgate_wire::translate::{self, StreamTranslator, TranslateError, Translating};
use weirgate_wire::vendor::{Place, Way, profile};
use weirgate_wire::{Endpoint, Family};

/// The form in which chat goes to a channel type.
pub(crate) fn form(channel_type: i32, model: &str) -> Family {
    match profile(channel_type).way(Endpoint::ChatCompletions, model) {
        Some(Way::Translated(family)) => family,
        other => panic!("type {channel_type} is not translated: {other:?}"),
    }
}

/// Writes a chat call for a channel type.
pub(crate) fn try_written(
    channel_type: i32,
    chat: &Value,
) -> Result<(Value, String), TranslateError> {
    let model = chat["model"].as_str().expect("a model");
    let row = profile(channel_type);
    let body = chat.to_string();
    let call = Translating {
        endpoint: Endpoint::ChatCompletions,
        path_model: None,
        body: body.as_bytes(),
        to: form(channel_type, model),
        profile: row,
        model,
    };
    let wire = translate::request(&call, |_| {})?;
    let url = row.url(&Place {
        base_url: "http://h",
        endpoint: wire.endpoint,
        model: &wire.model,
        setting: Some("setting"),
        key: "ak|sk|us-east-1",
        is_stream: chat["stream"] == true,
        strips_dots: false,
    });
    let body = serde_json::from_slice(&wire.body).expect("JSON");
    Ok((body, url.expect("an address")))
}

pub(crate) fn written(channel_type: i32, chat: &Value) -> (Value, String) {
    try_written(channel_type, chat).expect("a body")
}

/// Reads a whole answer as a chat client sees it.
pub(crate) fn answer(channel_type: i32, reply: &Value) -> Value {
    let from = form(channel_type, "m");
    let reply = reply.to_string();
    let made = translate::reply(from, Endpoint::ChatCompletions, "m", reply.as_bytes());
    serde_json::from_slice(&made.expect("an answer").body).expect("JSON")
}

/// What a chat client makes of a stream.
#[derive(Debug, Default, PartialEq, serde::Serialize)]
pub(crate) struct Heard {
    pub(crate) text: String,
    pub(crate) thinking: String,
    /// Name and arguments.
    pub(crate) calls: Vec<(String, String)>,
    pub(crate) finish: String,
    /// Prompt and completion.
    pub(crate) usage: Option<(u64, u64)>,
    pub(crate) error: Option<String>,
    pub(crate) is_done: bool,
}

fn hear(heard: &mut Heard, chunk: &Value) {
    if let Some(message) = chunk["error"]["message"].as_str() {
        heard.error = Some(message.to_owned());
    }
    if let Some(prompt) = chunk["usage"]["prompt_tokens"].as_u64() {
        let completion = chunk["usage"]["completion_tokens"].as_u64();
        heard.usage = Some((prompt, completion.expect("both counts")));
    }
    for choice in chunk["choices"].as_array().into_iter().flatten() {
        let delta = &choice["delta"];
        heard.text.push_str(delta["content"].as_str().unwrap_or(""));
        let thinking = delta["reasoning_content"].as_str();
        heard.thinking.push_str(thinking.unwrap_or(""));
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            if let Some(name) = call["function"]["name"].as_str() {
                heard.calls.push((name.to_owned(), String::new()));
            }
            let piece = call["function"]["arguments"].as_str().unwrap_or("");
            let last = heard.calls.last_mut().expect("a begun call");
            last.1.push_str(piece);
        }
        if let Some(word) = choice["finish_reason"].as_str() {
            word.clone_into(&mut heard.finish);
        }
    }
}

fn heard_in_pieces(from: Family, pieces: &[&[u8]]) -> Heard {
    let translator = StreamTranslator::new(from, Endpoint::ChatCompletions, "m", true);
    let mut translator = translator.expect("a translator");
    let mut out = BytesMut::new();
    for piece in pieces {
        translator.push(piece, &mut out);
    }
    translator.finish(&mut out);
    let mut heard = Heard::default();
    let text = String::from_utf8(out.to_vec()).expect("text");
    for line in text.lines().filter_map(|line| line.strip_prefix("data: ")) {
        if line == "[DONE]" {
            heard.is_done = true;
        } else {
            hear(&mut heard, &serde_json::from_str(line).unwrap_or(json!({})));
        }
    }
    heard
}

/// Reads a stream whole, then cut at every byte and into single bytes: all must say the same.
pub(crate) fn heard_from(from: Family, stream: &[u8]) -> Heard {
    let whole = heard_in_pieces(from, &[stream]);
    for at in 0..stream.len() {
        let (first, second) = stream.split_at(at);
        assert_eq!(
            heard_in_pieces(from, &[first, second]),
            whole,
            "cut at {at}"
        );
    }
    let single: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(heard_in_pieces(from, &single), whole);
    whole
}

pub(crate) fn heard(channel_type: i32, stream: &str) -> Heard {
    heard_from(form(channel_type, "m"), stream.as_bytes())
}

/// A call with everything that most dialects can say.
pub(crate) fn tool_chat() -> Value {
    json!({
        "model": "m", "stream": true, "max_tokens": 50, "temperature": 0.5, "top_p": 0.9, "stop": ["END"],
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Weather in Oslo?"},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Oslo\"}"}}]},
            {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
        ],
        "tools": [{"type": "function", "function": {"name": "weather", "description": "d",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}],
    })
}
