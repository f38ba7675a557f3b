//! A price computed for somebody who asks, with the very functions that charge real calls.
//!
//! Management hands in price maps (saved or not yet) and a usage; no snapshot is touched.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use weirgate_wire::canon::{ToolCalls, Usage};
use weirgate_wire::overrides::field_at;

use super::charge::{Charge, charge};
use super::decimal::{DecimalError, DecimalSheet};
use super::expression::{ExpressionError, RequestFacts, Scalar};
use super::sheet::Sheet;
use super::stamp::PriceStamp;
use super::tables::Tables;
use crate::units::Ratio;

/// Quota that one USD is, unless the request says otherwise.
const DEFAULT_QUOTA_PER_UNIT: u32 = 500_000;

/// What to price.
#[derive(Clone, Debug, Deserialize)]
pub struct PreviewRequest {
    /// The price maps, as in the snapshot.
    #[serde(default)]
    pub prices: Tables,
    /// The model as a client would name it.
    pub model: String,
    /// The ratio of the group.
    #[serde(default = "neutral")]
    pub group_ratio: Ratio,
    /// The tokens used; counts left out are 0.
    #[serde(default)]
    pub usage: PreviewUsage,
    /// Quota that one USD is.
    #[serde(default = "default_quota_per_unit")]
    pub quota_per_unit: u32,
    /// Price a model without a price at the fallback ratio instead of refusing.
    #[serde(default)]
    pub accept_unset: bool,
    /// Decimal prices in place of the maps'.
    #[serde(default)]
    pub decimals: Option<DecimalSheet>,
    /// What the channel costs.
    #[serde(default)]
    pub costs: Option<DecimalSheet>,
    /// CNY that one USD is.
    #[serde(default = "default_rate")]
    pub cny_per_usd: Ratio,
    /// What kind of images are asked for.
    #[serde(default)]
    pub image: PreviewImage,
    /// The request's body, for prices that ask it.
    #[serde(default)]
    pub body: serde_json::Value,
    /// The request's headers by lower-case name.
    #[serde(default)]
    pub headers: HashMap<String, String>,
    /// When the request comes, in milliseconds of Unix time.
    #[serde(default)]
    pub now_ms: i64,
}

impl RequestFacts for PreviewRequest {
    fn param(&self, path: &str) -> Scalar {
        let body = self.body.to_string();
        field_at(body.as_bytes(), path).map_or(Scalar::Nil, |value| Scalar::of_json(&value))
    }

    fn header(&self, name: &str) -> Scalar {
        let found = self.headers.get(name);
        found.map_or(Scalar::Nil, |text| Scalar::Text(text.as_str().into()))
    }

    fn now_ms(&self) -> i64 {
        self.now_ms
    }
}

/// Size and quality of images, as a client names them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PreviewImage {
    /// As in `1024x1024`.
    pub size: Option<String>,
    /// As in `hd`.
    pub quality: Option<String>,
}

/// Token counts as somebody types them: each may be left out.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PreviewUsage {
    /// Input tokens, including the kinds below.
    pub prompt: u64,
    /// Output tokens, including audio.
    pub completion: u64,
    /// Input tokens read from a cache.
    pub cached_read: u64,
    /// Input tokens written to a five-minute cache.
    pub cache_write_5m: u64,
    /// Input tokens written to a one-hour cache.
    pub cache_write_1h: u64,
    /// Output tokens spent on reasoning.
    pub reasoning: u64,
    /// Input tokens of audio.
    pub audio_in: u64,
    /// Output tokens of audio.
    pub audio_out: u64,
    /// Input tokens of images.
    pub image_in: u64,
    /// Output tokens of images.
    pub image_out: u64,
    /// Images made, for models priced by the call.
    pub images: u64,
    /// Calls of the provider's own tools.
    pub tools: ToolCalls,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Quota without the group's ratio.
    pub list: i64,
    /// Quota that a user would pay.
    pub sale: i64,
    /// Quota that the channel costs; 0 while unknown.
    pub cost: i64,
    /// True when that is known.
    pub cost_known: bool,
    /// True when an amount was capped.
    pub saturated: bool,
    /// The prices used.
    pub stamp: PriceStamp,
}

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The request is not what [`PreviewRequest`] reads.
    #[error("price request: {0}")]
    Invalid(#[from] serde_json::Error),
    /// The model has neither ratio nor price.
    #[error("model {0} has no ratio or price")]
    PriceUnset(String),
    /// The expression wants something of the request that it has not.
    #[error("price expression: {0}")]
    Expression(#[from] ExpressionError),
    /// The decimals are no prices.
    #[error("decimal prices: {0}")]
    Decimal(#[from] DecimalError),
}

impl PreviewRequest {
    /// Reads the request from JSON.
    pub fn from_json(bytes: &[u8]) -> Result<Self, PreviewError> {
        Ok(serde_json::from_slice(bytes)?)
    }
}

/// Computes what a call would cost.
pub fn price_preview(request: &PreviewRequest) -> Result<Preview, PreviewError> {
    let model = request.model.as_str();
    let compile = |decimals: &DecimalSheet| {
        decimals.compile(model, request.quota_per_unit, request.cny_per_usd)
    };
    let decimals = request.decimals.as_ref().map(compile).transpose()?;
    let by_maps = || Sheet::compile(&request.prices, model, request.quota_per_unit);
    let sheet = match decimals.or_else(by_maps) {
        Some(sheet) => sheet,
        None if request.accept_unset => Sheet::unset(&request.prices, model),
        None => return Err(PreviewError::PriceUnset(request.model.clone())),
    };
    let image = &request.image;
    let sheet = sheet.for_request(request)?.unwrap_or(sheet);
    let of_image = sheet.for_image(model, image.size.as_deref(), image.quality.as_deref());
    let sheet = of_image.unwrap_or(sheet);
    let usage = Usage::from(request.usage);
    let costs = request.costs.as_ref().map(compile).transpose()?;
    let charged = charge(&sheet, request.group_ratio, &usage);
    let Charge {
        list,
        sale,
        cost,
        cost_known,
        saturated,
    } = costs.map_or(charged, |costs| charged.with_cost(&costs, &usage));
    let stamp = sheet.stamp(request.group_ratio, None);
    Ok(Preview {
        list,
        sale,
        cost,
        cost_known,
        saturated,
        stamp,
    })
}

impl From<PreviewUsage> for Usage {
    fn from(usage: PreviewUsage) -> Self {
        Self {
            prompt: usage.prompt,
            completion: usage.completion,
            cached_read: usage.cached_read,
            cache_write_5m: usage.cache_write_5m,
            cache_write_1h: usage.cache_write_1h,
            reasoning: usage.reasoning,
            audio_in: usage.audio_in,
            audio_out: usage.audio_out,
            image_in: usage.image_in,
            image_out: usage.image_out,
            images: usage.images,
            tools: usage.tools,
        }
    }
}

const fn neutral() -> Ratio {
    Ratio::ONE
}

const fn default_rate() -> Ratio {
    Ratio::from_thousandths(7_300)
}

const fn default_quota_per_unit() -> u32 {
    DEFAULT_QUOTA_PER_UNIT
}
