//! The node as a whole: starting after a crash, draining, readiness, limits on connections, and
//! what the admin listener says.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use http::Method;
use http_body_util::BodyExt as _;
use serde_json::json;
use weirgate_relay::journal::EndReason;
use weirgate_relay::{Config, Gateway};

use crate::support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_lets_streams_end_refuses_new_calls_and_leaves_nothing_held() {
    let (feeds, mut opened) = tokio::sync::mpsc::channel(1);
    let upstream = Upstream::start(move |_| {
        let (feed, reply) = Reply::events();
        feeds.try_send(feed).unwrap();
        reply
    });
    let node = std::sync::Arc::new(Setup::new(vec![channel(1, &upstream.url())]).start());
    let client = node.client();
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.open_chat(CHAT_STREAM).await }
    });
    let feed = opened.recv().await.unwrap();
    feed.send(Ok(delta("Hi"))).await.unwrap();
    let mut answer = call.await.unwrap();
    next(answer.body_mut()).await.unwrap();

    let stopping = std::sync::Arc::clone(&node);
    let stopped = tokio::task::spawn_blocking(move || stopping.gateway.shutdown(20_000));
    let deadline = Instant::now() + LONG;
    while node.status()["phase"] != "draining" {
        assert!(Instant::now() < deadline, "never draining");
        tokio::task::yield_now().await;
    }
    assert_eq!(node.status()["ready"], false);
    assert!(!stopped.is_finished());
    for piece in [finish(), usage(10, 5), DONE] {
        feed.send(Ok(piece)).await.unwrap();
    }
    drop(feed);
    let rest = answer.into_body().collect().await.unwrap().to_bytes();

    assert!(rest.ends_with(&DONE));
    stopped.await.unwrap();
    let row = node.only_row().await;
    assert_eq!((row.end_reason, row.quota), (EndReason::Completed, 20));
    assert!(
        std::net::TcpStream::connect(node.address).is_err(),
        "nothing listens any more"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_outlives_the_drain_is_cut_and_settled_by_what_was_delivered() {
    let (feeds, mut opened) = tokio::sync::mpsc::channel(1);
    let upstream = Upstream::start(move |_| {
        let (feed, reply) = Reply::events();
        feeds.try_send(feed).unwrap();
        reply
    });
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let client = node.client();
    let call = tokio::spawn(async move { client.open_chat(CHAT_STREAM).await });
    let feed = opened.recv().await.unwrap();
    feed.send(Ok(delta("Hello"))).await.unwrap();
    let mut answer = call.await.unwrap();
    next(answer.body_mut()).await.unwrap();

    let started = Instant::now();
    let node = tokio::task::spawn_blocking(move || {
        node.gateway.shutdown(100);
        node
    });
    let node = node.await.unwrap();

    assert!(started.elapsed() < Duration::from_secs(10));
    let row = node.only_row().await;
    assert_eq!(
        (row.end_reason, row.completion),
        (EndReason::GatewayRestart, 1)
    );
}

#[tokio::test]
async fn a_hold_that_a_crash_left_open_is_settled_at_the_next_start() {
    let folder = tempfile::TempDir::new().unwrap();
    let config = json!({
        "listen": "127.0.0.1:0", "workers": 1, "management_socket": "none",
        "data_dir": folder.path(), "key_secret": "07".repeat(32),
        "journal": {"segment_bytes": 4_194_304}
    });
    let config = || Config::from_json(config.to_string().as_bytes()).unwrap();
    {
        use weirgate_relay::journal::{Journal, JournalConfig, UsageRow};
        let (journal, _) =
            Journal::open(&folder.path().join("journal"), JournalConfig::default()).unwrap();
        let row = UsageRow {
            user_id: 1,
            key_id: 1,
            hold: 500,
            request_id: [9; 16],
            ..UsageRow::default()
        };
        journal.append_hold(&row).unwrap();
    }

    let gateway = Gateway::open(config()).unwrap();
    let deadline = Instant::now() + LONG;
    let rows = loop {
        let batch = gateway
            .read_rows(weirgate_relay::journal::Position::START, 10)
            .unwrap();
        if !batch.rows.is_empty() || Instant::now() > deadline {
            break batch.rows;
        }
        tokio::task::yield_now().await;
    };

    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].0.end_reason, EndReason::GatewayRestart);
    assert_eq!((rows[0].0.request_id, rows[0].0.quota), ([9; 16], 0));
}

#[tokio::test]
async fn the_admin_listener_tells_life_readiness_and_figures() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    node.client().chat(CHAT).await;
    let admin = Client::new(node.gateway.admin_address().unwrap());
    let get = |path: &str| admin.whole(admin.request(Method::GET, path, ""));

    assert_eq!(get("/health").await.status, 200);
    assert_eq!(get("/ready").await.status, 200);
    assert_eq!(get("/else").await.status, 404);
    let page = String::from_utf8(get("/metrics").await.body.to_vec()).unwrap();
    for line in [
        "weirgate_requests_total{route=\"chat_completions\",class=\"2xx\"} 1",
        "weirgate_upstream_answers_total{class=\"2xx\"} 1",
        "weirgate_calls_total{reason=\"completed\"} 1",
        "weirgate_tokens_total{kind=\"prompt\"} 10",
        "weirgate_quota_total 20",
        "weirgate_first_byte_seconds_count 1",
        "weirgate_worker_requests_total{worker=\"0\"}",
        "weirgate_worker_requests_total{worker=\"1\"}",
        "weirgate_drain_sql_lag_bytes",
        "weirgate_breakers_open 0",
        "weirgate_ready 1",
        "weirgate_open_holds 0",
    ] {
        assert!(page.contains(line), "{line} is missing in\n{page}");
    }
    assert!(page.ends_with("# EOF\n"));
}

#[tokio::test]
async fn many_model_names_make_no_new_series() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let client = node.client();
    client.chat(CHAT.replace("gpt-4o", "model-x")).await;
    let before = node.gateway.metrics().lines().count();

    for number in 0..50 {
        client
            .chat(CHAT.replace("gpt-4o", &format!("model-{number}")))
            .await;
    }

    assert_eq!(node.gateway.metrics().lines().count(), before);
}

#[test]
fn a_slow_head_and_an_idle_connection_are_closed() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let limits = json!({"limits": {"header_timeout_ms": 200, "idle_timeout_ms": 500}});
    let node = Setup::new(vec![channel(1, &upstream.url())])
        .config(limits)
        .start();
    for sent in [&b"POST /v1/chat"[..], b""] {
        let mut stream = std::net::TcpStream::connect(node.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.write_all(sent).unwrap();
        let mut answer = Vec::new();
        let started = Instant::now();
        drop(stream.read_to_end(&mut answer));
        assert!(started.elapsed() < LONG, "never closed");
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"),
            "{answer:?}"
        );
    }
}

#[test]
fn a_head_over_the_limit_and_smuggled_lengths_are_refused() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let long = format!(
        "GET /v1/models HTTP/1.1\r\nhost: x\r\nx-a: {}\r\n\r\n",
        "a".repeat(200_000)
    );
    let twice = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello";
    let folded = "GET /v1/models HTTP/1.1\r\nhost: x\r\nx-a: 1\r\n two\r\n\r\n";
    for request in [long.as_str(), twice, folded] {
        let mut stream = std::net::TcpStream::connect(node.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        drop(stream.write_all(request.as_bytes()));
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"),
            "{:?}",
            String::from_utf8_lossy(&answer)
        );
    }
    assert_eq!(upstream.count(), 0);
}

/// Sends a raw request and returns all that comes back.
fn raw(node: &Node, request: &str) -> String {
    let mut stream = std::net::TcpStream::connect(node.address).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    drop(stream.write_all(request.as_bytes()));
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn long_targets_and_large_heads_are_refused_in_the_callers_family() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let target = |bytes| format!("?a={}", "a".repeat(bytes));
    let large = |bytes: usize| format!("x-a: {}\r\n", "a".repeat(bytes));
    let many = |count: usize| {
        let lines: Vec<_> = (0..count).map(|n| format!("x-{n}: a\r\n")).collect();
        lines.concat()
    };
    let rows: [(&str, String, String, &str); 8] = [
        ("fitting", target(16_000), large(32_000), "HTTP/1.1 401"),
        (
            "a long target",
            target(17_000),
            String::new(),
            "HTTP/1.1 414",
        ),
        ("no target", target(70_000), String::new(), "HTTP/1.1 4"),
        (
            "a large header",
            String::new(),
            large(33_000),
            "HTTP/1.1 431",
        ),
        (
            "headers large together",
            String::new(),
            large(9_000).repeat(4),
            "HTTP/1.1 431",
        ),
        (
            "a head no buffer holds",
            String::new(),
            large(70_000),
            "HTTP/1.1 431",
        ),
        ("many headers", String::new(), many(90), "HTTP/1.1 401"),
        ("too many headers", String::new(), many(101), "HTTP/1.1 431"),
    ];
    for (name, query, headers, expected) in rows {
        let request = format!(
            "POST /v1/messages{query} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n{headers}\r\n"
        );
        let answer = raw(&node, &request);
        assert!(answer.starts_with(expected), "{name}: {answer}");
    }
    let request = format!(
        "POST /v1/messages HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{}\r\n",
        large(40_000)
    );
    let answer = raw(&node, &request);
    assert!(answer.contains(r#"{"type":"error","error":{"#), "{answer}");
    let request = format!(
        "GET /v1beta/models{} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        target(20_000)
    );
    let answer = raw(&node, &request);
    assert!(answer.contains(r#""code":414"#), "{answer}");
    assert_eq!(upstream.count(), 0);
}

#[tokio::test]
async fn http_2_heads_have_the_same_limits() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let stream = tokio::net::TcpStream::connect(node.address).await.unwrap();
    let io = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake::<_, _, http_body_util::Full<bytes::Bytes>>(
            executor, io,
        )
        .await
        .unwrap();
    tokio::spawn(connection);
    let client = node.client();
    for (count, bytes, path, expected) in [
        (0, 0, "", 200),
        (101, 1, "", 431),
        (1, 40_000, "", 431),
        (0, 0, "?a", 414),
    ] {
        let query = path.repeat(9_000);
        let path = format!("/v1/chat/completions{query}");
        let mut request = client.request(Method::POST, &path, CHAT);
        let value = http::HeaderValue::from_str(&"a".repeat(bytes)).unwrap();
        for number in 0..count {
            let name = http::HeaderName::from_bytes(format!("x-{number}").as_bytes()).unwrap();
            request.headers_mut().insert(name, value.clone());
        }
        let answer = sender.send_request(request).await.unwrap();
        assert_eq!(answer.status(), expected, "{count} {bytes}");
    }
}

#[tokio::test]
async fn http_2_with_prior_knowledge_is_served() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let stream = tokio::net::TcpStream::connect(node.address).await.unwrap();
    let io = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake::<_, _, http_body_util::Full<bytes::Bytes>>(
            executor, io,
        )
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = node
        .client()
        .request(Method::POST, "/v1/chat/completions", CHAT);

    let answer = sender.send_request(request).await.unwrap();

    assert_eq!(answer.status(), 200);
    assert_eq!(
        answer.into_body().collect().await.unwrap().to_bytes(),
        REPLY
    );
}
