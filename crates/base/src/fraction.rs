//! A ratio that keeps its two parts until it is shown.

use crate::{
    amount::{Amount, AmountError},
    wide,
};
use serde::{Deserialize, Serialize};

/// A numerator over a denominator, both exact. Ratios are rolled up by adding the parts, never by averaging values (R-AGG).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fraction {
    /// What is counted; adds up over rows.
    pub numerator: Amount,
    /// What it is counted against; zero means that there is no value.
    pub denominator: Amount,
}

impl Fraction {
    /// The most decimals a value is written with.
    pub const MAX_DECIMALS: u32 = 38;

    /// Numerator over denominator; the denominator may be zero.
    #[must_use]
    pub const fn new(numerator: Amount, denominator: Amount) -> Self {
        Fraction { numerator, denominator }
    }

    /// The value as plain decimal text with at most this many decimals (never over 38), rounded half away from zero, no
    /// trailing zeros. Nothing when the denominator is zero (R-ZERO).
    #[must_use]
    pub fn value(self, decimals: u32) -> Option<String> {
        let divisor = self.denominator.magnitude();
        if divisor == 0 {
            return None;
        }
        let mut whole = self.numerator.magnitude() / divisor;
        let mut remainder = self.numerator.magnitude() % divisor;
        let mut digits = String::new();
        for _ in 0..decimals.min(Self::MAX_DECIMALS) {
            let (digit, rest) = wide::multiply_divide(remainder, 10, divisor)?;
            digits.push(char::from_digit(u32::try_from(digit).ok()?, 10)?);
            remainder = rest;
        }
        if remainder >= divisor - remainder {
            (whole, digits) = one_step_up(whole, &digits);
        }
        let digits = digits.trim_end_matches('0');
        let negative = self.numerator.is_negative() != self.denominator.is_negative();
        let sign = if negative && (whole > 0 || !digits.is_empty()) { "-" } else { "" };
        let point = if digits.is_empty() { "" } else { "." };
        Some(format!("{sign}{whole}{point}{digits}"))
    }

    /// The value rounded to six decimals, nothing when the denominator is zero; an error when it does not fit.
    pub fn to_amount(self) -> Result<Option<Amount>, AmountError> {
        if self.denominator.is_zero() {
            return Ok(None);
        }
        Amount::ONE.mul_fraction(self).map(Some)
    }

    /// Rolls two ratios up: numerators and denominators are added apart. An error when a sum does not fit.
    pub fn checked_add(self, other: Fraction) -> Result<Self, AmountError> {
        Ok(Fraction {
            numerator: self.numerator.checked_add(other.numerator)?,
            denominator: self.denominator.checked_add(other.denominator)?,
        })
    }
}

/// Adds one to the last decimal and carries.
fn one_step_up(whole: u128, digits: &str) -> (u128, String) {
    let kept = digits.trim_end_matches('9');
    let Some(last) = kept.chars().last().and_then(|digit| digit.to_digit(10)) else {
        return (whole + 1, String::new());
    };
    (whole, format!("{}{}", &kept[..kept.len() - 1], last + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fraction(numerator: &str, denominator: &str) -> Fraction {
        Fraction::new(numerator.parse().unwrap(), denominator.parse().unwrap())
    }

    #[test]
    fn values_are_rounded_half_away_from_zero() {
        for (numerator, denominator, decimals, value) in [
            ("43", "67", 6, "0.641791"),
            ("81", "81", 6, "1"),
            ("1", "8", 2, "0.13"),
            ("-1", "8", 2, "-0.13"),
            ("1", "-8", 2, "-0.13"),
            ("-1", "-8", 2, "0.13"),
            ("2", "3", 0, "1"),
            ("1", "3", 0, "0"),
            ("-1", "3", 0, "0"),
            ("1999", "1000", 2, "2"),
            ("9.995", "10", 2, "1"),
            ("1.2949", "1", 2, "1.29"),
            ("1.295", "1", 2, "1.3"),
            ("1", "3", 40, "0.33333333333333333333333333333333333333"),
        ] {
            let text = fraction(numerator, denominator).value(decimals);
            assert_eq!(text.as_deref(), Some(value), "{numerator} / {denominator}");
        }
    }

    #[test]
    fn a_zero_denominator_has_no_value() {
        let undefined = fraction("5", "0");
        assert_eq!(undefined.value(6), None);
        assert_eq!(undefined.to_amount(), Ok(None));
        assert!(Amount::ONE.mul_fraction(undefined).is_err());
    }

    #[test]
    fn parts_of_full_size_do_not_overflow() {
        let smallest = Amount::from_millionths(1).unwrap();
        let most = Fraction::new(Amount::MAX, smallest);
        assert_eq!(most.value(6).unwrap(), Amount::MAX.millionths().to_string());
        assert!(most.to_amount().is_err());

        let least = Fraction::new(smallest, Amount::MAX);
        assert_eq!(least.value(6).as_deref(), Some("0"));
        assert_eq!(least.value(38).as_deref(), Some("0.00000000000000000000000000000000000001"));
        assert_eq!(Fraction::new(Amount::MAX, Amount::MAX).value(6).as_deref(), Some("1"));
        assert_eq!(Amount::MAX.mul_fraction(Fraction::new(Amount::MAX, Amount::MAX)), Ok(Amount::MAX));
    }

    #[test]
    fn ratios_roll_up_by_their_parts() {
        let rolled = fraction("1", "2").checked_add(fraction("1", "4")).unwrap();
        assert_eq!(rolled.value(3).as_deref(), Some("0.333"));
    }

    proptest! {
        #[test]
        fn text_and_amount_agree_and_signs_mirror(numerator in -(1_i128 << 100)..1_i128 << 100, denominator in 1_000..1_i128 << 120) {
            let amount = |millionths| Amount::from_millionths(millionths).unwrap();
            let positive = Fraction::new(amount(numerator), amount(denominator));
            let mirrored = Fraction::new(amount(-numerator), amount(denominator));

            let value = positive.to_amount().unwrap().unwrap();
            prop_assert_eq!(positive.value(6).unwrap(), value.to_text());
            prop_assert_eq!(mirrored.to_amount().unwrap().unwrap(), -value);
        }
    }
}
