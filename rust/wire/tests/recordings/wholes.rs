//! Recorded whole answers and refusals: read beside, into every family, and back.

use std::path::Path;

use serde_json::Value;
use weirgate_wire::canon::{DecodeError, ErrorBody};
use weirgate_wire::translate::{TranslateError, reply};
use weirgate_wire::{
    Endpoint, Family, ReplySkimmer, client_status, error_body, reply_facts, upstream_error,
};

use super::forms::Form;
use super::said::{check_calls, message};
use super::{CLIENTS, Crossed};

fn says(body: &[u8], word: &str) -> bool {
    memchr::memmem::find(body, word.as_bytes()).is_some()
}

/// Whether a whole answer states what it cost.
fn says_usage(body: &[u8]) -> bool {
    let document: Value = serde_json::from_slice(body).expect("answer is JSON");
    let found = ["/usage", "/usageMetadata"].map(|place| document.pointer(place));
    let fields = found.into_iter().flatten().filter_map(Value::as_object);
    fields.flatten().any(|(_, value)| value.is_number())
}

pub(super) fn check(form: &Form, path: &Path, body: &[u8], crossed: &mut Crossed) {
    let name = path.display();
    if let Some(endpoint) = form.own {
        let facts = reply_facts(endpoint, body);
        assert_eq!(facts.error, None, "{name}");
        let mut skimmer = ReplySkimmer::new();
        body.chunks(11).for_each(|piece| skimmer.push(piece));
        assert_eq!(skimmer.facts_for(endpoint), facts, "{name}: skimmed");
        if form.is_chat {
            assert_eq!(facts.usage.is_some(), says_usage(body), "{name}: usage");
        }
    }
    if form.is_chat {
        check_chat(form.family, path, body, crossed);
    } else if matches!(form.family, Family::Embeddings | Family::Service(_))
        || form.own == Some(Endpoint::BatchEmbedContents)
    {
        check_vectors(form.family, path, body);
    }
}

fn check_chat(from: Family, path: &Path, body: &[u8], crossed: &mut Crossed) {
    let name = path.display();
    if let Err(TranslateError::Decode(DecodeError::Upstream(error))) =
        reply(from, Endpoint::ChatCompletions, "asked-for", body)
    {
        assert!(says(body, "block"), "{name}: {error:?}");
        return said_everywhere(&name.to_string(), &error);
    }
    let chat = whole(from, Endpoint::ChatCompletions, body, path);
    for client in CLIENTS {
        let text = whole(from, client, body, path);
        if client.family() != from && client != Endpoint::ChatCompletions {
            let chat_again = Endpoint::ChatCompletions;
            let back = whole(client.family(), chat_again, text.as_bytes(), path);
            let (mut before, after) = (message(&chat), message(&back));
            if before["usage"][0].is_null() {
                // Messages cannot leave it out.
                before["usage"] = after["usage"].clone();
            }
            check_calls(path, &before, &after);
            for field in ["text", "thinking", "usage"] {
                assert_eq!(before[field], after[field], "{name} to {}", client.as_str());
            }
        }
        if client.family() != from {
            crossed.keep(path, client, "whole", &text);
        }
    }
}

/// Vectors keep their number and their length in the other family.
fn check_vectors(from: Family, path: &Path, body: &[u8]) {
    let name = path.display();
    let to_openai: Value =
        serde_json::from_str(&whole(from, Endpoint::Embeddings, body, path)).expect("is JSON");
    let vectors = to_openai["data"].as_array().expect("is a list");
    assert!(!vectors.is_empty(), "{name}: no vectors");
    let text = whole(from, Endpoint::BatchEmbedContents, body, path);
    let to_gemini: Value = serde_json::from_str(&text).expect("is JSON");
    let others = to_gemini["embeddings"].as_array().expect("is a list");
    assert_eq!(vectors.len(), others.len(), "{name}");
    for (one, other) in vectors.iter().zip(others) {
        let values = other["values"].as_array().expect("is a vector");
        assert!(!values.is_empty(), "{name}: an empty vector");
        if let Some(numbers) = one["embedding"].as_array() {
            assert_eq!(numbers, values, "{name}");
        }
    }
}

fn whole(from: Family, to: Endpoint, body: &[u8], path: &Path) -> String {
    let crossed = reply(from, to, "asked-for", body);
    let crossed = crossed.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8(crossed.body).expect("reply is text")
}

/// A refusal is said in every family, with the provider's own words.
pub(super) fn check_error(path: &Path, body: &[u8]) {
    let name = path.display().to_string();
    let mut words = name.split('.').filter_map(|word| word.parse::<u16>().ok());
    let status = words.rfind(|word| (400..600).contains(word));
    let error = upstream_error(status.unwrap_or(400), body);
    assert!(!error.message.starts_with("bad response"), "{name}: unread");
    said_everywhere(&name, &error);
}

fn said_everywhere(name: &str, error: &ErrorBody) {
    for client in CLIENTS {
        let said = error_body(Some(client), error);
        let document: Value = serde_json::from_slice(&said).expect("is JSON");
        let text = document.pointer("/error/message").and_then(Value::as_str);
        assert_eq!(text, Some(error.message.as_str()), "{name}");
        assert!((400..600).contains(&client_status(Some(client), error.status)));
        assert!(!says(&said, "sk-proj"), "{name}: a key");
    }
}
