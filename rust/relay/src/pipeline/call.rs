//! Station 5: one candidate after the other until one answers, before the first byte has gone out.
//!
//! Never the same candidate twice; our own time-outs and broken connections go on to the next,
//! upstream statuses by `weirgate_policy::retry`. The whole way is one row with its attempts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Response;
use weirgate_policy::limits::Standings;
use weirgate_policy::snapshot::Options;
use weirgate_policy::{Candidate, FailureKind, Verdict};

use super::attempt::{self, Answered};
use super::headers::RequestHead;
use super::identify::Identified;
use super::plan::Planned;
use super::receive::Received;
use super::settle::{End, Running};
use super::tried::{self, Failed, Held};
use super::{admit, deliver, kept, limit_headers};
use crate::accounts::HoldRefused;
use crate::body::AnswerBody;
use crate::error::Error;
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
    received: &Received,
    planned: &Planned,
    mut running: Box<Running>,
) -> Result<Response<AnswerBody>, Error> {
    let mut context = Context {
        worker,
        identified,
        head,
        received,
        limits: TimeLimits::of(&identified.routing.snapshot.options, running.started),
        attempt: 0,
    };
    match first_answer(&mut context, &planned.candidates, &mut running).await {
        Ok(answered) => {
            let standings = standings(identified, &mut running);
            let mut answer = deliver::deliver(&context, answered, running).await;
            if let Some(standings) = standings {
                limit_headers::tell(answer.headers_mut(), standings, Some(received.endpoint));
            }
            Ok(answer)
        }
        Err(mut failed) => {
            let status = weirgate_wire::client_status(Some(running.endpoint), failed.body.status);
            failed.body.status = status;
            running.row().status = status;
            running.close(&End::free(failed.reason));
            Err(failed.into_error())
        }
    }
}

/// Returns how the caller's limits stand, when there are any and the settings say so.
#[inline]
fn standings(identified: &Identified, running: &mut Running) -> Option<Standings> {
    let gate = running.gate()?;
    let is_told = identified.routing.snapshot.options.rate_limit_headers;
    is_told.then(|| gate.standings())
}

async fn first_answer(
    context: &mut Context<'_>,
    candidates: &[Candidate],
    running: &mut Running,
) -> Result<Answered, Box<Failed>> {
    let worker = context.worker;
    let options = &context.identified.routing.snapshot.options;
    let is_pinned = context.identified.caller.pinned_channel.is_some();
    let mut last = None;
    let mut held = Held::default();
    let mut attempts_made = 0_u32;
    for candidate in candidates {
        if let Err(by) = tried::admits(worker, candidate, is_pinned, running) {
            held = held.max(by);
            continue;
        }
        if let Err(refused) = choose(context, running, candidate) {
            return Err(last.unwrap_or_else(|| tried::not_held(refused)));
        }
        let started = Instant::now();
        match attempt::attempt(context, candidate).await {
            Ok(answered) => {
                tried::succeeded(worker, candidate, 200);
                kept::keep(context, candidate, &answered);
                let status = answered.head.status.as_u16();
                tried::note(running, candidate, started, status, "");
                return Ok(answered);
            }
            // Nothing was sent: what another candidate said tells the client more.
            Err(failed) if failed.failure.kind == FailureKind::Unsaid => {
                last.get_or_insert(failed);
            }
            Err(failed) => {
                attempts_made += 1;
                context.attempt = attempts_made;
                tried::failed(worker, options, candidate, &failed);
                tried::note(running, candidate, started, failed.status, failed.code);
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
    let model = &context.received.envelope.model;
    Err(last.unwrap_or_else(|| tried::all_held(context.identified, model, held)))
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
