//! A whole reply as the hub knows it, between an upstream's bytes and a client's.
//! What a family says beyond these words stays in `rest`.

use serde::Serialize;
use serde_json::{Map, Value};

use super::request::Part;
use super::usage::Usage;

/// A whole reply.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reply {
    /// The provider's id.
    pub id: String,
    /// The model that answered.
    pub model: String,
    /// When, in Unix seconds.
    pub created: i64,
    /// The answers.
    pub choices: Vec<Choice>,
    /// What it took.
    pub usage: Option<Usage>,
    /// Fields without a word of their own here.
    pub rest: Map<String, Value>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// Its number, from 0.
    pub index: u32,
    /// What was said, in order.
    pub parts: Vec<Part>,
    /// Why it ended.
    pub stop: Option<StopReason>,
    /// Log probabilities, as the family writes them.
    pub logprobs: Option<Value>,
    /// Fields of the message without a word of their own here.
    pub message_rest: Map<String, Value>,
    /// Fields of the choice without a word of their own here.
    pub rest: Map<String, Value>,
}

/// Why an answer ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum StopReason {
    /// It was complete, or a stop text came.
    Stop,
    /// The output limit was reached.
    Length,
    /// Tools are to be called.
    ToolCalls,
    /// A filter cut it.
    ContentFilter,
    /// Another word of the family's.
    Other(String),
}

/// A reply with embeddings.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EmbeddingsReply {
    /// The model that answered.
    pub model: String,
    /// The vectors, in the order of the inputs.
    pub embeddings: Vec<Embedding>,
    /// What it took.
    pub usage: Option<Usage>,
    /// Fields without a word of their own here.
    pub rest: Map<String, Value>,
}

/// One vector.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Embedding {
    /// The input's number, from 0.
    pub index: u32,
    /// Numbers, or base64 text, as the provider wrote it.
    pub vector: Value,
}
