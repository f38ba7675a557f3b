//! Dify's answers to the hub.
//! Thoughts of agents are thinking; what workflows say of their nodes is left out.

use serde_json::Value;

use crate::canon::{DecodeError, Event, Reply, StopReason, Usage};
use crate::vendor::plain::{text_at, text_part};
use crate::vendor::state::{State, reply_of, upstream_error};

fn usage(document: &Value) -> Option<Usage> {
    let usage = document.pointer("/metadata/usage")?;
    let count = |name: &str| usage.get(name).and_then(Value::as_u64);
    Some(Usage {
        prompt: count("prompt_tokens")?,
        completion: count("completion_tokens").unwrap_or(0),
        ..Usage::default()
    })
}

/// Reads one event of a stream.
pub(in crate::vendor) fn event(state: &mut State, document: &Value, events: &mut Vec<Event>) {
    match text_at(document, "/event") {
        "message" | "agent_message" => {
            let created = document.get("created_at").and_then(Value::as_i64);
            state.start(
                text_at(document, "/message_id"),
                "",
                created.unwrap_or(0),
                events,
            );
            State::text(text_at(document, "/answer"), events);
        }
        "agent_thought" => State::reasoning(text_at(document, "/thought"), events),
        "message_end" => {
            state.stop(StopReason::Stop, events);
            events.extend(usage(document).map(Event::Usage));
            state.end(true, events);
        }
        "error" => events.push(Event::Error(upstream_error(text_at(document, "/message")))),
        _ => {}
    }
}

/// Reads a whole answer.
pub(in crate::vendor) fn whole(document: &Value) -> Result<Reply, DecodeError> {
    if document.get("answer").is_none() {
        return Err(DecodeError::Unreadable("answer is missing".to_owned()));
    }
    let parts = text_part(text_at(document, "/answer"))
        .into_iter()
        .collect();
    let id = text_at(document, "/message_id");
    Ok(reply_of(
        id,
        "",
        parts,
        Some(StopReason::Stop),
        usage(document),
    ))
}
