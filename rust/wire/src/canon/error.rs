//! An error as every family can express it. Made at the seams, written by [`crate::error_body`].
//! Must never carry a key, a host or an address: [`crate::upstream_error`] masks them.

use std::borrow::Cow;
use std::num::NonZeroU16;

/// What a client is told about a failure.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ErrorBody {
    /// The HTTP status that goes with it.
    pub status: u16,
    /// Text for a human.
    pub message: String,
    /// The family's `type`.
    pub kind: Cow<'static, str>,
    /// The family's `code`; `None` is written as null.
    pub code: Option<Cow<'static, str>>,
    /// The request field at fault.
    pub param: Option<String>,
    /// Seconds to wait before another try, where the provider said so inside the error. Small, since errors are handed
    /// through many stations: a longer wait is the longest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_s: Option<NonZeroU16>,
}

/// Why a canonical request cannot be written for an upstream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// The upstream's family has no way to say this.
    #[error("field {field} cannot be expressed for this upstream")]
    Unsupported {
        /// The canonical field.
        field: &'static str,
    },
    /// The document could not be written.
    #[error("request could not be written: {0}")]
    NotWritable(String),
}

/// Why an upstream's reply cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The body is not the family's reply.
    #[error("upstream reply could not be read: {0}")]
    Unreadable(String),
    /// The body is an error object.
    #[error("upstream reported an error: {}", .0.message)]
    Upstream(ErrorBody),
}
