//! `PaLM`'s `generateMessage` of the `v1beta2` API: whole answers only, which the relay spreads for clients of streams.
//! After ai.google.dev/api/palm (v1beta2, models.generateMessage); not checked against the pages; it reports no usage.

pub(super) mod reply;
pub(super) mod request;
