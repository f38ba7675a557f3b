//! What one call has taken of limits, from its arrival to its settle.
//!
//! Requests are taken as soon as the caller is known, before a body is read; tokens and money with
//! the hold; a channel's share with each attempt. However the call ends, all of it is given back or
//! counted exactly once. A call that nothing limits has no gate at all.

use std::sync::Arc;

use weirgate_policy::limits::{
    Exceeded, LimitSet, Limited, ModelTaken, Scope, Standings, Subject, Taken, Used,
};
use weirgate_policy::{Candidate, GroupChoice, Refusal};
use weirgate_wire::Endpoint;

use super::identify::Identified;
use crate::error::Error;
use crate::journal::UsageRow;
use crate::state::clock;
use crate::state::limits::{Limits, Metered, MeteredUser};
use crate::state::published::Routing;
use crate::worker::Worker;

/// What was taken of one subject.
struct Part {
    scope: Scope,
    set: Arc<LimitSet>,
    meter: Metered,
    taken: Taken,
}

/// What a call has taken of limits.
pub(crate) struct Gate {
    worker: Arc<Worker>,
    routing: Arc<Routing>,
    /// Of user, key, group and model.
    parts: Vec<Part>,
    /// Of the channel that is tried, and its key.
    channel: Vec<Part>,
    success: Option<(MeteredUser, ModelTaken)>,
    /// Asked of each part: the estimate and the hold.
    tokens: u64,
    quota: i64,
}

/// Takes a request of everything that limits the caller; called before the body is read.
#[inline]
pub(crate) fn enter(
    worker: &Arc<Worker>,
    identified: &Identified,
    endpoint: Option<Endpoint>,
) -> Result<Option<Box<Gate>>, Error> {
    let rules = &identified.routing.snapshot.limits;
    if rules.is_none() && identified.key.limits.is_none() && identified.caller.limits.is_none() {
        return Ok(None);
    }
    let mut gate = Gate {
        worker: Arc::clone(worker),
        routing: Arc::clone(&identified.routing),
        parts: Vec::with_capacity(4),
        channel: Vec::new(),
        success: None,
        tokens: 0,
        quota: 0,
    };
    match gate.enter_all(identified, endpoint) {
        Ok(()) => Ok(Some(Box::new(gate))),
        Err(limited) => {
            gate.undo();
            Err(Refusal::Limited(limited).into())
        }
    }
}

impl Gate {
    fn enter_all(
        &mut self,
        identified: &Identified,
        endpoint: Option<Endpoint>,
    ) -> Result<(), Limited> {
        let now_ms = clock::now_ms();
        let caller = &identified.caller;
        self.enter_one(
            &Subject::User(caller.user_id),
            caller.limits.as_ref(),
            now_ms,
        )?;
        let key = &identified.key;
        self.enter_one(&Subject::Key(key.id), key.limits.as_ref(), now_ms)?;
        let routing = Arc::clone(&self.routing);
        let Some(rules) = routing.snapshot.limits.as_deref() else {
            return Ok(());
        };
        if let GroupChoice::Fixed(group) = &caller.group {
            self.enter_one(
                &Subject::Group(Arc::clone(group)),
                rules.group(group),
                now_ms,
            )?;
        }
        // The family counts model calls only: no tasks, and no playground.
        let model_requests = rules.model_requests.as_ref();
        if let Some(rules) = model_requests.filter(|_| endpoint.is_some() && key.id != 0) {
            let group = key.group.as_ref().unwrap_or(&caller.user_group);
            let user = self.limits().user(caller.user_id);
            let entered = user.lock().enter(rules, group, now_ms);
            let taken = entered.map_err(|exceeded| Limited {
                scope: Scope::User,
                exceeded,
            })?;
            self.success = Some((user, taken));
        }
        Ok(())
    }

    fn enter_one(
        &mut self,
        subject: &Subject,
        set: Option<&Arc<LimitSet>>,
        now_ms: i64,
    ) -> Result<(), Limited> {
        let Some(set) = set else { return Ok(()) };
        let part = enter_part(self.limits(), subject, set, now_ms)?;
        self.parts.push(part);
        Ok(())
    }

    fn limits(&self) -> &Limits {
        &self.worker.shared.limits
    }

    /// Takes tokens and money for the call, once its model and group are known; all or nothing.
    pub(crate) fn ask(
        &mut self,
        model: &str,
        group: Option<&Arc<str>>,
        tokens: u64,
        quota: i64,
    ) -> Result<(), Error> {
        (self.tokens, self.quota) = (tokens, quota);
        self.ask_all(model, group).map_err(|limited| {
            self.undo();
            Refusal::Limited(limited).into()
        })
    }

    fn ask_all(&mut self, model: &str, group: Option<&Arc<str>>) -> Result<(), Limited> {
        let now_ms = clock::now_ms();
        let routing = Arc::clone(&self.routing);
        if let Some(rules) = routing.snapshot.limits.as_deref() {
            let has_group = self.parts.iter().any(|part| part.scope == Scope::Group);
            if let Some(group) = group.filter(|_| !has_group) {
                self.enter_one(
                    &Subject::Group(Arc::clone(group)),
                    rules.group(group),
                    now_ms,
                )?;
            }
            if let Some((model, set)) = rules.model(model) {
                self.enter_one(&Subject::Model(Arc::clone(model)), Some(set), now_ms)?;
            }
        }
        let (tokens, quota) = (self.tokens, self.quota);
        for part in &mut self.parts {
            part.ask(tokens, quota, now_ms)?;
        }
        Ok(())
    }

    /// Takes the share of the channel and key that are tried next, and gives the last one's back; false when they
    /// have none left.
    pub(crate) fn choose(&mut self, candidate: &Candidate) -> bool {
        let routing = Arc::clone(&self.routing);
        let Some(rules) = routing.snapshot.limits.as_deref() else {
            return true;
        };
        if !rules.has_channels() {
            return true;
        }
        let now_ms = clock::now_ms();
        for part in self.channel.drain(..) {
            part.meter
                .lock()
                .settle(&part.taken, Used::default(), now_ms);
        }
        let (id, key) = (candidate.channel.id, candidate.key_index);
        for subject in [Subject::Channel(id), Subject::ChannelKey(id, key)] {
            let Some(set) = rules.of(&subject) else {
                continue;
            };
            if let Err(limited) = self.choose_one(&subject, set, now_ms) {
                self.forget_channel();
                self.worker.metrics.limited(&limited);
                return false;
            }
        }
        true
    }

    /// Gives back what was taken of a channel that was not called after all.
    pub(crate) fn forget_channel(&mut self) {
        let now_ms = clock::now_ms();
        for part in self.channel.drain(..) {
            part.meter.lock().undo(&part.taken, now_ms);
        }
    }

    fn choose_one(
        &mut self,
        subject: &Subject,
        set: &Arc<LimitSet>,
        now_ms: i64,
    ) -> Result<(), Limited> {
        let mut part = enter_part(self.limits(), subject, set, now_ms)?;
        let asked = part.ask(self.tokens, self.quota, now_ms);
        self.channel.push(part);
        asked
    }

    /// Raises what the call holds of budgets; false when one of them has no room.
    pub(crate) fn raise(&mut self, total: i64) -> bool {
        self.quota = self.quota.max(total);
        let now_ms = clock::now_ms();
        let parts = self.parts.iter_mut().chain(&mut self.channel);
        let mut raised = parts.map(|part| {
            let mut meter = part.meter.lock();
            meter.raise(&mut part.taken, &part.set, total, now_ms)
        });
        raised.all(|raised| raised.is_ok())
    }

    /// Returns how the tightest limits of requests and tokens stand, channels' apart.
    pub(crate) fn standings(&self) -> Standings {
        let now_ms = clock::now_ms();
        let each = self.parts.iter();
        each.map(|part| part.meter.lock().standings(&part.set, now_ms))
            .fold(Standings::default(), Standings::tighter)
    }

    /// Ends the call with what it used.
    pub(crate) fn settle(&mut self, row: &UsageRow) {
        let now_ms = clock::now_ms();
        let positive = |count: i64| u64::try_from(count).unwrap_or(0);
        let used = Used {
            tokens: positive(row.prompt).saturating_add(positive(row.completion)),
            charge: row.quota,
        };
        for part in self
            .parts
            .drain(..)
            .chain(std::mem::take(&mut self.channel))
        {
            part.meter.lock().settle(&part.taken, used, now_ms);
        }
        let has_failed = !(100..400).contains(&row.status);
        if let Some((user, taken)) = self.success.take()
            && has_failed
        {
            user.lock().failed(taken, now_ms);
        }
    }

    /// Gives everything back, as if the call had not come; the family's total alone counts refused calls.
    fn undo(&mut self) {
        let now_ms = clock::now_ms();
        for part in self.parts.drain(..) {
            part.meter.lock().undo(&part.taken, now_ms);
        }
    }
}

impl Drop for Gate {
    /// A call that ended before its hold: its request counts, nothing else does.
    fn drop(&mut self) {
        if self.parts.is_empty() && self.channel.is_empty() && self.success.is_none() {
            return;
        }
        let now_ms = clock::now_ms();
        for part in self.parts.drain(..).chain(self.channel.drain(..)) {
            part.meter
                .lock()
                .settle(&part.taken, Used::default(), now_ms);
        }
        if let Some((user, taken)) = self.success.take() {
            user.lock().failed(taken, now_ms);
        }
    }
}

impl Part {
    fn ask(&mut self, tokens: u64, quota: i64, now_ms: i64) -> Result<(), Limited> {
        let mut meter = self.meter.lock();
        let asked = meter.ask(&mut self.taken, &self.set, tokens, quota, now_ms);
        asked.map_err(|exceeded| limited(self.scope, exceeded))
    }
}

fn enter_part(
    limits: &Limits,
    subject: &Subject,
    set: &Arc<LimitSet>,
    now_ms: i64,
) -> Result<Part, Limited> {
    let scope = subject.scope();
    let meter = limits.meter(subject);
    let entered = meter.lock().enter(set, now_ms);
    Ok(Part {
        scope,
        set: Arc::clone(set),
        taken: entered.map_err(|exceeded| limited(scope, exceeded))?,
        meter,
    })
}

const fn limited(scope: Scope, exceeded: Exceeded) -> Limited {
    Limited { scope, exceeded }
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Gate")
            .field("parts", &self.parts.len())
            .finish_non_exhaustive()
    }
}
