//! The gateway's answers to the management plane, as JSON: the same functions that the request's
//! path runs, so a preview never differs from the real thing.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use weirgate_policy::{Caller, GroupChoice, PlanRequest, models_for_group};

use crate::error::{Error, PublishError};
use crate::pipeline::{identify, refuse};
use crate::state::clock;
use crate::state::shared::{Phase, Shared};

/// Checks a key as a relay request would.
pub(crate) fn check_key(shared: &Shared, text: &str, client_ip: Option<IpAddr>) -> Vec<u8> {
    let view = match identify::check(shared, text, clock::now_ms(), client_ip) {
        Ok(identified) => caller_view(&identified.caller),
        Err(error) => error_view(&error),
    };
    view.to_string().into_bytes()
}

fn caller_view(caller: &Caller) -> serde_json::Value {
    json!({
        "ok": true,
        "user_id": caller.user_id,
        "key_id": caller.key_id,
        "role": caller.role,
        "username": caller.username.as_ref(),
        "key_name": caller.key_name.as_ref(),
        "user_group": caller.user_group.as_ref(),
        "group": caller.group.name().as_ref(),
        "unlimited": caller.unlimited,
        "pinned_channel": caller.pinned_channel,
    })
}

fn error_view(error: &Error) -> serde_json::Value {
    let body = refuse::body_of(&error.kind);
    json!({
        "ok": false,
        "status": body.status,
        "code": body.code.as_deref().unwrap_or(""),
        "message": body.message,
        "reason": error.reason(),
    })
}

/// Returns the keyed hash of a key's text, with or without `sk-`.
pub(crate) fn key_hash(shared: &Shared, text: &str) -> String {
    let read = weirgate_policy::parse_key_text(text);
    shared.published.hasher().hash(read.full).to_hex()
}

/// What a plan is asked for.
#[derive(Deserialize)]
struct PlanQuestion {
    user_id: i64,
    model: String,
    #[serde(default)]
    group: Option<Arc<str>>,
    #[serde(default)]
    pin: Option<i64>,
    #[serde(default)]
    cross_group_retry: bool,
}

/// One candidate as shown.
#[derive(Serialize)]
struct CandidateView {
    channel_id: i64,
    channel_name: Arc<str>,
    key_index: usize,
    upstream_model: Arc<str>,
    group: Arc<str>,
}

/// Returns candidates and, for every channel, why it is one or not.
pub(crate) fn plan_preview(shared: &Shared, request: &[u8]) -> Result<Vec<u8>, PublishError> {
    let json_error = |source| PublishError::Json {
        document: "plan",
        source,
    };
    let question: PlanQuestion = serde_json::from_slice(request).map_err(json_error)?;
    let routing = shared
        .published
        .routing()
        .clone()
        .ok_or(PublishError::NoSnapshot)?;
    let snapshot = &routing.snapshot;
    let user = shared.published.user(question.user_id);
    let user = user.ok_or(PublishError::UnknownUser(question.user_id))?;
    let group = match question.group.filter(|group| !group.is_empty()) {
        Some(group) if group.as_ref() == weirgate_policy::groups::AUTO => {
            GroupChoice::Auto(snapshot.groups().auto(&user.group))
        }
        Some(group) => GroupChoice::Fixed(group),
        None => GroupChoice::Fixed(Arc::clone(&user.group)),
    };
    let caller = Caller {
        user_id: user.id,
        key_id: 0,
        role: user.role,
        username: Arc::clone(&user.username),
        key_name: Arc::from(""),
        user_group: Arc::clone(&user.group),
        group,
        unlimited: true,
        pinned_channel: question.pin,
        record_ip: false,
        accept_unset_price: user.accept_unset_price,
        cross_group_retry: question.cross_group_retry,
        limits: None,
    };
    let request = PlanRequest {
        caller: &caller,
        model: &question.model,
        now_ms: clock::now_ms(),
        random: clock::random_u64(),
    };
    let plan = weirgate_policy::plan(&request, snapshot, &shared.breakers);
    let report = weirgate_policy::explain_plan(&request, snapshot, &shared.breakers);
    let candidates: Vec<CandidateView> = plan
        .candidates
        .iter()
        .map(|candidate| CandidateView {
            channel_id: candidate.channel.id,
            channel_name: Arc::clone(&candidate.channel.name),
            key_index: candidate.key_index,
            upstream_model: Arc::clone(&candidate.upstream_model),
            group: Arc::clone(&candidate.group),
        })
        .collect();
    serde_json::to_vec(&json!({ "candidates": candidates, "report": report })).map_err(json_error)
}

/// Returns what a user and its keys have; zeros for an unknown user.
pub(crate) fn account(shared: &Shared, user_id: i64) -> Vec<u8> {
    let balance = shared.accounts.balance(user_id);
    let keys: serde_json::Map<String, serde_json::Value> = shared
        .accounts
        .keys_of(user_id)
        .into_iter()
        .map(|(key_id, balance)| (key_id.to_string(), balance.free.into()))
        .collect();
    let view = json!({
        "known": balance.is_some(),
        "free": balance.map_or(0, |balance| balance.free),
        "held": balance.map_or(0, |balance| balance.held),
        "pending": balance.map_or(0, |balance| balance.settled_pending),
        "leased": balance.map_or(0, |balance| balance.leased),
        "keys": keys,
    });
    view.to_string().into_bytes()
}

/// Waits until leases are wanted; rows of scope, id, least, all, ahead.
pub(crate) fn lease_wants(shared: &Shared, patience: Duration) -> Vec<u8> {
    let wants = shared.accounts.take_wants(patience);
    let rows: Vec<_> = wants
        .into_iter()
        .map(|((scope, id), ask)| (scope, id, ask.least, ask.all, ask.ahead))
        .collect();
    serde_json::to_vec(&rows).unwrap_or_default()
}

/// Takes what goes back; rows of scope, id, amount. In a round what lies idle goes too.
pub(crate) fn lease_returns(shared: &Shared, is_round: bool) -> Vec<u8> {
    if is_round {
        shared.accounts.sweep();
    }
    let returns = shared.accounts.take_returns();
    let rows: Vec<_> = returns
        .into_iter()
        .map(|((scope, id), amount)| (scope, id, amount))
        .collect();
    serde_json::to_vec(&rows).unwrap_or_default()
}

/// Returns the models of a group.
pub(crate) fn models(shared: &Shared, group: &str) -> Vec<String> {
    let routing = shared.published.routing();
    routing.as_ref().map_or_else(Vec::new, |routing| {
        let models = models_for_group(group, &routing.snapshot);
        models
            .iter()
            .map(|model| model.as_ref().to_owned())
            .collect()
    })
}

/// Returns where the node stands.
pub(crate) fn status(shared: &Shared) -> Vec<u8> {
    let journal = shared.journal.metrics();
    let (users, keys) = shared.published.counts();
    let version = shared
        .published
        .routing()
        .as_ref()
        .map(|routing| routing.snapshot.version);
    let workers: Vec<serde_json::Value> = shared
        .metrics
        .workers()
        .map(|worker| {
            json!({
                "connections": worker.connections.get(),
                "in_flight": worker.in_flight.get(),
                "requests": worker.requests_total(),
            })
        })
        .collect();
    let view = json!({
        "ready": shared.is_ready(),
        "phase": match shared.phase() {
            Phase::Starting => "starting",
            Phase::Ready => "ready",
            Phase::Draining => "draining",
            Phase::Cutting => "cutting",
            Phase::Stopped => "stopped",
        },
        "snapshot_version": version,
        "users": users,
        "keys": keys,
        "workers": workers,
        "streams": shared.live.len(),
        "open_holds": shared.accounts.open_holds(),
        "dropped_holds": shared.accounts.dropped_holds(),
        "accounts_out_of_balance": shared.accounts.verify(),
        "breakers_open": shared.breakers.open_count(clock::now_ms()),
        "settles_waiting": shared.owed_count(),
        "last_entry": shared.accounts.last_entry(),
        "journal": {
            "end": shared.journal.end().to_string(),
            "synced": shared.journal.synced().to_string(),
            "bytes": journal.bytes,
            "segments": journal.segments,
            "records": journal.records,
            "open_holds": journal.open_holds,
            "sql_lag_bytes": journal.sql_lag_bytes,
            "analytics_lag_bytes": journal.analytics_lag_bytes,
            "failed": journal.failed,
        },
    });
    view.to_string().into_bytes()
}
