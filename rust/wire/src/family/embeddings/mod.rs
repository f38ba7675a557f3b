//! Family `embeddings`: `POST /v1/embeddings`, one JSON body each way, never a stream.
//! Errors have the `OpenAI` shape.

pub mod client_reply;
pub mod client_request;
pub(crate) mod tap;
mod types;
pub mod upstream_reply;
pub mod upstream_request;
