//! What must hold for any bytes that come as Anthropic's: nothing panics, cuts change nothing, what is written can be read.

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use serde_json::json;
use weirgate_wire::canon::Event;
use weirgate_wire::family::anthropic_messages::{client_reply, upstream_reply};
use weirgate_wire::translate::{StreamTranslator, Translating, reply, request};
use weirgate_wire::{Endpoint, Family, StreamOutcome, StreamTap, vendor};

const REQUEST: &str = r#"{"model":"claude-sonnet-4-5","max_tokens":9,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","is_error":true,"content":[{"type":"text","text":"x"}]},{"type":"image","source":{"type":"url","url":"https://a.example"}}]},{"role":"assistant","content":[{"type":"thinking","thinking":"h","signature":"s"},{"type":"tool_use","id":"t","name":"f","input":{"a":[1]}}]}],"tools":[{"name":"f","input_schema":{}}],"thinking":{"type":"enabled","budget_tokens":2000},"output_config":{"effort":"low"}}"#;
const STREAM: &str = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"c\",\"usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}}\r\n\r\n: ping\n\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":1}\"}}\n\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":7}}\n\ndata: {\"type\":\"message_stop\"}\n\n";

/// A document with a few bytes replaced, removed or doubled.
fn mutated(document: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..3_u8);
    prop::collection::vec(change, 0..4).prop_map(move |changes| {
        let mut bytes = document.as_bytes().to_vec();
        for (index, byte, kind) in changes {
            let at = index.index(bytes.len());
            match kind {
                0 => drop(bytes.splice(at..=at, [byte])),
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, byte),
            }
        }
        bytes
    })
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

fn tap(pieces: &[&[u8]]) -> (Vec<u8>, StreamOutcome) {
    let mut tap = StreamTap::new(Endpoint::Messages, false);
    let mut out = Vec::new();
    for piece in pieces {
        tap.push(Bytes::copy_from_slice(piece), &mut out);
    }
    tap.finish(&mut out);
    (out.concat(), tap.outcome().clone())
}

fn encode(events: &[Event]) -> Vec<u8> {
    let mut encoder = client_reply::Encoder::new(Endpoint::Messages, true);
    let mut out = BytesMut::new();
    for event in events {
        encoder.push(event, &mut out);
    }
    out.to_vec()
}

fn cross(endpoint: Endpoint, to: Family, channel_type: i32, body: &[u8]) -> Option<Vec<u8>> {
    let call = Translating {
        endpoint,
        path_model: None,
        body,
        to,
        profile: vendor::profile(channel_type),
        model: "claude-sonnet-4-5",
    };
    request(&call, |_| {}).ok().map(|wire| wire.body)
}

/// Text and thinking joined over their pieces, calls with their arguments.
fn content(events: &[Event]) -> (String, Vec<String>) {
    let mut texts = String::new();
    let mut calls = Vec::new();
    for event in events {
        match event {
            Event::Text { text, .. } | Event::Reasoning { text, .. } => texts.push_str(text),
            Event::ToolStart { id, name, .. } => calls.push(format!("{id} {name} ")),
            Event::ToolArguments { call, text, .. } => {
                if let Some(of) = calls.get_mut(*call as usize) {
                    of.push_str(text);
                }
            }
            _ => {}
        }
    }
    (texts, calls)
}

/// Streams of text, thinking and calls whose arguments come in pieces that may mix.
fn replies() -> impl Strategy<Value = Vec<Event>> {
    let text = "\\PC{1,12}".prop_map(|text| Event::Text { choice: 0, text });
    let thought = "\\PC{1,12}".prop_map(|text| Event::Reasoning { choice: 0, text });
    let said = prop::collection::vec(prop_oneof![text, thought], 0..6);
    let arguments = prop::collection::vec("\\PC{0,9}", 0..4);
    (said, arguments, any::<bool>()).prop_map(|(mut events, arguments, mixes)| {
        let mut pieces = Vec::new();
        for (call, argument) in (0..).zip(&arguments) {
            let (id, name) = (format!("c{call}"), "f".to_owned());
            let json = json!({"a": argument}).to_string();
            let (head, tail) = json.split_at(json.floor_char_boundary(json.len() / 2));
            events.push(Event::ToolStart {
                choice: 0,
                call,
                id,
                name,
            });
            let first = Event::ToolArguments {
                choice: 0,
                call,
                text: head.to_owned(),
            };
            let second = Event::ToolArguments {
                choice: 0,
                call,
                text: tail.to_owned(),
            };
            if mixes {
                pieces.push(first);
                pieces.push(second);
            } else {
                events.extend([first, second]);
            }
        }
        let (firsts, seconds): (Vec<_>, Vec<_>) = pieces
            .into_iter()
            .enumerate()
            .partition(|(at, _)| at % 2 == 0);
        events.extend(firsts.into_iter().chain(seconds).map(|(_, event)| event));
        events.push(Event::Stop {
            choice: 0,
            reason: weirgate_wire::canon::StopReason::Stop,
        });
        events.push(Event::End { is_complete: true });
        events
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_nearly_good_document_panics(body in mutated(REQUEST), stream in mutated(STREAM)) {
        for bytes in [&body, &stream] {
            for client in [Endpoint::Messages, Endpoint::ChatCompletions, Endpoint::Responses, Endpoint::GenerateContent] {
                let _whole = reply(Family::AnthropicMessages, client, "m", bytes);
                if let Some(mut translator) = StreamTranslator::new(Family::AnthropicMessages, client, "m", true) {
                    let mut out = BytesMut::new();
                    translator.push(bytes, &mut out);
                    translator.finish(&mut out);
                }
            }
        }
        for (to, channel_type) in [(Family::OpenaiChat, 1), (Family::OpenaiResponses, 1), (Family::Gemini, 24)] {
            cross(Endpoint::Messages, to, channel_type, &body);
        }
        if let Some(written) = cross(Endpoint::Messages, Family::AnthropicMessages, 14, &body) {
            prop_assert!(cross(Endpoint::Messages, Family::AnthropicMessages, 14, &written).is_some());
        }
    }

    #[test]
    fn cuts_change_nothing(stream in mutated(STREAM), at in any::<prop::sample::Index>(), again in any::<prop::sample::Index>()) {
        let (head, tail) = stream.split_at(at.index(stream.len() + 1));
        let (middle, end) = tail.split_at(again.index(tail.len() + 1));
        let pieces = [head, middle, end];
        prop_assert_eq!(decode(&pieces), decode(&[&stream]));
        let (passed, outcome) = tap(&pieces);
        prop_assert_eq!(&passed, &stream);
        prop_assert_eq!(outcome, tap(&[&stream]).1);
    }

    #[test]
    fn what_the_encoder_writes_the_decoder_reads(events in replies()) {
        let read = decode(&[&encode(&events)]);
        prop_assert_eq!(content(&read), content(&events));
        let is_whole = matches!(read.last(), Some(Event::End { is_complete: true }));
        prop_assert!(is_whole);
    }
}
