//! The lists of models: answered from the snapshot, in the `OpenAI` shape or, for a client that
//! sends `x-api-key` and `anthropic-version`, in the Claude shape. Costs nothing, needs no hold.

use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Request, Response};
use hyper::body::Incoming;
use serde::Serialize;
use weirgate_policy::models_for;

use super::identify::{self, Identified};
use super::refuse;
use super::route::Arrival;
use crate::body::AnswerBody;
use crate::error::{Error, ErrorKind};
use crate::worker::Worker;

/// The family's fixed creation time of every model, Unix seconds.
const CREATED: i64 = 1_626_777_600;
/// The same in the Claude shape.
const CREATED_AT: &str = "2021-07-20T10:40:00Z";

#[derive(Serialize)]
struct OpenaiModel<'a> {
    id: &'a str,
    object: &'static str,
    created: i64,
    owned_by: &'static str,
    supported_endpoint_types: [&'static str; 1],
}

#[derive(Serialize)]
struct OpenaiList<'a> {
    success: bool,
    object: &'static str,
    data: Vec<OpenaiModel<'a>>,
}

#[derive(Serialize)]
struct ClaudeModel<'a> {
    id: &'a str,
    created_at: &'static str,
    display_name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct ClaudeList<'a> {
    data: Vec<ClaudeModel<'a>>,
    first_id: Option<&'a str>,
    last_id: Option<&'a str>,
    has_more: bool,
}

/// Answers `GET /v1/models`.
pub(crate) fn list(
    worker: &Worker,
    arrival: &Arrival,
    request: &Request<Incoming>,
) -> Response<AnswerBody> {
    let (identified, models) = match open_models(worker, arrival, request) {
        Ok(found) => found,
        Err(error) => return refuse::answer(worker, arrival, 0, &error),
    };
    let written = if is_claude(request.headers()) {
        serde_json::to_vec(&ClaudeList {
            first_id: models.first().map(AsRef::as_ref),
            last_id: models.last().map(AsRef::as_ref),
            data: models.iter().map(|model| claude(model)).collect(),
            has_more: false,
        })
    } else {
        serde_json::to_vec(&OpenaiList {
            success: true,
            object: "list",
            data: models.iter().map(|model| openai(model)).collect(),
        })
    };
    answer(worker, arrival, identified.caller.key_id, written)
}

/// Answers `GET /v1/models/:model`; an unknown one is 404.
pub(crate) fn one(
    worker: &Worker,
    arrival: &Arrival,
    request: &Request<Incoming>,
) -> Response<AnswerBody> {
    let (identified, models) = match open_models(worker, arrival, request) {
        Ok(found) => found,
        Err(error) => return refuse::answer(worker, arrival, 0, &error),
    };
    let key_id = identified.caller.key_id;
    let raw = request
        .uri()
        .path()
        .strip_prefix("/v1/models/")
        .unwrap_or("");
    let name = percent_encoding::percent_decode_str(raw).decode_utf8_lossy();
    let Some(model) = models.iter().find(|model| model.as_ref() == name) else {
        let error = Error::client(ErrorKind::UnknownModel(name.into_owned()));
        return refuse::answer(worker, arrival, key_id, &error);
    };
    let written = if is_claude(request.headers()) {
        serde_json::to_vec(&claude(model))
    } else {
        serde_json::to_vec(&openai(model))
    };
    answer(worker, arrival, key_id, written)
}

fn open_models(
    worker: &Worker,
    arrival: &Arrival,
    request: &Request<Incoming>,
) -> Result<(Identified, Vec<Arc<str>>), Error> {
    let uri = request.uri();
    let text = identify::credential(uri.path(), uri.query(), request.headers());
    let text = text.ok_or(weirgate_policy::Refusal::KeyMissing)?;
    let client_ip = Some(arrival.client_ip);
    let identified = identify::check(&worker.shared, &text, arrival.started_ms, client_ip)?;
    let snapshot = &identified.routing.snapshot;
    let models = models_for(&identified.caller, &identified.key, snapshot);
    Ok((identified, models))
}

fn is_claude(headers: &HeaderMap) -> bool {
    headers.contains_key("x-api-key") && headers.contains_key("anthropic-version")
}

fn openai(model: &str) -> OpenaiModel<'_> {
    OpenaiModel {
        id: model,
        object: "model",
        created: CREATED,
        owned_by: "weirgate",
        supported_endpoint_types: ["openai"],
    }
}

fn claude(model: &str) -> ClaudeModel<'_> {
    ClaudeModel {
        id: model,
        created_at: CREATED_AT,
        display_name: model,
        kind: "model",
    }
}

fn answer(
    worker: &Worker,
    arrival: &Arrival,
    key_id: i64,
    written: Result<Vec<u8>, serde_json::Error>,
) -> Response<AnswerBody> {
    let Ok(bytes) = written else {
        let error = Error::gateway(ErrorKind::Internal, None);
        return refuse::answer(worker, arrival, key_id, &error);
    };
    let mut answer = Response::new(AnswerBody::ready(bytes));
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}
