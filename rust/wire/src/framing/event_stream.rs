//! AWS event streams (`application/vnd.amazon.eventstream`): length-prefixed messages with headers and two CRC-32 sums.
//! Between a provider's bytes and the decoders; hands the messages on as server-sent events, so that what stands behind
//! needs no other framing. Holds one message at most; a message that is broken or too large ends the stream with an error.

use serde_json::Value;

use super::sse::MAX_EVENT_BYTES;
use crate::json;
use crate::vendor::base64_decode;

/// Prelude: total length, length of the headers, CRC of both.
const PRELUDE: usize = 12;
/// The sum behind a message.
const TRAILER: usize = 4;
/// The longest block of headers that is read, after the protocol's own limit.
const MAX_HEADERS: usize = 128 * 1024;

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// `:message-type`: `event`, `exception` or `error`.
    pub kind: String,
    /// `:event-type`, `:exception-type` or `:error-code`.
    pub name: String,
    /// The payload.
    pub payload: Vec<u8>,
}

impl Message {
    /// Says whether it is no error.
    pub fn is_event(&self) -> bool {
        self.kind == "event"
    }

    /// Returns what an exception says.
    pub fn text(&self) -> String {
        let document = serde_json::from_slice::<Value>(&self.payload).unwrap_or_default();
        let text = document.get("message").or_else(|| document.get("Message"));
        let text = text.and_then(Value::as_str).map(str::to_owned);
        text.unwrap_or_else(|| format!("the provider ended the stream: {}", self.name))
    }
}

/// Why a stream cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FramingError {
    /// A length is impossible or over the limit.
    #[error("event stream message has an impossible length")]
    Length,
    /// A sum does not fit.
    #[error("event stream message is damaged")]
    Checksum,
    /// The headers cannot be read.
    #[error("event stream message has unreadable headers")]
    Headers,
}

/// An incremental parser: the same messages for every way the bytes are cut.
#[derive(Clone, Debug, Default)]
pub struct MessageParser {
    bytes: Vec<u8>,
    is_broken: bool,
}

impl MessageParser {
    /// Takes the next bytes and hands over every message that they complete. After an error it takes nothing more.
    pub fn push(
        &mut self,
        chunk: &[u8],
        on_message: &mut dyn FnMut(Message),
    ) -> Result<(), FramingError> {
        if self.is_broken {
            return Ok(());
        }
        self.bytes.extend_from_slice(chunk);
        let mut at = 0;
        let result = loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            match read_message(rest) {
                Ok(Some((message, length))) => {
                    at += length;
                    on_message(message);
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        self.bytes.drain(..at);
        if result.is_err() {
            self.is_broken = true;
            self.bytes = Vec::new();
        }
        result
    }

    /// Says whether the stream stopped inside a message.
    pub fn is_inside(&self) -> bool {
        !self.bytes.is_empty()
    }
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?;
    let four = <[u8; 4]>::try_from(four).ok()?;
    usize::try_from(u32::from_be_bytes(four)).ok()
}

/// Reads one message and its length; `None` when bytes are missing yet.
fn read_message(bytes: &[u8]) -> Result<Option<(Message, usize)>, FramingError> {
    let (Some(total), Some(headers), Some(sum)) =
        (number(bytes, 0), number(bytes, 4), number(bytes, 8))
    else {
        return Ok(None);
    };
    if crc32(bytes.get(..8).unwrap_or_default()) as usize != sum {
        return Err(FramingError::Checksum);
    }
    let is_possible = (PRELUDE + TRAILER..=MAX_EVENT_BYTES).contains(&total)
        && headers <= MAX_HEADERS
        && headers <= total - PRELUDE - TRAILER;
    if !is_possible {
        return Err(FramingError::Length);
    }
    let Some(whole) = bytes.get(..total) else {
        return Ok(None);
    };
    let (body, trailer) = whole.split_at(total - TRAILER);
    if number(trailer, 0) != Some(crc32(body) as usize) {
        return Err(FramingError::Checksum);
    }
    let payload_at = PRELUDE + headers;
    let mut message = read_headers(body.get(PRELUDE..payload_at).unwrap_or_default())
        .ok_or(FramingError::Headers)?;
    message.payload = body.get(payload_at..).unwrap_or_default().to_vec();
    Ok(Some((message, total)))
}

/// Headers are name length, name, type and value; only texts matter here.
fn read_headers(mut bytes: &[u8]) -> Option<Message> {
    let mut message = Message::default();
    while let Some((length, rest)) = bytes.split_first() {
        let (name, rest) = rest.split_at_checked(usize::from(*length))?;
        let (kind, rest) = rest.split_first()?;
        let (value, rest) = match kind {
            0 | 1 => rest.split_at_checked(0)?,
            2 => rest.split_at_checked(1)?,
            3 => rest.split_at_checked(2)?,
            4 => rest.split_at_checked(4)?,
            5 | 8 => rest.split_at_checked(8)?,
            6 | 7 => {
                let (size, rest) = rest.split_first_chunk::<2>()?;
                rest.split_at_checked(usize::from(u16::from_be_bytes(*size)))?
            }
            9 => rest.split_at_checked(16)?,
            _ => return None,
        };
        let text = || String::from_utf8_lossy(value).into_owned();
        match name {
            b":message-type" => message.kind = text(),
            b":event-type" | b":exception-type" | b":error-code" => message.name = text(),
            _ => {}
        }
        bytes = rest;
    }
    Some(message)
}

/// CRC-32 as in zip and Ethernet.
fn crc32(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

/// Turns the event stream of Bedrock's `InvokeModelWithResponseStream` into the server-sent events that Anthropic's own
/// server would send: `{"bytes": base64}` holds one event's data.
#[derive(Clone, Debug, Default)]
pub struct Unframer {
    parser: MessageParser,
}

impl Unframer {
    /// Makes an unframer at the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes and appends the events that they complete.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        let pushed = self.parser.push(chunk, &mut |message| write(&message, out));
        if let Err(error) = pushed {
            write_error("stream_error", &error.to_string(), out);
        }
    }
}

fn write(message: &Message, out: &mut Vec<u8>) {
    if !message.is_event() {
        return write_error(&message.name, &message.text(), out);
    }
    let document = serde_json::from_slice::<Value>(&message.payload).unwrap_or_default();
    let encoded = document.get("bytes").and_then(Value::as_str);
    let Some(event) = encoded.and_then(base64_decode) else {
        return;
    };
    let kind = serde_json::from_slice::<Value>(&event).unwrap_or_default();
    let kind = kind.get("type").and_then(Value::as_str);
    write_event(kind.unwrap_or_default(), &event, out);
}

fn write_event(name: &str, data: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(name.replace(['\r', '\n'], " ").as_bytes());
    out.extend_from_slice(b"\ndata: ");
    // A line feed between two tokens of JSON means nothing, and would end the line here.
    let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
    out.extend(
        data.iter()
            .map(|byte| if is_break(byte) { b' ' } else { *byte }),
    );
    out.extend_from_slice(b"\n\n");
}

/// An exception inside the stream, in the shape of Anthropic's own.
fn write_error(kind: &str, message: &str, out: &mut Vec<u8>) {
    let mut data = br#"{"type":"error","error":{"type":"#.to_vec();
    data.extend(json::quoted(kind));
    data.extend_from_slice(br#","message":"#);
    data.extend(json::quoted(message));
    data.extend_from_slice(b"}}");
    write_event("error", &data, out);
}
