//! What goes wrong at a provider × the client's family: status and shape of the answer, the row's end, the charge, one row.
//!
//! The provider speaks the client's own family, or another one; the table says what must come of each fault.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use weirgate_relay::journal::EndReason;

use crate::support::*;

/// A client family: its path and its call.
const CLIENTS: [(&str, &str); 4] = [
    (
        "/v1/chat/completions",
        r#"{"model":"gpt-4o","messages":[{"role":"user","content":"x"}]}"#,
    ),
    ("/v1/responses", r#"{"model":"gpt-4o","input":"x"}"#),
    (
        "/v1/messages",
        r#"{"model":"gpt-4o","max_tokens":9,"messages":[{"role":"user","content":"x"}]}"#,
    ),
    (
        "/v1beta/models/gpt-4o:generateContent",
        r#"{"contents":[{"role":"user","parts":[{"text":"x"}]}]}"#,
    ),
];

/// Upstream statuses and what the client sees.
const STATUSES: [(u16, u16); 11] = [
    (400, 400),
    (401, 401),
    (403, 403),
    (404, 404),
    (408, 408),
    (413, 413),
    (429, 429),
    (500, 500),
    (502, 502),
    (503, 503),
    (529, 529),
];

fn streamed(path: &str, body: &str) -> (String, String) {
    if path.contains(":generateContent") {
        let path = path.replace(":generateContent", ":streamGenerateContent?alt=sse");
        return (path, body.to_owned());
    }
    let mut call: Value = serde_json::from_str(body).unwrap();
    call["stream"] = json!(true);
    (path.to_owned(), call.to_string())
}

fn node_over(upstream: &Upstream) -> Node {
    let mut only = channel(1, &upstream.url());
    // A vendor of chat completions only, so that three of four clients are translated.
    only["type"] = json!(68);
    let options =
        json!({"retry_times": 0, "header_timeout_ms": 200, "first_token_timeout_ms": 200});
    Setup::new(vec![only]).options(options).start()
}

fn message_of(path: &str, answer: &Answer) -> String {
    let body = answer.json();
    if path.starts_with("/v1/messages") {
        assert_eq!(body["type"], "error", "{path}: {body}");
    }
    if path.starts_with("/v1beta") {
        assert!(body["error"]["status"].is_string(), "{path}: {body}");
    }
    body["error"]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_status_reaches_every_family_in_its_own_shape_and_costs_nothing() {
    for (status, expected) in STATUSES {
        let upstream = Upstream::start(move |_| {
            let body = r#"{"error":{"message":"told so","type":"some_error","code":"c"}}"#;
            let mut reply = Reply::with(status, "application/json", body);
            reply.headers.push(("retry-after", "7".to_owned()));
            reply
        });
        for (path, body) in CLIENTS {
            // A node of its own, since failures open the channel's breaker.
            let node = node_over(&upstream);
            let client = node.client();
            let answer = client.whole(client.request(Method::POST, path, body)).await;
            assert_eq!(answer.status, expected, "{path}");
            assert_eq!(answer.headers["retry-after"], "7", "{path}");
            assert!(message_of(path, &answer).contains("told so"), "{path}");
            let row = node.only_row().await;
            assert_eq!(
                (row.end_reason, row.quota),
                (EndReason::UpstreamError, 0),
                "{path}"
            );
            assert_eq!(row.attempts[0].status, status);
        }
    }
}

#[tokio::test]
async fn a_provider_that_hangs_is_a_504_in_every_family() {
    for hangs_after_head in [false, true] {
        let kept = std::sync::Mutex::new(Vec::new());
        let upstream = Upstream::start(move |_| {
            if hangs_after_head {
                let (feed, reply) = Reply::events();
                kept.lock().unwrap().push(feed);
                reply
            } else {
                Reply::hang()
            }
        });
        let node = node_over(&upstream);
        for (path, body) in CLIENTS {
            let (path, body) = streamed(path, body);
            let client = node.client();
            let answer = client
                .whole(client.request(Method::POST, &path, body))
                .await;
            assert_eq!(answer.status, 504, "{path}");
            message_of(&path, &answer);
        }
        let rows = node.rows(CLIENTS.len()).await;
        assert_eq!(rows.len(), CLIENTS.len());
        for row in rows {
            assert_eq!(
                (row.end_reason, row.quota),
                (EndReason::FirstTokenTimeout, 0)
            );
        }
    }
}

/// Faults inside a stream, behind one piece of text, and how the row ends.
#[tokio::test]
async fn a_stream_that_goes_wrong_says_so_in_every_family_and_charges_what_came() {
    let error = Bytes::from_static(
        b"data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"code\":null}}\n\n",
    );
    let malformed = Bytes::from_static(b"data: {\"broken\n\n");
    let faults = [
        (vec![delta("Hello")], EndReason::UpstreamEof),
        (
            vec![delta("Hello"), error],
            EndReason::UpstreamErrorMidstream,
        ),
        (
            vec![delta("Hello"), malformed],
            EndReason::UpstreamErrorMidstream,
        ),
    ];
    for (number, (pieces, expected)) in faults.into_iter().enumerate() {
        let upstream = Upstream::start(move |_| Reply::event_list(pieces.clone()));
        let node = node_over(&upstream);
        for (count, (path, body)) in CLIENTS.into_iter().enumerate() {
            let (path, body) = streamed(path, body);
            let client = node.client();
            let answer = client
                .whole(client.request(Method::POST, &path, body))
                .await;
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            assert_eq!(answer.status, 200, "{path}");
            assert!(text.contains("Hello"), "{path}: {text}");
            let rows = node.rows(count + 1).await;
            let row = &rows[count];
            // A chunk that passes through unread is the client's to judge.
            let passes = number == 2 && path.starts_with("/v1/chat");
            if !passes {
                assert!(text.contains("error"), "{path}: {text}");
                assert_eq!(row.end_reason, expected, "{path}");
            }
            assert!(row.quota > 0, "{path}: the text is paid: {row:?}");
        }
    }
}
