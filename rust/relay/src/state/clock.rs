//! The one place that asks the system for the time and for randomness.
//!
//! Pure crates get both as values from here.

use std::cell::RefCell;
use std::time::{SystemTime, UNIX_EPOCH};

use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

thread_local! {
    static RANDOM: RefCell<StdRng> = RefCell::new(seeded());
}

/// Returns the wall clock in milliseconds since 1970; 0 for a clock set before that.
pub(crate) fn now_ms() -> i64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the replacement the lint names"
    )]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// Returns the milliseconds since the machine started, those included in which it slept.
pub(crate) fn boot_ms() -> i64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    now.tv_sec
        .saturating_mul(1_000)
        .saturating_add(now.tv_nsec / 1_000_000)
}

/// Returns 64 random bits; for spreading load.
pub(crate) fn random_u64() -> u64 {
    RANDOM.with_borrow_mut(RngCore::next_u64)
}

/// Returns 128 random bits for a request id.
pub(crate) fn random_id() -> [u8; 16] {
    let mut id = [0_u8; 16];
    RANDOM.with_borrow_mut(|random| random.fill_bytes(&mut id));
    id
}

/// A generator seeded by the system; should that fail, by the clock and the thread's own place.
fn seeded() -> StdRng {
    let mut seed = [0_u8; 32];
    if getrandom::fill(&mut seed).is_err() {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&now_ms().to_le_bytes());
        hasher.update(format!("{:?}", std::thread::current().id()).as_bytes());
        seed = *hasher.finalize().as_bytes();
    }
    StdRng::from_seed(seed)
}
