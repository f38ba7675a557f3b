//! Calls that generate no text: embeddings, images, sound, rerank, moderations, and counts of tokens. Their clients are
//! `OpenAI`'s, whose error shape each gets.

use bytes::Bytes;
use futures_util::future::join_all;
use http::{HeaderValue, Method, Request};
use http_body_util::Full;
use serde_json::json;

use super::providers::{Act, Provider};
use super::speakers::{Speaker, header};
use super::{
    Charge, Ended, Wrong, check_row, check_secrets, model, pinned, prices, row_of, settled,
};
use crate::support::*;

/// What the provider does; what every client gets. Sound and plain transcripts are no JSON, so that a page is one.
const FAULTS: &str = "
status 400; 400
status 401; 401
status 403; 403
status 404; 404
status 408; 408
status 413; 413
status 429; 429
status 500; 500
status 502; 502
status 503; 503
status 529; 503
drop; 500
half; 500
error; 500
empty; 502
page; 502
";

/// A call, by its path; `MODEL` stands for the model's name.
const CALLS: [(&str, &str); 6] = [
    ("/v1/embeddings", r#"{"model":"MODEL","input":"x"}"#),
    (
        "/v1/images/generations",
        r#"{"model":"MODEL","prompt":"x"}"#,
    ),
    (
        "/v1/rerank",
        r#"{"model":"MODEL","query":"x","documents":["y"]}"#,
    ),
    ("/v1/moderations", r#"{"model":"MODEL","input":"x"}"#),
    (
        "/v1/audio/speech",
        r#"{"model":"MODEL","input":"x","voice":"alloy"}"#,
    ),
    (
        "/v1/audio/transcriptions",
        "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nMODEL\r\n--b\r\nContent-Disposition: form-data; \
         name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\nRIFF\r\n--b--\r\n",
    ),
];

fn start(acts: Vec<Act>, options: serde_json::Value) -> (Upstream, Node) {
    let models: Vec<String> = (0..acts.len()).map(model).collect();
    let upstream =
        Upstream::start(move |seen| Provider::Chat.play(super::act_of(seen, &acts), false));
    let mut row = channel(1, &upstream.url());
    row["keys"] = json!(["sk-upstream-1234567"]);
    row["models"] = json!(models);
    let mut setup = Setup::new(vec![row])
        .options(options)
        .prices(prices(&models));
    setup.users[0]["role"] = json!(10);
    (upstream, setup.start())
}

fn request(node: &Node, path: &str, body: &str, number: usize) -> Request<Full<Bytes>> {
    let body = body.replace("MODEL", &model(number));
    let mut request = node.client().request(Method::POST, path, body);
    request.headers_mut().insert("authorization", pinned());
    if path.ends_with("transcriptions") {
        let kind = HeaderValue::from_static("multipart/form-data; boundary=b");
        request.headers_mut().insert("content-type", kind);
    }
    request
}

async fn check(faults: Vec<(Act, u16)>, options: serde_json::Value, reason: &str) {
    let mut wrong = Wrong::default();
    let (_upstream, node) = start(faults.iter().map(|(act, _)| act.clone()).collect(), options);
    let mut cells = Vec::new();
    for (number, (act, status)) in faults.iter().enumerate() {
        for (path, body) in CALLS {
            if *act != Act::Page || !path.contains("audio") {
                cells.push((
                    format!("{path} × {act:?}"),
                    act,
                    *status,
                    request(&node, path, body, number),
                ));
            }
        }
    }
    let client = node.client();
    let answers = join_all(
        cells
            .iter()
            .map(|(.., request)| client.whole(request.clone())),
    )
    .await;
    let rows = settled(&node, cells.len(), &mut wrong).await;
    for ((cell, act, status, _), answer) in cells.iter().zip(&answers) {
        wrong.is(cell, "the status", &answer.status, status);
        let mut found = Vec::new();
        Speaker::Chat.refusal(answer, &mut found);
        wrong.all(cell, found);
        check_secrets(cell, answer, &mut wrong);
        let wait = if matches!(act, Act::Status(_)) {
            "7"
        } else {
            ""
        };
        wrong.is(cell, "Retry-After", &header(answer, "retry-after"), &wait);
        let ended = Ended {
            reason: reason.to_owned(),
            charge: Charge::Nothing,
            status: *status,
            said: Some(match act {
                Act::Status(status) => *status,
                Act::ErrorInside => 500,
                _ => 0,
            }),
            prompt_is_stated: false,
        };
        if let Some(row) = row_of(cell, answer, &rows, &mut wrong) {
            check_row(cell, row, &ended, &mut wrong);
        }
    }
    wrong.report();
}

#[tokio::test]
async fn faults_of_calls_that_generate_no_text() {
    let lines = FAULTS.lines().filter(|line| !line.is_empty());
    let read = |line: &str| {
        let (act, status) = line.split_once("; ").expect("two fields");
        (Act::read(act), status.parse().expect("a status"))
    };
    check(lines.map(read).collect(), json!({}), "upstream_error").await;
}

#[tokio::test]
async fn a_provider_that_hangs_before_its_head_is_a_504() {
    let options = json!({"header_timeout_ms": 100});
    check(vec![(Act::Hang, 504)], options, "first_token_timeout").await;
}
