//! Plans of calls that belong to a conversation: the channel and key that served it before come first, or alone.
//! Where that was is the relay's to know; whether the caller may still go there is decided here.

use super::index::Route;
use super::{Candidate, Draft, Health, Obstacle, Plan, PlanRequest, Serving, plan};
use crate::snapshot::Snapshot;

/// Where earlier calls of a conversation went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The channel.
    pub channel_id: i64,
    /// Which of its keys.
    pub key_index: usize,
    /// Nobody else has what the call goes on from.
    pub is_bound: bool,
}

/// Plans a request of a conversation.
///
/// The kept channel comes first if one of the caller's groups still has it for the model, its key is enabled and no
/// breaker holds it open; the others follow as in [`plan()`], unless the call is bound to it. A pin goes before it all.
#[must_use]
pub fn plan_kept(
    request: &PlanRequest<'_>,
    kept: Kept,
    snapshot: &Snapshot,
    health: &dyn Health,
) -> Plan {
    if request.caller.pinned_channel.is_some() {
        return plan(request, snapshot, health);
    }
    let mut draft = Draft::new(request, snapshot, health);
    draft.add_kept(kept);
    if !kept.is_bound {
        draft.add_groups();
    }
    draft.finish()
}

impl<'a> Draft<'a> {
    fn add_kept(&mut self, kept: Kept) {
        let caller = self.request.caller;
        for group in caller.group.as_slice() {
            let serving = self.serving(group);
            if let Some(route) = self.snapshot.index().route(group, self.request.model)
                && let Some(candidate) = self.kept_in(&route, kept, &serving)
            {
                self.candidates.push(candidate);
                return;
            }
        }
    }

    fn kept_in(
        &mut self,
        route: &Route<'a>,
        kept: Kept,
        serving: &Serving<'_>,
    ) -> Option<Candidate> {
        let mut members = route.slot.tiers.iter().flat_map(|tier| &tier.members);
        let member = members.find(|member| member.channel.id == kept.channel_id)?;
        let drawn = self.prepare(member, route)?;
        if !drawn.channel.enabled_keys().contains(&kept.key_index) {
            self.meets(Obstacle::NoKey);
            return None;
        }
        let (id, key, now_ms) = (kept.channel_id, kept.key_index, self.request.now_ms);
        if self.health.is_open(id, key, &drawn.upstream_model, now_ms) {
            self.meets(Obstacle::Open);
            return None;
        }
        // A conversation moves on when its channel is full: dearer, but served.
        if self.health.is_full(id, key, now_ms) {
            self.meets(Obstacle::Full);
            return None;
        }
        Some(drawn.candidate(key, self.request.model, serving))
    }
}
