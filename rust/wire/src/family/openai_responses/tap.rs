//! Same family on both ends: reads one event or one whole reply beside the bytes that pass through.
//! One scan of the JSON, no tree; must never fail a stream, whatever a provider sends. Text is counted from deltas and from
//! whole replies, never again from the events that repeat it.

use super::tool_items::{ToolItem, offered, tool_item};
use crate::canon::{ToolCalls, Usage};
use crate::family::reading::{Extent, ReplyReading, TextSink, each_element, each_field, pass_text};
use crate::json::{JsonError, Kind, Scanner};
use crate::usage::read_usage;

/// What the `type` of an event says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum EventKind {
    /// A whole reply has no type.
    #[default]
    None,
    /// The last event.
    Last,
    /// The last event of an answer that was cut.
    Incomplete,
    Error,
    /// A whole item of the answer.
    ItemDone,
    /// A piece of something that is no text.
    Media,
    Other,
}

/// Says whether this type is that of a stream's last event.
pub(crate) fn is_last(word: &str) -> bool {
    matches!(
        word,
        "response.completed" | "response.incomplete" | "response.failed"
    )
}

fn kind_of(word: &str) -> EventKind {
    match word {
        "response.incomplete" => EventKind::Incomplete,
        _ if is_last(word) => EventKind::Last,
        "error" => EventKind::Error,
        "response.output_item.done" => EventKind::ItemDone,
        "response.audio.delta" => EventKind::Media,
        _ => EventKind::Other,
    }
}

/// Reads one event's data or a whole reply. `so_far` does not matter: usage is said once and whole.
pub(crate) fn read_reply(
    data: &[u8],
    _so_far: Option<&Usage>,
    sink: &mut dyn TextSink,
) -> Option<ReplyReading> {
    let mut scanner = Scanner::new(data);
    let mut reading = ReplyReading::default();
    if scanner.peek() != Ok(Kind::Object) {
        return None;
    }
    let mut kind = EventKind::None;
    walk_top(&mut scanner, &mut reading, &mut kind, sink).ok()?;
    if let Some(usage) = &mut reading.usage {
        usage.tools = std::mem::take(&mut reading.tools);
    } else if !matches!(kind, EventKind::ItemDone | EventKind::None) {
        // An item is told of when it begins and while it runs; it counts once, when it is done.
        reading.tools = reading.tools.kind_only();
    }
    match kind {
        EventKind::Last | EventKind::Incomplete => {
            reading.done = true;
            reading.finished = true;
            if kind == EventKind::Incomplete {
                reading.extent = Extent::Incomplete;
            }
        }
        EventKind::Error if reading.error.is_none() => reading.error = Some(0..data.len()),
        EventKind::Error
        | EventKind::None
        | EventKind::ItemDone
        | EventKind::Media
        | EventKind::Other => {}
    }
    Some(reading)
}

fn walk_top(
    scanner: &mut Scanner<'_>,
    reading: &mut ReplyReading,
    kind: &mut EventKind,
    sink: &mut dyn TextSink,
) -> Result<(), JsonError> {
    each_field(scanner, |scanner, key| match key {
        b"type" => {
            if scanner.peek()? != Kind::String {
                return scanner.pass_unchecked();
            }
            let token = scanner.string()?;
            *kind = kind_of(&scanner.text(&token));
            Ok(())
        }
        // Of a whole reply; events say it with their type.
        b"status" if scanner.peek()? == Kind::String => {
            let token = scanner.string()?;
            if scanner.text(&token) == "incomplete" {
                reading.extent = Extent::Incomplete;
            }
            Ok(())
        }
        b"delta" if *kind != EventKind::Media => pass_text(scanner, sink),
        b"response" => each_field(scanner, |scanner, key| match key {
            b"usage" => usage(scanner, reading),
            b"error" => error(scanner, reading),
            b"output" => each_element(scanner, |scanner| tool_item(scanner, &mut reading.tools)),
            b"tools" => offered(scanner, &mut reading.tools),
            _ => scanner.pass_unchecked(),
        }),
        b"item" => tool_item(scanner, &mut reading.tools),
        b"tools" => offered(scanner, &mut reading.tools),
        b"output" => each_element(scanner, |scanner| {
            walk_item(scanner, &mut reading.tools, sink)
        }),
        b"usage" => usage(scanner, reading),
        b"error" => error(scanner, reading),
        _ => scanner.pass_unchecked(),
    })
}

fn usage(scanner: &mut Scanner<'_>, reading: &mut ReplyReading) -> Result<(), JsonError> {
    if let Some(usage) = read_usage(scanner)? {
        reading.usage = Some(usage);
    }
    Ok(())
}

fn error(scanner: &mut Scanner<'_>, reading: &mut ReplyReading) -> Result<(), JsonError> {
    let kind = scanner.peek()?;
    let span = scanner.skip()?;
    if !matches!(kind, Kind::Null | Kind::False) {
        reading.error = Some(span);
    }
    Ok(())
}

/// Texts of messages and thinking, what calls hand over, and calls of the provider's own tools.
fn walk_item(
    scanner: &mut Scanner<'_>,
    tools: &mut ToolCalls,
    sink: &mut dyn TextSink,
) -> Result<(), JsonError> {
    let mut item = ToolItem::default();
    each_field(scanner, |scanner, key| match key {
        b"content" | b"summary" => each_element(scanner, |scanner| {
            each_field(scanner, |scanner, key| match key {
                b"text" | b"refusal" => pass_text(scanner, sink),
                _ => scanner.pass_unchecked(),
            })
        }),
        b"arguments" | b"input" | b"code" | b"name" => pass_text(scanner, sink),
        _ => item.note(scanner, key),
    })?;
    item.count(tools);
    Ok(())
}
