//! Workers AI's voices: Deepgram's Aura, which answers with sound, and `MeloTTS`, which answers with base64 inside JSON.
//! What words a model has for voice and form is of its page (2026-11-21, in excerpts).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::result;
use crate::canon::{DecodeError, EncodeError};
use crate::vendor::dialect::Written;
use crate::vendor::service::document;

/// `OpenAI`'s voices, which are nobody's here.
const FOREIGN: [&str; 13] = [
    "alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse",
    "marin", "cedar",
];
/// Fields that only tune how the text is spoken.
const TUNING: [&str; 2] = ["instructions", "speed"];

/// Writes a request.
pub(in crate::vendor) fn write(
    model: &str,
    fields: &Map<String, Value>,
) -> Result<Written, EncodeError> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    if text("stream_format").is_some_and(|form| form == "sse") {
        return unsupported("stream_format");
    }
    let tuning = TUNING.into_iter();
    let mut drops: Vec<&'static str> = tuning.filter(|name| fields.contains_key(*name)).collect();
    let input = text("input").unwrap_or_default();
    let voice = text("voice").filter(|voice| !FOREIGN.contains(voice));
    let form = text("response_format").unwrap_or("mp3");
    let mut body = Map::new();
    if model.contains("aura") {
        body.insert("text".to_owned(), json!(input));
        if let Some(voice) = voice {
            body.insert("speaker".to_owned(), json!(voice));
        }
        let (encoding, container) = match form {
            "mp3" | "opus" | "flac" | "aac" => (form, None),
            "wav" => ("linear16", Some("wav")),
            "pcm" => ("linear16", Some("none")),
            _ => return unsupported("response_format"),
        };
        body.insert("encoding".to_owned(), json!(encoding));
        if let Some(container) = container {
            body.insert("container".to_owned(), json!(container));
        }
    } else {
        if form != "mp3" {
            return unsupported("response_format");
        }
        body.insert("prompt".to_owned(), json!(input));
        // Its voices are languages.
        if let Some(voice) = voice {
            body.insert("lang".to_owned(), json!(voice));
        }
    }
    if text("voice").is_some() && voice.is_none() {
        drops.push("voice");
    }
    Ok((Value::Object(body), drops))
}

fn unsupported<T>(field: &'static str) -> Result<T, EncodeError> {
    Err(EncodeError::Unsupported { field })
}

/// Reads an answer: sound as it is, or out of JSON.
pub(in crate::vendor) fn read(body: &[u8]) -> Result<Vec<u8>, DecodeError> {
    if !body.starts_with(b"{") {
        let missing = || DecodeError::Unreadable("sound is missing".to_owned());
        return (!body.is_empty())
            .then(|| body.to_vec())
            .ok_or_else(missing);
    }
    let document = document(body)?;
    let sound = result(&document)?.get("audio").and_then(Value::as_str);
    let sound = sound.and_then(|sound| STANDARD.decode(sound).ok());
    let missing = || DecodeError::Unreadable("audio is missing".to_owned());
    sound.filter(|sound| !sound.is_empty()).ok_or_else(missing)
}
