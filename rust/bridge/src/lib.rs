//! The one crossing between the two languages: `weirgate._core`.
//!
//! Converts values and releases the interpreter while Rust works; decides nothing. Documents cross
//! as JSON bytes, usage rows as columns, positions as text. Nothing here is on the path of a call.

mod errors;
mod gateway;
mod logging;
mod pure;
mod usage;

use pyo3::pymodule;

/// The module as Python sees it; its typed face is `python/weirgate/_core.pyi`.
#[pymodule]
mod _core {
    #[pymodule_export]
    use crate::errors::{CoreError, GapError};
    #[pymodule_export]
    use crate::gateway::Gateway;
    #[pymodule_export]
    use crate::logging::init_logging;
    #[pymodule_export]
    use crate::pure::{
        SseParser, channel_prices_fault, count_tokens, default_completion_ratio, default_prices,
        is_time_zone, key_hash, lease_grant, mapped_model, price, price_expression_fault,
        probe_answer, probe_call,
    };
    #[pymodule_export]
    use crate::usage::{RowsBatch, SumsBatch};
}
