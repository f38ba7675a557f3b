//! What calls for pictures, sound and judgements ask for, as far as holds and prices depend on it; forms among them.
//! Beside the pass over JSON bodies; holds no price.

use super::{
    Envelope, MAX_CHOICES, MAX_MODEL_BYTES, NamedIn, Reading, RequestError, read_integer, subject,
};
use crate::canon::Usage;
use crate::endpoint::{Endpoint, Family};
use crate::family::{audio, images};
use crate::framing::multipart::{Form, FormError, Part};
use crate::json::{self, Kind, Scanner};

/// What a call for media asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// What it will use, as far as that can be said before; holds are made with it.
    pub expected: Usage,
    /// The size of an image, as the client wrote it.
    pub size: Option<String>,
    /// The quality of an image, as the client wrote it.
    pub quality: Option<String>,
    /// Speech is asked for as bare samples.
    pub is_pcm: bool,
}

/// What the pass over a JSON body has found for it.
#[derive(Debug, Default)]
pub(super) struct Found {
    size: Option<String>,
    quality: Option<String>,
    /// Characters of a text that is to be spoken.
    pub(super) characters: u64,
    pub(super) is_event_stream: bool,
    is_pcm: bool,
    /// A rerank names its query; its documents are the subject.
    pub(super) has_query: bool,
}

/// Says which model an endpoint means when a request names none (the family's own defaults).
pub(super) fn default_model(endpoint: Endpoint) -> Option<&'static str> {
    match endpoint {
        Endpoint::Moderations => Some("text-moderation-stable"),
        Endpoint::ImageGenerations | Endpoint::ImageEdits | Endpoint::ImageVariations => {
            Some("dall-e")
        }
        Endpoint::Speech => Some("tts-1"),
        Endpoint::Transcriptions | Endpoint::Translations => Some("whisper-1"),
        _ => None,
    }
}

/// Says whether an endpoint's answers are never streams, whatever a body says.
pub(super) fn is_whole(endpoint: Endpoint) -> bool {
    let family = endpoint.family();
    matches!(
        family,
        Family::Embeddings | Family::Rerank | Family::Moderations
    )
}

/// The field without which a JSON body of the endpoint means nothing.
pub(super) fn subject_of(endpoint: Endpoint) -> Option<&'static str> {
    match endpoint {
        Endpoint::Moderations | Endpoint::Speech => Some("input"),
        Endpoint::Rerank => Some("documents"),
        Endpoint::ImageGenerations | Endpoint::ImageEdits => Some("prompt"),
        // Sound and the picture that is varied come as files, which JSON cannot carry.
        Endpoint::Transcriptions | Endpoint::Translations => Some("file"),
        Endpoint::ImageVariations => Some("image"),
        _ => None,
    }
}

impl Reading {
    /// Consumes the value of a field that only these families know; false when it is none.
    pub(super) fn media_field(
        &mut self,
        scanner: &mut Scanner<'_>,
        key: &[u8],
        endpoint: Endpoint,
    ) -> Result<bool, RequestError> {
        let family = endpoint.family();
        match (key, family) {
            (b"n", Family::Images) => self.n = read_integer(scanner, "n", 1, MAX_CHOICES)?,
            (b"size", Family::Images) => self.media.size = read_word(scanner, "size")?,
            (b"quality", Family::Images) => self.media.quality = read_word(scanner, "quality")?,
            (b"prompt", Family::Images) => (self.has_subject, _) = subject(scanner, "prompt")?,
            (b"input", Family::Moderations) => (self.has_subject, _) = moderated(scanner)?,
            (b"input", Family::Audio) => self.spoken(scanner)?,
            (b"stream_format", Family::Audio) => {
                let form = read_word(scanner, "stream_format")?;
                self.media.is_event_stream = form.as_deref() == Some("sse");
            }
            (b"response_format", Family::Audio) => {
                let form = read_word(scanner, "response_format")?;
                self.media.is_pcm = form.as_deref() == Some("pcm");
            }
            (b"query", Family::Rerank) => (self.media.has_query, _) = moderated(scanner)?,
            (b"documents", Family::Rerank) => {
                (self.has_subject, _) = subject(scanner, "documents")?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn spoken(&mut self, scanner: &mut Scanner<'_>) -> Result<(), RequestError> {
        let text = read_word(scanner, "input")?.unwrap_or_default();
        self.media.characters = text.chars().count() as u64;
        self.has_subject = !text.is_empty();
        Ok(())
    }
}

impl Found {
    /// Returns what the call asks for; none for families whose holds are made from bytes and output limits.
    pub(super) fn media(self, endpoint: Endpoint, bytes: usize, images: u64) -> Option<Media> {
        let expected = match endpoint.family() {
            Family::Images => images::expected(
                by_bytes(bytes),
                images,
                self.size.as_deref(),
                self.quality.as_deref(),
            ),
            Family::Audio => audio::expected_speech(self.characters),
            _ => return None,
        };
        Some(Media {
            expected,
            size: self.size,
            quality: self.quality,
            is_pcm: self.is_pcm,
        })
    }
}

impl Envelope {
    /// Returns the model as a field of its own, for a body that names none.
    pub(super) fn named(&self, model: &str) -> Vec<u8> {
        let Some(boundary) = &self.form_boundary else {
            return [b"\"model\":", json::quoted(model).as_slice(), b","].concat();
        };
        let head =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n");
        [head.as_bytes(), plain(model).as_slice(), b"\r\n"].concat()
    }

    /// Returns the size of the whole body, files included, in bytes.
    pub fn body_bytes(&self) -> usize {
        self.bytes
    }

    /// Reads what a form asks for; `bytes` is the length of the whole body.
    pub fn read_form(endpoint: Endpoint, form: &Form, bytes: usize) -> Result<Self, RequestError> {
        let found = check_files(endpoint, form)?;
        let models = form.parts.iter().filter(|part| part.name == "model");
        let models = models.map(|part| part.content.clone()).collect::<Vec<_>>();
        let model = field(form, "model")?.filter(|model| !model.is_empty());
        let default = default_model(endpoint).filter(|_| models.is_empty());
        let model = model.or(default).ok_or(RequestError::MissingModel)?;
        if model.len() > MAX_MODEL_BYTES {
            return Err(RequestError::TooLong {
                field: "model",
                max_bytes: MAX_MODEL_BYTES,
            });
        }
        let n = count(form)?;
        let text = form.parts.iter().filter(|part| !part.is_file);
        let text_bytes = text.map(|part| part.kept.len()).sum::<usize>();
        let expected = if endpoint.family() == Family::Audio {
            audio::expected_transcript(&found.kept, found.content.len())
        } else {
            let prompt = by_bytes(text_bytes).saturating_add(images::INPUT_TOKENS);
            images::expected(prompt, n, form.field("size"), form.field("quality"))
        };
        Ok(Self {
            model: model.to_owned(),
            stream: flag(form, "stream")?,
            max_output_tokens: None,
            n,
            include_usage: None,
            input_bytes: text_bytes,
            session: super::Session::default(),
            media: Some(Box::new(Media {
                expected,
                size: form.field("size").map(str::to_owned),
                quality: form.field("quality").map(str::to_owned),
                is_pcm: false,
            })),
            takes_usage_option: false,
            named_in: match default {
                Some(_) => NamedIn::Nowhere,
                None => NamedIn::Body,
            },
            form_boundary: Some(form.boundary.clone()),
            bytes,
            body_start: form.start,
            models,
            options: Vec::new(),
        })
    }
}

impl From<FormError> for RequestError {
    fn from(error: FormError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// A value as a form's field; a line break could end the part.
pub(super) fn plain(text: &str) -> Vec<u8> {
    text.bytes()
        .filter(|byte| !byte.is_ascii_control())
        .collect()
}

/// Bytes of text as tokens, as every hold counts them.
fn by_bytes(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(4)
}

/// Returns the file without which a form means nothing.
fn check_files(endpoint: Endpoint, form: &Form) -> Result<&Part, RequestError> {
    let file = match endpoint {
        Endpoint::Transcriptions | Endpoint::Translations => "file",
        Endpoint::ImageEdits | Endpoint::ImageVariations => "image",
        _ => return Err(RequestError::NotAnObject),
    };
    let Some(found) = form.file(file) else {
        let is_named = form.parts.iter().any(|part| part.name == file);
        let expected = "a file";
        let wrong = RequestError::WrongType {
            field: file,
            expected,
        };
        return Err(if is_named {
            wrong
        } else {
            RequestError::MissingField(file)
        });
    };
    if endpoint == Endpoint::ImageEdits && form.field("prompt").is_none_or(str::is_empty) {
        return Err(RequestError::MissingField("prompt"));
    }
    Ok(found)
}

/// A field that must be text where it is there.
fn field<'a>(form: &'a Form, name: &'static str) -> Result<Option<&'a str>, RequestError> {
    let is_there = form.parts.iter().any(|part| part.name == name);
    match form.field(name) {
        None if is_there => Err(RequestError::WrongType {
            field: name,
            expected: "text",
        }),
        found => Ok(found),
    }
}

fn flag(form: &Form, name: &'static str) -> Result<bool, RequestError> {
    match field(form, name)?.map(str::trim) {
        None | Some("" | "false" | "False" | "0") => Ok(false),
        Some("true" | "True" | "1") => Ok(true),
        Some(_) => Err(RequestError::WrongType {
            field: name,
            expected: "a boolean",
        }),
    }
}

fn count(form: &Form) -> Result<u64, RequestError> {
    let Some(text) = field(form, "n")?
        .map(str::trim)
        .filter(|text| !text.is_empty())
    else {
        return Ok(1);
    };
    let count = text.parse::<u64>();
    let count = count.map_err(|_no_number| RequestError::WrongType {
        field: "n",
        expected: "an integer",
    })?;
    if !(1..=MAX_CHOICES).contains(&count) {
        return Err(RequestError::OutOfRange {
            field: "n",
            min: 1,
            max: MAX_CHOICES,
        });
    }
    Ok(count)
}

/// Consumes a string or null.
fn read_word(
    scanner: &mut Scanner<'_>,
    field: &'static str,
) -> Result<Option<String>, RequestError> {
    match scanner.peek()? {
        Kind::String => {
            let token = scanner.string()?;
            Ok(Some(scanner.text(&token).into_owned()))
        }
        Kind::Null => {
            scanner.pass()?;
            Ok(None)
        }
        _ => Err(RequestError::WrongType {
            field,
            expected: "a string",
        }),
    }
}

/// A text, an array, or (for some rerankers) an object with a text or a picture.
fn moderated(scanner: &mut Scanner<'_>) -> Result<(bool, u64), RequestError> {
    if scanner.peek()? == Kind::Object {
        scanner.pass()?;
        return Ok((true, 1));
    }
    subject(scanner, "input")
}
