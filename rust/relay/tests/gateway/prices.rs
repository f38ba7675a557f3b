//! Prices that ask the call: by expression and tier, from admission to the row.

use http::{HeaderValue, Method};
use serde_json::{Value, json};
use weirgate_relay::journal::FLAG_COST_UNKNOWN;

use crate::support::*;

const TIERED: &str = "len <= 20 ? tier(\"short\", p * 2 + cr * 1 + c * 8) : tier(\"long\", p * 4 + c * 16) \
    ||| param(\"service_tier\") == \"fast\" ? 3 : 1 ||| has(header(\"anthropic-beta\"), \"turbo\") ? 2 : 1";

fn answer() -> Reply {
    Reply::json(
        r#"{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":18,"completion_tokens":9,"prompt_tokens_details":{"cached_tokens":8}}}"#,
    )
}

const SEARCHED: &str = r#"{"id":"resp_1","object":"response","status":"completed","tools":[{"type":"web_search"}],
    "output":[{"type":"web_search_call","status":"completed","action":{"type":"search","query":"q"}},
    {"type":"web_search_call","status":"completed","action":{"type":"search","query":"q"}},
    {"type":"message","status":"completed","content":[{"type":"output_text","text":"x"}]}],
    "usage":{"input_tokens":100,"output_tokens":10}}"#;

fn tool_node(upstream: &Upstream) -> Node {
    let mut row = channel(1, &upstream.url());
    row["models"] = json!(["m"]);
    Setup::new(vec![row])
        .prices(json!({
            "model_ratio": {"m": "1"}, "completion_ratio": {"m": "2"},
            "tool_price": {"web_search": "10", "web_search:m*": "20", "file_search": "2.5"},
        }))
        .start()
}

/// 100 + 2 × 10 for the tokens, and 2 searches at 20 USD a thousand.
const SEARCHED_QUOTA: i64 = 120 + 20_000;

#[tokio::test]
async fn calls_of_a_providers_tools_are_charged_in_whole_answers_and_in_streams() {
    let body = SEARCHED.replace('\n', "");
    let event = format!(r#"{{"type":"response.completed","response":{body}}}"#);
    let upstream = Upstream::start(move |request| {
        if String::from_utf8_lossy(&request.body).contains(r#""stream":true"#) {
            Reply::event_list(vec![format!("data: {event}\n\n").into()])
        } else {
            Reply::json(body.clone())
        }
    });
    for stream in [false, true] {
        let node = tool_node(&upstream);
        let request = format!(r#"{{"model":"m","stream":{stream},"input":"find it"}}"#);
        let request = node
            .client()
            .request(Method::POST, "/v1/responses", request);
        let answer = node.client().whole(request).await;

        assert_eq!(answer.status, 200, "{answer:?}");
        let row = node.only_row().await;
        assert_eq!(
            (row.quota, row.quota_list),
            (SEARCHED_QUOTA, SEARCHED_QUOTA)
        );
        let stamp: Value = serde_json::from_str(&row.price).unwrap();
        assert_eq!(
            stamp["tools"],
            json!({"web_search": {"calls": 2, "price": "20"}})
        );
        node.wait_for_no_hold().await;
    }
}

#[tokio::test]
async fn a_channels_own_costs_stand_on_the_row_and_its_own_factor_makes_the_price() {
    let upstream = Upstream::start(|_| answer());
    let mut row = channel(1, &upstream.url());
    row["models"] = json!(["m", "n"]);
    row["model_mapping"] = json!({"m": "up"});
    // 10 plain and 8 cached tokens in, 9 out: 10 × 1 + 8 × 0.5 + 9 × 2 = 32 millionths of a USD.
    row["prices"] = json!({
        "costs": {"up": {"input": "1", "cache_read": "0.5", "output": "2"}},
        "group_ratio": {"default": "3"},
        "model_group_ratio": {"n": {"default": "0.5"}},
    });
    let prices =
        json!({"model_ratio": {"m": "1", "n": "1"}, "completion_ratio": {"m": "1", "n": "1"}});
    let expected = [("m", 81, 16, true), ("n", 14, 0, false)];
    for (model, quota, cost, is_known) in expected {
        let node = Setup::new(vec![row.clone()]).prices(prices.clone()).start();
        let body = format!(r#"{{"model":"{model}","messages":[{{"role":"user","content":"x"}}]}}"#);
        assert_eq!(node.client().chat(body).await.status, 200);
        let row = node.only_row().await;
        assert_eq!(
            (row.quota_list, row.quota, row.quota_cost),
            (27, quota, cost)
        );
        assert_eq!(row.flags & FLAG_COST_UNKNOWN == 0, is_known);
        let stamp: Value = serde_json::from_str(&row.price).unwrap();
        assert_eq!(stamp.get("cost_known").is_some(), is_known);
        node.wait_for_no_hold().await;
    }
}

fn start(upstream: &Upstream, expression: &str) -> Node {
    let mut row = channel(1, &upstream.url());
    row["models"] = json!(["tiered"]);
    Setup::new(vec![row])
        .prices(json!({"expression": {"tiered": expression}}))
        .start()
}

#[tokio::test]
async fn a_price_by_expression_is_held_and_charged_by_what_the_request_says() {
    let upstream = Upstream::start(|_| answer());
    let node = start(&upstream, TIERED);
    let body = r#"{"model":"tiered","max_tokens":10,"service_tier":"fast","messages":[{"role":"user","content":"x"}]}"#;

    let mut request = node
        .client()
        .request(Method::POST, "/v1/chat/completions", body);
    let beta = HeaderValue::from_static("turbo-2026");
    request.headers_mut().insert("anthropic-beta", beta);
    let answer = node.client().whole(request).await;

    assert_eq!(answer.status, 200, "{answer:?}");
    let row = node.only_row().await;
    // (10 × 2 + 8 × 1 + 9 × 8) millionths of a USD, × 3 × 2, half a quota each.
    assert_eq!((row.quota, row.quota_list), (300, 300));
    let prompt = i64::try_from(body.len().div_ceil(4)).unwrap();
    let by_tier = if prompt <= 20 { (2, 8) } else { (4, 16) };
    assert_eq!(row.hold, (prompt * by_tier.0 + 10 * by_tier.1) * 3);
    let stamp: Value = serde_json::from_str(&row.price).unwrap();
    assert_eq!(stamp["quota_type"], "expression");
    assert_eq!(
        (&stamp["expression"], &stamp["matched_tier"]),
        (&json!(TIERED), &json!("short"))
    );
    node.wait_for_no_hold().await;
}

#[tokio::test]
async fn a_price_that_needs_what_a_request_has_not_refuses_before_the_upstream_is_called() {
    let upstream = Upstream::start(|_| answer());
    let node = start(&upstream, "param(\"n\") * 1000");

    let answer = node
        .client()
        .chat(r#"{"model":"tiered","messages":[{"role":"user","content":"x"}]}"#)
        .await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(upstream.count(), 0);

    let answer = node
        .client()
        .chat(r#"{"model":"tiered","n":2,"messages":[{"role":"user","content":"x"}]}"#)
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(node.only_row().await.quota, 1_000);
}
