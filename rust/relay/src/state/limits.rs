//! The meters of everything that is limited: one behind a short lock of its own for each subject.
//!
//! A subject without limits has no meter, and a meter that nothing would miss is forgotten each
//! minute. Deciding is `weirgate_policy::limits`; this only keeps the counts.

use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use weirgate_policy::limits::{Earlier, LimitRules, LimitSet, Meter, ModelRequests, Subject, Team};

use crate::maps::ConcurrentMap;

/// One subject's counts.
pub(crate) type Metered = Arc<Mutex<Meter>>;
/// One user's requests under the family's limit.
pub(crate) type MeteredUser = Arc<Mutex<ModelRequests>>;

/// All meters of a node.
#[derive(Default)]
pub(crate) struct Limits {
    pub(super) meters: ConcurrentMap<Subject, Metered>,
    pub(super) users: ConcurrentMap<i64, MeteredUser>,
    /// How this node stands with those it counts together with; none where it counts for itself.
    pub(super) team: Option<Arc<Team>>,
}

/// A subject whose periods began before its counts did, or what the books say of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EarlierView {
    /// `user`, `key`, `group`, `model`, `channel` or `channel_key`.
    scope: String,
    /// Its number; 0 for groups and models.
    id: i64,
    /// Its name; the place of a channel's key.
    name: String,
    since_ms: i64,
    /// When day, week and month began.
    begins_ms: [i64; 3],
    #[serde(default)]
    requests: i64,
    #[serde(default)]
    spent: [i64; 3],
}

impl Limits {
    /// Makes the meters of a node that counts together with others.
    pub(crate) fn together() -> Self {
        Self {
            team: Some(Arc::default()),
            ..Self::default()
        }
    }

    /// Returns a subject's meter, made if need be.
    pub(crate) fn meter(&self, subject: &Subject) -> Metered {
        let pinned = self.meters.pin();
        if let Some(meter) = pinned.get(subject) {
            return Arc::clone(meter);
        }
        Arc::clone(pinned.get_or_insert_with(subject.clone(), || {
            let mut meter = Meter::default();
            if let Some(team) = &self.team {
                meter.join(team);
            }
            Arc::new(Mutex::new(meter))
        }))
    }

    /// Returns a user's requests, made if need be.
    pub(crate) fn user(&self, id: i64) -> MeteredUser {
        Arc::clone(self.users.pin().get_or_insert_with(id, || {
            let mut user = ModelRequests::default();
            if let Some(team) = &self.team {
                user.join(team);
            }
            Arc::new(Mutex::new(user))
        }))
    }

    /// Begins to count for a subject whose limits go by the calendar, so that the books can be asked before it calls.
    pub(crate) fn watch(&self, subject: &Subject, set: Option<&Arc<LimitSet>>, now_ms: i64) {
        if let Some(set) = set.filter(|set| set.has_periods()) {
            self.meter(subject).lock().missing(set, now_ms);
        }
    }

    /// The same for all that a snapshot limits.
    pub(crate) fn watch_all(&self, rules: &LimitRules, now_ms: i64) {
        for (subject, set) in rules.all() {
            self.watch(&subject, Some(set), now_ms);
        }
    }

    /// Tells whether a channel or its key takes no further call now.
    pub(crate) fn is_full(
        &self,
        rules: &LimitRules,
        channel_id: i64,
        key_index: usize,
        now_ms: i64,
    ) -> bool {
        let is_over = |subject: Subject| {
            let pinned = self.meters.pin();
            let (meter, set) = (pinned.get(&subject), rules.of(&subject));
            meter
                .zip(set)
                .is_some_and(|(meter, set)| meter.lock().check(set, now_ms).is_err())
        };
        is_over(Subject::Channel(channel_id)) || is_over(Subject::ChannelKey(channel_id, key_index))
    }

    /// Returns what is not known of subjects whose counts began within a period.
    pub(crate) fn missing(&self) -> Vec<EarlierView> {
        let pinned = self.meters.pin();
        let missing = pinned.iter().filter_map(|(subject, meter)| {
            let missing = meter.lock().still_missing()?;
            let (id, name) = match subject {
                Subject::User(id) | Subject::Key(id) | Subject::Channel(id) => (*id, String::new()),
                Subject::Group(name) | Subject::Model(name) => (0, name.as_ref().to_owned()),
                Subject::ChannelKey(id, index) => (*id, index.to_string()),
            };
            Some(EarlierView {
                scope: subject.scope().as_str().to_owned(),
                id,
                name,
                since_ms: missing.since_ms,
                begins_ms: missing.begins_ms,
                requests: 0,
                spent: [0; 3],
            })
        });
        missing.collect()
    }

    /// Adds what the books say; subjects that are not known are passed over.
    pub(crate) fn add_earlier(&self, views: Vec<EarlierView>) {
        for view in views {
            let Some(subject) = view.subject() else {
                continue;
            };
            if let Some(meter) = self.meters.pin().get(&subject) {
                meter.lock().add_earlier(&Earlier {
                    since_ms: view.since_ms,
                    begins_ms: view.begins_ms,
                    requests: view.requests,
                    spent: view.spent,
                });
            }
        }
    }

    /// Forgets what nobody uses and nothing would miss.
    pub(crate) fn expire(&self, now_ms: i64) {
        let is_used = |meter: &Metered| Arc::strong_count(meter) > 1;
        self.meters
            .pin()
            .retain(|_, meter| is_used(meter) || !meter.lock().is_idle(now_ms));
        self.users
            .pin()
            .retain(|_, user| Arc::strong_count(user) > 1 || !user.lock().is_idle(now_ms));
    }

    /// Returns how many subjects are counted.
    pub(crate) fn count(&self) -> u64 {
        (self.meters.len() + self.users.len()) as u64
    }
}

impl EarlierView {
    fn subject(&self) -> Option<Subject> {
        Some(match self.scope.as_str() {
            "user" => Subject::User(self.id),
            "key" => Subject::Key(self.id),
            "group" => Subject::Group(Arc::from(self.name.as_str())),
            "model" => Subject::Model(Arc::from(self.name.as_str())),
            "channel" => Subject::Channel(self.id),
            "channel_key" => Subject::ChannelKey(self.id, self.name.parse().ok()?),
            _ => return None,
        })
    }
}
