//! The streams that are running, so that one ticker can write their progress once a second.
//!
//! A stream's task only adds to its own counters; prices are worked out by the ticker, never on
//! the stream's path.

use crate::maps::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use parking_lot::Mutex;
use weirgate_policy::Ratio;
use weirgate_policy::price::{self, Charge, Sheet};
use weirgate_wire::canon::Usage;

use crate::journal::{ProgressEntry, UsageRow};

/// Bytes of text that count as one token while nothing better is known.
pub(crate) const BYTES_PER_TOKEN: u64 = 4;

/// What a running call has delivered, and what that costs.
#[derive(Debug)]
pub(crate) struct Meter {
    request_id: [u8; 16],
    prompt_tokens: u64,
    sheet: Arc<Sheet>,
    pub(crate) group_ratio: Ratio,
    hold: AtomicI64,
    channel_id: AtomicI64,
    first_byte_ms: AtomicI64,
    output_bytes: AtomicU64,
    reported_bytes: AtomicU64,
    /// Usage that a provider has stated so far; beside it bytes are not counted.
    stated: Mutex<Option<Box<Usage>>>,
}

impl Meter {
    pub(crate) fn new(
        row: &UsageRow,
        prompt_bytes: usize,
        sheet: &Arc<Sheet>,
        group_ratio: Ratio,
    ) -> Self {
        Self {
            request_id: row.request_id,
            prompt_tokens: (prompt_bytes as u64).div_ceil(BYTES_PER_TOKEN),
            sheet: Arc::clone(sheet),
            group_ratio,
            hold: AtomicI64::new(row.hold),
            channel_id: AtomicI64::new(row.channel_id),
            first_byte_ms: AtomicI64::new(0),
            output_bytes: AtomicU64::new(0),
            reported_bytes: AtomicU64::new(0),
            stated: Mutex::new(None),
        }
    }

    pub(crate) fn set_output_bytes(&self, bytes: u64) {
        self.output_bytes.store(bytes, Ordering::Relaxed);
    }

    /// Notes a usage that a provider has stated; `moved` grows with each.
    pub(crate) fn set_stated(&self, usage: Usage, moved: u64) {
        *self.stated.lock() = Some(Box::new(usage));
        self.set_output_bytes(moved);
    }

    pub(crate) fn set_hold(&self, total: i64) {
        self.hold.store(total, Ordering::Relaxed);
    }

    pub(crate) fn begin_answer(&self, channel_id: i64, first_byte_ms: i64) {
        self.channel_id.store(channel_id, Ordering::Relaxed);
        self.first_byte_ms.store(first_byte_ms, Ordering::Relaxed);
    }

    /// Returns the usage so far: the prompt by size, the output by delivered text; none while
    /// nothing has been delivered.
    pub(crate) fn usage_so_far(&self) -> Option<Usage> {
        if let Some(stated) = self.stated.lock().as_deref() {
            return Some(*stated);
        }
        let bytes = self.output_bytes.load(Ordering::Relaxed);
        let completion = bytes.div_ceil(BYTES_PER_TOKEN);
        (bytes > 0).then(|| Usage {
            prompt: self.prompt_tokens,
            completion,
            ..Usage::default()
        })
    }

    /// Returns the record entry that says how far this call is.
    pub(crate) fn progress(&self) -> ProgressEntry {
        let usage = self.usage_so_far().unwrap_or_default();
        let charge = self.charge(&usage);
        ProgressEntry {
            request_id: self.request_id,
            hold: self.hold.load(Ordering::Relaxed),
            channel_id: self.channel_id.load(Ordering::Relaxed),
            first_byte_ms: self.first_byte_ms.load(Ordering::Relaxed),
            prompt: i64::try_from(usage.prompt).unwrap_or(i64::MAX),
            completion: i64::try_from(usage.completion).unwrap_or(i64::MAX),
            quota_list: charge.list,
            quota: charge.sale,
            quota_cost: charge.cost,
        }
    }

    pub(crate) fn charge(&self, usage: &Usage) -> Charge {
        price::charge(&self.sheet, self.group_ratio, usage)
    }

    /// Returns the number of output bytes at which the charge reaches `hold`; `u64::MAX` if never.
    pub(crate) fn bytes_until(&self, hold: i64) -> u64 {
        const MILLION: u64 = 1_000_000;
        let base = Usage {
            prompt: self.prompt_tokens,
            completion: 1,
            ..Usage::default()
        };
        let more = Usage {
            completion: MILLION,
            ..base
        };
        let start = i128::from(self.charge(&base).sale);
        let per_million = i128::from(self.charge(&more).sale) - start;
        if per_million <= 0 {
            return u64::MAX;
        }
        let room = (i128::from(hold) - start).max(0);
        let tokens = room * i128::from(MILLION) / per_million;
        u64::try_from(tokens)
            .unwrap_or(u64::MAX)
            .saturating_mul(BYTES_PER_TOKEN)
    }

    /// Returns true once per growth: the stream has delivered more since the last report.
    fn has_moved(&self) -> bool {
        let bytes = self.output_bytes.load(Ordering::Relaxed);
        self.reported_bytes.swap(bytes, Ordering::Relaxed) != bytes
    }
}

/// All running streams, one shard a worker.
#[derive(Debug)]
pub(crate) struct Live {
    shards: Vec<Mutex<HashMap<[u8; 16], Arc<Meter>>>>,
}

impl Live {
    pub(crate) fn new(workers: usize) -> Self {
        Self {
            shards: (0..workers.max(1)).map(|_| Mutex::default()).collect(),
        }
    }

    pub(crate) fn enter(&self, worker: usize, meter: &Arc<Meter>) {
        if let Some(shard) = self.shards.get(worker) {
            shard.lock().insert(meter.request_id, Arc::clone(meter));
        }
    }

    pub(crate) fn leave(&self, worker: usize, request_id: [u8; 16]) {
        if let Some(shard) = self.shards.get(worker) {
            shard.lock().remove(&request_id);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().len()).sum()
    }

    /// Returns the streams that have delivered something since the last call.
    pub(crate) fn moved(&self) -> Vec<Arc<Meter>> {
        let mut moved = Vec::new();
        for shard in &self.shards {
            moved.extend(
                shard
                    .lock()
                    .values()
                    .filter(|meter| meter.has_moved())
                    .cloned(),
            );
        }
        moved
    }
}
