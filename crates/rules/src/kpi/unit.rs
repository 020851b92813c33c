//! What a formula comes to: money, days, minutes, or a plain number. Unlike things are not added.

use super::{Basis, Formula, How, Measure, Unit, resolve};
use std::fmt;

/// Money, days and minutes, each so many times; of a plain number what it says, where it is a KPI's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dimension {
    money: i8,
    days: i8,
    minutes: i8,
    plain: Option<Unit>,
    /// Nothing is nothing in any unit.
    is_nothing: bool,
}

impl Dimension {
    pub(super) fn of(unit: Unit) -> Self {
        match unit {
            Unit::Money => Self { money: 1, ..Self::default() },
            Unit::Days => Self { days: 1, ..Self::default() },
            Unit::Minutes => Self { minutes: 1, ..Self::default() },
            plain => Self { plain: Some(plain), ..Self::default() },
        }
    }

    pub(super) fn of_number(is_nothing: bool) -> Self {
        Self { is_nothing, ..Self::default() }
    }

    const fn exponents(self) -> (i8, i8, i8) {
        (self.money, self.days, self.minutes)
    }

    pub(super) const fn times(self, other: Self) -> Self {
        Self {
            money: self.money.saturating_add(other.money),
            days: self.days.saturating_add(other.days),
            minutes: self.minutes.saturating_add(other.minutes),
            plain: None,
            is_nothing: false,
        }
    }

    pub(super) const fn over(self, other: Self) -> Self {
        Self {
            money: self.money.saturating_sub(other.money),
            days: self.days.saturating_sub(other.days),
            minutes: self.minutes.saturating_sub(other.minutes),
            plain: None,
            is_nothing: false,
        }
    }

    /// One added to the other; none where they are unlike.
    pub(super) fn with(self, other: Self) -> Option<Self> {
        if self.is_nothing || other.is_nothing {
            return Some(if self.is_nothing { other } else { self });
        }
        let is_alike = self.plain.is_none() || other.plain.is_none() || self.plain == other.plain;
        let sum = Self { plain: self.plain.or(other.plain), ..self };
        (is_alike && self.exponents() == other.exponents()).then_some(sum)
    }

    /// True when a value of this can be told in a unit: as it is, or as what it is a day.
    pub(super) fn is_told_in(self, unit: Unit) -> bool {
        let wanted = Self::of(unit).exponents();
        let a_day = Self::of(unit).over(Self::of(Unit::Days)).exponents();
        let flows = matches!(unit, Unit::Money | Unit::Count);
        let is_other = self.plain.is_some_and(|plain| plain != unit);
        self.is_nothing || !is_other && (self.exponents() == wanted || flows && self.exponents() == a_day)
    }
}

impl Dimension {
    /// Money, days and minutes, each with how many times; a plain number has none.
    pub fn units(self) -> Vec<(Unit, i8)> {
        let all = [(Unit::Money, self.money), (Unit::Days, self.days), (Unit::Minutes, self.minutes)];
        let named: Vec<(Unit, i8)> = all.into_iter().filter(|(_, times)| *times != 0).collect();
        if named.is_empty() { self.plain.map(|plain| (plain, 1)).into_iter().collect() } else { named }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = self.units().into_iter().map(|(unit, times)| match times {
            1 => unit.name().to_owned(),
            times => format!("{}^{times}", unit.name()),
        });
        let named: Vec<String> = named.collect();
        out.write_str(if named.is_empty() { "a plain number".to_owned() } else { named.join("·") }.as_str())
    }
}

/// What a formula of facts comes to; the two sides where they do not fit each other.
pub(super) fn of_facts(formula: &Formula) -> Result<Dimension, (Dimension, Dimension)> {
    let alike = |left: Dimension, right: Dimension| left.with(right).ok_or((left, right));
    Ok(match formula {
        Formula::Measure(measure) | Formula::PerMonth(measure) | Formula::PerDay(measure) => of_measure(measure),
        Formula::Ratio { numerator, denominator } => of_measure(numerator).over(of_measure(denominator)),
        Formula::Change { from, to } => {
            alike(of_measure(to), of_measure(from))?;
            Dimension::default()
        }
        Formula::InDays { numerator, denominator } => {
            alike(of_measure(numerator), of_measure(denominator))?;
            Dimension::of(Unit::Days)
        }
        Formula::Error(error) => {
            if let [forecast, actual] = error.parts.as_slice() {
                alike(Dimension::of(forecast.unit), Dimension::of(actual.unit))?;
            }
            Dimension::default()
        }
        Formula::Spread { .. } | Formula::Of(_) => Dimension::default(),
    })
}

fn of_measure(measure: &Measure) -> Dimension {
    let (fact, _) = measure.place();
    let column = |name: &str| {
        let found = resolve(fact, Basis::Ordered).and_then(|fact| fact.measure(name));
        found.map_or_else(Dimension::default, |column| match column.unit {
            Unit::Count => Dimension::default(),
            unit => Dimension::of(unit),
        })
    };
    match measure.how {
        How::Count => Dimension::default(),
        How::Customers(customers) if !customers.is_money() => Dimension::default(),
        // So much of one column for each unit of another.
        How::Quantile(_) => {
            measure.quotient().map_or_else(Dimension::default, |(of, over)| column(of).over(column(over)))
        }
        How::Latest(_) => measure.quotient().map_or_else(Dimension::default, |(of, _)| column(of)),
        _ => column(measure.place().1),
    }
}
