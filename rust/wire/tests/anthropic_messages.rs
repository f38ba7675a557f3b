//! Anthropic's messages in both directions, against goldens of our own, and crossed with chat completions.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken case must stop the walk and be named"
)]

#[path = "support/endpoint.rs"]
mod endpoint;
#[path = "support/goldens.rs"]
mod goldens;

use std::fs;
use std::path::Path;

use bytes::{Bytes, BytesMut};
use endpoint::take_endpoint;
use goldens::{cases, compare, compare_text, read_json};
use serde_json::{Value, json};
use weirgate_wire::canon::{ErrorBody, Event, Question, StopReason};
use weirgate_wire::family::anthropic_messages::{
    client_reply, client_request, upstream_reply, upstream_request,
};
use weirgate_wire::translate::{StreamTranslator, Translating, reply, request};
use weirgate_wire::{
    Endpoint, Family, StreamOutcome, StreamTap, error_body_of, prompt_tokens_estimate, reply_facts,
    tokens, vendor,
};

const ANTHROPIC: i32 = 14;
const OPENAI: i32 = 1;

fn cross(endpoint: Endpoint, to: Family, channel_type: i32, body: &[u8], model: &str) -> Value {
    let call = Translating {
        endpoint,
        path_model: None,
        body,
        to,
        profile: vendor::profile(channel_type),
        model,
    };
    match request(&call, |_| {}) {
        Err(error) => json!({"refused": error.to_string()}),
        Ok(wire) => {
            let body: Value = serde_json::from_slice(&wire.body).expect("body is JSON");
            assert_eq!(body["model"], json!(wire.model));
            json!({"body": body, "drops": wire.drops})
        }
    }
}

#[test]
fn requests_become_canonical_and_go_back() {
    for case in cases("anthropic_messages/requests", "json") {
        let bytes = fs::read(&case).expect("case is readable");
        let canon = client_request::read(Endpoint::Messages, None, &bytes).expect("is good");
        compare(&case, "canon.json", &canon);
        let wire = upstream_request::write(&canon, vendor::profile(ANTHROPIC)).expect("is good");
        assert_eq!(wire.endpoint, Endpoint::Messages);
        let written: Value = serde_json::from_slice(&wire.body).expect("body is JSON");
        compare(&case, "to-anthropic_messages.json", &written);
        let crossed = cross(
            Endpoint::Messages,
            Family::OpenaiChat,
            OPENAI,
            &bytes,
            "gpt-5",
        );
        compare(&case, "to-openai_chat.json", &crossed);
    }
}

#[test]
fn chat_requests_cross_over() {
    for case in cases("openai_chat/requests", "json") {
        let mut body = read_json(&case);
        let endpoint = take_endpoint(&mut body);
        let bytes = body.to_string().into_bytes();
        let to = Family::AnthropicMessages;
        let asked = body["model"].as_str().unwrap_or_default();
        let is_claude = asked.starts_with("claude");
        let model = if is_claude {
            asked
        } else {
            "claude-sonnet-4-5"
        };
        let crossed = cross(endpoint, to, ANTHROPIC, &bytes, model);
        compare(&case, "to-anthropic_messages.json", &crossed);
    }
}

fn decode(pieces: &[&[u8]]) -> Vec<Event> {
    let mut decoder = upstream_reply::Decoder::new();
    let mut events = Vec::new();
    for piece in pieces {
        decoder.push(piece, &mut events);
    }
    decoder.finish(&mut events);
    events
}

fn encode(events: &[Event]) -> String {
    let mut encoder = client_reply::Encoder::new(Endpoint::Messages, true);
    let mut out = BytesMut::new();
    for event in events {
        encoder.push(event, &mut out);
    }
    String::from_utf8(out.to_vec()).expect("stream is text")
}

fn tap(pieces: &[&[u8]]) -> (Vec<u8>, StreamOutcome) {
    let mut tap = StreamTap::new(Endpoint::Messages, false);
    let mut out = Vec::new();
    for piece in pieces {
        tap.push(Bytes::copy_from_slice(piece), &mut out);
    }
    tap.finish(&mut out);
    (out.concat(), tap.outcome().clone())
}

fn translate(from: Family, to: Endpoint, stream: &[u8]) -> (String, StreamOutcome) {
    let mut translator = StreamTranslator::new(from, to, "asked-for", true).expect("is a way");
    let mut out = BytesMut::new();
    translator.push(stream, &mut out);
    translator.finish(&mut out);
    let outcome = translator.outcome().clone();
    (
        String::from_utf8(out.to_vec()).expect("stream is text"),
        outcome,
    )
}

#[test]
fn streams_become_events_however_they_are_cut() {
    for case in cases("anthropic_messages/replies", "sse") {
        let stream = fs::read(&case).expect("case is readable");
        let events = decode(&[&stream]);
        compare(&case, "events.json", &events);
        let (_, outcome) = tap(&[&stream]);
        let facts = json!({
            "usage": outcome.usage, "done": outcome.done, "finished": outcome.finished,
            "events": outcome.events, "error": outcome.error,
            "content_events": outcome.content_events, "output_bytes": outcome.output_bytes,
        });
        compare(&case, "facts.json", &facts);
        compare_text(&case, "to-anthropic_messages.sse", &encode(&events));
        let (written, seen) = translate(
            Family::AnthropicMessages,
            Endpoint::ChatCompletions,
            &stream,
        );
        compare_text(&case, "to-openai_chat.sse", &written);
        assert_eq!(
            (seen.usage, seen.done, seen.finished),
            (outcome.usage, outcome.done, outcome.finished)
        );
        check_cuts(&case, &stream, &events, &outcome);
        for line_break in ["\r\n", "\r"] {
            let other = String::from_utf8_lossy(&stream).replace('\n', line_break);
            check_cuts(&case, other.as_bytes(), &events, &outcome);
        }
        let dressed = [b"\xEF\xBB\xBF: hello\n\n".as_slice(), &stream].concat();
        check_cuts(&case, &dressed, &events, &outcome);
    }
}

/// In two at every byte (so that each letter of several bytes is split), and in small pieces.
fn check_cuts(case: &Path, stream: &[u8], events: &[Event], outcome: &StreamOutcome) {
    let halves = (0..=stream.len()).map(|at| {
        let (head, tail) = stream.split_at(at);
        vec![head, tail]
    });
    let small = [1, 7].into_iter().map(|size| stream.chunks(size).collect());
    for pieces in halves.chain(small) {
        assert_eq!(decode(&pieces), events, "{}", case.display());
        let (passed, seen) = tap(&pieces);
        assert_eq!(passed, stream, "{}", case.display());
        assert_eq!(&seen, outcome, "{}", case.display());
    }
}

#[test]
fn a_stream_needs_no_last_line_break() {
    for case in cases("anthropic_messages/replies", "sse") {
        let stream = fs::read(&case).expect("case is readable");
        assert_eq!(decode(&[stream.trim_ascii_end()]), decode(&[&stream]));
        assert_eq!(tap(&[stream.trim_ascii_end()]).1, tap(&[&stream]).1);
    }
}

#[test]
fn a_line_of_five_megabytes_is_one_event() {
    let text = "ä ".repeat(1_700_000);
    let delta = json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}});
    let stream = format!("event: content_block_delta\ndata: {delta}\n\n");
    let pieces: Vec<_> = stream.as_bytes().chunks(16 * 1024 + 1).collect();
    let events = decode(&pieces);
    assert_eq!(events[0], Event::Text { choice: 0, text });
    let (passed, _) = tap(&pieces);
    assert_eq!(passed, stream.as_bytes());
}

#[test]
fn chat_streams_cross_over_with_indices_without_gaps() {
    for case in cases("openai_chat/replies", "sse") {
        let stream = fs::read(&case).expect("case is readable");
        let (written, _) = translate(Family::OpenaiChat, Endpoint::Messages, &stream);
        compare_text(&case, "to-anthropic_messages.sse", &written);
        check_order(&case, &written);
    }
}

/// One block is open at a time, indices count from 0, and what begins also ends.
fn check_order(case: &Path, stream: &str) {
    let name = case.display();
    let data = stream
        .lines()
        .filter_map(|line| line.strip_prefix("data: "));
    let events: Vec<Value> = data
        .map(|data| serde_json::from_str(data).expect("is JSON"))
        .collect();
    let (mut next, mut open) = (0, false);
    for event in &events {
        match event["type"].as_str().expect("has a type") {
            "content_block_start" => {
                assert!(!open, "{name}");
                assert_eq!(event["index"], json!(next), "{name}");
                open = true;
            }
            "content_block_delta" => assert!(open && event["index"] == json!(next), "{name}"),
            "content_block_stop" => {
                assert!(open && event["index"] == json!(next), "{name}");
                (next, open) = (next + 1, false);
            }
            _ => {}
        }
    }
    let is_whole = events
        .last()
        .is_some_and(|event| event["type"] == "message_stop");
    assert!(!is_whole || !open, "{name}");
}

#[test]
fn whole_replies_become_canonical_and_go_back() {
    for case in cases("anthropic_messages/replies", "json") {
        let body = fs::read(&case).expect("case is readable");
        let canon = upstream_reply::read_reply(&body).expect("reply is good");
        compare(&case, "canon.json", &canon);
        let written = client_reply::write_reply(&Question::default(), &canon).expect("is good");
        let written: Value = serde_json::from_slice(&written).expect("reply is JSON");
        compare(&case, "to-anthropic_messages.json", &written);
        let crossed = reply(
            Family::AnthropicMessages,
            Endpoint::ChatCompletions,
            "m",
            &body,
        );
        let crossed = crossed.expect("is good");
        let crossed: Value = serde_json::from_slice(&crossed.body).expect("reply is JSON");
        compare(&case, "to-openai_chat.json", &crossed);
        let facts = reply_facts(Endpoint::Messages, &body);
        assert_eq!(facts.usage, canon.usage);
    }
}

#[test]
fn whole_chat_replies_cross_over() {
    for case in cases("openai_chat/replies", "json") {
        let body = fs::read(&case).expect("case is readable");
        let crossed = reply(Family::OpenaiChat, Endpoint::Messages, "m", &body).expect("is good");
        let crossed: Value = serde_json::from_slice(&crossed.body).expect("reply is JSON");
        compare(&case, "to-anthropic_messages.json", &crossed);
    }
}

#[test]
fn calls_whose_pieces_mix_follow_each_other() {
    let start = |call: u32| Event::ToolStart {
        choice: 0,
        call,
        id: format!("c{call}"),
        name: "f".to_owned(),
    };
    let piece = |call: u32, text: &str| Event::ToolArguments {
        choice: 0,
        call,
        text: text.to_owned(),
    };
    let events = [
        start(0),
        start(1),
        piece(1, "{\"b\""),
        piece(0, "{\"a\":\"}"),
        piece(1, ":1}"),
        piece(0, "\"}"),
        Event::Stop {
            choice: 0,
            reason: StopReason::Stop,
        },
        Event::End { is_complete: true },
    ];
    let written = encode(&events);
    check_order(Path::new("mixed calls"), &written);
    let wanted = [
        r#""partial_json":"{\"a\":\"}""#,
        r#""partial_json":"\"}""#,
        r#""id":"c1""#,
        r#""partial_json":"{\"b\"""#,
        r#""partial_json":":1}""#,
        "tool_use",
    ];
    let mut rest = written.as_str();
    for text in wanted {
        let Some((_, behind)) = rest.split_once(text) else {
            panic!("{text} is not in its place: {written}")
        };
        rest = behind;
    }
}

#[test]
fn tokens_of_a_request_are_counted() {
    let count = |body: Value| {
        let body = body.to_string();
        prompt_tokens_estimate(
            Endpoint::MessagesCountTokens,
            body.as_bytes(),
            "claude-opus-4",
        )
    };
    let words = |text| tokens::count("claude-opus-4", text);
    let plain =
        json!({"system": "Be brief.", "messages": [{"role": "user", "content": "Name a river."}]});
    assert_eq!(count(plain), 3 + 3 + words("Be brief.userName a river."));
    let source = json!({"type": "base64", "media_type": "image/png", "data": "A".repeat(4000)});
    let image =
        json!({"messages": [{"role": "user", "content": [{"type": "image", "source": source}]}]});
    assert_eq!(count(image), 3 + 3 + 520 + words("user"));
    let tool =
        json!({"messages": [], "tools": [{"name": "f", "input_schema": {"type": "object"}}]});
    assert_eq!(count(tool), 3 + 8 + words("f{\"type\":\"object\"}"));
}

#[test]
fn errors_have_the_familys_kinds() {
    let known = [
        (400, "new_api_error", "invalid_request_error"),
        (401, "new_api_error", "authentication_error"),
        (402, "x", "billing_error"),
        (403, "x", "permission_error"),
        (404, "invalid_request_error", "not_found_error"),
        (408, "x", "timeout_error"),
        (413, "x", "request_too_large"),
        (418, "x", "invalid_request_error"),
        (429, "requests", "rate_limit_error"),
        (500, "server_error", "api_error"),
        (502, "overloaded_error", "overloaded_error"),
        (503, "x", "overloaded_error"),
        (504, "x", "timeout_error"),
        (529, "x", "overloaded_error"),
    ];
    for (status, kind, wanted) in known {
        let error = ErrorBody {
            status,
            message: "m".to_owned(),
            kind: kind.into(),
            code: None,
            param: None,
            wait_s: None,
        };
        let body = error_body_of(Some(Endpoint::Messages), &error, Some("req_1"));
        let body: Value = serde_json::from_slice(&body).expect("is JSON");
        let wanted = json!({"type": "error", "error": {"type": wanted, "message": "m"}, "request_id": "req_1"});
        assert_eq!(body, wanted, "{status}");
    }
}
