//! KPI definitions: data, not code. One published formula each; nothing else computes a KPI.

use crate::facts::{self, FactType};
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
}

impl Unit {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Percent => "percent",
            Self::Count => "count",
            Self::Days => "days",
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
    /// Customers with two or more documents up to the period's end, among those with one or more in the period.
    Repeat { fact: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// Sum of an amount column.
    Sum(String),
    /// How many different ids stand in a key column.
    Count(String),
}

impl Measure {
    /// The fact and column it reads.
    pub fn place(&self) -> (&str, &str) {
        let (Self::Sum(place) | Self::Count(place)) = self;
        place.split_once('.').unwrap_or((place, ""))
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
        matches!(self.formula, Formula::Measure(Measure::Sum(_)))
    }

    /// The facts it reads, the company's basis put in for `revenue`.
    pub fn facts(&self, basis: Basis) -> Vec<&'static str> {
        let places = match &self.formula {
            Formula::Measure(measure) => vec![measure.place().0],
            Formula::Ratio { numerator, denominator } => vec![numerator.place().0, denominator.place().0],
            Formula::Repeat { fact } => vec![fact.as_str()],
        };
        places.into_iter().filter_map(|fact| resolve(fact, basis)).map(|fact_type| fact_type.name).collect()
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

/// The fact type behind a formula's word. None when no record feeds that basis yet: the value is null `no_source`.
pub fn resolve(fact: &str, basis: Basis) -> Option<&'static FactType> {
    if fact == "revenue" { facts::fact_type(basis.name()) } else { facts::fact_type(fact) }
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
#[derive(Debug, thiserror::Error)]
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
    let fact_of = |fact: &str| resolve(fact, Basis::Ordered);
    let measures: Vec<&Measure> = match &definition.formula {
        Formula::Measure(measure) => vec![measure],
        Formula::Ratio { numerator, denominator } => vec![numerator, denominator],
        Formula::Repeat { fact } => {
            fact_of(fact).ok_or_else(|| no_column(fact.clone()))?;
            vec![]
        }
    };
    for measure in measures {
        let (fact, column) = measure.place();
        let columns = fact_of(fact).map(|fact_type| match measure {
            Measure::Sum(_) => fact_type.measures,
            Measure::Count(_) => fact_type.keys,
        });
        if !columns.is_some_and(|columns| columns.contains(&column)) {
            return Err(no_column(format!("{fact}.{column}")));
        }
    }
    Ok(())
}
