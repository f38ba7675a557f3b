//! A subject's part in what several nodes count together: one share for each of its limits.
//!
//! Asked after the node's own counts and before anything is taken, under the subject's own lock:
//! a few comparisons. While the rounds stand still a node keeps to its part of each limit.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::share::{Report, Round, Share, Team};
use super::window::{Slot, Window};
use super::{Exceeded, LimitKind};

/// When to try again while a node's share is used up: the next round divides anew.
const ROUND_MS: i64 = 1_000;

/// What a node tells of one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectReport {
    /// Length of the windows, in milliseconds.
    pub window_ms: i64,
    /// Requests of a window.
    pub requests: Option<Report>,
    /// Tokens of a window; with the family's limit, successes.
    pub others: Option<Report>,
    /// Calls at one time.
    pub running: Option<Report>,
    /// Requests of the day since the last report.
    pub day: i64,
}

impl SubjectReport {
    fn is_empty(&self) -> bool {
        self.requests.is_none() && self.others.is_none() && self.running.is_none() && self.day == 0
    }
}

/// The windows of this node that a report is made of.
pub(super) struct Own<'a> {
    pub(super) window_ms: i64,
    pub(super) requests: Option<&'a mut Window>,
    pub(super) others: Option<&'a mut Window>,
    pub(super) running: u64,
}

/// Which of a subject's shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Requests,
    Others,
    Running,
}

/// The shares of one subject.
#[derive(Clone, Debug)]
pub(super) struct Together {
    team: Arc<Team>,
    requests: Option<Share>,
    others: Option<Share>,
    running: Option<Share>,
    day: i64,
}

impl Together {
    pub(super) const fn new(team: Arc<Team>) -> Self {
        Self {
            team,
            requests: None,
            others: None,
            running: None,
            day: 0,
        }
    }

    /// Forgets what was counted in windows of another length.
    pub(super) fn begin_anew(&mut self) {
        (self.requests, self.others) = (None, None);
    }

    const fn get(&mut self, which: Which) -> &mut Option<Share> {
        match which {
            Which::Requests => &mut self.requests,
            Which::Others => &mut self.others,
            Which::Running => &mut self.running,
        }
    }

    /// Refuses what this node may not give away by itself; `own` is what it counts or runs.
    pub(super) fn check(
        &mut self,
        which: Which,
        kind: LimitKind,
        (limit, amount, own): (u64, u64, u64),
        now_ms: i64,
    ) -> Result<(), Exceeded> {
        let team = Arc::clone(&self.team);
        let share = self
            .get(which)
            .get_or_insert_with(|| Share::new(limit, &team));
        share.keep_to(limit, &team);
        let elsewhere = match which {
            Which::Running => share.running_elsewhere(),
            Which::Requests | Which::Others => share.others(now_ms),
        };
        let remaining = limit.saturating_sub(own).saturating_sub(elsewhere);
        let exceeded = |wait_ms| Exceeded {
            kind,
            limit,
            remaining,
            wait_ms,
        };
        if team.is_apart(now_ms) {
            let part = team.part(limit);
            let is_first = own == 0 && limit > 0;
            let fits = is_first || own.saturating_add(amount) <= part;
            return if fits {
                Ok(())
            } else {
                Err(exceeded(ROUND_MS))
            };
        }
        if amount > remaining {
            return Err(exceeded(share.wait_ms(
                amount,
                limit.saturating_sub(own),
                now_ms,
            )));
        }
        if share.fits(amount) {
            Ok(())
        } else {
            Err(exceeded(ROUND_MS))
        }
    }

    /// Notes what was asked for, whatever comes of it.
    pub(super) fn note(&mut self, which: Which, amount: u64) {
        if let Some(share) = self.get(which) {
            share.note(amount);
        }
    }

    /// Gives a place away.
    pub(super) fn take(&mut self, which: Which, amount: u64) {
        if let Some(share) = self.get(which) {
            share.take(amount);
        }
    }

    /// Takes a place back.
    pub(super) fn put_back(&mut self, which: Which, amount: u64) {
        if let Some(share) = self.get(which) {
            share.put_back(amount);
        }
    }

    /// Counts in a slot of the own window, for the others.
    pub(super) fn count(&mut self, which: Which, slot: Slot, amount: u64) {
        if let Some(share) = self.get(which) {
            share.take(amount);
            share.count(slot, signed(amount));
        }
    }

    /// Takes back what was counted in a slot.
    pub(super) fn uncount(&mut self, which: Which, slot: Slot, amount: u64) {
        if let Some(share) = self.get(which) {
            share.put_back(amount);
            share.count(slot, -signed(amount));
        }
    }

    /// Counts a request of the day.
    pub(super) const fn count_day(&mut self, amount: i64) {
        self.day = self.day.saturating_add(amount);
    }

    /// Returns what the other nodes counted, and when that has left the window.
    pub(super) fn elsewhere(&mut self, which: Which, now_ms: i64) -> (u64, i64) {
        self.get(which).as_mut().map_or((0, 0), |share| {
            (share.others(now_ms), share.others_empty_in_ms(now_ms))
        })
    }

    pub(super) fn report(&mut self, own: &Own<'_>, now_ms: i64) -> Option<SubjectReport> {
        let of = |share: &mut Option<Share>, window: Option<&Window>, running| {
            share.as_mut()?.report(window, running, now_ms)
        };
        let made = SubjectReport {
            window_ms: own.window_ms,
            requests: of(&mut self.requests, own.requests.as_deref(), 0),
            others: of(&mut self.others, own.others.as_deref(), 0),
            running: of(&mut self.running, None, own.running),
            day: std::mem::take(&mut self.day),
        };
        (!made.is_empty()).then_some(made)
    }

    /// Takes another node's report in; of one that is gone (`None`) only what it counted.
    pub(super) fn hear(
        &mut self,
        node: Option<u16>,
        report: &SubjectReport,
        age_ms: i64,
        now_ms: i64,
    ) {
        let make = || Window::new(report.window_ms, now_ms);
        let told = [
            (Which::Requests, &report.requests),
            (Which::Others, &report.others),
            (Which::Running, &report.running),
        ];
        for (which, told) in told {
            let Some(told) = told else { continue };
            let team = Arc::clone(&self.team);
            let share = self
                .get(which)
                .get_or_insert_with(|| Share::new(told.limit, &team));
            match node {
                Some(node) => share.hear(node, told, age_ms, now_ms, make),
                None => share.hear_counts(told, age_ms, now_ms, make),
            }
        }
    }

    pub(super) fn settle(&mut self, own: Own<'_>, round: &Round<'_>, now_ms: i64) {
        let sum = |window: Option<&mut Window>| window.map_or(0, |window| window.sum(now_ms));
        let used = [
            (Which::Requests, sum(own.requests)),
            (Which::Others, sum(own.others)),
            (Which::Running, own.running),
        ];
        for (which, used) in used {
            if let Some(share) = self.get(which) {
                share.settle(round, used, now_ms);
            }
        }
    }

    pub(super) fn is_idle(&mut self, now_ms: i64) -> bool {
        let shares = [&mut self.requests, &mut self.others, &mut self.running];
        self.day == 0
            && shares
                .into_iter()
                .flatten()
                .all(|share| share.is_idle(now_ms))
    }
}

fn signed(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}
