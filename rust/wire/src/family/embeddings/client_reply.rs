//! The hub to a client's bytes, for embeddings. Last station before the client's socket.
//! Whole replies only.

use serde_json::{Map, Value, json};

use crate::canon::EmbeddingsReply;

/// Writes a whole reply.
pub fn write_reply(reply: &EmbeddingsReply) -> Vec<u8> {
    let vectors = reply.embeddings.iter();
    let vectors = vectors.map(|embedding| {
        json!({"object": "embedding", "index": embedding.index, "embedding": embedding.vector})
    });
    let mut body = Map::new();
    body.insert("object".to_owned(), json!("list"));
    body.insert("data".to_owned(), Value::Array(vectors.collect()));
    body.insert("model".to_owned(), json!(reply.model));
    if let Some(usage) = &reply.usage {
        let prompt = usage.prompt;
        let total = prompt.saturating_add(usage.completion);
        body.insert(
            "usage".to_owned(),
            json!({"prompt_tokens": prompt, "total_tokens": total}),
        );
    }
    body.extend(reply.rest.clone());
    Value::Object(body).to_string().into_bytes()
}
