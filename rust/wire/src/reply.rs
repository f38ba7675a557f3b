//! Replies that are not streamed: usage and error out of a whole body, or out of one too large to keep.
//! Read beside the bytes that pass through; must never change or delay them.

use crate::canon::{ErrorBody, ToolCalls, Usage};
use crate::endpoint::{Endpoint, Family};
use crate::error_body::error_in_reply;
use crate::family::gemini::tap::candidate_searches;
use crate::family::gemini::usage::read_usage as read_gemini_usage;
use crate::family::openai_responses::tool_items::{offered, tool_item};
use crate::family::reading::{Extent, TextSink};
use crate::family::{audio, openai_responses, read_reply, rerank};
use crate::json::{JsonError, Scanner, next_nesting, unescape};
use crate::tokens::Meter;
use crate::usage::read_usage;

/// How much of a text in an item a skimmer keeps, in bytes.
const MAX_WORD: usize = 48;
/// The longest escape, in bytes: two halves of a character beyond the first 65,536. One that is cut would break its text.
const MAX_ESCAPE: usize = 12;
/// The largest `usage` or `error` value that a skimmer keeps, in bytes.
const MAX_VALUE: usize = 64 * 1024;
/// How much of a key a skimmer keeps, in bytes; `usageMetadata` with a few letters escaped fits.
const MAX_KEY: usize = 32;

/// What a whole reply says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplyFacts {
    /// The usage that the provider reported; explicit zeros count.
    pub usage: Option<Usage>,
    /// The error object inside a 200 answer.
    pub error: Option<ErrorBody>,
    /// Whether this is the last event of a stream, by its type.
    pub done: bool,
    /// Images in it.
    pub images: u64,
    /// The provider says that the answer is incomplete.
    pub incomplete: bool,
    /// Calls of the provider's own tools.
    pub tools: ToolCalls,
}

struct Nowhere;

impl TextSink for Nowhere {
    fn wants_text(&self) -> bool {
        false
    }

    fn text(&mut self, _text: &str) {}
}

impl TextSink for Meter {
    fn text(&mut self, text: &str) {
        self.push(text);
    }
}

/// Reads usage and error out of a whole reply; an unreadable one says nothing.
pub fn reply_facts(endpoint: Endpoint, body: &[u8]) -> ReplyFacts {
    let Some(reading) = read_reply(endpoint, body, None, &mut Nowhere) else {
        return ReplyFacts::default();
    };
    let error = reading
        .error
        .and_then(|span| body.get(span))
        .and_then(error_in_reply);
    let usage = if error.is_some() { None } else { reading.usage };
    let tools = match usage {
        Some(usage) => usage.tools.at_least(reading.tools),
        None if error.is_some() => ToolCalls::NONE,
        None => reading.tools,
    };
    ReplyFacts {
        tools,
        usage,
        error,
        done: reading.done,
        images: reading.images,
        incomplete: reading.extent == Extent::Incomplete,
    }
}

/// Counts the tokens of the text in a whole reply; 0 for endpoints that deliver none.
pub fn reply_output_tokens_estimate(endpoint: Endpoint, body: &[u8], model: &str) -> u64 {
    if !endpoint.is_generation() {
        return 0;
    }
    let mut meter = Meter::new(model);
    read_reply(endpoint, body, None, &mut meter);
    meter.total()
}

/// Finds the top-level `usage` (Gemini: `usageMetadata`), `error` and `type` of a reply of any size that arrives in pieces;
/// what stands in the `response` of an event counts as top-level.
#[derive(Clone, Debug, Default)]
pub struct ReplySkimmer {
    depth: u32,
    /// Whether the value of `response` is being read, or comes next.
    nested: Nested,
    place: Place,
    /// What the next string at the top level is.
    key_state: KeyState,
    /// The key being read or last read at the top level, without quotes.
    key: Vec<u8>,
    keeping: Option<Field>,
    value: Vec<u8>,
    facts: ReplyFacts,
    media: MediaFacts,
    items: ItemFacts,
}

/// What only families beside chat say.
#[derive(Clone, Debug, Default)]
struct MediaFacts {
    /// The current top-level field is `data`.
    is_data: bool,
    /// Objects in `data`.
    items: u64,
    /// The event's type says that an image is complete.
    is_image: bool,
    /// The event's type says that a sound or a transcript is.
    is_end: bool,
    /// What the time of a sound counts as.
    heard: Option<Usage>,
    /// What the `meta` of a ranking counts.
    ranked: Option<Usage>,
}

/// What the items or candidates of an answer say of a provider's own tools.
#[derive(Clone, Debug, Default)]
struct ItemFacts {
    /// The event's type says that an item is complete.
    is_item: bool,
    /// Tools called by an event's item.
    item_tools: ToolCalls,
    /// Tools called by the items or candidates of an answer.
    tools: ToolCalls,
    /// Bytes kept of the string being read in an item.
    word: usize,
    /// The item is larger than what is kept.
    is_too_large: bool,
}

/// Where in the grammar the last byte was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Structure,
    String,
    Escape,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum KeyState {
    #[default]
    Value,
    Expected,
    Reading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Usage,
    GeminiUsage,
    Error,
    Type,
    Status,
    Duration,
    Meta,
    /// The items of an answer, one after the other.
    Output,
    /// An event's item.
    Item,
    /// What a search found, in an answer's candidates.
    Candidates,
    /// The tools that were offered.
    Offered,
}

impl Field {
    /// Of items only the form is kept: long texts and images would not fit.
    const fn is_form(self) -> bool {
        matches!(
            self,
            Self::Output | Self::Item | Self::Candidates | Self::Offered
        )
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Nested {
    #[default]
    No,
    Next,
    Inside,
}

impl ReplySkimmer {
    /// Makes a skimmer at the start of a reply.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        let mut rest = chunk;
        while !rest.is_empty() {
            let plain = match self.place {
                Place::String => memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len()),
                Place::Structure if self.depth > self.level() && self.keeping.is_none() => {
                    next_nesting(rest, 0)
                }
                Place::Structure => plain_structure(rest),
                Place::Escape => 0,
            };
            let (run, stop) = rest.split_at(plain);
            self.keep(run);
            let Some((&byte, behind)) = stop.split_first() else {
                return;
            };
            match self.place {
                Place::Structure => self.structure_byte(byte),
                Place::String => self.string_byte(byte),
                Place::Escape => {
                    self.place = Place::String;
                    self.keep(&[byte]);
                }
            }
            rest = behind;
        }
    }

    /// Returns what was found.
    pub fn facts(mut self) -> ReplyFacts {
        if self.facts.error.is_some() {
            self.facts.usage = None;
            self.facts.tools = ToolCalls::NONE;
        }
        if let Some(usage) = &mut self.facts.usage {
            usage.tools = usage.tools.at_least(self.facts.tools);
            self.facts.tools = usage.tools;
        }
        self.facts
    }

    /// The same in the words of the endpoint's family: images are counted, and sound by its time where it has no other usage.
    pub fn facts_for(mut self, endpoint: Endpoint) -> ReplyFacts {
        self.facts.incomplete &= endpoint.family() == Family::OpenaiResponses;
        match endpoint.family() {
            Family::Images => self.facts.images = self.media.items + u64::from(self.media.is_image),
            Family::Audio => {
                let counted = self.facts.usage.filter(audio::tap::is_counted);
                self.facts.usage = counted.or(self.media.heard);
                self.facts.done |= self.media.is_end;
            }
            Family::OpenaiResponses => {
                let items = self.items.is_item.then_some(self.items.item_tools);
                self.facts.tools = self.items.tools.and(items.unwrap_or_default());
            }
            Family::Gemini => self.facts.tools = self.items.tools,
            Family::Rerank => self.facts.usage = self.facts.usage.or(self.media.ranked),
            _ => {}
        }
        self.facts()
    }

    /// Returns the nesting at which keys count.
    fn level(&self) -> u32 {
        if self.nested == Nested::Inside { 2 } else { 1 }
    }

    /// Keeps bytes that belong to a top-level key or to a value that is wanted.
    fn keep(&mut self, bytes: &[u8]) {
        if self.key_state == KeyState::Reading {
            let room = MAX_KEY.saturating_sub(self.key.len());
            self.key.extend(bytes.iter().take(room));
        }
        if let Some(field) = self.keeping {
            let bytes = if field.is_form() && self.place != Place::Structure {
                self.word_of(bytes)
            } else {
                bytes
            };
            if self.value.len() + bytes.len() > MAX_VALUE {
                self.value = Vec::new();
                self.items.is_too_large = field.is_form();
                self.keeping = self.keeping.filter(|field| field.is_form());
            }
            if self.items.is_too_large || self.keeping.is_none() {
                return;
            }
            self.value.extend_from_slice(bytes);
        }
    }

    /// Returns what is kept of a piece of a string in an item.
    fn word_of<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let room = MAX_WORD.saturating_sub(self.items.word);
        if self.place == Place::Escape && room < MAX_ESCAPE && !bytes.is_empty() {
            // What the stroke stands before would not fit.
            self.items.word = MAX_WORD;
            return &[];
        }
        let room = room.min(bytes.len());
        self.items.word += room;
        bytes.get(..room).unwrap_or_default()
    }

    fn string_byte(&mut self, byte: u8) {
        if byte == b'"' {
            self.place = Place::Structure;
            if self.key_state == KeyState::Reading {
                self.key_state = KeyState::Value;
            }
        } else {
            self.place = Place::Escape;
        }
        self.keep(&[byte]);
    }

    fn structure_byte(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.keep(&[byte]);
                self.place = Place::String;
                self.items.word = 0;
                if self.depth == self.level() && self.key_state == KeyState::Expected {
                    self.key_state = KeyState::Reading;
                    self.key.clear();
                }
            }
            b'{' | b'[' => {
                self.keep(&[byte]);
                let is_item = self.media.is_data && self.depth == 2 && byte == b'{';
                self.media.items += u64::from(is_item);
                self.depth = self.depth.saturating_add(1);
                if self.depth == 2 && self.nested == Nested::Next && byte == b'{' {
                    self.nested = Nested::Inside;
                }
                if self.depth == self.level() && byte == b'{' {
                    self.key_state = KeyState::Expected;
                }
            }
            b'}' | b']' => self.closing_byte(byte),
            b',' if self.depth == self.level() => {
                self.end_value();
                self.key_state = KeyState::Expected;
            }
            b':' if self.depth == self.level() => self.start_value(),
            _ => self.keep(&[byte]),
        }
    }

    fn closing_byte(&mut self, byte: u8) {
        if self.depth == self.level() {
            self.end_value();
            self.key_state = KeyState::Value;
            self.nested = Nested::No;
        }
        self.depth = self.depth.saturating_sub(1);
        self.keep(&[byte]);
        if byte == b'}' && self.depth == self.level() + 1 {
            self.end_element();
        }
    }

    /// Counts the tools of one item or candidate; what cannot be read calls none.
    fn end_element(&mut self) {
        let Some(field @ (Field::Output | Field::Candidates)) = self.keeping else {
            return;
        };
        let start = memchr::memchr(b'{', &self.value).unwrap_or(0);
        let mut scanner = Scanner::new(self.value.get(start..).unwrap_or_default());
        let tools = &mut self.items.tools;
        if field == Field::Output {
            tool_item(&mut scanner, tools).unwrap_or_default();
        } else if let Ok(found) = candidate_searches(&mut scanner) {
            *tools = tools.at_least(found);
        }
        self.value.clear();
        self.items.is_too_large = false;
    }

    fn start_value(&mut self) {
        self.value.clear();
        self.items.is_too_large = false;
        let is_top = self.depth == 1;
        if is_top {
            self.nested = Nested::No;
        }
        let key = unescape(&self.key);
        self.media.is_data = is_top && key == "data";
        self.keeping = match key.as_str() {
            "usage" => Some(Field::Usage),
            "usageMetadata" | "usage_metadata" => Some(Field::GeminiUsage),
            "error" => Some(Field::Error),
            "type" if is_top => Some(Field::Type),
            "status" if is_top => Some(Field::Status),
            "tools" => Some(Field::Offered),
            "output" => Some(Field::Output),
            "item" if is_top => Some(Field::Item),
            "candidates" if is_top => Some(Field::Candidates),
            "duration" if is_top => Some(Field::Duration),
            "meta" if is_top => Some(Field::Meta),
            "response" if is_top => {
                self.nested = Nested::Next;
                None
            }
            _ => None,
        };
    }

    fn end_value(&mut self) {
        match self.keeping.take() {
            Some(Field::Usage) => {
                let usage = read_usage(&mut Scanner::new(&self.value));
                if let Ok(Some(usage)) = usage {
                    self.facts.usage = Some(usage);
                } else {
                    self.heard(audio::tap::usage);
                }
            }
            Some(Field::GeminiUsage) => {
                let so_far = self.facts.usage.as_ref();
                let usage = read_gemini_usage(&mut Scanner::new(&self.value), so_far);
                if let Ok(Some(usage)) = usage {
                    self.facts.usage = Some(usage);
                }
            }
            Some(Field::Error) => self.facts.error = error_in_reply(&self.value),
            Some(Field::Meta) => {
                let ranked = rerank::tap::meta_usage(&mut Scanner::new(&self.value));
                self.media.ranked = ranked.ok().flatten();
            }
            Some(Field::Duration) => self.heard(audio::tap::timed_usage),
            Some(Field::Type) => {
                let value = self.value.trim_ascii();
                self.facts.done = is_last_event(value);
                self.facts.incomplete |= value == b"\"response.incomplete\"";
                self.media.is_image = value.ends_with(b".completed\"");
                self.items.is_item = value == b"\"response.output_item.done\"";
                self.media.is_end = value.ends_with(b".done\"");
            }
            Some(Field::Item) => {
                let read = tool_item(&mut Scanner::new(&self.value), &mut self.items.item_tools);
                // An item that cannot be read is no call.
                read.unwrap_or_default();
            }
            Some(Field::Offered) => {
                let read = offered(&mut Scanner::new(&self.value), &mut self.items.tools);
                read.unwrap_or_default();
            }
            Some(Field::Output | Field::Candidates) | None => {}
            Some(Field::Status) => {
                self.facts.incomplete |= self.value.trim_ascii() == b"\"incomplete\"";
            }
        }
    }

    /// Reads the value as a time of sound; the first one that is readable counts.
    fn heard(&mut self, read: fn(&mut Scanner<'_>) -> Result<Option<Usage>, JsonError>) {
        let found = read(&mut Scanner::new(&self.value)).ok().flatten();
        self.media.heard = self.media.heard.or(found);
    }
}

/// Says whether this is the quoted type of a stream's last event; only one family has such types.
fn is_last_event(quoted: &[u8]) -> bool {
    let word = quoted
        .strip_prefix(b"\"")
        .and_then(|word| word.strip_suffix(b"\""));
    let word = word.and_then(|word| std::str::from_utf8(word).ok());
    word.is_some_and(openai_responses::tap::is_last)
}

/// Returns how many bytes at the start are neither a quote nor a bracket nor a separator.
fn plain_structure(bytes: &[u8]) -> usize {
    let is_structure = |byte: &u8| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b',' | b':');
    bytes.iter().position(is_structure).unwrap_or(bytes.len())
}
