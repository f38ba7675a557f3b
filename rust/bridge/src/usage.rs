//! Journal batches as Python sees them: sums as tuples, rows as columns.
//!
//! Integers become little-endian bytes that numpy views without copying; text columns become lists
//! in which equal neighbours of a batch share one object. Column names are the usage table's.

use std::collections::HashMap;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};
use weirgate_relay::journal::{self, Position, UsageRow};

type Sum = (i64, i64, i64);
/// Minute in Unix seconds, reason, key, count.
type Refused = (i64, String, i64, u64);

/// Sums for the ledger.
#[pyclass(frozen, get_all, module = "weirgate._core")]
#[derive(Debug)]
pub(crate) struct SumsBatch {
    position: String,
    users: Vec<Sum>,
    keys: Vec<Sum>,
    channels: Vec<Sum>,
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
            records: batch.records,
        }
    }
}

/// Usage rows as columns.
#[pyclass(frozen, module = "weirgate._core")]
#[derive(Debug)]
pub(crate) struct RowsBatch {
    position: String,
    rows: usize,
    numbers: Vec<(&'static str, Vec<u8>)>,
    texts: Vec<(&'static str, Vec<String>)>,
    refused: Vec<Refused>,
}

#[pymethods]
impl RowsBatch {
    #[getter]
    fn position(&self) -> &str {
        &self.position
    }

    #[getter]
    fn rows(&self) -> usize {
        self.rows
    }

    #[getter]
    fn refused(&self) -> Vec<Refused> {
        self.refused.clone()
    }

    /// Builds the columns; ask once a batch.
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        for (name, bytes) in &self.numbers {
            columns.set_item(name, PyBytes::new(py, bytes))?;
        }
        for (name, values) in &self.texts {
            columns.set_item(name, text_column(py, values)?)?;
        }
        Ok(columns)
    }
}

fn text_column<'py>(py: Python<'py>, values: &[String]) -> PyResult<Bound<'py, PyList>> {
    let mut known: HashMap<&str, Bound<'py, PyString>> = HashMap::new();
    let shared = values.iter().map(|value| {
        known
            .entry(value.as_str())
            .or_insert_with(|| PyString::new(py, value))
            .clone()
    });
    let list: Vec<Bound<'py, PyString>> = shared.collect();
    PyList::new(py, list)
}

impl From<journal::RowsBatch> for RowsBatch {
    fn from(batch: journal::RowsBatch) -> Self {
        let rows = batch.rows.len();
        let numbers = numbers(&batch.rows);
        let refused = batch.refused.into_iter().flat_map(|(minute, _)| {
            let minute_s = minute.minute_s;
            minute
                .counts
                .into_iter()
                .map(move |count| (minute_s, count.reason, count.key_id, count.count))
        });
        Self {
            position: batch.to.to_string(),
            rows,
            numbers,
            refused: refused.collect(),
            texts: texts(batch.rows),
        }
    }
}

type Place = (UsageRow, Position);

fn integers(rows: &[Place], value: impl Fn(&UsageRow) -> i64) -> Vec<u8> {
    rows.iter()
        .flat_map(|(row, _)| value(row).to_le_bytes())
        .collect()
}

fn flags(rows: &[Place], value: impl Fn(&UsageRow) -> bool) -> Vec<u8> {
    rows.iter().map(|(row, _)| u8::from(value(row))).collect()
}

fn numbers(rows: &[Place]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("user_id", integers(rows, |row| row.user_id)),
        ("key_id", integers(rows, |row| row.key_id)),
        ("channel_id", integers(rows, |row| row.channel_id)),
        ("is_stream", flags(rows, |row| row.is_stream)),
        ("started_ms", integers(rows, |row| row.started_ms)),
        ("first_byte_ms", integers(rows, |row| row.first_byte_ms)),
        ("ended_ms", integers(rows, |row| row.ended_ms)),
        ("prompt", integers(rows, |row| row.prompt)),
        ("completion", integers(rows, |row| row.completion)),
        ("cached_read", integers(rows, |row| row.cached_read)),
        ("cache_write_5m", integers(rows, |row| row.cache_write_5m)),
        ("cache_write_1h", integers(rows, |row| row.cache_write_1h)),
        ("reasoning", integers(rows, |row| row.reasoning)),
        ("audio_in", integers(rows, |row| row.audio_in)),
        ("audio_out", integers(rows, |row| row.audio_out)),
        ("image_in", integers(rows, |row| row.image_in)),
        ("hold", integers(rows, |row| row.hold)),
        ("quota_list", integers(rows, |row| row.quota_list)),
        ("quota", integers(rows, |row| row.quota)),
        ("quota_cost", integers(rows, |row| row.quota_cost)),
        ("status", integers(rows, |row| i64::from(row.status))),
        ("overrun", flags(rows, |row| row.overrun)),
        ("node", integers(rows, |row| i64::from(row.node))),
        ("segment", places(rows, |at| i64::from(at.segment))),
        ("byte_offset", places(rows, |at| i64::from(at.offset))),
    ]
}

fn places(rows: &[Place], value: impl Fn(&Position) -> i64) -> Vec<u8> {
    rows.iter()
        .flat_map(|(_, at)| value(at).to_le_bytes())
        .collect()
}

/// Takes the rows apart: their texts move into the columns.
fn texts(rows: Vec<Place>) -> Vec<(&'static str, Vec<String>)> {
    let names = [
        "request_id",
        "username",
        "key_name",
        "model",
        "upstream_model",
        "group_name",
        "endpoint",
        "end_reason",
        "usage_source",
        "ip",
        "attempts",
        "price",
        "journal",
    ];
    let mut columns = names.map(|name| (name, Vec::with_capacity(rows.len())));
    for (row, at) in rows {
        let values = [
            hex(&row.request_id),
            row.username,
            row.key_name,
            row.model,
            row.upstream_model,
            row.group,
            row.endpoint,
            row.end_reason.as_str().to_owned(),
            row.usage_source.as_str().to_owned(),
            row.ip,
            serde_json::to_string(&row.attempts).unwrap_or_default(),
            row.price,
            at.journal_id.to_string(),
        ];
        for ((_, column), value) in columns.iter_mut().zip(values) {
            column.push(value);
        }
    }
    columns.into()
}

fn hex(bytes: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*bytes))
}
