//! Family `gemini`: Gemini's generateContent and its relatives.
//! Paths `/v1beta/models/{model}:{action}`; errors are `{"error":{code,message,status}}`; a stream is `data: <reply>` events
//! or, without `?alt=sse`, one JSON array; neither has an end mark. Both `camelCase` and `snake_case` names are read.

mod array;
pub mod client_reply;
pub mod client_request;
mod contents;
pub(crate) mod embeddings;
mod logprobs;
mod media;
mod messages;
mod partial;
mod parts;
mod schema;
pub(crate) mod signature;
pub(crate) mod tap;
mod thinking;
mod tools;
mod types;
pub mod upstream_reply;
pub mod upstream_request;
pub(crate) mod usage;

pub use array::{ArrayStream, StreamForm};

use crate::canon::StopReason;

/// Returns the meaning of a `finishReason`. All filters are one to other families, and so is what has no kin there.
fn stop_reason(word: &str) -> StopReason {
    match word {
        "STOP" | "FINISH_REASON_UNSPECIFIED" => StopReason::Stop,
        "MAX_TOKENS" => StopReason::Length,
        _ => StopReason::ContentFilter,
    }
}

/// Returns the `finishReason` of an answer; words of other families that mean nothing here are `OTHER`.
fn stop_word(reason: &StopReason) -> &str {
    match reason {
        StopReason::Stop | StopReason::ToolCalls => "STOP",
        StopReason::Length => "MAX_TOKENS",
        StopReason::ContentFilter => "SAFETY",
        StopReason::Other(word) => match word.as_str() {
            "stop_sequence" | "end_turn" | "pause_turn" | "tool_use" | "function_call" => "STOP",
            "max_tokens" | "model_context_window_exceeded" => "MAX_TOKENS",
            "refusal" => "SAFETY",
            _ => "OTHER",
        },
    }
}

/// Makes an id for a call that came without one: the same for the same reply however it is cut, another for every call of
/// a conversation, and in letters that every family takes.
fn call_id(reply_id: &str, choice: u32, call: u32, arguments: &str) -> String {
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let plain: String = reply_id.chars().filter(is_plain).take(24).collect();
    if !plain.is_empty() {
        return format!("call_{plain}_{choice}_{call}");
    }
    // FNV-1a over the arguments, for servers that do not name their replies.
    let hash = arguments
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("call_{hash:016x}_{choice}_{call}")
}
