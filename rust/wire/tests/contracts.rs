//! Walks `tests/contracts` and compares what the crate makes of each case with the golden beside it; then does the same
//! checks that need no golden on the shared recordings, where they are present.
//! `UPDATE_GOLDENS=1` writes the goldens instead.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a broken case must stop the walk and be named"
)]

#[path = "support/endpoint.rs"]
mod endpoint;
#[path = "support/goldens.rs"]
mod goldens;

use std::fs;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use serde_json::{Value, json};
use weirgate_wire::canon::{Event, Input, Usage};
use weirgate_wire::family::{embeddings, openai_chat};
use weirgate_wire::{
    Endpoint, ReplyFacts, ReplySkimmer, StreamOutcome, StreamTap, error_body, reply_facts, tokens,
    upstream_error, vendor,
};

use endpoint::take_endpoint;
use goldens::{cases, compare, compare_text, read_json};

/// A vendor of the chat form that takes stream options and thinking.
const TOLERANT_VENDOR: i32 = 43;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn facts_json(usage: Option<&Usage>, rest: &Value) -> Value {
    json!({ "usage": usage, "says": rest })
}

fn outcome_json(outcome: &StreamOutcome) -> Value {
    let error = outcome.error.as_ref();
    let rest = json!({
        "done": outcome.done, "finished": outcome.finished, "events": outcome.events, "error": error,
        "content_events": outcome.content_events, "output_bytes": outcome.output_bytes,
    });
    facts_json(outcome.usage.as_ref(), &rest)
}

#[test]
fn chat_requests_become_canonical_and_go_back() {
    for case in cases("openai_chat/requests", "json") {
        let mut body = read_json(&case);
        let endpoint = take_endpoint(&mut body);
        let bytes = body.to_string().into_bytes();
        let canon = openai_chat::client_request::read(endpoint, &bytes).expect("request is good");
        compare(&case, "canon.json", &canon);
        let profile = vendor::profile(TOLERANT_VENDOR);
        let wire = openai_chat::upstream_request::write(&canon, profile).expect("is expressible");
        assert_eq!(wire.endpoint, endpoint);
        let written: Value = serde_json::from_slice(&wire.body).expect("body is JSON");
        compare(&case, "to-openai_chat.json", &written);
        let again = openai_chat::client_request::read(endpoint, &wire.body).expect("is good");
        assert_eq!(again, canon, "{}", case.display());
    }
}

#[test]
fn embeddings_requests_become_canonical_and_go_back() {
    for case in cases("embeddings/requests", "json") {
        let bytes = fs::read(&case).expect("case is readable");
        let canon = embeddings::client_request::read(&bytes).expect("request is good");
        compare(&case, "canon.json", &canon);
        let wire = embeddings::upstream_request::write(&canon).expect("is expressible");
        assert_eq!(
            embeddings::client_request::read(&wire).expect("is good"),
            canon
        );
        let written: Value = serde_json::from_slice(&wire).expect("body is JSON");
        assert_eq!(written, read_json(&case), "{}", case.display());
    }
}

#[test]
fn whole_chat_replies_become_canonical_and_go_back() {
    for case in cases("openai_chat/replies", "json") {
        let body = fs::read(&case).expect("case is readable");
        let is_legacy = read_json(&case).get("object") == Some(&json!("text_completion"));
        let endpoint = if is_legacy {
            Endpoint::Completions
        } else {
            Endpoint::ChatCompletions
        };
        let reply = openai_chat::upstream_reply::read_reply(&body).expect("reply is good");
        compare(&case, "canon.json", &reply);
        let written = openai_chat::client_reply::write_reply(endpoint, &reply).expect("is good");
        let document: Value = serde_json::from_slice(&written).expect("reply is JSON");
        compare(&case, "to-openai_chat.json", &document);
        let again = openai_chat::upstream_reply::read_reply(&written).expect("reply is good");
        assert_eq!(again, reply, "{}", case.display());
        check_facts(&case, endpoint, &body);
    }
}

#[test]
fn whole_embeddings_replies_become_canonical_and_go_back() {
    for case in cases("embeddings/replies", "json") {
        let body = fs::read(&case).expect("case is readable");
        let reply = embeddings::upstream_reply::read_reply(&body).expect("reply is good");
        compare(&case, "canon.json", &reply);
        let written = embeddings::client_reply::write_reply(&reply);
        let document: Value = serde_json::from_slice(&written).expect("reply is JSON");
        assert_eq!(document, read_json(&case), "{}", case.display());
        check_facts(&case, Endpoint::Embeddings, &body);
    }
}

/// The tap's facts of a whole reply are the golden's, and a skimmer finds the same in pieces of any size.
fn check_facts(case: &Path, endpoint: Endpoint, body: &[u8]) {
    let facts = reply_facts(endpoint, body);
    compare(
        case,
        "facts.json",
        &facts_json(facts.usage.as_ref(), &json!({ "error": facts.error })),
    );
    for size in [1, 2, 7, 64, body.len()] {
        assert_eq!(
            skim(body, size),
            facts,
            "{} in pieces of {size}",
            case.display()
        );
    }
}

fn skim(body: &[u8], size: usize) -> ReplyFacts {
    let mut skimmer = ReplySkimmer::new();
    for piece in body.chunks(size) {
        skimmer.push(piece);
    }
    skimmer.facts()
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

fn encode(endpoint: Endpoint, events: &[Event]) -> Vec<u8> {
    let mut encoder = openai_chat::client_reply::Encoder::new(endpoint, true);
    let mut out = BytesMut::new();
    for event in events {
        encoder.push(event, &mut out);
    }
    out.to_vec()
}

fn tap(withholds: bool, pieces: &[&[u8]]) -> (Vec<u8>, StreamOutcome) {
    let mut tap = StreamTap::new(Endpoint::ChatCompletions, withholds);
    let mut out = Vec::new();
    for piece in pieces {
        tap.push(Bytes::copy_from_slice(piece), &mut out);
    }
    tap.finish(&mut out);
    (out.concat(), tap.outcome().clone())
}

/// Usage is said once, last before the end: so the encoder writes it.
fn with_usage_last(events: &[Event]) -> Vec<Event> {
    let is_usage = |event: &&Event| matches!(event, Event::Usage(_));
    let usage = events.iter().rfind(is_usage).cloned();
    let mut kept: Vec<_> = events
        .iter()
        .filter(|event| !is_usage(event))
        .cloned()
        .collect();
    let end = kept.pop();
    kept.into_iter().chain(usage).chain(end).collect()
}

/// Cuts of a stream: in two at each `every` bytes, and in small equal pieces.
fn cuts(stream: &[u8], every: usize) -> Vec<Vec<&[u8]>> {
    let step = every.max(stream.len() / 2000);
    let halves = (0..=stream.len()).step_by(step).map(|at| {
        let (head, tail) = stream.split_at(at);
        vec![head, tail]
    });
    let pieces = [1, 5].into_iter().map(|size| stream.chunks(size).collect());
    halves.chain(pieces).collect()
}

/// However a stream is cut: the same events, the same outcome, the same bytes; without the usage-only event when withheld.
fn check_cuts(name: &str, stream: &[u8], every: usize) {
    let events = decode(&[stream]);
    let (_, outcome) = tap(false, &[stream]);
    let (withheld, _) = tap(true, &[stream]);
    for pieces in cuts(stream, every) {
        assert_eq!(
            decode(&pieces),
            events,
            "{name}: events of {} pieces",
            pieces.len()
        );
        let (passed, seen) = tap(false, &pieces);
        assert_eq!(passed, stream, "{name}: a byte changed");
        assert_eq!(seen, outcome, "{name}: outcome of {} pieces", pieces.len());
        let (passed, seen) = tap(true, &pieces);
        assert_eq!(
            passed,
            withheld,
            "{name}: withheld in {} pieces",
            pieces.len()
        );
        assert_eq!(
            seen,
            outcome,
            "{name}: withholding outcome of {} pieces",
            pieces.len()
        );
    }
}

#[test]
fn streams_become_events_however_they_are_cut() {
    for case in cases("openai_chat/replies", "sse") {
        let stream = fs::read(&case).expect("case is readable");
        check_cuts(&case.display().to_string(), &stream, 1);
        let events = decode(&[&stream]);
        compare(&case, "events.json", &events);
        compare(
            &case,
            "facts.json",
            &outcome_json(&tap(false, &[&stream]).1),
        );
        let is_legacy = memchr::memmem::find(&stream, b"text_completion").is_some();
        let endpoint = if is_legacy {
            Endpoint::Completions
        } else {
            Endpoint::ChatCompletions
        };
        let written = encode(endpoint, &events);
        compare_text(
            &case,
            "to-openai_chat.sse",
            &String::from_utf8_lossy(&written),
        );
        assert_eq!(
            with_usage_last(&decode(&[&written])),
            with_usage_last(&events),
            "{}",
            case.display()
        );
    }
}

#[test]
fn streams_with_other_line_breaks_say_the_same() {
    for case in cases("openai_chat/replies", "sse") {
        let stream = fs::read_to_string(&case).expect("case is readable");
        let (_, outcome) = tap(false, &[stream.as_bytes()]);
        for line_break in ["\r\n", "\r"] {
            let other = stream.replace('\n', line_break);
            check_cuts(&case.display().to_string(), other.as_bytes(), 5);
            assert_eq!(decode(&[other.as_bytes()]), decode(&[stream.as_bytes()]));
            assert_eq!(tap(false, &[other.as_bytes()]).1, outcome);
        }
    }
}

#[test]
fn upstream_errors_become_the_clients_own_shape() {
    for case in cases("errors", "json") {
        let input = read_json(&case);
        let status = input
            .get("status")
            .and_then(Value::as_u64)
            .expect("status is there");
        let upstream = match (input.get("upstream"), input.get("upstream_text")) {
            (Some(document), _) => document.to_string(),
            (None, text) => text
                .and_then(Value::as_str)
                .expect("text is there")
                .to_owned(),
        };
        let error = upstream_error(
            u16::try_from(status).expect("status fits"),
            upstream.as_bytes(),
        );
        let parse = |body: Vec<u8>| serde_json::from_slice::<Value>(&body).expect("body is JSON");
        let relay = parse(error_body(Some(Endpoint::ChatCompletions), &error));
        let before = parse(error_body(None, &error));
        compare(
            &case,
            "golden.json",
            &json!({ "error": error, "relay": relay, "before": before }),
        );
    }
}

#[test]
fn known_texts_have_their_known_counts() {
    for case in cases("tokens", "json") {
        let document = read_json(&case);
        for known in document["cases"].as_array().expect("cases are there") {
            let text = |name: &str| known[name].as_str().expect("text is there");
            assert_eq!(
                json!(tokens::count(text("model"), text("text"))),
                known["tokens"],
                "{known}"
            );
        }
    }
}

#[test]
fn reasoning_models_get_their_own_fields_at_openai() {
    let body = br#"{"model":"gpt-5-mini-high","max_tokens":9,"temperature":1,"top_p":0.1,"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]}"#;
    let canon =
        openai_chat::client_request::read(Endpoint::ChatCompletions, body).expect("is good");
    let wire = openai_chat::upstream_request::write(&canon, vendor::profile(1)).expect("is good");
    let written: Value = serde_json::from_slice(&wire.body).expect("body is JSON");
    let wanted = json!({"model": "gpt-5-mini", "max_completion_tokens": 9, "reasoning_effort": "high",
        "messages": [{"role": "developer", "content": "s"}, {"role": "user", "content": "u"}]});
    assert_eq!(written, wanted);
    assert_eq!(wire.model, "gpt-5-mini");
    assert!(matches!(canon.input, Input::Messages(messages) if messages.len() == 2));
}

/// Recordings of real providers, kept beside the repository on some machines.
fn recordings() -> Vec<PathBuf> {
    let folder = root().join("../shared/conformance/golden/chat");
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("no shared recordings here: only our own cases were checked");
        return Vec::new();
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    paths
}

fn last_usage(stream: &str) -> Option<Value> {
    let chunks = stream.lines().filter_map(|line| line.strip_prefix("data:"));
    let documents = chunks.filter_map(|data| serde_json::from_str::<Value>(data).ok());
    documents
        .filter_map(|document| document.get("usage").cloned())
        .rfind(Value::is_object)
}

#[test]
fn recordings_pass_unchanged_and_their_usage_is_read() {
    for path in recordings() {
        let name = path.display().to_string();
        let body = fs::read_to_string(&path).expect("recording is readable");
        let is_stream = path.extension().is_some_and(|extension| extension == "sse");
        let (usage, said) = if is_stream {
            check_cuts(&name, body.as_bytes(), body.len() / 20);
            (tap(true, &[body.as_bytes()]).1.usage, last_usage(&body))
        } else {
            let facts = reply_facts(Endpoint::ChatCompletions, body.as_bytes());
            assert_eq!(skim(body.as_bytes(), 5), facts, "{name}");
            let document: Value = serde_json::from_str(&body).expect("recording is JSON");
            let reply = openai_chat::upstream_reply::read_reply(body.as_bytes()).expect("is good");
            let endpoint = Endpoint::ChatCompletions;
            let written =
                openai_chat::client_reply::write_reply(endpoint, &reply).expect("is good");
            let again = openai_chat::upstream_reply::read_reply(&written).expect("is good");
            assert_eq!(again, reply, "{name}");
            (facts.usage, document.get("usage").cloned())
        };
        let (usage, said) = (
            usage.expect("usage was read"),
            said.expect("usage is there"),
        );
        assert_eq!(said["prompt_tokens"], json!(usage.prompt), "{name}");
        let reasoning = said["completion_tokens_details"]["reasoning_tokens"]
            .as_u64()
            .unwrap_or(0);
        assert_eq!(reasoning, usage.reasoning, "{name}");
        let completion = said["completion_tokens"].as_u64().unwrap_or(0);
        assert!(
            [completion, completion + reasoning].contains(&usage.completion),
            "{name}"
        );
    }
}
