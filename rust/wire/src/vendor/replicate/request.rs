//! The hub to a language model's input. Such models take one prompt: a conversation is written out, speaker by speaker, but
//! for what the operator says, which has a field.

use serde_json::{Map, json};

use super::call;
use crate::canon::{EncodeError, MediaSource, Message, PartKind, Request, Role};
use crate::vendor::dialect::Written;
use crate::vendor::plain::{left_out, messages, put, written_out};

const SAYS: [&str; 8] = [
    "temperature",
    "top_p",
    "top_k",
    "frequency_penalty",
    "presence_penalty",
    "seed",
    "stop",
    "max_tokens",
];

/// Writes a request.
pub(in crate::vendor) fn write(request: &Request) -> Result<Written, EncodeError> {
    let drops = left_out(request, &SAYS)?;
    let (mut system, mut texts, mut images) = (Vec::new(), Vec::new(), Vec::new());
    for message in messages(request)? {
        let text = text(message, &mut images)?;
        match &message.role {
            Role::System | Role::Developer => system.push(text),
            role => texts.push((role, text)),
        }
    }
    let mut input = Map::new();
    input.insert("prompt".to_owned(), json!(written_out(&texts)?));
    if !system.is_empty() {
        input.insert("system_prompt".to_owned(), json!(system.join("\n")));
    }
    match images.as_slice() {
        [] => {}
        [image] => put(&mut input, "image", Some(image)),
        _ => return Err(EncodeError::Unsupported { field: "image" }),
    }
    let sampling = &request.sampling;
    put(&mut input, "max_tokens", request.max_output_tokens.as_ref());
    put(&mut input, "temperature", sampling.temperature.as_ref());
    put(&mut input, "top_p", sampling.top_p.as_ref());
    put(&mut input, "top_k", sampling.top_k.as_ref());
    put(
        &mut input,
        "presence_penalty",
        sampling.presence_penalty.as_ref(),
    );
    put(
        &mut input,
        "frequency_penalty",
        sampling.frequency_penalty.as_ref(),
    );
    put(&mut input, "seed", sampling.seed.as_ref());
    if !sampling.stop.is_empty() {
        input.insert("stop_sequences".to_owned(), json!(sampling.stop.join(",")));
    }
    let mut body = call(&request.model, &input);
    if request.stream
        && let Some(body) = body.as_object_mut()
    {
        body.insert("stream".to_owned(), json!(true));
    }
    Ok((body, drops))
}

fn text(message: &Message, images: &mut Vec<String>) -> Result<String, EncodeError> {
    let mut text = String::new();
    for part in &message.parts {
        match &part.kind {
            PartKind::Text(piece) | PartKind::Refusal(piece) => text.push_str(piece),
            PartKind::Image {
                source: MediaSource::Url(url),
                ..
            } => images.push(url.clone()),
            PartKind::Reasoning { .. } => {}
            _ => return Err(EncodeError::Unsupported { field: "content" }),
        }
    }
    Ok(text)
}
