//! Whether a failed attempt goes on, rule by rule.

use serde_json::json;
use weirgate_policy::retry::{Failure, FailureKind, Verdict, verdict};
use weirgate_policy::{Options, StatusRanges};

fn options(changes: serde_json::Value) -> Options {
    serde_json::from_value(changes).unwrap()
}

fn status(status: u16) -> Failure {
    Failure {
        status: Some(status),
        kind: FailureKind::Status,
    }
}

fn kind(kind: FailureKind) -> Failure {
    Failure { status: None, kind }
}

#[test]
fn each_status_follows_the_familys_table() {
    let options = options(json!({}));
    let again = [
        100, 199, 300, 399, 401, 403, 404, 407, 409, 429, 499, 500, 502, 503, 505, 523, 525, 529,
        599,
    ];
    let never = [200, 204, 299, 400, 408, 504, 524];
    let senseless = [0, 99, 600, 999];
    for code in again.into_iter().chain(senseless) {
        assert_eq!(
            verdict(&status(code), 1, false, &options),
            Verdict::Next,
            "{code}"
        );
    }
    for code in never {
        assert_eq!(
            verdict(&status(code), 1, false, &options),
            Verdict::Stop,
            "{code}"
        );
    }
}

#[test]
fn each_kind_of_failure_has_its_verdict() {
    let options = options(json!({}));
    for (failure, expected) in [
        (kind(FailureKind::Connect), Verdict::Next),
        (kind(FailureKind::Timeout), Verdict::Next),
        (kind(FailureKind::Channel), Verdict::Next),
        (kind(FailureKind::Status), Verdict::Next),
        (kind(FailureKind::BadBody), Verdict::Stop),
        (kind(FailureKind::Local), Verdict::Stop),
        (
            Failure {
                status: Some(500),
                kind: FailureKind::Local,
            },
            Verdict::Stop,
        ),
        (
            Failure {
                status: Some(400),
                kind: FailureKind::Channel,
            },
            Verdict::Next,
        ),
    ] {
        assert_eq!(
            verdict(&failure, 1, false, &options),
            expected,
            "{failure:?}"
        );
    }
}

#[test]
fn a_pinned_request_is_never_tried_again() {
    let options = options(json!({}));
    for failure in [
        status(500),
        kind(FailureKind::Connect),
        kind(FailureKind::Channel),
    ] {
        assert_eq!(verdict(&failure, 1, true, &options), Verdict::Stop);
    }
}

#[test]
fn attempts_end_after_the_allowed_retries() {
    let three = options(json!({"retry_times": 3}));
    let verdicts: Vec<_> = (1..=5)
        .map(|made| verdict(&status(500), made, false, &three))
        .collect();
    assert_eq!(
        verdicts,
        [
            Verdict::Next,
            Verdict::Next,
            Verdict::Next,
            Verdict::Stop,
            Verdict::Stop
        ]
    );
    let none = options(json!({"retry_times": 0}));
    assert_eq!(
        verdict(&kind(FailureKind::Connect), 1, false, &none),
        Verdict::Stop
    );
}

#[test]
fn the_statuses_are_an_option_but_timeouts_of_gateways_stay_final() {
    let options = options(json!({"retry_status_codes": "400, 504,524"}));
    assert_eq!(verdict(&status(400), 1, false, &options), Verdict::Next);
    assert_eq!(verdict(&status(429), 1, false, &options), Verdict::Stop);
    assert_eq!(verdict(&status(504), 1, false, &options), Verdict::Stop);
    assert_eq!(verdict(&status(524), 1, false, &options), Verdict::Stop);
}

#[test]
fn the_default_ranges_are_the_familys_text() {
    let text = "100-199,300-399,401-407,409-499,500-503,505-523,525-599";
    assert_eq!(text.parse::<StatusRanges>(), Ok(StatusRanges::default()));
}

#[test]
fn what_is_no_list_of_statuses_is_refused() {
    for text in ["abc", "500-", "600", "99", "503-500", "500-600", "1-2-3"] {
        assert!(text.parse::<StatusRanges>().is_err(), "{text}");
    }
    assert!(
        "".parse::<StatusRanges>()
            .is_ok_and(|none| !none.contains(500))
    );
}
