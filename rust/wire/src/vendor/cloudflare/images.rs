//! Workers AI's image models: one image a call, as base64 inside JSON or as the image itself. Stable Diffusion's change one
//! image, some of them below a mask; FLUX.2's take up to four images, and forms even for a prompt alone.
//! After developers.cloudflare.com/workers-ai/models (stable-diffusion-v1-5-img2img and -inpainting,
//! stable-diffusion-xl-base-1.0, flux-2-dev, flux-2-klein-9b), in excerpts, 2026-11-22.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::result;
use crate::canon::{DecodeError, EncodeError, ImagesReply, ImagesRequest, Made, MediaSource};
use crate::vendor::dialect::Written;
use crate::vendor::masks::white_where_drawn;
use crate::vendor::media::{copy, image_mime, images_left_out, kind_of_image, pixels};
use crate::vendor::plain::inline_image;
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

/// Images that FLUX.2 takes.
const MOST_IMAGES: usize = 4;
const FORM_SAYS: [&str; 7] = [
    "size", "seed", "steps", "guidance", "width", "height", "strength",
];

/// Whether a model's calls are forms.
pub(in crate::vendor) fn takes_forms(model: &str) -> bool {
    model.contains("flux-2")
}

/// Whether a model changes images.
pub(in crate::vendor) fn edits(model: &str) -> bool {
    masks(model) || model.contains("img2img") || takes_forms(model)
}

/// Whether a model draws below a mask.
fn masks(model: &str) -> bool {
    model.contains("inpainting") || model.contains("stable-diffusion-xl-base")
}

/// Writes a request; that of a form as its fields, with files as `data:` addresses.
pub(in crate::vendor) fn write(request: &ImagesRequest) -> Result<Written, EncodeError> {
    if takes_forms(&request.model) {
        return write_fields(request);
    }
    let drops = images_left_out(request, &SAYS)?;
    let mut body = Map::new();
    body.insert("prompt".to_owned(), json!(request.prompt));
    if let Some((width, height)) = request.size.as_deref().and_then(pixels) {
        body.insert("width".to_owned(), json!(width));
        body.insert("height".to_owned(), json!(height));
    }
    let [_, own @ ..] = &SAYS;
    copy(&request.rest, own, &mut body);
    put_image(request, &mut body)?;
    Ok((Value::Object(body), drops))
}

/// Puts the image that is changed, and its mask, which the models take as numbers only.
fn put_image(request: &ImagesRequest, body: &mut Map<String, Value>) -> Result<(), EncodeError> {
    match request.images.as_slice() {
        [] => return Ok(()),
        [image] => {
            let source = MediaSource::Url(image.clone());
            let (data, _) = inline_image(&source)?;
            body.insert("image_b64".to_owned(), json!(data));
        }
        _ => return Err(EncodeError::Unsupported { field: "image" }),
    }
    match &request.mask {
        None => {}
        Some(mask) if masks(&request.model) => {
            body.insert("mask".to_owned(), json!(white_where_drawn(mask)?));
        }
        Some(_) => return Err(EncodeError::Unsupported { field: "mask" }),
    }
    Ok(())
}

fn write_fields(request: &ImagesRequest) -> Result<Written, EncodeError> {
    let drops = images_left_out(request, &FORM_SAYS)?;
    if request.mask.is_some() {
        return Err(EncodeError::Unsupported { field: "mask" });
    }
    if request.images.len() > MOST_IMAGES {
        return Err(EncodeError::Unsupported { field: "image" });
    }
    let mut fields = Map::new();
    fields.insert("prompt".to_owned(), json!(request.prompt));
    if let Some((width, height)) = request.size.as_deref().and_then(pixels) {
        fields.insert("width".to_owned(), json!(width));
        fields.insert("height".to_owned(), json!(height));
    }
    let [_, own @ ..] = &FORM_SAYS;
    copy(&request.rest, own, &mut fields);
    for (at, image) in request.images.iter().enumerate() {
        // An address would go as a text.
        inline_image(&MediaSource::Url(image.clone()))?;
        fields.insert(format!("input_image_{at}"), json!(image));
    }
    Ok((Value::Object(fields), drops))
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
