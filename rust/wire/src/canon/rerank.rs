//! Reranking as the hub knows it: a question, documents, and how much each has to do with it.
//! Scores keep the number that the provider wrote.

use serde::Serialize;
use serde_json::{Map, Number, Value};

use super::usage::Usage;

/// A request to rank documents.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RerankRequest {
    /// The model's name, as the upstream is to see it.
    pub model: String,
    /// What the documents are held against.
    pub query: Value,
    /// Texts, or objects with a `text`.
    pub documents: Vec<Value>,
    /// How many results are wanted; all when nothing was said.
    pub top_n: Option<u64>,
    /// Whether results are to repeat their document.
    pub return_documents: Option<bool>,
    /// Fields without a word of their own here.
    pub rest: Map<String, Value>,
}

/// A ranking.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RerankReply {
    /// The provider's id.
    pub id: String,
    /// The results, in the provider's order.
    pub results: Vec<Ranked>,
    /// What it took, in tokens; some providers only count searches.
    pub usage: Option<Usage>,
    /// What the provider says of its bill, as Cohere writes it.
    pub meta: Option<Value>,
}

/// One document's place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// The document's number in the request, from 0.
    pub index: u64,
    /// How much it has to do with the question.
    pub score: Number,
    /// The document, as the provider repeats it.
    pub document: Option<Value>,
}
