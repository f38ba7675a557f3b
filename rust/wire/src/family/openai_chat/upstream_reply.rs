//! Upstream bytes to the hub: streamed chunks to events, whole replies to [`Reply`]. Used when the client speaks another family.
//! Must give the same events however the bytes are cut, and hold one event at most. Dropped by rule in streams: fields beside
//! `choices` (`system_fingerprint`, `service_tier`, filters, citations) and beside `delta`.

use serde_json::{Map, Number, Value};

use super::client_request::{arguments_text, parts_of};
use super::tap::{DONE, read_reply as read_facts};
use super::types::{ChoiceBody, MessageBody, ReplyBody, ToolCallBody};
use super::{role_of, stop_reason};
use crate::canon::{Choice, DecodeError, ErrorBody, Event, Part, PartKind, Reply, Role, Usage};
use crate::error_body::error_in_reply;
use crate::family::reading::TextSink;
use crate::framing::sse::SseParser;

/// How many tool calls of one reply are told apart.
const MAX_CALLS: usize = 1024;

/// Turns a stream into events.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    parser: SseParser,
    stage: Stage,
    /// Tool calls that began: answer and number.
    calls: Vec<(u32, u32)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Waiting,
    Started,
    Ended,
}

impl Decoder {
    /// Makes a decoder at the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes and appends what they say.
    pub fn push(&mut self, chunk: &[u8], events: &mut Vec<Event>) {
        let mut parser = std::mem::take(&mut self.parser);
        parser.push(chunk, &mut |event| self.read(event.data, events));
        self.parser = parser;
    }

    /// Ends the stream. Without `[DONE]` before, the end is not complete.
    pub fn finish(&mut self, events: &mut Vec<Event>) {
        let mut parser = std::mem::take(&mut self.parser);
        // A last event that broke off in the middle is no fault of its own: the end is not complete.
        parser.finish(&mut |event| {
            let is_whole =
                event.data.starts_with(DONE) || read_facts(event.data, &mut Nowhere).is_some();
            if is_whole {
                self.read(event.data, events);
            }
        });
        if self.stage != Stage::Ended {
            self.stage = Stage::Ended;
            events.push(Event::End { is_complete: false });
        }
    }

    fn read(&mut self, data: &[u8], events: &mut Vec<Event>) {
        if self.stage == Stage::Ended {
            return;
        }
        if data.starts_with(DONE) {
            self.stage = Stage::Ended;
            events.push(Event::End { is_complete: true });
            return;
        }
        let Ok(body) = serde_json::from_slice::<ReplyBody>(data) else {
            events.push(Event::Error(unreadable()));
            return;
        };
        let (usage, error) = facts(data);
        if let Some(error) = error {
            events.push(Event::Error(error));
            return;
        }
        if self.stage == Stage::Waiting && body.id.is_some() {
            self.stage = Stage::Started;
            events.push(Event::Start {
                id: body.id.unwrap_or_default(),
                model: body.model.unwrap_or_default(),
                created: seconds(body.created.as_ref()),
            });
        }
        for choice in body.choices.unwrap_or_default() {
            self.choice(choice, events);
        }
        events.extend(usage.map(Event::Usage));
    }

    fn choice(&mut self, body: ChoiceBody, events: &mut Vec<Event>) {
        let choice = body.index.unwrap_or(0);
        if let Some(text) = body.text.filter(|text| !text.is_empty()) {
            events.push(Event::Text { choice, text });
        }
        if let Some(mut delta) = body.delta.or(body.message) {
            let calls = delta.tool_calls.take().unwrap_or_default();
            delta_events(choice, delta, events);
            for call in calls {
                self.call(choice, call, events);
            }
        }
        if let Some(value) = body.logprobs.filter(|value| !value.is_null()) {
            events.push(Event::Logprobs { choice, value });
        }
        if let Some(word) = body.finish_reason {
            events.push(Event::Stop {
                choice,
                reason: stop_reason(&word),
            });
        }
    }

    /// A call is told by its number; servers that leave the number out begin a new one with each id.
    fn call(&mut self, choice: u32, body: ToolCallBody, events: &mut Vec<Event>) {
        let function = body.function.unwrap_or_default();
        let id = body.id.unwrap_or_default();
        let name = function.name.unwrap_or_default();
        let begun = self.calls.iter().filter(|(of, _)| *of == choice).count() as u32;
        let implied = if id.is_empty() {
            begun.saturating_sub(1)
        } else {
            begun
        };
        let call = body.index.unwrap_or(implied);
        if !self.calls.contains(&(choice, call)) && self.calls.len() < MAX_CALLS {
            self.calls.push((choice, call));
            events.push(Event::ToolStart {
                choice,
                call,
                id,
                name,
            });
        }
        let text = function.arguments.map(arguments_text).unwrap_or_default();
        if !text.is_empty() {
            events.push(Event::ToolArguments { choice, call, text });
        }
    }
}

fn delta_events(choice: u32, delta: MessageBody, events: &mut Vec<Event>) {
    let (parts, fields) = parts_of(delta, &Role::Assistant);
    let mut extra = without_nulls(fields);
    for part in parts {
        match part.kind {
            PartKind::Text(text) if text.is_empty() => {}
            PartKind::Reasoning { text, .. } if text.is_empty() => {}
            PartKind::Text(text) => events.push(Event::Text { choice, text }),
            PartKind::Reasoning { text, .. } => events.push(Event::Reasoning { choice, text }),
            PartKind::Refusal(text) => events.push(Event::Refusal { choice, text }),
            PartKind::Unknown { value, .. } => drop(extra.insert("content".to_owned(), value)),
            PartKind::Image { .. }
            | PartKind::Audio { .. }
            | PartKind::Video { .. }
            | PartKind::File { .. }
            | PartKind::ToolCall { .. }
            | PartKind::UnknownCall { .. }
            | PartKind::ToolResult { .. } => {}
        }
    }
    if !extra.is_empty() {
        events.push(Event::Extra {
            choice,
            fields: extra,
        });
    }
}

fn without_nulls(fields: Map<String, Value>) -> Map<String, Value> {
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect()
}

struct Nowhere;

impl TextSink for Nowhere {
    fn wants_text(&self) -> bool {
        false
    }

    fn text(&mut self, _text: &str) {}
}

fn facts(data: &[u8]) -> (Option<Usage>, Option<ErrorBody>) {
    let Some(reading) = read_facts(data, &mut Nowhere) else {
        return (None, None);
    };
    let error = reading
        .error
        .and_then(|span| data.get(span))
        .and_then(error_in_reply);
    (reading.usage, error)
}

fn seconds(created: Option<&Number>) -> i64 {
    let whole = created.and_then(Number::as_i64);
    let fraction = || {
        created
            .and_then(Number::as_f64)
            .map(|seconds| seconds as i64)
    };
    whole.or_else(fraction).unwrap_or(0)
}

fn unreadable() -> ErrorBody {
    ErrorBody {
        status: 502,
        message: "upstream sent a chunk that is not valid JSON".to_owned(),
        kind: "upstream_error".into(),
        code: Some("bad_response_body".into()),
        param: None,
        wait_s: None,
    }
}

/// Reads a whole reply of either endpoint.
pub fn read_reply(body: &[u8]) -> Result<Reply, DecodeError> {
    let (usage, error) = facts(body);
    if let Some(error) = error {
        return Err(DecodeError::Upstream(error));
    }
    let wire = serde_json::from_slice::<ReplyBody>(body)
        .map_err(|error| DecodeError::Unreadable(error.to_string()))?;
    let Some(choices) = wire.choices else {
        return Err(DecodeError::Unreadable("choices are missing".to_owned()));
    };
    Ok(Reply {
        id: wire.id.unwrap_or_default(),
        model: wire.model.unwrap_or_default(),
        created: seconds(wire.created.as_ref()),
        choices: choices.into_iter().map(whole_choice).collect(),
        usage,
        rest: wire.rest,
    })
}

fn whole_choice(body: ChoiceBody) -> Choice {
    let text = body.text.map(|text| Part::new(PartKind::Text(text)));
    let message = body.message.map(|mut message| {
        let role = role_of(message.role.take().as_deref().unwrap_or("assistant"));
        parts_of(message, &role)
    });
    let (parts, message_rest) = message.unwrap_or_default();
    Choice {
        index: body.index.unwrap_or(0),
        parts: text.into_iter().chain(parts).collect(),
        stop: body.finish_reason.as_deref().map(stop_reason),
        logprobs: body.logprobs.filter(|value| !value.is_null()),
        message_rest,
        rest: body.rest,
    }
}
