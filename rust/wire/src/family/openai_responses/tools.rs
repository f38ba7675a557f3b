//! Tools and tool choices, both ways. Used by the two request files.
//! Functions keep `strict`; tools that take free text become functions with one argument and are listed in `text_tools`;
//! what the provider itself does (search, interpreters, remote tools) is kept whole and refused by name when crossed.

use serde_json::{Map, Value, json};

use super::{LOCAL_SHELL, TEXT_ARGUMENT};
use crate::canon::{EncodeError, Input, PartKind, Request, TextTool, Tool, ToolChoice, WebSearch};
use crate::endpoint::Family;

/// Tools that run at the provider or need items of their own, and the field that a client is told when they are crossed.
const HOSTED: [(&str, &str); 11] = [
    ("file_search", "tools.file_search"),
    ("code_interpreter", "tools.code_interpreter"),
    ("image_generation", "tools.image_generation"),
    ("mcp", "tools.mcp"),
    ("computer_use_preview", "tools.computer_use_preview"),
    ("computer", "tools.computer"),
    ("shell", "tools.shell"),
    ("apply_patch", "tools.apply_patch"),
    ("tool_search", "tools.tool_search"),
    ("namespace", "tools.namespace"),
    (
        "programmatic_tool_calling",
        "tools.programmatic_tool_calling",
    ),
];

/// Reads the tools into the request.
pub(super) fn read(tools: Vec<Value>, request: &mut Request) {
    for value in tools {
        let kind = value
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let tool = match kind {
            "function" => function(&value),
            "custom" => custom(&value, request),
            LOCAL_SHELL => Some(local_shell()),
            _ if kind.starts_with("web_search") => {
                search(&value, request);
                continue;
            }
            _ => None,
        };
        request.tools.push(tool.unwrap_or(Tool::Unknown {
            family: Family::OpenaiResponses,
            value,
        }));
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn function(value: &Value) -> Option<Tool> {
    let name = text(value, "name")?;
    let mut rest = value.as_object().cloned().unwrap_or_default();
    for own in ["type", "name", "description", "parameters", "strict"] {
        rest.shift_remove(own);
    }
    let parameters = value.get("parameters").filter(|schema| !schema.is_null());
    Some(Tool::Function {
        name,
        description: text(value, "description"),
        parameters: parameters.cloned(),
        strict: value.get("strict").and_then(Value::as_bool),
        rest,
    })
}

/// A tool that takes free text: a function with one argument, whose description tells the grammar.
fn custom(value: &Value, request: &mut Request) -> Option<Tool> {
    let name = text(value, "name")?;
    let format = value.get("format").cloned();
    let grammar = format.as_ref().and_then(grammar_of);
    request.text_tools.push(TextTool {
        name: name.clone(),
        format,
    });
    let about = grammar.unwrap_or_else(|| "The tool's input, as plain text.".to_owned());
    let argument = json!({"type": "string", "description": about});
    let parameters = json!({
        "type": "object",
        "properties": { TEXT_ARGUMENT: argument },
        "required": [TEXT_ARGUMENT],
        "additionalProperties": false,
    });
    Some(Tool::Function {
        name,
        description: text(value, "description"),
        parameters: Some(parameters),
        strict: None,
        rest: Map::new(),
    })
}

fn grammar_of(format: &Value) -> Option<String> {
    let grammar = format.get("grammar").unwrap_or(format);
    let definition = grammar.get("definition").and_then(Value::as_str)?;
    let syntax = grammar.get("syntax").and_then(Value::as_str);
    let syntax = syntax.unwrap_or("this");
    Some(format!(
        "The tool's input as plain text, which must follow this {syntax} grammar:\n{definition}"
    ))
}

fn local_shell() -> Tool {
    let parameters = json!({
        "type": "object",
        "properties": {
            "command": {"type": "array", "items": {"type": "string"}, "description": "The command and its arguments."},
            "working_directory": {"type": "string", "description": "Where the command runs."},
            "timeout_ms": {"type": "integer", "description": "How long the command may run, in milliseconds."},
            "env": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Environment variables."},
        },
        "required": ["command"],
    });
    Tool::Function {
        name: LOCAL_SHELL.to_owned(),
        description: Some(
            "Runs a command on the user's machine and returns its output.".to_owned(),
        ),
        parameters: Some(parameters),
        strict: Some(false),
        rest: Map::new(),
    }
}

/// A search that may not leave the provider's own cache exists nowhere else: only the live one becomes the hub's.
fn search(value: &Value, request: &mut Request) {
    if value.get("external_web_access") == Some(&Value::Bool(false)) {
        let name = "tools.web_search".to_owned();
        request.rest.insert(name, value.clone());
        return;
    }
    request.web_search = Some(web_search(value));
}

fn web_search(value: &Value) -> WebSearch {
    let sites = |name: &str| {
        let sites = value
            .pointer(&format!("/filters/{name}"))
            .and_then(Value::as_array);
        let sites = sites.map(Vec::as_slice).unwrap_or_default();
        sites
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let place = value.get("user_location").filter(|place| place.is_object());
    WebSearch {
        context_size: text(value, "search_context_size"),
        allowed_domains: sites("allowed_domains"),
        blocked_domains: sites("blocked_domains"),
        user_location: place.cloned(),
        max_uses: None,
    }
}

/// Reads a choice. A list of allowed tools becomes the list of tools, since no other family has such a word.
pub(super) fn read_choice(value: Value, request: &mut Request) {
    let unknown = |value| ToolChoice::Unknown {
        family: Family::OpenaiResponses,
        value,
    };
    let choice = match value.as_str() {
        Some("auto") => ToolChoice::Auto,
        Some("none") => ToolChoice::None,
        Some("required") => ToolChoice::Required,
        Some(_) => unknown(value),
        None if value.is_null() => return,
        None => match (text(&value, "type").as_deref(), text(&value, "name")) {
            (Some("function" | "custom"), Some(name)) => ToolChoice::Function(name),
            (Some(LOCAL_SHELL), _) => ToolChoice::Function(LOCAL_SHELL.to_owned()),
            (Some("allowed_tools"), _) => allow(&value, request),
            _ => unknown(value),
        },
    };
    request.tool_choice = Some(choice);
}

fn allow(choice: &Value, request: &mut Request) -> ToolChoice {
    let allowed = choice.get("tools").and_then(Value::as_array);
    let allowed = allowed.map(Vec::as_slice).unwrap_or_default();
    let named = |name: &str| {
        allowed
            .iter()
            .any(|tool| text(tool, "name").as_deref() == Some(name))
    };
    let typed = |kind: &str| {
        allowed
            .iter()
            .any(|tool| text(tool, "type").as_deref() == Some(kind))
    };
    request.tools.retain(|tool| match tool {
        Tool::Function { name, .. } => named(name) || (name == LOCAL_SHELL && typed(name)),
        Tool::Unknown { value, .. } => text(value, "type").is_some_and(|kind| typed(&kind)),
    });
    if !typed("web_search") && !typed("web_search_preview") {
        request.web_search = None;
    }
    match text(choice, "mode").as_deref() {
        Some("required") => ToolChoice::Required,
        _ => ToolChoice::Auto,
    }
}

/// Lists tools of earlier calls that took free text, though the request does not offer them any more.
pub(super) fn note_text_calls(request: &mut Request) {
    let Input::Messages(messages) = &request.input else {
        return;
    };
    let mut names = Vec::new();
    for part in messages.iter().flat_map(|message| &message.parts) {
        let is_custom = part.rest.get("type").and_then(Value::as_str) == Some("custom_tool_call");
        if let PartKind::ToolCall { name, .. } = &part.kind
            && is_custom
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    for name in names {
        if !request.text_tools.iter().any(|tool| tool.name == name) {
            request.text_tools.push(TextTool { name, format: None });
        }
    }
}

/// Refuses tools and choices that only this family's servers can serve.
pub(super) fn refuse_hosted(request: &Request) -> Result<(), EncodeError> {
    for tool in &request.tools {
        if let Tool::Unknown {
            family: Family::OpenaiResponses,
            value,
        } = tool
        {
            let kind = value.get("type").and_then(Value::as_str);
            let row = HOSTED.iter().find(|(name, _)| Some(*name) == kind);
            let field = row.map_or("tools", |(_, field)| *field);
            return Err(EncodeError::Unsupported { field });
        }
    }
    match &request.tool_choice {
        Some(ToolChoice::Unknown {
            family: Family::OpenaiResponses,
            ..
        }) => Err(EncodeError::Unsupported {
            field: "tool_choice",
        }),
        _ => Ok(()),
    }
}

/// Writes a tool of the hub's.
pub(super) fn write(tool: &Tool, request: &Request) -> Result<Value, EncodeError> {
    let (name, description, parameters, strict, rest) = match tool {
        Tool::Function {
            name,
            description,
            parameters,
            strict,
            rest,
        } => (name, description, parameters, strict, rest),
        Tool::Unknown {
            family: Family::OpenaiResponses,
            value,
        } => return Ok(value.clone()),
        Tool::Unknown { .. } => return Err(EncodeError::Unsupported { field: "tools" }),
    };
    let mut written = Map::new();
    let free = request.text_tools.iter().find(|tool| tool.name == *name);
    written.insert(
        "type".to_owned(),
        json!(if free.is_some() { "custom" } else { "function" }),
    );
    written.insert("name".to_owned(), json!(name));
    if let Some(text) = description {
        written.insert("description".to_owned(), json!(text));
    }
    if let Some(free) = free {
        written.extend(
            free.format
                .clone()
                .map(|format| ("format".to_owned(), format)),
        );
    } else {
        // Without a word the provider would turn `strict` on and refuse the loose schemas of other families.
        let empty = || json!({"type": "object", "properties": {}});
        written.insert(
            "parameters".to_owned(),
            parameters.clone().unwrap_or_else(empty),
        );
        let is_own = request
            .origin
            .is_none_or(|of| of == Family::OpenaiResponses);
        let strict = strict.or((!is_own).then_some(false));
        written.extend(strict.map(|strict| ("strict".to_owned(), json!(strict))));
    }
    written.extend(rest.clone());
    Ok(Value::Object(written))
}

/// Writes the search of the web as this family's tool.
pub(super) fn write_search(search: &WebSearch) -> Value {
    let mut tool = json!({"type": "web_search"});
    let mut filters = Map::new();
    if !search.allowed_domains.is_empty() {
        filters.insert("allowed_domains".to_owned(), json!(search.allowed_domains));
    }
    if !search.blocked_domains.is_empty() {
        filters.insert("blocked_domains".to_owned(), json!(search.blocked_domains));
    }
    if let Some(fields) = tool.as_object_mut() {
        if !filters.is_empty() {
            fields.insert("filters".to_owned(), Value::Object(filters));
        }
        let size = search.context_size.clone();
        fields.extend(size.map(|size| ("search_context_size".to_owned(), json!(size))));
        let place = search.user_location.clone();
        fields.extend(place.map(|place| ("user_location".to_owned(), place)));
    }
    tool
}

/// Writes a choice.
pub(super) fn write_choice(choice: &ToolChoice, request: &Request) -> Result<Value, EncodeError> {
    match choice {
        ToolChoice::Auto => Ok(json!("auto")),
        ToolChoice::None => Ok(json!("none")),
        ToolChoice::Required => Ok(json!("required")),
        ToolChoice::Function(name) => {
            let is_free = request.text_tools.iter().any(|tool| tool.name == *name);
            let kind = if is_free { "custom" } else { "function" };
            Ok(json!({"type": kind, "name": name}))
        }
        ToolChoice::Unknown {
            family: Family::OpenaiResponses,
            value,
        } => Ok(value.clone()),
        ToolChoice::Unknown { .. } => Err(EncodeError::Unsupported {
            field: "tool_choice",
        }),
    }
}
