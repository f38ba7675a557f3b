//! Baidu's answers to the hub: the same document whole and as a piece of a stream.
//! A call of a function comes whole and without an id.

use serde_json::Value;

use crate::canon::{DecodeError, ErrorBody, Event, Reply, StopReason, Usage};
use crate::vendor::plain::{call_part, reasoning_part, text_at, text_part};
use crate::vendor::state::{State, reply_of, vendor_error};

/// Returns the error that a document is.
pub(in crate::vendor) fn error_of(document: &Value) -> Option<ErrorBody> {
    let code = document.get("error_code")?;
    Some(vendor_error(Some(code), text_at(document, "/error_msg")))
}

fn is_true(document: &Value, name: &str) -> bool {
    document.get(name).and_then(Value::as_bool) == Some(true)
}

fn stop_reason(document: &Value) -> StopReason {
    match text_at(document, "/finish_reason") {
        "function_call" => StopReason::ToolCalls,
        _ if document.get("function_call").is_some() => StopReason::ToolCalls,
        "length" => StopReason::Length,
        _ if is_true(document, "is_truncated") => StopReason::Length,
        "content_filter" => StopReason::ContentFilter,
        "" | "normal" | "stop" => StopReason::Stop,
        other => StopReason::Other(other.to_owned()),
    }
}

fn usage(document: &Value) -> Option<Usage> {
    let count = |name: &str| document.pointer(name).and_then(Value::as_u64);
    Some(Usage {
        prompt: count("/usage/prompt_tokens")?,
        completion: count("/usage/completion_tokens").unwrap_or(0),
        ..Usage::default()
    })
}

/// Reads one event of a stream.
pub(in crate::vendor) fn event(state: &mut State, document: &Value, events: &mut Vec<Event>) {
    let created = document.get("created").and_then(Value::as_i64);
    state.start(
        text_at(document, "/id"),
        "",
        created.unwrap_or_default(),
        events,
    );
    if let Some(call) = document.get("function_call") {
        State::reasoning(text_at(call, "/thoughts"), events);
        let id = format!("call_{}", state.calls());
        state.call(&id, text_at(call, "/name"), events);
        state.arguments(text_at(call, "/arguments"), events);
    }
    State::text(text_at(document, "/result"), events);
    if is_true(document, "is_end") {
        let reason = match stop_reason(document) {
            StopReason::Stop if state.calls() > 0 => StopReason::ToolCalls,
            other => other,
        };
        state.stop(reason, events);
        events.extend(usage(document).map(Event::Usage));
        state.end(true, events);
    }
}

/// Reads a whole answer.
pub(in crate::vendor) fn whole(document: &Value) -> Result<Reply, DecodeError> {
    let (text, call) = (document.get("result"), document.get("function_call"));
    if text.is_none() && call.is_none() {
        return Err(DecodeError::Unreadable("result is missing".to_owned()));
    }
    let mut parts = Vec::new();
    parts.extend(reasoning_part(text_at(document, "/function_call/thoughts")));
    parts.extend(text_part(text_at(document, "/result")));
    parts.extend(call.map(|call| {
        let arguments = text_at(call, "/arguments").to_owned();
        call_part("call_0", text_at(call, "/name"), arguments)
    }));
    let mut reply = reply_of(
        text_at(document, "/id"),
        "",
        parts,
        Some(stop_reason(document)),
        usage(document),
    );
    let created = document.get("created").and_then(Value::as_i64);
    reply.created = created.unwrap_or_default();
    Ok(reply)
}
