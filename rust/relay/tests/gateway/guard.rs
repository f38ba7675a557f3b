//! The operator's words: refused in every family before anything is held, in the caller's shape.

use http::Method;
use serde_json::json;

use crate::support::*;

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
