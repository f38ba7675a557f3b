//! Who runs an API: one row a channel type, with its address, its way of authentication and its quirks.
//! Read by the plan and the call. Most vendors are facts only; those with a dialect of their own have a folder.

mod address;
mod aliases;
mod base64;
mod cohere;
pub(crate) mod dialect;
mod dify;
pub(crate) mod document;
pub mod keys;
mod models;
mod ollama;
mod plain;
mod profile;
mod quirks;
pub(crate) mod state;
mod table;
mod tool_ids;

pub use address::{PathRule, Place, UrlError};
pub(crate) use base64::base64_decode;
pub use dialect::Dialect;
pub use profile::{Auth, Forms, Profile, Way};
pub use quirks::{Adapted, Adapting, Quirk};
pub use table::{profile, profiles};
