//! One channel after the other until one takes the task.
//!
//! A provider that may have taken it is never followed by another: only a connection that was
//! never made and a clear "no" lead on.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use weirgate_policy::channel::Channel;
use weirgate_policy::{Candidate, FailureKind};
use weirgate_wire::task::{self, Accepted, Denied, Going, Outgoing, Platform, TaskAuth};
use weirgate_wire::vendor;

use super::submit::Job;
use crate::accounts::HoldRefused;
use crate::journal::EndReason;
use crate::pipeline::collect::{Collected, collect};
use crate::pipeline::refuse;
use crate::pipeline::settle::Running;
use crate::pipeline::tried::{self, Failed, Held, said, unfit, unreachable};
use crate::state::clock;
use crate::upstream::body::RequestBody;
use crate::upstream::credentials;
use crate::upstream::pool::SendError;
use crate::upstream::target::check;

/// Longest wait for a provider's answer to a submit, as in the family.
const PATIENCE: Duration = Duration::from_mins(1);
/// Longest answer to a submit that is read.
const ANSWER_BYTES: usize = 1024 * 1024;
/// Midjourney's code for a proxy without an account; the channel is of no use.
const NO_ACCOUNT: i64 = 3;
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
    Failed(Box<Failed>),
}

/// Why one channel did not take the task.
struct NotTaken {
    failed: Box<Failed>,
    may_go_on: bool,
}

impl From<Box<Failed>> for NotTaken {
    /// Nothing was sent, or nothing came of it: another channel may be asked.
    fn from(failed: Box<Failed>) -> Self {
        Self {
            failed,
            may_go_on: true,
        }
    }
}

/// Submits to the candidates in order.
pub(super) async fn submit(job: &Job, running: &mut Running) -> Outcome {
    let mut last: Option<Box<Failed>> = None;
    let mut held = Held::default();
    let options = &job.identified.routing.snapshot.options;
    let is_pinned = job.origin.is_some() || job.identified.caller.pinned_channel.is_some();
    for candidate in &job.candidates {
        if let Err(by) = tried::admits(&job.worker, candidate, is_pinned, running) {
            held = held.max(by);
            continue;
        }
        if let Err(refused) = choose(job, running, candidate) {
            return Outcome::Failed(last.unwrap_or_else(|| tried::not_held(refused)));
        }
        let started = Instant::now();
        match attempt(job, candidate).await {
            Ok(accepted) => {
                tried::succeeded(&job.worker, candidate, 200);
                tried::note(running, candidate, started, 200, "");
                return Outcome::Accepted {
                    accepted,
                    candidate: candidate.clone(),
                };
            }
            Err(NotTaken { failed, may_go_on }) => {
                tried::failed(&job.worker, options, candidate, &failed);
                tried::note(running, candidate, started, failed.status, failed.code);
                last = Some(failed);
                if is_pinned || !may_go_on {
                    break;
                }
            }
        }
    }
    let model = &job.submission.model;
    Outcome::Failed(last.unwrap_or_else(|| tried::all_held(&job.identified, model, held)))
}

fn choose(job: &Job, running: &mut Running, candidate: &Candidate) -> Result<(), HoldRefused> {
    let stamps = &job.identified.routing.stamps;
    running.choose(candidate, stamps, |_sheet| {
        job.charge(candidate.group_ratio).sale
    })
}

async fn attempt(job: &Job, candidate: &Candidate) -> Result<Accepted, NotTaken> {
    let targets = &job.identified.routing.targets;
    let target = targets
        .get(candidate.channel.id)
        .ok_or_else(|| unfit("channel_gone", "the channel is gone"))?;
    let options = &job.identified.routing.snapshot.options;
    let notify = notify_address(job, candidate);
    let going = Going {
        channel_type: candidate.channel.channel_type,
        model: &candidate.upstream_model,
        origin: job
            .origin
            .as_ref()
            .map(|origin| origin.upstream_id.as_str()),
        keeps_account_filter: options.midjourney.account_filter,
        clears_mode: options.midjourney.mode_clear,
        notify: notify.as_deref(),
    };
    let outgoing = task::write(&job.submission, &going);
    let request = request(
        &candidate.channel,
        candidate.key_index,
        &outgoing,
        target.reach,
    )?;
    let proxy = tried::proxy_of(target)?;
    let sent = job.worker.pool.send(Box::new(request), target.reach, proxy);
    let answered = tokio::time::timeout(PATIENCE, async {
        let response = sent.await?;
        let status = response.status().as_u16();
        let mut body = response.into_body();
        Ok::<_, SendError>((status, collect(&mut body, ANSWER_BYTES, PATIENCE).await))
    });
    let (status, body) = match answered.await {
        Ok(Ok((status, Ok(Collected::Whole(body))))) => (status, body),
        Ok(Ok((status, _))) => return Err(lost("body_broken", status)),
        Ok(Err(error)) => return Err(connection(error)),
        Err(_elapsed) => return Err(lost("header_timeout", 0)),
    };
    let channel_type = candidate.channel.channel_type;
    task::read_answer(&job.submission, channel_type, status, &body)
        .map_err(|said| denied(job, candidate, status, said))
}

/// Returns where a Midjourney proxy may tell its news: an address of ours, signed for its channel alone.
fn notify_address(job: &Job, candidate: &Candidate) -> Option<String> {
    let base = &job
        .identified
        .routing
        .snapshot
        .options
        .midjourney_notify_base;
    if base.is_empty() || job.submission.platform != Platform::Midjourney {
        return None;
    }
    let id = candidate.channel.id;
    let hasher = job.worker.shared.published.hasher();
    let sign = hasher.hash(&format!("mj-notify:{id}")).to_hex();
    let base = base.trim_end_matches('/');
    Some(format!("{base}/mj/notify?channel={id}&sign={sign}"))
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
) -> Result<Request<RequestBody>, Box<Failed>> {
    let uri = uri_of(channel, &outgoing.path)
        .filter(|uri| check(uri, reach).is_ok())
        .ok_or_else(tried::bad_address)?;
    let (kind, body) = written(outgoing);
    let key = channel
        .keys
        .get(key_index)
        .map(weirgate_policy::channel::SecretText::expose);
    let key = key.ok_or_else(tried::bad_key)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(USER_AGENT, AGENT);
    credential(&mut headers, &uri, &body, outgoing.auth, key).ok_or_else(tried::bad_key)?;
    let mut request = Request::new(RequestBody::full(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

/// Returns a body's type and bytes.
fn written(outgoing: &Outgoing) -> (HeaderValue, Bytes) {
    if outgoing.is_form
        && let Some(fields) = outgoing.body.as_object()
    {
        let (kind, body) = task::form::form_of(fields);
        if let Ok(kind) = HeaderValue::from_str(&kind) {
            return (kind, Bytes::from(body));
        }
    }
    let kind = HeaderValue::from_static("application/json");
    (kind, Bytes::from(outgoing.body.to_string()))
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

fn connection(error: SendError) -> NotTaken {
    match error {
        SendError::Broken => lost("connection_broken", 0),
        SendError::Connect => unreachable(
            FailureKind::Connect,
            "connect_failed",
            "the upstream could not be reached",
        )
        .into(),
    }
}

/// The provider may have taken the task: nobody else is asked.
fn lost(code: &'static str, status: u16) -> NotTaken {
    let message = "the upstream did not answer whether it took the task";
    let failed = Failed {
        status,
        reason: EndReason::FirstTokenTimeout,
        ..*unreachable(FailureKind::Timeout, code, message)
    };
    NotTaken {
        failed: Box::new(failed),
        may_go_on: false,
    }
}

fn denied(job: &Job, candidate: &Candidate, status: u16, denied: Denied) -> NotTaken {
    let is_midjourney = job.submission.platform == Platform::Midjourney;
    let has_no_account = is_midjourney && denied.code == NO_ACCOUNT;
    let code = if is_midjourney {
        denied.code.to_string()
    } else {
        "task_not_accepted".to_owned()
    };
    let mut body = refuse::upstream(denied.status, "task_not_accepted", denied.message);
    body.kind = "upstream_error".into();
    body.code = Some(code.into());
    let mut failed = said(candidate, body, "status");
    failed.status = status;
    if has_no_account {
        failed.failure.kind = FailureKind::Channel;
    }
    NotTaken {
        failed,
        may_go_on: denied.may_retry,
    }
}
