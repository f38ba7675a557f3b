//! Submits of tasks: the right call to the provider, the full price, one record with the task, and
//! nothing charged for what was not taken.

use std::convert::Infallible;
use std::path::Path;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use weirgate_relay::journal::{EndReason, Position, TaskRecord, UsageSource};

use crate::support::*;

const PRICES: [(&str, &str); 6] = [
    ("mj_imagine", "0.1"),
    ("mj_upscale", "0.05"),
    ("suno_music", "0.1"),
    ("sora-2", "0.3"),
    ("kling-v1", "0.2"),
    ("seedance", "0.4"),
];

pub(crate) fn task_channel(id: i64, kind: i32, url: &str, keys: &[&str]) -> Value {
    let models: Vec<&str> = PRICES.iter().map(|(model, _)| *model).collect();
    json!({
        "id": id, "type": kind, "name": format!("channel {id}"), "status": 1, "base_url": url,
        "keys": keys, "weight": 1, "priority": 0, "groups": ["default"], "models": models
    })
}

/// A management plane that knows one finished task.
async fn known(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let listener = request.headers().get("x-weirgate-listener").cloned();
    let user = request.headers().get("x-weirgate-user-id").cloned();
    let path = request.uri().path().to_owned();
    let (status, told) = match path.as_str() {
        "/internal/tasks/77" => (
            200,
            json!({
            "channel_id": 2, "key_index": 1, "upstream_id": "up-77", "status": "SUCCESS",
            "model": "mj_imagine", "prompt": "a cat", "file_url": ""}),
        ),
        "/internal/session" => match request.headers().get("cookie") {
            Some(cookie) if cookie == "session=good" => (200, json!({"user_id": 1})),
            _ => (401, json!({"success": false, "message": "log in first"})),
        },
        path if path.starts_with("/internal/") => (404, json!({})),
        _ => (
            200,
            json!({
            "listener": listener.map(|value| value.to_str().unwrap().to_owned()),
            "user": user.map(|value| value.to_str().unwrap().to_owned())}),
        ),
    };
    let mut answer = Response::new(Full::new(Bytes::from(told.to_string())));
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
    Ok(answer)
}

fn serve(socket: &Path) {
    let listener = std::os::unix::net::UnixListener::bind(socket).unwrap();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::UnixListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let served = hyper::server::conn::http1::Builder::new();
                    let io = TokioIo::new(stream);
                    drop(served.serve_connection(io, service_fn(known)).await);
                });
            }
        });
    });
}

pub(crate) fn node(channels: &[Value]) -> Node {
    node_with(channels, json!({}))
}

pub(crate) fn node_with(channels: &[Value], options: Value) -> Node {
    let socket = tempfile::TempDir::new().unwrap().keep().join("m.sock");
    serve(&socket);
    let node = Setup::new(vec![])
        .config(json!({"management_socket": socket}))
        .start();
    let mut document = snapshot(channels, options);
    let prices: serde_json::Map<String, Value> = PRICES
        .iter()
        .map(|(model, price)| ((*model).to_owned(), json!(price)))
        .collect();
    document["prices"]["model_price"] = Value::Object(prices);
    node.gateway
        .publish_snapshot(document.to_string().as_bytes())
        .unwrap();
    node
}

async fn post(node: &Node, path: &str, body: Value) -> Answer {
    let client = node.client();
    client
        .whole(client.request(Method::POST, path, body.to_string()))
        .await
}

/// The one task in the journal, and that its row is the only one.
async fn only_task(node: &Node) -> TaskRecord {
    let row = node.only_row().await;
    let batch = node.gateway.read_sums(Position::START, 1_000).unwrap();
    assert_eq!(batch.records, 1);
    assert_eq!(batch.users[0].quota, row.quota);
    let mut tasks = batch.tasks;
    assert_eq!(tasks.len(), 1);
    tasks.remove(0)
}

pub(crate) fn sent(upstream: &Upstream) -> (Seen, Value) {
    let seen = upstream.seen().pop().expect("a call");
    let body = serde_json::from_slice(&seen.body).expect("a JSON body");
    (seen, body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_imagine_is_charged_in_full_and_known_by_our_own_id() {
    let upstream = Upstream::start(|_| {
        Reply::json(r#"{"code":22,"description":"queued","result":"1320098173412546"}"#)
    });
    let node = node(&[task_channel(1, 2, &upstream.url(), &["mj-key"])]);
    let body = json!({"prompt": "a cat --fast", "notifyHook": "http://x/", "accountFilter": {}});
    let answer = post(&node, "/fast/mj/submit/imagine", body).await;

    assert_eq!(answer.status, 200);
    let ticket = answer.json();
    assert_eq!(ticket["code"], 1);
    let id = ticket["result"].as_str().unwrap();
    assert_eq!(id.len(), 19);
    let (seen, body) = sent(&upstream);
    assert_eq!(seen.path, "/mj/submit/imagine");
    assert_eq!(seen.headers["mj-api-secret"], "mj-key");
    assert_eq!(body, json!({"prompt": "a cat --fast"}));
    let task = only_task(&node).await;
    assert_eq!(task.facts.task_id, id);
    assert_eq!(task.facts.upstream_id, "1320098173412546");
    assert_eq!(
        (task.facts.platform.as_str(), task.facts.action.as_str()),
        ("midjourney", "IMAGINE")
    );
    assert_eq!(task.row.quota, 50_000);
    assert_eq!(task.row.end_reason, EndReason::Completed);
    assert_eq!(task.row.usage_source, UsageSource::Provider);
    assert_eq!(node.account()["free"], PLENTY - 50_000);
    let recent: Value = serde_json::from_slice(&node.gateway.recent_tasks(1)).unwrap();
    assert_eq!(recent[0]["task_id"], id);
    let end = node.gateway.read_sums(Position::START, 1_000).unwrap().to;
    node.gateway.commit("sql", end).unwrap();
    assert_eq!(node.gateway.recent_tasks(0), b"[]");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follow_up_goes_to_the_channel_and_key_of_its_origin() {
    let other = Upstream::start(|_| Reply::json(r#"{"code":1,"result":"no"}"#));
    let upstream = Upstream::start(|_| Reply::json(r#"{"code":1,"result":"up-78"}"#));
    let node = node(&[
        task_channel(1, 2, &other.url(), &["a"]),
        task_channel(2, 5, &upstream.url(), &["first", "second"]),
    ]);
    let body = json!({"content": "77 U2"});
    let answer = post(&node, "/mj/submit/simple-change", body).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let (seen, body) = sent(&upstream);
    assert_eq!(seen.headers["mj-api-secret"], "second");
    assert_eq!(body["content"], "up-77 U2");
    let task = only_task(&node).await;
    assert_eq!(
        (task.facts.action.as_str(), task.row.quota),
        ("UPSCALE", 25_000)
    );
    assert_eq!(task.row.channel_id, 2);
    assert_eq!(other.count(), 0);

    let unknown = post(
        &node,
        "/mj/submit/simple-change",
        json!({"content": "78 U2"}),
    )
    .await;
    assert_eq!((unknown.status, &unknown.json()["code"]), (404, &json!(4)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_provider_does_not_take_costs_nothing_and_goes_to_the_next() {
    let full = Upstream::start(|_| Reply::json(r#"{"code":23,"description":"queue is full"}"#));
    let node = node(&[task_channel(1, 2, &full.url(), &["a"])]);
    let answer = post(&node, "/mj/submit/imagine", json!({"prompt": "x"})).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json(),
        json!({"description": "queue is full", "type": "upstream_error", "code": 23})
    );
    let row = node.only_row().await;
    assert_eq!((row.quota, row.end_reason), (0, EndReason::UpstreamError));
    assert_eq!(node.account()["free"], PLENTY);

    let taking = Upstream::start(|_| Reply::json(r#"{"code":1,"result":"t"}"#));
    let mut second = task_channel(2, 2, &taking.url(), &["b"]);
    second["priority"] = json!(-1);
    let mut document = snapshot(
        &[task_channel(1, 2, &full.url(), &["a"]), second],
        json!({}),
    );
    document["prices"]["model_price"] = json!({"mj_imagine": "0.1"});
    node.gateway
        .publish_snapshot(document.to_string().as_bytes())
        .unwrap();
    let answer = post(&node, "/mj/submit/imagine", json!({"prompt": "x"})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(node.rows(2).await[1].attempts.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn songs_and_videos_take_the_forms_of_their_vendors() {
    let suno = Upstream::start(|_| Reply::json(r#"{"code":"success","data":"song-1"}"#));
    let song = node(&[task_channel(1, 36, &suno.url(), &["k"])]);
    let answer = post(&song, "/suno/submit/music", json!({"prompt": "la"})).await;
    assert_eq!(answer.json()["code"], "success");
    let (seen, body) = sent(&suno);
    assert_eq!(
        (seen.path.as_str(), &body["mv"]),
        ("/suno/submit/MUSIC", &json!("chirp-v3-0"))
    );
    assert_eq!(seen.headers["authorization"], "Bearer k");
    assert_eq!(only_task(&song).await.facts.upstream_id, "song-1");

    let sora = Upstream::start(|_| Reply::json(r#"{"id":"video_1","status":"queued"}"#));
    let film = node(&[task_channel(1, 55, &sora.url(), &["k"])]);
    let body = json!({"model": "sora-2", "prompt": "sea", "seconds": "8", "size": "1792x1024"});
    let answer = post(&film, "/v1/videos", body.clone()).await;
    assert_eq!(answer.json()["status"], "queued");
    assert_eq!(
        answer.headers["x-new-api-other-ratios"],
        r#"{"seconds":8,"size":1.666667}"#
    );
    assert_eq!(sent(&sora).1, body);
    let task = only_task(&film).await;
    assert!(task.facts.task_id.starts_with("task_"));
    // 0.3 USD × 8 s × 1.666667, in quota of which 500,000 are one USD.
    assert_eq!(task.row.quota, 2_000_000);

    let kling = Upstream::start(|_| Reply::json(r#"{"code":0,"data":{"task_id":"k-1"}}"#));
    let clip = node(&[task_channel(1, 50, &kling.url(), &["access|secret"])]);
    let body = json!({"model_name": "kling-v1", "prompt": "sea", "duration": "5"});
    let answer = post(&clip, "/kling/v1/videos/text2video", body).await;
    assert_eq!(answer.json()["data"]["task_status"], "submitted");
    let (seen, _) = sent(&kling);
    assert_eq!(seen.path, "/v1/videos/text2video");
    let token = seen.headers["authorization"].to_str().unwrap();
    assert_eq!(token.split('.').count(), 3);

    let ark = Upstream::start(|_| Reply::json(r#"{"id":"cgt-1"}"#));
    let reel = node(&[task_channel(1, 54, &ark.url(), &["k"])]);
    let body = json!({"model": "seedance", "prompt": "sea", "image": "http://i/1.png"});
    assert_eq!(post(&reel, "/v1/video/generations", body).await.status, 200);
    let (seen, body) = sent(&ark);
    assert_eq!(seen.path, "/api/v3/contents/generations/tasks");
    assert_eq!(body["content"][1]["image_url"]["url"], "http://i/1.png");
    assert_eq!(only_task(&reel).await.facts.platform, "54");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_never_asked_of_another_channel() {
    let silent = Upstream::start(|_| Reply::with(200, "application/json", ""));
    let other = Upstream::start(|_| Reply::json(r#"{"code":1,"result":"t"}"#));
    let mut second = task_channel(2, 2, &other.url(), &["b"]);
    second["priority"] = json!(-1);
    let node = node(&[task_channel(1, 2, &silent.url(), &["a"]), second]);
    let answer = post(&node, "/mj/submit/imagine", json!({"prompt": "x"})).await;
    assert_eq!(answer.status, 502);
    assert_eq!((silent.count(), other.count()), (1, 0));
    assert_eq!(node.only_row().await.quota, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_go_to_the_management_plane_with_the_caller_the_relay_knows() {
    let node = node(&[]);
    let client = node.client();
    for (method, path) in [
        (Method::GET, "/mj/task/77/fetch"),
        (Method::POST, "/suno/fetch"),
        (Method::GET, "/v1/videos/task_1"),
        (Method::GET, "/kling/v1/videos/text2video/task_1"),
        (
            Method::POST,
            "/jimeng/?Action=CVSync2AsyncGetResult&Version=1",
        ),
    ] {
        let mut request = client.request(method, path, "{}");
        let posed = http::HeaderValue::from_static("9");
        request.headers_mut().insert("x-weirgate-user-id", posed);
        let answer = client.whole(request).await;
        assert_eq!(
            answer.json(),
            json!({"listener": "relay", "user": "1"}),
            "{path}"
        );
    }
    let mut request = client.request(Method::GET, "/mj/task/77/fetch", "");
    request.headers_mut().remove("authorization");
    assert_eq!(client.whole(request).await.status, 401);
    let unsigned = client.request(Method::GET, "/mj/image/77?expires=9999999999&sign=00", "");
    assert_eq!(client.whole(unsigned).await.status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_playground_is_paid_from_the_wallet_of_the_session() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = node(&[channel(1, &upstream.url())]);
    let client = node.client();
    let ask = |cookie: &'static str, body: String| {
        let mut request = client.request(Method::POST, "/pg/chat/completions", body);
        let headers = request.headers_mut();
        headers.remove("authorization");
        headers.insert("cookie", http::HeaderValue::from_static(cookie));
        client.whole(request)
    };
    let body = CHAT.replacen('{', r#"{"group":"default","#, 1);
    let answer = ask("session=good", body.clone()).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let (seen, sent) = sent(&upstream);
    assert!(sent.get("group").is_none(), "no provider knows the group");
    assert!(!seen.headers.contains_key("cookie"));
    let row = node.only_row().await;
    assert_eq!(
        (row.user_id, row.key_id, row.key_name.as_str()),
        (1, 0, "playground")
    );
    assert_eq!((row.quota, row.group.as_str()), (20, "default"));
    assert_eq!(node.account()["free"], PLENTY - 20);

    let answer = ask("session=bad", body.clone()).await;
    assert_eq!(
        (answer.status, &answer.json()["error"]["code"]),
        (401, &json!(""))
    );
    let foreign = body.replace("default", "secret");
    assert_eq!(ask("session=good", foreign).await.status, 403);
    assert_eq!(upstream.count(), 1);
}
