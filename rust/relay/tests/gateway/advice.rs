//! What clients are told about another try: not after a final refusal, later after an overload, and a provider's own
//! limits to clients of its family.

use http::Method;
use serde_json::json;

use crate::support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn final_refusals_say_that_another_try_does_not_help() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let mut setup = Setup::new(vec![channel(1, &upstream.url())]);
    setup.balances = json!({"last_entry": 0, "users": [[1, 5]], "keys": [[1, 1, 5, false]]});
    let node = setup.start();
    let client = node.client();
    let dear = r#"{"model":"gpt-4o","max_tokens":900,"messages":[{"role":"user","content":"x"}]}"#;
    for (path, body, status) in [
        ("/v1/chat/completions", "{", 400),
        ("/v1/chat/completions", dear, 403),
        ("/v1/messages", dear, 403),
        ("/suno/submit/music", "[]", 400),
        ("/v1/video/generations", "{", 400),
    ] {
        let answer = client.whole(client.request(Method::POST, path, body)).await;
        assert_eq!(answer.status, status, "{path}: {:?}", answer.body);
        assert_eq!(answer.headers["x-should-retry"], "false", "{path}");
        assert!(!answer.headers.contains_key("retry-after"));
    }
    assert_eq!(upstream.count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overload_says_when_to_come_back() {
    let upstream = Upstream::start(|_| Reply::with(500, "application/json", "{}"));
    let node = Setup::new(vec![channel(1, &upstream.url())])
        .options(json!({"breaker": {"failures": 1}, "retry_times": 0}))
        .start();
    let client = node.client();
    let failed = client.chat(CHAT).await;
    assert_eq!(failed.status, 500);
    assert!(!failed.headers.contains_key("x-should-retry"));
    let answer = client.chat(CHAT).await;
    assert_eq!((answer.status, upstream.count()), (503, 1));
    let wait = answer.headers["retry-after"].to_str().unwrap();
    assert!(wait.parse::<u32>().unwrap() > 0);
    assert!(!answer.headers.contains_key("x-should-retry"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_providers_limits_reach_clients_of_its_family_alone() {
    let upstream = Upstream::start(|_| {
        let mut reply = Reply::json(REPLY);
        let limit = ("x-ratelimit-remaining-requests", "9".to_owned());
        reply
            .headers
            .extend([limit, ("x-request-id", "theirs".to_owned())]);
        reply
    });
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let client = node.client();
    let own = client.chat(CHAT).await;
    assert_eq!(own.headers["x-ratelimit-remaining-requests"], "9");
    assert_ne!(own.headers["x-request-id"], "theirs");
    let body = r#"{"model":"gpt-4o","max_tokens":9,"messages":[{"role":"user","content":"x"}]}"#;
    let asked = client.request(Method::POST, "/v1/messages", body);
    let crossed = client.whole(asked).await;
    assert_eq!(crossed.status, 200);
    assert!(
        !crossed
            .headers
            .contains_key("x-ratelimit-remaining-requests")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_providers_wait_is_read_as_a_date_and_in_googles_words() {
    let info = json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "36.2s"});
    let google = json!({"error": {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED",
        "details": [{"@type": "type.googleapis.com/google.rpc.Help"}, info]}});
    let passed = ("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT".to_owned());
    let far = ("retry-after", "Sat, 21 Nov 2122 07:28:00 GMT".to_owned());
    let rows = [
        (24, google.to_string(), None, 37..38),
        (24, json!([google]).to_string(), None, 37..38),
        (1, "{}".to_owned(), Some(passed), 0..1),
        (1, "{}".to_owned(), Some(far), 1_000_000_000..u32::MAX),
    ];
    for (channel_type, body, header, wanted) in rows {
        let upstream = Upstream::start(move |_| {
            let mut reply = Reply::with(429, "application/json", body.clone());
            reply.headers.extend(header.clone());
            reply
        });
        let mut row = channel(1, &upstream.url());
        row["type"] = json!(channel_type);
        let options = json!({"retry_times": 0});
        let node = Setup::new(vec![row]).options(options).start();
        let answer = node.client().chat(CHAT).await;
        assert_eq!(answer.status, 429, "{:?}", answer.body);
        let wait = answer.headers["retry-after"].to_str().unwrap();
        let wait: u32 = wait.parse().unwrap();
        assert!(wanted.contains(&wait), "{wait} of {wanted:?}");
    }
}

/// A stream that is an error from its first event on is an answer of that status, with the wait that the error names.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_inside_a_streams_error_is_said_too() {
    let info = json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "36.2s"});
    let error = json!({"error": {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED",
        "details": [info]}});
    let upstream = Upstream::start(move |_| {
        Reply::event_list(vec![bytes::Bytes::from(format!("data: {error}\n\n"))])
    });
    for (channel_type, path, body) in [
        (24, "/v1/chat/completions", CHAT_STREAM),
        (
            24,
            "/v1beta/models/gpt-4o:streamGenerateContent?alt=sse",
            r#"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#,
        ),
        (1, "/v1/chat/completions", CHAT_STREAM),
    ] {
        let mut row = channel(1, &upstream.url());
        row["type"] = json!(channel_type);
        let options = json!({"retry_times": 0, "breaker": {"failures": 1}});
        let node = Setup::new(vec![row]).options(options).start();
        let client = node.client();
        let answer = client.whole(client.request(Method::POST, path, body)).await;
        assert_eq!(answer.status, 429, "{path}: {:?}", answer.body);
        assert_eq!(answer.headers["retry-after"], "37", "{path}");
        // The channel is left alone as long as it asks to be.
        let calls = upstream.count();
        let next = client.whole(client.request(Method::POST, path, body)).await;
        assert_eq!((next.status, upstream.count()), (503, calls), "{path}");
    }
}
