//! Why each channel is or is not a candidate: the route tester's answer.
//!
//! Looks at the same index and health as a plan but draws nothing, so it tells shares, not luck.

use std::sync::Arc;

use serde::Serialize;

use super::index::{Member, Tier};
use super::{Health, PlanRequest, names::normalised_model, plan};
use crate::channel::Channel;
use crate::snapshot::Snapshot;

/// Parts that a whole share has.
const SHARE_WHOLE: u64 = 10_000;

/// Why a channel is or is not a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is one.
    Candidate,
    /// It is switched off, by hand or automatically.
    Disabled,
    /// It does not serve the caller's group.
    NotInGroup,
    /// It does not serve the model.
    ModelNotServed,
    /// All its keys are switched off.
    NoEnabledKey,
    /// Breakers hold all its keys open.
    BreakerOpen,
    /// Its model mapping runs in a circle.
    MappingCycle,
    /// Another group comes first and has channels.
    LaterGroup,
    /// The request names another channel.
    NotPinned,
}

/// A channel in the answer.
#[derive(Clone, Debug, Serialize)]
pub struct ChannelReport {
    /// Its number.
    pub channel_id: i64,
    /// Its name.
    pub name: Arc<str>,
    /// Why it is or is not a candidate.
    pub reason: Reason,
    /// The group it would serve from.
    pub group: Option<Arc<str>>,
    /// Its priority.
    pub priority: i64,
    /// Its weight.
    pub weight: u32,
    /// Its share of first attempts, in ten-thousandths.
    pub share: u64,
    /// The model that the upstream would be asked for.
    pub upstream_model: Option<Arc<str>>,
    /// Its keys.
    pub keys: Vec<KeyReport>,
}

/// A channel's key in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KeyReport {
    /// Its place among the channel's keys.
    pub index: usize,
    /// Whether it is switched on.
    pub is_enabled: bool,
    /// Whether a breaker holds it open.
    pub is_open: bool,
}

/// The route tester's answer.
#[derive(Clone, Debug, Serialize)]
pub struct PlanReport {
    /// The name that lists and prices are also looked up by, when it differs.
    pub normalised_model: Option<&'static str>,
    /// The refusal's reason when there is no candidate.
    pub refusal: Option<&'static str>,
    /// Every channel, candidates first, then by priority and number.
    pub channels: Vec<ChannelReport>,
}

/// Explains a plan channel by channel.
#[must_use]
pub fn explain_plan(
    request: &PlanRequest<'_>,
    snapshot: &Snapshot,
    health: &dyn Health,
) -> PlanReport {
    let inspection = Inspection {
        request,
        snapshot,
        health,
    };
    let serving = inspection.serving_groups();
    let mut channels: Vec<ChannelReport> = snapshot
        .channels()
        .map(|channel| inspection.report(channel, &serving))
        .collect();
    inspection.add_shares(&mut channels, serving.first());
    channels.sort_by_key(|report| {
        let is_candidate = report.reason == Reason::Candidate;
        (
            !is_candidate,
            std::cmp::Reverse(report.priority),
            report.channel_id,
        )
    });
    PlanReport {
        normalised_model: normalised_model(request.model),
        refusal: plan(request, snapshot, health)
            .refusal
            .map(|refusal| refusal.reason()),
        channels,
    }
}

struct Inspection<'a> {
    request: &'a PlanRequest<'a>,
    snapshot: &'a Snapshot,
    health: &'a dyn Health,
}

impl<'a> Inspection<'a> {
    /// Returns the groups whose channels the plan takes, in order.
    fn serving_groups(&self) -> Vec<&'a Arc<str>> {
        let caller = self.request.caller;
        let with_channels = caller
            .group
            .as_slice()
            .iter()
            .filter(|group| self.has_live_channel(group));
        let most = if caller.cross_group_retry {
            usize::MAX
        } else {
            1
        };
        with_channels.take(most).collect()
    }

    fn has_live_channel(&self, group: &str) -> bool {
        self.snapshot
            .index()
            .route(group, self.request.model)
            .is_some_and(|route| {
                route
                    .slot
                    .tiers
                    .iter()
                    .flat_map(|tier| &tier.members)
                    .any(|member| self.fitness(&member.channel) == Reason::Candidate)
            })
    }

    /// Tells what speaks against a channel apart from group and model.
    fn fitness(&self, channel: &Channel) -> Reason {
        if !channel.is_enabled() {
            return Reason::Disabled;
        }
        let Some(model) = self.upstream_model(channel) else {
            return Reason::MappingCycle;
        };
        let enabled = channel.enabled_keys();
        if enabled.is_empty() {
            return Reason::NoEnabledKey;
        }
        if enabled
            .iter()
            .all(|index| self.is_open(channel, *index, &model))
        {
            return Reason::BreakerOpen;
        }
        Reason::Candidate
    }

    fn upstream_model(&self, channel: &Channel) -> Option<Arc<str>> {
        channel.upstream_model(&Arc::from(self.request.model)).ok()
    }

    fn is_open(&self, channel: &Channel, key_index: usize, model: &str) -> bool {
        self.health
            .is_open(channel.id, key_index, model, self.request.now_ms)
    }

    fn report(&self, channel: &Arc<Channel>, serving: &[&Arc<str>]) -> ChannelReport {
        let (reason, group) = self.reason(channel, serving);
        let upstream_model = self.upstream_model(channel);
        let keys = (0..channel.keys.len())
            .map(|index| KeyReport {
                index,
                is_enabled: channel.enabled_keys().binary_search(&index).is_ok(),
                is_open: upstream_model
                    .as_ref()
                    .is_some_and(|model| self.is_open(channel, index, model)),
            })
            .collect();
        ChannelReport {
            channel_id: channel.id,
            name: Arc::clone(&channel.name),
            reason,
            group,
            priority: channel.priority,
            weight: channel.weight,
            share: 0,
            upstream_model,
            keys,
        }
    }

    fn reason(&self, channel: &Channel, serving: &[&Arc<str>]) -> (Reason, Option<Arc<str>>) {
        let caller = self.request.caller;
        if let Some(pinned) = caller.pinned_channel {
            return self.pinned_reason(channel, pinned);
        }
        if !channel.is_enabled() {
            return (Reason::Disabled, None);
        }
        let of_caller = caller.group.as_slice();
        let Some(group) = of_caller
            .iter()
            .find(|group| channel.groups.contains(group))
        else {
            return (Reason::NotInGroup, None);
        };
        if !self.serves_model(channel) {
            return (Reason::ModelNotServed, Some(Arc::clone(group)));
        }
        let fitness = self.fitness(channel);
        let taken = serving.iter().find(|group| channel.groups.contains(group));
        match (fitness, taken) {
            (Reason::Candidate, None) => (Reason::LaterGroup, Some(Arc::clone(group))),
            (reason, Some(taken)) => (reason, Some(Arc::clone(taken))),
            (reason, None) => (reason, Some(Arc::clone(group))),
        }
    }

    fn pinned_reason(&self, channel: &Channel, pinned: i64) -> (Reason, Option<Arc<str>>) {
        if channel.id != pinned {
            return (Reason::NotPinned, None);
        }
        let reason = match self.fitness(channel) {
            // An admin's pin goes through an open breaker.
            Reason::BreakerOpen => Reason::Candidate,
            reason => reason,
        };
        (
            reason,
            Some(Arc::clone(self.request.caller.billing_group())),
        )
    }

    fn serves_model(&self, channel: &Channel) -> bool {
        let model = self.request.model;
        let normalised = normalised_model(model);
        channel
            .models
            .iter()
            .any(|served| served.as_ref() == model || Some(served.as_ref()) == normalised)
    }

    /// Fills in the shares of the first tier that has a live channel.
    fn add_shares(&self, reports: &mut [ChannelReport], group: Option<&&'a Arc<str>>) {
        if self.request.caller.pinned_channel.is_some() {
            for report in reports
                .iter_mut()
                .filter(|one| one.reason == Reason::Candidate)
            {
                report.share = SHARE_WHOLE;
            }
            return;
        }
        let route = group.and_then(|group| self.snapshot.index().route(group, self.request.model));
        let live = route.and_then(|route| {
            route
                .slot
                .tiers
                .iter()
                .map(|tier| self.live(tier))
                .find(|live| !live.is_empty())
        });
        let Some(live) = live else {
            return;
        };
        let total: u64 = live.iter().map(|member| u64::from(member.weight)).sum();
        let count = u64::try_from(live.len()).unwrap_or(u64::MAX);
        for member in live {
            let by_weight = (SHARE_WHOLE * u64::from(member.weight)).checked_div(total);
            let share = by_weight.unwrap_or(SHARE_WHOLE / count);
            let of_member = |report: &&mut ChannelReport| report.channel_id == member.channel.id;
            if let Some(report) = reports.iter_mut().find(of_member) {
                report.share = share;
            }
        }
    }

    fn live(&self, tier: &'a Tier) -> Vec<&'a Member> {
        tier.members
            .iter()
            .filter(|member| self.fitness(&member.channel) == Reason::Candidate)
            .collect()
    }
}
