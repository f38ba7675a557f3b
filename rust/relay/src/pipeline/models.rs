//! The lists of models: answered from the snapshot in the shape of the path, on `/v1/models` in
//! Claude's for a client that sends `x-api-key` and `anthropic-version`, in Gemini's for one whose key stands where Google's
//! does. Costs nothing, needs no hold.

use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Request, Response};
use hyper::body::Incoming;
use serde::Serialize;
use weirgate_policy::models_for;

use super::identify::{self, Identified};
use super::refuse;
use super::route::{Arrival, ModelList};
use crate::body::AnswerBody;
use crate::error::{Error, ErrorKind};
use crate::worker::Worker;

/// The family's fixed creation time of every model, Unix seconds.
const CREATED: i64 = 1_626_777_600;
/// The same in the Claude shape.
const CREATED_AT: &str = "2021-07-20T10:40:00Z";

/// Models on a page when the client names no number, and the most it may name (relay contract §3.15).
const PAGE: usize = 50;
const MAX_PAGE: usize = 1000;

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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GeminiModel<'a> {
    name: String,
    base_model_id: &'a str,
    version: &'static str,
    display_name: &'a str,
    supported_generation_methods: [&'static str; 3],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GeminiList<'a> {
    models: Vec<GeminiModel<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

/// Answers a list of models.
pub(crate) fn list(
    worker: &Worker,
    arrival: &Arrival,
    list: ModelList,
    request: &Request<Incoming>,
) -> Response<AnswerBody> {
    let (identified, models) = match open_models(worker, arrival, request) {
        Ok(found) => found,
        Err(error) => return refuse::answer(worker, arrival, 0, &error),
    };
    let query = request.uri().query();
    let written = match shape(list, query, request.headers()) {
        Shape::Openai => serde_json::to_vec(&OpenaiList {
            success: true,
            object: "list",
            data: models.iter().map(|model| openai(model)).collect(),
        }),
        Shape::Claude => serde_json::to_vec(&claude_page(&models, query)),
        Shape::Gemini => serde_json::to_vec(&gemini_page(&models, query)),
    };
    answer(worker, arrival, identified.caller.key_id, written)
}

/// Answers one model; an unknown one is 404.
pub(crate) fn one(
    worker: &Worker,
    arrival: &Arrival,
    list: ModelList,
    request: &Request<Incoming>,
) -> Response<AnswerBody> {
    let (identified, models) = match open_models(worker, arrival, request) {
        Ok(found) => found,
        Err(error) => return refuse::answer(worker, arrival, 0, &error),
    };
    let key_id = identified.caller.key_id;
    let raw = request.uri().path().strip_prefix(list.path());
    let raw = raw.unwrap_or("").trim_start_matches('/');
    let name = percent_encoding::percent_decode_str(raw).decode_utf8_lossy();
    let Some(model) = models.iter().find(|model| model.as_ref() == name) else {
        let error = Error::client(ErrorKind::UnknownModel(name.into_owned()));
        return refuse::answer(worker, arrival, key_id, &error);
    };
    let written = match shape(list, request.uri().query(), request.headers()) {
        Shape::Openai => serde_json::to_vec(&openai(model)),
        Shape::Claude => serde_json::to_vec(&claude(model)),
        Shape::Gemini => serde_json::to_vec(&gemini(model)),
    };
    answer(worker, arrival, key_id, written)
}

/// A page of Claude's list: `limit` models behind `after_id` or before `before_id`; all without a limit.
fn claude_page<'a>(models: &'a [Arc<str>], query: Option<&str>) -> ClaudeList<'a> {
    let place = |name| {
        let id = parameter(query, name)?;
        models.iter().position(|model| model.as_ref() == id)
    };
    let limit = parameter(query, "limit").and_then(|limit| limit.parse().ok());
    let limit = limit.map_or(usize::MAX, |limit: usize| limit.clamp(1, MAX_PAGE));
    let (start, end) = match (place("after_id"), place("before_id")) {
        (Some(after), _) => (after + 1, (after + 1).saturating_add(limit)),
        (None, Some(before)) => (before.saturating_sub(limit), before),
        (None, None) => (0, limit),
    };
    let end = end.min(models.len());
    let page = models.get(start..end).unwrap_or_default();
    let is_backward = parameter(query, "before_id").is_some();
    ClaudeList {
        first_id: page.first().map(AsRef::as_ref),
        last_id: page.last().map(AsRef::as_ref),
        data: page.iter().map(|model| claude(model)).collect(),
        has_more: if is_backward {
            start > 0
        } else {
            end < models.len()
        },
    }
}

/// A page of Gemini's list; its token is the offset of the next.
fn gemini_page<'a>(models: &'a [Arc<str>], query: Option<&str>) -> GeminiList<'a> {
    let number = |name| parameter(query, name).and_then(|text| text.parse::<usize>().ok());
    let size = number("pageSize").filter(|size| *size > 0);
    let size = size.unwrap_or(PAGE).min(MAX_PAGE);
    let start = number("pageToken").unwrap_or(0).min(models.len());
    let end = start.saturating_add(size).min(models.len());
    let page = models.get(start..end).unwrap_or_default();
    GeminiList {
        models: page.iter().map(|model| gemini(model)).collect(),
        next_page_token: (end < models.len()).then(|| end.to_string()),
    }
}

fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(of, _)| *of == name)?;
    let decoded = percent_encoding::percent_decode_str(value).decode_utf8();
    decoded.ok().map(std::borrow::Cow::into_owned)
}

/// The shapes of a list.
#[derive(Clone, Copy)]
enum Shape {
    Openai,
    Claude,
    Gemini,
}

fn shape(list: ModelList, query: Option<&str>, headers: &HeaderMap) -> Shape {
    match list {
        ModelList::ByClient if is_claude(headers) => Shape::Claude,
        ModelList::ByClient if is_gemini(query, headers) => Shape::Gemini,
        ModelList::ByClient | ModelList::Openai => Shape::Openai,
        ModelList::Gemini => Shape::Gemini,
    }
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

/// Google's clients ask `/v1/models` since their version 2, with the key in a place that no other family has.
fn is_gemini(query: Option<&str>, headers: &HeaderMap) -> bool {
    headers.contains_key("x-goog-api-key") || parameter(query, "key").is_some()
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

fn gemini(model: &str) -> GeminiModel<'_> {
    GeminiModel {
        name: format!("models/{model}"),
        base_model_id: model,
        version: "001",
        display_name: model,
        supported_generation_methods: ["generateContent", "streamGenerateContent", "countTokens"],
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
