//! Turns every refusal of the data plane into a Python exception: `CoreError`, or its child
//! `GapError` when a cursor is not in the journal.

use std::fmt::Display;

use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use weirgate_relay::journal::JournalError;

create_exception!(
    weirgate._core,
    CoreError,
    PyException,
    "What the data plane refused; the text names the thing and the value."
);

/// Returns the exception that carries an error's text.
pub(crate) fn core_error(error: impl Display) -> PyErr {
    CoreError::new_err(error.to_string())
}

create_exception!(
    weirgate._core,
    GapError,
    CoreError,
    "A cursor is not in the journal; `oldest` and `newest` say what the journal holds."
);

/// Returns the exception of a failed read; a gap carries what the journal holds.
pub(crate) fn journal_error(py: Python<'_>, error: &JournalError) -> PyErr {
    let JournalError::Gap {
        oldest,
        newest,
        reason,
        ..
    } = error
    else {
        return core_error(error);
    };
    let raised = GapError::new_err(error.to_string());
    let value = raised.value(py);
    let told = value
        .setattr("oldest", oldest.to_string())
        .and_then(|()| value.setattr("newest", newest.to_string()))
        .and_then(|()| value.setattr("reason", *reason));
    told.err().unwrap_or(raised)
}
