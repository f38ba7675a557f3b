//! The texts of a request body, whatever its family: what a person wrote and a model will read.
//!
//! Keys, names of models and media in base64 are passed over; nothing else is, so no family's new
//! field goes unseen.

use serde_json::Value;

/// Fields whose strings are no prose: media, proofs, ids.
const NOT_PROSE: [&str; 13] = [
    "model",
    "data",
    // A realtime socket's sound.
    "audio",
    "b64_json",
    "signature",
    "thoughtSignature",
    "thought_signature",
    "encrypted_content",
    "base64",
    "id",
    "call_id",
    "tool_call_id",
    "type",
];
/// Values nested deeper than this are not looked into; parsers refuse them before that.
const DEPTH: usize = 128;

/// Shows `found` every text of a JSON body until it returns true; returns whether it did. A body
/// that is no JSON (a form) is one text.
pub fn any_text(body: &[u8], mut found: impl FnMut(&str) -> bool) -> bool {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => walk(&value, &mut found, DEPTH),
        Err(_form) => found(&String::from_utf8_lossy(body)),
    }
}

fn walk(value: &Value, found: &mut impl FnMut(&str) -> bool, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    match value {
        Value::String(text) => !text.starts_with("data:") && found(text),
        Value::Array(items) => items.iter().any(|item| walk(item, found, depth)),
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            let is_prose = !value.is_string() || !NOT_PROSE.contains(&name.as_str());
            is_prose && walk(value, found, depth)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::any_text;

    #[test]
    fn every_familys_texts_are_seen_and_media_is_not() {
        let holds = |body: &str| any_text(body.as_bytes(), |text| text.contains("bad"));
        assert!(holds(
            r#"{"messages":[{"content":[{"type":"text","text":"a bad one"}]}]}"#
        ));
        assert!(holds(r#"{"contents":[{"parts":[{"text":"\u0062ad"}]}]}"#));
        assert!(holds(r#"{"system":"bad","input":[]}"#));
        assert!(holds("no JSON but bad"));
        assert!(!holds(
            r#"{"model":"bad","image_url":{"url":"data:image/png;base64,bad"}}"#
        ));
        assert!(!holds(r#"{"source":{"type":"base64","data":"bad"}}"#));
        assert!(!holds(
            r#"{"type":"input_audio_buffer.append","audio":"bad"}"#
        ));
        assert!(!holds(r#"{"parts":[{"thoughtSignature":"bad"}]}"#));
    }
}
