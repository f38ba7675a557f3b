//! The responses family against `tests/contracts/openai_responses`: requests and replies to the hub and back, crossings with
//! chat, and what must hold however a stream is cut. `UPDATE_GOLDENS=1` writes the goldens instead.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken case must stop the walk and be named"
)]

use std::fs;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use serde_json::{Value, json};
use weirgate_wire::canon::{EncodeError, Event, Question};
use weirgate_wire::family::openai_responses::{
    client_reply, client_request, upstream_reply, upstream_request,
};
use weirgate_wire::translate::{
    StreamTranslator, TranslateError, Translating, WireRequest, reply_to, request,
};
use weirgate_wire::{
    Endpoint, Family, ReplySkimmer, StreamOutcome, StreamTap, reply_facts, sse_error_event, vendor,
};

#[path = "support/endpoint.rs"]
mod endpoint;
#[path = "support/goldens.rs"]
mod goldens;

use endpoint::take_endpoint;
use goldens::{cases, compare, compare_text, read_json};

/// `OpenAI`'s own server, and a vendor of the chat form that takes everything.
const OPENAI: i32 = 1;
const TOLERANT_VENDOR: i32 = 43;

fn folder(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join("tests/contracts").join(name)
}

fn document(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("bytes are JSON")
}

/// Translates a request of this family for a vendor of another.
fn crossed(
    body: &[u8],
    to: Family,
    channel: i32,
) -> Result<(WireRequest, Question), TranslateError> {
    let mut question = Question::default();
    let call = Translating {
        endpoint: Endpoint::Responses,
        path_model: None,
        body,
        to,
        profile: vendor::profile(channel),
        model: "upstream-model",
    };
    let wire = request(&call, |request| question = request.question())?;
    Ok((wire, question))
}

#[test]
fn requests_become_canonical_and_go_back() {
    for case in cases("openai_responses/requests", "json") {
        let body = fs::read(&case).expect("case is readable");
        let canon =
            client_request::read(Endpoint::Responses, None, &body).expect("request is good");
        compare(&case, "canon.json", &canon);
        let profile = vendor::profile(OPENAI);
        let wire = upstream_request::write(&canon, profile).expect("is expressible");
        compare(&case, "to-openai_responses.json", &document(&wire.body));
        let mut again =
            client_request::read(Endpoint::Responses, None, &wire.body).expect("is good");
        again.echo.clone_from(&canon.echo);
        assert_eq!(again, canon, "{}", case.display());
    }
}

#[test]
fn requests_cross_to_chat() {
    for case in cases("openai_responses/requests", "json") {
        let body = fs::read(&case).expect("case is readable");
        let (wire, _) = crossed(&body, Family::OpenaiChat, TOLERANT_VENDOR).expect("crosses");
        let found = json!({"body": document(&wire.body), "drops": wire.drops});
        compare(&case, "to-openai_chat.json", &found);
    }
}

#[test]
fn chat_requests_cross_to_responses() {
    for case in cases("openai_chat/requests", "json") {
        let mut body = read_json(&case);
        let endpoint = take_endpoint(&mut body);
        let bytes = body.to_string().into_bytes();
        let call = Translating {
            endpoint,
            path_model: None,
            body: &bytes,
            to: Family::OpenaiResponses,
            profile: vendor::profile(OPENAI),
            model: "gpt-5",
        };
        let found = match request(&call, |_| {}) {
            Ok(wire) => json!({"body": document(&wire.body), "drops": wire.drops}),
            Err(error) => json!({"refused": error.to_string()}),
        };
        compare(&case, "to-openai_responses.json", &found);
    }
}

#[test]
fn what_leans_on_the_providers_store_is_refused_by_name() {
    let refused = [
        (r#""previous_response_id":"resp_1""#, "previous_response_id"),
        (r#""conversation":{"id":"conv_1"}"#, "conversation"),
        (r#""prompt":{"id":"pmpt_1"}"#, "prompt"),
        (r#""background":true"#, "background"),
        (
            r#""context_management":[{"type":"compaction"}]"#,
            "context_management",
        ),
        (
            r#""tools":[{"type":"file_search","vector_store_ids":["v"]}]"#,
            "tools.file_search",
        ),
        (
            r#""tools":[{"type":"mcp","server_label":"m"}]"#,
            "tools.mcp",
        ),
        (r#""tool_choice":{"type":"file_search"}"#, "tool_choice"),
    ];
    for (field, named) in refused {
        let body = format!(r#"{{"model":"m","input":"hi",{field}}}"#);
        let error = crossed(body.as_bytes(), Family::OpenaiChat, OPENAI);
        let wanted = TranslateError::Encode(EncodeError::Unsupported { field: named });
        assert_eq!(error.map(|_| ()), Err(wanted), "{body}");
    }
    for (item, named) in [
        (
            r#"{"type":"item_reference","id":"msg_1"}"#,
            "input.item_reference",
        ),
        (
            r#"{"type":"compaction","encrypted_content":"x"}"#,
            "input.compaction",
        ),
    ] {
        let body = format!(r#"{{"model":"m","input":[{item}]}}"#);
        let error = crossed(body.as_bytes(), Family::OpenaiChat, OPENAI);
        let wanted = TranslateError::Encode(EncodeError::Unsupported { field: named });
        assert_eq!(error.map(|_| ()), Err(wanted), "{body}");
    }
}

#[test]
fn the_providers_own_reports_are_left_out_and_listed() {
    let body = br#"{"model":"m","truncation":"auto","input":[{"role":"user","content":"hi"},
        {"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search"}}]}"#;
    let (wire, _) = crossed(body, Family::OpenaiChat, OPENAI).expect("crosses");
    assert_eq!(wire.drops, ["truncation", "input.web_search_call"]);
    let messages = document(&wire.body)["messages"].clone();
    assert_eq!(messages, json!([{"role": "user", "content": "hi"}]));
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
    let mut tap = StreamTap::new(Endpoint::Responses, false);
    let mut out = Vec::new();
    for piece in pieces {
        tap.push(Bytes::copy_from_slice(piece), &mut out);
    }
    tap.finish(&mut out);
    (out.concat(), tap.outcome().clone())
}

fn encode(question: &Question, events: &[Event]) -> Vec<u8> {
    let mut encoder = client_reply::Encoder::new(Endpoint::Responses, true);
    encoder.answer(question.clone());
    let mut out = BytesMut::new();
    for event in events {
        encoder.push(event, &mut out);
    }
    out.to_vec()
}

/// What a client asked that offered a tool of free text and the shell.
fn agents_question() -> Question {
    let body = fs::read(folder("openai_responses/requests/agent.json")).expect("is readable");
    let canon = client_request::read(Endpoint::Responses, None, &body).expect("is good");
    canon.question()
}

fn outcome_json(outcome: &StreamOutcome) -> Value {
    json!({
        "usage": outcome.usage, "done": outcome.done, "finished": outcome.finished,
        "events": outcome.events, "error": outcome.error,
        "content_events": outcome.content_events, "output_bytes": outcome.output_bytes,
    })
}

/// Passes a stream of another family to a client of this one, or the other way.
fn translate(from: Family, to: Endpoint, question: Question, stream: &[u8]) -> Vec<u8> {
    let translator = StreamTranslator::new(from, to, "asked-model", true);
    let mut translator = translator.expect("there is a way").answering(question);
    let mut out = BytesMut::new();
    translator.push(stream, &mut out);
    translator.finish(&mut out);
    out.to_vec()
}

fn check_cuts(name: &str, stream: &[u8], every: usize) {
    let events = decode(&[stream]);
    let (_, outcome) = tap(&[stream]);
    let step = every.max(stream.len() / 500);
    let halves = (0..=stream.len()).step_by(step).map(|at| {
        let (head, tail) = stream.split_at(at);
        vec![head, tail]
    });
    let small = [1, 5].into_iter().map(|size| stream.chunks(size).collect());
    for pieces in halves.chain(small) {
        assert_eq!(decode(&pieces), events, "{name}: {} pieces", pieces.len());
        let (passed, seen) = tap(&pieces);
        assert_eq!(passed, stream, "{name}: a byte changed");
        assert_eq!(seen, outcome, "{name}: outcome of {} pieces", pieces.len());
    }
}

/// The numbers of a stream's events are 0, 1, 2 ..., every item that is announced is ended under the same id, and the last
/// event repeats the items.
fn check_stream(name: &str, stream: &[u8]) {
    let text = String::from_utf8_lossy(stream);
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let events: Vec<Value> = data.map(|data| document(data.as_bytes())).collect();
    let mut open = Vec::new();
    let mut ended = Vec::new();
    for (number, event) in events.iter().enumerate() {
        assert_eq!(event["sequence_number"], json!(number), "{name}");
        match event["type"].as_str() {
            Some("response.output_item.added") => open.push(event["item"]["id"].clone()),
            Some("response.output_item.done") => {
                assert!(open.contains(&event["item"]["id"]), "{name}");
                ended.push((event["output_index"].as_u64(), event["item"].clone()));
            }
            _ => {}
        }
    }
    let last = events.last().expect("there is an event");
    if matches!(
        last["type"].as_str(),
        Some("response.completed" | "response.incomplete")
    ) {
        ended.sort_by_key(|(place, _)| *place);
        let items: Vec<_> = ended.into_iter().map(|(_, item)| item).collect();
        assert_eq!(last["response"]["output"], json!(items), "{name}");
        assert_eq!(open.len(), items.len(), "{name}");
    }
}

#[test]
fn streams_become_events_however_they_are_cut_and_go_back() {
    for case in cases("openai_responses/replies", "sse") {
        let name = case.display().to_string();
        let stream = fs::read(&case).expect("case is readable");
        check_cuts(&name, &stream, 1);
        let events = decode(&[&stream]);
        compare(&case, "events.json", &events);
        compare(&case, "facts.json", &outcome_json(&tap(&[&stream]).1));
        let written = encode(&agents_question(), &events);
        compare_text(
            &case,
            "to-openai_responses.sse",
            &String::from_utf8_lossy(&written),
        );
        check_stream(&name, &written);
        let chat = translate(
            Family::OpenaiResponses,
            Endpoint::ChatCompletions,
            Question::default(),
            &stream,
        );
        compare_text(&case, "to-openai_chat.sse", &String::from_utf8_lossy(&chat));
    }
}

#[test]
fn streams_with_other_line_breaks_say_the_same() {
    for case in cases("openai_responses/replies", "sse") {
        let stream = fs::read_to_string(&case).expect("case is readable");
        let (_, outcome) = tap(&[stream.as_bytes()]);
        for line_break in ["\r\n", "\r"] {
            let other = format!("\u{feff}{}", stream.replace('\n', line_break));
            check_cuts(&case.display().to_string(), other.as_bytes(), 7);
            assert_eq!(decode(&[other.as_bytes()]), decode(&[stream.as_bytes()]));
            assert_eq!(tap(&[other.as_bytes()]).1, outcome);
        }
    }
}

#[test]
fn chat_streams_become_streams_of_this_family() {
    for case in cases("openai_chat/replies", "sse") {
        let stream = fs::read(&case).expect("case is readable");
        let written = translate(
            Family::OpenaiChat,
            Endpoint::Responses,
            agents_question(),
            &stream,
        );
        compare_text(
            &case,
            "to-openai_responses.sse",
            &String::from_utf8_lossy(&written),
        );
        check_stream(&case.display().to_string(), &written);
    }
}

#[test]
fn whole_replies_become_canonical_and_go_back() {
    for case in cases("openai_responses/replies", "json") {
        let body = fs::read(&case).expect("case is readable");
        let reply = upstream_reply::read_reply(&body).expect("reply is good");
        compare(&case, "canon.json", &reply);
        let written = client_reply::write_reply(&agents_question(), &reply).expect("is good");
        compare(&case, "to-openai_responses.json", &document(&written));
        let chat = reply_to(
            &Question::default(),
            Family::OpenaiResponses,
            Endpoint::ChatCompletions,
            "asked-model",
            &body,
        );
        let chat = chat.expect("crosses");
        compare(&case, "to-openai_chat.json", &document(&chat.body));
        let facts = reply_facts(Endpoint::Responses, &body);
        assert_eq!(facts.usage, chat.usage);
        for size in [1, 7, 64, body.len()] {
            let mut skimmer = ReplySkimmer::new();
            body.chunks(size).for_each(|piece| skimmer.push(piece));
            assert_eq!(
                skimmer.facts_for(Endpoint::Responses),
                facts,
                "{}",
                case.display()
            );
        }
    }
}

#[test]
fn a_last_event_that_is_too_large_to_keep_is_read_in_passing() {
    let text = "a".repeat(5_000_000);
    let usage = json!({"input_tokens": 7, "output_tokens": 9, "total_tokens": 16});
    let output = json!([{"type": "message", "content": [{"type": "output_text", "text": text}]}]);
    let response = json!({"id": "r", "output": output, "error": null, "usage": usage});
    let last = json!({"type": "response.completed", "response": response});
    let stream = format!("event: response.completed\ndata: {last}\n\n");
    let pieces: Vec<_> = stream.as_bytes().chunks(16_384).collect();
    let (passed, outcome) = tap(&pieces);
    assert_eq!(passed, stream.as_bytes());
    assert!(outcome.done && outcome.finished);
    let usage = outcome.usage.expect("usage was read");
    assert_eq!((usage.prompt, usage.completion), (7, 9));
    let events = decode(&pieces);
    assert!(matches!(events.get(1), Some(Event::Text { text, .. }) if text.len() == 5_000_000));
}

#[test]
fn an_error_of_ours_is_an_event_that_sdks_and_agents_see() {
    let error = weirgate_wire::upstream_error(
        429,
        br#"{"error":{"message":"slow","code":"rate_limit_exceeded"}}"#,
    );
    let events = sse_error_event(Endpoint::Responses, &error);
    check_stream("error event", &events);
    let text = String::from_utf8(events).expect("is text");
    assert!(text.starts_with("event: error\ndata: {\"type\":\"error\""));
    assert!(text.contains("\"error\":{\"type\":"));
    assert!(text.contains("event: response.failed"));
}

const AGENT: &str = include_str!("../../../tests/contracts/openai_responses/requests/agent.json");
const STREAM: &str = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"model\":\"m\",\"created_at\":1}}\n\n: c\r\n\r\ndata: {\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"custom_tool_call\",\"call_id\":\"c\",\"name\":\"f\"}}\n\ndata: {\"type\":\"response.custom_tool_call_input.delta\",\"output_index\":0,\"delta\":\"\\u00e9\\n\"}\n\ndata: {\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"custom_tool_call\",\"input\":\"x\"}}\n\ndata: {\"type\":\"response.completed\",\ndata: \"response\":{\"status\":\"completed\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}}\n\n";

/// A document with a few bytes replaced, removed, doubled or put in.
fn mutated(document: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    prop::collection::vec(change, 0..4).prop_map(move |changes| {
        let mut bytes = document.as_bytes().to_vec();
        for (index, byte, kind) in changes {
            let at = index.index(bytes.len());
            match kind {
                0 => bytes.splice(at..=at, [byte]).count(),
                1 => bytes.splice(at..=at, []).count(),
                2 => bytes.splice(at..at, [byte, byte]).count(),
                _ => bytes.splice(at..at, *b"{}").count(),
            };
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cuts_change_nothing_and_nothing_panics(stream in mutated(STREAM), at in any::<prop::sample::Index>()) {
        let (head, tail) = stream.split_at(at.index(stream.len() + 1));
        let events = decode(&[&stream]);
        prop_assert_eq!(&decode(&[head, tail]), &events);
        prop_assert_eq!(tap(&[head, tail]), tap(&[&stream]));
        let written = encode(&agents_question(), &events);
        if !written.is_empty() {
            check_stream("mutated", &written);
        }
        let _reply = upstream_reply::read_reply(&stream);
    }

    #[test]
    fn no_nearly_good_request_panics(body in mutated(AGENT)) {
        for to in [Family::OpenaiChat, Family::AnthropicMessages, Family::Gemini] {
            let _crossed = crossed(&body, to, OPENAI);
        }
        if let Ok(canon) = client_request::read(Endpoint::Responses, None, &body) {
            let _written = upstream_request::write(&canon, vendor::profile(OPENAI));
        }
    }
}

#[test]
fn a_proof_of_thinking_comes_back_from_a_client_of_another_family() {
    let whole = folder("openai_responses/replies/whole.json");
    let body = fs::read(whole).expect("case is readable");
    let reply = reply_to(
        &Question::default(),
        Family::OpenaiResponses,
        Endpoint::Messages,
        "asked-model",
        &body,
    );
    let answer = document(&reply.expect("crosses").body);
    let tools = answer["content"].as_array().expect("content is a list");
    let results = tools.iter().filter(|block| block["type"] == "tool_use");
    let results = results
        .map(|block| json!({"type": "tool_result", "tool_use_id": block["id"], "content": "done"}));
    let next = json!({
        "model": "m", "max_tokens": 9, "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": answer["content"]},
            {"role": "user", "content": results.collect::<Vec<_>>()},
        ],
    });
    let bytes = next.to_string().into_bytes();
    let mut call = Translating {
        endpoint: Endpoint::Messages,
        path_model: None,
        body: &bytes,
        to: Family::OpenaiResponses,
        profile: vendor::profile(OPENAI),
        model: "gpt-5",
    };
    let wire = request(&call, |_| {}).expect("crosses");
    let body = document(&wire.body);
    assert_eq!(body["input"][1]["type"], "reasoning");
    assert_eq!(body["input"][1]["encrypted_content"], "c2VhbGVk");
    assert_eq!(body["store"], false);
    assert_eq!(body["include"], json!(["reasoning.encrypted_content"]));
    call.to = Family::OpenaiChat;
    let wire = request(&call, |_| {}).expect("crosses");
    assert!(!String::from_utf8_lossy(&wire.body).contains("c2VhbGVk"));
}

#[test]
fn vendors_are_told_to_think_in_their_own_words() {
    let body = br#"{"model":"m","max_tokens":9,"thinking":{"type":"enabled","budget_tokens":2048},"messages":[{"role":"user","content":"hi"}]}"#;
    let words = [
        (
            17,
            json!({"enable_thinking": true, "thinking_budget": 2048}),
        ),
        (20, json!({"reasoning": {"max_tokens": 2048}})),
        (43, json!({"thinking": {"type": "enabled"}})),
    ];
    for (channel, wanted) in words {
        let call = Translating {
            endpoint: Endpoint::Messages,
            path_model: None,
            body,
            to: Family::OpenaiChat,
            profile: vendor::profile(channel),
            model: "m",
        };
        let written = document(&request(&call, |_| {}).expect("crosses").body);
        for (name, value) in wanted.as_object().expect("is an object") {
            assert_eq!(&written[name], value, "{channel}");
        }
    }
    let body = br#"{"model":"gpt-5","messages":[{"role":"user","content":"hi"}],"enable_thinking":true,"thinking_budget":4096}"#;
    let call = Translating {
        endpoint: Endpoint::ChatCompletions,
        path_model: None,
        body,
        to: Family::OpenaiResponses,
        profile: vendor::profile(OPENAI),
        model: "gpt-5",
    };
    let written = document(&request(&call, |_| {}).expect("crosses").body);
    assert_eq!(
        written["reasoning"],
        json!({"effort": "high", "summary": "auto"})
    );
}

#[test]
fn an_agents_request_crosses_to_every_chat_family() {
    for (to, channel) in [(Family::AnthropicMessages, 14), (Family::Gemini, 24)] {
        let (wire, question) = crossed(AGENT.as_bytes(), to, channel).expect("crosses");
        let body = document(&wire.body).to_string();
        // The free text goes as the function's one argument, results keep their texts and pictures.
        for piece in [
            "apply_patch",
            "*** Begin Patch\\n\\\"é\\\"",
            "README",
            "shot.png",
            "Done",
        ] {
            assert!(body.contains(piece), "{piece} to {to:?}: {body}");
        }
        assert_eq!(question.text_tools, ["apply_patch"]);
    }
}

/// A chat model that calls tools of namespaces, the client's search for tools, and an ordinary function.
#[test]
fn calls_of_spaced_tools_come_back_in_the_clients_words() {
    let body = fs::read(folder("openai_responses/requests/spaced.json")).expect("is readable");
    let (_, question) = crossed(&body, Family::OpenaiChat, TOLERANT_VENDOR).expect("is sayable");
    let calls = [
        ("crm__find", r#"{"name":"Ada"}"#),
        ("crm__note", r#"{"input":"is kind"}"#),
        ("mcp__shop__orders", "{}"),
        ("tool_search", r#"{"query":"orders"}"#),
        ("other", "{}"),
    ];
    let calls = calls.iter().enumerate().map(|(number, (name, arguments))| {
        json!({
            "index": number, "id": format!("call_{number}"), "type": "function",
            "function": {"name": name, "arguments": arguments},
        })
    });
    let message = json!({"role": "assistant", "tool_calls": calls.collect::<Value>()});
    let chunk = json!({
        "id": "a", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [{"index": 0, "delta": message, "finish_reason": "tool_calls"}],
    });
    let stream = format!("data: {chunk}\n\ndata: [DONE]\n\n");
    let written = translate(
        Family::OpenaiChat,
        Endpoint::Responses,
        question,
        stream.as_bytes(),
    );
    check_stream("spaced", &written);
    let text = String::from_utf8_lossy(&written);
    let mut events = text.lines().rev();
    let last = events.find_map(|line| line.strip_prefix("data: "));
    let last = document(last.expect("there is an event").as_bytes());
    let said = |item: &Value| {
        let words = ["type", "namespace", "name", "arguments", "input"];
        words.map(|word| item[word].clone())
    };
    let items = last["response"]["output"].as_array().expect("has items");
    let wanted = [
        json!(["function_call", "crm", "find", r#"{"name":"Ada"}"#, null]),
        json!(["custom_tool_call", "crm", "note", null, "is kind"]),
        json!(["function_call", "mcp__shop__", "orders", "{}", null]),
        json!(["tool_search_call", null, null, {"query": "orders"}, null]),
        json!(["function_call", null, "other", "{}", null]),
    ];
    let items: Vec<_> = items.iter().map(|item| json!(said(item))).collect();
    assert_eq!(items, wanted);
}
