//! Decisions over a published snapshot: who may call, where a call goes, what it costs.
//!
//! Pure: time, randomness and health come in as values, nothing here does I/O or reads a clock.
//! Stands between `wire`, which it uses for words only, and `relay`, which acts on its answers.

#![deny(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_arithmetic
)]

pub mod breaker;
pub mod channel;
pub mod groups;
pub mod guard;
pub mod keys;
pub mod lease;
pub mod limits;
pub mod midjourney;
pub mod price;
pub mod refusal;
pub mod retry;
pub mod routing;
pub mod settings;
pub mod snapshot;
pub mod units;

pub use breaker::{Breaker, BreakerSettings, BreakerState};
pub use channel::{Channel, KeyMode, MappingError, mapped_model};
pub use groups::Groups;
pub use keys::{
    Caller, GroupChoice, KeyEntry, KeyHash, KeyHasher, KeyText, UserEntry, check_key,
    check_key_state, check_model, keys_from_json, parse_key_text, users_from_json,
};
pub use price::{
    Charge, PriceStamp, Sheet, charge, default_completion_ratio, default_prices_json, hold_amount,
    price_preview,
};
pub use refusal::Refusal;
pub use retry::{DisableCause, disables};
pub use retry::{Failure, FailureKind, StatusRanges, Verdict, verdict};
pub use routing::{
    Candidate, Health, Kept, Plan, PlanRequest, explain_plan, models_for, models_for_group, plan,
    plan_kept,
};
pub use snapshot::{Options, Snapshot, SnapshotError};
pub use units::Ratio;
