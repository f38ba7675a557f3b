//! Answers that are not done yet: tasks and predictions that a vendor makes and is asked for again, until they are done or
//! the call's time is up. Second half of an attempt, for the few vendors that have such answers.
//!
//! Only the vendor's own host is asked, at an address made from the first call's; a redirect is no answer.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderValue, Request, Uri};
use weirgate_policy::Candidate;
use weirgate_wire::vendor;

use super::attempt::{late, left, read, send, unreadable};
use super::call::Context;
use super::collect::Collected;
use super::outgoing::{AGENT, Reading};
use super::tried::{Failed, unfit};
use crate::journal::EndReason;
use crate::upstream::body::RequestBody;

/// The first pause, and the longest.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// Returns an answer that is done: the one given, or the last of those asked for.
pub(crate) async fn to_the_end(
    context: &Context<'_>,
    candidate: &Candidate,
    reading: &Reading,
    first: Bytes,
) -> Result<Bytes, Box<Failed>> {
    let (Some(from), Some(called_at)) = (reading.from, &reading.called_at) else {
        return Ok(first);
    };
    let called_at = called_at.to_string();
    let mut answer = first;
    let mut pause = PAUSE;
    while let Some(next) = vendor::follow(from, &answer) {
        if left(context, pause) < pause {
            return Err(late(EndReason::FirstTokenTimeout, "task_timeout"));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
        let address = next.address(&called_at);
        let address = address.and_then(|address| address.parse().ok());
        let address = address.ok_or_else(|| unreadable("its task has no address"))?;
        answer = ask(context, candidate, address).await?;
    }
    Ok(answer)
}

/// Asks once.
async fn ask(
    context: &Context<'_>,
    candidate: &Candidate,
    address: Uri,
) -> Result<Bytes, Box<Failed>> {
    let target = context.identified.routing.targets.get(candidate.channel.id);
    let target = target.ok_or_else(|| unfit("channel_gone", "the channel is gone"))?;
    let mut request = Request::new(RequestBody::full(Bytes::new()));
    *request.uri_mut() = address;
    let headers = request.headers_mut();
    let credential = target.credential(candidate.key_index);
    headers.extend(credential.into_iter().flatten().cloned());
    headers.insert(USER_AGENT, AGENT);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let response = send(context, candidate, target, Box::new(request)).await?;
    let limit = context.worker.shared.config.limits.body_bytes;
    match read(context, &mut response.into_body(), limit).await? {
        Collected::Whole(whole) => Ok(whole),
        Collected::Begun(_) => Err(unreadable("it is too large")),
    }
}
