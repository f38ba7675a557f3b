//! One pass over a request body: what routing and holds need, and where bytes may be spliced.
//! Stands between the listener and the plan. Builds no tree, keeps no copy of the body, and refuses broken JSON anywhere in it.

mod error;
mod gemini;
mod media;
mod session;

use std::ops::Range;

pub use error::RequestError;
pub use media::Media;
pub use session::Session;

use crate::endpoint::{Endpoint, Family};
use crate::json::{self, Inline, Kind, Scanner, Text};
use crate::usage::count_of;

/// The largest output limit a request may name (half of an `i32`).
const MAX_OUTPUT_TOKENS: u64 = i32::MAX as u64 / 2;
/// What media in JSON count for, whatever their size, and the share of their size that counts beside it.
const MEDIA_BYTES: usize = 16 * 1024;
const MEDIA_SHARE: usize = 16;
/// The longest model name; records and labels carry it.
const MAX_MODEL_BYTES: usize = 512;
/// The largest number of answers a request may ask for.
const MAX_CHOICES: u64 = 1024;

/// What one pass over the body found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The model as asked for; never empty.
    pub model: String,
    /// Whether an event stream is asked for.
    pub stream: bool,
    /// The output limit in tokens a choice; the larger one if both of the family's fields are there.
    pub max_output_tokens: Option<u64>,
    /// How many answers may be produced (and billed): `n` or `best_of`, times the prompts of a legacy completion.
    pub n: u64,
    /// `stream_options.include_usage`, if the client said it.
    pub include_usage: Option<bool>,
    /// Size of what will be the prompt, in bytes of text. Files of a form are not counted; media in JSON (base64 of 16 KiB
    /// and more) count for 16 KiB and a sixteenth of their size: no more than an image, a page or a minute is.
    pub input_bytes: usize,
    /// Whether the family has `stream_options.include_usage`; others say usage unasked and may refuse the field.
    takes_usage_option: bool,
    /// What a call for images or sound asks for.
    pub media: Option<Box<Media>>,
    /// The conversation that it belongs to, as far as it says.
    pub session: Session,
    /// The boundary of a body that is a form.
    form_boundary: Option<String>,
    /// Size of the whole body.
    bytes: usize,
    /// Offset just behind the opening brace, or of a form's first delimiter.
    body_start: usize,
    named_in: NamedIn,
    models: Vec<Range<usize>>,
    options: Vec<StreamOptions>,
}

/// Where a request names its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NamedIn {
    Body,
    /// The body may repeat it in Gemini's form.
    Path,
    /// Nowhere: the endpoint's default was taken and is written into the body.
    Nowhere,
}

/// One occurrence of `stream_options`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct StreamOptions {
    /// The whole value.
    span: Range<usize>,
    is_object: bool,
    is_empty: bool,
    /// Values of `include_usage` in it, and whether each is `true`.
    include_usage: Vec<(Range<usize>, bool)>,
}

/// What to change in a body on its way upstream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Edits<'a> {
    /// The model name that the upstream knows.
    pub model: Option<&'a str>,
    /// Ask for the usage chunk of a stream; without effect when the request is not streamed.
    pub force_include_usage: bool,
}

impl Envelope {
    /// Reads a body in one pass.
    pub fn read(endpoint: Endpoint, body: &[u8]) -> Result<Self, RequestError> {
        Self::read_with(endpoint, None, body)
    }

    /// The same for endpoints whose path names the model (decoded); the path's word counts, not the body's.
    pub fn read_with(
        endpoint: Endpoint,
        path_model: Option<&str>,
        body: &[u8],
    ) -> Result<Self, RequestError> {
        check_utf8(body)?;
        let mut scanner = Scanner::new(body);
        if scanner.peek()? != Kind::Object {
            scanner.pass()?;
            scanner.end()?;
            return Err(RequestError::NotAnObject);
        }
        let mut reading = Reading::default();
        scanner.enter_object()?;
        let body_start = scanner.offset();
        let mut first = true;
        while let Some(key) = scanner.next_key(&mut first)? {
            reading.field(&mut scanner, &key, endpoint)?;
        }
        scanner.end()?;
        if let Some(model) = path_model {
            reading.model = Some(model.to_owned());
        }
        let input_bytes = prompt_bytes(body.len(), scanner.inline());
        let mut envelope = reading.finish(endpoint, input_bytes, body_start)?;
        envelope.bytes = body.len();
        if path_model.is_some() {
            envelope.named_in = NamedIn::Path;
        }
        Ok(envelope)
    }

    /// Returns the body with the edits applied, every other byte kept; `None` when nothing changes.
    /// All occurrences of a repeated key are rewritten, so that no upstream can read another one than we did.
    pub fn splice(&self, body: &[u8], edits: &Edits<'_>) -> Option<Vec<u8>> {
        let cuts = self.cuts(edits);
        if cuts.is_empty() {
            return None;
        }
        let added: usize = cuts.iter().map(|(_, bytes)| bytes.len()).sum();
        let mut spliced = Vec::with_capacity(body.len() + added);
        let mut at = 0;
        for (span, bytes) in &cuts {
            spliced.extend_from_slice(body.get(at..span.start).unwrap_or_default());
            spliced.extend_from_slice(bytes);
            at = span.end;
        }
        spliced.extend_from_slice(body.get(at..).unwrap_or_default());
        Some(spliced)
    }

    /// Returns what the edits change in the body, in order: places and what stands there instead.
    pub fn cuts(&self, edits: &Edits<'_>) -> Vec<(Range<usize>, Vec<u8>)> {
        let mut cuts = self.model_cuts(edits.model);
        if edits.force_include_usage && self.stream && self.takes_usage_option {
            self.usage_cuts(&mut cuts);
        }
        cuts.sort_by_key(|(span, _)| span.start);
        cuts
    }

    fn model_cuts(&self, model: Option<&str>) -> Vec<(Range<usize>, Vec<u8>)> {
        let target = model.unwrap_or(&self.model);
        if self.named_in == NamedIn::Nowhere {
            return vec![(self.body_start..self.body_start, self.named(target))];
        }
        let is_in_path = self.named_in == NamedIn::Path;
        if target == self.model && (is_in_path || self.models.len() < 2) {
            return Vec::new();
        }
        let text = if is_in_path {
            gemini::quoted_name(target)
        } else if self.form_boundary.is_some() {
            media::plain(target)
        } else {
            json::quoted(target)
        };
        self.models
            .iter()
            .map(|span| (span.clone(), text.clone()))
            .collect()
    }

    fn usage_cuts(&self, cuts: &mut Vec<(Range<usize>, Vec<u8>)>) {
        if self.options.is_empty() {
            let field = b"\"stream_options\":{\"include_usage\":true},".to_vec();
            cuts.push((self.body_start..self.body_start, field));
        }
        for options in &self.options {
            if !options.is_object {
                cuts.push((options.span.clone(), b"{\"include_usage\":true}".to_vec()));
                continue;
            }
            if options.include_usage.is_empty() {
                let inside = options.span.start + 1;
                let comma = if options.is_empty { "" } else { "," };
                let field = format!("\"include_usage\":true{comma}").into_bytes();
                cuts.push((inside..inside, field));
            }
            let unset = options.include_usage.iter().filter(|(_, is_set)| !is_set);
            cuts.extend(unset.map(|(span, _)| (span.clone(), b"true".to_vec())));
        }
    }
}

/// What the pass has found so far.
#[derive(Default)]
struct Reading {
    model: Option<String>,
    stream: bool,
    max_tokens: Option<u64>,
    max_completion_tokens: Option<u64>,
    n: Option<u64>,
    best_of: Option<u64>,
    prompts: u64,
    has_subject: bool,
    has_infix: bool,
    models: Vec<Range<usize>>,
    options: Vec<StreamOptions>,
    media: media::Found,
    session: Session,
}

impl Reading {
    fn field(
        &mut self,
        scanner: &mut Scanner<'_>,
        key: &Text,
        endpoint: Endpoint,
    ) -> Result<(), RequestError> {
        let key = scanner.key(key);
        match (key.as_ref(), endpoint) {
            (b"model", _) => self.model(scanner)?,
            (b"stream", _) => self.stream = read_flag(scanner, "stream")?.unwrap_or(false),
            (b"stream_options", _) => self.options.push(stream_options(scanner)?),
            (b"max_tokens", _) => {
                self.max_tokens = read_integer(scanner, "max_tokens", 0, MAX_OUTPUT_TOKENS)?;
            }
            (b"max_completion_tokens", Endpoint::ChatCompletions) => {
                let field = "max_completion_tokens";
                self.max_completion_tokens = read_integer(scanner, field, 0, MAX_OUTPUT_TOKENS)?;
            }
            (b"n", Endpoint::ChatCompletions | Endpoint::Completions) => {
                self.n = read_integer(scanner, "n", 1, MAX_CHOICES)?;
            }
            (b"best_of", Endpoint::Completions) => {
                self.best_of = read_integer(scanner, "best_of", 1, MAX_CHOICES)?;
            }
            (b"max_output_tokens", Endpoint::Responses) => {
                let field = "max_output_tokens";
                self.max_completion_tokens = read_integer(scanner, field, 0, MAX_OUTPUT_TOKENS)?;
            }
            (b"generationConfig" | b"generation_config", _)
                if endpoint.family() == Family::Gemini =>
            {
                self.generation_config(scanner)?;
            }
            (b"requests", Endpoint::BatchEmbedContents)
            | (
                b"generateContentRequest" | b"generate_content_request",
                Endpoint::GeminiCountTokens,
            ) => self.nested_models(scanner, endpoint)?,
            (
                b"messages",
                Endpoint::ChatCompletions | Endpoint::Messages | Endpoint::MessagesCountTokens,
            ) => self.messages(scanner)?,
            (b"prompt", Endpoint::Completions) => self.prompt(scanner)?,
            (b"prefix" | b"suffix", Endpoint::ChatCompletions | Endpoint::Completions) => {
                self.has_infix |= scanner.peek()? != Kind::Null;
                scanner.pass()?;
            }
            (b"input", Endpoint::Embeddings) => self.input(scanner)?,
            (key, _) if self.media_field(scanner, key, endpoint)? => {}
            (key, _) if self.session_field(scanner, key, endpoint)? => {}
            _ => scanner.pass()?,
        }
        Ok(())
    }

    fn model(&mut self, scanner: &mut Scanner<'_>) -> Result<(), RequestError> {
        match scanner.peek()? {
            Kind::String => {
                let token = scanner.string()?;
                self.model = Some(scanner.text(&token).into_owned());
                self.models.push(token.span);
            }
            Kind::Null => {
                self.model = None;
                self.models.push(scanner.skip()?);
            }
            _ => {
                return Err(RequestError::WrongType {
                    field: "model",
                    expected: "a string",
                });
            }
        }
        Ok(())
    }

    fn messages(&mut self, scanner: &mut Scanner<'_>) -> Result<(), RequestError> {
        self.has_subject = match scanner.peek()? {
            Kind::Array => count_elements(scanner)? > 0,
            Kind::Null => {
                scanner.pass()?;
                false
            }
            _ => {
                return Err(RequestError::WrongType {
                    field: "messages",
                    expected: "an array",
                });
            }
        };
        Ok(())
    }

    fn prompt(&mut self, scanner: &mut Scanner<'_>) -> Result<(), RequestError> {
        let (is_there, prompts) = subject(scanner, "prompt")?;
        self.has_subject = is_there;
        self.prompts = prompts;
        Ok(())
    }

    fn input(&mut self, scanner: &mut Scanner<'_>) -> Result<(), RequestError> {
        (self.has_subject, _) = subject(scanner, "input")?;
        Ok(())
    }

    fn finish(
        self,
        endpoint: Endpoint,
        input_bytes: usize,
        body_start: usize,
    ) -> Result<Envelope, RequestError> {
        let model = self.model.filter(|model| !model.is_empty());
        let default = media::default_model(endpoint).filter(|_| model.is_none());
        let named_in = match default {
            Some(_) if self.models.is_empty() => NamedIn::Nowhere,
            _ => NamedIn::Body,
        };
        let model = model.or_else(|| default.map(str::to_owned));
        let model = model.ok_or(RequestError::MissingModel)?;
        if model.len() > MAX_MODEL_BYTES {
            return Err(RequestError::TooLong {
                field: "model",
                max_bytes: MAX_MODEL_BYTES,
            });
        }
        let subject = match endpoint {
            Endpoint::ChatCompletions | Endpoint::Messages | Endpoint::MessagesCountTokens => {
                Some("messages")
            }
            Endpoint::Completions => Some("prompt"),
            Endpoint::Embeddings => Some("input"),
            _ => media::subject_of(endpoint),
        };
        if let Some(subject) = subject
            && !self.has_subject
            && !self.has_infix
        {
            return Err(RequestError::MissingField(subject));
        }
        if endpoint == Endpoint::Rerank && !self.media.has_query {
            return Err(RequestError::MissingField("query"));
        }
        let choices = self.n.unwrap_or(1).max(self.best_of.unwrap_or(1));
        let include_usage = self.options.last().and_then(StreamOptions::asked);
        Ok(Envelope {
            model,
            stream: endpoint.always_streams()
                || self.media.is_event_stream
                || (self.stream && !media::is_whole(endpoint)),
            max_output_tokens: self.max_tokens.max(self.max_completion_tokens),
            n: choices.saturating_mul(self.prompts.max(1)),
            include_usage,
            input_bytes,
            takes_usage_option: endpoint.family() == Family::OpenaiChat,
            media: self
                .media
                .media(endpoint, input_bytes, choices)
                .map(Box::new),
            session: self.session,
            named_in,
            form_boundary: None,
            bytes: input_bytes,
            body_start,
            models: self.models,
            options: self.options,
        })
    }
}

impl StreamOptions {
    fn asked(&self) -> Option<bool> {
        self.include_usage.last().map(|(_, is_set)| *is_set)
    }
}

/// What a body counts for as a prompt, in bytes of text.
const fn prompt_bytes(body: usize, inline: Inline) -> usize {
    let text = body.saturating_sub(inline.bytes);
    text.saturating_add(inline.items.saturating_mul(MEDIA_BYTES))
        .saturating_add(inline.bytes / MEDIA_SHARE)
}

/// Checks the encoding; the place of a fault is looked for only when there is one.
fn check_utf8(body: &[u8]) -> Result<(), RequestError> {
    if simdutf8::basic::from_utf8(body).is_ok() {
        return Ok(());
    }
    let at = std::str::from_utf8(body).map_or_else(|error| error.valid_up_to(), str::len);
    Err(RequestError::NotJson { at })
}

fn read_flag(scanner: &mut Scanner<'_>, field: &'static str) -> Result<Option<bool>, RequestError> {
    let kind = scanner.peek()?;
    scanner.pass()?;
    match kind {
        Kind::True => Ok(Some(true)),
        Kind::False => Ok(Some(false)),
        Kind::Null => Ok(None),
        _ => Err(RequestError::WrongType {
            field,
            expected: "a boolean",
        }),
    }
}

fn read_integer(
    scanner: &mut Scanner<'_>,
    field: &'static str,
    min: u64,
    max: u64,
) -> Result<Option<u64>, RequestError> {
    let wrong = RequestError::WrongType {
        field,
        expected: "an integer",
    };
    match scanner.peek()? {
        Kind::Null => {
            scanner.pass()?;
            return Ok(None);
        }
        Kind::Number => {}
        _ => return Err(wrong),
    }
    let digits = scanner.number()?;
    let out_of_range = RequestError::OutOfRange { field, min, max };
    if digits.first() == Some(&b'-') {
        return Err(out_of_range);
    }
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(wrong);
    }
    let count = count_of(digits).filter(|count| (min..=max).contains(count));
    count.map(Some).ok_or(out_of_range)
}

fn count_elements(scanner: &mut Scanner<'_>) -> Result<u64, RequestError> {
    scanner.enter_array()?;
    let mut first = true;
    let mut count = 0;
    while scanner.next_element(&mut first)? {
        scanner.pass()?;
        count += 1;
    }
    Ok(count)
}

/// Consumes a prompt or an input: is something there, and how many prompts are they (a token array is one).
fn subject(scanner: &mut Scanner<'_>, field: &'static str) -> Result<(bool, u64), RequestError> {
    match scanner.peek()? {
        Kind::String => {
            let token = scanner.string()?;
            Ok((token.span.len() > 2 || field == "prompt", 1))
        }
        Kind::Null => {
            scanner.pass()?;
            Ok((false, 0))
        }
        Kind::Array => {
            scanner.enter_array()?;
            let mut first = true;
            let mut parts = 0;
            let mut is_token_array = false;
            while scanner.next_element(&mut first)? {
                is_token_array |= scanner.peek()? == Kind::Number;
                scanner.pass()?;
                parts += 1;
            }
            Ok((parts > 0, if is_token_array { 1 } else { parts }))
        }
        _ => Err(RequestError::WrongType {
            field,
            expected: "a string or an array",
        }),
    }
}

fn stream_options(scanner: &mut Scanner<'_>) -> Result<StreamOptions, RequestError> {
    let field = "stream_options";
    match scanner.peek()? {
        Kind::Null => {
            let span = scanner.skip()?;
            let include_usage = Vec::new();
            return Ok(StreamOptions {
                span,
                is_object: false,
                is_empty: true,
                include_usage,
            });
        }
        Kind::Object => {}
        _ => {
            return Err(RequestError::WrongType {
                field,
                expected: "an object",
            });
        }
    }
    let start = scanner.offset();
    scanner.enter_object()?;
    let mut first = true;
    let mut include_usage = Vec::new();
    while let Some(key) = scanner.next_key(&mut first)? {
        let key = scanner.key(&key);
        let kind = scanner.peek()?;
        let span = scanner.skip()?;
        if key.as_ref() != b"include_usage" {
            continue;
        }
        match kind {
            Kind::True | Kind::False | Kind::Null => include_usage.push((span, kind == Kind::True)),
            _ => {
                let field = "stream_options.include_usage";
                return Err(RequestError::WrongType {
                    field,
                    expected: "a boolean",
                });
            }
        }
    }
    let span = start..scanner.offset();
    Ok(StreamOptions {
        span,
        is_object: true,
        is_empty: first,
        include_usage,
    })
}
