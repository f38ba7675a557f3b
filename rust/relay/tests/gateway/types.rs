//! Every channel type of the management contract is called through a whole gateway: its chat, or, where it has none, what it
//! has instead (a task's submit, a ranking, an image). A type without a proof fails here. How tasks are polled is shown
//! with the whole process, in `tests/e2e`.

use http::Method;
use serde_json::{Value, json};
use weirgate_wire::vendor;

use crate::support::*;
use crate::tasks::{node, sent, task_channel};
use crate::{services, vendors};

/// A type that no contract names is taken for a server of the `OpenAI` form.
const UNLISTED: i32 = 999;

/// Types without chat; key; path and body of the client; path, header and its beginning at the vendor; its answer.
const CALLS: &str = r#"
2,5;k;/mj/submit/imagine;{"prompt":"x"};/mj/submit/imagine;mj-api-secret;k;{"code":1,"description":"","result":"t-1"}
2,5;k;/relax/mj/submit/describe;{"base64":"AA=="};/mj/submit/describe;mj-api-secret;k;{"code":22,"result":"t-1"}
36;k;/suno/submit/music;{"prompt":"x"};/suno/submit/MUSIC;authorization;Bearer k;{"code":"success","data":"t-1"}
36;k;/suno/submit/lyrics;{"prompt":"x"};/suno/submit/LYRICS;authorization;Bearer k;{"code":"success","data":"t-1"}
38;k;/v1/rerank;{"model":"m","query":"q","documents":["d"]};/v1/rerank;authorization;Bearer k;{"results":[],"usage":{"total_tokens":3}}
38;k;/v1/embeddings;{"model":"m","input":"d"};/v1/embeddings;authorization;Bearer k;{"data":[],"usage":{"total_tokens":3}}
50;access|secret;/v1/video/generations;{"model":"m","prompt":"x"};/v1/videos/text2video;authorization;Bearer ey;{"code":0,"data":{"task_id":"t-1"}}
50;access|secret;/kling/v1/videos/image2video;{"model_name":"m","prompt":"x","image":"AA=="};/v1/videos/image2video;authorization;Bearer ey;{"code":0,"data":{"task_id":"t-1"}}
51;access|secret;/jimeng/?Action=CVSync2AsyncSubmitTask&Version=2022-08-31;{"req_key":"m","prompt":"x"};/?Action=CVSync2AsyncSubmitTask&Version=2022-08-31;authorization;HMAC-SHA256 Credential=access/;{"code":10000,"data":{"task_id":"t-1"}}
51;access|secret;/v1/video/generations;{"model":"m","prompt":"x"};/?Action=CVSync2AsyncSubmitTask&Version=2022-08-31;x-content-sha256;;{"code":10000,"data":{"task_id":"t-1"}}
52;k;/v1/video/generations;{"model":"m","prompt":"x"};/ent/v2/text2video;authorization;Token k;{"task_id":"t-1","state":"created"}
52;k;/v1/video/generations;{"model":"m","prompt":"x","image":"http://i/1"};/ent/v2/img2video;authorization;Token k;{"task_id":"t-1","state":"created"}
54;k;/v1/video/generations;{"model":"m","prompt":"x"};/api/v3/contents/generations/tasks;authorization;Bearer k;{"id":"t-1"}
55;k;/v1/videos;{"model":"m","prompt":"x"};/v1/videos;authorization;Bearer k;{"id":"t-1","status":"queued"}
"#;

/// The contract's ids: 28, 29, 30 and 32 are not in use.
fn contract() -> Vec<i32> {
    let ids = (0..=70).filter(|id| !matches!(id, 28..=30 | 32));
    ids.collect()
}

#[derive(Debug)]
struct Call<'a> {
    channel_type: i32,
    key: &'a str,
    path: &'a str,
    body: &'a str,
    wire_path: &'a str,
    header: &'a str,
    value: &'a str,
    answer: &'a str,
}

fn calls() -> Vec<Call<'static>> {
    let mut calls = Vec::new();
    for line in CALLS.lines().filter(|line| !line.is_empty()) {
        let line: Vec<&str> = line.split(';').collect();
        let [types, key, path, body, wire_path, header, value, answer] = *line.as_slice() else {
            panic!("not eight fields: {line:?}");
        };
        for channel_type in types.split(',') {
            calls.push(Call {
                channel_type: channel_type.parse().expect("a number"),
                key,
                path,
                body,
                wire_path,
                header,
                value,
                answer,
            });
        }
    }
    calls
}

fn gateway(call: &Call<'_>, upstream: &Upstream) -> Node {
    let mut row = task_channel(1, call.channel_type, &upstream.url(), &[call.key]);
    let models = [
        "m",
        "mj_imagine",
        "mj_describe",
        "suno_music",
        "suno_lyrics",
    ];
    row["models"] = json!(models);
    let node = node(&[]);
    let mut document = snapshot(&[row], json!({}));
    let prices = models.map(|model| (model.to_owned(), json!("0.1")));
    document["prices"]["model_price"] = Value::Object(prices.into_iter().collect());
    let published = node
        .gateway
        .publish_snapshot(document.to_string().as_bytes());
    published.expect("a snapshot");
    node
}

async fn check(call: &Call<'_>) {
    let of = format!("type {}: {}", call.channel_type, call.path);
    let answer = call.answer.to_owned();
    let upstream = Upstream::start(move |_| Reply::json(answer.clone()));
    let node = gateway(call, &upstream);
    let client = node.client();
    let asked = client.request(Method::POST, call.path, call.body.to_owned());
    let answer = client.whole(asked).await;
    assert_eq!(answer.status, 200, "{of}: {:?}", answer.body);
    let (seen, _) = sent(&upstream);
    assert_eq!(seen.path, call.wire_path, "{of}");
    let given = seen.headers[call.header].to_str().expect("text");
    assert!(given.starts_with(call.value), "{of}: {given}");
    let row = node.only_row().await;
    assert_eq!(row.quota, 50_000, "{of}: the price of one call");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_type_of_the_contract_has_a_proof() {
    let mut known: Vec<i32> = vendor::profiles()
        .iter()
        .map(|row| row.channel_type)
        .collect();
    known.sort_unstable();
    assert_eq!(known, contract(), "the table has the contract's types");
    let chats = vendors::every_row();
    let (calls, services) = (calls(), services::cases());
    for channel_type in contract().into_iter().chain([UNLISTED]) {
        let mut proofs = 0;
        for row in chats.iter().filter(|row| row.channel_type == channel_type) {
            vendors::check(row).await;
            proofs += 1;
        }
        for call in calls
            .iter()
            .filter(|call| call.channel_type == channel_type)
        {
            check(call).await;
            proofs += 1;
        }
        if proofs == 0 {
            let of_type = services
                .iter()
                .filter(|(_, case, _)| case["type"] == channel_type);
            for (path, case, golden) in of_type {
                services::check(&path.to_string_lossy(), case, golden).await;
                proofs += 1;
            }
        }
        assert!(proofs > 0, "type {channel_type} has no proof");
    }
}
