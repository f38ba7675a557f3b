//! Upstream bytes to the hub: streamed events and whole replies.
//! Must give the same events however the bytes are cut, and hold one event at most. Dropped by rule in streams: what the
//! provider's own tools asked and found, sealed thinking, citations, summaries of a compacted history.

use serde_json::Value;

use super::blocks::parts_of;
use super::stop_reason;
use super::tap::read_reply as read_facts;
use super::types::{BlockBody, DeltaBody, EventBody, ReplyBody};
use crate::canon::{Choice, DecodeError, ErrorBody, Event, Part, PartKind, Reply, Usage};
use crate::error_body::error_in_reply;
use crate::family::reading::TextSink;
use crate::framing::sse::SseParser;

/// How many tool calls of one reply are told apart.
const MAX_CALLS: u32 = 1024;

/// Turns a stream into events.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    parser: SseParser,
    stage: Stage,
    usage: Option<Usage>,
    /// Calls that began.
    calls: u32,
    /// Blocks of calls that are open.
    open: Vec<OpenCall>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Waiting,
    Started,
    Ended,
}

/// A call whose block is open.
#[derive(Clone, Debug)]
struct OpenCall {
    index: u64,
    call: u32,
    /// Arguments that came with the block's beginning; said at its end when no piece came.
    whole: String,
    has_pieces: bool,
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

    /// Ends the stream. Without `message_stop` before, the end is not complete.
    pub fn finish(&mut self, events: &mut Vec<Event>) {
        let mut parser = std::mem::take(&mut self.parser);
        // A last event that broke off in the middle is no fault of its own: the end is not complete.
        parser.finish(&mut |event| {
            if read_facts(event.data, None, &mut Nowhere).is_some() {
                self.read(event.data, events);
            }
        });
        if self.stage != Stage::Ended {
            self.stage = Stage::Ended;
            events.push(Event::End { is_complete: false });
        }
    }

    fn read(&mut self, data: &[u8], events: &mut Vec<Event>) {
        // Some servers of this form end their streams as chat completions do.
        if self.stage == Stage::Ended || data.starts_with(b"[DONE]") {
            return;
        }
        let Ok(body) = serde_json::from_slice::<EventBody>(data) else {
            events.push(Event::Error(unreadable()));
            return;
        };
        let reading = read_facts(data, self.usage.as_ref(), &mut Nowhere).unwrap_or_default();
        if let Some(error) = reading
            .error
            .and_then(|span| error_in_reply(data.get(span)?))
        {
            events.push(Event::Error(error));
            return;
        }
        self.event(body, events);
        if reading.usage.is_some() && reading.usage != self.usage {
            self.usage = reading.usage;
            events.extend(reading.usage.map(Event::Usage));
        }
        if reading.done {
            self.stage = Stage::Ended;
            events.push(Event::End { is_complete: true });
        }
    }

    fn event(&mut self, body: EventBody, events: &mut Vec<Event>) {
        match body.kind.as_str() {
            "message_start" if self.stage == Stage::Waiting => {
                self.stage = Stage::Started;
                let message = body.message.unwrap_or_default();
                events.push(Event::Start {
                    id: message.id.unwrap_or_default(),
                    model: message.model.unwrap_or_default(),
                    created: 0,
                });
            }
            "content_block_start" => {
                self.block(body.index, body.content_block.unwrap_or_default(), events);
            }
            "content_block_delta" => {
                self.piece(body.index, body.delta.unwrap_or_default(), events);
            }
            "content_block_stop" => self.end_block(body.index, events),
            "message_delta" => end_message(body.delta.unwrap_or_default(), events),
            _ => {}
        }
    }

    fn block(&mut self, index: u64, body: BlockBody, events: &mut Vec<Event>) {
        let choice = 0;
        // A server that begins its message anew leaves blocks of the first one open.
        self.open.retain(|call| call.index != index);
        match body.kind.as_str() {
            "text" => push_text(body.text, events),
            "thinking" => {
                push_reasoning(body.thinking, events);
                push_signature(body.signature, events);
            }
            "tool_use" if self.calls < MAX_CALLS => {
                let call = self.calls;
                self.calls += 1;
                let whole = match body.input {
                    Some(Value::Object(fields)) if !fields.is_empty() => {
                        Value::Object(fields).to_string()
                    }
                    _ => "{}".to_owned(),
                };
                self.open.push(OpenCall {
                    index,
                    call,
                    whole,
                    has_pieces: false,
                });
                events.push(Event::ToolStart {
                    choice,
                    call,
                    id: body.id.unwrap_or_default(),
                    name: body.name.unwrap_or_default(),
                });
            }
            _ => {}
        }
    }

    fn piece(&mut self, index: u64, delta: DeltaBody, events: &mut Vec<Event>) {
        match delta.kind.as_deref() {
            Some("text_delta") => push_text(delta.text, events),
            Some("thinking_delta") => push_reasoning(delta.thinking, events),
            Some("signature_delta") => push_signature(delta.signature, events),
            Some("input_json_delta") => {
                let call = self.open.iter_mut().find(|call| call.index == index);
                let text = delta.partial_json.filter(|text| !text.is_empty());
                if let (Some(call), Some(text)) = (call, text) {
                    call.has_pieces = true;
                    events.push(Event::ToolArguments {
                        choice: 0,
                        call: call.call,
                        text,
                    });
                }
            }
            _ => {}
        }
    }

    fn end_block(&mut self, index: u64, events: &mut Vec<Event>) {
        let Some(at) = self.open.iter().position(|call| call.index == index) else {
            return;
        };
        let ended = self.open.remove(at);
        if !ended.has_pieces {
            events.push(Event::ToolArguments {
                choice: 0,
                call: ended.call,
                text: ended.whole,
            });
        }
    }
}

fn end_message(delta: DeltaBody, events: &mut Vec<Event>) {
    let choice = 0;
    let Some(word) = delta.stop_reason else {
        return;
    };
    if let Some(text) = explanation(delta.stop_details.as_ref()) {
        events.push(Event::Refusal { choice, text });
    }
    events.push(Event::Stop {
        choice,
        reason: stop_reason(&word),
    });
}

/// Returns why the provider refused.
fn explanation(details: Option<&Value>) -> Option<String> {
    let text = details?.get("explanation")?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn push_text(text: Option<String>, events: &mut Vec<Event>) {
    let text = text.filter(|text| !text.is_empty());
    events.extend(text.map(|text| Event::Text { choice: 0, text }));
}

fn push_reasoning(text: Option<String>, events: &mut Vec<Event>) {
    let text = text.filter(|text| !text.is_empty());
    events.extend(text.map(|text| Event::Reasoning { choice: 0, text }));
}

fn push_signature(text: Option<String>, events: &mut Vec<Event>) {
    let text = text.filter(|text| !text.is_empty());
    events.extend(text.map(|text| Event::Signature { choice: 0, text }));
}

struct Nowhere;

impl TextSink for Nowhere {
    fn wants_text(&self) -> bool {
        false
    }

    fn text(&mut self, _text: &str) {}
}

fn unreadable() -> ErrorBody {
    ErrorBody {
        status: 502,
        message: "upstream sent an event that is not valid JSON".to_owned(),
        kind: "upstream_error".into(),
        code: Some("bad_response_body".into()),
        param: None,
        wait_s: None,
    }
}

/// Reads a whole reply.
pub fn read_reply(body: &[u8]) -> Result<Reply, DecodeError> {
    let reading = read_facts(body, None, &mut Nowhere).unwrap_or_default();
    if let Some(error) = reading
        .error
        .and_then(|span| error_in_reply(body.get(span)?))
    {
        return Err(DecodeError::Upstream(error));
    }
    let wire = serde_json::from_slice::<ReplyBody>(body)
        .map_err(|error| DecodeError::Unreadable(error.to_string()))?;
    let Some(content) = wire.content else {
        return Err(DecodeError::Unreadable("content is missing".to_owned()));
    };
    let mut parts: Vec<_> = content.into_iter().flat_map(parts_of).collect();
    let refusal = explanation(wire.stop_details.as_ref());
    parts.extend(refusal.map(|text| Part::new(PartKind::Refusal(text))));
    let mut choice = Choice {
        index: 0,
        parts,
        stop: wire.stop_reason.as_deref().map(stop_reason),
        logprobs: None,
        message_rest: serde_json::Map::new(),
        rest: serde_json::Map::new(),
    };
    if let Some(text) = wire.stop_sequence {
        choice
            .rest
            .insert("stop_sequence".to_owned(), Value::from(text));
    }
    let mut rest = wire.rest;
    rest.retain(|name, _| !matches!(name.as_str(), "type" | "role" | "usage"));
    Ok(Reply {
        id: wire.id.unwrap_or_default(),
        model: wire.model.unwrap_or_default(),
        created: 0,
        choices: vec![choice],
        usage: reading.usage,
        rest,
    })
}
