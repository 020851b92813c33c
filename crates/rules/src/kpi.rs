//! KPI definitions: data, not code. One published formula each; nothing else computes a KPI.

use crate::facts::{self, FactType};
use base::{Amount, Fraction};
use jiff::{ToSpan, civil::Date};
use rust_decimal::{Decimal, MathematicalOps};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a value counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    Money,
    /// A fraction, shown as a percentage.
    Percent,
    Count,
    Days,
    /// A number without a unit, between nothing and one.
    Index,
}

impl Unit {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Percent => "percent",
            Self::Count => "count",
            Self::Days => "days",
            Self::Index => "index",
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
    /// The change against the same days a year earlier, over their value; null when that is not above zero.
    Growth(Measure),
    /// A month's share of the measure: the measure over the period's months.
    PerMonth(Measure),
    /// Customers with two or more documents up to the period's end, among those with one or more in the period.
    Repeat { fact: String },
    /// Accounts whose first fact ever falls in the period.
    First { fact: String },
    /// Of the accounts with a fact in the year before the period, those with one in the year before its end.
    Retention { fact: String },
    /// How evenly the accounts spread over the words of a key column, 0 to 1: −Σ p ln p ÷ ln of how many words there are.
    Evenness { fact: String, over: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// Sum of an amount column over facts dated in the period.
    Sum(String),
    /// How many different ids stand in a key column, or pairs in two joined by `+`.
    Count(String),
    /// The same sum, of facts that have come true by as-of.
    Reached(String),
    /// Sum over facts that last at the end of the period's last day, or of as-of when that comes first.
    Stock(String),
    /// Sum over facts that last, each with the share of its days that falls in the period.
    Spread(String),
    /// Mean over the period's months of what lasts, each fact with the share of the month's days.
    Average(String),
}

/// Which days of a fact place it in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Axis {
    Flow,
    Stock,
    Spread,
    Average,
    /// The flow of the same days a year earlier.
    YearBefore,
}

impl Measure {
    /// The fact and column it reads.
    pub fn place(&self) -> (&str, &str) {
        let (Self::Sum(place)
        | Self::Count(place)
        | Self::Reached(place)
        | Self::Stock(place)
        | Self::Spread(place)
        | Self::Average(place)) = self;
        place.split_once('.').unwrap_or((place, ""))
    }

    pub const fn axis(&self) -> Axis {
        match self {
            Self::Sum(_) | Self::Count(_) | Self::Reached(_) => Axis::Flow,
            Self::Stock(_) => Axis::Stock,
            Self::Spread(_) => Axis::Spread,
            Self::Average(_) => Axis::Average,
        }
    }

    /// The column, when it is money.
    pub fn is_money(&self, basis: Basis) -> bool {
        let (fact, column) = self.place();
        !matches!(self, Self::Count(_))
            && resolve(fact, basis).and_then(|fact| fact.measure(column)).is_some_and(|column| column.is_money)
    }

    /// The key columns of a count.
    pub fn counted(&self) -> Vec<&str> {
        self.place().1.split('+').collect()
    }
}

/// A measure's part in a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Whole,
    Numerator,
    Denominator,
}

impl Formula {
    /// The measures that are sums and counts, each with its part. A growth's base is the same measure a year earlier.
    pub fn measures(&self) -> Vec<(Side, &Measure, Axis)> {
        match self {
            Self::Measure(measure) => vec![(Side::Whole, measure, measure.axis())],
            Self::PerMonth(measure) => vec![(Side::Numerator, measure, measure.axis())],
            Self::Ratio { numerator, denominator } => vec![
                (Side::Numerator, numerator, numerator.axis()),
                (Side::Denominator, denominator, denominator.axis()),
            ],
            Self::Growth(measure) => {
                vec![(Side::Numerator, measure, measure.axis()), (Side::Denominator, measure, Axis::YearBefore)]
            }
            Self::Repeat { .. } | Self::First { .. } | Self::Retention { .. } | Self::Evenness { .. } => Vec::new(),
        }
    }

    /// The words of the facts it reads.
    fn words(&self) -> Vec<&str> {
        match self {
            Self::Repeat { fact } | Self::First { fact } | Self::Retention { fact } | Self::Evenness { fact, .. } => {
                vec![fact]
            }
            _ => self.measures().into_iter().map(|(_, measure, _)| measure.place().0).collect(),
        }
    }

    /// True when a value is a numerator over a denominator.
    pub const fn is_ratio(&self) -> bool {
        !matches!(self, Self::Measure(_) | Self::First { .. } | Self::Evenness { .. })
    }
}

/// One KPI.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The reference's name; stable.
    pub id: String,
    /// By language: `en`, `th`, `ja`.
    pub names: BTreeMap<String, String>,
    /// One sentence of meaning, by language.
    pub meaning: BTreeMap<String, String>,
    pub unit: Unit,
    pub better: Better,
    pub formula: Formula,
    /// The formula as people read it.
    pub reads: String,
    /// The key column whose records a drill shows.
    pub rows: String,
    /// Where the reference defines it.
    pub reference: String,
    /// The source items that ask for it.
    pub authority: Vec<String>,
}

impl Definition {
    pub fn name(&self, language: &str) -> &str {
        self.names.get(language).or_else(|| self.names.get("en")).map_or(self.id.as_str(), String::as_str)
    }

    /// True when values of parts sum to the value of the whole.
    pub const fn is_additive(&self) -> bool {
        matches!(self.formula, Formula::Measure(Measure::Sum(_) | Measure::Stock(_)))
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

/// How evenly counts spread over so many places: −Σ p ln p ÷ ln of the places (B7). None when nothing was counted or there
/// is one place alone.
pub fn evenness(counts: &[u64], places: u64) -> Option<Amount> {
    let total = Decimal::from(counts.iter().sum::<u64>());
    if total.is_zero() || places < 2 {
        return None;
    }
    let shares = counts.iter().filter(|count| **count > 0).map(|count| Decimal::from(*count) / total);
    let entropy: Decimal = shares.map(|share| -share * share.ln()).sum();
    Amount::from_decimal_rounded(entropy / Decimal::from(places).ln()).ok()
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
    /// It would tell the number of fewer than three people whom the asker may not ask about.
    Withheld,
}

impl NullReason {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::NoSource => "no_source",
            Self::MissingRate => "missing_rate",
            Self::Withheld => "withheld",
        }
    }
}

/// The definitions the product ships, checked.
#[derive(Debug, Clone)]
pub struct Catalogue {
    definitions: Vec<Definition>,
}

/// What is wrong with a catalogue file.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CatalogueError {
    #[error("the file does not read: {0}")]
    Toml(#[from] toml::de::Error),
    #[error("{0} is defined twice")]
    Twice(String),
    #[error("{kpi}: there is no fact column {place}")]
    NoColumn { kpi: String, place: String },
    #[error("{kpi}: no name in {language}")]
    NoName { kpi: String, language: &'static str },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kpi: Vec<Definition>,
}

impl Catalogue {
    /// Reads definitions and checks that facts and columns exist and that each language has a name.
    pub fn read(text: &str) -> Result<Self, CatalogueError> {
        let File { kpi: definitions } = toml::from_str(text)?;
        for (place, definition) in definitions.iter().enumerate() {
            if definitions[..place].iter().any(|earlier| earlier.id == definition.id) {
                return Err(CatalogueError::Twice(definition.id.clone()));
            }
            check(definition)?;
        }
        Ok(Self { definitions })
    }

    pub fn get(&self, id: &str) -> Option<&Definition> {
        self.definitions.iter().find(|definition| definition.id == id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.definitions.iter()
    }
}

fn check(definition: &Definition) -> Result<(), CatalogueError> {
    for language in ["en", "th", "ja"] {
        if !definition.names.contains_key(language) || !definition.meaning.contains_key(language) {
            return Err(CatalogueError::NoName { kpi: definition.id.clone(), language });
        }
    }
    let no_column = |place: String| CatalogueError::NoColumn { kpi: definition.id.clone(), place };
    for fact in definition.formula.words() {
        let fact_type = resolve(fact, Basis::Ordered).ok_or_else(|| no_column(fact.to_owned()))?;
        if fact_type.key(&definition.rows).is_none() {
            return Err(no_column(format!("{fact}.{}", definition.rows)));
        }
    }
    if let Formula::Evenness { fact, over } = &definition.formula
        && resolve(fact, Basis::Ordered).is_none_or(|fact_type| fact_type.key(over).is_none())
    {
        return Err(no_column(format!("{fact}.{over}")));
    }
    for (_, measure, _) in definition.formula.measures() {
        let (fact, column) = measure.place();
        let is_there = resolve(fact, Basis::Ordered).is_some_and(|fact_type| match measure {
            Measure::Count(_) => measure.counted().into_iter().all(|key| fact_type.key(key).is_some()),
            _ => fact_type.measure(column).is_some(),
        });
        if !is_there {
            return Err(no_column(format!("{fact}.{column}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_shipped_catalogue_reads() {
        let catalogue = Catalogue::read(include_str!("catalogue.toml")).expect("it reads");
        assert_eq!(catalogue.iter().count(), 23);
    }

    #[test]
    fn a_formula_over_a_column_that_is_not_there_is_refused() {
        let text = include_str!("catalogue.toml").replacen("revenue.amount", "revenue.profit", 1);
        assert!(matches!(Catalogue::read(&text), Err(CatalogueError::NoColumn { kpi, .. }) if kpi == "revenue"));
    }

    /// Reference B7: 50/30/20 % over three regions.
    #[test]
    fn evenness_is_that_of_the_reference() {
        let even = |counts: &[u64], places| evenness(counts, places).and_then(|value| value.round_to(4).ok());
        assert_eq!(even(&[50, 30, 20], 3), "0.9372".parse().ok());
        assert_eq!(even(&[7, 7], 2), "1".parse().ok());
        assert_eq!(even(&[7], 1), None);
        assert_eq!(even(&[0, 0], 2), None);
    }

    #[test]
    fn months_count_whole_and_by_their_days() {
        assert_eq!(months(date(2026, 1, 1), date(2026, 4, 1)), Amount::from(3));
        assert_eq!(months(date(2026, 1, 1), date(2027, 1, 1)), Amount::from(12));
        assert_eq!(months(date(2026, 4, 16), date(2026, 5, 1)), "0.5".parse().expect("a number"));
    }
}
