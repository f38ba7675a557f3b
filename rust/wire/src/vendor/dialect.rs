//! Forms that one vendor alone speaks, towards upstreams only: which there are, and who writes and reads each.
//! Stands where a family's `upstream_request` and `upstream_reply` stand; each dialect is a folder with `request` and `reply`.

use serde_json::Value;

use super::state::State;
use super::{aiproxy, baidu, cohere, coze, dify, ollama, palm, replicate, tencent, zhipu};
use crate::canon::{DecodeError, EncodeError, ErrorBody, Event, Reply, Request};
use crate::endpoint::Endpoint;
use crate::error_body::error_in_reply;
use crate::framing::lines::LineParser;
use crate::framing::sse::{SseEvent, SseParser};
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
    /// Coze's `/v3/chat`.
    Coze,
    /// Baidu's `wenxinworkshop/chat`.
    Baidu,
    /// Tencent's action `ChatCompletions`.
    Tencent,
    /// Zhipu's `/api/paas/v3/model-api`.
    Zhipu,
    /// `PaLM`'s `generateMessage`.
    Palm,
    /// `AIProxy`'s `/api/library/ask`.
    AiProxyLibrary,
    /// Replicate's predictions of language models.
    Replicate,
}

/// A written body and the fields that were left out of it.
pub(super) type Written = (Value, Vec<&'static str>);

/// Writes a request in a vendor's own form.
pub(crate) fn write(dialect: Dialect, request: &Request) -> Result<WireRequest, EncodeError> {
    let (body, drops) = match dialect {
        Dialect::Cohere => cohere::request::write(request)?,
        Dialect::Ollama => ollama::request::write(request)?,
        Dialect::Dify => dify::request::write(request)?,
        Dialect::Coze => coze::request::write(request)?,
        Dialect::Baidu => baidu::request::write(request)?,
        Dialect::Tencent => tencent::request::write(request)?,
        Dialect::Zhipu => zhipu::request::write(request)?,
        Dialect::Palm => palm::request::write(request)?,
        Dialect::AiProxyLibrary => aiproxy::request::write(request)?,
        Dialect::Replicate => replicate::request::write(request)?,
    };
    Ok(WireRequest {
        endpoint: Endpoint::ChatCompletions,
        model: request.model.clone(),
        body: body.to_string().into_bytes(),
        kind: None,
        drops,
    })
}

/// Reads a whole answer.
pub(crate) fn read_reply(dialect: Dialect, body: &[u8]) -> Result<Reply, DecodeError> {
    let document: Value =
        serde_json::from_slice(body).map_err(|error| DecodeError::Unreadable(error.to_string()))?;
    if let Some(error) = error_of(dialect, &document) {
        return Err(DecodeError::Upstream(error));
    }
    match dialect {
        Dialect::Cohere => cohere::reply::whole(&document),
        Dialect::Ollama => ollama::reply::whole(&document),
        Dialect::Dify => dify::reply::whole(&document),
        Dialect::Coze => coze::reply::whole(&document),
        Dialect::Baidu => baidu::reply::whole(&document),
        Dialect::Tencent => tencent::reply::whole(&document),
        Dialect::Zhipu => zhipu::reply::whole(&document),
        Dialect::Palm => palm::reply::whole(&document),
        Dialect::AiProxyLibrary => aiproxy::reply::whole(&document),
        Dialect::Replicate => replicate::reply::whole(&document),
    }
}

/// Returns what stands under `error`, if that says one.
pub(super) fn error_under(document: &Value) -> Option<ErrorBody> {
    let error = document.get("error").filter(|error| !error.is_null())?;
    error_in_reply(error.to_string().as_bytes())
}

/// Returns the error that a document is: under `error`, or in the vendor's own words.
fn error_of(dialect: Dialect, document: &Value) -> Option<ErrorBody> {
    if let Some(error) = error_under(document) {
        return Some(error);
    }
    match dialect {
        Dialect::Baidu => baidu::reply::error_of(document),
        Dialect::Tencent => tencent::reply::error_of(document),
        Dialect::Zhipu => zhipu::reply::error_of(document),
        Dialect::AiProxyLibrary => aiproxy::reply::error_of(document),
        _ => None,
    }
}

#[derive(Clone, Debug)]
enum Frames {
    Sse(SseParser),
    Lines(LineParser),
    /// Lines that only look like events.
    Zhipu(LineParser, zhipu::reply::Block),
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
            Dialect::Zhipu => Frames::Zhipu(LineParser::of_all(), zhipu::reply::Block::default()),
            _ => Frames::Sse(SseParser::new()),
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
                read(dialect, state, &event, events);
            }),
            Frames::Lines(parser) => parser.push(chunk, &mut |line| {
                read(
                    dialect,
                    state,
                    &SseEvent {
                        event: "",
                        data: line,
                    },
                    events,
                );
            }),
            Frames::Zhipu(parser, block) => parser.push(chunk, &mut |line| {
                if !state.is_ended() {
                    zhipu::reply::line(block, state, line, events);
                }
            }),
        }
    }

    /// Ends the stream.
    pub(crate) fn finish(&mut self, events: &mut Vec<Event>) {
        let (dialect, state) = (self.dialect, &mut self.state);
        // A last document that broke off in the middle is no fault of its own: the end is not complete.
        let mut last = |event: &SseEvent<'_>| {
            let is_text = dialect == Dialect::Replicate;
            if is_text || serde_json::from_slice::<Value>(event.data).is_ok() {
                read(dialect, state, event, events);
            }
        };
        match &mut self.frames {
            Frames::Sse(parser) => parser.finish(&mut |event| last(&event)),
            Frames::Lines(parser) => {
                parser.finish(&mut |line| {
                    last(&SseEvent {
                        event: "",
                        data: line,
                    });
                });
            }
            Frames::Zhipu(parser, block) => parser.finish(&mut |line| {
                let is_whole = !line.starts_with(b"meta:") || line.ends_with(b"}");
                if is_whole && !state.is_ended() {
                    zhipu::reply::line(block, state, line, events);
                }
            }),
        }
        self.state.end(false, events);
    }
}

fn read(dialect: Dialect, state: &mut State, event: &SseEvent<'_>, events: &mut Vec<Event>) {
    if state.is_ended() {
        return;
    }
    if dialect == Dialect::Replicate {
        return replicate::reply::event(state, event, events);
    }
    if matches!(event.data, b"[DONE]" | b"\"[DONE]\"") {
        return state.end(true, events);
    }
    let Ok(document) = serde_json::from_slice::<Value>(event.data) else {
        return events.push(Event::Error(State::unreadable()));
    };
    if let Some(error) = error_of(dialect, &document) {
        return events.push(Event::Error(error));
    }
    match dialect {
        Dialect::Cohere => cohere::reply::event(state, &document, events),
        Dialect::Ollama => ollama::reply::event(state, &document, events),
        Dialect::Dify => dify::reply::event(state, &document, events),
        Dialect::Coze => coze::reply::event(state, event.event, &document, events),
        Dialect::Baidu => baidu::reply::event(state, &document, events),
        Dialect::Tencent => tencent::reply::event(state, &document, events),
        Dialect::AiProxyLibrary => aiproxy::reply::event(state, &document, events),
        // Zhipu's lines and Replicate's texts are read before they get here; PaLM does not stream.
        Dialect::Zhipu | Dialect::Palm | Dialect::Replicate => {
            events.push(Event::Error(State::unreadable()));
        }
    }
}
