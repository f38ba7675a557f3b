//! Calls for vectors between the two families that have them: `OpenAI`'s embeddings and Gemini's.
//! Whole replies only. Clients of `OpenAI` may want vectors as base64 of little-endian 32-bit numbers; Gemini has numbers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::canon::{EmbeddingsReply, Question, Request};
use crate::endpoint::{Endpoint, Family};
use crate::family::{embeddings, gemini};
use crate::vendor::service;

use super::{TranslateError, TranslatedReply, Translating, WireRequest};

/// The client's field that says how it wants the vectors; it reaches the answer through [`Question::echo`].
const ENCODING: &str = "encoding_format";

/// Translates a call. `edit` gets a stand-in that holds only what the answer must know of its question.
pub(super) fn request(
    call: &Translating<'_>,
    edit: impl FnOnce(&mut Request),
) -> Result<WireRequest, TranslateError> {
    let mut request = match call.endpoint.family() {
        Family::Embeddings => embeddings::client_request::read(call.body)?,
        Family::Gemini => {
            gemini::embeddings::read_request(call.endpoint, call.path_model, call.body)?
        }
        _ => return Err(TranslateError::NoWay),
    };
    call.model.clone_into(&mut request.model);
    let mut question = Request::default();
    if let Some(encoding) = request.encoding.take() {
        question.echo.insert(ENCODING.to_owned(), encoding.into());
    }
    edit(&mut question);
    match call.to {
        Family::Gemini => Ok(gemini::embeddings::write_request(&request)?),
        Family::Embeddings => {
            let has_fields = !request.rest.is_empty();
            request.rest.clear();
            Ok(WireRequest {
                endpoint: Endpoint::Embeddings,
                body: embeddings::upstream_request::write(&request)?,
                model: request.model,
                kind: None,
                drops: has_fields.then_some("taskType").into_iter().collect(),
            })
        }
        Family::Service(service) => {
            let (body, drops) = service::write_embeddings(service, &request)?;
            Ok(WireRequest {
                endpoint: Endpoint::Embeddings,
                model: request.model,
                body: body.to_string().into_bytes(),
                kind: None,
                drops,
            })
        }
        _ => Err(TranslateError::NoWay),
    }
}

/// Translates an answer.
pub(super) fn reply(
    question: &Question,
    from: Family,
    to: Endpoint,
    model: &str,
    body: &[u8],
) -> Result<TranslatedReply, TranslateError> {
    let mut reply = match from {
        Family::Gemini => gemini::embeddings::read_reply(body)?,
        Family::Embeddings => embeddings::upstream_reply::read_reply(body)?,
        Family::Service(service) => service::read_embeddings(service, body)?,
        _ => return Err(TranslateError::NoWay),
    };
    model.clone_into(&mut reply.model);
    reply.rest.clear();
    reply.embeddings.sort_by_key(|one| one.index);
    let body = if to.family() == Family::Gemini {
        convert(&mut reply, as_numbers);
        gemini::embeddings::write_reply(to, &reply)
    } else {
        if question.echo.get(ENCODING).and_then(Value::as_str) == Some("base64") {
            convert(&mut reply, as_base64);
        }
        embeddings::client_reply::write_reply(&reply)
    };
    Ok(TranslatedReply {
        body,
        usage: reply.usage,
        images: 0,
        is_incomplete: false,
    })
}

fn convert(reply: &mut EmbeddingsReply, change: fn(&Value) -> Option<Value>) {
    for one in &mut reply.embeddings {
        if let Some(vector) = change(&one.vector) {
            one.vector = vector;
        }
    }
}

/// Returns numbers as base64; `None` for what is no list of numbers.
fn as_base64(vector: &Value) -> Option<Value> {
    let numbers = vector.as_array()?.iter().map(Value::as_f64);
    let numbers = numbers.collect::<Option<Vec<f64>>>()?;
    let bytes: Vec<u8> = numbers
        .into_iter()
        .flat_map(|number| (number as f32).to_le_bytes())
        .collect();
    Some(Value::String(STANDARD.encode(bytes)))
}

/// Returns base64 as numbers; `None` for what is no such text.
fn as_numbers(vector: &Value) -> Option<Value> {
    let bytes = STANDARD.decode(vector.as_str()?).ok()?;
    let (numbers, behind) = bytes.as_chunks::<4>();
    if !behind.is_empty() {
        return None;
    }
    let numbers = numbers
        .iter()
        .map(|four| Value::from(f64::from(f32::from_le_bytes(*four))));
    Some(numbers.collect())
}
