//! Baidu's vectors, `wenxinworkshop/embeddings`: `OpenAI`'s answer to a list of texts, and errors with status 200.

use serde_json::{Map, Value, json};

use super::reply::error_of;
use crate::canon::{DecodeError, EmbeddingInput, EmbeddingsReply, EmbeddingsRequest, EncodeError};
use crate::family::embeddings;
use crate::vendor::dialect::Written;
use crate::vendor::plain::put;

/// Writes a request.
pub(in crate::vendor) fn write(request: &EmbeddingsRequest) -> Result<Written, EncodeError> {
    let texts = request.inputs.iter().map(|input| match input {
        EmbeddingInput::Text(text) => Ok(text.as_str()),
        EmbeddingInput::Tokens(_) => Err(EncodeError::Unsupported { field: "input" }),
    });
    let texts = texts.collect::<Result<Vec<_>, _>>()?;
    let mut body = Map::new();
    body.insert("input".to_owned(), json!(texts));
    put(&mut body, "user_id", request.user.as_ref());
    if request.dimensions.is_some() {
        let field = "dimensions";
        return Err(EncodeError::Unsupported { field });
    }
    let drops = if request.rest.is_empty() {
        Vec::new()
    } else {
        vec!["extra_fields"]
    };
    Ok((Value::Object(body), drops))
}

/// Reads an answer.
pub(in crate::vendor) fn read(body: &[u8]) -> Result<EmbeddingsReply, DecodeError> {
    let document: Value =
        serde_json::from_slice(body).map_err(|error| DecodeError::Unreadable(error.to_string()))?;
    match error_of(&document) {
        Some(error) => Err(DecodeError::Upstream(error)),
        None => embeddings::upstream_reply::read_reply(body),
    }
}
