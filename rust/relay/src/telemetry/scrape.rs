//! Writes the metrics in the `OpenMetrics` text form: one pass over the workers' counters, the
//! journal's and the accounts' figures.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use weirgate_policy::limits::{LimitKind, Scope};

use super::metrics::{BOUNDS_MS, CLASSES, Count, REASONS, Times, WorkerMetrics};
use crate::journal::Histogram;
use crate::pipeline::route::RouteLabel;
use crate::state::clock;
use crate::state::drained::Drained;
use crate::state::shared::Shared;

/// Returns all metrics as text.
pub(crate) fn encode(shared: &Arc<Shared>) -> String {
    let mut registry = Registry::with_prefix("weirgate");
    registry.register_collector(Box::new(Scrape(Arc::clone(shared))));
    let mut text = String::new();
    match prometheus_client::encoding::text::encode(&mut text, &registry) {
        Ok(()) => text,
        Err(error) => format!("# metrics could not be written: {error}\n"),
    }
}

#[derive(Debug)]
struct Scrape(Arc<Shared>);

/// Reads one counter of a worker.
type Reading = fn(&WorkerMetrics) -> u64;
type Labels = [(&'static str, String); 1];

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let page = &mut Page(&mut encoder);
        self.workers(page)?;
        self.calls(page)?;
        self.journal(page)?;
        self.drains(page)?;
        self.node(page)
    }
}

impl Scrape {
    fn workers(&self, page: &mut Page<'_, '_>) -> fmt::Result {
        let each = |of: fn(&WorkerMetrics) -> u64| {
            let workers = self.0.metrics.workers().enumerate();
            let lines =
                workers.map(move |(index, worker)| ([("worker", index.to_string())], of(worker)));
            lines.collect::<Vec<_>>()
        };
        page.gauges(
            "worker_connections",
            "Open client connections",
            each(|w| w.connections.get()),
        )?;
        page.gauges(
            "worker_in_flight",
            "Requests being answered",
            each(|w| w.in_flight.get()),
        )?;
        page.counters(
            "worker_requests",
            "Requests answered",
            each(WorkerMetrics::requests_total),
        )
    }

    fn calls(&self, page: &mut Page<'_, '_>) -> fmt::Result {
        let metrics = &self.0.metrics;
        let mut requests = Vec::new();
        for route in RouteLabel::all() {
            let name = route.as_str();
            for (class, label) in CLASSES.iter().enumerate() {
                let count = metrics.sum(|worker| {
                    let of_route = worker.requests.get(route.index());
                    of_route.and_then(|r| r.get(class)).map_or(0, Count::get)
                });
                let labels = [("route", name.to_owned()), ("class", (*label).to_owned())];
                requests.push((labels, count));
            }
        }
        page.counters("requests", "Requests by route and status class", requests)?;
        let upstream = CLASSES.iter().enumerate().map(|(class, label)| {
            let count = metrics.sum(|w| w.upstream.get(class).map_or(0, Count::get));
            ([("class", (*label).to_owned())], count)
        });
        page.counters(
            "upstream_answers",
            "Attempts by the provider's status class",
            upstream,
        )?;
        let ends = REASONS.iter().enumerate().map(|(place, reason)| {
            let count = metrics.sum(|w| w.ends.get(place).map_or(0, Count::get));
            ([("reason", reason.as_str().to_owned())], count)
        });
        page.counters("calls", "Settled calls by end reason", ends)?;
        let kinds: [(&str, Reading); 3] = [
            ("prompt", |w| w.prompt_tokens.get()),
            ("completion", |w| w.completion_tokens.get()),
            ("cached_read", |w| w.cached_tokens.get()),
        ];
        let tokens = kinds.map(|(kind, of)| ([("kind", kind.to_owned())], metrics.sum(of)));
        page.counters("tokens", "Tokens charged by kind", tokens)?;
        page.counter(
            "quota",
            "Quota charged, 500000 = 1 USD",
            metrics.sum(|w| w.quota.get()),
        )?;
        let refused = self.0.refusals.totals().into_iter();
        let refused = refused.map(|(reason, count)| ([("reason", reason.to_owned())], count));
        page.counters("refusals", "Requests refused before a hold", refused)?;
        page.counters(
            "limited",
            "Calls refused, or channels passed over, by limits",
            self.limited(),
        )?;
        page.times(
            "first_byte_seconds",
            "Arrival to first byte",
            self.all(|w| &w.first_byte),
        )?;
        page.times(
            "duration_seconds",
            "Arrival to settle",
            self.all(|w| &w.duration),
        )
    }

    fn limited(&self) -> Vec<([(&'static str, String); 2], u64)> {
        let mut lines = Vec::new();
        for scope in Scope::ALL {
            for kind in LimitKind::ALL {
                let count = self.0.metrics.sum(|worker| {
                    let of_scope = worker.limited.get(scope as usize);
                    of_scope
                        .and_then(|kinds| kinds.get(kind as usize))
                        .map_or(0, Count::get)
                });
                let labels = [
                    ("scope", scope.as_str().to_owned()),
                    ("limit", kind.as_str().to_owned()),
                ];
                lines.push((labels, count));
            }
        }
        lines
    }

    fn all(&self, of: fn(&WorkerMetrics) -> &Times) -> Vec<&Times> {
        self.0.metrics.workers().map(of).collect()
    }

    fn journal(&self, page: &mut Page<'_, '_>) -> fmt::Result {
        let journal = self.0.journal.metrics();
        page.counter("journal_records", "Records appended", journal.records)?;
        page.counter(
            "journal_appended_bytes",
            "Bytes appended",
            journal.appended_bytes,
        )?;
        page.counter(
            "journal_refused_holds",
            "Holds refused for want of room",
            journal.refused_holds,
        )?;
        page.counter(
            "journal_disk_errors",
            "Writes and fsyncs that failed",
            journal.disk_errors,
        )?;
        page.gauge("journal_bytes", "Bytes of all segments", journal.bytes)?;
        page.gauge(
            "journal_cap_bytes",
            "Bytes that the journal may take",
            journal.cap_bytes,
        )?;
        page.gauge("journal_segments", "Segment files", journal.segments)?;
        page.gauge(
            "journal_open_holds",
            "Holds without a settle",
            journal.open_holds,
        )?;
        page.gauge(
            "journal_unsynced_bytes",
            "Bytes that no fsync has confirmed",
            journal.unsynced_bytes,
        )?;
        page.gauge(
            "journal_damaged_bytes",
            "Bytes of damage jumped over",
            journal.damaged_bytes,
        )?;
        page.gauge(
            "journal_failed",
            "1 while the journal cannot write",
            u64::from(journal.failed),
        )?;
        page.gauge(
            "drain_sql_lag_bytes",
            "Fsynced bytes not yet in SQL",
            journal.sql_lag_bytes,
        )?;
        page.gauge(
            "drain_analytics_lag_bytes",
            "Fsynced bytes not yet in analytics",
            journal.analytics_lag_bytes,
        )?;
        page.micros(
            "journal_append_seconds",
            "Time of an append",
            &journal.append,
        )?;
        page.micros("journal_fsync_seconds", "Time of an fsync", &journal.fsync)
    }

    fn drains(&self, page: &mut Page<'_, '_>) -> fmt::Result {
        let each = |of: fn(&Drained) -> u64| {
            let all = self.0.drains.all();
            all.map(|(name, drained)| ([("consumer", name.to_owned())], of(drained)))
        };
        page.counters(
            "drain_batches",
            "Batches that a consumer has committed",
            each(Drained::batches),
        )?;
        page.counters(
            "drain_records",
            "Calls in these batches",
            each(Drained::records),
        )?;
        page.gauges(
            "drain_last_batch",
            "Calls in the last batch",
            each(Drained::last_batch),
        )
    }

    fn node(&self, page: &mut Page<'_, '_>) -> fmt::Result {
        let shared = &self.0;
        let (users, keys) = shared.published.counts();
        page.gauge(
            "ready",
            "1 while calls are taken",
            u64::from(shared.is_ready()),
        )?;
        page.gauge("streams", "Streams under way", shared.live.len() as u64)?;
        page.gauge(
            "open_holds",
            "Holds in memory",
            shared.accounts.open_holds(),
        )?;
        page.gauge(
            "settles_waiting",
            "Settles that wait for the journal",
            shared.owed_count() as u64,
        )?;
        page.gauge(
            "breakers_open",
            "Breakers that hold calls back",
            shared.breakers.open_count(clock::now_ms()),
        )?;
        page.gauge(
            "limit_meters",
            "Subjects whose limits are counted",
            shared.limits.count(),
        )?;
        let (nodes, is_apart) = shared.limits.team(clock::now_ms());
        page.gauge(
            "limit_nodes",
            "Nodes that count limits together; 0 where this one counts for itself",
            nodes,
        )?;
        page.gauge(
            "limit_nodes_apart",
            "1 while each node keeps to its part of the limits",
            is_apart.into(),
        )?;
        page.gauge("users", "Published users", users as u64)?;
        page.gauge("keys", "Published keys", keys as u64)?;
        let version = shared
            .published
            .routing()
            .as_ref()
            .map_or(0, |r| r.snapshot.version);
        page.gauge(
            "snapshot_version",
            "Version of the published snapshot",
            version,
        )
    }
}

/// A page under way.
struct Page<'p, 'e>(&'p mut DescriptorEncoder<'e>);

impl Page<'_, '_> {
    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let mut metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Counter)?;
        metric.encode_counter::<NoLabelSet, u64, f64>(&value, None)
    }

    fn gauge(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let mut metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Gauge)?;
        metric.encode_gauge(&i64::try_from(value).unwrap_or(i64::MAX))
    }

    fn counters<L: EncodeLabelSet>(
        &mut self,
        name: &str,
        help: &str,
        lines: impl IntoIterator<Item = (L, u64)>,
    ) -> fmt::Result {
        let mut metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, value) in lines {
            let mut line = metric.encode_family(&labels)?;
            line.encode_counter::<NoLabelSet, u64, f64>(&value, None)?;
        }
        Ok(())
    }

    fn gauges(
        &mut self,
        name: &str,
        help: &str,
        lines: impl IntoIterator<Item = (Labels, u64)>,
    ) -> fmt::Result {
        let mut metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (labels, value) in lines {
            let mut line = metric.encode_family(&labels)?;
            line.encode_gauge(&i64::try_from(value).unwrap_or(i64::MAX))?;
        }
        Ok(())
    }

    fn times(&mut self, name: &str, help: &str, workers: Vec<&Times>) -> fmt::Result {
        let mut buckets: Vec<(f64, u64)> =
            BOUNDS_MS.iter().map(|ms| (*ms as f64 / 1e3, 0)).collect();
        buckets.push((f64::MAX, 0));
        let mut sum_us = 0;
        for times in workers {
            for (bucket, count) in buckets.iter_mut().zip(&times.buckets) {
                bucket.1 += count.get();
            }
            sum_us += times.sum_us.get();
        }
        let count = buckets.iter().map(|bucket| bucket.1).sum();
        let mut metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Histogram)?;
        metric.encode_histogram::<NoLabelSet>(sum_us as f64 / 1e6, count, &buckets, None)
    }

    fn micros(&mut self, name: &str, help: &str, histogram: &Histogram) -> fmt::Result {
        let bounds = histogram.bounds_us.iter().map(|us| *us as f64 / 1e6);
        let bounds = bounds.chain(std::iter::once(f64::MAX));
        let buckets: Vec<(f64, u64)> = bounds.zip(histogram.counts.iter().copied()).collect();
        let mut metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Histogram)?;
        let sum = histogram.sum_us as f64 / 1e6;
        metric.encode_histogram::<NoLabelSet>(sum, histogram.count, &buckets, None)
    }
}
