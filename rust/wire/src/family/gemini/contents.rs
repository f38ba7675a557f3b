//! `contents` of a client's request to the hub's messages. Calls without an id get one, and results without one get that of
//! the first call of their function still open, so that other families can match the two.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::media;
use super::signature::{foreign, mark};
use super::types::{CallBody, ContentBody, PartBody, ResultBody};
use crate::canon::{Message, Part, PartKind, Role};
use crate::endpoint::Family;

/// Keys under which a result's whole text stands.
const TEXT_KEYS: [&str; 4] = ["output", "result", "content", "text"];

/// Reads a conversation from its start.
#[derive(Debug, Default)]
pub(super) struct Reader {
    calls: u64,
    /// Calls without a result yet: function and id.
    open: VecDeque<(String, String)>,
}

impl Reader {
    /// Appends the messages of one content: each result is a message of its own.
    pub(super) fn content(&mut self, content: ContentBody, messages: &mut Vec<Message>) {
        let role = match content.role.as_deref() {
            Some("model") => Role::Assistant,
            Some("user" | "function" | "") | None => Role::User,
            Some("system") => Role::System,
            Some(other) => Role::Unknown(other.to_owned()),
        };
        let mut parts = Vec::new();
        let mut rest = content.rest;
        for part in content.parts.unwrap_or_default() {
            if let Some(result) = part.function_response {
                flush(&role, &mut parts, &mut rest, messages);
                messages.push(self.result(result));
            } else {
                self.part(part, &mut parts);
            }
        }
        flush(&role, &mut parts, &mut rest, messages);
    }

    fn part(&mut self, mut part: PartBody, parts: &mut Vec<Part>) {
        if let Some(call) = part.function_call.take() {
            push_proof(part.thought_signature, parts);
            let kind = self.call(call);
            parts.push(Part {
                kind,
                rest: part.rest,
            });
        } else {
            push_simple(part, parts);
        }
    }

    fn call(&mut self, call: CallBody) -> PartKind {
        let name = call.name.unwrap_or_default();
        let id = call.id.filter(|id| !id.is_empty()).unwrap_or_else(|| {
            self.calls += 1;
            format!("call_{}", self.calls)
        });
        self.open.push_back((name.clone(), id.clone()));
        let arguments = call.args.unwrap_or_else(|| json!({})).to_string();
        PartKind::ToolCall {
            id,
            name,
            arguments,
        }
    }

    fn result(&mut self, result: ResultBody) -> Message {
        let name = result.name.unwrap_or_default();
        let said = result.id.filter(|id| !id.is_empty());
        let place = self
            .open
            .iter()
            .position(|(function, id)| said.as_ref().map_or(*function == name, |said| said == id));
        let matched = place.and_then(|place| self.open.remove(place));
        let is_matched = matched.is_some();
        let call_id = said.or(matched.map(|(_, id)| id)).unwrap_or_else(|| {
            self.calls += 1;
            format!("call_{}", self.calls)
        });
        let (text, is_error) = text_of_response(result.response.as_ref());
        let mark = PartKind::ToolResult { call_id, is_error };
        let mut parts = vec![
            Part {
                kind: mark,
                rest: result.rest,
            },
            Part::new(PartKind::Text(text)),
        ];
        for part in result.parts.into_iter().flatten() {
            push_simple(part, &mut parts);
        }
        Message {
            role: Role::Tool,
            name: (!is_matched && !name.is_empty()).then_some(name),
            parts,
            rest: Map::new(),
        }
    }
}

fn flush(
    role: &Role,
    parts: &mut Vec<Part>,
    rest: &mut Map<String, Value>,
    messages: &mut Vec<Message>,
) {
    if parts.is_empty() {
        return;
    }
    messages.push(Message {
        role: role.clone(),
        name: None,
        parts: std::mem::take(parts),
        rest: std::mem::take(rest),
    });
}

/// A proof stands before what it proves; behind thinking it is that thinking's.
pub(super) fn push_proof(proof: Option<String>, parts: &mut Vec<Part>) {
    let Some(proof) = marked(proof) else {
        return;
    };
    let last = parts.last_mut().map(|part| &mut part.kind);
    if let Some(PartKind::Reasoning {
        signature: signature @ None,
        ..
    }) = last
    {
        *signature = Some(proof);
        return;
    }
    parts.push(Part::new(PartKind::Reasoning {
        text: String::new(),
        signature: Some(proof),
    }));
}

/// Returns a proof as the hub has it.
fn marked(proof: Option<String>) -> Option<String> {
    let proof = proof.filter(|proof| !proof.is_empty())?;
    Some(foreign(&proof).unwrap_or_else(|| mark(&proof)))
}

/// Appends a part that is neither a call nor a result, with its proof before it.
pub(super) fn push_simple(mut part: PartBody, parts: &mut Vec<Part>) {
    let proof = part.thought_signature.take();
    if part.thought == Some(true)
        && let Some(text) = part.text.take()
    {
        let kind = PartKind::Reasoning {
            text,
            signature: marked(proof),
        };
        parts.push(Part {
            kind,
            rest: part.rest,
        });
        return;
    }
    let has_proof = proof.is_some();
    push_proof(proof, parts);
    let kind = match (part.text, part.inline_data, part.file_data) {
        // An empty text only carries its proof.
        (Some(text), ..) if text.is_empty() && has_proof => return,
        (Some(text), ..) => PartKind::Text(text),
        (None, Some(blob), _) => media::from_blob(blob),
        (None, None, Some(file)) => match media::from_file(&file) {
            Some(kind) => {
                let mime = file.mime_type.map(Value::String);
                part.rest
                    .extend(mime.map(|mime| ("mimeType".to_owned(), mime)));
                kind
            }
            None => unknown("fileData", json!(file), std::mem::take(&mut part.rest)),
        },
        (None, None, None) => match code(&part.rest) {
            Some(text) => PartKind::Text(text),
            None => PartKind::Unknown {
                family: Family::Gemini,
                value: Value::Object(std::mem::take(&mut part.rest)),
            },
        },
    };
    parts.push(Part {
        kind,
        rest: part.rest,
    });
}

fn unknown(name: &str, value: Value, mut rest: Map<String, Value>) -> PartKind {
    rest.insert(name.to_owned(), value);
    PartKind::Unknown {
        family: Family::Gemini,
        value: Value::Object(rest),
    }
}

/// Returns code that the model ran, or its output, as a fenced text; the part itself stays beside it.
pub(super) fn code(rest: &Map<String, Value>) -> Option<String> {
    let named = |camel: &str, snake: &str| rest.get(camel).or_else(|| rest.get(snake));
    let field = |value: &Value, name: &str| {
        value
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    if let Some(code) = named("executableCode", "executable_code") {
        let language = field(code, "language").to_ascii_lowercase();
        return Some(format!("```{language}\n{}\n```\n", field(code, "code")));
    }
    let result = named("codeExecutionResult", "code_execution_result")?;
    Some(format!("```output\n{}\n```\n", field(result, "output")))
}

/// Returns a result's text and whether the tool failed: a lone text under a usual key is bare, all else is JSON.
pub(super) fn text_of_response(response: Option<&Value>) -> (String, bool) {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let Some(response) = response else {
        return (String::new(), false);
    };
    let lone = response
        .as_object()
        .filter(|fields| fields.len() == 1)
        .and_then(|fields| fields.iter().next());
    match lone {
        Some((key, value)) if key == "error" => (text(value), true),
        Some((key, value)) if TEXT_KEYS.contains(&key.as_str()) && value.is_string() => {
            (text(value), false)
        }
        Some((key, value)) if key == "output" => (text(value), false),
        _ => (text(response), false),
    }
}
