//! Same family on both ends: reads one chunk or one whole reply beside the bytes that pass through.
//! One scan of the JSON, no tree; must never fail a stream, whatever a provider sends.

use crate::canon::Usage;
use crate::family::reading::{ReplyReading, TextSink, each_element, each_field, pass_text};
use crate::json::{JsonError, Kind, Scanner};
use crate::usage::read_usage;

/// The data of the last event of a complete stream.
pub(crate) const DONE: &[u8] = b"[DONE]";

/// What the walk has found beside the reading.
#[derive(Default)]
struct Found {
    /// `usage` stands at the top and is an object.
    has_usage_object: bool,
    /// `choices` is there and empty.
    has_empty_choices: bool,
    /// The usage of a choice or of `x_groq`.
    nested_usage: Option<Usage>,
}

/// Reads a chunk or a reply. An unreadable one says nothing.
pub(crate) fn read_reply(data: &[u8], sink: &mut dyn TextSink) -> Option<ReplyReading> {
    let mut scanner = Scanner::new(data);
    let mut reading = ReplyReading::default();
    let mut found = Found::default();
    if scanner.peek() != Ok(Kind::Object) {
        return None;
    }
    let walked = walk_top(&mut scanner, &mut reading, &mut found, sink);
    walked.ok()?;
    if !found.has_usage_object {
        reading.usage = found.nested_usage;
    }
    reading.is_usage_only = found.has_usage_object && found.has_empty_choices;
    Some(reading)
}

fn walk_top(
    scanner: &mut Scanner<'_>,
    reading: &mut ReplyReading,
    found: &mut Found,
    sink: &mut dyn TextSink,
) -> Result<(), JsonError> {
    scanner.enter_object()?;
    let mut first = true;
    while let Some(key) = scanner.next_key(&mut first)? {
        let key = scanner.key(&key);
        match key.as_ref() {
            b"choices" => walk_choices(scanner, reading, found, sink)?,
            b"usage" => {
                let is_object = scanner.peek()? == Kind::Object;
                let usage = read_usage(scanner)?;
                if is_object {
                    found.has_usage_object = true;
                    reading.usage = usage;
                }
            }
            b"x_groq" => walk_x_groq(scanner, &mut found.nested_usage)?,
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
    found: &mut Found,
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
                    found.nested_usage = Some(usage);
                }
                Ok(())
            }
            _ => scanner.pass_unchecked(),
        })
    })?;
    found.has_empty_choices = is_array && count == 0;
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
