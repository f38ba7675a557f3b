//! The hub to Baidu's body.
//! Turns must alternate, so those of one side are joined; the operator's words stand in `system`; a turn has one call of
//! a function at most, and an answer to it names the function, not the call.

use serde_json::{Map, Number, Value, json};

use crate::canon::{EncodeError, Message, OutputFormat, Request, Role, Tool, ToolChoice};
use crate::vendor::dialect::Written;
use crate::vendor::plain::{calls, left_out, messages, name_of_call, put, result_id, text_of};

const SAYS: [&str; 8] = [
    "temperature",
    "top_p",
    "stop",
    "max_tokens",
    "tools",
    "tool_choice",
    "response_format",
    "user",
];

/// Writes a request.
pub(in crate::vendor) fn write(request: &Request) -> Result<Written, EncodeError> {
    let mut drops = left_out(request, &SAYS)?;
    let mut body = Map::new();
    turns(messages(request)?, &mut body)?;
    if request.stream {
        body.insert("stream".to_owned(), json!(true));
    }
    let sampling = &request.sampling;
    let temperature = sampling.temperature.as_ref().map(within);
    put(&mut body, "temperature", temperature.as_ref());
    put(&mut body, "top_p", sampling.top_p.as_ref());
    put(
        &mut body,
        "max_output_tokens",
        request.max_output_tokens.as_ref(),
    );
    put(&mut body, "user_id", request.user.as_ref());
    if !sampling.stop.is_empty() {
        body.insert("stop".to_owned(), json!(sampling.stop));
    }
    if !request.tools.is_empty() {
        let functions = request.tools.iter().map(function);
        let functions = functions.collect::<Result<Vec<_>, _>>()?;
        body.insert("functions".to_owned(), Value::Array(functions));
    }
    match &request.tool_choice {
        Some(ToolChoice::Function(name)) => {
            let choice = json!({"type": "function", "function": {"name": name}});
            body.insert("tool_choice".to_owned(), choice);
        }
        None | Some(ToolChoice::Auto) => {}
        Some(_) => drops.push("tool_choice"),
    }
    match &request.output_format {
        OutputFormat::Unset | OutputFormat::Text => {}
        OutputFormat::JsonObject => put(&mut body, "response_format", Some(&"json_object")),
        OutputFormat::JsonSchema(_) | OutputFormat::Unknown { .. } => {
            return Err(EncodeError::Unsupported {
                field: "response_format",
            });
        }
    }
    Ok((Value::Object(body), drops))
}

/// Baidu takes temperatures above 0 and up to 1, and refuses the call for others.
fn within(temperature: &Number) -> Value {
    match temperature.as_f64() {
        Some(value) if value > 1.0 => json!(1.0),
        Some(value) if value < 0.01 => json!(0.01),
        _ => Value::Number(temperature.clone()),
    }
}

fn turns(conversation: &[Message], body: &mut Map<String, Value>) -> Result<(), EncodeError> {
    let mut system: Vec<String> = Vec::new();
    let mut turns: Vec<Map<String, Value>> = Vec::new();
    for message in conversation {
        let text = text_of(message)?;
        let role = match &message.role {
            Role::System | Role::Developer => {
                system.push(text);
                continue;
            }
            Role::User => "user",
            Role::Assistant => "assistant",
            Role::Tool => "function",
            Role::Unknown(_) => return Err(EncodeError::Unsupported { field: "role" }),
        };
        let mut turn = Map::new();
        turn.insert("role".to_owned(), json!(role));
        if role == "function" {
            let id = result_id(message).unwrap_or_default();
            put(&mut turn, "name", name_of_call(id, conversation).as_ref());
        }
        turn.insert("content".to_owned(), json!(text));
        if let Some(call) = one_call(message)? {
            turn.insert("function_call".to_owned(), call);
        }
        match turns.last_mut().filter(|last| is_joined(last, &turn)) {
            Some(last) => join(last, &text),
            None => turns.push(turn),
        }
    }
    let turns = turns.into_iter().map(Value::Object).collect();
    body.insert("messages".to_owned(), Value::Array(turns));
    if !system.is_empty() {
        body.insert("system".to_owned(), json!(system.join("\n")));
    }
    Ok(())
}

fn one_call(message: &Message) -> Result<Option<Value>, EncodeError> {
    let mut calls = calls(message);
    let first = calls.next();
    if calls.next().is_some() {
        let field = "parallel_tool_calls";
        return Err(EncodeError::Unsupported { field });
    }
    Ok(first.map(|(_, name, arguments)| json!({"name": name, "arguments": arguments})))
}

fn is_joined(last: &Map<String, Value>, next: &Map<String, Value>) -> bool {
    let plain = |turn: &Map<String, Value>| !turn.contains_key("function_call");
    let is_said = next.get("role") != Some(&json!("function"));
    is_said && last.get("role") == next.get("role") && plain(last) && plain(next)
}

fn join(last: &mut Map<String, Value>, text: &str) {
    if let Some(Value::String(before)) = last.get_mut("content") {
        before.push('\n');
        before.push_str(text);
    }
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
    let parameters = parameters.clone();
    let parameters = parameters.unwrap_or_else(|| json!({"type": "object", "properties": {}}));
    let description = description.as_deref().unwrap_or(name);
    Ok(json!({"name": name, "description": description, "parameters": parameters}))
}
