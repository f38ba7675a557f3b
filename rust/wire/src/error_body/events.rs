//! Hides addresses and keys in the errors of a stream that passes through, behind its tap. Called from the first error of a
//! stream on, so it costs nothing before; a piece in which nothing must be hidden keeps its bytes. Works on the lines of one
//! piece: what is no whole JSON there, the end of an event whose beginning has gone out, is hidden as text.

use bytes::Bytes;
use serde_json::Value;

use super::mask;

/// Where an event's error stands.
const PLACES: [&str; 3] = ["/error", "/message", "/response/error"];

/// Returns a piece of a stream with its errors masked; `None` when nothing had to be hidden.
pub fn hidden_in_errors(piece: &[u8]) -> Option<Bytes> {
    let mut is_changed = false;
    let mut written = Vec::with_capacity(piece.len());
    for line in piece.split_inclusive(|byte| *byte == b'\n') {
        match hidden_line(line) {
            Some(hidden) => {
                is_changed = true;
                written.extend_from_slice(&hidden);
            }
            None => written.extend_from_slice(line),
        }
    }
    is_changed.then(|| Bytes::from(written))
}

fn hidden_line(line: &[u8]) -> Option<Vec<u8>> {
    let (head, json) = match line.strip_prefix(b"data:") {
        Some(json) => (&b"data: "[..], json),
        None => (&b""[..], line),
    };
    let (json, end) = json.split_at(json.trim_ascii_end().len());
    let Ok(mut value) = serde_json::from_slice::<Value>(json) else {
        let text = std::str::from_utf8(line).ok()?;
        let masked = mask::mask(text);
        return (masked != text).then(|| masked.into_bytes());
    };
    let places = PLACES.map(|place| value.pointer_mut(place).is_some_and(hide));
    let written = places.contains(&true).then(|| value.to_string())?;
    Some([head, written.as_bytes(), end].concat())
}

/// Masks every text of a value; says whether one changed.
fn hide(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            let masked = mask::mask(text);
            let is_changed = masked != *text;
            *text = masked;
            is_changed
        }
        Value::Array(items) => items.iter_mut().fold(false, |is, item| hide(item) | is),
        Value::Object(fields) => fields.values_mut().fold(false, |is, item| hide(item) | is),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
