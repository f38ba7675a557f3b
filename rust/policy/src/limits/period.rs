//! Days, weeks and months of a time zone, and what was counted in the one that runs.
//!
//! A period begins at the first instant of its first day there, so days that are an hour longer or
//! shorter are so here too. The zones' rules are built in; nothing is read from the system.

use std::fmt;
use std::sync::OnceLock;

use jiff::civil::{Date, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Deserializer};

/// A time zone by its IANA name.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Finds a zone, such as `Asia/Shanghai`; an empty name is UTC.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        static ZONES: OnceLock<TimeZoneDatabase> = OnceLock::new();
        if name.is_empty() || name == "UTC" {
            return Some(Self(TimeZone::UTC));
        }
        let zones = ZONES.get_or_init(TimeZoneDatabase::bundled);
        zones.get(name).ok().map(Self)
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.iana_name().unwrap_or("UTC"))
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| serde::de::Error::custom("no such time zone"))
    }
}

/// Writes a moment as RFC 3339 in UTC; a clock beyond every calendar as 1970.
#[must_use]
pub fn rfc3339(unix_ms: i64) -> String {
    let moment = Timestamp::from_millisecond(unix_ms).unwrap_or_default();
    moment.to_string()
}

/// A stretch of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// From midnight to midnight.
    Day,
    /// From Monday to Monday.
    Week,
    /// From the first to the first.
    Month,
}

impl Period {
    /// Every period, shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// Returns the period that `now_ms` is in, as Unix milliseconds: its begin, and the next one's.
    #[must_use]
    pub fn around(self, now_ms: i64, zone: &Zone) -> (i64, i64) {
        // A clock that is beyond every calendar: one period without an end.
        self.bounds(now_ms, zone).unwrap_or((i64::MIN, i64::MAX))
    }

    fn bounds(self, now_ms: i64, zone: &Zone) -> Option<(i64, i64)> {
        let now = Timestamp::from_millisecond(now_ms).ok()?;
        let today = zone.0.to_datetime(now).date();
        let (first, next) = match self {
            Self::Day => (today, today.tomorrow().ok()?),
            Self::Week => {
                let since = today.weekday().since(Weekday::Monday);
                let first = today.checked_sub(i64::from(since).days()).ok()?;
                (first, first.checked_add(1.week()).ok()?)
            }
            Self::Month => {
                let first = today.first_of_month();
                (first, first.checked_add(1.month()).ok()?)
            }
        };
        Some((begin_ms(first, zone)?, begin_ms(next, zone)?))
    }
}

fn begin_ms(day: Date, zone: &Zone) -> Option<i64> {
    let begin = day.to_zoned(zone.0.clone()).ok()?;
    Some(begin.timestamp().as_millisecond())
}

/// What was counted in the running period.
#[derive(Clone, Debug)]
pub struct Tally {
    period: Period,
    begin_ms: i64,
    end_ms: i64,
    amount: i64,
}

impl Tally {
    /// Makes an empty count of the period that runs.
    #[must_use]
    pub fn new(period: Period, now_ms: i64, zone: &Zone) -> Self {
        let (begin_ms, end_ms) = period.around(now_ms, zone);
        Self {
            period,
            begin_ms,
            end_ms,
            amount: 0,
        }
    }

    /// Returns when the running period began, in Unix milliseconds.
    #[must_use]
    pub const fn begin_ms(&self) -> i64 {
        self.begin_ms
    }

    /// Returns the milliseconds until the next period.
    #[must_use]
    pub const fn left_ms(&self, now_ms: i64) -> i64 {
        self.end_ms.saturating_sub(now_ms)
    }

    /// Returns what was counted in the period that runs now.
    pub fn amount(&mut self, now_ms: i64, zone: &Zone) -> i64 {
        self.advance(now_ms, zone);
        self.amount
    }

    /// Counts more (or less) in the period that runs now.
    pub fn add(&mut self, amount: i64, now_ms: i64, zone: &Zone) {
        self.advance(now_ms, zone);
        self.amount = self.amount.saturating_add(amount);
    }

    /// Adds what was counted elsewhere in the period that began then; an older one is over.
    pub fn add_earlier(&mut self, amount: i64, begin_ms: i64) {
        if begin_ms == self.begin_ms {
            self.amount = self.amount.saturating_add(amount);
        }
    }

    fn advance(&mut self, now_ms: i64, zone: &Zone) {
        if now_ms >= self.end_ms {
            (self.begin_ms, self.end_ms) = self.period.around(now_ms, zone);
            self.amount = 0;
        }
    }
}
