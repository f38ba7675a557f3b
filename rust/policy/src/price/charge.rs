//! The computations made with a sheet: what is held before a call, what is charged after it.
//!
//! Asked by the relay at admission, once a second for each stream that runs, and at the end.

use weirgate_wire::canon::Usage;

use super::fixed::{self, Amount};
use super::sheet::{Basis, Sheet};
use crate::units::Ratio;

/// Bytes of a request body that are held as one input token.
const BODY_BYTES_PER_TOKEN: usize = 4;

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

impl Charge {
    /// Adds what the call costs us by the channel's own prices.
    #[must_use]
    pub fn with_cost(self, sheet: &Sheet, usage: &Usage) -> Self {
        let cost = sheet.amount(Ratio::ONE, usage);
        Self {
            cost: cost.quota,
            cost_known: true,
            saturated: self.saturated || cost.saturated,
            ..self
        }
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
    let (usd, per_usd) = match &sheet.basis {
        Basis::Call { usd, quota_per_usd } => (*usd, *quota_per_usd),
        Basis::Token(ratio) if ratio.is_zero() => (Ratio::ZERO, quota_per_usd),
        Basis::Token(_) | Basis::Expression { .. } => (TASK_USD, quota_per_usd),
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
