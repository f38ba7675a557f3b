//! Tool call ids in the form that Mistral takes: nine letters and digits.
//! The same id always becomes the same, so that calls and results still meet; ids that fit stay.

use serde_json::{Value, json};

use super::document::Document;

const LENGTH: usize = 9;
const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Rewrites the ids in the messages of a chat body.
pub(super) fn short_tool_ids(document: &mut Document<'_>) {
    let has_ids = document.get("messages").is_some_and(|bytes| {
        let holds = |word: &[u8]| memchr::memmem::find(bytes, word).is_some();
        holds(b"tool_call_id") || holds(b"tool_calls")
    });
    let Some(mut messages) = document.value("messages").filter(|_| has_ids) else {
        return;
    };
    let mut is_changed = false;
    for message in messages.as_array_mut().into_iter().flatten() {
        is_changed |= shorten(message, "tool_call_id");
        let calls = message.get_mut("tool_calls").and_then(Value::as_array_mut);
        for call in calls.into_iter().flatten() {
            is_changed |= shorten(call, "id");
        }
    }
    if is_changed {
        document.set("messages", &messages);
    }
}

fn shorten(holder: &mut Value, name: &str) -> bool {
    let id = holder.get(name).and_then(Value::as_str);
    let Some(id) = id.filter(|id| !is_short(id)) else {
        return false;
    };
    let id = short(id);
    if let Some(fields) = holder.as_object_mut() {
        fields.insert(name.to_owned(), json!(id));
    }
    true
}

fn is_short(id: &str) -> bool {
    id.len() == LENGTH && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// FNV-1a over the id, written in base 62.
fn short(id: &str) -> String {
    let mut hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mut text = String::with_capacity(LENGTH);
    for _ in 0..LENGTH {
        let at = (hash % LETTERS.len() as u64) as usize;
        hash /= LETTERS.len() as u64;
        text.push(char::from(LETTERS.get(at).copied().unwrap_or(b'0')));
    }
    text
}
