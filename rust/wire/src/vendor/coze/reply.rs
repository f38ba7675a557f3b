//! Coze's events to the hub.
//! Only the pieces of answers are output: what a bot's plugins said, follow-up questions and the whole messages that repeat
//! the pieces are left out.

use serde_json::Value;

use crate::canon::{DecodeError, ErrorBody, Event, Reply, StopReason, Usage};
use crate::vendor::plain::text_at;
use crate::vendor::state::{State, upstream_error, vendor_error};

fn usage(document: &Value) -> Option<Usage> {
    let usage = document.get("usage")?;
    let count = |name: &str| usage.get(name).and_then(Value::as_u64);
    let (prompt, completion) = (count("input_count")?, count("output_count")?);
    // A chat that began says zero of everything.
    (prompt + completion > 0).then(|| Usage {
        prompt,
        completion,
        ..Usage::default()
    })
}

fn failure(error: Option<&Value>) -> ErrorBody {
    let Some(error) = error else {
        return upstream_error("the bot failed");
    };
    vendor_error(error.get("code"), text_at(error, "/msg"))
}

/// Reads one event of a stream.
pub(in crate::vendor) fn event(
    state: &mut State,
    name: &str,
    document: &Value,
    events: &mut Vec<Event>,
) {
    match name {
        "conversation.chat.created" => {
            let created = document.get("created_at").and_then(Value::as_i64);
            state.start(
                text_at(document, "/id"),
                "",
                created.unwrap_or_default(),
                events,
            );
        }
        "conversation.message.delta" if text_at(document, "/type") == "answer" => {
            state.start(text_at(document, "/chat_id"), "", 0, events);
            State::reasoning(text_at(document, "/reasoning_content"), events);
            State::text(text_at(document, "/content"), events);
        }
        "conversation.chat.completed" => {
            state.stop(StopReason::Stop, events);
            events.extend(usage(document).map(Event::Usage));
            state.end(true, events);
        }
        "conversation.chat.failed" => {
            events.push(Event::Error(failure(document.get("last_error"))));
            state.end(false, events);
        }
        "conversation.chat.requires_action" => {
            let why = "the bot waits for the result of a local tool";
            events.push(Event::Error(upstream_error(why)));
        }
        "error" => events.push(Event::Error(failure(Some(document)))),
        "done" => state.end(true, events),
        _ => {}
    }
}

/// Reads an answer that is no stream: it can only be a refusal.
pub(in crate::vendor) fn whole(document: &Value) -> Result<Reply, DecodeError> {
    match document.get("code").and_then(Value::as_i64) {
        Some(code) if code != 0 => Err(DecodeError::Upstream(failure(Some(document)))),
        _ => Err(DecodeError::Unreadable("a stream was asked for".to_owned())),
    }
}
