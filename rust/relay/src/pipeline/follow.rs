//! Answers that are not done yet: tasks and predictions that a vendor makes and is asked for again, or that go on as a stream
//! at another address. Second half of an attempt, for the few vendors that have such answers.
//!
//! Asked is the vendor's own host, at an address made from the first call's, or a stream's address in the vendor's domain,
//! which gets no key of a proxy's; a redirect is no answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, USER_AGENT};
use http::{HeaderValue, Method, Request, Response, Uri};
use weirgate_policy::Candidate;
use weirgate_wire::vendor::{self, Elsewhere};

use super::attempt::{late, left, read, send, unreadable};
use super::call::Context;
use super::collect::Collected;
use super::outgoing::{AGENT, Reading};
use super::tried::{Failed, unfit};
use crate::journal::EndReason;
use crate::upstream::answer::UpstreamBody;
use crate::upstream::body::RequestBody;
use crate::upstream::egress::Reach;
use crate::upstream::proxy::Proxy;
use crate::upstream::target::{Target, check};
use crate::worker::Worker;

/// The first pause, and the longest.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);
/// How long a provider may take over a cancellation; nobody waits for it.
const CANCEL_WAIT: Duration = Duration::from_secs(10);

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// Returns an answer that is done: the one given, or the last of those asked for. What is given up before is cancelled.
pub(crate) async fn to_the_end(
    context: &Context<'_>,
    candidate: &Candidate,
    reading: &Reading,
    first: Bytes,
) -> Result<Bytes, Box<Failed>> {
    let (Some(from), Some(called_at)) = (reading.from, &reading.called_at) else {
        return Ok(first);
    };
    let underway = Underway::of(context, candidate, reading, &first);
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
    if let Some(underway) = underway {
        underway.end();
    }
    Ok(answer)
}

/// Asks once.
async fn ask(
    context: &Context<'_>,
    candidate: &Candidate,
    address: Uri,
) -> Result<Bytes, Box<Failed>> {
    let target = target(context, candidate)?;
    let request = asking(target, candidate, address, Method::GET, JSON);
    let response = send(context, candidate, target, request).await?;
    let limit = context.worker.shared.config.limits.body_bytes;
    match read(context, &mut response.into_body(), limit).await? {
        Collected::Whole(whole) => Ok(whole),
        Collected::Begun(_) => Err(unreadable("it is too large")),
    }
}

/// A stream that an answer named instead of being it.
pub(crate) struct Streaming {
    pub(crate) body: UpstreamBody,
    pub(crate) underway: Option<Underway>,
}

/// Opens the stream that an answer names; `None` when it names none.
pub(crate) async fn to_the_stream(
    context: &Context<'_>,
    candidate: &Candidate,
    reading: &Reading,
    first: &Bytes,
) -> Result<Option<Streaming>, Box<Failed>> {
    let (Some(from), Some(called_at)) = (reading.from, &reading.called_at) else {
        return Ok(None);
    };
    let Some(elsewhere) = vendor::stream(from, first) else {
        return Ok(None);
    };
    let underway = Underway::of(context, candidate, reading, first);
    let target = target(context, candidate)?;
    let address = address(&elsewhere, called_at, target.reach);
    let address = address.ok_or_else(|| unreadable("its stream is at an address of another"))?;
    // A proxy's key is nothing to the vendor.
    let is_vendors = address.authority() == called_at.authority()
        || called_at
            .host()
            .is_some_and(|host| is_below(host, elsewhere.domain));
    let mut request = asking(target, candidate, address, Method::GET, EVENTS);
    if !is_vendors {
        let credential = target.credential(candidate.key_index);
        for (name, _) in credential.into_iter().flatten() {
            request.headers_mut().remove(name);
        }
    }
    let response: Response<UpstreamBody> = send(context, candidate, target, request).await?;
    let body = response.into_body();
    Ok(Some(Streaming { body, underway }))
}

/// Reads a stream's address: the called host's, or one in the vendor's own domain.
fn address(elsewhere: &Elsewhere, called_at: &Uri, reach: Reach) -> Option<Uri> {
    let address: Uri = elsewhere.address.parse().ok()?;
    check(&address, reach).ok()?;
    let host = address.host()?;
    let is_own =
        address.authority() == called_at.authority() && address.scheme() == called_at.scheme();
    let is_secret = address.scheme_str() == Some("https");
    (is_own || (is_secret && is_below(host, elsewhere.domain))).then_some(address)
}

fn is_below(host: &str, domain: &str) -> bool {
    let sub = host.strip_suffix(domain);
    sub.is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
}

fn target<'a>(context: &Context<'a>, candidate: &Candidate) -> Result<&'a Target, Box<Failed>> {
    let target = context.identified.routing.targets.get(candidate.channel.id);
    target.ok_or_else(|| unfit("channel_gone", "the channel is gone"))
}

fn asking(
    target: &Target,
    candidate: &Candidate,
    address: Uri,
    method: Method,
    accept: HeaderValue,
) -> Box<Request<RequestBody>> {
    let mut request = Box::new(Request::new(RequestBody::full(Bytes::new())));
    *request.uri_mut() = address;
    *request.method_mut() = method;
    let headers = request.headers_mut();
    let credential = target.credential(candidate.key_index);
    headers.extend(credential.into_iter().flatten().cloned());
    headers.insert(USER_AGENT, AGENT);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ACCEPT, accept);
    request
}

/// Something that a vendor goes on making, and is paid for, unless it is told to stop. Dropped, it tells it so.
pub(crate) struct Underway {
    cancel: Option<Box<Cancel>>,
}

struct Cancel {
    worker: Arc<Worker>,
    request: Box<Request<RequestBody>>,
    reach: Reach,
    proxy: Option<Arc<Proxy>>,
}

impl std::fmt::Debug for Underway {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Underway").finish_non_exhaustive()
    }
}

impl Underway {
    /// `None` for what is done, or cannot be ended.
    fn of(
        context: &Context<'_>,
        candidate: &Candidate,
        reading: &Reading,
        first: &Bytes,
    ) -> Option<Self> {
        let (from, called_at) = (reading.from?, reading.called_at.as_ref()?);
        let address = vendor::cancel(from, first)?.address(&called_at.to_string())?;
        let target = target(context, candidate).ok()?;
        let address = address.parse().ok()?;
        let cancel = Cancel {
            worker: Arc::clone(context.worker),
            request: asking(target, candidate, address, Method::POST, JSON),
            reach: target.reach,
            proxy: target.proxy.clone().ok()?,
        };
        Some(Self {
            cancel: Some(Box::new(cancel)),
        })
    }

    /// Says that there is nothing left to stop.
    pub(crate) fn end(mut self) {
        self.cancel = None;
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        let Some(cancel) = self.cancel.take() else {
            return;
        };
        // At the end of the process nobody is left to tell it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            drop(runtime.spawn(tell(*cancel)));
        }
    }
}

async fn tell(cancel: Cancel) {
    let pool = &cancel.worker.pool;
    let sent = pool.send(cancel.request, cancel.reach, cancel.proxy.as_ref());
    match tokio::time::timeout(CANCEL_WAIT, sent).await {
        Ok(Ok(answer)) if answer.status().is_success() => {}
        _ => tracing::debug!("a prediction that nobody waits for could not be cancelled"),
    }
}
