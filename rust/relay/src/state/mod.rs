//! What outlives a request: the published snapshot, keys and users, breakers, counters, the clock.
//!
//! Stations read it; only `gateway` (publishing), `call` (breakers) and `settle` (counters) write it.

pub(crate) mod affinity;
pub(crate) mod breakers;
pub(crate) mod clock;
pub(crate) mod counters;
pub(crate) mod drained;
pub(crate) mod faults;
pub(crate) mod limits;
pub(crate) mod live;
pub(crate) mod published;
pub(crate) mod recent_tasks;
pub(crate) mod shared;
pub(crate) mod together;
pub(crate) mod views;
