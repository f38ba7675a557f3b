//! Same family on both ends: reads one event or one whole JSON reply beside the bytes that pass through.
//! Usage comes as tokens, as seconds, or only as the length of what was heard; must never fail a stream.

use crate::canon::Usage;
use crate::family::reading::{ReplyReading, each_field};
use crate::json::{JsonError, Kind, Scanner};
use crate::usage::read_usage;

use super::tokens_of;

/// Reads an event or a reply. An unreadable one, a transcript as plain text among them, says nothing.
pub(crate) fn read_reply(data: &[u8]) -> Option<ReplyReading> {
    let mut scanner = Scanner::new(data);
    if scanner.peek() != Ok(Kind::Object) {
        return None;
    }
    let mut reading = ReplyReading::default();
    walk(&mut scanner, &mut reading).ok()?;
    Some(reading)
}

fn walk(scanner: &mut Scanner<'_>, reading: &mut ReplyReading) -> Result<(), JsonError> {
    let mut heard = None;
    scanner.enter_object()?;
    let mut first = true;
    while let Some(key) = scanner.next_key(&mut first)? {
        match scanner.key(&key).as_ref() {
            b"usage" => reading.usage = usage(scanner)?,
            b"duration" => heard = seconds(scanner)?,
            b"type" if scanner.peek()? == Kind::String => {
                let token = scanner.string()?;
                note_type(reading, &scanner.text(&token));
            }
            b"audio" | b"delta" => {
                reading.media += u64::from(scanner.peek()? == Kind::String);
                scanner.pass_unchecked()?;
            }
            b"error" => reading.note_error(scanner)?,
            _ => scanner.pass_unchecked()?,
        }
    }
    reading.usage = reading.usage.or_else(|| heard.map(timed));
    Ok(())
}

/// Takes over what an event's type says: `transcript.text.done`, `speech.audio.done`.
pub(crate) fn note_type(reading: &mut ReplyReading, kind: &str) {
    let is_end = matches!(kind, "transcript.text.done" | "speech.audio.done");
    reading.finished |= is_end;
    reading.done |= is_end;
}

/// Consumes a usage of tokens, or of `{"type":"duration","seconds":..}`. Counts of nothing are no count: sound always costs.
pub(crate) fn usage(scanner: &mut Scanner<'_>) -> Result<Option<Usage>, JsonError> {
    let mut again = scanner.clone();
    let counted = read_usage(scanner)?.filter(is_counted);
    if counted.is_some() {
        return Ok(counted);
    }
    let mut heard = None;
    each_field(&mut again, |scanner, key| {
        if key != b"seconds" {
            return scanner.pass_unchecked();
        }
        heard = seconds(scanner)?;
        Ok(())
    })?;
    Ok(heard.map(timed))
}

/// Says whether a usage counts anything.
pub(crate) const fn is_counted(usage: &Usage) -> bool {
    usage.prompt > 0 || usage.completion > 0
}

/// Consumes a time in seconds and returns what it counts as.
pub(crate) fn timed_usage(scanner: &mut Scanner<'_>) -> Result<Option<Usage>, JsonError> {
    Ok(seconds(scanner)?.map(timed))
}

fn timed(milliseconds: u64) -> Usage {
    Usage {
        prompt: tokens_of(milliseconds).max(1),
        ..Usage::default()
    }
}

/// Consumes a value; a positive number of seconds, or such a number as text, gives milliseconds.
fn seconds(scanner: &mut Scanner<'_>) -> Result<Option<u64>, JsonError> {
    let value = match scanner.peek()? {
        Kind::Number => std::str::from_utf8(scanner.number()?)
            .ok()
            .and_then(|digits| digits.parse::<f64>().ok()),
        Kind::String => {
            let token = scanner.string()?;
            scanner.text(&token).parse::<f64>().ok()
        }
        _ => {
            scanner.pass_unchecked()?;
            None
        }
    };
    // No sound is longer than a year; what is no number compares false.
    let is_time = |seconds: &f64| *seconds > 0.0 && *seconds < 31_536_000.0;
    Ok(value
        .filter(is_time)
        .map(|seconds| (seconds * 1_000.0).ceil() as u64))
}
