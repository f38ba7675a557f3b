//! `PaLM`'s answers to the hub. A refused prompt has no candidates but says which filter took it.

use serde_json::Value;

use crate::canon::{DecodeError, Reply, StopReason};
use crate::vendor::plain::{text_at, text_part};
use crate::vendor::state::{reply_of, upstream_error};

/// Reads a whole answer.
pub(in crate::vendor) fn whole(document: &Value) -> Result<Reply, DecodeError> {
    let candidates = document.get("candidates").and_then(Value::as_array);
    let Some(candidates) = candidates.filter(|all| !all.is_empty()) else {
        let reason = text_at(document, "/filters/0/reason");
        if reason.is_empty() {
            return Err(DecodeError::Unreadable("candidates are missing".to_owned()));
        }
        let why = format!("the prompt was filtered: {reason}");
        return Err(DecodeError::Upstream(upstream_error(&why)));
    };
    let mut reply = Reply::default();
    for (index, candidate) in (0..).zip(candidates) {
        let parts = text_part(text_at(candidate, "/content"));
        let one = reply_of(
            "",
            "",
            parts.into_iter().collect(),
            Some(StopReason::Stop),
            None,
        );
        reply
            .choices
            .extend(one.choices.into_iter().map(|mut choice| {
                choice.index = index;
                choice
            }));
    }
    Ok(reply)
}
