//! What a snapshot document may hold, what it refuses, and what is looked up in it.

use proptest::prelude::*;
use serde_json::{Value, json};
use weirgate_policy::{Refusal, Snapshot, models_for, models_for_group};

use crate::support::{caller_of, channel, document, key, snapshot, snapshot_of, user};

fn error_path(document: &Value) -> String {
    Snapshot::from_json(&serde_json::to_vec(document).unwrap())
        .unwrap_err()
        .path
}

#[test]
fn a_bad_field_is_named_by_its_path() {
    let mut rows: Vec<(&str, Value)> = Vec::new();
    for (path, pointer, value) in [
        ("channels[1].weight", "/channels/1/weight", json!("heavy")),
        (
            "channels[0].status_code_mapping.429",
            "/channels/0/status_code_mapping",
            json!({"429": 9}),
        ),
        (
            "channels[0].key_mode",
            "/channels/0/key_mode",
            json!("lottery"),
        ),
        ("channels[1].id", "/channels/1/id", json!(0)),
        ("channels[1].id", "/channels/1/id", json!(1)),
        (
            "prices.model_ratio.gpt-4o",
            "/prices/model_ratio/gpt-4o",
            json!("cheap"),
        ),
        (
            "prices.model_ratio.gpt-4o",
            "/prices/model_ratio/gpt-4o",
            json!(1.5),
        ),
        (
            "prices.model_ratio.gpt-4o",
            "/prices/model_ratio/gpt-4o",
            json!("-1"),
        ),
        ("groups.ratio.vip", "/groups/ratio/vip", json!("-0.1")),
        (
            "groups.group_group_ratio.vip.default",
            "/groups/group_group_ratio/vip/default",
            json!("x"),
        ),
        (
            "options.retry_status_codes",
            "/options",
            json!({"retry_status_codes": "9"}),
        ),
        (
            "options.midstream_exhausted",
            "/options",
            json!({"midstream_exhausted": "maybe"}),
        ),
        (
            "options.breaker.window",
            "/options",
            json!({"breaker": {"window": -1}}),
        ),
    ] {
        let mut bad = document(&[channel(1, json!({})), channel(2, json!({}))]);
        *bad.pointer_mut(pointer).unwrap() = value;
        rows.push((path, bad));
    }
    for (path, bad) in rows {
        assert_eq!(error_path(&bad), path);
    }
}

#[test]
fn what_is_not_json_or_goes_on_after_the_document_is_refused() {
    for bytes in ["", "[]", "{", r#"{"version":1} x"#, r#"{"channels":[]}"#] {
        assert!(Snapshot::from_json(bytes.as_bytes()).is_err(), "{bytes}");
    }
}

#[test]
fn unknown_fields_are_ignored_and_left_out_ones_have_defaults() {
    let snapshot = Snapshot::from_json(
        br#"{"version":1,"new":true,"channels":[{"id":1,"status":1,"future":{},"weight":null,"priority":null}],"options":{"x":1}}"#,
    )
    .unwrap();
    let options = &snapshot.options;
    assert_eq!((options.retry_times, options.quota_per_unit), (3, 500_000));
    assert_eq!(
        (options.default_output_tokens, options.idle_timeout_ms),
        (1_024, 300_000)
    );
    assert_eq!((options.breaker.window, options.breaker.failures), (20, 10));
    assert!(snapshot.channel(1).unwrap().auto_ban);
}

#[test]
fn a_channel_maps_statuses_but_never_200() {
    let snapshot = snapshot(&[channel(
        1,
        json!({"status_code_mapping": {"429": 503, "400": "500", "200": 500}}),
    )]);
    let channel = snapshot.channel(1).unwrap();
    let mapped: Vec<u16> = [429, 400, 200, 418]
        .map(|status| channel.mapped_status(status))
        .into();
    assert_eq!(mapped, [503, 500, 200, 418]);
}

#[test]
fn an_absurd_weight_counts_as_the_largest() {
    let snapshot = snapshot(&[channel(1, json!({"weight": u64::MAX}))]);
    assert_eq!(snapshot.channel(1).unwrap().weight, u32::MAX);
}

#[test]
fn upstream_keys_do_not_show_in_debug_prints() {
    let snapshot = snapshot(&[channel(1, json!({"keys": ["sk-very-secret"]}))]);
    assert_eq!(snapshot.channel(1).unwrap().key(0), Some("sk-very-secret"));
    assert!(!format!("{snapshot:?}").contains("very-secret"));
}

#[test]
fn a_sheet_is_found_by_exact_then_normalised_name_and_price_wins_over_ratio() {
    let mut document = document(&[]);
    document["prices"]["model_ratio"]["gpt-4o-gizmo-g-1"] = json!("9");
    document["prices"]["model_ratio"]["dall-e-3"] = json!("5");
    let snapshot = snapshot_of(&document);
    let ratio = |model: &str| {
        let one = weirgate_policy::Ratio::ONE;
        snapshot.sheet(model).map(|sheet| {
            let stamp = sheet.stamp(one, None);
            (
                stamp.model_ratio.to_string(),
                stamp.model_price.map(|price| price.to_string()),
            )
        })
    };
    assert_eq!(ratio("gpt-4o-gizmo-g-1"), Some(("9".to_owned(), None)));
    assert_eq!(ratio("gpt-4o-gizmo-g-2"), Some(("2.5".to_owned(), None)));
    assert_eq!(
        ratio("dall-e-3"),
        Some(("0".to_owned(), Some("0.04".to_owned())))
    );
    assert_eq!(ratio("unheard-of"), None);
}

#[test]
fn a_model_without_a_price_is_refused_unless_somebody_accepts_it() {
    let strict = snapshot(&[]);
    let refusal = strict.sheet_or_fallback("x", false).unwrap_err();
    assert_eq!(
        refusal,
        Refusal::PriceUnset {
            model: "x".to_owned()
        }
    );
    assert_eq!(
        (refusal.status(), refusal.code()),
        (400, "model_price_error")
    );
    assert!(!refusal.is_before_relay());
    let stamp = |snapshot: &Snapshot, accepts| {
        snapshot
            .sheet_or_fallback("x", accepts)
            .unwrap()
            .stamp(weirgate_policy::Ratio::ONE, None)
    };
    assert_eq!(stamp(&strict, true).model_ratio.to_string(), "37.5");
    for option in [
        json!({"self_use_mode": true}),
        json!({"unset_model_price": "fallback"}),
    ] {
        let mut document = document(&[]);
        document["options"] = option;
        assert!(stamp(&snapshot_of(&document), false).unset_price);
    }
}

#[test]
fn model_lists_are_sorted_priced_and_cut_to_the_key() {
    let snapshot = snapshot(&[
        channel(
            1,
            json!({"models": ["gpt-4o", "unpriced", "dall-e-3", "gpt-4o-gizmo-*"]}),
        ),
        channel(2, json!({"models": ["secret"], "groups": ["lab"]})),
        channel(
            3,
            json!({"models": ["gpt-4o"], "groups": ["vip"], "status": 2}),
        ),
    ]);
    let list = |key_changes: Value, user_changes: Value| {
        let (key, user) = (key(key_changes), user(user_changes));
        let caller = caller_of(&key, &user, &snapshot);
        models_for(&caller, &key, &snapshot)
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let all = ["dall-e-3", "gpt-4o", "gpt-4o-gizmo-*"];
    assert_eq!(list(json!({}), json!({})), all);
    assert_eq!(list(json!({"group": "auto"}), json!({})), all);
    assert_eq!(
        list(json!({}), json!({"accept_unset_price": true})),
        ["dall-e-3", "gpt-4o", "gpt-4o-gizmo-*", "unpriced"]
    );
    let limited = json!({"model_limits_enabled": true, "model_limits": ["gpt-4o", "absent"]});
    assert_eq!(list(limited, json!({})), ["gpt-4o"]);
    assert!(list(json!({"group": "vip"}), json!({})).is_empty());
    assert_eq!(models_for_group("default", &snapshot).len(), 3);
    assert!(models_for_group("lab", &snapshot).is_empty());
}

fn all_refusals() -> Vec<(u16, Refusal)> {
    let (group, model) = (|| "g".into(), || "m".to_owned());
    let invalid = Refusal::RequestInvalid {
        message: model(),
        param: None,
    };
    vec![
        (401, Refusal::KeyMissing),
        (401, Refusal::KeyUnknown),
        (401, Refusal::KeyDisabled),
        (401, Refusal::KeyExpired),
        (401, Refusal::KeyExhausted),
        (403, Refusal::AddressNotAllowed),
        (403, Refusal::AddressUnknown),
        (403, Refusal::UserDisabled),
        (
            403,
            Refusal::GroupNotUsable {
                group: group(),
                usable: vec![],
            },
        ),
        (403, Refusal::GroupDeprecated { group: group() }),
        (403, Refusal::PinNotAdmin),
        (400, Refusal::PinUnknown),
        (403, Refusal::PinDisabled),
        (400, Refusal::ModelMissing),
        (403, Refusal::ModelLimitsEmpty),
        (403, Refusal::ModelNotAllowed { model: model() }),
        (
            503,
            Refusal::NoChannel {
                group: group(),
                model: model(),
            },
        ),
        (
            503,
            Refusal::AllChannelsOpen {
                group: group(),
                model: model(),
            },
        ),
        (
            400,
            Refusal::EndpointNotServed {
                group: group(),
                model: model(),
            },
        ),
        (500, Refusal::NoChannelKey),
        (500, Refusal::ModelMapping { model: model() }),
        (400, Refusal::PriceUnset { model: model() }),
        (403, Refusal::WalletTooSmall),
        (403, Refusal::KeyTooSmall),
        (413, Refusal::BodyTooLarge),
        (400, invalid),
        (503, Refusal::LedgerUnavailable),
        (503, Refusal::Draining),
    ]
}

#[test]
fn every_refusal_has_an_error_status_and_a_reason_of_its_own() {
    let all = all_refusals();
    for (status, refusal) in &all {
        assert_eq!(refusal.body().status, *status, "{refusal:?}");
        assert!(!refusal.body().message.is_empty());
        assert!(*status == 503 || refusal.retry_after_s().is_none());
    }
    let mut reasons: Vec<_> = all.iter().map(|(_, refusal)| refusal.reason()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    assert_eq!(reasons.len(), all.len());
}

#[test]
fn refusals_of_the_relay_stage_carry_the_familys_codes() {
    let coded: Vec<&str> = all_refusals()
        .iter()
        .map(|(_, refusal)| refusal.code())
        .filter(|code| !code.is_empty())
        .collect();
    let expected = [
        "access_denied",
        "access_denied",
        "model_not_found",
        "model_not_found",
        "convert_request_failed",
        "channel:no_available_key",
        "channel:model_mapped_error",
        "model_price_error",
        "insufficient_user_quota",
        "pre_consume_token_quota_failed",
        "read_request_body_failed",
        "invalid_request",
        "ledger_unavailable",
        "gateway_draining",
    ];
    assert_eq!(coded, expected);
}

proptest! {
    #[test]
    fn a_damaged_document_is_refused_or_read_but_never_a_panic(
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let whole = document(&[channel(1, json!({"keys": ["a", "b"]})), channel(2, json!({}))]);
        let mut bytes = serde_json::to_vec(&whole).unwrap();
        for (place, byte) in places {
            *place.get_mut(&mut bytes) = byte;
        }
        if let Err(error) = Snapshot::from_json(&bytes) {
            prop_assert!(!error.message.is_empty());
        }
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(Snapshot::from_json(&bytes).is_err());
    }

    #[test]
    fn a_key_text_loses_nothing_but_its_prefix(text in "(sk-)?[ -~]{0,60}") {
        let parsed = weirgate_policy::parse_key_text(&text);
        prop_assert!(text.trim().ends_with(parsed.full));
        if let Some((key, pin)) = parsed.split {
            prop_assert_eq!(format!("{key}-{pin}"), parsed.full);
        }
    }
}
