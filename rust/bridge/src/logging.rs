//! Sends the data plane's log to standard error, once a process.

use pyo3::prelude::*;
use tracing_subscriber::EnvFilter;

use crate::errors::core_error;

/// Sends the data plane's log to standard error; only the first call counts.
#[pyfunction]
pub(crate) fn init_logging(level: &str, json: bool) -> PyResult<()> {
    let filter = format!("warn,weirgate={level},weirgate_relay={level},_core={level}");
    let filter = EnvFilter::try_new(filter).map_err(core_error)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let taken = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_ansi(false).try_init()
    };
    if taken.is_err() {
        tracing::debug!("logging was set up before");
    }
    Ok(())
}
