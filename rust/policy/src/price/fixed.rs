//! Exact fixed-point products of ratios: the only place where money is rounded.
//!
//! A charge is `sum × model ratio × group ratio`, each with 18 digits behind the point. The product
//! is formed in 256 bits, so nothing is lost before the one rounding: half away from zero, to the
//! whole unit of quota. What does not fit is capped, never wrapped, and says so.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::units::{RATIO_DIGITS, RATIO_ONE, Ratio};

/// The largest amount that a charge or hold can be; sums of a few still fit an `i64`.
pub const QUOTA_CAP: i64 = i64::MAX / 4;

/// 10^18 as a divisor of one limb.
const STEP: u64 = 1_000_000_000_000_000_000;
/// The remainder from which a division by `STEP` rounds up.
const HALF_STEP: u64 = STEP / 2;

/// An amount with the mark that it was capped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Quota, from 0 to [`QUOTA_CAP`].
    pub quota: i64,
    /// True when the exact value was above the cap.
    pub saturated: bool,
}

impl Amount {
    /// The capped amount.
    pub const SATURATED: Self = Self {
        quota: QUOTA_CAP,
        saturated: true,
    };
    /// Nothing.
    pub const ZERO: Self = Self {
        quota: 0,
        saturated: false,
    };
}

/// Returns `sum × model × group` rounded half away from zero to whole quota; `sum` in 10^-18.
pub(crate) fn settle(sum: u128, model: Ratio, group: Ratio) -> Amount {
    settle_with(sum, model, 0, group)
}

/// Returns `(sum × model + extra) × group` rounded half away from zero to whole quota; `sum` in 10^-18, `extra` in 10^-21.
pub(crate) fn settle_with(sum: u128, model: Ratio, extra: u128, group: Ratio) -> Amount {
    let by_model = Wide::from(sum).checked_mul(model.units());
    let whole = if extra == 0 {
        by_model
    } else {
        let extra = Wide::from(extra).checked_mul(RATIO_ONE / 1_000);
        by_model
            .zip(extra)
            .and_then(|(left, right)| left.checked_add(right))
    };
    let product = whole.and_then(|whole| whole.checked_mul(group.units()));
    let Some(product) = product else {
        return Amount::SATURATED;
    };
    let (product, _) = product.div_step();
    let (product, _) = product.div_step();
    match product
        .round_step()
        .and_then(|whole| i64::try_from(whole).ok())
    {
        Some(quota) if quota <= QUOTA_CAP => Amount {
            quota,
            saturated: false,
        },
        _ => Amount::SATURATED,
    }
}

/// Returns a cost of millionths of USD × quota a USD × group, rounded half away from zero; what is below zero is nothing.
pub(crate) fn settle_micro_usd(cost: Decimal, quota_per_usd: u32, group: Ratio) -> Amount {
    let digits = RATIO_DIGITS;
    let cost = cost.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    if cost.is_sign_negative() || cost.is_zero() || group.is_zero() {
        return Amount::ZERO;
    }
    let lift = 10_u128.pow(digits.saturating_sub(cost.scale()));
    let millionth = Ratio::from_units(u128::from(quota_per_usd) * (RATIO_ONE / 1_000_000));
    match cost.mantissa().unsigned_abs().checked_mul(lift) {
        Some(units) => settle(units, millionth, group),
        None => Amount::SATURATED,
    }
}

/// Returns `left × right` rounded half away from zero at the 18th digit, capped at the largest
/// ratio.
pub fn multiply(left: Ratio, right: Ratio) -> Ratio {
    Wide::from(left.units())
        .checked_mul(right.units())
        .and_then(Wide::round_step)
        .map_or(Ratio::from_units(u128::MAX), Ratio::from_units)
}

/// Returns `tokens × ratio` in 10^-18; `None` when it leaves 128 bits.
pub(crate) fn weigh(tokens: u64, ratio: Ratio) -> Option<u128> {
    u128::from(tokens).checked_mul(ratio.units())
}

/// Returns 1 in 10^-18.
pub(crate) const fn one() -> u128 {
    RATIO_ONE
}

/// An unsigned number of 256 bits, lowest limb first.
#[derive(Clone, Copy)]
struct Wide([u64; 4]);

impl From<u128> for Wide {
    fn from(number: u128) -> Self {
        let (high, low) = halves(number);
        Self([low, high, 0, 0])
    }
}

impl Wide {
    /// Multiplies by a number of 128 bits; `None` when 256 bits do not suffice.
    fn checked_mul(self, by: u128) -> Option<Self> {
        let (high, low) = halves(by);
        let lower = self.mul_limb(low)?;
        if high == 0 {
            return Some(lower);
        }
        self.mul_limb(high)?.shift_limb()?.checked_add(lower)
    }

    fn mul_limb(self, by: u64) -> Option<Self> {
        let mut carry = 0_u64;
        let limbs = self.0.map(|limb| {
            let product = u128::from(limb) * u128::from(by) + u128::from(carry);
            let (high, low) = halves(product);
            carry = high;
            low
        });
        (carry == 0).then_some(Self(limbs))
    }

    fn shift_limb(self) -> Option<Self> {
        let [first, second, third, fourth] = self.0;
        (fourth == 0).then_some(Self([0, first, second, third]))
    }

    fn checked_add(self, other: Self) -> Option<Self> {
        let mut carry = false;
        let mut limbs = [0_u64; 4];
        for ((slot, left), right) in limbs.iter_mut().zip(self.0).zip(other.0) {
            let (sum, over) = left.overflowing_add(right);
            let (sum, again) = sum.overflowing_add(u64::from(carry));
            carry = over || again;
            *slot = sum;
        }
        (!carry).then_some(Self(limbs))
    }

    /// Divides by 10^18; returns quotient and remainder.
    fn div_step(self) -> (Self, u64) {
        let [first, second, third, fourth] = self.0;
        let mut rest = 0_u64;
        let [fourth, third, second, first] = [fourth, third, second, first].map(|limb| {
            let part = (u128::from(rest) << 64) | u128::from(limb);
            // The quotient fits one limb, since the rest is below the divisor.
            let (_, quotient) = halves(part / u128::from(STEP));
            let (_, remainder) = halves(part % u128::from(STEP));
            rest = remainder;
            quotient
        });
        (Self([first, second, third, fourth]), rest)
    }

    /// Divides by 10^18 and rounds half away from zero; `None` when 128 bits do not suffice.
    ///
    /// Earlier divisions may have dropped lower digits: they never reach the half by themselves, so
    /// looking at the last remainder alone is exact.
    fn round_step(self) -> Option<u128> {
        let (quotient, remainder) = self.div_step();
        let [first, second, third, fourth] = quotient.0;
        if third != 0 || fourth != 0 {
            return None;
        }
        let whole = (u128::from(second) << 64) | u128::from(first);
        whole.checked_add(u128::from(remainder >= HALF_STEP))
    }
}

/// Splits into the high and the low 64 bits.
#[expect(
    clippy::cast_possible_truncation,
    reason = "both halves are cut to 64 bits on purpose"
)]
const fn halves(number: u128) -> (u64, u64) {
    ((number >> 64) as u64, number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        Ratio::parse(text).unwrap()
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(settle(one(), ratio("0.5"), Ratio::ONE).quota, 1);
        assert_eq!(
            settle(one(), ratio("0.499999999999999999"), Ratio::ONE).quota,
            0
        );
        assert_eq!(settle(one(), ratio("1.5"), Ratio::ONE).quota, 2);
        assert_eq!(
            settle(3 * one(), ratio("0.5"), ratio("0.999999999999999999")).quota,
            1
        );
    }

    #[test]
    fn costs_in_usd_are_never_negative_and_free_groups_pay_nothing() {
        let quota = |cost: &str, group: &str| {
            let cost = cost.parse().unwrap();
            settle_micro_usd(cost, 500_000, ratio(group)).quota
        };
        assert_eq!(quota("3", "1"), 2);
        assert_eq!(quota("-3", "1"), 0);
        assert_eq!(quota("-3", "0"), 0);
        assert_eq!(quota("0", "1"), 0);
        assert_eq!(quota("1000000", "0"), 0);
    }

    #[test]
    fn what_leaves_128_bits_in_either_limb_is_none() {
        let step = u128::from(STEP);
        // 2^128 and 2^192 times a step: only one of the upper limbs stands above the quotient.
        for limbs in [[0, 0, 1, 0], [0, 0, 0, 1]] {
            let wide = Wide(limbs).mul_limb(STEP);
            assert_eq!(wide.and_then(Wide::round_step), None, "{limbs:?}");
        }
        let whole = Wide::from(u128::from(u64::MAX)).checked_mul(step);
        assert_eq!(whole.and_then(Wide::round_step), Some(u128::from(u64::MAX)));
    }

    #[test]
    fn what_does_not_fit_is_capped_and_marked() {
        let large = Ratio::from_units(u128::MAX);
        assert_eq!(settle(u128::MAX, large, large), Amount::SATURATED);
        assert_eq!(settle(u128::MAX, Ratio::ONE, Ratio::ONE), Amount::SATURATED);
        assert_eq!(settle(u128::MAX, Ratio::ZERO, large), Amount::ZERO);
    }

    #[test]
    fn a_product_of_ratios_keeps_its_digits() {
        assert_eq!(multiply(ratio("66.67"), ratio("2")), ratio("133.34"));
        assert_eq!(multiply(ratio("1.25"), ratio("1.6")), ratio("2"));
        assert_eq!(
            multiply(ratio("1000000000"), ratio("2")),
            ratio("1000000000")
        );
    }
}
