//! Upstream bytes to the hub, for embeddings. Used when the client speaks another family.
//! Whole replies only; vectors are kept as the provider wrote them (numbers or base64).

use super::tap::facts;
use super::types::ReplyBody;
use crate::canon::{DecodeError, Embedding, EmbeddingsReply};

/// Reads a whole reply.
pub fn read_reply(body: &[u8]) -> Result<EmbeddingsReply, DecodeError> {
    let facts = facts(body);
    if let Some(error) = facts.error {
        return Err(DecodeError::Upstream(error));
    }
    let wire = serde_json::from_slice::<ReplyBody>(body)
        .map_err(|error| DecodeError::Unreadable(error.to_string()))?;
    let mut rest = wire.rest;
    rest.shift_remove("usage");
    rest.shift_remove("object");
    let vectors = wire.data.into_iter();
    let embeddings = vectors.map(|body| Embedding {
        index: body.index,
        vector: body.embedding,
    });
    let embeddings = embeddings.collect();
    Ok(EmbeddingsReply {
        model: wire.model,
        embeddings,
        usage: facts.usage,
        rest,
    })
}
