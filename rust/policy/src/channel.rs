//! An upstream with its credentials and settings, as the snapshot carries it.
//!
//! Read once a snapshot, then shared. Its keys never show in a debug print.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Deserializer};

use crate::price::{ChannelPrices, ChannelPricesError};
use crate::settings::ChannelSettings;
use crate::units::Ratio;

/// The status of a channel or key that may be used.
const ENABLED: i32 = 1;
/// Mappings followed for one model before the chain counts as a circle.
const LONGEST_MAPPING: usize = 64;

/// How the next key of a channel is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyMode {
    /// Uniformly among the enabled keys.
    #[default]
    Random,
    /// One after the other.
    Polling,
}

/// A secret text; its debug print is `***`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SecretText(Arc<str>);

impl SecretText {
    /// Returns the secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

/// An upstream with its credentials.
#[derive(Debug, Deserialize)]
pub struct Channel {
    /// Its number, above 0.
    pub id: i64,
    /// The family's number of the vendor.
    #[serde(rename = "type", default)]
    pub channel_type: i32,
    /// The operator's name for it.
    #[serde(default = "empty")]
    pub name: Arc<str>,
    /// 1 enabled, 2 off by hand, 3 off automatically.
    pub status: i32,
    /// Where the upstream is; `None` or empty means the vendor's own address.
    #[serde(default)]
    pub base_url: Option<Arc<str>>,
    /// The channel's extra setting, whose meaning is the vendor's: API version, region, account, bot.
    #[serde(default)]
    pub other: Option<Arc<str>>,
    /// When it was made, in Unix seconds; 0 when that is not known.
    #[serde(default)]
    pub created_time: i64,
    /// The upstream's keys.
    #[serde(default)]
    pub keys: Vec<SecretText>,
    /// Status of keys that are not enabled, by index.
    #[serde(default)]
    key_status: HashMap<usize, i32>,
    /// How the next key is chosen.
    #[serde(default)]
    pub key_mode: KeyMode,
    /// Share within a priority.
    #[serde(default, deserialize_with = "capped")]
    pub weight: u32,
    /// Higher is asked first.
    #[serde(default, deserialize_with = "nullable")]
    pub priority: i64,
    /// Groups that may use it.
    #[serde(default)]
    pub groups: Vec<Arc<str>>,
    /// Models that it serves.
    #[serde(default)]
    pub models: Vec<Arc<str>>,
    /// Upstream's name by our name.
    #[serde(default, deserialize_with = "nullable")]
    pub model_mapping: HashMap<Arc<str>, Arc<str>>,
    /// Status to answer by the upstream's status.
    #[serde(default, deserialize_with = "nullable")]
    status_code_mapping: HashMap<u16, MappedStatus>,
    /// `OpenAI-Organization` header.
    #[serde(default)]
    pub organization: Option<Arc<str>>,
    /// Whether failures may switch it off.
    #[serde(default = "yes")]
    pub auto_ban: bool,
    /// Whether it may stand at a private address.
    #[serde(default)]
    pub allow_private: bool,
    /// The operator's label.
    #[serde(default)]
    pub tag: Option<Arc<str>>,
    /// What the operator set beyond that.
    #[serde(default)]
    pub settings: ChannelSettings,
    /// What it says of prices; most say nothing.
    #[serde(default)]
    pub prices: Option<Box<ChannelPrices>>,
    /// Indexes of the keys that may be used, ascending.
    #[serde(skip)]
    enabled_keys: Vec<usize>,
    /// Turn counter of `polling`.
    #[serde(skip)]
    turn: AtomicUsize,
}

/// The mapping of a model's name leads back to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the model mapping has a cycle")]
pub struct MappingCycle;

/// Why a written model mapping leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// It is no JSON object of names.
    #[error("the model mapping is not readable")]
    Unreadable(#[source] serde_json::Error),
    /// It leads back to where it began.
    #[error(transparent)]
    Cycle(#[from] MappingCycle),
}

impl Channel {
    /// Tells whether the channel may be used.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.status == ENABLED
    }

    /// Returns a key's text; `None` when there is no such key.
    #[must_use]
    pub fn key(&self, index: usize) -> Option<&str> {
        self.keys.get(index).map(SecretText::expose)
    }

    /// Returns the indexes of the keys that may be used, ascending.
    #[must_use]
    pub fn enabled_keys(&self) -> &[usize] {
        &self.enabled_keys
    }

    /// Works out what is asked with each request; called once, when the snapshot is compiled.
    pub(crate) fn prepare(&mut self) {
        let is_enabled = |index: &usize| {
            self.key_status
                .get(index)
                .is_none_or(|status| *status == ENABLED)
        };
        self.enabled_keys = (0..self.keys.len()).filter(is_enabled).collect();
    }

    /// Compiles what the channel says of prices; called once, like `prepare`.
    pub(crate) fn prepare_prices(
        &mut self,
        quota_per_usd: u32,
        cny_per_usd: Ratio,
    ) -> Result<(), ChannelPricesError> {
        match &mut self.prices {
            Some(prices) => prices.prepare(quota_per_usd, cny_per_usd),
            None => Ok(()),
        }
    }

    /// Returns the status that the client sees for an upstream's status; 200 is never mapped.
    #[must_use]
    pub fn mapped_status(&self, status: u16) -> u16 {
        if status == 200 {
            return status;
        }
        self.status_code_mapping
            .get(&status)
            .map_or(status, |mapped| mapped.0)
    }

    /// Follows the model mapping from a name to what the upstream is asked for.
    ///
    /// A name that maps to itself ends the chain; any other circle is an error.
    pub fn upstream_model(&self, model: &Arc<str>) -> Result<Arc<str>, MappingCycle> {
        follow(&self.model_mapping, model)
    }

    /// Takes the next turn of `polling`.
    pub(crate) fn take_turn(&self) -> usize {
        self.turn.fetch_add(1, Ordering::Relaxed)
    }

    /// Returns the next turn of `polling` without taking it.
    pub(crate) fn peek_turn(&self) -> usize {
        self.turn.load(Ordering::Relaxed)
    }

    /// Goes on with the turns of the same channel in an older snapshot.
    pub(crate) fn continue_turns(&self, older: &Self) {
        self.turn
            .store(older.turn.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// Follows a channel's model mapping, written as JSON, as [`Channel::upstream_model`] does.
pub fn mapped_model(mapping: &[u8], model: &str) -> Result<Arc<str>, MappingError> {
    let mapping: Option<HashMap<Arc<str>, Arc<str>>> =
        serde_json::from_slice(mapping).map_err(MappingError::Unreadable)?;
    Ok(follow(&mapping.unwrap_or_default(), &Arc::from(model))?)
}

fn follow(
    mapping: &HashMap<Arc<str>, Arc<str>>,
    model: &Arc<str>,
) -> Result<Arc<str>, MappingCycle> {
    let mut name = model;
    for _ in 0..LONGEST_MAPPING {
        match mapping.get(name) {
            Some(next) if next != name && !next.is_empty() => name = next,
            _ => return Ok(Arc::clone(name)),
        }
    }
    Err(MappingCycle)
}

/// A status written as number or as text.
#[derive(Clone, Copy, Debug)]
struct MappedStatus(u16);

impl<'de> Deserialize<'de> for MappedStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written<'a> {
            Number(u16),
            Text(std::borrow::Cow<'a, str>),
        }
        let status = match Written::deserialize(deserializer)? {
            Written::Number(number) => Some(number),
            Written::Text(text) => text.trim().parse().ok(),
        };
        status
            .filter(|status| (100..=599).contains(status))
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("a mapped status is a number from 100 to 599"))
    }
}

/// Reads a value that may be `null`.
fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads a weight that may be `null`; one above the largest counts as the largest.
fn capped<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let weight: u64 = nullable(deserializer)?;
    Ok(u32::try_from(weight).unwrap_or(u32::MAX))
}

fn empty() -> Arc<str> {
    Arc::from("")
}

const fn yes() -> bool {
    true
}
