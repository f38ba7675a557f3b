//! Token counts of this family, whose `input_tokens` leave out what a cache read or wrote; the hub's counts include it.
//! Read by the tap and the decoder in one scan, merged over the events of a stream; written by the encoder.

use serde_json::{Value, json};

use crate::canon::{ToolCalls, Usage};
use crate::family::reading::each_field;
use crate::json::{JsonError, Kind, Scanner};
use crate::usage::{capped, read_count};

/// The counts of one usage object, as found.
#[derive(Default)]
struct Counts {
    input: Option<u64>,
    output: Option<u64>,
    read: Option<u64>,
    write: Option<u64>,
    write_5m: Option<u64>,
    write_1h: Option<u64>,
    reasoning: Option<u64>,
    searches: Option<u64>,
}

/// Consumes a usage object and merges it with what earlier events of the stream said; `None` when there is no count in it.
pub(super) fn read_usage(
    scanner: &mut Scanner<'_>,
    so_far: Option<&Usage>,
) -> Result<Option<Usage>, JsonError> {
    if scanner.peek()? != Kind::Object {
        scanner.pass()?;
        return Ok(None);
    }
    let mut counts = Counts::default();
    each_field(scanner, |scanner, key| {
        match key {
            b"input_tokens" => counts.input = read_count(scanner)?,
            b"output_tokens" => counts.output = read_count(scanner)?,
            b"cache_read_input_tokens" => counts.read = read_count(scanner)?,
            b"cache_creation_input_tokens" => counts.write = read_count(scanner)?,
            b"cache_creation" => each_field(scanner, |scanner, key| {
                match key {
                    b"ephemeral_5m_input_tokens" => counts.write_5m = read_count(scanner)?,
                    b"ephemeral_1h_input_tokens" => counts.write_1h = read_count(scanner)?,
                    _ => scanner.pass_unchecked()?,
                }
                Ok(())
            })?,
            b"server_tool_use" => each_field(scanner, |scanner, key| {
                match key {
                    b"web_search_requests" => counts.searches = read_count(scanner)?,
                    _ => scanner.pass_unchecked()?,
                }
                Ok(())
            })?,
            b"output_tokens_details" => each_field(scanner, |scanner, key| {
                match key {
                    b"thinking_tokens" => counts.reasoning = read_count(scanner)?,
                    _ => scanner.pass_unchecked()?,
                }
                Ok(())
            })?,
            _ => scanner.pass_unchecked()?,
        }
        Ok(())
    })?;
    Ok(counts.usage(so_far))
}

impl Counts {
    /// Later counts replace earlier ones, but a zero does not: some servers fill what they do not know with zeros.
    fn usage(&self, so_far: Option<&Usage>) -> Option<Usage> {
        if self.input.is_none() && self.output.is_none() && self.write.is_none() {
            return so_far.copied();
        }
        let before = so_far.copied().unwrap_or_default();
        let later = |now: Option<u64>, before: u64| now.filter(|now| *now > 0).unwrap_or(before);
        let read = later(self.read, before.cached_read);
        let (write_5m, write_1h) = self.writes(&before);
        let input = later(self.input, plain_input(&before));
        Some(Usage {
            prompt: input
                .saturating_add(read)
                .saturating_add(write_5m)
                .saturating_add(write_1h),
            completion: later(self.output, before.completion),
            cached_read: read,
            cache_write_5m: write_5m,
            cache_write_1h: write_1h,
            reasoning: later(self.reasoning, before.reasoning),
            tools: ToolCalls {
                web_search: capped(later(self.searches, before.tools.web_search.into())),
                ..before.tools
            },
            ..Usage::default()
        })
    }

    /// Returns the tokens written to the five minutes' and the hour's cache; without a split, all are of five minutes.
    fn writes(&self, before: &Usage) -> (u64, u64) {
        let split = self.write_5m.unwrap_or(0) + self.write_1h.unwrap_or(0);
        let Some(all) = self.write.filter(|all| *all > 0).or(Some(split)) else {
            return (before.cache_write_5m, before.cache_write_1h);
        };
        if all == 0 {
            return (before.cache_write_5m, before.cache_write_1h);
        }
        let hour = self.write_1h.unwrap_or(before.cache_write_1h).min(all);
        (all - hour, hour)
    }
}

/// Returns the input tokens that no cache had to do with.
fn plain_input(usage: &Usage) -> u64 {
    usage
        .prompt
        .saturating_sub(usage.cached_read)
        .saturating_sub(usage.cache_write_5m)
        .saturating_sub(usage.cache_write_1h)
}

/// Returns the family's usage object, whole.
pub(super) fn usage_value(usage: &Usage) -> Value {
    let written = usage.cache_write_5m.saturating_add(usage.cache_write_1h);
    json!({
        "input_tokens": plain_input(usage),
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": usage.cached_read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": usage.cache_write_5m,
            "ephemeral_1h_input_tokens": usage.cache_write_1h,
        },
        "output_tokens": usage.completion,
        "output_tokens_details": {"thinking_tokens": usage.reasoning},
    })
}
