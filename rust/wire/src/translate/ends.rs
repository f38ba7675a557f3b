//! The two ends of a stream's translation: each family's decoder and encoder behind one name.
//! Dispatch only.

use bytes::{Bytes, BytesMut};

use crate::canon::{Event, Question};
use crate::endpoint::{Endpoint, Family};
use crate::family::{anthropic_messages, bedrock, gemini, openai_chat, openai_responses};
use crate::vendor::dialect;

/// Turns an upstream's stream into events.
#[derive(Clone, Debug)]
pub(super) enum Decoder {
    OpenaiChat(openai_chat::upstream_reply::Decoder),
    OpenaiResponses(openai_responses::upstream_reply::Decoder),
    AnthropicMessages(anthropic_messages::upstream_reply::Decoder),
    Gemini(gemini::upstream_reply::Decoder),
    Bedrock(bedrock::upstream_reply::Decoder),
    Vendor(dialect::Decoder),
}

impl Decoder {
    pub(super) fn new(from: Family) -> Option<Self> {
        Some(match from {
            Family::OpenaiChat => Self::OpenaiChat(openai_chat::upstream_reply::Decoder::new()),
            Family::OpenaiResponses => {
                Self::OpenaiResponses(openai_responses::upstream_reply::Decoder::new())
            }
            Family::AnthropicMessages => {
                Self::AnthropicMessages(anthropic_messages::upstream_reply::Decoder::new())
            }
            Family::Gemini => Self::Gemini(gemini::upstream_reply::Decoder::new()),
            Family::Bedrock => Self::Bedrock(bedrock::upstream_reply::Decoder::new()),
            Family::Vendor(own) => Self::Vendor(dialect::Decoder::new(own)),
            _ => return None,
        })
    }

    pub(super) fn push(&mut self, chunk: &[u8], events: &mut Vec<Event>) {
        match self {
            Self::OpenaiChat(decoder) => decoder.push(chunk, events),
            Self::OpenaiResponses(decoder) => decoder.push(chunk, events),
            Self::AnthropicMessages(decoder) => decoder.push(chunk, events),
            Self::Gemini(decoder) => decoder.push(chunk, events),
            Self::Bedrock(decoder) => decoder.push(chunk, events),
            Self::Vendor(decoder) => decoder.push(chunk, events),
        }
    }

    pub(super) fn finish(&mut self, events: &mut Vec<Event>) {
        match self {
            Self::OpenaiChat(decoder) => decoder.finish(events),
            Self::OpenaiResponses(decoder) => decoder.finish(events),
            Self::AnthropicMessages(decoder) => decoder.finish(events),
            Self::Gemini(decoder) => decoder.finish(events),
            Self::Bedrock(decoder) => decoder.finish(events),
            Self::Vendor(decoder) => decoder.finish(events),
        }
    }
}

/// Turns events into a client's stream.
#[derive(Clone, Debug)]
pub(super) enum Encoder {
    OpenaiChat(openai_chat::client_reply::Encoder),
    OpenaiResponses(Box<openai_responses::client_reply::Encoder>),
    AnthropicMessages(anthropic_messages::client_reply::Encoder),
    Gemini(gemini::client_reply::Encoder),
}

impl Encoder {
    pub(super) fn new(to: Endpoint, includes_usage: bool) -> Option<Self> {
        Some(match to.family() {
            Family::OpenaiChat => {
                Self::OpenaiChat(openai_chat::client_reply::Encoder::new(to, includes_usage))
            }
            Family::OpenaiResponses => Self::OpenaiResponses(Box::new(
                openai_responses::client_reply::Encoder::new(to, includes_usage),
            )),
            Family::AnthropicMessages => Self::AnthropicMessages(
                anthropic_messages::client_reply::Encoder::new(to, includes_usage),
            ),
            Family::Gemini => Self::Gemini(gemini::client_reply::Encoder::new(to, includes_usage)),
            _ => return None,
        })
    }

    /// Tells families whose answers depend on the question what was asked.
    pub(super) fn answer(&mut self, question: Question) {
        match self {
            Self::OpenaiResponses(encoder) => encoder.answer(question),
            Self::AnthropicMessages(encoder) => encoder.answer(&question),
            Self::OpenaiChat(_) | Self::Gemini(_) => {}
        }
    }

    /// Lets a family that repeats its answer share long texts instead of copying them.
    pub(super) fn share_long_texts(&mut self) {
        if let Self::OpenaiResponses(encoder) = self {
            encoder.share_long_texts();
        }
    }

    /// Returns what goes out before the bytes that were written last.
    pub(super) fn take_before(&mut self) -> Vec<Bytes> {
        match self {
            Self::OpenaiResponses(encoder) => encoder.take_before(),
            Self::OpenaiChat(_) | Self::AnthropicMessages(_) | Self::Gemini(_) => Vec::new(),
        }
    }

    pub(super) fn push(&mut self, event: &Event, out: &mut BytesMut) {
        match self {
            Self::OpenaiChat(encoder) => encoder.push(event, out),
            Self::OpenaiResponses(encoder) => encoder.push(event, out),
            Self::AnthropicMessages(encoder) => encoder.push(event, out),
            Self::Gemini(encoder) => encoder.push(event, out),
        }
    }
}
