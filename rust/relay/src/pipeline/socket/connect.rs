//! A socket's model → a held call and an open socket to a provider.

use std::sync::Arc;
use std::time::Instant;

use http::header::{HeaderName, SEC_WEBSOCKET_PROTOCOL, USER_AGENT};
use http::{HeaderMap, HeaderValue, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use weirgate_policy::{Candidate, Refusal, price};
use weirgate_wire::{Endpoint, Envelope};

use crate::error::Error;
use crate::journal::{Attempt, EndReason};
use crate::pipeline::identify::Identified;
use crate::pipeline::receive::Received;
use crate::pipeline::route::Arrival;
use crate::pipeline::settle::{End, Running};
use crate::pipeline::{admit, plan, refuse};
use crate::state::breakers::Failed as BreakerFailure;
use crate::state::clock;
use crate::upstream::dial::{DialError, Socket};
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
}

/// A held call with a provider's socket.
pub(super) struct Opened {
    pub(super) running: Box<Running>,
    pub(super) upstream: Socket,
    pub(super) upstream_model: Arc<str>,
    /// What is kept free for the next turn.
    pub(super) reserve: i64,
}

/// Plans, holds and dials.
pub(super) async fn connect(wanted: &Wanted, model: &str) -> Result<Opened, Error> {
    let Wanted {
        worker,
        arrival,
        identified,
        endpoint,
        ..
    } = wanted;
    let body = serde_json::json!({"model": model, "input": "", "stream": true}).to_string();
    let received = Received {
        endpoint: *endpoint,
        envelope: Envelope::read_with(*endpoint, None, body.as_bytes())?,
        body: bytes::Bytes::from(body),
        form: None,
    };
    admit::check(identified, &received.envelope)?;
    let planned = plan::plan(worker, identified, &received, arrival)?;
    let reserve = reserve(identified, model, planned.first_ratio())?;
    let running = admit::hold(worker, arrival, identified, &received, &planned)?;
    let mut running = admit::written(worker, arrival, running).await?;
    raise(&mut running, reserve)?;
    let mut last = None;
    for candidate in planned.candidates.iter().take(3) {
        if !admits(worker, candidate) {
            continue;
        }
        let stamps = &identified.routing.stamps;
        if let Err(refused) = running.choose(candidate, stamps, |_sheet| reserve) {
            running.close(&End::free(EndReason::UpstreamError));
            return Err(admit::refusal(refused));
        }
        let started = Instant::now();
        let dialled = dial(wanted, candidate).await;
        note(
            worker,
            identified,
            &mut running,
            candidate,
            started,
            &dialled,
        );
        match dialled {
            Ok(upstream) => {
                return Ok(Opened {
                    running,
                    upstream,
                    upstream_model: Arc::clone(&candidate.upstream_model),
                    reserve,
                });
            }
            Err(error) => last = Some(error),
        }
    }
    running.close(&End::free(EndReason::UpstreamError));
    Err(last.map_or_else(|| all_open(identified, model), said))
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
    identified: &Identified,
    model: &str,
    ratio: weirgate_policy::Ratio,
) -> Result<i64, Error> {
    let snapshot = &identified.routing.snapshot;
    let accepts_unset = identified.caller.accept_unset_price;
    let sheet = snapshot.sheet_or_fallback(model, accepts_unset)?;
    let output = snapshot.options.default_output_tokens;
    Ok(price::hold_amount(
        &sheet, ratio, TURN_BYTES, None, output, 1,
    ))
}

fn admits(worker: &Worker, candidate: &Candidate) -> bool {
    worker.shared.breakers.admit(
        candidate.channel.id,
        candidate.key_index,
        &candidate.upstream_model,
        clock::now_ms(),
    )
}

async fn dial(wanted: &Wanted, candidate: &Candidate) -> Result<Socket, DialError> {
    let target = wanted
        .identified
        .routing
        .targets
        .get(candidate.channel.id)
        .ok_or(DialError::Protocol)?;
    let model = candidate.upstream_model.as_ref();
    let uri = target.uri(wanted.endpoint, model, candidate.key_index, true);
    let uri = with_model(
        uri.map_err(|_bad| DialError::Protocol)?,
        wanted.endpoint,
        model,
    )
    .ok_or(DialError::Protocol)?;
    let credential = target.credential(candidate.key_index);
    let mut headers = HeaderMap::new();
    for (name, value) in credential.ok_or(DialError::Status(401))? {
        headers.insert(name.clone(), value.clone());
    }
    headers.insert(USER_AGENT, AGENT);
    if wanted.endpoint == Endpoint::Realtime {
        let protocol = HeaderValue::from_static("realtime");
        headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    if wanted.beta {
        headers.insert(OPENAI_BETA, HeaderValue::from_static("realtime=v1"));
    }
    let options = &wanted.identified.routing.snapshot.options;
    let patience = std::time::Duration::from_millis(options.header_timeout_ms);
    let dialled = wanted.worker.dialer.dial(&uri, target.reach, headers);
    tokio::time::timeout(patience, dialled)
        .await
        .unwrap_or(Err(DialError::Connect))
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

fn note(
    worker: &Worker,
    identified: &Identified,
    running: &mut Running,
    candidate: &Candidate,
    started: Instant,
    dialled: &Result<Socket, DialError>,
) {
    let (status, error) = match dialled {
        Ok(_) => (101, ""),
        Err(DialError::Status(status)) => (*status, "status"),
        Err(DialError::Connect) => (0, "connect_failed"),
        Err(DialError::Protocol) => (0, "bad_handshake"),
    };
    running.row().attempts.push(Attempt {
        channel_id: candidate.channel.id,
        key_index: u32::try_from(candidate.key_index).unwrap_or(u32::MAX),
        status,
        ms: u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX),
        error: error.to_owned(),
    });
    worker.metrics.upstream(status);
    let breakers = &worker.shared.breakers;
    let (id, key, model) = (
        candidate.channel.id,
        candidate.key_index,
        &candidate.upstream_model,
    );
    if dialled.is_ok() {
        breakers.on_success(id, key, model, clock::now_ms());
    } else if matches!(status, 0 | 401..=403 | 429 | 500..=599) {
        let failed = BreakerFailure {
            channel_id: id,
            key_index: key,
            model,
            now_ms: clock::now_ms(),
            retry_after_ms: None,
        };
        breakers.on_failure(&failed, identified.routing.snapshot.options.breaker);
    }
}

fn said(error: DialError) -> Error {
    let (status, message) = match error {
        DialError::Status(status) if status >= 400 => (status, "the upstream refused the socket"),
        DialError::Status(_) | DialError::Protocol => (502, "the upstream opened no socket"),
        DialError::Connect => (502, "the upstream could not be reached"),
    };
    Error::upstream(refuse::upstream(status, "do_request_failed", message), None)
}

fn all_open(identified: &Identified, model: &str) -> Error {
    let refusal = Refusal::AllChannelsOpen {
        group: identified.caller.group.name(),
        model: model.to_owned(),
    };
    Error::upstream(refusal.body(), refusal.retry_after_s())
}
