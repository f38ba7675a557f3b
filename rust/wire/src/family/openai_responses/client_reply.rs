//! The hub to a client's bytes: events to the family's stream, whole replies to one body. Last station before the client's
//! socket when the upstream speaks another family. Every event is numbered, every item announced, filled and ended, and the
//! last event repeats the whole answer: so this is the one encoder that keeps what it wrote, up to [`MAX_KEPT`].
//! Answers beside the first one, and media that are no images, have no word here and are left out.

use bytes::{Bytes, BytesMut};
use serde_json::{Map, Value, json};

use super::item_events::ItemEvents;
use super::output::{Head, Item, failure, status, usage_value};
pub use super::whole_reply::write_reply;
use crate::canon::{ErrorBody, Event, Question, StopReason, Usage};
use crate::endpoint::Endpoint;

/// How much text of one answer is kept, in bytes. An answer that is larger fails: its end could not be said.
const MAX_KEPT: usize = 32 * 1024 * 1024;
/// How many items one answer may have.
const MAX_ITEMS: usize = 4096;

/// Turns events into the family's stream.
#[derive(Clone, Debug)]
pub struct Encoder {
    question: Question,
    head: Head,
    stage: Stage,
    events: ItemEvents,
    /// Bytes of text taken so far.
    kept: usize,
    stop: Option<StopReason>,
    usage: Option<Usage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Waiting,
    Open,
    Ended,
}

impl Encoder {
    /// Makes an encoder; the last event always says the usage in this family.
    pub fn new(_endpoint: Endpoint, _includes_usage: bool) -> Self {
        Self {
            question: Question::default(),
            head: Head::default(),
            stage: Stage::Waiting,
            events: ItemEvents::default(),
            kept: 0,
            stop: None,
            usage: None,
        }
    }

    /// Takes what was asked.
    pub fn answer(&mut self, question: Question) {
        self.question = question;
    }

    /// Writes one event. An answer that just broke off gets no last event: the client must see that something is missing.
    pub fn push(&mut self, event: &Event, out: &mut BytesMut) {
        if self.stage == Stage::Ended {
            return;
        }
        match event {
            Event::Start { id, model, created } => self.start(Head::new(id, model, *created), out),
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Error(error) => self.fail(error, out),
            Event::End { is_complete } => self.end(*is_complete, out),
            Event::Stop { choice: 0, reason } => {
                self.stop = Some(reason.clone());
                let is_cut = self.is_cut();
                self.events.close_all(is_cut, out);
            }
            Event::Text { .. }
            | Event::Refusal { .. }
            | Event::Reasoning { .. }
            | Event::Signature { .. }
            | Event::Media { .. }
            | Event::ToolStart { .. }
            | Event::ToolArguments { .. }
            | Event::Logprobs { .. }
            | Event::Extra { .. } => {
                if self.keeps(event, out) {
                    self.content(event, out);
                }
            }
            Event::Stop { .. } => {}
        }
    }

    /// Writes what an answer consists of.
    fn content(&mut self, event: &Event, out: &mut BytesMut) {
        self.start(Head::new("", "", 0), out);
        let events = &mut self.events;
        match event {
            Event::Text { choice: 0, text } => events.text(text, false, out),
            Event::Refusal { choice: 0, text } => events.text(text, true, out),
            Event::Reasoning { choice: 0, text } => events.reasoning(text, out),
            Event::Signature { choice: 0, text } => events.signature(text, out),
            Event::Media {
                choice: 0,
                mime,
                data,
            } => events.media(mime, data, out),
            Event::ToolStart {
                choice: 0,
                call,
                id,
                name,
            } => events.call(*call, id, name, &self.question, out),
            Event::ToolArguments {
                choice: 0,
                call,
                text,
            } => events.arguments(*call, text, out),
            Event::Logprobs { choice: 0, value } => events.logprobs(value, out),
            Event::Extra { choice: 0, fields } => events.extra(fields, out),
            Event::Start { .. }
            | Event::Text { .. }
            | Event::Refusal { .. }
            | Event::Reasoning { .. }
            | Event::Signature { .. }
            | Event::Media { .. }
            | Event::ToolStart { .. }
            | Event::ToolArguments { .. }
            | Event::Logprobs { .. }
            | Event::Extra { .. }
            | Event::Stop { .. }
            | Event::Usage(_)
            | Event::Error(_)
            | Event::End { .. } => {}
        }
    }

    fn is_cut(&self) -> bool {
        status(self.stop.as_ref()).1.is_some()
    }

    /// Counts what is kept; `false` has ended the answer.
    fn keeps(&mut self, event: &Event, out: &mut BytesMut) -> bool {
        let bytes = match event {
            Event::Text { text, .. }
            | Event::Refusal { text, .. }
            | Event::Reasoning { text, .. }
            | Event::Signature { text, .. }
            | Event::ToolArguments { text, .. } => text.len(),
            Event::ToolStart { id, name, .. } => id.len() + name.len(),
            Event::Media { data, .. } => data.len(),
            Event::Logprobs { value, .. } => value.to_string().len(),
            Event::Extra { fields, .. } => {
                fields.values().map(|value| value.to_string().len()).sum()
            }
            Event::Start { .. }
            | Event::Stop { .. }
            | Event::Usage(_)
            | Event::Error(_)
            | Event::End { .. } => 0,
        };
        self.kept = self.kept.saturating_add(bytes);
        if self.kept <= MAX_KEPT && self.events.items.len() < MAX_ITEMS {
            return true;
        }
        let error = ErrorBody {
            status: 502,
            message: "the answer is too large to be repeated at its end".to_owned(),
            kind: "upstream_error".into(),
            code: Some("answer_too_large".into()),
            param: None,
            wait_s: None,
        };
        self.fail(&error, out);
        false
    }

    fn start(&mut self, head: Head, out: &mut BytesMut) {
        if self.stage != Stage::Waiting {
            return;
        }
        self.stage = Stage::Open;
        head.stem().clone_into(&mut self.events.stem);
        self.head = head;
        let response = Value::Object(self.head.response(&self.question, "in_progress"));
        for kind in ["response.created", "response.in_progress"] {
            self.events.emit(kind, json!({"response": response}), out);
        }
    }

    /// Has long texts shared and not copied: what [`Self::take_before`] returns goes out before what was written.
    pub fn share_long_texts(&mut self) {
        self.events.before = Some(Vec::new());
    }

    /// Returns what goes out before the bytes that were written last.
    pub fn take_before(&mut self) -> Vec<Bytes> {
        let before = self.events.before.as_mut();
        before.map(std::mem::take).unwrap_or_default()
    }

    /// Writes the last event, which repeats all items.
    fn emit_response(&mut self, kind: &str, response: Map<String, Value>, out: &mut BytesMut) {
        let events = &mut self.events;
        let is_long = events.items.iter().any(Item::is_long);
        if is_long && events.before.is_some() {
            let items = events.items.clone();
            let mut response = response;
            response.shift_remove("output");
            return events.emit_long(kind, &Map::new(), "response", out, |rope| {
                rope.open(&Value::Object(response));
                rope.field("output");
                rope.list(&items, |rope, item| item.write(rope));
                rope.word("}");
            });
        }
        let mut response = response;
        let items = events.items.iter().map(Item::value).collect();
        response.insert("output".to_owned(), items);
        events.emit(kind, json!({"response": response}), out);
    }

    fn response(&self, word: &str) -> Map<String, Value> {
        let mut response = self.head.response(&self.question, word);
        if let Some(usage) = &self.usage {
            response.insert("usage".to_owned(), usage_value(usage));
        }
        response
    }

    /// An answer that said why it stopped is whole, though the stream's own end mark is missing.
    fn end(&mut self, is_complete: bool, out: &mut BytesMut) {
        if is_complete || self.stop.is_some() {
            self.start(Head::new("", "", 0), out);
            let is_cut = self.is_cut();
            self.events.close_all(is_cut, out);
            let (word, reason) = status(self.stop.as_ref());
            let mut response = self.response(word);
            if let Some(reason) = reason {
                response.insert("incomplete_details".to_owned(), json!({"reason": reason}));
            }
            self.emit_response(&format!("response.{word}"), response, out);
        }
        self.stage = Stage::Ended;
    }

    /// Writes the error twice, as the provider does: SDKs look for the one, agents for the other.
    fn fail(&mut self, error: &ErrorBody, out: &mut BytesMut) {
        self.start(Head::new("", "", 0), out);
        self.events.emit("error", error_fields(error), out);
        self.events.cut_open();
        let mut response = self.response("failed");
        response.insert("error".to_owned(), failure(error));
        self.emit_response("response.failed", response, out);
        self.stage = Stage::Ended;
    }
}

/// The error both as the documentation has it and as the servers send it.
fn error_fields(error: &ErrorBody) -> Value {
    json!({
        "code": error.code,
        "message": error.message,
        "param": error.param,
        "error": {
            "type": error.kind,
            "code": error.code,
            "message": error.message,
            "param": error.param,
        },
    })
}

/// Returns an error as the end of a stream whose events were not written here.
pub(crate) fn error_event(error: &ErrorBody) -> Vec<u8> {
    let mut encoder = Encoder::new(Endpoint::Responses, true);
    encoder.stage = Stage::Open;
    encoder.head = Head::new("error", "", 0);
    let mut out = BytesMut::new();
    encoder.fail(error, &mut out);
    out.to_vec()
}
