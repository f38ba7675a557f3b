//! Zhipu's third answers to the hub. A whole answer's text is quoted as JSON; a refusal has status 200 and `success: false`.

use serde_json::Value;

use crate::canon::{DecodeError, ErrorBody, Event, Reply, StopReason, Usage};
use crate::vendor::plain::{text_at, text_part};
use crate::vendor::state::{State, reply_of, upstream_error, vendor_error};

/// Where a stream's reader stands within one event.
#[derive(Clone, Debug, Default)]
pub(in crate::vendor) struct Block {
    name: String,
    has_data: bool,
}

/// Returns the error that a document is.
pub(in crate::vendor) fn error_of(document: &Value) -> Option<ErrorBody> {
    let is_refused = document.get("success") == Some(&Value::Bool(false));
    is_refused.then(|| vendor_error(document.get("code"), text_at(document, "/msg")))
}

fn usage(holder: &Value) -> Option<Usage> {
    let count = |name: &str| holder.pointer(name).and_then(Value::as_u64);
    let completion = count("/usage/completion_tokens").unwrap_or(0);
    // Some models report the sum alone.
    let prompt = match count("/usage/prompt_tokens") {
        Some(prompt) => prompt,
        None => count("/usage/total_tokens")?.saturating_sub(completion),
    };
    Some(Usage {
        prompt,
        completion,
        ..Usage::default()
    })
}

/// Reads one line of a stream.
pub(in crate::vendor) fn line(
    block: &mut Block,
    state: &mut State,
    line: &[u8],
    events: &mut Vec<Event>,
) {
    let line = String::from_utf8_lossy(line);
    if let Some(name) = line.strip_prefix("event:") {
        name.trim().clone_into(&mut block.name);
    } else if let Some(text) = line.strip_prefix("data:") {
        data(block, state, text, events);
    } else if let Some(meta) = line.strip_prefix("meta:") {
        let Ok(document) = serde_json::from_str::<Value>(meta) else {
            return events.push(Event::Error(State::unreadable()));
        };
        state.start(text_at(&document, "/request_id"), "", 0, events);
        state.stop(StopReason::Stop, events);
        events.extend(usage(&document).map(Event::Usage));
        state.end(true, events);
    } else if line.is_empty() {
        *block = Block::default();
    } else if let Ok(document) = serde_json::from_str::<Value>(&line)
        && let Some(error) = error_of(&document)
    {
        events.push(Event::Error(error));
    }
}

fn data(block: &mut Block, state: &mut State, text: &str, events: &mut Vec<Event>) {
    if matches!(block.name.as_str(), "error" | "interrupted") {
        return events.push(Event::Error(upstream_error(text)));
    }
    state.start("", "", 0, events);
    if std::mem::replace(&mut block.has_data, true) {
        State::text("\n", events);
    }
    State::text(text, events);
}

/// Reads a whole answer.
pub(in crate::vendor) fn whole(document: &Value) -> Result<Reply, DecodeError> {
    let data = document.get("data").unwrap_or(&Value::Null);
    let Some(said) = data.pointer("/choices/0/content").and_then(Value::as_str) else {
        return Err(DecodeError::Unreadable("choices are missing".to_owned()));
    };
    let plain = serde_json::from_str::<String>(said);
    let plain = plain.unwrap_or_else(|_not_quoted| said.to_owned());
    let parts = text_part(&plain).into_iter().collect();
    let id = text_at(data, "/request_id");
    let stop = Some(StopReason::Stop);
    Ok(reply_of(id, "", parts, stop, usage(data)))
}
