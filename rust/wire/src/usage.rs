//! Reads usage objects of every shape that `OpenAI`-like providers send into [`Usage`], and writes the documented one.
//! Called by the taps, the reply readers, the decoder and the encoder; tolerant of wrong types, since a reply is never refused for them.

use serde_json::{Value, json};

use crate::canon::{ToolCalls, Usage};
use crate::json::{JsonError, Kind, Scanner};

/// The counts of one usage object, as found.
#[derive(Default)]
struct Counts {
    prompt: Option<u64>,
    /// `input_tokens`, which Anthropic counts without what a cache read or wrote.
    input: Option<u64>,
    claude_read: Option<u64>,
    claude_write: Option<u64>,
    completion: Option<u64>,
    total: Option<u64>,
    cached_fallback: Option<u64>,
    cached: Option<u64>,
    write_5m: Option<u64>,
    write_1h: Option<u64>,
    write_any: Option<u64>,
    reasoning: Option<u64>,
    audio_in: Option<u64>,
    audio_out: Option<u64>,
    image_in: Option<u64>,
    image_out: Option<u64>,
    searches: Option<u64>,
}

/// Consumes the value at the scanner and returns its usage; `None` for null, other types and objects without any count.
pub(crate) fn read_usage(scanner: &mut Scanner<'_>) -> Result<Option<Usage>, JsonError> {
    if scanner.peek()? != Kind::Object {
        scanner.pass()?;
        return Ok(None);
    }
    let mut counts = Counts::default();
    scanner.enter_object()?;
    let mut first = true;
    while let Some(key) = scanner.next_key(&mut first)? {
        let key = scanner.key(&key);
        match key.as_ref() {
            b"prompt_tokens" => set(&mut counts.prompt, read_count(scanner)?),
            b"input_tokens" => set(&mut counts.input, read_count(scanner)?),
            b"cache_read_input_tokens" => set(&mut counts.claude_read, read_count(scanner)?),
            b"cache_creation_input_tokens" => set(&mut counts.claude_write, read_count(scanner)?),
            b"server_tool_use" => each_count(scanner, |key, count| {
                if key == b"web_search_requests" {
                    set(&mut counts.searches, count);
                }
            })?,
            b"cache_creation" => each_count(scanner, |key, count| match key {
                b"ephemeral_5m_input_tokens" => set(&mut counts.write_5m, count),
                b"ephemeral_1h_input_tokens" => set(&mut counts.write_1h, count),
                _ => {}
            })?,
            b"completion_tokens" => set(&mut counts.completion, read_count(scanner)?),
            b"output_tokens" => fill(&mut counts.completion, read_count(scanner)?),
            b"total_tokens" => set(&mut counts.total, read_count(scanner)?),
            b"prompt_cache_hit_tokens" | b"cached_tokens" => {
                set(&mut counts.cached_fallback, read_count(scanner)?);
            }
            b"claude_cache_creation_5_m_tokens" => set(&mut counts.write_5m, read_count(scanner)?),
            b"claude_cache_creation_1_h_tokens" => set(&mut counts.write_1h, read_count(scanner)?),
            b"prompt_tokens_details" | b"input_tokens_details" | b"input_token_details" => {
                read_prompt_details(scanner, &mut counts)?;
            }
            b"completion_tokens_details" | b"output_tokens_details" | b"output_token_details" => {
                read_completion_details(scanner, &mut counts)?;
            }
            _ => scanner.pass()?,
        }
    }
    Ok(counts.usage())
}

impl Counts {
    /// xAI counts reasoning beside the completion, not in it: there the total is the sum of all three (recordings of 2026).
    fn completion_with_reasoning(&self) -> u64 {
        let completion = self.completion.unwrap_or(0);
        let (Some(prompt), Some(total), Some(reasoning)) =
            (self.whole_prompt(), self.total, self.reasoning)
        else {
            return completion;
        };
        let with_reasoning = completion.saturating_add(reasoning);
        if total == prompt.saturating_add(with_reasoning) {
            with_reasoning
        } else {
            completion
        }
    }

    /// Returns the input tokens; Anthropic's, told by its cache counts, gain what a cache read or wrote.
    fn whole_prompt(&self) -> Option<u64> {
        let cached = self.claude_read.unwrap_or(0);
        let split = self.write_5m.unwrap_or(0) + self.write_1h.unwrap_or(0);
        let cached = cached.saturating_add(self.claude_write.unwrap_or(split));
        let input = self.input.map(|input| input.saturating_add(cached));
        self.prompt.or(input)
    }

    fn usage(&self) -> Option<Usage> {
        let prompt = self.whole_prompt();
        if prompt.is_none() && self.completion.is_none() && self.total.is_none() {
            return None;
        }
        let completion = self.completion_with_reasoning();
        let from_total = self.total.unwrap_or(0).saturating_sub(completion);
        let write_1h = self.write_1h.unwrap_or(0);
        let write_5m = match (
            self.write_5m
                .max(self.claude_write.map(|all| all.saturating_sub(write_1h))),
            self.write_any,
        ) {
            (Some(count), _) => count,
            (None, Some(all)) => all.saturating_sub(write_1h),
            (None, None) => 0,
        };
        Some(Usage {
            prompt: prompt.unwrap_or(from_total),
            completion,
            cached_read: self
                .cached
                .or(self.cached_fallback)
                .or(self.claude_read)
                .unwrap_or(0),
            cache_write_5m: write_5m,
            cache_write_1h: write_1h,
            reasoning: self.reasoning.unwrap_or(0),
            audio_in: self.audio_in.unwrap_or(0),
            audio_out: self.audio_out.unwrap_or(0),
            image_in: self.image_in.unwrap_or(0),
            image_out: self.image_out.unwrap_or(0),
            images: 0,
            tools: ToolCalls {
                web_search: self.searches.map_or(0, capped),
                ..ToolCalls::default()
            },
        })
    }
}

/// Returns a count of calls; more than fit are as many as fit.
pub(crate) fn capped(calls: u64) -> u32 {
    u32::try_from(calls).unwrap_or(u32::MAX)
}

fn set(slot: &mut Option<u64>, count: Option<u64>) {
    if count.is_some() {
        *slot = count;
    }
}

fn fill(slot: &mut Option<u64>, count: Option<u64>) {
    if slot.is_none() {
        *slot = count;
    }
}

fn read_prompt_details(scanner: &mut Scanner<'_>, counts: &mut Counts) -> Result<(), JsonError> {
    each_count(scanner, |key, count| match key {
        b"cached_tokens" => set(&mut counts.cached, count),
        b"cache_write_tokens" | b"cached_creation_tokens" | b"cache_creation_tokens" => {
            set(&mut counts.write_any, count);
        }
        b"audio_tokens" => set(&mut counts.audio_in, count),
        b"image_tokens" => set(&mut counts.image_in, count),
        _ => {}
    })
}

fn read_completion_details(
    scanner: &mut Scanner<'_>,
    counts: &mut Counts,
) -> Result<(), JsonError> {
    each_count(scanner, |key, count| match key {
        b"reasoning_tokens" | b"thinking_tokens" => set(&mut counts.reasoning, count),
        b"audio_tokens" => set(&mut counts.audio_out, count),
        b"image_tokens" => set(&mut counts.image_out, count),
        _ => {}
    })
}

/// Consumes a value and, if it is an object, hands each key with its count (if it is one) to `found`.
fn each_count(
    scanner: &mut Scanner<'_>,
    mut found: impl FnMut(&[u8], Option<u64>),
) -> Result<(), JsonError> {
    if scanner.peek()? != Kind::Object {
        scanner.pass()?;
        return Ok(());
    }
    scanner.enter_object()?;
    let mut first = true;
    while let Some(key) = scanner.next_key(&mut first)? {
        let key = scanner.key(&key);
        found(&key, read_count(scanner)?);
    }
    Ok(())
}

/// Consumes a value; a number that is not negative is a count (fractions are cut off), anything else is none.
pub(crate) fn read_count(scanner: &mut Scanner<'_>) -> Result<Option<u64>, JsonError> {
    if scanner.peek()? != Kind::Number {
        scanner.pass()?;
        return Ok(None);
    }
    let digits = scanner.number()?;
    Ok(count_of(digits))
}

/// Returns the value of a number's text as a count.
pub(crate) fn count_of(digits: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok()?;
    if let Ok(count) = text.parse::<u64>() {
        return Some(count);
    }
    let number = text.parse::<f64>().ok()?;
    (number >= 0.0).then_some(number as u64)
}

/// Returns the usage object of chat and legacy completions.
pub(crate) fn usage_value(usage: &Usage) -> Value {
    let total = usage.prompt.saturating_add(usage.completion);
    let written = usage.cache_write_5m.saturating_add(usage.cache_write_1h);
    let mut value = json!({
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": total,
        "prompt_tokens_details": {
            "cached_tokens": usage.cached_read,
            "audio_tokens": usage.audio_in,
            "image_tokens": usage.image_in,
        },
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            "audio_tokens": usage.audio_out,
        },
    });
    if written > 0 {
        let details = value
            .get_mut("prompt_tokens_details")
            .and_then(Value::as_object_mut);
        if let Some(details) = details {
            details.insert("cached_creation_tokens".to_owned(), written.into());
        }
        if let Some(fields) = value.as_object_mut() {
            let hour = usage.cache_write_1h.into();
            fields.insert("claude_cache_creation_1_h_tokens".to_owned(), hour);
        }
    }
    value
}
