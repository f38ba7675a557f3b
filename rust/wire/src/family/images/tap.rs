//! Same family on both ends: reads one event or one whole reply beside the bytes that pass through.
//! Counts the images, since some models are priced by them; must never fail a stream, whatever a provider sends.

use crate::canon::Usage;
use crate::family::reading::{ReplyReading, each_element};
use crate::json::{JsonError, Kind, Scanner};
use crate::usage::read_usage;

/// Reads an event or a reply; `so_far` is what earlier events reported, since each image has its own.
pub(crate) fn read_reply(data: &[u8], so_far: Option<&Usage>) -> Option<ReplyReading> {
    let mut scanner = Scanner::new(data);
    if scanner.peek() != Ok(Kind::Object) {
        return None;
    }
    let mut reading = ReplyReading::default();
    walk(&mut scanner, &mut reading).ok()?;
    if let (Some(usage), Some(before)) = (&mut reading.usage, so_far) {
        add(usage, before);
    }
    Some(reading)
}

fn walk(scanner: &mut Scanner<'_>, reading: &mut ReplyReading) -> Result<(), JsonError> {
    scanner.enter_object()?;
    let mut first = true;
    while let Some(key) = scanner.next_key(&mut first)? {
        match scanner.key(&key).as_ref() {
            b"usage" => reading.usage = read_usage(scanner)?,
            b"data" => each_element(scanner, |scanner| {
                reading.images += 1;
                scanner.pass_unchecked()
            })?,
            b"type" if scanner.peek()? == Kind::String => {
                let token = scanner.string()?;
                note_type(reading, &scanner.text(&token));
            }
            b"b64_json" | b"url" => {
                reading.media += u64::from(scanner.peek()? == Kind::String);
                scanner.pass_unchecked()?;
            }
            b"error" => reading.note_error(scanner)?,
            _ => scanner.pass_unchecked()?,
        }
    }
    Ok(())
}

/// Takes over what an event's type says.
pub(crate) fn note_type(reading: &mut ReplyReading, kind: &str) {
    if kind.ends_with(".completed") {
        reading.finished = true;
        reading.images += 1;
    }
}

/// Adds what was reported before.
pub(crate) fn add(usage: &mut Usage, before: &Usage) {
    let pairs = [
        (&mut usage.prompt, before.prompt),
        (&mut usage.completion, before.completion),
        (&mut usage.cached_read, before.cached_read),
        (&mut usage.image_in, before.image_in),
    ];
    for (count, earlier) in pairs {
        *count = count.saturating_add(earlier);
    }
}
