//! Who runs an API: one row a channel type, with its address, its way of authentication and its quirks.
//! Read by the plan and the call; holds facts only, no code a vendor.

mod profile;
mod table;

pub use profile::{Auth, PathRule, Profile, UrlError, Way};
pub use table::{profile, profiles};
