//! Where a call goes: candidates in order, best first.
//!
//! The plan station asks once a request; the call station walks the list. Priorities come in tiers,
//! a tier is drawn by weight without replacement, and what a breaker holds open is left out.

mod explain;
mod index;
mod kept;
mod models;
mod names;

use std::sync::Arc;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::channel::{Channel, KeyMode};
use crate::keys::Caller;
use crate::refusal::Refusal;
use crate::snapshot::Snapshot;
use crate::units::Ratio;
use index::{Member, Route, Tier};

pub use explain::{ChannelReport, KeyReport, PlanReport, Reason, explain_plan};
pub(crate) use index::RoutingIndex;
pub use kept::{Kept, plan_kept};
pub use models::{models_for, models_for_group};
pub use names::normalised_model;

/// Candidates planned beyond the allowed attempts, for those whose probe another request takes.
const SPARE_CANDIDATES: usize = 4;
/// The most candidates of a plan, whatever the options say.
const MOST_CANDIDATES: usize = 64;

/// What is asked of [`plan`].
#[derive(Clone, Copy, Debug)]
pub struct PlanRequest<'a> {
    /// Who calls.
    pub caller: &'a Caller,
    /// The model as asked for.
    pub model: &'a str,
    /// Unix time in milliseconds.
    pub now_ms: i64,
    /// A random number; equal numbers give equal plans.
    pub random: u64,
}

/// What the relay knows about channels that fail.
pub trait Health {
    /// Tells whether calls are held back now. `model` is the upstream's name for it.
    fn is_open(&self, channel_id: i64, key_index: usize, model: &str, now_ms: i64) -> bool;

    /// Tells whether limits of the channel or its key are used up.
    fn is_full(&self, _channel_id: i64, _key_index: usize, _now_ms: i64) -> bool {
        false
    }

    /// Tells whether the channel's vendor has a way for the call at all. `model` is the upstream's name for it.
    fn serves(&self, _channel_id: i64, _model: &str) -> bool {
        true
    }
}

/// A channel and key that could serve the request.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The channel.
    pub channel: Arc<Channel>,
    /// Which of its keys.
    pub key_index: usize,
    /// The model to ask the upstream for, after the channel's mapping.
    pub upstream_model: Arc<str>,
    /// The group it serves from.
    pub group: Arc<str>,
    /// The group's factor on every price.
    pub group_ratio: Ratio,
    /// True when the ratio is special to the user's own group.
    pub is_special_ratio: bool,
}

/// The candidates of a request, best first.
#[derive(Clone, Debug)]
pub struct Plan {
    /// In the order to try; each channel and key at most once.
    pub candidates: Vec<Candidate>,
    /// Why there is none; `None` when there is one.
    pub refusal: Option<Refusal>,
}

/// Plans a request.
///
/// The list is as long as the allowed attempts and a few spare ones. Within a tier every channel
/// comes once before any comes with a second key, and the tier is used up before the next.
#[must_use]
pub fn plan(request: &PlanRequest<'_>, snapshot: &Snapshot, health: &dyn Health) -> Plan {
    let mut draft = Draft::new(request, snapshot, health);
    if let Some(pinned) = request.caller.pinned_channel {
        draft.add_pinned(pinned);
    } else {
        draft.add_groups();
    }
    draft.finish()
}

/// What stood in the way of channels that have the model; the one that tells most comes last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    NoWay,
    NoKey,
    MappingCycle,
    Open,
    Full,
    PinDisabled,
    PinUnknown,
}

/// A plan in the making.
struct Draft<'a> {
    request: &'a PlanRequest<'a>,
    snapshot: &'a Snapshot,
    health: &'a dyn Health,
    random: SmallRng,
    limit: usize,
    candidates: Vec<Candidate>,
    obstacle: Option<Obstacle>,
}

/// The group that candidates are being added for.
struct Serving<'a> {
    group: &'a Arc<str>,
    ratio: Ratio,
    is_special: bool,
    /// Earlier groups may have given the same channels.
    may_repeat: bool,
}

/// A drawn channel whose further keys may still be added.
struct Drawn<'a> {
    channel: &'a Arc<Channel>,
    upstream_model: Arc<str>,
    first_key: usize,
    tried: usize,
}

/// Returns the channel's own factor of a group, where it has one.
fn own_ratio(channel: &Channel, model: &str, group: &str) -> Option<Ratio> {
    channel.prices.as_deref()?.group_ratio(model, group)
}

impl Drawn<'_> {
    fn candidate(&self, key_index: usize, model: &str, serving: &Serving<'_>) -> Candidate {
        let own = own_ratio(self.channel, model, serving.group);
        Candidate {
            channel: Arc::clone(self.channel),
            key_index,
            upstream_model: Arc::clone(&self.upstream_model),
            group: Arc::clone(serving.group),
            group_ratio: own.unwrap_or(serving.ratio),
            is_special_ratio: serving.is_special && own.is_none(),
        }
    }
}

impl<'a> Draft<'a> {
    fn new(request: &'a PlanRequest<'a>, snapshot: &'a Snapshot, health: &'a dyn Health) -> Self {
        let attempts = usize::try_from(snapshot.options.retry_times).unwrap_or(MOST_CANDIDATES);
        let limit = attempts
            .saturating_add(1 + SPARE_CANDIDATES)
            .min(MOST_CANDIDATES);
        Self {
            request,
            snapshot,
            health,
            random: SmallRng::seed_from_u64(request.random),
            limit,
            candidates: Vec::new(),
            obstacle: None,
        }
    }

    fn meets(&mut self, obstacle: Obstacle) {
        self.obstacle = self.obstacle.max(Some(obstacle));
    }

    fn is_full(&self) -> bool {
        self.candidates.len() >= self.limit
    }

    fn serving<'g>(&self, group: &'g Arc<str>) -> Serving<'g> {
        let caller = self.request.caller;
        let found = self.snapshot.groups().ratio(&caller.user_group, group);
        Serving {
            group,
            ratio: found.ratio,
            is_special: found.is_special,
            may_repeat: !self.candidates.is_empty(),
        }
    }

    fn add_groups(&mut self) {
        let caller = self.request.caller;
        for group in caller.group.as_slice() {
            let serving = self.serving(group);
            if let Some(route) = self.snapshot.index().route(group, self.request.model) {
                self.add_route(&route, &serving);
            }
            let goes_on = self.candidates.is_empty() || caller.cross_group_retry;
            if !goes_on || self.is_full() {
                return;
            }
        }
    }

    fn add_route(&mut self, route: &Route<'a>, serving: &Serving<'_>) {
        if self.candidates.capacity() == 0 {
            self.candidates
                .reserve_exact(self.limit.min(route.slot.channels));
        }
        for tier in &route.slot.tiers {
            self.add_tier(tier, route, serving);
            if self.is_full() {
                return;
            }
        }
    }

    /// Adds every channel of the tier with one key, then the further keys of those with several.
    fn add_tier(&mut self, tier: &'a Tier, route: &Route<'a>, serving: &Serving<'_>) {
        let mut pool = Pool::new(&tier.members);
        let mut several: Vec<Drawn<'a>> = Vec::new();
        while !self.is_full() {
            let Some(member) = pool.draw(&mut self.random) else {
                break;
            };
            let Some(mut drawn) = self.prepare(member, route) else {
                continue;
            };
            self.add_next_key(&mut drawn, serving);
            if drawn.tried < drawn.channel.enabled_keys().len() {
                several.push(drawn);
            }
        }
        while !several.is_empty() && !self.is_full() {
            several.retain_mut(|drawn| {
                if !self.is_full() {
                    self.add_next_key(drawn, serving);
                }
                drawn.tried < drawn.channel.enabled_keys().len()
            });
        }
    }

    fn prepare(&mut self, member: &'a Member, route: &Route<'a>) -> Option<Drawn<'a>> {
        let upstream_model = if route.is_exact {
            member.upstream_model.clone()
        } else {
            member
                .channel
                .upstream_model(&Arc::from(self.request.model))
        };
        let Ok(upstream_model) = upstream_model else {
            self.meets(Obstacle::MappingCycle);
            return None;
        };
        let channel = &member.channel;
        if !self.health.serves(channel.id, &upstream_model) {
            self.meets(Obstacle::NoWay);
            return None;
        }
        Some(Drawn {
            channel,
            upstream_model,
            first_key: self.first_key(channel)?,
            tried: 0,
        })
    }

    /// Returns the place among the enabled keys to begin at.
    fn first_key(&mut self, channel: &Channel) -> Option<usize> {
        match channel.enabled_keys().len() {
            0 => {
                self.meets(Obstacle::NoKey);
                None
            }
            1 => Some(0),
            keys => Some(match channel.key_mode {
                KeyMode::Random => self.random.random_range(0..keys),
                // Only the best candidate uses its turn up; the others are rarely called.
                KeyMode::Polling if self.candidates.is_empty() => channel.take_turn() % keys,
                KeyMode::Polling => channel.peek_turn() % keys,
            }),
        }
    }

    /// Adds the channel with its next key that is not held open and not planned yet.
    fn add_next_key(&mut self, drawn: &mut Drawn<'_>, serving: &Serving<'_>) {
        let keys = drawn.channel.enabled_keys();
        while drawn.tried < keys.len() {
            let place = (drawn.first_key + drawn.tried) % keys.len();
            drawn.tried += 1;
            let Some(key_index) = keys.get(place).copied() else {
                return;
            };
            let id = drawn.channel.id;
            if self
                .health
                .is_open(id, key_index, &drawn.upstream_model, self.request.now_ms)
            {
                self.meets(Obstacle::Open);
                continue;
            }
            if self.health.is_full(id, key_index, self.request.now_ms) {
                self.meets(Obstacle::Full);
                continue;
            }
            if serving.may_repeat && self.is_planned(id, key_index) {
                continue;
            }
            self.candidates
                .push(drawn.candidate(key_index, self.request.model, serving));
            return;
        }
    }

    fn is_planned(&self, channel_id: i64, key_index: usize) -> bool {
        self.candidates
            .iter()
            .any(|candidate| candidate.channel.id == channel_id && candidate.key_index == key_index)
    }

    /// Adds the channel that an admin named: one key, whatever its breaker says.
    fn add_pinned(&mut self, channel_id: i64) {
        let Some(channel) = self.snapshot.channel(channel_id) else {
            self.meets(Obstacle::PinUnknown);
            return;
        };
        if !channel.is_enabled() {
            self.meets(Obstacle::PinDisabled);
            return;
        }
        let Ok(upstream_model) = channel.upstream_model(&Arc::from(self.request.model)) else {
            self.meets(Obstacle::MappingCycle);
            return;
        };
        if !self.health.serves(channel_id, &upstream_model) {
            self.meets(Obstacle::NoWay);
            return;
        }
        let Some(key_index) = self
            .first_key(channel)
            .and_then(|place| channel.enabled_keys().get(place).copied())
        else {
            return;
        };
        let caller = self.request.caller;
        let group = caller.billing_group();
        let found = self.snapshot.groups().ratio(&caller.user_group, group);
        let own = own_ratio(channel, self.request.model, group);
        self.candidates.push(Candidate {
            channel: Arc::clone(channel),
            key_index,
            upstream_model,
            group: Arc::clone(group),
            group_ratio: own.unwrap_or(found.ratio),
            is_special_ratio: found.is_special && own.is_none(),
        });
    }

    fn finish(self) -> Plan {
        let refusal = self.candidates.is_empty().then(|| self.refusal());
        Plan {
            candidates: self.candidates,
            refusal,
        }
    }

    fn refusal(&self) -> Refusal {
        let model = self.request.model.to_owned();
        let group = self.request.caller.group.name();
        match self.obstacle {
            Some(Obstacle::PinUnknown) => Refusal::PinUnknown,
            Some(Obstacle::PinDisabled) => Refusal::PinDisabled,
            Some(Obstacle::Open) => Refusal::AllChannelsOpen { group, model },
            Some(Obstacle::Full) => Refusal::ChannelsFull { group, model },
            Some(Obstacle::MappingCycle) => Refusal::ModelMapping { model },
            Some(Obstacle::NoKey) => Refusal::NoChannelKey,
            Some(Obstacle::NoWay) => Refusal::EndpointNotServed { group, model },
            None => Refusal::NoChannel { group, model },
        }
    }
}

/// The channels of a tier that are not drawn yet.
struct Pool<'a> {
    members: Vec<&'a Member>,
    weight: u64,
}

impl<'a> Pool<'a> {
    fn new(members: &'a [Member]) -> Self {
        let weight = members.iter().map(|member| u64::from(member.weight)).sum();
        Self {
            members: members.iter().collect(),
            weight,
        }
    }

    /// Takes one channel out. Those of weight 0 come when no other is left, at equal shares.
    fn draw(&mut self, random: &mut SmallRng) -> Option<&'a Member> {
        let place = match self.members.len() {
            0 => return None,
            1 => 0,
            left if self.weight == 0 => random.random_range(0..left),
            _ => {
                let mut rest = random.random_range(0..self.weight);
                self.members.iter().position(|member| {
                    let weight = u64::from(member.weight);
                    let is_hit = rest < weight;
                    rest = rest.saturating_sub(weight);
                    is_hit
                })?
            }
        };
        let member = self.members.swap_remove(place);
        self.weight -= u64::from(member.weight);
        Some(member)
    }
}
