//! The hub to an upstream's body, with the vendor's rules applied.
//! What the family cannot say is refused by name or listed as dropped, never lost in silence.

use serde_json::{Map, Number, Value, json};

use super::blocks::with_rest;
use super::messages::{write_messages, write_system};
use super::models::Model;
use super::schema::for_output;
use super::thinking;
use super::types::{ContentBody, RequestBody};
use crate::canon::{
    EncodeError, Input, Message, OutputFormat, Part, PartKind, Request, Tool, ToolChoice, WebSearch,
};
use crate::endpoint::{Endpoint, Family};
use crate::translate::WireRequest;
use crate::vendor::Profile;

/// The longest end user's name, in characters.
const MAX_USER_CHARS: usize = 256;
/// Searches for each size of context, as the new-api family has them.
const SEARCHES: [(&str, u64); 3] = [("low", 1), ("medium", 5), ("high", 10)];

/// Writes a request for a vendor of this family.
pub fn write(request: &Request, _profile: &Profile) -> Result<WireRequest, EncodeError> {
    let Input::Messages(messages) = &request.input else {
        return Err(EncodeError::Unsupported { field: "prompt" });
    };
    refuse(request)?;
    let model = Model::of(&request.model);
    let mut drops = drops(request, messages);
    let mut wire = body(request, messages, &model, &mut drops)?;
    thinking::apply(request, messages, &model, &mut wire, &mut drops);
    let body =
        serde_json::to_vec(&wire).map_err(|error| EncodeError::NotWritable(error.to_string()))?;
    Ok(WireRequest {
        endpoint: Endpoint::Messages,
        model: wire.model,
        body,
        kind: None,
        drops,
    })
}

/// Refuses what would change the answer's form.
fn refuse(request: &Request) -> Result<(), EncodeError> {
    let sampling = &request.sampling;
    let is_off = |flag: &Value| matches!(flag, Value::Null | Value::Bool(false));
    if sampling.n.is_some_and(|n| n > 1) {
        return Err(EncodeError::Unsupported { field: "n" });
    }
    if sampling.logprobs.as_ref().is_some_and(|flag| !is_off(flag)) {
        return Err(EncodeError::Unsupported { field: "logprobs" });
    }
    Ok(())
}

/// Names what this family has no word for and an answer can do without.
fn drops(request: &Request, messages: &[Message]) -> Vec<&'static str> {
    let sampling = &request.sampling;
    let has_unsigned = messages
        .iter()
        .flat_map(|message| &message.parts)
        .any(is_unsigned);
    let has_bias = |bias: &Value| bias.as_object().is_some_and(|bias| !bias.is_empty());
    let is_set = |penalty: &Option<Number>| {
        penalty
            .as_ref()
            .and_then(Number::as_f64)
            .is_some_and(|penalty| penalty != 0.0)
    };
    let found = [
        (sampling.seed.is_some(), "seed"),
        (is_set(&sampling.frequency_penalty), "frequency_penalty"),
        (is_set(&sampling.presence_penalty), "presence_penalty"),
        (
            sampling.logit_bias.as_ref().is_some_and(has_bias),
            "logit_bias",
        ),
        (has_unsigned, "reasoning"),
        (
            messages.iter().any(|message| message.name.is_some()),
            "name",
        ),
    ];
    let found = found.into_iter().filter(|(is_there, _)| *is_there);
    found.map(|(_, name)| name).collect()
}

/// Thinking that its provider did not sign is refused in a history.
fn is_unsigned(part: &Part) -> bool {
    matches!(
        part.kind,
        PartKind::Reasoning {
            signature: None,
            ..
        }
    )
}

fn body(
    request: &Request,
    messages: &[Message],
    model: &Model,
    drops: &mut Vec<&'static str>,
) -> Result<RequestBody, EncodeError> {
    let mut system = write_system(messages)?;
    let output_config = output_config(&request.output_format, model, &mut system, drops)?;
    let tools = tools(request, model)?;
    let tool_choice = tool_choice(request).filter(|_| !tools.is_empty());
    let sampling = request.sampling.clone();
    let stop: Vec<_> = sampling
        .stop
        .into_iter()
        .filter(|text| !text.trim().is_empty())
        .collect();
    let mut rest = request.rest.clone();
    let user = request.user.as_deref().map(|user| {
        let user: String = user.chars().take(MAX_USER_CHARS).collect();
        Map::from_iter([("user_id".to_owned(), Value::from(user))])
    });
    let metadata = joined(user, rest.shift_remove("metadata"));
    let output_config = joined(output_config, rest.shift_remove("output_config"));
    Ok(RequestBody {
        model: model.name.clone(),
        max_tokens: Some(
            request
                .max_output_tokens
                .filter(|limit| *limit > 0)
                .unwrap_or(model.default_output()),
        ),
        stream: request.stream.then_some(true),
        tools: (!tools.is_empty()).then_some(tools),
        tool_choice,
        system: (!system.is_empty()).then_some(ContentBody::Blocks(system)),
        messages: write_messages(messages)?,
        thinking: None,
        output_config,
        output_format: None,
        temperature: sampling.temperature.map(at_most_one),
        top_p: sampling.top_p,
        top_k: sampling.top_k,
        stop_sequences: (!stop.is_empty()).then_some(stop),
        metadata,
        service_tier: service_tier(request, drops),
        rest,
    })
}

/// Adds what this family's client said beside.
fn joined(own: Option<Map<String, Value>>, beside: Option<Value>) -> Option<Map<String, Value>> {
    let Some(Value::Object(beside)) = beside else {
        return own;
    };
    let mut all = own.unwrap_or_default();
    all.extend(beside);
    Some(all)
}

/// Temperature ends at 1 here, at 2 elsewhere.
fn at_most_one(temperature: Number) -> Number {
    if temperature.as_f64().is_some_and(|value| value > 1.0) {
        return Number::from(1);
    }
    temperature
}

fn service_tier(request: &Request, drops: &mut Vec<&'static str>) -> Option<String> {
    match request.service_tier.as_deref()? {
        "auto" => Some("auto".to_owned()),
        "default" => Some("standard_only".to_owned()),
        _ => {
            drops.push("service_tier");
            None
        }
    }
}

fn tools(request: &Request, model: &Model) -> Result<Vec<Value>, EncodeError> {
    let written = request.tools.iter().map(|tool| write_tool(tool, model));
    let search = request
        .web_search
        .as_ref()
        .map(|search| Ok(web_search(search)));
    written.chain(search).collect()
}

fn write_tool(tool: &Tool, model: &Model) -> Result<Value, EncodeError> {
    match tool {
        Tool::Function {
            name,
            description,
            parameters,
            strict,
            rest,
        } => {
            let mut fields = Map::new();
            fields.insert("name".to_owned(), Value::from(name.as_str()));
            if let Some(description) = description {
                fields.insert("description".to_owned(), Value::from(description.as_str()));
            }
            let is_strict = *strict == Some(true) && model.has_structured_output();
            let mut schema = input_schema(parameters.as_ref());
            if is_strict {
                for_output(&mut schema);
            }
            fields.insert("input_schema".to_owned(), schema);
            if is_strict {
                fields.insert("strict".to_owned(), Value::Bool(true));
            }
            Ok(with_rest(Value::Object(fields), rest))
        }
        Tool::Unknown {
            family: Family::AnthropicMessages,
            value,
        } => Ok(value.clone()),
        Tool::Unknown { .. } => Err(EncodeError::Unsupported { field: "tools" }),
    }
}

/// A schema is there and is an object's.
fn input_schema(parameters: Option<&Value>) -> Value {
    let mut schema = match parameters {
        Some(Value::Object(fields)) => fields.clone(),
        _ => Map::new(),
    };
    schema
        .entry("type")
        .or_insert_with(|| Value::from("object"));
    if schema.len() == 1 {
        schema.insert("properties".to_owned(), json!({}));
    }
    Value::Object(schema)
}

fn web_search(search: &WebSearch) -> Value {
    let size = search.context_size.as_deref().unwrap_or_default();
    let by_size = SEARCHES.iter().find(|(word, _)| *word == size);
    let mut tool = json!({"type": "web_search_20250305", "name": "web_search"});
    let Some(fields) = tool.as_object_mut() else {
        return tool;
    };
    if let Some(uses) = search.max_uses.or(by_size.map(|(_, uses)| *uses)) {
        fields.insert("max_uses".to_owned(), Value::from(uses));
    }
    // The two lists exclude each other.
    if !search.allowed_domains.is_empty() {
        let domains = Value::from(search.allowed_domains.clone());
        fields.insert("allowed_domains".to_owned(), domains);
    } else if !search.blocked_domains.is_empty() {
        let domains = Value::from(search.blocked_domains.clone());
        fields.insert("blocked_domains".to_owned(), domains);
    }
    if let Some(place) = &search.user_location {
        fields.insert("user_location".to_owned(), place.clone());
    }
    tool
}

fn tool_choice(request: &Request) -> Option<Value> {
    let mut choice = match &request.tool_choice {
        None if request.parallel_tools.is_none() => return None,
        Some(ToolChoice::None) => return Some(json!({"type": "none"})),
        None | Some(ToolChoice::Auto) => json!({"type": "auto"}),
        Some(ToolChoice::Required) => json!({"type": "any"}),
        Some(ToolChoice::Function(name)) => json!({"type": "tool", "name": name}),
        Some(ToolChoice::Unknown {
            family: Family::AnthropicMessages,
            value,
        }) => value.clone(),
        Some(ToolChoice::Unknown { .. }) => return None,
    };
    if let (Some(fields), Some(parallel)) = (choice.as_object_mut(), request.parallel_tools) {
        let single = Value::Bool(!parallel);
        fields.insert("disable_parallel_tool_use".to_owned(), single);
    }
    Some(choice)
}

/// Models without structured output are asked for it in words.
fn output_config(
    format: &OutputFormat,
    model: &Model,
    system: &mut Vec<Value>,
    drops: &mut Vec<&'static str>,
) -> Result<Option<Map<String, Value>>, EncodeError> {
    let asked = match format {
        OutputFormat::Unset | OutputFormat::Text => return Ok(None),
        OutputFormat::JsonObject => {
            "Answer with one JSON object and nothing else, no code fence around it.".to_owned()
        }
        OutputFormat::JsonSchema(named) => {
            let mut schema = named.get("schema").cloned().unwrap_or_else(|| json!({}));
            if model.has_structured_output() {
                for_output(&mut schema);
                let format = json!({"format": {"type": "json_schema", "schema": schema}});
                return Ok(format.as_object().cloned());
            }
            format!(
                "Answer with one JSON object and nothing else, no code fence around it. It follows this JSON schema: {schema}"
            )
        }
        OutputFormat::Unknown {
            family: Family::AnthropicMessages,
            value,
        } => return Ok(json!({"format": value}).as_object().cloned()),
        OutputFormat::Unknown { .. } => {
            return Err(EncodeError::Unsupported {
                field: "response_format",
            });
        }
    };
    system.push(json!({"type": "text", "text": asked}));
    drops.push("response_format");
    Ok(None)
}
