//! Station 4: model → ordered candidates, best first. The deciding is `weirgate_policy::routing`;
//! this hands it time, chance and the breakers.

use weirgate_policy::limits::LimitRules;
use weirgate_policy::{Candidate, Health, PlanRequest, Ratio, Refusal};
use weirgate_wire::Endpoint;

use super::identify::Identified;
use super::kept;
use super::receive::Received;
use super::route::Arrival;
use crate::error::Error;
use crate::state::breakers::Breakers;
use crate::state::clock;
use crate::state::limits::Limits;
use crate::upstream::target::Targets;
use crate::worker::Worker;

/// The channels that will be tried, in order; never empty.
pub(crate) struct Planned {
    pub(crate) candidates: Vec<Candidate>,
    first_ratio: Ratio,
}

impl Planned {
    /// Returns the group ratio that the hold is made with.
    pub(crate) const fn first_ratio(&self) -> Ratio {
        self.first_ratio
    }
}

/// What the policy may ask of the relay about a channel.
struct Known<'a> {
    breakers: &'a Breakers,
    targets: &'a Targets,
    endpoint: Endpoint,
    /// What limits channels, and the counts; none where nothing does.
    limits: Option<(&'a LimitRules, &'a Limits)>,
}

impl Health for Known<'_> {
    fn is_open(&self, channel_id: i64, key_index: usize, model: &str, now_ms: i64) -> bool {
        self.breakers.is_open(channel_id, key_index, model, now_ms)
    }

    fn is_full(&self, channel_id: i64, key_index: usize, now_ms: i64) -> bool {
        self.limits
            .is_some_and(|(rules, limits)| limits.is_full(rules, channel_id, key_index, now_ms))
    }

    fn serves(&self, channel_id: i64, model: &str) -> bool {
        // A count is made here for vendors that cannot count, of calls that they can answer.
        let endpoints = [Some(self.endpoint), self.endpoint.counted()];
        self.targets.get(channel_id).is_some_and(|target| {
            let mut endpoints = endpoints.into_iter().flatten();
            endpoints.any(|endpoint| target.way(endpoint, model).is_some())
        })
    }
}

/// Plans a request; no candidate at all is a refusal.
pub(crate) fn plan(
    worker: &Worker,
    identified: &Identified,
    received: &Received,
    arrival: &Arrival,
) -> Result<Planned, Error> {
    let envelope = &received.envelope;
    let request = PlanRequest {
        caller: &identified.caller,
        model: &envelope.model,
        now_ms: arrival.started_ms,
        random: clock::random_u64(),
    };
    let snapshot = &identified.routing.snapshot;
    let rules = snapshot.limits.as_deref();
    let rules = rules.filter(|rules| rules.has_channels());
    let known = Known {
        breakers: &worker.shared.breakers,
        targets: &identified.routing.targets,
        endpoint: received.endpoint,
        limits: rules.map(|rules| (rules, &worker.shared.limits)),
    };
    let kept = kept::find(
        worker,
        identified,
        received.endpoint,
        envelope,
        request.now_ms,
    )?;
    let plan = match kept {
        None => weirgate_policy::plan(&request, snapshot, &known),
        Some(kept) => weirgate_policy::plan_kept(&request, kept, snapshot, &known),
    };
    let Some(first) = plan.candidates.first() else {
        if kept.is_some_and(|kept| kept.is_bound)
            && !matches!(
                plan.refusal,
                Some(Refusal::AllChannelsOpen { .. } | Refusal::ChannelsFull { .. })
            )
        {
            return Err(kept::gone(
                envelope.session.previous.as_deref().unwrap_or(""),
            ));
        }
        let none = || Refusal::NoChannel {
            group: identified.caller.group.name(),
            model: envelope.model.clone(),
        };
        return Err(plan.refusal.unwrap_or_else(none).into());
    };
    let first_ratio = first.group_ratio;
    Ok(Planned {
        candidates: plan.candidates,
        first_ratio,
    })
}
