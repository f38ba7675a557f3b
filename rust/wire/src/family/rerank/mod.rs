//! Family `rerank`: `POST /v1/rerank` in the shape of Jina and Cohere, one JSON body each way, never a stream.
//! Errors have the `OpenAI` shape.

pub mod client_reply;
pub mod client_request;
pub(crate) mod tap;
