//! Dify's `/v1/chat-messages`.

use serde_json::json;

use crate::support::{Heard, answer, heard, try_written, written};

#[test]
fn a_conversation_is_written_out() {
    let chat = json!({"model": "m", "stream": true, "user": "u", "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "What is it?"},
            {"type": "image_url", "image_url": {"url": "https://x/y.png"}}]}]});
    let (body, url) = written(37, &chat);
    assert_eq!(url, "http://h/v1/chat-messages");
    let wanted = json!({"inputs": {}, "query": "SYSTEM:\nBe brief.\nUSER:\nWhat is it?\n",
        "response_mode": "streaming", "user": "u", "auto_generate_name": false,
        "files": [{"type": "image", "transfer_method": "remote_url", "url": "https://x/y.png"}]});
    assert_eq!(body, wanted);
    let one = json!({"model": "m", "messages": [{"role": "user", "content": "Hi"}]});
    let (body, _) = written(37, &one);
    assert_eq!(
        (&body["query"], &body["response_mode"]),
        (&json!("Hi"), &json!("blocking"))
    );
}

#[test]
fn tools_are_refused_by_name() {
    let error = try_written(37, &crate::support::tool_chat()).expect_err("a refusal");
    assert!(error.to_string().contains("tools"), "{error}");
}

#[test]
fn answers_are_read_whole_and_in_pieces() {
    let reply = json!({"event": "message", "message_id": "r", "answer": "Hi",
        "metadata": {"usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}}});
    let read = answer(37, &reply);
    assert_eq!(read["choices"][0]["message"]["content"], "Hi");
    assert_eq!(read["usage"]["total_tokens"], 7);
    let stream = concat!(
        "event: ping\n\n",
        "data: {\"event\":\"agent_thought\",\"thought\":\"Hm\"}\n\n",
        "data: {\"event\":\"message\",\"message_id\":\"r\",\"answer\":\"Grüß\",\"created_at\":1}\n\n",
        "data: {\"event\":\"node_finished\",\"data\":{}}\n\n",
        "data: {\"event\":\"message_end\",\"metadata\":{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}}\n\n",
    );
    let wanted = Heard {
        text: "Grüß".to_owned(),
        thinking: "Hm".to_owned(),
        finish: "stop".to_owned(),
        usage: Some((3, 4)),
        is_done: true,
        ..Heard::default()
    };
    assert_eq!(heard(37, stream), wanted);
    let error = heard(
        37,
        "data: {\"event\":\"error\",\"code\":\"x\",\"message\":\"no quota\"}\n\n",
    );
    assert_eq!(error.error.as_deref(), Some("no quota"));
}
