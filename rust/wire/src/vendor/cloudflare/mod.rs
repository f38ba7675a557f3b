//! Workers AI's `/ai/run/{model}`, for what its compatible form does not serve: rankings, images and sound.
//! After developers.cloudflare.com/workers-ai/models (each model's page is named where it is written); chat, responses and
//! vectors go by `/ai/v1`.

pub(super) mod images;
pub(super) mod rerank;
pub(super) mod speech;
pub(super) mod transcripts;

use serde_json::Value;

use crate::canon::{DecodeError, ErrorBody};

use super::plain::text_at;
use super::state::vendor_error;

/// Returns the error that a document is.
fn error_of(document: &Value) -> Option<ErrorBody> {
    let is_refused = document.get("success") == Some(&Value::Bool(false));
    let error = document.pointer("/errors/0").unwrap_or(&Value::Null);
    is_refused.then(|| vendor_error(error.get("code"), text_at(error, "/message")))
}

/// Returns what was made; some models give it bare.
fn result(document: &Value) -> Result<&Value, DecodeError> {
    match error_of(document) {
        Some(error) => Err(DecodeError::Upstream(error)),
        None => Ok(document.get("result").unwrap_or(document)),
    }
}
