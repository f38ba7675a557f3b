//! How large a request's head may be; looked at before its path is, whatever plane it is for.
//!
//! hyper itself ends a head of more than 100 headers or 64 KiB with a bare 431, and a target of 64 KiB with a bare 414;
//! HTTP/2 has the limit on the size from its settings. What is below that and still too large is answered here.

use http::{HeaderMap, Request};

use super::route::NoCall;
use crate::config::Limits;

/// What a header takes beside its name and value: colon, blank and line end.
const FRAME: usize = 4;

/// Returns why a request is refused for its head alone.
pub(crate) fn check<B>(request: &Request<B>, limits: &Limits) -> Option<NoCall> {
    let target = request.uri().path_and_query();
    if target.is_some_and(|target| target.as_str().len() > limits.target_bytes) {
        return Some(NoCall::TargetTooLong);
    }
    let headers = request.headers();
    let is_too_large = headers.len() > limits.headers || size(headers) > limits.header_bytes;
    is_too_large.then_some(NoCall::HeadTooLarge)
}

fn size(headers: &HeaderMap) -> usize {
    let sizes = headers.iter();
    sizes
        .map(|(name, value)| name.as_str().len() + value.len() + FRAME)
        .sum()
}
