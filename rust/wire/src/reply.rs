//! Replies that are not streamed: usage and error out of a whole body, or out of one too large to keep.
//! Read beside the bytes that pass through; must never change or delay them.

use crate::canon::{ErrorBody, Usage};
use crate::endpoint::Endpoint;
use crate::error_body::error_in_reply;
use crate::family::openai_chat::tap::{TextSink, read_reply};
use crate::json::Scanner;
use crate::tokens::Meter;
use crate::usage::read_usage;

/// The largest `usage` or `error` value that a skimmer keeps, in bytes.
const MAX_VALUE: usize = 64 * 1024;
/// The longest key that a skimmer compares, quotes included.
const MAX_KEY: usize = 16;

/// What a whole reply says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplyFacts {
    /// The usage that the provider reported; explicit zeros count.
    pub usage: Option<Usage>,
    /// The error object inside a 200 answer.
    pub error: Option<ErrorBody>,
}

struct Nowhere;

impl TextSink for Nowhere {
    fn text(&mut self, _text: &str) {}
}

impl TextSink for Meter {
    fn text(&mut self, text: &str) {
        self.push(text);
    }
}

/// Reads usage and error out of a whole reply; an unreadable one says nothing.
pub fn reply_facts(endpoint: Endpoint, body: &[u8]) -> ReplyFacts {
    match endpoint {
        Endpoint::ChatCompletions | Endpoint::Completions | Endpoint::Embeddings => {}
    }
    let Some(reading) = read_reply(body, &mut Nowhere) else {
        return ReplyFacts::default();
    };
    let error = reading
        .error
        .and_then(|span| body.get(span))
        .and_then(error_in_reply);
    let usage = if error.is_some() { None } else { reading.usage };
    ReplyFacts { usage, error }
}

/// Counts the tokens of the text in a whole reply; 0 for endpoints that deliver none.
pub fn reply_output_tokens_estimate(endpoint: Endpoint, body: &[u8], model: &str) -> u64 {
    match endpoint {
        Endpoint::Embeddings => 0,
        Endpoint::ChatCompletions | Endpoint::Completions => {
            let mut meter = Meter::new(model);
            read_reply(body, &mut meter);
            meter.total()
        }
    }
}

/// Finds the top-level `usage` and `error` of a reply of any size that arrives in pieces.
#[derive(Clone, Debug, Default)]
pub struct ReplySkimmer {
    depth: u32,
    in_string: bool,
    is_escaped: bool,
    /// The next string at the top level is a key.
    expects_key: bool,
    /// The text of the key being read or last read at the top level, with quotes.
    key: Vec<u8>,
    reads_key: bool,
    keeping: Option<Field>,
    value: Vec<u8>,
    facts: ReplyFacts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Usage,
    Error,
}

impl ReplySkimmer {
    /// Makes a skimmer at the start of a reply.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        let mut rest = chunk;
        while let Some((&byte, behind)) = rest.split_first() {
            if self.in_string && !self.is_escaped {
                let run = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
                let (plain, stop) = rest.split_at(run);
                self.keep(plain);
                let Some((&byte, behind)) = stop.split_first() else {
                    break;
                };
                self.string_byte(byte);
                rest = behind;
                continue;
            }
            if self.in_string {
                self.string_byte(byte);
            } else {
                self.structure_byte(byte);
            }
            rest = behind;
        }
    }

    /// Returns what was found.
    pub fn facts(mut self) -> ReplyFacts {
        if self.facts.error.is_some() {
            self.facts.usage = None;
        }
        self.facts
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.reads_key && self.key.len() + bytes.len() <= MAX_KEY {
            self.key.extend_from_slice(bytes);
        } else if self.reads_key {
            // Too long to be one of ours; what is kept no longer matches.
            self.key.clear();
            self.key.push(b'-');
        }
        if self.keeping.is_some() {
            if self.value.len() + bytes.len() > MAX_VALUE {
                self.keeping = None;
                self.value = Vec::new();
                return;
            }
            self.value.extend_from_slice(bytes);
        }
    }

    fn string_byte(&mut self, byte: u8) {
        self.keep(&[byte]);
        if std::mem::take(&mut self.is_escaped) {
            return;
        }
        match byte {
            b'\\' => self.is_escaped = true,
            b'"' => {
                self.in_string = false;
                self.reads_key = false;
            }
            _ => {}
        }
    }

    fn structure_byte(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.in_string = true;
                if self.depth == 1 && std::mem::take(&mut self.expects_key) {
                    self.reads_key = true;
                    self.key.clear();
                }
                self.keep(&[byte]);
            }
            b'{' | b'[' => {
                self.keep(&[byte]);
                self.depth = self.depth.saturating_add(1);
                self.expects_key = self.depth == 1 && byte == b'{';
            }
            b'}' | b']' => {
                if self.depth == 1 {
                    self.end_value();
                }
                self.depth = self.depth.saturating_sub(1);
                self.keep(&[byte]);
            }
            b',' if self.depth == 1 => {
                self.end_value();
                self.expects_key = true;
            }
            b':' if self.depth == 1 => {
                self.value.clear();
                self.keeping = match self.key.as_slice() {
                    b"\"usage\"" => Some(Field::Usage),
                    b"\"error\"" => Some(Field::Error),
                    _ => None,
                };
            }
            _ => self.keep(&[byte]),
        }
    }

    fn end_value(&mut self) {
        match self.keeping.take() {
            Some(Field::Usage) => {
                let usage = read_usage(&mut Scanner::new(&self.value));
                if let Ok(Some(usage)) = usage {
                    self.facts.usage = Some(usage);
                }
            }
            Some(Field::Error) => self.facts.error = error_in_reply(&self.value),
            None => {}
        }
    }
}
