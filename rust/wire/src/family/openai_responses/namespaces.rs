//! Tools that other families can have as plain functions, though this one has a form of its own for them: those that stand in a
//! namespace, and the search for further tools that the client itself makes. First step of a crossing, before anything is
//! refused; what an answer needs to undo it is listed in `spaced_tools`. Must give a tool the same name in every turn.

use serde_json::{Map, Value, json};

use super::{TOOL_SEARCH, tools};
use crate::canon::{Input, Message, Part, PartKind, Request, Role, SpacedTool, Tool};
use crate::endpoint::Family;

/// The longest name of a function that every family takes.
const LONGEST_NAME: usize = 64;

/// Makes functions of such tools, and calls and results of such items.
pub(super) fn flatten(request: &mut Request) {
    for tool in std::mem::take(&mut request.tools) {
        match tool {
            Tool::Unknown {
                family: Family::OpenaiResponses,
                value,
            } => offer(value, request),
            other => request.tools.push(other),
        }
    }
    let mut input = std::mem::take(&mut request.input);
    if let Input::Messages(messages) = &mut input {
        for message in messages {
            found(message, request);
            message.parts.iter_mut().for_each(name_call);
        }
    }
    request.input = input;
}

fn text<'a>(fields: &'a Value, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Value::as_str)
}

fn is_by_client(fields: &Value) -> bool {
    text(fields, "execution") == Some("client")
}

/// Adds a tool, or all tools of a namespace; what is neither stays as it is.
fn offer(value: Value, request: &mut Request) {
    match (text(&value, "type"), text(&value, "name")) {
        (Some("namespace"), Some(space)) => {
            let inner = value.get("tools").and_then(Value::as_array);
            for tool in inner.into_iter().flatten() {
                offer_spaced(space, tool, request);
            }
        }
        (Some(TOOL_SEARCH), _) if is_by_client(&value) => request.tools.push(Tool::Function {
            name: TOOL_SEARCH.to_owned(),
            description: text(&value, "description").map(str::to_owned),
            parameters: value.get("parameters").cloned(),
            strict: None,
            rest: Map::new(),
        }),
        (_, Some(name)) if has(name, request) => {}
        _ => tools::read(vec![value], request),
    }
}

fn offer_spaced(space: &str, tool: &Value, request: &mut Request) {
    let Some(name) = text(tool, "name") else {
        return;
    };
    let joined = joined(space, name);
    if has(&joined, request) {
        return;
    }
    request.spaced_tools.push(SpacedTool {
        joined: joined.clone(),
        space: space.to_owned(),
        name: name.to_owned(),
    });
    let mut tool = tool.clone();
    super::output::put(&mut tool, "name", json!(joined));
    tools::read(vec![tool], request);
}

fn has(wanted: &str, request: &Request) -> bool {
    let mut tools = request.tools.iter();
    tools.any(|tool| matches!(tool, Tool::Function { name, .. } if name == wanted))
}

/// Returns the name of a tool in a namespace as a function's: both names where they are short and plain, else the start of
/// them and a number made of the whole.
fn joined(space: &str, name: &str) -> String {
    let joint = if space.ends_with("__") { "" } else { "__" };
    let whole = format!("{space}{joint}{name}");
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    if whole.len() <= LONGEST_NAME && whole.chars().all(is_plain) {
        return whole;
    }
    // FNV-1a, 32 bit: the same in every turn and on every machine.
    let hash = whole.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let letters = whole.chars().filter(|letter| is_plain(*letter));
    let start: String = letters.take(LONGEST_NAME - 9).collect();
    format!("{start}_{hash:08x}")
}

/// What the client's search found is the result of a call, and offered from now on.
fn found(message: &mut Message, request: &mut Request) {
    let [
        Part {
            kind:
                PartKind::Unknown {
                    family: Family::OpenaiResponses,
                    value,
                },
            ..
        },
    ] = message.parts.as_slice()
    else {
        return;
    };
    let is_output = text(value, "type") == Some("tool_search_output") && is_by_client(value);
    let (true, Some(call_id)) = (is_output, text(value, "call_id").map(str::to_owned)) else {
        return;
    };
    let offered = value.get("tools").and_then(Value::as_array).cloned();
    let mut names = Vec::new();
    for tool in offered.into_iter().flatten() {
        names.extend(names_of(&tool));
        offer(tool, request);
    }
    message.role = Role::Tool;
    message.parts = vec![
        Part::new(PartKind::ToolResult {
            call_id,
            is_error: false,
        }),
        Part::new(PartKind::Text(json!({"tools": names}).to_string())),
    ];
}

/// Returns the names under which a tool, or those of a namespace, are offered.
fn names_of(tool: &Value) -> Vec<String> {
    let Some(name) = text(tool, "name") else {
        return Vec::new();
    };
    if text(tool, "type") != Some("namespace") {
        return vec![name.to_owned()];
    }
    let inner = tool.get("tools").and_then(Value::as_array);
    let inner = inner.into_iter().flatten();
    inner
        .filter_map(|tool| Some(joined(name, text(tool, "name")?)))
        .collect()
}

/// Gives an earlier call the name under which its tool is offered now.
fn name_call(part: &mut Part) {
    let space = part.rest.get("namespace").and_then(Value::as_str);
    match &mut part.kind {
        PartKind::ToolCall { name, .. } => {
            if let Some(space) = space {
                *name = joined(space, name);
            }
        }
        PartKind::Unknown {
            family: Family::OpenaiResponses,
            value,
        } if text(value, "type") == Some("tool_search_call") && is_by_client(value) => {
            let arguments = value.get("arguments").cloned().unwrap_or_default();
            if let Some(id) = text(value, "call_id").map(str::to_owned) {
                part.kind = PartKind::ToolCall {
                    id,
                    name: TOOL_SEARCH.to_owned(),
                    arguments: arguments.to_string(),
                };
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_tool_of_a_namespace_has_one_short_plain_name() {
        assert_eq!(joined("crm", "find"), "crm__find");
        assert_eq!(joined("mcp__crm__", "find"), "mcp__crm__find");
        let long = joined(&"space".repeat(12), "find_all_open_orders");
        assert_eq!(long.len(), 64);
        assert_eq!(long, joined(&"space".repeat(12), "find_all_open_orders"));
        assert_ne!(joined("größe", "find"), joined("gre", "find"));
        assert!(joined("größe", "find").starts_with("gre__find_"));
    }
}
