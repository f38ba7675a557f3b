//! Ollama's own chat, `/api/chat`: one JSON document, or one a line.
//! After its API documentation of August 2026.

pub(super) mod reply;
pub(super) mod request;
