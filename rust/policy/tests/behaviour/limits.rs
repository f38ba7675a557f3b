//! Limits under a simulated clock: windows are accurate, budgets hold, nothing leaks.

use std::collections::VecDeque;

use proptest::prelude::*;
use weirgate_policy::limits::{
    Earlier, LimitKind, LimitSet, Meter, ModelRequestRules, ModelRequests, Period, Taken, Used,
    Window, Zone,
};

const MINUTE_MS: i64 = 60_000;
/// 2026-11-21 12:00:00 UTC, a Saturday.
const NOON_MS: i64 = 1_795_262_400_000;
const DAY_MS: i64 = 86_400_000;

fn set(json: serde_json::Value) -> LimitSet {
    serde_json::from_value(json).expect("limits")
}

/// Sends requests at `per_minute` for ten minutes, evenly or in bursts, and returns when they were admitted.
fn admitted(limit: u64, per_minute: i64, burst: i64) -> Vec<i64> {
    let limits = set(serde_json::json!({"requests_per_minute": limit}));
    let mut meter = Meter::default();
    let mut times = Vec::new();
    let gap_us = 60_000_000 * burst / per_minute;
    for turn in 0..(10 * per_minute / burst) {
        let now_ms = NOON_MS + turn * gap_us / 1_000;
        for _ in 0..burst {
            if let Ok(taken) = meter.enter(&limits, now_ms) {
                times.push(now_ms);
                meter.settle(&taken, Used::default(), now_ms);
            }
        }
    }
    times
}

#[test]
fn a_minute_admits_the_limit_within_one_percent_and_never_more() {
    for (limit, per_minute, burst) in [
        (600, 1_800, 1),
        (600, 6_000, 1),
        (6_000, 20_000, 1),
        (6_000, 24_000, 400),
        (100, 30_000, 500),
        (1_000, 1_500, 7),
    ] {
        let times = admitted(limit, per_minute, burst);
        let mut inside = VecDeque::new();
        for time in &times {
            inside.push_back(*time);
            while inside
                .front()
                .is_some_and(|first| *first <= time - MINUTE_MS)
            {
                inside.pop_front();
            }
            assert!(inside.len() as u64 <= limit, "{limit} {per_minute} {burst}");
        }
        let a_minute = times.len() as u64 * 100 / 10;
        let about = limit * 99..=limit * 101;
        // Ten windows of at most 60.4 s begin within ten minutes.
        assert!(
            about.contains(&a_minute),
            "{limit}: {a_minute} of {}",
            limit * 100
        );
    }
}

#[test]
fn the_wait_that_is_told_is_enough_and_not_more_than_a_slot_too_much() {
    let mut window = Window::new(MINUTE_MS, NOON_MS);
    for second in 0..30 {
        window.add(2, NOON_MS + second * 1_000);
    }
    let now_ms = NOON_MS + 30_000;
    for amount in 1..=60 {
        let wait_ms = window.wait_ms(amount, 60, now_ms);
        let mut then = window.clone();
        assert!(then.sum(now_ms + wait_ms) + amount <= 60);
        let mut before = window.clone();
        assert!(before.sum(now_ms + wait_ms - 1) + amount > 60);
        let leaves_s = (i64::try_from(amount).expect("small") + 1) / 2 - 1;
        let exact_ms = NOON_MS + leaves_s * 1_000 + MINUTE_MS - now_ms;
        assert!(
            (exact_ms..=exact_ms + 400).contains(&wait_ms),
            "{amount}: {wait_ms}"
        );
    }
}

#[test]
fn tokens_are_estimated_first_and_put_right_at_the_end() {
    let limits = set(serde_json::json!({"tokens_per_minute": 1_000}));
    let mut meter = Meter::default();
    let ask = |meter: &mut Meter, tokens, now_ms| {
        let mut taken = meter.enter(&limits, now_ms).expect("no such limit");
        meter
            .ask(&mut taken, &limits, tokens, 0, now_ms)
            .map(|()| taken)
    };
    let first = ask(&mut meter, 800, NOON_MS).expect("room");
    let refused = ask(&mut meter, 300, NOON_MS + 10).expect_err("no room");
    assert_eq!(
        (refused.kind, refused.remaining),
        (LimitKind::TokensPerMinute, 200)
    );
    assert!((59_000..=60_400).contains(&refused.wait_ms));
    meter.settle(
        &first,
        Used {
            tokens: 100,
            charge: 0,
        },
        NOON_MS + 2_000,
    );
    let second = ask(&mut meter, 900, NOON_MS + 2_000).expect("room was given back");
    meter.settle(
        &second,
        Used {
            tokens: 1_500,
            charge: 0,
        },
        NOON_MS + 40_000,
    );
    assert!(
        ask(&mut meter, 1, NOON_MS + 62_500).is_ok(),
        "estimates have left, 600 are there"
    );
    assert!(
        ask(&mut meter, 500, NOON_MS + 62_500).is_err(),
        "what came on top has not"
    );
    assert!(ask(&mut meter, 500, NOON_MS + 100_500).is_ok());
}

#[test]
fn a_request_larger_than_the_limit_needs_an_empty_window() {
    let limits = set(serde_json::json!({"tokens_per_minute": 1_000}));
    let mut meter = Meter::default();
    let mut taken = meter.enter(&limits, NOON_MS).expect("no such limit");
    meter
        .ask(&mut taken, &limits, 50_000, 0, NOON_MS)
        .expect("nothing else is there");
    meter.settle(
        &taken,
        Used {
            tokens: 40,
            charge: 0,
        },
        NOON_MS + 1,
    );
    let mut taken = meter.enter(&limits, NOON_MS + 2).expect("no such limit");
    let refused = meter
        .ask(&mut taken, &limits, 50_000, 0, NOON_MS + 2)
        .expect_err("40 are there");
    assert_eq!(refused.remaining, 960);
    assert!(refused.wait_s() <= 61);
}

#[test]
fn budgets_count_what_running_calls_hold_and_begin_anew_with_the_period() {
    let limits = set(serde_json::json!({
        "spend_per_day": 100, "spend_per_week": 150, "time_zone": "Asia/Shanghai",
    }));
    let mut meter = Meter::default();
    let mut held = Vec::new();
    for _ in 0..10 {
        let mut taken = meter.enter(&limits, NOON_MS).expect("no such limit");
        if meter.ask(&mut taken, &limits, 0, 40, NOON_MS).is_ok() {
            held.push(taken);
        }
    }
    assert_eq!(held.len(), 2);
    for taken in &held {
        meter.settle(
            taken,
            Used {
                tokens: 0,
                charge: 45,
            },
            NOON_MS + 5,
        );
    }
    let mut taken = meter.enter(&limits, NOON_MS + 10).expect("no such limit");
    let refused = meter
        .ask(&mut taken, &limits, 0, 11, NOON_MS + 10)
        .expect_err("10 are left");
    assert_eq!(
        (refused.kind, refused.remaining),
        (LimitKind::SpendPerDay, 10)
    );
    assert_eq!(
        refused.wait_ms,
        4 * 3_600_000 - 10,
        "midnight in Shanghai is 16:00 UTC"
    );
    meter
        .ask(&mut taken, &limits, 0, 0, NOON_MS)
        .expect("a free call is never refused for money");
}

#[test]
fn a_new_day_has_its_budget_within_the_weeks() {
    let limits = set(serde_json::json!({
        "spend_per_day": 100, "spend_per_week": 150, "time_zone": "Asia/Shanghai",
    }));
    let mut meter = Meter::default();
    let mut taken = meter.enter(&limits, NOON_MS).expect("no such limit");
    meter
        .ask(&mut taken, &limits, 0, 90, NOON_MS)
        .expect("room");
    meter.settle(
        &taken,
        Used {
            tokens: 0,
            charge: 90,
        },
        NOON_MS,
    );
    let mut taken = meter.enter(&limits, NOON_MS).expect("no such limit");
    let sunday_ms = NOON_MS + 4 * 3_600_000;
    let refused = meter
        .ask(&mut taken, &limits, 0, 61, sunday_ms)
        .expect_err("60 of the week");
    assert_eq!(
        (refused.kind, refused.remaining),
        (LimitKind::SpendPerWeek, 60)
    );
    meter
        .ask(&mut taken, &limits, 0, 60, sunday_ms)
        .expect("a new day");
    meter.settle(
        &taken,
        Used {
            tokens: 0,
            charge: 60,
        },
        sunday_ms,
    );
    let mut taken = meter
        .enter(&limits, sunday_ms + DAY_MS)
        .expect("no such limit");
    meter
        .ask(&mut taken, &limits, 0, 100, sunday_ms + DAY_MS)
        .expect("a new week");
}

#[test]
fn a_hold_is_raised_within_the_budget_only() {
    let limits = set(serde_json::json!({"spend_per_month": 100}));
    let mut meter = Meter::default();
    let mut taken = meter.enter(&limits, NOON_MS).expect("no such limit");
    meter
        .ask(&mut taken, &limits, 0, 40, NOON_MS)
        .expect("room");
    meter
        .raise(&mut taken, &limits, 100, NOON_MS)
        .expect("room");
    meter
        .raise(&mut taken, &limits, 30, NOON_MS)
        .expect("lower is no change");
    let refused = meter
        .raise(&mut taken, &limits, 101, NOON_MS)
        .expect_err("one too many");
    assert_eq!(refused.kind, LimitKind::SpendPerMonth);
    meter.settle(&taken, Used::default(), NOON_MS);
    let mut taken = meter.enter(&limits, NOON_MS).expect("no such limit");
    meter
        .ask(&mut taken, &limits, 0, 100, NOON_MS)
        .expect("all was given back");
}

#[test]
fn what_was_spent_before_the_counts_began_is_added_once() {
    let limits = set(serde_json::json!({"spend_per_month": 100, "requests_per_day": 5}));
    let mut meter = Meter::default();
    let missing = meter
        .missing(&limits, NOON_MS)
        .expect("the books are not known");
    assert_eq!(missing.since_ms, NOON_MS);
    let [day, _, month] = missing.begins_ms;
    assert_eq!(
        (day, month),
        (NOON_MS - DAY_MS / 2, NOON_MS - DAY_MS * 41 / 2)
    );
    let earlier = Earlier {
        since_ms: missing.since_ms,
        begins_ms: missing.begins_ms,
        requests: 4,
        spent: [10, 20, 70],
    };
    meter.add_earlier(&Earlier {
        since_ms: 1,
        ..earlier
    });
    meter.add_earlier(&earlier);
    meter.add_earlier(&earlier);
    assert_eq!(meter.missing(&limits, NOON_MS + 1), None);
    let mut taken = meter.enter(&limits, NOON_MS).expect("one request is left");
    assert!(meter.ask(&mut taken, &limits, 0, 31, NOON_MS).is_err());
    assert!(meter.ask(&mut taken, &limits, 0, 30, NOON_MS).is_ok());
    let refused = meter.enter(&limits, NOON_MS).expect_err("five are made");
    assert_eq!(
        (refused.kind, refused.wait_s()),
        (LimitKind::RequestsPerDay, 43_200)
    );
    assert!(meter.enter(&limits, NOON_MS + DAY_MS / 2).is_ok());
}

#[test]
fn periods_follow_the_zones_clock() {
    let zone = |name| Zone::named(name).expect("a zone");
    let hours = |(begin, end): (i64, i64)| (end - begin) / 3_600_000;
    let berlin = zone("Europe/Berlin");
    // Clocks went forward on 2026-03-29 and back on 2026-10-25.
    let march_ms = 1_774_785_600_000;
    let october_ms = 1_792_929_600_000;
    assert_eq!(hours(Period::Day.around(march_ms, &berlin)), 23);
    assert_eq!(hours(Period::Day.around(october_ms, &berlin)), 25);
    assert_eq!(hours(Period::Week.around(march_ms, &berlin)), 167);
    assert_eq!(
        hours(Period::Month.around(october_ms, &berlin)),
        31 * 24 + 1
    );
    let (begin, end) = Period::Week.around(NOON_MS, &zone(""));
    assert_eq!(
        (begin, end),
        (1_794_787_200_000, 1_795_392_000_000),
        "Monday to Monday"
    );
    assert_eq!(Zone::named("Mars/Base"), None);
    assert!(serde_json::from_str::<LimitSet>(r#"{"time_zone":"Mars/Base"}"#).is_err());
}

#[test]
fn the_familys_limits_count_failures_in_the_total_only() {
    let rules = ModelRequestRules {
        window_ms: MINUTE_MS,
        total: 4,
        success: 2,
        groups: [(std::sync::Arc::from("vip"), (0, 3))].into(),
    };
    let mut user = ModelRequests::default();
    let one = user.enter(&rules, "default", NOON_MS).expect("room");
    let _two = user.enter(&rules, "default", NOON_MS).expect("room");
    let refused = user
        .enter(&rules, "default", NOON_MS)
        .expect_err("two may succeed, both run");
    assert_eq!(
        (refused.kind, refused.limit),
        (LimitKind::ModelSuccesses, 2)
    );
    for _ in 0..2 {
        user.failed(one, NOON_MS + 1);
        let three = user
            .enter(&rules, "default", NOON_MS + 1)
            .expect("one failed");
        user.failed(three, NOON_MS + 1);
    }
    let refused = user
        .enter(&rules, "default", NOON_MS + 2)
        .expect_err("four came");
    assert_eq!((refused.kind, refused.limit), (LimitKind::ModelRequests, 4));
    assert!(
        user.enter(&rules, "vip", NOON_MS + 2).is_ok(),
        "the group has its own numbers"
    );
    let wider = ModelRequestRules {
        window_ms: 5 * MINUTE_MS,
        ..rules
    };
    assert!(
        user.enter(&wider, "default", NOON_MS + 3).is_ok(),
        "another window begins empty"
    );
    assert!(!user.is_idle(NOON_MS + MINUTE_MS + 1_000));
    assert!(user.is_idle(NOON_MS + 6 * MINUTE_MS));
}

#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    Enter { tokens: u64, quota: i64 },
    Raise(usize, i64),
    Settle(usize, u64, i64),
    Undo(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (-500..40_000_i64).prop_map(Step::Wait),
        4 => (0..400_u64, -3..60_i64).prop_map(|(tokens, quota)| Step::Enter { tokens, quota }),
        1 => (any::<usize>(), 0..90_i64).prop_map(|(which, total)| Step::Raise(which, total)),
        2 => (any::<usize>(), 0..600_u64, 0..60_i64)
            .prop_map(|(which, tokens, charge)| Step::Settle(which, tokens, charge)),
        1 => any::<usize>().prop_map(Step::Undo),
    ]
}

/// A running request as the test knows it.
struct Runs {
    taken: Taken,
    held: i64,
    at_ms: i64,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_order_of_events_passes_a_limit_or_leaks(
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        let limits = set(serde_json::json!({
            "requests_per_minute": 9, "tokens_per_minute": 1_000, "concurrency": 4,
            "spend_per_day": 300, "time_zone": "Pacific/Auckland",
        }));
        let mut meter = Meter::default();
        let missing = meter.missing(&limits, NOON_MS).expect("new counts");
        let (since_ms, begins_ms) = (missing.since_ms, missing.begins_ms);
        meter.add_earlier(&Earlier { since_ms, begins_ms, ..Earlier::default() });
        let (mut now_ms, mut latest_ms) = (NOON_MS, NOON_MS);
        let mut running: Vec<Runs> = Vec::new();
        let mut entered: VecDeque<i64> = VecDeque::new();
        let mut spent = 0;
        for step in steps {
            match step {
                Step::Wait(ms) => now_ms += ms,
                Step::Enter { tokens, quota } => {
                    let Ok(mut taken) = meter.enter(&limits, now_ms) else { continue };
                    prop_assert!(running.len() < 4);
                    if meter.ask(&mut taken, &limits, tokens, quota, now_ms).is_err() {
                        meter.undo(&taken, now_ms);
                        continue;
                    }
                    latest_ms = latest_ms.max(now_ms);
                    entered.push_back(latest_ms);
                    entered.retain(|at| *at > latest_ms - MINUTE_MS);
                    prop_assert!(entered.len() <= 9);
                    running.push(Runs { taken, held: quota.max(0), at_ms: latest_ms });
                    let held: i64 = running.iter().map(|runs| runs.held).sum();
                    prop_assert!(quota <= 0 || held + spent <= 300);
                }
                Step::Raise(which, total) if !running.is_empty() => {
                    let place = which % running.len();
                    let runs = &mut running[place];
                    if meter.raise(&mut runs.taken, &limits, total, now_ms).is_ok() {
                        runs.held = runs.held.max(total);
                    }
                }
                Step::Settle(which, tokens, charge) if !running.is_empty() => {
                    let runs = running.swap_remove(which % running.len());
                    let charge = charge.min(runs.held);
                    meter.settle(&runs.taken, Used { tokens, charge }, now_ms);
                    spent += charge;
                }
                Step::Undo(which) if !running.is_empty() => {
                    let runs = running.swap_remove(which % running.len());
                    meter.undo(&runs.taken, now_ms);
                    if let Some(place) = entered.iter().position(|at| *at == runs.at_ms) {
                        let _undone = entered.remove(place);
                    }
                }
                _ => {}
            }
        }
        for runs in running {
            meter.undo(&runs.taken, now_ms);
        }
        let later_ms = now_ms.max(latest_ms) + 2 * DAY_MS;
        prop_assert!(later_ms < NOON_MS + 8 * DAY_MS);
        let mut all = Vec::new();
        for _ in 0..4 {
            let mut taken = meter.enter(&limits, later_ms).expect("nothing runs any more");
            meter.ask(&mut taken, &limits, 250, 75, later_ms).expect("nothing is held any more");
            all.push(taken);
        }
        prop_assert!(meter.enter(&limits, later_ms).is_err());
        for taken in all {
            meter.undo(&taken, later_ms);
        }
        prop_assert!(meter.is_idle(later_ms + DAY_MS * 32));
    }

    #[test]
    fn a_window_counts_what_is_younger_than_its_length(
        events in proptest::collection::vec((0..9_000_i64, 1..50_u64), 1..200),
    ) {
        let mut window = Window::new(MINUTE_MS, NOON_MS);
        let mut all: Vec<(i64, u64)> = Vec::new();
        let mut now_ms = NOON_MS;
        for (wait_ms, amount) in events {
            now_ms += wait_ms;
            window.add(amount, now_ms);
            all.push((now_ms, amount));
            let younger = |than_ms: i64| -> u64 {
                all.iter().filter(|(at, _)| *at > now_ms - than_ms).map(|(_, amount)| amount).sum()
            };
            let sum = window.sum(now_ms);
            prop_assert!(younger(MINUTE_MS) <= sum && sum <= younger(MINUTE_MS + 400));
        }
    }
}
