//! Real data in, and out again when it was wrong. See README.md.

mod batch;
mod beside;
mod context;
mod mapping;
mod parse;
mod records;
mod report;
mod run;
mod sense;
mod table;

pub use mapping::{Checked, Mapping, MappingError};
pub use records::{IMPORT, RECORD_TYPES};
pub use report::{Counts, Problem, Report};
pub use run::{ImportError, Options, Progress, Tell, Undone, rows_done, run, undo};
pub use table::{Table, TableOptions};
