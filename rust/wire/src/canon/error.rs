//! An error as every family can express it. Made at the seams, written by [`crate::error_body`].
//! Must never carry a key, a host or an address: [`crate::upstream_error`] masks them.

use std::borrow::Cow;

/// What a client is told about a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
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
}
