//! Forms that one vendor alone speaks, towards upstreams only: which there are, and who writes and reads each.
//! Stands where a family's `upstream_request` and `upstream_reply` stand; each dialect is a folder with `request` and `reply`.

use serde_json::Value;

use super::state::State;
use super::{cohere, dify, ollama};
use crate::canon::{DecodeError, EncodeError, ErrorBody, Event, Reply, Request};
use crate::endpoint::Endpoint;
use crate::error_body::error_in_reply;
use crate::framing::lines::LineParser;
use crate::framing::sse::SseParser;
use crate::translate::WireRequest;

/// A form of one vendor alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
pub enum Dialect {
    /// Cohere's `/v2/chat`.
    Cohere,
    /// Ollama's `/api/chat`.
    Ollama,
    /// Dify's `/v1/chat-messages`.
    Dify,
}

/// A written body and the fields that were left out of it.
pub(super) type Written = (Value, Vec<&'static str>);

/// Writes a request in a vendor's own form.
pub(crate) fn write(dialect: Dialect, request: &Request) -> Result<WireRequest, EncodeError> {
    let (body, drops) = match dialect {
        Dialect::Cohere => cohere::request::write(request)?,
        Dialect::Ollama => ollama::request::write(request)?,
        Dialect::Dify => dify::request::write(request)?,
    };
    Ok(WireRequest {
        endpoint: Endpoint::ChatCompletions,
        model: request.model.clone(),
        body: body.to_string().into_bytes(),
        drops,
    })
}

/// Reads a whole answer.
pub(crate) fn read_reply(dialect: Dialect, body: &[u8]) -> Result<Reply, DecodeError> {
    let document: Value =
        serde_json::from_slice(body).map_err(|error| DecodeError::Unreadable(error.to_string()))?;
    if let Some(error) = error_of(&document) {
        return Err(DecodeError::Upstream(error));
    }
    match dialect {
        Dialect::Cohere => cohere::reply::whole(&document),
        Dialect::Ollama => ollama::reply::whole(&document),
        Dialect::Dify => dify::reply::whole(&document),
    }
}

/// Returns the error that a document is, if it says one under `error`.
fn error_of(document: &Value) -> Option<ErrorBody> {
    let error = document.get("error").filter(|error| !error.is_null())?;
    error_in_reply(error.to_string().as_bytes())
}

#[derive(Clone, Debug)]
enum Frames {
    Sse(SseParser),
    Lines(LineParser),
}

/// Turns a vendor's stream into events.
#[derive(Clone, Debug)]
pub(crate) struct Decoder {
    dialect: Dialect,
    frames: Frames,
    state: State,
}

impl Decoder {
    /// Makes a decoder at the start of a stream.
    pub(crate) fn new(dialect: Dialect) -> Self {
        let frames = match dialect {
            Dialect::Ollama => Frames::Lines(LineParser::default()),
            Dialect::Cohere | Dialect::Dify => Frames::Sse(SseParser::new()),
        };
        Self {
            dialect,
            frames,
            state: State::default(),
        }
    }

    /// Takes the next bytes and appends what they say.
    pub(crate) fn push(&mut self, chunk: &[u8], events: &mut Vec<Event>) {
        let (dialect, state) = (self.dialect, &mut self.state);
        match &mut self.frames {
            Frames::Sse(parser) => parser.push(chunk, &mut |event| {
                read(dialect, state, event.data, events);
            }),
            Frames::Lines(parser) => {
                parser.push(chunk, &mut |line| read(dialect, state, line, events));
            }
        }
    }

    /// Ends the stream.
    pub(crate) fn finish(&mut self, events: &mut Vec<Event>) {
        let (dialect, state) = (self.dialect, &mut self.state);
        // A last document that broke off in the middle is no fault of its own: the end is not complete.
        let mut last = |data: &[u8]| {
            if serde_json::from_slice::<Value>(data).is_ok() {
                read(dialect, state, data, events);
            }
        };
        match &mut self.frames {
            Frames::Sse(parser) => parser.finish(&mut |event| last(event.data)),
            Frames::Lines(parser) => parser.finish(&mut |line| last(line)),
        }
        self.state.end(false, events);
    }
}

fn read(dialect: Dialect, state: &mut State, data: &[u8], events: &mut Vec<Event>) {
    if state.is_ended() {
        return;
    }
    if data == b"[DONE]" {
        return state.end(true, events);
    }
    let Ok(document) = serde_json::from_slice::<Value>(data) else {
        return events.push(Event::Error(State::unreadable()));
    };
    if let Some(error) = error_of(&document) {
        return events.push(Event::Error(error));
    }
    match dialect {
        Dialect::Cohere => cohere::reply::event(state, &document, events),
        Dialect::Ollama => ollama::reply::event(state, &document, events),
        Dialect::Dify => dify::reply::event(state, &document, events),
    }
}
