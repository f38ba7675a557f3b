//! Plans of conversations: the channel that has one comes first, or alone.

use serde_json::json;
use weirgate_policy::{Caller, Kept, Plan, PlanRequest, Refusal, Snapshot, plan_kept};

use crate::routing::{ids, retrying};
use crate::support::{NOW_MS, Opened, caller, channel};

fn kept_plan(snapshot: &Snapshot, caller: &Caller, kept: Kept, health: &Opened) -> Plan {
    let request = PlanRequest {
        caller,
        model: "gpt-4o",
        now_ms: NOW_MS,
        random: 5,
    };
    plan_kept(&request, kept, snapshot, health)
}

#[test]
fn a_kept_channel_comes_first_or_alone_while_it_may_be_called() {
    let mut second = channel(2, json!({"priority": -5, "keys": ["k1", "k2", "k3"]}));
    second["key_status"] = json!({"2": 2});
    let snapshot = retrying(&[channel(1, json!({})), second], 3);
    let caller = caller(&snapshot);
    let kept = |key_index, is_bound| Kept {
        channel_id: 2,
        key_index,
        is_bound,
    };
    let health = Opened::default();
    let first = ids(&kept_plan(&snapshot, &caller, kept(1, false), &health));
    assert_eq!(first[..2], [(2, 1), (1, 0)], "priority yields");
    assert_eq!(first.len(), 3, "each channel and key once");
    let alone = ids(&kept_plan(&snapshot, &caller, kept(1, true), &health));
    assert_eq!(alone, [(2, 1)]);
    let off = kept_plan(&snapshot, &caller, kept(2, true), &health);
    assert_eq!(
        (off.candidates.len(), off.refusal),
        (0, Some(Refusal::NoChannelKey))
    );
    let without = ids(&kept_plan(&snapshot, &caller, kept(2, false), &health));
    assert_eq!(without[0], (1, 0));
}
