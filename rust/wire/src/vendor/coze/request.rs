//! The hub to Coze's body.
//! The bot is the model (`bot-` before its number may be left out) unless the channel names one; what it may do and how it
//! draws belongs to the bot. It knows user and assistant only: what the operator says goes as the user's first words.
//! Media goes by address, or by the id of a file that was put at `/v1/files/upload` for the call.

use serde_json::{Value, json};

use crate::canon::{EncodeError, MediaSource, Message, PartKind, Request, Role};
use crate::vendor::dialect::Written;
use crate::vendor::plain::{USER, left_out, messages};

/// Writes a request.
pub(in crate::vendor) fn write(request: &Request) -> Result<Written, EncodeError> {
    let drops = left_out(request, &["user"])?;
    let written = messages(request)?.iter().map(message);
    let written = written.collect::<Result<Vec<_>, _>>()?;
    let bot = &request.model;
    let body = json!({
        "bot_id": bot.strip_prefix("bot-").unwrap_or(bot),
        "user_id": request.user.as_deref().unwrap_or(USER),
        "stream": true,
        "auto_save_history": false,
        "additional_messages": written,
    });
    Ok((body, drops))
}

fn message(message: &Message) -> Result<Value, EncodeError> {
    let (role, kind) = match &message.role {
        Role::System | Role::Developer | Role::User => ("user", "question"),
        Role::Assistant => ("assistant", "answer"),
        Role::Tool | Role::Unknown(_) => return Err(EncodeError::Unsupported { field: "role" }),
    };
    let mut pieces = Vec::new();
    for part in &message.parts {
        match &part.kind {
            PartKind::Text(text) | PartKind::Refusal(text) => {
                pieces.push(json!({"type": "text", "text": text}));
            }
            PartKind::Image { source, .. } => pieces.push(media("image", source, "image_url")?),
            PartKind::File { source, .. } => pieces.push(media("file", source, "file")?),
            PartKind::Reasoning { .. } => {}
            _ => return Err(EncodeError::Unsupported { field: "content" }),
        }
    }
    let (content_type, content) = content(&pieces);
    Ok(json!({"role": role, "type": kind, "content_type": content_type, "content": content}))
}

/// Text alone goes as it is; with media it is JSON inside the text.
fn content(pieces: &[Value]) -> (&'static str, String) {
    let texts = pieces.iter().map(|piece| piece.get("text")?.as_str());
    match texts.collect::<Option<Vec<_>>>() {
        Some(texts) => ("text", texts.concat()),
        None => ("object_string", Value::from(pieces).to_string()),
    }
}

/// A client's own file ids are another provider's.
fn media(kind: &str, source: &MediaSource, field: &'static str) -> Result<Value, EncodeError> {
    match source {
        MediaSource::Deposited(id) => Ok(json!({"type": kind, "file_id": id})),
        MediaSource::Url(url) if !url.starts_with("data:") => {
            Ok(json!({"type": kind, "file_url": url}))
        }
        _ => Err(EncodeError::Unsupported { field }),
    }
}
