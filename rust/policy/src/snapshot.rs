//! The published routing: channels, groups, prices and options, compiled for lookup.
//!
//! Parsed once from one JSON document and then only read, so that any number of requests share it.
//! A bad field refuses the whole document and names its path; the old snapshot stays in use.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::breaker::BreakerSettings;
use crate::channel::Channel;
use crate::groups::{Groups, GroupsDocument};
use crate::limits::LimitRules;
use crate::midjourney::MidjourneySettings;
use crate::price::{Sheet, Tables};
use crate::refusal::Refusal;
use crate::retry::StatusRanges;
use crate::routing::RoutingIndex;
use crate::units::Ratio;

/// What happens to a stream whose hold cannot be raised any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MidstreamExhausted {
    /// The stream is cut.
    #[default]
    Cut,
    /// The stream goes on; what is missing becomes an overrun.
    Finish,
}

/// What happens to a model that has no price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnsetModelPrice {
    /// The request is refused.
    #[default]
    Refuse,
    /// The fallback ratio is taken.
    Fallback,
}

/// Settings that the relay reads with each request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "settings that do not depend on each other"
)]
pub struct Options {
    /// Further attempts after the first.
    pub retry_times: u32,
    /// Models without a price are served at the fallback ratio.
    pub self_use_mode: bool,
    /// Quota that one USD is.
    pub quota_per_unit: u32,
    /// CNY that one USD is, for prices in CNY.
    pub cny_per_usd: Ratio,
    /// Output tokens held when the request states no limit.
    pub default_output_tokens: u64,
    /// The family's floor of a hold in tokens; kept for the record, holds have no floor.
    pub pre_consumed_default: u64,
    /// What happens to a stream whose money runs out.
    pub midstream_exhausted: MidstreamExhausted,
    /// Longest wait for a connection.
    pub connect_timeout_ms: u64,
    /// Longest wait for response headers.
    pub header_timeout_ms: u64,
    /// Longest wait for the first token.
    pub first_token_timeout_ms: u64,
    /// Longest silence within a stream.
    pub idle_timeout_ms: u64,
    /// Longest duration of a call.
    pub total_timeout_ms: u64,
    /// Pause between keep-alive comments; 0 sends none.
    pub ping_interval_ms: u64,
    /// Upstream statuses after which another candidate is tried.
    pub retry_status_codes: StatusRanges,
    /// Whether failures may switch channels off.
    pub automatic_disable: bool,
    /// Upstream statuses that switch a channel or key off.
    pub disable_status_codes: StatusRanges,
    /// Texts in a provider's error, in lower case, that switch a channel or key off.
    pub disable_keywords: Vec<String>,
    /// When breakers open.
    pub breaker: BreakerSettings,
    /// Whether upstreams may stand at private addresses.
    pub allow_private_upstreams: bool,
    /// What happens to a model that has no price.
    pub unset_model_price: UnsetModelPrice,
    /// Words that no prompt may hold; empty switches the check off.
    pub sensitive_words: Vec<Box<str>>,
    /// What goes to Midjourney proxies.
    pub midjourney: MidjourneySettings,
    /// This server's public address, where Midjourney proxies may tell their news; empty: they are only asked.
    pub midjourney_notify_base: Box<str>,
    /// How conversations are kept on their channels.
    pub affinity: AffinitySettings,
    /// Whether answers to limited callers say how their limits stand.
    pub rate_limit_headers: bool,
}

/// How calls of one conversation are kept on the channel whose prompt cache has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AffinitySettings {
    /// Whether they are; follow-ups of stored responses are in any case.
    pub enabled: bool,
    /// Conversations remembered at most.
    pub max_entries: usize,
    /// Seconds after which a silent conversation is forgotten.
    pub ttl_s: u32,
}

impl Default for AffinitySettings {
    fn default() -> Self {
        Self {
            enabled: true,
            max_entries: 100_000,
            ttl_s: 3_600,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            retry_times: 3,
            self_use_mode: false,
            quota_per_unit: 500_000,
            cny_per_usd: Ratio::from_thousandths(7_300),
            default_output_tokens: 1_024,
            pre_consumed_default: 0,
            midstream_exhausted: MidstreamExhausted::default(),
            connect_timeout_ms: 10_000,
            header_timeout_ms: 60_000,
            first_token_timeout_ms: 120_000,
            idle_timeout_ms: 300_000,
            total_timeout_ms: 3_600_000,
            ping_interval_ms: 0,
            retry_status_codes: StatusRanges::default(),
            automatic_disable: false,
            disable_status_codes: StatusRanges::only(401),
            disable_keywords: Vec::new(),
            breaker: BreakerSettings::default(),
            allow_private_upstreams: false,
            unset_model_price: UnsetModelPrice::default(),
            sensitive_words: Vec::new(),
            midjourney: MidjourneySettings::default(),
            midjourney_notify_base: Box::default(),
            affinity: AffinitySettings::default(),
            rate_limit_headers: true,
        }
    }
}

/// Why a document is not a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("snapshot field `{path}`: {message}")]
pub struct SnapshotError {
    /// Where the fault is, as in `channels[3].weight`; `.` for the document itself.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

/// The document as it arrives.
#[derive(Deserialize)]
struct Document {
    version: u64,
    #[serde(default)]
    channels: Vec<Channel>,
    #[serde(default)]
    groups: GroupsDocument,
    #[serde(default)]
    prices: Tables,
    #[serde(default)]
    options: Options,
    #[serde(default)]
    limits: LimitRules,
}

/// The published routing, compiled.
#[derive(Debug)]
pub struct Snapshot {
    /// Grows with each publication.
    pub version: u64,
    /// The settings.
    pub options: Options,
    /// Limits of groups, models and channels; none while there are none.
    pub limits: Option<Box<LimitRules>>,
    groups: Groups,
    tables: Tables,
    channels: HashMap<i64, Arc<Channel>>,
    index: RoutingIndex,
    sheets: HashMap<Arc<str>, Arc<Sheet>>,
}

impl Snapshot {
    /// Parses and compiles a snapshot document.
    pub fn from_json(bytes: &[u8]) -> Result<Self, SnapshotError> {
        Self::compile(read(bytes)?)
    }

    fn compile(document: Document) -> Result<Self, SnapshotError> {
        let mut channels = HashMap::with_capacity(document.channels.len());
        let mut ordered = Vec::with_capacity(document.channels.len());
        for (position, mut channel) in document.channels.into_iter().enumerate() {
            channel.prepare();
            let rate = document.options.cny_per_usd;
            channel
                .prepare_prices(document.options.quota_per_unit, rate)
                .map_err(|error| SnapshotError {
                    path: format!("channels[{position}].prices"),
                    message: error.to_string(),
                })?;
            let channel = Arc::new(channel);
            let fault = if channel.id <= 0 {
                Some("a channel's id is above 0".to_owned())
            } else if channels.insert(channel.id, Arc::clone(&channel)).is_some() {
                Some(format!("channel {} is there twice", channel.id))
            } else {
                None
            };
            if let Some(message) = fault {
                return Err(SnapshotError {
                    path: format!("channels[{position}].id"),
                    message,
                });
            }
            ordered.push(channel);
        }
        let index = RoutingIndex::compile(&ordered);
        let quota_per_unit = document.options.quota_per_unit;
        let sheets = compile_sheets(&document.prices, &index, quota_per_unit);
        Ok(Self {
            version: document.version,
            options: document.options,
            limits: (!document.limits.is_empty()).then(|| Box::new(document.limits)),
            groups: Groups::compile(document.groups),
            tables: document.prices,
            channels,
            index,
            sheets,
        })
    }

    /// Goes on with the polling turns of the snapshot that this one replaces.
    pub fn continue_turns(&self, older: &Self) {
        for (id, channel) in &self.channels {
            if let Some(before) = older.channels.get(id) {
                channel.continue_turns(before);
            }
        }
    }

    /// Returns the rules of groups.
    #[must_use]
    pub fn groups(&self) -> &Groups {
        &self.groups
    }

    /// Returns a channel by number, enabled or not.
    #[must_use]
    pub fn channel(&self, id: i64) -> Option<&Arc<Channel>> {
        self.channels.get(&id)
    }

    /// Returns all channels in no order, enabled or not.
    pub fn channels(&self) -> impl Iterator<Item = &Arc<Channel>> {
        self.channels.values()
    }

    pub(crate) fn index(&self) -> &RoutingIndex {
        &self.index
    }

    /// Returns the model's price sheet; `None` when it has neither price nor ratio.
    #[must_use]
    pub fn sheet(&self, model: &str) -> Option<Arc<Sheet>> {
        if let Some(sheet) = self.sheets.get(model) {
            return Some(Arc::clone(sheet));
        }
        Sheet::compile(&self.tables, model, self.options.quota_per_unit).map(Arc::new)
    }

    /// Returns the sheet to charge a model with: its own, else the fallback where settings or the
    /// user accept that.
    pub fn sheet_or_fallback(
        &self,
        model: &str,
        accept_unset_price: bool,
    ) -> Result<Arc<Sheet>, Refusal> {
        if let Some(sheet) = self.sheet(model) {
            return Ok(sheet);
        }
        if self.accepts_unset_price(accept_unset_price) {
            return Ok(Arc::new(Sheet::unset(&self.tables, model)));
        }
        Err(Refusal::PriceUnset {
            model: model.to_owned(),
        })
    }

    /// Tells whether a model without a price is served to this user.
    #[must_use]
    pub fn accepts_unset_price(&self, user_accepts: bool) -> bool {
        user_accepts
            || self.options.self_use_mode
            || self.options.unset_model_price == UnsetModelPrice::Fallback
    }

    /// Tells whether some price asks for a request's headers.
    #[must_use]
    pub fn prices_ask_headers(&self) -> bool {
        let mut expressions = self.tables.expression.values();
        expressions.any(|expression| expression.asks().headers)
    }

    /// Tells whether the model has a price or a ratio.
    #[must_use]
    pub fn has_price(&self, model: &str) -> bool {
        self.sheets.contains_key(model) || self.tables.has_price(model)
    }
}

/// Parses a document; the error names the field.
pub(crate) fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, SnapshotError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let document = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        SnapshotError {
            path,
            message: error.into_inner().to_string(),
        }
    })?;
    let end = reader.end();
    end.map_err(|error| SnapshotError {
        path: ".".to_owned(),
        message: error.to_string(),
    })?;
    Ok(document)
}

fn compile_sheets(
    tables: &Tables,
    index: &RoutingIndex,
    quota_per_unit: u32,
) -> HashMap<Arc<str>, Arc<Sheet>> {
    tables
        .priced_models()
        .chain(index.models())
        .filter_map(|model| {
            let sheet = Sheet::compile(tables, model, quota_per_unit)?;
            Some((Arc::clone(model), Arc::new(sheet)))
        })
        .collect()
}
