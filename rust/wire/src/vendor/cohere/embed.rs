//! Cohere's vectors, `/v2/embed`. What a text is for must be said; without a word it is a document to be searched.

use serde_json::{Map, Value, json};

use super::reply::usage;
use crate::canon::{
    DecodeError, Embedding, EmbeddingInput, EmbeddingsReply, EmbeddingsRequest, EncodeError,
};
use crate::vendor::dialect::Written;

/// Gemini's words for what a text is for, and Cohere's.
const PURPOSES: [(&str, &str); 6] = [
    ("RETRIEVAL_QUERY", "search_query"),
    ("QUESTION_ANSWERING", "search_query"),
    ("CODE_RETRIEVAL_QUERY", "search_query"),
    ("RETRIEVAL_DOCUMENT", "search_document"),
    ("CLASSIFICATION", "classification"),
    ("CLUSTERING", "clustering"),
];

/// Writes a request.
pub(in crate::vendor) fn write(request: &EmbeddingsRequest) -> Result<Written, EncodeError> {
    let texts = request.inputs.iter().map(|input| match input {
        EmbeddingInput::Text(text) => Ok(text.as_str()),
        EmbeddingInput::Tokens(_) => Err(EncodeError::Unsupported { field: "input" }),
    });
    let texts = texts.collect::<Result<Vec<_>, _>>()?;
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(request.model));
    body.insert("texts".to_owned(), json!(texts));
    body.insert("input_type".to_owned(), purpose(&request.rest));
    body.insert("embedding_types".to_owned(), json!(["float"]));
    if let Some(length) = request.dimensions {
        body.insert("output_dimension".to_owned(), json!(length));
    }
    let mut drops = Vec::new();
    if request.user.is_some() {
        drops.push("user");
    }
    for (name, value) in &request.rest {
        match name.as_str() {
            "input_type" | "taskType" => {}
            "truncate" => drop(body.insert(name.clone(), value.clone())),
            _ if !drops.contains(&"extra_fields") => drops.push("extra_fields"),
            _ => {}
        }
    }
    Ok((Value::Object(body), drops))
}

fn purpose(rest: &Map<String, Value>) -> Value {
    if let Some(own) = rest.get("input_type") {
        return own.clone();
    }
    let task = rest.get("taskType").and_then(Value::as_str);
    let known = PURPOSES.iter().find(|(name, _)| Some(*name) == task);
    json!(known.map_or("search_document", |(_, own)| *own))
}

/// Reads an answer.
pub(in crate::vendor) fn read(document: &Value) -> Result<EmbeddingsReply, DecodeError> {
    let vectors = document
        .pointer("/embeddings/float")
        .and_then(Value::as_array);
    let Some(vectors) = vectors else {
        return Err(DecodeError::Unreadable("embeddings are missing".to_owned()));
    };
    let embeddings = (0..).zip(vectors).map(|(index, vector)| Embedding {
        index,
        vector: vector.clone(),
    });
    Ok(EmbeddingsReply {
        model: String::new(),
        embeddings: embeddings.collect(),
        usage: usage(document.get("meta")),
        rest: Map::new(),
    })
}
