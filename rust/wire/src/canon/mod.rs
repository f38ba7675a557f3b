//! The hub that every family meets in: typed requests, replies, events, usage and errors.
//! Families translate to and from these types and never to each other directly.

mod crossing;
mod effort;
mod error;
mod event;
mod images;
mod question;
mod reply;
mod request;
mod rerank;
mod tools_used;
mod usage;

pub(crate) use crossing::{ProofMarker, is_marked};
pub use effort::{budget_of, effort_of};
pub use error::{DecodeError, EncodeError, ErrorBody};
pub use event::Event;
pub use images::{ImagesReply, ImagesRequest, Made};
pub use question::Question;
pub use reply::{Choice, Embedding, EmbeddingsReply, Reply, StopReason};
pub use request::{
    EmbeddingInput, EmbeddingsRequest, Input, MediaSource, Message, OutputFormat, Part, PartKind,
    Prompt, Request, Role, Sampling, SpacedTool, TextTool, Thinking, Tool, ToolChoice, WebSearch,
};
pub use rerank::{Ranked, RerankReply, RerankRequest};
pub use tools_used::{DrawnImages, ToolCalls};
pub use usage::Usage;
