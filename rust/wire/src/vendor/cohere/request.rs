//! The hub to Cohere's body.
//! Thinking of earlier turns goes back as `tool_plan` only where tools were called; other thinking is left out.

use serde_json::{Map, Value, json};

use crate::canon::{
    EncodeError, MediaSource, Message, OutputFormat, PartKind, Request, Role, Thinking, ToolChoice,
};
use crate::vendor::dialect::Written;
use crate::vendor::plain::{calls, functions, left_out, messages, put, result_id, text_of};

const SAYS: [&str; 14] = [
    "temperature",
    "top_p",
    "top_k",
    "frequency_penalty",
    "presence_penalty",
    "seed",
    "stop",
    "logprobs",
    "max_tokens",
    "tools",
    "tool_choice",
    "response_format",
    "thinking",
    "reasoning_effort",
];

/// Writes a request.
pub(in crate::vendor) fn write(request: &Request) -> Result<Written, EncodeError> {
    let mut drops = left_out(request, &SAYS)?;
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(request.model));
    let written = messages(request)?.iter().map(message);
    let written = written.collect::<Result<Vec<_>, _>>()?;
    body.insert("messages".to_owned(), Value::Array(written));
    if request.stream {
        body.insert("stream".to_owned(), json!(true));
    }
    if !request.tools.is_empty() {
        body.insert("tools".to_owned(), Value::Array(functions(&request.tools)?));
    }
    match &request.tool_choice {
        Some(ToolChoice::Required) => put(&mut body, "tool_choice", Some(&"REQUIRED")),
        Some(ToolChoice::None) => put(&mut body, "tool_choice", Some(&"NONE")),
        Some(ToolChoice::Function(_) | ToolChoice::Unknown { .. }) => drops.push("tool_choice"),
        Some(ToolChoice::Auto) | None => {}
    }
    sampling(request, &mut body);
    format(request, &mut body)?;
    if let Some(thinking) = thinking(request) {
        body.insert("thinking".to_owned(), thinking);
    }
    Ok((Value::Object(body), drops))
}

fn sampling(request: &Request, body: &mut Map<String, Value>) {
    let sampling = &request.sampling;
    put(body, "max_tokens", request.max_output_tokens.as_ref());
    put(body, "temperature", sampling.temperature.as_ref());
    put(body, "p", sampling.top_p.as_ref());
    put(body, "k", sampling.top_k.as_ref());
    put(
        body,
        "frequency_penalty",
        sampling.frequency_penalty.as_ref(),
    );
    put(body, "presence_penalty", sampling.presence_penalty.as_ref());
    put(body, "seed", sampling.seed.as_ref());
    if !sampling.stop.is_empty() {
        body.insert("stop_sequences".to_owned(), json!(sampling.stop));
    }
    if sampling.logprobs == Some(Value::Bool(true)) {
        body.insert("logprobs".to_owned(), json!(true));
    }
}

fn format(request: &Request, body: &mut Map<String, Value>) -> Result<(), EncodeError> {
    let written = match &request.output_format {
        OutputFormat::Unset | OutputFormat::Text => return Ok(()),
        OutputFormat::JsonObject => json!({"type": "json_object"}),
        OutputFormat::JsonSchema(schema) => {
            let schema = schema.get("schema").cloned().unwrap_or_else(|| json!({}));
            json!({"type": "json_object", "json_schema": schema})
        }
        OutputFormat::Unknown { .. } => {
            return Err(EncodeError::Unsupported {
                field: "response_format",
            });
        }
    };
    body.insert("response_format".to_owned(), written);
    Ok(())
}

fn thinking(request: &Request) -> Option<Value> {
    match request.thinking {
        Some(Thinking::Off) => Some(json!({"type": "disabled"})),
        Some(Thinking::Auto) => Some(json!({"type": "enabled"})),
        Some(Thinking::Budget(tokens)) => Some(json!({"type": "enabled", "token_budget": tokens})),
        None => match request.reasoning_effort.as_deref() {
            Some("none") => Some(json!({"type": "disabled"})),
            Some(_) => Some(json!({"type": "enabled"})),
            None => None,
        },
    }
}

fn message(message: &Message) -> Result<Value, EncodeError> {
    let mut body = Map::new();
    let role = match &message.role {
        Role::System | Role::Developer => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
        Role::Unknown(_) => return Err(EncodeError::Unsupported { field: "role" }),
    };
    body.insert("role".to_owned(), json!(role));
    if message.role == Role::Tool {
        put(&mut body, "tool_call_id", result_id(message).as_ref());
    }
    let tool_calls: Vec<Value> = calls(message).map(call).collect();
    let has_image = message
        .parts
        .iter()
        .any(|part| matches!(part.kind, PartKind::Image { .. }));
    if has_image {
        body.insert("content".to_owned(), blocks(message)?);
    } else {
        let text = text_of(message)?;
        if !text.is_empty() || tool_calls.is_empty() {
            body.insert("content".to_owned(), json!(text));
        }
    }
    if !tool_calls.is_empty() {
        body.insert("tool_calls".to_owned(), Value::Array(tool_calls));
        put(&mut body, "tool_plan", plan(message).as_ref());
    }
    Ok(Value::Object(body))
}

fn call((id, name, arguments): (&str, &str, &str)) -> Value {
    let arguments = if arguments.is_empty() {
        "{}"
    } else {
        arguments
    };
    let function = json!({"name": name, "arguments": arguments});
    json!({"id": id, "type": "function", "function": function})
}

fn plan(message: &Message) -> Option<&str> {
    message.parts.iter().find_map(|part| match &part.kind {
        PartKind::Reasoning { text, .. } => Some(text.as_str()),
        _ => None,
    })
}

fn blocks(message: &Message) -> Result<Value, EncodeError> {
    let mut blocks = Vec::new();
    for part in &message.parts {
        match &part.kind {
            PartKind::Text(text) => blocks.push(json!({"type": "text", "text": text})),
            PartKind::Image {
                source: MediaSource::Url(url),
                ..
            } => {
                blocks.push(json!({"type": "image_url", "image_url": {"url": url}}));
            }
            PartKind::ToolResult { .. }
            | PartKind::ToolCall { .. }
            | PartKind::Reasoning { .. } => {}
            _ => return Err(EncodeError::Unsupported { field: "content" }),
        }
    }
    Ok(Value::Array(blocks))
}
