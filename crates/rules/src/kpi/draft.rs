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
    pub unit: String,
    pub better: String,
    pub formula: String,
    pub reads: String,
    pub rows: String,
}

impl Draft {
    /// The first definition of a file.
    pub fn of(file: &str) -> Option<Self> {
        let kpi = first(file)?;
        let text = |key: &str| kpi.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let words = |key: &str| {
            let said = kpi.get(key).and_then(Value::as_table).into_iter().flatten();
            said.filter_map(|(language, word)| Some((language.clone(), word.as_str()?.to_owned()))).collect()
        };
        let formula = kpi.get("formula")?;
        let over_kpis = formula.as_table().filter(|formula| formula.len() == 1).and_then(|formula| formula.get("of"));
        Some(Self {
            id: text("id"),
            names: words("names"),
            meaning: words("meaning"),
            unit: text("unit"),
            better: text("better"),
            formula: over_kpis.and_then(Value::as_str).map_or_else(|| formula.to_string(), str::to_owned),
            reads: text("reads"),
            rows: text("rows"),
        })
    }

    /// As a file; `over` is the one whose other keys it keeps.
    pub fn to_file(&self, over: Option<&str>) -> Result<String, MadeError> {
        let mut kpi = over.and_then(first).unwrap_or_default();
        for (key, text) in [("id", &self.id), ("unit", &self.unit), ("better", &self.better), ("rows", &self.rows)] {
            kpi.insert(key.to_owned(), Value::String(text.clone()));
        }
        let words = |words: &BTreeMap<String, String>| {
            let said = words.iter().filter(|(_, word)| !word.is_empty());
            Value::Table(said.map(|(language, word)| (language.clone(), Value::String(word.clone()))).collect())
        };
        kpi.insert("names".to_owned(), words(&self.names));
        kpi.insert("meaning".to_owned(), words(&self.meaning));
        kpi.insert("formula".to_owned(), self.formula()?);
        let reads = if self.reads.is_empty() { self.formula.trim() } else { &self.reads };
        kpi.insert("reads".to_owned(), Value::String(reads.to_owned()));
        // A company's own is its own.
        kpi.remove("reference");
        kpi.remove("authority");
        file_of(kpi)
    }

    fn formula(&self) -> Result<Value, MadeError> {
        let text = self.formula.trim();
        if !text.starts_with('{') {
            return Ok(Value::Table(Table::from_iter([("of".to_owned(), Value::String(text.to_owned()))])));
        }
        let read: Table = toml::from_str(&format!("formula = {text}"))
            .map_err(|error: toml::de::Error| MadeError::Toml(error.message().to_owned()))?;
        // What stands behind the table would be lost.
        match (read.len(), read.get("formula")) {
            (1, Some(formula)) => Ok(formula.clone()),
            _ => Err(MadeError::Toml("write one formula, and nothing behind it".to_owned())),
        }
    }
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
        }
    }
}
