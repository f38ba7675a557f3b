//! The hub to a client's bytes: events to chunks, whole replies to one body. Last station before the client's socket when the
//! upstream speaks another family. Keeps the order of events; holds the usage until the end, where this family puts it.

use bytes::{BufMut, BytesMut};
use serde_json::{Map, Value, json};

use super::stop_word;
use super::types::{ContentBody, MessageBody};
use super::upstream_request::write_parts;
use crate::canon::{Choice, EncodeError, Event, PartKind, Reply, Usage};
use crate::endpoint::Endpoint;
use crate::error_body::sse_error_event;
use crate::usage::usage_value;

/// Turns events into a stream of chunks.
#[derive(Clone, Debug)]
pub struct Encoder {
    endpoint: Endpoint,
    includes_usage: bool,
    id: String,
    model: String,
    created: i64,
    usage: Option<Usage>,
    /// Answers whose role was said.
    opened: Vec<u32>,
}

impl Encoder {
    /// Makes an encoder; `includes_usage` when the client asked for the usage chunk.
    pub fn new(endpoint: Endpoint, includes_usage: bool) -> Self {
        Self {
            endpoint,
            includes_usage,
            id: String::new(),
            model: String::new(),
            created: 0,
            usage: None,
            opened: Vec::new(),
        }
    }

    /// Writes one event. An end that is not complete writes no `[DONE]`: the client must see that something is missing.
    pub fn push(&mut self, event: &Event, out: &mut BytesMut) {
        match event {
            Event::Start { id, model, created } => {
                self.id.clone_from(id);
                self.model.clone_from(model);
                self.created = *created;
            }
            Event::Text { choice, text } => self.text(*choice, text, out),
            Event::Reasoning { choice, text } => {
                self.delta(*choice, json!({"reasoning_content": text}), out);
            }
            // This family has no word for either.
            Event::Signature { .. } | Event::Media { .. } => {}
            Event::Refusal { choice, text } => self.delta(*choice, json!({"refusal": text}), out),
            Event::ToolStart {
                choice,
                call,
                id,
                name,
            } => {
                let function = json!({"name": name, "arguments": ""});
                let call =
                    json!({"index": call, "id": id, "type": "function", "function": function});
                self.delta(*choice, json!({"tool_calls": [call]}), out);
            }
            Event::ToolArguments { choice, call, text } => {
                let call = json!({"index": call, "function": {"arguments": text}});
                self.delta(*choice, json!({"tool_calls": [call]}), out);
            }
            Event::Logprobs { choice, value } => self.logprobs(*choice, value, out),
            Event::Extra { choice, fields } => {
                self.delta(*choice, Value::Object(fields.clone()), out);
            }
            Event::Stop { choice, reason } => self.stop(*choice, stop_word(reason), out),
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Error(error) => out.put_slice(&sse_error_event(self.endpoint, error)),
            Event::End { is_complete } => self.end(*is_complete, out),
        }
    }

    fn text(&mut self, choice: u32, text: &str, out: &mut BytesMut) {
        if self.endpoint == Endpoint::Completions {
            let body =
                json!({"text": text, "index": choice, "logprobs": null, "finish_reason": null});
            return self.chunk(json!([body]), None, out);
        }
        self.delta(choice, json!({"content": text}), out);
    }

    fn stop(&mut self, choice: u32, word: &str, out: &mut BytesMut) {
        let body = if self.endpoint == Endpoint::Completions {
            json!({"text": "", "index": choice, "logprobs": null, "finish_reason": word})
        } else {
            json!({"index": choice, "delta": {}, "logprobs": null, "finish_reason": word})
        };
        self.chunk(json!([body]), None, out);
    }

    fn logprobs(&mut self, choice: u32, value: &Value, out: &mut BytesMut) {
        let body = if self.endpoint == Endpoint::Completions {
            json!({"text": "", "index": choice, "logprobs": value, "finish_reason": null})
        } else {
            json!({"index": choice, "delta": {}, "logprobs": value, "finish_reason": null})
        };
        self.chunk(json!([body]), None, out);
    }

    /// Writes a delta; the first one of an answer says the role. Legacy completions know text only.
    fn delta(&mut self, choice: u32, mut delta: Value, out: &mut BytesMut) {
        if self.endpoint == Endpoint::Completions {
            return;
        }
        if !self.opened.contains(&choice) {
            self.opened.push(choice);
            if let Some(fields) = delta.as_object_mut() {
                fields.insert("role".to_owned(), json!("assistant"));
            }
        }
        let body =
            json!({"index": choice, "delta": delta, "logprobs": null, "finish_reason": null});
        self.chunk(json!([body]), None, out);
    }

    fn end(&mut self, is_complete: bool, out: &mut BytesMut) {
        if let Some(usage) = self.usage.take().filter(|_| self.includes_usage) {
            self.chunk(json!([]), Some(&usage), out);
        }
        if is_complete {
            out.put_slice(b"data: [DONE]\n\n");
        }
    }

    fn chunk(&self, choices: Value, usage: Option<&Usage>, out: &mut BytesMut) {
        let object = object_name(self.endpoint, true);
        let mut body = head(&self.id, object, self.created, &self.model);
        body.insert("choices".to_owned(), choices);
        if let Some(usage) = usage {
            body.insert("usage".to_owned(), usage_value(usage));
        }
        out.put_slice(b"data: ");
        out.put_slice(Value::Object(body).to_string().as_bytes());
        out.put_slice(b"\n\n");
    }
}

fn object_name(endpoint: Endpoint, is_chunk: bool) -> &'static str {
    match endpoint {
        Endpoint::Completions => "text_completion",
        _ if is_chunk => "chat.completion.chunk",
        _ => "chat.completion",
    }
}

fn head(id: &str, object: &str, created: i64, model: &str) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("id".to_owned(), json!(id));
    body.insert("object".to_owned(), json!(object));
    body.insert("created".to_owned(), json!(created));
    body.insert("model".to_owned(), json!(model));
    body
}

/// Writes a whole reply.
pub fn write_reply(endpoint: Endpoint, reply: &Reply) -> Result<Vec<u8>, EncodeError> {
    let mut body = head(
        &reply.id,
        object_name(endpoint, false),
        reply.created,
        &reply.model,
    );
    let choices = reply
        .choices
        .iter()
        .map(|choice| whole_choice(endpoint, choice));
    body.insert(
        "choices".to_owned(),
        Value::Array(choices.collect::<Result<_, _>>()?),
    );
    if let Some(usage) = &reply.usage {
        body.insert("usage".to_owned(), usage_value(usage));
    }
    body.extend(reply.rest.clone());
    Ok(Value::Object(body).to_string().into_bytes())
}

fn whole_choice(endpoint: Endpoint, choice: &Choice) -> Result<Value, EncodeError> {
    let mut body = Map::new();
    body.insert("index".to_owned(), json!(choice.index));
    if endpoint == Endpoint::Completions {
        body.insert("text".to_owned(), json!(plain_text(choice)));
    } else {
        body.insert("message".to_owned(), message(choice)?);
    }
    body.insert(
        "logprobs".to_owned(),
        choice.logprobs.clone().unwrap_or(Value::Null),
    );
    body.insert(
        "finish_reason".to_owned(),
        json!(choice.stop.as_ref().map(stop_word)),
    );
    body.extend(choice.rest.clone());
    Ok(Value::Object(body))
}

fn message(choice: &Choice) -> Result<Value, EncodeError> {
    let mut message = MessageBody {
        role: Some("assistant".to_owned()),
        rest: choice.message_rest.clone(),
        ..MessageBody::default()
    };
    write_parts(&choice.parts, &mut message)?;
    // An answer's content is one text; blocks of other families follow each other without a gap, as in their streams.
    let is_all_text = |content: &ContentBody| match content {
        ContentBody::Text(_) => false,
        ContentBody::Parts(parts) => parts.iter().all(|part| part.get("text").is_some()),
    };
    if message.content.as_ref().is_some_and(is_all_text) {
        message.content = Some(ContentBody::Text(plain_text(choice)));
    }
    let has_content = message.content.is_some();
    let written = serde_json::to_value(message);
    let mut written = written.map_err(|error| EncodeError::NotWritable(error.to_string()))?;
    if let Some(fields) = written.as_object_mut().filter(|_| !has_content) {
        // Clients read `content` of every message; the family says null when there is none.
        fields.insert("content".to_owned(), Value::Null);
    }
    Ok(written)
}

fn plain_text(choice: &Choice) -> String {
    let texts = choice.parts.iter().filter_map(|part| match &part.kind {
        PartKind::Text(text) => Some(text.as_str()),
        PartKind::Reasoning { .. }
        | PartKind::Refusal(_)
        | PartKind::Image { .. }
        | PartKind::Audio { .. }
        | PartKind::Video { .. }
        | PartKind::File { .. }
        | PartKind::ToolCall { .. }
        | PartKind::UnknownCall { .. }
        | PartKind::ToolResult { .. }
        | PartKind::Unknown { .. } => None,
    });
    texts.collect()
}
