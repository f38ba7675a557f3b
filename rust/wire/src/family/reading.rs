//! What every family's tap finds in one event or one whole reply, and the walks over JSON that they share.
//! Between the taps and `StreamTap`; one scan, no tree, nothing kept.

use std::ops::Range;

use crate::canon::{ToolCalls, Usage};
use crate::json::{JsonError, Kind, Scanner};

/// What a provider's last word says of its answer; only one family has a word for an answer that is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Extent {
    #[default]
    Whole,
    Incomplete,
}

/// What one chunk, or one whole reply, says.
#[derive(Debug, Default)]
pub(crate) struct ReplyReading {
    /// The usage at the top, else in a choice, else in `x_groq`.
    pub(crate) usage: Option<Usage>,
    /// Whether it says nothing but usage: `choices` is there and empty, `usage` an object.
    pub(crate) is_usage_only: bool,
    /// Whether a choice has a `finish_reason`.
    pub(crate) finished: bool,
    /// Whether this is the family's end mark (`message_stop`, `response.completed` ...).
    pub(crate) done: bool,
    /// What its last word says of the answer.
    pub(crate) extent: Extent,
    /// Images that are delivered whole with it.
    pub(crate) images: u64,
    /// Pieces of a picture or of sound, or of what was heard, that it delivers.
    pub(crate) media: u64,
    /// Calls of the provider's own tools that it tells of beside its usage.
    pub(crate) tools: ToolCalls,
    /// Where the value of `error` is, when it is neither null nor false.
    pub(crate) error: Option<Range<usize>>,
}

impl ReplyReading {
    /// Consumes the value of `error` and keeps its place, unless it says that there is none.
    pub(crate) fn note_error(&mut self, scanner: &mut Scanner<'_>) -> Result<(), JsonError> {
        let kind = scanner.peek()?;
        let span = scanner.skip()?;
        let is_set = !matches!(kind, Kind::Null | Kind::False);
        self.error = is_set.then_some(span);
        Ok(())
    }
}

/// Takes the text that a reply delivers.
pub(crate) trait TextSink {
    /// Says whether texts are wanted at all; if not, they are passed by without decoding.
    fn wants_text(&self) -> bool {
        true
    }

    /// Takes a piece of output text.
    fn text(&mut self, text: &str);
}

/// Hands a string over; content parts (`[{"text":..}]`) give their texts; anything else is passed by.
pub(crate) fn pass_text(
    scanner: &mut Scanner<'_>,
    sink: &mut dyn TextSink,
) -> Result<(), JsonError> {
    match scanner.peek()? {
        Kind::String => {
            if !sink.wants_text() {
                return scanner.pass_unchecked();
            }
            let token = scanner.string()?;
            if token.span.len() > 2 {
                sink.text(&scanner.text(&token));
            }
            Ok(())
        }
        Kind::Array => each_element(scanner, |scanner| {
            each_field(scanner, |scanner, key| match key {
                b"text" | b"thinking" => pass_text(scanner, sink),
                _ => scanner.pass_unchecked(),
            })
        }),
        _ => scanner.pass_unchecked(),
    }
}

/// Consumes a value and, if it is an array, lets `visit` consume each element.
pub(crate) fn each_element(
    scanner: &mut Scanner<'_>,
    mut visit: impl FnMut(&mut Scanner<'_>) -> Result<(), JsonError>,
) -> Result<(), JsonError> {
    if scanner.peek()? != Kind::Array {
        return scanner.pass_unchecked();
    }
    scanner.enter_array()?;
    let mut first = true;
    while scanner.next_element(&mut first)? {
        visit(scanner)?;
    }
    Ok(())
}

/// Consumes a value and, if it is an object, lets `visit` consume each field's value.
pub(crate) fn each_field(
    scanner: &mut Scanner<'_>,
    mut visit: impl FnMut(&mut Scanner<'_>, &[u8]) -> Result<(), JsonError>,
) -> Result<(), JsonError> {
    if scanner.peek()? != Kind::Object {
        return scanner.pass_unchecked();
    }
    scanner.enter_object()?;
    let mut first = true;
    while let Some(key) = scanner.next_key(&mut first)? {
        let key = scanner.key(&key);
        visit(scanner, &key)?;
    }
    Ok(())
}
