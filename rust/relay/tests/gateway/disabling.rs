//! Failures of submits and sockets switch channels off and open breakers, as those of calls do.

use http::Method;
use serde_json::{Value, json};

use crate::realtime::open;
use crate::support::*;
use crate::tasks::node_with;

fn faults(node: &Node) -> Value {
    serde_json::from_slice(&node.gateway.take_faults()).expect("faults")
}

fn options() -> Value {
    json!({"automatic_disable": true, "disable_status_codes": "401",
        "disable_keywords": ["credit balance"], "retry_times": 0,
        "breaker": {"failures": 1}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_a_provider_refuses_is_reported_in_its_words() {
    let said = r#"{"error":{"message":"Your Credit balance is too low","type":"billing"}}"#;
    for (status, cause) in [(401, "status"), (402, "keyword")] {
        let upstream = Upstream::start(move |_| Reply::with(status, "application/json", said));
        let setup = Setup::new(vec![channel(1, &upstream.url())]).options(options());
        let node = setup.start();
        let refused = open(&node, "/v1/realtime?model=gpt-4o", None).await;
        assert_eq!(refused.err(), Some(status));
        let told = faults(&node);
        assert_eq!(told[0]["channel_id"], 1);
        assert_eq!(
            (&told[0]["status"], &told[0]["cause"]),
            (&json!(status), &json!(cause))
        );
        assert_eq!(told[0]["reason"], "Your Credit balance is too low");
        let row = node.only_row().await;
        assert_eq!((row.status, row.quota), (status, 0));
        assert_eq!(row.attempts[0].status, status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_submit_that_a_provider_refuses_is_reported() {
    let upstream = Upstream::start(|seen| match seen.headers["mj-api-secret"].as_bytes() {
        b"bad-key" => Reply::with(401, "application/json", r#"{"error":"no"}"#),
        _ => Reply::json(r#"{"code":3,"description":"no account is free"}"#),
    });
    for (key, status, cause) in [("bad-key", 401, "status"), ("empty", 200, "channel")] {
        let mut row = channel(1, &upstream.url());
        row["type"] = json!(2);
        row["models"] = json!(["mj_imagine"]);
        row["keys"] = json!([key]);
        let node = node_with(&[row], options());
        let client = node.client();
        let body = json!({"prompt": "a cat"}).to_string();
        let asked = client.request(Method::POST, "/mj/submit/imagine", body);
        assert!(client.whole(asked).await.status >= 400);
        let told = faults(&node);
        assert_eq!(told[0]["channel_id"], 1, "{told}");
        assert_eq!(
            (&told[0]["status"], &told[0]["cause"]),
            (&json!(status), &json!(cause))
        );
    }
}

#[tokio::test]
async fn a_call_that_a_provider_refuses_is_reported_by_status_or_by_a_keyword() {
    let said = r#"{"error":{"message":"Your Credit balance is too low","type":"billing"}}"#;
    let other = r#"{"error":{"message":"no such thing","type":"billing"}}"#;
    for (status, body, cause) in [
        (401, other, json!(["status"])),
        (402, said, json!(["keyword"])),
        (402, other, json!([])),
    ] {
        let upstream = Upstream::start(move |_| Reply::with(status, "application/json", body));
        let mut options = options();
        options["breaker"] = json!({"failures": 100});
        let setup = Setup::new(vec![channel(1, &upstream.url())]).options(options);
        let node = setup.start();
        assert_eq!(node.client().chat(CHAT).await.status, status);
        let told = faults(&node);
        let causes: Vec<Value> = told
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| fault["cause"].clone())
            .collect();
        assert_eq!(json!(causes), cause, "{told}");
    }
}
