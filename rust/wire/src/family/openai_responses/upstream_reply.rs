//! Upstream bytes to the hub: streamed events and whole replies.
//! Must give the same events however the bytes are cut, and hold one event at most.

use crate::canon::{DecodeError, Event, Reply};

/// Turns a stream into events.
#[derive(Clone, Debug, Default)]
pub struct Decoder {}

impl Decoder {
    /// Makes a decoder at the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes and appends what they say.
    pub fn push(&mut self, _chunk: &[u8], _events: &mut Vec<Event>) {}

    /// Ends the stream.
    pub fn finish(&mut self, events: &mut Vec<Event>) {
        events.push(Event::End { is_complete: false });
    }
}

/// Reads a whole reply.
pub fn read_reply(_body: &[u8]) -> Result<Reply, DecodeError> {
    Err(DecodeError::Unreadable("not spoken yet".to_owned()))
}
