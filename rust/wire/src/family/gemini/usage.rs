//! `usageMetadata` both ways: read by the tap, the decoder, the reply reader and the skimmer; written by the encoder.
//! Counts are taken as the provider documents them; a total is never billed.

use serde_json::{Map, Value, json};

use crate::canon::Usage;
use crate::family::reading::{each_element, each_field};
use crate::json::{JsonError, Kind, Scanner};
use crate::usage::read_count;

/// The counts of one `usageMetadata`, as found.
#[derive(Default)]
struct Counts {
    prompt: Option<u64>,
    tool_use: Option<u64>,
    candidates: Option<u64>,
    thoughts: Option<u64>,
    cached: Option<u64>,
    audio_in: Option<u64>,
    image_in: Option<u64>,
    image_out: Option<u64>,
    audio_out: Option<u64>,
}

/// Where the tokens of a modality are counted.
#[derive(Clone, Copy)]
enum Side {
    Input,
    Output,
}

/// Consumes the value at the scanner and returns its usage; `None` for other types and objects without any count (a stream's
/// early events say only `trafficType`). Counts are totals so far; those that an event leaves out are taken from `so_far`.
///
/// Documented (Gemini API reference, `UsageMetadata`): `totalTokenCount` is the sum of prompt, candidates, tool use and
/// thoughts. Recorded replies exist whose total is higher than what they list (a total of 8 beside a prompt of 7 and no
/// completion): thoughts or tool results that were not itemised. Only itemised counts are billed, since prices differ by
/// kind and the rest has none.
pub(crate) fn read_usage(
    scanner: &mut Scanner<'_>,
    so_far: Option<&Usage>,
) -> Result<Option<Usage>, JsonError> {
    if scanner.peek()? != Kind::Object {
        scanner.pass()?;
        return Ok(None);
    }
    let mut counts = Counts::default();
    each_field(scanner, |scanner, key| {
        let slot = match key {
            b"promptTokenCount" | b"prompt_token_count" => &mut counts.prompt,
            b"toolUsePromptTokenCount" | b"tool_use_prompt_token_count" => &mut counts.tool_use,
            // The live API's name for the same count.
            b"candidatesTokenCount"
            | b"candidates_token_count"
            | b"responseTokenCount"
            | b"response_token_count" => &mut counts.candidates,
            b"thoughtsTokenCount" | b"thoughts_token_count" => &mut counts.thoughts,
            b"cachedContentTokenCount" | b"cached_content_token_count" => &mut counts.cached,
            b"promptTokensDetails"
            | b"prompt_tokens_details"
            | b"toolUsePromptTokensDetails"
            | b"tool_use_prompt_tokens_details" => {
                return read_details(scanner, Side::Input, &mut counts);
            }
            b"candidatesTokensDetails"
            | b"candidates_tokens_details"
            | b"responseTokensDetails"
            | b"response_tokens_details" => {
                return read_details(scanner, Side::Output, &mut counts);
            }
            _ => return scanner.pass(),
        };
        let count = read_count(scanner)?;
        *slot = count.or(*slot);
        Ok(())
    })?;
    Ok(counts.usage(so_far))
}

/// `[{"modality":"TEXT","tokenCount":9}]`
fn read_details(
    scanner: &mut Scanner<'_>,
    side: Side,
    counts: &mut Counts,
) -> Result<(), JsonError> {
    each_element(scanner, |scanner| {
        let mut modality = Vec::new();
        let mut count = None;
        each_field(scanner, |scanner, key| match key {
            b"modality" if scanner.peek()? == Kind::String => {
                let token = scanner.string()?;
                modality = scanner.key(&token).into_owned();
                Ok(())
            }
            b"tokenCount" | b"token_count" => {
                count = read_count(scanner)?;
                Ok(())
            }
            _ => scanner.pass(),
        })?;
        let slot = match (modality.as_slice(), side) {
            (b"AUDIO", Side::Input) => &mut counts.audio_in,
            (b"IMAGE", Side::Input) => &mut counts.image_in,
            (b"AUDIO", Side::Output) => &mut counts.audio_out,
            (b"IMAGE", Side::Output) => &mut counts.image_out,
            _ => return Ok(()),
        };
        if let Some(count) = count {
            *slot = Some(slot.unwrap_or(0).saturating_add(count));
        }
        Ok(())
    })
}

/// Adds two counts of which at least one is there.
fn sum(first: Option<u64>, second: Option<u64>) -> Option<u64> {
    match (first, second) {
        (None, None) => None,
        _ => Some(first.unwrap_or(0).saturating_add(second.unwrap_or(0))),
    }
}

impl Counts {
    fn usage(&self, so_far: Option<&Usage>) -> Option<Usage> {
        let prompt = sum(self.prompt, self.tool_use);
        let completion = sum(self.candidates, self.thoughts);
        if prompt.is_none() && completion.is_none() {
            return None;
        }
        let before = so_far.copied().unwrap_or_default();
        Some(Usage {
            prompt: prompt.unwrap_or(before.prompt),
            completion: completion.unwrap_or(before.completion),
            cached_read: self.cached.unwrap_or(before.cached_read),
            cache_write_5m: 0,
            cache_write_1h: 0,
            reasoning: self.thoughts.unwrap_or(before.reasoning),
            audio_in: self.audio_in.unwrap_or(before.audio_in),
            audio_out: self.audio_out.unwrap_or(before.audio_out),
            image_in: self.image_in.unwrap_or(before.image_in),
            image_out: self.image_out.unwrap_or(before.image_out),
            images: 0,
            tools: before.tools,
        })
    }
}
/// Returns the `usageMetadata` object. What a provider reported as reasoning stands beside the candidates, not in them.
pub(super) fn usage_value(usage: &Usage) -> Value {
    // Some servers report more reasoning than output; together they must not be more than the output.
    let thoughts = usage.reasoning.min(usage.completion);
    let candidates = usage.completion.saturating_sub(thoughts);
    let text_in = usage
        .prompt
        .saturating_sub(usage.audio_in.saturating_add(usage.image_in));
    let inputs = [
        ("TEXT", text_in),
        ("AUDIO", usage.audio_in),
        ("IMAGE", usage.image_in),
    ];
    let mut fields = Map::new();
    fields.insert("promptTokenCount".to_owned(), json!(usage.prompt));
    fields.insert("candidatesTokenCount".to_owned(), json!(candidates));
    let total = usage.prompt.saturating_add(usage.completion);
    fields.insert("totalTokenCount".to_owned(), json!(total));
    fields.insert("promptTokensDetails".to_owned(), details(&inputs));
    if usage.audio_out > 0 {
        let text_out = candidates.saturating_sub(usage.audio_out);
        let outputs = [("TEXT", text_out), ("AUDIO", usage.audio_out)];
        fields.insert("candidatesTokensDetails".to_owned(), details(&outputs));
    }
    if usage.cached_read > 0 {
        let cached = json!(usage.cached_read);
        fields.insert("cachedContentTokenCount".to_owned(), cached);
    }
    if thoughts > 0 {
        fields.insert("thoughtsTokenCount".to_owned(), json!(thoughts));
    }
    Value::Object(fields)
}

fn details(counts: &[(&str, u64)]) -> Value {
    let said = counts.iter().filter(|(_, count)| *count > 0);
    let entries = said.map(|(modality, count)| json!({"modality": modality, "tokenCount": count}));
    Value::Array(entries.collect())
}
