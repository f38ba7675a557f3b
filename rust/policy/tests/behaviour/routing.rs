//! Where calls go: tiers, weights, health, keys, groups, pins, mappings and their explanation.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use weirgate_policy::routing::Reason;
use weirgate_policy::{Caller, Plan, PlanRequest, Refusal, Snapshot, explain_plan, plan};

use crate::support::{
    NOW_MS, Opened, caller, caller_of, channel, document, key, merge, snapshot, snapshot_of, user,
};

fn plan_with(
    snapshot: &Snapshot,
    caller: &Caller,
    model: &str,
    random: u64,
    health: &Opened,
) -> Plan {
    plan(
        &PlanRequest {
            caller,
            model,
            now_ms: NOW_MS,
            random,
        },
        snapshot,
        health,
    )
}

fn planned(snapshot: &Snapshot, random: u64, health: &Opened) -> Vec<(i64, usize)> {
    ids(&plan_with(
        snapshot,
        &caller(snapshot),
        "gpt-4o",
        random,
        health,
    ))
}

pub(crate) fn ids(plan: &Plan) -> Vec<(i64, usize)> {
    plan.candidates
        .iter()
        .map(|found| (found.channel.id, found.key_index))
        .collect()
}

pub(crate) fn retrying(channels: &[Value], retry_times: u32) -> Snapshot {
    let mut document = document(channels);
    document["options"]["retry_times"] = json!(retry_times);
    snapshot_of(&document)
}

/// Counts how often each channel comes first.
fn firsts(snapshot: &Snapshot, draws: u32, health: &Opened) -> BTreeMap<i64, u32> {
    let mut random = StdRng::seed_from_u64(42);
    let mut counts = BTreeMap::new();
    for _ in 0..draws {
        let first = planned(snapshot, random.random(), health)[0].0;
        *counts.entry(first).or_default() += 1;
    }
    counts
}

#[test]
fn weights_of_3_and_1_share_75_to_25() {
    let snapshot = snapshot(&[
        channel(1, json!({"weight": 3})),
        channel(2, json!({"weight": 1})),
    ]);
    let counts = firsts(&snapshot, 10_000, &Opened::default());
    assert!((7_300..=7_700).contains(&counts[&1]), "{counts:?}");
    assert_eq!(counts[&1] + counts[&2], 10_000);
}

#[test]
fn consecutive_random_numbers_share_as_well_as_random_ones() {
    let snapshot = snapshot(&[
        channel(1, json!({"weight": 3})),
        channel(2, json!({"weight": 1})),
    ]);
    let first = (0..10_000_u64)
        .filter(|random| planned(&snapshot, *random, &Opened::default())[0].0 == 1)
        .count();
    assert!((7_300..=7_700).contains(&first), "{first}");
}

#[test]
fn equal_random_numbers_give_equal_plans() {
    let channels: Vec<Value> = (1..=10)
        .map(|id| channel(id, json!({"weight": id})))
        .collect();
    let snapshot = snapshot(&channels);
    let health = Opened::default();
    assert_eq!(
        planned(&snapshot, 9, &health),
        planned(&snapshot, 9, &health)
    );
}

#[test]
fn weight_zero_waits_until_no_other_of_its_tier_is_left() {
    let snapshot = snapshot(&[
        channel(1, json!({"weight": 0})),
        channel(2, json!({"weight": 5})),
        channel(3, json!({"weight": 0})),
        channel(4, json!({"weight": 1})),
    ]);
    for random in 0..500 {
        let order: Vec<i64> = planned(&snapshot, random, &Opened::default())
            .iter()
            .map(|one| one.0)
            .collect();
        assert_eq!(order.len(), 4);
        assert!(order[..2].iter().all(|id| [2, 4].contains(id)), "{order:?}");
    }
    let counts = firsts(&snapshot, 2_000, &Opened::of(&[(2, 0), (4, 0)]));
    assert!((850..=1_150).contains(&counts[&1]), "{counts:?}");
}

#[test]
fn weights_that_are_all_zero_share_equally() {
    let channels: Vec<Value> = (1..=4)
        .map(|id| channel(id, json!({"weight": 0})))
        .collect();
    let counts = firsts(&snapshot(&channels), 8_000, &Opened::default());
    assert!(counts.len() == 4 && counts.values().all(|count| (1_800..=2_200).contains(count)));
}

#[test]
fn a_tier_is_used_up_before_the_next_and_nothing_comes_twice() {
    let mut channels: Vec<Value> = (1..=3)
        .map(|id| channel(id, json!({"priority": 10, "weight": id})))
        .collect();
    channels.extend((4..=6).map(|id| channel(id, json!({"priority": -5}))));
    channels.extend((7..=8).map(|id| channel(id, json!({"priority": 10, "weight": 0}))));
    let snapshot = retrying(&channels, 20);
    for random in 0..300 {
        let order: Vec<i64> = planned(&snapshot, random, &Opened::default())
            .iter()
            .map(|one| one.0)
            .collect();
        let tiers: Vec<BTreeSet<i64>> = [&order[..3], &order[3..5], &order[5..]]
            .map(|part| part.iter().copied().collect())
            .into();
        assert_eq!(tiers[0], BTreeSet::from([1, 2, 3]), "{order:?}");
        assert_eq!(tiers[1], BTreeSet::from([7, 8]), "{order:?}");
        assert_eq!(tiers[2], BTreeSet::from([4, 5, 6]), "{order:?}");
    }
}

#[test]
fn a_plan_is_as_long_as_attempts_and_spare_ones() {
    let channels: Vec<Value> = (1..=200).map(|id| channel(id, json!({}))).collect();
    for (retry_times, length) in [(0, 5), (3, 8), (1_000_000, 64)] {
        let snapshot = retrying(&channels, retry_times);
        assert_eq!(planned(&snapshot, 1, &Opened::default()).len(), length);
    }
}

#[test]
fn what_a_breaker_holds_open_is_left_out() {
    let snapshot = snapshot(&[
        channel(1, json!({"weight": 100})),
        channel(2, json!({"weight": 1})),
        channel(3, json!({"priority": -1})),
    ]);
    for random in 0..100 {
        let order = planned(&snapshot, random, &Opened::of(&[(1, 0)]));
        assert_eq!(order, [(2, 0), (3, 0)]);
    }
    let all = Opened::of(&[(1, 0), (2, 0), (3, 0)]);
    let plan = plan_with(&snapshot, &caller(&snapshot), "gpt-4o", 1, &all);
    assert!(plan.candidates.is_empty());
    let refusal = plan.refusal.unwrap();
    assert_eq!(
        (refusal.status(), refusal.reason()),
        (503, "all_channels_open")
    );
    assert!(refusal.retry_after_s().is_some());
}

#[test]
fn further_keys_of_a_channel_come_after_every_channel_of_its_tier() {
    let snapshot = retrying(
        &[
            channel(1, json!({"keys": ["a", "b", "c"], "weight": 1_000})),
            channel(2, json!({})),
            channel(3, json!({"priority": -1})),
        ],
        20,
    );
    for random in 0..200 {
        let order = planned(&snapshot, random, &Opened::default());
        assert_eq!(order.len(), 5);
        let head: BTreeSet<i64> = order[..2].iter().map(|one| one.0).collect();
        assert_eq!(head, BTreeSet::from([1, 2]));
        assert!(
            order[2].0 == 1 && order[3].0 == 1 && order[4] == (3, 0),
            "{order:?}"
        );
        assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), 5);
    }
}

#[test]
fn random_keys_share_equally_and_skip_what_is_off_or_open() {
    let keys = json!({"keys": ["a", "b", "c", "d"], "key_status": {"1": 3}});
    let snapshot = snapshot(&[channel(1, keys)]);
    let mut counts = BTreeMap::new();
    for random in 0..6_000 {
        *counts
            .entry(planned(&snapshot, random, &Opened::default())[0].1)
            .or_insert(0) += 1;
    }
    assert_eq!(counts.keys().copied().collect::<Vec<_>>(), [0, 2, 3]);
    assert!(
        counts.values().all(|count| (1_800..=2_200).contains(count)),
        "{counts:?}"
    );
    let open = Opened::of(&[(1, 0)]);
    assert!((0..50).all(|random| planned(&snapshot, random, &open)[0].1 != 0));
}

#[test]
fn polling_takes_the_keys_in_turn_and_goes_on_over_a_publication() {
    let keys = || json!({"keys": ["a", "b", "c"], "key_mode": "polling", "key_status": {"1": 2}});
    let older = snapshot(&[channel(1, keys())]);
    let turns: Vec<usize> = (0..4)
        .map(|random| planned(&older, random, &Opened::default())[0].1)
        .collect();
    assert_eq!(turns, [0, 2, 0, 2]);
    assert_eq!(planned(&older, 0, &Opened::default())[0].1, 0);
    let newer = snapshot(&[channel(1, keys()), channel(2, json!({"priority": -1}))]);
    newer.continue_turns(&older);
    assert_eq!(planned(&newer, 0, &Opened::default())[0].1, 2);
}

#[test]
fn disabled_channels_foreign_groups_and_other_models_are_no_candidates() {
    let snapshot = snapshot(&[
        channel(1, json!({"status": 2})),
        channel(2, json!({"status": 3})),
        channel(3, json!({"groups": ["vip"]})),
        channel(4, json!({"models": ["gpt-4"]})),
        channel(
            5,
            json!({"groups": ["default", "default", " "], "models": ["gpt-4o", "gpt-4o"]}),
        ),
    ]);
    assert_eq!(planned(&snapshot, 1, &Opened::default()), [(5, 0)]);
}

#[test]
fn each_reason_for_an_empty_plan_has_its_refusal() {
    let reason = |changes: Value, model: &str| {
        let snapshot = snapshot(&[channel(1, changes)]);
        let plan = plan_with(&snapshot, &caller(&snapshot), model, 1, &Opened::default());
        plan.refusal
            .map(|refusal| (refusal.status(), refusal.code()))
    };
    let cycle = json!({"model_mapping": {"gpt-4o": "b", "b": "gpt-4o"}});
    assert_eq!(reason(json!({}), "unknown"), Some((503, "model_not_found")));
    assert_eq!(
        reason(json!({"keys": []}), "gpt-4o"),
        Some((500, "channel:no_available_key"))
    );
    let all_off = json!({"key_status": {"0": 2}});
    assert_eq!(
        reason(all_off, "gpt-4o"),
        Some((500, "channel:no_available_key"))
    );
    assert_eq!(
        reason(cycle, "gpt-4o"),
        Some((500, "channel:model_mapped_error"))
    );
    assert_eq!(reason(json!({}), "gpt-4o"), None);
}

#[test]
fn model_mappings_are_followed_and_a_circle_passes_the_channel_over() {
    let upstream = |mapping: Value| {
        let snapshot = snapshot(&[channel(1, json!({"model_mapping": mapping}))]);
        let plan = plan_with(
            &snapshot,
            &caller(&snapshot),
            "gpt-4o",
            1,
            &Opened::default(),
        );
        plan.candidates
            .first()
            .map(|found| found.upstream_model.to_string())
    };
    assert_eq!(upstream(json!({})), Some("gpt-4o".to_owned()));
    assert_eq!(upstream(json!(null)), Some("gpt-4o".to_owned()));
    assert_eq!(
        upstream(json!({"gpt-4o": "a", "a": "b", "b": "c"})),
        Some("c".to_owned())
    );
    assert_eq!(
        upstream(json!({"gpt-4o": "gpt-4o"})),
        Some("gpt-4o".to_owned())
    );
    assert_eq!(
        upstream(json!({"gpt-4o": "a", "a": "a"})),
        Some("a".to_owned())
    );
    assert_eq!(upstream(json!({"gpt-4o": "a", "a": "b", "b": "a"})), None);
    let broken = json!({"model_mapping": {"gpt-4o": "a", "a": "gpt-4o"}, "weight": 1_000});
    let snapshot = snapshot(&[channel(1, broken), channel(2, json!({}))]);
    assert!((0..50).all(|random| planned(&snapshot, random, &Opened::default()) == [(2, 0)]));
}

#[test]
fn a_normalised_model_is_found_and_keeps_its_own_name_upstream() {
    let snapshot = snapshot(&[channel(
        1,
        json!({"models": ["gpt-4o-gizmo-*"], "model_mapping": {"gpt-4o-gizmo-7": "seven"}}),
    )]);
    let upstream = |model: &str| {
        let plan = plan_with(&snapshot, &caller(&snapshot), model, 1, &Opened::default());
        plan.candidates[0].upstream_model.to_string()
    };
    assert_eq!(upstream("gpt-4o-gizmo-9"), "gpt-4o-gizmo-9");
    assert_eq!(upstream("gpt-4o-gizmo-7"), "seven");
}

fn auto_caller(snapshot: &Snapshot, cross_group_retry: bool) -> Caller {
    let changes = json!({"group": "auto", "cross_group_retry": cross_group_retry});
    caller_of(&key(changes), &user(json!({})), snapshot)
}

#[test]
fn auto_takes_the_first_group_that_has_a_channel() {
    let snapshot = snapshot(&[
        channel(1, json!({"groups": ["default"]})),
        channel(2, json!({"groups": ["vip"], "models": ["dall-e-3"]})),
    ]);
    let caller = auto_caller(&snapshot, false);
    let of = |model| plan_with(&snapshot, &caller, model, 1, &Opened::default());
    assert_eq!(ids(&of("gpt-4o")), [(1, 0)]);
    assert_eq!(of("gpt-4o").candidates[0].group.as_ref(), "default");
    assert_eq!(of("dall-e-3").candidates[0].group_ratio.to_string(), "0.8");
    assert!(matches!(of("x").refusal, Some(Refusal::NoChannel { group, .. }) if &*group == "auto"));
}

#[test]
fn auto_goes_on_to_the_next_group_only_if_the_key_says_so() {
    let both = json!({"groups": ["vip", "default"]});
    let snapshot = snapshot(&[
        channel(1, both),
        channel(2, json!({"groups": ["default"], "priority": 9})),
        channel(3, json!({"groups": ["lab"]})),
    ]);
    let of = |cross| {
        ids(&plan_with(
            &snapshot,
            &auto_caller(&snapshot, cross),
            "gpt-4o",
            1,
            &Opened::default(),
        ))
    };
    assert_eq!(of(false), [(1, 0)]);
    assert_eq!(of(true), [(1, 0), (2, 0)]);
    let open = Opened::of(&[(1, 0)]);
    let plan = plan_with(
        &snapshot,
        &auto_caller(&snapshot, false),
        "gpt-4o",
        1,
        &open,
    );
    assert_eq!(ids(&plan), [(2, 0)]);
}

#[test]
fn a_candidate_carries_the_ratio_of_its_group_for_this_user() {
    let snapshot = snapshot(&[channel(1, json!({}))]);
    let vip = user(json!({"group": "vip"}));
    let caller = caller_of(&key(json!({"group": "default"})), &vip, &snapshot);
    let plan = plan_with(&snapshot, &caller, "gpt-4o", 1, &Opened::default());
    let candidate = &plan.candidates[0];
    assert_eq!(
        (
            candidate.group_ratio.to_string().as_str(),
            candidate.is_special_ratio
        ),
        ("0.9", true)
    );
}

fn pinned(snapshot: &Snapshot, channel_id: i64) -> Caller {
    Caller {
        pinned_channel: Some(channel_id),
        role: 10,
        ..caller(snapshot)
    }
}

#[test]
fn a_pin_gives_exactly_its_channel_whatever_group_model_and_breaker_say() {
    let snapshot = snapshot(&[
        channel(1, json!({})),
        channel(
            2,
            json!({"groups": ["lab"], "models": ["x"], "keys": ["a", "b"],
                          "model_mapping": {"gpt-4o": "up"}}),
        ),
    ]);
    let open = Opened::of(&[(2, 0), (2, 1)]);
    for random in 0..20 {
        let plan = plan_with(&snapshot, &pinned(&snapshot, 2), "gpt-4o", random, &open);
        assert_eq!(plan.candidates.len(), 1);
        let only = &plan.candidates[0];
        assert_eq!((only.channel.id, only.upstream_model.as_ref()), (2, "up"));
        assert_eq!(
            (only.group.as_ref(), only.group_ratio.to_string().as_str()),
            ("default", "1")
        );
    }
}

#[test]
fn a_pin_that_no_longer_holds_is_refused() {
    let snapshot = snapshot(&[channel(1, json!({"status": 3}))]);
    let refused = |id| {
        plan_with(
            &snapshot,
            &pinned(&snapshot, id),
            "gpt-4o",
            1,
            &Opened::default(),
        )
        .refusal
    };
    assert_eq!(refused(1), Some(Refusal::PinDisabled));
    assert_eq!(refused(9), Some(Refusal::PinUnknown));
}

#[test]
fn every_channel_is_explained() {
    let snapshot = snapshot(&[
        channel(1, json!({"weight": 3, "priority": 5})),
        channel(
            2,
            json!({"weight": 1, "priority": 5, "keys": ["a", "b"], "key_status": {"0": 2}}),
        ),
        channel(3, json!({})),
        channel(4, json!({"status": 2})),
        channel(5, json!({"groups": ["lab"]})),
        channel(6, json!({"models": ["x"]})),
        channel(7, json!({"keys": []})),
        channel(8, json!({"priority": 9})),
        channel(9, json!({"model_mapping": {"gpt-4o": "a", "a": "gpt-4o"}})),
    ]);
    let caller = caller(&snapshot);
    let request = PlanRequest {
        caller: &caller,
        model: "gpt-4o",
        now_ms: NOW_MS,
        random: 1,
    };
    let health = Opened::of(&[(8, 0)]);
    let report = explain_plan(&request, &snapshot, &health);
    let rows: Vec<(i64, Reason, u64)> = report
        .channels
        .iter()
        .map(|one| (one.channel_id, one.reason, one.share))
        .collect();
    assert_eq!(
        rows,
        [
            (1, Reason::Candidate, 7_500),
            (2, Reason::Candidate, 2_500),
            (3, Reason::Candidate, 0),
            (8, Reason::BreakerOpen, 0),
            (4, Reason::Disabled, 0),
            (5, Reason::NotInGroup, 0),
            (6, Reason::ModelNotServed, 0),
            (7, Reason::NoEnabledKey, 0),
            (9, Reason::MappingCycle, 0),
        ]
    );
    assert_eq!(report.refusal, None);
    let keys = serde_json::to_value(&report.channels[1].keys).unwrap();
    assert_eq!(
        keys,
        json!([{"index": 0, "is_enabled": false, "is_open": false},
                            {"index": 1, "is_enabled": true, "is_open": false}])
    );
    let candidates: BTreeSet<i64> = ids(&plan(&request, &snapshot, &health))
        .iter()
        .map(|one| one.0)
        .collect();
    assert_eq!(candidates, BTreeSet::from([1, 2, 3]));
}

#[test]
fn an_explanation_knows_pins_and_later_groups() {
    let snapshot = snapshot(&[
        channel(1, json!({"groups": ["vip"]})),
        channel(2, json!({"groups": ["default"]})),
    ]);
    let open = Opened::of(&[(2, 0)]);
    let reasons = |caller: &Caller, health: &Opened| -> BTreeMap<i64, Reason> {
        let request = PlanRequest {
            caller,
            model: "gpt-4o",
            now_ms: NOW_MS,
            random: 1,
        };
        let report = explain_plan(&request, &snapshot, health);
        report
            .channels
            .iter()
            .map(|one| (one.channel_id, one.reason))
            .collect()
    };
    let auto = reasons(&auto_caller(&snapshot, false), &Opened::default());
    assert_eq!(
        (auto[&1], auto[&2]),
        (Reason::Candidate, Reason::LaterGroup)
    );
    let across = reasons(&auto_caller(&snapshot, true), &Opened::default());
    assert_eq!(
        (across[&1], across[&2]),
        (Reason::Candidate, Reason::Candidate)
    );
    let pin = reasons(&pinned(&snapshot, 2), &open);
    assert_eq!((pin[&1], pin[&2]), (Reason::NotPinned, Reason::Candidate));
}

#[test]
fn plan_and_explanation_agree_on_random_snapshots() {
    let mut random = StdRng::seed_from_u64(7);
    for _ in 0..300 {
        let channels: Vec<Value> = (1..=8)
            .map(|id| {
                let mut row = channel(
                    id,
                    json!({
                        "status": random.random_range(1..=2), "weight": random.random_range(0..3),
                        "priority": random.random_range(0..3),
                    }),
                );
                let group = ["default", "vip", "lab"][random.random_range(0..3)];
                let keys: Vec<&str> = vec!["k"; random.random_range(0..3)];
                merge(&mut row, json!({"groups": [group], "keys": keys}));
                row
            })
            .collect();
        let snapshot = retrying(&channels, 60);
        let open: Vec<(i64, usize)> = (1..=8)
            .filter(|_| random.random())
            .map(|id| (id, 0))
            .collect();
        let caller = auto_caller(&snapshot, random.random());
        let request = PlanRequest {
            caller: &caller,
            model: "gpt-4o",
            now_ms: NOW_MS,
            random: random.random(),
        };
        let health = Opened::of(&open);
        let planned: BTreeSet<i64> = ids(&plan(&request, &snapshot, &health))
            .iter()
            .map(|one| one.0)
            .collect();
        let report = explain_plan(&request, &snapshot, &health);
        let explained: BTreeSet<i64> = report
            .channels
            .iter()
            .filter(|one| one.reason == Reason::Candidate)
            .map(|one| one.channel_id)
            .collect();
        assert_eq!(planned, explained);
        assert_eq!(report.refusal.is_some(), planned.is_empty());
    }
}
