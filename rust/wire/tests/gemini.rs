//! Gemini in both directions, against goldens of our own, and crossed with chat completions.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a broken case must stop the walk and be named"
)]

#[path = "support/endpoint.rs"]
mod endpoint;
#[path = "support/goldens.rs"]
mod goldens;

use std::fs;

use bytes::{Bytes, BytesMut};
use endpoint::take_endpoint;
use goldens::{cases, compare, compare_text, read_json};
use serde_json::{Value, json};
use weirgate_wire::canon::Event;
use weirgate_wire::family::gemini::{
    StreamForm, client_reply, client_request, upstream_reply, upstream_request,
};
use weirgate_wire::translate::{StreamTranslator, Translating, reply, request};
use weirgate_wire::{Endpoint, Family, StreamTap, reply_facts, vendor};

const GEMINI: i32 = 24;
const TOLERANT: i32 = 43;

fn cross(endpoint: Endpoint, to: Family, body: &[u8], model: &str) -> Value {
    let channel_type = if to == Family::Gemini {
        GEMINI
    } else {
        TOLERANT
    };
    let call = Translating {
        endpoint,
        path_model: (endpoint.family() == Family::Gemini).then_some("asked"),
        body,
        to,
        profile: vendor::profile(channel_type),
        model,
    };
    match request(&call, |_| {}) {
        Err(error) => json!({"refused": error.to_string()}),
        Ok(wire) => {
            let body: Value = serde_json::from_slice(&wire.body).expect("body is JSON");
            assert_eq!(wire.model, model);
            json!({"body": body, "drops": wire.drops})
        }
    }
}

#[test]
fn requests_become_canonical_and_go_back() {
    for case in cases("gemini/requests", "json") {
        let bytes = fs::read(&case).expect("case is readable");
        let read = |bytes: &[u8]| {
            client_request::read(Endpoint::GenerateContent, Some("gemini-2.5-flash"), bytes)
                .expect("request is good")
        };
        let canon = read(&bytes);
        compare(&case, "canon.json", &canon);
        let wire = upstream_request::write(&canon, vendor::profile(GEMINI)).expect("is good");
        assert_eq!(wire.endpoint, Endpoint::GenerateContent);
        let written: Value = serde_json::from_slice(&wire.body).expect("body is JSON");
        compare(&case, "to-gemini.json", &written);
        let mut again = read(&wire.body);
        if !canon.rest.contains_key("safetySettings") && !canon.rest.contains_key("safety_settings")
        {
            again.rest.shift_remove("safetySettings");
        }
        assert_eq!(again.input, canon.input, "{}", case.display());
        assert_eq!(again.tools, canon.tools, "{}", case.display());
        assert_eq!(again.sampling, canon.sampling, "{}", case.display());
        let forms = [&again, &canon].map(|request| std::mem::discriminant(&request.output_format));
        assert_eq!(forms[0], forms[1], "{}", case.display());
        let crossed = cross(Endpoint::GenerateContent, Family::OpenaiChat, &bytes, "m");
        compare(&case, "to-openai_chat.json", &crossed);
    }
}

#[test]
fn chat_requests_cross_over() {
    for case in cases("openai_chat/requests", "json") {
        let mut body = read_json(&case);
        let endpoint = take_endpoint(&mut body);
        let body = body.to_string().into_bytes();
        let crossed = cross(endpoint, Family::Gemini, &body, "gemini-2.5-pro");
        compare(&case, "to-gemini.json", &crossed);
    }
    for case in cases("gemini/chat_requests", "json") {
        let body = fs::read(&case).expect("case is readable");
        let old = cross(
            Endpoint::ChatCompletions,
            Family::Gemini,
            &body,
            "gemini-2.5-flash",
        );
        let new = cross(
            Endpoint::ChatCompletions,
            Family::Gemini,
            &body,
            "gemini-3-pro",
        );
        compare(&case, "to-gemini-2_5.json", &old);
        compare(&case, "to-gemini-3.json", &new);
    }
}

#[test]
fn whole_replies_become_canonical_and_go_back() {
    for case in cases("gemini/replies", "json") {
        let body = fs::read(&case).expect("case is readable");
        let canon = upstream_reply::read_reply(&body).expect("reply is good");
        compare(&case, "canon.json", &canon);
        let written =
            client_reply::write_reply(Endpoint::GenerateContent, &canon).expect("is good");
        let document: Value = serde_json::from_slice(&written).expect("is JSON");
        compare(&case, "to-gemini.json", &document);
        let again = upstream_reply::read_reply(&written).expect("reply is good");
        assert_eq!(again.choices.len(), canon.choices.len());
        assert_eq!(again.usage, canon.usage, "{}", case.display());
        assert_eq!(
            again.choices[0].parts,
            canon.choices[0].parts,
            "{}",
            case.display()
        );
        let facts = reply_facts(Endpoint::GenerateContent, &body);
        assert_eq!(facts.usage, canon.usage, "{}", case.display());
        let chat =
            reply(Family::Gemini, Endpoint::ChatCompletions, "asked", &body).expect("crosses");
        assert_eq!(chat.usage, canon.usage);
        let document: Value = serde_json::from_slice(&chat.body).expect("is JSON");
        compare(&case, "to-openai_chat.json", &document);
    }
}

#[test]
fn whole_chat_replies_cross_over() {
    for case in cases("openai_chat/replies", "json") {
        let body = fs::read(&case).expect("case is readable");
        let crossed = reply(
            Family::OpenaiChat,
            Endpoint::GenerateContent,
            "asked",
            &body,
        );
        let document = match crossed {
            Ok(crossed) => serde_json::from_slice(&crossed.body).expect("is JSON"),
            Err(error) => json!({"refused": error.to_string()}),
        };
        compare(&case, "to-gemini.json", &document);
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

fn translate(from: Family, to: Endpoint, form: StreamForm, pieces: &[&[u8]]) -> String {
    let translator = StreamTranslator::new(from, to, "asked", true).expect("is a way");
    let mut translator = translator.in_form(form);
    let mut out = BytesMut::new();
    for piece in pieces {
        translator.push(piece, &mut out);
    }
    translator.finish(&mut out);
    String::from_utf8(out.to_vec()).expect("is text")
}

fn encode(events: &[Event]) -> String {
    let mut encoder = client_reply::Encoder::new(Endpoint::StreamGenerateContent, true);
    let mut out = BytesMut::new();
    for event in events {
        encoder.push(event, &mut out);
    }
    String::from_utf8(out.to_vec()).expect("is text")
}

#[test]
fn streams_become_events_however_they_are_cut() {
    for case in cases("gemini/replies", "sse") {
        let stream = fs::read(&case).expect("case is readable");
        let events = decode(&[&stream]);
        compare(&case, "events.json", &events);
        for at in 0..=stream.len() {
            let (head, tail) = stream.split_at(at);
            assert_eq!(decode(&[head, tail]), events, "{} at {at}", case.display());
        }
        let small: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(decode(&small), events, "{}", case.display());
        compare_text(&case, "to-gemini.sse", &encode(&events));
        let chat = |pieces: &[&[u8]]| {
            translate(
                Family::Gemini,
                Endpoint::ChatCompletions,
                StreamForm::Events,
                pieces,
            )
        };
        compare_text(&case, "to-openai_chat.sse", &chat(&[&stream]));
        assert_eq!(chat(&small), chat(&[&stream]), "{}", case.display());
        let mut tap = StreamTap::new(Endpoint::StreamGenerateContent, false);
        tap.push(Bytes::from(stream), &mut Vec::new());
        tap.finish(&mut Vec::new());
        let usage = events.iter().rev().find_map(|event| match event {
            Event::Usage(usage) => Some(*usage),
            _ => None,
        });
        assert_eq!(tap.outcome().usage, usage, "{}", case.display());
    }
}

#[test]
fn line_breaks_marks_and_comments_change_nothing() {
    for case in cases("gemini/replies", "sse") {
        let stream = fs::read_to_string(&case).expect("case is readable");
        let plain = stream.replace("\r\n", "\n");
        let events = decode(&[stream.as_bytes()]);
        for line_break in ["\n", "\r\n", "\r"] {
            let other = plain.replace('\n', line_break);
            assert_eq!(decode(&[other.as_bytes()]), events, "{}", case.display());
        }
        let marked = format!("\u{feff}: hello\nid: 1\nevent: message\n{plain}");
        assert_eq!(decode(&[marked.as_bytes()]), events, "{}", case.display());
    }
}

#[test]
fn chat_streams_cross_over_in_both_forms() {
    for case in cases("openai_chat/replies", "sse") {
        let stream = fs::read(&case).expect("case is readable");
        let (from, to) = (Family::OpenaiChat, Endpoint::StreamGenerateContent);
        let events = translate(from, to, StreamForm::Events, &[&stream]);
        compare_text(&case, "to-gemini.sse", &events);
        let array = translate(from, to, StreamForm::Array, &[&stream]);
        let documents: Vec<Value> = events
            .split("\r\n\r\n")
            .filter_map(|event| event.strip_prefix("data: "))
            .map(|json| serde_json::from_str(json).expect("is JSON"))
            .collect();
        let closed = if array.ends_with(']') && !array.is_empty() {
            array
        } else if array.is_empty() {
            "[]".to_owned()
        } else {
            format!("{array}]")
        };
        let listed: Vec<Value> = serde_json::from_str(&closed).expect("is a JSON array");
        assert_eq!(listed, documents, "{}", case.display());
    }
}

#[test]
fn a_broken_end_is_seen() {
    let half =
        b"data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}\n\ndata: {\"candi";
    let events = decode(&[half]);
    assert_eq!(events.last(), Some(&Event::End { is_complete: false }));
    let (from, to) = (Family::Gemini, Endpoint::StreamGenerateContent);
    let array = translate(from, to, StreamForm::Array, &[half]);
    assert!(array.starts_with('[') && !array.ends_with(']'));
    let huge = format!(
        "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{}\"}}]}},\"finishReason\":\"STOP\"}}]}}",
        "x".repeat(5 * 1024 * 1024)
    );
    let pieces: Vec<&[u8]> = huge.as_bytes().chunks(16 * 1024).collect();
    let events = decode(&pieces);
    assert_eq!(events.len(), 4);
    assert_eq!(events.last(), Some(&Event::End { is_complete: true }));
}

#[test]
fn a_refused_prompt_is_the_clients_fault() {
    let body = br#"{"candidates":[],"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":12}}"#;
    let refused = reply(Family::Gemini, Endpoint::ChatCompletions, "m", body);
    let message = refused.expect_err("is refused").to_string();
    assert!(message.contains("SAFETY"), "{message}");
    let stream = [b"data: ", body.as_slice(), b"\n\n"].concat();
    let errors: Vec<Event> = decode(&[&stream])
        .into_iter()
        .filter(|event| matches!(event, Event::Error(_)))
        .collect();
    assert!(matches!(&errors[..], [Event::Error(error)] if error.status == 400));
}
