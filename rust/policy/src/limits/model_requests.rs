//! The family's own limit of relay requests: so many a user and window, and so many that succeed.
//!
//! The options are `ModelRequestRateLimit*`. A running request counts as a success until it failed:
//! the family's check before and count after lets any number of parallel requests through.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use super::meter::check;
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
        for window in [&mut self.all, &mut self.successes] {
            window.take_if(|window| !window.is_of(rules.window_ms));
        }
        let fits = |window: &mut Option<Window>, kind, limit| match limit {
            0 => Ok(()),
            limit => check(window.as_mut(), kind, limit, 1, now_ms),
        };
        fits(&mut self.successes, LimitKind::ModelSuccesses, success)?;
        fits(&mut self.all, LimitKind::ModelRequests, total)?;
        let count = |window: &mut Option<Window>, limit| {
            let make = || Window::new(rules.window_ms, now_ms);
            (limit > 0).then(|| window.get_or_insert_with(make).add(1, now_ms))
        };
        let _counted = count(&mut self.all, total);
        Ok(ModelTaken {
            success: count(&mut self.successes, success),
        })
    }

    /// Takes back a success that became none.
    pub fn failed(&mut self, taken: ModelTaken, now_ms: i64) {
        if let (Some(slot), Some(window)) = (taken.success, &mut self.successes) {
            window.take_back(1, slot, now_ms);
        }
    }

    /// Tells whether nothing would be lost by forgetting them.
    pub fn is_idle(&mut self, now_ms: i64) -> bool {
        let mut windows = [&mut self.all, &mut self.successes].into_iter().flatten();
        windows.all(|window| window.sum(now_ms) == 0)
    }
}
