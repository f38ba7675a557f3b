//! Providers that fail: who is asked next, what the row says, and when nobody is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use weirgate_relay::journal::EndReason;

use crate::support::*;

const BROKEN: &str =
    r#"{"error":{"message":"boom","type":"server_error","param":null,"code":"oops"}}"#;

/// Two channels; the first, of higher priority, is the one under test.
fn first_then(first: &str, second: &str) -> Vec<serde_json::Value> {
    let mut better = channel(1, first);
    better["priority"] = json!(10);
    vec![better, channel(2, second)]
}

async fn passes_over(first: &str, status: u16, code: &str) {
    let good = Upstream::start(|_| Reply::json(REPLY));
    let setup = Setup::new(first_then(first, &good.url()));
    let node = setup.options(json!({"header_timeout_ms": 150})).start();

    let answer = node.client().chat(CHAT).await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, REPLY);
    let row = node.only_row().await;
    let tried: Vec<_> = row
        .attempts
        .iter()
        .map(|attempt| attempt.channel_id)
        .collect();
    assert_eq!(tried, [1, 2]);
    assert_eq!(
        (row.attempts[0].status, row.attempts[0].error.as_str()),
        (status, code)
    );
    assert_eq!(
        (row.attempts[1].status, row.attempts[1].error.as_str()),
        (200, "")
    );
    assert_eq!((row.channel_id, row.quota, row.status), (2, 20, 200));
}

#[tokio::test]
async fn a_channel_that_answers_500_is_passed_over() {
    let bad = Upstream::start(|_| Reply::with(500, "application/json", BROKEN));
    passes_over(&bad.url(), 500, "status").await;
    assert_eq!(bad.count(), 1);
}

#[tokio::test]
async fn a_stream_or_an_answer_that_begins_with_an_error_is_passed_over() {
    let stream = || {
        let comment = ": WAITING\n\n".into();
        let error = format!("data: {BROKEN}\n\n").into();
        Reply::event_list(vec![comment, error])
    };
    let bad = Upstream::start(move |_| stream());
    passes_over(&bad.url(), 500, "error_in_stream").await;
    let bad = Upstream::start(|_| Reply::json(BROKEN));
    passes_over(&bad.url(), 500, "error_in_answer").await;
}

#[tokio::test]
async fn a_channel_whose_vendor_has_no_way_is_not_even_tried() {
    let good = Upstream::start(|_| Reply::json(REPLY));
    let mut rows = first_then(&good.url(), &good.url());
    rows[0]["type"] = json!(36);
    let node = Setup::new(rows).start();

    assert_eq!(node.client().chat(CHAT).await.status, 200);

    let row = node.only_row().await;
    assert_eq!((row.attempts.len(), row.channel_id), (1, 2));
}

#[tokio::test]
async fn a_call_that_no_vendor_has_a_way_for_is_refused_by_name() {
    let mut only = channel(1, "http://127.0.0.1:1");
    only["type"] = json!(36);
    let node = Setup::new(vec![only]).start();

    let answer = node.client().chat(CHAT).await;

    assert_eq!(answer.status, 400);
    let error = &answer.json()["error"];
    assert_eq!(error["code"], "convert_request_failed");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("serves this endpoint"), "{message}");
}

#[tokio::test]
async fn what_only_its_provider_can_open_is_not_crossed() {
    // A vendor of chat alone, Claude, Gemini.
    for kind in [43, 14, 24] {
        let mut only = channel(1, "http://127.0.0.1:1");
        only["type"] = json!(kind);
        let node = Setup::new(vec![only]).start();
        let client = node.client();
        let asked = r#"{"model":"gpt-4o","input":"hi"}"#;
        let request = client.request(http::Method::POST, "/v1/responses/compact", asked);
        let answer = client.whole(request).await;
        let error = &answer.json()["error"];
        assert_eq!(
            (answer.status, &error["code"]),
            (400, &json!("convert_request_failed")),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_channel_that_hangs_is_passed_over() {
    let bad = Upstream::start(|_| Reply::hang());
    passes_over(&bad.url(), 0, "header_timeout").await;
}

#[tokio::test]
async fn a_channel_that_refuses_the_connection_is_passed_over() {
    let url = format!("http://{}", Upstream::refusing());
    passes_over(&url, 0, "connect_failed").await;
}

#[tokio::test]
async fn a_stream_that_hangs_after_its_head_is_passed_over() {
    let (_feed, mut silent) = Reply::events();
    let silent = std::sync::Mutex::new(Some(std::mem::replace(&mut silent, Reply::hang())));
    let bad = Upstream::start(move |_| silent.lock().unwrap().take().unwrap_or_else(Reply::hang));
    let good =
        Upstream::start(|_| Reply::event_list(vec![delta("Hi"), finish(), usage(3, 1), DONE]));
    let setup = Setup::new(first_then(&bad.url(), &good.url()));
    let node = setup
        .options(json!({"first_token_timeout_ms": 150}))
        .start();

    let answer = node.client().chat(CHAT_STREAM).await;

    assert_eq!(
        answer.body,
        [delta("Hi"), finish(), usage(3, 1), DONE].concat()
    );
    let row = node.only_row().await;
    assert_eq!(row.attempts[0].error, "first_token_timeout");
    assert_eq!(row.channel_id, 2);
}

#[tokio::test]
async fn an_error_of_the_client_is_answered_at_once() {
    let body = r#"{"error":{"message":"bad tool","type":"invalid_request_error","param":"tools","code":"x"}}"#;
    let bad = Upstream::start(move |_| Reply::with(400, "application/json", body));
    let good = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(first_then(&bad.url(), &good.url())).start();

    let answer = node.client().chat(CHAT).await;

    assert_eq!(answer.status, 400);
    let error = &answer.json()["error"];
    assert_eq!(
        (&error["message"], &error["param"]),
        (&json!("bad tool"), &json!("tools"))
    );
    assert_eq!(good.count(), 0);
    let row = node.only_row().await;
    assert_eq!(
        (row.end_reason, row.quota, row.status),
        (EndReason::UpstreamError, 0, 400)
    );
    assert_eq!(node.account()["free"], PLENTY);
}

#[tokio::test]
async fn when_all_fail_the_last_answer_counts_and_nothing_is_charged() {
    let bad = Upstream::start(|_| Reply::with(500, "application/json", BROKEN));
    let worse = Upstream::start(|_| Reply::with(503, "text/html", "<html>down</html>"));
    let node = Setup::new(first_then(&bad.url(), &worse.url())).start();

    let answer = node.client().chat(CHAT).await;

    assert_eq!(answer.status, 503);
    assert_eq!(answer.json()["error"]["code"], "bad_response_status_code");
    let row = node.only_row().await;
    assert_eq!((row.attempts.len(), row.quota, row.status), (2, 0, 503));
    assert_eq!(node.account()["free"], PLENTY);
}

#[tokio::test]
async fn a_status_is_mapped_before_it_is_answered() {
    let bad = Upstream::start(|_| Reply::with(429, "application/json", BROKEN));
    let mut row = channel(1, &bad.url());
    row["status_code_mapping"] = json!({"429": "400"});
    let node = Setup::new(vec![row]).start();

    assert_eq!(node.client().chat(CHAT).await.status, 400);
}

#[tokio::test]
async fn a_channel_that_keeps_failing_is_left_alone_for_a_while() {
    let bad = Upstream::start(|_| Reply::with(500, "application/json", BROKEN));
    let good = Upstream::start(|_| Reply::json(REPLY));
    let setup = Setup::new(first_then(&bad.url(), &good.url()));
    let breaker = json!({"breaker": {"window": 5, "failures": 3, "open_ms": 600_000}});
    let node = setup.options(breaker).start();
    let client = node.client();

    for _ in 0..6 {
        assert_eq!(client.chat(CHAT).await.status, 200);
    }
    assert_eq!((bad.count(), good.count()), (3, 6));
    assert_eq!(node.status()["breakers_open"], 1);

    node.gateway.clear_breaker(1);
    client.chat(CHAT).await;
    assert_eq!(bad.count(), 4);
}

#[tokio::test]
async fn a_private_address_is_not_called_unless_it_is_allowed() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let setup = Setup::new(vec![channel(1, &upstream.url())]);
    let node = setup
        .options(json!({"allow_private_upstreams": false}))
        .start();

    let answer = node.client().chat(CHAT).await;

    assert_eq!(answer.status, 500);
    assert_eq!(upstream.count(), 0);
    assert_eq!(node.only_row().await.attempts[0].error, "forbidden_address");
}

#[tokio::test]
async fn a_name_that_resolves_to_a_private_address_is_not_called_either() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let url = format!("http://localhost:{}", upstream.address.port());
    let node = Setup::new(vec![channel(1, &url)])
        .options(json!({"allow_private_upstreams": false}))
        .start();

    assert_eq!(node.client().chat(CHAT).await.status, 500);
    assert_eq!(upstream.count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weights_of_3_to_1_share_10_000_calls_within_2_points() {
    const CALLS: usize = 10_000;
    let heavy = Upstream::start(|_| Reply::json(REPLY));
    let light = Upstream::start(|_| Reply::json(REPLY));
    let mut first = channel(1, &heavy.url());
    first["weight"] = json!(3);
    let node = Setup::new(vec![first, channel(2, &light.url())]).start();
    let left = Arc::new(AtomicUsize::new(CALLS));

    let callers = (0..16).map(|_| {
        let (client, left) = (node.client(), Arc::clone(&left));
        tokio::spawn(async move {
            let take = |left: usize| left.checked_sub(1);
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok()
            {
                assert_eq!(client.chat(CHAT).await.status, 200);
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }

    let share = heavy.count() * 10_000 / CALLS;
    assert_eq!(heavy.count() + light.count(), CALLS);
    assert!((7_300..=7_700).contains(&share), "{share} of 10,000");
    let charged = i64::try_from(CALLS).unwrap() * 20;
    assert_eq!(node.account()["free"], PLENTY - charged);
    assert_eq!(node.rows(CALLS).await.len(), CALLS);
}
