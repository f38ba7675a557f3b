//! Requests refused before a hold, counted by reason, key and minute.
//!
//! They have no row; the journal gets one record a minute instead. The number of keys a minute is
//! bounded, what comes after is counted under key 0.

use crate::maps::HashMap;

use parking_lot::Mutex;

/// Distinct (reason, key) pairs kept a minute.
const MAX_PAIRS: usize = 4_096;

/// The refusals since the last minute was taken.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    counts: Mutex<HashMap<(&'static str, i64), u64>>,
    totals: Mutex<HashMap<&'static str, u64>>,
}

impl Refusals {
    pub(crate) fn count(&self, reason: &'static str, key_id: i64) {
        *self.totals.lock().entry(reason).or_insert(0) += 1;
        let mut counts = self.counts.lock();
        let pair = (reason, key_id);
        let fits = counts.len() < MAX_PAIRS || counts.contains_key(&pair);
        let place = if fits { pair } else { (reason, 0) };
        *counts.entry(place).or_insert(0) += 1;
    }

    /// Takes and clears what was counted since the last call.
    pub(crate) fn take(&self) -> Vec<(&'static str, i64, u64)> {
        let taken = std::mem::take(&mut *self.counts.lock());
        taken
            .into_iter()
            .map(|((reason, key), count)| (reason, key, count))
            .collect()
    }

    /// Returns the count of each reason since start.
    pub(crate) fn totals(&self) -> Vec<(&'static str, u64)> {
        let mut totals: Vec<_> = self.totals.lock().iter().map(|(r, n)| (*r, *n)).collect();
        totals.sort_unstable();
        totals
    }
}
