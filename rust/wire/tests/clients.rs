//! What official client packages want of answers that crossed families, and what comes back from them.
//! Each rule was met with a real package; the shapes here are our own.
#![expect(clippy::expect_used, reason = "a broken case must stop the walk")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::BytesMut;
use serde_json::{Value, json};
use weirgate_wire::canon::Question;
use weirgate_wire::translate::{StreamTranslator, Translating, reply, reply_to, request};
use weirgate_wire::{Endpoint, Family, vendor};

const ANTHROPIC: i32 = 14;
/// No base64, though it looks like it; a client decodes what it gets and writes it again.
const PROOF: &str = "EqQB+/bW9jaw==bW9jaw==";

fn claudes_answer() -> Vec<u8> {
    let answer = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn",
        "content": [
            {"type": "thinking", "thinking": "because", "signature": PROOF},
            {"type": "text", "text": "done"},
        ],
        "usage": {"input_tokens": 3, "output_tokens": 2},
    });
    answer.to_string().into_bytes()
}

/// Returns the proof that Claude is sent when a client of Gemini gives this one back.
fn given_back(proof: &str) -> Value {
    let turns = json!([
        {"role": "user", "parts": [{"text": "why?"}]},
        {"role": "model", "parts": [
            {"text": "because", "thought": true, "thoughtSignature": proof}, {"text": "done"},
        ]},
        {"role": "user", "parts": [{"text": "go on"}]},
    ]);
    let thinking = json!({"thinkingConfig": {"thinkingBudget": 2048}});
    let body = json!({"contents": turns, "generationConfig": thinking}).to_string();
    let call = Translating {
        endpoint: Endpoint::GenerateContent,
        path_model: Some("m"),
        body: body.as_bytes(),
        to: Family::AnthropicMessages,
        profile: vendor::profile(ANTHROPIC),
        model: "claude-sonnet-4-5",
    };
    let wire = request(&call, |_| {}).expect("is good");
    let written: Value = serde_json::from_slice(&wire.body).expect("is JSON");
    let proof = written.pointer("/messages/1/content/0/signature");
    proof.expect("has a proof").clone()
}

fn stream(from: Family, to: Endpoint, question: Question, bytes: &str) -> String {
    let translator = StreamTranslator::new(from, to, "m", true).expect("is a way");
    let mut translator = translator.answering(question);
    let mut out = BytesMut::new();
    translator.push(bytes.as_bytes(), &mut out);
    translator.finish(&mut out);
    String::from_utf8(out.to_vec()).expect("is text")
}

#[test]
fn a_foreign_proof_is_bytes_for_geminis_clients_and_comes_back_whole() {
    let (from, to) = (Family::AnthropicMessages, Endpoint::GenerateContent);
    let written = reply(from, to, "m", &claudes_answer()).expect("is good");
    let written: Value = serde_json::from_slice(&written.body).expect("is JSON");
    let parts = written.pointer("/candidates/0/content/parts");
    let parts = parts.and_then(Value::as_array).expect("is a list");
    let mut proofs = parts.iter().filter_map(|part| part.get("thoughtSignature"));
    let proof = proofs.next().and_then(Value::as_str);
    let proof = proof.expect("there is a proof");
    assert_eq!(proofs.next(), None);
    STANDARD.decode(proof).expect("is base64");
    assert_eq!(given_back(proof), PROOF);
    let for_urls = proof.replace('+', "-").replace('/', "_");
    assert_eq!(given_back(&for_urls), PROOF);
}

#[test]
fn a_streamed_foreign_proof_is_bytes_too() {
    let start = r#"{"type":"message_start","message":{"id":"msg_1","model":"m","content":[],"usage":{"input_tokens":3,"output_tokens":0}}}"#;
    let block = r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#;
    let mut events = vec![start.to_owned(), block.to_owned()];
    let (head, tail) = PROOF.split_at(9);
    for piece in [head, tail] {
        let delta = json!({"type": "signature_delta", "signature": piece});
        let event = json!({"type": "content_block_delta", "index": 0, "delta": delta});
        events.push(event.to_string());
    }
    events.push(r#"{"type":"content_block_stop","index":0}"#.to_owned());
    events.push(
        r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#
            .to_owned(),
    );
    events.push(r#"{"type":"message_stop"}"#.to_owned());
    let bytes = format!("data: {}\n\n", events.join("\n\ndata: "));
    let (from, to) = (Family::AnthropicMessages, Endpoint::StreamGenerateContent);
    let out = stream(from, to, Question::default(), &bytes);
    let (_, rest) = out
        .split_once("\"thoughtSignature\":\"")
        .expect("has a proof");
    let (proof, _) = rest.split_once('"').expect("ends");
    assert_eq!(given_back(proof), PROOF);
}

/// Gemini's answer with text and two calls that carry proofs.
fn geminis_answer() -> Value {
    let call = |city: &str| json!({"functionCall": {"name": "f", "args": {"city": city}}, "thoughtSignature": "c2ln"});
    let parts = json!([{"text": "On it."}, call("Paris"), call("Rome")]);
    json!({
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5},
    })
}

#[test]
fn calls_have_no_empty_thinking_before_them_unless_thinking_was_asked_for() {
    let (from, to) = (Family::Gemini, Endpoint::Messages);
    let body = geminis_answer().to_string();
    for without_thinking in [true, false] {
        let question = Question {
            without_thinking,
            ..Question::default()
        };
        let whole = reply_to(&question, from, to, "m", body.as_bytes()).expect("is good");
        let whole: Value = serde_json::from_slice(&whole.body).expect("is JSON");
        let blocks = whole.get("content").and_then(Value::as_array);
        let is_thinking = |block: &&Value| block.get("type") == Some(&json!("thinking"));
        let thoughts = blocks.expect("is a list").iter().filter(is_thinking);
        let expected = if without_thinking { 0 } else { 2 };
        assert_eq!(thoughts.count(), expected);
        let streamed = stream(from, to, question, &format!("data: {body}\n\n"));
        assert_eq!(streamed.matches("\"type\":\"thinking\"").count(), expected);
        assert_eq!(streamed.matches("\"type\":\"tool_use\"").count(), 2);
    }
}

#[test]
fn an_error_in_geminis_stream_is_one_for_every_client() {
    let piece = json!({"candidates": [{"content": {"parts": [{"text": "long"}], "role": "model"}, "index": 0}]});
    let error = json!({"error": {"code": 529, "message": "too much", "status": "UNAVAILABLE"}});
    let bytes = format!("data: {piece}\r\n\r\ndata: {error}\r\n\r\n");
    let told = |to| stream(Family::Gemini, to, Question::default(), &bytes);
    assert!(told(Endpoint::Messages).contains("event: error\ndata: {\"type\":\"error\""));
    assert!(!told(Endpoint::Messages).contains("message_stop"));
    assert!(told(Endpoint::Responses).contains("event: error\ndata: {\"type\":\"error\""));
    assert!(!told(Endpoint::Responses).contains("response.completed"));
    assert!(told(Endpoint::ChatCompletions).contains("data: {\"error\":{\"message\":\"too much\""));
}

#[test]
fn a_count_is_of_a_call() {
    for endpoint in Endpoint::ALL {
        let counted = endpoint.counted();
        assert_eq!(counted.is_some(), endpoint.is_count());
        let families = counted.map(Endpoint::family);
        assert!(families.is_none_or(|family| family == endpoint.family()));
        assert!(counted.is_none_or(Endpoint::is_generation));
    }
}

/// What goes out when long texts are shared: the same bytes, though few of them are written.
#[test]
fn long_texts_that_are_shared_are_said_as_they_would_be_copied() {
    let (from, to) = (Family::OpenaiChat, Endpoint::Responses);
    let piece = "Wörter \"quoted\",\nand \u{1} more of them. ";
    let delta = |delta: Value, finish: Value| {
        let choice = json!({"index": 0, "delta": delta, "finish_reason": finish});
        format!(
            "data: {}\n\n",
            json!({"id": "c", "model": "m", "created": 1, "choices": [choice]})
        )
    };
    for (pieces, field) in [(10, "content"), (10_000, "content"), (10_000, "refusal")] {
        let mut bytes = delta(json!({(field): piece}), Value::Null).repeat(pieces);
        bytes += &delta(json!({}), json!("stop"));
        bytes += "data: [DONE]\n\n";
        let copied = stream(from, to, Question::default(), &bytes);

        let translator = StreamTranslator::new(from, to, "m", true).expect("is a way");
        let mut translator = translator
            .answering(Question::default())
            .sharing_long_texts();
        let (mut said, mut written, mut shared) = (Vec::new(), BytesMut::new(), 0);
        for chunk in bytes.as_bytes().chunks(5000) {
            translator.push(chunk, &mut written);
            for before in translator.take_before() {
                shared += usize::from(before.len() > 64 * 1024);
                said.extend_from_slice(&before);
            }
            said.extend_from_slice(&written.split());
        }
        translator.finish(&mut written);
        said.extend(translator.take_before().concat());
        said.extend_from_slice(&written);

        let said = String::from_utf8(said).expect("is text");
        assert_eq!(shared, if pieces > 10 { 4 } else { 0 }, "{field}");
        let events = |text: &str| -> Vec<Value> {
            let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
            data.map(|data| serde_json::from_str(data).expect("is JSON"))
                .collect()
        };
        assert!(events(&said) == events(&copied), "{pieces} {field}");
    }
}
