//! One folder an API family, each with the same six files.
//! A family knows its own wire structs and the hub; never another family, never I/O.

pub mod anthropic_messages;
pub mod audio;
pub mod bedrock;
pub mod embeddings;
pub mod gemini;
pub mod images;
pub mod moderations;
pub mod openai_chat;
pub mod openai_responses;
pub(crate) mod reading;
pub mod rerank;

use crate::canon::Usage;
use crate::endpoint::{Endpoint, Family};
use reading::{ReplyReading, TextSink};

/// Reads one event's data, or one whole reply, in the words of the endpoint's family; `so_far` is the usage that earlier
/// events of the same stream reported. An unreadable one says nothing.
pub(crate) fn read_reply(
    endpoint: Endpoint,
    data: &[u8],
    so_far: Option<&Usage>,
    sink: &mut dyn TextSink,
) -> Option<ReplyReading> {
    match endpoint.family() {
        Family::AnthropicMessages => anthropic_messages::tap::read_reply(data, so_far, sink),
        Family::Gemini => gemini::tap::read_reply(data, so_far, sink),
        Family::OpenaiResponses => openai_responses::tap::read_reply(data, so_far, sink),
        Family::Images => images::tap::read_reply(data, so_far),
        Family::Audio => audio::tap::read_reply(data),
        Family::Rerank => rerank::tap::read_reply(data),
        _ => openai_chat::tap::read_reply(data, sink),
    }
}
