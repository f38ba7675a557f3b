//! Limits over real sockets: who is refused and how, which channel is passed over, and that nothing is taken for ever.

use http::Method;
use serde_json::{Value, json};

use crate::support::*;

/// One key with these limits in front of an upstream that always answers.
fn limited_key(limits: Value) -> (Upstream, Node) {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let mut setup = Setup::new(vec![channel(1, &upstream.url())]);
    setup.keys[0]["limits"] = limits;
    let node = setup.start();
    (upstream, node)
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let value = answer.headers.get(name);
    value.and_then(|value| value.to_str().ok()).unwrap_or("")
}

async fn statuses(node: &Node, calls: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..calls {
        statuses.push(node.client().chat(CHAT).await.status);
    }
    statuses
}

#[tokio::test]
async fn a_keys_requests_a_minute_are_counted_told_and_refused_in_the_familys_words() {
    let (upstream, node) =
        limited_key(json!({"requests_per_minute": 2, "tokens_per_minute": 9000}));
    let client = node.client();

    let first = client.chat(CHAT).await;
    assert_eq!(first.status, 200);
    assert_eq!(header(&first, "x-ratelimit-limit-requests"), "2");
    assert_eq!(header(&first, "x-ratelimit-remaining-requests"), "1");
    assert_eq!(header(&first, "x-ratelimit-limit-tokens"), "9000");
    assert!(header(&first, "x-ratelimit-reset-requests").ends_with('s'));
    assert_eq!(client.chat(CHAT).await.status, 200);

    // Decided before the body is read: this one is none.
    let refused = client.chat("no JSON at all").await;
    assert_eq!(refused.status, 429);
    let error = &refused.json()["error"];
    assert_eq!(error["code"], "rate_limit_exceeded");
    assert_eq!(error["type"], "new_api_error");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("requests_per_minute of the key (2)"),
        "{message}"
    );
    let wait_s: u32 = header(&refused, "retry-after").parse().unwrap();
    assert!((1..=61).contains(&wait_s));
    assert_eq!(header(&refused, "x-ratelimit-remaining-requests"), "0");

    let path = "/v1/messages";
    let body = CHAT.replace("\"messages\"", "\"max_tokens\":9,\"messages\"");
    let refused = client.whole(client.request(Method::POST, path, body)).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.json()["type"], "error");
    assert_eq!(header(&refused, "anthropic-ratelimit-requests-limit"), "2");
    assert!(header(&refused, "anthropic-ratelimit-requests-reset").ends_with('Z'));
    assert_eq!(header(&refused, "x-ratelimit-limit-requests"), "");
    assert_eq!(upstream.count(), 2);
    let metrics = node.gateway.metrics();
    let line = r#"weirgate_limited_total{scope="key",limit="requests_per_minute"} 2"#;
    assert!(metrics.contains(line), "{metrics}");
}

#[tokio::test]
async fn headers_can_be_switched_off_and_nothing_is_said_without_limits() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let mut setup = Setup::new(vec![channel(1, &upstream.url())]);
    setup.keys[0]["limits"] = json!({"requests_per_minute": 9});
    let node = setup.options(json!({"rate_limit_headers": false})).start();
    let answer = node.client().chat(CHAT).await;
    assert_eq!(header(&answer, "x-ratelimit-limit-requests"), "");

    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let answer = node.client().chat(CHAT).await;
    assert_eq!(header(&answer, "x-ratelimit-limit-requests"), "");
    assert!(node.gateway.metrics().contains("weirgate_limit_meters 0"));
}

#[tokio::test]
async fn tokens_are_taken_by_estimate_and_put_right_by_the_usage() {
    // The estimate: the body's bytes / 4 and 100 output tokens. The answer's usage: 10 tokens.
    let estimate = CHAT.len().div_ceil(4) + 100;
    let (_upstream, node) = limited_key(json!({"tokens_per_minute": estimate + 20}));
    assert_eq!(
        statuses(&node, 2).await,
        [200, 200],
        "most of the estimate came back"
    );
    node.wait_for_no_hold().await;
    let refused = node.client().chat(CHAT).await;
    let used = node
        .rows(2)
        .await
        .iter()
        .map(|row| row.prompt + row.completion)
        .sum::<i64>();
    assert_eq!(refused.status, 429, "{used} are used");
    assert_eq!(
        header(&refused, "x-ratelimit-remaining-tokens"),
        (i64::try_from(estimate).unwrap() + 20 - used).to_string()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_at_once_pass_neither_a_budget_nor_a_number_and_give_both_back() {
    for (limits, admitted, code) in [
        (json!({"concurrency": 3}), 3, "rate_limit_exceeded"),
        (json!({"spend_per_day": 0}), 5, "budget_exceeded"),
    ] {
        let (open, upstream) = crate::money::gated_upstream();
        let body = CHAT.replace("\"messages\"", "\"stream\":true,\"messages\"");
        let hold = i64::try_from(body.len().div_ceil(4)).unwrap() + 200;
        let mut limits = limits;
        if !limits["spend_per_day"].is_null() {
            limits["spend_per_day"] = json!(hold * admitted + hold / 2);
        }
        let mut setup = Setup::new(vec![channel(1, &upstream.url())]);
        setup.users[0]["limits"] = limits;
        let node = setup.start();
        let calls: Vec<_> = (0..40)
            .map(|_| {
                let (client, body) = (node.client(), body.clone());
                tokio::spawn(async move { client.chat(body).await })
            })
            .collect();
        upstream
            .wait_for_calls(usize::try_from(admitted).unwrap())
            .await;
        let (mut refused, mut waiting) = (0, calls);
        let deadline = tokio::time::Instant::now() + LONG;
        while refused < 40 - admitted {
            assert!(tokio::time::Instant::now() < deadline, "{refused} refused");
            let (done, rest): (Vec<_>, Vec<_>) = waiting
                .into_iter()
                .partition(tokio::task::JoinHandle::is_finished);
            waiting = rest;
            for call in done {
                let answer = call.await.unwrap();
                assert_eq!(
                    (answer.status, &answer.json()["error"]["code"]),
                    (429, &json!(code))
                );
                refused += 1;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(upstream.count(), usize::try_from(admitted).unwrap());
        open.send(true).unwrap();
        for call in waiting {
            assert_eq!(call.await.unwrap().status, 200);
        }
        node.wait_for_no_hold().await;
        assert_eq!(
            node.client().chat(body).await.status,
            200,
            "all was given back"
        );
    }
}

#[tokio::test]
async fn what_was_spent_before_the_start_counts_against_a_budget() {
    let (_upstream, node) =
        limited_key(json!({"spend_per_month": 100_000, "time_zone": "Asia/Tokyo"}));
    let missing: Value = serde_json::from_slice(&node.gateway.missing_spent()).unwrap();
    let mut missing = missing.as_array().unwrap().clone();
    assert_eq!(
        (missing.len(), &missing[0]["scope"], &missing[0]["id"]),
        (1, &json!("key"), &json!(1))
    );
    assert_eq!(statuses(&node, 1).await, [200]);
    missing[0]["requests"] = json!(3);
    missing[0]["spent"] = json!([0, 0, 99_950]);
    let document = serde_json::to_vec(&missing).unwrap();
    node.gateway.load_spent(&document).unwrap();
    node.gateway.load_spent(&document).unwrap();
    assert_eq!(node.gateway.missing_spent(), b"[]");
    let refused = node.client().chat(CHAT).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.json()["error"]["code"], "budget_exceeded");
    assert!(header(&refused, "retry-after").parse::<u32>().unwrap() <= 31 * 86_400);
}

#[tokio::test]
async fn full_channels_and_keys_are_passed_over_until_none_is_left() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let mut better = channel(1, &upstream.url());
    better["priority"] = json!(10);
    let mut worse = channel(2, &upstream.url());
    worse["keys"] = json!(["sk-a", "sk-b"]);
    let setup = Setup::new(vec![better, worse]).limits(json!({
        "channels": {"1": {"requests_per_minute": 2}},
        "channel_keys": {"2": {"0": {"requests_per_minute": 1}, "1": {"requests_per_minute": 1}}},
    }));
    let node = setup.start();
    assert_eq!(statuses(&node, 4).await, [200; 4]);
    let refused = node.client().chat(CHAT).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.json()["error"]["code"], "rate_limit_exceeded");
    assert_eq!(header(&refused, "retry-after"), "1");
    let rows = node.rows(4).await;
    let tried = rows.iter().map(|row| {
        assert_eq!(row.attempts.len(), 1, "a full channel is not an attempt");
        (row.attempts[0].channel_id, row.attempts[0].key_index)
    });
    let mut tried: Vec<_> = tried.collect();
    tried[2..].sort_unstable();
    assert_eq!(tried, [(1, 0), (1, 0), (2, 0), (2, 1)]);
}

#[tokio::test]
async fn groups_and_models_are_limited_for_all_callers_together() {
    for limits in [
        json!({"groups": {"default": {"requests_per_minute": 2}}}),
        json!({"models": {"gpt-4o": {"requests_per_day": 2}}}),
    ] {
        let upstream = Upstream::start(|_| Reply::json(REPLY));
        let node = Setup::new(vec![channel(1, &upstream.url())])
            .limits(limits)
            .start();
        assert_eq!(statuses(&node, 3).await, [200, 200, 429]);
        assert_eq!(node.status()["open_holds"].as_u64().unwrap_or(0), 0);
    }
}

#[tokio::test]
async fn the_familys_limits_take_a_failure_back_from_the_successes_only() {
    let upstream = Upstream::start(|seen| {
        if seen.body.windows(4).any(|word| word == b"fail") {
            return Reply::with(400, "application/json", r#"{"error":{"message":"no"}}"#);
        }
        Reply::json(REPLY)
    });
    let rules = json!({"model_requests": {"window_ms": 60_000, "total": 5, "success": 2}});
    let node = Setup::new(vec![channel(1, &upstream.url())])
        .limits(rules)
        .start();
    let fails = CHAT.replace("Say", "fail");
    let client = node.client();
    for _ in 0..2 {
        assert_eq!(client.chat(fails.clone()).await.status, 400);
    }
    assert_eq!(statuses(&node, 3).await, [200, 200, 429]);
    let refused = client.chat(CHAT).await;
    let message = refused.json()["error"]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(message.contains("model_successes"), "{message}");
}
