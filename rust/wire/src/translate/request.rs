//! A client's call to an upstream's, through the hub.
//! Called once an attempt; what an operator changes in between (`edit`) is done on the hub's request.

use crate::canon::Request;
use crate::endpoint::{Endpoint, Family};
use crate::family::{anthropic_messages, bedrock, gemini, openai_chat, openai_responses};
use crate::vendor::{self, Deposit, Profile, dialect};

use super::{TranslateError, embeddings, services};

/// A body for an upstream and the endpoint that takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireRequest {
    /// The endpoint, which gives the path.
    pub endpoint: Endpoint,
    /// The model's name as the upstream is to see it, in the body or the path.
    pub model: String,
    /// The body.
    pub body: Vec<u8>,
    /// Its content type; none for JSON.
    pub kind: Option<String>,
    /// Canonical fields that the upstream's family has no word for and that were left out by rule.
    pub drops: Vec<&'static str>,
}

/// What is translated.
#[derive(Clone, Copy, Debug)]
pub struct Translating<'a> {
    /// The client's endpoint.
    pub endpoint: Endpoint,
    /// The model of the client's path, decoded, for endpoints that have it there.
    pub path_model: Option<&'a str>,
    /// The client's body.
    pub body: &'a [u8],
    /// The family that the upstream speaks.
    pub to: Family,
    /// The upstream's vendor.
    pub profile: &'a Profile,
    /// The model's name as the upstream is to see it.
    pub model: &'a str,
}

/// Translates a call; `edit` may change the hub's request before it is written, and take its [`Request::question`] for the
/// way back.
pub fn request(
    call: &Translating<'_>,
    edit: impl FnOnce(&mut Request),
) -> Result<WireRequest, TranslateError> {
    if call.endpoint.is_embedding() {
        return embeddings::request(call, edit);
    }
    if let Family::Service(service) = call.to {
        return services::request(call, service, edit);
    }
    let mut request = read(call)?;
    call.model.clone_into(&mut request.model);
    request.stream |= call.endpoint.always_streams();
    request.origin.get_or_insert(call.endpoint.family());
    let mut left_out = prepare(&mut request, call.to)?;
    left_out.extend(request.cross(call.endpoint.family(), call.to));
    edit(&mut request);
    let written = match call.to {
        Family::OpenaiChat => openai_chat::upstream_request::write(&request, call.profile),
        Family::OpenaiResponses => {
            openai_responses::upstream_request::write(&request, call.profile)
        }
        Family::AnthropicMessages => {
            anthropic_messages::upstream_request::write(&request, call.profile)
        }
        Family::Gemini => gemini::upstream_request::write(&request, call.profile),
        Family::Bedrock => bedrock::upstream_request::write(&request),
        Family::Vendor(own) => dialect::write(own, &request),
        _ => return Err(TranslateError::NoWay),
    };
    let mut written = written?;
    written.drops.extend(left_out);
    Ok(written)
}

/// Returns the uploads that a call needs before it can be written, in the order of its files.
///
/// # Errors
/// As of [`request`].
pub fn deposits(call: &Translating<'_>) -> Result<Vec<Deposit>, TranslateError> {
    if !vendor::takes_deposits(call.to) {
        return Ok(Vec::new());
    }
    Ok(vendor::deposits(&mut read(call)?)?)
}

/// Takes out of a request, or refuses, what only the client's family can do; returns what was taken out.
fn prepare(request: &mut Request, to: Family) -> Result<Vec<&'static str>, TranslateError> {
    if to != Family::OpenaiChat {
        request.converse()?;
    }
    if to != Family::OpenaiResponses && request.origin == Some(Family::OpenaiResponses) {
        return Ok(openai_responses::client_request::prepare_crossing(request)?);
    }
    Ok(Vec::new())
}

/// Reads the client's body into the hub.
fn read(call: &Translating<'_>) -> Result<Request, TranslateError> {
    let Translating {
        endpoint,
        path_model,
        body,
        ..
    } = *call;
    let read = match endpoint.family() {
        Family::OpenaiChat => openai_chat::client_request::read(endpoint, body),
        Family::OpenaiResponses => {
            openai_responses::client_request::read(endpoint, path_model, body)
        }
        Family::AnthropicMessages => {
            anthropic_messages::client_request::read(endpoint, path_model, body)
        }
        Family::Gemini => gemini::client_request::read(endpoint, path_model, body),
        _ => return Err(TranslateError::NoWay),
    };
    Ok(read?)
}
