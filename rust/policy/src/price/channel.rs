//! What one channel says of prices: what its calls cost us, and factors of its own for groups.
//!
//! Read with the snapshot; the relay asks for the cost of a call at its end, the router for a group's factor when
//! it names the channel. A model without a cost has none that is known, which is not nothing.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use super::decimal::{DecimalError, DecimalSheet};
use super::sheet::Sheet;
use crate::units::Ratio;

/// A channel's own prices. Every map may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChannelPrices {
    /// What a call costs us, by the model that the upstream is asked for.
    costs: HashMap<Arc<str>, DecimalSheet>,
    /// The factor of a group on this channel, in place of the group's own.
    group_ratio: HashMap<Arc<str>, Ratio>,
    /// The same for one model, as clients name it; wins over `group_ratio`.
    model_group_ratio: HashMap<Arc<str>, HashMap<Arc<str>, Ratio>>,
    /// The costs, compiled.
    #[serde(skip)]
    sheets: HashMap<Arc<str>, Arc<Sheet>>,
}

/// Why a text is no channel's prices.
#[derive(Debug, thiserror::Error)]
pub enum ChannelPricesError {
    /// It does not read as such.
    #[error("{0}")]
    Unreadable(#[from] serde_json::Error),
    /// One model's costs do not.
    #[error("costs of {model}: {error}")]
    Cost {
        /// The model.
        model: Arc<str>,
        /// What is wrong there.
        error: DecimalError,
    },
}

impl ChannelPrices {
    /// Reads and compiles a channel's prices from JSON.
    pub fn from_json(
        bytes: &[u8],
        quota_per_usd: u32,
        cny_per_usd: Ratio,
    ) -> Result<Self, ChannelPricesError> {
        let mut prices: Self = serde_json::from_slice(bytes)?;
        prices.prepare(quota_per_usd, cny_per_usd)?;
        Ok(prices)
    }

    /// Compiles the costs.
    pub(crate) fn prepare(
        &mut self,
        quota_per_usd: u32,
        cny_per_usd: Ratio,
    ) -> Result<(), ChannelPricesError> {
        for (model, decimals) in &self.costs {
            let sheet = decimals.compile(model, quota_per_usd, cny_per_usd);
            let sheet = sheet.map_err(|error| ChannelPricesError::Cost {
                model: Arc::clone(model),
                error,
            })?;
            self.sheets.insert(Arc::clone(model), Arc::new(sheet));
        }
        Ok(())
    }

    /// Returns what a model's calls cost us; none while that is not known.
    #[must_use]
    pub fn cost(&self, upstream_model: &str) -> Option<&Arc<Sheet>> {
        self.sheets.get(upstream_model)
    }

    /// Returns this channel's factor of a group for a model; none where the group's own holds.
    #[must_use]
    pub fn group_ratio(&self, model: &str, group: &str) -> Option<Ratio> {
        let of_model = self.model_group_ratio.get(model);
        of_model
            .and_then(|groups| groups.get(group))
            .or_else(|| self.group_ratio.get(group))
            .copied()
    }
}
