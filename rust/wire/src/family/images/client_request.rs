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
    // Through a map, so that of repeated keys the last wins, as in the envelope.
    of_fields(
        serde_json::from_slice::<Map<String, Value>>(body).map_err(|error| unreadable(&error))?,
    )
}

/// Reads the body of a call for a change of images: JSON, or a form whose texts are fields and whose files are `data:`
/// addresses.
pub fn read_edit(body: &[u8]) -> Result<ImagesRequest, RequestError> {
    let mut fields =
        serde_json::from_slice::<Map<String, Value>>(body).map_err(|error| unreadable(&error))?;
    if let Some(n) = fields.get("n").and_then(Value::as_str) {
        let wrong = |_no_number| RequestError::WrongType {
            field: "n",
            expected: "an integer",
        };
        let n = n.trim().parse::<u64>().map_err(wrong)?;
        fields.insert("n".to_owned(), n.into());
    }
    let mut images = Vec::new();
    for name in ["image", "images"] {
        match fields.shift_remove(name) {
            Some(Value::Array(list)) => {
                for one in &list {
                    images.push(address(one, "image")?);
                }
            }
            Some(Value::Null) | None => {}
            Some(one) => images.push(address(&one, "image")?),
        }
    }
    if images.is_empty() {
        return Err(RequestError::MissingField("image"));
    }
    let mask = fields.shift_remove("mask").filter(|mask| !mask.is_null());
    let mask = mask.map(|mask| address(&mask, "mask")).transpose()?;
    // Forms have texts alone.
    if let Some(is_stream) = fields.get("stream").and_then(Value::as_str) {
        let is_stream = matches!(is_stream.trim(), "true" | "True" | "1");
        fields.insert("stream".to_owned(), is_stream.into());
    }
    Ok(ImagesRequest {
        images,
        mask,
        ..of_fields(fields)?
    })
}

/// An image as a text, or as an object with its address.
fn address(image: &Value, field: &'static str) -> Result<String, RequestError> {
    let text = image.as_str().or_else(|| image.get("image_url")?.as_str());
    let wrong = RequestError::WrongType {
        field,
        expected: "a file, or an image's address",
    };
    text.map(str::to_owned).ok_or(wrong)
}

fn unreadable(error: &serde_json::Error) -> RequestError {
    RequestError::Unreadable(error.to_string())
}

fn of_fields(fields: Map<String, Value>) -> Result<ImagesRequest, RequestError> {
    let wire = serde_json::from_value::<RequestBody>(Value::Object(fields))
        .map_err(|error| unreadable(&error))?;
    let mut rest = wire.rest;
    rest.retain(|_, value| !value.is_null());
    Ok(ImagesRequest {
        model: wire.model,
        prompt: wire.prompt,
        n: wire.n,
        size: wire.size,
        response_format: wire.response_format,
        images: Vec::new(),
        mask: None,
        rest,
    })
}
