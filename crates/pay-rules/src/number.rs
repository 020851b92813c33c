//! Numbers as a plan and the input files write them: `5%`, `12000`, `0.5`. Never a float.

use crate::exact::Exact;
use base::Amount;
use jiff::{
    ToSpan,
    civil::{Date, DateTime, Time},
};
use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor, value::MapAccessDeserializer},
};
use std::{fmt, str::FromStr};

/// A number, and whether it is written as a percentage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// 0.05 of `5%`.
    pub value: Exact,
    pub is_percent: bool,
}

/// A number without a percent sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(pub Exact);

/// A number with a percent sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Percent(pub Exact);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    #[error("`{0}` is no number; write plain digits with a point, like 12000.50, or a percentage, like 5%")]
    NotANumber(String),
    #[error("`{0}` is a percentage; write an amount, without %")]
    NoPercent(String),
    #[error("`{0}` has no percent sign; write it like 5%")]
    NotAPercent(String),
}

impl FromStr for Quantity {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let (digits, is_percent) = text.strip_suffix('%').map_or((text, false), |digits| (digits.trim_end(), true));
        let amount: Amount = digits.parse().map_err(|_| NumberError::NotANumber(text.to_owned()))?;
        let value = Exact::from(amount);
        Ok(Self { value: if is_percent { &value * &Exact::ratio(1, 100) } else { value }, is_percent })
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let quantity: Quantity = text.parse()?;
        if quantity.is_percent { Err(NumberError::NoPercent(text.to_owned())) } else { Ok(Self(quantity.value)) }
    }
}

impl FromStr for Percent {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let quantity: Quantity = text.parse()?;
        if quantity.is_percent { Ok(Self(quantity.value)) } else { Err(NumberError::NotAPercent(text.to_owned())) }
    }
}

impl Quantity {
    #[must_use]
    pub fn to_text(&self) -> String {
        if self.is_percent { self.value.to_percent() } else { self.value.to_text() }
    }
}

/// Text or a whole number; a float could not be kept exactly.
struct Written<T>(std::marker::PhantomData<T>);

impl<T: FromStr<Err = NumberError>> Visitor<'_> for Written<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number in quotes, like \"5%\" or \"12000.50\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, whole: i64) -> Result<T, E> {
        whole.to_string().parse().map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Written(std::marker::PhantomData))
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Written(std::marker::PhantomData))
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Written(std::marker::PhantomData))
    }
}

/// A day, or a moment in the company's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub DateTime);

impl Moment {
    pub(crate) fn start_of(day: Date) -> Self {
        Self(day.to_datetime(Time::midnight()))
    }

    pub fn day(self) -> Date {
        self.0.date()
    }

    /// The last day of a window that ends here.
    pub(crate) fn last_day_before(self) -> Date {
        self.0.saturating_sub(1.nanosecond()).date()
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let moment = if text.len() == 10 {
            text.parse::<Date>().map(|day| Moment::start_of(day).0)
        } else {
            text.parse::<DateTime>()
        };
        let hint = || format!("`{text}` is no day; write 2026-03-31, or 2026-03-31T09:30:00 in the company's own time");
        moment.map(Moment).map_err(|_| hint())
    }
}

struct WrittenMoment;

impl<'de> Visitor<'de> for WrittenMoment {
    type Value = Moment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day, like 2026-03-31")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Moment, E> {
        text.parse().map_err(E::custom)
    }

    /// TOML's own dates come as a table.
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Moment, A::Error> {
        let date = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map))?;
        date.to_string().parse().map_err(de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(WrittenMoment)
    }
}

/// For fields that are whole days.
pub(crate) fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    Moment::deserialize(from).map(|moment| Some(moment.day()))
}

/// The most that a term of a plan may last: a hundred years.
const LONGEST_DAYS: i32 = 36_500;

pub(crate) fn days<'de, D: Deserializer<'de>>(from: D) -> Result<i32, D::Error> {
    let days = i32::deserialize(from)?;
    let is_known = (0..=LONGEST_DAYS).contains(&days);
    let hint = || de::Error::custom(format!("`{days}` is no number of days; write one from 0 to {LONGEST_DAYS}"));
    is_known.then_some(days).ok_or_else(hint)
}

pub(crate) fn some_days<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i32>, D::Error> {
    days(from).map(Some)
}

/// A share of a whole.
pub(crate) fn part<'de, D: Deserializer<'de>>(from: D) -> Result<Percent, D::Error> {
    let share = Percent::deserialize(from)?;
    let is_part = !share.0.is_negative() && share.0 <= Exact::ONE;
    let hint = || de::Error::custom(format!("`{}` is no share; write one from 0% to 100%", share.0.to_percent()));
    if is_part { Ok(share) } else { Err(hint()) }
}

/// An amount that is not below zero.
pub(crate) fn amount<'de, D: Deserializer<'de>>(from: D) -> Result<Number, D::Error> {
    let amount = Number::deserialize(from)?;
    let hint = || de::Error::custom(format!("`{}` is below zero; write an amount from 0 on", amount.0.to_text()));
    if amount.0.is_negative() { Err(hint()) } else { Ok(amount) }
}

pub(crate) fn some_amount<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Number>, D::Error> {
    amount(from).map(Some)
}
