//! Family `gemini`: Gemini's generateContent and its relatives.
//! Paths `/v1beta/models/{model}:{action}`; errors are `{"error":{code,message,status}}`; a stream is `data: <reply>` events
//! or, without `?alt=sse`, one JSON array; neither has an end mark. Both `camelCase` and `snake_case` names are read.

mod array;
pub mod client_reply;
pub mod client_request;
pub(crate) mod tap;
pub mod upstream_reply;
pub mod upstream_request;
pub(crate) mod usage;

pub use array::{ArrayStream, StreamForm};
