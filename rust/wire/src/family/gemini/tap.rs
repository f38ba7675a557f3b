//! Same family on both ends: reads one event or one whole reply beside the bytes that pass through.
//! One scan of the JSON, no tree; must never fail a stream, whatever a provider sends.

use super::usage::read_usage;
use crate::canon::{ToolCalls, Usage};
use crate::family::reading::{ReplyReading, TextSink, each_element, each_field, pass_text};
use crate::json::{JsonError, Kind, Scanner};

/// Reads one event's data or a whole reply; `so_far` is the usage reported by earlier events of the stream. An array (the
/// form of a stream that nobody asked to be events) is read element by element. The family has no end mark: a stream is over
/// when it ends.
pub(crate) fn read_reply(
    data: &[u8],
    so_far: Option<&Usage>,
    sink: &mut dyn TextSink,
) -> Option<ReplyReading> {
    let mut scanner = Scanner::new(data);
    let mut reading = ReplyReading::default();
    let walked = match scanner.peek() {
        Ok(Kind::Object) => walk_top(&mut scanner, &mut reading, so_far, sink),
        Ok(Kind::Array) => each_element(&mut scanner, |scanner| {
            let known = reading.usage.or(so_far.copied());
            walk_top(scanner, &mut reading, known.as_ref(), sink)
        }),
        _ => return None,
    };
    walked.ok()?;
    let known = so_far.map_or(reading.tools, |usage| usage.tools.at_least(reading.tools));
    if let Some(usage) = &mut reading.usage {
        usage.tools = usage.tools.at_least(known);
    }
    Some(reading)
}

fn walk_top(
    scanner: &mut Scanner<'_>,
    reading: &mut ReplyReading,
    so_far: Option<&Usage>,
    sink: &mut dyn TextSink,
) -> Result<(), JsonError> {
    each_field(scanner, |scanner, key| match key {
        b"candidates" => walk_candidates(scanner, reading, sink),
        b"usageMetadata" | b"usage_metadata" => {
            let usage = read_usage(scanner, so_far)?;
            reading.usage = usage.or(reading.usage);
            Ok(())
        }
        b"promptFeedback" | b"prompt_feedback" => each_field(scanner, |scanner, key| {
            // A refused prompt has no candidate that could end.
            if matches!(key, b"blockReason" | b"block_reason") {
                reading.finished |= scanner.peek()? == Kind::String;
            }
            scanner.pass_unchecked()
        }),
        b"error" => {
            let kind = scanner.peek()?;
            let span = scanner.skip()?;
            let is_set = !matches!(kind, Kind::Null | Kind::False);
            reading.error = is_set.then_some(span);
            Ok(())
        }
        _ => scanner.pass_unchecked(),
    })
}

fn walk_candidates(
    scanner: &mut Scanner<'_>,
    reading: &mut ReplyReading,
    sink: &mut dyn TextSink,
) -> Result<(), JsonError> {
    each_element(scanner, |scanner| {
        each_field(scanner, |scanner, key| match key {
            b"content" => each_field(scanner, |scanner, key| match key {
                b"parts" => each_element(scanner, |scanner| walk_part(scanner, sink)),
                _ => scanner.pass_unchecked(),
            }),
            b"groundingMetadata" | b"grounding_metadata" => {
                let found = searches(scanner)?;
                reading.tools = reading.tools.at_least(found);
                Ok(())
            }
            b"finishReason" | b"finish_reason" => {
                reading.finished |= scanner.peek()? == Kind::String;
                scanner.pass_unchecked()
            }
            _ => scanner.pass_unchecked(),
        })
    })
}

/// Consumes a candidate and returns the searches that it stands on.
pub(crate) fn candidate_searches(scanner: &mut Scanner<'_>) -> Result<ToolCalls, JsonError> {
    let mut found = ToolCalls::default();
    each_field(scanner, |scanner, key| match key {
        b"groundingMetadata" | b"grounding_metadata" => {
            found = found.at_least(searches(scanner)?);
            Ok(())
        }
        _ => scanner.pass_unchecked(),
    })?;
    Ok(found)
}

/// The searches that an answer stands on; stated again with each chunk that cites them.
fn searches(scanner: &mut Scanner<'_>) -> Result<ToolCalls, JsonError> {
    let mut found = ToolCalls::default();
    each_field(scanner, |scanner, key| match key {
        b"webSearchQueries" | b"web_search_queries" => each_element(scanner, |scanner| {
            found.google_search = found.google_search.saturating_add(1);
            scanner.pass_unchecked()
        }),
        _ => scanner.pass_unchecked(),
    })?;
    Ok(found)
}

fn walk_part(scanner: &mut Scanner<'_>, sink: &mut dyn TextSink) -> Result<(), JsonError> {
    each_field(scanner, |scanner, key| match key {
        b"text" => pass_text(scanner, sink),
        b"functionCall" | b"function_call" => each_field(scanner, |scanner, key| match key {
            b"name" => pass_text(scanner, sink),
            b"args" | b"partialArgs" | b"partial_args" => pass_json(scanner, sink),
            _ => scanner.pass_unchecked(),
        }),
        b"executableCode" | b"executable_code" => each_field(scanner, |scanner, key| match key {
            b"code" => pass_text(scanner, sink),
            _ => scanner.pass_unchecked(),
        }),
        _ => scanner.pass_unchecked(),
    })
}

/// Hands over the JSON text of a value: a call's arguments are counted as the model wrote them.
fn pass_json(scanner: &mut Scanner<'_>, sink: &mut dyn TextSink) -> Result<(), JsonError> {
    if !sink.wants_text() {
        return scanner.pass_unchecked();
    }
    let span = scanner.skip()?;
    sink.text(&String::from_utf8_lossy(scanner.slice(span)));
    Ok(())
}
