//! The family's own limit of relay requests: so many a user and window, and so many that succeed.
//!
//! The options are `ModelRequestRateLimit*`. A running request counts as a success until it failed:
//! the family's check before and count after lets any number of parallel requests through.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use super::meter::{check, sum};
use super::share::{Round, Team};
use super::together::{Own, SubjectReport, Together, Which};
use super::window::{Slot, Window};
use super::{Exceeded, LimitKind};

/// The options, with the switch on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ModelRequestRules {
    /// The window's length.
    pub window_ms: i64,
    /// Requests a window, failures included; 0 does not limit.
    pub total: u64,
    /// Requests a window that succeed; 0 does not limit.
    pub success: u64,
    /// Both numbers by group.
    #[serde(default)]
    pub groups: HashMap<Arc<str>, (u64, u64)>,
}

impl ModelRequestRules {
    /// Returns the limits of all requests and of those that succeed, for callers of a group.
    #[must_use]
    pub fn of_group(&self, group: &str) -> (u64, u64) {
        let own = self.groups.get(group).copied();
        own.unwrap_or((self.total, self.success))
    }
}

/// One user's requests.
#[derive(Clone, Debug, Default)]
pub struct ModelRequests {
    all: Option<Window>,
    successes: Option<Window>,
    together: Option<Box<Together>>,
    window_ms: i64,
}

/// What one request took.
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelTaken {
    success: Option<Slot>,
}

impl ModelRequests {
    /// Takes one request of both counts, or of none and says which stands in the way.
    pub fn enter(
        &mut self,
        rules: &ModelRequestRules,
        group: &str,
        now_ms: i64,
    ) -> Result<ModelTaken, Exceeded> {
        let (total, success) = rules.of_group(group);
        self.keep_to(rules.window_ms);
        let checked = self.check_both(total, success, now_ms);
        if let Some(together) = &mut self.together {
            together.note(Which::Requests, 1);
            together.note(Which::Others, 1);
        }
        checked?;
        let count = |window: &mut Option<Window>, limit| {
            let make = || Window::new(rules.window_ms, now_ms);
            (limit > 0).then(|| window.get_or_insert_with(make).add(1, now_ms))
        };
        let counted = count(&mut self.all, total);
        let success = count(&mut self.successes, success);
        if let Some(together) = &mut self.together {
            let slots = [(Which::Requests, counted), (Which::Others, success)];
            for (which, slot) in slots {
                if let Some(slot) = slot {
                    together.count(which, slot, 1);
                }
            }
        }
        Ok(ModelTaken { success })
    }

    fn check_both(&mut self, total: u64, success: u64, now_ms: i64) -> Result<(), Exceeded> {
        let asked = [
            (
                Which::Others,
                &mut self.successes,
                LimitKind::ModelSuccesses,
                success,
            ),
            (
                Which::Requests,
                &mut self.all,
                LimitKind::ModelRequests,
                total,
            ),
        ];
        for (which, window, kind, limit) in asked {
            if limit == 0 {
                continue;
            }
            check(window.as_mut(), kind, limit, 1, now_ms)?;
            if let Some(together) = &mut self.together {
                let own = sum(window.as_mut(), now_ms);
                together.check(which, kind, (limit, 1, own), now_ms)?;
            }
        }
        Ok(())
    }

    /// Begins anew with windows of another length.
    fn keep_to(&mut self, window_ms: i64) {
        for window in [&mut self.all, &mut self.successes] {
            window.take_if(|window| !window.is_of(window_ms));
        }
        if self.window_ms != window_ms {
            self.window_ms = window_ms;
            if let Some(together) = &mut self.together {
                together.begin_anew();
            }
        }
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
            window_ms: self.window_ms,
            requests: self.all.as_mut(),
            others: self.successes.as_mut(),
            running: 0,
        };
        together.report(&own, now_ms)
    }

    /// Takes another node's report in, as `Meter::hear`.
    pub fn hear(&mut self, node: Option<u16>, report: &SubjectReport, age_ms: i64, now_ms: i64) {
        self.keep_to(report.window_ms);
        if let Some(together) = &mut self.together {
            together.hear(node, report, age_ms, now_ms);
        }
    }

    /// Divides with the other nodes what nobody holds.
    pub fn divide(&mut self, round: &Round<'_>, now_ms: i64) {
        if let Some(together) = &mut self.together {
            let own = Own {
                window_ms: self.window_ms,
                requests: self.all.as_mut(),
                others: self.successes.as_mut(),
                running: 0,
            };
            together.settle(own, round, now_ms);
        }
    }

    /// Takes back a success that became none.
    pub fn failed(&mut self, taken: ModelTaken, now_ms: i64) {
        if let (Some(slot), Some(window)) = (taken.success, &mut self.successes)
            && window.take_back(1, slot, now_ms)
            && let Some(together) = &mut self.together
        {
            together.uncount(Which::Others, slot, 1);
        }
    }

    /// Tells whether nothing would be lost by forgetting them.
    pub fn is_idle(&mut self, now_ms: i64) -> bool {
        let mut windows = [&mut self.all, &mut self.successes].into_iter().flatten();
        let is_idle = windows.all(|window| window.sum(now_ms) == 0);
        let together = self.together.as_mut();
        is_idle && together.is_none_or(|together| together.is_idle(now_ms))
    }
}
