//! A circuit breaker as a pure state machine: the relay keeps one a (channel, key, model).
//!
//! N failures among the last M calls open it; after a while exactly one call may probe. Time comes
//! in as milliseconds; nothing here reads a clock.

use serde::Deserialize;

/// The longest that an upstream's own reset time is honoured.
pub const MAX_COOL_DOWN_MS: i64 = 300_000;
/// The most calls that a window can look back on.
const MAX_WINDOW: u32 = 128;

/// When a breaker opens and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct BreakerSettings {
    /// How many of the last calls are looked at, 1 to 128.
    pub window: u32,
    /// How many failures among them open the breaker; 0 never opens it.
    pub failures: u32,
    /// How long it stays open, and how long a probe may take.
    pub open_ms: i64,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self {
            window: 20,
            failures: 10,
            open_ms: 30_000,
        }
    }
}

/// What a breaker lets through now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Every call.
    Closed,
    /// No call until then.
    Open {
        /// The moment from which a probe may go.
        until_ms: i64,
    },
    /// One probe.
    HalfOpen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Closed,
    /// Open until the first moment; then half-open, with a probe out until the second.
    Tripped {
        until_ms: i64,
        probe_until_ms: Option<i64>,
    },
}

/// Counts the outcomes of calls and says whether the next may go.
#[derive(Clone, Copy, Debug)]
pub struct Breaker {
    settings: BreakerSettings,
    /// One bit a call, newest lowest; set for a failure.
    history: u128,
    stage: Stage,
}

impl Breaker {
    /// Makes a closed breaker without a history.
    #[must_use]
    pub fn new(settings: BreakerSettings) -> Self {
        Self {
            settings,
            history: 0,
            stage: Stage::Closed,
        }
    }

    /// Returns the state at that moment.
    #[must_use]
    pub fn state(&self, now_ms: i64) -> BreakerState {
        match self.stage {
            Stage::Closed => BreakerState::Closed,
            Stage::Tripped { until_ms, .. } if now_ms < until_ms => BreakerState::Open { until_ms },
            Stage::Tripped { .. } => BreakerState::HalfOpen,
        }
    }

    /// Tells whether a call would be held back now: open, or half-open with its probe out.
    #[must_use]
    pub fn is_open(&self, now_ms: i64) -> bool {
        match self.stage {
            Stage::Closed => false,
            Stage::Tripped {
                until_ms,
                probe_until_ms,
            } => now_ms < until_ms || probe_until_ms.is_some_and(|until| now_ms < until),
        }
    }

    /// Takes the right to call; false when the breaker holds the call back.
    ///
    /// Half-open, the first caller gets the one probe. A probe that never reports is given up
    /// after `open_ms`.
    #[must_use]
    pub fn admit(&mut self, now_ms: i64) -> bool {
        if self.is_open(now_ms) {
            return false;
        }
        if let Stage::Tripped { probe_until_ms, .. } = &mut self.stage {
            *probe_until_ms = Some(now_ms.saturating_add(self.settings.open_ms.max(1)));
        }
        true
    }

    /// Gives back a right taken with [`Self::admit`] that was not used, or ended undecided.
    pub fn release(&mut self) {
        if let Stage::Tripped { probe_until_ms, .. } = &mut self.stage {
            *probe_until_ms = None;
        }
    }

    /// Records a call that succeeded; half-open it closes the breaker.
    ///
    /// A call that began before the breaker opened and ends while it is open changes nothing.
    pub fn on_success(&mut self, now_ms: i64) {
        match self.state(now_ms) {
            BreakerState::Closed => self.push(false),
            BreakerState::Open { .. } => {}
            BreakerState::HalfOpen => self.clear(),
        }
    }

    /// Records a call that failed, with the upstream's own reset time when it gave one.
    pub fn on_failure(&mut self, now_ms: i64, retry_after_ms: Option<i64>) {
        let asked = retry_after_ms.unwrap_or(0).clamp(0, MAX_COOL_DOWN_MS);
        match self.state(now_ms) {
            BreakerState::Closed => {
                self.push(true);
                if asked > 0 {
                    self.trip(now_ms, asked);
                } else if self.is_over_limit() {
                    self.trip(now_ms, self.settings.open_ms);
                }
            }
            BreakerState::Open { until_ms } => {
                if now_ms.saturating_add(asked) > until_ms {
                    self.trip(now_ms, asked);
                }
            }
            BreakerState::HalfOpen => self.trip(now_ms, asked.max(self.settings.open_ms)),
        }
    }

    /// Closes the breaker and forgets its history.
    pub fn clear(&mut self) {
        self.history = 0;
        self.stage = Stage::Closed;
    }

    fn trip(&mut self, now_ms: i64, for_ms: i64) {
        let until_ms = now_ms.saturating_add(for_ms.max(1));
        self.stage = Stage::Tripped {
            until_ms,
            probe_until_ms: None,
        };
    }

    fn push(&mut self, failed: bool) {
        let window = self.settings.window.clamp(1, MAX_WINDOW);
        let kept = u128::MAX >> (MAX_WINDOW - window);
        self.history = ((self.history << 1) | u128::from(failed)) & kept;
    }

    fn is_over_limit(&self) -> bool {
        let limit = self
            .settings
            .failures
            .min(self.settings.window.clamp(1, MAX_WINDOW));
        limit > 0 && self.history.count_ones() >= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: BreakerSettings = BreakerSettings {
        window: 4,
        failures: 2,
        open_ms: 1_000,
    };

    fn tripped_at(now_ms: i64) -> Breaker {
        let mut breaker = Breaker::new(SETTINGS);
        breaker.on_failure(now_ms, None);
        breaker.on_failure(now_ms, None);
        breaker
    }

    #[test]
    fn failures_within_the_window_open_it() {
        let mut breaker = Breaker::new(SETTINGS);
        breaker.on_failure(0, None);
        assert_eq!(breaker.state(0), BreakerState::Closed);
        breaker.on_failure(5, None);
        assert_eq!(breaker.state(5), BreakerState::Open { until_ms: 1_005 });
        assert!(!breaker.admit(1_004));
    }

    #[test]
    fn failures_that_left_the_window_do_not_count() {
        let mut breaker = Breaker::new(SETTINGS);
        breaker.on_failure(0, None);
        for now_ms in 1..=3 {
            breaker.on_success(now_ms);
        }
        breaker.on_failure(4, None);
        assert_eq!(breaker.state(4), BreakerState::Closed);
    }

    #[test]
    fn half_open_lets_exactly_one_probe_through() {
        let mut breaker = tripped_at(0);
        assert_eq!(breaker.state(1_000), BreakerState::HalfOpen);
        assert!(!breaker.is_open(1_000));
        let admitted = (0..5).filter(|_| breaker.admit(1_000)).count();
        assert_eq!(admitted, 1);
        assert!(breaker.is_open(1_000));
    }

    #[test]
    fn a_lost_probe_is_given_up_after_open_ms() {
        let mut breaker = tripped_at(0);
        assert!(breaker.admit(1_000));
        assert!(!breaker.admit(1_999));
        assert!(breaker.admit(2_000));
        assert!(!breaker.admit(2_000));
    }

    #[test]
    fn a_released_probe_is_free_at_once() {
        let mut breaker = tripped_at(0);
        assert!(breaker.admit(1_000));
        breaker.release();
        assert!(breaker.admit(1_000));
    }

    #[test]
    fn the_probe_decides() {
        let mut breaker = tripped_at(0);
        assert!(breaker.admit(1_000));
        breaker.on_failure(1_200, None);
        assert_eq!(breaker.state(1_200), BreakerState::Open { until_ms: 2_200 });
        assert!(breaker.admit(2_200));
        breaker.on_success(2_300);
        assert_eq!(breaker.state(2_300), BreakerState::Closed);
        breaker.on_failure(2_400, None);
        assert_eq!(breaker.state(2_400), BreakerState::Closed);
    }

    #[test]
    fn a_late_success_does_not_close_an_open_breaker() {
        let mut breaker = tripped_at(0);
        breaker.on_success(500);
        assert_eq!(breaker.state(500), BreakerState::Open { until_ms: 1_000 });
    }

    #[test]
    fn the_upstreams_reset_time_is_honoured_and_clamped() {
        let mut breaker = Breaker::new(SETTINGS);
        breaker.on_failure(0, Some(7_000));
        assert_eq!(breaker.state(0), BreakerState::Open { until_ms: 7_000 });
        breaker.on_failure(1, Some(i64::MAX));
        assert_eq!(
            breaker.state(1),
            BreakerState::Open {
                until_ms: 1 + MAX_COOL_DOWN_MS
            }
        );
        breaker.on_failure(2, Some(-5));
        assert_eq!(
            breaker.state(2),
            BreakerState::Open {
                until_ms: 1 + MAX_COOL_DOWN_MS
            }
        );
    }

    #[test]
    fn an_operator_can_clear_it() {
        let mut breaker = tripped_at(0);
        breaker.clear();
        assert_eq!(breaker.state(0), BreakerState::Closed);
        assert!(breaker.admit(0));
    }

    #[test]
    fn zero_failures_never_open_it() {
        let mut breaker = Breaker::new(BreakerSettings {
            failures: 0,
            ..SETTINGS
        });
        for now_ms in 0..100 {
            breaker.on_failure(now_ms, None);
        }
        assert_eq!(breaker.state(100), BreakerState::Closed);
    }
}
