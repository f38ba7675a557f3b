//! Limits of rate, number and money: what one subject may still do, given the time.
//!
//! A [`Meter`] counts for one user, key, group, model, channel or channel's key; the relay keeps one
//! behind a short lock for each subject that has a [`LimitSet`] and none for all others. Never
//! reads a clock; never lets more than a limit pass in any window of its length.

mod budget;
mod meter;
mod model_requests;
mod period;
mod rules;
mod share;
mod together;
mod window;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use budget::{Earlier, Missing};
pub use meter::{Meter, Standing, Standings, Taken, Used};
pub use model_requests::{ModelRequestRules, ModelRequests, ModelTaken};
pub use period::{Period, Tally, Zone, rfc3339};
pub use rules::LimitRules;
pub use share::{Report, Round, Team};
pub use together::SubjectReport;
pub use window::{Slot, Window};

/// What one subject may do; an absent limit does not limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct LimitSet {
    /// Requests in any 60 seconds.
    pub requests_per_minute: Option<u64>,
    /// Tokens, both ways, in any 60 seconds.
    pub tokens_per_minute: Option<u64>,
    /// Requests in a day of the zone.
    pub requests_per_day: Option<u64>,
    /// Requests at one time.
    pub concurrency: Option<u64>,
    /// Quota in a day of the zone.
    pub spend_per_day: Option<u64>,
    /// Quota in a week of the zone, from Monday.
    pub spend_per_week: Option<u64>,
    /// Quota in a month of the zone.
    pub spend_per_month: Option<u64>,
    /// Where days begin.
    pub time_zone: Zone,
}

impl LimitSet {
    /// Tells whether anything of it is counted by the calendar, and so survives a restart.
    #[must_use]
    pub const fn has_periods(&self) -> bool {
        self.requests_per_day.is_some() || self.has_spend()
    }

    /// Tells whether it limits money.
    #[must_use]
    pub const fn has_spend(&self) -> bool {
        self.spend_per_day.is_some()
            || self.spend_per_week.is_some()
            || self.spend_per_month.is_some()
    }
}

/// Who or what is limited.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// A user, over all keys.
    User(i64),
    /// A key.
    Key(i64),
    /// A group: all calls that it serves together.
    Group(Arc<str>),
    /// A model, as clients name it: all calls together.
    Model(Arc<str>),
    /// A channel.
    Channel(i64),
    /// One of a channel's keys, by its place.
    ChannelKey(i64, usize),
}

/// The kinds of subjects; also metric labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A user.
    User,
    /// A key.
    Key,
    /// A group.
    Group,
    /// A model.
    Model,
    /// A channel.
    Channel,
    /// One of a channel's keys.
    ChannelKey,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 6] = [
        Self::User,
        Self::Key,
        Self::Group,
        Self::Model,
        Self::Channel,
        Self::ChannelKey,
    ];

    /// Returns its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Key => "key",
            Self::Group => "group",
            Self::Model => "model",
            Self::Channel => "channel",
            Self::ChannelKey => "channel_key",
        }
    }
}

impl Subject {
    /// Returns what kind of subject it is.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        match self {
            Self::User(_) => Scope::User,
            Self::Key(_) => Scope::Key,
            Self::Group(_) => Scope::Group,
            Self::Model(_) => Scope::Model,
            Self::Channel(_) => Scope::Channel,
            Self::ChannelKey(..) => Scope::ChannelKey,
        }
    }
}

/// The kinds of limits; also metric labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// Requests in 60 seconds.
    RequestsPerMinute,
    /// Tokens in 60 seconds.
    TokensPerMinute,
    /// Requests in a day.
    RequestsPerDay,
    /// Requests at one time.
    Concurrency,
    /// Quota in a day.
    SpendPerDay,
    /// Quota in a week.
    SpendPerWeek,
    /// Quota in a month.
    SpendPerMonth,
    /// The family's `ModelRequestRateLimitCount`.
    ModelRequests,
    /// The family's `ModelRequestRateLimitSuccessCount`.
    ModelSuccesses,
}

impl LimitKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::RequestsPerMinute,
        Self::TokensPerMinute,
        Self::RequestsPerDay,
        Self::Concurrency,
        Self::SpendPerDay,
        Self::SpendPerWeek,
        Self::SpendPerMonth,
        Self::ModelRequests,
        Self::ModelSuccesses,
    ];

    /// Returns its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequestsPerMinute => "requests_per_minute",
            Self::TokensPerMinute => "tokens_per_minute",
            Self::RequestsPerDay => "requests_per_day",
            Self::Concurrency => "concurrency",
            Self::SpendPerDay => "spend_per_day",
            Self::SpendPerWeek => "spend_per_week",
            Self::SpendPerMonth => "spend_per_month",
            Self::ModelRequests => "model_requests",
            Self::ModelSuccesses => "model_successes",
        }
    }

    /// Tells whether it limits money.
    #[must_use]
    pub const fn is_spend(self) -> bool {
        matches!(
            self,
            Self::SpendPerDay | Self::SpendPerWeek | Self::SpendPerMonth
        )
    }

    const fn spend(period: Period) -> Self {
        match period {
            Period::Day => Self::SpendPerDay,
            Period::Week => Self::SpendPerWeek,
            Period::Month => Self::SpendPerMonth,
        }
    }
}

/// A limit that stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Which.
    pub kind: LimitKind,
    /// How much it allows.
    pub limit: u64,
    /// How much of it is free; less than what was asked for.
    pub remaining: u64,
    /// Milliseconds until what was asked for fits, if nothing else comes.
    pub wait_ms: i64,
}

impl Exceeded {
    /// Returns whole seconds to wait, at least 1, at most 31 days.
    #[must_use]
    pub fn wait_s(&self) -> u32 {
        let seconds = self
            .wait_ms
            .div_euclid(1_000)
            .saturating_add(i64::from(self.wait_ms.rem_euclid(1_000) > 0));
        u32::try_from(seconds.clamp(1, 31 * 86_400)).unwrap_or(1)
    }
}

/// A refusal by a limit, with whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limited {
    /// Whose limit.
    pub scope: Scope,
    /// Which limit.
    pub exceeded: Exceeded,
}
