//! The hub that every family meets in: typed requests, replies, events, usage and errors.
//! Families translate to and from these types and never to each other directly.

mod error;
mod usage;

pub use error::ErrorBody;
pub use usage::Usage;
