//! A client's inline files, put at a vendor that takes them only by id, before the call itself. First part of an attempt, for
//! the few vendors that are so. Asked is the vendor's own host alone, with the call's credentials; one file after the other.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Request, Uri};
use weirgate_policy::Candidate;
use weirgate_wire::Endpoint;
use weirgate_wire::canon::DecodeError;
use weirgate_wire::translate::{self, Translating};
use weirgate_wire::vendor::{self, Deposit, Way};

use super::attempt::{read, send, unreadable};
use super::call::Context;
use super::collect::Collected;
use super::outgoing::{AGENT, unsaid};
use super::tried::{self, Failed, said};
use super::uploaded::refused;
use crate::upstream::body::RequestBody;
use crate::upstream::target::Target;

/// The largest answer to an upload.
const ANSWER_BYTES: usize = 64 * 1024;
/// The most bytes of a call whose files are uploaded.
const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// Uploads the files of a call and returns their ids, in the order of the files.
pub(crate) async fn deposit(
    context: &Context<'_>,
    candidate: &Candidate,
    target: &Target,
) -> Result<Vec<String>, Box<Failed>> {
    let received = context.received;
    let model = &candidate.upstream_model;
    let Some(Way::Translated(to)) = target.way(received.endpoint, model) else {
        return Ok(Vec::new());
    };
    let call = Translating {
        endpoint: received.endpoint,
        path_model: context.head.path_model.as_deref(),
        body: &received.body,
        to,
        profile: target.profile(),
        model,
    };
    let bytes = received.body.len() as u64;
    let mut room = context.worker.shared.spool.memory();
    if memchr::memmem::find(&received.body, b"base64").is_some() {
        if bytes > MOST_BYTES {
            let message = "the files are too large for the channel, to which they are uploaded";
            return Err(refused(413, message.to_owned()));
        }
        let held = room.hold(bytes.saturating_mul(2));
        held.map_err(|_full| refused(503, "too many large requests are under way".to_owned()))?;
    }
    let deposits = translate::deposits(&call).map_err(|error| unsaid(&error))?;
    if deposits.is_empty() {
        return Ok(Vec::new());
    }
    let called = target.uri(Endpoint::ChatCompletions, model, candidate.key_index, true);
    let called = called.map_err(|_none| tried::bad_address())?;
    let address = vendor::deposit_address(to, &called.to_string());
    let address: Option<Uri> = address.and_then(|address| address.parse().ok());
    let address = address.ok_or_else(tried::bad_address)?;
    let mut ids = Vec::with_capacity(deposits.len());
    for deposit in deposits {
        let answer = upload(context, candidate, target, address.clone(), deposit).await?;
        ids.push(match vendor::deposited(to, &answer) {
            Ok(id) => id,
            Err(DecodeError::Upstream(error)) => {
                return Err(said(candidate, error, "upload_refused"));
            }
            Err(error) => return Err(unreadable(&error.to_string())),
        });
    }
    Ok(ids)
}

async fn upload(
    context: &Context<'_>,
    candidate: &Candidate,
    target: &Target,
    address: Uri,
    deposit: Deposit,
) -> Result<Bytes, Box<Failed>> {
    let mut request = Box::new(Request::new(RequestBody::full(deposit.body)));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = address;
    let headers = request.headers_mut();
    let credential = target.credential(candidate.key_index);
    headers.extend(credential.into_iter().flatten().cloned());
    headers.insert(USER_AGENT, AGENT);
    let kind = HeaderValue::try_from(deposit.kind);
    let kind = kind.map_err(|_broken| unreadable("an upload has no content type"))?;
    headers.insert(CONTENT_TYPE, kind);
    let response = send(context, candidate, target, request).await?;
    match read(context, &mut response.into_body(), ANSWER_BYTES).await? {
        Collected::Whole(whole) => Ok(whole),
        Collected::Begun(_) => Err(unreadable("it is too large")),
    }
}
