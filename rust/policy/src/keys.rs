//! Keys and users: how a key's text is read and hashed, and whether it opens the door.
//!
//! The identify station finds the entry by hash and asks [`check_key`]; balances are the accounts'
//! word, asked between [`check_key_state`] and [`check_key`].

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer};

use crate::groups::AUTO;
use crate::limits::LimitSet;
use crate::refusal::Refusal;
use crate::routing::normalised_model;
use crate::snapshot::{Snapshot, SnapshotError, read};

/// The role from which a user is an admin.
pub const ROLE_ADMIN: i32 = 10;
/// The status of users and keys that may be used.
const ENABLED: i32 = 1;
/// A key's status when its time is over.
const STATUS_EXPIRED: i32 = 3;
/// A key's status when nothing is left on it.
const STATUS_EXHAUSTED: i32 = 4;
/// The expiry of a key that never expires.
const NEVER: i64 = -1;

/// The keyed hash that a key is found by.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyHash(pub [u8; 32]);

impl KeyHash {
    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text)
            .ok()
            .map(|hash| Self(*hash.as_bytes()))
    }

    /// Returns 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        blake3::Hash::from(self.0).to_hex().to_string()
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for KeyHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("a hash is 64 hex digits"))
    }
}

/// Hashes key texts with the installation's secret.
#[derive(Clone)]
pub struct KeyHasher {
    secret: [u8; 32],
}

impl KeyHasher {
    /// Takes the installation's secret.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self { secret: *secret }
    }

    /// Hashes a key's text, given without `sk-`.
    #[must_use]
    pub fn hash(&self, key_text: &str) -> KeyHash {
        KeyHash(*blake3::keyed_hash(&self.secret, key_text.as_bytes()).as_bytes())
    }
}

impl fmt::Debug for KeyHasher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyHasher(***)")
    }
}

/// The two ways to read a key's text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyText<'a> {
    /// The whole text after `sk-`: to be looked up first.
    pub full: &'a str,
    /// Key and channel pin, when the text ends in `-<digits>`: only if `full` is unknown.
    pub split: Option<(&'a str, &'a str)>,
}

impl fmt::Debug for KeyText<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyText(***)")
    }
}

/// Reads a key's text, with or without `sk-`.
#[must_use]
pub fn parse_key_text(text: &str) -> KeyText<'_> {
    let text = text.trim();
    let full = text.strip_prefix("sk-").unwrap_or(text);
    let split = full.rsplit_once('-').filter(|(key, pin)| {
        !key.is_empty() && !pin.is_empty() && pin.bytes().all(|byte| byte.is_ascii_digit())
    });
    KeyText { full, split }
}

/// The addresses that a key may be used from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AllowList {
    /// Any address.
    #[default]
    Any,
    /// Only these. A list whose entries are all unreadable lets nobody in.
    Only(Box<[IpNet]>),
}

impl AllowList {
    fn check(&self, client: Option<IpAddr>) -> Result<(), Refusal> {
        let Self::Only(nets) = self else {
            return Ok(());
        };
        let client = client.ok_or(Refusal::AddressUnknown)?.to_canonical();
        if nets.iter().any(|net| net.contains(&client)) {
            return Ok(());
        }
        Err(Refusal::AddressNotAllowed)
    }
}

impl<'de> Deserialize<'de> for AllowList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts: Vec<std::borrow::Cow<'de, str>> = Vec::deserialize(deserializer)?;
        let mut written = texts
            .iter()
            .map(|text| text.trim())
            .filter(|text| !text.is_empty());
        if written.clone().next().is_none() {
            return Ok(Self::Any);
        }
        Ok(Self::Only(written.by_ref().filter_map(parse_net).collect()))
    }
}

/// Reads `10.0.0.0/8` or a single address.
fn parse_net(text: &str) -> Option<IpNet> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// A key as the data plane knows it.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "KeyRow")]
pub struct KeyEntry {
    /// Its number.
    pub id: i64,
    /// Its owner.
    pub user_id: i64,
    /// What it is found by.
    pub hash: KeyHash,
    /// The owner's name for it.
    pub name: Arc<str>,
    /// 1 enabled, 2 disabled, 3 expired, 4 exhausted.
    pub status: i32,
    /// Unix seconds; -1 never.
    pub expired_time: i64,
    /// Whether its remainder is only counted.
    pub unlimited: bool,
    /// The models it may use; `None` for all.
    pub model_limits: Option<Box<[Arc<str>]>>,
    /// The addresses it may be used from.
    pub allow_ips: AllowList,
    /// Its group; `None` for the owner's.
    pub group: Option<Arc<str>>,
    /// Whether `auto` goes on to the next group after failures.
    pub cross_group_retry: bool,
    /// What it may do; `None` for no limits.
    pub limits: Option<Arc<LimitSet>>,
    /// True in a delta that removes the key; then only `id` counts.
    pub deleted: bool,
}

/// A key's row as it arrives.
#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the row's own columns")]
struct KeyRow {
    id: i64,
    #[serde(default)]
    user_id: i64,
    hash: Option<KeyHash>,
    #[serde(default)]
    name: Option<Arc<str>>,
    #[serde(default)]
    status: i32,
    #[serde(default = "never")]
    expired_time: i64,
    #[serde(default)]
    unlimited: bool,
    #[serde(default)]
    model_limits_enabled: bool,
    #[serde(default)]
    model_limits: Vec<Arc<str>>,
    #[serde(default)]
    allow_ips: AllowList,
    #[serde(default)]
    group: Option<Arc<str>>,
    #[serde(default)]
    cross_group_retry: bool,
    #[serde(default)]
    limits: Option<Arc<LimitSet>>,
    #[serde(default)]
    deleted: bool,
}

impl TryFrom<KeyRow> for KeyEntry {
    type Error = &'static str;

    fn try_from(row: KeyRow) -> Result<Self, Self::Error> {
        if row.id <= 0 {
            return Err("a key's id is above 0");
        }
        let hash = match row.hash {
            Some(hash) => hash,
            None if row.deleted => KeyHash::default(),
            None => return Err("a key needs its hash"),
        };
        if row.user_id <= 0 && !row.deleted {
            return Err("a key needs its user_id");
        }
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            hash,
            name: row.name.unwrap_or_else(|| Arc::from("")),
            status: row.status,
            expired_time: row.expired_time,
            unlimited: row.unlimited,
            model_limits: row
                .model_limits_enabled
                .then(|| row.model_limits.into_boxed_slice()),
            allow_ips: row.allow_ips,
            group: row.group.filter(|group| !group.is_empty()),
            cross_group_retry: row.cross_group_retry,
            limits: row.limits,
            deleted: row.deleted,
        })
    }
}

const fn never() -> i64 {
    NEVER
}

/// A user as the data plane knows it.
#[derive(Clone, Debug, Deserialize)]
pub struct UserEntry {
    /// Its number.
    pub id: i64,
    /// Its name.
    #[serde(default = "nameless")]
    pub username: Arc<str>,
    /// 1 common, 10 admin, 100 root.
    #[serde(default)]
    pub role: i32,
    /// 1 enabled, anything else disabled.
    #[serde(default)]
    pub status: i32,
    /// Its group.
    #[serde(default = "default_group")]
    pub group: Arc<str>,
    /// Whether models without a price are served at the fallback ratio.
    #[serde(default)]
    pub accept_unset_price: bool,
    /// Whether rows keep the client's address.
    #[serde(default)]
    pub record_ip: bool,
    /// What it may do over all keys; `None` for no limits.
    #[serde(default)]
    pub limits: Option<Arc<LimitSet>>,
    /// True in a delta that removes the user; then only `id` counts.
    #[serde(default)]
    pub deleted: bool,
}

fn nameless() -> Arc<str> {
    Arc::from("")
}

fn default_group() -> Arc<str> {
    Arc::from("default")
}

/// Reads a batch of key rows; the error names the row and field.
pub fn keys_from_json(bytes: &[u8]) -> Result<Vec<KeyEntry>, SnapshotError> {
    read(bytes)
}

/// Reads a batch of user rows; the error names the row and field.
pub fn users_from_json(bytes: &[u8]) -> Result<Vec<UserEntry>, SnapshotError> {
    read(bytes)
}

/// The group or groups that a request may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupChoice {
    /// One group.
    Fixed(Arc<str>),
    /// The first of these with a channel, in order.
    Auto(Arc<[Arc<str>]>),
}

impl GroupChoice {
    /// Returns the group's name, or `auto`.
    #[must_use]
    pub fn name(&self) -> Arc<str> {
        match self {
            Self::Fixed(group) => Arc::clone(group),
            Self::Auto(_) => Arc::from(AUTO),
        }
    }

    /// Returns the groups in order of preference.
    #[must_use]
    pub fn as_slice(&self) -> &[Arc<str>] {
        match self {
            Self::Fixed(group) => std::slice::from_ref(group),
            Self::Auto(groups) => groups,
        }
    }
}

/// Somebody who may make a request.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four settings that do not depend on each other"
)]
pub struct Caller {
    /// The user who pays.
    pub user_id: i64,
    /// The key that was shown.
    pub key_id: i64,
    /// The user's role.
    pub role: i32,
    /// The user's name.
    pub username: Arc<str>,
    /// The key's name.
    pub key_name: Arc<str>,
    /// The user's own group, which special ratios go by.
    pub user_group: Arc<str>,
    /// The group or groups to serve from.
    pub group: GroupChoice,
    /// Whether the key's remainder is only counted.
    pub unlimited: bool,
    /// The channel that an admin named.
    pub pinned_channel: Option<i64>,
    /// Whether the row keeps the client's address.
    pub record_ip: bool,
    /// Whether models without a price are served at the fallback ratio.
    pub accept_unset_price: bool,
    /// Whether `auto` goes on to the next group after failures.
    pub cross_group_retry: bool,
    /// What the user may do over all keys; `None` for no limits.
    pub limits: Option<Arc<LimitSet>>,
}

impl Caller {
    /// Returns the group whose ratio a pinned call is charged with.
    #[must_use]
    pub fn billing_group(&self) -> &Arc<str> {
        match &self.group {
            GroupChoice::Fixed(group) => group,
            GroupChoice::Auto(_) => &self.user_group,
        }
    }
}

/// Checks what the key says by itself: status and expiry.
pub fn check_key_state(key: &KeyEntry, now_s: i64) -> Result<(), Refusal> {
    match key.status {
        ENABLED => {}
        STATUS_EXPIRED => return Err(Refusal::KeyExpired),
        STATUS_EXHAUSTED => return Err(Refusal::KeyExhausted),
        _ => return Err(Refusal::KeyDisabled),
    }
    if key.expired_time != NEVER && key.expired_time < now_s {
        return Err(Refusal::KeyExpired);
    }
    Ok(())
}

/// Checks a key and its owner in the family's order and returns the caller.
///
/// `pin` is the channel number that came with the key. Whether money is left is not asked here.
pub fn check_key(
    key: &KeyEntry,
    user: &UserEntry,
    snapshot: &Snapshot,
    now_s: i64,
    client_ip: Option<IpAddr>,
    pin: Option<&str>,
) -> Result<Caller, Refusal> {
    check_key_state(key, now_s)?;
    key.allow_ips.check(client_ip)?;
    if user.status != ENABLED || user.deleted {
        return Err(Refusal::UserDisabled);
    }
    let group = check_group(key, user, snapshot)?;
    let pinned_channel = pin.map(|pin| check_pin(pin, user, snapshot)).transpose()?;
    Ok(Caller {
        user_id: user.id,
        key_id: key.id,
        role: user.role,
        username: Arc::clone(&user.username),
        key_name: Arc::clone(&key.name),
        user_group: Arc::clone(&user.group),
        group,
        unlimited: key.unlimited,
        pinned_channel,
        record_ip: user.record_ip,
        accept_unset_price: user.accept_unset_price,
        cross_group_retry: key.cross_group_retry,
        limits: user.limits.clone(),
    })
}

fn check_group(
    key: &KeyEntry,
    user: &UserEntry,
    snapshot: &Snapshot,
) -> Result<GroupChoice, Refusal> {
    let groups = snapshot.groups();
    let Some(group) = &key.group else {
        return Ok(GroupChoice::Fixed(Arc::clone(&user.group)));
    };
    if !groups.is_usable(&user.group, group) {
        let usable = groups.usable(&user.group);
        return Err(Refusal::GroupNotUsable {
            group: Arc::clone(group),
            usable,
        });
    }
    if group.as_ref() == AUTO {
        return Ok(GroupChoice::Auto(groups.auto(&user.group)));
    }
    if !groups.has_ratio(group) {
        return Err(Refusal::GroupDeprecated {
            group: Arc::clone(group),
        });
    }
    Ok(GroupChoice::Fixed(Arc::clone(group)))
}

fn check_pin(pin: &str, user: &UserEntry, snapshot: &Snapshot) -> Result<i64, Refusal> {
    if user.role < ROLE_ADMIN {
        return Err(Refusal::PinNotAdmin);
    }
    let id: i64 = pin.parse().map_err(|_| Refusal::PinUnknown)?;
    let channel = snapshot.channel(id).ok_or(Refusal::PinUnknown)?;
    if !channel.is_enabled() {
        return Err(Refusal::PinDisabled);
    }
    Ok(id)
}

/// Checks whether the key may use the model. A pinned request skips the key's model limits.
///
/// Nothing of the snapshot is needed today; it is here because model rules will come from it.
pub fn check_model(
    caller: &Caller,
    key: &KeyEntry,
    model: &str,
    _snapshot: &Snapshot,
) -> Result<(), Refusal> {
    let limits = key
        .model_limits
        .as_ref()
        .filter(|_| caller.pinned_channel.is_none());
    if let Some(limits) = limits {
        if limits.is_empty() {
            return Err(Refusal::ModelLimitsEmpty);
        }
        if !model.is_empty() && !is_listed(limits, model) {
            return Err(Refusal::ModelNotAllowed {
                model: model.to_owned(),
            });
        }
    }
    if model.is_empty() {
        return Err(Refusal::ModelMissing);
    }
    Ok(())
}

/// Tells whether a list names the model, exactly or normalised.
pub(crate) fn is_listed(limits: &[Arc<str>], model: &str) -> bool {
    let normalised = normalised_model(model);
    limits
        .iter()
        .any(|limit| limit.as_ref() == model || Some(limit.as_ref()) == normalised)
}
