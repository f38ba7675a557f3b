//! One model's compiled prices, and the exact amount that a usage comes to by them.
//!
//! An amount depends on nothing but sheet, group ratio and usage, so it can be computed again from
//! the row's price stamp.

use std::sync::Arc;

use weirgate_wire::canon::Usage;

use super::completion::default_completion_ratio;
use super::expression::{Asks, Expression, ExpressionError, RequestFacts};
use super::fixed::{self, Amount};
use super::stamp::{self, PriceStamp, QuotaType};
use super::tables::{Tables, lookup};
use super::tools::ToolPrices;
use crate::routing::normalised_model;
use crate::units::Ratio;

/// The ratio of a model without one, where settings or the user accept that.
pub const UNSET_MODEL_RATIO: Ratio = Ratio::from_thousandths(37_500);
/// Cache writes of unknown models, in prompt tokens.
const UNKNOWN_CACHE_WRITE: Ratio = Ratio::from_thousandths(1_250);
/// A one-hour cache write costs 6 / 3.75 of a five-minute one.
const ONE_HOUR_FACTOR: Ratio = Ratio::from_thousandths(1_600);

/// The prices of one model, compiled from the option maps. Shared behind an `Arc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub(super) basis: Basis,
    completion: Ratio,
    cache_read: Ratio,
    cache_write_5m: Ratio,
    cache_write_1h: Ratio,
    audio: Option<Audio>,
    image: Ratio,
    tools: ToolPrices,
    /// What a call's size and quality make of its price.
    call_factor: Ratio,
    is_unset: bool,
    /// The request's own values stand in the expression.
    is_put_in: bool,
    /// The JSON text of a stamp up to the group's fields.
    stamp_head: Box<str>,
}

/// What the price of a call is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Basis {
    /// By token: the price of one prompt token in quota.
    Token(Ratio),
    /// By call: a price in USD, and the quota that one USD is.
    Call { usd: Ratio, quota_per_usd: u32 },
    /// By an expression in USD for a million tokens.
    Expression {
        expression: Arc<Expression>,
        quota_per_usd: u32,
    },
}

/// Prices of audio where the model has its own, in prompt tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Audio {
    input: Ratio,
    output_per_input: Ratio,
    output: Ratio,
}

impl Sheet {
    /// Compiles a model's sheet; `None` when it has neither price nor ratio.
    #[must_use]
    pub fn compile(tables: &Tables, model: &str, quota_per_usd: u32) -> Option<Self> {
        let basis = if let Some(expression) = lookup(&tables.expression, model) {
            Basis::Expression {
                expression,
                quota_per_usd,
            }
        } else if let Some(usd) = lookup(&tables.model_price, model) {
            Basis::Call { usd, quota_per_usd }
        } else {
            Basis::Token(lookup(&tables.model_ratio, model)?)
        };
        Some(Self::of_basis(tables, model, basis, quota_per_usd))
    }

    /// Compiles the sheet of a model that has no price, at [`UNSET_MODEL_RATIO`].
    #[must_use]
    pub fn unset(tables: &Tables, model: &str) -> Self {
        Self::with_basis(tables, model, Basis::Token(UNSET_MODEL_RATIO), true)
    }

    /// Makes a sheet of a ready price and the tools' prices.
    pub(super) fn of_basis(tables: &Tables, model: &str, basis: Basis, quota_per_usd: u32) -> Self {
        let mut sheet = Self::with_basis(tables, model, basis, false);
        sheet.tools = ToolPrices::compile(&tables.tool_price, model, quota_per_usd);
        sheet
    }

    fn with_basis(tables: &Tables, model: &str, basis: Basis, is_unset: bool) -> Self {
        let cache_write_5m =
            lookup(&tables.create_cache_ratio, model).unwrap_or(UNKNOWN_CACHE_WRITE);
        let mut sheet = Self {
            basis,
            completion: completion_ratio(tables, model),
            cache_read: lookup(&tables.cache_ratio, model).unwrap_or(Ratio::ONE),
            cache_write_5m,
            cache_write_1h: fixed::multiply(cache_write_5m, ONE_HOUR_FACTOR),
            audio: audio(tables, model),
            call_factor: Ratio::ONE,
            tools: ToolPrices::default(),
            image: lookup(&tables.image_ratio, model).unwrap_or(Ratio::ONE),
            is_unset,
            is_put_in: false,
            stamp_head: Box::default(),
        };
        sheet.stamp_head = sheet.stamp(Ratio::ONE, None).head();
        sheet
    }

    /// Returns the sheet of one image's size and quality; `None` when they do not change the price.
    ///
    /// The family's factors for models priced by the image, read 2026-08; others are priced by tokens.
    #[must_use]
    pub fn for_image(
        &self,
        model: &str,
        size: Option<&str>,
        quality: Option<&str>,
    ) -> Option<Self> {
        let is_by_call = matches!(self.basis, Basis::Call { .. });
        if !is_by_call || !model.starts_with("dall-e") {
            return None;
        }
        let is_long = matches!(size, Some("1024x1792" | "1792x1024"));
        let by_size = match size {
            Some("256x256") => 400,
            Some("512x512") => 450,
            _ if is_long => 2_000,
            _ => 1_000,
        };
        let by_quality = match quality {
            Some("hd") if is_long => 1_500,
            Some("hd") => 2_000,
            _ => 1_000,
        };
        let factor = fixed::multiply(
            Ratio::from_thousandths(by_size),
            Ratio::from_thousandths(by_quality),
        );
        if factor == Ratio::ONE {
            return None;
        }
        let mut sheet = self.clone();
        sheet.call_factor = factor;
        sheet.stamp_head = sheet.stamp(Ratio::ONE, None).head();
        Some(sheet)
    }

    /// Tells whether the sheet was made for one call's size and quality, or its request.
    #[must_use]
    pub fn is_for_one_call(&self) -> bool {
        self.call_factor != Ratio::ONE || self.is_put_in
    }

    /// Returns what must be known of a request before its price can be worked out.
    #[must_use]
    pub fn asks(&self) -> Asks {
        match &self.basis {
            Basis::Expression { expression, .. } => expression.asks(),
            Basis::Token(_) | Basis::Call { .. } => Asks::default(),
        }
    }

    /// Returns the sheet with the request's own values in it; `None` when it asks for none.
    pub fn for_request(&self, facts: &dyn RequestFacts) -> Result<Option<Self>, ExpressionError> {
        let Basis::Expression {
            expression,
            quota_per_usd,
        } = &self.basis
        else {
            return Ok(None);
        };
        if !expression.asks().any() {
            return Ok(None);
        }
        let basis = Basis::Expression {
            expression: Arc::new(expression.for_request(facts)?),
            quota_per_usd: *quota_per_usd,
        };
        Ok(Some(Self {
            basis,
            is_put_in: true,
            ..self.clone()
        }))
    }

    /// Returns the tier that a usage is charged by, where the price has tiers.
    #[must_use]
    pub fn matched_tier(&self, usage: &Usage) -> Option<&str> {
        match &self.basis {
            Basis::Expression { expression, .. } => expression.cost(usage).tier,
            Basis::Token(_) | Basis::Call { .. } => None,
        }
    }

    /// Returns the calls of tools that a usage is charged for, with their prices; `None` when there are none.
    #[must_use]
    pub fn tool_snapshot(&self, usage: &Usage) -> Option<serde_json::Value> {
        self.tools.snapshot(usage)
    }

    /// Tells whether a call costs nothing, whatever tokens it uses.
    #[must_use]
    pub fn is_free(&self) -> bool {
        match &self.basis {
            Basis::Token(ratio) => ratio.is_zero(),
            Basis::Call { usd, .. } => usd.is_zero(),
            Basis::Expression { .. } => false,
        }
    }

    /// Tells whether the model had no price and stands at the fallback ratio.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        self.is_unset
    }

    /// Returns the prices to copy onto a row; `user_group_ratio` when the group's ratio is special
    /// to the user's own group.
    #[must_use]
    pub fn stamp(&self, group_ratio: Ratio, user_group_ratio: Option<Ratio>) -> PriceStamp {
        let (quota_type, model_ratio, model_price, expression) = match &self.basis {
            Basis::Token(ratio) => (QuotaType::Token, *ratio, None, None),
            Basis::Call { usd, .. } => (QuotaType::Call, Ratio::ZERO, Some(*usd), None),
            Basis::Expression { expression, .. } => {
                let text = stamp::expression_of(expression.text());
                (QuotaType::Expression, Ratio::ZERO, None, Some(text))
            }
        };
        PriceStamp {
            quota_type,
            model_ratio,
            model_price,
            completion_ratio: self.completion,
            cache_ratio: self.cache_read,
            cache_creation_ratio: self.cache_write_5m,
            cache_creation_ratio_1h: self.cache_write_1h,
            audio_ratio: self.audio.map(|audio| audio.input),
            audio_completion_ratio: self.audio.map(|audio| audio.output_per_input),
            image_ratio: self.image,
            call_factor: (self.call_factor != Ratio::ONE).then_some(self.call_factor),
            expression,
            group_ratio,
            user_group_ratio,
            images: None,
            matched_tier: None,
            unset_price: self.is_unset,
        }
    }

    /// Returns the JSON text of [`Self::stamp`]; most of it was written when the sheet was compiled.
    #[must_use]
    pub fn stamp_json(&self, group_ratio: Ratio, user_group_ratio: Option<Ratio>) -> String {
        stamp::json_of(&self.stamp_head, group_ratio, user_group_ratio)
    }

    pub(super) fn amount(&self, group_ratio: Ratio, usage: &Usage) -> Amount {
        if usage.prompt == 0 && usage.completion == 0 && usage.images == 0 {
            return Amount::ZERO;
        }
        let (sum, unit) = match &self.basis {
            Basis::Token(ratio) => (self.prompt_tokens_worth(usage), *ratio),
            Basis::Call { usd, quota_per_usd } => {
                let calls = u128::from(*quota_per_usd) * u128::from(usage.images.max(1));
                let unit = fixed::multiply(*usd, self.call_factor);
                (fixed::one().checked_mul(calls), unit)
            }
            Basis::Expression {
                expression,
                quota_per_usd,
            } => {
                // The family rounds a price by expression and knows no least charge for it.
                let tools = self.tools.micro_usd(usage);
                let cost = expression.cost(usage).micro_usd;
                return match cost.and_then(|cost| cost.checked_add(tools?)) {
                    Some(cost) => fixed::settle_micro_usd(cost, *quota_per_usd, group_ratio),
                    None => Amount::SATURATED,
                };
            }
        };
        let extra = self.tools.surcharge(usage);
        if group_ratio.is_zero() || (unit.is_zero() && extra == Some(0)) {
            return Amount::ZERO;
        }
        let (Some(sum), Some(extra)) = (sum, extra) else {
            return Amount::SATURATED;
        };
        let amount = fixed::settle_with(sum, unit, extra, group_ratio);
        // The family charges at least 1 where the price is not zero.
        Amount {
            quota: amount.quota.max(1),
            ..amount
        }
    }

    /// Returns the usage in prompt tokens, times 10^18.
    fn prompt_tokens_worth(&self, usage: &Usage) -> Option<u128> {
        let audio_in = self.audio.map_or(0, |_| usage.audio_in);
        let audio_out = self.audio.map_or(0, |_| usage.audio_out);
        let plain_prompt = usage
            .prompt
            .saturating_sub(usage.cached_read)
            .saturating_sub(usage.cache_write_5m)
            .saturating_sub(usage.cache_write_1h)
            .saturating_sub(usage.image_in)
            .saturating_sub(audio_in);
        let audio = self
            .audio
            .map_or((Ratio::ZERO, Ratio::ZERO), |a| (a.input, a.output));
        let parts = [
            (plain_prompt, Ratio::ONE),
            (usage.cached_read, self.cache_read),
            (usage.cache_write_5m, self.cache_write_5m),
            (usage.cache_write_1h, self.cache_write_1h),
            (usage.image_in, self.image),
            (audio_in, audio.0),
            (usage.completion.saturating_sub(audio_out), self.completion),
            (audio_out, audio.1),
        ];
        parts.iter().try_fold(0_u128, |sum, (tokens, ratio)| {
            if *tokens == 0 {
                return Some(sum);
            }
            sum.checked_add(fixed::weigh(*tokens, *ratio)?)
        })
    }
}

/// Returns a model's prices of audio; a model has them when either map knows it.
fn audio(tables: &Tables, model: &str) -> Option<Audio> {
    let input = lookup(&tables.audio_ratio, model);
    let output_per_input = lookup(&tables.audio_completion_ratio, model);
    if input.is_none() && output_per_input.is_none() {
        return None;
    }
    let input = input.unwrap_or(Ratio::ONE);
    let output_per_input = output_per_input.unwrap_or(Ratio::ONE);
    Some(Audio {
        input,
        output_per_input,
        output: fixed::multiply(input, output_per_input),
    })
}

/// Returns the completion ratio by the family's order of sources.
fn completion_ratio(tables: &Tables, model: &str) -> Ratio {
    let option = lookup(&tables.completion_ratio, model);
    if let (Some(ratio), true) = (option, model.contains('/')) {
        return ratio;
    }
    let rule = default_completion_ratio(normalised_model(model).unwrap_or(model));
    if rule.locked {
        rule.ratio
    } else {
        option.unwrap_or(rule.ratio)
    }
}
