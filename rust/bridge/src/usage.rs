//! Journal batches as Python sees them: sums as tuples, rows as columns.
//!
//! Numbers become little-endian bytes that numpy views without copying; what repeats from row to row
//! comes once, as tuples that two of the columns count. Column names are the usage store's.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use weirgate_relay::journal::{self, Kind};

type Sum = (i64, i64, i64);
/// Minute in Unix seconds, reason, key, count.
type Refused = (i64, String, i64, u64);
/// User, key, user's name, key's name.
type Payer = (i64, i64, String, String);
type Numbers = [(&'static str, Vec<u8>)];
type Texts = [(&'static str, Vec<String>)];

/// Sums for the ledger.
#[pyclass(frozen, module = "weirgate._core")]
#[derive(Debug)]
pub(crate) struct SumsBatch {
    position: String,
    users: Vec<Sum>,
    keys: Vec<Sum>,
    channels: Vec<Sum>,
    tasks: Vec<u8>,
    records: u64,
}

impl From<journal::SumsBatch> for SumsBatch {
    fn from(batch: journal::SumsBatch) -> Self {
        Self {
            position: batch.to.to_string(),
            users: batch
                .users
                .iter()
                .map(|sum| (sum.id, sum.quota, sum.count))
                .collect(),
            keys: batch
                .keys
                .iter()
                .map(|sum| (sum.id, sum.quota, sum.last_used_s))
                .collect(),
            channels: batch
                .channels
                .iter()
                .map(|sum| (sum.id, sum.quota, sum.count))
                .collect(),
            tasks: weirgate_relay::Gateway::task_documents(&batch),
            records: batch.records,
        }
    }
}

#[pymethods]
impl SumsBatch {
    #[getter]
    fn position(&self) -> &str {
        &self.position
    }

    #[getter]
    fn users(&self) -> Vec<Sum> {
        self.users.clone()
    }

    #[getter]
    fn keys(&self) -> Vec<Sum> {
        self.keys.clone()
    }

    #[getter]
    fn channels(&self) -> Vec<Sum> {
        self.channels.clone()
    }

    #[getter]
    fn tasks(&self) -> &[u8] {
        &self.tasks
    }

    #[getter]
    const fn records(&self) -> u64 {
        self.records
    }
}

/// Usage rows as columns.
#[pyclass(frozen, module = "weirgate._core")]
#[derive(Debug)]
pub(crate) struct RowsBatch {
    position: String,
    table: journal::RowsTable,
}

#[pymethods]
impl RowsBatch {
    #[getter]
    fn position(&self) -> &str {
        &self.position
    }

    #[getter]
    fn rows(&self) -> usize {
        self.table.rows
    }

    #[getter]
    fn refused(&self) -> Vec<Refused> {
        let minutes = self.table.refused.iter();
        let counts = minutes.flat_map(|minute| {
            let of_minute = minute.counts.iter();
            of_minute.map(|count| {
                let reason = count.reason.clone();
                (minute.minute_s, reason, count.key_id, count.count)
            })
        });
        counts.collect()
    }

    /// Builds the columns; ask once a batch.
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        columns(py, &self.table.numbers, &self.table.texts)
    }

    /// Builds the tuples; ask once a batch.
    #[getter]
    fn kinds<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyTuple>>> {
        let kinds = self.table.kinds.iter();
        kinds.map(|kind| kind_tuple(py, kind)).collect()
    }

    /// Builds the tuples; ask once a batch.
    #[getter]
    fn payers(&self) -> Vec<Payer> {
        let payers = self.table.payers.iter();
        let tuples = payers.map(|payer| {
            let (username, key_name) = (payer.username.clone(), payer.key_name.clone());
            (payer.user_id, payer.key_id, username, key_name)
        });
        tuples.collect()
    }

    /// Builds the columns of the hours' sums; ask once a batch.
    #[getter]
    fn hours<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        columns(py, &self.table.hours.numbers, &self.table.hours.texts)
    }
}

impl From<journal::RowsTable> for RowsBatch {
    fn from(table: journal::RowsTable) -> Self {
        Self {
            position: table.to.to_string(),
            table,
        }
    }
}

fn columns<'py>(py: Python<'py>, numbers: &Numbers, texts: &Texts) -> PyResult<Bound<'py, PyDict>> {
    let columns = PyDict::new(py);
    for (name, bytes) in numbers {
        columns.set_item(name, PyBytes::new(py, bytes))?;
    }
    for (name, values) in texts {
        columns.set_item(name, values)?;
    }
    Ok(columns)
}

/// Returns a kind in the order of the columns of the table `kinds`.
fn kind_tuple<'py>(py: Python<'py>, kind: &Kind) -> PyResult<Bound<'py, PyTuple>> {
    let place = (
        kind.channel_id,
        &kind.model,
        &kind.upstream_model,
        &kind.group,
        &kind.endpoint,
        kind.is_stream,
    );
    let rest = (
        kind.end_reason.as_str(),
        kind.usage_source.as_str(),
        kind.status,
        kind.overrun,
        &kind.price,
        kind.node,
        kind.journal.to_string(),
    );
    let whole = place
        .into_pyobject(py)?
        .as_sequence()
        .concat(rest.into_pyobject(py)?.as_sequence())?;
    whole.to_tuple()
}
