//! The catalogue: definitions read from files, put together and checked.

use super::{Basis, Definition, Dimension, ExpressionError, Formula, How, Index, Unit, resolve, unit};
use crate::facts::{FACT_TYPES, FactType};
use serde::Deserialize;
use std::sync::Arc;

/// The definitions the product ships: a file a group.
pub const SHIPPED: [(&str, &str); 9] = [
    ("revenue", include_str!("../catalogue/revenue.toml")),
    ("deals", include_str!("../catalogue/deals.toml")),
    ("pipeline", include_str!("../catalogue/pipeline.toml")),
    ("customers", include_str!("../catalogue/customers.toml")),
    ("coverage", include_str!("../catalogue/coverage.toml")),
    ("leads", include_str!("../catalogue/leads.toml")),
    ("voice", include_str!("../catalogue/voice.toml")),
    ("people", include_str!("../catalogue/people.toml")),
    ("receivables", include_str!("../catalogue/receivables.toml")),
];

/// What evenness spreads over.
const PLACES: &str = "region";

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
pub(super) struct File {
    pub kpi: Vec<Definition>,
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
                // As it is written: what it names is told in its own unit.
                let is = expression.dimension(&named).map_err(|source| failed(&definition.id, source))?;
                told_in(&definition.id, is, definition.unit)?;
                expression.resolve(&definition.id, &named).map_err(|source| failed(&definition.id, source))?;
            }
            check(definition)?;
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

fn check(definition: &Definition) -> Result<(), CatalogueError> {
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
        let fact_type = fact_type
            .ok_or_else(|| no_column(format!("fact {fact}"), FACT_TYPES.iter().map(|fact| fact.name).collect()))?;
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
        if !matches!(how.collect::<Vec<_>>()[..], [Some(How::Sum | How::Within), Some(_)]) {
            return Err(CatalogueError::NotAForecast { kpi: kpi() });
        }
    }
    if let Formula::Spread { fact, over, as_index } = &definition.formula
        && let Some(fact_type) = resolve(fact, Basis::Ordered)
    {
        for key in [over.as_str(), "account"] {
            if fact_type.key(key).is_none() {
                return Err(no_column(format!("{fact}.{key}"), keys(fact_type)));
            }
        }
        // How many words there are is known of accounts' regions.
        if *as_index == Index::Evenness && over != PLACES {
            return Err(no_column(format!("evenness over {over}"), vec![PLACES]));
        }
    }
    for measure in definition.formula.measures().into_iter().map(|(_, measure)| measure).chain(&definition.matures) {
        measure.is_there().map_err(|(place, near)| no_column(place, near))?;
    }
    // A measure of members opens, belongs and is broken down as the cohort does.
    if let Some(measure) = &definition.matures {
        let (fact, _) = measure.place();
        let fact_type = resolve(fact, Basis::Ordered);
        if let Some(fact_type) = fact_type.filter(|fact_type| !definition.formula.facts().contains(&fact_type.name)) {
            return Err(no_column(format!("{} in the formula", fact_type.name), definition.formula.facts()));
        }
    }
    if matches!(definition.formula, Formula::Of(_)) {
        return Ok(());
    }
    let sides = |(left, right)| CatalogueError::Sides { kpi: kpi(), left, right };
    told_in(&definition.id, unit::of_facts(&definition.formula).map_err(sides)?, definition.unit)
}

/// What a formula comes to can be told in the KPI's unit.
fn told_in(kpi: &str, is: Dimension, unit: Unit) -> Result<(), CatalogueError> {
    if is.is_told_in(unit) {
        return Ok(());
    }
    Err(CatalogueError::Unit { kpi: kpi.to_owned(), unit: unit.name(), is })
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
