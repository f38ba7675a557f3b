//! Workers AI's voices and ears through a whole gateway: what each model is sent, and what the client hears.

use http::Method;
use serde_json::{Value, json};

use crate::media::{charged, form, post_form, wav};
use crate::support::*;

fn workers_ai() -> (Upstream, Node) {
    let upstream = Upstream::start(|seen| {
        if seen.path.ends_with("/@cf/deepgram/aura-1") {
            return Reply::with(200, "audio/mpeg", "ID3 sound");
        }
        if seen.path.ends_with("/@cf/myshell-ai/melotts") {
            return Reply::json(r#"{"result":{"audio":"UklGRnNvdW5k"},"success":true}"#);
        }
        let segment = r#"{"start":0,"end":1.5,"text":"hello","avg_logprob":-0.1}"#;
        let info = r#"{"language":"en","duration":29.4}"#;
        Reply::json(format!(
            r#"{{"result":{{"text":"hello","transcription_info":{info},"segments":[{segment}]}},"success":true}}"#
        ))
    });
    let mut row = channel(1, &upstream.url());
    row["type"] = json!(39);
    row["other"] = json!("acc");
    row["models"] = json!(["aura", "melo", "whisper-1"]);
    row["model_mapping"] = json!({"aura": "@cf/deepgram/aura-1", "melo": "@cf/myshell-ai/melotts",
        "whisper-1": "@cf/openai/whisper-large-v3-turbo"});
    let prices = json!({"model_ratio": {"aura": "1", "melo": "1", "whisper-1": "15"}});
    let node = Setup::new(vec![row]).prices(prices).start();
    (upstream, node)
}

fn last_body(upstream: &Upstream) -> Value {
    let seen = upstream.seen().pop().unwrap();
    serde_json::from_slice(&seen.body).unwrap()
}

#[tokio::test]
async fn workers_ai_speaks() {
    let (upstream, node) = workers_ai();
    let client = node.client();
    let say = |body: Value| {
        let request = client.request(Method::POST, "/v1/audio/speech", body.to_string());
        client.whole(request)
    };
    let aura =
        json!({"model": "aura", "input": "Hi there", "voice": "angus", "response_format": "wav"});
    let answer = say(aura).await;
    assert_eq!(
        (answer.status, answer.body.as_ref()),
        (200, &b"ID3 sound"[..])
    );
    assert_eq!(answer.headers["content-type"], "audio/mpeg");
    let path = "/client/v4/accounts/acc/ai/run/@cf/deepgram/aura-1";
    assert_eq!(upstream.seen()[0].path, path);
    let wanted =
        json!({"text": "Hi there", "speaker": "angus", "encoding": "linear16", "container": "wav"});
    assert_eq!(last_body(&upstream), wanted);
    let row = node.only_row().await;
    assert!(row.prompt > 0 && row.completion > 0, "{row:?}");

    let answer = say(json!({"model": "melo", "input": "Hi", "voice": "alloy", "speed": 1.5})).await;
    assert_eq!(
        (answer.status, answer.body.as_ref()),
        (200, &b"RIFFsound"[..])
    );
    assert_eq!(answer.headers["content-type"], "audio/wav");
    assert_eq!(answer.headers["x-weirgate-dropped"], "speed, voice");
    let opus = json!({"model": "melo", "input": "Hi", "voice": "fr", "response_format": "opus"});
    let refused = say(opus).await;
    assert_eq!(refused.status, 400, "{refused:?}");
    assert_eq!(refused.json()["error"]["param"], "response_format");
}

#[tokio::test]
async fn workers_ai_hears() {
    let (upstream, node) = workers_ai();
    let client = node.client();
    let sound = wav();
    let hear = |format: &'static [u8]| {
        let fields = form(&[
            ("model", None, b"whisper-1"),
            ("language", None, b"en"),
            ("response_format", None, format),
            ("file", Some("a.wav"), &sound),
        ]);
        client.whole(post_form(&node, "/v1/audio/transcriptions", fields))
    };
    let answer = hear(b"verbose_json").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let read = answer.json();
    assert_eq!(
        (&read["text"], &read["language"]),
        (&json!("hello"), &json!("en"))
    );
    assert_eq!(read["segments"][0]["end"], 1.5);
    let sent = last_body(&upstream);
    assert_eq!(
        (&sent["task"], &sent["language"]),
        (&json!("transcribe"), &json!("en"))
    );
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &sound);
    assert!(sent["audio"] == encoded);
    let row = node.only_row().await;
    assert_eq!(charged(&row), (500, 0, 7_500), "thirty seconds");
    let refused = hear(b"srt").await;
    assert_eq!(refused.json()["error"]["param"], "response_format");
}

#[tokio::test]
async fn workers_ais_older_models_hear_the_bare_sound() {
    let upstream = Upstream::start(|_| {
        let words =
            r#"[{"word":"hello","start":0,"end":0.4},{"word":"there","start":0.4,"end":1}]"#;
        Reply::json(format!(
            r#"{{"result":{{"text":"hello there","word_count":2,"words":{words},"vtt":"WEBVTT"}},"success":true}}"#
        ))
    });
    let mut row = channel(1, &upstream.url());
    row["type"] = json!(39);
    row["other"] = json!("acc");
    row["models"] = json!(["@cf/openai/whisper"]);
    let prices = json!({"model_ratio": {"@cf/openai/whisper": "15"}});
    let node = Setup::new(vec![row]).prices(prices).start();
    let client = node.client();
    let sound = wav();
    let hear = |path: &'static str, format: &'static [u8]| {
        let fields = form(&[
            ("model", None, b"@cf/openai/whisper"),
            ("language", None, b"en"),
            ("response_format", None, format),
            ("file", Some("a.wav"), &sound),
        ]);
        client.whole(post_form(&node, path, fields))
    };
    let answer = hear("/v1/audio/transcriptions", b"verbose_json").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let read = answer.json();
    assert_eq!(read["text"], "hello there");
    assert_eq!(read["words"][1]["end"], 1);
    assert_eq!(answer.headers["x-weirgate-dropped"], "language");
    let seen = upstream.seen().pop().unwrap();
    let path = "/client/v4/accounts/acc/ai/run/@cf/openai/whisper";
    assert_eq!(seen.path, path);
    assert_eq!(seen.headers["content-type"], "application/octet-stream");
    assert!(seen.body == sound, "the sound as it came");
    let row = node.only_row().await;
    assert!(row.prompt > 0, "{row:?}");
    let answer = hear("/v1/audio/transcriptions", b"json").await;
    assert_eq!(answer.json(), json!({"text": "hello there"}));
    // It writes down what it hears, in the tongue that it hears.
    let refused = hear("/v1/audio/translations", b"json").await;
    assert!(refused.status >= 400, "{refused:?}");
    assert_eq!(upstream.count(), 2);
}
