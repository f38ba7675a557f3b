//! Imagen's `:predict`, at Gemini's API and at Vertex: a prompt in, base64 out.
//! After cloud.google.com/vertex-ai (imagen-api) and ai.google.dev/gemini-api/docs/imagen; not checked against the pages.

use serde_json::{Map, Value, json};

use super::dialect::Written;
use super::media::{copy, images_left_out, ratio};
use super::plain::{put, text_at};
use super::state::upstream_error;
use crate::canon::{DecodeError, EncodeError, ImagesReply, ImagesRequest, Made};

const RATIOS: [&str; 5] = ["1:1", "3:4", "4:3", "9:16", "16:9"];
/// Imagen's own parameters, which clients may name beside `OpenAI`'s.
const OWN: [&str; 7] = [
    "aspectRatio",
    "personGeneration",
    "negativePrompt",
    "safetySetting",
    "sampleImageSize",
    "addWatermark",
    "language",
];
const SAYS: [&str; 10] = [
    "size",
    "n",
    "seed",
    "aspectRatio",
    "personGeneration",
    "negativePrompt",
    "safetySetting",
    "sampleImageSize",
    "addWatermark",
    "language",
];

/// Writes a request.
pub(super) fn write(request: &ImagesRequest) -> Result<Written, EncodeError> {
    let drops = images_left_out(request, &SAYS)?;
    let mut parameters = Map::new();
    put(
        &mut parameters,
        "sampleCount",
        Some(&request.n.unwrap_or(1)),
    );
    let size = request.size.as_deref().filter(|size| *size != "auto");
    if let Some(size) = size {
        let ratio = ratio(size, &RATIOS).ok_or(EncodeError::Unsupported { field: "size" })?;
        parameters.insert("aspectRatio".to_owned(), json!(ratio));
    }
    copy(&request.rest, &OWN, &mut parameters);
    if let Some(seed) = request.rest.get("seed") {
        parameters.insert("seed".to_owned(), seed.clone());
        // A watermark and a seed exclude each other.
        parameters.insert("addWatermark".to_owned(), json!(false));
    }
    let body = json!({"instances": [{"prompt": request.prompt}], "parameters": parameters});
    Ok((body, drops))
}

/// Reads an answer. Images that a filter took are missing, with or without a word.
pub(super) fn read(document: &Value) -> Result<ImagesReply, DecodeError> {
    let predictions = document.get("predictions").and_then(Value::as_array);
    let predictions = predictions.map_or(&[][..], Vec::as_slice);
    let images: Vec<Made> = predictions.iter().filter_map(image).collect();
    if images.is_empty() {
        let reasons = predictions.iter();
        let mut reasons = reasons.map(|one| text_at(one, "/raiFilteredReason"));
        let reason = reasons.find(|reason| !reason.is_empty());
        let why = reason.unwrap_or("no image was made: the prompt or the images were filtered");
        return Err(DecodeError::Upstream(upstream_error(why)));
    }
    Ok(ImagesReply {
        images,
        usage: None,
    })
}

fn image(prediction: &Value) -> Option<Made> {
    let data = prediction.get("bytesBase64Encoded")?.as_str()?.to_owned();
    let mime = match text_at(prediction, "/mimeType") {
        "" => "image/png",
        mime => mime,
    };
    let mime = mime.to_owned();
    Some(Made::Base64 { mime, data })
}
