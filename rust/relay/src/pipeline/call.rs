//! Station 5: one candidate after the other until one answers, before the first byte has gone out.
//!
//! Never the same candidate twice; our own time-outs and broken connections go on to the next,
//! upstream statuses by `weirgate_policy::retry`. The whole way is one row with its attempts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Response;
use weirgate_policy::snapshot::Options;
use weirgate_policy::{Candidate, Failure, FailureKind, Refusal, Verdict};
use weirgate_wire::canon::ErrorBody;

use super::attempt::{self, Answered};
use super::headers::RequestHead;
use super::identify::Identified;
use super::plan::Planned;
use super::receive::Received;
use super::settle::{End, Running};
use super::{admit, deliver, refuse};
use crate::accounts::HoldRefused;
use crate::body::AnswerBody;
use crate::error::Error;
use crate::journal::{Attempt, EndReason};
use crate::state::breakers::Failed as BreakerFailure;
use crate::state::clock;
use crate::state::faults::{self, Fault};
use crate::worker::Worker;

/// The time limits of one call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeLimits {
    pub(crate) header: Duration,
    pub(crate) first_token: Duration,
    pub(crate) idle: Duration,
    /// Zero sends no keep-alive comments.
    pub(crate) ping: Duration,
    /// The moment at which the call as a whole is over.
    pub(crate) total: Instant,
}

impl TimeLimits {
    fn of(options: &Options, started: Instant) -> Self {
        Self {
            header: Duration::from_millis(options.header_timeout_ms),
            first_token: Duration::from_millis(options.first_token_timeout_ms),
            idle: Duration::from_millis(options.idle_timeout_ms),
            ping: Duration::from_millis(options.ping_interval_ms),
            total: started + Duration::from_millis(options.total_timeout_ms),
        }
    }
}

/// Why an attempt failed.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) failure: Failure,
    /// The provider's own status; 0 when none came.
    pub(crate) status: u16,
    /// Short code kept with the attempt.
    pub(crate) code: &'static str,
    pub(crate) body: ErrorBody,
    pub(crate) retry_after_s: Option<u32>,
    pub(crate) reason: EndReason,
}

/// Everything an attempt needs to know of its call.
pub(crate) struct Context<'a> {
    pub(crate) worker: &'a Arc<Worker>,
    pub(crate) identified: &'a Identified,
    pub(crate) head: &'a RequestHead,
    pub(crate) received: &'a Received,
    pub(crate) limits: TimeLimits,
    /// Attempts before this one.
    pub(crate) attempt: u32,
}

/// Calls the candidates in order and returns the answer of the first that gives one.
pub(crate) async fn call(
    worker: &Arc<Worker>,
    identified: &Identified,
    head: &RequestHead,
    received: Received,
    planned: Planned,
    mut running: Box<Running>,
) -> Result<Response<AnswerBody>, Error> {
    let mut context = Context {
        worker,
        identified,
        head,
        received: &received,
        limits: TimeLimits::of(&identified.routing.snapshot.options, running.started),
        attempt: 0,
    };
    match first_answer(&mut context, &planned.candidates, &mut running).await {
        Ok(answered) => Ok(deliver::deliver(&context, answered, running).await),
        Err(failed) => {
            running.row().status = failed.body.status;
            running.close(&End::free(failed.reason));
            Err(Error::upstream(failed.body, failed.retry_after_s))
        }
    }
}

async fn first_answer(
    context: &mut Context<'_>,
    candidates: &[Candidate],
    running: &mut Running,
) -> Result<Answered, Box<Failed>> {
    let options = &context.identified.routing.snapshot.options;
    let is_pinned = context.identified.caller.pinned_channel.is_some();
    let mut last = None;
    let mut attempts_made = 0_u32;
    for candidate in candidates {
        if !admits(context, candidate, is_pinned) {
            continue;
        }
        if let Err(refused) = choose(context, running, candidate) {
            return Err(last.unwrap_or_else(|| not_held(refused)));
        }
        let started = Instant::now();
        match attempt::attempt(context, candidate).await {
            Ok(answered) => {
                note_success(context, candidate);
                note(
                    running,
                    candidate,
                    started,
                    answered.head.status.as_u16(),
                    "",
                );
                return Ok(answered);
            }
            // Nothing was sent: what another candidate said tells the client more.
            Err(failed) if failed.failure.kind == FailureKind::Unsaid => {
                last.get_or_insert(failed);
            }
            Err(failed) => {
                attempts_made += 1;
                context.attempt = attempts_made;
                note_failure(context, candidate, &failed);
                note_fault(context, candidate, &failed);
                note(running, candidate, started, failed.status, failed.code);
                let verdict =
                    weirgate_policy::verdict(&failed.failure, attempts_made, is_pinned, options);
                let is_late = Instant::now() >= context.limits.total;
                last = Some(failed);
                if verdict == Verdict::Stop || is_late {
                    break;
                }
            }
        }
    }
    Err(last.unwrap_or_else(|| all_open(context)))
}

/// A pinned channel is called whatever its breaker says: an admin tests it.
fn admits(context: &Context<'_>, candidate: &Candidate, is_pinned: bool) -> bool {
    let breakers = &context.worker.shared.breakers;
    let model = &candidate.upstream_model;
    is_pinned
        || breakers.admit(
            candidate.channel.id,
            candidate.key_index,
            model,
            clock::now_ms(),
        )
}

fn choose(
    context: &Context<'_>,
    running: &mut Running,
    candidate: &Candidate,
) -> Result<(), HoldRefused> {
    let stamps = &context.identified.routing.stamps;
    running.choose(candidate, stamps, |sheet| {
        let ratio = candidate.group_ratio;
        admit::amount(context.identified, context.received, sheet, ratio)
    })
}

fn note(
    running: &mut Running,
    candidate: &Candidate,
    started: Instant,
    status: u16,
    error: &'static str,
) {
    running.row().attempts.push(Attempt {
        channel_id: candidate.channel.id,
        key_index: u32::try_from(candidate.key_index).unwrap_or(u32::MAX),
        status,
        ms: u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX),
        error: error.to_owned(),
    });
}

fn note_success(context: &Context<'_>, candidate: &Candidate) {
    let breakers = &context.worker.shared.breakers;
    let model = &candidate.upstream_model;
    breakers.on_success(
        candidate.channel.id,
        candidate.key_index,
        model,
        clock::now_ms(),
    );
    context.worker.metrics.upstream(200);
}

/// Tells the management plane what the operator's rules switch off.
fn note_fault(context: &Context<'_>, candidate: &Candidate, failed: &Failed) {
    let options = &context.identified.routing.snapshot.options;
    let (message, auto_ban) = (&failed.body.message, candidate.channel.auto_ban);
    let failure = &failed.failure;
    let cause = weirgate_policy::disables(failure, failed.status, message, auto_ban, options);
    if let Some(cause) = cause {
        context.worker.shared.faults.add(Fault {
            channel_id: candidate.channel.id,
            key_index: candidate.key_index,
            status: failed.status,
            cause: faults::word(cause),
            reason: message.clone(),
            at_ms: clock::now_ms(),
        });
    }
}

/// Only what is the channel's own fault counts against it.
fn note_failure(context: &Context<'_>, candidate: &Candidate, failed: &Failed) {
    context.worker.metrics.upstream(failed.status);
    let is_its_fault = match failed.failure.kind {
        FailureKind::Status => matches!(failed.status, 401..=403 | 408 | 429 | 500..=599),
        FailureKind::Connect | FailureKind::Timeout | FailureKind::BadBody => true,
        FailureKind::Channel | FailureKind::Unsaid | FailureKind::Local => false,
    };
    if !is_its_fault {
        return;
    }
    let options = &context.identified.routing.snapshot.options;
    context.worker.shared.breakers.on_failure(
        &BreakerFailure {
            channel_id: candidate.channel.id,
            key_index: candidate.key_index,
            model: &candidate.upstream_model,
            now_ms: clock::now_ms(),
            retry_after_ms: failed
                .retry_after_s
                .map(|seconds| i64::from(seconds) * 1000),
        },
        options.breaker,
    );
}

fn not_held(refused: HoldRefused) -> Box<Failed> {
    let refusal = match refused {
        HoldRefused::Wallet => Refusal::WalletTooSmall,
        HoldRefused::Key | HoldRefused::NoSuch => Refusal::KeyTooSmall,
    };
    local(refusal.body(), "hold_refused", refusal.retry_after_s())
}

fn all_open(context: &Context<'_>) -> Box<Failed> {
    let refusal = Refusal::AllChannelsOpen {
        group: context.identified.caller.group.name(),
        model: context.received.envelope.model.clone(),
    };
    local(refusal.body(), "all_channels_open", refusal.retry_after_s())
}

fn local(body: ErrorBody, code: &'static str, retry_after_s: Option<u32>) -> Box<Failed> {
    Box::new(Failed {
        failure: Failure {
            status: None,
            kind: FailureKind::Local,
        },
        status: 0,
        code,
        body,
        retry_after_s,
        reason: EndReason::UpstreamError,
    })
}

/// A failure on the way to the provider; the message names neither host nor address.
pub(crate) fn unreachable(
    kind: FailureKind,
    code: &'static str,
    message: &'static str,
) -> Box<Failed> {
    let status = if kind == FailureKind::Timeout {
        504
    } else {
        500
    };
    Box::new(Failed {
        failure: Failure { status: None, kind },
        status: 0,
        code,
        body: refuse::upstream(status, "do_request_failed", message),
        retry_after_s: None,
        reason: EndReason::UpstreamError,
    })
}
