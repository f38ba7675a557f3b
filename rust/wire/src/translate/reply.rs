//! A whole upstream answer to the client's, through the hub.
//! Called when the answer is all there; says beside it what the money needs.

use crate::canon::{Question, Reply, StopReason, Usage};
use crate::endpoint::{Endpoint, Family};
use crate::family::{anthropic_messages, bedrock, gemini, openai_chat, openai_responses};
use crate::vendor::dialect;

use super::thinking::wrap_reply;
use super::{TranslateError, embeddings, services};

/// An answer in the client's family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranslatedReply {
    /// The body.
    pub body: Vec<u8>,
    /// The usage that the provider reported.
    pub usage: Option<Usage>,
    /// Images that were made, for calls that ask for them.
    pub images: u64,
    /// The provider says of its answer that it is incomplete.
    pub is_incomplete: bool,
}

/// Whether a provider says with its last word that the answer is incomplete: only one family has such a word.
pub(super) const fn says_incomplete(from: Family, stop: &StopReason) -> bool {
    let is_cut = matches!(
        stop,
        StopReason::Length | StopReason::ContentFilter | StopReason::Other(_)
    );
    is_cut && matches!(from, Family::OpenaiResponses)
}

/// The same of a whole answer.
pub(super) fn is_incomplete(from: Family, reply: &Reply) -> bool {
    let stops = reply
        .choices
        .iter()
        .filter_map(|choice| choice.stop.as_ref());
    stops.into_iter().any(|stop| says_incomplete(from, stop))
}

/// Translates an answer; `model` is the name that the client asked for.
pub fn reply(
    from: Family,
    to: Endpoint,
    model: &str,
    body: &[u8],
) -> Result<TranslatedReply, TranslateError> {
    reply_to(&Question::default(), from, to, model, body)
}

/// The same, where the client's family may repeat the question in its answer.
pub fn reply_to(
    question: &Question,
    from: Family,
    to: Endpoint,
    model: &str,
    body: &[u8],
) -> Result<TranslatedReply, TranslateError> {
    if to.is_embedding() {
        return embeddings::reply(question, from, to, model, body);
    }
    if let Family::Service(service) = from {
        return services::reply(question, service, to, model, body);
    }
    let reply = read(from, body)?;
    write(question, from, to, model, reply)
}

/// Writes an answer of the hub for the client.
pub(super) fn write(
    question: &Question,
    from: Family,
    to: Endpoint,
    model: &str,
    mut reply: Reply,
) -> Result<TranslatedReply, TranslateError> {
    model.clone_into(&mut reply.model);
    if reply.created == 0 {
        reply.created = question.asked_at;
    }
    reply.cross(from, to.family());
    if question.wraps_thinking {
        wrap_reply(&mut reply);
    }
    let is_incomplete = is_incomplete(from, &reply);
    let written = match to.family() {
        Family::OpenaiChat => openai_chat::client_reply::write_reply(to, &reply),
        Family::OpenaiResponses => openai_responses::client_reply::write_reply(question, &reply),
        Family::AnthropicMessages => {
            anthropic_messages::client_reply::write_reply(question, &reply)
        }
        Family::Gemini => gemini::client_reply::write_reply(to, &reply),
        _ => return Err(TranslateError::NoWay),
    };
    Ok(TranslatedReply {
        body: written?,
        usage: reply.usage,
        images: 0,
        is_incomplete,
    })
}

pub(super) fn read(from: Family, body: &[u8]) -> Result<Reply, TranslateError> {
    let read = match from {
        Family::OpenaiChat => openai_chat::upstream_reply::read_reply(body),
        Family::OpenaiResponses => openai_responses::upstream_reply::read_reply(body),
        Family::AnthropicMessages => anthropic_messages::upstream_reply::read_reply(body),
        Family::Gemini => gemini::upstream_reply::read_reply(body),
        Family::Bedrock => bedrock::upstream_reply::read_reply(body),
        Family::Vendor(own) => dialect::read_reply(own, body),
        _ => return Err(TranslateError::NoWay),
    };
    Ok(read?)
}
