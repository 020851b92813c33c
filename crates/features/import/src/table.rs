//! A file as rows of text cells under named columns: CSV in any common encoding, and spreadsheets.
//!
//! The only file of the system in which a float may appear: a spreadsheet's cell is one before anybody can help it, and
//! leaves here as exact decimal text. Text files are streamed, whatever their size; a sheet is held in memory up to a
//! limit. No formula is ever evaluated.

mod decode;
mod error;
mod records;
mod sheet;

pub use error::{RowError, TableError};

use calamine::{Data, ExcelDateTime};
use decode::{Decoded, Sample};
use records::Records;
use std::{collections::HashMap, fs::File, path::Path};

/// More columns than this are a broken file, not a table; spreadsheets stop here too.
const MAX_COLUMNS: usize = 16_384;

/// How to read a file; the default finds out by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableOptions {
    /// `None`: whichever of `,` `;` tab and `|` fits the header and the first rows.
    pub delimiter: Option<u8>,
    /// A name such as `windows-874`. `None`: UTF-8, or UTF-16 with a byte-order mark.
    pub encoding: Option<String>,
    /// A sheet's name. `None`: the first visible one.
    pub sheet: Option<String>,
    /// A longer cell is an error of its row.
    pub max_cell_bytes: usize,
    /// A longer row of a text file is an error, found without holding it.
    pub max_row_bytes: usize,
    /// A larger sheet is refused; text files have no such limit.
    pub max_sheet_cells: usize,
}

impl Default for TableOptions {
    fn default() -> Self {
        Self {
            delimiter: None,
            encoding: None,
            sheet: None,
            max_cell_bytes: 1 << 20,
            max_row_bytes: 16 << 20,
            max_sheet_cells: 10_000_000,
        }
    }
}

/// A row with as many cells as the table has columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where the row starts in the file, from 1; a sheet's own row number.
    pub line: u64,
    pub cells: Vec<String>,
}

impl Row {
    /// The cell's text; blank where there is none.
    pub fn get(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// An open file.
#[derive(Debug)]
pub struct Table {
    columns: Vec<String>,
    source: Source,
    bytes_total: u64,
}

#[derive(Debug)]
enum Source {
    Text(Box<Records<Decoded<File>>>),
    Sheet { rows: std::vec::IntoIter<Result<Row, RowError>>, total: usize },
}

impl Table {
    /// Opens by the name's ending and reads the header. A text file is first checked to the end for its encoding, so
    /// that nothing is imported from a file that would stop halfway.
    pub fn open(path: &Path, options: &TableOptions) -> Result<Self, TableError> {
        let bytes_total = std::fs::metadata(path).map_err(|error| TableError::from_io(path, error))?.len();
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let (columns, source) = match ending.as_str() {
            "csv" | "txt" => open_text(path, options, options.delimiter)?,
            "tsv" | "tab" => open_text(path, options, options.delimiter.or(Some(b'\t')))?,
            "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" => {
                let sheet = sheet::read(path, options)?;
                (sheet.columns, Source::Sheet { total: sheet.rows.len(), rows: sheet.rows.into_iter() })
            }
            _ => return Err(TableError::UnknownKind { path: path.to_owned() }),
        };
        Ok(Self { columns, source, bytes_total })
    }

    /// The names in the header, each once; a column without a name is called by its place, `column 3`.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The next row that holds any text. After an error the following rows can still be read.
    pub fn next_row(&mut self) -> Option<Result<Row, RowError>> {
        match &mut self.source {
            Source::Text(records) => {
                let expected = self.columns.len();
                Some(records.next_record()?.and_then(|record| record.into_row(expected)))
            }
            Source::Sheet { rows, .. } => rows.next(),
        }
    }

    /// The file's size.
    pub fn bytes_total(&self) -> u64 {
        self.bytes_total
    }

    /// How much of the file has been read; for a sheet, in step with its rows.
    pub fn bytes_read(&self) -> u64 {
        match &self.source {
            Source::Text(records) => records.reader().bytes_read(),
            Source::Sheet { rows, total } => {
                let given = (total - rows.len()) as u64;
                self.bytes_total.saturating_mul(given).checked_div(*total as u64).unwrap_or(self.bytes_total)
            }
        }
    }
}

fn open_text(path: &Path, options: &TableOptions, delimiter: Option<u8>) -> Result<(Vec<String>, Source), TableError> {
    let sample = Sample::take(path, options.encoding.as_deref())?;
    let announced = sample.announced_delimiter();
    let delimiter = delimiter.or(announced).unwrap_or_else(|| records::detect_delimiter(&sample));
    if !delimiter.is_ascii() || matches!(delimiter, b'"' | b'\r' | b'\n' | 0) {
        return Err(TableError::Delimiter { delimiter: char::from(delimiter) });
    }
    let file = File::open(path).map_err(|error| TableError::from_io(path, error))?;
    let limits = records::Limits { cell: options.max_cell_bytes, row: options.max_row_bytes, cells: MAX_COLUMNS };
    let mut records = Records::new(Decoded::new(file, sample.encoding), delimiter, limits);
    if announced.is_some() {
        records.next_record(); // the line `sep=;` is for spreadsheet programs
    }
    let header = match records.next_record() {
        None => return Err(TableError::Empty { path: path.to_owned() }),
        Some(header) => header.map_err(|error| TableError::Header { path: path.to_owned(), error })?,
    };
    if header.found > MAX_COLUMNS {
        return Err(TableError::TooManyColumns { path: path.to_owned(), found: header.found, limit: MAX_COLUMNS });
    }
    let columns = column_names(path, header.cells)?;
    Ok((columns, Source::Text(Box::new(records))))
}

/// Trimmed names, each once.
fn column_names(path: &Path, cells: Vec<String>) -> Result<Vec<String>, TableError> {
    let mut seen = HashMap::new();
    let mut names = Vec::with_capacity(cells.len());
    for (index, cell) in cells.into_iter().enumerate() {
        let column = index + 1;
        let name = match cell.trim() {
            "" => format!("column {column}"),
            name => name.to_owned(),
        };
        if let Some(first) = seen.insert(name.clone(), column) {
            return Err(TableError::DuplicateColumn { path: path.to_owned(), name, first, second: column });
        }
        names.push(name);
    }
    Ok(names)
}

fn is_blank(cells: &[String]) -> bool {
    cells.iter().all(|cell| cell.trim().is_empty())
}

/// Takes back the apostrophe that an export puts before text which a spreadsheet program would run as a formula, and
/// before text that begins with one itself.
fn restore_guarded(cell: &mut String) {
    let guarded = cell.strip_prefix('\'').is_some_and(|text| text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']));
    if guarded {
        cell.remove(0);
    }
}

/// A sheet's cell as text; an error value comes back as the error.
fn cell_text(cell: Data) -> Result<String, String> {
    match cell {
        Data::Empty => Ok(String::new()),
        Data::Bool(flag) => Ok(flag.to_string()),
        Data::Int(number) => Ok(number.to_string()),
        Data::Float(number) => Ok(number_text(number)),
        Data::DateTime(moment) => Ok(moment_text(&moment)),
        Data::DateTimeIso(text) => Ok(iso_text(&text)),
        Data::DurationIso(text) => Ok(text),
        Data::Error(error) => Err(error.to_string()),
        Data::String(text) if ERROR_VALUES.contains(&text.as_str()) => Err(text),
        Data::String(mut text) => {
            restore_guarded(&mut text);
            Ok(text)
        }
    }
}

/// Some programs write an error as text.
const ERROR_VALUES: [&str; 9] =
    ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"];

/// The shortest plain decimal text that reads back as the same number.
fn number_text(number: f64) -> String {
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

/// `yyyy-mm-dd`, with `Thh:mm:ss` unless midnight; a time without a day is `hh:mm:ss`. A duration, and a number no date
/// stands for, stay what the sheet holds: a number of days.
fn moment_text(moment: &ExcelDateTime) -> String {
    let days = moment.as_f64();
    if moment.is_duration() || !(0.0..2_958_466.0).contains(&days) {
        return number_text(days);
    }
    let (year, month, day, hour, minute, second, millisecond) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let mut time = format!("{hour:02}:{minute:02}:{second:02}");
    if millisecond > 0 {
        time = format!("{time}.{millisecond:03}");
    }
    match time.as_str() {
        "00:00:00" if days >= 1.0 => date,
        _ if days < 1.0 => time,
        _ => format!("{date}T{time}"),
    }
}

/// ISO text as a sheet holds it, without a time that only says midnight.
fn iso_text(text: &str) -> String {
    match text.split_once('T') {
        Some((date, time)) if time.chars().all(|letter| matches!(letter, '0' | ':' | '.')) => date.to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
