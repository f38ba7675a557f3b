//! Ollama's `/api/chat`.

use serde_json::json;

use crate::support::{Heard, answer, heard, tool_chat, try_written, written};

#[test]
fn a_call_with_tools_is_written() {
    let (body, url) = written(4, &tool_chat());
    assert_eq!(url, "http://h/api/chat");
    assert_eq!(
        body["options"],
        json!({"temperature": 0.5, "top_p": 0.9, "num_predict": 50, "stop": ["END"]})
    );
    let messages = json!([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Weather in Oslo?"},
        {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "weather", "arguments": {"city": "Oslo"}}}]},
        {"role": "tool", "content": "rain", "tool_name": "weather"},
    ]);
    assert_eq!(body["messages"], messages);
    assert_eq!(body["stream"], true);
    assert_eq!(body["tools"][0]["function"]["name"], "weather");
}

#[test]
fn inline_images_are_bare_base64_and_addresses_are_refused() {
    let chat = |url: &str| {
        json!({"model": "m", "reasoning_effort": "high", "response_format": {"type": "json_object"}, "messages": [
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}]})
    };
    let (body, _) = written(4, &chat("data:image/png;base64,QUJD"));
    assert_eq!(body["messages"][0]["images"], json!(["QUJD"]));
    assert_eq!(body["think"], "high");
    assert_eq!(body["format"], "json");
    assert_eq!(body["stream"], false);
    let error = try_written(4, &chat("https://x/y.png")).expect_err("a refusal");
    assert!(error.to_string().contains("image_url"), "{error}");
}

#[test]
fn a_whole_answer_is_read() {
    let reply = json!({"model": "llama", "created_at": "2026-01-01T00:00:00Z", "done": true, "done_reason": "stop",
        "message": {"role": "assistant", "content": "Hi", "thinking": "Hm",
            "tool_calls": [{"function": {"name": "now", "arguments": {"a": 1}}}]},
        "prompt_eval_count": 5, "eval_count": 7});
    let read = answer(4, &reply);
    let choice = &read["choices"][0];
    assert_eq!(choice["finish_reason"], "tool_calls");
    assert_eq!(choice["message"]["content"], "Hi");
    assert_eq!(choice["message"]["reasoning_content"], "Hm");
    let call = &choice["message"]["tool_calls"][0];
    assert_eq!(
        (call["id"].as_str(), &call["function"]["arguments"]),
        (Some("call_0"), &json!("{\"a\":1}"))
    );
    assert_eq!(read["usage"]["total_tokens"], 12);
}

#[test]
fn a_stream_is_read_however_it_is_cut() {
    let stream = concat!(
        "{\"model\":\"llama\",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"Hm\"},\"done\":false}\n",
        "{\"model\":\"llama\",\"message\":{\"role\":\"assistant\",\"content\":\"Grüß\"},\"done\":false}\r\n\n",
        "{\"model\":\"llama\",\"message\":{\"role\":\"assistant\",\"content\":\"!\"},\"done\":false}\n",
        "{\"model\":\"llama\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"length\",\"prompt_eval_count\":3,\"eval_count\":4}",
    );
    let wanted = Heard {
        text: "Grüß!".to_owned(),
        thinking: "Hm".to_owned(),
        finish: "length".to_owned(),
        usage: Some((3, 4)),
        is_done: true,
        ..Heard::default()
    };
    // The end of the last line is the end of the stream.
    assert_eq!(heard(4, &format!("{stream}\n")), wanted);
    let broken = heard(
        4,
        "{\"message\":{\"content\":\"a\"},\"done\":false}\n{\"mess",
    );
    assert!(!broken.is_done && broken.text == "a" && broken.error.is_none());
    let error = heard(4, "{\"error\":\"model not found\"}\n");
    assert_eq!(error.error.as_deref(), Some("model not found"));
}
