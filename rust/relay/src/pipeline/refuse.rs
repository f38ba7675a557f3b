//! Any error → the client family's own error body with the right status.
//!
//! The only place that knows HTTP bodies of errors. Own errors end with the request id; what a
//! provider said is passed on as it is, with addresses and keys masked.

use std::borrow::Cow;

use http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use weirgate_policy::Refusal;
use weirgate_wire::Endpoint;
use weirgate_wire::canon::ErrorBody;

use super::limit_headers;
use super::route::Arrival;
use crate::body::AnswerBody;
use crate::error::{Error, ErrorKind, Side};
use crate::worker::Worker;

/// Tells the official clients not to send a request again that will be refused again.
const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");
/// `type` of our own errors.
const OWN: &str = "new_api_error";
/// `type` of errors about the request's path and form.
const INVALID: &str = "invalid_request_error";

/// Answers an error and counts it when nothing had been held.
pub(crate) fn answer(
    worker: &Worker,
    arrival: &Arrival,
    key_id: i64,
    error: &Error,
) -> Response<AnswerBody> {
    if error.side != Side::Upstream {
        worker.shared.refusals.count(error.reason(), key_id);
    }
    if let ErrorKind::Refused(Refusal::Limited(limited)) = &error.kind {
        worker.metrics.limited(limited);
    }
    let id = arrival.id_text();
    let mut body = body_of(&error.kind);
    if error.side != Side::Upstream || body.kind == OWN {
        body.message.push_str(" (request id: ");
        body.message.push_str(&id);
        body.message.push(')');
    }
    let status = StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let shape = arrival.endpoint().or(shape_of(&error.kind));
    let bytes = weirgate_wire::error_body_of(shape, &body, Some(&id));
    let mut answer = Response::new(AnswerBody::ready(bytes));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    advise(headers, error);
    if let ErrorKind::Refused(Refusal::Limited(limited)) = &error.kind {
        limit_headers::tell_refused(headers, limited, shape);
    }
    answer
}

/// Says when to try again, or that it will not help.
pub(crate) fn advise(headers: &mut HeaderMap, error: &Error) {
    let wait = error.retry_after_s.or_else(|| retry_after(&error.kind));
    if error.side == Side::Client && wait.is_none() {
        headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
    }
    if let Some(seconds) = wait {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// Returns in whose shape an error is said on a path of no endpoint: refusals of a key have no `param` there, all else has
/// (relay contract 1.4, 1.6).
const fn shape_of(kind: &ErrorKind) -> Option<Endpoint> {
    match kind {
        ErrorKind::Refused(_) => None,
        _ => Some(Endpoint::ChatCompletions),
    }
}

fn retry_after(kind: &ErrorKind) -> Option<u32> {
    match kind {
        ErrorKind::Refused(refusal) => refusal.retry_after_s(),
        _ => None,
    }
}

/// Returns what the client is told.
pub(crate) fn body_of(kind: &ErrorKind) -> ErrorBody {
    match kind {
        ErrorKind::Request(error) => error.body(),
        ErrorKind::Refused(refusal) => refusal.body(),
        ErrorKind::Upstream(body) => body.clone(),
        ErrorKind::BodyIncomplete => own(
            400,
            OWN,
            "bad_request_body",
            "the request body is incomplete or broken",
        ),
        ErrorKind::UnsupportedEncoding => own(
            415,
            INVALID,
            "unsupported_content_encoding",
            "content encodings other than identity, gzip, deflate, br and zstd are not supported",
        ),
        ErrorKind::MethodNotAllowed => own(
            405,
            INVALID,
            "method_not_allowed",
            "this path takes POST only",
        ),
        ErrorKind::TargetTooLong => own(
            414,
            INVALID,
            "uri_too_long",
            "the path and query are too long",
        ),
        ErrorKind::HeadTooLarge => own(
            431,
            INVALID,
            "headers_too_large",
            "the headers are too many or too large",
        ),
        ErrorKind::UnknownPath => own(404, INVALID, "", "the requested resource was not found"),
        ErrorKind::UnknownModel(model) => ErrorBody {
            param: Some("model".to_owned()),
            wait_s: None,
            ..own(
                404,
                INVALID,
                "model_not_found",
                format!("the model '{model}' does not exist"),
            )
        },
        ErrorKind::UnknownTask => own(404, INVALID, "task_not_exist", "the task does not exist"),
        ErrorKind::Said(body) => ErrorBody::clone(body),
        ErrorKind::NotImplemented => own(501, OWN, "api_not_implemented", "API not implemented"),
        ErrorKind::NotReady => own(
            503,
            OWN,
            "gateway_not_ready",
            "the gateway is not ready yet",
        ),
        ErrorKind::Internal => own(500, OWN, "internal_error", "an internal error occurred"),
    }
}

/// An error of our own making.
pub(crate) fn own(
    status: u16,
    kind: &'static str,
    code: &'static str,
    message: impl Into<String>,
) -> ErrorBody {
    ErrorBody {
        status,
        message: message.into(),
        kind: Cow::Borrowed(kind),
        code: Some(Cow::Borrowed(code)),
        param: None,
        wait_s: None,
    }
}

/// An error of a provider or of the way to it.
pub(crate) fn upstream(status: u16, code: &'static str, message: impl Into<String>) -> ErrorBody {
    own(status, OWN, code, message)
}
