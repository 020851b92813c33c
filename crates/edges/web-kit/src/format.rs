//! Numbers and dates as each language writes them (`design language`, Numbers). The only place that rounds for the
//! eye; values stay exact until here.
//!
//! Hand-written: three languages, one digit grouping, the Gregorian calendar and its Thai name 543 years ahead.
//! Tables of this size are easier to check against the design than a locale library.

mod dates;
mod numbers;

use maud::{Markup, Render, html};
use std::fmt;

pub(crate) use numbers::grouped;

use base::Currency;

/// A number made ready to be read. The parts are kept apart because currency and unit are set smaller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figure {
    /// An ISO code before the digits.
    pub currency: Option<Currency>,
    /// Sign, digits and separators; `1億2,340` in Japanese.
    pub digits: String,
    /// What follows the digits: `M`, `ล้านบาท`, `万`, `pts`, `days`.
    pub unit: Option<String>,
    /// A space stands before the unit when read as text.
    pub spaced: bool,
}

impl Figure {
    /// Where the head of the column names what is counted; a percentage says so itself.
    #[must_use]
    pub fn without_unit(self, unit: Unit) -> Self {
        let own = self.unit.filter(|_| !matches!(unit, Unit::Days | Unit::Minutes));
        Self { currency: None, unit: own, ..self }
    }
}

/// What an exact number counts in, and with it how it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// An amount of one currency.
    Money(Currency),
    /// A fraction of one: 0.935 is 93.5%.
    Percent,
    /// A whole number of things; decimals are shown when there are some (means).
    Count,
    /// A number of days.
    Days,
    Minutes,
    /// A number without a unit, between nothing and one.
    Index,
    /// So many times something.
    Times,
}

/// As text: `THB 19.03 M`, `19.03 ล้านบาท`, `THB 1,903万`.
impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(currency) = self.currency {
            write!(formatter, "{currency} ")?;
        }
        formatter.write_str(&self.digits)?;
        let Some(unit) = &self.unit else { return Ok(()) };
        if self.spaced {
            formatter.write_str(" ")?;
        }
        formatter.write_str(unit)
    }
}

/// As markup the style sheet keeps the parts apart.
impl Render for Figure {
    fn render(&self) -> Markup {
        html! {
            @if let Some(currency) = self.currency { span.cy { (currency.code()) } }
            (self.digits)
            @match self.unit.as_deref() {
                Some("%") => "%", // belongs to the digits
                Some(unit) => span.un { (unit) },
                None => {},
            }
        }
    }
}

#[cfg(test)]
mod tests;
