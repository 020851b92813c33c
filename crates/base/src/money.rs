//! Money as it is typed, invoiced or paid: whole minor units of one currency.

use crate::wide::{DecimalText, scaled_text};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An ISO 4217 code: three upper-case letters. Written and read as that text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// A whole number of minor units (satang, cents, yen) of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units; negative for what is owed back.
    pub minor: i64,
    /// The currency whose minor units these are.
    pub currency: Currency,
}

/// What can be wrong with money or a currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("`{text}` is not a currency code; write three capital letters (ISO 4217), like THB, JPY or USD")]
    NotACurrency { text: String },
    #[error("`{text}` is not an amount; write plain digits with a point, like 1200000.50")]
    NotAnAmount { text: String },
    #[error("`{text}` has too many decimals for {currency}, which has {digits}; round it first")]
    TooManyDecimals { text: String, currency: Currency, digits: u32 },
    #[error("`{text}` {currency} is larger than can be kept (about 9.2 × 10^18 minor units); check the number")]
    TooLarge { text: String, currency: Currency },
    #[error("{left} and {right} cannot be added or subtracted; convert one of them at a dated rate first")]
    DifferentCurrencies { left: Currency, right: Currency },
    #[error("money cannot be split by parts that are all zero; give at least one part a share")]
    NoShares,
}

impl Currency {
    /// Thai baht.
    pub const THB: Currency = Currency(*b"THB");
    /// Japanese yen.
    pub const JPY: Currency = Currency(*b"JPY");
    /// United States dollar.
    pub const USD: Currency = Currency(*b"USD");
    /// Euro.
    pub const EUR: Currency = Currency(*b"EUR");

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default() // always ASCII letters
    }

    /// How many decimals the currency has (ISO 4217): JPY 0, THB 2, KWD 3. An unlisted code has 2.
    #[must_use]
    pub fn minor_digits(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(letters) if letters.iter().all(u8::is_ascii_uppercase) => Ok(Currency(letters)),
            _ => Err(MoneyError::NotACurrency { text: text.to_owned() }),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}

impl Money {
    /// This many minor units of the currency.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Money { minor, currency }
    }

    /// Nothing, in this currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Money { minor: 0, currency }
    }

    /// Reads plain decimal text in major units. Never rounds: more decimals than the currency has are an error.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let number = DecimalText::read(text).ok_or_else(|| MoneyError::NotAnAmount { text: text.to_owned() })?;
        let digits = currency.minor_digits();
        if number.decimals.len() > digits as usize {
            return Err(MoneyError::TooManyDecimals { text: text.to_owned(), currency, digits });
        }
        let scaled = number.scaled(digits).and_then(|scaled| i64::try_from(scaled).ok());
        let minor = scaled.ok_or_else(|| MoneyError::TooLarge { text: text.to_owned(), currency })?;
        Ok(Money { minor, currency })
    }

    /// The sum; an error for different currencies or a sum too large.
    pub fn checked_add(self, other: Money) -> Result<Money, MoneyError> {
        self.combine(other, i128::from(self.minor) + i128::from(other.minor))
    }

    /// The difference; an error for different currencies or a difference too large.
    pub fn checked_sub(self, other: Money) -> Result<Money, MoneyError> {
        self.combine(other, i128::from(self.minor) - i128::from(other.minor))
    }

    /// Splits into parts proportional to the shares. The parts always sum to the whole: minor units left over go to the
    /// parts that lost most by rounding, the earlier first. The split of a reversal mirrors the split of its payment.
    pub fn split(self, shares: &[u32]) -> Result<Vec<Money>, MoneyError> {
        let total: u128 = shares.iter().map(|&share| u128::from(share)).sum();
        if total == 0 {
            return Err(MoneyError::NoShares);
        }
        let whole = u128::from(self.minor.unsigned_abs());
        let mut parts: Vec<u128> = shares.iter().map(|&share| whole * u128::from(share) / total).collect();
        let left_over = usize::try_from(whole - parts.iter().sum::<u128>()).unwrap_or(shares.len());
        let mut by_loss: Vec<usize> = (0..shares.len()).collect();
        by_loss.sort_by_key(|&index| std::cmp::Reverse(whole * u128::from(shares[index]) % total));
        for &index in by_loss.iter().take(left_over) {
            parts[index] += 1;
        }
        let sign = i128::from(self.minor.signum());
        parts.into_iter().map(|part| self.with_minor(sign * part.cast_signed())).collect()
    }

    fn combine(self, other: Money, minor: i128) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::DifferentCurrencies { left: self.currency, right: other.currency });
        }
        self.with_minor(minor)
    }

    fn with_minor(self, minor: i128) -> Result<Money, MoneyError> {
        let currency = self.currency;
        match i64::try_from(minor) {
            Ok(minor) => Ok(Money { minor, currency }),
            Err(_) => Err(MoneyError::TooLarge { text: scaled_text(minor, currency.minor_digits()), currency }),
        }
    }
}

/// Plain decimal text in major units, without the currency: `1200000.50`.
impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&scaled_text(i128::from(self.minor), self.currency.minor_digits()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn a_currency_is_three_capital_letters() {
        for (code, digits) in [("THB", 2), ("JPY", 0), ("KRW", 0), ("VND", 0), ("KWD", 3), ("TND", 3), ("XYZ", 2)] {
            assert_eq!(currency(code).minor_digits(), digits, "{code}");
        }
        for text in ["", "TH", "thb", "THBB", "฿", "T1B", " TH"] {
            assert_eq!(text.parse::<Currency>(), Err(MoneyError::NotACurrency { text: text.into() }));
        }
    }

    #[test]
    fn money_reads_and_writes_plain_decimals() {
        for (text, code, minor, written) in [
            ("1200000", "THB", 120_000_000, "1200000.00"),
            ("-0.5", "THB", -50, "-0.50"),
            ("1200", "JPY", 1200, "1200"),
            ("1.234", "KWD", 1234, "1.234"),
            ("-92233720368547758.08", "USD", i64::MIN, "-92233720368547758.08"),
        ] {
            let money = Money::parse(text, currency(code)).unwrap();
            assert_eq!((money.minor, money.to_string().as_str()), (minor, written));
        }
    }

    #[test]
    fn money_that_cannot_be_kept_is_refused_with_its_reason() {
        for (text, code, reason) in [
            ("1.5", "JPY", "`1.5` has too many decimals for JPY, which has 0; round it first"),
            ("1.999", "THB", "`1.999` has too many decimals for THB, which has 2; round it first"),
            ("1,200", "THB", "`1,200` is not an amount; write plain digits with a point, like 1200000.50"),
        ] {
            assert_eq!(Money::parse(text, currency(code)).unwrap_err().to_string(), reason);
        }
        let large = Money::parse("92233720368547758.08", Currency::USD);
        assert!(matches!(large, Err(MoneyError::TooLarge { .. })));
    }

    #[test]
    fn different_currencies_and_overflow_do_not_add() {
        let (baht, yen) = (Money::new(1, Currency::THB), Money::new(1, Currency::JPY));
        let different = MoneyError::DifferentCurrencies { left: Currency::THB, right: Currency::JPY };
        assert_eq!(baht.checked_add(yen), Err(different));
        let most = Money::new(i64::MAX, Currency::THB);
        assert!(matches!(most.checked_add(baht), Err(MoneyError::TooLarge { .. })));
        assert_eq!(baht.checked_sub(baht), Ok(Money::zero(Currency::THB)));
    }

    #[test]
    fn a_split_gives_what_is_left_over_to_those_who_lost_most() {
        let minor = |whole: i64, shares: &[u32]| -> Vec<i64> {
            let parts = Money::new(whole, Currency::THB).split(shares).unwrap();
            parts.iter().map(|part| part.minor).collect()
        };
        assert_eq!(minor(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(minor(-100, &[1, 1, 1]), [-34, -33, -33]);
        assert_eq!(minor(5, &[60, 0, 40]), [3, 0, 2]);
        assert_eq!(minor(1, &[1, 2]), [0, 1]);
        assert_eq!(Money::new(1, Currency::THB).split(&[]), Err(MoneyError::NoShares));
        assert_eq!(Money::new(1, Currency::THB).split(&[0]), Err(MoneyError::NoShares));
    }

    #[test]
    fn money_is_plain_data() {
        let json = r#"{"minor":120050,"currency":"THB"}"#;
        let money: Money = serde_json::from_str(json).unwrap();
        assert_eq!(money, Money::new(120_050, Currency::THB));
        assert_eq!(serde_json::to_string(&money).unwrap(), json);
        assert!(serde_json::from_str::<Money>(r#"{"minor":1,"currency":"baht"}"#).is_err());
    }

    proptest! {
        #[test]
        fn a_split_sums_to_the_whole_and_a_reversal_mirrors_it(minor in -i64::MAX..=i64::MAX, shares in prop::collection::vec(0_u32.., 1..12)) {
            prop_assume!(shares.iter().any(|&share| share > 0));
            let parts = Money::new(minor, Currency::THB).split(&shares).unwrap();
            let reversed = Money::new(-minor, Currency::THB).split(&shares).unwrap();

            let sum = parts.iter().try_fold(Money::zero(Currency::THB), |sum, &part| sum.checked_add(part));
            prop_assert_eq!(sum, Ok(Money::new(minor, Currency::THB)));
            for (part, mirror) in parts.iter().zip(&reversed) {
                prop_assert_eq!(part.minor, -mirror.minor);
            }
            for (part, share) in parts.iter().zip(&shares) {
                prop_assert!(*share > 0 || part.minor == 0, "a part without a share gets nothing");
            }
        }

        #[test]
        fn reading_what_was_written_gives_the_same_money(minor: i64, code in "THB|JPY|KWD|CLF") {
            let money = Money::new(minor, currency(&code));
            prop_assert_eq!(Money::parse(&money.to_string(), money.currency), Ok(money));
        }
    }
}
