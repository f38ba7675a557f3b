//! One call of one candidate, up to the moment at which its answer may begin to go out.
//!
//! A stream counts as answered when its first bytes are there, so that a
//! provider that hangs after its headers is still passed over.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use weirgate_policy::{Candidate, Failure, FailureKind};
use weirgate_wire::vendor::Adapting;
use weirgate_wire::{Edits, Endpoint};

use super::call::{Context, Failed, unreachable};
use super::collect::{CollectError, Collected, collect};
use super::headers::ReplyHead;
use crate::journal::EndReason;
use crate::upstream::pool::is_connect_error;
use crate::upstream::target::{Target, Uncallable};

/// Answers up to this size are read whole before they go out.
const WHOLE_BYTES: usize = 1024 * 1024;
/// Bytes of an upstream error body that are read.
const ERROR_BYTES: usize = 64 * 1024;
/// What the gateway calls itself towards providers.
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("weirgate/", env!("CARGO_PKG_VERSION")));
const ORGANIZATION: HeaderName = HeaderName::from_static("openai-organization");

/// A provider's good answer.
pub(crate) enum Answered {
    /// All of it.
    Whole { head: ReplyHead, body: Bytes },
    /// An event stream, with its first bytes unless keep-alive comments must go out before them.
    Events {
        head: ReplyHead,
        first: Option<Bytes>,
        body: Incoming,
        withholds_usage: bool,
    },
    /// A large answer that is no event stream, with its beginning.
    Large {
        head: ReplyHead,
        begun: Bytes,
        body: Incoming,
    },
}

impl Answered {
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Whole { head, body: _ }
            | Self::Events {
                head,
                first: _,
                body: _,
                withholds_usage: _,
            }
            | Self::Large {
                head,
                begun: _,
                body: _,
            } => head.status.as_u16(),
        }
    }
}

/// Calls a candidate.
pub(crate) async fn attempt(
    context: &Context<'_>,
    candidate: &Candidate,
) -> Result<Answered, Box<Failed>> {
    let target = context.identified.routing.targets.get(candidate.channel.id);
    let target = target.ok_or_else(|| unfit("channel_gone", "the channel is gone"))?;
    let asks_usage = asks_for_usage(context, target);
    let request = request(context, candidate, target, asks_usage)?;
    let wait = left(context, context.limits.header);
    let sent = context.worker.pool.send(request, target.reach);
    let response = match tokio::time::timeout(wait, sent).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) if is_connect_error(&error) => {
            return Err(unreachable(
                FailureKind::Connect,
                "connect_failed",
                "the upstream could not be reached",
            ));
        }
        Ok(Err(_broken)) => {
            return Err(unreachable(
                FailureKind::Connect,
                "connection_broken",
                "the connection to the upstream broke off",
            ));
        }
        Err(_elapsed) => return Err(late(EndReason::FirstTokenTimeout, "header_timeout")),
    };
    if !response.status().is_success() {
        return Err(refused(context, candidate, response).await);
    }
    open(context, response, asks_usage).await
}

/// Whether we ask for the usage chunk that the client did not ask for.
fn asks_for_usage(context: &Context<'_>, target: &Target) -> bool {
    let envelope = &context.received.envelope;
    envelope.stream
        && envelope.include_usage != Some(true)
        && target.supports_stream_options
        && context.received.endpoint != Endpoint::Embeddings
}

fn request(
    context: &Context<'_>,
    candidate: &Candidate,
    target: &Target,
    asks_usage: bool,
) -> Result<Request<Full<Bytes>>, Box<Failed>> {
    let received = context.received;
    let credential = target.credential(candidate.key_index);
    let (name, value) = credential
        .ok_or_else(|| unfit("channel:invalid_key", "the channel's key is not usable"))?;
    let is_renamed = candidate.upstream_model.as_ref() != received.envelope.model;
    let edits = Edits {
        model: is_renamed.then_some(candidate.upstream_model.as_ref()),
        force_include_usage: asks_usage,
    };
    let spliced = received.envelope.splice(&received.body, &edits);
    let body = spliced.map_or_else(|| received.body.clone(), Bytes::from);
    let adapted = target.profile().adapt(&Adapting {
        endpoint: received.endpoint,
        model: &candidate.upstream_model,
        body: &body,
        betas: None,
    });
    let model = adapted
        .model
        .as_deref()
        .unwrap_or(&candidate.upstream_model);
    let body = adapted.body.map_or(body, Bytes::from);
    let uri = target
        .uri(
            received.endpoint,
            model,
            candidate.key_index,
            received.envelope.stream,
        )
        .map_err(|why| match why {
            Uncallable::Address => unfit("bad_address", "the channel has no usable address"),
            Uncallable::Forbidden => {
                unfit("forbidden_address", "the channel's address is not allowed")
            }
        })?;
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, AGENT);
    headers.insert(name.clone(), value.clone());
    if let Some(organization) = &target.organization {
        headers.insert(ORGANIZATION, organization.clone());
    }
    headers.extend(target.fixed_headers());
    context.head.forward(headers);
    Ok(request)
}

/// Reads a good answer as far as it must be known before anything goes out.
async fn open(
    context: &Context<'_>,
    response: Response<Incoming>,
    withholds_usage: bool,
) -> Result<Answered, Box<Failed>> {
    let (parts, mut body) = response.into_parts();
    let head = ReplyHead::of(&parts);
    drop(parts);
    if head.is_event_stream() {
        let first = first_bytes(context, &mut body).await?;
        return Ok(Answered::Events {
            head,
            first,
            body,
            withholds_usage,
        });
    }
    let silence = left(context, context.limits.first_token);
    match collect(&mut body, WHOLE_BYTES, silence).await {
        Ok(Collected::Whole(whole)) => Ok(Answered::Whole { head, body: whole }),
        Ok(Collected::Begun(begun)) => Ok(Answered::Large { head, begun, body }),
        Err(CollectError::Silent) => Err(late(EndReason::FirstTokenTimeout, "body_timeout")),
        Err(CollectError::Broken) => Err(unreachable(
            FailureKind::Connect,
            "body_broken",
            "the upstream's answer broke off",
        )),
    }
}

/// Waits for a stream's first bytes; none when a keep-alive comment is due before they came.
async fn first_bytes(
    context: &Context<'_>,
    body: &mut Incoming,
) -> Result<Option<Bytes>, Box<Failed>> {
    let ping = context.limits.ping;
    let limit = left(context, context.limits.first_token);
    let is_ping_first = !ping.is_zero() && ping < limit;
    let wait = if is_ping_first { ping } else { limit };
    let first = tokio::time::timeout(wait, async {
        loop {
            match body.frame().await {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Some(data),
                    Ok(_) | Err(_) => {}
                },
                Some(Err(_)) | None => return None,
            }
        }
    });
    match first.await {
        Ok(Some(data)) => Ok(Some(data)),
        Ok(None) => Err(unreachable(
            FailureKind::Connect,
            "empty_stream",
            "the upstream ended its stream before it began",
        )),
        Err(_elapsed) if is_ping_first => Ok(None),
        Err(_elapsed) => Err(late(EndReason::FirstTokenTimeout, "first_token_timeout")),
    }
}

/// Reads an error answer and says it in the family's words, under the channel's status mapping.
async fn refused(
    context: &Context<'_>,
    candidate: &Candidate,
    response: Response<Incoming>,
) -> Box<Failed> {
    let (head, mut body) = response.into_parts();
    let status = head.status.as_u16();
    let silence = left(context, Duration::from_secs(10));
    let bytes = match collect(&mut body, ERROR_BYTES, silence).await {
        Ok(Collected::Whole(bytes) | Collected::Begun(bytes)) => bytes,
        Err(_) => Bytes::new(),
    };
    let mapped = candidate.channel.mapped_status(status);
    let mut error = weirgate_wire::upstream_error(status, &bytes);
    error.status = mapped;
    Box::new(Failed {
        failure: Failure {
            status: Some(mapped),
            kind: FailureKind::Status,
        },
        status,
        code: "status",
        body: error,
        retry_after_s: retry_after(&head.headers),
        reason: EndReason::UpstreamError,
    })
}

/// Reads `Retry-After` in seconds; dates and nonsense count as absent.
fn retry_after(headers: &HeaderMap) -> Option<u32> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

fn left(context: &Context<'_>, limit: Duration) -> Duration {
    limit.min(
        context
            .limits
            .total
            .saturating_duration_since(Instant::now()),
    )
}

fn late(reason: EndReason, code: &'static str) -> Box<Failed> {
    let message = "the upstream did not answer in time";
    Box::new(Failed {
        reason,
        ..*unreachable(FailureKind::Timeout, code, message)
    })
}

fn unfit(code: &'static str, message: &'static str) -> Box<Failed> {
    unreachable(FailureKind::Channel, code, message)
}
