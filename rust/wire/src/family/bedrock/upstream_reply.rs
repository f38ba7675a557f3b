//! Converse's answers to the hub: whole documents, and `ConverseStream`'s messages in AWS's event-stream framing.
//! Must give the same events however the bytes are cut; holds one message at most. Input tokens exclude what was read from
//! or written to the cache; the hub's include it.

use serde_json::Value;

use crate::canon::{DecodeError, Event, Part, PartKind, Reply, StopReason, Usage};
use crate::framing::event_stream::{Message, MessageParser};
use crate::vendor::state::{State, reply_of, upstream_error, vendor_error};

/// Turns a stream into events.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    parser: MessageParser,
    state: State,
    has_stopped: bool,
}

impl Decoder {
    /// Makes a decoder at the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes and appends what they say.
    pub fn push(&mut self, chunk: &[u8], events: &mut Vec<Event>) {
        let mut parser = std::mem::take(&mut self.parser);
        let pushed = parser.push(chunk, &mut |message| self.read(&message, events));
        self.parser = parser;
        if let Err(error) = pushed {
            events.push(Event::Error(upstream_error(&error.to_string())));
            self.state.end(false, events);
        }
    }

    /// Ends the stream; it is complete when the reason of its end was said.
    pub fn finish(&mut self, events: &mut Vec<Event>) {
        self.state
            .end(self.has_stopped && !self.parser.is_inside(), events);
    }

    fn read(&mut self, message: &Message, events: &mut Vec<Event>) {
        if self.state.is_ended() {
            return;
        }
        if !message.is_event() {
            let error = vendor_error(Some(&Value::from(message.name.as_str())), &message.text());
            return events.push(Event::Error(error));
        }
        let Ok(document) = serde_json::from_slice::<Value>(&message.payload) else {
            return events.push(Event::Error(State::unreadable()));
        };
        match message.name.as_str() {
            "messageStart" => self.state.start("", "", 0, events),
            "contentBlockStart" => {
                if let Some(call) = document.pointer("/start/toolUse") {
                    let (id, name) = (text(call, "/toolUseId"), text(call, "/name"));
                    self.state.call(id, name, events);
                }
            }
            "contentBlockDelta" => self.delta(&document, events),
            "messageStop" => {
                self.has_stopped = true;
                let reason = stop_reason(text(&document, "/stopReason"));
                self.state.stop(reason, events);
            }
            "metadata" => {
                events.extend(usage(document.get("usage")).map(Event::Usage));
                // The metadata is the last message of a stream, but not of every recorded one.
                if self.has_stopped {
                    self.state.end(true, events);
                }
            }
            _ => {}
        }
    }

    fn delta(&mut self, document: &Value, events: &mut Vec<Event>) {
        State::text(text(document, "/delta/text"), events);
        State::reasoning(text(document, "/delta/reasoningContent/text"), events);
        self.state
            .arguments(text(document, "/delta/toolUse/input"), events);
        let signature = text(document, "/delta/reasoningContent/signature");
        if !signature.is_empty() {
            events.push(Event::Signature {
                choice: 0,
                text: signature.to_owned(),
            });
        }
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn stop_reason(word: &str) -> StopReason {
    match word {
        "end_turn" | "stop_sequence" => StopReason::Stop,
        "max_tokens" | "model_context_window_exceeded" => StopReason::Length,
        "tool_use" => StopReason::ToolCalls,
        "guardrail_intervened" | "content_filtered" => StopReason::ContentFilter,
        other => StopReason::Other(other.to_owned()),
    }
}

fn usage(value: Option<&Value>) -> Option<Usage> {
    let value = value?;
    let count = |name: &str| value.get(name).and_then(Value::as_u64);
    let input = count("inputTokens")?;
    let read = count("cacheReadInputTokens").unwrap_or(0);
    let written = count("cacheWriteInputTokens").unwrap_or(0);
    Some(Usage {
        prompt: input.saturating_add(read).saturating_add(written),
        completion: count("outputTokens").unwrap_or(0),
        cached_read: read,
        cache_write_5m: written,
        ..Usage::default()
    })
}

/// Reads a whole answer.
pub fn read_reply(body: &[u8]) -> Result<Reply, DecodeError> {
    let document: Value =
        serde_json::from_slice(body).map_err(|error| DecodeError::Unreadable(error.to_string()))?;
    let Some(content) = document
        .pointer("/output/message/content")
        .and_then(Value::as_array)
    else {
        let message = text(&document, "/message");
        if message.is_empty() {
            return Err(DecodeError::Unreadable("output is missing".to_owned()));
        }
        return Err(DecodeError::Upstream(upstream_error(message)));
    };
    let parts = content.iter().filter_map(part).collect();
    let stop = document.get("stopReason").and_then(Value::as_str);
    let usage = usage(document.get("usage"));
    Ok(reply_of("", "", parts, stop.map(stop_reason), usage))
}

fn part(block: &Value) -> Option<Part> {
    if let Some(text) = block.get("text").and_then(Value::as_str) {
        return Some(Part::new(PartKind::Text(text.to_owned())));
    }
    if let Some(call) = block.get("toolUse") {
        return Some(Part::new(PartKind::ToolCall {
            id: text(call, "/toolUseId").to_owned(),
            name: text(call, "/name").to_owned(),
            arguments: call.get("input").unwrap_or(&Value::Null).to_string(),
        }));
    }
    let thinking = block.pointer("/reasoningContent/reasoningText")?;
    let signature = thinking.get("signature").and_then(Value::as_str);
    Some(Part::new(PartKind::Reasoning {
        text: text(thinking, "/text").to_owned(),
        signature: signature.map(str::to_owned),
    }))
}
