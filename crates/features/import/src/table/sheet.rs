//! A sheet of a workbook as rows of text.

use super::{
    MAX_COLUMNS, Row, TableOptions, cell_text, column_names,
    error::{RowError, RowProblem, TableError},
    is_blank,
};
use calamine::{Data, Reader, SheetType, SheetVisible, Sheets, Xlsx, open_workbook_auto};
use std::{
    io::{Read, Seek},
    path::Path,
};

/// All of a sheet.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Result<Row, RowError>>,
}

/// Reads the sheet that the options name, or the first visible one.
pub(super) fn read(path: &Path, options: &TableOptions) -> Result<Sheet, TableError> {
    let not_a_spreadsheet =
        |source: calamine::Error| TableError::NotASpreadsheet { path: path.to_owned(), source: source.into() };
    let mut workbook = open_workbook_auto(path).map_err(not_a_spreadsheet)?;
    let name = sheet_name(path, workbook.sheets_metadata(), options.sheet.as_deref())?;
    let mut grid = Grid::new(path, options);
    match &mut workbook {
        Sheets::Xlsx(workbook) => read_xlsx(workbook, &name, &mut grid)?,
        other => {
            let range = other.worksheet_range(&name).map_err(not_a_spreadsheet)?;
            let (first_row, first_column) = range.start().unwrap_or_default();
            for (row, column, value) in range.used_cells() {
                let position = (index(first_row) + row, index(first_column) + column);
                grid.put(position, value.clone(), false)?;
            }
        }
    }
    grid.finish()
}

fn sheet_name(path: &Path, sheets: &[calamine::Sheet], wanted: Option<&str>) -> Result<String, TableError> {
    let worksheets = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let Some(wanted) = wanted else {
        let first = worksheets().find(|sheet| sheet.visible == SheetVisible::Visible);
        return first.map(|sheet| sheet.name.clone()).ok_or_else(|| TableError::NoSheet { path: path.to_owned() });
    };
    if worksheets().any(|sheet| sheet.name == wanted) {
        return Ok(wanted.to_owned());
    }
    Err(TableError::NoSuchSheet {
        path: path.to_owned(),
        sheet: wanted.to_owned(),
        sheets: worksheets().map(|sheet| format!("`{}`", sheet.name)).collect(),
    })
}

/// Cell by cell: a range would take room for every cell between the first and the last, which a small file can place
/// far apart.
fn read_xlsx<R: Read + Seek>(workbook: &mut Xlsx<R>, name: &str, grid: &mut Grid) -> Result<(), TableError> {
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        Err(source) => return Err(grid.broken(source)),
    };
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|source| grid.broken(source))? {
        let position = (index(cell.pos.0), index(cell.pos.1));
        grid.put(position, cell.value.into(), cell.formula.is_some())?;
    }
    Ok(())
}

/// Rows and columns of a sheet are 32-bit; on a smaller machine the limits refuse them first.
fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A sheet under construction: cells come row by row.
struct Grid<'a> {
    path: &'a Path,
    options: &'a TableOptions,
    columns: Option<Vec<String>>,
    rows: Vec<Result<Row, RowError>>,
    /// Cells kept so far, blank ones too: each takes room.
    kept: usize,
    position: (usize, usize),
    cells: Vec<String>,
    problem: Option<RowProblem>,
}

impl<'a> Grid<'a> {
    fn new(path: &'a Path, options: &'a TableOptions) -> Self {
        Self {
            path,
            options,
            columns: None,
            rows: Vec::new(),
            kept: 0,
            position: (0, 0),
            cells: Vec::new(),
            problem: None,
        }
    }

    fn put(&mut self, position: (usize, usize), value: Data, is_formula: bool) -> Result<(), TableError> {
        if position.0 != self.position.0 {
            self.end_row()?;
        }
        self.position = position;
        let column = position.1;
        if value == Data::Empty && !is_formula {
            return Ok(());
        }
        if column >= MAX_COLUMNS {
            let path = self.path.to_owned();
            return Err(TableError::TooManyColumns { path, found: column + 1, limit: MAX_COLUMNS });
        }
        let limit = self.options.max_cell_bytes;
        let missing = is_formula && value == Data::Empty;
        match cell_text(value) {
            _ if missing => self.refuse(RowProblem::NoSavedResult { cell: cell_name(position) }),
            Err(value) => self.refuse(RowProblem::ErrorValue { cell: cell_name(position), value }),
            Ok(text) if text.len() > limit => self.refuse(RowProblem::CellTooLong { column: column + 1, limit }),
            Ok(text) => {
                if self.cells.len() <= column {
                    self.cells.resize(column + 1, String::new());
                }
                self.cells[column] = text;
            }
        }
        Ok(())
    }

    fn refuse(&mut self, problem: RowProblem) {
        self.problem.get_or_insert(problem);
    }

    fn end_row(&mut self) -> Result<(), TableError> {
        let line = self.position.0 as u64 + 1;
        let mut cells = std::mem::take(&mut self.cells);
        let problem = self.problem.take();
        if problem.is_none() && is_blank(&cells) {
            return Ok(());
        }
        while cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        let Some(columns) = &self.columns else {
            if let Some(problem) = problem {
                return Err(TableError::Header { path: self.path.to_owned(), error: RowError { line, problem } });
            }
            self.columns = Some(column_names(self.path, cells)?);
            return Ok(());
        };
        let (expected, found) = (columns.len(), cells.len());
        self.rows.push(match problem {
            Some(problem) => Err(RowError { line, problem }),
            None if found > expected => Err(RowError { line, problem: RowProblem::TooManyCells { expected, found } }),
            None => {
                cells.resize(expected, String::new());
                Ok(Row { line, cells })
            }
        });
        self.kept += expected;
        if self.kept > self.options.max_sheet_cells {
            return Err(TableError::SheetTooLarge { path: self.path.to_owned(), limit: self.options.max_sheet_cells });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Sheet, TableError> {
        self.end_row()?;
        let path = self.path;
        let columns = self.columns.ok_or_else(|| TableError::Empty { path: path.to_owned() })?;
        Ok(Sheet { columns, rows: self.rows })
    }

    fn broken(&self, source: calamine::XlsxError) -> TableError {
        TableError::BrokenSheet { path: self.path.to_owned(), after: cell_name(self.position), source: source.into() }
    }
}

/// A cell's name as the sheet shows it: `B7`.
fn cell_name((row, column): (usize, usize)) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{}", row + 1)
}
