//! Xunfei's `MaaS` images, `/v2.1/tti`: one image a call, as base64. The key's application stands in the body, where a quirk
//! puts it. It takes a prompt and no image: changes of images are no way to it. After www.w3cschool.cn/xfyunmaasdoc (the
//! vendor's page of 2026-03-12, as quoted there, read on 2026-11-22).

use serde_json::{Map, Value, json};

use super::dialect::Written;
use super::media::{copy, image_mime, images_left_out, pixels};
use super::plain::text_at;
use super::service::document;
use super::state::vendor_error;
use crate::canon::{DecodeError, EncodeError, ImagesReply, ImagesRequest, Made};

const SAYS: [&str; 8] = [
    "size",
    "user",
    "seed",
    "num_inference_steps",
    "guidance_scale",
    "scheduler",
    "negative_prompt",
    "patch_id",
];
/// What goes beside the model under the same name.
const CHAT: [&str; 4] = ["seed", "num_inference_steps", "guidance_scale", "scheduler"];
/// The longest name of a user that is taken.
const USER_CHARS: usize = 32;
/// Sides are wanted of most models; without a word of the client's these are `OpenAI`'s.
const SIDES: (u64, u64) = (1024, 1024);

/// Writes a request; `header` still lacks the application.
pub(super) fn write(request: &ImagesRequest) -> Result<Written, EncodeError> {
    let drops = images_left_out(request, &SAYS)?;
    let size = request.size.as_deref().filter(|size| *size != "auto");
    let (width, height) = match size {
        Some(size) => pixels(size).ok_or(EncodeError::Unsupported { field: "size" })?,
        None => SIDES,
    };
    let mut header = Map::new();
    if let Some(user) = request.rest.get("user").and_then(Value::as_str) {
        let user: String = user.chars().take(USER_CHARS).collect();
        header.insert("uid".to_owned(), json!(user));
    }
    // The service refuses a call without this list, even an empty one.
    let patches = request.rest.get("patch_id").cloned();
    header.insert("patch_id".to_owned(), patches.unwrap_or(json!([])));
    let mut chat = Map::new();
    chat.insert("domain".to_owned(), json!(request.model));
    chat.insert("width".to_owned(), json!(width));
    chat.insert("height".to_owned(), json!(height));
    copy(&request.rest, &CHAT, &mut chat);
    let text = json!({"text": [{"role": "user", "content": request.prompt}]});
    let mut payload = Map::new();
    payload.insert("message".to_owned(), text);
    if let Some(text) = request.rest.get("negative_prompt") {
        payload.insert("negative_prompts".to_owned(), json!({"text": text}));
    }
    let body = json!({"header": header, "parameter": {"chat": chat}, "payload": payload});
    Ok((body, drops))
}

/// Reads an answer.
pub(super) fn read(body: &[u8]) -> Result<ImagesReply, DecodeError> {
    let document = document(body)?;
    let code = document.pointer("/header/code");
    if code.is_some_and(|code| code.as_i64() != Some(0)) {
        let why = vendor_error(code, text_at(&document, "/header/message"));
        return Err(DecodeError::Upstream(why));
    }
    let texts = document
        .pointer("/payload/choices/text")
        .and_then(Value::as_array);
    let images = texts.into_iter().flatten().filter_map(|text| {
        let data = text.get("content")?.as_str().filter(|it| !it.is_empty())?;
        Some(Made::Base64 {
            mime: image_mime(data).unwrap_or("image/png").to_owned(),
            data: data.to_owned(),
        })
    });
    let images: Vec<Made> = images.collect();
    if images.is_empty() {
        return Err(DecodeError::Unreadable("images are missing".to_owned()));
    }
    Ok(ImagesReply {
        images,
        usage: None,
    })
}
