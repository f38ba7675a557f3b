//! Workers AI's image models: one image a call, as base64 inside JSON or as the image itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::result;
use crate::canon::{DecodeError, EncodeError, ImagesReply, ImagesRequest, Made};
use crate::vendor::dialect::Written;
use crate::vendor::media::{copy, image_mime, images_left_out, kind_of_image, pixels};
use crate::vendor::service::document;

const SAYS: [&str; 9] = [
    "size",
    "seed",
    "steps",
    "num_steps",
    "guidance",
    "negative_prompt",
    "strength",
    "width",
    "height",
];

/// Writes a request.
pub(in crate::vendor) fn write(request: &ImagesRequest) -> Result<Written, EncodeError> {
    let drops = images_left_out(request, &SAYS)?;
    let mut body = Map::new();
    body.insert("prompt".to_owned(), json!(request.prompt));
    if let Some((width, height)) = request.size.as_deref().and_then(pixels) {
        body.insert("width".to_owned(), json!(width));
        body.insert("height".to_owned(), json!(height));
    }
    let [_, own @ ..] = &SAYS;
    copy(&request.rest, own, &mut body);
    Ok((Value::Object(body), drops))
}

/// Reads an answer.
pub(in crate::vendor) fn read(body: &[u8]) -> Result<ImagesReply, DecodeError> {
    let made = |mime: &str, data: String| ImagesReply {
        images: vec![Made::Base64 {
            mime: mime.to_owned(),
            data,
        }],
        usage: None,
    };
    if let Some(mime) = kind_of_image(body) {
        return Ok(made(mime, STANDARD.encode(body)));
    }
    let document = document(body)?;
    let data = result(&document)?.get("image").and_then(Value::as_str);
    let Some(data) = data else {
        return Err(DecodeError::Unreadable("image is missing".to_owned()));
    };
    Ok(made(
        image_mime(data).unwrap_or("image/jpeg"),
        data.to_owned(),
    ))
}
