//! KPI definitions: data, not code. One published formula each; nothing else computes a KPI.

mod catalogue;
pub mod customers;
mod difference;
mod draft;
mod expression;
mod measure;
mod own;
mod quantile;
mod standing;
mod unit;

pub use catalogue::{Catalogue, CatalogueError, SHIPPED};
pub use difference::{Sides, effects};
pub use draft::{Beside, Draft, shipped_file};
pub use expression::{Expression, ExpressionError};
pub use measure::{Axis, DUE, Earlier, How, Measure, TIER};
pub use own::{GROUP, MadeError, Placed, one_each, read_own};
pub use quantile::quantile;
pub use standing::Standing;
pub use unit::Dimension;

use crate::facts::{self, FactType};
use base::{Amount, Fraction};
use jiff::{ToSpan, civil::Date};
use rust_decimal::{Decimal, MathematicalOps};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};

/// What a value counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    Money,
    /// A fraction, shown as a percentage.
    Percent,
    Count,
    Days,
    Minutes,
    /// A number without a unit, between nothing and one.
    Index,
    /// So many times something: 3 is 3×.
    Times,
    /// Points on a scale: from −100 to 100, from 0 to 100, from 1 to 5.
    Points,
}

impl Unit {
    pub const ALL: [Self; 8] =
        [Self::Money, Self::Percent, Self::Count, Self::Days, Self::Minutes, Self::Index, Self::Times, Self::Points];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Percent => "percent",
            Self::Count => "count",
            Self::Days => "days",
            Self::Minutes => "minutes",
            Self::Index => "index",
            Self::Times => "times",
            Self::Points => "points",
        }
    }
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    Higher,
    Lower,
    Band,
}

impl Better {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::Band => "band",
        }
    }
}

/// How a KPI follows from facts. Column names read `fact.column`; the fact `revenue` is the company's `revenue_basis`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Formula {
    /// One measure, additive.
    Measure(Measure),
    /// Sums first, then divides (R-AGG); null when the denominator is zero (R-ZERO).
    Ratio { numerator: Measure, denominator: Measure },
    /// What was added to `from` to make `to`, over `from`; null when that is not above zero.
    Change { from: Measure, to: Measure },
    /// A month's share of the measure: the measure over the period's months.
    PerMonth(Measure),
    /// A day's share of the measure: the measure over the period's days.
    PerDay(Measure),
    /// A ratio times the period's days that have come: what stands over what flows, in days.
    InDays { numerator: Measure, denominator: Measure },
    /// How the accounts spread over the words of a key column.
    Spread { fact: String, over: String, as_index: Index },
    /// Computed from other KPIs.
    Of(Expression),
    /// How far off forecasts were.
    Error(ForecastError),
}

/// Σ of what forecasts were off by, over Σ of what came (D4): over the periods that were forecast, each by itself, that lie in the
/// period and are over. Without signs it is WAPE, with them the bias.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForecastError {
    forecast: String,
    actual: String,
    #[serde(default)]
    pub is_signed: bool,
    /// The two KPIs.
    #[serde(skip)]
    pub parts: Vec<Arc<Definition>>,
}

impl ForecastError {
    fn resolve(&mut self, all: &[Arc<Definition>]) -> Result<(), ExpressionError> {
        let found = |id: &String| {
            let found = all.iter().find(|definition| definition.id == *id);
            found.cloned().ok_or_else(|| ExpressionError::NoKpi(id.clone()))
        };
        self.parts = vec![found(&self.forecast)?, found(&self.actual)?];
        Ok(())
    }
}

/// What a spread over words comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Index {
    /// 0 to 1: −Σ p ln p ÷ ln of how many words there are.
    Evenness,
    /// Herfindahl and Hirschman's: Σ p².
    Concentration,
}

/// A measure's part in a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Whole,
    Numerator,
    Denominator,
    /// Not of the value: a cohort's members that have ended.
    Ended,
}

impl Formula {
    /// The measures, each with its part.
    pub fn measures(&self) -> Vec<(Side, &Measure)> {
        match self {
            Self::Measure(measure) => vec![(Side::Whole, measure)],
            Self::PerMonth(measure) | Self::PerDay(measure) => vec![(Side::Numerator, measure)],
            Self::Ratio { numerator, denominator } | Self::InDays { numerator, denominator } => {
                vec![(Side::Numerator, numerator), (Side::Denominator, denominator)]
            }
            Self::Change { from, to } => vec![(Side::Numerator, to), (Side::Denominator, from)],
            Self::Spread { .. } | Self::Of(_) | Self::Error(_) => Vec::new(),
        }
    }

    /// The KPIs it is computed from.
    pub fn parts(&self) -> &[Arc<Definition>] {
        match self {
            Self::Of(expression) => &expression.parts,
            Self::Error(error) => &error.parts,
            _ => &[],
        }
    }

    /// The words of the facts it reads.
    fn words(&self) -> Vec<&str> {
        match self {
            Self::Spread { fact, .. } => vec![fact],
            Self::Of(_) | Self::Error(_) => self.parts().iter().flat_map(|part| part.formula.words()).collect(),
            _ => self.measures().into_iter().map(|(_, measure)| measure.place().0).collect(),
        }
    }

    /// The same by the facts' own names.
    fn facts(&self) -> Vec<&'static str> {
        self.words().into_iter().filter_map(|word| resolve(word, Basis::Ordered)).map(|fact| fact.name).collect()
    }

    /// True when a value is a numerator over a denominator.
    pub const fn is_ratio(&self) -> bool {
        !matches!(self, Self::Measure(_) | Self::Spread { .. } | Self::Of(_))
    }

    /// True when some measure is taken so.
    pub fn has(&self, wanted: impl Fn(How) -> bool + Copy) -> bool {
        self.measures().iter().any(|(_, measure)| wanted(measure.how))
            || self.parts().iter().any(|part| part.formula.has(wanted))
    }
}

/// One KPI.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The reference's name; stable.
    pub id: String,
    /// Since when a company's own holds; none: it ships.
    #[serde(skip)]
    pub since: Option<Date>,
    /// Where it stands on a scorecard: the file's name.
    #[serde(default)]
    pub group: String,
    /// By language: `en`, `th`, `ja`.
    pub names: BTreeMap<String, String>,
    /// One sentence of meaning, by language.
    pub meaning: BTreeMap<String, String>,
    pub unit: Unit,
    pub better: Better,
    pub formula: Formula,
    /// The formula as people read it.
    #[serde(default)]
    pub reads: String,
    /// The key column whose records a drill shows.
    pub rows: String,
    /// The breakdowns that must be possible.
    #[serde(default)]
    pub grains: Vec<String>,
    /// Where the reference defines it; a company's own is its own.
    #[serde(default)]
    pub reference: String,
    /// The source items that ask for it.
    #[serde(default)]
    pub authority: Vec<String>,
    /// Of a cohort: its members that have ended by as-of. It is mature when nine of ten have, or when it is old enough (R-OPEN).
    #[serde(default)]
    pub matures: Option<Measure>,
    /// Of a cohort that is followed for so many days: it is mature when they have passed.
    #[serde(default)]
    pub matures_after_days: Option<u16>,
    /// What is told beside it.
    #[serde(default, rename = "companion")]
    pub companions: Vec<Companion>,
}

/// A number told beside a KPI and asked for as `kpi.companion`: a median, a share of it, the other way to weigh.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Companion {
    pub id: String,
    pub names: BTreeMap<String, String>,
    pub unit: Option<Unit>,
    pub formula: Formula,
    pub reads: String,
}

fn said<'a>(words: &'a BTreeMap<String, String>, language: &str) -> Option<&'a str> {
    words.get(language).or_else(|| words.get("en")).or_else(|| words.values().next()).map(String::as_str)
}

impl Definition {
    /// A company's own has a name in the languages that the company speaks.
    pub fn name(&self, language: &str) -> &str {
        said(&self.names, language).unwrap_or(&self.id)
    }

    pub fn meaning(&self, language: &str) -> &str {
        said(&self.meaning, language).unwrap_or_default()
    }

    /// True when values of parts sum to the value of the whole.
    pub const fn is_additive(&self) -> bool {
        matches!(&self.formula, Formula::Measure(measure) if matches!(measure.how, How::Sum | How::Within | How::Stock))
    }

    /// True when a period's value grows with its days: half a year's is half of it.
    pub fn grows(&self) -> bool {
        match &self.formula {
            Formula::Measure(measure) => match measure.how {
                How::Sum | How::Count | How::Reached | How::Within => true,
                How::Customers(customers) => customers.grows(),
                _ => false,
            },
            Formula::Of(expression) => expression.grows(),
            _ => false,
        }
    }

    /// True when it nears its target as the period's days pass: what grows, and the share of a whole period's quota.
    pub fn accrues(&self) -> bool {
        let is_of_whole = matches!(&self.formula, Formula::Ratio { numerator, denominator }
            if numerator.how == How::Sum && denominator.how == How::Spread);
        self.grows() || is_of_whole
    }

    /// Its companions, as KPIs of their own.
    fn told_beside(&self) -> impl Iterator<Item = Self> + '_ {
        self.companions.iter().map(|companion| Self {
            id: format!("{}.{}", self.id, companion.id),
            names: companion.names.clone(),
            unit: companion.unit.unwrap_or(self.unit),
            formula: companion.formula.clone(),
            reads: companion.reads.clone(),
            companions: Vec::new(),
            matures: None,
            matures_after_days: None,
            ..self.clone()
        })
    }

    /// True when every fact it reads has this key column, on any basis.
    pub fn has_key(&self, key: &str) -> bool {
        let facts = [Basis::Bookings, Basis::Ordered].into_iter().filter_map(|basis| self.facts(basis)).flatten();
        facts.into_iter().all(|fact| fact.key(key).is_some())
    }

    /// A fact it reads on this basis that has no such key.
    pub fn lacking(&self, key: &str, basis: Basis) -> Option<&'static FactType> {
        self.facts(basis)?.into_iter().find(|fact| fact.key(key).is_none())
    }

    /// True when it follows the company's `revenue_basis`.
    pub fn is_over_revenue(&self) -> bool {
        self.formula.words().iter().any(|word| [REVENUE, CONVERTED].contains(word))
    }

    /// The facts it reads, one for each side. None when a side has no source on this basis.
    pub fn facts(&self, basis: Basis) -> Option<Vec<&'static FactType>> {
        self.formula.words().into_iter().map(|fact| resolve(fact, basis)).collect()
    }
}

/// What the company calls revenue: a dated setting, never a consequence of which data exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    Bookings,
    Ordered,
    Invoiced,
    Collected,
}

impl Basis {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bookings => "bookings",
            Self::Ordered => "ordered",
            Self::Invoiced => "invoiced",
            Self::Collected => "collected",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Bookings, Self::Ordered, Self::Invoiced, Self::Collected].into_iter().find(|basis| basis.name() == name)
    }
}

const REVENUE: &str = "revenue";
const CONVERTED: &str = "converted";

/// The fact type behind a formula's word. None when no record feeds that basis yet: the value is null `no_source`.
/// `revenue` is what the company calls so; `converted` are deals opened, as far as winning one is what the basis counts: where
/// revenue is invoices or payments, a deal has converted with its first payment (001-3).
pub fn resolve(fact: &str, basis: Basis) -> Option<&'static FactType> {
    let name = match (fact, basis) {
        (REVENUE, Basis::Bookings) => "closed",
        (REVENUE, Basis::Ordered) => "ordered",
        (CONVERTED, Basis::Bookings | Basis::Ordered) => "opened",
        (REVENUE | CONVERTED, _) => return None,
        (name, _) => name,
    };
    facts::fact_type(name)
}

/// The least number that every length of a month divides, so that parts of months add up exactly.
pub const MONTH_PARTS: i64 = 28 * 29 * 15 * 31;

/// Months between two days, parts of months by their days, in [`MONTH_PARTS`].
pub fn month_parts(from: Date, to: Date) -> i64 {
    let parts = by_month(from, to).into_iter().map(|(start, end)| {
        let days = start.until(end).map_or(0, |span| span.get_days());
        i64::from(days) * (MONTH_PARTS / i64::from(start.days_in_month()))
    });
    parts.sum()
}

/// The same as an amount.
pub fn months(from: Date, to: Date) -> Amount {
    let months = Fraction::new(Amount::from(month_parts(from, to)), Amount::from(MONTH_PARTS)).to_amount();
    months.ok().flatten().unwrap_or(Amount::ZERO)
}

/// The days from one day up to another, cut where months begin.
pub fn by_month(from: Date, to: Date) -> Vec<(Date, Date)> {
    let mut parts = Vec::new();
    let mut start = from;
    while start < to {
        let end = start.first_of_month().saturating_add(1.month()).min(to);
        parts.push((start, end));
        start = end;
    }
    parts
}

/// How counts spread over so many places (B7). None when nothing was counted, and of evenness over one place alone.
pub fn spread(counts: &[u64], places: u64, index: Index) -> Option<Amount> {
    let total = Decimal::from(counts.iter().sum::<u64>());
    if total.is_zero() {
        return None;
    }
    let shares = counts.iter().filter(|count| **count > 0).map(|count| Decimal::from(*count) / total);
    let value = match index {
        Index::Concentration => shares.map(|share| share * share).sum(),
        Index::Evenness if places < 2 => return None,
        Index::Evenness => shares.map(|share| -share * share.ln()).sum::<Decimal>() / Decimal::from(places).ln(),
    };
    Amount::from_decimal_rounded(value).ok()
}

/// Why a value is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullReason {
    /// R-ZERO: the denominator is zero.
    Undefined,
    /// No record type feeds the measure.
    NoSource,
    /// R-CUR: an amount in another currency without a rate.
    MissingRate,
    /// Too few values to tell (R-DUR).
    Insufficient,
    /// Nothing is left to reach: the quota is met.
    Met,
    /// It would tell the number of fewer than three people whom the asker may not ask about.
    Withheld,
}

impl NullReason {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::NoSource => "no_source",
            Self::MissingRate => "missing_rate",
            Self::Insufficient => "insufficient",
            Self::Met => "met",
            Self::Withheld => "withheld",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Reference B7: 50/30/20 % over three regions.
    #[test]
    fn evenness_is_that_of_the_reference() {
        let even =
            |counts: &[u64], places| spread(counts, places, Index::Evenness).and_then(|value| value.round_to(4).ok());
        assert_eq!(even(&[50, 30, 20], 3), "0.9372".parse().ok());
        assert_eq!(even(&[7, 7], 2), "1".parse().ok());
        assert_eq!(even(&[7], 1), None);
        assert_eq!(even(&[0, 0], 2), None);
        assert_eq!(spread(&[50, 30, 20], 3, Index::Concentration), "0.38".parse().ok());
    }

    #[test]
    fn months_count_whole_and_by_their_days() {
        assert_eq!(months(date(2026, 1, 1), date(2026, 4, 1)), Amount::from(3));
        assert_eq!(months(date(2026, 1, 1), date(2027, 1, 1)), Amount::from(12));
        assert_eq!(months(date(2026, 4, 16), date(2026, 5, 1)), "0.5".parse().expect("a number"));
    }
}
