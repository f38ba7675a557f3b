//! The hub to an upstream's body, for embeddings.
//! Refuses by name what the family cannot say: texts and token lists mixed in one request.

use super::types::{InputBody, RequestBody};
use crate::canon::{EmbeddingInput, EmbeddingsRequest, EncodeError};

/// Writes a body.
pub fn write(request: &EmbeddingsRequest) -> Result<Vec<u8>, EncodeError> {
    let wire = RequestBody {
        model: request.model.clone(),
        input: Some(input(&request.inputs)?),
        encoding_format: request.encoding.clone(),
        dimensions: request.dimensions,
        user: request.user.clone(),
        rest: request.rest.clone(),
    };
    serde_json::to_vec(&wire).map_err(|error| EncodeError::NotWritable(error.to_string()))
}

fn input(inputs: &[EmbeddingInput]) -> Result<InputBody, EncodeError> {
    match inputs {
        [EmbeddingInput::Text(text)] => return Ok(InputBody::Text(text.clone())),
        [EmbeddingInput::Tokens(tokens)] => return Ok(InputBody::Tokens(tokens.clone())),
        _ => {}
    }
    let mut texts = Vec::new();
    let mut lists = Vec::new();
    for input in inputs {
        match input {
            EmbeddingInput::Text(text) => texts.push(text.clone()),
            EmbeddingInput::Tokens(tokens) => lists.push(tokens.clone()),
        }
    }
    match (texts.is_empty(), lists.is_empty()) {
        (_, true) => Ok(InputBody::Texts(texts)),
        (true, false) => Ok(InputBody::TokenLists(lists)),
        (false, false) => Err(EncodeError::Unsupported { field: "input" }),
    }
}
