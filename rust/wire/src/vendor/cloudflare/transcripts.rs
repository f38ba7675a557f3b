//! Workers AI's Whisper: of `whisper-large-v3-turbo` sound as base64 inside JSON in, text with its parts out; of the older
//! `whisper` and `whisper-tiny-en` the bare sound in, text with its words out, and nothing said beside it.
//! After developers.cloudflare.com/workers-ai/models (whisper-large-v3-turbo, whisper, whisper-tiny-en), in excerpts,
//! 2026-11-22.

use serde_json::{Map, Value, json};

use super::result;
use crate::canon::{DecodeError, EncodeError};
use crate::vendor::dialect::Written;
use crate::vendor::plain::text_at;
use crate::vendor::service::document;

const TUNING: [&str; 3] = [
    "temperature",
    "chunking_strategy",
    "timestamp_granularities",
];

/// What the older models take no word of, beside the sound.
const WORDLESS: [&str; 5] = [
    "language",
    "prompt",
    "temperature",
    "chunking_strategy",
    "timestamp_granularities",
];

/// Whether a model hears sound.
pub(in crate::vendor) fn hears(model: &str) -> bool {
    model.contains("whisper")
}

/// Whether a model can be told what to do with it; the others write down what they hear.
pub(in crate::vendor) fn is_told(model: &str) -> bool {
    model.contains("whisper-large-v3-turbo")
}

/// Writes a request; files are `data:` addresses.
pub(in crate::vendor) fn write(
    model: &str,
    fields: &Map<String, Value>,
    translates: bool,
) -> Result<Written, EncodeError> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let unsupported = |field| EncodeError::Unsupported { field };
    if text("stream").is_some_and(|flag| matches!(flag.trim(), "true" | "True" | "1")) {
        return Err(unsupported("stream"));
    }
    if !matches!(
        text("response_format"),
        None | Some("json" | "verbose_json")
    ) {
        return Err(unsupported("response_format"));
    }
    let sound = text("file").and_then(|file| file.split_once(";base64,"));
    let (_, sound) = sound.ok_or(unsupported("file"))?;
    if !is_told(model) {
        let unsaid = WORDLESS.into_iter();
        let drops = unsaid.filter(|name| fields.contains_key(*name)).collect();
        return Ok((json!({"audio": sound}), drops));
    }
    let task = if translates {
        "translate"
    } else {
        "transcribe"
    };
    let mut body = Map::new();
    body.insert("audio".to_owned(), json!(sound));
    body.insert("task".to_owned(), json!(task));
    for (name, to) in [("language", "language"), ("prompt", "initial_prompt")] {
        if let Some(value) = text(name) {
            body.insert(to.to_owned(), json!(value));
        }
    }
    let tuning = TUNING.into_iter();
    let drops = tuning.filter(|name| fields.contains_key(*name)).collect();
    Ok((Value::Object(body), drops))
}

/// Reads an answer and writes it in the client's form: `{"text"}`, or all that is known of it.
pub(in crate::vendor) fn read(body: &[u8], is_verbose: bool) -> Result<Vec<u8>, DecodeError> {
    let document = document(body)?;
    let heard = result(&document)?;
    let missing = || DecodeError::Unreadable("text is missing".to_owned());
    let text = heard
        .get("text")
        .and_then(Value::as_str)
        .ok_or_else(missing)?;
    let info = heard.get("transcription_info").unwrap_or(&Value::Null);
    let mut out = Map::new();
    out.insert("text".to_owned(), json!(text));
    let duration = info.get("duration").and_then(Value::as_f64);
    if is_verbose {
        out.insert("language".to_owned(), json!(text_at(info, "/language")));
        out.insert("duration".to_owned(), json!(duration.unwrap_or(0.0)));
        let segments = heard.get("segments").and_then(Value::as_array);
        let segments = segments.into_iter().flatten().enumerate();
        let segments: Vec<Value> = segments.map(|(at, one)| segment(at, one)).collect();
        out.insert("segments".to_owned(), Value::Array(segments));
        if let Some(words) = heard.get("words").filter(|words| words.is_array()) {
            out.insert("words".to_owned(), words.clone());
        }
    }
    if let Some(seconds) = duration.filter(|seconds| (0.0..1e9).contains(seconds)) {
        let usage = json!({"type": "duration", "seconds": seconds.ceil()});
        out.insert("usage".to_owned(), usage);
    }
    Ok(Value::Object(out).to_string().into_bytes())
}

fn segment(at: usize, heard: &Value) -> Value {
    let mut out = Map::new();
    out.insert("id".to_owned(), json!(at));
    let names = [
        "start",
        "end",
        "text",
        "temperature",
        "avg_logprob",
        "compression_ratio",
        "no_speech_prob",
    ];
    for name in names {
        let value = heard.get(name).cloned();
        out.insert(name.to_owned(), value.unwrap_or(Value::Null));
    }
    Value::Object(out)
}
