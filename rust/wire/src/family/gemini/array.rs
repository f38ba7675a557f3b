//! The two forms of a streamed reply: events (`?alt=sse`) and one JSON array that grows piece by piece.
//! Used by the encoder, and by [`ArrayStream`] when a Gemini upstream's events go to a client that wants the array.
//! Holds one event at most.

use bytes::{BufMut, BytesMut};

use super::client_reply::error_value;
use crate::canon::ErrorBody;
use crate::framing::sse::SseParser;

/// How a client wants a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StreamForm {
    /// `data: {..}` events.
    #[default]
    Events,
    /// `[{..},\r\n{..}]`, `application/json`.
    Array,
}

impl StreamForm {
    /// Returns the form that a request's query string (without `?`) asks for: `alt=sse` means events, else the array.
    pub fn of_query(query: Option<&str>) -> Self {
        let mut pairs = query.unwrap_or_default().split('&');
        if pairs.any(|pair| pair.eq_ignore_ascii_case("alt=sse")) {
            Self::Events
        } else {
            Self::Array
        }
    }

    /// Returns the stream's content type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Events => "text/event-stream",
            Self::Array => "application/json; charset=UTF-8",
        }
    }
}

/// Writes pieces in a form.
#[derive(Clone, Debug, Default)]
pub(super) struct Pieces {
    form: StreamForm,
    has_begun: bool,
}

impl Pieces {
    pub(super) fn new(form: StreamForm) -> Self {
        Self {
            form,
            has_begun: false,
        }
    }

    /// Writes one JSON object.
    pub(super) fn put(&mut self, json: &[u8], out: &mut BytesMut) {
        let has_begun = std::mem::replace(&mut self.has_begun, true);
        match self.form {
            StreamForm::Events => {
                out.put_slice(b"data: ");
                out.put_slice(json);
                // Google's own servers end their lines so, and old readers of their events split at it.
                out.put_slice(b"\r\n\r\n");
            }
            StreamForm::Array => {
                out.put_slice(if has_begun { b",\r\n" } else { b"[" });
                out.put_slice(json);
            }
        }
    }

    /// Ends the stream. An array that broke off is left open, so that its reader sees that something is missing.
    pub(super) fn end(&mut self, is_complete: bool, out: &mut BytesMut) {
        if self.form == StreamForm::Array && is_complete {
            out.put_slice(if self.has_begun { b"]" } else { b"[]" });
        }
    }
}

/// Turns a Gemini upstream's event stream into the array form: each event's data as it came, nothing else. For a client
/// that did not ask for `alt=sse`; stands behind the tap.
#[derive(Clone, Debug)]
pub struct ArrayStream {
    parser: SseParser,
    pieces: Pieces,
}

impl Default for ArrayStream {
    fn default() -> Self {
        Self::new()
    }
}

impl ArrayStream {
    /// Makes one at the start of a stream.
    pub fn new() -> Self {
        Self {
            parser: SseParser::new(),
            pieces: Pieces::new(StreamForm::Array),
        }
    }

    /// Takes the next bytes of the event stream and appends what goes to the client now.
    pub fn push(&mut self, chunk: &[u8], out: &mut BytesMut) {
        let pieces = &mut self.pieces;
        self.parser
            .push(chunk, &mut |event| pieces.put(event.data, out));
    }

    /// Appends an error as one element; the stream is to be ended as not complete behind it.
    pub fn error(&mut self, error: &ErrorBody, out: &mut BytesMut) {
        let json = error_value(error).to_string();
        self.pieces.put(json.as_bytes(), out);
    }

    /// Ends the stream; an array that is not complete is left open.
    pub fn finish(&mut self, is_complete: bool, out: &mut BytesMut) {
        let pieces = &mut self.pieces;
        self.parser.finish(&mut |event| pieces.put(event.data, out));
        self.pieces.end(is_complete, out);
    }
}
