//! The hub's parts of an answer to `parts`. Part of writing a whole reply for a client.

use serde_json::{Map, Value, json};

use super::contents::code;
use super::media;
use super::signature::bare;
use crate::canon::{EncodeError, Part, PartKind};
use crate::endpoint::Family;

/// Writes the parts of an answer; a proof goes onto the part behind it, or onto an empty text at the end.
pub(super) fn write(parts: &[Part]) -> Result<Vec<Value>, EncodeError> {
    let mut written = Vec::new();
    let mut proof: Option<&str> = None;
    for part in parts {
        let mut value = match &part.kind {
            PartKind::Reasoning { text, signature } => {
                if !text.is_empty() {
                    written.push(json!({"text": text, "thought": true}));
                }
                proof = signature.as_deref().or(proof);
                continue;
            }
            PartKind::Text(_) if code(&part.rest).is_some() => json!({}),
            PartKind::Text(text) | PartKind::Refusal(text) => json!({"text": text}),
            PartKind::ToolCall {
                id,
                name,
                arguments,
            } => call(id, name, arguments),
            PartKind::Image { .. }
            | PartKind::Audio { .. }
            | PartKind::Video { .. }
            | PartKind::File { .. } => {
                let body = media::write(&part.kind, None)?;
                serde_json::to_value(body)
                    .map_err(|error| EncodeError::NotWritable(error.to_string()))?
            }
            PartKind::Unknown {
                family: Family::Gemini,
                value,
            } => value.clone(),
            PartKind::Unknown { .. }
            | PartKind::UnknownCall { .. }
            | PartKind::ToolResult { .. } => {
                return Err(EncodeError::Unsupported { field: "content" });
            }
        };
        if let Some(fields) = value.as_object_mut() {
            let proof = proof.take().map(|proof| json!(bare(proof)));
            fields.extend(proof.map(|proof| ("thoughtSignature".to_owned(), proof)));
            fields.extend(part.rest.clone());
        }
        written.push(value);
    }
    if let Some(proof) = proof {
        written.push(json!({"text": "", "thoughtSignature": bare(proof)}));
    }
    Ok(written)
}

/// Writes a call. Arguments that a model broke stay readable under one key, since this family has objects only.
pub(super) fn call(id: &str, name: &str, arguments: &str) -> Value {
    let args = match serde_json::from_str::<Value>(arguments) {
        Ok(args @ Value::Object(_)) => args,
        _ if arguments.trim().is_empty() => Value::Object(Map::new()),
        Ok(other) => json!({"arguments": other}),
        Err(_) => json!({"arguments": arguments}),
    };
    let mut call = Map::new();
    if !id.is_empty() {
        call.insert("id".to_owned(), json!(id));
    }
    call.insert("name".to_owned(), json!(name));
    call.insert("args".to_owned(), args);
    json!({"functionCall": call})
}
