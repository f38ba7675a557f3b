//! What other families allow and chat completions do not: media in a tool's result, text documents, longer names, more knobs.
//! Called by the writer on a body that is otherwise done; what is left out is named in `drops`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::types::{ContentBody, MessageBody, RequestBody};
use crate::canon::EncodeError;

/// The longest end user's name at `OpenAI`, in characters.
const MAX_USER_CHARS: usize = 64;
/// The most stop texts at `OpenAI`.
const MAX_STOPS: usize = 4;

/// Moves what is no text out of tools' results, which hold text only, into a user's message behind them.
pub(super) fn move_tool_media(messages: &mut Vec<MessageBody>) {
    let mut moved = Vec::new();
    let mut ordered = Vec::with_capacity(messages.len());
    for mut message in std::mem::take(messages) {
        if message.role.as_deref() != Some("tool") {
            flush(&mut moved, &mut ordered);
        } else if let Some(ContentBody::Parts(parts)) = &mut message.content {
            let is_text = |part: &Value| part.get("type").and_then(Value::as_str) == Some("text");
            moved.extend(parts.extract_if(.., |part| !is_text(part)));
            if parts.is_empty() {
                message.content = Some(ContentBody::Text(String::new()));
            }
        }
        ordered.push(message);
    }
    flush(&mut moved, &mut ordered);
    *messages = ordered;
}

fn flush(moved: &mut Vec<Value>, ordered: &mut Vec<MessageBody>) {
    if !moved.is_empty() {
        ordered.push(MessageBody {
            role: Some("user".to_owned()),
            content: Some(ContentBody::Parts(std::mem::take(moved))),
            ..MessageBody::default()
        });
    }
}

/// Returns the part of a document that stands inline; text documents are texts here, and addresses are not taken.
pub(super) fn document(data: &str, name: Option<&str>) -> Result<Value, EncodeError> {
    let unsupported = EncodeError::Unsupported { field: "file" };
    if data.starts_with("http:") || data.starts_with("https:") {
        return Err(unsupported);
    }
    let text = data
        .strip_prefix("data:text/")
        .and_then(|rest| rest.split_once(";base64,"));
    let Some((_, encoded)) = text else {
        let mut file = json!({"file_data": data});
        if let (Some(fields), Some(name)) = (file.as_object_mut(), name) {
            fields.insert("filename".to_owned(), Value::from(name));
        }
        return Ok(json!({"type": "file", "file": file}));
    };
    let bytes = STANDARD.decode(encoded).map_err(|_| unsupported.clone())?;
    let text = String::from_utf8(bytes).map_err(|_| unsupported)?;
    let heading = name.map(|name| format!("{name}\n\n")).unwrap_or_default();
    Ok(json!({"type": "text", "text": format!("{heading}{text}")}))
}

/// Leaves out what `OpenAI`'s servers refuse.
pub(super) fn openai_limits(
    wire: &mut RequestBody,
    is_reasoning: bool,
    drops: &mut Vec<&'static str>,
) {
    if wire.top_k.take().is_some() {
        drops.push("top_k");
    }
    if let Some(user) = &mut wire.user
        && let Some((end, _)) = user.char_indices().nth(MAX_USER_CHARS)
    {
        user.truncate(end);
    }
    let stops = wire.stop.as_ref().map_or(0, super::types::OneOrMany::count);
    if stops > MAX_STOPS || (is_reasoning && stops > 0) {
        wire.stop = None;
        drops.push("stop");
    }
}
