//! A channel's own system prompt in a body of any chat family: alone where the client has none, else in front of the client's.
//! Works on top-level fields; every other byte stays.

use serde_json::{Value, json};

use crate::endpoint::{Endpoint, Family};
use crate::vendor::document::Document;

/// Returns the body with the prompt, or `None` when it stays as it is. A client's own prompt stays alone unless `goes_first`.
pub fn with_system_prompt(
    endpoint: Endpoint,
    body: &[u8],
    prompt: &str,
    goes_first: bool,
) -> Option<Vec<u8>> {
    let mut document = Document::read(body)?;
    match endpoint.family() {
        Family::OpenaiChat if endpoint == Endpoint::ChatCompletions => {
            chat(&mut document, prompt, goes_first);
        }
        Family::OpenaiResponses => text(&mut document, "instructions", prompt, goes_first),
        Family::AnthropicMessages => text(&mut document, "system", prompt, goes_first),
        Family::Gemini => gemini(&mut document, prompt, goes_first),
        _ => {}
    }
    document.changed()
}

/// A field that is a text, or a list of text blocks.
fn text(document: &mut Document<'_>, field: &str, prompt: &str, goes_first: bool) {
    let value = match document.value(field) {
        None => json!(prompt),
        Some(_) if !goes_first => return,
        Some(own) => in_front(own, prompt),
    };
    document.set(field, &value);
}

fn in_front(own: Value, prompt: &str) -> Value {
    match own {
        Value::String(own) => json!(format!("{prompt}\n{own}")),
        Value::Array(mut blocks) => {
            blocks.insert(0, json!({"type": "text", "text": prompt}));
            Value::Array(blocks)
        }
        _ => json!(prompt),
    }
}

fn chat(document: &mut Document<'_>, prompt: &str, goes_first: bool) {
    let Some(Value::Array(mut messages)) = document.value("messages") else {
        return;
    };
    let own = messages.iter_mut().find(|message| {
        let role = message.get("role").and_then(Value::as_str);
        matches!(role, Some("system" | "developer"))
    });
    match own {
        Some(_) if !goes_first => return,
        Some(own) => {
            let content = own.get("content").cloned().unwrap_or_default();
            if let Some(fields) = own.as_object_mut() {
                fields.insert("content".to_owned(), in_front(content, prompt));
            }
        }
        None => messages.insert(0, json!({"role": "system", "content": prompt})),
    }
    document.set("messages", &Value::Array(messages));
}

fn gemini(document: &mut Document<'_>, prompt: &str, goes_first: bool) {
    let names = ["systemInstruction", "system_instruction"];
    let found = names
        .into_iter()
        .find_map(|name| document.value(name).map(|value| (name, value)));
    let part = json!({"text": prompt});
    let Some((name, mut own)) = found else {
        return document.set("systemInstruction", &json!({"parts": [part]}));
    };
    if !goes_first {
        return;
    }
    match own.get_mut("parts").and_then(Value::as_array_mut) {
        Some(parts) => parts.insert(0, part),
        None => own = json!({"parts": [part]}),
    }
    document.set(name, &own);
}
