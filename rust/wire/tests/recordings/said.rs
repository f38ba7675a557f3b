//! What a chat client reads out of an answer, and whether two answers say the same.

use std::path::Path;

use serde_json::{Value, json};

/// What a chat client reads out of a stream: text, thinking, refusal, calls, end, usage.
pub(super) fn said(chat: &str) -> Value {
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

/// What a chat client reads out of a whole reply.
pub(super) fn message(chat: &str) -> Value {
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

pub(super) fn check_calls(path: &Path, before: &Value, after: &Value) {
    let calls = [before, after].map(|said| said["calls"].as_array().expect("is a list"));
    assert_eq!(calls[0].len(), calls[1].len(), "{}", path.display());
    for (first, second) in calls[0].iter().zip(calls[1]) {
        // A call without an id gets one where it must have one.
        if first[0] == "" {
            assert_eq!(
                [&first[1], &first[2]],
                [&second[1], &second[2]],
                "{}",
                path.display()
            );
            continue;
        }
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
pub(super) fn compare(path: &Path, before: &Value, after: &Value) {
    // Messages cannot leave it out: what was not stated is none there.
    if !before["usage"].is_null() {
        assert_eq!(before["usage"], after["usage"], "{}", path.display());
    }
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
