//! Client bytes to the hub. Used when the upstream speaks another family.
//! Must keep every field: what the hub has no word for goes to `rest`.

use serde_json::{Map, Value, json};

use super::messages::{read_message, read_system};
use super::schema::is_strict;
use super::types::RequestBody;
use crate::canon::{Input, OutputFormat, Request, Sampling, Thinking, Tool, ToolChoice, WebSearch};
use crate::endpoint::{Endpoint, Family};
use crate::envelope::{Envelope, RequestError};

/// Reads a body; `path_model` is the model of the path, for endpoints that have it there.
pub fn read(
    endpoint: Endpoint,
    path_model: Option<&str>,
    body: &[u8],
) -> Result<Request, RequestError> {
    let envelope = Envelope::read_with(endpoint, path_model, body)?;
    // Through a map, so that of repeated keys the last wins, as in the envelope.
    let fields = serde_json::from_slice::<Map<String, Value>>(body).map_err(unreadable)?;
    let wire = serde_json::from_value::<RequestBody>(Value::Object(fields)).map_err(unreadable)?;
    let mut request = request(wire);
    request.model = envelope.model;
    Ok(request)
}

fn unreadable(error: impl std::fmt::Display) -> RequestError {
    RequestError::Unreadable(error.to_string())
}

fn request(wire: RequestBody) -> Request {
    let mut messages: Vec<_> = wire.system.and_then(read_system).into_iter().collect();
    for message in wire.messages {
        read_message(message, &mut messages);
    }
    let stream = wire.stream.unwrap_or(false);
    let mut request = Request {
        input: Input::Messages(messages),
        max_output_tokens: wire.max_tokens,
        stream,
        include_usage: stream.then_some(true),
        sampling: Sampling {
            temperature: wire.temperature,
            top_p: wire.top_p,
            top_k: wire.top_k,
            stop: wire.stop_sequences.unwrap_or_default(),
            ..Sampling::default()
        },
        rest: wire.rest,
        origin: Some(Family::AnthropicMessages),
        ..Request::default()
    };
    read_tools(wire.tools.unwrap_or_default(), &mut request);
    if let Some(choice) = wire.tool_choice {
        read_tool_choice(choice, &mut request);
    }
    if let Some(thinking) = wire.thinking {
        read_thinking(thinking, &mut request);
    }
    read_output(wire.output_config, wire.output_format, &mut request);
    read_metadata(wire.metadata, wire.service_tier.as_deref(), &mut request);
    request
}

fn read_tools(tools: Vec<Value>, request: &mut Request) {
    for tool in tools {
        let kind = tool.get("type").and_then(Value::as_str).unwrap_or_default();
        if kind.starts_with("web_search_") {
            request.web_search = Some(web_search(&tool));
        } else {
            request.tools.push(read_tool(tool));
        }
    }
}

fn web_search(tool: &Value) -> WebSearch {
    let domains = |name: &str| {
        let listed = tool.get(name).and_then(Value::as_array);
        let names = listed.into_iter().flatten().filter_map(Value::as_str);
        names.map(str::to_owned).collect()
    };
    WebSearch {
        context_size: None,
        max_uses: tool.get("max_uses").and_then(Value::as_u64),
        allowed_domains: domains("allowed_domains"),
        blocked_domains: domains("blocked_domains"),
        user_location: tool
            .get("user_location")
            .filter(|place| place.is_object())
            .cloned(),
    }
}

fn read_tool(tool: Value) -> Tool {
    let kind = tool.get("type").and_then(Value::as_str);
    let name = tool.get("name").and_then(Value::as_str).map(str::to_owned);
    let (None | Some("custom"), Some(name)) = (kind, name) else {
        return Tool::Unknown {
            family: Family::AnthropicMessages,
            value: tool,
        };
    };
    let mut rest = match tool {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let description = rest
        .get("description")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let parameters = rest.shift_remove("input_schema");
    let strict = rest.get("strict").and_then(Value::as_bool);
    rest.retain(|name, _| !matches!(name.as_str(), "type" | "name" | "description" | "strict"));
    Tool::Function {
        name,
        description,
        parameters,
        strict,
        rest,
    }
}

fn read_tool_choice(choice: Value, request: &mut Request) {
    let single = choice
        .get("disable_parallel_tool_use")
        .and_then(Value::as_bool);
    request.parallel_tools = single.map(|single| !single);
    let name = choice.get("name").and_then(Value::as_str);
    let read = match (choice.get("type").and_then(Value::as_str), name) {
        (Some("auto"), _) => ToolChoice::Auto,
        (Some("any"), _) => ToolChoice::Required,
        (Some("none"), _) => ToolChoice::None,
        (Some("tool"), Some(name)) => ToolChoice::Function(name.to_owned()),
        _ => ToolChoice::Unknown {
            family: Family::AnthropicMessages,
            value: choice,
        },
    };
    request.tool_choice = Some(read);
}

/// What goes beyond switch and budget (`display`, newer types) is kept whole beside them.
fn read_thinking(thinking: Value, request: &mut Request) {
    let budget = thinking.get("budget_tokens").and_then(Value::as_u64);
    let kind = thinking.get("type").and_then(Value::as_str);
    request.thinking = match (kind, budget) {
        (Some("enabled"), Some(budget)) => Some(Thinking::Budget(budget)),
        (Some("adaptive" | "enabled" | "between_tools"), _) => Some(Thinking::Auto),
        (Some("disabled"), _) => Some(Thinking::Off),
        _ => None,
    };
    let own = usize::from(budget.is_some()) + 1;
    let says_more = thinking.as_object().is_none_or(|fields| fields.len() > own);
    if says_more || request.thinking.is_none() || kind == Some("between_tools") {
        request.rest.insert("thinking".to_owned(), thinking);
    }
}

fn read_output(
    config: Option<Map<String, Value>>,
    beta_format: Option<Value>,
    request: &mut Request,
) {
    let mut config = config.unwrap_or_default();
    if let Some(Value::String(effort)) = config.shift_remove("effort") {
        request.reasoning_effort = Some(effort);
    }
    let format = config.shift_remove("format").or(beta_format);
    if let Some(format) = format.filter(|format| !format.is_null()) {
        request.output_format = read_format(format);
    }
    if !config.is_empty() {
        request
            .rest
            .insert("output_config".to_owned(), Value::Object(config));
    }
}

/// The hub has a schema as `OpenAI` writes it: with a name, which this family lacks.
fn read_format(format: Value) -> OutputFormat {
    let is_schema = format.get("type").and_then(Value::as_str) == Some("json_schema");
    match format.get("schema").filter(|_| is_schema) {
        Some(schema) => OutputFormat::JsonSchema(
            json!({"name": "output", "schema": schema, "strict": is_strict(schema)}),
        ),
        None => OutputFormat::Unknown {
            family: Family::AnthropicMessages,
            value: format,
        },
    }
}

fn read_metadata(
    metadata: Option<Map<String, Value>>,
    service_tier: Option<&str>,
    request: &mut Request,
) {
    let mut metadata = metadata.unwrap_or_default();
    if let Some(Value::String(user)) = metadata.shift_remove("user_id") {
        request.user = Some(user);
    }
    if !metadata.is_empty() {
        request
            .rest
            .insert("metadata".to_owned(), Value::Object(metadata));
    }
    request.service_tier = match service_tier {
        Some("standard_only") => Some("default".to_owned()),
        Some("auto") => Some("auto".to_owned()),
        _ => None,
    };
}
