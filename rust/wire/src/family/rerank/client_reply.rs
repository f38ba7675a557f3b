//! The hub to a client's bytes, for reranking: results as Jina and Cohere both write them, Jina's `usage` and Cohere's `meta`.

use serde_json::{Map, Value, json};

use crate::canon::{Ranked, RerankReply};

/// Writes a ranking for the model that the client asked for; `documents` are the request's, where results are to repeat
/// theirs.
pub fn write_reply(reply: &RerankReply, model: &str, documents: Option<&Value>) -> Vec<u8> {
    let results = reply.results.iter().map(|one| result(one, documents));
    let mut body = Map::new();
    if !reply.id.is_empty() {
        body.insert("id".to_owned(), json!(reply.id));
    }
    body.insert("model".to_owned(), json!(model));
    body.insert("results".to_owned(), results.collect());
    if let Some(usage) = &reply.usage {
        let total = usage.prompt.saturating_add(usage.completion);
        let usage = json!({"prompt_tokens": usage.prompt, "total_tokens": total});
        body.insert("usage".to_owned(), usage);
    }
    if let Some(meta) = &reply.meta {
        body.insert("meta".to_owned(), meta.clone());
    }
    Value::Object(body).to_string().into_bytes()
}

fn result(one: &Ranked, documents: Option<&Value>) -> Value {
    let mut result = Map::new();
    result.insert("index".to_owned(), json!(one.index));
    result.insert(
        "relevance_score".to_owned(),
        Value::Number(one.score.clone()),
    );
    let place = usize::try_from(one.index).unwrap_or(usize::MAX);
    let own = documents.and_then(|documents| documents.get(place));
    let document = own.or_else(|| documents.and(one.document.as_ref()));
    if let Some(document) = document {
        let written = match document {
            Value::String(text) => json!({"text": text}),
            other => other.clone(),
        };
        result.insert("document".to_owned(), written);
    }
    Value::Object(result)
}
