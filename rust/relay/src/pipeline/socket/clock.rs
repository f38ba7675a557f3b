//! When something last passed on a socket; one that is silent for too long is ended.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// When something last passed, in milliseconds since the socket opened.
pub(super) struct Clock {
    opened: Instant,
    last_ms: AtomicU64,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self {
            opened: Instant::now(),
            last_ms: AtomicU64::new(0),
        }
    }

    pub(super) fn now_ms(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn touch(&self) {
        self.last_ms.store(self.now_ms(), Ordering::Relaxed);
    }

    pub(super) fn last_ms(&self) -> u64 {
        self.last_ms.load(Ordering::Relaxed)
    }
}
