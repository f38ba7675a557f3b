//! The relay's own pure functions, so that Python never needs a twin of them.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use weirgate_policy::lease;
use weirgate_policy::price::{ChannelPrices, Expression, PreviewRequest};
use weirgate_policy::{KeyHasher, Options, default_prices_json, price_preview};
use weirgate_wire::framing::sse;
use weirgate_wire::tokens;

use crate::errors::core_error;

/// The relay's server-sent-event splitter.
#[pyclass(frozen, module = "weirgate._core")]
#[derive(Debug, Default)]
pub(crate) struct SseParser {
    state: std::sync::Mutex<sse::SseParser>,
}

type Events<'py> = Vec<(Bound<'py, PyString>, Bound<'py, PyBytes>)>;

impl SseParser {
    fn collect<'py>(
        &self,
        py: Python<'py>,
        step: impl FnOnce(&mut sse::SseParser, &mut dyn FnMut(sse::SseEvent<'_>)),
    ) -> PyResult<Events<'py>> {
        let mut events = Vec::new();
        let mut state = self.state.lock().map_err(core_error)?;
        let dropped = state.dropped();
        step(&mut state, &mut |event| {
            events.push((PyString::new(py, event.event), PyBytes::new(py, event.data)));
        });
        if state.dropped() > dropped {
            return Err(core_error(format!(
                "event over {} bytes",
                sse::MAX_EVENT_BYTES
            )));
        }
        Ok(events)
    }
}

#[pymethods]
impl SseParser {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    fn push<'py>(&self, py: Python<'py>, chunk: &[u8]) -> PyResult<Events<'py>> {
        self.collect(py, |parser, sink| parser.push(chunk, sink))
    }

    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Events<'py>> {
        self.collect(py, sse::SseParser::finish)
    }
}

/// Returns the number of tokens of `text` in the vocabulary of `model`.
#[pyfunction]
pub(crate) fn count_tokens(py: Python<'_>, model: &str, text: &str) -> u64 {
    py.detach(|| tokens::count(model, text))
}

/// Prices a usage; JSON in and out.
#[pyfunction]
pub(crate) fn price<'py>(py: Python<'py>, request: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let request = PreviewRequest::from_json(request).map_err(core_error)?;
    let preview = price_preview(&request).map_err(core_error)?;
    let document = serde_json::to_vec(&preview).map_err(core_error)?;
    Ok(PyBytes::new(py, &document))
}

/// Returns what is wrong with a price expression; none when it can be charged by.
#[pyfunction]
pub(crate) fn price_expression_fault(text: &str) -> Option<String> {
    Expression::parse(text).err().map(|fault| fault.to_string())
}

/// Returns what of an account is leased: see `weirgate_policy::lease`.
#[pyfunction]
pub(crate) fn lease_grant(available: i64, least: i64, all: i64, ahead: i64) -> i64 {
    lease::grant(available, lease::Ask { least, all, ahead })
}

/// Returns what is wrong with a channel's prices as JSON; none when they can be used.
#[pyfunction]
pub(crate) fn channel_prices_fault(prices: &[u8]) -> Option<String> {
    let options = Options::default();
    let (quota, rate) = (options.quota_per_unit, options.cny_per_usd);
    let fault = ChannelPrices::from_json(prices, quota, rate).err();
    fault.map(|fault| fault.to_string())
}

/// Returns the built-in price maps as JSON.
#[pyfunction]
pub(crate) fn default_prices(py: Python<'_>) -> Bound<'_, PyBytes> {
    PyBytes::new(py, default_prices_json().as_bytes())
}

/// Returns the built-in completion ratio as decimal text, and whether it is locked.
#[pyfunction]
pub(crate) fn default_completion_ratio(model: &str) -> (String, bool) {
    let found = weirgate_policy::default_completion_ratio(model);
    (found.ratio.to_string(), found.locked)
}

/// Tells whether limits can go by this time zone, such as `Asia/Shanghai`.
#[pyfunction]
pub(crate) fn is_time_zone(name: &str) -> bool {
    weirgate_policy::limits::Zone::named(name).is_some()
}

/// Follows a channel's model mapping, a JSON object, to the name that the upstream is asked for.
#[pyfunction]
pub(crate) fn mapped_model(mapping: &[u8], model: &str) -> PyResult<String> {
    let name = weirgate_policy::mapped_model(mapping, model).map_err(core_error)?;
    Ok(name.as_ref().to_owned())
}

/// Returns a channel test's call as the relay would make it; JSON in and out. May wait for a token server.
#[pyfunction]
pub(crate) fn probe_call<'py>(py: Python<'py>, document: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let call = py.detach(|| weirgate_relay::probe::probe_call(document));
    Ok(PyBytes::new(py, &call.map_err(core_error)?))
}

/// Reads the answer to a channel test; JSON out.
#[pyfunction]
pub(crate) fn probe_answer<'py>(
    py: Python<'py>,
    document: &[u8],
    status: u16,
    body: &[u8],
) -> PyResult<Bound<'py, PyBytes>> {
    let answer = py.detach(|| weirgate_relay::probe::probe_answer(document, status, body));
    Ok(PyBytes::new(py, &answer.map_err(core_error)?))
}

/// Returns the keyed hash of a key text as hex; `secret` has 32 bytes.
#[pyfunction]
pub(crate) fn key_hash(secret: &[u8], text: &str) -> PyResult<String> {
    let secret: &[u8; 32] = secret
        .try_into()
        .map_err(|_| core_error("the key secret must have 32 bytes"))?;
    Ok(KeyHasher::new(secret).hash(text).to_hex())
}
