//! Inline files at vendors that take them by id alone: each is uploaded first, with the call's key, and the call names it.

use http::Method;
use serde_json::{Value, json};

use crate::support::*;

const HELLO: &str = concat!(
    "event: conversation.message.delta\ndata: {\"type\":\"answer\",\"content\":\"Hello!\"}\n\n",
    "event: conversation.chat.completed\ndata: {\"usage\":{\"input_count\":10,\"output_count\":5}}\n\n",
    "event: done\ndata: \"[DONE]\"\n\n"
);

fn node(upstream: &Upstream, channel_type: i32) -> Node {
    let mut made = channel(1, &upstream.url());
    made["type"] = json!(channel_type);
    made["keys"] = json!(["pat-1"]);
    made["other"] = json!("bot-1");
    Setup::new(vec![made])
        .options(json!({"retry_times": 0}))
        .start()
}

fn asked() -> Value {
    json!({"model": "gpt-4o", "user": "u-1", "messages": [{"role": "user", "content": [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD"}},
        {"type": "image_url", "image_url": {"url": "https://x.example/y.png"}},
        {"type": "file", "file": {"filename": "a \"b\".pdf", "file_data": "data:application/pdf;base64,REVG"}},
    ]}]})
}

#[tokio::test]
async fn coze_gets_files_by_the_ids_that_it_gave() {
    let upstream = Upstream::start(|seen| {
        if seen.path != "/v1/files/upload" {
            return Reply::event_list(vec![HELLO.into()]);
        }
        let is_picture = seen.body.windows(3).any(|three| three == b"ABC");
        let id = if is_picture { "f-1" } else { "f-2" };
        Reply::json(json!({"code": 0, "msg": "", "data": {"id": id, "bytes": 3}}).to_string())
    });
    let node = node(&upstream, 49);
    let answer = node.client().chat(asked().to_string()).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let message = &answer.json()["choices"][0]["message"];
    assert_eq!(message["content"], "Hello!");
    let seen = upstream.seen();
    let paths: Vec<&str> = seen.iter().map(|seen| seen.path.as_str()).collect();
    assert_eq!(paths, ["/v1/files/upload", "/v1/files/upload", "/v3/chat"]);
    for call in &seen {
        assert_eq!(call.headers["authorization"], "Bearer pat-1");
    }
    let kind = seen[1].headers["content-type"].to_str().expect("text");
    assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
    let form = String::from_utf8_lossy(&seen[1].body).into_owned();
    let file =
        "name=\"file\"; filename=\"a b.pdf\"\r\nContent-Type: application/pdf\r\n\r\nDEF\r\n";
    assert!(form.contains(file), "{form}");
    let call: Value = serde_json::from_slice(&seen[2].body).expect("JSON");
    let message = &call["additional_messages"][0];
    assert_eq!(message["content_type"], "object_string");
    let content = message["content"].as_str().expect("text");
    let pieces: Value = serde_json::from_str(content).expect("JSON");
    let wanted = json!([
        {"type": "text", "text": "What is it?"},
        {"type": "image", "file_id": "f-1"},
        {"type": "image", "file_url": "https://x.example/y.png"},
        {"type": "file", "file_id": "f-2"},
    ]);
    assert_eq!(pieces, wanted);
}

#[tokio::test]
async fn dify_gets_files_for_the_same_user() {
    let upstream = Upstream::start(|seen| match seen.path.as_str() {
        "/v1/files/upload" => Reply::with(201, "application/json", r#"{"id":"f-1","name":"n"}"#),
        _ => Reply::json(
            json!({"answer": "Hello!", "metadata": {"usage": {"prompt_tokens": 10,
            "completion_tokens": 5, "total_tokens": 15}}})
            .to_string(),
        ),
    });
    let node = node(&upstream, 37);
    let claude = json!({"model": "gpt-4o", "max_tokens": 9, "metadata": {"user_id": "u-1"}, "messages": [{"role": "user", "content": [
        {"type": "image", "source": {"type": "base64", "media_type": "image/webp", "data": "QUJD"}},
        {"type": "text", "text": "What is it?"},
    ]}]});
    let client = node.client();
    for (path, body) in [("/v1/chat/completions", asked()), ("/v1/messages", claude)] {
        let asked = client.request(Method::POST, path, body.to_string());
        let answer = client.whole(asked).await;
        assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
    }
    let seen = upstream.seen();
    let paths: Vec<&str> = seen.iter().map(|seen| seen.path.as_str()).collect();
    let (upload, chat) = ("/v1/files/upload", "/v1/chat-messages");
    assert_eq!(paths, [upload, upload, chat, upload, chat]);
    let form = String::from_utf8_lossy(&seen[0].body).into_owned();
    assert!(form.contains("name=\"user\"\r\n\r\nu-1\r\n"), "{form}");
    let call: Value = serde_json::from_slice(&seen[2].body).expect("JSON");
    assert_eq!(call["user"], "u-1");
    let wanted = json!([
        {"type": "image", "transfer_method": "local_file", "upload_file_id": "f-1"},
        {"type": "image", "transfer_method": "remote_url", "url": "https://x.example/y.png"},
        {"type": "document", "transfer_method": "local_file", "upload_file_id": "f-1"},
    ]);
    assert_eq!(call["files"], wanted);
    let form = String::from_utf8_lossy(&seen[3].body).into_owned();
    assert!(form.contains("filename=\"file.webp\""), "{form}");
}

#[tokio::test]
async fn a_refused_file_is_the_calls_refusal() {
    let upstream =
        Upstream::start(|_| Reply::json(r#"{"code":4000,"msg":"the file type is not supported"}"#));
    let node = node(&upstream, 49);
    let answer = node.client().chat(asked().to_string()).await;
    assert!(answer.status >= 400, "{}", answer.status);
    let said = answer.json()["error"]["message"].to_string();
    assert!(said.contains("the file type is not supported"), "{said}");
    assert_eq!(upstream.count(), 1, "the call itself is not made");
    assert_eq!(node.only_row().await.quota, 0);
}

#[tokio::test]
async fn a_clients_own_file_ids_name_nothing_there() {
    let upstream = Upstream::start(|_| Reply::event_list(vec![HELLO.into()]));
    let node = node(&upstream, 49);
    let body = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": [
        {"type": "file", "file": {"file_id": "f-9"}}]}]});
    let answer = node.client().chat(body.to_string()).await;
    assert_eq!((answer.status, upstream.count()), (400, 0));
    assert_eq!(answer.json()["error"]["param"], "file");
}
