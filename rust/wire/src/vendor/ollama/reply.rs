//! Ollama's answers to the hub.
//! Tool calls come whole and without an id; theirs is their number.

use serde_json::Value;

use crate::canon::{DecodeError, Event, Reply, StopReason, Usage};
use crate::vendor::plain::{call_part, reasoning_part, text_at, text_part};
use crate::vendor::state::{State, reply_of};

fn calls(document: &Value) -> impl Iterator<Item = &Value> {
    let calls = document.pointer("/message/tool_calls");
    calls.and_then(Value::as_array).into_iter().flatten()
}

fn arguments(call: &Value) -> String {
    match call.pointer("/function/arguments") {
        Some(Value::String(text)) => text.clone(),
        Some(object @ Value::Object(_)) => object.to_string(),
        _ => "{}".to_owned(),
    }
}

fn call_id(call: &Value, number: usize) -> String {
    let given = text_at(call, "/id");
    if given.is_empty() {
        format!("call_{number}")
    } else {
        given.to_owned()
    }
}

fn stop_reason(document: &Value, has_calls: bool) -> StopReason {
    match text_at(document, "/done_reason") {
        _ if has_calls => StopReason::ToolCalls,
        "" | "stop" => StopReason::Stop,
        "length" => StopReason::Length,
        other => StopReason::Other(other.to_owned()),
    }
}

/// A prompt that was wholly in the cache has no count.
fn usage(document: &Value) -> Option<Usage> {
    let count = |name: &str| document.get(name).and_then(Value::as_u64);
    let (prompt, completion) = (count("prompt_eval_count"), count("eval_count"));
    if prompt.is_none() && completion.is_none() {
        return None;
    }
    Some(Usage {
        prompt: prompt.unwrap_or(0),
        completion: completion.unwrap_or(0),
        ..Usage::default()
    })
}

/// Reads one line of a stream.
pub(in crate::vendor) fn event(state: &mut State, document: &Value, events: &mut Vec<Event>) {
    state.start("", text_at(document, "/model"), 0, events);
    State::reasoning(text_at(document, "/message/thinking"), events);
    State::text(text_at(document, "/message/content"), events);
    for call in calls(document) {
        let id = call_id(call, state.calls() as usize);
        state.call(&id, text_at(call, "/function/name"), events);
        state.arguments(&arguments(call), events);
    }
    if document.get("done").and_then(Value::as_bool) == Some(true) {
        let reason = stop_reason(document, state.calls() > 0);
        state.stop(reason, events);
        events.extend(usage(document).map(Event::Usage));
        state.end(true, events);
    }
}

/// Reads a whole answer.
pub(in crate::vendor) fn whole(document: &Value) -> Result<Reply, DecodeError> {
    if !document.get("message").is_some_and(Value::is_object) {
        return Err(DecodeError::Unreadable("message is missing".to_owned()));
    }
    let mut parts = Vec::new();
    parts.extend(reasoning_part(text_at(document, "/message/thinking")));
    parts.extend(text_part(text_at(document, "/message/content")));
    for (number, call) in calls(document).enumerate() {
        let id = call_id(call, number);
        parts.push(call_part(
            &id,
            text_at(call, "/function/name"),
            arguments(call),
        ));
    }
    let stop = stop_reason(document, calls(document).next().is_some());
    let model = text_at(document, "/model").to_owned();
    Ok(reply_of("", &model, parts, Some(stop), usage(document)))
}
