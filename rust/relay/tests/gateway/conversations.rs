//! Conversations stay where they are: follow-ups go to the channel and key that made the response, for their owner
//! only; cache keys draw calls together; stored responses are read, cancelled and deleted where they lie.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::support::*;

const OTHER_KEY: &str = "bobkey000000000000000000000000000000000000000001";

fn reply(id: &str) -> String {
    json!({"object": "response", "status": "completed", "output": [], "id": id, "usage": {
        "input_tokens": 3, "output_tokens": 2, "input_tokens_details": {"cached_tokens": 0}}})
    .to_string()
}

fn events(id: &str) -> Vec<Bytes> {
    let event = |kind: &str, response: Value| {
        let data = json!({"type": kind, "sequence_number": 0, "response": response});
        Bytes::from(format!("event: {kind}\ndata: {data}\n\n"))
    };
    let usage = json!({"input_tokens": 3, "output_tokens": 2});
    vec![
        event("response.created", json!({"id": id, "output": []})),
        event("response.completed", json!({"id": id, "usage": usage})),
    ]
}

/// A provider whose responses carry its name; it has the odd habit of failing for the input "fail".
fn provider(name: &'static str) -> Upstream {
    Upstream::start(move |seen| {
        let body: Value = serde_json::from_slice(&seen.body).unwrap_or_default();
        let id = format!("resp_{name}_{}", seen.headers["authorization"].len());
        match seen.path.split('?').next() {
            Some("/v1/responses") if body["input"] == format!("fail {name}") => {
                Reply::with(500, "application/json", r#"{"error":{"message":"no"}}"#)
            }
            Some("/v1/responses") if body["stream"] == true => Reply::event_list(events(&id)),
            Some("/v1/responses") => Reply::json(reply(&id)),
            Some(path) if path.ends_with("/cancel") => Reply::with(
                409,
                "application/json",
                r#"{"error":{"message":"it is over","type":"invalid_request_error","code":"done"}}"#,
            ),
            _ => Reply::json(r#"{"kept":true}"#),
        }
    })
}

fn two_channels(first: &Upstream, second: &Upstream) -> Setup {
    let mut of_two_keys = channel(1, &first.url());
    of_two_keys["keys"] = json!(["short", "a-longer-one"]);
    let mut setup = Setup::new(vec![of_two_keys, channel(2, &second.url())]);
    setup.users.push(user(2));
    setup.keys.push(key(2, 2, OTHER_KEY));
    setup.balances = json!({"last_entry": 0, "users": [[1, PLENTY], [2, PLENTY]],
        "keys": [[1, 1, PLENTY, false], [2, 2, PLENTY, false]]});
    setup
}

async fn respond(node: &Node, body: Value) -> Answer {
    let client = node.client();
    let asked = client.request(Method::POST, "/v1/responses", body.to_string());
    client.whole(asked).await
}

fn id_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let text = String::from_utf8_lossy(&answer.body);
    let (_, rest) = text.split_once("resp_").expect("an id");
    let id = rest.split('"').next().expect("an id");
    format!("resp_{id}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follow_up_goes_to_the_channel_and_key_that_made_the_response() {
    let (first, second) = (provider("a"), provider("b"));
    let node = two_channels(&first, &second).start();
    let mut places = std::collections::HashSet::new();
    for turn in 0..40 {
        let body = json!({"model": "gpt-4o", "input": "hi", "stream": turn % 2 == 0});
        let made = id_of(&respond(&node, body).await);
        let more = json!({"model": "gpt-4o", "input": "and?", "previous_response_id": made});
        for _follow_up in 0..3 {
            assert_eq!(id_of(&respond(&node, more.clone()).await), made);
        }
        places.insert(made);
    }
    assert_eq!(places.len(), 3, "each key of each channel was drawn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_goes_on_from_what_is_not_theirs_or_not_there() {
    let (first, second) = (provider("a"), provider("b"));
    let node = two_channels(&first, &second).start();
    let asked = json!({"model": "gpt-4o", "input": "hi"});
    let made = id_of(&respond(&node, asked).await);
    let calls = first.count() + second.count();
    let more = json!({"model": "gpt-4o", "input": "and?", "previous_response_id": made});

    let client = node.client();
    let mut foreign = client.request(Method::POST, "/v1/responses", more.to_string());
    let bearer = format!("Bearer sk-{OTHER_KEY}").parse().unwrap();
    foreign.headers_mut().insert("authorization", bearer);
    let mut answers = vec![client.whole(foreign).await];

    let channels = [channel(3, &first.url())];
    let document = snapshot(&channels, json!({})).to_string();
    node.gateway.publish_snapshot(document.as_bytes()).unwrap();
    answers.push(respond(&node, more).await);
    for answer in answers {
        assert_eq!(answer.status, 400);
        assert_eq!(answer.headers["x-should-retry"], "false");
        let error = &answer.json()["error"];
        assert_eq!(error["code"], "previous_response_not_found");
        assert_eq!(error["param"], "previous_response_id");
    }
    assert_eq!(first.count() + second.count(), calls, "nobody was asked");

    // What this node never saw is for the provider to judge.
    let unknown = json!({"model": "gpt-4o", "input": "x", "previous_response_id": "resp_old"});
    assert_eq!(respond(&node, unknown).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_with_one_cache_key_stay_together_and_move_together() {
    let (first, second) = (provider("a"), provider("b"));
    let node = two_channels(&first, &second).start();
    for conversation in 0..8 {
        let call = |input: &str| json!({"model": "gpt-4o", "input": input, "prompt_cache_key": format!("c{conversation}")});
        let place = id_of(&respond(&node, call("hi")).await);
        for _turn in 0..4 {
            assert_eq!(id_of(&respond(&node, call("more")).await), place);
        }
        let name = place.split('_').nth(1).unwrap().to_owned();
        let moved = id_of(&respond(&node, call(&format!("fail {name}"))).await);
        assert_ne!(moved, place);
        assert_eq!(id_of(&respond(&node, call("more")).await), moved);
        node.gateway.clear_breaker(1);
        node.gateway.clear_breaker(2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stored_responses_are_served_where_they_lie_to_their_owner() {
    let (first, second) = (provider("a"), provider("b"));
    let node = two_channels(&first, &second).start();
    let client = node.client();
    let made = respond(&node, json!({"model": "gpt-4o", "input": "hi"})).await;
    let id = id_of(&made);
    let home = if id.contains("_a_") { &first } else { &second };
    let path = format!("/v1/responses/{id}");
    let ask = |method, below: &str| {
        let request = client.request(method, &format!("{path}{below}"), "");
        client.whole(request)
    };

    let answer = ask(Method::GET, "?include[]=x").await;
    assert_eq!(
        (answer.status, &answer.body[..]),
        (200, &br#"{"kept":true}"#[..])
    );
    let seen = home.seen().pop().unwrap();
    assert_eq!(seen.path, format!("{path}?include[]=x"));
    let key = seen.headers["authorization"].to_str().unwrap();
    assert_eq!(
        id,
        format!(
            "resp_{}_{}",
            if id.contains("_a_") { "a" } else { "b" },
            key.len()
        )
    );
    assert_eq!(ask(Method::GET, "/input_items?limit=2").await.status, 200);
    assert_eq!(
        home.seen().pop().unwrap().path,
        format!("{path}/input_items?limit=2")
    );
    let refused = ask(Method::POST, "/cancel").await;
    assert_eq!(
        (refused.status, refused.json()["error"]["code"].as_str()),
        (409, Some("done"))
    );

    let mut foreign = client.request(Method::GET, &path, "");
    let bearer = format!("Bearer sk-{OTHER_KEY}").parse().unwrap();
    foreign.headers_mut().insert("authorization", bearer);
    assert_eq!(client.whole(foreign).await.status, 404);
    assert_eq!(ask(Method::DELETE, "").await.status, 200);
    let calls = home.count();
    let answer = ask(Method::GET, "").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["error"]["code"], "response_not_found");
    assert_eq!(home.count(), calls);
    assert_eq!(
        node.rows(1).await.len(),
        1,
        "only the call that made it is a row"
    );
}
