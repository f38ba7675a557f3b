//! Estimates the input tokens of a request body, for calls whose upstream reported no usage.
//! Slow next to everything else here: called off the I/O path, and only when needed.

mod anthropic;
mod responses;

use serde_json::{Map, Value, json};

use crate::endpoint::{Endpoint, Family};
use crate::family::audio;
use crate::framing::multipart::Form;
use crate::tokens::Meter;

/// Tokens of a message's frame, of a name, and of the whole prompt.
const PER_MESSAGE: u64 = 3;
const PER_NAME: u64 = 3;
const PER_PROMPT: u64 = 3;
/// Tokens of a tool's frame.
const PER_TOOL: u64 = 8;
/// Flat tokens of media parts.
const PER_AUDIO: u64 = 256;
const PER_VIDEO: u64 = 8192;
const PER_FILE: u64 = 4096;
/// Tokens of an image for models outside the `OpenAI` table.
const PER_FOREIGN_IMAGE: u64 = 520;

/// The key under which [`form_text`] says how long a form's sound is, in milliseconds; a
/// form whose file is a mere field is refused before.
const FORM_FILE: &str = "file";

/// Returns what [`prompt_tokens_estimate`] needs of a form, as a JSON body: its fields, and the length of its sound.
pub fn form_text(endpoint: Endpoint, form: &Form) -> Vec<u8> {
    let fields = form.parts.iter().filter(|part| !part.is_file);
    let fields = fields.map(|part| {
        let text = String::from_utf8_lossy(&part.kept).into_owned();
        (part.name.clone(), Value::String(text))
    });
    let mut fields: Map<String, Value> = fields.collect();
    if endpoint.family() == Family::Audio
        && let Some(file) = form.file(FORM_FILE)
    {
        let milliseconds = audio::duration::of_file(&file.kept, file.content.len() as u64);
        fields.insert(FORM_FILE.to_owned(), milliseconds.into());
    }
    Value::Object(fields).to_string().into_bytes()
}

/// Returns the estimated input tokens of a request body for the model; 0 for an unreadable body.
pub fn prompt_tokens_estimate(endpoint: Endpoint, body: &[u8], model: &str) -> u64 {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return 0;
    };
    let mut estimate = Estimate {
        meter: Meter::new(model),
        extra: 0,
        image: image_base(model),
    };
    match endpoint {
        Endpoint::ChatCompletions => estimate.chat(&body),
        Endpoint::Messages | Endpoint::MessagesCountTokens => estimate.messages(&body),
        Endpoint::Completions => {
            estimate.subject(body.get("prompt"));
            estimate.subject(body.get("suffix"));
        }
        Endpoint::Speech if model.starts_with("tts") => estimate.characters(body.get("input")),
        Endpoint::Embeddings | Endpoint::Moderations | Endpoint::Speech => {
            estimate.subject(body.get("input"));
        }
        Endpoint::ImageGenerations | Endpoint::ImageEdits | Endpoint::ImageVariations => {
            estimate.subject(body.get("prompt"));
            // The family counts no such call as nothing.
            estimate.extra += u64::from(estimate.meter.total() == 0);
        }
        Endpoint::Rerank => {
            estimate.strings(body.get("query").unwrap_or(&Value::Null));
            estimate.strings(body.get("documents").unwrap_or(&Value::Null));
        }
        Endpoint::Transcriptions | Endpoint::Translations => {
            let milliseconds = body.get(FORM_FILE).and_then(Value::as_u64).unwrap_or(0);
            estimate.extra += audio::tokens_of(milliseconds).max(1);
        }
        Endpoint::GenerateContent
        | Endpoint::StreamGenerateContent
        | Endpoint::GeminiCountTokens
        | Endpoint::EmbedContent
        | Endpoint::BatchEmbedContents => estimate.gemini(&body),
        Endpoint::Responses | Endpoint::ResponsesCompact | Endpoint::ResponsesInputTokens => {
            estimate.responses(&body);
        }
        Endpoint::Realtime => estimate.strings(&body),
    }
    estimate.meter.total() + estimate.extra
}

/// Returns the answer of a call that only counts, for vendors that cannot count themselves; `None` for other calls.
pub fn count_reply(endpoint: Endpoint, tokens: u64) -> Option<Vec<u8>> {
    let body = match endpoint {
        Endpoint::GeminiCountTokens => json!({
            "totalTokens": tokens,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": tokens}],
        }),
        Endpoint::MessagesCountTokens => json!({"input_tokens": tokens}),
        Endpoint::ResponsesInputTokens => {
            json!({"object": "response.input_tokens", "input_tokens": tokens})
        }
        _ => return None,
    };
    Some(body.to_string().into_bytes())
}

/// Returns a field by either of Gemini's spellings.
fn spelled<'a>(value: &'a Value, camel: &str, snake: &str) -> Option<&'a Value> {
    value.get(camel).or_else(|| value.get(snake))
}

/// Returns the elements of a list, or the lone value in its place.
fn listed(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(list)) => list,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

struct Estimate {
    meter: Meter,
    extra: u64,
    image: Option<u64>,
}

impl Estimate {
    fn chat(&mut self, body: &Value) {
        let messages = body.get("messages").and_then(Value::as_array);
        for message in messages.into_iter().flatten() {
            self.extra += PER_MESSAGE;
            self.text(message.get("role"));
            if message.get("name").is_some_and(Value::is_string) {
                self.extra += PER_NAME;
                self.text(message.get("name"));
            }
            self.content(message.get("content"));
            self.text(message.get("reasoning_content"));
            self.json(message.get("tool_calls"));
            self.json(message.get("function_call"));
        }
        let tools = body.get("tools").and_then(Value::as_array);
        for tool in tools.into_iter().flatten() {
            self.extra += PER_TOOL;
            self.definition(tool.get("function").unwrap_or(tool));
        }
        let functions = body.get("functions").and_then(Value::as_array);
        for function in functions.into_iter().flatten() {
            self.extra += PER_TOOL;
            self.definition(function);
        }
        self.extra += PER_PROMPT;
    }

    /// A conversation of Gemini's, a request whose tokens are counted, one text to embed, or a batch of them.
    fn gemini(&mut self, body: &Value) {
        if let Some(inner) = spelled(body, "generateContentRequest", "generate_content_request") {
            return self.gemini(inner);
        }
        for request in listed(body.get("requests")) {
            self.gemini_content(request.get("content"));
        }
        self.gemini_content(body.get("content"));
        self.gemini_content(spelled(body, "systemInstruction", "system_instruction"));
        for content in listed(body.get("contents")) {
            self.extra += PER_MESSAGE;
            self.gemini_content(Some(content));
        }
        for tool in listed(body.get("tools")) {
            let functions = spelled(tool, "functionDeclarations", "function_declarations");
            for function in listed(functions) {
                self.extra += PER_TOOL;
                self.definition(function);
                let schema = spelled(function, "parametersJsonSchema", "parameters_json_schema");
                self.json(schema);
            }
        }
    }

    fn gemini_content(&mut self, content: Option<&Value>) {
        for part in listed(content.and_then(|content| content.get("parts"))) {
            self.text(part.get("text"));
            let call = spelled(part, "functionCall", "function_call");
            self.text(call.and_then(|call| call.get("name")));
            self.json(call.and_then(|call| call.get("args")));
            let result = spelled(part, "functionResponse", "function_response");
            self.text(result.and_then(|result| result.get("name")));
            self.json(result.and_then(|result| result.get("response")));
            let inline = spelled(part, "inlineData", "inline_data");
            let media = inline.or_else(|| spelled(part, "fileData", "file_data"));
            if let Some(media) = media {
                let mime = spelled(media, "mimeType", "mime_type").and_then(Value::as_str);
                self.extra += self.media_tokens(mime.unwrap_or_default());
            }
        }
    }

    fn definition(&mut self, function: &Value) {
        self.text(function.get("name"));
        self.text(function.get("description"));
        self.json(function.get("parameters"));
    }

    fn content(&mut self, content: Option<&Value>) {
        match content {
            Some(Value::Array(parts)) => parts.iter().for_each(|part| self.part(part)),
            other => self.text(other),
        }
    }

    fn part(&mut self, part: &Value) {
        match part.get("type").and_then(Value::as_str) {
            Some("image_url") => self.extra += self.image_tokens(part.get("image_url")),
            Some("input_audio") => self.extra += PER_AUDIO,
            Some("video_url") => self.extra += PER_VIDEO,
            Some("file") => self.extra += PER_FILE,
            _ => self.text(part.get("text")),
        }
    }

    /// The size of an image is not known here: three times the base, or the base when low detail is asked for.
    fn image_tokens(&self, image: Option<&Value>) -> u64 {
        let Some(base) = self.image else {
            return PER_FOREIGN_IMAGE;
        };
        let detail = image
            .and_then(|image| image.get("detail"))
            .and_then(Value::as_str);
        if detail == Some("low") {
            base
        } else {
            3 * base
        }
    }

    fn media_tokens(&self, mime: &str) -> u64 {
        match mime.split('/').next() {
            Some("image") => self.image_tokens(None),
            Some("audio") => PER_AUDIO,
            Some("video") => PER_VIDEO,
            _ => PER_FILE,
        }
    }

    /// Models that speak are priced by the character.
    fn characters(&mut self, text: Option<&Value>) {
        let text = text.and_then(Value::as_str).unwrap_or_default();
        self.extra += text.chars().count() as u64;
    }

    /// A prompt or an input: text, token numbers, or an array of either.
    fn subject(&mut self, subject: Option<&Value>) {
        match subject {
            Some(Value::Array(items)) => items.iter().for_each(|item| self.subject(Some(item))),
            Some(Value::Number(_)) => self.extra += 1,
            other => self.text(other),
        }
    }

    /// Every text of a body whose family has no rule of its own here; long texts without a blank are data, not words.
    fn strings(&mut self, value: &Value) {
        match value {
            Value::String(text) if text.len() > 1024 && !text.contains(' ') => {
                self.extra += PER_FOREIGN_IMAGE;
            }
            Value::String(text) => self.meter.push(text),
            Value::Array(items) => items.iter().for_each(|item| self.strings(item)),
            Value::Object(fields) => fields.values().for_each(|field| self.strings(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&mut self, text: Option<&Value>) {
        if let Some(Value::String(text)) = text {
            self.meter.push(text);
        }
    }

    fn json(&mut self, value: Option<&Value>) {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            self.meter.push(&value.to_string());
        }
    }
}

/// Returns the base tokens of an image for an `OpenAI` model, `None` for other vendors' models.
fn image_base(model: &str) -> Option<u64> {
    let is_openai = ["gpt-", "o1", "o3", "o4", "chatgpt-", "computer-use"];
    if !is_openai.iter().any(|prefix| model.starts_with(prefix)) {
        return None;
    }
    let table: [(&str, u64); 5] = [
        ("gpt-4o-mini", 2833),
        ("gpt-5", 70),
        ("o1", 75),
        ("o3", 75),
        ("computer-use", 65),
    ];
    let row = table.iter().find(|(prefix, _)| model.starts_with(prefix));
    Some(row.map_or(85, |(_, base)| *base))
}
