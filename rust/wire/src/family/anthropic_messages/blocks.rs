//! Content blocks to the hub's parts and back, for requests and replies alike.
//! A block that the hub has no word for stays whole, as an unknown part of this family.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::canon::{EncodeError, MediaSource, Part, PartKind};
use crate::endpoint::Family;

/// Returns the parts of a block; documents made of blocks and search results give several.
pub(super) fn parts_of(block: Value) -> Vec<Part> {
    let Value::Object(fields) = block else {
        return vec![unknown(block)];
    };
    match text_of(&fields, "type").unwrap_or_default().as_str() {
        "document" => document(fields),
        "search_result" => search_result(fields),
        _ => vec![one_part(fields)],
    }
}

fn one_part(fields: Map<String, Value>) -> Part {
    let text = |name| text_of(&fields, name);
    let (kind, own): (Option<PartKind>, &[&str]) = match text("type").unwrap_or_default().as_str() {
        "text" => (text("text").map(PartKind::Text), &["text"]),
        "thinking" => {
            let signature = text("signature").filter(|signature| !signature.is_empty());
            let kind = text("thinking").map(|text| PartKind::Reasoning { text, signature });
            (kind, &["thinking", "signature"])
        }
        "image" => {
            let source = fields.get("source").and_then(media);
            let kind = source.map(|source| PartKind::Image {
                source,
                detail: None,
            });
            (kind, &["source"])
        }
        "tool_use" => (tool_call(&fields), &["id", "name", "input"]),
        _ => (None, &[]),
    };
    let Some(kind) = kind else {
        return unknown(Value::Object(fields));
    };
    let mut rest = fields;
    rest.retain(|name, _| name != "type" && !own.contains(&name.as_str()));
    Part { kind, rest }
}

fn unknown(value: Value) -> Part {
    Part::new(PartKind::Unknown {
        family: Family::AnthropicMessages,
        value,
    })
}

fn text_of(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn tool_call(fields: &Map<String, Value>) -> Option<PartKind> {
    Some(PartKind::ToolCall {
        id: text_of(fields, "id")?,
        name: text_of(fields, "name")?,
        arguments: fields
            .get("input")
            .map_or_else(|| "{}".to_owned(), Value::to_string),
    })
}

/// Returns where media is, of the sources that images and documents share.
fn media(source: &Value) -> Option<MediaSource> {
    let text = |name: &str| source.get(name).and_then(Value::as_str);
    match text("type")? {
        "base64" => {
            let (mime, data) = (text("media_type")?, text("data")?);
            Some(MediaSource::Url(format!("data:{mime};base64,{data}")))
        }
        "url" => Some(MediaSource::Url(text("url")?.to_owned())),
        "file" => Some(MediaSource::FileId(text("file_id")?.to_owned())),
        _ => None,
    }
}

fn document(fields: Map<String, Value>) -> Vec<Part> {
    let title = text_of(&fields, "title");
    let source = fields.get("source");
    let kind = source.and_then(|source| source.get("type")?.as_str());
    match kind {
        Some("text") => {
            let data = source.and_then(|source| source.get("data")?.as_str());
            let encoded = STANDARD.encode(data.unwrap_or_default());
            let source = MediaSource::Url(format!("data:text/plain;base64,{encoded}"));
            vec![file(source, title, fields)]
        }
        Some("content") => {
            let heading = title.map(|title| Part::new(PartKind::Text(title)));
            let inner = source.and_then(|source| source.get("content")).cloned();
            heading.into_iter().chain(content_parts(inner)).collect()
        }
        _ => match source.and_then(media) {
            Some(source) => vec![file(source, title, fields)],
            None => vec![unknown(Value::Object(fields))],
        },
    }
}

fn file(source: MediaSource, name: Option<String>, mut rest: Map<String, Value>) -> Part {
    rest.retain(|name, _| !matches!(name.as_str(), "type" | "source" | "title"));
    Part {
        kind: PartKind::File { source, name },
        rest,
    }
}

/// A result of the client's own search: its title and address, then its texts.
fn search_result(fields: Map<String, Value>) -> Vec<Part> {
    let heading = [text_of(&fields, "title"), text_of(&fields, "source")];
    let heading: Vec<_> = heading.into_iter().flatten().collect();
    let heading = Part::new(PartKind::Text(heading.join("\n")));
    let mut fields = fields;
    let inner = content_parts(fields.shift_remove("content"));
    std::iter::once(heading).chain(inner).collect()
}

/// Returns the parts of a `content` value: text, or blocks.
pub(super) fn content_parts(content: Option<Value>) -> Vec<Part> {
    match content {
        Some(Value::String(text)) => vec![Part::new(PartKind::Text(text))],
        Some(Value::Array(blocks)) => blocks.into_iter().flat_map(parts_of).collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(other) => vec![unknown(other)],
    }
}

/// Returns a part's block; `None` for what the family refuses and nobody misses: blank texts, thinking without its proof.
pub(super) fn block_of(part: &Part) -> Result<Option<Value>, EncodeError> {
    let own = match &part.kind {
        PartKind::Text(text) | PartKind::Refusal(text) if text.trim().is_empty() => {
            return Ok(None);
        }
        PartKind::Text(text) | PartKind::Refusal(text) => json!({"type": "text", "text": text}),
        PartKind::Reasoning {
            text,
            signature: Some(signature),
        } => json!({"type": "thinking", "thinking": text, "signature": signature}),
        PartKind::Reasoning {
            signature: None, ..
        } => return Ok(None),
        PartKind::Image { source, .. } => {
            let source = media_source(source, "image")?;
            json!({"type": "image", "source": source})
        }
        PartKind::File { source, name } => {
            let mut block = json!({"type": "document", "source": document_source(source)?});
            if let (Some(fields), Some(name)) = (block.as_object_mut(), name) {
                fields.insert("title".to_owned(), Value::from(name.as_str()));
            }
            block
        }
        PartKind::ToolCall {
            id,
            name,
            arguments,
        } => json!({
            "type": "tool_use", "id": call_id(id), "name": name, "input": input_of(arguments),
        }),
        PartKind::Unknown {
            family: Family::AnthropicMessages,
            value,
        } => value.clone(),
        other => {
            return Err(EncodeError::Unsupported {
                field: name_of(other),
            });
        }
    };
    Ok(Some(with_rest(own, &part.rest)))
}

fn name_of(kind: &PartKind) -> &'static str {
    match kind {
        PartKind::Audio { .. } => "audio",
        PartKind::Video { .. } => "video",
        PartKind::UnknownCall { .. } => "tool_calls",
        _ => "content",
    }
}

pub(super) fn with_rest(mut own: Value, rest: &Map<String, Value>) -> Value {
    if let Some(fields) = own.as_object_mut() {
        fields.extend(rest.clone());
    }
    own
}

/// Ids here are letters, digits, `_` and `-`; other vendors' (`functions.f:0`) are changed alike in call and result.
pub(super) fn call_id(id: &str) -> String {
    if id.is_empty() {
        return "call".to_owned();
    }
    let plain = |character: char| {
        let is_plain = character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
        if is_plain { character } else { '_' }
    };
    id.chars().map(plain).collect()
}

/// The input is an object here; arguments that are none become an empty one.
pub(super) fn input_of(arguments: &str) -> Value {
    serde_json::from_str::<Map<String, Value>>(arguments).map_or_else(|_| json!({}), Value::Object)
}

fn media_source(source: &MediaSource, field: &'static str) -> Result<Value, EncodeError> {
    match source {
        MediaSource::Url(url) => match data_url(url) {
            Some((mime, data)) => Ok(json!({"type": "base64", "media_type": mime, "data": data})),
            None if url.starts_with("data:") => Err(EncodeError::Unsupported { field }),
            None => Ok(json!({"type": "url", "url": url})),
        },
        MediaSource::FileId(id) => Ok(json!({"type": "file", "file_id": id})),
        MediaSource::Base64(_) | MediaSource::Deposited(_) => {
            Err(EncodeError::Unsupported { field })
        }
    }
}

fn document_source(source: &MediaSource) -> Result<Value, EncodeError> {
    let unsupported = EncodeError::Unsupported { field: "file" };
    let inline = match source {
        MediaSource::Url(url) => data_url(url),
        MediaSource::Base64(_) | MediaSource::FileId(_) | MediaSource::Deposited(_) => None,
    };
    match inline {
        None | Some(("application/pdf", _)) => media_source(source, "file"),
        Some((mime, data)) if mime.starts_with("text/") => {
            let bytes = STANDARD.decode(data).map_err(|_| unsupported.clone())?;
            let text = String::from_utf8(bytes).map_err(|_| unsupported)?;
            Ok(json!({"type": "text", "media_type": "text/plain", "data": text}))
        }
        Some(_) => Err(unsupported),
    }
}

/// Splits `data:<mime>[;parameters];base64,<data>`.
fn data_url(url: &str) -> Option<(&str, &str)> {
    let (head, data) = url.strip_prefix("data:")?.split_once(',')?;
    let head = head.strip_suffix(";base64")?;
    let mime = head.split(';').next().unwrap_or(head);
    Some((mime, data))
}
