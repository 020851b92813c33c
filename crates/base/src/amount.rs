//! Computed amounts: exact decimals that are rounded only on screen and on payment.

use crate::{
    fraction::Fraction,
    money::{Currency, Money},
    wide::{self, DecimalText},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::{fmt, ops::Neg, str::FromStr};

/// An exact decimal with at most six decimals and 38 digits in all: the values of `Decimal128(38, 6)`. It has no currency of
/// its own. Written and read as plain decimal text. Every rounding is half away from zero, so that a reversal mirrors its
/// payment (R-CUR).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount(i128);

/// Why a number is not, or cannot become, an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("`{text}` is not a number; write plain digits with a point, like 1200000.50")]
    NotANumber { text: String },
    #[error("`{text}` has more than 6 decimals; round it first")]
    TooManyDecimals { text: String },
    #[error("{what} does not fit: an amount has at most 32 digits before the point; check the numbers")]
    TooLarge { what: String },
    #[error("{numerator} cannot be divided by zero; show a missing value instead")]
    DividedByZero { numerator: Amount },
}

const UNIT: u128 = 1_000_000;
const LIMIT: u128 = 10_u128.pow(38);

impl Amount {
    /// How many decimals an amount keeps.
    pub const DECIMALS: u32 = 6;
    /// Nothing.
    pub const ZERO: Amount = Amount(0);
    /// One whole unit.
    pub const ONE: Amount = Amount(1_000_000);
    /// The largest amount; its negative is the smallest.
    pub const MAX: Amount = Amount(LIMIT.cast_signed() - 1);

    /// From millionths: the integer stored by `Decimal128(38, 6)`.
    pub fn from_millionths(millionths: i128) -> Result<Self, AmountError> {
        if millionths.unsigned_abs() < LIMIT {
            return Ok(Amount(millionths));
        }
        Err(AmountError::TooLarge { what: wide::scaled_text(millionths, Self::DECIMALS) })
    }

    /// The amount in millionths: the integer stored by `Decimal128(38, 6)`.
    #[must_use]
    pub const fn millionths(self) -> i128 {
        self.0
    }

    /// The same number; an error when that would lose decimals.
    pub fn from_decimal_exact(decimal: Decimal) -> Result<Self, AmountError> {
        let short = decimal.normalize();
        if short.scale() > Self::DECIMALS {
            return Err(AmountError::TooManyDecimals { text: decimal.to_string() });
        }
        Self::from_decimal_rounded(short)
    }

    /// The number rounded to six decimals.
    pub fn from_decimal_rounded(decimal: Decimal) -> Result<Self, AmountError> {
        Self::product(&[decimal])
    }

    /// The exact product, rounded once at the end to six decimals: a line's net is unit price × quantity × (1 − discount).
    /// The product of nothing is one.
    pub fn product(factors: &[Decimal]) -> Result<Self, AmountError> {
        let factors_text = || factors.iter().map(Decimal::to_string).collect::<Vec<_>>().join(" × ");
        let too_large = || AmountError::TooLarge { what: factors_text() };
        let scale: u32 = factors.iter().map(Decimal::scale).sum();
        let negative = factors.iter().filter(|factor| factor.is_sign_negative()).count() % 2 == 1;
        let missing = wide::power_of_ten(Self::DECIMALS.saturating_sub(scale)).ok_or_else(too_large)?;
        let magnitudes = factors.iter().map(|factor| factor.mantissa().unsigned_abs());
        let magnitudes: Vec<u128> = magnitudes.chain([missing]).collect();
        let product = wide::product_half_away(&magnitudes, scale.saturating_sub(Self::DECIMALS));
        Self::signed(negative, product).ok_or_else(too_large)
    }

    /// The number as a `Decimal`, which holds 28 digits: an error for larger amounts.
    pub fn to_decimal(self) -> Result<Decimal, AmountError> {
        Decimal::try_from_i128_with_scale(self.0, Self::DECIMALS)
            .map(|decimal| decimal.normalize())
            .map_err(|_| AmountError::TooLarge { what: format!("{self} as a decimal of 28 digits") })
    }

    /// The sum, or an error when it does not fit.
    pub fn checked_add(self, other: Amount) -> Result<Self, AmountError> {
        // Two amounts sum to less than 2^128, so only the limit of an amount can be passed.
        let sum = self.0.checked_add(other.0).filter(|sum| sum.unsigned_abs() < LIMIT);
        sum.map(Amount).ok_or_else(|| AmountError::TooLarge { what: format!("{self} + {other}") })
    }

    /// The difference, or an error when it does not fit.
    pub fn checked_sub(self, other: Amount) -> Result<Self, AmountError> {
        self.checked_add(-other)
    }

    /// The sum of all, or an error when it does not fit on the way.
    pub fn sum(amounts: impl IntoIterator<Item = Amount>) -> Result<Self, AmountError> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Amount × fraction, rounded once to six decimals; an error when the fraction has no value or the result does not fit.
    pub fn mul_fraction(self, fraction: Fraction) -> Result<Self, AmountError> {
        let (numerator, denominator) = (fraction.numerator, fraction.denominator);
        if denominator == Self::ZERO {
            return Err(AmountError::DividedByZero { numerator });
        }
        let negative = [self, numerator, denominator].iter().filter(|amount| amount.is_negative()).count() % 2 == 1;
        let magnitude =
            wide::multiply_divide_half_away(self.magnitude(), numerator.magnitude(), denominator.magnitude());
        let what = || format!("{self} × {numerator} / {denominator}");
        Self::signed(negative, magnitude).ok_or_else(|| AmountError::TooLarge { what: what() })
    }

    /// Rounded to this many decimals; six or more leave it as it is. An error only at the very limit.
    pub fn round_to(self, decimals: u32) -> Result<Self, AmountError> {
        let step = wide::power_of_ten(Self::DECIMALS.saturating_sub(decimals)).unwrap_or(UNIT);
        let rounded = wide::divide_half_away(self.magnitude(), step) * step;
        Self::signed(self.is_negative(), Some(rounded))
            .ok_or_else(|| AmountError::TooLarge { what: format!("{self} rounded") })
    }

    /// The money to pay or show: rounded to the currency's minor unit. An error when it does not fit.
    pub fn to_money(self, currency: Currency) -> Result<Money, AmountError> {
        let step = minor_unit(currency);
        let minor = wide::divide_half_away(self.magnitude(), step).cast_signed() * self.0.signum();
        match i64::try_from(minor) {
            Ok(minor) => Ok(Money { minor, currency }),
            Err(_) => Err(AmountError::TooLarge { what: format!("{self} as {currency}") }),
        }
    }

    /// Plain decimal text with no more decimals than needed: `1200000`, `-0.5`, `0.000001`.
    #[must_use]
    pub fn to_text(self) -> String {
        let text = wide::scaled_text(self.0, Self::DECIMALS);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// The amount without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Amount(self.0.abs())
    }

    /// Below zero?
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Exactly zero?
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn magnitude(self) -> u128 {
        self.0.unsigned_abs()
    }

    pub(crate) fn signed(negative: bool, magnitude: Option<u128>) -> Option<Self> {
        let magnitude = magnitude.filter(|&magnitude| magnitude < LIMIT)?.cast_signed();
        Some(Amount(if negative { -magnitude } else { magnitude }))
    }
}

/// Millionths in one minor unit; no currency has more than four decimals.
fn minor_unit(currency: Currency) -> u128 {
    UNIT / 10_u128.pow(currency.minor_digits())
}

impl Neg for Amount {
    type Output = Amount;

    fn neg(self) -> Amount {
        Amount(-self.0)
    }
}

impl From<Money> for Amount {
    fn from(money: Money) -> Amount {
        Amount(i128::from(money.minor) * minor_unit(money.currency).cast_signed())
    }
}

impl From<i64> for Amount {
    fn from(whole: i64) -> Amount {
        Amount(i128::from(whole) * UNIT.cast_signed())
    }
}

/// Reads plain decimal text; never rounds, but takes zeros beyond the sixth decimal.
impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let mut number = DecimalText::read(text).ok_or_else(|| AmountError::NotANumber { text: text.to_owned() })?;
        number.decimals = number.decimals.trim_end_matches('0');
        if number.decimals.len() > Self::DECIMALS as usize {
            return Err(AmountError::TooManyDecimals { text: text.to_owned() });
        }
        let too_large = || AmountError::TooLarge { what: text.to_owned() };
        Self::from_millionths(number.scaled(Self::DECIMALS).ok_or_else(too_large)?)
    }
}

impl TryFrom<String> for Amount {
    type Error = AmountError;

    fn try_from(text: String) -> Result<Self, AmountError> {
        text.parse()
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> String {
        amount.to_text()
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.to_text())
    }
}

#[cfg(test)]
mod tests;
