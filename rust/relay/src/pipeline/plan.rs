//! Station 4: model → ordered candidates, best first. The deciding is `weirgate_policy::routing`;
//! this hands it time, chance and the breakers.

use weirgate_policy::{Candidate, PlanRequest, Ratio, Refusal};
use weirgate_wire::Envelope;

use super::identify::Identified;
use super::route::Arrival;
use crate::error::Error;
use crate::state::clock;
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

/// Plans a request; no candidate at all is a refusal.
pub(crate) fn plan(
    worker: &Worker,
    identified: &Identified,
    envelope: &Envelope,
    arrival: &Arrival,
) -> Result<Planned, Error> {
    let request = PlanRequest {
        caller: &identified.caller,
        model: &envelope.model,
        now_ms: arrival.started_ms,
        random: clock::random_u64(),
    };
    let snapshot = &identified.routing.snapshot;
    let plan = weirgate_policy::plan(&request, snapshot, &worker.shared.breakers);
    let Some(first) = plan.candidates.first() else {
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
