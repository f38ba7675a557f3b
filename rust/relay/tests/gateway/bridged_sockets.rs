//! Responses over a socket in front of providers that only know HTTP: each turn is a call of its own, paid and written
//! by itself, and the socket remembers its last response for clients that store nothing.

use bytes::Bytes;
use serde_json::{Value, json};
use weirgate_relay::journal::EndReason;

use crate::realtime::{Socket, open, read, say};
use crate::support::*;

/// Reads messages up to the one of this type.
async fn up_to(socket: &mut Socket, kind: &str) -> Value {
    loop {
        let event = read(socket).await.expect("a message");
        if event["type"] == kind {
            return event;
        }
    }
}

fn create(input: &str, previous: Option<&str>) -> Value {
    let mut event = json!({"type": "response.create", "model": "gpt-4o", "store": false});
    event["input"] = json!([{"role": "user", "content": input}]);
    if let Some(previous) = previous {
        event["previous_response_id"] = json!(previous);
    }
    event
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn warming_a_socket_up_asks_nobody_and_is_gone_on_from() {
    let upstream =
        Upstream::start(|_| Reply::event_list(vec![delta("Hello"), finish(), usage(7, 3), DONE]));
    let node = Setup::new(vec![chat_only(&upstream)]).start();
    let mut client = open(&node, "/v1/responses", None).await.unwrap();
    let mut warming = create("Be kind.", None);
    warming["generate"] = json!(false);
    say(&mut client, warming).await;
    assert_eq!(read(&mut client).await.unwrap()["type"], "response.created");
    let warm = up_to(&mut client, "response.completed").await;
    assert_eq!(warm["response"]["output"], json!([]));
    assert_eq!(warm["response"]["usage"]["total_tokens"], 0);
    assert!(upstream.seen().is_empty());

    let id = warm["response"]["id"].as_str().unwrap();
    say(&mut client, create("Say hello.", Some(id))).await;
    up_to(&mut client, "response.completed").await;
    let seen = upstream.seen().pop().unwrap();
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(body["messages"].as_array().unwrap().len(), 2, "{body}");
    assert_eq!(node.only_row().await.quota, 13);
}

/// A channel of a vendor that only knows chat.
fn chat_only(upstream: &Upstream) -> Value {
    let mut row = channel(1, &upstream.url());
    row["type"] = json!(43);
    row
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn turns_over_another_family_are_calls_and_the_socket_remembers() {
    let upstream = Upstream::start(|_| {
        Reply::event_list(vec![delta("Hel"), delta("lo"), finish(), usage(7, 3), DONE])
    });
    let options = json!({"automatic_disable": true});
    let setup = Setup::new(vec![chat_only(&upstream)]).options(options);
    let node = setup.start();
    let mut client = open(&node, "/v1/responses", None).await.unwrap();

    say(&mut client, create("Say hello.", None)).await;
    assert_eq!(read(&mut client).await.unwrap()["type"], "response.created");
    let done = up_to(&mut client, "response.completed").await;
    let id = done["response"]["id"].as_str().unwrap().to_owned();
    say(&mut client, create("And again?", Some(&id))).await;
    up_to(&mut client, "response.completed").await;
    client.close(None).await.unwrap();

    let rows = node.rows(2).await;
    assert_eq!(rows.len(), 2, "one row a turn");
    for row in &rows {
        assert_eq!((row.prompt, row.completion, row.quota), (7, 3, 13));
        assert_eq!(row.end_reason, EndReason::Completed);
        assert_eq!(row.endpoint, "/v1/responses");
    }
    assert_ne!(rows[0].request_id, rows[1].request_id);
    let seen = upstream.seen().pop().unwrap();
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    let messages = body["messages"].as_array().unwrap();
    let said: Vec<&str> = messages
        .iter()
        .map(|message| message["role"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["user", "assistant", "user"], "{body}");
    assert_eq!(node.gateway.take_faults(), b"[]");
    node.wait_for_no_hold().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_of_the_family_without_sockets_is_asked_by_http() {
    let usage = json!({"input_tokens": 5, "output_tokens": 1});
    let done = json!({"type": "response.completed", "sequence_number": 0,
        "response": {"id": "resp_1", "status": "completed", "usage": usage}});
    let done = Bytes::from(format!("event: response.completed\ndata: {done}\n\n"));
    let upstream = Upstream::start(move |seen| {
        if seen.headers.contains_key("upgrade") {
            return Reply::with(405, "application/json", "{}");
        }
        Reply::event_list(vec![done.clone()])
    });
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let mut client = open(&node, "/v1/responses", None).await.unwrap();
    say(&mut client, create("hi", None)).await;
    let told = up_to(&mut client, "response.completed").await;
    assert_eq!(told["response"]["id"], "resp_1");

    // What is no call is told so, and the socket goes on.
    say(&mut client, json!({"type": "response.stop"})).await;
    let told = up_to(&mut client, "error").await;
    assert_eq!(told["error"]["code"], "invalid_event");
    say(&mut client, create("more", Some("resp_elsewhere"))).await;
    up_to(&mut client, "response.completed").await;
    let seen = upstream.seen().pop().unwrap();
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(body["previous_response_id"], "resp_elsewhere");
    assert!(body.get("type").is_none());
    let rows = node.rows(3).await;
    let quotas: Vec<i64> = rows.iter().map(|row| row.quota).collect();
    assert_eq!(quotas, [0, 7, 7], "the dial that failed, and two turns");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_leaves_ends_its_turn() {
    let (sender, reply) = Reply::events();
    let reply = std::sync::Mutex::new(Some(reply));
    let upstream = Upstream::start(move |_| {
        let next = reply.lock().unwrap().take();
        next.unwrap_or_else(Reply::hang)
    });
    let node = Setup::new(vec![chat_only(&upstream)]).start();
    let mut client = open(&node, "/v1/responses", None).await.unwrap();
    say(&mut client, create("hi", None)).await;
    sender.send(Ok(delta("Hello"))).await.unwrap();
    up_to(&mut client, "response.output_text.delta").await;
    client.close(None).await.unwrap();
    upstream.wait_for_gone(1).await;
    let row = node.only_row().await;
    assert_eq!(row.end_reason, EndReason::ClientGoneMidstream);
    assert!(row.completion > 0);
}
