//! A socket's model → a held call and an open socket to a provider.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::{HeaderName, SEC_WEBSOCKET_PROTOCOL, USER_AGENT};
use http::{HeaderMap, HeaderValue, Response, Uri};
use hyper::body::Incoming;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use weirgate_policy::{Candidate, FailureKind, Refusal, Verdict, price};
use weirgate_wire::vendor::Way;
use weirgate_wire::{Endpoint, Envelope};

use crate::error::Error;
use crate::journal::EndReason;
use crate::pipeline::collect::{ERROR_WAIT, error_body};
use crate::pipeline::headers::RequestHead;
use crate::pipeline::identify::Identified;
use crate::pipeline::receive::Received;
use crate::pipeline::route::Arrival;
use crate::pipeline::settle::{End, Running};
use crate::pipeline::tried::{self, Failed, Held, unfit, unreachable};
use crate::pipeline::{admit, gate, kept, plan, pricing};
use crate::upstream::dial::{DialError, Socket};
use crate::upstream::target::Target;
use crate::worker::Worker;

const OPENAI_BETA: HeaderName = HeaderName::from_static("openai-beta");
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("weirgate/", env!("CARGO_PKG_VERSION")));
/// Bytes of input that a turn of a socket is held for, in four bytes a token.
const TURN_BYTES: usize = 4_096;

/// What a client wants of its socket.
pub(super) struct Wanted {
    pub(super) worker: Arc<Worker>,
    pub(super) arrival: Arrival,
    pub(super) identified: Identified,
    pub(super) endpoint: Endpoint,
    pub(super) beta: bool,
    /// Headers of the client's that go to the provider.
    pub(super) own: Vec<(HeaderName, HeaderValue)>,
    /// The head of the request that asked for the socket.
    pub(super) head: http::request::Parts,
}

/// A held call with a provider's socket.
pub(super) struct Opened {
    pub(super) running: Box<Running>,
    pub(super) upstream: Socket,
    pub(super) candidate: Candidate,
    /// What is kept free for the next turn.
    pub(super) reserve: i64,
}

/// Plans, holds and dials.
///
/// `first` is the client's first message, if there is one: it may name the conversation that the socket goes on with.
pub(super) async fn connect(
    wanted: &Wanted,
    model: &str,
    first: Option<&Value>,
) -> Result<Opened, Error> {
    let Wanted {
        worker,
        arrival,
        identified,
        endpoint,
        ..
    } = wanted;
    let body = asked(model, first);
    let received = Received {
        endpoint: *endpoint,
        envelope: Envelope::read_with(*endpoint, None, body.as_bytes())?,
        body: bytes::Bytes::from(body),
        form: None,
    };
    admit::check(identified, &received.envelope)?;
    let mut planned = plan::plan(worker, identified, &received, arrival)?;
    keep_speakers(wanted, &mut planned.candidates, model)?;
    let reserve = reserve(wanted, model, planned.first_ratio(), &received.body)?;
    let gate = gate::enter(worker, identified, Some(*endpoint))?;
    let keeps_all = identified.routing.targets.read_headers;
    let head = RequestHead::of_call(&wanted.head, endpoint.family(), keeps_all);
    let headers = &head.client_headers;
    let mut prepaid = None;
    if worker.shared.accounts.is_leased() {
        let paying = admit::prepay(worker, arrival, identified, headers, &received, &planned);
        prepaid = Box::pin(paying).await?;
    }
    let entry = admit::Entry {
        gate,
        headers,
        prepaid,
    };
    let running = admit::hold(worker, arrival, identified, entry, &received, &planned)?;
    let mut running = admit::written(worker, arrival, running).await?;
    raise(&mut running, reserve)?;
    match first_open(wanted, &planned.candidates, &mut running, reserve).await {
        Ok((upstream, candidate)) => {
            let envelope = &received.envelope;
            kept::keep_session(worker, identified, *endpoint, envelope, candidate);
            Ok(Opened {
                running,
                upstream,
                candidate: candidate.clone(),
                reserve,
            })
        }
        Err(failed) => {
            running.row().status = failed.body.status;
            running.close(&End::free(failed.reason));
            Err(failed.into_error())
        }
    }
}

/// Dials one candidate after the other, by the rules of a call; an error is what the last one said, or why none was asked.
async fn first_open<'a>(
    wanted: &Wanted,
    candidates: &'a [Candidate],
    running: &mut Running,
    reserve: i64,
) -> Result<(Socket, &'a Candidate), Box<Failed>> {
    let Wanted {
        worker, identified, ..
    } = wanted;
    let options = &identified.routing.snapshot.options;
    let is_pinned = identified.caller.pinned_channel.is_some();
    let mut last = None;
    let mut held = Held::default();
    let mut attempts_made = 0;
    for candidate in candidates {
        if let Err(by) = tried::admits(worker, candidate, is_pinned, running) {
            held = held.max(by);
            continue;
        }
        let stamps = &identified.routing.stamps;
        if let Err(refused) = running.choose(candidate, stamps, |_sheet| reserve) {
            return Err(last.unwrap_or_else(|| tried::not_held(refused)));
        }
        let started = Instant::now();
        match dial(wanted, candidate).await {
            Ok(upstream) => {
                tried::succeeded(worker, candidate, 101);
                tried::note(running, candidate, started, 101, "");
                return Ok((upstream, candidate));
            }
            Err(failed) => {
                attempts_made += 1;
                tried::failed(worker, options, candidate, &failed);
                tried::note(running, candidate, started, failed.status, failed.code);
                let failure = &failed.failure;
                let verdict = weirgate_policy::verdict(failure, attempts_made, is_pinned, options);
                last = Some(failed);
                if verdict == Verdict::Stop {
                    break;
                }
            }
        }
    }
    Err(last.unwrap_or_else(|| tried::all_held(identified, running.model(), held)))
}

/// A call like those of the socket, for the stations that decide: its model and conversation, and no text.
fn asked(model: &str, first: Option<&Value>) -> String {
    let mut body = serde_json::json!({"model": model, "input": "", "stream": true});
    for name in ["previous_response_id", "prompt_cache_key"] {
        let places = [name, &format!("response/{name}")].map(|place| format!("/{place}"));
        let mut found = places.iter().filter_map(|place| first?.pointer(place));
        if let (Some(value), Some(body)) = (found.next(), body.as_object_mut()) {
            body.insert(name.to_owned(), value.clone());
        }
    }
    body.to_string()
}

/// Leaves the channels whose vendor speaks the endpoint itself: events of a socket are not translated.
fn keep_speakers(
    wanted: &Wanted,
    candidates: &mut Vec<Candidate>,
    model: &str,
) -> Result<(), Error> {
    let targets = &wanted.identified.routing.targets;
    candidates.retain(|candidate| {
        let target = targets.get(candidate.channel.id);
        let way = target.and_then(|target| target.way(wanted.endpoint, &candidate.upstream_model));
        way == Some(Way::Untouched)
    });
    if !candidates.is_empty() {
        return Ok(());
    }
    let none = Refusal::EndpointNotServed {
        group: wanted.identified.caller.group.name(),
        model: model.to_owned(),
    };
    Err(none.into())
}

/// Raises the hold to what a turn may cost, or settles at nothing.
fn raise(running: &mut Running, reserve: i64) -> Result<(), Error> {
    if reserve > running.held()
        && let Err(refused) = running.raise(reserve)
    {
        running.close(&End::free(EndReason::UpstreamError));
        return Err(admit::refusal(refused));
    }
    Ok(())
}

/// What one turn may cost: a page of input and the default output.
fn reserve(
    wanted: &Wanted,
    model: &str,
    ratio: weirgate_policy::Ratio,
    body: &[u8],
) -> Result<i64, Error> {
    let asked = pricing::Asked {
        body,
        headers: None,
        started_ms: wanted.arrival.started_ms,
    };
    let sheet = pricing::sheet(&wanted.identified, model, &asked)?;
    let snapshot = &wanted.identified.routing.snapshot;
    let output = snapshot.options.default_output_tokens;
    Ok(price::hold_amount(
        &sheet, ratio, TURN_BYTES, None, output, 1,
    ))
}

async fn dial(wanted: &Wanted, candidate: &Candidate) -> Result<Socket, Box<Failed>> {
    let targets = &wanted.identified.routing.targets;
    let target = targets
        .get(candidate.channel.id)
        .ok_or_else(|| unfit("channel_gone", "the channel is gone"))?;
    let uri = uri(wanted, candidate, target)?;
    let headers = headers(wanted, candidate, target)?;
    let options = &wanted.identified.routing.snapshot.options;
    let patience = Duration::from_millis(options.header_timeout_ms);
    let proxy = tried::proxy_of(target)?.map(Arc::as_ref);
    let dialer = &wanted.worker.dialer;
    let dialled = dialer.dial(&uri, target.reach, proxy, headers);
    let dialled = tokio::time::timeout(patience, dialled).await;
    match dialled {
        Ok(Ok(socket)) => Ok(socket),
        Ok(Err(DialError::Connect)) => Err(unreachable(
            FailureKind::Connect,
            "connect_failed",
            "the upstream could not be reached",
        )),
        Ok(Err(DialError::Protocol)) => Err(unreachable(
            FailureKind::BadBody,
            "bad_handshake",
            "the upstream opened no socket",
        )),
        Ok(Err(DialError::Refused(response))) => Err(refused(candidate, *response).await),
        Err(_elapsed) => Err(unreachable(
            FailureKind::Timeout,
            "header_timeout",
            "the upstream did not answer in time",
        )),
    }
}

/// Reads what a provider said instead of opening a socket.
async fn refused(candidate: &Candidate, response: Response<Incoming>) -> Box<Failed> {
    let (head, mut body) = response.into_parts();
    let bytes = error_body(&mut body, ERROR_WAIT).await;
    tried::refused(candidate, &head, &bytes)
}

fn uri(wanted: &Wanted, candidate: &Candidate, target: &Target) -> Result<Uri, Box<Failed>> {
    let model = candidate.upstream_model.as_ref();
    let uri = target.uri(wanted.endpoint, model, candidate.key_index, true);
    uri.ok()
        .and_then(|uri| with_model(uri, wanted.endpoint, model))
        .ok_or_else(tried::bad_address)
}

fn headers(
    wanted: &Wanted,
    candidate: &Candidate,
    target: &Target,
) -> Result<HeaderMap, Box<Failed>> {
    let credential = target.credential(candidate.key_index);
    let credential = credential.ok_or_else(tried::bad_key)?;
    let mut headers = HeaderMap::new();
    headers.extend(credential.iter().cloned());
    headers.insert(USER_AGENT, AGENT);
    headers.extend(wanted.own.iter().cloned());
    if wanted.endpoint == Endpoint::Realtime {
        let protocol = HeaderValue::from_static("realtime");
        headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    if wanted.beta {
        headers.insert(OPENAI_BETA, HeaderValue::from_static("realtime=v1"));
    }
    Ok(headers)
}

/// Realtime's address names the model, unless it names a deployment.
fn with_model(uri: Uri, endpoint: Endpoint, model: &str) -> Option<Uri> {
    if endpoint != Endpoint::Realtime || uri.query().is_some_and(|q| q.contains("deployment=")) {
        return Some(uri);
    }
    let mut parts = uri.into_parts();
    let model = utf8_percent_encode(model, NON_ALPHANUMERIC);
    let path = parts
        .path_and_query
        .as_ref()
        .map_or("/", |path| path.as_str());
    let joint = if path.contains('?') { '&' } else { '?' };
    parts.path_and_query = Some(format!("{path}{joint}model={model}").parse().ok()?);
    Uri::from_parts(parts).ok()
}
