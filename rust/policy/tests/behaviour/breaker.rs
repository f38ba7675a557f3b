//! The breaker under any order of calls, outcomes and time.

use proptest::prelude::*;
use weirgate_policy::breaker::MAX_COOL_DOWN_MS;
use weirgate_policy::{Breaker, BreakerSettings, BreakerState};

const OPEN_MS: i64 = 1_000;

#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    Admit,
    Succeed,
    Fail(Option<i64>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..OPEN_MS * 2).prop_map(Step::Wait),
        Just(Step::Admit),
        Just(Step::Succeed),
        proptest::option::of(-10..MAX_COOL_DOWN_MS * 2).prop_map(Step::Fail),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_order_of_events_lets_two_probes_out_or_keeps_it_open_for_ever(
        steps in proptest::collection::vec(step(), 1..80), window in 0..200_u32, failures in 0..20_u32,
    ) {
        let mut breaker = Breaker::new(BreakerSettings { window, failures, open_ms: OPEN_MS });
        let mut now_ms = 0;
        let mut probe_since = None;
        for step in steps {
            let before = breaker.state(now_ms);
            match step {
                Step::Wait(ms) => now_ms += ms,
                Step::Admit => {
                    let was_open = breaker.is_open(now_ms);
                    let admitted = breaker.admit(now_ms);
                    prop_assert_eq!(admitted, !was_open);
                    match before {
                        BreakerState::Closed => prop_assert!(admitted),
                        BreakerState::Open { .. } => prop_assert!(!admitted),
                        BreakerState::HalfOpen if admitted => {
                            let lost = probe_since.is_none_or(|since| now_ms - since >= OPEN_MS);
                            prop_assert!(lost, "a second probe after {probe_since:?} at {now_ms}");
                            probe_since = Some(now_ms);
                        }
                        BreakerState::HalfOpen => prop_assert!(probe_since.is_some()),
                    }
                }
                Step::Succeed => {
                    breaker.on_success(now_ms);
                    if before == BreakerState::HalfOpen {
                        prop_assert_eq!(breaker.state(now_ms), BreakerState::Closed);
                        probe_since = None;
                    }
                }
                Step::Fail(retry_after_ms) => {
                    breaker.on_failure(now_ms, retry_after_ms);
                    if before == BreakerState::HalfOpen {
                        prop_assert!(breaker.is_open(now_ms), "a failed probe opens it again");
                        probe_since = None;
                    }
                }
            }
            if let BreakerState::Open { until_ms } = breaker.state(now_ms) {
                prop_assert!(until_ms - now_ms <= MAX_COOL_DOWN_MS.max(OPEN_MS));
            }
        }
        prop_assert!(breaker.admit(now_ms + MAX_COOL_DOWN_MS + OPEN_MS));
    }
}
