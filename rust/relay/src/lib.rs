//! The data plane of Weirgate: one port, one straight line a request, all of its I/O.
//!
//! ```text
//! client ─► listener ─► pipeline::handle
//!             identify ► receive ► admit ► plan ► call ► stream ► settle ─► provider
//!                │          │        │hold (accounts) + Hold record (journal)
//!                └──────────┴────────┴──► refuse (the family's own error body)
//!           every other path ─► management (Unix socket)
//! ```
//!
//! It never waits for Python, a database or a lock held across an await, and it never answers
//! from an upstream before the money is held.

pub mod accounts;
mod ask;
mod body;
mod config;
mod error;
mod gateway;
mod gather;
pub mod journal;
mod keeper;
mod listener;
mod management;
mod maps;
mod pipeline;
pub mod probe;
mod public_tls;
mod small_write;
mod spool;
mod state;
mod telemetry;
mod upstream;
mod watched_io;
mod worker;

pub use config::{Config, JournalLimits, Limits, TlsFiles};
pub use error::{Error, ErrorKind, PublishError, Side, StartError};
pub use gateway::Gateway;
