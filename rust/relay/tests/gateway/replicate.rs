//! Replicate's streams: a prediction names the address that its output comes at, and goes on, and is paid for, until it is
//! told to stop.

use bytes::Bytes;
use http::Response;
use hyper::body::Incoming;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use weirgate_relay::journal::{EndReason, UsageSource};

use crate::support::*;

const PREDICTIONS: &str = "/v1/models/meta/m/predictions";
const STREAM: &str = "/v1/streams/s-1";

type Feed = mpsc::Sender<Result<Bytes, std::io::Error>>;

/// A prediction that began, with its stream at this address.
fn begun(stream: &str) -> Value {
    json!({"id": "p-1", "status": "starting", "output": null, "urls": {"stream": stream,
        "get": "https://api.replicate.com/v1/predictions/p-1",
        "cancel": "https://api.replicate.com/v1/predictions/p-1/cancel"}})
}

fn output(text: &str) -> Bytes {
    Bytes::from(format!("event: output\nid: 1:0\ndata: {text}\n\n"))
}

const END: Bytes = Bytes::from_static(b"event: done\nid: 2:0\ndata: {}\n\n");

fn node(upstream: &Upstream) -> Node {
    let mut made = channel(1, &upstream.url());
    made["type"] = json!(56);
    made["keys"] = json!(["r8-key"]);
    made["model_mapping"] = json!({"gpt-4o": "meta/m"});
    Setup::new(vec![made])
        .options(json!({"retry_times": 0}))
        .start()
}

/// A provider whose streams the test feeds.
fn provider() -> (Upstream, mpsc::Receiver<Feed>) {
    let (feeds, opened) = mpsc::channel(1);
    let upstream = Upstream::start(move |seen| {
        if seen.path == STREAM {
            let (feed, reply) = Reply::events();
            feeds.try_send(feed).expect("one stream");
            return reply;
        }
        // Its own host, by the name that it was called by.
        let host = seen.headers["host"].to_str().expect("a host");
        let prediction = begun(&format!("http://{host}{STREAM}"));
        Reply::with(201, "application/json", prediction.to_string())
    });
    (upstream, opened)
}

async fn opened(mut opened: mpsc::Receiver<Feed>) -> Feed {
    let feed = tokio::time::timeout(LONG, opened.recv()).await;
    feed.expect("a stream within the limit").expect("a stream")
}

async fn text(answer: &mut Response<Incoming>) -> String {
    let piece = next(answer.body_mut()).await.expect("a piece");
    String::from_utf8(piece.to_vec()).expect("text")
}

#[tokio::test]
async fn a_stream_is_read_where_the_prediction_says() {
    let (upstream, opening) = provider();
    let node = node(&upstream);
    let client = node.client();
    let asked = tokio::spawn(async move { client.open_chat(CHAT_STREAM).await });
    let feed = opened(opening).await;
    feed.send(Ok(output("Hel"))).await.expect("a reader");
    let mut answer = asked.await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    // The first piece is with the client before the second is made.
    let mut said = String::new();
    while !said.contains("Hel") {
        said.push_str(&text(&mut answer).await);
    }
    feed.send(Ok(output("lo!"))).await.expect("a reader");
    feed.send(Ok(END)).await.expect("a reader");
    drop(feed);
    while let Some(piece) = next(answer.body_mut()).await {
        said.push_str(std::str::from_utf8(&piece).expect("text"));
    }
    assert!(said.contains("\"lo!\""), "{said}");
    assert!(said.contains("\"finish_reason\":\"stop\""), "{said}");
    assert!(said.ends_with("data: [DONE]\n\n"), "{said}");
    let row = node.only_row().await;
    assert_eq!(row.end_reason, EndReason::CompletedNoUsage);
    // Its streams say nothing of tokens.
    assert_eq!(row.usage_source, UsageSource::Estimate);
    assert!(row.prompt > 0 && row.completion > 0, "{row:?}");
    let seen = upstream.seen();
    let paths: Vec<&str> = seen.iter().map(|seen| seen.path.as_str()).collect();
    assert_eq!(paths, [PREDICTIONS, STREAM], "nothing is cancelled");
    let call: Value = serde_json::from_slice(&seen[0].body).expect("JSON");
    assert_eq!(call["stream"], true);
    assert!(!seen[0].headers.contains_key("prefer"), "it would wait");
    assert_eq!(seen[1].headers["accept"], "text/event-stream");
    assert_eq!(seen[1].headers["authorization"], "Bearer r8-key");
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_prediction() {
    let (upstream, opening) = provider();
    let node = node(&upstream);
    let client = node.client();
    let asked = tokio::spawn(async move { client.open_chat(CHAT_STREAM).await });
    let feed = opened(opening).await;
    feed.send(Ok(output("Hello"))).await.expect("a reader");
    let mut answer = asked.await.expect("an answer");
    text(&mut answer).await;
    drop(answer);
    upstream.wait_for_calls(3).await;
    let seen = upstream.seen();
    assert_eq!(seen[2].path, "/v1/predictions/p-1/cancel");
    assert_eq!(seen[2].headers["authorization"], "Bearer r8-key");
    let row = node.only_row().await;
    assert_eq!(row.end_reason, EndReason::ClientGoneMidstream);
    drop(feed);
}

#[tokio::test]
async fn a_client_that_leaves_a_whole_answer_ends_the_prediction_too() {
    let upstream = Upstream::start(|seen| match seen.path.as_str() {
        "/v1/predictions/p-1" => Reply::hang(),
        _ => Reply::with(201, "application/json", begun("").to_string()),
    });
    let node = node(&upstream);
    let client = node.client();
    let asked = tokio::spawn(async move { client.open_chat(CHAT).await });
    upstream.wait_for_calls(2).await;
    asked.abort();
    upstream.wait_for_calls(3).await;
    let seen = upstream.seen();
    assert_eq!(seen[0].headers["prefer"], "wait");
    assert_eq!(seen[2].path, "/v1/predictions/p-1/cancel");
}

#[tokio::test]
async fn a_model_without_a_stream_is_asked_again_until_it_is_done() {
    let done = json!({"id": "p-1", "status": "succeeded", "output": ["Hel", "lo!"],
        "metrics": {"input_token_count": 10, "output_token_count": 5}});
    let upstream = Upstream::start(move |seen| match seen.path.as_str() {
        "/v1/predictions/p-1" => Reply::json(done.to_string()),
        _ => Reply::with(201, "application/json", begun("").to_string()),
    });
    let node = node(&upstream);
    let answer = node.client().chat(CHAT_STREAM).await;
    let said = String::from_utf8(answer.body.to_vec()).expect("text");
    assert!(said.contains("Hello!"), "{said}");
    assert!(said.ends_with("data: [DONE]\n\n"), "{said}");
    let row = node.only_row().await;
    assert_eq!((row.prompt, row.completion), (10, 5));
}

#[tokio::test]
async fn the_stream_of_another_host_is_not_read() {
    let other = Upstream::start(|_| Reply::event_list(vec![output("Hello!"), END]));
    for foreign in [
        format!("{}{STREAM}", other.url()),
        "https://replicate.com.example/s".to_owned(),
        "http://stream.replicate.com/s".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        let upstream = Upstream::start(move |_| {
            Reply::with(201, "application/json", begun(&foreign).to_string())
        });
        let node = node(&upstream);
        let answer = node.client().chat(CHAT_STREAM).await;
        assert_eq!(answer.status, 502, "{:?}", answer.body);
        // What cannot be read is not paid for either.
        upstream.wait_for_calls(2).await;
        assert_eq!(upstream.seen()[1].path, "/v1/predictions/p-1/cancel");
    }
    assert_eq!(other.count(), 0);
}

#[tokio::test]
async fn an_error_instead_of_output_is_the_answers_status() {
    let upstream = Upstream::start(|seen| {
        if seen.path == STREAM {
            let error = "event: error\ndata: {\"detail\":\"CUDA out of memory\"}\n\n";
            return Reply::event_list(vec![Bytes::from(error), END]);
        }
        let host = seen.headers["host"].to_str().expect("a host");
        let prediction = begun(&format!("http://{host}{STREAM}"));
        Reply::with(201, "application/json", prediction.to_string())
    });
    let node = node(&upstream);
    let answer = node.client().chat(CHAT_STREAM).await;
    assert!(answer.status >= 500, "{}", answer.status);
    let message = answer.json()["error"]["message"].to_string();
    assert!(message.contains("CUDA out of memory"), "{message}");
    assert_eq!(node.only_row().await.quota, 0);
}
