//! What the gateway says about itself: metrics, the access log, the admin listener.
//!
//! Never a key, never a prompt, and no label whose values a client could invent.

pub(crate) mod access_log;
pub(crate) mod admin;
pub(crate) mod metrics;
mod scrape;
