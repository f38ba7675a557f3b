//! Errors in the family's shape: `{"type":"error","error":{"type":..,"message":..}}`.
//! The kind is one of the family's own words, which its packages raise by; foreign words give way to the status.

use serde_json::{Value, json};

use crate::canon::ErrorBody;

/// Kinds and the status that each goes with.
const KINDS: [(u16, &str); 10] = [
    (400, "invalid_request_error"),
    (401, "authentication_error"),
    (402, "billing_error"),
    (403, "permission_error"),
    (404, "not_found_error"),
    (413, "request_too_large"),
    (429, "rate_limit_error"),
    (500, "api_error"),
    (504, "timeout_error"),
    (529, "overloaded_error"),
];

/// Returns the family's error object.
pub(crate) fn error_value(error: &ErrorBody, request_id: Option<&str>) -> Value {
    let mut value = json!({
        "type": "error",
        "error": {"type": kind_of(error), "message": error.message},
    });
    if let (Some(fields), Some(id)) = (value.as_object_mut(), request_id) {
        fields.insert("request_id".to_owned(), Value::from(id));
    }
    value
}

fn kind_of(error: &ErrorBody) -> &'static str {
    let own = KINDS.iter().find(|(_, kind)| *kind == error.kind);
    // `invalid_request_error` is a word of other families too, and there goes with any status.
    let own = own.filter(|(status, _)| *status != 400 || error.status == 400);
    own.map_or_else(|| kind_of_status(error.status), |(_, kind)| *kind)
}

fn kind_of_status(status: u16) -> &'static str {
    let exact = KINDS.iter().find(|(known, _)| *known == status);
    match (exact, status) {
        (Some((_, kind)), _) => kind,
        (None, 408) => "timeout_error",
        (None, 503) => "overloaded_error",
        (None, 500..) => "api_error",
        (None, _) => "invalid_request_error",
    }
}
