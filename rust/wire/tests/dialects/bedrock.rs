//! Bedrock: Converse bodies and answers, AWS event streams, and Claude's events inside them.

use serde_json::{Value, json};
use weirgate_wire::Family;
use weirgate_wire::framing::event_stream::{FramingError, MessageParser, Unframer};

use crate::support::{Heard, answer, heard_from, tool_chat, try_written, written};

/// One message as AWS frames it.
fn framed(kind: &str, name: &str, payload: &[u8]) -> Vec<u8> {
    let mut headers = Vec::new();
    let name_of = if kind == "event" {
        ":event-type"
    } else {
        ":exception-type"
    };
    let fields = [
        (name_of, name),
        (":content-type", "application/json"),
        (":message-type", kind),
    ];
    for (field, value) in fields {
        headers.push(u8::try_from(field.len()).expect("a short name"));
        headers.extend(field.as_bytes());
        headers.push(7);
        headers.extend(
            u16::try_from(value.len())
                .expect("a short value")
                .to_be_bytes(),
        );
        headers.extend(value.as_bytes());
    }
    let total = u32::try_from(16 + headers.len() + payload.len()).expect("a small message");
    let mut bytes = total.to_be_bytes().to_vec();
    bytes.extend(
        u32::try_from(headers.len())
            .expect("few headers")
            .to_be_bytes(),
    );
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend(headers);
    bytes.extend(payload);
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

fn event(name: &str, payload: &Value) -> Vec<u8> {
    framed("event", name, payload.to_string().as_bytes())
}

fn converse_stream() -> Vec<u8> {
    let block = |at: u32, delta: Value| {
        event(
            "contentBlockDelta",
            &json!({"contentBlockIndex": at, "delta": delta}),
        )
    };
    [
        event("messageStart", &json!({"role": "assistant", "p": "abc"})),
        block(0, json!({"reasoningContent": {"text": "Hm"}})),
        block(0, json!({"reasoningContent": {"signature": "sig"}})),
        event("contentBlockStop", &json!({"contentBlockIndex": 0})),
        block(1, json!({"text": "Grüß"})),
        event("contentBlockStart", &json!({"contentBlockIndex": 2, "start": {"toolUse": {"toolUseId": "t1", "name": "now"}}})),
        block(2, json!({"toolUse": {"input": "{\"a\""}})),
        block(2, json!({"toolUse": {"input": ":1}"}})),
        event("messageStop", &json!({"stopReason": "tool_use"})),
        event("metadata", &json!({"usage": {"inputTokens": 5, "outputTokens": 7, "cacheReadInputTokens": 2, "cacheWriteInputTokens": 1}})),
    ]
    .concat()
}

#[test]
fn a_call_with_tools_is_written() {
    let (body, url) = written(33, &tool_chat());
    assert_eq!(url, "http://h/model/m/converse-stream");
    let wanted = json!({
        "messages": [
            {"role": "user", "content": [{"text": "Weather in Oslo?"}]},
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "call_1", "name": "weather", "input": {"city": "Oslo"}}}]},
            {"role": "user", "content": [{"toolResult": {"toolUseId": "call_1", "content": [{"text": "rain"}]}}]},
        ],
        "system": [{"text": "Be brief."}],
        "inferenceConfig": {"maxTokens": 50, "temperature": 0.5, "topP": 0.9, "stopSequences": ["END"]},
        "toolConfig": {"tools": [{"toolSpec": {"name": "weather", "description": "d",
            "inputSchema": {"json": {"type": "object", "properties": {"city": {"type": "string"}}}}}}]},
    });
    assert_eq!(body, wanted);
}

#[test]
fn turns_of_one_side_are_joined_and_addresses_refused() {
    let chat = |url: &str| {
        json!({"model": "amazon.nova-lite-v1:0", "messages": [
            {"role": "user", "content": "a"},
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}]})
    };
    let (body, url) = written(33, &chat("data:image/jpeg;base64,QUJD"));
    assert_eq!(url, "http://h/model/amazon.nova-lite-v1%3A0/converse");
    let image = json!({"image": {"format": "jpeg", "source": {"bytes": "QUJD"}}});
    assert_eq!(
        body["messages"],
        json!([{"role": "user", "content": [{"text": "a"}, image]}])
    );
    let error = try_written(33, &chat("https://x/y.png")).expect_err("a refusal");
    assert!(error.to_string().contains("image"), "{error}");
}

#[test]
fn a_whole_answer_is_read() {
    let reply = json!({"output": {"message": {"role": "assistant", "content": [
        {"reasoningContent": {"reasoningText": {"text": "Hm", "signature": "s"}}}, {"text": "Hi"},
        {"toolUse": {"toolUseId": "t1", "name": "now", "input": {"a": 1}}}]}},
        "stopReason": "tool_use", "usage": {"inputTokens": 5, "outputTokens": 7, "totalTokens": 12, "cacheReadInputTokens": 3}});
    let read = answer(33, &reply);
    let choice = &read["choices"][0];
    assert_eq!(choice["finish_reason"], "tool_calls");
    assert_eq!(choice["message"]["content"], "Hi");
    assert_eq!(
        choice["message"]["tool_calls"][0]["function"]["arguments"],
        "{\"a\":1}"
    );
    assert_eq!(read["usage"]["prompt_tokens"], 8);
    assert_eq!(read["usage"]["prompt_tokens_details"]["cached_tokens"], 3);
}

#[test]
fn a_stream_is_read_however_it_is_cut() {
    let wanted = Heard {
        text: "Grüß".to_owned(),
        thinking: "Hm".to_owned(),
        calls: vec![("now".to_owned(), "{\"a\":1}".to_owned())],
        finish: "tool_calls".to_owned(),
        usage: Some((8, 7)),
        error: None,
        is_done: true,
    };
    assert_eq!(heard_from(Family::Bedrock, &converse_stream()), wanted);
}

#[test]
fn an_exception_and_damage_are_said() {
    let stream = [
        event("messageStart", &json!({"role": "assistant"})),
        framed(
            "exception",
            "throttlingException",
            br#"{"message":"Too many tokens"}"#,
        ),
    ];
    let heard = heard_from(Family::Bedrock, &stream.concat());
    assert_eq!(heard.error.as_deref(), Some("Too many tokens"));
    let whole = event("messageStart", &json!({"role": "assistant"}));
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        let mut parser = MessageParser::default();
        let mut messages = 0;
        let result = parser.push(&damaged, &mut |_| messages += 1);
        assert_eq!((messages, result.is_err()), (0, true), "byte {at}");
    }
}

#[test]
fn an_impossible_length_is_no_reason_to_wait() {
    let mut bytes = 0xffff_ffff_u32.to_be_bytes().to_vec();
    bytes.extend(0_u32.to_be_bytes());
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    let result = MessageParser::default().push(&bytes, &mut |_| {});
    assert_eq!(result, Err(FramingError::Length));
}

#[test]
fn claudes_events_come_out_as_its_own_server_sends_them() {
    let inner = br#"{"type":"message_stop"}"#;
    // The event above in base64.
    let outer = json!({"bytes": "eyJ0eXBlIjoibWVzc2FnZV9zdG9wIn0=", "p": "abcd"});
    let framed_event = event("chunk", &outer);
    for at in 0..framed_event.len() {
        let (first, second) = framed_event.split_at(at);
        let mut unframer = Unframer::new();
        let mut out = Vec::new();
        unframer.push(first, &mut out);
        unframer.push(second, &mut out);
        let wanted = [b"event: message_stop\ndata: ", &inner[..], b"\n\n"].concat();
        assert_eq!(out, wanted);
    }
    let mut out = Vec::new();
    Unframer::new().push(
        &framed(
            "exception",
            "throttlingException",
            br#"{"message":"slow\ndown"}"#,
        ),
        &mut out,
    );
    let wanted = b"event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"throttlingException\",\"message\":\"slow\\ndown\"}}\n\n";
    assert_eq!(
        String::from_utf8_lossy(&out),
        String::from_utf8_lossy(wanted)
    );
}
