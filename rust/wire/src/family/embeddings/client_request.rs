//! Client bytes to the hub, for embeddings. Used when the upstream speaks another family.
//! Must keep every field: what the hub has no word for goes to `rest`.

use serde_json::{Map, Value};

use super::types::{InputBody, RequestBody};
use crate::canon::{EmbeddingInput, EmbeddingsRequest};
use crate::endpoint::Endpoint;
use crate::envelope::{Envelope, RequestError};

/// Reads a body.
pub fn read(body: &[u8]) -> Result<EmbeddingsRequest, RequestError> {
    Envelope::read(Endpoint::Embeddings, body)?;
    let unreadable = |error: serde_json::Error| RequestError::Unreadable(error.to_string());
    // Through a map, so that of repeated keys the last wins, as in the envelope.
    let fields = serde_json::from_slice::<Map<String, Value>>(body).map_err(unreadable)?;
    let wire = serde_json::from_value::<RequestBody>(Value::Object(fields)).map_err(unreadable)?;
    Ok(EmbeddingsRequest {
        model: wire.model,
        inputs: wire.input.map(inputs).unwrap_or_default(),
        encoding: wire.encoding_format,
        dimensions: wire.dimensions,
        user: wire.user,
        rest: wire.rest,
    })
}

fn inputs(input: InputBody) -> Vec<EmbeddingInput> {
    match input {
        InputBody::Text(text) => vec![EmbeddingInput::Text(text)],
        InputBody::Tokens(tokens) => vec![EmbeddingInput::Tokens(tokens)],
        InputBody::Texts(texts) => texts.into_iter().map(EmbeddingInput::Text).collect(),
        InputBody::TokenLists(lists) => lists.into_iter().map(EmbeddingInput::Tokens).collect(),
    }
}
