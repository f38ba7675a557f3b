//! Who runs an API: one row a channel type, with its address, its way of authentication and its quirks.
//! Read by the plan and the call. Most vendors are facts only; those with a dialect of their own have a folder.

mod address;
mod aliases;
pub(crate) mod document;
pub mod keys;
mod models;
mod profile;
mod quirks;
mod table;
mod tool_ids;

pub use address::{PathRule, Place, UrlError};
pub use profile::{Auth, Forms, Profile, Way};
pub use quirks::{Adapted, Adapting, Quirk};
pub use table::{profile, profiles};
