//! A language model's output to the hub: a text, its pieces in order, or a stream of them, which is plain text inside events
//! and says nothing of tokens.

use serde_json::Value;

use super::failure;
use crate::canon::{DecodeError, Event, Reply, StopReason, Usage};
use crate::framing::sse::SseEvent;
use crate::vendor::plain::{text_at, text_part};
use crate::vendor::state::{State, reply_of, upstream_error};

fn usage(document: &Value) -> Option<Usage> {
    let count = |name: &str| document.pointer(name).and_then(Value::as_u64);
    Some(Usage {
        prompt: count("/metrics/input_token_count")?,
        completion: count("/metrics/output_token_count").unwrap_or(0),
        ..Usage::default()
    })
}

/// Reads a whole answer.
pub(in crate::vendor) fn whole(document: &Value) -> Result<Reply, DecodeError> {
    if let Some(why) = failure(document) {
        return Err(DecodeError::Upstream(upstream_error(&why)));
    }
    let text = match document.get("output") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(pieces)) => pieces.iter().filter_map(Value::as_str).collect(),
        _ => return Err(DecodeError::Unreadable("output is missing".to_owned())),
    };
    let parts = text_part(&text).into_iter().collect();
    let id = text_at(document, "/id");
    Ok(reply_of(
        id,
        "",
        parts,
        Some(StopReason::Stop),
        usage(document),
    ))
}

/// Reads one event of a stream: `output`, `error` and `done`; what a model logs is nobody's.
pub(in crate::vendor) fn event(state: &mut State, event: &SseEvent<'_>, events: &mut Vec<Event>) {
    match event.event {
        "output" => {
            state.start("", "", 0, events);
            State::text(&String::from_utf8_lossy(event.data), events);
        }
        "error" => fail(state, &said(event.data), events),
        "done" => match said(event.data).as_str() {
            "" => {
                state.stop(StopReason::Stop, events);
                state.end(true, events);
            }
            reason => fail(state, &format!("the prediction ended: {reason}"), events),
        },
        _ => {}
    }
}

fn fail(state: &mut State, why: &str, events: &mut Vec<Event>) {
    events.push(Event::Error(upstream_error(why)));
    state.end(false, events);
}

/// The words of an error or of an end: `{"detail"}`, `{"reason"}`, or bare text.
fn said(data: &[u8]) -> String {
    match serde_json::from_slice::<Value>(data) {
        Ok(Value::Object(fields)) => {
            let mut names = ["detail", "error", "reason"].into_iter();
            let word = names.find_map(|name| fields.get(name)?.as_str());
            word.unwrap_or_default().to_owned()
        }
        _ => String::from_utf8_lossy(data).trim().to_owned(),
    }
}
