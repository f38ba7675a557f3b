//! The hub to a client's bytes: events to chunks, whole replies to one body. Last station before the client's socket when the
//! upstream speaks another family. Keeps the order of events; holds the usage until the end, where this family puts it.

use std::borrow::Cow;

use bytes::{BufMut, BytesMut};
use serde_json::{Map, Value, json};

use super::types::MessageBody;
use super::upstream_request::write_parts;
use super::{described, stop_word};
use crate::canon::{Choice, EncodeError, Event, MediaSource, Part, PartKind, Reply, Usage};
use crate::endpoint::Endpoint;
use crate::error_body::sse_error_event;
use crate::family::gemini::signature;
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
    /// A proof of thinking that waits for the call it belongs to, and its answer.
    proof: Option<(u32, String)>,
    /// Answers whose role was said.
    opened: Vec<u32>,
    has_stopped: bool,
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
            proof: None,
            opened: Vec::new(),
            has_stopped: false,
        }
    }

    /// Writes one event. An end that is not complete writes no `[DONE]`, unless the answer itself had ended: the client must
    /// see that something is missing.
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
            Event::Signature { choice, text } => self.proof(*choice, text),
            Event::Media { choice, mime, data } => self.media(*choice, mime, data, out),
            Event::Refusal { choice, text } => self.delta(*choice, json!({"refusal": text}), out),
            Event::ToolStart {
                choice,
                call,
                id,
                name,
            } => {
                let function = json!({"name": name, "arguments": ""});
                let mut call =
                    json!({"index": call, "id": id, "type": "function", "function": function});
                if let (Some(fields), Some(proof)) =
                    (call.as_object_mut(), self.take_proof(*choice))
                {
                    fields.insert("extra_content".to_owned(), proof);
                }
                self.delta(*choice, json!({"tool_calls": [call]}), out);
            }
            Event::ToolArguments { choice, call, text } => {
                let call = json!({"index": call, "function": {"arguments": text}});
                self.delta(*choice, json!({"tool_calls": [call]}), out);
            }
            Event::Logprobs { choice, value } => self.logprobs(*choice, value, out),
            Event::Extra { choice, fields } => {
                let mut fields = fields.clone();
                described::tidy(&mut fields);
                self.delta(*choice, Value::Object(fields), out);
            }
            Event::Stop { choice, reason } => {
                if let Some(proof) = self.take_proof(*choice) {
                    self.delta(*choice, json!({"extra_content": proof}), out);
                }
                self.stop(*choice, stop_word(reason), out);
                self.has_stopped = true;
            }
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Error(error) => out.put_slice(&sse_error_event(self.endpoint, error)),
            Event::End { is_complete } => self.end(*is_complete, out),
        }
    }

    /// Proofs of Gemini's go where Google's own endpoint of this family puts them; others have no place here.
    fn proof(&mut self, choice: u32, text: &str) {
        if let Some(proof) = signature::ours(text) {
            self.proof = Some((choice, proof.to_owned()));
        }
    }

    fn take_proof(&mut self, choice: u32) -> Option<Value> {
        let (_, proof) = self.proof.take_if(|(of, _)| *of == choice)?;
        Some(signature::extra_content(&proof))
    }

    /// A picture is Markdown in the text, as clients of this family show it; a sound has a field of its own.
    fn media(&mut self, choice: u32, mime: &str, data: &str, out: &mut BytesMut) {
        if mime.starts_with("audio/") {
            return self.delta(choice, json!({"audio": {"data": data}}), out);
        }
        self.text(choice, &picture(&format!("data:{mime};base64,{data}")), out);
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
            let value = described::logprobs(value);
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
        if is_complete || self.has_stopped {
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
    let logprobs = choice.logprobs.as_ref().map(|value| match endpoint {
        Endpoint::Completions => value.clone(),
        _ => described::logprobs(value),
    });
    body.insert("logprobs".to_owned(), logprobs.unwrap_or(Value::Null));
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
    write_parts(&one_text(&choice.parts), &mut message)?;
    let written = serde_json::to_value(message);
    let mut written = written.map_err(|error| EncodeError::NotWritable(error.to_string()))?;
    if let Some(fields) = written.as_object_mut() {
        described::tidy(fields);
        // Clients read both of every message; the family says null when there is none.
        for name in ["content", "refusal"] {
            fields.entry(name).or_insert(Value::Null);
        }
    }
    Ok(written)
}

fn picture(url: &str) -> String {
    format!("![image]({url})")
}

/// Clients of this family read an answer's content as one text: pieces follow each other in it, pictures are Markdown.
/// Content that is more than texts and pictures stays as it is.
fn one_text(parts: &[Part]) -> Cow<'_, [Part]> {
    let piece = |part: &Part| match &part.kind {
        PartKind::Text(text) if part.rest.is_empty() => Some(text.clone()),
        PartKind::Image {
            source: MediaSource::Url(url),
            ..
        } if url.starts_with("data:") => Some(picture(url)),
        _ => None,
    };
    let is_content = |part: &&Part| {
        !matches!(
            part.kind,
            PartKind::Reasoning { .. }
                | PartKind::Refusal(_)
                | PartKind::ToolCall { .. }
                | PartKind::UnknownCall { .. }
        )
    };
    let content: Vec<&Part> = parts.iter().filter(is_content).collect();
    let pieces: Option<Vec<String>> = content.iter().map(|part| piece(part)).collect();
    let Some(pieces) = pieces.filter(|pieces| !pieces.is_empty()) else {
        return Cow::Borrowed(parts);
    };
    let text = Part::new(PartKind::Text(pieces.concat()));
    let others = parts.iter().filter(|part| !is_content(part)).cloned();
    Cow::Owned([text].into_iter().chain(others).collect())
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
