//! Who runs an API: one row a channel type, with its address, its way of authentication and its quirks.
//! Read by the plan and the call. Most vendors are facts only; those with a dialect of their own have a folder.

mod address;
mod aiproxy;
mod ali;
mod aliases;
mod baidu;
mod base64;
mod cloudflare;
mod cohere;
mod coze;
mod deposits;
pub(crate) mod dialect;
mod dify;
pub(crate) mod document;
mod follow;
mod gemini_images;
mod imagen;
pub mod keys;
mod masks;
mod media;
mod models;
mod ollama;
mod palm;
mod plain;
mod profile;
mod quirks;
mod replicate;
pub(crate) mod service;
mod siliconflow;
pub(crate) mod state;
mod table;
mod tencent;
mod tool_ids;
mod xunfei;
mod zhipu;

pub use address::{PathRule, Place, UrlError};
pub(crate) use base64::base64_decode;
pub(crate) use deposits::deposits;
pub use deposits::{Deposit, deposit_address, deposited, place, takes_deposits};
pub use dialect::Dialect;
pub use follow::{Elsewhere, Follow, cancel, follow, may_follow, stream};
pub use profile::{Auth, Forms, Headers, Profile, Way};
pub use quirks::{Adapted, Adapting, Quirk};
pub use service::Service;
pub use table::{profile, profiles};
