//! Family `openai_chat`: chat completions and the legacy completions.
//! Paths `/v1/chat/completions` and `/v1/completions`; errors are `{"error":{message,type,param,code}}`;
//! a stream is `data: <chunk>` events ended by `data: [DONE]`.

pub mod client_reply;
pub mod client_request;
mod crossed;
mod described;
pub(crate) mod tap;
mod types;
pub mod upstream_reply;
pub mod upstream_request;
mod vendor_words;

use crate::canon::{Role, StopReason};

/// Finish reasons and their meaning.
const STOP_REASONS: [(&str, StopReason); 4] = [
    ("stop", StopReason::Stop),
    ("length", StopReason::Length),
    ("tool_calls", StopReason::ToolCalls),
    ("content_filter", StopReason::ContentFilter),
];

fn stop_reason(word: &str) -> StopReason {
    let known = STOP_REASONS.iter().find(|(name, _)| *name == word);
    known.map_or_else(
        || StopReason::Other(word.to_owned()),
        |(_, reason)| reason.clone(),
    )
}

fn stop_word(reason: &StopReason) -> &str {
    match reason {
        StopReason::Stop => "stop",
        StopReason::Length => "length",
        StopReason::ToolCalls => "tool_calls",
        StopReason::ContentFilter => "content_filter",
        StopReason::Other(word) => word,
    }
}

fn role_of(word: &str) -> Role {
    match word {
        "system" => Role::System,
        "developer" => Role::Developer,
        "user" => Role::User,
        "assistant" => Role::Assistant,
        "tool" => Role::Tool,
        other => Role::Unknown(other.to_owned()),
    }
}

fn role_word(role: &Role) -> &str {
    match role {
        Role::System => "system",
        Role::Developer => "developer",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
        Role::Unknown(other) => other,
    }
}
