//! Same family on both ends: reads usage and errors of a rerank beside the bytes that pass through.
//! Jina reports a `usage`, Cohere and `SiliconFlow` a `meta`; must never fail an answer.

use crate::canon::Usage;
use crate::family::reading::{ReplyReading, each_field};
use crate::json::{JsonError, Kind, Scanner};
use crate::usage::read_usage;

/// Reads a reply. An unreadable one says nothing.
pub(crate) fn read_reply(data: &[u8]) -> Option<ReplyReading> {
    let mut scanner = Scanner::new(data);
    if scanner.peek() != Ok(Kind::Object) {
        return None;
    }
    let mut reading = ReplyReading::default();
    let mut meta = None;
    each_field(&mut scanner, |scanner, key| {
        match key {
            b"usage" => reading.usage = read_usage(scanner)?,
            b"meta" => meta = meta_usage(scanner)?,
            b"error" => reading.note_error(scanner)?,
            _ => scanner.pass_unchecked()?,
        }
        Ok(())
    })
    .ok()?;
    reading.usage = reading.usage.or(meta);
    Some(reading)
}

/// Consumes a `meta`; its `tokens` count, else its `billed_units` where they are tokens.
pub(crate) fn meta_usage(scanner: &mut Scanner<'_>) -> Result<Option<Usage>, JsonError> {
    let (mut tokens, mut billed) = (None, None);
    each_field(scanner, |scanner, key| {
        match key {
            b"tokens" => tokens = read_usage(scanner)?,
            b"billed_units" => billed = read_usage(scanner)?,
            _ => scanner.pass_unchecked()?,
        }
        Ok(())
    })?;
    Ok(tokens.or(billed))
}
