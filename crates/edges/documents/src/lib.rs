//! Files that people open in other programs. Owns the spreadsheet writer; knows no record type and no rule.

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
#[error("the spreadsheet cannot be written")]
pub struct DocumentError(#[from] XlsxError);

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
                Cell::Date(date) => {
                    let year = u16::try_from(date.year()).unwrap_or(1900);
                    let (month, number) = (date.month().unsigned_abs(), date.day().unsigned_abs());
                    page.write_datetime_with_format(row, column, ExcelDateTime::from_ymd(year, month, number)?, &day)?;
                }
            }
        }
    }
    page.autofit();
    Ok(workbook.save_to_buffer()?)
}
