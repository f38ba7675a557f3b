//! Client bytes to the hub, for reranking. Used when the upstream has another shape.
//! Jina's and Cohere's clients differ in single fields only, so one reader serves both; what it does not list is in `rest`.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::canon::RerankRequest;
use crate::endpoint::Endpoint;
use crate::envelope::{Envelope, RequestError};

#[derive(Default, Deserialize)]
#[serde(default)]
struct RequestBody {
    model: String,
    query: Value,
    documents: Vec<Value>,
    top_n: Option<u64>,
    return_documents: Option<bool>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Reads a body.
pub fn read(body: &[u8]) -> Result<RerankRequest, RequestError> {
    Envelope::read(Endpoint::Rerank, body)?;
    let unreadable = |error: serde_json::Error| RequestError::Unreadable(error.to_string());
    // Through a map, so that of repeated keys the last wins, as in the envelope.
    let fields = serde_json::from_slice::<Map<String, Value>>(body).map_err(unreadable)?;
    let wire = serde_json::from_value::<RequestBody>(Value::Object(fields)).map_err(unreadable)?;
    Ok(RerankRequest {
        model: wire.model,
        query: wire.query,
        documents: wire.documents,
        top_n: wire.top_n,
        return_documents: wire.return_documents,
        rest: wire.rest,
    })
}
