//! Client bytes to the hub. Used when the upstream speaks another family.
//! Must keep every field: what the hub has no word for goes to `rest`.

use serde_json::{Map, Value, json};

use super::contents::Reader;
use super::schema::to_json_schema;
use super::types::{
    ConfigBody, DeclarationBody, RequestBody, SystemBody, ThinkingBody, ToolBody, ToolConfigBody,
};
use crate::canon::{
    Input, Message, OutputFormat, Part, PartKind, Request, Role, Sampling, Thinking, Tool,
    ToolChoice, WebSearch,
};
use crate::endpoint::{Endpoint, Family};
use crate::envelope::{Envelope, RequestError};

/// Reads a body; `path_model` is the model of the path.
pub fn read(
    endpoint: Endpoint,
    path_model: Option<&str>,
    body: &[u8],
) -> Result<Request, RequestError> {
    let envelope = Envelope::read_with(endpoint, path_model, body)?;
    // Through a map, so that of repeated keys the last wins, as in the envelope.
    let mut fields = serde_json::from_slice::<Map<String, Value>>(body).map_err(unreadable)?;
    fields.retain(|name, value| name != "model" && !value.is_null());
    let wire = serde_json::from_value::<RequestBody>(Value::Object(fields)).map_err(unreadable)?;
    let has_contents = wire.contents.as_ref().is_some_and(|list| !list.is_empty());
    if !has_contents {
        return Err(RequestError::MissingField("contents"));
    }
    let mut request = request(wire);
    request.model = envelope.model;
    request.stream = envelope.stream;
    Ok(request)
}

fn unreadable(error: impl std::fmt::Display) -> RequestError {
    RequestError::Unreadable(error.to_string())
}

fn request(mut wire: RequestBody) -> Request {
    let mut request = Request {
        origin: Some(Family::Gemini),
        rest: std::mem::take(&mut wire.rest),
        ..Request::default()
    };
    let mut messages: Vec<Message> = wire.system_instruction.map(system).into_iter().collect();
    let mut reader = Reader::default();
    for content in wire.contents.unwrap_or_default() {
        reader.content(content, &mut messages);
    }
    request.input = Input::Messages(messages);
    for tool in wire.tools.unwrap_or_default() {
        read_tool(tool, &mut request);
    }
    if let Some(config) = wire.tool_config {
        tool_config(config, &mut request);
    }
    if let Some(config) = wire.generation_config {
        generation_config(config, &mut request);
    }
    request
}

fn system(body: SystemBody) -> Message {
    let parts = match body {
        SystemBody::Text(text) => vec![Part::new(PartKind::Text(text))],
        SystemBody::Content(content) => {
            let parts = content.parts.unwrap_or_default().into_iter();
            parts
                .filter_map(|part| part.text)
                .map(|text| Part::new(PartKind::Text(text)))
                .collect()
        }
    };
    Message {
        role: Role::System,
        name: None,
        parts,
        rest: Map::new(),
    }
}

/// A tool holds any number of functions and of Google's own tools.
fn read_tool(tool: ToolBody, request: &mut Request) {
    let functions = tool.function_declarations.unwrap_or_default();
    request.tools.extend(functions.into_iter().map(function));
    for (name, value) in tool.rest {
        match name.as_str() {
            "googleSearch" | "google_search" if value.as_object().is_some_and(Map::is_empty) => {
                request.web_search = Some(WebSearch::default());
            }
            _ => {
                let mut own = Map::new();
                own.insert(name, value);
                request.tools.push(Tool::Unknown {
                    family: Family::Gemini,
                    value: Value::Object(own),
                });
            }
        }
    }
}

fn function(body: DeclarationBody) -> Tool {
    let from_subset = body.parameters.as_ref().map(to_json_schema);
    Tool::Function {
        name: body.name,
        description: body.description,
        parameters: body.parameters_json_schema.or(from_subset),
        strict: None,
        rest: body.rest,
    }
}

/// `ANY` with several names allows no other tool: the others are left out, since no other family says it so.
fn tool_config(config: ToolConfigBody, request: &mut Request) {
    let calling = config.function_calling_config.unwrap_or_default();
    let allowed = calling.allowed_function_names.unwrap_or_default();
    request.tool_choice = match (calling.mode.as_deref(), allowed.as_slice()) {
        (Some("ANY" | "any"), []) => Some(ToolChoice::Required),
        (Some("ANY" | "any"), [name]) => Some(ToolChoice::Function(name.clone())),
        (Some("ANY" | "any"), _) => {
            request.tools.retain(|tool| match tool {
                Tool::Function { name, .. } => allowed.contains(name),
                Tool::Unknown { .. } => true,
            });
            Some(ToolChoice::Required)
        }
        (Some("NONE" | "none"), _) => Some(ToolChoice::None),
        (Some("AUTO" | "auto" | "VALIDATED" | "validated"), _) => Some(ToolChoice::Auto),
        _ => None,
    };
    if !config.rest.is_empty() {
        let rest = Value::Object(config.rest);
        request.rest.insert("toolConfig".to_owned(), rest);
    }
}

fn generation_config(mut config: ConfigBody, request: &mut Request) {
    request.max_output_tokens = config.max_output_tokens;
    request.output_format = output_format(&mut config);
    if let Some(thinking) = config.thinking_config.take() {
        read_thinking(thinking, request);
    }
    if !config.rest.is_empty() {
        let rest = Value::Object(config.rest);
        request.rest.insert("generationConfig".to_owned(), rest);
    }
    request.sampling = Sampling {
        temperature: config.temperature,
        top_p: config.top_p,
        top_k: config.top_k,
        frequency_penalty: config.frequency_penalty,
        presence_penalty: config.presence_penalty,
        seed: config.seed,
        stop: config.stop_sequences.unwrap_or_default(),
        logit_bias: None,
        logprobs: config.response_logprobs.map(Value::Bool),
        top_logprobs: config.logprobs,
        n: config.candidate_count,
    };
}

fn output_format(config: &mut ConfigBody) -> OutputFormat {
    let from_subset = config.response_schema.take();
    let schema = config
        .response_json_schema
        .take()
        .or_else(|| from_subset.as_ref().map(to_json_schema));
    match (config.response_mime_type.take().as_deref(), schema) {
        (Some("application/json") | None, Some(schema)) => {
            OutputFormat::JsonSchema(json!({"name": "response", "schema": schema}))
        }
        (Some("application/json"), None) => OutputFormat::JsonObject,
        (Some("text/plain"), _) => OutputFormat::Text,
        (None, None) => OutputFormat::Unset,
        (Some(other), schema) => OutputFormat::Unknown {
            family: Family::Gemini,
            value: json!({"responseMimeType": other, "responseSchema": schema}),
        },
    }
}

fn read_thinking(thinking: ThinkingBody, request: &mut Request) {
    request.thinking = thinking.thinking_budget.map(|budget| match budget {
        0 => Thinking::Off,
        ..0 => Thinking::Auto,
        tokens => Thinking::Budget(tokens.unsigned_abs()),
    });
    let level = thinking
        .thinking_level
        .map(|word| word.to_ascii_lowercase());
    request.reasoning_effort = level.filter(|word| word != "thinking_level_unspecified");
    if thinking.include_thoughts.is_some() {
        let kept = json!({"includeThoughts": thinking.include_thoughts});
        request.rest.insert("thinkingConfig".to_owned(), kept);
    }
}
