//! The option maps that prices come from, and the defaults that ship with the gateway.
//!
//! Read from the snapshot once, asked by model name when a sheet is compiled.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use super::expression::Expression;
use crate::routing::normalised_model;
use crate::units::Ratio;

/// The default option maps with their source and date, as JSON text.
const DEFAULT_PRICES: &str = include_str!("../../data/default_prices.json");

/// Returns the default price maps: an object of the snapshot's `prices` form with `source` and
/// `date` beside the maps; ratios are decimal text.
#[must_use]
pub const fn default_prices_json() -> &'static str {
    DEFAULT_PRICES
}

/// A map from model name to ratio.
pub type RatioMap = HashMap<Arc<str>, Ratio>;

/// The family's price options; every map may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Tables {
    /// Price of a prompt token; 1 is 2 USD for a million.
    pub model_ratio: RatioMap,
    /// Price of a call in USD; wins over `model_ratio`.
    pub model_price: RatioMap,
    /// Completion token in prompt tokens.
    pub completion_ratio: RatioMap,
    /// Cache read in prompt tokens.
    pub cache_ratio: RatioMap,
    /// Cache write (five minutes) in prompt tokens.
    pub create_cache_ratio: RatioMap,
    /// Audio input token in prompt tokens.
    pub audio_ratio: RatioMap,
    /// Audio output token in audio input tokens.
    pub audio_completion_ratio: RatioMap,
    /// Image input token in prompt tokens.
    pub image_ratio: RatioMap,
    /// Price of 1,000 calls of a provider's tool in USD: `tool`, or `tool:model*` for models that begin so.
    pub tool_price: RatioMap,
    /// Prices as expressions; they win over all maps.
    pub expression: HashMap<Arc<str>, Arc<Expression>>,
}

/// Looks a model up by its exact name, then by its normalised one.
pub(crate) fn lookup<T: Clone>(map: &HashMap<Arc<str>, T>, model: &str) -> Option<T> {
    map.get(model)
        .or_else(|| map.get(normalised_model(model)?))
        .cloned()
}

impl Tables {
    /// Tells whether the model has a price or a ratio.
    #[must_use]
    pub fn has_price(&self, model: &str) -> bool {
        lookup(&self.model_price, model).is_some()
            || lookup(&self.model_ratio, model).is_some()
            || lookup(&self.expression, model).is_some()
    }

    /// Returns every model name that has a price or a ratio.
    pub(crate) fn priced_models(&self) -> impl Iterator<Item = &Arc<str>> {
        self.model_price
            .keys()
            .chain(self.model_ratio.keys())
            .chain(self.expression.keys())
    }
}
