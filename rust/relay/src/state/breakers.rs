//! The breakers of all (channel, key, model) triples that have failed lately.
//!
//! A triple without a failure has no entry, so a healthy node pays one emptiness test a candidate.
//! Deciding is `weirgate_policy::breaker`; this only keeps the states and their bound.

use crate::maps::ConcurrentMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use parking_lot::Mutex;
use weirgate_policy::{Breaker, BreakerSettings, BreakerState, Health};

/// More triples than this are not watched; the oldest news about them is the retry loop's own.
const MAX_BREAKERS: usize = 65_536;

struct Watched {
    channel_id: i64,
    breaker: Mutex<Breaker>,
}

/// All breakers of a node.
#[derive(Default)]
pub(crate) struct Breakers {
    watched: ConcurrentMap<u64, Arc<Watched>>,
}

impl Breakers {
    /// Takes the right to call; a half-open breaker gives it to one probe at a time.
    pub(crate) fn admit(
        &self,
        channel_id: i64,
        key_index: usize,
        model: &str,
        now_ms: impl FnOnce() -> i64,
    ) -> bool {
        if self.watched.is_empty() {
            return true;
        }
        let pinned = self.watched.pin();
        pinned
            .get(&triple(channel_id, key_index, model))
            .is_none_or(|watched| watched.breaker.lock().admit(now_ms()))
    }

    pub(crate) fn on_success(
        &self,
        channel_id: i64,
        key_index: usize,
        model: &str,
        now_ms: impl FnOnce() -> i64,
    ) {
        if self.watched.is_empty() {
            return;
        }
        let pinned = self.watched.pin();
        if let Some(watched) = pinned.get(&triple(channel_id, key_index, model)) {
            watched.breaker.lock().on_success(now_ms());
        }
    }

    pub(crate) fn on_failure(&self, failed: &Failed<'_>, settings: BreakerSettings) {
        let pinned = self.watched.pin();
        let key = triple(failed.channel_id, failed.key_index, failed.model);
        if pinned.get(&key).is_none() && self.watched.len() >= MAX_BREAKERS {
            return;
        }
        let watched = pinned.get_or_insert_with(key, || {
            Arc::new(Watched {
                channel_id: failed.channel_id,
                breaker: Mutex::new(Breaker::new(settings)),
            })
        });
        watched
            .breaker
            .lock()
            .on_failure(failed.now_ms, failed.retry_after_ms);
    }

    pub(crate) fn clear_channel(&self, channel_id: i64) {
        self.watched
            .pin()
            .retain(|_, watched| watched.channel_id != channel_id);
    }

    /// Returns how many breakers are open or half open.
    pub(crate) fn open_count(&self, now_ms: i64) -> u64 {
        let pinned = self.watched.pin();
        let open = pinned.values().filter(|watched| {
            !matches!(watched.breaker.lock().state(now_ms), BreakerState::Closed)
        });
        open.count() as u64
    }
}

/// One failure as the breaker sees it.
pub(crate) struct Failed<'a> {
    pub(crate) channel_id: i64,
    pub(crate) key_index: usize,
    pub(crate) model: &'a str,
    pub(crate) now_ms: i64,
    pub(crate) retry_after_ms: Option<i64>,
}

impl Health for Breakers {
    fn is_open(&self, channel_id: i64, key_index: usize, model: &str, now_ms: i64) -> bool {
        if self.watched.is_empty() {
            return false;
        }
        let pinned = self.watched.pin();
        pinned
            .get(&triple(channel_id, key_index, model))
            .is_some_and(|watched| watched.breaker.lock().is_open(now_ms))
    }
}

/// A 64-bit name of the triple; two triples that share one would only share a breaker.
fn triple(channel_id: i64, key_index: usize, model: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (channel_id, key_index, model).hash(&mut hasher);
    hasher.finish()
}
