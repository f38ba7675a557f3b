//! The hub to a Converse body, after AWS's API reference of August 2026.
//! The model stands in the path. Turns of one side are joined, since the two sides must take turns; cache marks of
//! Anthropic's clients become cache points.

use serde_json::{Map, Value, json};

use crate::canon::{
    EncodeError, Input, MediaSource, Message, OutputFormat, Part, PartKind, Request, Role,
    Thinking, Tool, ToolChoice,
};
use crate::endpoint::Endpoint;
use crate::translate::WireRequest;

/// Writes a request.
pub fn write(request: &Request) -> Result<WireRequest, EncodeError> {
    let Input::Messages(messages) = &request.input else {
        return unsupported("prompt");
    };
    let drops = left_out(request)?;
    let mut body = Map::new();
    let (mut system, mut turns) = (Vec::new(), Vec::new());
    for message in messages {
        let blocks = blocks(message)?;
        match &message.role {
            Role::System | Role::Developer => system.extend(blocks),
            Role::User | Role::Tool => add_turn(&mut turns, "user", blocks),
            Role::Assistant => add_turn(&mut turns, "assistant", blocks),
            Role::Unknown(_) => return unsupported("role"),
        }
    }
    let turns = turns.into_iter();
    let turns = turns.map(|(role, content)| json!({"role": role, "content": content}));
    body.insert("messages".to_owned(), Value::Array(turns.collect()));
    if !system.is_empty() {
        body.insert("system".to_owned(), Value::Array(system));
    }
    let inference = inference(request);
    if !inference.is_empty() {
        body.insert("inferenceConfig".to_owned(), Value::Object(inference));
    }
    if let Some(tools) = tools(request)? {
        body.insert("toolConfig".to_owned(), tools);
    }
    let further = further(request);
    if !further.is_empty() {
        let name = "additionalModelRequestFields".to_owned();
        body.insert(name, Value::Object(further));
    }
    Ok(WireRequest {
        endpoint: Endpoint::ChatCompletions,
        model: request.model.clone(),
        body: Value::Object(body).to_string().into_bytes(),
        kind: None,
        drops,
    })
}

fn unsupported<T>(field: &'static str) -> Result<T, EncodeError> {
    Err(EncodeError::Unsupported { field })
}

/// Converse has no word for these; several answers and schemas change what an answer is.
fn left_out(request: &Request) -> Result<Vec<&'static str>, EncodeError> {
    let sampling = &request.sampling;
    if sampling.n.is_some_and(|n| n > 1) {
        return unsupported("n");
    }
    match request.output_format {
        OutputFormat::Unset | OutputFormat::Text => {}
        OutputFormat::JsonObject | OutputFormat::JsonSchema(_) | OutputFormat::Unknown { .. } => {
            return unsupported("response_format");
        }
    }
    let tuning = [
        ("frequency_penalty", sampling.frequency_penalty.is_some()),
        ("presence_penalty", sampling.presence_penalty.is_some()),
        ("seed", sampling.seed.is_some()),
        ("logit_bias", sampling.logit_bias.is_some()),
        ("logprobs", sampling.logprobs.is_some()),
        ("parallel_tool_calls", request.parallel_tools.is_some()),
        ("web_search", request.web_search.is_some()),
        ("user", request.user.is_some()),
    ];
    let missing = tuning.into_iter().filter(|(_, is_set)| *is_set);
    Ok(missing.map(|(field, _)| field).collect())
}

fn add_turn(turns: &mut Vec<(&'static str, Vec<Value>)>, role: &'static str, blocks: Vec<Value>) {
    if blocks.is_empty() {
        return;
    }
    match turns.last_mut() {
        Some((last, content)) if *last == role => content.extend(blocks),
        _ => turns.push((role, blocks)),
    }
}

fn blocks(message: &Message) -> Result<Vec<Value>, EncodeError> {
    let result = message.parts.iter().find_map(|part| match &part.kind {
        PartKind::ToolResult { call_id, is_error } => Some((call_id, *is_error)),
        _ => None,
    });
    let mut blocks = Vec::new();
    for part in &message.parts {
        blocks.extend(block(part, blocks.len())?);
        if part.rest.contains_key("cache_control") && result.is_none() {
            blocks.push(json!({"cachePoint": {"type": "default"}}));
        }
    }
    let Some((call_id, is_error)) = result else {
        return Ok(blocks);
    };
    if blocks.is_empty() {
        blocks.push(json!({"text": ""}));
    }
    let mut result = json!({"toolUseId": call_id, "content": blocks});
    if let Some(fields) = result.as_object_mut().filter(|_| is_error) {
        fields.insert("status".to_owned(), json!("error"));
    }
    Ok(vec![json!({"toolResult": result})])
}

fn block(part: &Part, number: usize) -> Result<Option<Value>, EncodeError> {
    let block = match &part.kind {
        PartKind::Text(text) | PartKind::Refusal(text) if text.is_empty() => return Ok(None),
        PartKind::Text(text) | PartKind::Refusal(text) => json!({"text": text}),
        PartKind::Reasoning {
            text,
            signature: Some(signature),
        } => {
            json!({"reasoningContent": {"reasoningText": {"text": text, "signature": signature}}})
        }
        // Thinking without its proof is refused by the models that sign it.
        PartKind::Reasoning {
            signature: None, ..
        }
        | PartKind::ToolResult { .. } => {
            return Ok(None);
        }
        PartKind::Image { source, .. } => {
            let (data, format) = inline(source, "image")?;
            json!({"image": {"format": format, "source": {"bytes": data}}})
        }
        PartKind::Video { source } => {
            let (data, format) = inline(source, "video")?;
            json!({"video": {"format": format, "source": {"bytes": data}}})
        }
        PartKind::File { source, name } => {
            let (data, format) = inline(source, "file")?;
            let name = document_name(name.as_deref(), number);
            json!({"document": {"format": format, "name": name, "source": {"bytes": data}}})
        }
        PartKind::ToolCall {
            id,
            name,
            arguments,
        } => {
            let input = serde_json::from_str::<Value>(arguments).ok();
            let input = input.filter(Value::is_object).unwrap_or_else(|| json!({}));
            json!({"toolUse": {"toolUseId": id, "name": name, "input": input}})
        }
        PartKind::Audio { .. } => return unsupported("audio"),
        PartKind::UnknownCall { .. } | PartKind::Unknown { .. } => return unsupported("content"),
    };
    Ok(Some(block))
}

/// Returns the base64 of inline media and the short name of its form; addresses are refused.
fn inline<'a>(
    source: &'a MediaSource,
    field: &'static str,
) -> Result<(&'a str, String), EncodeError> {
    let MediaSource::Url(url) = source else {
        return unsupported(field);
    };
    let inline = url.strip_prefix("data:");
    let inline = inline.and_then(|rest| rest.split_once(";base64,"));
    let Some((mime, data)) = inline else {
        return unsupported(field);
    };
    let format = match mime {
        "text/plain" => "txt",
        "text/markdown" => "md",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "image/jpg" => "jpeg",
        other => other.rsplit('/').next().unwrap_or(other),
    };
    Ok((data, format.to_owned()))
}

/// Names take letters, digits, single blanks, hyphens and brackets only.
fn document_name(name: Option<&str>, number: usize) -> String {
    let is_fit = |letter: char| letter.is_ascii_alphanumeric() || "-()[]".contains(letter);
    let fit: String = name
        .unwrap_or_default()
        .chars()
        .map(|letter| if is_fit(letter) { letter } else { '-' })
        .take(64)
        .collect();
    if fit.is_empty() {
        format!("document-{number}")
    } else {
        fit
    }
}

fn inference(request: &Request) -> Map<String, Value> {
    let sampling = &request.sampling;
    let mut fields = Map::new();
    let max_tokens = request.max_output_tokens.map(|tokens| json!(tokens));
    let temperature = sampling.temperature.clone().map(Value::Number);
    let top_p = sampling.top_p.clone().map(Value::Number);
    let stop = (!sampling.stop.is_empty()).then(|| json!(sampling.stop));
    let named = [
        ("maxTokens", max_tokens),
        ("temperature", temperature),
        ("topP", top_p),
        ("stopSequences", stop),
    ];
    for (name, value) in named {
        fields.extend(value.map(|value| (name.to_owned(), value)));
    }
    fields
}

/// What Converse hands on to the model unread: `top_k` and Claude's thinking, which other makers' models ignore or refuse.
fn further(request: &Request) -> Map<String, Value> {
    let mut fields = Map::new();
    if let Some(top_k) = &request.sampling.top_k {
        fields.insert("top_k".to_owned(), json!(top_k));
    }
    if let Some(Thinking::Budget(tokens)) = request.thinking {
        let thinking = json!({"type": "enabled", "budget_tokens": tokens});
        fields.insert("reasoning_config".to_owned(), thinking);
    } else if let Some(effort) = &request.reasoning_effort {
        fields.insert("reasoning_effort".to_owned(), json!(effort));
    }
    fields
}

fn tools(request: &Request) -> Result<Option<Value>, EncodeError> {
    if request.tools.is_empty() || request.tool_choice == Some(ToolChoice::None) {
        return Ok(None);
    }
    let mut written = Vec::new();
    for tool in &request.tools {
        let Tool::Function {
            name,
            description,
            parameters,
            rest,
            ..
        } = tool
        else {
            return unsupported("tools");
        };
        let schema = parameters.clone();
        let schema = schema.unwrap_or_else(|| json!({"type": "object", "properties": {}}));
        let mut spec = json!({"name": name, "inputSchema": {"json": schema}});
        if let (Some(fields), Some(text)) = (spec.as_object_mut(), description) {
            fields.insert("description".to_owned(), json!(text));
        }
        written.push(json!({"toolSpec": spec}));
        if rest.contains_key("cache_control") {
            written.push(json!({"cachePoint": {"type": "default"}}));
        }
    }
    let choice = match &request.tool_choice {
        None | Some(ToolChoice::None) => None,
        Some(ToolChoice::Auto) => Some(json!({"auto": {}})),
        Some(ToolChoice::Required) => Some(json!({"any": {}})),
        Some(ToolChoice::Function(name)) => Some(json!({"tool": {"name": name}})),
        Some(ToolChoice::Unknown { .. }) => return unsupported("tool_choice"),
    };
    let mut config = json!({"tools": written});
    if let (Some(fields), Some(choice)) = (config.as_object_mut(), choice) {
        fields.insert("toolChoice".to_owned(), choice);
    }
    Ok(Some(config))
}
