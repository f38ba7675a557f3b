//! The hub to Dify's body.
//! An app takes one query: a conversation is written out, speaker by speaker. Images go by address only.

use serde_json::{Value, json};

use crate::canon::{EncodeError, MediaSource, Message, PartKind, Request, Role};
use crate::vendor::dialect::Written;
use crate::vendor::plain::{left_out, messages};

/// Who Dify is told speaks when the client does not say.
const USER: &str = "api-user";

/// Writes a request.
pub(in crate::vendor) fn write(request: &Request) -> Result<Written, EncodeError> {
    let drops = left_out(request, &["user"])?;
    let conversation = messages(request)?;
    let mut files = Vec::new();
    let mut texts = Vec::new();
    for message in conversation {
        texts.push((speaker(&message.role)?, text(message, &mut files)?));
    }
    let query = match texts.as_slice() {
        [(_, text)] => text.clone(),
        all => {
            let lines = all
                .iter()
                .map(|(speaker, text)| format!("{speaker}:\n{text}\n"));
            lines.collect::<Vec<_>>().concat()
        }
    };
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

fn speaker(role: &Role) -> Result<&'static str, EncodeError> {
    match role {
        Role::System | Role::Developer => Ok("SYSTEM"),
        Role::User => Ok("USER"),
        Role::Assistant => Ok("ASSISTANT"),
        Role::Tool | Role::Unknown(_) => Err(EncodeError::Unsupported { field: "role" }),
    }
}

fn text(message: &Message, files: &mut Vec<Value>) -> Result<String, EncodeError> {
    let mut text = String::new();
    for part in &message.parts {
        match &part.kind {
            PartKind::Text(piece) | PartKind::Refusal(piece) => text.push_str(piece),
            PartKind::Image {
                source: MediaSource::Url(url),
                ..
            } if !url.starts_with("data:") => {
                let method = "remote_url";
                files.push(json!({"type": "image", "transfer_method": method, "url": url}));
            }
            PartKind::Reasoning { .. } => {}
            _ => return Err(EncodeError::Unsupported { field: "content" }),
        }
    }
    Ok(text)
}
