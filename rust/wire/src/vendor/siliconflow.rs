//! `SiliconFlow`'s images: `OpenAI`'s path with words of its own for size and number, and answers under `images`.
//! After docs.siliconflow.cn (images/generations); not checked against the pages.

use serde_json::{Map, Value, json};

use super::dialect::Written;
use super::media::{addresses, copy, images_left_out, only_urls, pixels};
use super::plain::put;
use crate::canon::{DecodeError, EncodeError, ImagesReply, ImagesRequest};

/// Where images stand that are changed, an address or `data:` each.
const IMAGES: [&str; 3] = ["image", "image2", "image3"];
const SAYS: [&str; 13] = [
    "size",
    "n",
    "seed",
    "image_size",
    "batch_size",
    "negative_prompt",
    "num_inference_steps",
    "guidance_scale",
    "cfg",
    "image",
    "image2",
    "image3",
    "output_format",
];

/// Writes a request.
pub(super) fn write(request: &ImagesRequest) -> Result<Written, EncodeError> {
    only_urls(request)?;
    let drops = images_left_out(request, &SAYS)?;
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(request.model));
    body.insert("prompt".to_owned(), json!(request.prompt));
    if let Some((width, height)) = request.size.as_deref().and_then(pixels) {
        let size = format!("{width}x{height}");
        body.insert("image_size".to_owned(), json!(size));
    }
    put(&mut body, "batch_size", request.n.as_ref());
    let [_, _, own @ ..] = &SAYS;
    copy(&request.rest, own, &mut body);
    if request.mask.is_some() {
        return Err(EncodeError::Unsupported { field: "mask" });
    }
    if request.images.len() > IMAGES.len() {
        return Err(EncodeError::Unsupported { field: "image" });
    }
    for (name, image) in IMAGES.iter().zip(&request.images) {
        body.insert((*name).to_owned(), json!(image));
    }
    Ok((Value::Object(body), drops))
}

/// Reads an answer.
pub(super) fn read(document: &Value) -> Result<ImagesReply, DecodeError> {
    let images = addresses(document.get("images").or_else(|| document.get("data")));
    if images.is_empty() {
        return Err(DecodeError::Unreadable("images are missing".to_owned()));
    }
    Ok(ImagesReply {
        images,
        usage: None,
    })
}
