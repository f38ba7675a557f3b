//! Prices as people write them: decimals in USD or CNY for a million tokens or for one call, with tiers.
//!
//! Compiled into the same sheet as the family's ratios: tokens into an expression, a call into the price of a
//! call. Channels' own costs are written so. Nothing is rounded here but a call's price in CNY, to 18 digits.

use std::fmt::Write as _;
use std::sync::Arc;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Deserialize;

use super::expression::{Expression, ExpressionError};
use super::sheet::{Basis, Sheet};
use super::tables::{RatioMap, Tables};
use crate::units::{RATIO_DIGITS, Ratio};

/// Tiers that one kind of tokens may have.
const MAX_TIERS: usize = 16;

/// What the decimals count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Currency {
    /// US dollars.
    #[default]
    #[serde(rename = "USD")]
    Usd,
    /// Renminbi, turned into USD by the rate of the settings.
    #[serde(rename = "CNY")]
    Cny,
}

/// What a tier goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierBy {
    /// Each token by its place among those of its kind: the first ones cost the first price.
    #[default]
    #[serde(rename = "")]
    Segments,
    /// All tokens by the size of the whole input, caches included.
    FullInputTokens,
    /// All tokens by the input that is charged as input.
    BillableInputTokens,
    /// All tokens by the output that is charged as output.
    BillableOutputTokens,
}

/// From so many tokens on, another price.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Tokens from which it holds.
    pub min_tokens: u64,
    /// For a million tokens.
    pub price: Ratio,
    /// What is counted.
    #[serde(default)]
    pub condition: TierBy,
}

/// The price of one kind of tokens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Price {
    /// For a million tokens.
    Flat(Ratio),
    /// The same, and what it is from some number of tokens on.
    Tiered(Tiered),
}

/// A price with tiers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiered {
    /// Below the first tier.
    pub price: Ratio,
    /// In any order; of two at one place the last holds.
    pub tiers: Vec<Tier>,
}

/// The prices of one model. Cache, image and audio tokens without a price are charged as input or output.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DecimalSheet {
    /// What all decimals count.
    pub currency: Currency,
    /// A call, whatever it uses; stands alone.
    pub call: Option<Ratio>,
    /// Input.
    pub input: Option<Price>,
    /// Output.
    pub output: Option<Price>,
    /// Input read from a cache.
    pub cache_read: Option<Price>,
    /// Input written to a five-minute cache.
    pub cache_write: Option<Price>,
    /// Input written to a one-hour cache.
    pub cache_write_1h: Option<Price>,
    /// Images in the input.
    pub image_input: Option<Price>,
    /// Images in the output.
    pub image_output: Option<Price>,
    /// Sound in the input.
    pub audio_input: Option<Price>,
    /// Sound in the output.
    pub audio_output: Option<Price>,
    /// 1,000 calls of a provider's tool, by its name; a tool without a price is free.
    pub tools: RatioMap,
}

/// Why decimals are no sheet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// No price stands in it.
    #[error("it has no price")]
    Empty,
    /// A call's price and tokens' prices.
    #[error("a price of a call stands alone")]
    CallAndTokens,
    /// More tiers than one price may have.
    #[error("a price has more than {MAX_TIERS} tiers")]
    TooManyTiers,
    /// The rate of currencies is zero, or a price leaves the range by it.
    #[error("the exchange rate turns a price into none")]
    Rate,
    /// Together the prices are longer than an expression may be.
    #[error("the prices are too many: {0}")]
    Expression(#[from] ExpressionError),
}

impl DecimalSheet {
    /// Compiles the prices of a model; `cny_per_usd` turns CNY into USD.
    pub fn compile(
        &self,
        model: &str,
        quota_per_usd: u32,
        cny_per_usd: Ratio,
    ) -> Result<Sheet, DecimalError> {
        let rate = match self.currency {
            Currency::Usd => Ratio::ONE,
            Currency::Cny => cny_per_usd,
        };
        let kinds = self.kinds();
        let is_by_token = kinds.iter().any(|(_, price)| price.is_some());
        let basis = match self.call {
            Some(_) if is_by_token => return Err(DecimalError::CallAndTokens),
            Some(call) => Basis::Call {
                usd: divided(call, rate)?,
                quota_per_usd,
            },
            None if !is_by_token => return Err(DecimalError::Empty),
            None => Basis::Expression {
                expression: Arc::new(Expression::parse(&text_of(&kinds, rate)?)?),
                quota_per_usd,
            },
        };
        let mut tables = Tables::default();
        for (tool, price) in &self.tools {
            let price = divided(*price, rate)?;
            tables.tool_price.insert(Arc::clone(tool), price);
        }
        Ok(Sheet::of_basis(&tables, model, basis, quota_per_usd))
    }

    /// The kinds of tokens by their variables in an expression.
    const fn kinds(&self) -> [(&'static str, Option<&Price>); 9] {
        [
            ("p", self.input.as_ref()),
            ("c", self.output.as_ref()),
            ("cr", self.cache_read.as_ref()),
            ("cc", self.cache_write.as_ref()),
            ("cc1h", self.cache_write_1h.as_ref()),
            ("img", self.image_input.as_ref()),
            ("img_o", self.image_output.as_ref()),
            ("ai", self.audio_input.as_ref()),
            ("ao", self.audio_output.as_ref()),
        ]
    }
}

/// Returns all prices as one expression in USD.
fn text_of(kinds: &[(&str, Option<&Price>)], rate: Ratio) -> Result<String, DecimalError> {
    if rate.is_zero() {
        return Err(DecimalError::Rate);
    }
    let mut sum = String::new();
    for (variable, price) in kinds {
        let Some(price) = price else { continue };
        if !sum.is_empty() {
            sum.push_str(" + ");
        }
        sum.push_str(&term(variable, price)?);
    }
    if rate != Ratio::ONE {
        sum = format!("({sum}) / {rate}");
    }
    Ok(sum)
}

fn term(variable: &str, price: &Price) -> Result<String, DecimalError> {
    let tiered = match price {
        Price::Flat(price) => return Ok(format!("{variable} * {price}")),
        Price::Tiered(tiered) => tiered,
    };
    if tiered.tiers.len() > MAX_TIERS {
        return Err(DecimalError::TooManyTiers);
    }
    let mut tiers: Vec<&Tier> = Vec::with_capacity(tiered.tiers.len());
    for tier in &tiered.tiers {
        let place = (tier.condition, tier.min_tokens);
        tiers.retain(|known| (known.condition, known.min_tokens) != place);
        tiers.push(tier);
    }
    tiers.sort_by_key(|tier| (tier.min_tokens, tier.condition));
    // One tier that goes by a whole call makes all go so.
    let is_whole = tiers.iter().any(|tier| tier.condition != TierBy::Segments);
    Ok(if is_whole {
        whole(variable, tiered.price, &tiers)
    } else {
        segments(variable, tiered.price, &tiers)
    })
}

/// Each token by its place: `min(p, 100) * 3 + max(min(p, 200) - 100, 0) * 2 + max(p - 200, 0) * 1`.
fn segments(variable: &str, first: Ratio, tiers: &[&Tier]) -> String {
    let ends = tiers.iter().map(|tier| Some(tier.min_tokens));
    let ends = ends.chain(std::iter::once(None));
    let begins = std::iter::once((0, first));
    let begins = begins.chain(tiers.iter().map(|tier| (tier.min_tokens, tier.price)));
    let mut sum = String::new();
    for ((begin, price), end) in begins.zip(ends) {
        let upto = end.map_or_else(
            || variable.to_owned(),
            |end| format!("min({variable}, {end})"),
        );
        if !sum.is_empty() {
            sum.push_str(" + ");
        }
        // Writing to a String cannot fail.
        let _written = if begin == 0 {
            write!(sum, "{upto} * {price}")
        } else {
            write!(sum, "max({upto} - {begin}, 0) * {price}")
        };
    }
    sum
}

/// All tokens by the highest tier that the call reaches.
fn whole(variable: &str, first: Ratio, tiers: &[&Tier]) -> String {
    let base = format!("{variable} * {first}");
    tiers.iter().fold(base, |lower, tier| {
        let metric = match tier.condition {
            TierBy::Segments => variable,
            TierBy::FullInputTokens => "len",
            TierBy::BillableInputTokens => "p",
            TierBy::BillableOutputTokens => "c",
        };
        let (least, price) = (tier.min_tokens, tier.price);
        format!("({metric} >= {least} ? {variable} * {price} : {lower})")
    })
}

/// Returns `price / rate`, rounded half away from zero at the 18th digit.
fn divided(price: Ratio, rate: Ratio) -> Result<Ratio, DecimalError> {
    if rate == Ratio::ONE {
        return Ok(price);
    }
    let decimal = |ratio: Ratio| -> Option<Decimal> {
        let units = i128::try_from(ratio.units()).ok()?;
        Decimal::try_from_i128_with_scale(units, RATIO_DIGITS).ok()
    };
    let quotient = decimal(price)
        .zip(decimal(rate))
        .and_then(|(price, rate)| price.checked_div(rate))
        .ok_or(DecimalError::Rate)?;
    let rounded =
        quotient.round_dp_with_strategy(RATIO_DIGITS, RoundingStrategy::MidpointAwayFromZero);
    Ratio::parse(&rounded.to_string()).map_err(|_| DecimalError::Rate)
}
