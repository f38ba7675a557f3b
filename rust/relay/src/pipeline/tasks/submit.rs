//! The way of a submit: the same stations as a call, at the full price, and one record at the end
//! that is settle and task in one.
//!
//! From the hold on it runs apart from the client's connection: a client that goes away after the
//! provider took the task must neither lose it nor have it for nothing.

use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use weirgate_policy::price::{Charge, Sheet, fixed, task_charge};
use weirgate_policy::{Caller, Candidate, PlanRequest, Ratio, Refusal, keys};
use weirgate_wire::Endpoint;
use weirgate_wire::task::{self, Platform, Submission, TaskCall};

use super::answer;
use super::attempt::{self, Outcome};
use super::origin::{self, Origin};
use crate::accounts::Prepaid;
use crate::body::AnswerBody;
use crate::error::{Error, ErrorKind};
use crate::journal::{EndReason, TaskFacts, UsageSource};
use crate::pipeline::admit::{self, Asked, check_words, written};
use crate::pipeline::gate::{self, Gate};
use crate::pipeline::headers::RequestHead;
use crate::pipeline::identify::{self, Identified};
use crate::pipeline::route::Arrival;
use crate::pipeline::settle::{Begun, End, Running};
use crate::pipeline::{receive, refuse};
use crate::state::clock;
use crate::worker::Worker;
use weirgate_wire::canon::Usage;

/// Bytes of the prompt that a task's record keeps.
const PROMPT_BYTES: usize = 480;
/// Bytes of a callback address that a task's record keeps; longer ones are not called.
const HOOK_BYTES: usize = 300;

/// Everything that a submit needs once its money is held.
pub(super) struct Job {
    pub(super) worker: Arc<Worker>,
    pub(super) identified: Identified,
    pub(super) submission: Submission,
    pub(super) origin: Option<Origin>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) sheet: Arc<Sheet>,
    pub(super) times: Ratio,
}

impl Job {
    pub(super) fn charge(&self, group_ratio: Ratio) -> Charge {
        let per_usd = self.identified.routing.snapshot.options.quota_per_unit;
        task_charge(&self.sheet, group_ratio, self.times, per_usd)
    }
}

/// Answers a submit.
pub(super) async fn submit(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    call: TaskCall,
    request: Request<Incoming>,
) -> Response<AnswerBody> {
    let (head, body) = request.into_parts();
    let identified = match identify::identify(worker, arrival, &head) {
        Ok(identified) => identified,
        Err(error) => return answer::refused(worker, arrival, 0, Some(call), &error),
    };
    let key_id = identified.caller.key_id;
    let done: Result<_, Error> = async {
        let gate = gate::enter(worker, &identified, None)?;
        let kept = RequestHead::of(&head);
        let body = receive::bytes(worker, &kept, body).await?;
        let mut submission = read(&identified, &head, call, &body)?;
        let origin = find_origin(worker, arrival, &identified, &head, &mut submission).await?;
        let job = plan(worker, arrival, identified, submission, origin)?;
        let prepaid = prepay(&job).await?;
        let running = hold(arrival, &job, gate, prepaid, head.uri.path())?;
        let running = written(&job.worker, arrival, running).await?;
        carry_out(arrival, job, running).await
    }
    .await;
    done.unwrap_or_else(|error| answer::refused(worker, arrival, key_id, Some(call), &error))
}

/// Reads a submit, a form or JSON, once its texts hold none of the operator's words.
fn read(
    identified: &Identified,
    head: &http::request::Parts,
    call: TaskCall,
    body: &[u8],
) -> Result<Submission, Error> {
    let kind = head.headers.get(http::header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let Some(fields) = task::form::object_of(kind, body) else {
        check_words(&identified.routing, body)?;
        return task::read(call, body).map_err(|error| unreadable(&error));
    };
    let fields = fields.map_err(|error| unreadable(&error))?;
    let texts = serde_json::Value::Object(task::form::without_files(&fields));
    check_words(&identified.routing, texts.to_string().as_bytes())?;
    task::read_fields(call, fields).map_err(|error| unreadable(&error))
}

fn unreadable(error: &task::TaskRequestError) -> Error {
    let body = refuse::own(400, "invalid_request_error", "invalid_request", error.0);
    Error::client(ErrorKind::Said(Box::new(body)))
}

/// Finds the task that the submit goes on from, and takes over what it leaves open.
async fn find_origin(
    worker: &Worker,
    arrival: &Arrival,
    identified: &Identified,
    head: &http::request::Parts,
    submission: &mut Submission,
) -> Result<Option<Origin>, Error> {
    if let Some(id) = remixed(head.uri.path()) {
        submission.origin = Some(id.to_owned());
    }
    let Some(id) = &submission.origin else {
        return Ok(None);
    };
    let origin = origin::find(worker, arrival, id, identified.caller.user_id).await?;
    let options = &identified.routing.snapshot.options;
    let must_be_done =
        options.midjourney.action_check_success || submission.platform != Platform::Midjourney;
    if must_be_done && submission.action != "MODAL" {
        origin::check_finished(&origin)?;
    }
    if submission.model.is_empty() {
        submission.model.clone_from(&origin.model);
    }
    if submission.prompt.is_empty() {
        submission.prompt.clone_from(&origin.prompt);
    }
    Ok(Some(origin))
}

/// Returns the id in `/v1/videos/{id}/remix`.
fn remixed(path: &str) -> Option<&str> {
    path.strip_prefix("/v1/videos/")?.strip_suffix("/remix")
}

/// Chooses the channels: those whose type takes the task, or the origin's own.
fn plan(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    identified: Identified,
    submission: Submission,
    origin: Option<Origin>,
) -> Result<Job, Error> {
    let Identified {
        caller,
        key,
        routing,
    } = &identified;
    let snapshot = &routing.snapshot;
    keys::check_model(caller, key, &submission.model, snapshot)?;
    let sheet = snapshot.sheet_or_fallback(&submission.model, caller.accept_unset_price)?;
    let pinned = origin.as_ref().map(|origin| Caller {
        pinned_channel: Some(origin.channel_id),
        ..caller.clone()
    });
    let request = PlanRequest {
        caller: pinned.as_ref().unwrap_or(caller),
        model: &submission.model,
        now_ms: arrival.started_ms,
        random: clock::random_u64(),
    };
    let mut plan = weirgate_policy::plan(&request, snapshot, &worker.shared.breakers);
    plan.candidates
        .retain(|candidate| task::takes(&submission, candidate.channel.channel_type));
    if let Some(origin) = &origin {
        for candidate in &mut plan.candidates {
            if origin.key_index < candidate.channel.keys.len() {
                candidate.key_index = origin.key_index;
            }
        }
    }
    if plan.candidates.is_empty() {
        let none = || Refusal::NoChannel {
            group: caller.group.name(),
            model: submission.model.clone(),
        };
        return Err(plan.refusal.unwrap_or_else(none).into());
    }
    let times = times(&submission)?;
    Ok(Job {
        worker: Arc::clone(worker),
        candidates: plan.candidates,
        identified,
        submission,
        origin,
        sheet,
        times,
    })
}

/// Multiplies what multiplies the price.
fn times(submission: &Submission) -> Result<Ratio, Error> {
    submission
        .ratios
        .iter()
        .try_fold(Ratio::ONE, |product, (_, ratio)| {
            Ratio::parse(ratio).map(|ratio| fixed::multiply(product, ratio))
        })
        .map_err(|_bad| unreadable(&task::TaskRequestError("seconds or size are out of range")))
}

fn first_ratio(job: &Job) -> Ratio {
    let first = job.candidates.first();
    first.map_or(Ratio::ONE, |candidate| candidate.group_ratio)
}

/// Takes the hold where it may wait for a lease.
async fn prepay(job: &Job) -> Result<Option<Prepaid>, Error> {
    if !job.worker.shared.accounts.is_leased() {
        return Ok(None);
    }
    let amount = job.charge(first_ratio(job)).sale;
    Box::pin(admit::prepay_amount(&job.worker, &job.identified, amount)).await
}

/// Takes the hold of the full price.
fn hold(
    arrival: &Arrival,
    job: &Job,
    gate: Option<Box<Gate>>,
    prepaid: Option<Prepaid>,
    path: &str,
) -> Result<Box<Running>, Error> {
    admit::serving(&job.worker.shared)?;
    let group_ratio = first_ratio(job);
    let asked = Asked {
        model: &job.submission.model,
        path: path.chars().take(96).collect(),
        is_stream: false,
        amount: job.charge(group_ratio).sale,
        sheet: Arc::clone(&job.sheet),
        group_ratio,
        // Read by streams only, and a ticket is none.
        endpoint: Endpoint::ImageGenerations,
        body: bytes::Bytes::new(),
        prompt_bytes: 0,
        tokens: 0,
        group: job.candidates.first().map(|candidate| &candidate.group),
        gate,
        prepaid,
    };
    admit::take(&job.worker, arrival, &job.identified, asked)
}

/// Submits and settles in a task of its own; the client's connection only waits for it.
async fn carry_out(
    arrival: &Arrival,
    job: Job,
    running: Box<Running>,
) -> Result<Response<AnswerBody>, Error> {
    let request_id = arrival.id;
    let carried = tokio::spawn(async move {
        let mut running = running;
        let outcome = attempt::submit(&job, &mut running).await;
        let settled = settle(&job, &mut running, request_id, outcome);
        (job, settled)
    });
    let Ok((job, settled)) = carried.await else {
        return Err(Error::gateway(ErrorKind::Internal, None));
    };
    let (accepted, task_id) = settled?;
    Ok(answer::ticket(
        arrival,
        &job.submission,
        &accepted,
        &task_id,
    ))
}

/// Writes the task's record, or settles at nothing.
fn settle(
    job: &Job,
    running: &mut Running,
    request_id: [u8; 16],
    outcome: Outcome,
) -> Result<(task::Accepted, String), Error> {
    match outcome {
        Outcome::Accepted {
            accepted,
            candidate,
        } => {
            let charge = job.charge(candidate.group_ratio);
            let facts = facts(job, request_id, &accepted, &candidate);
            let task_id = facts.task_id.clone();
            running.first_byte(200);
            let facts = Box::new(facts);
            running.begin_task(Begun { facts, charge });
            running.close(&End {
                reason: EndReason::Completed,
                usage: Usage::default(),
                source: UsageSource::Provider,
            });
            Ok((accepted, task_id))
        }
        Outcome::Failed(failed) => {
            running.row().status = failed.body.status;
            running.close(&End::free(failed.reason));
            Err(failed.into_error())
        }
    }
}

fn facts(
    job: &Job,
    request_id: [u8; 16],
    accepted: &task::Accepted,
    candidate: &Candidate,
) -> TaskFacts {
    let submission = &job.submission;
    let platform = match submission.platform {
        Platform::Midjourney => "midjourney".to_owned(),
        Platform::Suno => "suno".to_owned(),
        Platform::Video => candidate.channel.channel_type.to_string(),
    };
    TaskFacts {
        task_id: task_id(submission.platform, request_id),
        platform,
        action: submission.action.to_owned(),
        upstream_id: accepted.upstream_id.clone(),
        key_index: u32::try_from(candidate.key_index).unwrap_or(0),
        properties: properties(submission, accepted).to_string(),
    }
}

/// Midjourney's clients know numbers, everybody else `task_` and 32 characters; both are the
/// request's random id, so no counter is shared.
fn task_id(platform: Platform, request_id: [u8; 16]) -> String {
    match platform {
        Platform::Midjourney => {
            let number = (u128::from_be_bytes(request_id) >> 65) as u64;
            format!("{number:019}")
        }
        Platform::Suno | Platform::Video => {
            format!("task_{}", crate::pipeline::route::hex(&request_id))
        }
    }
}

/// What answers about the task repeat; small enough for one record.
fn properties(submission: &Submission, accepted: &task::Accepted) -> serde_json::Value {
    let mut properties = serde_json::Map::new();
    let prompt = shortened(&submission.prompt, PROMPT_BYTES);
    properties.insert("input".to_owned(), prompt.into());
    for name in ["seconds", "size", "duration", "mode", "botType", "state"] {
        if let Some(value) = submission.body.get(name)
            && value.to_string().len() <= 80
        {
            properties.insert(name.to_owned(), value.clone());
        }
    }
    for (name, ratio) in &submission.ratios {
        properties.insert(format!("ratio_{name}"), ratio.clone().into());
    }
    if let Some(hook) = submission.notify_hook.as_deref()
        && hook.len() <= HOOK_BYTES
    {
        properties.insert("notify_hook".to_owned(), hook.into());
    }
    if accepted.done.is_some() {
        properties.insert("done".to_owned(), true.into());
    }
    serde_json::Value::Object(properties)
}

fn shortened(text: &str, longest: usize) -> &str {
    let end = (0..=longest.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at));
    text.get(..end.unwrap_or(0)).unwrap_or("")
}
