//! The data plane as one Python object. Every call that parses, reads or waits releases the GIL.

use std::net::IpAddr;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use weirgate_relay::Config;
use weirgate_relay::journal::Position;

use crate::errors::{core_error, journal_error};
use crate::usage::{RowsBatch, SumsBatch};

/// The data plane of this process: listener, relay, accounts and journal.
#[pyclass(frozen, module = "weirgate._core")]
#[derive(Debug)]
pub(crate) struct Gateway {
    inner: weirgate_relay::Gateway,
}

fn parse_position(text: &str) -> PyResult<Position> {
    text.parse().map_err(core_error)
}

#[pymethods]
impl Gateway {
    #[new]
    fn new(py: Python<'_>, config: &[u8]) -> PyResult<Self> {
        let inner = py.detach(|| weirgate_relay::Gateway::open(Config::from_json(config)?));
        Ok(Self {
            inner: inner.map_err(core_error)?,
        })
    }

    fn publish_snapshot(&self, py: Python<'_>, document: &[u8]) -> PyResult<()> {
        py.detach(|| self.inner.publish_snapshot(document))
            .map_err(core_error)
    }

    fn missing_spent<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let missing = py.detach(|| self.inner.missing_spent());
        PyBytes::new(py, &missing)
    }

    fn load_spent(&self, py: Python<'_>, rows: &[u8]) -> PyResult<()> {
        py.detach(|| self.inner.load_spent(rows))
            .map_err(core_error)
    }

    fn tell_counts<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let told = py.detach(|| self.inner.tell_counts());
        PyBytes::new(py, &told)
    }

    fn hear_counts(
        &self,
        py: Python<'_>,
        node: Option<u16>,
        told: &[u8],
        age_ms: i64,
    ) -> PyResult<()> {
        py.detach(|| self.inner.hear_counts(node, told, age_ms))
            .map_err(core_error)
    }

    #[expect(clippy::needless_pass_by_value, reason = "how PyO3 hands a list over")]
    fn divide_counts(&self, py: Python<'_>, me: u16, nodes: Vec<u16>, number: u64) {
        py.detach(|| self.inner.divide_counts(me, &nodes, number));
    }

    fn publish_users(&self, py: Python<'_>, rows: &[u8]) -> PyResult<()> {
        py.detach(|| self.inner.publish_users(rows))
            .map_err(core_error)
    }

    fn publish_keys(&self, py: Python<'_>, rows: &[u8]) -> PyResult<()> {
        py.detach(|| self.inner.publish_keys(rows))
            .map_err(core_error)
    }

    fn load_accounts(&self, py: Python<'_>, document: &[u8]) -> PyResult<()> {
        py.detach(|| self.inner.load_accounts(document))
            .map_err(core_error)
    }

    fn apply_entries(&self, py: Python<'_>, entries: &[u8]) -> PyResult<()> {
        py.detach(|| self.inner.apply_entries(entries))
            .map(drop)
            .map_err(core_error)
    }

    fn lease_wants<'py>(&self, py: Python<'py>, patience_ms: u64) -> Bound<'py, PyBytes> {
        let wants = py.detach(|| self.inner.lease_wants(patience_ms));
        PyBytes::new(py, &wants)
    }

    fn lease_answers(&self, py: Python<'_>, rows: &[u8]) -> PyResult<()> {
        py.detach(|| self.inner.lease_answers(rows))
            .map_err(core_error)
    }

    fn lease_returns<'py>(&self, py: Python<'py>, is_round: bool) -> Bound<'py, PyBytes> {
        let returns = py.detach(|| self.inner.lease_returns(is_round));
        PyBytes::new(py, &returns)
    }

    fn lease_recall(&self, py: Python<'_>, rows: &[u8]) -> PyResult<()> {
        py.detach(|| self.inner.lease_recall(rows))
            .map_err(core_error)
    }

    fn lease_reconcile(&self, py: Python<'_>, rows: &[u8]) -> PyResult<()> {
        py.detach(|| self.inner.lease_reconcile(rows))
            .map_err(core_error)
    }

    fn lease_renewed(&self, py: Python<'_>, sent_ms: i64) {
        py.detach(|| self.inner.lease_renewed(sent_ms));
    }

    fn lease_lapse(&self, py: Python<'_>) {
        py.detach(|| self.inner.lease_lapse());
    }

    fn read_sums(&self, py: Python<'_>, position: &str, max_records: usize) -> PyResult<SumsBatch> {
        let from = parse_position(position)?;
        py.detach(|| self.inner.read_sums(from, max_records).map(SumsBatch::from))
            .map_err(|error| journal_error(py, &error))
    }

    fn read_rows(&self, py: Python<'_>, position: &str, max_rows: usize) -> PyResult<RowsBatch> {
        let from = parse_position(position)?;
        py.detach(|| self.inner.read_table(from, max_rows).map(RowsBatch::from))
            .map_err(|error| journal_error(py, &error))
    }

    fn commit(&self, py: Python<'_>, consumer: &str, position: &str) -> PyResult<()> {
        let at = parse_position(position)?;
        py.detach(|| self.inner.commit(consumer, at))
            .map_err(core_error)
    }

    fn recent_tasks<'py>(&self, py: Python<'py>, user_id: i64) -> Bound<'py, PyBytes> {
        let documents = py.detach(|| self.inner.recent_tasks(user_id));
        PyBytes::new(py, &documents)
    }

    fn serve(&self, py: Python<'_>) -> PyResult<String> {
        let address = py.detach(|| self.inner.serve()).map_err(core_error)?;
        Ok(address.to_string())
    }

    fn admin_address(&self) -> Option<String> {
        self.inner
            .admin_address()
            .map(|address| address.to_string())
    }

    fn check_key<'py>(
        &self,
        py: Python<'py>,
        text: &str,
        client_ip: Option<&str>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let ip: Option<IpAddr> = client_ip.map(str::parse).transpose().map_err(core_error)?;
        let verdict = py.detach(|| self.inner.check_key(text, ip));
        Ok(PyBytes::new(py, &verdict))
    }

    fn key_hash(&self, text: &str) -> String {
        self.inner.key_hash(text)
    }

    fn plan<'py>(&self, py: Python<'py>, request: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let plan = py
            .detach(|| self.inner.plan_preview(request))
            .map_err(core_error)?;
        Ok(PyBytes::new(py, &plan))
    }

    fn account<'py>(&self, py: Python<'py>, user_id: i64) -> Bound<'py, PyBytes> {
        let account = py.detach(|| self.inner.account(user_id));
        PyBytes::new(py, &account)
    }

    fn models(&self, py: Python<'_>, group: &str) -> Vec<String> {
        py.detach(|| self.inner.models(group))
    }

    fn status<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let status = py.detach(|| self.inner.status());
        PyBytes::new(py, &status)
    }

    fn reload_tls(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.inner.reload_tls()).map_err(core_error)
    }

    fn take_faults<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let faults = py.detach(|| self.inner.take_faults());
        PyBytes::new(py, &faults)
    }

    fn clear_breaker(&self, py: Python<'_>, channel_id: i64) {
        py.detach(|| self.inner.clear_breaker(channel_id));
    }

    fn shutdown(&self, py: Python<'_>, deadline_ms: u64) {
        py.detach(|| self.inner.shutdown(deadline_ms));
    }
}
