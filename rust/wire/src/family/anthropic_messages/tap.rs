//! Same family on both ends: reads one event or one whole reply beside the bytes that pass through.
//! One scan of the JSON, no tree; must never fail a stream, whatever a provider sends.

use super::usage::read_usage;
use crate::canon::Usage;
use crate::family::reading::{ReplyReading, TextSink, each_element, each_field, pass_text};
use crate::json::{JsonError, Kind, Scanner};

/// Reads one event's data or a whole reply; `so_far` is the usage reported by earlier events of the stream.
pub(crate) fn read_reply(
    data: &[u8],
    so_far: Option<&Usage>,
    sink: &mut dyn TextSink,
) -> Option<ReplyReading> {
    let mut scanner = Scanner::new(data);
    if scanner.peek() != Ok(Kind::Object) {
        return None;
    }
    let mut reading = ReplyReading::default();
    walk_top(&mut scanner, &mut reading, so_far, sink).ok()?;
    Some(reading)
}

fn walk_top(
    scanner: &mut Scanner<'_>,
    reading: &mut ReplyReading,
    so_far: Option<&Usage>,
    sink: &mut dyn TextSink,
) -> Result<(), JsonError> {
    each_field(scanner, |scanner, key| match key {
        b"type" => {
            if scanner.peek()? != Kind::String {
                return scanner.pass_unchecked();
            }
            let token = scanner.string()?;
            reading.done |= scanner.text(&token) == "message_stop";
            Ok(())
        }
        b"usage" => note_usage(scanner, reading, so_far),
        b"message" => each_field(scanner, |scanner, key| match key {
            b"usage" => note_usage(scanner, reading, so_far),
            b"content" => walk_content(scanner, sink),
            _ => scanner.pass_unchecked(),
        }),
        b"delta" => each_field(scanner, |scanner, key| match key {
            b"text" | b"thinking" | b"partial_json" => pass_text(scanner, sink),
            b"stop_reason" => note_stop(scanner, reading),
            _ => scanner.pass_unchecked(),
        }),
        b"content_block" => walk_block(scanner, sink),
        b"content" => walk_content(scanner, sink),
        b"stop_reason" => note_stop(scanner, reading),
        b"error" => {
            let kind = scanner.peek()?;
            let span = scanner.skip()?;
            reading.error = (!matches!(kind, Kind::Null | Kind::False)).then_some(span);
            Ok(())
        }
        _ => scanner.pass_unchecked(),
    })
}

fn note_usage(
    scanner: &mut Scanner<'_>,
    reading: &mut ReplyReading,
    so_far: Option<&Usage>,
) -> Result<(), JsonError> {
    if let Some(usage) = read_usage(scanner, so_far)? {
        reading.usage = Some(usage);
    }
    Ok(())
}

fn note_stop(scanner: &mut Scanner<'_>, reading: &mut ReplyReading) -> Result<(), JsonError> {
    reading.finished |= scanner.peek()? == Kind::String;
    scanner.pass_unchecked()
}

fn walk_content(scanner: &mut Scanner<'_>, sink: &mut dyn TextSink) -> Result<(), JsonError> {
    each_element(scanner, |scanner| walk_block(scanner, sink))
}

/// What the model itself said in a block: not what the provider's own tools found, which stands under `content`.
fn walk_block(scanner: &mut Scanner<'_>, sink: &mut dyn TextSink) -> Result<(), JsonError> {
    each_field(scanner, |scanner, key| match key {
        b"text" | b"thinking" | b"name" => pass_text(scanner, sink),
        b"input" if sink.wants_text() => {
            let span = scanner.skip()?;
            let input = scanner.slice(span);
            if input != b"{}" {
                sink.text(&String::from_utf8_lossy(input));
            }
            Ok(())
        }
        _ => scanner.pass_unchecked(),
    })
}
