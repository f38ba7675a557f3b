//! Snapshots, keys and users to test with.

use std::collections::HashSet;

use serde_json::{Value, json};
use weirgate_policy::{Caller, Health, KeyEntry, Snapshot, UserEntry, check_key};

pub(crate) const HASH: &str = "00000000000000000000000000000000000000000000000000000000000000ff";
pub(crate) const NOW_S: i64 = 1_800_000_000;
pub(crate) const NOW_MS: i64 = NOW_S * 1_000;

/// An enabled channel of group `default` that serves `gpt-4o` with one key.
pub(crate) fn channel(id: i64, changes: Value) -> Value {
    let mut row = json!({
        "id": id, "type": 1, "name": format!("c{id}"), "status": 1, "base_url": "http://127.0.0.1:1",
        "keys": ["sk-up"], "key_status": {}, "key_mode": "random", "weight": 1, "priority": 0,
        "groups": ["default"], "models": ["gpt-4o"], "model_mapping": {}, "status_code_mapping": {},
        "organization": null, "auto_ban": true, "allow_private": false, "tag": null
    });
    merge(&mut row, changes);
    row
}

pub(crate) fn document(channels: &[Value]) -> Value {
    json!({
        "version": 17,
        "channels": channels,
        "groups": {"ratio": {"default": "1", "vip": "0.8", "lab": "2"},
                   "group_group_ratio": {"vip": {"default": "0.9"}},
                   "usable": {"default": "d", "vip": "v", "auto": "a", "ghost": "g"},
                   "special_usable": {}, "auto": ["vip", "default", "lab"]},
        "prices": {"model_ratio": {"gpt-4o": "1.25", "gpt-4o-gizmo-*": "2.5"},
                   "model_price": {"dall-e-3": "0.04"}, "completion_ratio": {},
                   "cache_ratio": {"gpt-4o": "0.5"}, "create_cache_ratio": {}, "audio_ratio": {},
                   "audio_completion_ratio": {}, "image_ratio": {}},
        "options": {"retry_times": 3}
    })
}

pub(crate) fn snapshot_of(document: &Value) -> Snapshot {
    Snapshot::from_json(&serde_json::to_vec(document).unwrap()).unwrap()
}

pub(crate) fn snapshot(channels: &[Value]) -> Snapshot {
    snapshot_of(&document(channels))
}

pub(crate) fn key(changes: Value) -> KeyEntry {
    let mut row = json!({"id": 7, "user_id": 2, "hash": HASH, "name": "k", "status": 1,
        "expired_time": -1, "unlimited": false, "model_limits_enabled": false, "model_limits": [],
        "allow_ips": [], "group": "", "cross_group_retry": false});
    merge(&mut row, changes);
    serde_json::from_value(row).unwrap()
}

pub(crate) fn user(changes: Value) -> UserEntry {
    let mut row = json!({"id": 2, "username": "alice", "role": 1, "status": 1, "group": "default",
        "accept_unset_price": false, "record_ip": false});
    merge(&mut row, changes);
    serde_json::from_value(row).unwrap()
}

pub(crate) fn caller_of(key: &KeyEntry, user: &UserEntry, snapshot: &Snapshot) -> Caller {
    check_key(key, user, snapshot, NOW_S, None, None).unwrap()
}

pub(crate) fn caller(snapshot: &Snapshot) -> Caller {
    caller_of(&key(json!({})), &user(json!({})), snapshot)
}

pub(crate) fn merge(row: &mut Value, changes: Value) {
    let (Value::Object(row), Value::Object(changes)) = (row, changes) else {
        panic!("objects only");
    };
    row.extend(changes);
}

/// Holds open what is listed, whatever the model.
#[derive(Default)]
pub(crate) struct Opened(pub(crate) HashSet<(i64, usize)>);

impl Opened {
    pub(crate) fn of(list: &[(i64, usize)]) -> Self {
        Self(list.iter().copied().collect())
    }
}

impl Health for Opened {
    fn is_open(&self, channel_id: i64, key_index: usize, _model: &str, _now_ms: i64) -> bool {
        self.0.contains(&(channel_id, key_index))
    }
}
