//! The hub's tools and the choice among them to `tools` and `toolConfig`. Part of writing a request for an upstream.
//! Tools that providers run themselves go to Google's own where there is one, else they are refused by name.

use serde_json::{Map, Value, json};

use super::schema::to_gemini;
use super::types::{CallingBody, DeclarationBody, ToolBody, ToolConfigBody};
use crate::canon::{EncodeError, Request, Tool, ToolChoice};
use crate::endpoint::Family;

/// Functions by these names mean Google's own tools, for clients of families that know functions only.
const OWN_TOOLS: [&str; 3] = ["googleSearch", "codeExecution", "urlContext"];

/// Writes the tools; `None` when there are none.
pub(super) fn write_tools(request: &Request) -> Result<Option<Vec<ToolBody>>, EncodeError> {
    let mut functions = Vec::new();
    let mut own: Vec<ToolBody> = Vec::new();
    for tool in &request.tools {
        match tool {
            Tool::Function { name, .. } if OWN_TOOLS.contains(&name.as_str()) => {
                own.push(own_tool(name, json!({})));
            }
            Tool::Function {
                name,
                description,
                parameters,
                rest,
                ..
            } => functions.push(DeclarationBody {
                name: name.clone(),
                description: description.clone(),
                parameters: parameters.as_ref().and_then(write_parameters),
                parameters_json_schema: None,
                rest: rest.clone(),
            }),
            Tool::Unknown {
                family: Family::Gemini,
                value: Value::Object(fields),
            } => own.push(ToolBody {
                function_declarations: None,
                rest: fields.clone(),
            }),
            Tool::Unknown { value, .. } => own.push(foreign(value)?),
        }
    }
    if request.web_search.is_some()
        && !own
            .iter()
            .any(|tool| tool.rest.contains_key("googleSearch"))
    {
        own.push(own_tool("googleSearch", json!({})));
    }
    if !functions.is_empty() {
        let declared = ToolBody {
            function_declarations: Some(functions),
            rest: Map::new(),
        };
        own.insert(0, declared);
    }
    Ok((!own.is_empty()).then_some(own))
}

fn own_tool(name: &str, value: Value) -> ToolBody {
    let mut rest = Map::new();
    rest.insert(name.to_owned(), value);
    ToolBody {
        function_declarations: None,
        rest,
    }
}

/// Tools that other providers run: search and code have a kin here.
fn foreign(value: &Value) -> Result<ToolBody, EncodeError> {
    let kind = value
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if kind.starts_with("web_search") {
        Ok(own_tool("googleSearch", json!({})))
    } else if kind.starts_with("code_interpreter") || kind.starts_with("code_execution") {
        Ok(own_tool("codeExecution", json!({})))
    } else if kind.starts_with("web_fetch") {
        Ok(own_tool("urlContext", json!({})))
    } else {
        Err(EncodeError::Unsupported { field: "tools" })
    }
}

/// A function without arguments has no schema: an object without properties is refused.
fn write_parameters(schema: &Value) -> Option<Value> {
    let clean = to_gemini(schema);
    let is_empty = clean.get("properties").is_none() && clean.get("anyOf").is_none();
    (!is_empty).then_some(clean)
}

/// Writes the choice; `None` when nothing was said.
pub(super) fn write_tool_config(request: &Request) -> Result<Option<ToolConfigBody>, EncodeError> {
    let calling = request.tool_choice.as_ref().map(calling).transpose()?;
    let rest = match request.rest.get("toolConfig") {
        Some(Value::Object(rest)) => rest.clone(),
        _ => Map::new(),
    };
    if calling.is_none() && rest.is_empty() {
        return Ok(None);
    }
    Ok(Some(ToolConfigBody {
        function_calling_config: calling,
        rest,
    }))
}

fn calling(choice: &ToolChoice) -> Result<CallingBody, EncodeError> {
    let mode = |mode: &str, names: Option<Vec<String>>| CallingBody {
        mode: Some(mode.to_owned()),
        allowed_function_names: names,
    };
    match choice {
        ToolChoice::Auto => Ok(mode("AUTO", None)),
        ToolChoice::None => Ok(mode("NONE", None)),
        ToolChoice::Required => Ok(mode("ANY", None)),
        ToolChoice::Function(name) => Ok(mode("ANY", Some(vec![name.clone()]))),
        ToolChoice::Unknown { value, .. } => {
            let refused = EncodeError::Unsupported {
                field: "tool_choice",
            };
            let (is_forced, names) = allowed(value).ok_or(refused)?;
            // With names, only these two modes are known.
            let word = if is_forced { "ANY" } else { "VALIDATED" };
            Ok(mode(word, Some(names)))
        }
    }
}

/// Reads `OpenAI`'s choice among some tools: `{"type":"allowed_tools","allowed_tools":{"mode":..,"tools":[..]}}`, in
/// responses without the inner object.
fn allowed(value: &Value) -> Option<(bool, Vec<String>)> {
    if value.get("type").and_then(Value::as_str) != Some("allowed_tools") {
        return None;
    }
    let inner = value.get("allowed_tools").unwrap_or(value);
    let names = inner.get("tools")?.as_array()?.iter().map(|tool| {
        let function = tool.get("function").unwrap_or(tool);
        function.get("name")?.as_str().map(str::to_owned)
    });
    let is_forced = inner.get("mode").and_then(Value::as_str) == Some("required");
    Some((is_forced, names.collect::<Option<_>>()?))
}
