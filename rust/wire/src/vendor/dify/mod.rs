//! Dify's chat apps, `/v1/chat-messages`: one query in, one answer out.
//! After its API documentation of August 2026; tools and sampling belong to the app, not to the call.

pub(super) mod reply;
pub(super) mod request;
