//! Recordings of real providers, where they lie beside the repository: each passes the tap unchanged, crosses into every
//! chat family and says the same there. `RECORDINGS` names another place for them; with `RECORDINGS_OUT` set, what clients
//! would get is written there, for the schemas.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a broken recording must stop the walk and be named"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use serde_json::{Value, json};
use weirgate_wire::translate::{StreamTranslator, reply};
use weirgate_wire::{Endpoint, Family, ReplySkimmer, StreamOutcome, StreamTap, reply_facts};

/// Folders of recordings, the family of each, and the endpoint whose bytes they are.
const FOLDERS: [(&str, Family, Endpoint); 4] = [
    ("anthropic", Family::AnthropicMessages, Endpoint::Messages),
    ("chat", Family::OpenaiChat, Endpoint::ChatCompletions),
    ("responses", Family::OpenaiResponses, Endpoint::Responses),
    ("gemini", Family::Gemini, Endpoint::StreamGenerateContent),
];

/// Where each recording crosses to.
const CLIENTS: [Endpoint; 4] = [
    Endpoint::ChatCompletions,
    Endpoint::Messages,
    Endpoint::Responses,
    Endpoint::StreamGenerateContent,
];

/// Recordings that are no reply of a model (a count, a refused prompt), or two without an end between them.
const OTHERS: [&str; 3] = [
    "agw-blocked.json",
    "agw-count-tokens.json",
    "cererebras-structured-output-tools-1-stream.sse",
];

fn recordings(folder: &str) -> Vec<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    let root = std::env::var_os("RECORDINGS").map_or(beside, PathBuf::from);
    let Ok(entries) = fs::read_dir(root.join("golden").join(folder)) else {
        println!("no shared recordings of {folder} here: only our own cases were checked");
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_reply = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !OTHERS.contains(&name.as_ref())
    };
    let mut paths: Vec<_> = paths.filter(is_reply).collect();
    paths.sort();
    paths
}

/// Writes one line for the schemas' check.
fn keep(lines: &mut String, path: &Path, client: Endpoint, kind: &str, text: &str) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let line = json!({"name": name, "client": client.as_str(), "kind": kind, "text": text});
    writeln!(lines, "{line}").expect("a text takes a line");
}

fn tap(endpoint: Endpoint, pieces: &[&[u8]]) -> (Vec<u8>, StreamOutcome) {
    let mut tap = StreamTap::new(endpoint, false);
    let mut out = Vec::new();
    for piece in pieces {
        tap.push(Bytes::copy_from_slice(piece), &mut out);
    }
    tap.finish(&mut out);
    (out.concat(), tap.outcome().clone())
}

fn cross(from: Family, to: Endpoint, pieces: &[&[u8]]) -> (String, StreamOutcome) {
    let mut translator = StreamTranslator::new(from, to, "asked-for", true).expect("is a way");
    let mut out = BytesMut::new();
    for piece in pieces {
        translator.push(piece, &mut out);
    }
    translator.finish(&mut out);
    let text = String::from_utf8(out.to_vec()).expect("stream is text");
    (text, translator.outcome().clone())
}

/// What a chat client reads out of a stream: text, thinking, refusal, calls, end, usage.
fn said(chat: &str) -> Value {
    let mut texts = [String::new(), String::new(), String::new()];
    let mut calls: Vec<[String; 3]> = Vec::new();
    let (mut finish, mut usage) = (Value::Null, Value::Null);
    let data = chat.lines().filter_map(|line| line.strip_prefix("data: {"));
    for data in data {
        let chunk: Value = serde_json::from_str(&format!("{{{data}")).expect("chunk is JSON");
        if let Some(count) = chunk.pointer("/usage/prompt_tokens") {
            usage = json!([count, chunk.pointer("/usage/completion_tokens")]);
        }
        if chunk
            .pointer("/choices/0/index")
            .is_some_and(|index| index != 0)
        {
            continue;
        }
        for (text, field) in texts
            .iter_mut()
            .zip(["content", "reasoning_content", "refusal"])
        {
            let piece = chunk.pointer(&format!("/choices/0/delta/{field}"));
            text.push_str(piece.and_then(Value::as_str).unwrap_or_default());
        }
        let pieces = chunk
            .pointer("/choices/0/delta/tool_calls")
            .and_then(Value::as_array);
        for piece in pieces.into_iter().flatten() {
            let number = piece["index"].as_u64().expect("a call has a number") as usize;
            if calls.len() <= number {
                calls.resize(number + 1, Default::default());
            }
            let fields = ["/id", "/function/name", "/function/arguments"];
            for (said, field) in calls[number].iter_mut().zip(fields) {
                let more = piece.pointer(field).and_then(Value::as_str);
                said.push_str(more.unwrap_or_default());
            }
        }
        if let Some(word @ Value::String(_)) = chunk.pointer("/choices/0/finish_reason") {
            finish = word.clone();
        }
    }
    // Gemini has arguments as objects: their blanks are lost, what they say is not.
    let calls: Vec<Value> = calls
        .into_iter()
        .map(|[id, name, arguments]| {
            let value = serde_json::from_str::<Value>(&arguments);
            json!([id, name, value.unwrap_or_default()])
        })
        .collect();
    json!({"texts": texts, "calls": calls, "finish": finish, "usage": usage})
}

/// Some recordings hold two answers, one behind the other.
fn first_answer(mut stream: Vec<u8>) -> Vec<u8> {
    let marks = [
        "{\"type\":\"message_stop\"",
        "{\"type\":\"response.completed\"",
    ];
    let mut ends = marks
        .iter()
        .filter_map(|mark| memchr::memmem::find(&stream, mark.as_bytes()));
    if let Some(at) = ends.next() {
        let behind = stream.split_at(at).1;
        let end = memchr::memmem::find(behind, b"\n\n").map_or(behind.len(), |end| end + 2);
        stream.truncate(at + end);
    }
    stream
}

fn check_stream(path: &Path, from: Family, endpoint: Endpoint, lines: &mut String) {
    let name = path.display();
    let stream = first_answer(fs::read(path).expect("recording is readable"));
    let (passed, outcome) = tap(endpoint, &[&stream]);
    assert_eq!(passed, stream, "{name}: a byte changed");
    assert!(outcome.usage.is_some(), "{name}: no usage");
    let (chat, _) = cross(from, Endpoint::ChatCompletions, &[&stream]);
    for client in CLIENTS {
        let (whole, seen) = cross(from, client, &[&stream]);
        assert_eq!(seen.usage, outcome.usage, "{name} to {}", client.as_str());
        assert_eq!(
            seen.finished,
            outcome.finished,
            "{name} to {}",
            client.as_str()
        );
        for size in [1, 7, 64, 1000] {
            let pieces: Vec<_> = stream.chunks(size).collect();
            assert_eq!(
                tap(endpoint, &pieces),
                (stream.clone(), outcome.clone()),
                "{name} by {size}"
            );
            assert_eq!(cross(from, client, &pieces).0, whole, "{name} by {size}");
        }
        if client.family() != from && client != Endpoint::ChatCompletions {
            let (back, _) = cross(
                client.family(),
                Endpoint::ChatCompletions,
                &[whole.as_bytes()],
            );
            compare(path, &said(&chat), &said(&back));
        }
        if client.family() != from {
            keep(lines, path, client, "stream", &whole);
        }
    }
}

fn check_calls(path: &Path, before: &Value, after: &Value) {
    let calls = [before, after].map(|said| said["calls"].as_array().expect("is a list"));
    assert_eq!(calls[0].len(), calls[1].len(), "{}", path.display());
    for (first, second) in calls[0].iter().zip(calls[1]) {
        // Arguments that broke off have another form where arguments are objects.
        let is_whole = !first[2].is_null();
        assert!(
            first == second || (!is_whole && first[0] == second[0] && first[1] == second[1]),
            "{}: {first} became {second}",
            path.display()
        );
    }
}

/// A refusal is text in families without a word for it, and an end of a kind of its own is another family's plain end.
fn compare(path: &Path, before: &Value, after: &Value) {
    assert_eq!(before["usage"], after["usage"], "{}", path.display());
    check_calls(path, before, after);
    let text = |value: &Value| {
        format!(
            "{}{}",
            as_text(&value["texts"][0]),
            as_text(&value["texts"][2])
        )
    };
    assert_eq!(text(before), text(after), "{}", path.display());
    assert_eq!(before["texts"][1], after["texts"][1], "{}", path.display());
}

fn as_text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn check_whole(path: &Path, from: Family, endpoint: Endpoint, lines: &mut String) {
    let name = path.display();
    let body = fs::read(path).expect("recording is readable");
    let facts = reply_facts(endpoint, &body);
    let says = |name: &[u8]| memchr::memmem::find(&body, name).is_some();
    let says_usage = says(b"\"usage\"") || says(b"\"usageMetadata\"");
    assert_eq!(facts.usage.is_some(), says_usage, "{name}: usage");
    assert_eq!(facts.error, None, "{name}");
    let mut skimmer = ReplySkimmer::new();
    body.chunks(11).for_each(|piece| skimmer.push(piece));
    assert_eq!(skimmer.facts(), facts, "{name}: skimmed");
    let chat = whole(from, Endpoint::ChatCompletions, &body, path);
    for client in CLIENTS {
        let text = whole(from, client, &body, path);
        if client.family() != from && client != Endpoint::ChatCompletions {
            let back = whole(
                client.family(),
                Endpoint::ChatCompletions,
                text.as_bytes(),
                path,
            );
            let (mut before, after) = (message(&chat), message(&back));
            if !says_usage {
                // Messages cannot leave it out.
                before["usage"] = after["usage"].clone();
            }
            check_calls(path, &before, &after);
            for field in ["text", "thinking", "usage"] {
                assert_eq!(before[field], after[field], "{name} to {}", client.as_str());
            }
        }
        if client.family() != from {
            keep(lines, path, client, "whole", &text);
        }
    }
}

fn whole(from: Family, to: Endpoint, body: &[u8], path: &Path) -> String {
    let crossed = reply(from, to, "asked-for", body);
    let crossed = crossed.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8(crossed.body).expect("reply is text")
}

/// What a chat client reads out of a whole reply.
fn message(chat: &str) -> Value {
    let reply: Value = serde_json::from_str(chat).expect("reply is JSON");
    let message = &reply["choices"][0]["message"];
    let calls = message["tool_calls"].as_array().into_iter().flatten();
    let calls: Vec<_> = calls
        .map(|call| {
            let arguments: Value =
                serde_json::from_str(as_text(&call["function"]["arguments"])).unwrap_or_default();
            json!([call["id"], call["function"]["name"], arguments])
        })
        .collect();
    let text = format!(
        "{}{}",
        as_text(&message["content"]),
        as_text(&message["refusal"])
    );
    json!({
        "text": text, "calls": calls, "thinking": as_text(&message["reasoning_content"]),
        "usage": [reply["usage"]["prompt_tokens"], reply["usage"]["completion_tokens"]],
    })
}

#[test]
fn recordings_say_the_same_in_every_family() {
    let mut lines = String::new();
    for (folder, from, endpoint) in FOLDERS {
        for path in recordings(folder) {
            if path.extension().is_some_and(|extension| extension == "sse") {
                check_stream(&path, from, endpoint, &mut lines);
            } else {
                check_whole(&path, from, endpoint, &mut lines);
            }
        }
    }
    if let Some(folder) = std::env::var_os("RECORDINGS_OUT") {
        fs::write(Path::new(&folder).join("crossed.jsonl"), lines).expect("folder is writable");
    }
}
