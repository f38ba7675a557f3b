//! The wire structs of embeddings, as documented on 2026-08-18.
//! Only this family's files know them; what they do not list is kept in `rest`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct RequestBody {
    pub(super) model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<InputBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) encoding_format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dimensions: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum InputBody {
    Text(String),
    Tokens(Vec<u64>),
    Texts(Vec<String>),
    TokenLists(Vec<Vec<u64>>),
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct ReplyBody {
    pub(super) data: Vec<VectorBody>,
    #[serde(default)]
    pub(super) model: String,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct VectorBody {
    #[serde(default)]
    pub(super) index: u32,
    pub(super) embedding: Value,
}
