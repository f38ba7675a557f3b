//! Image models at Replicate: an input of the model's own, with what clients of `OpenAI` say in its words; addresses out.

use serde_json::{Map, Value, json};

use super::{call, failure};
use crate::canon::{DecodeError, EncodeError, ImagesReply, ImagesRequest};
use crate::vendor::dialect::Written;
use crate::vendor::media::{addresses, only_urls, ratio};
use crate::vendor::state::upstream_error;

const RATIOS: [&str; 7] = ["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3"];
/// `OpenAI`'s words that no model there has.
const FOREIGN: [&str; 6] = [
    "quality",
    "style",
    "user",
    "background",
    "moderation",
    "output_compression",
];

/// Writes a request. Every further field goes to the model as it came, since each has its own.
pub(in crate::vendor) fn write(request: &ImagesRequest) -> Result<Written, EncodeError> {
    only_urls(request)?;
    let mut input = request.rest.clone();
    if input.shift_remove("stream") == Some(Value::Bool(true)) {
        return Err(EncodeError::Unsupported { field: "stream" });
    }
    let foreign = FOREIGN.into_iter();
    let drops = foreign
        .filter(|name| input.shift_remove(*name).is_some())
        .collect();
    input.insert("prompt".to_owned(), json!(request.prompt));
    put_images(request, &mut input)?;
    if let Some(n) = request.n.filter(|n| *n > 1) {
        input.insert("num_outputs".to_owned(), json!(n));
    }
    let size = request.size.as_deref();
    if let Some(ratio) = size.and_then(|size| ratio(size, &RATIOS)) {
        input.entry("aspect_ratio").or_insert_with(|| json!(ratio));
    }
    Ok((call(&request.model, &input), drops))
}

/// Puts images that are changed, an address or `data:` each, under the name that the model has for them (the models'
/// pages, as others quote them, 2026-11-21).
fn put_images(request: &ImagesRequest, input: &mut Map<String, Value>) -> Result<(), EncodeError> {
    let model = request.model.as_str();
    let has = |names: &[&str]| names.iter().any(|name| model.contains(name));
    let (name, value) = match request.images.as_slice() {
        [] => return Ok(()),
        all if has(&["banana", "seedream"]) => ("image_input", json!(all)),
        all if has(&["gpt-image"]) => ("input_images", json!(all)),
        [image] if has(&["kontext"]) => ("input_image", json!(image)),
        [image] => ("image", json!(image)),
        _ => return Err(EncodeError::Unsupported { field: "image" }),
    };
    input.insert(name.to_owned(), value);
    if let Some(mask) = &request.mask {
        input.insert("mask".to_owned(), json!(mask));
    }
    Ok(())
}

/// Reads a prediction that is done.
pub(in crate::vendor) fn read(document: &Value) -> Result<ImagesReply, DecodeError> {
    if let Some(why) = failure(document) {
        return Err(DecodeError::Upstream(upstream_error(&why)));
    }
    let output = document.get("output").filter(|output| !output.is_null());
    let images = addresses(output);
    if images.is_empty() {
        return Err(DecodeError::Unreadable("output is missing".to_owned()));
    }
    Ok(ImagesReply {
        images,
        usage: None,
    })
}
