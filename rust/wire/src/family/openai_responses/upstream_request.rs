//! The hub to an upstream's body.
//! What the family cannot say is refused by name or listed as dropped, never lost in silence. Calls of other families are
//! not stored at the provider (`store: false`), and ask for their thinking encrypted, so that it can come back.

use serde_json::{Map, Value, json};

use super::TEXT_ARGUMENT;
use super::tools;
use super::types::{InputBody, ReasoningBody, RequestBody, TextBody};
use crate::canon::{
    EncodeError, Input, MediaSource, Message, OutputFormat, Part, PartKind, Request, Role,
    Sampling, Thinking,
};
use crate::endpoint::{Endpoint, Family};
use crate::translate::WireRequest;
use crate::vendor::Profile;

/// Fields of the body that chat completions have under the same name.
const SHARED: [&str; 9] = [
    "metadata",
    "store",
    "prompt_cache_key",
    "prompt_cache_retention",
    "prompt_cache_options",
    "safety_identifier",
    "moderation",
    "verbosity",
    "truncation",
];

/// Models that think, by the start of their names; only they can encrypt their thinking.
const THINKERS: [&str; 6] = ["gpt-5", "o1", "o3", "o4", "codex", "computer-use"];

/// Writes a request for a vendor of this family.
pub fn write(request: &Request, _profile: &Profile) -> Result<WireRequest, EncodeError> {
    let request = &*request.in_words_of(Family::OpenaiResponses, &SHARED);
    let mut writing = Writing {
        request,
        is_own: request
            .origin
            .is_none_or(|of| of == Family::OpenaiResponses),
        drops: dropped(&request.sampling),
    };
    let wire = writing.body()?;
    let body =
        serde_json::to_vec(&wire).map_err(|error| EncodeError::NotWritable(error.to_string()))?;
    Ok(WireRequest {
        endpoint: Endpoint::Responses,
        model: wire.model,
        body,
        kind: None,
        drops: writing.drops,
    })
}

/// Returns the names of what this family has no word for and the answer can do without.
fn dropped(sampling: &Sampling) -> Vec<&'static str> {
    let fields = [
        ("stop", !sampling.stop.is_empty()),
        ("seed", sampling.seed.is_some()),
        ("top_k", sampling.top_k.is_some()),
        ("frequency_penalty", sampling.frequency_penalty.is_some()),
        ("presence_penalty", sampling.presence_penalty.is_some()),
        ("logit_bias", sampling.logit_bias.is_some()),
    ];
    let set = fields.into_iter().filter(|(_, is_set)| *is_set);
    set.map(|(name, _)| name).collect()
}

struct Writing<'a> {
    request: &'a Request,
    /// Whether the request came in this family's words.
    is_own: bool,
    drops: Vec<&'static str>,
}

impl Writing<'_> {
    fn body(&mut self) -> Result<RequestBody, EncodeError> {
        let request = self.request;
        if request.sampling.n.is_some_and(|answers| answers > 1) {
            return Err(EncodeError::Unsupported { field: "n" });
        }
        let Input::Messages(messages) = &request.input else {
            return Err(EncodeError::Unsupported { field: "prompt" });
        };
        let (instructions, messages) = split_instructions(messages);
        let mut items = Vec::new();
        for message in messages {
            self.message(message, &mut items)?;
        }
        let mut rest = request.rest.clone();
        if !self.is_own {
            rest.entry("store").or_insert(Value::Bool(false));
        }
        let reasoning = self.reasoning(&mut rest);
        let include = self.include(reasoning.is_some(), &mut rest);
        Ok(RequestBody {
            model: request.model.clone(),
            instructions,
            input: Some(InputBody::Items(items)),
            tools: self.tools()?,
            tool_choice: match &request.tool_choice {
                Some(choice) => Some(tools::write_choice(choice, request)?),
                None => None,
            },
            parallel_tool_calls: request.parallel_tools,
            temperature: request.sampling.temperature.clone(),
            top_p: request.sampling.top_p.clone(),
            top_logprobs: request.sampling.top_logprobs,
            max_output_tokens: request.max_output_tokens,
            reasoning,
            text: text(&request.output_format, &mut rest)?,
            include,
            stream: request.stream.then_some(true),
            user: request.user.clone(),
            service_tier: request.service_tier.clone(),
            rest,
        })
    }

    fn tools(&self) -> Result<Option<Vec<Value>>, EncodeError> {
        let tools = self.request.tools.iter();
        let tools = tools.map(|tool| tools::write(tool, self.request));
        let mut tools = tools.collect::<Result<Vec<_>, _>>()?;
        let search = self.request.web_search.as_ref();
        tools.extend(search.map(tools::write_search));
        Ok((!tools.is_empty()).then_some(tools))
    }

    /// Other families show thinking without being asked; here a summary must be asked for.
    fn reasoning(&mut self, rest: &mut Map<String, Value>) -> Option<ReasoningBody> {
        let further = match rest.shift_remove("reasoning") {
            Some(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let effort = self.effort();
        let thinks = match self.request.thinking {
            None => effort.as_ref().is_some_and(|word| word != "none"),
            Some(Thinking::Off) => false,
            Some(Thinking::Auto | Thinking::Budget(_)) => true,
        };
        let summary = (thinks && !self.is_own).then(|| "auto".to_owned());
        if effort.is_none() && summary.is_none() && further.is_empty() {
            return None;
        }
        Some(ReasoningBody {
            effort,
            summary,
            rest: further,
        })
    }

    fn effort(&mut self) -> Option<String> {
        if self.request.thinking == Some(Thinking::Off) && self.request.reasoning_effort.is_none() {
            // No word for it that all models of this family take.
            self.drops.push("thinking");
            return None;
        }
        self.request.effort().map(str::to_owned)
    }

    fn include(&self, reasons: bool, rest: &mut Map<String, Value>) -> Option<Vec<String>> {
        if let Some(Value::Array(names)) = rest.shift_remove("include") {
            let names = names.iter().filter_map(Value::as_str);
            return Some(names.map(str::to_owned).collect());
        }
        let mut include = Vec::new();
        let model = &self.request.model;
        let thinks = THINKERS.iter().any(|start| model.starts_with(start));
        if !self.is_own && (thinks || reasons) {
            include.push("reasoning.encrypted_content".to_owned());
        }
        if self.request.sampling.logprobs == Some(Value::Bool(true)) {
            include.push("message.output_text.logprobs".to_owned());
        }
        (!include.is_empty()).then_some(include)
    }

    fn message(&mut self, message: &Message, items: &mut Vec<Value>) -> Result<(), EncodeError> {
        if message.name.is_some() && !self.drops.contains(&"name") {
            self.drops.push("name");
        }
        match &message.role {
            Role::Tool => self.results(&message.parts, items),
            Role::Assistant => self.by_model(&message.parts, items),
            Role::System => said("system", &message.parts, items),
            Role::Developer => said("developer", &message.parts, items),
            Role::User => said("user", &message.parts, items),
            Role::Unknown(_) => Err(EncodeError::Unsupported { field: "role" }),
        }
    }

    /// One item a result; the parts behind a result are its content.
    fn results(&mut self, parts: &[Part], items: &mut Vec<Value>) -> Result<(), EncodeError> {
        let mut parts = parts.iter().peekable();
        while let Some(part) = parts.next() {
            let PartKind::ToolResult { call_id, is_error } = &part.kind else {
                return Err(EncodeError::Unsupported {
                    field: "tool_call_id",
                });
            };
            if *is_error && !self.drops.contains(&"is_error") {
                self.drops.push("is_error");
            }
            let mut content = Vec::new();
            let is_result = |part: &&Part| matches!(part.kind, PartKind::ToolResult { .. });
            while let Some(part) = parts.next_if(|part| !is_result(part)) {
                content.push(part);
            }
            let output = match content.as_slice() {
                [] => Value::String(String::new()),
                [
                    Part {
                        kind: PartKind::Text(text),
                        rest,
                    },
                ] if rest.is_empty() => json!(text),
                several => {
                    let several = several.iter().map(|part| content_part(part, "input_text"));
                    Value::Array(several.collect::<Result<_, _>>()?)
                }
            };
            let kind = if self.took_text(call_id) {
                "custom_tool_call_output"
            } else {
                "function_call_output"
            };
            items.push(json!({"type": kind, "call_id": call_id, "output": output}));
        }
        Ok(())
    }

    /// Says whether a call of the conversation was of a tool that takes free text.
    fn took_text(&self, call_id: &str) -> bool {
        let Input::Messages(messages) = &self.request.input else {
            return false;
        };
        let mut parts = messages.iter().flat_map(|message| &message.parts);
        parts.any(|part| match &part.kind {
            PartKind::ToolCall { id, name, .. } => id == call_id && self.is_text_tool(name),
            PartKind::Text(_)
            | PartKind::Reasoning { .. }
            | PartKind::Refusal(_)
            | PartKind::Image { .. }
            | PartKind::Audio { .. }
            | PartKind::Video { .. }
            | PartKind::File { .. }
            | PartKind::UnknownCall { .. }
            | PartKind::ToolResult { .. }
            | PartKind::Unknown { .. } => false,
        })
    }

    fn is_text_tool(&self, name: &str) -> bool {
        self.request.text_tools.iter().any(|tool| tool.name == name)
    }

    /// What the model said, in order: texts that follow each other are one message, everything else an item of its own.
    fn by_model(&mut self, parts: &[Part], items: &mut Vec<Value>) -> Result<(), EncodeError> {
        let mut texts = Vec::new();
        for part in parts {
            let item = match &part.kind {
                PartKind::Text(_) | PartKind::Refusal(_) => {
                    texts.push(content_part(part, "output_text")?);
                    continue;
                }
                PartKind::Reasoning { text, signature } => {
                    self.thinking(text, signature.as_deref(), &part.rest)
                }
                PartKind::ToolCall {
                    id,
                    name,
                    arguments,
                } => Some(self.call(id, name, arguments, &part.rest)),
                PartKind::Unknown {
                    family: Family::OpenaiResponses,
                    value,
                } => Some(value.clone()),
                PartKind::Image { .. } => {
                    return Err(EncodeError::Unsupported { field: "image" });
                }
                PartKind::UnknownCall { .. } => {
                    return Err(EncodeError::Unsupported {
                        field: "tool_calls",
                    });
                }
                PartKind::Audio { .. }
                | PartKind::Video { .. }
                | PartKind::File { .. }
                | PartKind::ToolResult { .. }
                | PartKind::Unknown { .. } => {
                    return Err(EncodeError::Unsupported { field: "content" });
                }
            };
            flush("assistant", &mut texts, items);
            items.extend(item);
        }
        flush("assistant", &mut texts, items);
        Ok(())
    }

    /// Thinking without a proof of this family's own means nothing to it.
    fn thinking(
        &mut self,
        text: &str,
        signature: Option<&str>,
        rest: &Map<String, Value>,
    ) -> Option<Value> {
        if signature.is_none() && !self.is_own {
            if !self.drops.contains(&"reasoning") {
                self.drops.push("reasoning");
            }
            return None;
        }
        let summary = if text.is_empty() {
            json!([])
        } else {
            json!([{"type": "summary_text", "text": text}])
        };
        let mut item = json!({"type": "reasoning", "summary": summary});
        if let Some(fields) = item.as_object_mut() {
            fields.extend(signature.map(|proof| ("encrypted_content".to_owned(), json!(proof))));
            fields.extend(rest.clone());
        }
        Some(item)
    }

    fn call(&self, id: &str, name: &str, arguments: &str, rest: &Map<String, Value>) -> Value {
        let free_text = || {
            let arguments = serde_json::from_str::<Value>(arguments).ok()?;
            let text = arguments.get(TEXT_ARGUMENT)?.as_str()?;
            Some(text.to_owned())
        };
        let free_text = self.is_text_tool(name).then(free_text).flatten();
        let mut item = match free_text {
            Some(text) => {
                json!({"type": "custom_tool_call", "call_id": id, "name": name, "input": text})
            }
            None => {
                json!({"type": "function_call", "call_id": id, "name": name, "arguments": arguments})
            }
        };
        if let Some(fields) = item.as_object_mut() {
            for (key, value) in rest {
                fields.entry(key).or_insert_with(|| value.clone());
            }
        }
        item
    }
}

/// The first message of the operator, if it is plain text, is the instructions; later ones stay where they are.
fn split_instructions(messages: &[Message]) -> (Option<String>, &[Message]) {
    if let Some((first, rest)) = messages.split_first()
        && first.role == Role::System
        && first.name.is_none()
    {
        let texts = first.parts.iter().map(|part| match &part.kind {
            PartKind::Text(text) if part.rest.is_empty() => Some(text.as_str()),
            _ => None,
        });
        if let Some(texts) = texts.collect::<Option<Vec<_>>>() {
            return (Some(texts.join("\n\n")), rest);
        }
    }
    (None, messages)
}

fn said(role: &str, parts: &[Part], items: &mut Vec<Value>) -> Result<(), EncodeError> {
    let mut content = Vec::new();
    for part in parts {
        if let PartKind::Unknown {
            family: Family::OpenaiResponses,
            value,
        } = &part.kind
            && is_item(value)
        {
            flush(role, &mut content, items);
            items.push(value.clone());
            continue;
        }
        content.push(content_part(part, "input_text")?);
    }
    flush(role, &mut content, items);
    Ok(())
}

/// Items that belong to nobody stand in messages of the user; parts of a message have names that begin with `input_`.
fn is_item(value: &Value) -> bool {
    let kind = value.get("type").and_then(Value::as_str);
    kind.is_some_and(|kind| !kind.starts_with("input_"))
}

fn flush(role: &str, content: &mut Vec<Value>, items: &mut Vec<Value>) {
    if !content.is_empty() {
        let content = std::mem::take(content);
        items.push(json!({"type": "message", "role": role, "content": content}));
    }
}

fn content_part(part: &Part, text_kind: &str) -> Result<Value, EncodeError> {
    let mut written = match &part.kind {
        PartKind::Text(text) => json!({"type": text_kind, "text": text}),
        PartKind::Refusal(text) => json!({"type": "refusal", "refusal": text}),
        PartKind::Image { source, detail } => image(source, detail.as_deref()),
        PartKind::Audio { data, format } => {
            json!({"type": "input_audio", "input_audio": {"data": data, "format": format}})
        }
        PartKind::File { source, name } => file(source, name.as_deref()),
        PartKind::Unknown {
            family: Family::OpenaiResponses,
            value,
        } => value.clone(),
        PartKind::Video { .. } => return Err(EncodeError::Unsupported { field: "video" }),
        PartKind::Reasoning { .. }
        | PartKind::ToolCall { .. }
        | PartKind::UnknownCall { .. }
        | PartKind::ToolResult { .. }
        | PartKind::Unknown { .. } => {
            return Err(EncodeError::Unsupported { field: "content" });
        }
    };
    if let Some(fields) = written.as_object_mut() {
        fields.extend(part.rest.clone());
    }
    Ok(written)
}

fn image(source: &MediaSource, detail: Option<&str>) -> Value {
    let detail = detail.unwrap_or("auto");
    match source {
        MediaSource::Url(url) => json!({"type": "input_image", "image_url": url, "detail": detail}),
        MediaSource::FileId(id) | MediaSource::Deposited(id) => {
            json!({"type": "input_image", "file_id": id, "detail": detail})
        }
        MediaSource::Base64(data) => {
            let url = format!("data:image/png;base64,{data}");
            json!({"type": "input_image", "image_url": url, "detail": detail})
        }
    }
}

fn file(source: &MediaSource, name: Option<&str>) -> Value {
    match source {
        MediaSource::Url(url) if url.starts_with("http://") || url.starts_with("https://") => {
            json!({"type": "input_file", "file_url": url})
        }
        // The provider wants a name beside inline data.
        MediaSource::Url(data) | MediaSource::Base64(data) => {
            json!({"type": "input_file", "file_data": data, "filename": name.unwrap_or("file.pdf")})
        }
        MediaSource::FileId(id) | MediaSource::Deposited(id) => {
            json!({"type": "input_file", "file_id": id})
        }
    }
}

fn text(
    format: &OutputFormat,
    rest: &mut Map<String, Value>,
) -> Result<Option<TextBody>, EncodeError> {
    let verbosity = match rest.shift_remove("verbosity") {
        Some(Value::String(word)) => Some(word),
        _ => None,
    };
    let further = match rest.shift_remove("text") {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let format = match format {
        OutputFormat::Unset => None,
        OutputFormat::Text => Some(json!({"type": "text"})),
        OutputFormat::JsonObject => Some(json!({"type": "json_object"})),
        OutputFormat::JsonSchema(schema) => {
            let mut format = json!({"type": "json_schema"});
            if let (Some(fields), Some(schema)) = (format.as_object_mut(), schema.as_object()) {
                fields.extend(schema.clone());
            }
            Some(format)
        }
        OutputFormat::Unknown { .. } => {
            return Err(EncodeError::Unsupported {
                field: "response_format",
            });
        }
    };
    let is_empty = format.is_none() && verbosity.is_none() && further.is_empty();
    Ok((!is_empty).then_some(TextBody {
        format,
        verbosity,
        rest: further,
    }))
}
