//! Family `anthropic_messages`: Anthropic messages and their token count.
//! Not spoken yet: every direction refuses.

pub mod client_reply;
pub mod client_request;
pub(crate) mod tap;
pub mod upstream_reply;
pub mod upstream_request;
