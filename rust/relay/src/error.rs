//! What can go wrong in the data plane, with whose fault it is and whether another try may help.
//!
//! `Error` is born at the station that fails and read by `refuse`, which alone knows HTTP bodies.
//! Messages carry no addresses, keys or prompts.

use std::fmt;

use weirgate_policy::Refusal;
use weirgate_policy::SnapshotError;
use weirgate_wire::RequestError;
use weirgate_wire::canon::ErrorBody;

use crate::journal::JournalError;

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The request is at fault; sending it again does not help.
    Client,
    /// The provider failed.
    Upstream,
    /// This node could not do its part.
    Gateway,
}

/// What happened.
#[derive(Debug)]
pub enum ErrorKind {
    /// The request cannot be read.
    Request(RequestError),
    /// The rules say no.
    Refused(Refusal),
    /// The body stopped arriving or broke off.
    BodyIncomplete,
    /// The body's content encoding is not read here.
    UnsupportedEncoding,
    /// The method does not fit the path.
    MethodNotAllowed,
    /// Path and query are longer than they may be.
    TargetTooLong,
    /// The headers are more, or larger together, than they may be.
    HeadTooLarge,
    /// No such path on the relay.
    UnknownPath,
    /// A path of the family that this gateway does not serve.
    NotImplemented,
    /// No model of this name is open to the caller.
    UnknownModel(String),
    /// No task of this id is the caller's.
    UnknownTask,
    /// The answer is known where the error was born.
    Said(Box<ErrorBody>),
    /// The node is starting or stopping.
    NotReady,
    /// Every candidate failed; the body is what the last one said.
    Upstream(ErrorBody),
    /// A station panicked.
    Internal,
}

/// An error on its way to the client.
#[derive(Debug)]
pub struct Error {
    /// What happened.
    pub kind: ErrorKind,
    /// Whose fault it is.
    pub side: Side,
    /// Seconds after which a new try makes sense; sent as `Retry-After`.
    pub retry_after_s: Option<u32>,
}

impl Error {
    /// An error of the client's making.
    pub(crate) const fn client(kind: ErrorKind) -> Self {
        Self {
            kind,
            side: Side::Client,
            retry_after_s: None,
        }
    }

    /// An error of this node.
    pub(crate) const fn gateway(kind: ErrorKind, retry_after_s: Option<u32>) -> Self {
        Self {
            kind,
            side: Side::Gateway,
            retry_after_s,
        }
    }

    /// The last word of the providers.
    pub(crate) const fn upstream(body: ErrorBody, retry_after_s: Option<u32>) -> Self {
        Self {
            kind: ErrorKind::Upstream(body),
            side: Side::Upstream,
            retry_after_s,
        }
    }

    /// Returns the label under which a refusal is counted; one of a fixed set.
    pub fn reason(&self) -> &'static str {
        match &self.kind {
            ErrorKind::Request(_) => "invalid_request",
            ErrorKind::Refused(refusal) => refusal.reason(),
            ErrorKind::BodyIncomplete => "body_incomplete",
            ErrorKind::UnsupportedEncoding => "unsupported_encoding",
            ErrorKind::MethodNotAllowed => "method_not_allowed",
            ErrorKind::TargetTooLong => "uri_too_long",
            ErrorKind::HeadTooLarge => "headers_too_large",
            ErrorKind::UnknownPath => "unknown_path",
            ErrorKind::NotImplemented => "not_implemented",
            ErrorKind::UnknownModel(_) => "unknown_model",
            ErrorKind::UnknownTask => "unknown_task",
            ErrorKind::Said(_) => "invalid_request",
            ErrorKind::NotReady => "not_ready",
            ErrorKind::Upstream(_) => "upstream",
            ErrorKind::Internal => "internal_error",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.reason())
    }
}

impl std::error::Error for Error {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::client(ErrorKind::Refused(refusal))
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        Self::client(ErrorKind::Request(error))
    }
}

/// Why the gateway could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is not usable.
    #[error("configuration: {0}")]
    Config(#[source] serde_json::Error),
    /// The journal could not be opened.
    #[error("journal: {0}")]
    Journal(#[from] JournalError),
    /// The folder for large uploads cannot be used.
    #[error("spool folder: {0}")]
    Spool(#[source] std::io::Error),
    /// An address could not be bound.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: std::net::SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A thread or runtime could not be made.
    #[error("cannot start a worker: {0}")]
    Worker(#[source] std::io::Error),
    /// The trust roots or the crypto provider could not be set up.
    #[error("tls: {0}")]
    Tls(String),
    /// `serve` was called twice or after `shutdown`.
    #[error("the gateway is already serving or has stopped")]
    State,
}

/// Why a published document was not taken; the state before stays in force.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The document is not the expected JSON; the text names line and field.
    #[error("{document}: {source}")]
    Json {
        /// Which document: users, keys, accounts, entries, plan.
        document: &'static str,
        /// What the parser said.
        #[source]
        source: serde_json::Error,
    },
    /// The snapshot names a bad field.
    #[error("snapshot: {0}")]
    Snapshot(#[from] SnapshotError),
    /// The accounts did not take it.
    #[error("accounts: {0}")]
    Accounts(String),
    /// The journal did not take it.
    #[error("journal: {0}")]
    Journal(#[source] JournalError),
    /// What another node told of its limits cannot be read.
    #[error("counts: {0}")]
    Counts(String),
    /// Journal consumers are `sql`, `analytics` and `checkpoint`.
    #[error("unknown journal consumer {0:?}")]
    UnknownConsumer(String),
    /// No such user.
    #[error("user {0} is not known")]
    UnknownUser(i64),
    /// Nothing has been published yet.
    #[error("no snapshot has been published")]
    NoSnapshot,
}
