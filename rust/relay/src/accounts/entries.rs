//! Ledger entries (credits, refunds, admin edits) on their way into memory: in number order, each
//! once, however they arrive. An entry that comes before its predecessor waits; the caller is told
//! which number is missing. Never skips a number.

use std::collections::BTreeMap;

/// One ledger entry as SQL numbered it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Number from the ledger's counter row; without holes.
    pub number: i64,
    /// User whose wallet changes.
    pub user_id: i64,
    /// Key whose budget changes; 0 for none.
    pub key_id: i64,
    /// Change of the wallet, quota.
    pub wallet_delta: i64,
    /// Change of the key's budget, quota.
    pub key_delta: i64,
}

/// How far the entries are applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntriesApplied {
    /// Number of the last entry that is applied.
    pub last_entry: i64,
    /// Entries that this call applied.
    pub applied: usize,
    /// Entries that wait for number `last_entry + 1`; when not 0 the caller reads again from there.
    pub waiting: usize,
}

/// Why entries were not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryRefused {
    /// Too many entries wait for a missing one.
    #[error("ledger entry {missing} is missing and {waiting} wait for it already")]
    TooManyWaiting {
        /// The number that all wait for.
        missing: i64,
        /// Entries that wait.
        waiting: usize,
    },
    /// The delta is beyond all numbers; this entry and those behind it are not applied.
    #[error("ledger entry {number} is beyond the largest balance")]
    Overflow {
        /// The entry's number.
        number: i64,
    },
}

/// Entries that may wait for a missing one.
pub(crate) const MOST_WAITING: usize = 100_000;

/// The order of the entries; behind one lock, which is taken before any payer's.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    pub(crate) last: i64,
    waiting: BTreeMap<i64, Entry>,
}

impl Sequence {
    /// Takes the entries that are not applied yet; they come out again in order.
    pub(crate) fn take(&mut self, entries: &[Entry]) -> Result<(), EntryRefused> {
        for entry in entries.iter().filter(|entry| entry.number > self.last) {
            let is_new = !self.waiting.contains_key(&entry.number);
            let next = entry.number == self.last + 1;
            if is_new && !next && self.waiting.len() >= MOST_WAITING {
                return Err(EntryRefused::TooManyWaiting {
                    missing: self.last + 1,
                    waiting: self.waiting.len(),
                });
            }
            self.waiting.insert(entry.number, *entry);
        }
        Ok(())
    }

    /// Returns the entry that is next in order, when it is here.
    pub(crate) fn next(&self) -> Option<Entry> {
        self.waiting.get(&(self.last + 1)).copied()
    }

    /// Marks the entry that `next` gave as applied.
    pub(crate) fn applied(&mut self) {
        self.last += 1;
        self.waiting.remove(&self.last);
    }

    /// Begins behind `last`: what was read from SQL contains everything up to it.
    pub(crate) fn begin_behind(&mut self, last: i64) {
        self.last = self.last.max(last);
        self.waiting = self.waiting.split_off(&(self.last + 1));
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
