//! A library's answers to the hub. Documents become sources as chat has them; it reports no usage.

use serde_json::{Map, Value, json};

use crate::canon::{DecodeError, ErrorBody, Event, Reply, StopReason};
use crate::vendor::plain::{text_at, text_part};
use crate::vendor::state::{State, reply_of, vendor_error};

/// Returns the error that a document is.
pub(in crate::vendor) fn error_of(document: &Value) -> Option<ErrorBody> {
    let code = document.get("errCode").and_then(Value::as_i64);
    let is_refused =
        document.get("success") == Some(&Value::Bool(false)) || code.is_some_and(|code| code != 0);
    is_refused.then(|| vendor_error(document.get("errCode"), text_at(document, "/message")))
}

fn sources(document: &Value) -> Option<Map<String, Value>> {
    let documents = document.get("documents").and_then(Value::as_array)?;
    let sources: Vec<Value> = documents
        .iter()
        .map(|one| {
            let (title, url) = (text_at(one, "/title"), text_at(one, "/url"));
            json!({"type": "url_citation", "url_citation": {"title": title, "url": url}})
        })
        .collect();
    if sources.is_empty() {
        return None;
    }
    let mut fields = Map::new();
    fields.insert("annotations".to_owned(), Value::Array(sources));
    Some(fields)
}

/// Reads one event of a stream.
pub(in crate::vendor) fn event(state: &mut State, document: &Value, events: &mut Vec<Event>) {
    state.start("", text_at(document, "/model"), 0, events);
    State::text(text_at(document, "/content"), events);
    let found = sources(document);
    events.extend(found.map(|fields| Event::Extra { choice: 0, fields }));
    if document.get("finish") == Some(&Value::Bool(true)) {
        state.stop(StopReason::Stop, events);
        state.end(true, events);
    }
}

/// Reads a whole answer.
pub(in crate::vendor) fn whole(document: &Value) -> Result<Reply, DecodeError> {
    if document.get("answer").is_none() {
        return Err(DecodeError::Unreadable("answer is missing".to_owned()));
    }
    let parts = text_part(text_at(document, "/answer"));
    let stop = Some(StopReason::Stop);
    let mut reply = reply_of("", "", parts.into_iter().collect(), stop, None);
    for choice in &mut reply.choices {
        choice.message_rest = sources(document).unwrap_or_default();
    }
    Ok(reply)
}
