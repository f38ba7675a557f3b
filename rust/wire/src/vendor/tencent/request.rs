//! The hub to Hunyuan's body.
//! The schema of a function's arguments is JSON inside a text; there is no limit on the output.

use serde_json::{Map, Value, json};

use crate::canon::{
    EncodeError, MediaSource, Message, PartKind, Request, Role, Thinking, Tool, ToolChoice,
};
use crate::vendor::dialect::Written;
use crate::vendor::plain::{calls, left_out, messages, put, result_id, text_of};

const SAYS: [&str; 8] = [
    "temperature",
    "top_p",
    "seed",
    "stop",
    "tools",
    "tool_choice",
    "thinking",
    "web_search",
];

/// Writes a request.
pub(in crate::vendor) fn write(request: &Request) -> Result<Written, EncodeError> {
    let mut drops = left_out(request, &SAYS)?;
    let mut body = Map::new();
    body.insert("Model".to_owned(), json!(request.model));
    let written = messages(request)?.iter().map(message);
    let written = written.collect::<Result<Vec<_>, _>>()?;
    body.insert("Messages".to_owned(), Value::Array(written));
    body.insert("Stream".to_owned(), json!(request.stream));
    let sampling = &request.sampling;
    put(&mut body, "Temperature", sampling.temperature.as_ref());
    put(&mut body, "TopP", sampling.top_p.as_ref());
    put(&mut body, "Seed", sampling.seed.as_ref());
    if !sampling.stop.is_empty() {
        body.insert("Stop".to_owned(), json!(sampling.stop));
    }
    match request.thinking {
        Some(Thinking::Off) => put(&mut body, "EnableThinking", Some(&false)),
        Some(Thinking::Auto | Thinking::Budget(_)) => {
            put(&mut body, "EnableThinking", Some(&true));
        }
        None => {}
    }
    if request.web_search.is_some() {
        body.insert("ForceSearchEnhancement".to_owned(), json!(true));
    }
    tools(request, &mut body, &mut drops)?;
    Ok((Value::Object(body), drops))
}

fn tools(
    request: &Request,
    body: &mut Map<String, Value>,
    drops: &mut Vec<&'static str>,
) -> Result<(), EncodeError> {
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(function);
        let tools = tools.collect::<Result<Vec<_>, _>>()?;
        body.insert("Tools".to_owned(), Value::Array(tools));
    }
    match &request.tool_choice {
        Some(ToolChoice::None) => put(body, "ToolChoice", Some(&"none")),
        Some(ToolChoice::Function(name)) => {
            let chosen = request.tools.iter().find(|tool| is_named(tool, name));
            let chosen = chosen.ok_or(EncodeError::Unsupported {
                field: "tool_choice",
            })?;
            put(body, "ToolChoice", Some(&"custom"));
            body.insert("CustomTool".to_owned(), function(chosen)?);
        }
        None | Some(ToolChoice::Auto) => {}
        Some(ToolChoice::Required | ToolChoice::Unknown { .. }) => drops.push("tool_choice"),
    }
    Ok(())
}

fn is_named(tool: &Tool, wanted: &str) -> bool {
    matches!(tool, Tool::Function { name, .. } if name == wanted)
}

fn function(tool: &Tool) -> Result<Value, EncodeError> {
    let Tool::Function {
        name,
        description,
        parameters,
        ..
    } = tool
    else {
        return Err(EncodeError::Unsupported { field: "tools" });
    };
    let mut function = Map::new();
    function.insert("Name".to_owned(), json!(name));
    put(&mut function, "Description", description.as_ref());
    let parameters = parameters.as_ref().map_or_else(
        || json!({"type": "object", "properties": {}}).to_string(),
        Value::to_string,
    );
    function.insert("Parameters".to_owned(), json!(parameters));
    Ok(json!({"Type": "function", "Function": function}))
}

fn message(message: &Message) -> Result<Value, EncodeError> {
    let role = match &message.role {
        Role::System | Role::Developer => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
        Role::Unknown(_) => return Err(EncodeError::Unsupported { field: "role" }),
    };
    let mut body = Map::new();
    body.insert("Role".to_owned(), json!(role));
    put(&mut body, "ToolCallId", result_id(message).as_ref());
    let is_image = |kind: &PartKind| matches!(kind, PartKind::Image { .. });
    if message.parts.iter().any(|part| is_image(&part.kind)) {
        body.insert("Contents".to_owned(), contents(message)?);
    } else {
        body.insert("Content".to_owned(), json!(text_of(message)?));
    }
    let written = calls(message).map(|(id, name, arguments)| {
        json!({"Id": id, "Type": "function", "Function": {"Name": name, "Arguments": arguments}})
    });
    let written: Vec<Value> = written.collect();
    if !written.is_empty() {
        body.insert("ToolCalls".to_owned(), Value::Array(written));
    }
    Ok(Value::Object(body))
}

fn contents(message: &Message) -> Result<Value, EncodeError> {
    let mut contents = Vec::new();
    for part in &message.parts {
        match &part.kind {
            PartKind::Text(text) => contents.push(json!({"Type": "text", "Text": text})),
            PartKind::Image { source, .. } => {
                let MediaSource::Url(url) = source else {
                    return Err(EncodeError::Unsupported { field: "image_url" });
                };
                contents.push(json!({"Type": "image_url", "ImageUrl": {"Url": url}}));
            }
            PartKind::Reasoning { .. } | PartKind::ToolCall { .. } => {}
            _ => return Err(EncodeError::Unsupported { field: "content" }),
        }
    }
    Ok(Value::Array(contents))
}
