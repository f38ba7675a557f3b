//! The counts of one subject: entered when a request comes, asked when its size is known, settled
//! when it ended.
//!
//! The limits are given with each question, so that a change of them counts at once. What was
//! [`Taken`] is given back by whoever took it, exactly once. Where several nodes count together,
//! each question also goes to this node's share of the limit.

use std::sync::Arc;

use super::budget::Budget;
use super::share::{Round, Team};
use super::together::{Own, SubjectReport, Together, Which};
use super::window::{Slot, Window};
use super::{Earlier, Exceeded, LimitKind, LimitSet, Missing};

/// The length of the windows of requests and tokens.
const MINUTE_MS: i64 = 60_000;
/// When to try again while too much runs: nobody knows when it ends.
const BUSY_MS: i64 = 1_000;

/// The counts of one subject.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    requests: Option<Window>,
    tokens: Option<Window>,
    budget: Option<Box<Budget>>,
    together: Option<Box<Together>>,
    running: u64,
}

/// What one request took of a meter.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    request: Option<Slot>,
    is_in_day: bool,
    is_running: bool,
    tokens: Option<(u64, Slot)>,
    held: i64,
}

/// What a request turned out to use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Tokens, both ways.
    pub tokens: u64,
    /// Quota.
    pub charge: i64,
}

/// How one limit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How much it allows.
    pub limit: u64,
    /// How much of it is free.
    pub remaining: u64,
    /// Milliseconds until all of it is free, if nothing else comes.
    pub reset_ms: i64,
}

/// How the limits of requests and tokens stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standings {
    /// Requests a minute, else a day.
    pub requests: Option<Standing>,
    /// Tokens a minute.
    pub tokens: Option<Standing>,
}

impl Standings {
    /// Keeps, of each kind, the one with less left.
    #[must_use]
    pub fn tighter(self, other: Self) -> Self {
        let of = |one: Option<Standing>, two: Option<Standing>| match (one, two) {
            (Some(one), Some(two)) if two.remaining < one.remaining => Some(two),
            (one, two) => one.or(two),
        };
        Self {
            requests: of(self.requests, other.requests),
            tokens: of(self.tokens, other.tokens),
        }
    }
}

impl Meter {
    /// Takes one request, or nothing and says what stands in the way.
    pub fn enter(&mut self, limits: &LimitSet, now_ms: i64) -> Result<Taken, Exceeded> {
        self.keep_budget(limits, now_ms);
        let checked = self.check(limits, now_ms);
        if let Some(together) = &mut self.together {
            together.note(Which::Requests, 1);
            together.note(Which::Running, 1);
        }
        checked?;
        self.running += 1;
        let taken = Taken {
            request: limits.requests_per_minute.map(|_| {
                let window = self.requests.get_or_insert_with(|| minute(now_ms));
                window.add(1, now_ms)
            }),
            is_in_day: self.budget.as_mut().is_some_and(|budget| {
                budget.count_request(now_ms);
                true
            }),
            is_running: true,
            ..Taken::default()
        };
        if let Some(together) = &mut self.together {
            together.take(Which::Running, 1);
            if let Some(slot) = taken.request {
                together.count(Which::Requests, slot, 1);
            }
            together.count_day(taken.is_in_day.into());
        }
        Ok(taken)
    }

    /// Counts together with other nodes from now on.
    pub fn join(&mut self, team: &Arc<Team>) {
        if self.together.is_none() {
            self.together = Some(Box::new(Together::new(Arc::clone(team))));
        }
    }

    /// Returns what the other nodes must know since the last report.
    pub fn report(&mut self, now_ms: i64) -> Option<SubjectReport> {
        let together = self.together.as_mut()?;
        let own = Own {
            window_ms: MINUTE_MS,
            requests: self.requests.as_mut(),
            others: self.tokens.as_mut(),
            running: self.running,
        };
        together.report(&own, now_ms)
    }

    /// Takes another node's report in, `age_ms` old; of a node that is gone (`None`) only what it counted.
    pub fn hear(&mut self, node: Option<u16>, report: &SubjectReport, age_ms: i64, now_ms: i64) {
        if let Some(together) = &mut self.together {
            together.hear(node, report, age_ms, now_ms);
        }
        // What this node counted before its restart, the books tell.
        if let (Some(_), Some(budget)) = (node, &mut self.budget) {
            budget.count_elsewhere(report.day, now_ms);
        }
    }

    /// Divides with the other nodes what nobody holds.
    pub fn divide(&mut self, round: &Round<'_>, now_ms: i64) {
        if let Some(together) = &mut self.together {
            let own = Own {
                window_ms: MINUTE_MS,
                requests: self.requests.as_mut(),
                others: self.tokens.as_mut(),
                running: self.running,
            };
            together.settle(own, round, now_ms);
        }
    }

    /// Tells whether [`Self::enter`] would refuse, and takes nothing.
    pub fn check(&mut self, limits: &LimitSet, now_ms: i64) -> Result<(), Exceeded> {
        self.check_running(limits, now_ms)?;
        self.check_minute(limits, now_ms)?;
        match (limits.requests_per_day, &mut self.budget) {
            (Some(limit), Some(budget)) => budget.check_request(limit, now_ms),
            _ => Ok(()),
        }
    }

    /// Takes tokens and money for a request that has entered, both or neither. What is more than a minute's
    /// tokens takes all of them.
    pub fn ask(
        &mut self,
        taken: &mut Taken,
        limits: &LimitSet,
        tokens: u64,
        quota: i64,
        now_ms: i64,
    ) -> Result<(), Exceeded> {
        if let Some(limit) = limits.tokens_per_minute {
            let checked = self.check_tokens(limit, tokens.min(limit), now_ms);
            if let Some(together) = &mut self.together {
                together.note(Which::Others, tokens.min(limit));
            }
            checked?;
        }
        if let Some(budget) = &mut self.budget {
            budget.hold(limits, quota, now_ms)?;
            taken.held = taken.held.saturating_add(quota.max(0));
        }
        if let Some(limit) = limits.tokens_per_minute {
            let counted = tokens.min(limit);
            let window = self.tokens.get_or_insert_with(|| minute(now_ms));
            let slot = window.add(counted, now_ms);
            taken.tokens = Some((counted, slot));
            if let Some(together) = &mut self.together {
                together.count(Which::Others, slot, counted);
            }
        }
        Ok(())
    }

    /// Raises what a request holds to a new total; a lower one is no change.
    pub fn raise(
        &mut self,
        taken: &mut Taken,
        limits: &LimitSet,
        total: i64,
        now_ms: i64,
    ) -> Result<(), Exceeded> {
        let more = total.saturating_sub(taken.held);
        if let Some(budget) = &mut self.budget
            && more > 0
        {
            budget.hold(limits, more, now_ms)?;
            taken.held = total;
        }
        Ok(())
    }

    /// Ends a request that was served: tokens beyond the estimate count now, those that were not used go back.
    pub fn settle(&mut self, taken: &Taken, used: Used, now_ms: i64) {
        self.end(taken);
        if let (Some((estimate, slot)), Some(window)) = (taken.tokens, &mut self.tokens) {
            let more = used.tokens.saturating_sub(estimate);
            let less = estimate.saturating_sub(used.tokens);
            if more > 0 {
                let slot = window.add(more, now_ms);
                if let Some(together) = &mut self.together {
                    together.count(Which::Others, slot, more);
                }
            } else if less > 0
                && window.take_back(less, slot, now_ms)
                && let Some(together) = &mut self.together
            {
                together.uncount(Which::Others, slot, less);
            }
        }
        if let Some(budget) = &mut self.budget {
            budget.settle(taken.held, used.charge, now_ms);
        }
    }

    /// Ends a request that was not served at all: as if it had not come.
    pub fn undo(&mut self, taken: &Taken, now_ms: i64) {
        self.settle(taken, Used::default(), now_ms);
        if let (Some(slot), Some(window)) = (taken.request, &mut self.requests)
            && window.take_back(1, slot, now_ms)
            && let Some(together) = &mut self.together
        {
            together.uncount(Which::Requests, slot, 1);
        }
        if let (true, Some(budget)) = (taken.is_in_day, &mut self.budget) {
            budget.uncount_request(now_ms);
            if let Some(together) = &mut self.together {
                together.count_day(-1);
            }
        }
    }

    /// Returns how requests and tokens stand.
    pub fn standings(&mut self, limits: &LimitSet, now_ms: i64) -> Standings {
        let minute = limits.requests_per_minute;
        let requests = match (minute, limits.requests_per_day, self.budget.as_deref_mut()) {
            (Some(limit), _, _) => {
                let elsewhere = self.elsewhere(Which::Requests, now_ms);
                Some(standing(&mut self.requests, limit, elsewhere, now_ms))
            }
            (None, Some(limit), Some(budget)) => Some(Standing {
                limit,
                remaining: budget.requests_left(limit, now_ms),
                reset_ms: budget.day_left_ms(now_ms),
            }),
            _ => None,
        };
        let elsewhere = self.elsewhere(Which::Others, now_ms);
        let tokens = limits.tokens_per_minute;
        Standings {
            requests,
            tokens: tokens.map(|limit| standing(&mut self.tokens, limit, elsewhere, now_ms)),
        }
    }

    fn elsewhere(&mut self, which: Which, now_ms: i64) -> (u64, i64) {
        let together = self.together.as_mut();
        together.map_or((0, 0), |together| together.elsewhere(which, now_ms))
    }

    /// Makes the counts that the limits need, and says what they do not know yet.
    pub fn missing(&mut self, limits: &LimitSet, now_ms: i64) -> Option<Missing> {
        self.keep_budget(limits, now_ms);
        self.budget.as_ref()?.missing()
    }

    /// Says what the counts do not know yet, if they are there.
    #[must_use]
    pub fn still_missing(&self) -> Option<Missing> {
        self.budget.as_ref()?.missing()
    }

    /// Adds what was spent before the counts began.
    pub fn add_earlier(&mut self, earlier: &Earlier) {
        if let Some(budget) = &mut self.budget {
            budget.add_earlier(earlier);
        }
    }

    /// Tells whether nothing would be lost by forgetting the meter.
    pub fn is_idle(&mut self, now_ms: i64) -> bool {
        let mut windows = [&mut self.requests, &mut self.tokens].into_iter().flatten();
        self.running == 0
            && windows.all(|window| window.sum(now_ms) == 0)
            && self
                .budget
                .as_mut()
                .is_none_or(|budget| budget.is_empty(now_ms))
            && self
                .together
                .as_mut()
                .is_none_or(|together| together.is_idle(now_ms))
    }

    fn end(&mut self, taken: &Taken) {
        if taken.is_running {
            self.running = self.running.saturating_sub(1);
            if let Some(together) = &mut self.together {
                together.put_back(Which::Running, 1);
            }
        }
    }

    fn keep_budget(&mut self, limits: &LimitSet, now_ms: i64) {
        let zone = &limits.time_zone;
        match &mut self.budget {
            Some(budget) if !budget.is_of(zone) => budget.move_to(zone, now_ms),
            None if limits.has_periods() => {
                self.budget = Some(Box::new(Budget::new(zone, now_ms)));
            }
            _ => {}
        }
    }

    fn check_running(&mut self, limits: &LimitSet, now_ms: i64) -> Result<(), Exceeded> {
        let Some(limit) = limits.concurrency else {
            return Ok(());
        };
        let kind = LimitKind::Concurrency;
        if self.running >= limit {
            return Err(Exceeded {
                kind,
                limit,
                remaining: 0,
                wait_ms: BUSY_MS,
            });
        }
        let asked = (limit, 1, self.running);
        self.together.as_mut().map_or(Ok(()), |together| {
            together.check(Which::Running, kind, asked, now_ms)
        })
    }

    fn check_minute(&mut self, limits: &LimitSet, now_ms: i64) -> Result<(), Exceeded> {
        let Some(limit) = limits.requests_per_minute else {
            return Ok(());
        };
        let kind = LimitKind::RequestsPerMinute;
        check(self.requests.as_mut(), kind, limit, 1, now_ms)?;
        let Some(together) = &mut self.together else {
            return Ok(());
        };
        let own = sum(self.requests.as_mut(), now_ms);
        together.check(Which::Requests, kind, (limit, 1, own), now_ms)
    }

    fn check_tokens(&mut self, limit: u64, tokens: u64, now_ms: i64) -> Result<(), Exceeded> {
        let kind = LimitKind::TokensPerMinute;
        check(self.tokens.as_mut(), kind, limit, tokens, now_ms)?;
        let Some(together) = &mut self.together else {
            return Ok(());
        };
        let own = sum(self.tokens.as_mut(), now_ms);
        together.check(Which::Others, kind, (limit, tokens, own), now_ms)
    }
}

/// Returns what a window counts.
pub(super) fn sum(window: Option<&mut Window>, now_ms: i64) -> u64 {
    window.map_or(0, |window| window.sum(now_ms))
}

fn minute(now_ms: i64) -> Window {
    Window::new(MINUTE_MS, now_ms)
}

/// Returns the limit as exceeded when `amount` more does not fit the window; a window that is not there is empty.
pub(super) fn check(
    window: Option<&mut Window>,
    kind: LimitKind,
    limit: u64,
    amount: u64,
    now_ms: i64,
) -> Result<(), Exceeded> {
    let (sum, wait_ms) = match window {
        Some(window) => {
            let sum = window.sum(now_ms);
            if sum.saturating_add(amount) <= limit {
                return Ok(());
            }
            (sum, window.wait_ms(amount, limit, now_ms))
        }
        None if amount <= limit => return Ok(()),
        None => (0, MINUTE_MS),
    };
    Err(Exceeded {
        kind,
        limit,
        remaining: limit.saturating_sub(sum),
        wait_ms,
    })
}

fn standing(
    window: &mut Option<Window>,
    limit: u64,
    (elsewhere, elsewhere_ms): (u64, i64),
    now_ms: i64,
) -> Standing {
    let (sum, reset_ms) = window.as_mut().map_or((0, 0), |window| {
        (window.sum(now_ms), window.empty_in_ms(now_ms))
    });
    Standing {
        limit,
        remaining: limit.saturating_sub(sum).saturating_sub(elsewhere),
        reset_ms: reset_ms.max(elsewhere_ms),
    }
}
