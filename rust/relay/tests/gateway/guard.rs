//! The operator's words: refused in every family before anything is held, in the caller's shape.

use http::Method;
use serde_json::json;

use crate::realtime::{Provider, open, read, say};
use crate::support::*;

const OPTION: &str = "badger";

fn refused(node: &Node) -> u64 {
    let metrics = node.gateway.metrics();
    let line = metrics
        .lines()
        .find(|line| line.contains("=\"sensitive_words\""));
    let count = line.and_then(|line| line.rsplit(' ').next());
    count.map_or(0, |count| count.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prompt_with_a_word_is_refused_in_the_callers_own_shape_and_costs_nothing() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())])
        .options(json!({"sensitive_words": ["badger"]}))
        .start();
    let client = node.client();
    let chat = CHAT.replace("Say hello.", "Call the \\u0042adgers.");
    let answer = client.chat(chat).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"]["code"], "sensitive_words_detected");
    let said = answer.json()["error"]["message"].to_string();
    assert!(!said.contains("badger"), "the word is not told: {said}");

    let claude = json!({"model": "gpt-4o", "max_tokens": 5, "system": "BADGER",
        "messages": [{"role": "user", "content": "hi"}]});
    let request = client.request(Method::POST, "/v1/messages", claude.to_string());
    let answer = client.whole(request).await;
    assert_eq!(
        (answer.status, &answer.json()["type"]),
        (400, &json!("error"))
    );
    let gemini = json!({"contents": [{"parts": [{"text": "a badger"}]}]});
    let path = "/v1beta/models/gpt-4o:generateContent";
    let answer = client
        .whole(client.request(Method::POST, path, gemini.to_string()))
        .await;
    assert_eq!(
        (answer.status, &answer.json()["error"]["code"]),
        (400, &json!(400))
    );

    assert_eq!(upstream.count(), 0);
    assert_eq!(node.account()["free"], PLENTY);
    assert_eq!(client.chat(CHAT).await.status, 200);
    assert!(node.gateway.metrics().contains("sensitive_words"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_with_a_word_is_refused_on_its_socket_and_the_socket_goes_on() {
    let mut provider = Provider::start().await;
    let node = Setup::new(vec![channel(1, &format!("http://{}", provider.address))])
        .options(json!({"sensitive_words": [OPTION]}))
        .start();
    let mut client = open(&node, "/v1/realtime?model=gpt-4o", None)
        .await
        .unwrap();
    let (mut upstream, ..) = provider.next().await;
    let item = json!({"type": "message", "role": "user",
        "content": [{"type": "input_text", "text": "Call the Badgers."}]});
    let event = json!({"type": "conversation.item.create", "event_id": "mine", "item": item});
    say(&mut client, event).await;
    let told = read(&mut client).await.unwrap();
    assert_eq!((&told["type"], told.get("status")), (&json!("error"), None));
    assert_eq!(told["error"]["code"], "sensitive_words_detected");
    assert_eq!(told["error"]["event_id"], "mine");
    assert!(!told.to_string().contains(OPTION), "{told}");
    // Sound in base64 spells anything.
    let sound = json!({"type": "input_audio_buffer.append", "audio": "AbadgerA"});
    say(&mut client, sound.clone()).await;
    assert_eq!(read(&mut upstream).await, Some(sound));
    assert_eq!(refused(&node), 1);
    client.close(None).await.unwrap();
    let row = node.only_row().await;
    assert_eq!(
        (row.quota, row.end_reason.as_str()),
        (0, "completed"),
        "one row, and the refused event costs nothing"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_responses_socket_refuses_a_word_in_its_first_message_and_in_later_ones() {
    let mut provider = Provider::start().await;
    let node = Setup::new(vec![channel(1, &format!("http://{}", provider.address))])
        .options(json!({"sensitive_words": [OPTION]}))
        .start();
    let asked = |input: &str| json!({"type": "response.create", "model": "gpt-4o", "input": input});
    let mut client = open(&node, "/v1/responses", None).await.unwrap();
    say(&mut client, asked("a BADGER")).await;
    let told = read(&mut client).await.unwrap();
    assert_eq!(
        (&told["status"], &told["error"]["code"]),
        (&json!(400), &json!("sensitive_words_detected"))
    );
    say(&mut client, asked("a dog")).await;
    let (mut upstream, ..) = provider.next().await;
    assert_eq!(read(&mut upstream).await, Some(asked("a dog")));
    say(&mut client, asked("two \u{62}adgers")).await;
    let told = read(&mut client).await.unwrap();
    assert_eq!(told["error"]["code"], "sensitive_words_detected");
    // Words are the operator's present ones, however long a socket has been open.
    let channels = [channel(1, &format!("http://{}", provider.address))];
    let document = snapshot(&channels, json!({"sensitive_words": ["dog"]}));
    let document = document.to_string();
    node.gateway.publish_snapshot(document.as_bytes()).unwrap();
    say(&mut client, asked("a badger")).await;
    assert_eq!(read(&mut upstream).await, Some(asked("a badger")));
    assert_eq!(refused(&node), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_over_another_family_refuses_a_word_before_anything_is_held() {
    let upstream =
        Upstream::start(|_| Reply::event_list(vec![delta("Hello"), finish(), usage(7, 3), DONE]));
    let mut row = channel(1, &upstream.url());
    row["type"] = json!(43);
    let node = Setup::new(vec![row])
        .options(json!({"sensitive_words": [OPTION]}))
        .start();
    let asked = |input: &str| json!({"type": "response.create", "model": "gpt-4o", "input": input});
    let mut client = open(&node, "/v1/responses", None).await.unwrap();
    say(&mut client, asked("hi")).await;
    while read(&mut client).await.unwrap()["type"] != "response.completed" {}
    say(&mut client, asked("badgers")).await;
    let told = read(&mut client).await.unwrap();
    assert_eq!(
        (&told["status"], &told["error"]["code"]),
        (&json!(400), &json!("sensitive_words_detected"))
    );
    assert_eq!((upstream.count(), refused(&node)), (1, 1));
}
