//! Pure translation between API families: bytes in, typed values or bytes out.
//!
//! Two seams (client, upstream) and two directions (request, reply) meet in [`canon`]. When both ends speak the same
//! family, nothing is translated: [`Envelope`] reads what routing needs and splices, [`StreamTap`] reads beside the stream.
//! This crate must never do I/O, ask the clock or keep a whole reply.

pub mod canon;
mod endpoint;
mod envelope;
mod error_body;
pub mod family;
pub mod framing;
mod json;
pub mod overrides;
mod prompt;
mod realtime;
mod reply;
mod system_prompt;
mod tap;
pub mod task;
mod texts;
pub mod tokens;
pub mod translate;
mod usage;
pub mod vendor;

pub use endpoint::{Endpoint, Family};
pub use envelope::{Edits, Envelope, Media, RequestError, Session};
pub use error_body::{
    client_status, error_body, error_body_of, hidden_in_errors, retry_delay_s, sse_error_event,
    upstream_error,
};
pub use prompt::{count_reply, form_text, prompt_tokens_estimate};
pub use realtime::{SocketEvent, add_usage, read_socket_event, socket_error_event};
pub use reply::{ReplyFacts, ReplySkimmer, reply_facts, reply_output_tokens_estimate};
pub use system_prompt::with_system_prompt;
pub use tap::{StreamOutcome, StreamTap};
pub use texts::any_text;

/// The comment that keeps a silent event stream open; clients ignore it.
pub const KEEP_ALIVE_COMMENT: &[u8] = b": PING\n\n";
