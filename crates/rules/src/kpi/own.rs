//! A company's own definitions (KPI-7), as a file has them. What is wrong is told with its place in the file.

use super::{
    Catalogue, CatalogueError, Definition, Expression, ExpressionError, Formula, SHIPPED, catalogue::File,
    draft::file_of,
};
use jiff::civil::Date;

/// Words of formulas and of addresses, which are no ids.
const TAKEN: [&str; 8] = ["max", "left", "new", "query", "rows", "why", "csv", "xlsx"];
/// What a formula over KPIs begins with.
const OF: &str = "of = \"";
const MOST_LETTERS: usize = 60;
const MOST_BYTES: usize = 256 * 1024;
/// What a number may open into: whose records they are decides who opens them.
const ROWS: [&str; 3] = ["document", "account", "recipient"];
/// Where a KPI stands that replaces none and says no other.
pub const GROUP: &str = "own";

/// What is wrong with a company's own definition.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MadeError {
    #[error("{0}")]
    Toml(String),
    #[error("{0:?} is no id: small letters, digits and _, a letter first, {MOST_LETTERS} at most")]
    Id(String),
    #[error("{kpi}: there is no group {group:?}; there is {}, {GROUP}", SHIPPED.map(|(name, _)| name).join(", "))]
    Group { kpi: String, group: String },
    #[error("a file has at most {MOST_BYTES} bytes")]
    TooLong,
    #[error("{kpi} opens into {rows:?}: write one of {}", ROWS.join(", "))]
    Rows { kpi: String, rows: String },
    #[error(
        "{kpi} is told in {is}, {better} is better, and a longer period {} it larger: targets and scorecards rest on that; give another KPI another id",
        if *grows { "makes" } else { "does not make" }
    )]
    Kept { kpi: String, is: &'static str, better: &'static str, grows: bool },
    #[error("{kpi}: by {grain}: {why}")]
    Grain { kpi: String, grain: String, why: String },
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

/// With its place: line and character, counted from one.
#[derive(Debug, Clone, thiserror::Error)]
#[error("line {line}, character {character}: {error}")]
pub struct Placed {
    pub line: usize,
    pub character: usize,
    #[source]
    pub error: Box<MadeError>,
}

/// Reads a company's file; its definitions hold from a day on.
pub fn read_own(text: &str, since: Date) -> Result<Vec<Definition>, Placed> {
    if text.len() > MOST_BYTES {
        return Err(Placed { line: 1, character: 1, error: Box::new(MadeError::TooLong) });
    }
    let unread = |error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start);
        place(text, at, MadeError::Toml(error.message().to_owned()))
    };
    let File { mut kpi } = toml::from_str(text).map_err(unread)?;
    for (place, definition) in kpi.iter().enumerate() {
        if kpi[..place].iter().any(|earlier| earlier.id == definition.id) {
            return Err(Placed::of(text, CatalogueError::Twice(definition.id.clone()).into()));
        }
    }
    for definition in &mut kpi {
        definition.since = Some(since);
        if definition.reads.is_empty()
            && let Formula::Of(Expression { text, .. }) = &definition.formula
        {
            definition.reads.clone_from(text);
        }
        shaped(definition).map_err(|error| Placed::of(text, error))?;
    }
    Ok(kpi)
}

/// Ids, group and rows are ones that can be.
fn shaped(definition: &Definition) -> Result<(), MadeError> {
    let kpi = || definition.id.clone();
    let companions: Vec<&String> = definition.companions.iter().map(|companion| &companion.id).collect();
    if let Some(wrong) = [&definition.id].into_iter().chain(companions.iter().copied()).find(|id| !is_id(id)) {
        return Err(MadeError::Id(wrong.clone()));
    }
    if let Some(twice) = companions.iter().enumerate().find(|(place, id)| companions[..*place].contains(id)) {
        return Err(CatalogueError::Twice(format!("{}.{}", definition.id, twice.1)).into());
    }
    let group = &definition.group;
    if !group.is_empty() && group != GROUP && SHIPPED.iter().all(|(name, _)| name != group) {
        return Err(MadeError::Group { kpi: kpi(), group: group.clone() });
    }
    if !ROWS.contains(&definition.rows.as_str()) {
        return Err(MadeError::Rows { kpi: kpi(), rows: definition.rows.clone() });
    }
    Ok(())
}

fn is_id(id: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    id.starts_with(|letter: char| letter.is_ascii_lowercase())
        && id.chars().all(is_letter)
        && id.len() <= MOST_LETTERS
        && !TAKEN.contains(&id)
}

/// Each definition of a file as a file of its own; one alone as it was written.
pub fn one_each(text: &str) -> Result<Vec<String>, MadeError> {
    let table: toml::Table = toml::from_str(text).map_err(|error| MadeError::Toml(error.message().to_owned()))?;
    let kpis = table.get("kpi").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    if kpis.len() == 1 {
        return Ok(vec![text.to_owned()]);
    }
    let one = |kpi: toml::Value| file_of(kpi.as_table().cloned().unwrap_or_default());
    kpis.into_iter().map(one).collect()
}

impl Definition {
    /// Stands where that stood which it replaces; its unit and direction are the same.
    pub(super) fn in_place_of(&self, shipped: Option<&Self>) -> Self {
        let group = shipped.map_or(GROUP, |shipped| &shipped.group);
        Self { group: if self.group.is_empty() { group.to_owned() } else { self.group.clone() }, ..self.clone() }
    }

    /// Whether targets, curves and closings that rest on another version can rest on this one.
    pub fn keeps(&self, other: &Self) -> Result<(), MadeError> {
        if (self.unit, self.better, self.accrues()) == (other.unit, other.better, other.accrues()) {
            return Ok(());
        }
        let (is, better) = (other.unit.name(), other.better.name());
        Err(MadeError::Kept { kpi: self.id.clone(), is, better, grows: other.accrues() })
    }
}

impl Catalogue {
    /// The same without what cannot be computed any more: the reason for each that is left out.
    pub fn with_sound(&self, own: &[Definition]) -> (Self, Vec<CatalogueError>) {
        if let Ok(catalogue) = self.with(own) {
            return (catalogue, Vec::new());
        }
        let (mut sound, mut kept) = (self.clone(), Vec::new());
        let mut left = own.to_vec();
        // One may name another that stands behind it: until a round adds none.
        loop {
            let (before, mut broken) = (left.len(), Vec::new());
            for definition in std::mem::take(&mut left) {
                kept.push(definition);
                match self.with(&kept) {
                    Ok(catalogue) => sound = catalogue,
                    Err(error) => {
                        broken.push(error);
                        left.extend(kept.pop());
                    }
                }
            }
            if left.len() == before || left.is_empty() {
                return (sound, broken);
            }
        }
    }
}

impl Placed {
    /// Finds in a file what an error names.
    pub fn of(text: &str, error: MadeError) -> Self {
        let (needle, after) = needle(&error);
        let mut start = error_kpi(&error).and_then(|kpi| text.find(&format!("\"{kpi}\""))).unwrap_or(0);
        if matches!(error, MadeError::Catalogue(CatalogueError::Expression { .. })) {
            start += text[start..].find(OF).unwrap_or(0);
        }
        let found = text[start..].find(&needle).map(|at| start + at).or_else(|| text.find(&needle)).unwrap_or(start);
        let mut placed = place(text, found, error);
        placed.character += after;
        placed
    }
}

fn error_kpi(error: &MadeError) -> Option<&str> {
    match error {
        MadeError::Catalogue(error) => error.kpi(),
        MadeError::Group { kpi, .. }
        | MadeError::Kept { kpi, .. }
        | MadeError::Grain { kpi, .. }
        | MadeError::Rows { kpi, .. } => Some(kpi),
        MadeError::Toml(_) | MadeError::Id(_) | MadeError::TooLong => None,
    }
}

/// The text that is wrong, and how many characters into it.
fn needle(error: &MadeError) -> (String, usize) {
    match error {
        MadeError::Toml(_) | MadeError::TooLong => (String::new(), 0),
        MadeError::Id(id) => (format!("\"{id}\""), 0),
        MadeError::Group { group, .. } => (format!("\"{group}\""), 0),
        MadeError::Kept { .. } => ("unit".to_owned(), 0),
        MadeError::Rows { rows, .. } => (format!("\"{rows}\""), 0),
        MadeError::Grain { grain, .. } => (format!("\"{grain}\""), 0),
        MadeError::Catalogue(error) => match error {
            CatalogueError::NoColumn { place, .. } => {
                let place = place.trim_start_matches("fact ");
                match place.strip_suffix(" to filter by").and_then(|place| place.split_once('.')) {
                    Some((_, column)) => (column.to_owned(), 0),
                    None => (place.to_owned(), 0),
                }
            }
            CatalogueError::Expression { source, .. } => match source {
                ExpressionError::NoKpi(id) => (id.clone(), 0),
                ExpressionError::Cycle(way) => (way.get(1).cloned().unwrap_or_default(), 0),
                // From the sign of equality past the quotation mark.
                source => (OF.to_owned(), source.at().map_or(0, |at| at + OF.len() - 1)),
            },
            CatalogueError::Unit { .. } => ("unit".to_owned(), 0),
            CatalogueError::Toml(..)
            | CatalogueError::Twice(_)
            | CatalogueError::NotAForecast { .. }
            | CatalogueError::Sides { .. }
            | CatalogueError::NoName { .. }
            | CatalogueError::Missing { .. } => ("formula".to_owned(), 0),
        },
    }
}

fn place(text: &str, at: usize, error: MadeError) -> Placed {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let character = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    Placed { line, character, error: Box::new(error) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// A company's KPI with this formula.
    fn file(id: &str, unit: &str, formula: &str) -> String {
        format!(
            "[[kpi]]\nid = \"{id}\"\nnames = {{ en = \"Ours\" }}\nmeaning = {{ en = \"What we count.\" }}\nunit = \"{unit}\"\n\
             better = \"higher\"\nformula = {formula}\nreads = \"what it is\"\nrows = \"document\"\n"
        )
    }

    fn made(files: &[String]) -> Result<Catalogue, Placed> {
        let text = files.join("\n");
        let own = read_own(&text, date(2026, 1, 1))?;
        let shipped = Catalogue::read(&SHIPPED).expect("it reads");
        shipped.with(&own).map_err(|error| Placed::of(&text, error.into()))
    }

    fn told(files: &[String]) -> String {
        made(files).expect_err("refused").to_string()
    }

    #[test]
    fn a_companys_own_stands_beside_what_ships_and_in_place_of_it() {
        let beside = file("revenue_per_deal", "money", "{ of = \"revenue / deals_won_count\" }");
        let catalogue = made(&[
            beside,
            file(
                "win_rate_closed",
                "percent",
                "{ ratio = { numerator = { sum = \"closed.won\" }, denominator = { sum = \"opened.deals\" } } }",
            ),
        ]);
        let catalogue = catalogue.expect("sound");
        assert_eq!(catalogue.get("revenue_per_deal").map(|kpi| kpi.group.as_str()), Some("own"));
        let replaced = catalogue.get("win_rate_closed").expect("there");
        assert_eq!((replaced.group.as_str(), replaced.reads.as_str()), ("pipeline", "what it is"));
        assert_eq!((replaced.since, replaced.name("ja")), (Some(date(2026, 1, 1)), "Ours"));
        assert_eq!(catalogue.iter().count(), 84);
    }

    #[test]
    fn what_was_left_of_a_replaced_kpi_is_computed_by_the_new_one() {
        let orders = file("revenue", "money", "{ measure = { sum = \"ordered.amount\" } }");
        let catalogue = made(&[orders]).expect("sound");
        let Some(Formula::Of(expression)) = catalogue.get("pipeline_coverage").map(|kpi| &kpi.formula) else {
            panic!("computed")
        };
        let revenue = expression.parts.iter().find(|part| part.id == "revenue").expect("a part");
        assert_eq!(revenue.since, Some(date(2026, 1, 1)));
    }

    #[test]
    fn a_formula_of_ten_thousand_names_is_refused() {
        let formula = format!("{{ of = \"{}\" }}", vec!["revenue"; 10_000].join(" + "));
        assert_eq!(
            told(&[file("sum", "money", &formula)]),
            "line 7, character 11: more than 200 names, numbers and signs"
        );
    }

    #[test]
    fn a_cycle_of_three_is_told_with_its_way() {
        let files = [("a", "b + 1"), ("b", "c * 2"), ("c", "a - 1")]
            .map(|(id, formula)| file(id, "count", &format!("{{ of = \"{formula}\" }}")));
        assert_eq!(told(&files), "line 7, character 19: a: it would be computed from itself: a → b → c → a");
    }

    #[test]
    fn money_and_days_are_not_added() {
        let file = file("odd", "money", "{ of = \"revenue + sales_cycle_length\" }");
        let is = "line 7, character 27: odd: `+` of money and days: both must be told in one unit, at character 9";
        assert_eq!(told(&[file]), is);
    }

    #[test]
    fn unlike_numbers_are_not_added_and_a_unit_is_what_the_formula_comes_to() {
        let refused = |unit: &str, formula: &str| told(&[file("odd", unit, formula)]);
        assert!(
            refused("count", "{ of = \"deals_won_count + win_rate_closed\" }").contains("`+` of count and percent")
        );
        assert!(
            refused("count", "{ of = \"revenue / deals_won_count\" }")
                .contains("comes to money, and it is to be told in count")
        );
        assert!(refused("money", "{ measure = { sum = \"closed.cycle_days\" } }").contains("comes to days"));
        assert!(refused("percent", "{ of = \"deals_won_count\" }").contains("comes to count"));
        assert!(
            refused("money", "{ measure = { latest = \"posted.amount/account\" } }")
                .contains("no latest of money posted.amount")
        );
        assert!(
            refused("money", "{ measure = { customers = \"ordered.list_amount\", count_of = \"base\" } }")
                .contains("no ordered.list_amount of customers; there is amount")
        );
        assert!(
            refused("index", "{ spread = { fact = \"closed\", over = \"source\", as_index = \"evenness\" } }")
                .contains("no evenness over source")
        );
        assert!(
            refused("index", "{ spread = { fact = \"content\", over = \"event\", as_index = \"concentration\" } }")
                .contains("no content.account")
        );
        assert!(refused("money", "{ of = \"revenue + 100\" }").contains("`+` of money and a plain number"));
        let change = "{ change = { from = { sum = \"closed.amount\" }, to = { sum = \"closed.won\" } } }";
        assert!(refused("percent", change).contains("a plain number and money are not told in one unit"));
        assert!(made(&[file("more", "money", "{ of = \"max(revenue - pipeline_value, 0) * 2\" }")]).is_ok());
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is() {
        let refused = |formula: &str| told(&[file("odd", "count", formula)]);
        assert_eq!(
            refused("{ measure = { sum = \"tender.won\", only = { colour = [\"red\"] } } }"),
            "line 7, character 54: odd: there is no tender.colour to filter by; there is tier"
        );
        assert_eq!(
            refused("{ measure = { sum = \"tender.profit\" } }"),
            "line 7, character 32: odd: there is no tender.profit; there is decided, won"
        );
        assert!(refused("{ measure = { sum = \"tenders.won\" } }").contains("there is no fact tenders; there is"));
        assert!(refused("{ of = \"revenu / 2\" }").contains("line 7, character 19: odd: there is no KPI revenu"));
        assert!(refused("{ measure = { summe = \"tender.won\" } }").contains("`summe` is no way to measure"));
    }

    #[test]
    fn ids_groups_and_rows_are_checked() {
        let twice = [
            file("ours", "count", "{ of = \"deals_won_count\" }"),
            file("ours", "count", "{ of = \"deals_won_count\" }"),
        ];
        assert!(told(&twice).contains("ours is defined twice"));
        let people =
            file("ours", "money", "{ measure = { sum = \"closed.amount\" } }").replace("\"document\"", "\"owner\"");
        assert!(told(&[people]).starts_with("line 9, character 8: ours opens into \"owner\""));
        assert!(told(&[file("Ours", "count", "{ of = \"1\" }")]).starts_with("line 2, character 6: \"Ours\" is no id"));
        assert!(told(&[file("left", "count", "{ of = \"1\" }")]).contains("\"left\" is no id"));
        let grouped = format!("{}group = \"mine\"\n", file("ours", "count", "{ of = \"1\" }"));
        assert!(told(&[grouped]).contains("there is no group \"mine\"; there is revenue, deals"));
    }

    #[test]
    fn what_does_not_compute_any_more_is_left_out_with_its_reason() {
        let text =
            [file("gone", "count", "{ of = \"not_there * 2\" }"), file("half", "count", "{ of = \"gone / 2\" }")]
                .join("\n");
        let own = read_own(&text, date(2026, 1, 1)).expect("reads");
        let shipped = Catalogue::read(&SHIPPED).expect("it reads");
        let (catalogue, broken) = shipped.with_sound(&own);
        assert_eq!((catalogue.iter().count(), broken.len()), (83, 2));
        // What is sound beside them stays, also where it names one that stands behind it.
        let more = [
            text,
            file("late", "count", "{ of = \"early * 2\" }"),
            file("early", "count", "{ of = \"deals_won_count / 2\" }"),
        ];
        let own = read_own(&more.join("\n"), date(2026, 1, 1)).expect("reads");
        let (catalogue, broken) = shipped.with_sound(&own);
        assert_eq!((catalogue.iter().count(), broken.len()), (85, 2));
    }

    #[test]
    fn a_sum_of_what_grows_grows() {
        let sum = [
            file("both", "money", "{ of = \"revenue + revenue * 0.5 - revenue / 4\" }"),
            file("share", "times", "{ of = \"revenue / revenue\" }"),
        ];
        let catalogue = made(&sum).expect("sound");
        let grows = |id: &str| catalogue.get(id).is_some_and(|kpi| kpi.grows());
        assert_eq!((grows("both"), grows("share")), (true, false));
    }
}
