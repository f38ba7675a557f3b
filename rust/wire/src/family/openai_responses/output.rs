//! Output items of an answer in the making, and the `response` object around them.
//! Used by the encoder, which adds piece by piece, and by the whole reply. An item's id and place never change between
//! its first event, its last one and the final object.

use serde_json::{Map, Value, json};

use super::kept::{Kept, Rope};
use super::text_input::text_of;
use super::{LOCAL_SHELL, TOOL_SEARCH};
use crate::canon::{ErrorBody, Question, StopReason, Usage};

/// Error codes that clients of this family act on.
const ERROR_CODES: [&str; 7] = [
    "server_error",
    "rate_limit_exceeded",
    "invalid_prompt",
    "context_length_exceeded",
    "insufficient_quota",
    "usage_not_included",
    "image_content_policy_violation",
];

/// One output item.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) body: ItemBody,
    pub(super) state: State,
}

/// How far an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Open,
    Complete,
    /// It ended because the answer was cut.
    Cut,
}

/// What an item holds.
#[derive(Clone, Debug)]
pub(super) enum ItemBody {
    Message(Vec<ContentPart>),
    Reasoning { text: String, signature: String },
    Call(Call),
    Image { data: String, format: String },
}

/// One part of a message.
#[derive(Clone, Debug, Default)]
pub(super) struct ContentPart {
    pub(super) is_refusal: bool,
    pub(super) text: Kept,
    pub(super) annotations: Vec<Value>,
    pub(super) logprobs: Vec<Value>,
}

/// A call of a tool.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) kind: CallKind,
    pub(super) id: String,
    /// The namespace that the client's tool stands in.
    pub(super) space: Option<String>,
    pub(super) name: String,
    /// As the hub has them: for free text `{"input":".."}`.
    pub(super) arguments: String,
}

/// How the client offered the tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallKind {
    Function,
    FreeText,
    LocalShell,
    /// The client itself looks for further tools.
    ToolSearch,
}

impl CallKind {
    /// Returns how the client offered the tool of this name.
    pub(super) fn of(name: &str, question: &Question) -> Self {
        if question.text_tools.iter().any(|tool| tool == name) {
            return Self::FreeText;
        }
        let kind = match name {
            LOCAL_SHELL => Self::LocalShell,
            TOOL_SEARCH => Self::ToolSearch,
            _ => return Self::Function,
        };
        let tools = question.echo.get("tools").and_then(Value::as_array);
        let mut tools = tools.into_iter().flatten();
        let is_offered = tools.any(|tool| tool.get("type") == Some(&json!(name)));
        if is_offered { kind } else { Self::Function }
    }
}

impl ItemBody {
    const fn prefix(&self) -> &'static str {
        match self {
            Self::Message(_) => "msg",
            Self::Reasoning { .. } => "rs",
            Self::Call(call) => match call.kind {
                CallKind::Function => "fc",
                CallKind::FreeText => "ctc",
                CallKind::LocalShell => "lsh",
                CallKind::ToolSearch => "tsc",
            },
            Self::Image { .. } => "ig",
        }
    }
}

impl ContentPart {
    pub(super) fn value(&self) -> Value {
        if self.is_refusal {
            return json!({"type": "refusal", "refusal": self.text.value()});
        }
        json!({
            "type": "output_text",
            "text": self.text.value(),
            "annotations": self.annotations,
            "logprobs": self.logprobs,
        })
    }

    /// The same, its text shared.
    pub(super) fn write(&self, rope: &mut Rope<'_>) {
        if self.is_refusal {
            rope.word(r#"{"type":"refusal","refusal":"#);
            rope.text(&self.text);
        } else {
            rope.word(r#"{"type":"output_text","text":"#);
            rope.text(&self.text);
            rope.field("annotations");
            rope.value(&json!(self.annotations));
            rope.field("logprobs");
            rope.value(&json!(self.logprobs));
        }
        rope.word("}");
    }
}

impl Item {
    /// Makes an open item for a place in the answer.
    pub(super) fn new(body: ItemBody, answer: &str, place: usize) -> Self {
        let id = format!("{}_{answer}_{place}", body.prefix());
        Self {
            id,
            body,
            state: State::Open,
        }
    }

    /// Whether some text of a finished message is too long to be copied.
    pub(super) fn is_long(&self) -> bool {
        let ItemBody::Message(parts) = &self.body else {
            return false;
        };
        self.state != State::Open && parts.iter().any(|part| part.text.is_long())
    }

    /// Writes what [`Self::value`] returns, texts shared.
    pub(super) fn write(&self, rope: &mut Rope<'_>) {
        let (ItemBody::Message(parts), true) = (&self.body, self.is_long()) else {
            return rope.value(&self.value());
        };
        let head =
            json!({"id": self.id, "type": "message", "status": self.status(), "role": "assistant"});
        rope.open(&head);
        rope.field("content");
        rope.list(parts, |rope, part| part.write(rope));
        rope.word("}");
    }

    fn status(&self) -> &'static str {
        match self.state {
            State::Open => "in_progress",
            State::Complete => "completed",
            State::Cut => "incomplete",
        }
    }

    /// Returns the item as it stands; an open one is empty, as its first event shows it.
    pub(super) fn value(&self) -> Value {
        let is_open = self.state == State::Open;
        let status = self.status();
        match &self.body {
            ItemBody::Message(parts) => {
                let parts = parts.iter().filter(|_| !is_open).map(ContentPart::value);
                let content = parts.collect::<Vec<_>>();
                json!({"id": self.id, "type": "message", "status": status, "role": "assistant", "content": content})
            }
            ItemBody::Reasoning { text, signature } => {
                let mut item = json!({"id": self.id, "type": "reasoning", "summary": []});
                if !is_open && !text.is_empty() {
                    put(&mut item, "summary", json!([summary_part(text)]));
                }
                if !is_open && !signature.is_empty() {
                    put(&mut item, "encrypted_content", json!(signature));
                }
                item
            }
            ItemBody::Call(call) => call.value(&self.id, status, is_open),
            ItemBody::Image { data, format } => {
                let result = if is_open { Value::Null } else { json!(data) };
                json!({
                    "id": self.id, "type": "image_generation_call", "status": status,
                    "output_format": format, "result": result,
                })
            }
        }
    }
}

impl Call {
    /// Makes a call of the tool that the hub knows by this name, in the client's words.
    pub(super) fn of(question: &Question, id: String, name: &str, arguments: String) -> Self {
        let mut spaced = question.spaced_tools.iter();
        let spaced = spaced.find(|tool| tool.joined == name);
        Self {
            kind: CallKind::of(name, question),
            id,
            space: spaced.map(|tool| tool.space.clone()),
            name: spaced.map_or(name, |tool| &tool.name).to_owned(),
            arguments,
        }
    }

    fn value(&self, id: &str, status: &str, is_open: bool) -> Value {
        let arguments = if is_open { "" } else { self.arguments.as_str() };
        let mut value = match self.kind {
            CallKind::Function => json!({
                "id": id, "type": "function_call", "status": status,
                "arguments": arguments, "call_id": self.id, "name": self.name,
            }),
            CallKind::FreeText => json!({
                "id": id, "type": "custom_tool_call", "status": status,
                "call_id": self.id, "input": text_of(arguments), "name": self.name,
            }),
            CallKind::LocalShell => json!({
                "id": id, "type": "local_shell_call", "status": status,
                "call_id": self.id, "action": shell_action(arguments),
            }),
            CallKind::ToolSearch => json!({
                "id": id, "type": "tool_search_call", "status": status, "call_id": self.id,
                "execution": "client",
                "arguments": serde_json::from_str(arguments).unwrap_or_else(|_cut| json!({})),
            }),
        };
        if let Some(space) = &self.space {
            put(&mut value, "namespace", json!(space));
        }
        value
    }
}

pub(super) fn summary_part(text: &str) -> Value {
    json!({"type": "summary_text", "text": text})
}

/// Arguments of the shell function are the action's fields; `command` and `env` must be there for the client.
fn shell_action(arguments: &str) -> Value {
    let mut action = json!({"type": "exec", "command": [], "env": {}});
    if let (Some(fields), Ok(Value::Object(given))) = (
        action.as_object_mut(),
        serde_json::from_str::<Value>(arguments),
    ) {
        for (name, value) in given {
            fields.insert(name, value);
        }
    }
    match action.get("command").and_then(Value::as_str) {
        Some(line) => {
            let command = json!(["bash", "-lc", line]);
            put(&mut action, "command", command);
            action
        }
        None => action,
    }
}

pub(super) fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// What stands around the items.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub(super) id: String,
    pub(super) model: String,
    pub(super) created: i64,
}

impl Head {
    /// Makes a head; ids of this family begin with `resp_`.
    pub(super) fn new(id: &str, model: &str, created: i64) -> Self {
        let id = if id.starts_with("resp_") {
            id.to_owned()
        } else {
            format!("resp_{id}")
        };
        Self {
            id,
            model: model.to_owned(),
            created,
        }
    }

    /// Returns the part of the id that items carry.
    pub(super) fn stem(&self) -> &str {
        self.id.strip_prefix("resp_").unwrap_or(&self.id)
    }

    /// Returns the `response` object: the question's fields, with the defaults of the documentation where it said nothing.
    pub(super) fn response(&self, question: &Question, status: &str) -> Map<String, Value> {
        let echo = &question.echo;
        let said = |name: &str, default: Value| {
            let value = echo.get(name).filter(|value| !value.is_null());
            value.cloned().unwrap_or(default)
        };
        let text = said("text", json!({}));
        let mut text = if text.is_object() { text } else { json!({}) };
        if text.get("format").is_none_or(Value::is_null) {
            put(&mut text, "format", json!({"type": "text"}));
        }
        let response = json!({
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "status": status,
            "background": false,
            "error": null,
            "incomplete_details": null,
            "instructions": said("instructions", Value::Null),
            "max_output_tokens": said("max_output_tokens", Value::Null),
            "max_tool_calls": said("max_tool_calls", Value::Null),
            "model": self.model,
            "output": [],
            "parallel_tool_calls": said("parallel_tool_calls", json!(true)),
            "previous_response_id": null,
            "prompt_cache_key": said("prompt_cache_key", Value::Null),
            "reasoning": said("reasoning", json!({"effort": null, "summary": null})),
            "safety_identifier": said("safety_identifier", Value::Null),
            "service_tier": said("service_tier", json!("default")),
            // Nothing is kept here for another call to lean on.
            "store": false,
            "temperature": said("temperature", json!(1.0)),
            "text": text,
            "tool_choice": said("tool_choice", json!("auto")),
            "tools": said("tools", json!([])),
            "top_logprobs": said("top_logprobs", json!(0)),
            "top_p": said("top_p", json!(1.0)),
            "truncation": said("truncation", json!("disabled")),
            "metadata": said("metadata", json!({})),
        });
        let mut fields = match response {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        // Never null in the documentation.
        let user = echo.get("user").filter(|user| user.is_string());
        fields.extend(user.map(|user| ("user".to_owned(), user.clone())));
        fields
    }
}

/// Returns the final status and, for a cut answer, why.
pub(super) fn status(stop: Option<&StopReason>) -> (&'static str, Option<&'static str>) {
    match stop {
        Some(StopReason::Length) => ("incomplete", Some("max_output_tokens")),
        Some(StopReason::ContentFilter) => ("incomplete", Some("content_filter")),
        Some(StopReason::Stop | StopReason::ToolCalls | StopReason::Other(_)) | None => {
            ("completed", None)
        }
    }
}

/// Returns the usage object of this family.
pub(super) fn usage_value(usage: &Usage) -> Value {
    let written = usage.cache_write_5m.saturating_add(usage.cache_write_1h);
    json!({
        "input_tokens": usage.prompt,
        "input_tokens_details": {"cached_tokens": usage.cached_read, "cache_write_tokens": written},
        "output_tokens": usage.completion,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.prompt.saturating_add(usage.completion),
    })
}

/// Returns the error of a failed response; its codes are a closed list.
pub(super) fn failure(error: &ErrorBody) -> Value {
    let code = error.code.as_deref();
    let known = code.filter(|code| ERROR_CODES.contains(code));
    let by_status = match error.status {
        429 => "rate_limit_exceeded",
        400..=499 => "invalid_prompt",
        _ => "server_error",
    };
    json!({"code": known.unwrap_or(by_status), "message": error.message})
}
