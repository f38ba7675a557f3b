//! Stored responses: read, cancelled, deleted and listed where they were made, for the user who made them. Costs
//! nothing and leaves no row; a response that this node did not see being made is not found.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method, Request, Response, Uri};
use hyper::body::Incoming;
use weirgate_wire::Endpoint;

use super::collect::{ERROR_WAIT, error_body};
use super::headers::ReplyHead;
use super::identify::{self, Identified};
use super::route::Arrival;
use super::tried::{self, Failed, unreachable};
use super::{kept, refuse};
use crate::body::AnswerBody;
use crate::error::{Error, ErrorKind};
use crate::state::affinity::Place;
use crate::upstream::answer::UpstreamBody;
use crate::upstream::body::RequestBody;
use crate::upstream::credentials::{self, Means};
use crate::upstream::target::{Target, check};
use crate::worker::Worker;
use weirgate_policy::FailureKind;

const PATH: &str = "/v1/responses/";
/// Largest answer that is passed on, an event stream's included.
const ANSWER_BYTES: u64 = 256 << 20;
const LONGEST_ID: usize = 256;

/// What is wanted of a stored response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stored {
    Get,
    Delete,
    Cancel,
    InputItems,
}

impl Stored {
    /// Finds what a method wants of a path; none when it is not a stored response's.
    pub(crate) fn of(method: &Method, path: &str) -> Option<Self> {
        let (_, rest) = split(path)?;
        match (method, rest) {
            (&Method::GET, "") => Some(Self::Get),
            (&Method::DELETE, "") => Some(Self::Delete),
            (&Method::POST, "/cancel") => Some(Self::Cancel),
            (&Method::GET, "/input_items") => Some(Self::InputItems),
            _ => None,
        }
    }
}

/// Splits a path into a response's id and what follows it.
fn split(path: &str) -> Option<(&str, &str)> {
    let below = path.strip_prefix(PATH)?;
    let end = below.find('/').unwrap_or(below.len());
    let (id, rest) = below.split_at_checked(end)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let is_id = id.bytes().all(is_plain) && id.bytes().any(|byte| byte != b'.');
    (is_id && id.len() <= LONGEST_ID).then_some((id, rest))
}

/// Answers a request for a stored response.
pub(crate) async fn handle(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    stored: Stored,
    request: Request<Incoming>,
) -> Response<AnswerBody> {
    let (head, _body) = request.into_parts();
    let identified = match identify::identify(worker, arrival, &head) {
        Ok(identified) => identified,
        Err(error) => return refuse::answer(worker, arrival, 0, &error),
    };
    let key_id = identified.caller.key_id;
    let answered = pass(worker, &identified, stored, &head).await;
    answered.unwrap_or_else(|error| refuse::answer(worker, arrival, key_id, &error))
}

async fn pass(
    worker: &Arc<Worker>,
    identified: &Identified,
    stored: Stored,
    head: &http::request::Parts,
) -> Result<Response<AnswerBody>, Error> {
    let (id, rest) = split(head.uri.path()).ok_or_else(|| not_found(""))?;
    let place = kept::response(worker, identified.caller.user_id, id);
    let place = place.ok_or_else(|| not_found(id))?;
    let routing = &identified.routing;
    let key_index = usize::try_from(place.key_index).unwrap_or(usize::MAX);
    let channel = routing.snapshot.channel(place.channel_id);
    let is_usable = channel
        .is_some_and(|channel| channel.is_enabled() && channel.enabled_keys().contains(&key_index));
    let target = routing.targets.get(place.channel_id);
    let target = target.filter(|_| is_usable).ok_or_else(|| not_found(id))?;
    let way = Way {
        method: &head.method,
        below: &format!("/{id}{rest}"),
        query: head.uri.query(),
    };
    let response = send(worker, identified, target, place, &way).await;
    let response = response.map_err(|failed| failed.into_error())?;
    worker.metrics.upstream(response.status().as_u16());
    if !response.status().is_success() {
        return Err(refused(response).await);
    }
    if stored == Stored::Delete {
        kept::forget(worker, id);
    }
    Ok(passed_on(response))
}

/// Where a call goes below the endpoint's own address.
struct Way<'a> {
    method: &'a Method,
    below: &'a str,
    query: Option<&'a str>,
}

async fn send(
    worker: &Arc<Worker>,
    identified: &Identified,
    target: &Target,
    place: Place,
    way: &Way<'_>,
) -> Result<Response<UpstreamBody>, Box<Failed>> {
    let proxy = tried::proxy_of(target)?;
    let key_index = usize::try_from(place.key_index).unwrap_or(usize::MAX);
    let mut request = request(target, key_index, way)?;
    if credentials::is_needed(target.profile()) {
        let means = Means {
            tokens: &worker.shared.tokens,
            pool: &worker.pool,
            reach: target.reach,
            proxy,
        };
        let key = target.key(key_index);
        let authorized = credentials::authorize(&means, target.profile(), key, &mut request);
        authorized.await.map_err(|_bad| tried::bad_key())?;
    }
    let options = &identified.routing.snapshot.options;
    let wait = Duration::from_millis(options.header_timeout_ms);
    let sent = worker.pool.send(Box::new(request), target.reach, proxy);
    let message = "the upstream could not be reached";
    match tokio::time::timeout(wait, sent).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(_)) => Err(unreachable(FailureKind::Connect, "connect_failed", message)),
        Err(_elapsed) => Err(unreachable(FailureKind::Timeout, "header_timeout", message)),
    }
}

fn request(
    target: &Target,
    key_index: usize,
    way: &Way<'_>,
) -> Result<Request<RequestBody>, Box<Failed>> {
    let uri = target.uri(Endpoint::Responses, "", key_index, false).ok();
    let uri = uri.and_then(|uri| below(uri, way));
    let uri = uri
        .filter(|uri| check(uri, target.reach).is_ok())
        .ok_or_else(tried::bad_address)?;
    let credential = target.credential(key_index).ok_or_else(tried::bad_key)?;
    let mut request = Request::new(RequestBody::full(Bytes::new()));
    way.method.clone_into(request.method_mut());
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    headers.extend(credential.iter().cloned());
    headers.extend(target.fixed_headers());
    if let Some(organization) = &target.organization {
        headers.insert("openai-organization", organization.clone());
    }
    Ok(request)
}

/// Goes below an address, keeping its query and adding the client's.
fn below(uri: Uri, way: &Way<'_>) -> Option<Uri> {
    let mut parts = uri.into_parts();
    let whole = parts.path_and_query.as_ref()?;
    let path = whole.path().trim_end_matches('/');
    let queries = [whole.query(), way.query];
    let queries: Vec<&str> = queries.into_iter().flatten().collect();
    let joint = if queries.is_empty() { "" } else { "?" };
    let text = format!("{path}{}{joint}{}", way.below, queries.join("&"));
    parts.path_and_query = Some(text.parse().ok()?);
    Uri::from_parts(parts).ok()
}

fn passed_on(response: Response<UpstreamBody>) -> Response<AnswerBody> {
    let (parts, body) = response.into_parts();
    let head = ReplyHead::of(&parts, true);
    let length = http_body::Body::size_hint(&body).exact();
    let mut answer = Response::new(AnswerBody::file(body, ANSWER_BYTES));
    *answer.status_mut() = head.status;
    *answer.headers_mut() = head.headers;
    if let Some(length) = length {
        let headers = answer.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    answer
}

/// What the provider said against it, in the family's words.
async fn refused(response: Response<UpstreamBody>) -> Error {
    let (head, mut body) = response.into_parts();
    let bytes = error_body(&mut body, ERROR_WAIT).await;
    let error = weirgate_wire::upstream_error(head.status.as_u16(), &bytes);
    Error::upstream(error, tried::wait_of(&head.headers, &bytes))
}

fn not_found(id: &str) -> Error {
    let message = format!("Response with id '{id}' not found.");
    let body = refuse::own(404, "invalid_request_error", "response_not_found", message);
    Error::client(ErrorKind::Said(Box::new(body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_responses_paths_are_known() {
        let of = |method: Method, path| Stored::of(&method, path);
        let path = "/v1/responses/resp_1-a.b";
        assert_eq!(of(Method::GET, path), Some(Stored::Get));
        assert_eq!(of(Method::DELETE, path), Some(Stored::Delete));
        let cancel = "/v1/responses/resp_1/cancel";
        assert_eq!(of(Method::POST, cancel), Some(Stored::Cancel));
        let items = "/v1/responses/resp_1/input_items";
        assert_eq!(of(Method::GET, items), Some(Stored::InputItems));
        for (method, path) in [
            (Method::POST, path),
            (Method::GET, cancel),
            (Method::GET, "/v1/responses/"),
            (Method::GET, "/v1/responses/.."),
            (Method::GET, "/v1/responses/a%2Fb"),
            (Method::GET, "/v1/responses/a/../b"),
            (Method::GET, "/v1/responses"),
        ] {
            assert_eq!(of(method, path), None, "{path}");
        }
    }

    #[test]
    fn an_address_keeps_its_query_and_takes_the_clients() {
        let way = |query| Way {
            method: &Method::GET,
            below: "/r",
            query,
        };
        let at = |uri, query| below(Uri::from_static(uri), &way(query)).map(|uri| uri.to_string());
        assert_eq!(
            at("https://h/v1/responses?api-version=p", Some("stream=true")).as_deref(),
            Some("https://h/v1/responses/r?api-version=p&stream=true")
        );
        assert_eq!(
            at("https://h/v1/responses", None).as_deref(),
            Some("https://h/v1/responses/r")
        );
    }
}
