//! Images, sound, rerank and moderations: what passes, what is charged, what is refused.

use bytes::Bytes;
use http::{HeaderValue, Method, Request};
use http_body_util::Full;
use serde_json::{Value, json};
use weirgate_relay::journal::{EndReason, UsageRow, UsageSource};

use crate::support::*;

const BOUNDARY: &str = "----weirgate-form";

/// A part of a form: its name, the file's name if it is one, its content.
pub(crate) type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

pub(crate) fn form(parts: &[Part<'_>]) -> Bytes {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"").as_bytes(),
        );
        if let Some(file) = file {
            body.extend_from_slice(
                format!("; filename=\"{file}\"\r\nContent-Type: audio/wav").as_bytes(),
            );
        }
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body.into()
}

pub(crate) fn post_form(node: &Node, path: &str, body: Bytes) -> Request<Full<Bytes>> {
    let mut request = node.client().request(Method::POST, path, body);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    request
        .headers_mut()
        .insert("content-type", HeaderValue::from_str(&kind).unwrap());
    request
}

/// A channel that serves the media models; `renamed` goes out as `other`.
fn media_channel(upstream: &Upstream) -> Value {
    let mut row = channel(1, &upstream.url());
    row["models"] = json!([
        "whisper-1",
        "tts-1",
        "gpt-image-1",
        "dall-e-3",
        "text-moderation-stable",
        "reranker",
        "renamed"
    ]);
    row["model_mapping"] = json!({"renamed": "other-model"});
    row
}

/// One second of silence at 16 kHz, 16 bit.
pub(crate) fn wav() -> Vec<u8> {
    let mut sound = b"RIFF\x24\x7d\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\0\x7d\0\0".to_vec();
    sound.resize(44 + 32_000, 0);
    sound
}

fn start(upstream: &Upstream) -> Node {
    Setup::new(vec![media_channel(upstream)])
        .prices(prices())
        .start()
}

fn prices() -> Value {
    json!({
        "model_ratio": {"whisper-1": "15", "tts-1": "7.5", "gpt-image-1": "2.5", "text-moderation-stable": "1",
            "reranker": "1", "renamed": "1"},
        "model_price": {"dall-e-3": "0.04"},
        "completion_ratio": {"gpt-image-1": "8"},
        "audio_completion_ratio": {"tts-1": "0"}
    })
}

pub(crate) fn charged(row: &UsageRow) -> (i64, i64, i64) {
    (row.prompt, row.completion, row.quota)
}

#[tokio::test]
async fn a_form_passes_untouched_and_is_charged_by_its_usage() {
    let upstream = Upstream::start(|_| {
        Reply::json(r#"{"text":"hello","usage":{"type":"duration","seconds":30}}"#)
    });
    let node = start(&upstream);
    let sound = wav();
    let body = form(&[
        ("model", None, b"whisper-1"),
        ("file", Some("a.wav"), &sound),
    ]);

    let answer = node
        .client()
        .whole(post_form(&node, "/v1/audio/transcriptions", body.clone()))
        .await;

    assert_eq!(answer.status, 200, "{answer:?}");
    let seen = upstream.seen().remove(0);
    assert_eq!(seen.body, body);
    assert_eq!(seen.path, "/v1/audio/transcriptions");
    let kind = seen.headers.get("content-type").unwrap().to_str().unwrap();
    assert_eq!(kind, format!("multipart/form-data; boundary={BOUNDARY}"));
    assert_eq!(
        seen.headers
            .get("content-length")
            .unwrap()
            .to_str()
            .unwrap(),
        body.len().to_string()
    );
    let row = node.only_row().await;
    assert_eq!(charged(&row), (500, 0, 7_500));
    assert_eq!(row.usage_source, UsageSource::Provider);
}

#[tokio::test]
async fn the_model_of_a_form_is_written_as_the_provider_knows_it() {
    let upstream = Upstream::start(|_| Reply::json(r#"{"text":"hello"}"#));
    let node = start(&upstream);
    let sound = wav();
    let parts = |model: &'static [u8]| {
        form(&[
            ("file", Some("a.wav"), &sound),
            ("model", None, model),
            ("language", None, b"de"),
        ])
    };

    let request = post_form(&node, "/v1/audio/translations", parts(b"renamed"));
    let answer = node.client().whole(request).await;

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(upstream.seen().remove(0).body, parts(b"other-model"));
    let row = node.only_row().await;
    assert_eq!(row.upstream_model, "other-model");
    assert_eq!(
        charged(&row),
        (16, 0, 16),
        "one second by the file's header"
    );
    assert_eq!(row.end_reason, EndReason::CompletedNoUsage);
}

#[tokio::test]
async fn a_form_without_a_model_gets_the_default_that_is_charged() {
    let upstream = Upstream::start(|_| Reply::with(200, "text/plain", "hello\n"));
    let node = start(&upstream);
    let sound = wav();

    let body = form(&[("file", Some("a.wav"), &sound)]);
    let answer = node
        .client()
        .whole(post_form(&node, "/v1/audio/transcriptions", body))
        .await;

    assert_eq!(
        (answer.status, answer.body.as_ref()),
        (200, &b"hello\n"[..])
    );
    let whole = form(&[
        ("model", None, b"whisper-1"),
        ("file", Some("a.wav"), &sound),
    ]);
    assert_eq!(upstream.seen().remove(0).body, whole);
    assert_eq!(node.only_row().await.model, "whisper-1");
}

#[tokio::test]
async fn speech_goes_out_as_it_comes_and_is_charged_by_the_character() {
    let (feed, reply) = Reply::events();
    let reply = std::sync::Mutex::new(Some(Reply {
        headers: vec![("content-type", "audio/mpeg".to_owned())],
        ..reply
    }));
    let upstream = Upstream::start(move |_| reply.lock().unwrap().take().unwrap());
    let node = start(&upstream);
    let body = r#"{"model":"tts-1","voice":"alloy","input":"Grüße!"}"#;

    let request = node
        .client()
        .request(Method::POST, "/v1/audio/speech", body);
    let client = node.client();
    let sending = tokio::spawn(async move { client.send(request).await });
    feed.send(Ok(Bytes::from_static(b"first"))).await.unwrap();
    let mut answer = sending.await.unwrap();
    feed.send(Ok(Bytes::from_static(b"second"))).await.unwrap();
    let first = next(answer.body_mut()).await.unwrap();
    assert_eq!(first.as_ref(), b"first", "before the sound is over");
    drop(feed);
    let second = next(answer.body_mut()).await.unwrap();

    assert_eq!(second.as_ref(), b"second");
    let row = node.only_row().await;
    assert_eq!((row.prompt, row.quota), (6, 45), "6 characters at 7.5");
}

#[tokio::test]
async fn images_are_charged_by_tokens_where_a_model_reports_them() {
    let reply = r#"{"created":1,"data":[{"b64_json":"AA=="},{"b64_json":"AA=="}],"usage":{"total_tokens":282,"input_tokens":10,"output_tokens":272,"input_tokens_details":{"text_tokens":10,"image_tokens":0}}}"#;
    let upstream = Upstream::start(move |_| Reply::json(reply));
    let node = start(&upstream);
    let body =
        r#"{"model":"gpt-image-1","prompt":"a cat","n":2,"size":"1024x1024","quality":"low"}"#;

    let request = node
        .client()
        .request(Method::POST, "/v1/images/generations", body);
    let answer = node.client().whole(request).await;

    assert_eq!(answer.body.as_ref(), reply.as_bytes());
    let row = node.only_row().await;
    // (10 + 272 × 8) × 2.5
    assert_eq!(charged(&row), (10, 272, 5_465));
}

#[tokio::test]
async fn moderations_and_reranks_are_counted_where_nothing_is_reported() {
    let upstream = Upstream::start(|_| Reply::json(r#"{"results":[]}"#));
    let node = start(&upstream);
    let bodies = [
        ("/v1/moderations", r#"{"input":["kind words"]}"#),
        (
            "/v1/rerank",
            r#"{"model":"reranker","query":"cat","documents":["a cat","a dog"]}"#,
        ),
    ];

    for (path, body) in bodies {
        let answer = node
            .client()
            .whole(node.client().request(Method::POST, path, body))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    let seen = upstream.seen();
    assert_eq!(
        seen[0].body.as_ref(),
        br#"{"model":"text-moderation-stable","input":["kind words"]}"#
    );
    assert_eq!(seen[1].body.as_ref(), bodies[1].1.as_bytes());
    let rows = node.rows(2).await;
    assert_eq!(
        (rows[0].prompt, rows[1].prompt),
        (2, 4),
        "tokens of the texts"
    );
}

#[tokio::test]
async fn images_priced_by_the_call_are_charged_by_number_size_and_quality() {
    let upstream = Upstream::start(|_| {
        Reply::json(
            r#"{"created":1,"data":[{"url":"https://a.example/1"},{"url":"https://a.example/2"}]}"#,
        )
    });
    let node = start(&upstream);
    let body = r#"{"model":"dall-e-3","prompt":"a cat","n":3,"size":"1024x1792","quality":"hd"}"#;

    let request = node
        .client()
        .request(Method::POST, "/v1/images/generations", body);
    let answer = node.client().whole(request).await;

    assert_eq!(answer.status, 200, "{answer:?}");
    let row = node.only_row().await;
    // 0.04 USD × 500,000 × (2 × 1.5), three asked for, two delivered.
    assert_eq!((row.hold, row.quota), (180_000, 120_000));
    let stamp: Value = serde_json::from_str(&row.price).unwrap();
    assert_eq!(
        (&stamp["call_factor"], &stamp["images"]),
        (&json!("3"), &json!(2))
    );
}

#[tokio::test]
async fn streamed_images_end_well_however_large_their_events_are() {
    let picture = "A".repeat(100_000);
    let event = |kind: &str, more: &str| {
        let name = format!("image_generation.{kind}");
        Bytes::from(format!(
            "event: {name}\ndata: {{\"type\":\"{name}\",\"b64_json\":\"{picture}\"{more}}}\n\n"
        ))
    };
    let pieces = vec![
        event("partial_image", ",\"partial_image_index\":0"),
        event(
            "completed",
            ",\"usage\":{\"input_tokens\":10,\"output_tokens\":272,\"total_tokens\":282}",
        ),
    ];
    let expected = pieces.concat();
    let upstream = Upstream::start(move |_| Reply::event_list(pieces.clone()));
    let node = start(&upstream);
    let body = r#"{"model":"gpt-image-1","prompt":"a cat","stream":true,"partial_images":1}"#;

    let request = node
        .client()
        .request(Method::POST, "/v1/images/generations", body);
    let answer = node.client().whole(request).await;

    assert!(answer.body == expected, "the events pass untouched");
    let row = node.only_row().await;
    assert_eq!(row.end_reason, EndReason::Completed);
    assert_eq!(charged(&row), (10, 272, 5_465));
}

#[tokio::test]
async fn broken_forms_are_refused_before_anything_is_held() {
    let upstream = Upstream::start(|_| Reply::json("{}"));
    let node = start(&upstream);
    let sound = wav();
    let whole = form(&[("file", Some("a.wav"), &sound)]);
    let cut = whole.slice(..whole.len() - 10);
    let long = vec![b'x'; 300_000];
    let rows: [(&str, Bytes, &str); 6] = [
        ("/v1/audio/transcriptions", cut, "closing boundary"),
        (
            "/v1/audio/transcriptions",
            form(&[("model", None, b"whisper-1")]),
            "field file is required",
        ),
        (
            "/v1/audio/transcriptions",
            form(&[("file", None, b"text")]),
            "expected a file",
        ),
        (
            "/v1/audio/transcriptions",
            form(&[("prompt", None, &long)]),
            "longer than",
        ),
        (
            "/v1/images/edits",
            form(&[("image", Some("a.png"), b"png")]),
            "field prompt is required",
        ),
        (
            "/v1/audio/transcriptions",
            Bytes::from_static(b"no form"),
            "not delimited",
        ),
    ];
    for (path, body, message) in rows {
        let answer = node.client().whole(post_form(&node, path, body)).await;
        assert_eq!(answer.status, 400, "{message}");
        let error = &answer.json()["error"];
        assert_eq!(error["type"], "invalid_request_error");
        assert!(
            error["message"].as_str().unwrap().contains(message),
            "{error}"
        );
    }
    assert_eq!(upstream.count(), 0);
    assert_eq!(node.account()["free"], PLENTY);
}

#[tokio::test]
async fn a_large_upload_waits_on_disk_and_a_retry_sends_all_of_it_again() {
    let upstream = Upstream::start({
        let calls = std::sync::atomic::AtomicUsize::new(0);
        move |_| match calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => Reply::with(500, "application/json", "{}"),
            _ => Reply::json(r#"{"text":"hello"}"#),
        }
    });
    let mut second = media_channel(&upstream);
    second["id"] = json!(2);
    let node = Setup::new(vec![media_channel(&upstream), second])
        .prices(prices())
        .start();
    let mut sound = wav();
    sound.resize(5_000_000, 7);
    let parts =
        |model: &'static [u8]| form(&[("model", None, model), ("file", Some("a.wav"), &sound)]);

    let request = post_form(&node, "/v1/audio/transcriptions", parts(b"renamed"));
    let answer = node.client().whole(request).await;

    assert_eq!(answer.status, 200, "{answer:?}");
    let seen = upstream.seen();
    assert_eq!(seen.len(), 2);
    let whole = parts(b"other-model");
    assert!(
        seen.iter().all(|seen| seen.body == whole),
        "both attempts sent the whole form"
    );
}

#[tokio::test]
async fn uploads_beyond_the_room_on_disk_are_refused() {
    let upstream = Upstream::start(|_| Reply::json("{}"));
    let node = Setup::new(vec![media_channel(&upstream)])
        .prices(prices())
        .config(json!({"limits": {"spool_bytes": 2_000_000}}))
        .start();
    let sound = vec![7; 3_000_000];

    let body = form(&[("file", Some("a.wav"), &sound)]);
    let answer = node
        .client()
        .whole(post_form(&node, "/v1/audio/transcriptions", body))
        .await;

    assert_eq!(answer.status, 503);
    assert_eq!(answer.json()["error"]["code"], "uploads_full");
    assert_eq!(upstream.count(), 0);
    let small = form(&[("file", Some("a.wav"), &wav())]);
    let request = post_form(&node, "/v1/audio/transcriptions", small);
    assert_eq!(node.client().whole(request).await.status, 200);
}

#[tokio::test]
async fn a_picture_in_a_form_reaches_vendors_that_take_it_inside_json() {
    let upstream = Upstream::start(|seen| {
        if seen.path.contains("gemini") {
            let image = json!({"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}});
            let candidate = json!({"content": {"parts": [image]}, "finishReason": "STOP"});
            return Reply::json(json!({"candidates": [candidate]}).to_string());
        }
        Reply::json(r#"{"images":[{"url":"https://s3.example/1.png"}]}"#)
    });
    let mut large = b"\x89PNG\r\n\x1a\n".to_vec();
    large.resize(1_500_000, 7);
    // The second waits on disk, where it is read for the call.
    for (channel_type, picture) in [(24, &b"\x89PNG\r\n\x1a\n"[..]), (40, &large), (14, &large)] {
        let mut row = channel(1, &upstream.url());
        row["type"] = json!(channel_type);
        row["models"] = json!(["gemini-2.5-flash-image"]);
        let prices = json!({"model_price": {"gemini-2.5-flash-image": "0.04"}});
        let node = Setup::new(vec![row]).prices(prices).start();
        let body = form(&[
            ("model", None, b"gemini-2.5-flash-image"),
            ("prompt", None, b"a hat on it"),
            ("n", None, b"1"),
            ("image[]", Some("a.png"), picture),
        ]);
        let calls = upstream.count();
        let answer = node
            .client()
            .whole(post_form(&node, "/v1/images/edits", body))
            .await;
        if channel_type == 14 {
            assert_eq!(upstream.count(), calls, "Claude draws nothing");
            assert!(answer.status >= 400, "{answer:?}");
            continue;
        }
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()["data"].as_array().map(Vec::len), Some(1));
        let seen = upstream.seen().pop().unwrap();
        assert_eq!(seen.headers["content-type"], "application/json");
        let sent: Value = serde_json::from_slice(&seen.body).unwrap();
        let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, picture);
        if channel_type == 24 {
            let parts = &sent["contents"][0]["parts"];
            assert_eq!(parts[0]["text"], "a hat on it");
            assert_eq!(parts[1]["inlineData"]["mimeType"], "image/png");
            assert!(parts[1]["inlineData"]["data"] == encoded);
        } else {
            assert!(sent["image"] == format!("data:image/png;base64,{encoded}"));
            assert_eq!(sent["batch_size"], 1);
        }
        assert_eq!(node.only_row().await.quota, 20_000);
    }
}
