//! One channel after the other until one takes the task.
//!
//! A provider that may have taken it is never followed by another: only a connection that was
//! never made and a clear "no" lead on.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use weirgate_policy::Candidate;
use weirgate_policy::channel::Channel;
use weirgate_wire::canon::ErrorBody;
use weirgate_wire::task::{self, Accepted, Denied, Going, Outgoing, Platform, TaskAuth};
use weirgate_wire::vendor;

use super::submit::Job;
use crate::accounts::HoldRefused;
use crate::error::Error;
use crate::journal::{Attempt, EndReason};
use crate::pipeline::admit::refusal;
use crate::pipeline::collect::{Collected, collect};
use crate::pipeline::refuse;
use crate::pipeline::settle::Running;
use crate::state::breakers::Failed as BreakerFailure;
use crate::state::clock;
use crate::upstream::body::RequestBody;
use crate::upstream::credentials;
use crate::upstream::pool::SendError;
use crate::upstream::target::check;

/// Longest wait for a provider's answer to a submit, as in the family.
const PATIENCE: Duration = Duration::from_mins(1);
/// Longest answer to a submit that is read.
const ANSWER_BYTES: usize = 1024 * 1024;
const MJ_API_SECRET: HeaderName = HeaderName::from_static("mj-api-secret");
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("weirgate/", env!("CARGO_PKG_VERSION")));

/// How a submit ended.
pub(super) enum Outcome {
    /// A provider took the task.
    Accepted {
        accepted: Accepted,
        candidate: Candidate,
    },
    /// None did.
    Failed { error: Error, reason: EndReason },
}

/// Why one channel did not take the task.
struct Failure {
    status: u16,
    code: &'static str,
    error: Error,
    reason: EndReason,
    may_go_on: bool,
    is_channels_fault: bool,
}

/// Submits to the candidates in order.
pub(super) async fn submit(job: &Job, running: &mut Running) -> Outcome {
    let mut last: Option<Box<Failure>> = None;
    let is_pinned = job.origin.is_some() || job.identified.caller.pinned_channel.is_some();
    for candidate in &job.candidates {
        if !is_pinned && !admits(job, candidate) {
            continue;
        }
        if let Err(refused) = choose(job, running, candidate) {
            let failed = last.unwrap_or_else(|| Failure::not_held(refused));
            return failed.into_outcome();
        }
        let started = Instant::now();
        let tried = attempt(job, candidate).await;
        note(job, running, candidate, started, &tried);
        match tried {
            Ok(accepted) => {
                return Outcome::Accepted {
                    accepted,
                    candidate: candidate.clone(),
                };
            }
            Err(failure) => {
                let may_go_on = failure.may_go_on && !is_pinned;
                last = Some(failure);
                if !may_go_on {
                    break;
                }
            }
        }
    }
    last.unwrap_or_else(|| Failure::all_open(job))
        .into_outcome()
}

fn admits(job: &Job, candidate: &Candidate) -> bool {
    let model = &candidate.upstream_model;
    let breakers = &job.worker.shared.breakers;
    breakers.admit(
        candidate.channel.id,
        candidate.key_index,
        model,
        clock::now_ms(),
    )
}

fn choose(job: &Job, running: &mut Running, candidate: &Candidate) -> Result<(), HoldRefused> {
    let stamps = &job.identified.routing.stamps;
    running.choose(candidate, stamps, |_sheet| {
        job.charge(candidate.group_ratio).sale
    })
}

/// Writes the attempt on the row, and what it says of the channel to the breaker.
fn note(
    job: &Job,
    running: &mut Running,
    candidate: &Candidate,
    started: Instant,
    tried: &Result<Accepted, Box<Failure>>,
) {
    let (status, error) = match tried {
        Ok(_) => (200, ""),
        Err(failure) => (failure.status, failure.code),
    };
    running.row().attempts.push(Attempt {
        channel_id: candidate.channel.id,
        key_index: u32::try_from(candidate.key_index).unwrap_or(u32::MAX),
        status,
        ms: u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX),
        error: error.to_owned(),
    });
    job.worker.metrics.upstream(status);
    let breakers = &job.worker.shared.breakers;
    let now_ms = clock::now_ms();
    match tried {
        Ok(_) => breakers.on_success(
            candidate.channel.id,
            candidate.key_index,
            &candidate.upstream_model,
            now_ms,
        ),
        Err(failure) if failure.is_channels_fault => breakers.on_failure(
            &BreakerFailure {
                channel_id: candidate.channel.id,
                key_index: candidate.key_index,
                model: &candidate.upstream_model,
                now_ms,
                retry_after_ms: None,
            },
            job.identified.routing.snapshot.options.breaker,
        ),
        Err(_) => {}
    }
}

async fn attempt(job: &Job, candidate: &Candidate) -> Result<Accepted, Box<Failure>> {
    let targets = &job.identified.routing.targets;
    let target = targets
        .get(candidate.channel.id)
        .ok_or_else(|| Failure::unfit("the channel is gone"))?;
    let options = &job.identified.routing.snapshot.options;
    let going = Going {
        channel_type: candidate.channel.channel_type,
        model: &candidate.upstream_model,
        origin: job
            .origin
            .as_ref()
            .map(|origin| origin.upstream_id.as_str()),
        keeps_account_filter: options.midjourney.account_filter,
        clears_mode: options.midjourney.mode_clear,
    };
    let outgoing = task::write(&job.submission, &going);
    let request = request(
        &candidate.channel,
        candidate.key_index,
        &outgoing,
        target.reach,
    )?;
    let sent = job.worker.pool.send(request, target.reach);
    let answered = tokio::time::timeout(PATIENCE, async {
        let response = sent.await?;
        let status = response.status().as_u16();
        let mut body = response.into_body();
        Ok::<_, SendError>((status, collect(&mut body, ANSWER_BYTES, PATIENCE).await))
    });
    let (status, body) = match answered.await {
        Ok(Ok((status, Ok(Collected::Whole(body))))) => (status, body),
        Ok(Ok((status, _))) => return Err(Failure::lost("body_broken", status)),
        Ok(Err(error)) => return Err(Failure::connection(error)),
        Err(_elapsed) => return Err(Failure::lost("header_timeout", 0)),
    };
    let channel_type = candidate.channel.channel_type;
    task::read_answer(&job.submission, channel_type, status, &body)
        .map_err(|denied| Failure::denied(job, candidate, status, denied))
}

/// Returns the address below a channel's base.
pub(super) fn uri_of(channel: &Channel, path: &str) -> Option<Uri> {
    let own = channel.base_url.as_deref().unwrap_or("").trim();
    let base = if own.is_empty() {
        vendor::profile(channel.channel_type).default_base_url
    } else {
        own
    };
    format!("{}{path}", base.trim_end_matches('/')).parse().ok()
}

fn request(
    channel: &Channel,
    key_index: usize,
    outgoing: &Outgoing,
    reach: crate::upstream::egress::Reach,
) -> Result<Request<RequestBody>, Box<Failure>> {
    let unfit = Failure::unfit;
    let uri = uri_of(channel, &outgoing.path)
        .filter(|uri| check(uri, reach).is_ok())
        .ok_or_else(|| unfit("the channel has no usable address"))?;
    let body = Bytes::from(outgoing.body.to_string());
    let key = channel
        .keys
        .get(key_index)
        .map(weirgate_policy::channel::SecretText::expose);
    let key = key.ok_or_else(|| unfit("the channel's key is not usable"))?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, AGENT);
    credential(&mut headers, &uri, &body, outgoing.auth, key)
        .ok_or_else(|| unfit("the channel's key is not usable"))?;
    let mut request = Request::new(RequestBody::full(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

/// Shows the channel's key as its type wants it.
fn credential(
    headers: &mut HeaderMap,
    uri: &Uri,
    body: &[u8],
    auth: TaskAuth,
    key: &str,
) -> Option<()> {
    let now_s = clock::now_ms() / 1000;
    let (name, text) = match (auth, credentials::pair(key)) {
        (TaskAuth::VolcSignature, Some(pair)) => {
            return credentials::volcengine::sign(headers, uri, body, pair, now_s);
        }
        (TaskAuth::KlingJwt, Some((access, secret))) => {
            let token = credentials::jwt::kling(access, secret, now_s);
            (AUTHORIZATION, format!("Bearer {token}"))
        }
        (TaskAuth::MjSecret, _) => (MJ_API_SECRET, key.to_owned()),
        (TaskAuth::Token, _) => (AUTHORIZATION, format!("Token {key}")),
        (TaskAuth::Bearer | TaskAuth::KlingJwt | TaskAuth::VolcSignature, _) => {
            (AUTHORIZATION, format!("Bearer {key}"))
        }
    };
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Some(())
}

impl Failure {
    fn into_outcome(self) -> Outcome {
        Outcome::Failed {
            error: self.error,
            reason: self.reason,
        }
    }

    fn of(status: u16, code: &'static str, body: ErrorBody) -> Box<Self> {
        Box::new(Self {
            status,
            code,
            error: Error::upstream(body, None),
            reason: EndReason::UpstreamError,
            may_go_on: true,
            is_channels_fault: true,
        })
    }

    /// The channel itself is not usable; nothing was sent.
    fn unfit(message: &'static str) -> Box<Self> {
        Box::new(Self {
            is_channels_fault: false,
            ..*Self::of(
                0,
                "unfit",
                refuse::upstream(500, "do_request_failed", message),
            )
        })
    }

    fn connection(error: SendError) -> Box<Self> {
        if error == SendError::Broken {
            return Self::lost("connection_broken", 0);
        }
        let message = "the upstream could not be reached";
        Self::of(
            0,
            "connect_failed",
            refuse::upstream(500, "do_request_failed", message),
        )
    }

    /// The provider may have taken the task: nobody else is asked.
    fn lost(code: &'static str, status: u16) -> Box<Self> {
        let message = "the upstream did not answer whether it took the task";
        Box::new(Self {
            may_go_on: false,
            reason: EndReason::FirstTokenTimeout,
            ..*Self::of(
                status,
                code,
                refuse::upstream(504, "do_request_failed", message),
            )
        })
    }

    fn denied(job: &Job, candidate: &Candidate, status: u16, denied: Denied) -> Box<Self> {
        let mapped = candidate.channel.mapped_status(denied.status);
        let code = if job.submission.platform == Platform::Midjourney {
            denied.code.to_string()
        } else {
            "task_not_accepted".to_owned()
        };
        let mut body = refuse::upstream(mapped, "task_not_accepted", denied.message);
        body.kind = "upstream_error".into();
        body.code = Some(code.into());
        Box::new(Self {
            may_go_on: denied.may_retry,
            is_channels_fault: matches!(status, 401..=403 | 429 | 500..=599),
            ..*Self::of(status, "status", body)
        })
    }

    fn not_held(refused: HoldRefused) -> Box<Self> {
        Box::new(Self {
            error: refusal(refused),
            is_channels_fault: false,
            ..*Self::unfit("")
        })
    }

    fn all_open(job: &Job) -> Box<Self> {
        let refusal = weirgate_policy::Refusal::AllChannelsOpen {
            group: job.identified.caller.group.name(),
            model: job.submission.model.clone(),
        };
        Box::new(Self {
            error: Error::upstream(refusal.body(), refusal.retry_after_s()),
            ..*Self::unfit("")
        })
    }
}
