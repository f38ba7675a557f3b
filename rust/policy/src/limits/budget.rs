//! What the calendar counts of one subject: requests a day, and money a day, week and month.
//!
//! What running calls hold counts as spent, so that calls at the same time cannot pass a budget
//! together. A budget that begins in the middle of a period says from when it counts, so that what
//! was spent before can be added from the books.

use super::period::{Period, Tally};
use super::{Exceeded, LimitKind, LimitSet, Zone};

/// What is not known to a subject's counts: everything that ended before they began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// When the counts began, Unix milliseconds: what ended from then on is counted here.
    pub since_ms: i64,
    /// When the running day, week and month began.
    pub begins_ms: [i64; 3],
}

/// What was spent before the counts began, from the books.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// When the counts began, as in [`Missing`].
    pub since_ms: i64,
    /// When the day, week and month began.
    pub begins_ms: [i64; 3],
    /// Requests of the day.
    pub requests: i64,
    /// Quota of the day, week and month.
    pub spent: [i64; 3],
}

/// The counts of the running periods.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    zone: Zone,
    since_ms: i64,
    is_missing: bool,
    held: i64,
    requests: Tally,
    spent: [Tally; 3],
}

impl Budget {
    pub(super) fn new(zone: &Zone, now_ms: i64) -> Self {
        Self {
            zone: zone.clone(),
            since_ms: now_ms,
            is_missing: true,
            held: 0,
            requests: Tally::new(Period::Day, now_ms, zone),
            spent: Period::ALL.map(|period| Tally::new(period, now_ms, zone)),
        }
    }

    pub(super) fn is_of(&self, zone: &Zone) -> bool {
        self.zone == *zone
    }

    /// Begins anew in another zone; what is held stays held.
    pub(super) fn move_to(&mut self, zone: &Zone, now_ms: i64) {
        let held = self.held;
        *self = Self::new(zone, now_ms);
        self.held = held;
    }

    pub(super) fn missing(&self) -> Option<Missing> {
        self.is_missing.then(|| Missing {
            since_ms: self.since_ms,
            begins_ms: self.spent.each_ref().map(Tally::begin_ms),
        })
    }

    /// Adds what the books say; nothing when the counts began anew meanwhile.
    pub(super) fn add_earlier(&mut self, earlier: &Earlier) {
        if !self.is_missing || earlier.since_ms != self.since_ms {
            return;
        }
        self.is_missing = false;
        let [day_begin, ..] = earlier.begins_ms;
        self.requests.add_earlier(earlier.requests, day_begin);
        let begun = earlier.begins_ms.into_iter().zip(earlier.spent);
        for (tally, (begin_ms, spent)) in self.spent.iter_mut().zip(begun) {
            tally.add_earlier(spent, begin_ms);
        }
    }

    /// Tells whether nothing would be lost by forgetting it.
    pub(super) fn is_empty(&mut self, now_ms: i64) -> bool {
        let zone = &self.zone;
        !self.is_missing
            && self.held == 0
            && self.requests.amount(now_ms, zone) == 0
            && self
                .spent
                .iter_mut()
                .all(|tally| tally.amount(now_ms, zone) == 0)
    }

    /// Returns the day's limit of requests if one more does not fit.
    pub(super) fn check_request(&mut self, limit: u64, now_ms: i64) -> Result<(), Exceeded> {
        let remaining = self.requests_left(limit, now_ms);
        if remaining >= 1 {
            return Ok(());
        }
        Err(Exceeded {
            kind: LimitKind::RequestsPerDay,
            limit,
            remaining,
            wait_ms: self.requests.left_ms(now_ms),
        })
    }

    pub(super) fn requests_left(&mut self, limit: u64, now_ms: i64) -> u64 {
        let made = self.requests.amount(now_ms, &self.zone);
        limit.saturating_sub(u64::try_from(made).unwrap_or(0))
    }

    pub(super) const fn day_left_ms(&self, now_ms: i64) -> i64 {
        self.requests.left_ms(now_ms)
    }

    pub(super) fn count_request(&mut self, now_ms: i64) {
        self.requests.add(1, now_ms, &self.zone);
    }

    /// Counts requests that came to other nodes, or went back there.
    pub(super) fn count_elsewhere(&mut self, requests: i64, now_ms: i64) {
        if requests != 0 {
            self.requests.add(requests, now_ms, &self.zone);
        }
    }

    /// Takes a request of the running day back; yesterday's is over anyway.
    pub(super) fn uncount_request(&mut self, now_ms: i64) {
        if self.requests.amount(now_ms, &self.zone) > 0 {
            self.requests.add(-1, now_ms, &self.zone);
        }
    }

    /// Holds `quota`, or returns the first budget that it does not fit. What costs nothing fits always.
    pub(super) fn hold(
        &mut self,
        limits: &LimitSet,
        quota: i64,
        now_ms: i64,
    ) -> Result<(), Exceeded> {
        let quota = quota.max(0);
        if quota == 0 {
            return Ok(());
        }
        let allowed = [
            limits.spend_per_day,
            limits.spend_per_week,
            limits.spend_per_month,
        ];
        let periods = self.spent.iter_mut().zip(Period::ALL).zip(allowed);
        for ((tally, period), allowed) in periods {
            let Some(limit) = allowed else { continue };
            let used = tally.amount(now_ms, &self.zone).saturating_add(self.held);
            let remaining = limit.saturating_sub(u64::try_from(used).unwrap_or(0));
            if remaining < quota.unsigned_abs() {
                return Err(Exceeded {
                    kind: LimitKind::spend(period),
                    limit,
                    remaining,
                    wait_ms: tally.left_ms(now_ms),
                });
            }
        }
        self.held = self.held.saturating_add(quota);
        Ok(())
    }

    /// Gives back what was held and counts the charge.
    pub(super) fn settle(&mut self, held: i64, charge: i64, now_ms: i64) {
        self.held = self.held.saturating_sub(held).max(0);
        if charge > 0 {
            for tally in &mut self.spent {
                tally.add(charge, now_ms, &self.zone);
            }
        }
    }
}
