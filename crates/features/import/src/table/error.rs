//! What can be wrong with a file, and with one of its rows.

use std::path::{Path, PathBuf};

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error("there is no file {}; check the path", path.display())]
    NotFound { path: PathBuf },
    #[error("{} cannot be read; check that it is a file and that you have the right to read it", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error(
        "{} is of no known kind; its name must end in .csv, .tsv, .txt, .xlsx, .xlsm, .xlsb, .xls or .ods",
        path.display()
    )]
    UnknownKind { path: PathBuf },
    #[error("the file {} is empty; it needs at least a line with the column names", path.display())]
    Empty { path: PathBuf },
    #[error("`{delimiter}` cannot separate cells; use a comma, a semicolon, a tab or a vertical bar")]
    Delimiter { delimiter: char },
    #[error(
        "`{name}` is no known encoding; write for example \"utf-8\", \"windows-874\", \"shift_jis\" or \"windows-1252\""
    )]
    UnknownEncoding { name: String },
    #[error(
        "{}, line {line}: the text is not UTF-8; name the file's encoding, like encoding = \"windows-874\" (Thai), \
         \"shift_jis\" (Japanese) or \"windows-1252\" (Western Europe)",
        path.display()
    )]
    NotUtf8 { path: PathBuf, line: u64 },
    #[error("{}, line {line}: the text is not {encoding}; check the encoding that the mapping names", path.display())]
    NotInEncoding { path: PathBuf, line: u64, encoding: &'static str },
    #[error("{}, the column names: {error}", path.display())]
    Header { path: PathBuf, error: RowError },
    #[error("{} has {found} columns, more than the {limit} that can be read; check the delimiter", path.display())]
    TooManyColumns { path: PathBuf, found: usize, limit: usize },
    #[error(
        "{} has two columns named `{name}`, the {first}. and the {second}.; give one of them another name",
        path.display()
    )]
    DuplicateColumn { path: PathBuf, name: String, first: usize, second: usize },
    #[error(
        "{} cannot be read as a spreadsheet; open it in a spreadsheet program and save it, without a password, as \
         .xlsx or .csv",
        path.display()
    )]
    NotASpreadsheet { path: PathBuf, source: Box<dyn std::error::Error + Send + Sync> },
    #[error("{}: the sheet breaks off after cell {after}; save it again as .xlsx or .csv", path.display())]
    BrokenSheet { path: PathBuf, after: String, source: Box<dyn std::error::Error + Send + Sync> },
    #[error("{} has no sheet `{sheet}`; its sheets are {}", path.display(), sheets.join(", "))]
    NoSuchSheet { path: PathBuf, sheet: String, sheets: Vec<String> },
    #[error("{} has no sheet with rows and columns", path.display())]
    NoSheet { path: PathBuf },
    #[error("{}: the sheet has more than {limit} cells; save it as .csv, which has no such limit", path.display())]
    SheetTooLarge { path: PathBuf, limit: usize },
}

impl TableError {
    pub(super) fn from_io(path: &Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        if source.kind() == std::io::ErrorKind::NotFound {
            Self::NotFound { path }
        } else {
            Self::Unreadable { path, source }
        }
    }
}

/// Why one row cannot be read. The rows after it can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct RowError {
    /// Where the row starts; for an unclosed quote, where that opened.
    pub line: u64,
    pub problem: RowProblem,
}

/// What is wrong with a row. Columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    #[error("{expected} cells expected, {found} found; check for a missing delimiter or a line break outside quotes")]
    TooFewCells { expected: usize, found: usize },
    #[error("{expected} cells expected, {found} found; put quotes around a cell that holds the delimiter")]
    TooManyCells { expected: usize, found: usize },
    #[error("the cell in column {column} is longer than {limit} bytes; shorten it, or close the quote it opens")]
    CellTooLong { column: usize, limit: usize },
    #[error("the line is longer than {limit} bytes; check that the file has line breaks and closes its quotes")]
    RowTooLong { limit: usize },
    #[error(
        "the cell in column {column} holds a NUL character; the file is damaged, no text file, or UTF-16 without a \
         mark (name it: encoding = \"utf-16le\")"
    )]
    NulCharacter { column: usize },
    #[error("the cell in column {column} goes on after its closing quote; write a quote inside a quoted cell twice")]
    TextAfterQuote { column: usize },
    #[error(
        "a quote opens in column {column} and never closes, so nothing after it was read; close it or write it twice"
    )]
    UnclosedQuote { column: usize },
    #[error("the file cannot be read from here on; check the disk, and that no other program is writing to the file")]
    Unreadable,
    #[error("cell {cell} holds the error {value}; correct its formula and save the file")]
    ErrorValue { cell: String, value: String },
    #[error("cell {cell} holds a formula without a saved result; open the file in a spreadsheet program and save it")]
    NoSavedResult { cell: String },
}
