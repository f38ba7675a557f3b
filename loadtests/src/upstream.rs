//! The scripted upstream. The model's name in the request says what comes back; usage is in every plain answer and, when
//! the request asks for it, at the end of a stream, so that sums can be held against a gateway's rows.
//!
//! | model | answer |
//! |---|---|
//! | `load-plain` | at once, about 1.1 KB |
//! | `load-stream` | 100 chunks of about 190 bytes, each its own write, no delay |
//! | `load-paced` | 100 chunks, 20 a second |
//! | `load-wait` | one chunk, then silence until the client goes |
//! | `load-flood` | 200 MB in chunks of 16 KiB |
//! | `load-crossed` | 100 chunks as `load-stream`; on Anthropic's path 100 of its events, each its own write |

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use memchr::memmem;

use crate::Failure;
use crate::serve::{self, Body};
use crate::tls::Front;

const STREAM_CHUNKS: u32 = 100;
const PACE: Duration = Duration::from_millis(50);
const FLOOD_BYTES: usize = 200 << 20;
const FLOOD_CHUNK: usize = 16 << 10;

/// Serves until the process is stopped.
pub(crate) async fn run(port: u16, front: &Front) -> Result<(), Failure> {
    serve::run(port, front, answer).await
}

async fn answer(request: Request<Incoming>) -> Response<Body> {
    let is_messages = request.uri().path().ends_with("/messages");
    let Ok(body) = request.into_body().collect().await else {
        return Response::new(full(Bytes::new()));
    };
    let body = body.to_bytes();
    let prompt = body.len() / 4;
    let has = |needle: &str| memmem::find(&body, needle.as_bytes()).is_some();
    let usage = has("\"include_usage\":true").then_some(prompt);
    if is_messages {
        return event_stream(messages(STREAM_CHUNKS, prompt));
    }
    if has("load-stream") || has("load-crossed") {
        return event_stream(chunks(STREAM_CHUNKS, None, usage));
    }
    if has("load-paced") {
        return event_stream(chunks(STREAM_CHUNKS, Some(PACE), usage));
    }
    if has("load-wait") {
        return event_stream(waiting());
    }
    if has("load-flood") {
        return event_stream(flood());
    }
    let mut response = Response::new(full(plain(prompt)));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/json"),
    );
    response
}

fn full(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never| match never {}).boxed()
}

fn plain(prompt: usize) -> Bytes {
    let text = "measured water through a gate in a weir ".repeat(20);
    let completion = text.len() / 6;
    let total = prompt + completion;
    Bytes::from(format!(
        "{{\"id\":\"chatcmpl-load\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"load-plain\",\
         \"choices\":[{{\"index\":0,\"message\":{{\"role\":\"assistant\",\"content\":\"{text}\"}},\"finish_reason\":\"stop\"}}],\
         \"usage\":{{\"prompt_tokens\":{prompt},\"completion_tokens\":{completion},\"total_tokens\":{total}}}}}"
    ))
}

fn event_stream<S>(events: S) -> Response<Body>
where
    S: futures_util::Stream<Item = Result<Frame<Bytes>, Failure>> + Send + Sync + 'static,
{
    let mut response = Response::new(StreamBody::new(events).boxed());
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("text/event-stream"),
    );
    response
}

fn piece(number: u32, finish: bool) -> Bytes {
    let reason = if finish { "\"stop\"" } else { "null" };
    Bytes::from(format!(
        "data: {{\"id\":\"chatcmpl-load\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"load\",\
         \"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"word{number:03} \"}},\"finish_reason\":{reason}}}]}}\n\n"
    ))
}

fn last(usage: Option<usize>, chunks: u32) -> Bytes {
    let Some(prompt) = usage else {
        return Bytes::from_static(b"data: [DONE]\n\n");
    };
    let total = prompt + chunks as usize;
    Bytes::from(format!(
        "data: {{\"id\":\"chatcmpl-load\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"load\",\"choices\":[],\
         \"usage\":{{\"prompt_tokens\":{prompt},\"completion_tokens\":{chunks},\"total_tokens\":{total}}}}}\n\ndata: [DONE]\n\n"
    ))
}

/// Streams `count` chunks, each its own write: the yield between two lets the connection flush the first.
fn chunks(
    count: u32,
    pace: Option<Duration>,
    usage: Option<usize>,
) -> impl futures_util::Stream<Item = Result<Frame<Bytes>, Failure>> {
    stream::unfold(0_u32, move |number| async move {
        if number > count {
            return None;
        }
        match pace {
            Some(pace) if number > 0 => tokio::time::sleep(pace).await,
            _ => tokio::task::yield_now().await,
        }
        let bytes = if number == count {
            last(usage, count)
        } else {
            piece(number, number + 1 == count)
        };
        Some((Ok(Frame::data(bytes)), number + 1))
    })
}

/// An answer in Anthropic's form: `count` pieces of text, each its own write, between its beginning and its end.
fn messages(
    count: u32,
    prompt: usize,
) -> impl futures_util::Stream<Item = Result<Frame<Bytes>, Failure>> {
    stream::unfold(0_u32, move |number| async move {
        if number > count {
            return None;
        }
        tokio::task::yield_now().await;
        let bytes = match number {
            0 => opening(prompt) + &text_piece(number),
            number if number < count => text_piece(number),
            _ => closing(count),
        };
        Some((Ok(Frame::data(Bytes::from(bytes))), number + 1))
    })
}

fn opening(prompt: usize) -> String {
    format!(
        "event: message_start\ndata: {{\"type\":\"message_start\",\"message\":{{\"id\":\"msg_load\",\"type\":\"message\",\
         \"role\":\"assistant\",\"model\":\"load\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\
         \"usage\":{{\"input_tokens\":{prompt},\"output_tokens\":1}}}}}}\n\n\
         event: content_block_start\ndata: {{\"type\":\"content_block_start\",\"index\":0,\
         \"content_block\":{{\"type\":\"text\",\"text\":\"\"}}}}\n\n"
    )
}

fn text_piece(number: u32) -> String {
    format!(
        "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,\
         \"delta\":{{\"type\":\"text_delta\",\"text\":\"word{number:03} \"}}}}\n\n"
    )
}

fn closing(tokens: u32) -> String {
    format!(
        "event: content_block_stop\ndata: {{\"type\":\"content_block_stop\",\"index\":0}}\n\n\
         event: message_delta\ndata: {{\"type\":\"message_delta\",\"delta\":{{\"stop_reason\":\"end_turn\",\
         \"stop_sequence\":null}},\"usage\":{{\"output_tokens\":{tokens}}}}}\n\n\
         event: message_stop\ndata: {{\"type\":\"message_stop\"}}\n\n"
    )
}

fn waiting() -> impl futures_util::Stream<Item = Result<Frame<Bytes>, Failure>> {
    stream::unfold(0_u32, |number| async move {
        if number > 0 {
            std::future::pending::<()>().await;
        }
        Some((Ok(Frame::data(piece(number, false))), number + 1))
    })
}

fn flood() -> impl futures_util::Stream<Item = Result<Frame<Bytes>, Failure>> {
    let filler = "x".repeat(FLOOD_CHUNK - 100);
    let event = Bytes::from(format!(
        "data: {{\"id\":\"f\",\"object\":\"chat.completion.chunk\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{filler}\"}}}}]}}\n\n"
    ));
    stream::unfold(0_usize, move |sent| {
        let event = event.clone();
        async move { (sent < FLOOD_BYTES).then(|| (Ok(Frame::data(event.clone())), sent + event.len())) }
    })
}
