//! The policy crate's behaviour through its public face, one module a subject.

mod keys;
mod price;
mod retry;
mod routing;
mod snapshot;
mod support;
