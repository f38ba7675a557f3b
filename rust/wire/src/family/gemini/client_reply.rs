//! The hub to a client's bytes: events to the family's stream, whole replies to one body.
//! Keeps the order of events; holds calls until they are whole, since this family has no pieces of them, and how answers
//! ended until the usage is known, since clients look for both in the last piece.

use std::collections::BTreeMap;

use bytes::BytesMut;
use serde_json::{Map, Value, json};

use super::array::{Pieces, StreamForm};
use super::signature::bare;
use super::usage::usage_value;
use super::{logprobs, parts, stop_word};
use crate::canon::{Choice, EncodeError, ErrorBody, Event, Reply, StopReason, Usage};
use crate::endpoint::Endpoint;
use crate::error_body::client_status;

/// The most bytes of calls that are held; a longer one ends the stream with an error.
const MAX_HELD: usize = 16 * 1024 * 1024;

/// Turns events into the family's stream.
///
/// A client without `?alt=sse` wants one JSON array: tell it with [`Encoder::in_form`] (through
/// `StreamTranslator::in_form`), and answer with [`StreamForm::content_type`].
#[derive(Clone, Debug)]
pub struct Encoder {
    pieces: Pieces,
    id: String,
    model: String,
    usage: Option<Usage>,
    choices: BTreeMap<u32, ChoiceState>,
    held_bytes: usize,
}

/// What is held of one answer.
#[derive(Clone, Debug, Default)]
struct ChoiceState {
    calls: Vec<Call>,
    /// A proof that waits for the part that it goes onto.
    proof: String,
    tokens: Vec<Value>,
    stop: Option<StopReason>,
}

#[derive(Clone, Debug, Default)]
struct Call {
    number: u32,
    id: String,
    name: String,
    arguments: String,
    proof: String,
}

impl Encoder {
    /// Makes an encoder of events; this family always says its usage.
    pub fn new(_endpoint: Endpoint, _includes_usage: bool) -> Self {
        Self {
            pieces: Pieces::new(StreamForm::Events),
            id: String::new(),
            model: String::new(),
            usage: None,
            choices: BTreeMap::new(),
            held_bytes: 0,
        }
    }

    /// Chooses the form of the stream.
    #[must_use]
    pub fn in_form(mut self, form: StreamForm) -> Self {
        self.pieces = Pieces::new(form);
        self
    }

    /// Writes one event.
    pub fn push(&mut self, event: &Event, out: &mut BytesMut) {
        match event {
            Event::Start { id, model, .. } => {
                self.id.clone_from(id);
                self.model.clone_from(model);
            }
            Event::Text { choice, text } | Event::Refusal { choice, text } => {
                self.part(*choice, json!({"text": text}), out);
            }
            Event::Reasoning { choice, text } => {
                let part = json!({"text": text, "thought": true});
                self.piece(&[candidate(*choice, &[part], None)], false, out);
            }
            Event::Signature { choice, text } => {
                self.held_bytes += text.len();
                if self.held_bytes <= MAX_HELD {
                    self.choice(*choice).proof.push_str(text);
                }
            }
            Event::Media { choice, mime, data } => {
                let part = json!({"inlineData": {"mimeType": mime, "data": data}});
                self.part(*choice, part, out);
            }
            Event::ToolStart {
                choice,
                call,
                id,
                name,
            } => self.open_call(*choice, *call, id, name),
            Event::ToolArguments { choice, call, text } => {
                self.arguments(*choice, *call, text, out);
            }
            Event::Logprobs { choice, value } => {
                let tokens = logprobs::chat_tokens(value);
                self.choice(*choice).tokens.extend(tokens);
            }
            // Fields of another family's.
            Event::Extra { .. } => {}
            Event::Stop { choice, reason } => self.stop(*choice, reason, out),
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Error(error) => {
                let value = error_value(error).to_string();
                self.pieces.put(value.as_bytes(), out);
                self.pieces.end(true, out);
            }
            Event::End { is_complete } => self.end(*is_complete, out),
        }
    }

    fn choice(&mut self, index: u32) -> &mut ChoiceState {
        self.choices.entry(index).or_default()
    }

    /// Writes a part that a waiting proof goes onto.
    fn part(&mut self, choice: u32, mut part: Value, out: &mut BytesMut) {
        let state = self.choice(choice);
        let proof = std::mem::take(&mut state.proof);
        prove(&mut part, &proof);
        let tokens = std::mem::take(&mut state.tokens);
        let mut body = candidate(choice, &[part], None);
        add_tokens(&mut body, &tokens);
        self.piece(&[body], false, out);
    }

    fn open_call(&mut self, choice: u32, number: u32, id: &str, name: &str) {
        self.held_bytes += id.len() + name.len();
        let state = self.choice(choice);
        let call = Call {
            number,
            id: id.to_owned(),
            name: name.to_owned(),
            arguments: String::new(),
            proof: std::mem::take(&mut state.proof),
        };
        state.calls.push(call);
    }

    fn arguments(&mut self, choice: u32, number: u32, text: &str, out: &mut BytesMut) {
        let before = self.held_bytes;
        self.held_bytes = before.saturating_add(text.len());
        if self.held_bytes > MAX_HELD {
            if before <= MAX_HELD {
                let value = error_value(&too_long()).to_string();
                self.pieces.put(value.as_bytes(), out);
            }
            return;
        }
        let calls = &mut self.choice(choice).calls;
        if let Some(call) = calls.iter_mut().rfind(|call| call.number == number) {
            call.arguments.push_str(text);
        }
    }

    /// Calls are whole when their answer ends.
    fn stop(&mut self, choice: u32, reason: &StopReason, out: &mut BytesMut) {
        let state = self.choice(choice);
        state.stop = Some(reason.clone());
        let calls = std::mem::take(&mut state.calls);
        for call in calls {
            let mut part = parts::call(&call.id, &call.name, &call.arguments);
            prove(&mut part, &call.proof);
            self.piece(&[candidate(choice, &[part], None)], false, out);
        }
    }

    fn end(&mut self, is_complete: bool, out: &mut BytesMut) {
        let ended = self
            .choices
            .iter()
            .filter(|(_, state)| state.stop.is_some());
        let candidates: Vec<Value> = ended.map(|(index, state)| state.last(*index)).collect();
        if !candidates.is_empty() || self.usage.is_some() {
            self.piece(&candidates, true, out);
        }
        self.pieces.end(is_complete, out);
    }

    fn piece(&mut self, candidates: &[Value], is_last: bool, out: &mut BytesMut) {
        let mut body = Map::new();
        if !candidates.is_empty() {
            body.insert("candidates".to_owned(), json!(candidates));
        }
        if let Some(usage) = self.usage.as_ref().filter(|_| is_last) {
            body.insert("usageMetadata".to_owned(), usage_value(usage));
        }
        body.insert("modelVersion".to_owned(), json!(self.model));
        body.insert("responseId".to_owned(), json!(self.id));
        let json = Value::Object(body).to_string();
        self.pieces.put(json.as_bytes(), out);
    }
}

impl ChoiceState {
    /// Returns the candidate of the last piece.
    fn last(&self, index: u32) -> Value {
        let mut part = json!({"text": ""});
        prove(&mut part, &self.proof);
        let mut body = candidate(index, &[part], self.stop.as_ref());
        add_tokens(&mut body, &self.tokens);
        body
    }
}

fn candidate(index: u32, parts: &[Value], stop: Option<&StopReason>) -> Value {
    let mut body = json!({"content": {"parts": parts, "role": "model"}});
    if let Some(fields) = body.as_object_mut() {
        let stop = stop.map(|reason| json!(stop_word(reason)));
        fields.extend(stop.map(|word| ("finishReason".to_owned(), word)));
        fields.insert("index".to_owned(), json!(index));
    }
    body
}

fn add_tokens(candidate: &mut Value, tokens: &[Value]) {
    if let Some(fields) = candidate.as_object_mut().filter(|_| !tokens.is_empty()) {
        let result = logprobs::to_gemini(tokens);
        fields.insert("logprobsResult".to_owned(), result);
    }
}

fn prove(part: &mut Value, proof: &str) {
    if let Some(fields) = part.as_object_mut().filter(|_| !proof.is_empty()) {
        fields.insert("thoughtSignature".to_owned(), json!(bare(proof)));
    }
}

fn too_long() -> ErrorBody {
    ErrorBody {
        status: 502,
        message: "arguments of a tool call are too long".to_owned(),
        kind: "upstream_error".into(),
        code: Some("bad_response_body".into()),
        param: None,
        wait_s: None,
    }
}

/// Writes a whole reply.
pub fn write_reply(_endpoint: Endpoint, reply: &Reply) -> Result<Vec<u8>, EncodeError> {
    let mut body = Map::new();
    let candidates = reply.choices.iter().map(whole_candidate);
    let candidates = candidates.collect::<Result<Vec<_>, _>>()?;
    body.insert("candidates".to_owned(), Value::Array(candidates));
    if let Some(usage) = &reply.usage {
        body.insert("usageMetadata".to_owned(), usage_value(usage));
    }
    body.insert("modelVersion".to_owned(), json!(reply.model));
    body.insert("responseId".to_owned(), json!(reply.id));
    body.extend(reply.rest.clone());
    Ok(Value::Object(body).to_string().into_bytes())
}

fn whole_candidate(choice: &Choice) -> Result<Value, EncodeError> {
    let parts = parts::write(&choice.parts)?;
    let mut body = candidate(choice.index, &parts, choice.stop.as_ref());
    if let Some(value) = &choice.logprobs {
        add_tokens(&mut body, &logprobs::chat_tokens(value));
    }
    if let Some(fields) = body.as_object_mut() {
        fields.extend(choice.rest.clone());
    }
    Ok(body)
}

/// Returns the family's error object.
pub(crate) fn error_value(error: &ErrorBody) -> Value {
    let code = client_status(Some(Endpoint::GenerateContent), error.status);
    json!({"error": {"code": code, "message": error.message, "status": status_word(error, code)}})
}

/// Returns Google's word for a status. A word that an upstream of this family said itself is kept.
fn status_word(error: &ErrorBody, status: u16) -> &str {
    let is_word = |word: &&str| {
        word.len() > 2
            && word
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    let said = error.code.as_deref().filter(is_word);
    said.unwrap_or(match status {
        400 | 405 | 411 | 413 | 415 | 422 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        402 | 403 => "PERMISSION_DENIED",
        404 | 410 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        499 => "CANCELLED",
        501 => "UNIMPLEMENTED",
        502 | 503 => "UNAVAILABLE",
        408 | 504 | 524 => "DEADLINE_EXCEEDED",
        500..=599 => "INTERNAL",
        _ => "UNKNOWN",
    })
}
