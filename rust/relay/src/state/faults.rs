//! Channels and keys that a failure switches off, until the management plane has stored that.
//!
//! Bounded and in memory only: what is lost with the process is found again by the next call that fails.

use parking_lot::Mutex;
use serde::Serialize;
use weirgate_policy::DisableCause;

/// The most faults that wait; while so many wait, further ones are left to later failures.
const MAX_WAITING: usize = 1024;

/// One channel or key that is to be switched off.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fault {
    pub(crate) channel_id: i64,
    pub(crate) key_index: usize,
    /// The provider's status; 0 when none came.
    pub(crate) status: u16,
    pub(crate) cause: &'static str,
    /// What the provider said, with addresses and keys masked.
    pub(crate) reason: String,
    /// Unix milliseconds.
    pub(crate) at_ms: i64,
}

/// The faults that wait.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds a fault; one that waits already is not added again.
    pub(crate) fn add(&self, fault: Fault) {
        let mut waiting = self.0.lock();
        let place = (fault.channel_id, fault.key_index);
        let waits = |of: &Fault| (of.channel_id, of.key_index) == place;
        if waiting.len() < MAX_WAITING && !waiting.iter().any(waits) {
            waiting.push(fault);
        }
    }

    /// Takes all that wait.
    pub(crate) fn take(&self) -> Vec<Fault> {
        std::mem::take(&mut *self.0.lock())
    }
}

/// Returns a cause's word.
pub(crate) const fn word(cause: DisableCause) -> &'static str {
    match cause {
        DisableCause::Channel => "channel",
        DisableCause::Status => "status",
        DisableCause::Keyword => "keyword",
    }
}
