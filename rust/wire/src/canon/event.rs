//! A streamed reply as the hub knows it: what a decoder gives and an encoder takes.
//! Deltas are small and ordered; nothing here accumulates.

use serde::Serialize;
use serde_json::{Map, Value};

use super::error::ErrorBody;
use super::reply::StopReason;
use super::usage::Usage;

/// One step of a streamed reply. `choice` is the answer's number, from 0.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Event {
    /// The first thing of a reply.
    Start {
        /// The provider's id.
        id: String,
        /// The model that answers.
        model: String,
        /// When, in Unix seconds.
        created: i64,
    },
    /// Output text.
    Text {
        /// The answer.
        choice: u32,
        /// The piece.
        text: String,
    },
    /// Thinking.
    Reasoning {
        /// The answer.
        choice: u32,
        /// The piece.
        text: String,
    },
    /// The provider's proof of the thinking before it; whole, or in pieces that follow each other.
    Signature {
        /// The answer.
        choice: u32,
        /// The piece.
        text: String,
    },
    /// Media that the model made, whole.
    Media {
        /// The answer.
        choice: u32,
        /// `image/png` ...
        mime: String,
        /// Base64.
        data: String,
    },
    /// A refusal.
    Refusal {
        /// The answer.
        choice: u32,
        /// The piece.
        text: String,
    },
    /// A tool call begins. Several may be open at once.
    ToolStart {
        /// The answer.
        choice: u32,
        /// The call's number within the answer, from 0.
        call: u32,
        /// The call's id.
        id: String,
        /// The tool's name.
        name: String,
    },
    /// A piece of a tool call's arguments.
    ToolArguments {
        /// The answer.
        choice: u32,
        /// The call's number within the answer.
        call: u32,
        /// The piece of JSON text.
        text: String,
    },
    /// Log probabilities of what was last said, as the family writes them.
    Logprobs {
        /// The answer.
        choice: u32,
        /// As it came.
        value: Value,
    },
    /// Fields of a delta that only the family knows (audio, annotations ...).
    Extra {
        /// The answer.
        choice: u32,
        /// As they came.
        fields: Map<String, Value>,
    },
    /// An answer ends.
    Stop {
        /// The answer.
        choice: u32,
        /// Why.
        reason: StopReason,
    },
    /// What it took; the last one counts.
    Usage(Usage),
    /// The provider reported an error, or sent what cannot be read.
    Error(ErrorBody),
    /// The stream is over.
    End {
        /// Whether the provider ended it; `false` when it just broke off.
        is_complete: bool,
    },
}
