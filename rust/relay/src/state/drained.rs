//! How the journal's consumers get on: batches and records taken, and the size of the last batch.
//!
//! A batch counts when its consumer says that it has committed it, not when it is read.

use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::journal::{Consumer, Position};

/// One consumer's figures.
#[derive(Debug, Default)]
pub(crate) struct Drained {
    batches: AtomicU64,
    records: AtomicU64,
    last_batch: AtomicU64,
    /// The batch under way: where it ends, and its records.
    reading: Mutex<Option<(Position, u64)>>,
}

/// The figures of all consumers.
#[derive(Debug, Default)]
pub(crate) struct Drains {
    sql: Drained,
    analytics: Drained,
}

impl Drains {
    /// Returns a consumer's figures; a checkpoint takes no batches of its own.
    pub(crate) const fn of(&self, consumer: Consumer) -> Option<&Drained> {
        match consumer {
            Consumer::Sql => Some(&self.sql),
            Consumer::Analytics => Some(&self.analytics),
            Consumer::Checkpoint => None,
        }
    }

    /// Returns each consumer with its metrics label.
    pub(crate) const fn all(&self) -> [(&'static str, &Drained); 2] {
        [("sql", &self.sql), ("analytics", &self.analytics)]
    }
}

impl Drained {
    pub(crate) fn reads(&self, to: Position, records: u64) {
        *self.reading.lock() = Some((to, records));
    }

    /// Counts the batch under way if it ends at `to`; a cursor may also be stated without a batch.
    pub(crate) fn commits(&self, to: Position) {
        let batch = self.reading.lock().take_if(|(end, _)| *end == to);
        let Some((_, records)) = batch.filter(|(_, records)| *records > 0) else {
            return;
        };
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.records.fetch_add(records, Ordering::Relaxed);
        self.last_batch.store(records, Ordering::Relaxed);
    }

    pub(crate) fn batches(&self) -> u64 {
        self.batches.load(Ordering::Relaxed)
    }

    pub(crate) fn records(&self) -> u64 {
        self.records.load(Ordering::Relaxed)
    }

    pub(crate) fn last_batch(&self) -> u64 {
        self.last_batch.load(Ordering::Relaxed)
    }
}
