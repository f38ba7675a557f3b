//! Gemini's image models: `generateContent` with images among the answer's modalities, to make one or to change some.
//! After ai.google.dev/gemini-api/docs/image-generation and the API's `ImageConfig`, in excerpts, 2026-11-22. A call makes one
//! image; a mask has no word there and is refused.

use serde_json::{Map, Value, json};

use super::dialect::Written;
use super::media::{images_left_out, ratio};
use super::plain::{inline_image, text_at};
use super::state::upstream_error;
use crate::canon::{
    DecodeError, EncodeError, ImagesReply, ImagesRequest, Made, MediaSource, Usage,
};
use crate::family::gemini;
use crate::json::Scanner;

const RATIOS: [&str; 10] = [
    "1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9",
];
const SAYS: [&str; 4] = ["size", "seed", "aspectRatio", "imageSize"];

/// Whether a model of Gemini's name makes images in its answers.
pub(super) fn makes_images(model: &str) -> bool {
    let words = ["image", "banana", "2.0-flash-exp"];
    !model.contains("imagen") && words.iter().any(|word| model.contains(word))
}

/// Writes a request.
pub(super) fn write(request: &ImagesRequest) -> Result<Written, EncodeError> {
    let drops = images_left_out(request, &SAYS)?;
    if request.mask.is_some() {
        return Err(EncodeError::Unsupported { field: "mask" });
    }
    let mut parts = vec![json!({"text": request.prompt})];
    for image in &request.images {
        let source = MediaSource::Url(image.clone());
        let (data, mime) = inline_image(&source)?;
        parts.push(json!({"inlineData": {"mimeType": mime, "data": data}}));
    }
    let mut shape = Map::new();
    let size = request.size.as_deref().filter(|size| *size != "auto");
    if let Some(size) = size {
        let ratio = ratio(size, &RATIOS).ok_or(EncodeError::Unsupported { field: "size" })?;
        shape.insert("aspectRatio".to_owned(), json!(ratio));
    }
    for name in ["aspectRatio", "imageSize"] {
        if let Some(value) = request.rest.get(name) {
            shape.insert(name.to_owned(), value.clone());
        }
    }
    // The first models refuse images without text.
    let mut config = json!({"responseModalities": ["TEXT", "IMAGE"]});
    if let Some(config) = config.as_object_mut() {
        if !shape.is_empty() {
            config.insert("imageConfig".to_owned(), Value::Object(shape));
        }
        if let Some(seed) = request.rest.get("seed") {
            config.insert("seed".to_owned(), seed.clone());
        }
    }
    let contents = json!([{"role": "user", "parts": parts}]);
    Ok((
        json!({"contents": contents, "generationConfig": config}),
        drops,
    ))
}

/// Reads an answer. One without an image says why in words, by its end or by the prompt's block.
pub(super) fn read(document: &Value) -> Result<ImagesReply, DecodeError> {
    let parts = parts(document);
    let images: Vec<Made> = parts.clone().filter_map(image).collect();
    if images.is_empty() {
        let said: String = parts
            .filter_map(|part| part.get("text")?.as_str())
            .collect();
        let words = [
            said.as_str(),
            text_at(document, "/candidates/0/finishMessage"),
            text_at(document, "/promptFeedback/blockReason"),
            text_at(document, "/candidates/0/finishReason"),
        ];
        let why = words.into_iter().find(|word| !word.is_empty());
        let why = format!("no image was made: {}", why.unwrap_or("nothing was said"));
        return Err(DecodeError::Upstream(upstream_error(&why)));
    }
    Ok(ImagesReply {
        images,
        usage: usage(document),
    })
}

/// What a model thinks, pictures among it, is no answer.
fn parts(document: &Value) -> impl Iterator<Item = &Value> + Clone {
    let candidates = document.get("candidates").and_then(Value::as_array);
    let parts = candidates
        .into_iter()
        .flatten()
        .filter_map(|candidate| candidate.pointer("/content/parts")?.as_array());
    parts
        .flatten()
        .filter(|part| part.get("thought") != Some(&Value::Bool(true)))
}

fn image(part: &Value) -> Option<Made> {
    let inline = part.get("inlineData").or_else(|| part.get("inline_data"))?;
    let data = inline.get("data")?.as_str()?.to_owned();
    let mime = ["/mimeType", "/mime_type"]
        .into_iter()
        .map(|name| text_at(inline, name))
        .find(|mime| !mime.is_empty());
    let mime = mime.unwrap_or("image/png").to_owned();
    Some(Made::Base64 { mime, data })
}

fn usage(document: &Value) -> Option<Usage> {
    let stated = document.get("usageMetadata")?.to_string();
    let mut scanner = Scanner::new(stated.as_bytes());
    gemini::usage::read_usage(&mut scanner, None).ok()?
}
