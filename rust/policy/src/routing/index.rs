//! The lookup from group and model to tiers of channels, made once a snapshot.
//!
//! Everything that a plan would otherwise work out per request (order, weights, mapped names) is
//! worked out here.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::names::normalised_model;
use crate::channel::{Channel, MappingCycle};

/// Channels of one priority.
#[derive(Debug)]
pub(crate) struct Tier {
    pub(crate) members: Box<[Member]>,
}

/// A channel within a tier.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) channel: Arc<Channel>,
    pub(crate) weight: u32,
    pub(crate) upstream_model: Result<Arc<str>, MappingCycle>,
}

/// The tiers of one group and model, highest priority first.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) tiers: Box<[Tier]>,
    /// How many channels the tiers hold.
    pub(crate) channels: usize,
}

/// A slot that was found, by the asked name or by the shared one.
pub(crate) struct Route<'a> {
    pub(crate) slot: &'a Slot,
    pub(crate) is_exact: bool,
}

/// All slots of a snapshot.
#[derive(Debug, Default)]
pub(crate) struct RoutingIndex {
    groups: HashMap<Arc<str>, HashMap<Arc<str>, Slot>>,
}

type Unsorted = HashMap<Arc<str>, HashMap<Arc<str>, BTreeMap<i64, Vec<Member>>>>;

impl RoutingIndex {
    /// Indexes the enabled channels; equal names share one text.
    pub(crate) fn compile(channels: &[Arc<Channel>]) -> Self {
        let mut names: HashSet<Arc<str>> = HashSet::new();
        let mut unsorted: Unsorted = HashMap::new();
        for channel in channels.iter().filter(|channel| channel.is_enabled()) {
            let models = distinct(&channel.models, &mut names);
            for group in distinct(&channel.groups, &mut names) {
                let slots = unsorted.entry(group).or_default();
                for model in &models {
                    let upstream = channel.upstream_model(model);
                    slots
                        .entry(Arc::clone(model))
                        .or_default()
                        .entry(channel.priority)
                        .or_default()
                        .push(Member {
                            channel: Arc::clone(channel),
                            weight: channel.weight,
                            upstream_model: upstream.map(|name| shared(&name, &mut names)),
                        });
                }
            }
        }
        let groups = unsorted
            .into_iter()
            .map(|(group, slots)| {
                (
                    group,
                    slots
                        .into_iter()
                        .map(|(model, tiers)| (model, slot(tiers)))
                        .collect(),
                )
            })
            .collect();
        Self { groups }
    }

    /// Finds the slot of a model by its exact name, then by its normalised one.
    pub(crate) fn route(&self, group: &str, model: &str) -> Option<Route<'_>> {
        let slots = self.groups.get(group)?;
        if let Some(slot) = slots.get(model) {
            return Some(Route {
                slot,
                is_exact: true,
            });
        }
        let slot = slots.get(normalised_model(model)?)?;
        Some(Route {
            slot,
            is_exact: false,
        })
    }

    /// Returns the models that a group's channels serve, in no order.
    pub(crate) fn models_of(&self, group: &str) -> impl Iterator<Item = &Arc<str>> {
        self.groups.get(group).into_iter().flat_map(HashMap::keys)
    }

    /// Returns every model of every group; a model of several groups comes several times.
    pub(crate) fn models(&self) -> impl Iterator<Item = &Arc<str>> {
        self.groups.values().flat_map(HashMap::keys)
    }
}

fn slot(tiers: BTreeMap<i64, Vec<Member>>) -> Slot {
    let channels = tiers.values().map(Vec::len).sum();
    let tiers = tiers
        .into_values()
        .rev()
        .map(|members| Tier {
            members: members.into_boxed_slice(),
        })
        .collect();
    Slot { tiers, channels }
}

/// Returns the names without blanks and repetitions.
fn distinct(list: &[Arc<str>], names: &mut HashSet<Arc<str>>) -> Vec<Arc<str>> {
    let mut seen: Vec<Arc<str>> = list
        .iter()
        .filter(|name| !name.trim().is_empty())
        .map(|name| shared(name, names))
        .collect();
    seen.sort_unstable();
    seen.dedup();
    seen
}

fn shared(name: &Arc<str>, names: &mut HashSet<Arc<str>>) -> Arc<str> {
    if let Some(known) = names.get(name) {
        return Arc::clone(known);
    }
    names.insert(Arc::clone(name));
    Arc::clone(name)
}
