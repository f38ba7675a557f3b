//! The hub to Dify's body.
//! An app takes one query: a conversation is written out, speaker by speaker. Images and documents go by address, or by the
//! id of a file that was put at `/v1/files/upload` for the call and the same user.
//! After docs.dify.ai (chat-messages, files/upload), in excerpts, 2026-11-22.

use serde_json::{Value, json};

use crate::canon::{EncodeError, MediaSource, Message, PartKind, Request};
use crate::vendor::dialect::Written;
use crate::vendor::plain::{USER, left_out, messages, written_out};

/// Writes a request.
pub(in crate::vendor) fn write(request: &Request) -> Result<Written, EncodeError> {
    let drops = left_out(request, &["user"])?;
    let conversation = messages(request)?;
    let mut files = Vec::new();
    let mut texts = Vec::new();
    for message in conversation {
        texts.push((&message.role, text(message, &mut files)?));
    }
    let query = written_out(&texts)?;
    let mode = if request.stream {
        "streaming"
    } else {
        "blocking"
    };
    let user = request.user.as_deref().unwrap_or(USER);
    let mut body = json!({"inputs": {}, "query": query, "response_mode": mode, "user": user,
        "auto_generate_name": false});
    if let Some(fields) = body.as_object_mut().filter(|_| !files.is_empty()) {
        fields.insert("files".to_owned(), Value::Array(files));
    }
    Ok((body, drops))
}

fn text(message: &Message, files: &mut Vec<Value>) -> Result<String, EncodeError> {
    let mut text = String::new();
    for part in &message.parts {
        match &part.kind {
            PartKind::Text(piece) | PartKind::Refusal(piece) => text.push_str(piece),
            PartKind::Image { source, .. } => files.push(file("image", source, "image_url")?),
            PartKind::File { source, .. } => files.push(file("document", source, "file")?),
            PartKind::Reasoning { .. } => {}
            _ => return Err(EncodeError::Unsupported { field: "content" }),
        }
    }
    Ok(text)
}

fn file(kind: &str, source: &MediaSource, field: &'static str) -> Result<Value, EncodeError> {
    match source {
        MediaSource::Deposited(id) => {
            Ok(json!({"type": kind, "transfer_method": "local_file", "upload_file_id": id}))
        }
        MediaSource::Url(url) if !url.starts_with("data:") => {
            Ok(json!({"type": kind, "transfer_method": "remote_url", "url": url}))
        }
        _ => Err(EncodeError::Unsupported { field }),
    }
}
