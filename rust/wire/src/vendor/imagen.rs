//! Imagen's `:predict`, at Gemini's API and at Vertex: a prompt in, base64 out. Changes are Vertex's `capability` model alone:
//! one image, and a mask of what is drawn anew; other models make images only and are no way for an edit.
//! After cloud.google.com/vertex-ai (imagen-api, imagen-api-edit) and ai.google.dev/gemini-api/docs/imagen, in excerpts,
//! 2026-11-22.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::dialect::Written;
use super::masks::white_where_drawn;
use super::media::{copy, images_left_out, ratio};
use super::plain::{inline_image, put, text_at};
use super::state::upstream_error;
use crate::canon::{DecodeError, EncodeError, ImagesReply, ImagesRequest, Made, MediaSource};

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

/// What an edit has beside these; its image gives the size.
const EDIT_SAYS: [&str; 11] = [
    "n",
    "seed",
    "personGeneration",
    "negativePrompt",
    "safetySetting",
    "addWatermark",
    "language",
    "editMode",
    "baseSteps",
    "guidanceScale",
    "outputOptions",
];

/// Whether a model changes images.
pub(super) fn edits(model: &str) -> bool {
    model.contains("imagen") && model.contains("capability")
}

/// Writes a request.
pub(super) fn write(request: &ImagesRequest) -> Result<Written, EncodeError> {
    if !request.images.is_empty() {
        return write_edit(request);
    }
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
    put_seed(request, &mut parameters);
    let body = json!({"instances": [{"prompt": request.prompt}], "parameters": parameters});
    Ok((body, drops))
}

/// A watermark and a seed exclude each other.
fn put_seed(request: &ImagesRequest, parameters: &mut Map<String, Value>) {
    if let Some(seed) = request.rest.get("seed") {
        parameters.insert("seed".to_owned(), seed.clone());
        parameters.insert("addWatermark".to_owned(), json!(false));
    }
}

/// Writes a change. Without a mask the whole image is drawn anew after the prompt.
fn write_edit(request: &ImagesRequest) -> Result<Written, EncodeError> {
    let drops = images_left_out(request, &EDIT_SAYS)?;
    let [image] = request.images.as_slice() else {
        return Err(EncodeError::Unsupported { field: "image" });
    };
    let source = MediaSource::Url(image.clone());
    let (data, _) = inline_image(&source)?;
    let mut references = vec![
        json!({"referenceType": "REFERENCE_TYPE_RAW", "referenceId": 1,
        "referenceImage": {"bytesBase64Encoded": data}}),
    ];
    let mut mode = "EDIT_MODE_DEFAULT";
    if let Some(mask) = &request.mask {
        mode = "EDIT_MODE_INPAINT_INSERTION";
        let mask = STANDARD.encode(white_where_drawn(mask)?);
        references.push(
            json!({"referenceType": "REFERENCE_TYPE_MASK", "referenceId": 2,
            "referenceImage": {"bytesBase64Encoded": mask},
            "maskImageConfig": {"maskMode": "MASK_MODE_USER_PROVIDED"}}),
        );
    }
    let mut parameters = Map::new();
    let count = request.n.unwrap_or(1);
    put(&mut parameters, "sampleCount", Some(&count));
    put(&mut parameters, "editMode", Some(&mode));
    let [_, _, own @ ..] = &EDIT_SAYS;
    copy(&request.rest, own, &mut parameters);
    put_seed(request, &mut parameters);
    let instance = json!({"prompt": request.prompt, "referenceImages": references});
    let body = json!({"instances": [instance], "parameters": parameters});
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
