//! One model's compiled prices, and the two computations made with them: charge and hold.
//!
//! A charge depends on nothing but sheet, group ratio and usage, so it can be computed again from
//! the row's price stamp.

use weirgate_wire::canon::Usage;

use super::completion::default_completion_ratio;
use super::fixed::{self, Amount};
use super::stamp::{self, PriceStamp, QuotaType};
use super::tables::{Tables, lookup};
use crate::routing::normalised_model;
use crate::units::Ratio;

/// The ratio of a model without one, where settings or the user accept that.
pub const UNSET_MODEL_RATIO: Ratio = Ratio::from_thousandths(37_500);
/// Cache writes of unknown models, in prompt tokens.
const UNKNOWN_CACHE_WRITE: Ratio = Ratio::from_thousandths(1_250);
/// A one-hour cache write costs 6 / 3.75 of a five-minute one.
const ONE_HOUR_FACTOR: Ratio = Ratio::from_thousandths(1_600);
/// Bytes of a request body that are held as one input token.
const BODY_BYTES_PER_TOKEN: usize = 4;

/// The prices of one model, compiled from the option maps. Shared behind an `Arc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    basis: Basis,
    completion: Ratio,
    cache_read: Ratio,
    cache_write_5m: Ratio,
    cache_write_1h: Ratio,
    audio: Option<Audio>,
    image: Ratio,
    /// What a call's size and quality make of its price.
    call_factor: Ratio,
    is_unset: bool,
    /// The JSON text of a stamp up to the group's fields.
    stamp_head: Box<str>,
}

/// What the price of a call is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Basis {
    /// By token: the price of one prompt token in quota.
    Token(Ratio),
    /// By call: a price in USD, and the quota that one USD is.
    Call { usd: Ratio, quota_per_usd: u32 },
}

/// Prices of audio where the model has its own, in prompt tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Audio {
    input: Ratio,
    output_per_input: Ratio,
    output: Ratio,
}

/// What a call costs, in quota.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// The price without the group's ratio.
    pub list: i64,
    /// What the user pays.
    pub sale: i64,
    /// What the channel costs us; 0 while `cost_known` is false.
    pub cost: i64,
    /// True when the channel's own price is known.
    pub cost_known: bool,
    /// True when an amount was above [`fixed::QUOTA_CAP`] and capped.
    pub saturated: bool,
}

impl Sheet {
    /// Compiles a model's sheet; `None` when it has neither price nor ratio.
    #[must_use]
    pub fn compile(tables: &Tables, model: &str, quota_per_usd: u32) -> Option<Self> {
        let basis = if let Some(usd) = lookup(&tables.model_price, model) {
            Basis::Call { usd, quota_per_usd }
        } else {
            Basis::Token(lookup(&tables.model_ratio, model)?)
        };
        Some(Self::with_basis(tables, model, basis, false))
    }

    /// Compiles the sheet of a model that has no price, at [`UNSET_MODEL_RATIO`].
    #[must_use]
    pub fn unset(tables: &Tables, model: &str) -> Self {
        Self::with_basis(tables, model, Basis::Token(UNSET_MODEL_RATIO), true)
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
            image: lookup(&tables.image_ratio, model).unwrap_or(Ratio::ONE),
            is_unset,
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

    /// Tells whether the sheet was made for one call's size and quality.
    #[must_use]
    pub fn is_for_one_call(&self) -> bool {
        self.call_factor != Ratio::ONE
    }

    /// Tells whether a call costs nothing, whatever it uses.
    #[must_use]
    pub fn is_free(&self) -> bool {
        match self.basis {
            Basis::Token(ratio) => ratio.is_zero(),
            Basis::Call { usd, .. } => usd.is_zero(),
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
        let (quota_type, model_ratio, model_price) = match self.basis {
            Basis::Token(ratio) => (QuotaType::Token, ratio, None),
            Basis::Call { usd, .. } => (QuotaType::Call, Ratio::ZERO, Some(usd)),
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
            call_factor: self.is_for_one_call().then_some(self.call_factor),
            group_ratio,
            user_group_ratio,
            images: None,
            unset_price: self.is_unset,
        }
    }

    /// Returns the JSON text of [`Self::stamp`]; most of it was written when the sheet was compiled.
    #[must_use]
    pub fn stamp_json(&self, group_ratio: Ratio, user_group_ratio: Option<Ratio>) -> String {
        stamp::json_of(&self.stamp_head, group_ratio, user_group_ratio)
    }

    fn amount(&self, group_ratio: Ratio, usage: &Usage) -> Amount {
        if usage.prompt == 0 && usage.completion == 0 && usage.images == 0 {
            return Amount::ZERO;
        }
        let (sum, unit) = match self.basis {
            Basis::Token(ratio) => (self.prompt_tokens_worth(usage), ratio),
            Basis::Call { usd, quota_per_usd } => {
                let calls = u128::from(quota_per_usd) * u128::from(usage.images.max(1));
                let unit = fixed::multiply(usd, self.call_factor);
                (fixed::one().checked_mul(calls), unit)
            }
        };
        if unit.is_zero() || group_ratio.is_zero() {
            return Amount::ZERO;
        }
        let Some(sum) = sum else {
            return Amount::SATURATED;
        };
        let amount = fixed::settle(sum, unit, group_ratio);
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

/// Returns what a call with this usage costs.
///
/// No tokens cost nothing, a zero ratio costs nothing, everything else costs at least 1. Amounts
/// above the cap are capped and marked.
#[must_use]
pub fn charge(sheet: &Sheet, group_ratio: Ratio, usage: &Usage) -> Charge {
    let sale = sheet.amount(group_ratio, usage);
    let list = if group_ratio == Ratio::ONE {
        sale
    } else {
        sheet.amount(Ratio::ONE, usage)
    };
    Charge {
        list: list.quota,
        sale: sale.quota,
        cost: 0,
        cost_known: false,
        saturated: list.saturated || sale.saturated,
    }
}

/// What a task of a model that is priced by token costs, as in the family: 0.1 USD a call.
const TASK_USD: Ratio = Ratio::from_thousandths(100);

/// Returns what a task costs that counts as `times` calls (seconds, size and count multiplied);
/// `quota_per_usd` prices tasks of models that are priced by token, at 0.1 USD.
#[must_use]
pub fn task_charge(sheet: &Sheet, group_ratio: Ratio, times: Ratio, quota_per_usd: u32) -> Charge {
    let (usd, per_usd) = match sheet.basis {
        Basis::Call { usd, quota_per_usd } => (usd, quota_per_usd),
        Basis::Token(ratio) if ratio.is_zero() => (Ratio::ZERO, quota_per_usd),
        Basis::Token(_) => (TASK_USD, quota_per_usd),
    };
    let amount = |group: Ratio| {
        if usd.is_zero() || group.is_zero() || times.is_zero() {
            return Amount::ZERO;
        }
        let Some(sum) = times.units().checked_mul(u128::from(per_usd)) else {
            return Amount::SATURATED;
        };
        let exact = fixed::settle(sum, usd, group);
        Amount {
            quota: exact.quota.max(1),
            ..exact
        }
    };
    let (list, sale) = (amount(Ratio::ONE), amount(group_ratio));
    Charge {
        list: list.quota,
        sale: sale.quota,
        cost: 0,
        cost_known: false,
        saturated: list.saturated || sale.saturated,
    }
}

/// Returns the money to set aside before a call: a quarter of the body's bytes as prompt tokens,
/// and `n` times the stated output limit, else `n` times the default output.
#[must_use]
pub fn hold_amount(
    sheet: &Sheet,
    group_ratio: Ratio,
    body_bytes: usize,
    max_output: Option<u64>,
    default_output: u64,
    n: u64,
) -> i64 {
    let prompt = u64::try_from(body_bytes.div_ceil(BODY_BYTES_PER_TOKEN)).unwrap_or(u64::MAX);
    let completion = max_output
        .unwrap_or(default_output)
        .saturating_mul(n.max(1));
    let usage = Usage {
        prompt: prompt.max(1),
        completion,
        ..Usage::default()
    };
    sheet.amount(group_ratio, &usage).quota
}
