//! Rankings, images and vectors at vendors that have a form of their own for them, through a whole gateway: the cases of
//! `tests/contracts/vendors/*/services` are called, answered and, where an answer is not done at once, asked for again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Method;
use serde_json::{Value, json};

use crate::support::*;

/// Every case that has an answer, and its golden.
pub(crate) fn cases() -> Vec<(PathBuf, Value, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/contracts/vendors");
    let folders = fs::read_dir(root).expect("the contracts");
    let folders = folders.map(|entry| entry.expect("an entry").path().join("services"));
    let files = folders
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten();
    let files = files.map(|entry| entry.expect("an entry").path());
    let read = |path: &Path| -> Value {
        serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
    };
    let is_golden = |path: &Path| path.to_string_lossy().ends_with(".golden.json");
    let files = files.filter(|path| !is_golden(path));
    let mut cases: Vec<_> = files
        .map(|path| {
            let golden = read(&path.with_extension("golden.json"));
            let case = read(&path);
            (path, case, golden)
        })
        .filter(|(_, case, _)| !case["reply"].is_null())
        .collect();
    cases.sort_by(|(first, ..), (second, ..)| first.cmp(second));
    assert!(cases.len() > 15, "only {} cases", cases.len());
    cases
}

fn upstream(case: &Value) -> Upstream {
    let reply = case["reply"].to_string();
    let later: Vec<String> = case["then"]
        .as_array()
        .into_iter()
        .flatten()
        .map(Value::to_string)
        .collect();
    let asked = AtomicUsize::new(0);
    Upstream::start(move |seen| {
        if seen.path.starts_with("/oauth") {
            return Reply::json(r#"{"access_token":"t-1","expires_in":2592000}"#);
        }
        // A body was sent with the call alone.
        if !seen.body.is_empty() {
            return Reply::with(201, "application/json", reply.clone());
        }
        let at = asked.fetch_add(1, Ordering::Relaxed);
        Reply::json(later[at].clone())
    })
}

fn start(upstream: &Upstream, case: &Value) -> Node {
    let model = case["call"]["model"].as_str().expect("a model");
    let mut row = channel(1, &upstream.url());
    row["type"] = case["type"].clone();
    row["models"] = json!([model]);
    row["other"] = case["setting"].clone();
    let own = if case["type"] == 15 { "id|secret" } else { "k" };
    let key = case["key"].as_str().unwrap_or(own);
    row["keys"] = json!([key]);
    let path = case["endpoint"].as_str().expect("a path");
    let is_image = path.starts_with("/v1/images/");
    let prices = if is_image {
        json!({"model_price": {model: "0.04"}})
    } else {
        json!({"model_ratio": {model: "1"}})
    };
    Setup::new(vec![row]).prices(prices).start()
}

/// The path of an address at the vendor's own host.
fn path_of(address: &str) -> &str {
    let behind = address.split_once("://").expect("an address").1;
    behind.split_at(behind.find('/').expect("a path")).1
}

/// Makes a case's call.
pub(crate) async fn check(name: &str, case: &Value, golden: &Value) {
    let upstream = upstream(case);
    let node = start(&upstream, case);
    let client = node.client();
    let path = case["endpoint"].as_str().expect("a path");
    let call = client.request(Method::POST, path, case["call"].to_string());
    let answer = client.whole(call).await;
    let mut read = answer.json();
    let mut seen = upstream.seen();
    seen.retain(|seen| !seen.path.starts_with("/oauth"));
    let wire = &golden["wire"];
    let sent: Value = match wire["kind"].as_str() {
        None => serde_json::from_slice(&seen[0].body).expect("JSON"),
        Some(kind) => {
            assert_eq!(seen[0].headers["content-type"], kind, "{name}");
            String::from_utf8_lossy(&seen[0].body).into()
        }
    };
    assert_eq!(sent, wire["body"], "{name}");
    let called = path_of(wire["url"].as_str().expect("an address"));
    assert!(seen[0].path.starts_with(called), "{name}: {}", seen[0].path);
    for header in wire["headers"].as_array().expect("headers") {
        let (field, value) = (header[0].as_str().expect("a name"), &header[1]);
        assert_eq!(
            seen[0].headers[field],
            value.as_str().expect("text"),
            "{name}"
        );
    }
    if let Some(error) = golden["answer"]["error"].as_str() {
        assert_eq!(answer.status, 502, "{name}: {read}");
        let said = error.strip_prefix("upstream reported an error: ");
        let said = said.unwrap_or("the upstream's answer could not be read");
        let message = read["error"]["message"].as_str().expect("a message");
        assert!(message.starts_with(said), "{name}: {message}");
        return;
    }
    assert_eq!(answer.status, 200, "{name}: {read}");
    assert_eq!(answer.headers["content-type"], "application/json", "{name}");
    let mut wanted = golden["answer"]["body"].clone();
    for body in [&mut read, &mut wanted] {
        body.as_object_mut().expect("an object").remove("created");
    }
    assert_eq!(read, wanted, "{name}");
    let again = golden["answer"]["asked_again_at"]
        .as_array()
        .expect("a list");
    assert_eq!(seen.len(), 1 + again.len(), "{name}");
    for (asked, address) in seen[1..].iter().zip(again) {
        assert_eq!(
            asked.path,
            path_of(address.as_str().expect("text")),
            "{name}"
        );
        assert_eq!(asked.headers["authorization"], "Bearer k", "{name}");
    }
    check_charge(name, &node, golden).await;
}

async fn check_charge(name: &str, node: &Node, golden: &Value) {
    let row = node.only_row().await;
    let images = golden["answer"]["images"].as_i64().expect("a count");
    if images > 0 {
        assert_eq!(
            row.quota,
            20_000 * images,
            "{name}: an image is 0.04 dollars"
        );
    } else if let Some(prompt) = golden["answer"]["usage"]["prompt"].as_i64() {
        assert_eq!(row.prompt, prompt, "{name}");
    } else {
        assert!(row.prompt > 0, "{name}: counted here");
    }
}

#[tokio::test]
async fn every_service_is_called_answered_and_charged() {
    for (path, case, golden) in cases() {
        check(&path.to_string_lossy(), &case, &golden).await;
    }
}
