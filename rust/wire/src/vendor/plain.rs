//! What every dialect's writer asks of a request: its conversation as texts, and which fields it has that the dialect lacks.
//! What matters for the answer is refused by name; what only tunes it is left out and listed.

use serde_json::{Map, Value, json};

use crate::canon::{
    EncodeError, Input, MediaSource, Message, OutputFormat, Part, PartKind, Request, Role, Tool,
};

/// Who a vendor is told speaks when the client does not say.
pub(super) const USER: &str = "api-user";

/// Returns the conversation.
pub(super) fn messages(request: &Request) -> Result<&[Message], EncodeError> {
    match &request.input {
        Input::Messages(messages) => Ok(messages),
        Input::Prompt { .. } => Err(EncodeError::Unsupported { field: "prompt" }),
    }
}

/// Returns a message's text; media is refused by name.
pub(super) fn text_of(message: &Message) -> Result<String, EncodeError> {
    let mut text = String::new();
    for part in &message.parts {
        match &part.kind {
            PartKind::Text(piece) | PartKind::Refusal(piece) => text.push_str(piece),
            PartKind::Reasoning { .. }
            | PartKind::ToolResult { .. }
            | PartKind::ToolCall { .. }
            | PartKind::UnknownCall { .. } => {}
            PartKind::Image { .. } => return unsupported("image"),
            PartKind::Audio { .. } => return unsupported("audio"),
            PartKind::Video { .. } => return unsupported("video"),
            PartKind::File { .. } => return unsupported("file"),
            PartKind::Unknown { .. } => return unsupported("content"),
        }
    }
    Ok(text)
}

/// Returns the base64 of an inline image and its media type; an address is refused.
pub(super) fn inline_image(source: &MediaSource) -> Result<(&str, &str), EncodeError> {
    match source {
        MediaSource::Url(url) => url
            .strip_prefix("data:")
            .and_then(|rest| rest.split_once(";base64,"))
            .map(|(mime, data)| (data, mime))
            .ok_or(EncodeError::Unsupported { field: "image_url" }),
        MediaSource::Base64(data) => Ok((data, "image/png")),
        MediaSource::FileId(_) | MediaSource::Deposited(_) => unsupported("file_id"),
    }
}

/// Returns the id of the call that a tool's message answers.
pub(super) fn result_id(message: &Message) -> Option<&str> {
    message.parts.iter().find_map(|part| match &part.kind {
        PartKind::ToolResult { call_id, .. } => Some(call_id.as_str()),
        _ => None,
    })
}

/// Returns the name of the tool that a call is of, for dialects whose results name their tool.
pub(super) fn name_of_call<'a>(call_id: &str, conversation: &'a [Message]) -> Option<&'a str> {
    let mut all = conversation.iter().flat_map(calls);
    all.find(|(id, ..)| *id == call_id).map(|(_, name, _)| name)
}

/// Writes a conversation as one text, speaker by speaker, for dialects that take one question; a single message is its
/// own text.
pub(super) fn written_out(texts: &[(&Role, String)]) -> Result<String, EncodeError> {
    let mut out = String::new();
    for (role, text) in texts {
        let speaker = match role {
            Role::System | Role::Developer => "SYSTEM",
            Role::User => "USER",
            Role::Assistant => "ASSISTANT",
            Role::Tool | Role::Unknown(_) => return unsupported("role"),
        };
        out.extend([speaker, ":\n", text, "\n"]);
    }
    match texts {
        [(_, text)] => Ok(text.clone()),
        _ => Ok(out),
    }
}

/// Returns the text at a JSON pointer; empty when there is none.
pub(super) fn text_at<'a>(value: &'a Value, pointer: &str) -> &'a str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default()
}

/// Returns the tool calls of a message: id, name, arguments.
pub(super) fn calls(message: &Message) -> impl Iterator<Item = (&str, &str, &str)> {
    message.parts.iter().filter_map(|part| match &part.kind {
        PartKind::ToolCall {
            id,
            name,
            arguments,
        } => Some((id.as_str(), name.as_str(), arguments.as_str())),
        _ => None,
    })
}

/// A tool call as a part of a whole answer.
pub(super) fn call_part(id: &str, name: &str, arguments: String) -> Part {
    Part::new(PartKind::ToolCall {
        id: id.to_owned(),
        name: name.to_owned(),
        arguments,
    })
}

/// Text as a part of a whole answer.
pub(super) fn text_part(text: &str) -> Option<Part> {
    (!text.is_empty()).then(|| Part::new(PartKind::Text(text.to_owned())))
}

/// Thinking as a part of a whole answer.
pub(super) fn reasoning_part(text: &str) -> Option<Part> {
    (!text.is_empty()).then(|| {
        Part::new(PartKind::Reasoning {
            text: text.to_owned(),
            signature: None,
        })
    })
}

/// Arguments as an object, for dialects that want one; unreadable ones are an empty object.
pub(super) fn arguments_value(arguments: &str) -> Value {
    let read = serde_json::from_str::<Value>(arguments).ok();
    read.filter(Value::is_object).unwrap_or_else(|| json!({}))
}

/// Functions as `OpenAI` writes them, which many dialects copy.
pub(super) fn functions(tools: &[Tool]) -> Result<Vec<Value>, EncodeError> {
    let written = tools.iter().map(|tool| match tool {
        Tool::Function {
            name,
            description,
            parameters,
            ..
        } => {
            let mut function = Map::new();
            function.insert("name".to_owned(), json!(name));
            if let Some(description) = description {
                function.insert("description".to_owned(), json!(description));
            }
            let schema = parameters.clone();
            let schema = schema.unwrap_or_else(|| json!({"type": "object", "properties": {}}));
            function.insert("parameters".to_owned(), schema);
            Ok(json!({"type": "function", "function": function}))
        }
        Tool::Unknown { .. } => unsupported("tools"),
    });
    written.collect()
}

fn unsupported<T>(field: &'static str) -> Result<T, EncodeError> {
    Err(EncodeError::Unsupported { field })
}

/// Puts a value under a name if there is one.
pub(super) fn put<T: serde::Serialize>(
    fields: &mut Map<String, Value>,
    name: &str,
    value: Option<&T>,
) {
    if let Some(value) = value.and_then(|value| serde_json::to_value(value).ok()) {
        fields.insert(name.to_owned(), value);
    }
}

/// Returns the fields that a request has and a dialect lacks, beyond those that it `says`. Tools, several answers and
/// schemas change what an answer is: without a word for them the request is refused.
pub(super) fn left_out(request: &Request, says: &[&str]) -> Result<Vec<&'static str>, EncodeError> {
    let sampling = &request.sampling;
    let has_schema = matches!(
        request.output_format,
        OutputFormat::JsonSchema(_) | OutputFormat::JsonObject | OutputFormat::Unknown { .. }
    );
    let needed = [
        ("tools", !request.tools.is_empty()),
        ("n", sampling.n.is_some_and(|n| n > 1)),
        ("response_format", has_schema),
    ];
    for (field, is_set) in needed {
        if is_set && !says.contains(&field) {
            return unsupported(field);
        }
    }
    let tuning = [
        ("temperature", sampling.temperature.is_some()),
        ("top_p", sampling.top_p.is_some()),
        ("top_k", sampling.top_k.is_some()),
        ("frequency_penalty", sampling.frequency_penalty.is_some()),
        ("presence_penalty", sampling.presence_penalty.is_some()),
        ("seed", sampling.seed.is_some()),
        ("stop", !sampling.stop.is_empty()),
        ("logit_bias", sampling.logit_bias.is_some()),
        ("logprobs", sampling.logprobs.is_some()),
        ("max_tokens", request.max_output_tokens.is_some()),
        ("tool_choice", request.tool_choice.is_some()),
        ("parallel_tool_calls", request.parallel_tools.is_some()),
        ("reasoning_effort", request.reasoning_effort.is_some()),
        ("thinking", request.thinking.is_some()),
        ("web_search", request.web_search.is_some()),
        ("user", request.user.is_some()),
    ];
    let missing = tuning
        .into_iter()
        .filter(|(field, is_set)| *is_set && !says.contains(field));
    Ok(missing.map(|(field, _)| field).collect())
}
