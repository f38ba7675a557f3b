//! Streams that state a usage at their beginning and break off: what was delivered is charged all
//! the same, never only what had been stated by then.

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use serde_json::json;
use weirgate_relay::journal::{EndReason, UsageRow, UsageSource};

use crate::support::*;

/// States 1 output token, as every message of this family does at its start.
const START: &str = r#"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"gpt-4o","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":40,"cache_read_input_tokens":60,"output_tokens":1}}}"#;
const BLOCK: &str =
    r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#;
const LAST: &str = r#"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}"#;
const STOP: &str = r#"{"type":"message_stop"}"#;

/// Seven words of one token each.
const WORDS: &str = "one two three four five six seven";

fn event(kind: &str, data: &str) -> Bytes {
    Bytes::from(format!("event: {kind}\ndata: {data}\n\n"))
}

fn words() -> Bytes {
    let data = json!({
        "type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": WORDS}
    });
    event("content_block_delta", &data.to_string())
}

fn beginning() -> Vec<Bytes> {
    vec![
        event("message_start", START),
        event("content_block_start", BLOCK),
        words(),
    ]
}

fn messages(node: &Node) -> Request<Full<Bytes>> {
    let body = json!({
        "model": "gpt-4o", "max_tokens": 100, "stream": true,
        "messages": [{"role": "user", "content": "Count."}]
    });
    node.client()
        .request(Method::POST, "/v1/messages", body.to_string())
}

fn setup(upstream: &Upstream) -> Setup {
    let mut row = channel(1, &upstream.url());
    row["type"] = json!(14);
    Setup::new(vec![row])
}

fn anthropic(upstream: &Upstream) -> Node {
    setup(upstream).start()
}

async fn row_after(node: &Node) -> UsageRow {
    node.wait_for_no_hold().await;
    node.only_row().await
}

fn is_raised(row: &UsageRow, node: &Node) {
    assert_eq!(row.usage_source, UsageSource::Estimate);
    assert_eq!(
        (row.prompt, row.cached_read, row.completion),
        (100, 60, 7),
        "the prompt as stated, the answer as delivered"
    );
    assert_ne!(row.quota, 0);
    assert_eq!(node.account()["free"], PLENTY - row.quota);
}

#[tokio::test]
async fn a_client_that_leaves_pays_for_more_than_the_start_has_stated() {
    let (feeds, mut opened) = tokio::sync::mpsc::channel(1);
    let upstream = Upstream::start(move |_| {
        let (feed, reply) = Reply::events();
        feeds.try_send(feed).expect("room for a feed");
        reply
    });
    let node = anthropic(&upstream);
    let request = messages(&node);
    let call = tokio::spawn({
        let client = node.client();
        async move { client.send(request).await }
    });
    let feed = opened.recv().await.unwrap();
    feed.send(Ok(beginning().concat().into())).await.unwrap();
    let mut answer = call.await.unwrap();
    assert_eq!(next(answer.body_mut()).await.unwrap(), beginning().concat());

    drop(answer);
    upstream.wait_for_gone(1).await;

    let row = row_after(&node).await;
    assert_eq!(row.end_reason, EndReason::ClientGoneMidstream);
    is_raised(&row, &node);
}

#[tokio::test]
async fn a_stream_that_stops_early_costs_more_than_its_start_has_stated() {
    let upstream = Upstream::start(|_| Reply::event_list(beginning()));
    let node = anthropic(&upstream);

    let answer = node.client().whole(messages(&node)).await;

    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(text.contains("ended the stream before its end"), "{text}");
    let row = row_after(&node).await;
    assert_eq!(row.end_reason, EndReason::UpstreamEof);
    is_raised(&row, &node);
}

#[tokio::test]
async fn a_translated_stream_that_stops_early_is_counted_as_well() {
    let upstream = Upstream::start(|_| Reply::event_list(beginning()));
    let node = anthropic(&upstream);

    node.client().chat(CHAT_STREAM).await;

    let row = row_after(&node).await;
    assert_eq!(row.end_reason, EndReason::UpstreamEof);
    is_raised(&row, &node);
}

#[tokio::test]
async fn a_stream_that_is_cut_for_want_of_money_costs_what_it_delivered() {
    let upstream = Upstream::start(|_| {
        let (feed, reply) = Reply::events();
        tokio::spawn(async move {
            let start = Ok(beginning().concat().into());
            let mut is_read = feed.send(start).await.is_ok();
            while is_read {
                is_read = feed.send(Ok(words())).await.is_ok();
            }
        });
        reply
    });
    let mut setup = setup(&upstream);
    setup.balances =
        json!({"last_entry": 0, "users": [[1, 2_000]], "keys": [[1, 1, PLENTY, false]]});
    let node = setup.start();

    let answer = node.client().whole(messages(&node)).await;

    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(text.contains("quota is not enough"), "{text}");
    let delivered = i64::try_from(text.matches("one two").count()).unwrap();
    let row = row_after(&node).await;
    assert_eq!(row.end_reason, EndReason::QuotaExhaustedMidstream);
    assert_eq!(row.usage_source, UsageSource::Estimate);
    assert!(
        (delivered * 6..=delivered * 8).contains(&row.completion),
        "{} tokens for {delivered} times seven words",
        row.completion
    );
    upstream.wait_for_gone(1).await;
}

#[tokio::test]
async fn a_stream_that_has_come_to_its_end_is_charged_as_stated() {
    let upstream = Upstream::start(|_| {
        let mut events = beginning();
        events.push(event("message_delta", LAST));
        events.push(event("message_stop", STOP));
        Reply::event_list(events)
    });
    let node = anthropic(&upstream);

    node.client().whole(messages(&node)).await;

    let row = row_after(&node).await;
    assert_eq!(
        (row.end_reason, row.usage_source, row.completion),
        (EndReason::Completed, UsageSource::Provider, 2),
        "the provider's last word stands even below our count"
    );
}
