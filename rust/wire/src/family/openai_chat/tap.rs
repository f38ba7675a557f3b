//! Same family on both ends: reads one chunk or one whole reply beside the bytes that pass through.
//! One scan of the JSON, no tree; must never fail a stream, whatever a provider sends.

use std::ops::Range;

use crate::canon::Usage;
use crate::json::{JsonError, Kind, Scanner};
use crate::usage::read_usage;

/// The data of the last event of a complete stream.
pub(crate) const DONE: &[u8] = b"[DONE]";

/// What one chunk, or one whole reply, says.
#[derive(Debug, Default)]
pub(crate) struct ReplyReading {
    /// The usage at the top, else in a choice, else in `x_groq`.
    pub(crate) usage: Option<Usage>,
    /// Whether `usage` stands at the top and is an object.
    pub(crate) has_usage_object: bool,
    /// Whether `choices` is there and empty.
    pub(crate) has_empty_choices: bool,
    /// Whether a choice has a `finish_reason`.
    pub(crate) finished: bool,
    /// Where the value of `error` is, when it is neither null nor false.
    pub(crate) error: Option<Range<usize>>,
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

/// Reads a chunk or a reply. An unreadable one says nothing.
pub(crate) fn read_reply(data: &[u8], sink: &mut dyn TextSink) -> Option<ReplyReading> {
    let mut scanner = Scanner::new(data);
    let mut reading = ReplyReading::default();
    let mut nested_usage = None;
    if scanner.peek() != Ok(Kind::Object) {
        return None;
    }
    let walked = walk_top(&mut scanner, &mut reading, &mut nested_usage, sink);
    walked.ok()?;
    if !reading.has_usage_object {
        reading.usage = nested_usage;
    }
    Some(reading)
}

fn walk_top(
    scanner: &mut Scanner<'_>,
    reading: &mut ReplyReading,
    nested_usage: &mut Option<Usage>,
    sink: &mut dyn TextSink,
) -> Result<(), JsonError> {
    scanner.enter_object()?;
    let mut first = true;
    while let Some(key) = scanner.next_key(&mut first)? {
        let key = scanner.key(&key);
        match key.as_ref() {
            b"choices" => walk_choices(scanner, reading, nested_usage, sink)?,
            b"usage" => {
                let is_object = scanner.peek()? == Kind::Object;
                let usage = read_usage(scanner)?;
                if is_object {
                    reading.has_usage_object = true;
                    reading.usage = usage;
                }
            }
            b"x_groq" => walk_x_groq(scanner, nested_usage)?,
            b"error" => {
                let kind = scanner.peek()?;
                let span = scanner.skip()?;
                let is_set = !matches!(kind, Kind::Null | Kind::False);
                reading.error = is_set.then_some(span);
            }
            _ => scanner.pass_unchecked()?,
        }
    }
    Ok(())
}

fn walk_x_groq(scanner: &mut Scanner<'_>, usage: &mut Option<Usage>) -> Result<(), JsonError> {
    each_field(scanner, |scanner, key| {
        if key != b"usage" {
            return scanner.pass_unchecked();
        }
        let found = read_usage(scanner)?;
        if usage.is_none() {
            *usage = found;
        }
        Ok(())
    })
}

fn walk_choices(
    scanner: &mut Scanner<'_>,
    reading: &mut ReplyReading,
    nested_usage: &mut Option<Usage>,
    sink: &mut dyn TextSink,
) -> Result<(), JsonError> {
    let is_array = scanner.peek()? == Kind::Array;
    let mut count = 0_u32;
    each_element(scanner, |scanner| {
        count = count.saturating_add(1);
        each_field(scanner, |scanner, key| match key {
            b"delta" | b"message" => walk_message(scanner, sink),
            b"text" => pass_text(scanner, sink),
            b"finish_reason" => {
                reading.finished |= scanner.peek()? == Kind::String;
                scanner.pass_unchecked()
            }
            b"usage" => {
                if let Some(usage) = read_usage(scanner)? {
                    *nested_usage = Some(usage);
                }
                Ok(())
            }
            _ => scanner.pass_unchecked(),
        })
    })?;
    reading.has_empty_choices = is_array && count == 0;
    Ok(())
}

fn walk_message(scanner: &mut Scanner<'_>, sink: &mut dyn TextSink) -> Result<(), JsonError> {
    each_field(scanner, |scanner, key| match key {
        b"content" | b"reasoning_content" | b"reasoning" | b"refusal" => pass_text(scanner, sink),
        b"tool_calls" => each_element(scanner, |scanner| {
            each_field(scanner, |scanner, key| match key {
                b"function" => walk_function(scanner, sink),
                _ => scanner.pass_unchecked(),
            })
        }),
        b"function_call" => walk_function(scanner, sink),
        _ => scanner.pass_unchecked(),
    })
}

fn walk_function(scanner: &mut Scanner<'_>, sink: &mut dyn TextSink) -> Result<(), JsonError> {
    each_field(scanner, |scanner, key| match key {
        b"name" | b"arguments" => pass_text(scanner, sink),
        _ => scanner.pass_unchecked(),
    })
}

/// Hands a string over; content parts (`[{"text":..}]`) give their texts; anything else is passed by.
fn pass_text(scanner: &mut Scanner<'_>, sink: &mut dyn TextSink) -> Result<(), JsonError> {
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
fn each_element(
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
fn each_field(
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
