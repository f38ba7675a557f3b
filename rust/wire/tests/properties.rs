//! What must hold for any bytes: nothing panics, two readers of the same document agree, cuts change nothing.
#![expect(
    clippy::indexing_slicing,
    reason = "positions are drawn within the document"
)]

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::Value;
use weirgate_wire::canon::Event;
use weirgate_wire::family::{embeddings, openai_chat};
use weirgate_wire::framing::sse::SseParser;
use weirgate_wire::tokens::{self, Meter};
use weirgate_wire::{
    Edits, Endpoint, Envelope, ReplySkimmer, RequestError, StreamTap, prompt_tokens_estimate,
    reply_facts, upstream_error,
};

const BODY: &str = r#"{"model":"gpt-4o","stream":true,"n":1,"max_tokens":12,"temperature":-1.5e+3,"stream_options":{"include_usage":false},"messages":[{"role":"user","content":"h\u00e9 \"x\"\\ \ud83d\ude00"},{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]}],"x":[true,false,null,0,{}]}"#;
const REPLY: &str = r#"{"id":"c","choices":[{"index":0,"message":{"content":"a\"}{","usage":1},"finish_reason":"stop"}],"error":null,"usage":{"prompt_tokens":3,"completion_tokens":2.0,"prompt_tokens_details":{"cached_tokens":1}},"z":[1.5,-2,"],\"usage\":{}"]}"#;
const STREAM: &str = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a b\"}}]}\n\n: PING\r\n\r\ndata: {\"choices\":[],\ndata: \"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n";

/// A document with a few bytes replaced, removed or doubled.
fn mutated(document: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    prop::collection::vec(change, 0..4).prop_map(move |changes| {
        let mut bytes = document.as_bytes().to_vec();
        for (index, byte, kind) in changes {
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, bytes[at]),
                _ => bytes.insert(at, b"\"{}[],:\\0 \n"[usize::from(byte) % 11]),
            }
        }
        bytes
    })
}

fn pass(withholds: bool, pieces: &[&[u8]]) -> (Vec<u8>, StreamTap) {
    let mut tap = StreamTap::new(Endpoint::ChatCompletions, withholds);
    let mut out = Vec::new();
    for piece in pieces {
        tap.push(Bytes::copy_from_slice(piece), &mut out);
    }
    tap.finish(&mut out);
    (out.concat(), tap)
}

fn decode(pieces: &[&[u8]]) -> Vec<Event> {
    let mut decoder = openai_chat::upstream_reply::Decoder::new();
    let mut events = Vec::new();
    for piece in pieces {
        decoder.push(piece, &mut events);
    }
    decoder.finish(&mut events);
    events
}

/// Feeds bytes to everything that takes outside bytes.
fn feed(bytes: &[u8]) {
    for endpoint in Endpoint::ALL {
        if let Ok(envelope) = Envelope::read(endpoint, bytes) {
            let edits = Edits {
                model: Some("m"),
                force_include_usage: true,
            };
            let spliced = envelope
                .splice(bytes, &edits)
                .unwrap_or_else(|| bytes.to_vec());
            let again = Envelope::read(endpoint, &spliced);
            assert_eq!(again.map(|envelope| envelope.model), Ok("m".to_owned()));
        }
        reply_facts(endpoint, bytes);
        prompt_tokens_estimate(endpoint, bytes, "gpt-4o");
    }
    let _canon = openai_chat::client_request::read(Endpoint::ChatCompletions, bytes);
    let _legacy = openai_chat::client_request::read(Endpoint::Completions, bytes);
    let _vectors = embeddings::client_request::read(bytes);
    let _reply = openai_chat::upstream_reply::read_reply(bytes);
    let _embeddings = embeddings::upstream_reply::read_reply(bytes);
    upstream_error(500, bytes);
    let mut encoder = openai_chat::client_reply::Encoder::new(Endpoint::ChatCompletions, true);
    for event in decode(&[bytes]) {
        encoder.push(&event, &mut BytesMut::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        feed(&bytes);
    }

    #[test]
    fn no_nearly_good_document_panics(body in mutated(BODY), reply in mutated(REPLY), stream in mutated(STREAM)) {
        feed(&body);
        feed(&reply);
        feed(&stream);
    }

    #[test]
    fn the_envelope_refuses_exactly_what_is_not_json(body in mutated(BODY)) {
        let is_json = std::str::from_utf8(&body).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
        let refused = Envelope::read(Endpoint::ChatCompletions, &body);
        match refused {
            Err(RequestError::NotJson { at }) => {
                prop_assert!(!is_json, "{}", String::from_utf8_lossy(&body));
                prop_assert!(at <= body.len());
            }
            // A wrong field ends the reading before the rest is seen.
            Err(RequestError::WrongType { .. } | RequestError::OutOfRange { .. }) => {}
            _ => prop_assert!(is_json, "{}", String::from_utf8_lossy(&body)),
        }
    }

    #[test]
    fn a_splice_changes_nothing_but_what_was_asked(spaces in "[ \n\t]{0,3}", model in "\\PC{1,20}", content in "\\PC{0,40}", position in 0..3_usize) {
        let mut fields = vec![
            format!("\"messages\":{spaces}[{}]", Value::String(content)),
            format!("\"stream\"{spaces}:true"),
        ];
        fields.insert(position, format!("\"model\":{spaces}\"old\"{spaces}"));
        let body = format!("{spaces}{{{}}}", fields.join(","));
        let envelope = Envelope::read(Endpoint::ChatCompletions, body.as_bytes());
        prop_assert!(envelope.is_ok(), "{body}");
        if let Ok(envelope) = envelope {
            let edits = Edits { model: Some(&model), force_include_usage: false };
            let spliced = envelope.splice(body.as_bytes(), &edits);
            let wanted = body.replacen("\"old\"", &Value::String(model.clone()).to_string(), 1);
            prop_assert_eq!(spliced, (model != "old").then_some(wanted.into_bytes()));
        }
    }

    #[test]
    fn any_stream_passes_unchanged_and_cuts_change_nothing(stream in mutated(STREAM), at in any::<prop::sample::Index>(), again in any::<prop::sample::Index>()) {
        let (head, tail) = stream.split_at(at.index(stream.len() + 1));
        let (middle, end) = tail.split_at(again.index(tail.len() + 1));
        let pieces = [head, middle, end];
        let (whole_out, whole) = pass(false, &[&stream]);
        let (cut_out, cut) = pass(false, &pieces);
        prop_assert_eq!(&whole_out, &stream);
        prop_assert_eq!(&cut_out, &stream);
        prop_assert_eq!(whole.outcome(), cut.outcome());
        let (whole_out, whole) = pass(true, &[&stream]);
        let (cut_out, cut) = pass(true, &pieces);
        prop_assert_eq!(whole_out, cut_out);
        prop_assert_eq!(whole.outcome(), cut.outcome());
        prop_assert_eq!(decode(&pieces), decode(&[&stream]));
    }

    #[test]
    fn a_skimmer_finds_what_the_whole_reader_finds(reply in mutated(REPLY), size in 1..40_usize) {
        let is_json = serde_json::from_slice::<Value>(&reply).is_ok();
        let mut skimmer = ReplySkimmer::new();
        for piece in reply.chunks(size) {
            skimmer.push(piece);
        }
        let found = skimmer.facts();
        if is_json {
            prop_assert_eq!(found, reply_facts(Endpoint::ChatCompletions, &reply));
        }
    }

    #[test]
    fn sse_events_do_not_depend_on_cuts(text in "(data: [a-z]{0,3}|data|event:x|:c|id: 1|\n|\r|\r\n|\u{feff}| ){0,20}", at in any::<prop::sample::Index>()) {
        let collect = |pieces: &[&[u8]]| {
            let mut parser = SseParser::new();
            let mut events = Vec::new();
            for piece in pieces {
                parser.push(piece, &mut |event| events.push((event.event.to_owned(), event.data.to_vec())));
            }
            parser.finish(&mut |event| events.push((event.event.to_owned(), event.data.to_vec())));
            events
        };
        let (head, tail) = text.as_bytes().split_at(at.index(text.len() + 1));
        prop_assert_eq!(collect(&[head, tail]), collect(&[text.as_bytes()]));
    }

    #[test]
    fn a_meter_counts_pieces_as_it_counts_the_whole(words in prop::collection::vec("[a-z]{1,9}|[0-9]{1,4}|[.,]", 1500..2500), piece in 1..50_usize) {
        let text = words.join(" ");
        let mut meter = Meter::new("gpt-4o");
        for piece in text.as_bytes().chunks(piece) {
            meter.push(&String::from_utf8_lossy(piece));
        }
        prop_assert_eq!(meter.total(), tokens::count("gpt-4o", &text));
    }
}

/// A stream of Gemini's with thoughts, text, a call in pieces and usage.
const GEMINI_STREAM: &str = concat!(
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"h\\u00e9\",\"thought\":true}],\"role\":\"model\"},\"index\":0}],\"responseId\":\"r\"}\r\n\r\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\",\"willContinue\":true},\"thoughtSignature\":\"c2ln\"}]}}]}\n\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"partialArgs\":[{\"jsonPath\":\"$.a[1].b\",\"stringValue\":\"x\"}]}}]}}]}\n\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"世界\"},{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AA==\"}}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":3}}\n\n",
);

fn gemini_events(pieces: &[&[u8]]) -> Vec<weirgate_wire::canon::Event> {
    let mut decoder = weirgate_wire::family::gemini::upstream_reply::Decoder::new();
    let mut events = Vec::new();
    for piece in pieces {
        decoder.push(piece, &mut events);
    }
    decoder.finish(&mut events);
    events
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_gemini_stream_says_the_same_however_it_is_cut(
        damage in prop::collection::vec((0..GEMINI_STREAM.len(), any::<u8>()), 0..4),
        cuts in prop::collection::vec(0..GEMINI_STREAM.len(), 0..6),
    ) {
        let mut stream = GEMINI_STREAM.as_bytes().to_vec();
        for (at, byte) in damage {
            stream[at] = byte;
        }
        let whole = gemini_events(&[&stream]);
        let mut cuts = cuts;
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut from = 0;
        for at in cuts {
            pieces.push(&stream[from..at]);
            from = at;
        }
        pieces.push(&stream[from..]);
        prop_assert_eq!(&gemini_events(&pieces), &whole);
        let endpoint = Endpoint::StreamGenerateContent;
        let mut encoder = weirgate_wire::family::gemini::client_reply::Encoder::new(endpoint, true);
        let mut out = bytes::BytesMut::new();
        for event in &whole {
            encoder.push(event, &mut out);
        }
    }
}
