//! What an import did, and what it could not take.

use base::RecordId;
use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io,
    path::PathBuf,
};

const PROBLEMS_KEPT: usize = 200;

/// A row, or one value of it, that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    pub line: u64,
    /// Empty when the whole row is the problem.
    pub column: String,
    pub value: String,
    pub reason: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)?;
        if !self.column.is_empty() {
            write!(formatter, " {}={:?}", self.column, self.value)?;
        }
        write!(formatter, ": {}", self.reason)
    }
}

/// Records of one type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub created: u64,
    pub changed: u64,
    pub unchanged: u64,
}

#[derive(Debug, Default)]
pub struct Report {
    /// None for a dry run.
    pub import: Option<RecordId>,
    pub read: u64,
    pub records: BTreeMap<&'static str, Counts>,
    pub skipped: u64,
    /// The first two hundred; all of them are in the skip file.
    pub problems: Vec<Problem>,
    /// What was taken and deserves a look: names that differ by a space, rounded numbers.
    pub warnings: Vec<String>,
    /// The columns of each file that the mapping does not name, in their order.
    pub passed_over: BTreeMap<String, Vec<String>>,
    pub skip_file: Option<PathBuf>,
}

impl Report {
    pub(crate) fn count(&mut self, found: &BTreeMap<&'static str, Counts>) {
        for (record_type, counts) in found {
            let total = self.records.entry(record_type).or_default();
            total.created += counts.created;
            total.changed += counts.changed;
            total.unchanged += counts.unchanged;
        }
    }

    pub(crate) fn skip(&mut self, problem: Problem) {
        self.skipped += 1;
        if self.problems.len() < PROBLEMS_KEPT {
            self.problems.push(problem);
        }
    }

    pub fn total(&self) -> Counts {
        self.records.values().fold(Counts::default(), |total, counts| Counts {
            created: total.created + counts.created,
            changed: total.changed + counts.changed,
            unchanged: total.unchanged + counts.unchanged,
        })
    }
}

/// The file of rows set aside; made when there is a first one.
pub(crate) struct SkipFile {
    path: Option<PathBuf>,
    /// A resumed import goes on writing where the interrupted one had stopped.
    goes_on: bool,
    writer: Option<csv::Writer<File>>,
}

impl SkipFile {
    /// A dry run without a named file writes none: its problems are on the screen.
    pub fn new(path: Option<PathBuf>, import: Option<RecordId>, goes_on: bool) -> Self {
        let path = path.or_else(|| import.map(|id| PathBuf::from(format!("import-{id}-skipped.csv"))));
        Self { path, goes_on, writer: None }
    }

    pub fn write(&mut self, problem: &Problem) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                let goes_on = self.goes_on && path.exists();
                let file = OpenOptions::new().create(true).write(true).append(goes_on).truncate(!goes_on).open(path)?;
                let mut writer = csv::Writer::from_writer(file);
                if !goes_on {
                    writer.write_record(["file", "line", "column", "value", "reason"])?;
                }
                none.insert(writer)
            }
        };
        writer.write_record([
            problem.file.as_str(),
            &problem.line.to_string(),
            &problem.column,
            &rules::export::made_safe(&problem.value),
            &problem.reason,
        ])?;
        Ok(())
    }

    /// The file's place when it was made.
    pub fn finish(mut self) -> io::Result<Option<PathBuf>> {
        match &mut self.writer {
            Some(writer) => {
                writer.flush()?;
                Ok(self.path)
            }
            None => Ok(None),
        }
    }
}
