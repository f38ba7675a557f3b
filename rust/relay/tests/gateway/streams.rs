//! Streams that do not end well, or that nobody reads: what is charged, who is told, what is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use weirgate_relay::journal::{EndReason, UsageRow, UsageSource};

use crate::support::*;

/// Feeds of streams that the test opens one by one.
type Feeds = tokio::sync::mpsc::Receiver<tokio::sync::mpsc::Sender<Result<Bytes, std::io::Error>>>;

fn fed_upstream() -> (Upstream, Feeds) {
    let (feeds, opened) = tokio::sync::mpsc::channel(16);
    let upstream = Upstream::start(move |_| {
        let (feed, reply) = Reply::events();
        feeds.try_send(feed).expect("room for a feed");
        reply
    });
    (upstream, opened)
}

async fn row_after(node: &Node) -> UsageRow {
    node.wait_for_no_hold().await;
    node.only_row().await
}

const OVERLOADED: Bytes = Bytes::from_static(
    b"data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"code\":null}}\n\n",
);

#[tokio::test]
async fn a_client_that_leaves_does_not_pay_an_image_by_the_byte() {
    let (upstream, mut feeds) = fed_upstream();
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let data = format!("data:image/png;base64,{}", "iVBORw0K".repeat(125_000));
    let body = serde_json::json!({"model": "gpt-4o", "stream": true, "messages": [
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": data}}]}]});
    let call = tokio::spawn({
        let (client, body) = (node.client(), body.to_string());
        async move { client.open_chat(body).await }
    });
    let feed = feeds.recv().await.unwrap();
    feed.send(Ok(delta("Hello"))).await.unwrap();
    let mut answer = call.await.unwrap();
    assert_eq!(next(answer.body_mut()).await.unwrap(), delta("Hello"));

    drop(answer);
    let row = row_after(&node).await;

    assert_eq!(row.end_reason, EndReason::ClientGoneMidstream);
    // 1 MB counts for 16 KiB and a sixteenth of its size, four bytes a token.
    assert!((15_000..25_000).contains(&row.prompt), "{}", row.prompt);
    assert!(row.hold < 30_000, "{}", row.hold);
}

#[tokio::test]
async fn a_client_that_leaves_mid_stream_pays_for_what_it_got_and_the_upstream_is_closed() {
    let (upstream, mut feeds) = fed_upstream();
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let call = tokio::spawn({
        let client = node.client();
        async move { client.open_chat(CHAT_STREAM).await }
    });
    let feed = feeds.recv().await.unwrap();
    feed.send(Ok(delta("Hello"))).await.unwrap();
    let mut answer = call.await.unwrap();
    assert_eq!(next(answer.body_mut()).await.unwrap(), delta("Hello"));
    feed.send(Ok(delta(" world"))).await.unwrap();
    assert_eq!(next(answer.body_mut()).await.unwrap(), delta(" world"));

    let left = std::time::Instant::now();
    drop(answer);
    upstream.wait_for_gone(1).await;

    assert!(
        left.elapsed() < std::time::Duration::from_secs(1),
        "closed within a second"
    );
    let row = row_after(&node).await;
    assert_eq!(row.end_reason, EndReason::ClientGoneMidstream);
    assert_eq!(
        (row.usage_source, row.completion),
        (UsageSource::Estimate, 2)
    );
    assert_eq!(row.quota, row.prompt + 4);
    assert_eq!(node.account()["free"], PLENTY - row.quota);
}

#[tokio::test]
async fn a_client_that_leaves_before_the_first_byte_pays_nothing() {
    let upstream = Upstream::start(|_| Reply::hang());
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let call = tokio::spawn({
        let client = node.client();
        async move { client.open_chat(CHAT_STREAM).await }
    });
    upstream.wait_for_calls(1).await;
    assert_ne!(node.account()["held"], 0);

    call.abort();
    upstream.wait_for_gone(1).await;

    let row = row_after(&node).await;
    assert_eq!(row.end_reason, EndReason::ClientGoneBeforeFirstByte);
    assert_eq!((row.quota, row.usage_source), (0, UsageSource::None));
    assert_eq!(node.account()["free"], PLENTY);
}

#[tokio::test]
async fn a_stream_that_falls_silent_ends_with_an_error_event() {
    let (upstream, mut feeds) = fed_upstream();
    let setup = Setup::new(vec![channel(1, &upstream.url())]);
    let node = setup.options(json!({"idle_timeout_ms": 200})).start();
    let call = tokio::spawn({
        let client = node.client();
        async move { client.chat(CHAT_STREAM).await }
    });
    let feed = feeds.recv().await.unwrap();
    feed.send(Ok(delta("Hello"))).await.unwrap();

    let answer = call.await.unwrap();

    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(text.starts_with(std::str::from_utf8(&delta("Hello")).unwrap()));
    assert!(
        text.contains("\"upstream_stream_error\"") && text.ends_with("\n\n"),
        "{text}"
    );
    let row = row_after(&node).await;
    assert_eq!(
        (row.end_reason, row.completion),
        (EndReason::IdleTimeout, 1)
    );
    upstream.wait_for_gone(1).await;
}

#[tokio::test]
async fn a_call_that_lasts_too_long_is_ended() {
    let (upstream, mut feeds) = fed_upstream();
    let setup = Setup::new(vec![channel(1, &upstream.url())]);
    let node = setup.options(json!({"total_timeout_ms": 300})).start();
    let call = tokio::spawn({
        let client = node.client();
        async move { client.chat(CHAT_STREAM).await }
    });
    let feed = feeds.recv().await.unwrap();
    let feeding = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(std::time::Duration::from_millis(20));
        while feed.send(Ok(delta("a"))).await.is_ok() {
            ticks.tick().await;
        }
    });

    call.await.unwrap();
    feeding.await.unwrap();

    assert_eq!(row_after(&node).await.end_reason, EndReason::TotalTimeout);
}

#[tokio::test]
async fn a_stream_that_stops_without_its_end_mark_says_so() {
    let upstream = Upstream::start(|_| Reply::event_list(vec![delta("Hel"), delta("lo")]));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();

    let answer = node.client().chat(CHAT_STREAM).await;

    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(text.contains("ended the stream before its end"), "{text}");
    let row = row_after(&node).await;
    assert_eq!(row.end_reason, EndReason::UpstreamEof);
    assert_eq!(row.usage_source, UsageSource::Estimate);
}

#[tokio::test]
async fn a_stream_that_breaks_off_says_so() {
    let (upstream, mut feeds) = fed_upstream();
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let call = tokio::spawn({
        let client = node.client();
        async move { client.open_chat(CHAT_STREAM).await }
    });
    let feed = feeds.recv().await.unwrap();
    feed.send(Ok(delta("Hello"))).await.unwrap();
    let mut answer = call.await.unwrap();
    assert_eq!(next(answer.body_mut()).await.unwrap(), delta("Hello"));
    feed.send(Err(std::io::Error::other("reset")))
        .await
        .unwrap();

    let rest = answer.into_body().collect().await.unwrap().to_bytes();

    assert!(String::from_utf8_lossy(&rest).contains("upstream_stream_error"));
    assert_eq!(row_after(&node).await.end_reason, EndReason::UpstreamEof);
}

#[tokio::test]
async fn an_error_object_as_first_event_is_an_error_answer_and_costs_nothing() {
    let upstream = Upstream::start(move |_| Reply::event_list(vec![OVERLOADED, DONE]));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();

    let answer = node.client().chat(CHAT_STREAM).await;

    assert_eq!(answer.status, 500);
    assert_eq!(answer.json()["error"]["message"], "overloaded");
    let row = row_after(&node).await;
    assert_eq!(
        (row.end_reason, row.quota, row.status),
        (EndReason::UpstreamError, 0, 500)
    );
    assert_eq!(node.account()["free"], PLENTY);
}

#[tokio::test]
async fn an_error_object_after_text_goes_out_and_the_text_is_paid() {
    let upstream =
        Upstream::start(move |_| Reply::event_list(vec![delta("Hello"), OVERLOADED, DONE]));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();

    let answer = node.client().chat(CHAT_STREAM).await;

    assert_eq!(answer.body, [delta("Hello"), OVERLOADED, DONE].concat());
    let row = row_after(&node).await;
    assert_eq!(row.end_reason, EndReason::UpstreamErrorMidstream);
    assert!(row.quota > 0);
}

/// Says an address and a key.
const TELLING: &str = "data: {\"error\":{\"message\":\"ask https://secret-host.example.com:9/v1 or 10.9.8.7 for \
    sk-upstream-1234567, says error\",\"type\":\"server_error\",\"code\":null}}\n\n";

#[tokio::test]
async fn addresses_and_keys_of_an_error_are_hidden_wherever_its_bytes_are_cut() {
    let talk = delta("an error, no less");
    let beginning = talk.clone();
    let cut = Arc::new(AtomicUsize::new(1));
    let of_upstream = Arc::clone(&cut);
    let upstream = Upstream::start(move |_| {
        let cut = of_upstream.load(Ordering::Acquire);
        let (one, two) = TELLING.as_bytes().split_at(cut);
        let (two, three) = two.split_at(two.len().min(30));
        let (begin, end) = beginning.split_at(60);
        let pieces = [
            begin.to_vec(),
            [end, one].concat(),
            two.to_vec(),
            three.to_vec(),
        ];
        let pieces = pieces.into_iter().filter(|piece| !piece.is_empty());
        Reply::event_list(pieces.map(Bytes::from).collect())
    });
    for at in (1..TELLING.len()).step_by(6) {
        cut.store(at, Ordering::Release);
        let node = Setup::new(vec![channel(1, &upstream.url())]).start();

        let answer = node.client().chat(CHAT_STREAM).await;

        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        let said = text.strip_prefix(std::str::from_utf8(&talk).unwrap());
        let said = said.unwrap_or_else(|| panic!("cut at {at}: {text}"));
        for secret in ["secret-host", "10.9.8.7", "sk-upstream"] {
            assert!(!said.contains(secret), "cut at {at}: {said}");
        }
        let data = said.strip_prefix("data: ").expect("an event");
        let event: Value =
            serde_json::from_str(data).unwrap_or_else(|_| panic!("cut at {at}: {said}"));
        let message = event["error"]["message"].as_str().unwrap_or_default();
        assert!(message.starts_with("ask *** or ***"), "cut at {at}: {said}");
        assert!(message.ends_with("says error"), "cut at {at}: {said}");
    }
}

#[tokio::test]
async fn keep_alive_comments_fill_the_silence_before_and_between_tokens() {
    let (upstream, mut feeds) = fed_upstream();
    let setup = Setup::new(vec![channel(1, &upstream.url())]);
    let node = setup.options(json!({"ping_interval_ms": 40})).start();
    let call = tokio::spawn({
        let client = node.client();
        async move { client.open_chat(CHAT_STREAM).await }
    });
    let feed = feeds.recv().await.unwrap();
    let mut answer = call.await.unwrap();

    assert_eq!(next(answer.body_mut()).await.unwrap(), ": PING\n\n");
    feed.send(Ok(delta("Hi"))).await.unwrap();
    let mut text = Vec::new();
    while !text.ends_with(b": PING\n\n") || !text.windows(2).any(|pair| pair == b"Hi") {
        text.extend_from_slice(&next(answer.body_mut()).await.unwrap());
    }
    for piece in [finish(), usage(1, 1), DONE] {
        feed.send(Ok(piece)).await.unwrap();
    }
    drop(feed);
    let rest = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(rest.ends_with(&DONE));
    assert_eq!(row_after(&node).await.end_reason, EndReason::Completed);
}

#[tokio::test]
async fn an_event_stream_that_was_not_asked_for_still_streams() {
    let upstream =
        Upstream::start(|_| Reply::event_list(vec![delta("Hi"), finish(), usage(3, 1), DONE]));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();

    let answer = node.client().chat(CHAT).await;

    assert_eq!(
        answer.body,
        [delta("Hi"), finish(), usage(3, 1), DONE].concat()
    );
    assert_eq!(row_after(&node).await.quota, 5);
}

#[tokio::test]
async fn a_large_reply_streams_through_and_its_usage_is_found() {
    let text = "x".repeat(3 * 1024 * 1024);
    let reply = REPLY.replace("Hello!", &text);
    let sent = reply.clone();
    let upstream = Upstream::start(move |_| Reply::json(reply.clone()));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();

    let answer = node.client().chat(CHAT).await;

    assert_eq!(answer.body.len(), sent.len());
    assert_eq!(answer.body, sent);
    assert_eq!(row_after(&node).await.quota, 20);
}

/// Resident memory of this process in KiB.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_slow_reader_of_a_big_stream_keeps_memory_flat() {
    const PIECES: usize = 200;
    let piece = delta(&"word ".repeat(200_000));
    let size = piece.len();
    let fed = piece.clone();
    let (count, mut sent) = tokio::sync::watch::channel(0_usize);
    let upstream = Upstream::start(move |_| {
        let (feed, reply) = Reply::events();
        let (piece, count) = (fed.clone(), count.clone());
        tokio::spawn(async move {
            for _ in 0..PIECES {
                feed.send(Ok(piece.clone())).await.unwrap();
                count.send_modify(|count| *count += 1);
            }
            for piece in [finish(), usage(10, 5), DONE] {
                feed.send(Ok(piece)).await.unwrap();
            }
        });
        reply
    });
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let mut answer = node.client().open_chat(CHAT_STREAM).await;
    let mut read = next(answer.body_mut()).await.unwrap().len();
    let stalled = tokio::time::timeout(std::time::Duration::from_millis(500), async {
        sent.wait_for(|count| *count >= PIECES / 2)
            .await
            .map(|_| ())
    });

    assert!(
        stalled.await.is_err(),
        "an unread stream was pulled from the provider"
    );
    let before = resident_kib();
    let mut peak = before;
    while let Some(bytes) = next(answer.body_mut()).await {
        read += bytes.len();
        peak = peak.max(resident_kib());
    }

    assert_eq!(
        read,
        size * PIECES + finish().len() + usage(10, 5).len() + DONE.len()
    );
    assert!(peak < before + 24 * 1024, "{before} KiB grew to {peak} KiB");
    assert_eq!(row_after(&node).await.quota, 20);
}
