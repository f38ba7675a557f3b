//! The wire structs of Anthropic's messages, as documented for the API version 2023-06-01 and its package of 2026.
//! Only this family's files know them; what they do not list is kept in `rest`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

/// A request body of messages and of the token count.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct RequestBody {
    pub(super) model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tools: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool_choice: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) system: Option<ContentBody>,
    pub(super) messages: Vec<MessageBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thinking: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) output_config: Option<Map<String, Value>>,
    /// The beta's name of `output_config.format`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) output_format: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) temperature: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_p: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_k: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stop_sequences: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) service_tier: Option<String>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

/// One message of a request.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct MessageBody {
    pub(super) role: String,
    pub(super) content: ContentBody,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

/// Text, or blocks.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum ContentBody {
    Text(String),
    Blocks(Vec<Value>),
}

impl Default for ContentBody {
    fn default() -> Self {
        Self::Blocks(Vec::new())
    }
}

/// A whole reply.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReplyBody {
    pub(super) id: Option<String>,
    pub(super) model: Option<String>,
    pub(super) content: Option<Vec<Value>>,
    pub(super) stop_reason: Option<String>,
    pub(super) stop_sequence: Option<String>,
    pub(super) stop_details: Option<Value>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

/// One event of a stream, of whatever type.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EventBody {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) index: u64,
    pub(super) message: Option<ReplyBody>,
    pub(super) content_block: Option<BlockBody>,
    pub(super) delta: Option<DeltaBody>,
}

/// The block that begins.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct BlockBody {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) text: Option<String>,
    pub(super) thinking: Option<String>,
    pub(super) signature: Option<String>,
    pub(super) input: Option<Value>,
}

/// A piece of a block, or what a message ends with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DeltaBody {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) text: Option<String>,
    pub(super) thinking: Option<String>,
    pub(super) signature: Option<String>,
    pub(super) partial_json: Option<String>,
    pub(super) stop_reason: Option<String>,
    pub(super) stop_details: Option<Value>,
}
