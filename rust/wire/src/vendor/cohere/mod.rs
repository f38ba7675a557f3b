//! Cohere's own chat, `/v2/chat`: whole JSON answers and typed events.
//! After the API reference of August 2026.

pub(super) mod embed;
pub(super) mod reply;
pub(super) mod request;
pub(super) mod rerank;
