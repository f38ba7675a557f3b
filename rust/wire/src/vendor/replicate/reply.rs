//! A language model's output to the hub: a text, or its pieces in order.

use serde_json::Value;

use super::failure;
use crate::canon::{DecodeError, Reply, StopReason, Usage};
use crate::vendor::plain::{text_at, text_part};
use crate::vendor::state::{reply_of, upstream_error};

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
