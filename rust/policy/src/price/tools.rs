//! What calls of a provider's own tools cost beside the tokens: searches of the web and of files.
//!
//! Compiled into a model's sheet; priced in USD for 1,000 calls, times the group's ratio like everything.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use weirgate_wire::canon::Usage;

use super::tables::RatioMap;
use crate::units::{RATIO_DIGITS, Ratio};

/// Models of this kind search the web in every call, and their usage does not say so (read 2026-08).
const ALWAYS_SEARCHES: &str = "-search-preview";
/// The tools, as options and rows name them.
const TOOLS: [&str; 11] = [
    "web_search",
    "web_search_preview",
    "file_search",
    "google_search",
    "code_interpreter",
    "image_generation_low",
    "image_generation_low_oblong",
    "image_generation_medium",
    "image_generation_medium_oblong",
    "image_generation_high",
    "image_generation_high_oblong",
];

/// The prices of one model's tools.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ToolPrices {
    /// USD for 1,000 calls, in the order of [`TOOLS`].
    prices: [Ratio; TOOLS.len()],
    quota_per_usd: u32,
    always_searches: bool,
}

impl ToolPrices {
    pub(super) fn compile(map: &RatioMap, model: &str, quota_per_usd: u32) -> Self {
        Self {
            prices: TOOLS.map(|tool| price_of(map, tool, model)),
            quota_per_usd,
            always_searches: model.contains(ALWAYS_SEARCHES),
        }
    }

    /// Returns how often each tool is charged, in the order of [`TOOLS`].
    fn calls(&self, usage: &Usage) -> [u32; TOOLS.len()] {
        let tools = usage.tools;
        let (mut plain, mut preview) = if tools.is_preview {
            (0, tools.web_search)
        } else {
            (tools.web_search, 0)
        };
        if self.always_searches && tools.web_search == 0 {
            (plain, preview) = (0, 1);
        }
        let images = tools.images;
        [
            plain,
            preview,
            tools.file_search,
            tools.google_search,
            tools.code_interpreter,
            images.low,
            images.low_oblong,
            images.medium,
            images.medium_oblong,
            images.high,
            images.high_oblong,
        ]
    }

    /// Returns the surcharge in 10^-21 quota; `None` when it leaves 128 bits.
    pub(super) fn surcharge(&self, usage: &Usage) -> Option<u128> {
        if usage.tools.is_none() && !self.always_searches {
            return Some(0);
        }
        let calls = self.calls(usage);
        let sum = self
            .prices
            .iter()
            .zip(calls)
            .try_fold(0_u128, |sum, (price, calls)| {
                sum.checked_add(price.units().checked_mul(calls.into())?)
            })?;
        sum.checked_mul(self.quota_per_usd.into())
    }

    /// Returns the surcharge in millionths of a USD.
    pub(super) fn micro_usd(&self, usage: &Usage) -> Option<Decimal> {
        if usage.tools.is_none() && !self.always_searches {
            return Some(Decimal::ZERO);
        }
        let calls = self.calls(usage);
        self.prices
            .iter()
            .zip(calls)
            .try_fold(Decimal::ZERO, |sum, (price, calls)| {
                let price = i128::try_from(price.units()).ok()?;
                let price = Decimal::try_from_i128_with_scale(price, RATIO_DIGITS).ok()?;
                let calls = Decimal::from(u64::from(calls) * 1_000);
                sum.checked_add(price.checked_mul(calls)?)
            })
    }

    /// Returns calls and prices of the tools that ran.
    pub(super) fn snapshot(&self, usage: &Usage) -> Option<Value> {
        if usage.tools.is_none() && !self.always_searches {
            return None;
        }
        let calls = self.calls(usage);
        let rows: Map<String, Value> = TOOLS
            .iter()
            .zip(self.prices.iter().zip(calls))
            .filter(|(_, (_, calls))| *calls > 0)
            .map(|(tool, (price, calls))| {
                let row = json!({"calls": calls, "price": price.to_string()});
                ((*tool).to_owned(), row)
            })
            .collect();
        Some(rows.into())
    }
}

/// Returns a tool's price for a model: the longest `tool:model*` that fits, else the tool's own, else nothing.
fn price_of(map: &RatioMap, tool: &str, model: &str) -> Ratio {
    let special = map
        .iter()
        .filter_map(|(name, price)| {
            let pattern = name.strip_prefix(tool)?.strip_prefix(':')?;
            let fits = match pattern.strip_suffix('*') {
                Some(head) => model.starts_with(head),
                None => model == pattern,
            };
            fits.then_some((pattern.len(), *price))
        })
        .max_by_key(|(length, _)| *length);
    special
        .map(|(_, price)| price)
        .or_else(|| map.get(tool).copied())
        .unwrap_or(Ratio::ZERO)
}
