//! The gateway's figures: each worker counts for itself without contention, a scrape adds them up.
//!
//! Labels are bounded: workers, routes, status classes, end reasons and refusal reasons are fixed
//! sets; model names and keys are never labels.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::StatusCode;
use weirgate_policy::limits::{LimitKind, Limited, Scope};

use crate::journal::{EndReason, UsageRow};
use crate::pipeline::route::RouteLabel;
use crate::telemetry::scrape;

pub(crate) use scrape::encode;

/// Upper bounds of the time histograms, in milliseconds; the last bucket has none.
pub(crate) const BOUNDS_MS: [u64; 15] = [
    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 600_000,
];
/// Status classes of answers; index 0 is "none came".
pub(crate) const CLASSES: [&str; 6] = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];
/// Every end reason, in the order of their counters.
pub(crate) const REASONS: [EndReason; 14] = [
    EndReason::Completed,
    EndReason::CompletedNoUsage,
    EndReason::UpstreamIncomplete,
    EndReason::UpstreamErrorMidstream,
    EndReason::UpstreamEof,
    EndReason::ClientGoneBeforeFirstByte,
    EndReason::ClientGoneMidstream,
    EndReason::FirstTokenTimeout,
    EndReason::IdleTimeout,
    EndReason::TotalTimeout,
    EndReason::QuotaExhaustedMidstream,
    EndReason::InternalError,
    EndReason::GatewayRestart,
    EndReason::UpstreamError,
];

/// A number that one thread changes and any may read.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub(crate) fn sub(&self, less: u64) {
        self.0.fetch_sub(less, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Times in buckets.
#[derive(Debug, Default)]
pub(crate) struct Times {
    pub(crate) buckets: [Count; BOUNDS_MS.len() + 1],
    pub(crate) sum_us: Count,
}

impl Times {
    fn note(&self, time: Duration) {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let place = BOUNDS_MS.partition_point(|bound| *bound < ms);
        if let Some(bucket) = self.buckets.get(place) {
            bucket.add(1);
        }
        self.sum_us
            .add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }
}

/// What one worker has counted.
#[derive(Debug, Default)]
pub(crate) struct WorkerMetrics {
    pub(crate) connections: Count,
    pub(crate) in_flight: Count,
    pub(crate) requests: [[Count; CLASSES.len()]; RouteLabel::COUNT],
    pub(crate) upstream: [Count; CLASSES.len()],
    pub(crate) ends: [Count; REASONS.len()],
    pub(crate) prompt_tokens: Count,
    pub(crate) completion_tokens: Count,
    pub(crate) cached_tokens: Count,
    pub(crate) quota: Count,
    /// Refused or passed over by limits: by scope, then by kind.
    pub(crate) limited: [[Count; LimitKind::ALL.len()]; Scope::ALL.len()],
    pub(crate) first_byte: Times,
    pub(crate) duration: Times,
}

impl WorkerMetrics {
    pub(crate) fn begin(&self) {
        self.in_flight.add(1);
    }

    pub(crate) fn end(&self, status: StatusCode, route: RouteLabel) {
        self.in_flight.sub(1);
        let class = self
            .requests
            .get(route.index())
            .and_then(|r| r.get(class(status.as_u16())));
        if let Some(count) = class {
            count.add(1);
        }
    }

    /// Counts an answer of a provider; 0 when none came.
    pub(crate) fn upstream(&self, status: u16) {
        if let Some(count) = self.upstream.get(class(status)) {
            count.add(1);
        }
    }

    /// Counts a call that a limit refused, or a channel that was passed over for one.
    pub(crate) fn limited(&self, limited: &Limited) {
        let (scope, kind) = (limited.scope as usize, limited.exceeded.kind as usize);
        if let Some(count) = self.limited.get(scope).and_then(|kinds| kinds.get(kind)) {
            count.add(1);
        }
    }

    pub(crate) fn first_byte(&self, after: Duration) {
        self.first_byte.note(after);
    }

    pub(crate) fn settled(&self, row: &UsageRow, after: Duration) {
        let place = REASONS.iter().position(|reason| *reason == row.end_reason);
        if let Some(count) = place.and_then(|place| self.ends.get(place)) {
            count.add(1);
        }
        let positive = |amount: i64| u64::try_from(amount).unwrap_or(0);
        self.prompt_tokens.add(positive(row.prompt));
        self.completion_tokens.add(positive(row.completion));
        self.cached_tokens.add(positive(row.cached_read));
        self.quota.add(positive(row.quota));
        self.duration.note(after);
    }

    pub(crate) fn requests_total(&self) -> u64 {
        self.requests.iter().flatten().map(Count::get).sum()
    }
}

fn class(status: u16) -> usize {
    match status {
        100..=599 => usize::from(status / 100),
        _ => 0,
    }
}

/// The counters of all workers.
#[derive(Debug)]
pub(crate) struct Metrics {
    workers: Vec<Arc<WorkerMetrics>>,
}

impl Metrics {
    pub(crate) fn new(workers: usize) -> Self {
        Self {
            workers: (0..workers.max(1)).map(|_| Arc::default()).collect(),
        }
    }

    pub(crate) fn worker(&self, index: usize) -> Arc<WorkerMetrics> {
        self.workers
            .get(index)
            .map_or_else(Arc::default, Arc::clone)
    }

    pub(crate) fn workers(&self) -> impl Iterator<Item = &WorkerMetrics> {
        self.workers.iter().map(AsRef::as_ref)
    }

    /// Adds one counter up over all workers.
    pub(crate) fn sum(&self, of: impl Fn(&WorkerMetrics) -> u64) -> u64 {
        self.workers().map(of).sum()
    }
}
