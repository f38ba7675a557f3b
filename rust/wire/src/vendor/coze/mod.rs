//! Coze's bots, `/v3/chat`: a conversation in, typed events out.
//! After docs.coze.cn (chat v3), in excerpts, 2026-11-21. Answers without a stream would have to be asked for again and again, so
//! every call streams and the relay gathers.

pub(super) mod reply;
pub(super) mod request;
