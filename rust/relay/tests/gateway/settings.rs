//! Channel settings: what they change in the body and the headers, and what stays byte for byte.

use serde_json::{Value, json};

use crate::support::*;

/// Sends a chat call over a channel with these settings; returns what the provider saw.
async fn seen_with(settings: Value, body: &str) -> Seen {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let mut only = channel(1, &upstream.url());
    only["settings"] = settings;
    let node = Setup::new(vec![only]).start();
    let client = node.client();
    let mut request = client.request(http::Method::POST, "/v1/chat/completions", body.to_owned());
    let headers = request.headers_mut();
    headers.insert("x-team", "blue".parse().unwrap());
    headers.insert("cookie", "secret=1".parse().unwrap());

    assert_eq!(client.whole(request).await.status, 200);

    upstream.seen().remove(0)
}

#[tokio::test]
async fn fields_are_set_and_every_other_byte_stays() {
    let settings = json!({"param_override": {"temperature": 0.5, "a.b": true}});
    let body =
        r#"{ "model":"gpt-4o","temperature": 1, "messages":[ {"role":"user","content":"x"} ]}"#;
    let seen = seen_with(settings, body).await;
    let expected = r#"{"model":"gpt-4o","temperature":0.5,"messages":[ {"role":"user","content":"x"} ],"a.b":true}"#;
    assert_eq!(seen.body, expected);
}

#[tokio::test]
async fn operations_are_done_in_order_under_their_conditions() {
    let settings = json!({"param_override": {"operations": [
        {"mode": "set", "path": "metadata.team", "value": "blue"},
        {"mode": "delete", "path": "user"},
        {"mode": "append", "path": "messages.-1.content", "value": "!",
         "conditions": [{"path": "model", "mode": "prefix", "value": "gpt-"}]},
        {"mode": "set", "path": "never", "value": 1,
         "conditions": [{"path": "max_tokens", "mode": "gt", "value": 10}]},
        {"mode": "copy_header", "from": "X-Team", "to": "X-Squad"},
        {"mode": "regex_replace", "path": "messages.0.content", "from": "h(.)llo", "to": "h${1}y"}
    ]}});
    let body = r#"{"model":"gpt-4o","user":"u","max_tokens":5,"messages":[{"role":"user","content":"hello"}]}"#;
    let seen = seen_with(settings, body).await;
    let sent: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(
        sent,
        json!({"model": "gpt-4o", "max_tokens": 5, "metadata": {"team": "blue"},
            "messages": [{"role": "user", "content": "hey!"}]})
    );
    assert_eq!(seen.headers["x-squad"], "blue");
}

#[tokio::test]
async fn an_operation_can_refuse_the_call() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let mut only = channel(1, &upstream.url());
    only["settings"] = json!({"param_override": {"operations": [
        {"mode": "return_error", "value": {"message": "not here", "status_code": 403, "code": "no"}}
    ]}});
    let node = Setup::new(vec![only]).start();

    let answer = node.client().chat(CHAT).await;

    assert_eq!((answer.status, upstream.count()), (403, 0));
    assert_eq!(answer.json()["error"]["message"], "not here");
    assert_eq!(node.only_row().await.quota, 0);
}

#[tokio::test]
async fn headers_are_set_from_key_and_client_but_never_its_secrets() {
    let settings = json!({"header_override": {
        "X-Key": "k-{api_key}", "X-From": "{client_header:X-Team}", "X-None": "{client_header:X-No}",
        "*": true
    }});
    let seen = seen_with(settings, CHAT).await;
    assert_eq!(seen.headers["x-key"], "k-sk-upstream-1");
    assert_eq!(seen.headers["x-from"], "blue");
    assert_eq!(seen.headers["x-team"], "blue");
    assert!(!seen.headers.contains_key("x-none"));
    assert!(!seen.headers.contains_key("cookie"));
    assert_eq!(seen.headers["authorization"], "Bearer sk-upstream-1");
}

#[tokio::test]
async fn a_system_prompt_stands_in_or_goes_first() {
    let own = r#"{"model":"gpt-4o","messages":[{"role":"system","content":"own"},{"role":"user","content":"x"}]}"#;
    let prompt = |goes_first| json!({"system_prompt": {"text": "ours", "goes_first": goes_first}});
    let first = |seen: &Seen| {
        let sent: Value = serde_json::from_slice(&seen.body).unwrap();
        sent["messages"][0].clone()
    };
    let none = seen_with(prompt(false), CHAT).await;
    assert_eq!(first(&none), json!({"role": "system", "content": "ours"}));
    assert_eq!(seen_with(prompt(false), own).await.body, own);
    let both = seen_with(prompt(true), own).await;
    assert_eq!(first(&both)["content"], "ours\nown");
}

#[tokio::test]
async fn a_body_that_passes_through_is_touched_by_nothing() {
    let settings = json!({"pass_through_body": true, "param_override": {"temperature": 0},
        "system_prompt": {"text": "ours"}});
    assert_eq!(
        seen_with(settings, CHAT_STREAM_PLAIN).await.body,
        CHAT_STREAM_PLAIN
    );
}

const CHAT_STREAM_PLAIN: &str =
    r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Say hello."}]}"#;

#[tokio::test]
async fn broken_rules_pass_the_channel_over() {
    let good = Upstream::start(|_| Reply::json(REPLY));
    let mut broken = channel(1, "http://127.0.0.1:1");
    broken["priority"] = json!(10);
    broken["settings"] = json!({"param_override": {"operations": [{"mode": "nonsense"}]}});
    let node = Setup::new(vec![broken, channel(2, &good.url())]).start();

    assert_eq!(node.client().chat(CHAT).await.status, 200);

    let row = node.only_row().await;
    assert_eq!(row.attempts[0].error, "channel:param_override_invalid");
}

#[tokio::test]
async fn thinking_goes_out_as_text_where_the_channel_says_so() {
    let reply = json!({"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
        "message":{"role":"assistant","content":"Hi","reasoning_content":"hm"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}});
    let upstream = Upstream::start(move |_| Reply::json(reply.to_string()));
    let mut only = channel(1, &upstream.url());
    only["settings"] = json!({"thinking_to_content": true});
    let node = Setup::new(vec![only]).start();

    let answer = node.client().chat(CHAT).await;

    let message = &answer.json()["choices"][0]["message"];
    assert_eq!(message["content"], "<think>\nhm\n</think>\nHi");
    assert!(message.get("reasoning_content").is_none());
}

#[tokio::test]
async fn an_answer_takes_the_familys_strict_form_where_the_channel_says_so() {
    let whole = r#"{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}"#;
    let piece = br#"data: {"id":"c1","choices":[{"index":0,"delta":{"content":"Hi"}}]}"#;
    let piece = bytes::Bytes::from([piece, &b"\n\n"[..]].concat());
    let upstream = Upstream::start(move |seen| {
        if String::from_utf8_lossy(&seen.body).contains("\"stream\":true") {
            Reply::event_list(vec![piece.clone(), finish(), usage(7, 3), DONE])
        } else {
            Reply::json(whole)
        }
    });
    for is_strict in [false, true] {
        let mut only = channel(1, &upstream.url());
        only["settings"] = json!({"force_format": is_strict});
        only["organization"] = json!("org-1");
        let node = Setup::new(vec![only]).start();
        let client = node.client();
        let answer = client.chat(CHAT).await.json();
        let wanted = if is_strict {
            json!("chat.completion")
        } else {
            Value::Null
        };
        assert_eq!(answer["object"], wanted);
        assert_eq!(answer["choices"][0]["message"]["content"], "Hi");
        let stream = CHAT.replacen('{', "{\"stream\":true,", 1);
        let answer = client.chat(stream).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let first = text.lines().find(|line| line.contains("\"Hi\"")).unwrap();
        assert_eq!(first.contains("chat.completion.chunk"), is_strict, "{text}");
        let rows = node.rows(2).await;
        assert!(rows.iter().all(|row| row.quota == 13), "{rows:?}");
    }
    let seen = upstream.seen();
    assert!(
        seen.iter()
            .all(|seen| seen.headers["openai-organization"] == "org-1")
    );
}
