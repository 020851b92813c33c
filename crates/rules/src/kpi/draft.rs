//! A definition as somebody types it in a form, field by field; the file that comes of it keeps what the form does not show.

use super::{MadeError, SHIPPED};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// What is typed. A formula is one over KPIs, or a table as the file has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    pub id: String,
    pub names: BTreeMap<String, String>,
    pub meaning: BTreeMap<String, String>,
    /// Empty: where that stood which it replaces.
    pub group: String,
    pub unit: String,
    pub better: String,
    pub formula: String,
    pub reads: String,
    pub rows: String,
    /// Of a cohort: the measure of its members that have ended, as a table; or the days that it is followed for.
    pub matures: String,
    pub matures_after_days: String,
    pub companions: Vec<Beside>,
}

/// A companion as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    pub id: String,
    pub names: BTreeMap<String, String>,
    /// Empty: the KPI's.
    pub unit: String,
    pub formula: String,
    pub reads: String,
}

impl Draft {
    /// The first definition of a file.
    pub fn of(file: &str) -> Option<Self> {
        let kpi = first(file)?;
        let companions = kpi.get("companion").and_then(Value::as_array).into_iter().flatten();
        Some(Self {
            id: text(&kpi, "id"),
            names: words(&kpi, "names"),
            meaning: words(&kpi, "meaning"),
            group: text(&kpi, "group"),
            unit: text(&kpi, "unit"),
            better: text(&kpi, "better"),
            formula: typed(kpi.get("formula")?),
            reads: text(&kpi, "reads"),
            rows: text(&kpi, "rows"),
            matures: kpi.get("matures").map(Value::to_string).unwrap_or_default(),
            matures_after_days: kpi.get("matures_after_days").map(Value::to_string).unwrap_or_default(),
            companions: companions.filter_map(|companion| Beside::of(companion.as_table()?)).collect(),
        })
    }

    /// As a file; `over` is the one whose other keys it keeps.
    pub fn to_file(&self, over: Option<&str>) -> Result<String, MadeError> {
        let mut kpi = over.and_then(first).unwrap_or_default();
        for (key, text) in [("id", &self.id), ("unit", &self.unit), ("better", &self.better), ("rows", &self.rows)] {
            kpi.insert(key.to_owned(), Value::String(text.clone()));
        }
        kpi.insert("names".to_owned(), said(&self.names));
        kpi.insert("meaning".to_owned(), said(&self.meaning));
        kpi.insert("formula".to_owned(), formula(&self.formula)?);
        kpi.insert("reads".to_owned(), Value::String(reads(&self.reads, &self.formula)));
        let days = || self.matures_after_days.parse().map(Value::Integer);
        let no_number =
            |_| MadeError::Toml(format!("matures_after_days: {} is no number of days", self.matures_after_days));
        let companions = || self.companions.iter().map(Beside::to_value).collect::<Result<_, _>>();
        let has = |text: &str| !text.is_empty();
        for (key, value) in [
            ("group", has(&self.group).then(|| Value::String(self.group.clone()))),
            ("matures", has(&self.matures).then(|| table("matures", &self.matures)).transpose()?),
            ("matures_after_days", has(&self.matures_after_days).then(days).transpose().map_err(no_number)?),
            ("companion", (!self.companions.is_empty()).then(companions).transpose()?.map(Value::Array)),
            // A company's own is its own.
            ("reference", None),
            ("authority", None),
        ] {
            match value {
                Some(value) => kpi.insert(key.to_owned(), value),
                None => kpi.remove(key),
            };
        }
        file_of(kpi)
    }
}

impl Beside {
    fn of(companion: &Table) -> Option<Self> {
        Some(Self {
            id: text(companion, "id"),
            names: words(companion, "names"),
            unit: text(companion, "unit"),
            formula: typed(companion.get("formula")?),
            reads: text(companion, "reads"),
        })
    }

    fn to_value(&self) -> Result<Value, MadeError> {
        let mut companion = Table::from_iter([
            ("id".to_owned(), Value::String(self.id.clone())),
            ("names".to_owned(), said(&self.names)),
            ("formula".to_owned(), formula(&self.formula)?),
            ("reads".to_owned(), Value::String(reads(&self.reads, &self.formula))),
        ]);
        if !self.unit.is_empty() {
            companion.insert("unit".to_owned(), Value::String(self.unit.clone()));
        }
        Ok(Value::Table(companion))
    }
}

fn text(table: &Table, key: &str) -> String {
    table.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn words(table: &Table, key: &str) -> BTreeMap<String, String> {
    let said = table.get(key).and_then(Value::as_table).into_iter().flatten();
    said.filter_map(|(language, word)| Some((language.clone(), word.as_str()?.to_owned()))).collect()
}

fn said(words: &BTreeMap<String, String>) -> Value {
    let said = words.iter().filter(|(_, word)| !word.is_empty());
    Value::Table(said.map(|(language, word)| (language.clone(), Value::String(word.clone()))).collect())
}

/// A formula as it is typed.
fn typed(formula: &Value) -> String {
    let over_kpis = formula.as_table().filter(|formula| formula.len() == 1).and_then(|formula| formula.get("of"));
    over_kpis.and_then(Value::as_str).map_or_else(|| formula.to_string(), str::to_owned)
}

fn formula(typed: &str) -> Result<Value, MadeError> {
    let text = typed.trim();
    if text.starts_with('{') {
        return table("formula", text);
    }
    Ok(Value::Table(Table::from_iter([("of".to_owned(), Value::String(text.to_owned()))])))
}

fn table(key: &str, text: &str) -> Result<Value, MadeError> {
    let read: Table = toml::from_str(&format!("{key} = {text}"))
        .map_err(|error: toml::de::Error| MadeError::Toml(error.message().to_owned()))?;
    // What stands behind the table would be lost.
    match (read.len(), read.get(key)) {
        (1, Some(table)) => Ok(table.clone()),
        _ => Err(MadeError::Toml(format!("write one {key}, and nothing behind it"))),
    }
}

/// A formula is its own words where it has no others.
fn reads(words: &str, formula: &str) -> String {
    if words.is_empty() { formula.trim() } else { words }.to_owned()
}

/// The definition of a KPI that ships, as a file of its own.
pub fn shipped_file(id: &str) -> Option<String> {
    SHIPPED.iter().find_map(|(group, text)| {
        let table: Table = toml::from_str(text).ok()?;
        let kpis = table.get("kpi")?.as_array()?;
        let found = kpis.iter().find(|kpi| kpi.get("id").and_then(Value::as_str) == Some(id))?;
        let mut kpi = found.as_table()?.clone();
        kpi.insert("group".to_owned(), Value::String((*group).to_owned()));
        file_of(kpi).ok()
    })
}

fn first(file: &str) -> Option<Table> {
    let table: Table = toml::from_str(file).ok()?;
    table.get("kpi")?.as_array()?.first()?.as_table().cloned()
}

pub(super) fn file_of(kpi: Table) -> Result<String, MadeError> {
    let file = Table::from_iter([("kpi".to_owned(), Value::Array(vec![Value::Table(kpi)]))]);
    toml::to_string(&file).map_err(|error| MadeError::Toml(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::{Catalogue, Formula, read_own};
    use jiff::civil::date;

    #[test]
    fn a_draft_of_each_shipped_kpi_comes_back_as_the_same_definition() {
        let shipped = Catalogue::read(&SHIPPED).expect("it reads");
        for definition in shipped.iter() {
            let file = shipped_file(&definition.id).expect("there");
            let again = Draft::of(&file).expect("a draft").to_file(Some(&file)).expect("a file");
            let read = read_own(&again, date(2026, 1, 1)).unwrap_or_else(|error| panic!("{error}\n{again}"));
            let catalogue = shipped.with(&read).unwrap_or_else(|error| panic!("{error}\n{again}"));
            let read = catalogue.get(&definition.id).expect("there");
            let is_same = match (&read.formula, &definition.formula) {
                (Formula::Of(read), Formula::Of(shipped)) => read.text == shipped.text,
                (read, shipped) => read == shipped,
            };
            assert!(is_same, "{}: {again}", definition.id);
            assert_eq!(
                (&read.names, &read.rows, &read.group),
                (&definition.names, &definition.rows, &definition.group)
            );
            assert_eq!(read.companions, definition.companions);
            assert_eq!(read.matures, definition.matures);
            assert_eq!(read.matures_after_days, definition.matures_after_days);
        }
    }
}
