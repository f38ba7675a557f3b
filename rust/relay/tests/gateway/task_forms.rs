//! Submits of tasks as forms with files, and the signed address at which Midjourney proxies tell their news.

use http::{HeaderValue, Method};
use serde_json::{Value, json};

use crate::support::*;
use crate::tasks::{node, node_with, sent, task_channel};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nabc";

fn form(fields: &[(&str, &str)], file: Option<&[u8]>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    if let Some(file) = file {
        let head = "--xx\r\nContent-Disposition: form-data; name=\"input_reference\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n";
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xx--\r\n");
    body
}

async fn post_form(node: &Node, body: Vec<u8>) -> Answer {
    let client = node.client();
    let mut request = client.request(Method::POST, "/v1/videos", body);
    let kind = HeaderValue::from_static("multipart/form-data; boundary=xx");
    request.headers_mut().insert("content-type", kind);
    client.whole(request).await
}

const FIELDS: [(&str, &str); 3] = [("model", "sora-2"), ("prompt", "sea"), ("seconds", "4")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forms_file_reaches_sora_as_a_file_and_others_as_text() {
    let sora = Upstream::start(|_| Reply::json(r#"{"id":"video_1","status":"queued"}"#));
    let film = node(&[task_channel(1, 55, &sora.url(), &["k"])]);
    let answer = post_form(&film, form(&FIELDS, Some(PNG))).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let seen = sora.seen().pop().expect("a call");
    let kind = seen.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
    let text = String::from_utf8_lossy(&seen.body);
    assert!(text.contains("name=\"input_reference\"; filename=\"input_reference.png\""));
    assert!(text.contains("name=\"model\"\r\n\r\nsora-2\r\n"));
    assert!(seen.body.windows(PNG.len()).any(|window| window == PNG));

    let ark = Upstream::start(|_| Reply::json(r#"{"id":"cgt-1"}"#));
    let reel = node(&[task_channel(1, 54, &ark.url(), &["k"])]);
    let fields = [("model", "seedance"), ("prompt", "sea")];
    assert_eq!(post_form(&reel, form(&fields, Some(PNG))).await.status, 200);
    let (_, body) = sent(&ark);
    let image = body["content"][1]["image_url"]["url"].as_str().unwrap();
    assert!(image.starts_with("data:image/png;base64,"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_without_a_file_goes_as_json_and_a_broken_one_costs_nothing() {
    let sora = Upstream::start(|_| Reply::json(r#"{"id":"video_1","status":"queued"}"#));
    let film = node(&[task_channel(1, 55, &sora.url(), &["k"])]);
    let broken = post_form(&film, b"--xx\r\nnothing".to_vec()).await;
    assert_eq!(broken.status, 400);
    assert_eq!((sora.count(), &film.account()["free"]), (0, &json!(PLENTY)));
    assert_eq!(post_form(&film, form(&FIELDS, None)).await.status, 200);
    let wanted = json!({"model": "sora-2", "prompt": "sea", "seconds": "4"});
    assert_eq!(sent(&sora).1, wanted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forms_words_are_looked_at_and_its_files_are_not() {
    let sora = Upstream::start(|_| Reply::json(r#"{"id":"video_1","status":"queued"}"#));
    let channels = [task_channel(1, 55, &sora.url(), &["k"])];
    let film = node_with(&channels, json!({"sensitive_words": ["badger"]}));
    let fields = [("model", "sora-2"), ("prompt", "a Badger swims")];
    assert_eq!(post_form(&film, form(&fields, None)).await.status, 400);
    assert_eq!(sora.count(), 0);
    assert_eq!(
        post_form(&film, form(&FIELDS, Some(b"badger")))
            .await
            .status,
        200
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_midjourney_proxy_is_given_a_signed_address_of_its_channel() {
    let upstream = Upstream::start(|_| Reply::json(r#"{"code":1,"result":"13200"}"#));
    let channels = [task_channel(7, 2, &upstream.url(), &["mj-key"])];
    let options = json!({"midjourney_notify_base": "https://gate.example/"});
    let node = node_with(&channels, options);
    let client = node.client();
    let body = json!({"prompt": "a cat", "notifyHook": "http://client/"}).to_string();
    let request = client.request(Method::POST, "/mj/submit/imagine", body);
    assert_eq!(client.whole(request).await.status, 200);
    let sign = node.gateway.key_hash("mj-notify:7");
    let hook = format!("https://gate.example/mj/notify?channel=7&sign={sign}");
    let (_, body) = sent(&upstream);
    assert_eq!(body, json!({"prompt": "a cat", "notifyHook": hook}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxys_news_reach_management_without_a_key() {
    let node = node(&[]);
    let client = node.client();
    let mut request = client.request(Method::POST, "/mj/notify?channel=7&sign=x", "{}");
    request.headers_mut().remove("authorization");
    let answer = client.whole(request).await;
    assert_eq!(answer.status, 200);
    let told: Value = answer.json();
    assert_eq!(told["user"], Value::Null);
}
