//! Where a vendor's stream stands: what every dialect's reader keeps between two documents.
//! A few words and counters, whatever the length of the stream.

use serde_json::{Value, json};

use crate::canon::{Choice, ErrorBody, Event, Part, Reply, StopReason, Usage};

/// The state of one stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    is_started: bool,
    is_ended: bool,
    has_stopped: bool,
    /// Tool calls that began.
    calls: u32,
}

impl State {
    /// Begins the answer; only the first call says anything.
    pub(crate) fn start(&mut self, id: &str, model: &str, created: i64, events: &mut Vec<Event>) {
        if std::mem::replace(&mut self.is_started, true) {
            return;
        }
        events.push(Event::Start {
            id: id.to_owned(),
            model: model.to_owned(),
            created,
        });
    }

    /// Adds output text.
    pub(crate) fn text(text: &str, events: &mut Vec<Event>) {
        if !text.is_empty() {
            events.push(Event::Text {
                choice: 0,
                text: text.to_owned(),
            });
        }
    }

    /// Adds thinking.
    pub(crate) fn reasoning(text: &str, events: &mut Vec<Event>) {
        if !text.is_empty() {
            events.push(Event::Reasoning {
                choice: 0,
                text: text.to_owned(),
            });
        }
    }

    /// Begins a tool call.
    pub(crate) fn call(&mut self, id: &str, name: &str, events: &mut Vec<Event>) {
        let call = self.calls;
        self.calls = self.calls.saturating_add(1);
        events.push(Event::ToolStart {
            choice: 0,
            call,
            id: id.to_owned(),
            name: name.to_owned(),
        });
    }

    /// Adds to the arguments of the tool call that began last.
    pub(crate) fn arguments(&self, text: &str, events: &mut Vec<Event>) {
        if !text.is_empty() && self.calls > 0 {
            events.push(Event::ToolArguments {
                choice: 0,
                call: self.calls - 1,
                text: text.to_owned(),
            });
        }
    }

    /// Returns how many tool calls began.
    pub(crate) fn calls(&self) -> u32 {
        self.calls
    }

    /// Says why the answer ends; only the first reason counts.
    pub(crate) fn stop(&mut self, reason: StopReason, events: &mut Vec<Event>) {
        if !std::mem::replace(&mut self.has_stopped, true) {
            events.push(Event::Stop { choice: 0, reason });
        }
    }

    /// Ends the stream, once.
    pub(crate) fn end(&mut self, is_complete: bool, events: &mut Vec<Event>) {
        if !std::mem::replace(&mut self.is_ended, true) {
            events.push(Event::End { is_complete });
        }
    }

    pub(crate) const fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// The provider sent what is no JSON.
    pub(crate) fn unreadable() -> ErrorBody {
        upstream_error("upstream sent a chunk that is not valid JSON")
    }
}

/// An error that a provider reported in words only.
pub(crate) fn upstream_error(message: &str) -> ErrorBody {
    let value = Value::String(message.to_owned()).to_string();
    let read = crate::error_body::error_in_reply(value.as_bytes());
    read.unwrap_or_else(|| ErrorBody {
        status: 502,
        message: "upstream reported an error".to_owned(),
        kind: "upstream_error".into(),
        code: Some("bad_response_body".into()),
        param: None,
        wait_s: None,
    })
}

/// An error that a provider reported with a code and words.
pub(crate) fn vendor_error(code: Option<&Value>, message: &str) -> ErrorBody {
    let message = if message.is_empty() {
        "upstream reported an error"
    } else {
        message
    };
    let fields = json!({"message": message, "code": code.unwrap_or(&Value::Null)});
    let read = crate::error_body::error_in_reply(fields.to_string().as_bytes());
    read.unwrap_or_else(|| upstream_error(message))
}

/// A whole answer with one choice.
pub(crate) fn reply_of(
    id: &str,
    model: &str,
    parts: Vec<Part>,
    stop: Option<StopReason>,
    usage: Option<Usage>,
) -> Reply {
    Reply {
        id: id.to_owned(),
        model: model.to_owned(),
        choices: vec![Choice {
            index: 0,
            parts,
            stop,
            logprobs: None,
            message_rest: serde_json::Map::new(),
            rest: serde_json::Map::new(),
        }],
        usage,
        ..Reply::default()
    }
}
