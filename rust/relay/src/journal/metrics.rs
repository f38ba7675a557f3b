//! What the journal measures about itself: bounded histograms and gauges, taken as one snapshot.
//! Recording is a relaxed atomic add; nothing here takes a lock or knows a metrics library.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the append histogram, microseconds.
pub const APPEND_BOUNDS_US: [u64; 14] = [
    1, 2, 5, 10, 20, 50, 100, 250, 500, 1_000, 5_000, 25_000, 100_000, 1_000_000,
];
/// Upper bounds of the fsync histogram, microseconds.
pub const FSYNC_BOUNDS_US: [u64; 14] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 1_000_000,
    5_000_000,
];
const BUCKETS: usize = 15;

/// A histogram that threads add to.
#[derive(Debug)]
pub(crate) struct Meter {
    bounds: &'static [u64; BUCKETS - 1],
    counts: [AtomicU64; BUCKETS],
    sum_us: AtomicU64,
}

impl Meter {
    pub(crate) fn new(bounds: &'static [u64; BUCKETS - 1]) -> Self {
        Self {
            bounds,
            counts: Default::default(),
            sum_us: AtomicU64::new(0),
        }
    }

    pub(crate) fn record(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = self.bounds.partition_point(|&bound| bound < us);
        if let Some(count) = self.counts.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum_us.fetch_add(us, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self) -> Histogram {
        let counts: Vec<u64> = self
            .counts
            .iter()
            .map(|count| count.load(Ordering::Relaxed))
            .collect();
        Histogram {
            bounds_us: self.bounds,
            count: counts.iter().sum(),
            counts,
            sum_us: self.sum_us.load(Ordering::Relaxed),
        }
    }
}

/// A histogram as it was at one moment.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    /// Upper bounds of the buckets, microseconds; the last bucket has none.
    pub bounds_us: &'static [u64],
    /// Values in each bucket, one more than there are bounds; not cumulated.
    pub counts: Vec<u64>,
    /// Values altogether.
    pub count: u64,
    /// Sum of the values, microseconds.
    pub sum_us: u64,
}

impl Histogram {
    /// Returns the upper bound below which `share` (0 to 1) of the values lie; `u64::MAX` when
    /// that is in the last bucket, 0 when there are none.
    pub fn quantile_us(&self, share: f64) -> u64 {
        if self.count == 0 {
            return 0;
        }
        let rank = (self.count as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return self.bounds_us.get(index).copied().unwrap_or(u64::MAX);
            }
        }
        u64::MAX
    }
}

/// The journal's figures at one moment.
#[derive(Clone, Debug, Default)]
pub struct JournalMetrics {
    /// Time of one append, waiting for the mutex included.
    pub append: Histogram,
    /// Time of one fsync.
    pub fsync: Histogram,
    /// Records appended since the start.
    pub records: u64,
    /// Bytes of records appended since the start.
    pub appended_bytes: u64,
    /// Bytes that the journal's files take.
    pub bytes: u64,
    /// Bytes that the journal may take.
    pub cap_bytes: u64,
    /// Segment files that can be read.
    pub segments: u64,
    /// Holds that are open, reserved ones included.
    pub open_holds: u64,
    /// Holds refused because there was no room or the disk failed.
    pub refused_holds: u64,
    /// Writes and fsyncs that failed.
    pub disk_errors: u64,
    /// Appended bytes that no fsync has confirmed yet.
    pub unsynced_bytes: u64,
    /// Bytes of damage that readers have jumped over.
    pub damaged_bytes: u64,
    /// Fsynced bytes that the SQL ledger has not confirmed.
    pub sql_lag_bytes: u64,
    /// Fsynced bytes that analytics has not confirmed.
    pub analytics_lag_bytes: u64,
    /// Whether the last write or fsync failed and no new segment is open yet: not ready.
    pub failed: bool,
}

/// Counters that the journal's parts add to.
#[derive(Debug)]
pub(crate) struct Meters {
    pub(crate) append: Meter,
    pub(crate) fsync: Meter,
    pub(crate) records: AtomicU64,
    pub(crate) appended_bytes: AtomicU64,
    pub(crate) refused_holds: AtomicU64,
    pub(crate) disk_errors: AtomicU64,
    pub(crate) damaged_bytes: AtomicU64,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            append: Meter::new(&APPEND_BOUNDS_US),
            fsync: Meter::new(&FSYNC_BOUNDS_US),
            records: AtomicU64::new(0),
            appended_bytes: AtomicU64::new(0),
            refused_holds: AtomicU64::new(0),
            disk_errors: AtomicU64::new(0),
            damaged_bytes: AtomicU64::new(0),
        }
    }
}
