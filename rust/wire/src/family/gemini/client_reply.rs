//! The hub to a client's bytes: events to the family's stream, whole replies to one body.
//! Keeps the order of events.

use bytes::BytesMut;
use serde_json::{Value, json};

use crate::canon::{EncodeError, ErrorBody, Event, Reply};
use crate::endpoint::Endpoint;

/// Turns events into the family's stream.
#[derive(Clone, Debug)]
pub struct Encoder {}

impl Encoder {
    /// Makes an encoder; `includes_usage` when the client asked for usage in the stream.
    pub fn new(_endpoint: Endpoint, _includes_usage: bool) -> Self {
        Self {}
    }

    /// Writes one event.
    pub fn push(&mut self, _event: &Event, _out: &mut BytesMut) {}
}

/// Writes a whole reply.
pub fn write_reply(_endpoint: Endpoint, _reply: &Reply) -> Result<Vec<u8>, EncodeError> {
    Err(EncodeError::Unsupported { field: "model" })
}

/// Returns the family's error object.
pub(crate) fn error_value(error: &ErrorBody) -> Value {
    json!({"error": {"code": error.status, "message": error.message, "status": status_word(error)}})
}

/// Returns Google's word for a status. A word that an upstream of this family said itself is kept.
fn status_word(error: &ErrorBody) -> &str {
    let is_word = |word: &&str| {
        word.len() > 2
            && word
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    let said = error.code.as_deref().filter(is_word);
    said.unwrap_or(match error.status {
        400 | 405 | 411 | 413 | 415 | 422 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        402 | 403 => "PERMISSION_DENIED",
        404 | 410 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        499 => "CANCELLED",
        501 => "UNIMPLEMENTED",
        502 | 503 => "UNAVAILABLE",
        408 | 504 | 524 => "DEADLINE_EXCEEDED",
        500..=599 => "INTERNAL",
        _ => "UNKNOWN",
    })
}
