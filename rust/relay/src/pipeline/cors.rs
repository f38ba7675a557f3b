//! Cross-origin rules of relay paths: any origin, any header, never with credentials.
//!
//! A browser preflight is answered here and reaches no other station.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    CONTENT_TYPE,
};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};

use crate::body::AnswerBody;

/// Marks an answer as readable from any origin.
pub(crate) fn allow_any_origin(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
}

/// Answers a browser's preflight; it may be kept for 12 hours.
pub(crate) fn preflight<B>(request: &Request<B>) -> Response<AnswerBody> {
    let mut answer = Response::new(AnswerBody::ready(""));
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let asked = request
        .headers()
        .get(ACCESS_CONTROL_REQUEST_HEADERS)
        .cloned();
    let headers = answer.headers_mut();
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"),
    );
    let allowed = asked.unwrap_or_else(|| HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("43200"));
    answer
}

/// Answers 200 with a short text.
pub(crate) fn plain(text: &'static str) -> Response<AnswerBody> {
    let mut answer = Response::new(AnswerBody::ready(text.as_bytes()));
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    answer
}
