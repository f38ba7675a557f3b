//! The models that somebody may see in a model list.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::keys::{Caller, KeyEntry, is_listed};
use crate::snapshot::Snapshot;

/// Returns the models that the caller may use with this key, sorted.
///
/// These are the models of the caller's groups, cut to the key's limits; models without a price are
/// left out unless settings or the user accept them.
#[must_use]
pub fn models_for(caller: &Caller, key: &KeyEntry, snapshot: &Snapshot) -> Vec<Arc<str>> {
    let accepts_unset = snapshot.accepts_unset_price(caller.accept_unset_price);
    let mut models = visible(caller.group.as_slice(), accepts_unset, snapshot);
    if let Some(limits) = &key.model_limits {
        models.retain(|model| is_listed(limits, model));
    }
    models
}

/// Returns the models of a group, sorted; models without a price are left out unless settings
/// accept them.
#[must_use]
pub fn models_for_group(group: &str, snapshot: &Snapshot) -> Vec<Arc<str>> {
    visible(
        &[Arc::from(group)],
        snapshot.accepts_unset_price(false),
        snapshot,
    )
}

fn visible(groups: &[Arc<str>], accepts_unset: bool, snapshot: &Snapshot) -> Vec<Arc<str>> {
    let models: BTreeSet<&Arc<str>> = groups
        .iter()
        .flat_map(|group| snapshot.index().models_of(group))
        .filter(|model| accepts_unset || snapshot.has_price(model))
        .collect();
    models.into_iter().cloned().collect()
}
