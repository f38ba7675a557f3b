//! Client bytes to the hub. Used when the upstream speaks another family; the same family needs only the envelope.
//! Must keep every field: what the hub has no word for goes to `rest`, what only this family can do is refused by name in
//! [`prepare_crossing`], and what an answer repeats goes to `echo`.

use serde_json::{Map, Value, json};

use super::items::Items;
use super::types::{InputBody, ReasoningBody, RequestBody, TextBody};
use super::{namespaces, tools};
use crate::canon::{
    EncodeError, Input, Message, OutputFormat, Part, PartKind, Request, Role, Sampling,
};
use crate::endpoint::{Endpoint, Family};
use crate::envelope::{Envelope, RequestError};

/// Fields of the body that every answer repeats.
const ECHOED: [&str; 19] = [
    "background",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "parallel_tool_calls",
    "prompt_cache_key",
    "prompt_cache_retention",
    "reasoning",
    "safety_identifier",
    "service_tier",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
];

/// Fields that lean on what the provider stored, or that change what the answer is: without them the call means another thing.
const STATEFUL: [&str; 5] = [
    "previous_response_id",
    "conversation",
    "prompt",
    "context_management",
    "background",
];

/// Fields that another family can do without; they are listed as dropped.
const DROPPED: [&str; 8] = [
    "truncation",
    "max_tool_calls",
    "include",
    "reasoning",
    "stream_options",
    "client_metadata",
    "text",
    "tools.web_search",
];

/// Items of a conversation that only tell what the provider's own tools did, and how they are listed as dropped.
const DROPPED_ITEMS: [(&str, &str); 7] = [
    ("web_search_call", "input.web_search_call"),
    ("file_search_call", "input.file_search_call"),
    ("code_interpreter_call", "input.code_interpreter_call"),
    ("mcp_list_tools", "input.mcp_list_tools"),
    ("mcp_call", "input.mcp_call"),
    ("mcp_approval_request", "input.mcp_approval_request"),
    ("tool_search_call", "input.tool_search_call"),
];

/// Items that cannot be said to another family, and the field that the client is told.
const REFUSED_ITEMS: [(&str, &str); 13] = [
    ("item_reference", "input.item_reference"),
    ("compaction", "input.compaction"),
    ("compaction_summary", "input.compaction"),
    ("compaction_trigger", "input.compaction_trigger"),
    ("image_generation_call", "input.image_generation_call"),
    ("computer_call", "input.computer_call"),
    ("computer_call_output", "input.computer_call_output"),
    ("shell_call", "input.shell_call"),
    ("shell_call_output", "input.shell_call_output"),
    ("apply_patch_call", "input.apply_patch_call"),
    ("apply_patch_call_output", "input.apply_patch_call_output"),
    ("mcp_approval_response", "input.mcp_approval_response"),
    ("tool_search_output", "input.tool_search_output"),
];

/// Reads a body; this family's paths name no model.
pub fn read(
    endpoint: Endpoint,
    path_model: Option<&str>,
    body: &[u8],
) -> Result<Request, RequestError> {
    Envelope::read_with(endpoint, path_model, body)?;
    // Through a map, so that of repeated keys the last wins, as in the envelope.
    let fields = serde_json::from_slice::<Map<String, Value>>(body).map_err(unreadable)?;
    let echo = ECHOED.iter().filter_map(|name| {
        let value = fields.get(*name)?;
        Some(((*name).to_owned(), value.clone()))
    });
    let echo = echo.collect();
    let wire = serde_json::from_value::<RequestBody>(Value::Object(fields)).map_err(unreadable)?;
    let mut request = request(wire)?;
    request.echo = echo;
    Ok(request)
}

fn unreadable(error: impl std::fmt::Display) -> RequestError {
    RequestError::Unreadable(error.to_string())
}

fn request(mut wire: RequestBody) -> Result<Request, RequestError> {
    let mut request = Request {
        model: std::mem::take(&mut wire.model),
        parallel_tools: wire.parallel_tool_calls,
        sampling: sampling(&wire),
        max_output_tokens: wire.max_output_tokens,
        stream: wire.stream.unwrap_or(false),
        // Every stream of this family ends with usage.
        include_usage: wire.stream.filter(|stream| *stream),
        user: wire.user.take(),
        service_tier: wire.service_tier.take(),
        rest: std::mem::take(&mut wire.rest),
        origin: Some(Family::OpenaiResponses),
        ..Request::default()
    };
    request.rest.retain(|_, value| !value.is_null());
    request.input = Input::Messages(messages(wire.instructions.take(), wire.input.take()));
    tools::read(wire.tools.take().unwrap_or_default(), &mut request);
    if let Some(choice) = wire.tool_choice.take() {
        tools::read_choice(choice, &mut request);
    }
    if let Some(reasoning) = wire.reasoning.take() {
        read_reasoning(reasoning, &mut request);
    }
    if let Some(text) = wire.text.take() {
        read_text(text, &mut request)?;
    }
    if let Some(include) = wire.include.take().filter(|include| !include.is_empty()) {
        request.rest.insert("include".to_owned(), json!(include));
    }
    tools::note_text_calls(&mut request);
    Ok(request)
}

fn messages(instructions: Option<String>, input: Option<InputBody>) -> Vec<Message> {
    let mut items = Items::default();
    if let Some(text) = instructions {
        items.message(Role::System, vec![Part::new(PartKind::Text(text))]);
    }
    match input {
        None => {}
        Some(InputBody::Text(text)) => {
            items.message(Role::User, vec![Part::new(PartKind::Text(text))]);
        }
        Some(InputBody::Items(values)) => values.into_iter().for_each(|value| items.push(value)),
    }
    items.messages
}

fn sampling(wire: &RequestBody) -> Sampling {
    let include = wire.include.as_deref().unwrap_or_default();
    let wants_logprobs = wire.top_logprobs.is_some_and(|count| count > 0)
        || include
            .iter()
            .any(|name| name == "message.output_text.logprobs");
    Sampling {
        temperature: wire.temperature.clone(),
        top_p: wire.top_p.clone(),
        logprobs: wants_logprobs.then_some(Value::Bool(true)),
        top_logprobs: wire.top_logprobs.filter(|count| *count > 0),
        ..Sampling::default()
    }
}

fn read_reasoning(wire: ReasoningBody, request: &mut Request) {
    request.reasoning_effort = wire.effort;
    let mut rest = wire.rest;
    rest.extend(
        wire.summary
            .map(|word| ("summary".to_owned(), Value::String(word))),
    );
    rest.retain(|_, value| !value.is_null());
    if !rest.is_empty() {
        request
            .rest
            .insert("reasoning".to_owned(), Value::Object(rest));
    }
}

fn read_text(wire: TextBody, request: &mut Request) -> Result<(), RequestError> {
    if let Some(word) = wire.verbosity {
        request
            .rest
            .insert("verbosity".to_owned(), Value::String(word));
    }
    if !wire.rest.is_empty() {
        request
            .rest
            .insert("text".to_owned(), Value::Object(wire.rest));
    }
    let Some(Value::Object(mut format)) = wire.format else {
        return Ok(());
    };
    let kind = format.shift_remove("type");
    request.output_format = match kind.as_ref().and_then(Value::as_str) {
        Some("text") => OutputFormat::Text,
        Some("json_object") => OutputFormat::JsonObject,
        Some("json_schema") => OutputFormat::JsonSchema(Value::Object(format)),
        _ => {
            return Err(RequestError::WrongType {
                field: "text.format",
                expected: "text, json_object or json_schema",
            });
        }
    };
    Ok(())
}

/// Makes a request ready for another family: refuses by name what leans on this family's servers, takes out what only tells
/// of them, and returns what was left out.
pub(crate) fn prepare_crossing(request: &mut Request) -> Result<Vec<&'static str>, EncodeError> {
    for field in STATEFUL {
        let is_set = request.rest.get(field).is_some_and(is_set);
        if is_set {
            return Err(EncodeError::Unsupported { field });
        }
    }
    namespaces::flatten(request);
    tools::refuse_hosted(request)?;
    let mut drops: Vec<_> = DROPPED
        .into_iter()
        .filter(|field| request.rest.contains_key(*field))
        .collect();
    if let Input::Messages(messages) = &mut request.input {
        for message in messages.iter_mut() {
            drop_items(message, &mut drops)?;
        }
        messages.retain(|message| message.role != Role::Assistant || !message.parts.is_empty());
    }
    Ok(drops)
}

fn is_set(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(items) => !items.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::String(_) | Value::Object(_) => true,
    }
}

fn drop_items(message: &mut Message, drops: &mut Vec<&'static str>) -> Result<(), EncodeError> {
    let mut refused = None;
    message.parts.retain(|part| {
        let PartKind::Unknown {
            family: Family::OpenaiResponses,
            value,
        } = &part.kind
        else {
            return true;
        };
        let kind = value.get("type").and_then(Value::as_str);
        let listed = |table: &[(&str, &'static str)]| {
            let row = table.iter().find(|(name, _)| Some(*name) == kind);
            row.map(|(_, field)| *field)
        };
        if let Some(field) = listed(&DROPPED_ITEMS) {
            if !drops.contains(&field) {
                drops.push(field);
            }
            return false;
        }
        refused = refused.or(Some(listed(&REFUSED_ITEMS).unwrap_or("input")));
        true
    });
    refused.map_or(Ok(()), |field| Err(EncodeError::Unsupported { field }))
}
