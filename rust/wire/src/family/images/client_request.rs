//! Client bytes to the hub, for images to be made. Used when the upstream has another shape.
//! Must keep every field: what the hub has no word for goes to `rest`.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::canon::ImagesRequest;
use crate::endpoint::Endpoint;
use crate::envelope::{Envelope, RequestError};

#[derive(Default, Deserialize)]
#[serde(default)]
struct RequestBody {
    model: String,
    prompt: String,
    n: Option<u64>,
    size: Option<String>,
    response_format: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Reads a body.
pub fn read(body: &[u8]) -> Result<ImagesRequest, RequestError> {
    Envelope::read(Endpoint::ImageGenerations, body)?;
    let unreadable = |error: serde_json::Error| RequestError::Unreadable(error.to_string());
    // Through a map, so that of repeated keys the last wins, as in the envelope.
    let fields = serde_json::from_slice::<Map<String, Value>>(body).map_err(unreadable)?;
    let wire = serde_json::from_value::<RequestBody>(Value::Object(fields)).map_err(unreadable)?;
    let mut rest = wire.rest;
    rest.retain(|_, value| !value.is_null());
    Ok(ImagesRequest {
        model: wire.model,
        prompt: wire.prompt,
        n: wire.n,
        size: wire.size,
        response_format: wire.response_format,
        rest,
    })
}
