//! Calls that go well: what the client gets, what the provider got, and what it cost.

use crate::support::*;
use bytes::Bytes;
use http::Method;
use serde_json::json;
use weirgate_relay::journal::{EndReason, UsageSource};

#[tokio::test]
async fn a_call_passes_through_byte_by_byte_and_is_charged_once() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();

    let answer = node.client().chat(CHAT).await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, REPLY);
    let seen = upstream.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].path, "/v1/chat/completions");
    assert_eq!(seen[0].body, CHAT);
    assert_eq!(seen[0].headers["authorization"], "Bearer sk-upstream-1");
    let row = node.only_row().await;
    assert_eq!(row.end_reason, EndReason::Completed);
    assert_eq!(row.usage_source, UsageSource::Provider);
    assert_eq!((row.prompt, row.completion, row.quota), (10, 5, 20));
    assert_eq!(row.attempts.len(), 1);
    assert_eq!(node.account()["free"], PLENTY - 20);
    assert_eq!(node.account()["keys"]["1"], PLENTY - 20);
    assert_eq!(
        answer.headers["x-oneapi-request-id"]
            .to_str()
            .unwrap()
            .len(),
        32
    );
}

#[tokio::test]
async fn a_stream_passes_through_byte_by_byte_and_is_charged_once() {
    let pieces = vec![delta("Hel"), delta("lo"), finish(), usage(10, 5), DONE];
    let sent = pieces.concat();
    let upstream = Upstream::start(move |_| Reply::event_list(pieces.clone()));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();

    let answer = node.client().chat(CHAT_STREAM).await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, Bytes::from(sent));
    assert_eq!(
        answer.headers["content-type"],
        "text/event-stream; charset=utf-8"
            .split(';')
            .next()
            .unwrap()
    );
    assert_eq!(upstream.seen()[0].body, CHAT_STREAM);
    let row = node.only_row().await;
    assert_eq!(row.end_reason, EndReason::Completed);
    assert_eq!((row.prompt, row.completion, row.quota), (10, 5, 20));
    assert!(row.first_byte_ms >= row.started_ms);
}

#[tokio::test]
async fn usage_that_the_client_did_not_ask_for_is_asked_for_and_withheld() {
    let upstream =
        Upstream::start(|_| Reply::event_list(vec![delta("Hi"), finish(), usage(7, 2), DONE]));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let body = r#"{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Hi"}]}"#;

    let answer = node.client().chat(body).await;

    assert_eq!(
        answer.body,
        Bytes::from([delta("Hi"), finish(), DONE].concat())
    );
    let asked: serde_json::Value = serde_json::from_slice(&upstream.seen()[0].body).unwrap();
    assert_eq!(asked["stream_options"]["include_usage"], true);
    let row = node.only_row().await;
    assert_eq!((row.prompt, row.completion, row.quota), (7, 2, 11));
    assert_eq!(row.usage_source, UsageSource::Provider);
}

#[tokio::test]
async fn a_mapped_model_is_spliced_and_priced_by_the_name_asked_for() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let mut row = channel(1, &upstream.url());
    row["model_mapping"] = json!({"gpt-4o": "gpt-4o-2024-11-20"});
    let node = Setup::new(vec![row]).start();

    node.client().chat(CHAT).await;

    let expected = CHAT.replace("\"gpt-4o\"", "\"gpt-4o-2024-11-20\"");
    assert_eq!(upstream.seen()[0].body, expected);
    let row = node.only_row().await;
    assert_eq!(row.model, "gpt-4o");
    assert_eq!(row.upstream_model, "gpt-4o-2024-11-20");
    assert_eq!(row.quota, 20);
}

#[tokio::test]
async fn tokens_are_counted_here_for_channels_that_cannot_count() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let client = node.client();
    let said = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "one two"}]});
    let contents = json!({"contents": [{"role": "user", "parts": [{"text": "one two"}]}]});
    let calls = [
        ("/v1/messages/count_tokens", said, "input_tokens"),
        ("/v1beta/models/gpt-4o:countTokens", contents, "totalTokens"),
    ];

    for (path, body, field) in calls {
        let request = client.request(Method::POST, path, body.to_string());
        let answer = client.whole(request).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.json()[field].as_u64().unwrap() >= 2, "{path}");
    }

    assert_eq!(upstream.seen().len(), 0);
}
