//! An upstream's stream to one whole answer, for clients that asked for no stream.
//! Some providers stream whatever they are asked. Holds the answer until it is all there; the caller bounds its size.

use serde_json::Value;

use super::TranslateError;
use super::ends::Decoder;
use super::reply::{TranslatedReply, write};
use crate::canon::{
    Choice, DecodeError, ErrorBody, Event, MediaSource, Part, PartKind, Question, Reply,
};
use crate::endpoint::{Endpoint, Family};

/// How many answers one call may have.
const MAX_CHOICES: u32 = 1024;

/// Collects one stream.
#[derive(Clone, Debug)]
pub struct StreamGatherer {
    decoder: Decoder,
    from: Family,
    events: Vec<Event>,
    reply: Reply,
    /// Where each tool call is: answer, number, part.
    calls: Vec<(u32, u32, usize)>,
    error: Option<ErrorBody>,
    is_complete: bool,
}

impl StreamGatherer {
    /// Makes a gatherer; `None` when the upstream speaks no family of chat.
    pub fn new(from: Family) -> Option<Self> {
        Some(Self {
            decoder: Decoder::new(from)?,
            from,
            events: Vec::new(),
            reply: Reply::default(),
            calls: Vec::new(),
            error: None,
            is_complete: false,
        })
    }

    /// Takes the next bytes of the upstream.
    pub fn push(&mut self, chunk: &[u8]) {
        let mut events = std::mem::take(&mut self.events);
        self.decoder.push(chunk, &mut events);
        self.take(events);
    }

    /// Writes the answer for the client; `model` is the name that the client asked for.
    pub fn finish(
        mut self,
        question: &Question,
        to: Endpoint,
        model: &str,
    ) -> Result<TranslatedReply, TranslateError> {
        let mut events = std::mem::take(&mut self.events);
        self.decoder.finish(&mut events);
        self.take(events);
        if let Some(error) = self.error {
            return Err(DecodeError::Upstream(error).into());
        }
        if !self.is_complete {
            let why = "the stream broke off".to_owned();
            return Err(DecodeError::Unreadable(why).into());
        }
        write(question, self.from, to, model, self.reply)
    }

    fn take(&mut self, mut events: Vec<Event>) {
        for event in events.drain(..) {
            self.event(event);
        }
        self.events = events;
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Start { id, model, created } => {
                self.reply.id = id;
                self.reply.model = model;
                self.reply.created = created;
            }
            Event::Text { choice, text } => {
                self.append(choice, PartKind::Text(text));
            }
            Event::Reasoning { choice, text } => {
                let signature = None;
                self.append(choice, PartKind::Reasoning { text, signature });
            }
            Event::Signature { choice, text } => self.sign(choice, &text),
            Event::Media { choice, mime, data } => {
                let source = MediaSource::Url(format!("data:{mime};base64,{data}"));
                let detail = None;
                self.append(choice, PartKind::Image { source, detail });
            }
            Event::Refusal { choice, text } => self.append(choice, PartKind::Refusal(text)),
            Event::ToolStart {
                choice,
                call,
                id,
                name,
            } => self.start_call(choice, call, id, name),
            Event::ToolArguments { choice, call, text } => self.arguments(choice, call, &text),
            Event::Logprobs { choice, value } => self.logprobs(choice, value),
            Event::Extra { choice, fields } => {
                if let Some(choice) = self.choice(choice) {
                    choice.message_rest.extend(fields);
                }
            }
            Event::Stop { choice, reason } => {
                self.is_complete = true;
                if let Some(choice) = self.choice(choice) {
                    choice.stop = Some(reason);
                }
            }
            Event::Usage(usage) => self.reply.usage = Some(usage),
            Event::Error(error) => {
                self.error.get_or_insert(error);
            }
            Event::End { is_complete } => self.is_complete |= is_complete,
        }
    }

    /// Returns an answer; none beyond the bound.
    fn choice(&mut self, index: u32) -> Option<&mut Choice> {
        if index >= MAX_CHOICES {
            return None;
        }
        let place = self.reply.choices.iter().position(|of| of.index == index);
        let place = place.unwrap_or_else(|| {
            self.reply.choices.push(empty(index));
            self.reply.choices.len() - 1
        });
        self.reply.choices.get_mut(place)
    }

    /// Adds a part, or its text to the last part of the same kind.
    fn append(&mut self, choice: u32, kind: PartKind) {
        let Some(choice) = self.choice(choice) else {
            return;
        };
        let last = choice.parts.last_mut().map(|part| &mut part.kind);
        match (last, kind) {
            (Some(PartKind::Text(text)), PartKind::Text(more))
            | (Some(PartKind::Refusal(text)), PartKind::Refusal(more))
            | (
                Some(PartKind::Reasoning {
                    text,
                    signature: None,
                }),
                PartKind::Reasoning { text: more, .. },
            ) => text.push_str(&more),
            (_, kind) => choice.parts.push(Part::new(kind)),
        }
    }

    fn sign(&mut self, choice: u32, piece: &str) {
        let Some(choice) = self.choice(choice) else {
            return;
        };
        let last = choice
            .parts
            .iter_mut()
            .rev()
            .find_map(|part| match &mut part.kind {
                PartKind::Reasoning { signature, .. } => Some(signature),
                _ => None,
            });
        if let Some(signature) = last {
            signature.get_or_insert_default().push_str(piece);
            return;
        }
        let (text, signature) = (String::new(), Some(piece.to_owned()));
        let kind = PartKind::Reasoning { text, signature };
        choice.parts.push(Part::new(kind));
    }

    fn start_call(&mut self, index: u32, call: u32, id: String, name: String) {
        let Some(choice) = self.choice(index) else {
            return;
        };
        let arguments = String::new();
        let kind = PartKind::ToolCall {
            id,
            name,
            arguments,
        };
        choice.parts.push(Part::new(kind));
        let place = choice.parts.len() - 1;
        self.calls.push((index, call, place));
    }

    fn arguments(&mut self, index: u32, call: u32, piece: &str) {
        let found = self
            .calls
            .iter()
            .rev()
            .find(|(of, number, _)| (*of, *number) == (index, call));
        let Some((_, _, place)) = found.copied() else {
            return;
        };
        let part = self
            .choice(index)
            .and_then(|choice| choice.parts.get_mut(place));
        if let Some(PartKind::ToolCall { arguments, .. }) = part.map(|part| &mut part.kind) {
            arguments.push_str(piece);
        }
    }

    /// Log probabilities come as lists, which are joined; another form replaces the one before.
    fn logprobs(&mut self, choice: u32, value: Value) {
        let Some(choice) = self.choice(choice) else {
            return;
        };
        match (&mut choice.logprobs, value) {
            (Some(Value::Object(lists)), Value::Object(more)) => {
                for (name, items) in more {
                    match (lists.get_mut(&name), items) {
                        (Some(Value::Array(list)), Value::Array(items)) => list.extend(items),
                        (_, items) => drop(lists.insert(name, items)),
                    }
                }
            }
            (slot, value) => *slot = Some(value),
        }
    }
}

fn empty(index: u32) -> Choice {
    Choice {
        index,
        parts: Vec::new(),
        stop: None,
        logprobs: None,
        message_rest: serde_json::Map::new(),
        rest: serde_json::Map::new(),
    }
}
