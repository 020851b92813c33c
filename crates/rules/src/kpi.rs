//! KPI definitions: data, not code. One published formula each; nothing else computes a KPI.

pub mod customers;
mod difference;
mod draft;
mod expression;
mod measure;
mod own;
mod quantile;
mod standing;
mod unit;

pub use difference::{Sides, effects};
pub use draft::{Draft, shipped_file};
pub use expression::{Expression, ExpressionError};
pub use measure::{Axis, DUE, Earlier, How, Measure, TIER};
pub use own::{MadeError, Placed, one_each, read_own};
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
    /// The breakdowns it is meant for; none said: all that its facts have.
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

    /// True when it is meant to be broken down so.
    pub fn is_meant_by(&self, grain: &str) -> bool {
        self.grains.is_empty() || self.grains.iter().any(|meant| meant == grain)
    }

    /// True when values of parts sum to the value of the whole.
    pub const fn is_additive(&self) -> bool {
        matches!(&self.formula, Formula::Measure(measure) if matches!(measure.how, How::Sum | How::Stock))
    }

    /// True when a period's value grows with its days: half a year's is half of it.
    pub fn grows(&self) -> bool {
        matches!(&self.formula, Formula::Measure(measure) if match measure.how {
            How::Sum | How::Count | How::Reached => true,
            How::Customers(customers) => customers.grows(),
            _ => false,
        })
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

/// The definitions the product ships: a file a group.
pub const SHIPPED: [(&str, &str); 9] = [
    ("revenue", include_str!("catalogue/revenue.toml")),
    ("deals", include_str!("catalogue/deals.toml")),
    ("pipeline", include_str!("catalogue/pipeline.toml")),
    ("customers", include_str!("catalogue/customers.toml")),
    ("coverage", include_str!("catalogue/coverage.toml")),
    ("leads", include_str!("catalogue/leads.toml")),
    ("voice", include_str!("catalogue/voice.toml")),
    ("people", include_str!("catalogue/people.toml")),
    ("receivables", include_str!("catalogue/receivables.toml")),
];

/// Definitions, checked.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// As they were read.
    read: Vec<Definition>,
    definitions: Vec<Arc<Definition>>,
    companions: Vec<Arc<Definition>>,
}

/// What is wrong with a catalogue file.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CatalogueError {
    #[error("the file of the group {0} does not read: {1}")]
    Toml(String, toml::de::Error),
    #[error("{0} is defined twice")]
    Twice(String),
    #[error("{kpi}: there is no {place}; there is {}", .near.join(", "))]
    NoColumn { kpi: String, place: String, near: Vec<&'static str> },
    #[error("{kpi}: {source}")]
    Expression { kpi: String, source: ExpressionError },
    #[error("{kpi}: forecast and what came are KPIs of one measure each, the forecast a sum")]
    NotAForecast { kpi: String },
    #[error("{kpi}: no name in {language}")]
    NoName { kpi: String, language: &'static str },
    #[error("{kpi}: {left} and {right} are not told in one unit")]
    Sides { kpi: String, left: Dimension, right: Dimension },
    #[error("{kpi}: its formula comes to {is}, and it is to be told in {unit}")]
    Unit { kpi: String, unit: &'static str, is: Dimension },
    #[error("{kpi}: no {key}")]
    Missing { kpi: String, key: &'static str },
}

impl CatalogueError {
    /// The KPI that is wrong, where it is one.
    pub fn kpi(&self) -> Option<&str> {
        match self {
            Self::Toml(..) => None,
            Self::Twice(kpi)
            | Self::NoColumn { kpi, .. }
            | Self::Expression { kpi, .. }
            | Self::NotAForecast { kpi }
            | Self::NoName { kpi, .. }
            | Self::Sides { kpi, .. }
            | Self::Unit { kpi, .. }
            | Self::Missing { kpi, .. } => Some(kpi),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kpi: Vec<Definition>,
}

impl Catalogue {
    /// Reads the files of groups and checks that facts and columns exist and that each language has a name.
    pub fn read(groups: &[(&str, &str)]) -> Result<Self, CatalogueError> {
        let mut definitions = Vec::new();
        for (group, text) in groups {
            let failed = |error| CatalogueError::Toml((*group).to_owned(), error);
            let File { kpi } = toml::from_str(text).map_err(failed)?;
            definitions.extend(kpi.into_iter().map(|kpi| Definition { group: (*group).to_owned(), ..kpi }));
        }
        Self::of(definitions)
    }

    /// With a company's own in place of what ships, or beside it.
    pub fn with(&self, own: &[Definition]) -> Result<Self, CatalogueError> {
        let mut definitions = self.read.clone();
        for definition in own {
            match definitions.iter_mut().find(|shipped| shipped.id == definition.id) {
                Some(shipped) => *shipped = definition.in_place_of(Some(shipped)),
                None => definitions.push(definition.in_place_of(None)),
            }
        }
        Self::of(definitions)
    }

    fn of(read: Vec<Definition>) -> Result<Self, CatalogueError> {
        for (place, definition) in read.iter().enumerate() {
            if read[..place].iter().any(|earlier| earlier.id == definition.id) {
                return Err(CatalogueError::Twice(definition.id.clone()));
            }
        }
        let count = read.len();
        let mut all: Vec<Definition> =
            read.iter().cloned().chain(read.iter().flat_map(Definition::told_beside)).collect();
        let failed = |kpi: &str, source| CatalogueError::Expression { kpi: kpi.to_owned(), source };
        let shared = |all: &[Definition]| all.iter().cloned().map(Arc::new).collect::<Vec<_>>();
        let named = shared(&all);
        for definition in &mut all {
            if let Formula::Error(error) = &mut definition.formula {
                error.resolve(&named).map_err(|source| failed(&definition.id, source))?;
            }
        }
        let named = shared(&all);
        for definition in &mut all {
            if let Formula::Of(expression) = &mut definition.formula {
                expression.resolve(&definition.id, &named).map_err(|source| failed(&definition.id, source))?;
            }
            check(definition, &named)?;
        }
        let mut definitions = shared(&all);
        let companions = definitions.split_off(count);
        Ok(Self { read, definitions, companions })
    }

    /// A KPI, or a companion by both names: `sales_cycle_length.median`.
    pub fn get(&self, id: &str) -> Option<&Arc<Definition>> {
        self.definitions.iter().chain(&self.companions).find(|definition| definition.id == id)
    }

    /// What is told beside a KPI.
    pub fn beside<'a>(&'a self, kpi: &'a Definition) -> impl Iterator<Item = &'a Definition> {
        let is_beside = |id: &str| id.strip_prefix(kpi.id.as_str()).is_some_and(|rest| rest.starts_with('.'));
        self.companions.iter().map(AsRef::as_ref).filter(move |definition| is_beside(&definition.id))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.definitions.iter().map(AsRef::as_ref)
    }
}

fn check(definition: &Definition, all: &[Arc<Definition>]) -> Result<(), CatalogueError> {
    let kpi = || definition.id.clone();
    let missing = |key| Err(CatalogueError::Missing { kpi: kpi(), key });
    if definition.since.is_none() {
        for language in ["en", "th", "ja"] {
            if !definition.names.contains_key(language) || !definition.meaning.contains_key(language) {
                return Err(CatalogueError::NoName { kpi: kpi(), language });
            }
        }
        if definition.reference.is_empty() {
            return missing("reference");
        }
    }
    if definition.names.is_empty() {
        return missing("names");
    }
    if definition.reads.is_empty() {
        return missing("reads");
    }
    let no_column = |place: String, near: Vec<&'static str>| CatalogueError::NoColumn { kpi: kpi(), place, near };
    let keys = |fact: &FactType| fact.keys.iter().map(|key| key.name).collect::<Vec<_>>();
    for fact in definition.formula.words() {
        let fact_type = resolve(fact, Basis::Ordered);
        let fact_type = fact_type.ok_or_else(|| {
            no_column(format!("fact {fact}"), facts::FACT_TYPES.iter().map(|fact| fact.name).collect())
        })?;
        // Each part opens into its own records.
        if definition.formula.parts().is_empty() && fact_type.key(&definition.rows).is_none() {
            return Err(no_column(format!("{fact}.{}", definition.rows), keys(fact_type)));
        }
    }
    if let Formula::Error(error) = &definition.formula {
        let how = error.parts.iter().map(|part| match &part.formula {
            Formula::Measure(measure) => Some(measure.how),
            _ => None,
        });
        if !matches!(how.collect::<Vec<_>>()[..], [Some(How::Sum), Some(_)]) {
            return Err(CatalogueError::NotAForecast { kpi: kpi() });
        }
    }
    if let Formula::Spread { fact, over, .. } = &definition.formula
        && let Some(fact_type) = resolve(fact, Basis::Ordered).filter(|fact_type| fact_type.key(over).is_none())
    {
        return Err(no_column(format!("{fact}.{over}"), keys(fact_type)));
    }
    for measure in definition.formula.measures().into_iter().map(|(_, measure)| measure).chain(&definition.matures) {
        measure.is_there().map_err(|(place, near)| no_column(place, near))?;
    }
    let is = match &definition.formula {
        Formula::Of(expression) => {
            expression.dimension(all).map_err(|source| CatalogueError::Expression { kpi: kpi(), source })?
        }
        formula => {
            unit::of_facts(formula).map_err(|(left, right)| CatalogueError::Sides { kpi: kpi(), left, right })?
        }
    };
    if !is.is_told_in(definition.unit) {
        return Err(CatalogueError::Unit { kpi: kpi(), unit: definition.unit.name(), is });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_shipped_catalogue_reads() {
        let catalogue = Catalogue::read(&SHIPPED).expect("it reads");
        assert_eq!(catalogue.iter().count(), 83);
    }

    #[test]
    fn a_formula_over_a_column_that_is_not_there_is_refused() {
        let text = SHIPPED[0].1.replacen("revenue.amount", "revenue.profit", 1);
        assert!(
            matches!(Catalogue::read(&[("revenue", &text)]), Err(CatalogueError::NoColumn { kpi, .. }) if kpi == "revenue")
        );
    }

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
