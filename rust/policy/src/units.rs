//! The factors of prices as a type; amounts are plain integers of quota.
//!
//! Everything that computes a price uses it; a float never enters. Ratios are read from decimal
//! text once, when a snapshot is compiled.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Decimal digits behind the point that a [`Ratio`] keeps.
pub const RATIO_DIGITS: u32 = 18;
/// Units of a [`Ratio`] that make 1.
pub const RATIO_ONE: u128 = 1_000_000_000_000_000_000;
/// The largest ratio accepted, so that products stay inside 256 bits for every sensible charge.
pub const RATIO_MAX: u128 = 1_000_000_000 * RATIO_ONE;

/// A factor that is never negative, kept as an exact decimal with 18 digits behind the point.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio(u128);

/// Why a text is not a ratio.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RatioError {
    /// The text is not a decimal number.
    #[error("`{0}` is not a decimal number")]
    NotDecimal(String),
    /// The number is below zero.
    #[error("`{0}` is negative")]
    Negative(String),
    /// The number is above one thousand million.
    #[error("`{0}` is above the largest ratio, 1000000000")]
    TooLarge(String),
}

impl Ratio {
    /// No price at all.
    pub const ZERO: Self = Self(0);
    /// The neutral factor.
    pub const ONE: Self = Self(RATIO_ONE);

    /// Returns `thousandths / 1000`; for tables in the source.
    #[must_use]
    pub const fn from_thousandths(thousandths: u32) -> Self {
        Self(thousandths as u128 * (RATIO_ONE / 1000))
    }

    /// Returns the ratio of that many 10^-18; capped at the largest ratio.
    #[must_use]
    pub const fn from_units(units: u128) -> Self {
        Self(if units > RATIO_MAX { RATIO_MAX } else { units })
    }

    /// Returns the number of 10^-18 in this ratio.
    #[must_use]
    pub const fn units(self) -> u128 {
        self.0
    }

    /// Tells whether the ratio is zero, that is: free.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads decimal text (`1.25`, `1e-05`); digits past the 18th are rounded half away from zero.
    pub fn parse(text: &str) -> Result<Self, RatioError> {
        let text = text.trim();
        let decimal = Decimal::from_str(text)
            .or_else(|_| Decimal::from_scientific(text))
            .map_err(|_| RatioError::NotDecimal(text.to_owned()))?;
        if decimal.is_sign_negative() && !decimal.is_zero() {
            return Err(RatioError::Negative(text.to_owned()));
        }
        let rounded =
            decimal.round_dp_with_strategy(RATIO_DIGITS, RoundingStrategy::MidpointAwayFromZero);
        let lift = 10_u128.pow(RATIO_DIGITS.saturating_sub(rounded.scale()));
        rounded
            .mantissa()
            .unsigned_abs()
            .checked_mul(lift)
            .filter(|units| *units <= RATIO_MAX)
            .map(Self)
            .ok_or_else(|| RatioError::TooLarge(text.to_owned()))
    }
}

impl FromStr for Ratio {
    type Err = RatioError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0 / RATIO_ONE;
        let fraction = self.0 % RATIO_ONE;
        if fraction == 0 {
            return write!(formatter, "{whole}");
        }
        let digits = format!("{fraction:018}");
        write!(formatter, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl fmt::Debug for Ratio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Ratio({self})")
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RatioVisitor)
    }
}

/// Takes decimal text or a whole number; a float is refused since its digits are already lost.
struct RatioVisitor;

impl Visitor<'_> for RatioVisitor {
    type Value = Ratio;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a ratio as decimal text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Ratio, E> {
        Ratio::parse(text).map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Ratio, E> {
        self.visit_str(&number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_text_is_read_exactly() {
        for (text, units) in [
            ("1", RATIO_ONE),
            ("1.25", 1_250_000_000_000_000_000),
            ("0.8219178082191781", 821_917_808_219_178_100),
            ("1e-05", 10_000_000_000_000),
            ("0", 0),
            ("-0.0", 0),
        ] {
            assert_eq!(Ratio::parse(text).map(Ratio::units), Ok(units), "{text}");
        }
    }

    #[test]
    fn the_nineteenth_digit_is_rounded_half_away_from_zero() {
        assert_eq!(
            Ratio::parse("0.0000000000000000005").map(Ratio::units),
            Ok(1)
        );
        assert_eq!(
            Ratio::parse("0.0000000000000000004").map(Ratio::units),
            Ok(0)
        );
    }

    #[test]
    fn what_is_no_ratio_is_named() {
        assert!(matches!(
            Ratio::parse("abc"),
            Err(RatioError::NotDecimal(_))
        ));
        assert!(matches!(Ratio::parse(""), Err(RatioError::NotDecimal(_))));
        assert!(matches!(Ratio::parse("-1"), Err(RatioError::Negative(_))));
        assert!(matches!(
            Ratio::parse("1000000001"),
            Err(RatioError::TooLarge(_))
        ));
        assert!(serde_json::from_str::<Ratio>("1.5").is_err());
    }

    #[test]
    fn whole_numbers_and_texts_are_read_from_json_and_what_is_expected_is_said() {
        let whole: Ratio = serde_json::from_str("3").unwrap();
        assert_eq!(whole.units(), 3 * RATIO_ONE);
        let parsed: Ratio = "2.5".parse().unwrap();
        assert_eq!(format!("{parsed:?}"), "Ratio(2.5)");
        let fault = serde_json::from_str::<Ratio>("[]").unwrap_err().to_string();
        assert!(fault.contains("a ratio as decimal text"), "{fault}");
    }

    #[test]
    fn text_survives_a_round_trip() {
        for text in ["0", "1", "37.5", "0.075", "23.33", "0.8219178082191781"] {
            assert_eq!(Ratio::parse(text).unwrap().to_string(), text);
        }
    }
}
