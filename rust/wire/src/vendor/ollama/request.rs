//! The hub to Ollama's body.
//! Sampling stands under `options`, images are bare base64, a call's arguments are an object.

use serde_json::{Map, Value, json};

use crate::canon::{EncodeError, Message, OutputFormat, PartKind, Request, Role, Thinking};
use crate::vendor::dialect::Written;
use crate::vendor::plain::{
    arguments_value, calls, functions, inline_image, left_out, messages, name_of_call, put,
};

const SAYS: [&str; 12] = [
    "temperature",
    "top_p",
    "top_k",
    "frequency_penalty",
    "presence_penalty",
    "seed",
    "stop",
    "max_tokens",
    "tools",
    "response_format",
    "thinking",
    "reasoning_effort",
];

/// Writes a request.
pub(in crate::vendor) fn write(request: &Request) -> Result<Written, EncodeError> {
    let drops = left_out(request, &SAYS)?;
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(request.model));
    let conversation = messages(request)?;
    let written = conversation.iter().map(|one| message(one, conversation));
    let written = written.collect::<Result<Vec<_>, _>>()?;
    body.insert("messages".to_owned(), Value::Array(written));
    // Without the word Ollama streams.
    body.insert("stream".to_owned(), json!(request.stream));
    if !request.tools.is_empty() {
        body.insert("tools".to_owned(), Value::Array(functions(&request.tools)?));
    }
    match &request.output_format {
        OutputFormat::Unset | OutputFormat::Text => {}
        OutputFormat::JsonObject => put(&mut body, "format", Some(&"json")),
        OutputFormat::JsonSchema(schema) => put(&mut body, "format", schema.get("schema")),
        OutputFormat::Unknown { .. } => {
            return Err(EncodeError::Unsupported {
                field: "response_format",
            });
        }
    }
    if let Some(think) = think(request) {
        body.insert("think".to_owned(), think);
    }
    let options = options(request);
    if !options.is_empty() {
        body.insert("options".to_owned(), Value::Object(options));
    }
    Ok((Value::Object(body), drops))
}

fn think(request: &Request) -> Option<Value> {
    match (request.thinking, request.reasoning_effort.as_deref()) {
        (Some(Thinking::Off), _) | (None, Some("none")) => Some(json!(false)),
        // Models with levels take the word, the others any of them for yes.
        (_, Some(word @ ("low" | "medium" | "high"))) => Some(json!(word)),
        (Some(Thinking::Auto | Thinking::Budget(_)), _) | (None, Some(_)) => Some(json!(true)),
        (None, None) => None,
    }
}

fn options(request: &Request) -> Map<String, Value> {
    let sampling = &request.sampling;
    let mut options = Map::new();
    put(&mut options, "temperature", sampling.temperature.as_ref());
    put(&mut options, "top_p", sampling.top_p.as_ref());
    put(&mut options, "top_k", sampling.top_k.as_ref());
    put(
        &mut options,
        "frequency_penalty",
        sampling.frequency_penalty.as_ref(),
    );
    put(
        &mut options,
        "presence_penalty",
        sampling.presence_penalty.as_ref(),
    );
    put(&mut options, "seed", sampling.seed.as_ref());
    put(
        &mut options,
        "num_predict",
        request.max_output_tokens.as_ref(),
    );
    if !sampling.stop.is_empty() {
        options.insert("stop".to_owned(), json!(sampling.stop));
    }
    options
}

fn message(message: &Message, conversation: &[Message]) -> Result<Value, EncodeError> {
    let role = match &message.role {
        Role::System | Role::Developer => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
        Role::Unknown(_) => return Err(EncodeError::Unsupported { field: "role" }),
    };
    let (mut text, mut thinking, mut images) = (String::new(), String::new(), Vec::new());
    let mut name = None;
    for part in &message.parts {
        match &part.kind {
            PartKind::Text(piece) | PartKind::Refusal(piece) => text.push_str(piece),
            PartKind::Reasoning { text: piece, .. } => thinking.push_str(piece),
            PartKind::Image { source, .. } => images.push(json!(inline_image(source)?.0)),
            PartKind::ToolResult { call_id, .. } => {
                // A result names its tool, not its call.
                name = name_of_call(call_id, conversation);
            }
            PartKind::ToolCall { .. } | PartKind::UnknownCall { .. } => {}
            _ => return Err(EncodeError::Unsupported { field: "content" }),
        }
    }
    let mut body = Map::new();
    body.insert("role".to_owned(), json!(role));
    body.insert("content".to_owned(), json!(text));
    if !thinking.is_empty() {
        body.insert("thinking".to_owned(), json!(thinking));
    }
    if !images.is_empty() {
        body.insert("images".to_owned(), Value::Array(images));
    }
    put(&mut body, "tool_name", name.as_ref());
    let written = calls(message).map(|(_, name, arguments)| {
        json!({"function": {"name": name, "arguments": arguments_value(arguments)}})
    });
    let written: Vec<Value> = written.collect();
    if !written.is_empty() {
        body.insert("tool_calls".to_owned(), Value::Array(written));
    }
    Ok(Value::Object(body))
}
