//! Cohere's answers to the hub.
//! Billed units are what Cohere charges for; they are the usage where they are there. Citations are left out.

use serde_json::Value;

use crate::canon::{DecodeError, Event, Reply, StopReason, Usage};
use crate::vendor::plain::{call_part, reasoning_part, text_at, text_part};
use crate::vendor::state::{State, reply_of, upstream_error};

fn stop_reason(word: &str) -> StopReason {
    match word {
        "COMPLETE" | "STOP_SEQUENCE" => StopReason::Stop,
        "MAX_TOKENS" => StopReason::Length,
        "TOOL_CALL" => StopReason::ToolCalls,
        "ERROR_TOXIC" => StopReason::ContentFilter,
        other => StopReason::Other(other.to_ascii_lowercase()),
    }
}

pub(super) fn usage(value: Option<&Value>) -> Option<Usage> {
    let value = value?;
    let count = |pointer: &str| {
        let number = value.pointer(pointer)?;
        // Some counts come as 12.0.
        number
            .as_u64()
            .or_else(|| number.as_f64().map(|count| count as u64))
    };
    let prompt = count("/billed_units/input_tokens").or_else(|| count("/tokens/input_tokens"));
    let completion =
        count("/billed_units/output_tokens").or_else(|| count("/tokens/output_tokens"));
    if prompt.is_none() && completion.is_none() {
        return None;
    }
    Some(Usage {
        prompt: prompt.unwrap_or(0),
        completion: completion.unwrap_or(0),
        ..Usage::default()
    })
}

/// A call without arguments says null.
fn arguments(text: &str) -> &str {
    if matches!(text, "" | "null") {
        "{}"
    } else {
        text
    }
}

/// Reads one event of a stream.
pub(in crate::vendor) fn event(state: &mut State, document: &Value, events: &mut Vec<Event>) {
    match text_at(document, "/type") {
        "message-start" => state.start(text_at(document, "/id"), "", 0, events),
        "content-start" | "content-delta" => {
            State::reasoning(text_at(document, "/delta/message/content/thinking"), events);
            State::text(text_at(document, "/delta/message/content/text"), events);
        }
        "tool-plan-delta" => {
            State::reasoning(text_at(document, "/delta/message/tool_plan"), events);
        }
        "tool-call-start" => {
            let at = "/delta/message/tool_calls";
            let id = text_at(document, &format!("{at}/id")).to_owned();
            state.call(
                &id,
                text_at(document, &format!("{at}/function/name")),
                events,
            );
            let begun = text_at(document, &format!("{at}/function/arguments")).to_owned();
            state.arguments(&begun, events);
        }
        "tool-call-delta" => {
            let piece = text_at(document, "/delta/message/tool_calls/function/arguments");
            state.arguments(piece, events);
        }
        "message-end" => {
            let word = text_at(document, "/delta/finish_reason");
            if matches!(word, "ERROR" | "TIMEOUT") {
                let message = text_at(document, "/delta/error");
                let message = if message.is_empty() { word } else { message };
                events.push(Event::Error(upstream_error(message)));
            } else {
                state.stop(stop_reason(word), events);
            }
            events.extend(usage(document.pointer("/delta/usage")).map(Event::Usage));
            state.end(true, events);
        }
        _ => {}
    }
}

/// Reads a whole answer.
pub(in crate::vendor) fn whole(document: &Value) -> Result<Reply, DecodeError> {
    let Some(message) = document
        .get("message")
        .filter(|message| message.is_object())
    else {
        return Err(DecodeError::Upstream(upstream_error(text_at(
            document, "/message",
        ))));
    };
    let mut parts = Vec::new();
    parts.extend(reasoning_part(text_at(message, "/tool_plan")));
    for block in message
        .get("content")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        parts.extend(reasoning_part(text_at(block, "/thinking")));
        parts.extend(text_part(text_at(block, "/text")));
    }
    for call in message
        .get("tool_calls")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let given = arguments(text_at(call, "/function/arguments")).to_owned();
        parts.push(call_part(
            text_at(call, "/id"),
            text_at(call, "/function/name"),
            given,
        ));
    }
    let stop = document.get("finish_reason").and_then(Value::as_str);
    let stop = stop.map(stop_reason);
    let usage = usage(document.get("usage"));
    Ok(reply_of(text_at(document, "/id"), "", parts, stop, usage))
}
