//! The hub to an upstream's body, for chat and legacy completions, with the vendor's rules applied.
//! What the family cannot say is refused by name, never dropped in silence. Dropped by rule: thinking towards `OpenAI` and
//! Azure (their servers refuse the field), sampling fields that reasoning models refuse.

use serde_json::{Map, Value, json};

use super::crossed;
use super::types::{
    ContentBody, FunctionBody, MessageBody, OneOrMany, PromptBody, RequestBody, StreamOptionsBody,
    ToolCallBody,
};
use super::vendor_words;
use super::{role_of, role_word};
use crate::canon::{
    EncodeError, Input, MediaSource, Message, OutputFormat, Part, PartKind, Prompt, Request, Role,
    Tool, ToolChoice, WebSearch,
};
use crate::endpoint::{Endpoint, Family};
use crate::family::gemini::signature;
use crate::translate::WireRequest;
use crate::vendor::Profile;

/// Effort words that may stand at the end of a model's name.
const EFFORT_SUFFIXES: [&str; 6] = ["-minimal", "-xhigh", "-medium", "-high", "-none", "-low"];

/// Fields that responses know by the same name and in the same meaning.
const SHARED_WITH_RESPONSES: [&str; 6] = [
    "metadata",
    "store",
    "prompt_cache_key",
    "prompt_cache_retention",
    "safety_identifier",
    "verbosity",
];

/// Writes a request for a vendor of this family.
pub fn write(request: &Request, profile: &Profile) -> Result<WireRequest, EncodeError> {
    let endpoint = match &request.input {
        Input::Messages(_) => Endpoint::ChatCompletions,
        Input::Prompt { .. } => Endpoint::Completions,
    };
    let request = &*request.in_words_of(Family::OpenaiChat, &SHARED_WITH_RESPONSES);
    let is_crossed = request.origin.is_some_and(|of| of != Family::OpenaiChat);
    let keeps_thinking = !profile.is_openai();
    let mut wire = body(request, keeps_thinking)?;
    let mut drops = drops(request, keeps_thinking);
    if let Some(messages) = &mut wire.messages {
        crossed::move_tool_media(messages);
    }
    if profile.is_openai() {
        let is_reasoning = is_reasoning_model(&wire.model);
        crossed::openai_limits(&mut wire, is_reasoning, &mut drops);
        if (is_crossed && request.thinking.is_some()) || wire.reasoning_effort.is_some() {
            effort_rules(request, &mut wire, &mut drops);
        }
        reasoning_model_rules(&mut wire);
    }
    if is_crossed {
        vendor_words::say(request, profile, &mut wire, &mut drops);
    }
    if !profile.supports_stream_options {
        wire.stream_options = None;
    }
    let body =
        serde_json::to_vec(&wire).map_err(|error| EncodeError::NotWritable(error.to_string()))?;
    Ok(WireRequest {
        endpoint,
        model: wire.model,
        body,
        kind: None,
        drops,
    })
}

/// Names what this family has no word for and can do without.
fn drops(request: &Request, keeps_thinking: bool) -> Vec<&'static str> {
    let is_limited = request.web_search.as_ref().is_some_and(|search| {
        search.max_uses.is_some()
            || !search.allowed_domains.is_empty()
            || !search.blocked_domains.is_empty()
    });
    let any_part = |is_meant: fn(&PartKind) -> bool| match &request.input {
        Input::Messages(messages) => {
            let mut parts = messages.iter().flat_map(|message| &message.parts);
            parts.any(|part| is_meant(&part.kind))
        }
        Input::Prompt { .. } => false,
    };
    let mut drops = Vec::new();
    if is_limited {
        drops.push("web_search");
    }
    if any_part(|kind| matches!(kind, PartKind::ToolResult { is_error: true, .. })) {
        drops.push("is_error");
    }
    if !keeps_thinking && any_part(|kind| matches!(kind, PartKind::Reasoning { .. })) {
        drops.push("reasoning");
    }
    drops
}

/// Effort of a client whose family says it in tokens or in other words; models that do not reason refuse the field.
fn effort_rules(request: &Request, wire: &mut RequestBody, drops: &mut Vec<&'static str>) {
    if !is_reasoning_model(&wire.model) {
        wire.reasoning_effort = None;
        drops.push("thinking");
        return;
    }
    wire.reasoning_effort = match request.effort() {
        Some("max") => Some("xhigh".to_owned()),
        // Older reasoning models cannot be told not to think.
        Some("none") => Some("low".to_owned()),
        word => word.map(str::to_owned),
    };
}

fn is_reasoning_model(model: &str) -> bool {
    let prefixes = ["gpt-5", "o1", "o3", "o4"];
    prefixes.iter().any(|prefix| model.starts_with(prefix))
}

fn body(request: &Request, keeps_thinking: bool) -> Result<RequestBody, EncodeError> {
    let (messages, prompt, suffix) = match &request.input {
        Input::Messages(messages) => {
            let written = messages
                .iter()
                .map(|message| write_message(message, keeps_thinking));
            (Some(written.collect::<Result<Vec<_>, _>>()?), None, None)
        }
        Input::Prompt { prompts, suffix } => (None, write_prompts(prompts)?, suffix.clone()),
    };
    let tools: Vec<_> = request
        .tools
        .iter()
        .map(write_tool)
        .collect::<Result<_, _>>()?;
    let sampling = request.sampling.clone();
    let mut rest = request.rest.clone();
    let stream_options = stream_options(request, &mut rest);
    Ok(RequestBody {
        model: request.model.clone(),
        messages,
        prompt,
        suffix,
        stream: request.stream.then_some(true),
        stream_options,
        max_tokens: request.max_output_tokens,
        max_completion_tokens: None,
        temperature: sampling.temperature,
        top_p: sampling.top_p,
        top_k: sampling.top_k,
        n: sampling.n,
        stop: stop(sampling.stop),
        seed: sampling.seed,
        frequency_penalty: sampling.frequency_penalty,
        presence_penalty: sampling.presence_penalty,
        logit_bias: sampling.logit_bias,
        logprobs: sampling.logprobs,
        top_logprobs: sampling.top_logprobs,
        tools: (!tools.is_empty()).then_some(tools),
        tool_choice: request
            .tool_choice
            .as_ref()
            .map(write_tool_choice)
            .transpose()?,
        parallel_tool_calls: request.parallel_tools,
        response_format: write_format(&request.output_format)?,
        reasoning_effort: request.reasoning_effort.clone(),
        user: request.user.clone(),
        service_tier: request.service_tier.clone(),
        web_search_options: request.web_search.as_ref().map(web_search_options),
        rest,
    })
}

fn stream_options(request: &Request, rest: &mut Map<String, Value>) -> Option<StreamOptionsBody> {
    let further = match rest.shift_remove("stream_options") {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    if request.include_usage.is_none() && further.is_empty() {
        return None;
    }
    Some(StreamOptionsBody {
        include_usage: request.include_usage,
        rest: further,
    })
}

fn stop(mut texts: Vec<String>) -> Option<OneOrMany> {
    match texts.len() {
        0 => None,
        1 => texts.pop().map(OneOrMany::One),
        _ => Some(OneOrMany::Many(texts)),
    }
}

fn write_prompts(prompts: &[Prompt]) -> Result<Option<PromptBody>, EncodeError> {
    let texts: Option<Vec<String>> = prompts.iter().map(prompt_text).collect();
    let lists: Option<Vec<Vec<u64>>> = prompts.iter().map(prompt_tokens).collect();
    match (prompts, texts, lists) {
        ([], ..) => Ok(None),
        ([Prompt::Text(text)], ..) => Ok(Some(PromptBody::Text(text.clone()))),
        ([Prompt::Tokens(tokens)], ..) => Ok(Some(PromptBody::Tokens(tokens.clone()))),
        (_, Some(texts), _) => Ok(Some(PromptBody::Texts(texts))),
        (_, None, Some(lists)) => Ok(Some(PromptBody::TokenLists(lists))),
        (_, None, None) => Err(EncodeError::Unsupported { field: "prompt" }),
    }
}

fn prompt_text(prompt: &Prompt) -> Option<String> {
    match prompt {
        Prompt::Text(text) => Some(text.clone()),
        Prompt::Tokens(_) => None,
    }
}

fn prompt_tokens(prompt: &Prompt) -> Option<Vec<u64>> {
    match prompt {
        Prompt::Tokens(tokens) => Some(tokens.clone()),
        Prompt::Text(_) => None,
    }
}

fn write_message(message: &Message, keeps_thinking: bool) -> Result<MessageBody, EncodeError> {
    let mut body = MessageBody {
        role: Some(role_word(&message.role).to_owned()),
        name: message.name.clone(),
        rest: message.rest.clone(),
        ..MessageBody::default()
    };
    write_parts(&message.parts, &mut body)?;
    if !keeps_thinking {
        body.reasoning_content = None;
    }
    Ok(body)
}

/// Puts parts where this family keeps them; their order across kinds is the family's.
pub(super) fn write_parts(parts: &[Part], body: &mut MessageBody) -> Result<(), EncodeError> {
    let mut content = Vec::new();
    let mut proof = None;
    for part in parts {
        match &part.kind {
            PartKind::ToolResult { call_id, .. } => body.tool_call_id = Some(call_id.clone()),
            PartKind::Reasoning { text, signature } => {
                proof = signature.as_deref().and_then(signature::ours).or(proof);
                if !text.is_empty() || proof.is_none() {
                    let thoughts = body.reasoning_content.get_or_insert_default();
                    thoughts.push_str(text);
                }
            }
            PartKind::Refusal(text) => body.refusal.get_or_insert_default().push_str(text),
            PartKind::ToolCall {
                id,
                name,
                arguments,
            } => {
                let mut call = write_call(id, name, arguments, &part.rest);
                let beside = proof.take().map(signature::extra_content);
                call.rest
                    .extend(beside.map(|fields| ("extra_content".to_owned(), fields)));
                body.tool_calls.get_or_insert_default().push(call);
            }
            PartKind::UnknownCall { family, value } => {
                let call = unknown_call(*family, value)?;
                body.tool_calls.get_or_insert_default().push(call);
            }
            PartKind::Text(_)
            | PartKind::Image { .. }
            | PartKind::Audio { .. }
            | PartKind::Video { .. }
            | PartKind::File { .. }
            | PartKind::Unknown { .. } => content.push(write_content(part)?),
        }
    }
    body.content = match (parts_as_text(parts), content.is_empty()) {
        (Some(text), _) => Some(ContentBody::Text(text)),
        (None, true) => None,
        (None, false) => Some(ContentBody::Parts(content)),
    };
    Ok(())
}

/// Returns the text of a message whose content is one plain text.
fn parts_as_text(parts: &[Part]) -> Option<String> {
    let is_beside = |part: &&Part| {
        !matches!(
            part.kind,
            PartKind::ToolResult { .. }
                | PartKind::Reasoning { .. }
                | PartKind::Refusal(_)
                | PartKind::ToolCall { .. }
                | PartKind::UnknownCall { .. }
        )
    };
    let mut content = parts.iter().filter(is_beside);
    match (content.next(), content.next()) {
        (
            Some(Part {
                kind: PartKind::Text(text),
                rest,
            }),
            None,
        ) if rest.is_empty() => Some(text.clone()),
        _ => None,
    }
}

fn write_call(id: &str, name: &str, arguments: &str, rest: &Map<String, Value>) -> ToolCallBody {
    let function = FunctionBody {
        name: Some(name.to_owned()),
        arguments: Some(Value::String(arguments.to_owned())),
    };
    ToolCallBody {
        index: None,
        id: Some(id.to_owned()),
        kind: Some("function".to_owned()),
        function: Some(function),
        rest: rest.clone(),
    }
}

/// Writes a call of this family back as it came.
fn unknown_call(family: Family, value: &Value) -> Result<ToolCallBody, EncodeError> {
    if family != Family::OpenaiChat {
        return Err(EncodeError::Unsupported {
            field: "tool_calls",
        });
    }
    serde_json::from_value(value.clone())
        .map_err(|error| EncodeError::NotWritable(error.to_string()))
}

fn write_content(part: &Part) -> Result<Value, EncodeError> {
    let own = match &part.kind {
        PartKind::Text(text) => json!({"type": "text", "text": text}),
        PartKind::Image {
            source: MediaSource::Url(url),
            detail,
        } => {
            let mut image = json!({"url": url});
            put(&mut image, "detail", detail.as_deref());
            json!({"type": "image_url", "image_url": image})
        }
        PartKind::Video {
            source: MediaSource::Url(url),
        } => {
            json!({"type": "video_url", "video_url": {"url": url}})
        }
        PartKind::Audio { data, format } => {
            json!({"type": "input_audio", "input_audio": {"data": data, "format": format}})
        }
        PartKind::File { source, name } => match source {
            MediaSource::FileId(id) => {
                let mut file = json!({"file_id": id});
                put(&mut file, "filename", name.as_deref());
                json!({"type": "file", "file": file})
            }
            MediaSource::Url(data) | MediaSource::Base64(data) => {
                crossed::document(data, name.as_deref())?
            }
            MediaSource::Deposited(_) => return Err(EncodeError::Unsupported { field: "file" }),
        },
        PartKind::Unknown {
            family: Family::OpenaiChat,
            value,
        } => value.clone(),
        PartKind::Image { .. } => return Err(EncodeError::Unsupported { field: "image" }),
        PartKind::Video { .. } => return Err(EncodeError::Unsupported { field: "video" }),
        PartKind::Unknown { .. }
        | PartKind::Reasoning { .. }
        | PartKind::Refusal(_)
        | PartKind::ToolCall { .. }
        | PartKind::UnknownCall { .. }
        | PartKind::ToolResult { .. } => {
            return Err(EncodeError::Unsupported { field: "content" });
        }
    };
    Ok(with_rest(own, &part.rest))
}

fn put(object: &mut Value, name: &str, text: Option<&str>) {
    if let (Some(fields), Some(text)) = (object.as_object_mut(), text) {
        fields.insert(name.to_owned(), Value::String(text.to_owned()));
    }
}

fn with_rest(mut own: Value, rest: &Map<String, Value>) -> Value {
    if let Some(fields) = own.as_object_mut() {
        fields.extend(rest.clone());
    }
    own
}

/// Limits of sites and of uses have no word here.
fn web_search_options(search: &WebSearch) -> Value {
    let mut options = json!({});
    put(
        &mut options,
        "search_context_size",
        search.context_size.as_deref(),
    );
    let place = search.user_location.as_ref().and_then(Value::as_object);
    if let (Some(fields), Some(place)) = (options.as_object_mut(), place) {
        let mut place = place.clone();
        place.shift_remove("type");
        let location = json!({"type": "approximate", "approximate": place});
        fields.insert("user_location".to_owned(), location);
    }
    options
}

fn write_tool(tool: &Tool) -> Result<Value, EncodeError> {
    match tool {
        Tool::Function {
            name,
            description,
            parameters,
            strict,
            rest,
        } => {
            let mut function = json!({"name": name});
            put(&mut function, "description", description.as_deref());
            if let Some(fields) = function.as_object_mut() {
                fields.extend(
                    parameters
                        .clone()
                        .map(|schema| ("parameters".to_owned(), schema)),
                );
                fields.extend(strict.map(|strict| ("strict".to_owned(), Value::Bool(strict))));
            }
            Ok(with_rest(
                json!({"type": "function", "function": function}),
                rest,
            ))
        }
        Tool::Unknown {
            family: Family::OpenaiChat,
            value,
        } => Ok(value.clone()),
        Tool::Unknown { .. } => Err(EncodeError::Unsupported { field: "tools" }),
    }
}

fn write_tool_choice(choice: &ToolChoice) -> Result<Value, EncodeError> {
    match choice {
        ToolChoice::Auto => Ok(json!("auto")),
        ToolChoice::None => Ok(json!("none")),
        ToolChoice::Required => Ok(json!("required")),
        ToolChoice::Function(name) => Ok(json!({"type": "function", "function": {"name": name}})),
        ToolChoice::Unknown {
            family: Family::OpenaiChat,
            value,
        } => Ok(value.clone()),
        ToolChoice::Unknown { .. } => Err(EncodeError::Unsupported {
            field: "tool_choice",
        }),
    }
}

fn write_format(format: &OutputFormat) -> Result<Option<Value>, EncodeError> {
    match format {
        OutputFormat::Unset => Ok(None),
        OutputFormat::Text => Ok(Some(json!({"type": "text"}))),
        OutputFormat::JsonObject => Ok(Some(json!({"type": "json_object"}))),
        OutputFormat::JsonSchema(schema) => {
            Ok(Some(json!({"type": "json_schema", "json_schema": schema})))
        }
        OutputFormat::Unknown {
            family: Family::OpenaiChat,
            value,
        } => Ok(Some(value.clone())),
        OutputFormat::Unknown { .. } => Err(EncodeError::Unsupported {
            field: "response_format",
        }),
    }
}

/// `OpenAI`'s o-series and gpt-5: another name for the output limit, no temperature, effort by field, `developer` for `system`.
fn reasoning_model_rules(wire: &mut RequestBody) {
    if !is_reasoning_model(&wire.model) {
        return;
    }
    let is_gpt5 = wire.model.starts_with("gpt-5");
    wire.max_completion_tokens = wire.max_tokens.take();
    wire.temperature = None;
    if is_gpt5 {
        wire.top_p = None;
        wire.logprobs = None;
    }
    let suffix = EFFORT_SUFFIXES
        .iter()
        .find(|suffix| wire.model.ends_with(**suffix));
    if let Some(suffix) = suffix {
        wire.reasoning_effort = Some(suffix.trim_start_matches('-').to_owned());
        wire.model.truncate(wire.model.len() - suffix.len());
    }
    let keeps_system = wire.model.starts_with("o1-mini") || wire.model.starts_with("o1-preview");
    let first = wire
        .messages
        .as_mut()
        .and_then(|messages| messages.first_mut());
    if let Some(first) = first.filter(|_| !keeps_system)
        && role_of(first.role.as_deref().unwrap_or_default()) == Role::System
    {
        first.role = Some(role_word(&Role::Developer).to_owned());
    }
}
