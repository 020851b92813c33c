//! A CSV text with its heads, and rows whose cells know where they stand.

use super::InputError;
use crate::plan::Plan;
use base::Period;
use csv::{ReaderBuilder, StringRecord};
use std::{fmt::Display, str::FromStr};

pub(super) struct Sheet {
    file: &'static str,
    pub columns: Vec<String>,
    records: Vec<StringRecord>,
}

pub(super) struct Row<'a> {
    sheet: &'a Sheet,
    record: &'a StringRecord,
}

impl Sheet {
    /// Reads a text that has the needed columns, and beside them those optional ones, or any.
    pub fn read(
        file: &'static str,
        text: &str,
        needed: &[&str],
        optional: Option<&[&str]>,
    ) -> Result<Self, InputError> {
        let failed = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            let problem = match error.kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                    format!("there are {len} cells for {expected_len} columns; put text that has commas in quotes")
                }
                _ => error.to_string(),
            };
            InputError { file, line, column: "-".to_owned(), problem }
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let columns: Vec<String> = reader.headers().map_err(failed)?.iter().map(str::to_owned).collect();
        let head = |column: &str, problem: String| InputError { file, line: 1, column: column.to_owned(), problem };
        for column in needed {
            if !columns.iter().any(|found| found == column) {
                let there = columns.join(", ");
                return Err(head(column, format!("the file has no such column; it has {there}")));
            }
        }
        for (place, column) in columns.iter().enumerate() {
            if columns[..place].contains(column) {
                return Err(head(column, "the column stands twice; leave one of them out".to_owned()));
            }
            let is_known = |known: &[&str]| needed.iter().chain(known).any(|known| known == column);
            if let Some(optional) = optional.filter(|optional| !is_known(optional)) {
                let known = [needed, optional].concat().join(", ");
                return Err(head(column, format!("nothing reads this column; there are {known}")));
            }
        }
        let records = reader.into_records().collect::<Result<_, _>>().map_err(failed)?;
        Ok(Self { file, columns, records })
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.records.iter().map(move |record| Row { sheet: self, record })
    }
}

impl Row<'_> {
    pub fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }

    pub fn cells(&self) -> &StringRecord {
        self.record
    }

    /// What stands there, if anything does.
    pub fn text(&self, column: &str) -> Option<&str> {
        let place = self.sheet.columns.iter().position(|name| name == column)?;
        self.record.get(place).filter(|text| !text.is_empty())
    }

    pub fn needed(&self, column: &str) -> Result<String, InputError> {
        self.text(column).map(str::to_owned).ok_or_else(|| self.error(column, "the cell is empty".to_owned()))
    }

    pub fn read<T: FromStr>(&self, column: &str) -> Result<Option<T>, InputError>
    where
        T::Err: Display,
    {
        let Some(text) = self.text(column) else { return Ok(None) };
        text.parse().map(Some).map_err(|error: T::Err| {
            let problem = error.to_string();
            // A day's own error does not say what was written.
            let says = problem.contains(text);
            self.error(column, if says { problem } else { format!("`{text}` is not like 2026-03-31") })
        })
    }

    pub fn must<T: FromStr>(&self, column: &str) -> Result<T, InputError>
    where
        T::Err: Display,
    {
        self.needed(column)?;
        self.read(column)?.ok_or_else(|| self.error(column, "the cell is empty".to_owned()))
    }

    pub fn period(&self, column: &str, plan: &Plan) -> Result<Period, InputError> {
        let label = self.needed(column)?;
        plan.calendar().parse_label(&label).map_err(|error| self.error(column, error.to_string()))
    }

    /// What stands there is wrong so.
    pub fn wrong(&self, column: &str, problem: &str) -> InputError {
        self.error(column, format!("`{}` {problem}", self.text(column).unwrap_or_default()))
    }

    fn error(&self, column: &str, problem: String) -> InputError {
        InputError { file: self.sheet.file, line: self.line(), column: column.to_owned(), problem }
    }
}
