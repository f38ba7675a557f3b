//! Hunyuan's answers to the hub. A whole answer stands under `Response`, as a refusal does, even of a call for a stream.
//! Pieces of a call after the first have no name.

use serde_json::Value;

use crate::canon::{DecodeError, ErrorBody, Event, Reply, StopReason, Usage};
use crate::vendor::plain::{call_part, reasoning_part, text_at, text_part};
use crate::vendor::state::{State, reply_of, vendor_error};

/// Returns the error that a document is.
pub(in crate::vendor) fn error_of(document: &Value) -> Option<ErrorBody> {
    if let Some(error) = document.pointer("/Response/Error") {
        return Some(vendor_error(error.get("Code"), text_at(error, "/Message")));
    }
    let broken = document
        .get("ErrorMsg")
        .or_else(|| document.pointer("/Response/ErrorMsg"));
    let broken = broken.filter(|error| error.is_object())?;
    Some(vendor_error(broken.get("Code"), text_at(broken, "/Msg")))
}

fn stop_reason(word: &str) -> StopReason {
    match word {
        "stop" => StopReason::Stop,
        "tool_calls" => StopReason::ToolCalls,
        "sensitive" => StopReason::ContentFilter,
        "length" => StopReason::Length,
        other => StopReason::Other(other.to_owned()),
    }
}

fn usage(document: &Value) -> Option<Usage> {
    let count = |name: &str| document.pointer(name).and_then(Value::as_u64);
    Some(Usage {
        prompt: count("/Usage/PromptTokens")?,
        completion: count("/Usage/CompletionTokens").unwrap_or(0),
        ..Usage::default()
    })
}

fn calls(holder: &Value) -> impl Iterator<Item = &Value> {
    let calls = holder.get("ToolCalls").and_then(Value::as_array);
    calls.into_iter().flatten()
}

/// Reads one event of a stream.
pub(in crate::vendor) fn event(state: &mut State, document: &Value, events: &mut Vec<Event>) {
    let created = document.get("Created").and_then(Value::as_i64);
    state.start(
        text_at(document, "/Id"),
        "",
        created.unwrap_or_default(),
        events,
    );
    let choice = document.pointer("/Choices/0").unwrap_or(&Value::Null);
    let delta = choice.get("Delta").unwrap_or(&Value::Null);
    State::reasoning(text_at(delta, "/ReasoningContent"), events);
    State::text(text_at(delta, "/Content"), events);
    for call in calls(delta) {
        let name = text_at(call, "/Function/Name");
        if !name.is_empty() {
            state.call(text_at(call, "/Id"), name, events);
        }
        state.arguments(text_at(call, "/Function/Arguments"), events);
    }
    let word = text_at(choice, "/FinishReason");
    if !word.is_empty() {
        state.stop(stop_reason(word), events);
    }
    events.extend(usage(document).map(Event::Usage));
}

/// Reads a whole answer.
pub(in crate::vendor) fn whole(document: &Value) -> Result<Reply, DecodeError> {
    let response = document.get("Response").unwrap_or(document);
    let Some(choice) = response.pointer("/Choices/0") else {
        return Err(DecodeError::Unreadable("Choices are missing".to_owned()));
    };
    let message = choice.get("Message").unwrap_or(&Value::Null);
    let mut parts = Vec::new();
    parts.extend(reasoning_part(text_at(message, "/ReasoningContent")));
    parts.extend(text_part(text_at(message, "/Content")));
    parts.extend(calls(message).map(|call| {
        let arguments = text_at(call, "/Function/Arguments").to_owned();
        call_part(
            text_at(call, "/Id"),
            text_at(call, "/Function/Name"),
            arguments,
        )
    }));
    let stop = stop_reason(text_at(choice, "/FinishReason"));
    let id = text_at(response, "/Id");
    let mut reply = reply_of(id, "", parts, Some(stop), usage(response));
    let created = response.get("Created").and_then(Value::as_i64);
    reply.created = created.unwrap_or_default();
    Ok(reply)
}
