//! The conversation of a request: this family's messages to the hub's and back.
//! Here results of tools stand in the user's messages, before everything else; the hub gives each a message of its own.

use serde_json::{Map, Value, json};

use super::blocks::{block_of, call_id, content_parts, parts_of};
use super::types::{ContentBody, MessageBody};
use crate::canon::{EncodeError, Message, Part, PartKind, Role};

/// What stands where the family wants a text and there is none.
const PLACEHOLDER: &str = "...";

/// Reads the system prompt.
pub(super) fn read_system(content: ContentBody) -> Option<Message> {
    let parts = read_content(content);
    (!parts.is_empty()).then(|| message(Role::System, parts, Map::new()))
}

fn read_content(content: ContentBody) -> Vec<Part> {
    match content {
        ContentBody::Text(text) => vec![Part::new(PartKind::Text(text))],
        ContentBody::Blocks(blocks) => blocks.into_iter().flat_map(parts_of).collect(),
    }
}

fn message(role: Role, parts: Vec<Part>, rest: Map<String, Value>) -> Message {
    Message {
        role,
        name: None,
        parts,
        rest,
    }
}

/// Reads one message into one or, where it holds results of tools, several.
pub(super) fn read_message(wire: MessageBody, into: &mut Vec<Message>) {
    let role = match wire.role.as_str() {
        "user" => Role::User,
        "assistant" => Role::Assistant,
        "system" => Role::System,
        other => Role::Unknown(other.to_owned()),
    };
    let blocks = match wire.content {
        ContentBody::Blocks(blocks) if role == Role::User => blocks,
        content => {
            into.push(message(role, read_content(content), wire.rest));
            return;
        }
    };
    let mut said = Vec::new();
    let before = into.len();
    for block in blocks {
        if block.get("type").and_then(Value::as_str) != Some("tool_result") {
            said.extend(parts_of(block));
            continue;
        }
        if !said.is_empty() {
            let parts = std::mem::take(&mut said);
            into.push(message(Role::User, parts, Map::new()));
        }
        into.push(message(Role::Tool, tool_result(block), Map::new()));
    }
    if !said.is_empty() || into.len() == before {
        into.push(message(Role::User, said, wire.rest));
    }
}

fn tool_result(block: Value) -> Vec<Part> {
    let Value::Object(mut fields) = block else {
        return Vec::new();
    };
    let id = fields.shift_remove("tool_use_id");
    let is_error = fields.shift_remove("is_error") == Some(Value::Bool(true));
    let mut content = content_parts(fields.shift_remove("content"));
    if content.is_empty() {
        content.push(Part::new(PartKind::Text(String::new())));
    }
    fields.shift_remove("type");
    let mark = Part {
        kind: PartKind::ToolResult {
            call_id: id
                .as_ref()
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            is_error,
        },
        rest: fields,
    };
    std::iter::once(mark).chain(content).collect()
}

/// Writes every system prompt, in order, as one list of text blocks; the family has no other place for them.
pub(super) fn write_system(messages: &[Message]) -> Result<Vec<Value>, EncodeError> {
    let is_system = |message: &&Message| matches!(message.role, Role::System | Role::Developer);
    let parts = messages
        .iter()
        .filter(is_system)
        .flat_map(|message| &message.parts);
    let blocks = parts.filter_map(|part| match part.kind {
        PartKind::Text(_) => block_of(part).transpose(),
        _ => Some(Err(EncodeError::Unsupported { field: "system" })),
    });
    blocks.collect()
}

/// Writes the conversation: roles in turn, the user first, no message without content.
pub(super) fn write_messages(messages: &[Message]) -> Result<Vec<MessageBody>, EncodeError> {
    let mut written: Vec<MessageBody> = Vec::new();
    for message in messages {
        let (role, blocks) = match &message.role {
            Role::System | Role::Developer => continue,
            Role::Assistant => ("assistant", blocks_of(&message.parts)?),
            Role::Tool => ("user", vec![write_result(&message.parts)?]),
            Role::User | Role::Unknown(_) => ("user", user_blocks(&message.parts)?),
        };
        if blocks.is_empty() {
            continue;
        }
        append(&mut written, role, blocks, &message.rest);
    }
    if written.first().is_none_or(|first| first.role != "user") {
        let placeholder = body("user", vec![text_block(PLACEHOLDER)], Map::new());
        written.insert(0, placeholder);
    }
    trim_last(&mut written);
    Ok(written)
}

fn body(role: &str, blocks: Vec<Value>, rest: Map<String, Value>) -> MessageBody {
    MessageBody {
        role: role.to_owned(),
        content: ContentBody::Blocks(blocks),
        rest,
    }
}

fn text_block(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn blocks_of(parts: &[Part]) -> Result<Vec<Value>, EncodeError> {
    let blocks = parts.iter().filter_map(|part| block_of(part).transpose());
    blocks.collect()
}

fn user_blocks(parts: &[Part]) -> Result<Vec<Value>, EncodeError> {
    let blocks = blocks_of(parts)?;
    if blocks.is_empty() {
        return Ok(vec![text_block(PLACEHOLDER)]);
    }
    Ok(blocks)
}

/// Adds blocks to the last message when it has the same role, since roles take turns here.
fn append(
    written: &mut Vec<MessageBody>,
    role: &str,
    blocks: Vec<Value>,
    rest: &Map<String, Value>,
) {
    if let Some(last) = written.last_mut().filter(|last| last.role == role)
        && let ContentBody::Blocks(before) = &mut last.content
    {
        before.extend(blocks);
        return;
    }
    written.push(body(role, blocks, rest.clone()));
}

fn write_result(parts: &[Part]) -> Result<Value, EncodeError> {
    let mut result = json!({"type": "tool_result", "tool_use_id": ""});
    let mut content = Vec::new();
    for part in parts {
        let PartKind::ToolResult {
            call_id: id,
            is_error,
        } = &part.kind
        else {
            content.extend(block_of(part)?);
            continue;
        };
        if let Some(fields) = result.as_object_mut() {
            fields.insert("tool_use_id".to_owned(), Value::from(call_id(id)));
            fields.extend(is_error.then(|| ("is_error".to_owned(), Value::Bool(true))));
            fields.extend(part.rest.clone());
        }
    }
    if let Some(fields) = result.as_object_mut().filter(|_| !content.is_empty()) {
        fields.insert("content".to_owned(), content_value(content));
    }
    Ok(result)
}

/// One plain text is written as such.
fn content_value(mut blocks: Vec<Value>) -> Value {
    if let [Value::Object(only)] = blocks.as_mut_slice()
        && only.len() == 2
        && let Some(text @ Value::String(_)) = only.get_mut("text")
    {
        return text.take();
    }
    Value::Array(blocks)
}

/// An answer that the model is to go on with may not end in blanks.
fn trim_last(written: &mut [MessageBody]) {
    let Some(last) = written.last_mut().filter(|last| last.role == "assistant") else {
        return;
    };
    if let ContentBody::Blocks(blocks) = &mut last.content
        && let Some(Value::Object(fields)) = blocks.last_mut()
        && let Some(Value::String(text)) = fields.get_mut("text")
    {
        text.truncate(text.trim_end().len());
    }
}
