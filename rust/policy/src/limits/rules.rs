//! The snapshot's own limits: those of groups, models, channels and their keys, and the family's.
//!
//! Limits of users and keys come with their rows. Without any limit here there is no `LimitRules`
//! at all, and a request pays one look at an empty pointer.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use super::{LimitSet, ModelRequestRules, Subject};

/// The limits that the snapshot carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct LimitRules {
    groups: HashMap<Arc<str>, Arc<LimitSet>>,
    models: HashMap<Arc<str>, Arc<LimitSet>>,
    channels: HashMap<i64, Arc<LimitSet>>,
    /// By channel, then by the key's place.
    channel_keys: HashMap<i64, HashMap<usize, Arc<LimitSet>>>,
    /// The family's limit, while its switch is on.
    pub model_requests: Option<ModelRequestRules>,
}

impl LimitRules {
    /// Tells whether nothing is limited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Tells whether channels or their keys are limited.
    #[must_use]
    pub fn has_channels(&self) -> bool {
        !self.channels.is_empty() || !self.channel_keys.is_empty()
    }

    /// Returns a group's limits.
    #[must_use]
    pub fn group(&self, group: &str) -> Option<&Arc<LimitSet>> {
        self.groups.get(group)
    }

    /// Returns a model's limits, with the name that they are kept by.
    #[must_use]
    pub fn model(&self, model: &str) -> Option<(&Arc<str>, &Arc<LimitSet>)> {
        self.models.get_key_value(model)
    }

    /// Returns a channel's limits.
    #[must_use]
    pub fn channel(&self, id: i64) -> Option<&Arc<LimitSet>> {
        self.channels.get(&id)
    }

    /// Returns the limits of one of a channel's keys.
    #[must_use]
    pub fn channel_key(&self, id: i64, key_index: usize) -> Option<&Arc<LimitSet>> {
        self.channel_keys.get(&id)?.get(&key_index)
    }

    /// Returns the limits of a subject that is the snapshot's.
    #[must_use]
    pub fn of(&self, subject: &Subject) -> Option<&Arc<LimitSet>> {
        match subject {
            Subject::Group(group) => self.group(group),
            Subject::Model(model) => self.models.get(model),
            Subject::Channel(id) => self.channel(*id),
            Subject::ChannelKey(id, index) => self.channel_key(*id, *index),
            Subject::User(_) | Subject::Key(_) => None,
        }
    }

    /// Returns every subject with its limits, in no order.
    pub fn all(&self) -> impl Iterator<Item = (Subject, &Arc<LimitSet>)> {
        let groups = self.groups.iter();
        let groups = groups.map(|(name, set)| (Subject::Group(Arc::clone(name)), set));
        let models = self.models.iter();
        let models = models.map(|(name, set)| (Subject::Model(Arc::clone(name)), set));
        let channels = self.channels.iter();
        let channels = channels.map(|(id, set)| (Subject::Channel(*id), set));
        let keys = self.channel_keys.iter().flat_map(|(id, keys)| {
            keys.iter()
                .map(|(index, set)| (Subject::ChannelKey(*id, *index), set))
        });
        groups.chain(models).chain(channels).chain(keys)
    }
}
