//! Input items to the hub's messages. Between the client's body and `client_request`, which hands over one item after another.
//! Items of the model that follow each other (thinking, text, calls) become one message, as other families have it; the
//! order of everything is kept.

use serde_json::{Map, Value};

use super::{LOCAL_SHELL, TEXT_ARGUMENT};
use crate::canon::{MediaSource, Message, Part, PartKind, Role};
use crate::endpoint::Family;

/// Collects items into messages.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) messages: Vec<Message>,
}

impl Items {
    /// Takes one item.
    pub(super) fn push(&mut self, item: Value) {
        let Value::Object(fields) = item else {
            return self.message(Role::User, vec![unknown(item)]);
        };
        let kind = text(&fields, "type");
        match kind.as_deref() {
            None | Some("message") if fields.contains_key("role") => self.said(fields),
            Some("reasoning") => self.by_model(reasoning(fields)),
            Some("function_call") => self.by_model(function_call(fields)),
            Some("custom_tool_call") => self.by_model(custom_call(fields)),
            Some("local_shell_call") => self.by_model(shell_call(fields)),
            Some("function_call_output" | "custom_tool_call_output") => {
                self.result(fields, "call_id");
            }
            Some("local_shell_call_output") => self.result(fields, "id"),
            Some(other) if other.ends_with("_output") || other == "item_reference" => {
                self.message(Role::User, vec![unknown(Value::Object(fields))]);
            }
            _ => self.by_model(unknown(Value::Object(fields))),
        }
    }

    /// Adds a message; what the model says follows what it said before.
    pub(super) fn message(&mut self, role: Role, parts: Vec<Part>) {
        if role == Role::Assistant
            && let Some(last) = self.messages.last_mut()
            && last.role == Role::Assistant
        {
            last.parts.extend(parts);
            return;
        }
        self.messages.push(Message {
            role,
            name: None,
            parts,
            rest: Map::new(),
        });
    }

    fn by_model(&mut self, part: Part) {
        self.message(Role::Assistant, vec![part]);
    }

    fn said(&mut self, mut fields: Map<String, Value>) {
        let role = match text(&fields, "role").as_deref() {
            Some("system") => Role::System,
            Some("developer") => Role::Developer,
            Some("assistant") => Role::Assistant,
            Some("user") | None => Role::User,
            Some(other) => Role::Unknown(other.to_owned()),
        };
        let parts = content(fields.shift_remove("content"));
        self.message(role, parts);
    }

    fn result(&mut self, mut fields: Map<String, Value>, id: &str) {
        let call_id = text(&fields, id).unwrap_or_default();
        let mut parts = vec![Part::new(PartKind::ToolResult {
            call_id,
            is_error: false,
        })];
        parts.extend(content(fields.shift_remove("output")));
        self.message(Role::Tool, parts);
    }
}

fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// Takes a text out of the fields, so that it is not in the rest.
fn take(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    match fields.shift_remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn unknown(value: Value) -> Part {
    Part::new(PartKind::Unknown {
        family: Family::OpenaiResponses,
        value,
    })
}

/// Reads a content: text, or parts.
fn content(content: Option<Value>) -> Vec<Part> {
    match content {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => vec![Part::new(PartKind::Text(text))],
        Some(Value::Array(parts)) => parts.into_iter().map(content_part).collect(),
        Some(other) => vec![Part::new(PartKind::Text(other.to_string()))],
    }
}

fn content_part(value: Value) -> Part {
    let Value::Object(mut fields) = value else {
        return unknown(value);
    };
    let read = match text(&fields, "type").as_deref() {
        Some("input_text" | "output_text" | "text" | "summary_text") => {
            take(&mut fields, "text").map(PartKind::Text)
        }
        Some("refusal") => take(&mut fields, "refusal").map(PartKind::Refusal),
        Some("input_image") => image(&mut fields),
        Some("input_file") => file(&mut fields),
        Some("input_audio") => audio(&mut fields),
        _ => None,
    };
    let Some(kind) = read else {
        return unknown(Value::Object(fields));
    };
    fields.shift_remove("type");
    fields.retain(|_, value| !matches!(value, Value::Null) && value != &Value::Array(Vec::new()));
    Part { kind, rest: fields }
}

fn image(fields: &mut Map<String, Value>) -> Option<PartKind> {
    let by_id = text(fields, "file_id").map(MediaSource::FileId);
    let source = text(fields, "image_url").map(MediaSource::Url).or(by_id)?;
    fields.shift_remove("image_url");
    fields.shift_remove("file_id");
    Some(PartKind::Image {
        source,
        detail: take(fields, "detail"),
    })
}

fn file(fields: &mut Map<String, Value>) -> Option<PartKind> {
    let name = text(fields, "filename");
    let inline = || {
        let data = text(fields, "file_data")?;
        Some(MediaSource::Url(data_url(data, name.as_deref())))
    };
    let by_id = || text(fields, "file_id").map(MediaSource::FileId);
    let by_url = || text(fields, "file_url").map(MediaSource::Url);
    let source = inline().or_else(by_url).or_else(by_id)?;
    for name in ["file_data", "file_url", "file_id", "filename"] {
        fields.shift_remove(name);
    }
    Some(PartKind::File { source, name })
}

/// Inline files are data URLs; bare base64 gets the type that its name says.
fn data_url(data: String, name: Option<&str>) -> String {
    if data.starts_with("data:") {
        return data;
    }
    let extension = name.and_then(|name| name.rsplit_once('.'));
    let mime = match extension.map(|(_, extension)| extension.to_ascii_lowercase()) {
        Some(extension) if extension == "txt" => "text/plain",
        Some(extension) if extension == "md" => "text/markdown",
        Some(extension) if extension == "csv" => "text/csv",
        Some(extension) if extension == "json" => "application/json",
        Some(extension) if extension == "html" => "text/html",
        _ => "application/pdf",
    };
    format!("data:{mime};base64,{data}")
}

fn audio(fields: &mut Map<String, Value>) -> Option<PartKind> {
    let audio = fields.get("input_audio")?.as_object()?;
    let (data, format) = (text(audio, "data")?, text(audio, "format")?);
    fields.shift_remove("input_audio");
    Some(PartKind::Audio { data, format })
}

/// The thinking itself where it is given, else its summary; the encrypted form is the proof.
pub(super) fn reasoning(mut fields: Map<String, Value>) -> Part {
    let whole = fields.get("content").map(|parts| texts(parts, ""));
    let summary = fields.get("summary").map(|parts| texts(parts, "\n\n"));
    let said = whole
        .filter(|text| !text.is_empty())
        .or(summary)
        .unwrap_or_default();
    let signature = take(&mut fields, "encrypted_content").filter(|text| !text.is_empty());
    for name in ["type", "summary", "content"] {
        fields.shift_remove(name);
    }
    let kind = PartKind::Reasoning {
        text: said,
        signature,
    };
    Part { kind, rest: fields }
}

fn texts(parts: &Value, between: &str) -> String {
    let parts = parts.as_array().map(Vec::as_slice).unwrap_or_default();
    let texts = parts
        .iter()
        .filter_map(|part| part.get("text").and_then(Value::as_str));
    texts.collect::<Vec<_>>().join(between)
}

pub(super) fn function_call(mut fields: Map<String, Value>) -> Part {
    let arguments = match fields.shift_remove("arguments") {
        Some(Value::String(text)) => text,
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    };
    call(fields, None, arguments)
}

pub(super) fn custom_call(mut fields: Map<String, Value>) -> Part {
    let text = take(&mut fields, "input").unwrap_or_default();
    let arguments = serde_json::json!({ TEXT_ARGUMENT: text }).to_string();
    call(fields, None, arguments)
}

pub(super) fn shell_call(mut fields: Map<String, Value>) -> Part {
    let mut action = match fields.shift_remove("action") {
        Some(Value::Object(action)) => action,
        _ => Map::new(),
    };
    action.shift_remove("type");
    fields.insert("type".to_owned(), Value::from("function_call"));
    action.retain(|_, value| !value.is_null());
    call(fields, Some(LOCAL_SHELL), Value::Object(action).to_string())
}

/// The kind of the item stays in the rest, where this family finds it again.
fn call(mut fields: Map<String, Value>, name: Option<&str>, arguments: String) -> Part {
    let by_id = text(&fields, "id");
    let id = take(&mut fields, "call_id").or(by_id).unwrap_or_default();
    let own = take(&mut fields, "name");
    let name = name.map(str::to_owned).or(own).unwrap_or_default();
    let kind = PartKind::ToolCall {
        id,
        name,
        arguments,
    };
    Part { kind, rest: fields }
}
