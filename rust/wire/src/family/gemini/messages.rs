//! The hub's messages to `systemInstruction` and `contents`. Part of writing a request for an upstream.
//! Results carry the id and the function of their call; proofs of thinking go onto the part behind them.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::media;
use super::signature::{BYPASS, ours};
use super::types::{CallBody, ContentBody, PartBody, ResultBody, SystemBody};
use crate::canon::{EncodeError, Message, Part, PartKind, Role};
use crate::endpoint::Family;

/// A conversation in Gemini's words.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    pub(super) system: Option<SystemBody>,
    pub(super) contents: Vec<ContentBody>,
}

/// What is known while a conversation is written.
struct Writer<'a> {
    /// The functions of earlier calls, by id.
    functions: HashMap<&'a str, &'a str>,
    /// Whether the model refuses calls without a proof (generation 3 and later).
    needs_proofs: bool,
    /// Whether results may hold media (generation 3 and later).
    results_hold_media: bool,
}

/// Writes a conversation; `generation` is the model's, if its name tells it.
pub(super) fn write(
    messages: &[Message],
    generation: Option<u32>,
) -> Result<Conversation, EncodeError> {
    let is_new = generation.is_some_and(|generation| generation >= 3);
    let mut writer = Writer {
        functions: HashMap::new(),
        needs_proofs: is_new,
        results_hold_media: is_new,
    };
    let mut written = Conversation::default();
    let mut system = Vec::new();
    let mut follows_result = false;
    for message in messages {
        let is_result = message.role == Role::Tool;
        match message.role {
            Role::System | Role::Developer => {
                system.extend(Writer::parts(message)?);
                continue;
            }
            Role::Tool => {
                let parts = writer.result(message)?;
                // Results of calls made at once belong into one content.
                match written.contents.last_mut().filter(|_| follows_result) {
                    Some(last) => last.parts.get_or_insert_default().extend(parts),
                    None => written.contents.push(content("user", parts)),
                }
            }
            Role::User => written
                .contents
                .push(content("user", Writer::parts(message)?)),
            Role::Assistant => {
                writer.note_calls(message);
                let parts = writer.answer(message)?;
                if !parts.is_empty() {
                    written.contents.push(content("model", parts));
                }
            }
            Role::Unknown(_) => return Err(EncodeError::Unsupported { field: "role" }),
        }
        follows_result = is_result;
    }
    if !system.is_empty() {
        written.system = Some(SystemBody::Content(ContentBody {
            parts: Some(system),
            ..ContentBody::default()
        }));
    }
    Ok(written)
}

pub(super) fn content(role: &str, parts: Vec<PartBody>) -> ContentBody {
    ContentBody {
        role: Some(role.to_owned()),
        parts: Some(parts),
        rest: Map::new(),
    }
}

fn text_part(text: &str) -> PartBody {
    PartBody {
        text: Some(text.to_owned()),
        ..PartBody::default()
    }
}

impl<'a> Writer<'a> {
    fn note_calls(&mut self, message: &'a Message) {
        for part in &message.parts {
            if let PartKind::ToolCall { id, name, .. } = &part.kind {
                self.functions.insert(id, name);
            }
        }
    }

    fn parts(message: &Message) -> Result<Vec<PartBody>, EncodeError> {
        let mut written = Vec::new();
        for part in &message.parts {
            written.push(Self::part(part)?);
        }
        Ok(written)
    }

    /// An answer of the model's: pictures in its Markdown are pictures again, proofs go onto the part behind them.
    fn answer(&self, message: &Message) -> Result<Vec<PartBody>, EncodeError> {
        let mut written: Vec<PartBody> = Vec::new();
        let mut proof: Option<String> = None;
        for part in &message.parts {
            match &part.kind {
                PartKind::Reasoning { text, signature } => {
                    if !text.is_empty() {
                        let mut body = text_part(text);
                        body.thought = Some(true);
                        written.push(body);
                    }
                    let ours = signature.as_deref().and_then(ours);
                    proof = ours.map(str::to_owned).or(proof);
                }
                PartKind::Text(text) if text.contains("](data:image/") => {
                    for piece in media::split_pictures(text) {
                        written.push(Self::part(&piece)?);
                    }
                }
                _ => {
                    let mut body = Self::part(part)?;
                    body.thought_signature = proof.take();
                    written.push(body);
                }
            }
        }
        if proof.is_some() {
            let mut body = text_part("");
            body.thought_signature = proof;
            written.push(body);
        }
        self.prove(&mut written);
        Ok(written)
    }

    /// The first call of a turn must carry a proof; history of other families has none.
    fn prove(&self, parts: &mut [PartBody]) {
        let first = parts.iter_mut().find(|part| part.function_call.is_some());
        if let Some(part) = first.filter(|_| self.needs_proofs) {
            part.thought_signature
                .get_or_insert_with(|| BYPASS.to_owned());
        }
    }

    fn part(part: &Part) -> Result<PartBody, EncodeError> {
        let mut body = match &part.kind {
            PartKind::Text(_) if super::contents::code(&part.rest).is_some() => PartBody::default(),
            PartKind::Text(text) | PartKind::Refusal(text) => text_part(text),
            PartKind::ToolCall {
                id,
                name,
                arguments,
            } => call(id, name, arguments),
            PartKind::Image { .. }
            | PartKind::Audio { .. }
            | PartKind::Video { .. }
            | PartKind::File { .. } => {
                let told = part.rest.get("mimeType").and_then(Value::as_str);
                media::write(&part.kind, told)?
            }
            PartKind::Unknown {
                family: Family::Gemini,
                value,
            } => {
                let body = serde_json::from_value(value.clone());
                body.map_err(|error| EncodeError::NotWritable(error.to_string()))?
            }
            PartKind::UnknownCall { .. } => {
                return Err(EncodeError::Unsupported {
                    field: "tool_calls",
                });
            }
            PartKind::Unknown { .. } | PartKind::Reasoning { .. } | PartKind::ToolResult { .. } => {
                return Err(EncodeError::Unsupported { field: "content" });
            }
        };
        let beside = part.rest.iter().filter(|(name, _)| *name != "mimeType");
        body.rest
            .extend(beside.map(|(name, value)| (name.clone(), value.clone())));
        Ok(body)
    }

    fn result(&self, message: &Message) -> Result<Vec<PartBody>, EncodeError> {
        let mut parts = message.parts.iter();
        let Some(Part {
            kind: PartKind::ToolResult { call_id, is_error },
            rest,
        }) = parts.next()
        else {
            return Err(EncodeError::Unsupported {
                field: "tool_call_id",
            });
        };
        let function = self.functions.get(call_id.as_str()).copied();
        let Some(name) = function.or(message.name.as_deref()) else {
            return Err(EncodeError::Unsupported {
                field: "tool_call_id",
            });
        };
        let mut text = String::new();
        let mut others = Vec::new();
        for part in parts {
            match &part.kind {
                PartKind::Text(piece) | PartKind::Refusal(piece) => text.push_str(piece),
                _ => others.push(Self::part(part)?),
            }
        }
        let holds_media = self.results_hold_media && !others.is_empty();
        let (inside, beside) = if holds_media {
            (Some(others), Vec::new())
        } else {
            (None, others)
        };
        let result = ResultBody {
            id: Some(call_id.clone()).filter(|id| !id.is_empty()),
            name: Some(name.to_owned()),
            response: Some(response(&text, *is_error)),
            parts: inside,
            rest: rest.clone(),
        };
        let own = PartBody {
            function_response: Some(result),
            ..PartBody::default()
        };
        Ok([own].into_iter().chain(beside).collect())
    }
}

/// A result must be an object: JSON objects go as they are, else the documented keys `output` and `error` hold it.
fn response(text: &str, is_error: bool) -> Value {
    let document = serde_json::from_str::<Value>(text).ok();
    let document = document.filter(|value| value.is_object() || value.is_array());
    match document {
        Some(document) if is_error => json!({"error": document}),
        Some(document @ Value::Object(_)) => document,
        Some(list) => json!({"output": list}),
        None if is_error => json!({"error": text}),
        None => json!({"output": text}),
    }
}

/// Arguments must be an object. Broken ones, as a model once wrote them, stay readable under one key.
fn call(id: &str, name: &str, arguments: &str) -> PartBody {
    let args = match serde_json::from_str::<Value>(arguments) {
        Ok(args @ Value::Object(_)) => args,
        Ok(Value::Null) => json!({}),
        Ok(other) => json!({"arguments": other}),
        Err(_) if arguments.trim().is_empty() => json!({}),
        Err(_) => json!({"arguments": arguments}),
    };
    PartBody {
        function_call: Some(CallBody {
            id: Some(id.to_owned()).filter(|id| !id.is_empty()),
            name: Some(name.to_owned()),
            args: Some(args),
            ..CallBody::default()
        }),
        ..PartBody::default()
    }
}
