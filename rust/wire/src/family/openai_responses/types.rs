//! The wire structs of responses, as documented on 2026-08-18.
//! Only this family's files know them; what they do not list is kept in `rest`. Items, parts and tools are read field by
//! field, since each of their many kinds has fields of its own.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

/// A request body.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct RequestBody {
    pub(super) model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) instructions: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<InputBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tools: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool_choice: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parallel_tool_calls: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) temperature: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_p: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_logprobs: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_output_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning: Option<ReasoningBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<TextBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) include: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) service_tier: Option<String>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum InputBody {
    Text(String),
    Items(Vec<Value>),
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct ReasoningBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) effort: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) summary: Option<String>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct TextBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) format: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verbosity: Option<String>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

/// A whole reply, or the `response` of an event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ResponseBody {
    pub(super) id: Option<String>,
    pub(super) created_at: Option<Number>,
    pub(super) model: Option<String>,
    pub(super) status: Option<String>,
    pub(super) incomplete_details: Option<IncompleteBody>,
    pub(super) output: Option<Vec<Value>>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct IncompleteBody {
    pub(super) reason: Option<String>,
}

/// What tells whether a large event only repeats what came in pieces; reading it copies none of its text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EventOutline {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) output_index: Option<u64>,
    pub(super) item: Option<ItemOutline>,
    pub(super) response: Option<ResponseOutline>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ItemOutline {
    #[serde(rename = "type")]
    pub(super) kind: String,
}

/// A reply without its output.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ResponseOutline {
    id: Option<String>,
    created_at: Option<Number>,
    model: Option<String>,
    status: Option<String>,
    incomplete_details: Option<IncompleteBody>,
}

impl From<ResponseOutline> for ResponseBody {
    fn from(outline: ResponseOutline) -> Self {
        Self {
            id: outline.id,
            created_at: outline.created_at,
            model: outline.model,
            status: outline.status,
            incomplete_details: outline.incomplete_details,
            output: None,
            rest: Map::new(),
        }
    }
}

/// The fields of any streamed event that are read here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EventBody {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) output_index: Option<u64>,
    pub(super) content_index: Option<u64>,
    pub(super) summary_index: Option<u64>,
    pub(super) delta: Option<Value>,
    pub(super) logprobs: Option<Vec<Value>>,
    pub(super) item: Option<Value>,
    pub(super) annotation: Option<Value>,
    pub(super) response: Option<ResponseBody>,
}
