//! The hub to a client's bytes: events to the family's stream, whole replies to one body.
//! Keeps the order of events.

use bytes::BytesMut;
use serde_json::json;

use crate::canon::{EncodeError, ErrorBody, Event, Question, Reply};
use crate::endpoint::Endpoint;

/// Turns events into the family's stream.
#[derive(Clone, Debug)]
pub struct Encoder {}

impl Encoder {
    /// Makes an encoder; `includes_usage` when the client asked for usage in the stream.
    pub fn new(_endpoint: Endpoint, _includes_usage: bool) -> Self {
        Self {}
    }

    /// Takes what was asked.
    pub fn answer(&mut self, _question: Question) {}

    /// Writes one event.
    pub fn push(&mut self, _event: &Event, _out: &mut BytesMut) {}
}

/// Writes a whole reply.
pub fn write_reply(_question: &Question, _reply: &Reply) -> Result<Vec<u8>, EncodeError> {
    Err(EncodeError::Unsupported { field: "model" })
}

/// Returns an error as one event of the family's stream.
pub(crate) fn error_event(error: &ErrorBody) -> Vec<u8> {
    let value = json!({
        "type": "error",
        "code": error.code,
        "message": error.message,
        "param": error.param,
    });
    format!("event: error\ndata: {value}\n\n").into_bytes()
}
