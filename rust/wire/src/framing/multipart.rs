//! `multipart/form-data` as it arrives: which parts there are, where they lie, what the short ones say.
//! Stands between the listener and the envelope; keeps the values of fields and the beginning of files, never a file,
//! and refuses whatever two readers could understand differently.

use std::ops::Range;

/// The longest boundary (RFC 2046, 5.1.1).
const MAX_BOUNDARY: usize = 70;
/// Bytes of text in front of the first part.
const MAX_PREAMBLE: usize = 4 * 1024;
/// Bytes of one part's headers.
const MAX_HEADERS: usize = 8 * 1024;
/// Parts of one form.
const MAX_PARTS: usize = 256;
/// Bytes of one field that is no file.
const MAX_FIELD: usize = 256 * 1024;
/// Bytes of all fields together.
const MAX_FIELDS: usize = 1024 * 1024;
/// Bytes of a file that are kept: its format and its length in time stand there.
const FILE_HEAD: usize = 4 * 1024;

/// Why a body is no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The content type names no usable boundary.
    #[error("the content type names no usable boundary")]
    Boundary,
    /// What stands between the parts is not what RFC 2046 says.
    #[error("the form's parts are not delimited by its boundary")]
    Delimiter,
    /// A part's headers cannot be read, or are too long.
    #[error("the headers of part {0} cannot be read")]
    Headers(usize),
    /// A part's headers name another encoding than none.
    #[error("part {0} has a content transfer encoding")]
    Encoding(usize),
    /// Too many parts.
    #[error("a form may have {MAX_PARTS} parts")]
    TooManyParts,
    /// A field that is no file is too long.
    #[error("a field of the form is longer than {MAX_FIELD} bytes")]
    FieldTooLong,
    /// All fields together are too long.
    #[error("the fields of the form are longer than {MAX_FIELDS} bytes together")]
    FieldsTooLong,
    /// The body ended before its closing delimiter.
    #[error("the form ends before its closing boundary")]
    Cut,
}

/// One part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The field's name.
    pub name: String,
    /// Whether it is a file: its headers name one.
    pub is_file: bool,
    /// Where its content lies in the body.
    pub content: Range<usize>,
    /// The content of a field; the first 4 KiB of a file.
    pub kept: Vec<u8>,
}

/// A form that was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The boundary, without dashes.
    pub boundary: String,
    /// Where the first delimiter begins.
    pub start: usize,
    /// The parts in order.
    pub parts: Vec<Part>,
}

impl Form {
    /// Returns the last field of this name, as text; none when it is absent, a file, or not UTF-8.
    pub fn field(&self, name: &str) -> Option<&str> {
        let part = self
            .parts
            .iter()
            .rfind(|part| part.name == name && !part.is_file)?;
        std::str::from_utf8(&part.kept).ok()
    }

    /// Returns the first file of this name; `image` also finds `image[]` and `image[0]`.
    pub fn file(&self, name: &str) -> Option<&Part> {
        let is_named = |part: &&Part| {
            let behind = part.name.strip_prefix(name);
            part.is_file
                && behind.is_some_and(|behind| behind.is_empty() || behind.starts_with('['))
        };
        self.parts.iter().find(is_named)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Preamble,
    /// Behind a delimiter: two dashes, or the end of the line.
    Delimited,
    Headers,
    Content,
    /// Behind the closing delimiter; what comes is ignored.
    Closed,
}

/// Reads a form piece by piece.
#[derive(Clone, Debug)]
pub struct FormReader {
    form: Form,
    /// CR, LF, two dashes and the boundary.
    delimiter: Vec<u8>,
    state: State,
    /// Bytes that came but are not decided on: the beginning of a delimiter, or headers so far.
    open: Vec<u8>,
    /// Where `open` begins in the body.
    at: usize,
    part: Part,
    fields: usize,
}

impl FormReader {
    /// Makes a reader for a body of this content type; `None` when that is no form's.
    pub fn new(content_type: &str) -> Option<Result<Self, FormError>> {
        let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
            return None;
        }
        Some(Self::with_boundary(parameters))
    }

    fn with_boundary(parameters: &str) -> Result<Self, FormError> {
        let mut found = parameters_of(parameters).ok_or(FormError::Boundary)?;
        let is_boundary = |(name, _): &(String, String)| name == "boundary";
        let place = found.iter().position(is_boundary);
        let (_, boundary) = found.swap_remove(place.ok_or(FormError::Boundary)?);
        let is_plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        let is_usable = (1..=MAX_BOUNDARY).contains(&boundary.len())
            && boundary.bytes().all(is_plain)
            && !boundary.ends_with(' ')
            && !found.iter().any(is_boundary);
        if !is_usable {
            return Err(FormError::Boundary);
        }
        let delimiter = format!("\r\n--{boundary}").into_bytes();
        Ok(Self {
            // A delimiter at the very start stands without its line break.
            open: b"\r\n".to_vec(),
            form: Form {
                boundary,
                ..Form::default()
            },
            delimiter,
            state: State::Preamble,
            at: 0,
            part: Part::default(),
            fields: 0,
        })
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), FormError> {
        let mut rest = chunk;
        while !rest.is_empty() {
            rest = match self.state {
                State::Closed => return Ok(()),
                State::Preamble | State::Content => self.push_content(rest)?,
                State::Delimited => self.push_delimited(rest)?,
                State::Headers => self.push_headers(rest)?,
            };
        }
        Ok(())
    }

    /// Ends the body and returns the form.
    pub fn finish(self) -> Result<Form, FormError> {
        match self.state {
            State::Closed => Ok(self.form),
            State::Preamble => Err(FormError::Delimiter),
            State::Delimited | State::Headers | State::Content => Err(FormError::Cut),
        }
    }

    /// Looks for the next delimiter; returns what is left behind it.
    fn push_content<'a>(&mut self, chunk: &'a [u8]) -> Result<&'a [u8], FormError> {
        if self.open.is_empty() {
            if let Some(found) = memchr::memmem::find(chunk, &self.delimiter) {
                let (content, behind) = chunk.split_at(found);
                self.content(content)?;
                self.end_content()?;
                return Ok(behind.get(self.delimiter.len()..).unwrap_or_default());
            }
            let (content, open) = chunk.split_at(chunk.len() - self.begun(chunk));
            self.content(content)?;
            self.open = open.to_vec();
            return Ok(&[]);
        }
        // A delimiter that began earlier ends within so many bytes, or it was none.
        let had = self.open.len();
        let (near, behind) = chunk.split_at(chunk.len().min(self.delimiter.len() - 1));
        let mut joined = std::mem::take(&mut self.open);
        joined.extend_from_slice(near);
        if let Some(found) = memchr::memmem::find(&joined, &self.delimiter) {
            let (content, _) = joined.split_at(found);
            self.content(content)?;
            self.end_content()?;
            let used = (found + self.delimiter.len()).saturating_sub(had);
            return Ok(chunk.get(used..).unwrap_or_default());
        }
        if behind.is_empty() {
            let (content, open) = joined.split_at(joined.len() - self.begun(&joined));
            self.content(content)?;
            self.open = open.to_vec();
            return Ok(&[]);
        }
        let (content, _) = joined.split_at(had);
        self.content(content)?;
        Ok(chunk)
    }

    /// Returns how many bytes at the end may be the beginning of a delimiter.
    fn begun(&self, bytes: &[u8]) -> usize {
        let longest = bytes.len().min(self.delimiter.len() - 1);
        (1..=longest)
            .rev()
            .find(|length| self.delimiter.get(..*length) == bytes.get(bytes.len() - length..))
            .unwrap_or(0)
    }

    /// Takes bytes of the preamble or of the current part.
    fn content(&mut self, bytes: &[u8]) -> Result<(), FormError> {
        if self.state == State::Preamble {
            // The line break in front of it is ours.
            self.at += bytes.len();
            return if self.at > MAX_PREAMBLE {
                Err(FormError::Delimiter)
            } else {
                Ok(())
            };
        }
        self.part.content.end += bytes.len();
        if self.part.is_file {
            let room = FILE_HEAD.saturating_sub(self.part.kept.len());
            self.part.kept.extend(bytes.iter().take(room));
            return Ok(());
        }
        self.fields += bytes.len();
        if self.part.kept.len() + bytes.len() > MAX_FIELD {
            return Err(FormError::FieldTooLong);
        }
        if self.fields > MAX_FIELDS {
            return Err(FormError::FieldsTooLong);
        }
        self.part.kept.extend_from_slice(bytes);
        Ok(())
    }

    /// A delimiter was found: what came before it is over.
    fn end_content(&mut self) -> Result<(), FormError> {
        if self.state == State::Preamble {
            // `at` counts the two bytes that stand in `open` without having come.
            self.form.start = self.at;
            self.at += self.delimiter.len() - 2;
        } else {
            self.at = self.part.content.end + self.delimiter.len();
            self.form.parts.push(std::mem::take(&mut self.part));
            if self.form.parts.len() > MAX_PARTS {
                return Err(FormError::TooManyParts);
            }
        }
        self.state = State::Delimited;
        Ok(())
    }

    fn push_delimited<'a>(&mut self, chunk: &'a [u8]) -> Result<&'a [u8], FormError> {
        let Some((byte, rest)) = chunk.split_first() else {
            return Ok(chunk);
        };
        self.open.push(*byte);
        match self.open.as_slice() {
            b"--" => self.state = State::Closed,
            b"\r\n" => {
                self.at += 2;
                self.open.clear();
                self.state = State::Headers;
            }
            b"-" | b"\r" => {}
            // Blanks may be padded behind a boundary.
            b" " | b"\t" => {
                self.at += 1;
                self.open.clear();
            }
            _ => return Err(FormError::Delimiter),
        }
        Ok(rest)
    }

    fn push_headers<'a>(&mut self, chunk: &'a [u8]) -> Result<&'a [u8], FormError> {
        let number = self.form.parts.len();
        let had = self.open.len();
        let room = MAX_HEADERS.saturating_sub(had);
        let (near, _) = chunk.split_at(chunk.len().min(room));
        self.open.extend_from_slice(near);
        let from = had.saturating_sub(3);
        let searched = self.open.get(from..).unwrap_or_default();
        let Some(found) = memchr::memmem::find(searched, b"\r\n\r\n") else {
            if self.open.len() >= MAX_HEADERS {
                return Err(FormError::Headers(number));
            }
            return Ok(chunk.get(near.len()..).unwrap_or_default());
        };
        let headers = std::mem::take(&mut self.open);
        let length = from + found + 4;
        let headers = headers.get(..from + found).unwrap_or_default();
        self.part = part_of(headers, number)?;
        self.at += length;
        self.part.content = self.at..self.at;
        self.state = State::Content;
        Ok(chunk.get(length - had..).unwrap_or_default())
    }
}

/// Reads a part's headers.
fn part_of(headers: &[u8], number: usize) -> Result<Part, FormError> {
    let broken = FormError::Headers(number);
    let text = std::str::from_utf8(headers).map_err(|_not_text| broken)?;
    let mut part: Option<Part> = None;
    for line in text.split("\r\n") {
        let (name, value) = line.split_once(':').ok_or(broken)?;
        // A folded or a bare line break could be read as another header elsewhere.
        if name.trim() != name || line.contains(['\r', '\n', '\0']) {
            return Err(broken);
        }
        if name.eq_ignore_ascii_case("content-disposition") {
            if part.is_some() {
                return Err(broken);
            }
            part = Some(disposition(value).ok_or(broken)?);
        } else if name.eq_ignore_ascii_case("content-transfer-encoding") {
            let plain = ["7bit", "8bit", "binary"];
            let is_plain = plain
                .iter()
                .any(|word| value.trim().eq_ignore_ascii_case(word));
            if !is_plain {
                return Err(FormError::Encoding(number));
            }
        }
    }
    part.ok_or(broken)
}

/// Reads `form-data; name="file"; filename="a.wav"`.
fn disposition(value: &str) -> Option<Part> {
    let (kind, parameters) = value.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return None;
    }
    let mut part = Part::default();
    let mut names = 0;
    for (name, value) in parameters_of(parameters)? {
        match name.as_str() {
            "name" => {
                names += 1;
                part.name = value;
            }
            "name*" => return None,
            "filename" | "filename*" => part.is_file = true,
            _ => {}
        }
    }
    (names == 1).then_some(part)
}

/// Reads `; name=value; name="value"`; names come in lower case. `None` when a part of it is neither.
fn parameters_of(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut rest = text.trim_matches([' ', '\t', ';']);
    while !rest.is_empty() {
        let (name, behind) = rest.split_once('=')?;
        let name = name.trim().to_ascii_lowercase();
        let behind = behind.trim_start();
        let (value, behind) = if let Some(quoted) = behind.strip_prefix('"') {
            quoted_value(quoted)?
        } else {
            let (value, behind) = behind.split_once(';').unwrap_or((behind, ""));
            (value.trim().to_owned(), behind)
        };
        if name.is_empty() || found.len() >= 16 {
            return None;
        }
        found.push((name, value));
        rest = behind.trim_matches([' ', '\t', ';']);
    }
    Some(found)
}

/// Reads a quoted value whose opening quote is consumed; returns it and what stands behind it.
fn quoted_value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let behind = text.get(at + 1..).unwrap_or_default().trim_start();
                return (behind.is_empty() || behind.starts_with(';')).then_some((value, behind));
            }
            // Browsers write a quote as %22 and a backslash as it is; others escape both.
            '\\' => match characters.clone().next() {
                Some((_, escaped @ ('"' | '\\'))) => {
                    value.push(escaped);
                    characters.next();
                }
                _ => value.push('\\'),
            },
            other => value.push(other),
        }
    }
    None
}
