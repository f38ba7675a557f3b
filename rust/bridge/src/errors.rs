//! Turns every refusal of the data plane into the one Python exception.

use std::fmt::Display;

use pyo3::PyErr;
use pyo3::create_exception;
use pyo3::exceptions::PyException;

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
