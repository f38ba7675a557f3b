//! Why a request cannot be read, and what its sender is told.
//! Always the client's fault.

use crate::canon::ErrorBody;
use crate::json::{JsonError, MAX_DEPTH};

/// Why a request cannot be read. Always the client's fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The body breaks JSON's grammar or is not UTF-8.
    #[error("request body is not valid JSON (byte {at})")]
    NotJson {
        /// Byte offset of the first fault.
        at: usize,
    },
    /// The body is JSON, but no object.
    #[error("request body must be a JSON object")]
    NotAnObject,
    /// More nesting than is read.
    #[error("request body is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// `model` is absent or empty.
    #[error("field model is required")]
    MissingModel,
    /// A field that the endpoint cannot do without is absent, null or empty.
    #[error("field {0} is required")]
    MissingField(&'static str),
    /// A field has another type than the endpoint's.
    #[error("field {field} has the wrong type: expected {expected}")]
    WrongType {
        /// The field's name.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// A field cannot be translated for an upstream of another family.
    #[error("request body could not be read: {0}")]
    Unreadable(String),
    /// A text is longer than anything of its kind.
    #[error("field {field} is longer than {max_bytes} bytes")]
    TooLong {
        /// The field's name.
        field: &'static str,
        /// The longest that is taken.
        max_bytes: usize,
    },
    /// A number is outside its range.
    #[error("field {field} must be between {min} and {max}")]
    OutOfRange {
        /// The field's name.
        field: &'static str,
        /// Smallest value.
        min: u64,
        /// Largest value.
        max: u64,
    },
}

impl RequestError {
    /// Returns the field at fault, if one is.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotJson { .. } | Self::NotAnObject | Self::TooDeep | Self::Unreadable(_) => None,
            Self::MissingModel => Some("model"),
            Self::MissingField(field)
            | Self::WrongType { field, .. }
            | Self::TooLong { field, .. }
            | Self::OutOfRange { field, .. } => Some(field),
        }
    }

    /// Returns the answer for the client: 400, `invalid_request_error`, code `invalid_request`.
    pub fn body(&self) -> ErrorBody {
        ErrorBody {
            status: 400,
            message: self.to_string(),
            kind: "invalid_request_error".into(),
            code: Some("invalid_request".into()),
            param: self.field().map(str::to_owned),
            wait_s: None,
        }
    }
}

impl From<JsonError> for RequestError {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::Syntax(at) => Self::NotJson { at },
            JsonError::TooDeep => Self::TooDeep,
        }
    }
}
