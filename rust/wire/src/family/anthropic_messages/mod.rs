//! Family `anthropic_messages`: Anthropic messages and their token count.
//! Paths `/v1/messages` and `/v1/messages/count_tokens`; errors are `{"type":"error","error":{type,message}}`; a stream is
//! named events from `message_start` to `message_stop`, whose content blocks follow each other with indices from 0.

mod blocks;
pub mod client_reply;
pub mod client_request;
mod errors;
mod messages;
mod models;
mod schema;
pub(crate) mod tap;
mod thinking;
mod types;
pub mod upstream_reply;
pub mod upstream_request;
mod usage;

pub(crate) use errors::error_value;

use crate::canon::StopReason;

/// Stop reasons and their meaning; of several with one meaning the first is written.
const STOP_REASONS: [(&str, StopReason); 8] = [
    ("end_turn", StopReason::Stop),
    ("stop_sequence", StopReason::Stop),
    ("pause_turn", StopReason::Stop),
    ("compaction", StopReason::Stop),
    ("max_tokens", StopReason::Length),
    ("model_context_window_exceeded", StopReason::Length),
    ("tool_use", StopReason::ToolCalls),
    ("refusal", StopReason::ContentFilter),
];

fn stop_reason(word: &str) -> StopReason {
    let known = STOP_REASONS.iter().find(|(name, _)| *name == word);
    known.map_or_else(
        || StopReason::Other(word.to_owned()),
        |(_, reason)| reason.clone(),
    )
}

/// Returns the family's word; a reply that calls tools says so even where its provider says `stop`.
fn stop_word(reason: Option<&StopReason>, calls_tools: bool) -> &'static str {
    match reason {
        None | Some(StopReason::Stop) if calls_tools => "tool_use",
        Some(StopReason::Other(word)) => {
            let known = STOP_REASONS.iter().find(|(name, _)| name == word);
            known.map_or("end_turn", |(name, _)| *name)
        }
        None => "end_turn",
        Some(reason) => {
            let known = STOP_REASONS.iter().find(|(_, known)| known == reason);
            known.map_or("end_turn", |(name, _)| *name)
        }
    }
}
