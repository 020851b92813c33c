//! Files that people open in other programs. Owns the writers of spreadsheets and of PDF; knows no record type and no rule.

mod paper;

pub use paper::{Head, PDF, Paper, Part, Row, Signature, pdf, print};

use base::Amount;
use jiff::civil::Date;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

/// What stands in a cell. Text is text: a spreadsheet runs nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(Amount),
    Date(Date),
}

/// One sheet with a head and its rows.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub name: String,
    pub heads: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error("the spreadsheet cannot be written")]
    Spreadsheet(#[from] XlsxError),
    #[error("the document cannot be set: {0}")]
    Paper(String),
}

/// The content type of what [`xlsx`] makes.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// A sheet's name has at most so many letters, and none of these signs.
const NAME_LETTERS: usize = 31;
const NOT_IN_NAMES: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// A cell takes at most so many letters.
const CELL_LETTERS: usize = 32_767;

/// A workbook of one sheet; numbers and days are numbers and days, the head stays in sight.
pub fn xlsx(sheet: &Sheet) -> Result<Vec<u8>, DocumentError> {
    let mut workbook = Workbook::new();
    let (head, day) = (Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd"));
    let page = workbook.add_worksheet();
    let name: String = sheet.name.chars().filter(|letter| !NOT_IN_NAMES.contains(letter)).take(NAME_LETTERS).collect();
    page.set_name(if name.is_empty() { "Clinch".to_owned() } else { name })?;
    page.set_freeze_panes(1, 0)?;
    for (column, name) in (0..).zip(&sheet.heads) {
        page.write_string_with_format(0, column, name, &head)?;
    }
    for (row, cells) in (1..).zip(&sheet.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    page.write_string(row, column, text.chars().take(CELL_LETTERS).collect::<String>())?;
                }
                // A spreadsheet keeps fifteen digits; every amount of ours that people meet has fewer.
                Cell::Number(amount) => {
                    page.write_number(row, column, amount.to_text().parse::<f64>().unwrap_or_default())?;
                }
                Cell::Date(date) => match known(*date) {
                    Some(known) => {
                        page.write_datetime_with_format(row, column, known, &day)?;
                    }
                    None => {
                        page.write_string(row, column, date.to_string())?;
                    }
                },
            }
        }
    }
    page.autofit();
    Ok(workbook.save_to_buffer()?)
}

/// The day as a spreadsheet knows it; none before 1900.
fn known(date: Date) -> Option<ExcelDateTime> {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    ExcelDateTime::from_ymd(u16::try_from(date.year()).ok()?, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_no_spreadsheet_knows_is_text_and_breaks_nothing() {
        let days = ["-000001-03-01", "0001-01-01", "1899-12-30", "1900-01-01", "2026-11-25", "9999-12-31"];
        let days = days.map(|day| day.parse::<Date>().expect("a day"));
        assert_eq!(days.map(|day| known(day).is_some()), [false, false, false, true, true, true]);
        let rows = days.map(|day| vec![Cell::Date(day)]).into();
        let sheet = Sheet { name: "days".to_owned(), heads: vec!["day".to_owned()], rows };
        assert!(xlsx(&sheet).expect("written").starts_with(b"PK"));
    }
}
