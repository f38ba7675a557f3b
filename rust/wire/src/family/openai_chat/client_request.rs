//! Client bytes to the hub, for chat and legacy completions. Used when the upstream speaks another family; the same family
//! needs only the envelope. Must keep every field: what the hub has no word for goes to `rest`.

use serde_json::{Map, Value};

use super::role_of;
use super::types::{ContentBody, MessageBody, OneOrMany, PromptBody, RequestBody, ToolCallBody};
use super::vendor_words::thinking_of;
use crate::canon::{
    Input, MediaSource, Message, OutputFormat, Part, PartKind, Prompt, Request, Role, Sampling,
    Tool, ToolChoice, WebSearch,
};
use crate::endpoint::{Endpoint, Family};
use crate::envelope::{Envelope, RequestError};
use crate::family::gemini::signature::take_extra_content;

/// Reads a body of a chat or legacy completion.
pub fn read(endpoint: Endpoint, body: &[u8]) -> Result<Request, RequestError> {
    Envelope::read(endpoint, body)?;
    // Through a map, so that of repeated keys the last wins, as in the envelope.
    let fields = serde_json::from_slice::<Map<String, Value>>(body).map_err(unreadable)?;
    let wire = serde_json::from_value::<RequestBody>(Value::Object(fields)).map_err(unreadable)?;
    Ok(request(endpoint, wire))
}

fn unreadable(error: impl std::fmt::Display) -> RequestError {
    RequestError::Unreadable(error.to_string())
}

fn request(endpoint: Endpoint, mut wire: RequestBody) -> Request {
    let input = if endpoint == Endpoint::Completions {
        Input::Prompt {
            prompts: wire.prompt.take().map(prompts).unwrap_or_default(),
            suffix: wire.suffix.take(),
        }
    } else {
        let messages = wire.messages.take().unwrap_or_default();
        Input::Messages(messages.into_iter().map(message).collect())
    };
    let mut rest = std::mem::take(&mut wire.rest);
    let options = wire.stream_options.take().unwrap_or_default();
    let (thinking, effort) = thinking_of(&rest);
    if !options.rest.is_empty() {
        rest.insert("stream_options".to_owned(), Value::Object(options.rest));
    }
    Request {
        input,
        tools: wire
            .tools
            .take()
            .unwrap_or_default()
            .into_iter()
            .map(tool)
            .collect(),
        tool_choice: wire.tool_choice.take().map(tool_choice),
        parallel_tools: wire.parallel_tool_calls,
        max_output_tokens: wire.max_tokens.max(wire.max_completion_tokens),
        reasoning_effort: wire.reasoning_effort.take().or(effort),
        thinking,
        web_search: wire.web_search_options.as_ref().map(web_search),
        text_tools: Vec::new(),
        spaced_tools: Vec::new(),
        origin: Some(Family::OpenaiChat),
        echo: Map::new(),
        output_format: wire
            .response_format
            .take()
            .map_or(OutputFormat::Unset, output_format),
        stream: wire.stream.unwrap_or(false),
        include_usage: options.include_usage,
        user: wire.user.take(),
        service_tier: wire.service_tier.take(),
        rest,
        model: std::mem::take(&mut wire.model),
        sampling: sampling(wire),
    }
}

fn sampling(wire: RequestBody) -> Sampling {
    let stop = match wire.stop {
        None => Vec::new(),
        Some(OneOrMany::One(text)) => vec![text],
        Some(OneOrMany::Many(texts)) => texts,
    };
    Sampling {
        temperature: wire.temperature,
        top_p: wire.top_p,
        top_k: wire.top_k,
        frequency_penalty: wire.frequency_penalty,
        presence_penalty: wire.presence_penalty,
        seed: wire.seed,
        stop,
        logit_bias: wire.logit_bias,
        logprobs: wire.logprobs,
        top_logprobs: wire.top_logprobs,
        n: wire.n,
    }
}

fn prompts(prompt: PromptBody) -> Vec<Prompt> {
    match prompt {
        PromptBody::Text(text) => vec![Prompt::Text(text)],
        PromptBody::Tokens(tokens) => vec![Prompt::Tokens(tokens)],
        PromptBody::Texts(texts) => texts.into_iter().map(Prompt::Text).collect(),
        PromptBody::TokenLists(lists) => lists.into_iter().map(Prompt::Tokens).collect(),
    }
}

fn message(wire: MessageBody) -> Message {
    let role = role_of(wire.role.as_deref().unwrap_or_default());
    let name = wire.name.clone();
    let (parts, rest) = parts_of(wire, &role);
    Message {
        role,
        name,
        parts,
        rest,
    }
}

/// Returns a message's parts in the order: result mark, thinking, content, refusal, calls; and the fields left over.
pub(super) fn parts_of(mut wire: MessageBody, role: &Role) -> (Vec<Part>, Map<String, Value>) {
    let mut parts = Vec::new();
    if let (Role::Tool, Some(call_id)) = (role, wire.tool_call_id.take()) {
        parts.push(Part::new(PartKind::ToolResult {
            call_id,
            is_error: false,
        }));
    }
    if let Some(text) = reasoning(&mut wire) {
        parts.push(Part::new(PartKind::Reasoning {
            text,
            signature: None,
        }));
    }
    match wire.content.take() {
        None => {}
        Some(ContentBody::Text(text)) => parts.push(Part::new(PartKind::Text(text))),
        Some(ContentBody::Parts(values)) => parts.extend(values.into_iter().map(content_part)),
    }
    if let Some(text) = wire.refusal.take() {
        parts.push(Part::new(PartKind::Refusal(text)));
    }
    let calls = wire.tool_calls.take().unwrap_or_default();
    for mut call in calls {
        // A proof of thinking stands before what it proves.
        let proof = take_extra_content(&mut call.rest);
        parts.extend(proof.map(|proof| {
            Part::new(PartKind::Reasoning {
                text: String::new(),
                signature: Some(proof),
            })
        }));
        parts.push(tool_call(call));
    }
    (parts, wire.rest)
}

/// Takes the thinking out of a message, under whichever of its two names.
pub(super) fn reasoning(wire: &mut MessageBody) -> Option<String> {
    let text = wire.reasoning_content.take();
    if text.is_some() {
        return text;
    }
    match wire.rest.shift_remove("reasoning") {
        Some(Value::String(text)) => Some(text),
        Some(other) => {
            wire.rest.insert("reasoning".to_owned(), other);
            None
        }
        None => None,
    }
}

fn tool_call(wire: ToolCallBody) -> Part {
    let function = wire.function.clone();
    let Some(function) = function else {
        let value = serde_json::to_value(wire).unwrap_or_default();
        return Part::new(PartKind::UnknownCall {
            family: Family::OpenaiChat,
            value,
        });
    };
    let kind = PartKind::ToolCall {
        id: wire.id.unwrap_or_default(),
        name: function.name.unwrap_or_default(),
        arguments: function.arguments.map(arguments_text).unwrap_or_default(),
    };
    Part {
        kind,
        rest: wire.rest,
    }
}

/// Arguments are JSON text; some servers send the object itself.
pub(super) fn arguments_text(arguments: Value) -> String {
    match arguments {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn content_part(value: Value) -> Part {
    let Value::Object(fields) = value else {
        return unknown(value);
    };
    let kind = fields
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let read = match kind {
        "text" => text_part(&fields),
        "refusal" => text_field(&fields, "refusal").map(PartKind::Refusal),
        "image_url" => image_part(&fields),
        "video_url" => video_part(&fields),
        "input_audio" => audio_part(&fields),
        "file" => file_part(&fields),
        "thinking" => thinking_part(&fields),
        _ => None,
    };
    let Some(read) = read else {
        return unknown(Value::Object(fields));
    };
    let mut rest = fields;
    let own = rest
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    rest.shift_remove("type");
    rest.shift_remove(&own);
    Part { kind: read, rest }
}

fn unknown(value: Value) -> Part {
    Part::new(PartKind::Unknown {
        family: Family::OpenaiChat,
        value,
    })
}

fn text_field(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn text_part(fields: &Map<String, Value>) -> Option<PartKind> {
    text_field(fields, "text").map(PartKind::Text)
}

/// `{"type":"thinking","thinking":[{"type":"text","text":..}]}`
fn thinking_part(fields: &Map<String, Value>) -> Option<PartKind> {
    let text = match fields.get("thinking")? {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts
                .iter()
                .map(|part| part.get("text").and_then(Value::as_str));
            texts.collect::<Option<Vec<_>>>()?.concat()
        }
        _ => return None,
    };
    Some(PartKind::Reasoning {
        text,
        signature: None,
    })
}

fn image_part(fields: &Map<String, Value>) -> Option<PartKind> {
    match fields.get("image_url")? {
        Value::String(url) => Some(PartKind::Image {
            source: MediaSource::Url(url.clone()),
            detail: None,
        }),
        Value::Object(image) if only(image, &["url", "detail"]) => Some(PartKind::Image {
            source: MediaSource::Url(text_field(image, "url")?),
            detail: text_field(image, "detail"),
        }),
        _ => None,
    }
}

fn video_part(fields: &Map<String, Value>) -> Option<PartKind> {
    let video = fields
        .get("video_url")?
        .as_object()
        .filter(|video| only(video, &["url"]))?;
    Some(PartKind::Video {
        source: MediaSource::Url(text_field(video, "url")?),
    })
}

fn audio_part(fields: &Map<String, Value>) -> Option<PartKind> {
    let audio = fields.get("input_audio")?.as_object()?;
    let audio = Some(audio).filter(|audio| only(audio, &["data", "format"]))?;
    let data = text_field(audio, "data")?;
    Some(PartKind::Audio {
        data,
        format: text_field(audio, "format")?,
    })
}

fn file_part(fields: &Map<String, Value>) -> Option<PartKind> {
    let file = fields.get("file")?.as_object()?;
    let file = Some(file).filter(|file| only(file, &["file_id", "file_data", "filename"]))?;
    let by_id = text_field(file, "file_id").map(MediaSource::FileId);
    let inline = text_field(file, "file_data").map(MediaSource::Url);
    let source = if by_id.is_some() && inline.is_some() {
        None
    } else {
        by_id.or(inline)
    };
    Some(PartKind::File {
        source: source?,
        name: text_field(file, "filename"),
    })
}

/// A part with more than the hub has words for is kept whole instead.
fn only(fields: &Map<String, Value>, names: &[&str]) -> bool {
    fields
        .iter()
        .all(|(name, value)| names.contains(&name.as_str()) && value.is_string())
}

/// `{"search_context_size":..,"user_location":{"type":"approximate","approximate":{..}}}`
fn web_search(options: &Value) -> WebSearch {
    let location = options.pointer("/user_location/approximate");
    let location = location.and_then(Value::as_object).map(|place| {
        let mut location = Map::new();
        location.insert("type".to_owned(), Value::from("approximate"));
        location.extend(place.clone());
        Value::Object(location)
    });
    let fields = options.as_object();
    WebSearch {
        context_size: fields.and_then(|fields| text_field(fields, "search_context_size")),
        user_location: location,
        ..WebSearch::default()
    }
}

fn tool(value: Value) -> Tool {
    let function = value.get("function").and_then(Value::as_object);
    let known = ["name", "description", "parameters", "strict"];
    let is_function = value.get("type").and_then(Value::as_str) == Some("function");
    let readable = function.filter(|function| {
        is_function && function.keys().all(|name| known.contains(&name.as_str()))
    });
    let name = readable.and_then(|function| text_field(function, "name"));
    let (Some(function), Some(name)) = (readable, name) else {
        return Tool::Unknown {
            family: Family::OpenaiChat,
            value,
        };
    };
    let description = text_field(function, "description");
    let parameters = function.get("parameters").cloned();
    let strict = function.get("strict").and_then(Value::as_bool);
    let mut rest = value.as_object().cloned().unwrap_or_default();
    rest.shift_remove("type");
    rest.shift_remove("function");
    Tool::Function {
        name,
        description,
        parameters,
        strict,
        rest,
    }
}

fn tool_choice(value: Value) -> ToolChoice {
    match value.as_str() {
        Some("auto") => return ToolChoice::Auto,
        Some("none") => return ToolChoice::None,
        Some("required") => return ToolChoice::Required,
        _ => {}
    }
    let named = value.pointer("/function/name").and_then(Value::as_str);
    match named {
        Some(name) => ToolChoice::Function(name.to_owned()),
        None => ToolChoice::Unknown {
            family: Family::OpenaiChat,
            value,
        },
    }
}

fn output_format(value: Value) -> OutputFormat {
    match value.get("type").and_then(Value::as_str) {
        Some("text") => OutputFormat::Text,
        Some("json_object") => OutputFormat::JsonObject,
        Some("json_schema") => {
            let schema = value.get("json_schema").cloned();
            schema.map_or_else(
                || OutputFormat::Unknown {
                    family: Family::OpenaiChat,
                    value,
                },
                OutputFormat::JsonSchema,
            )
        }
        _ => OutputFormat::Unknown {
            family: Family::OpenaiChat,
            value,
        },
    }
}
