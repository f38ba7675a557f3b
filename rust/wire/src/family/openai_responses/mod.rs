//! Family `openai_responses`: `OpenAI` responses.
//! Not spoken yet: every direction refuses.

pub mod client_reply;
pub mod client_request;
pub(crate) mod tap;
pub mod upstream_reply;
pub mod upstream_request;
