//! The grammar of separated text (RFC 4180). Our own, because a reader of sales data must say where an unclosed quote
//! opened, count lines of every kind, and stay small on a line without end; CSV libraries do none of these.

use super::{
    Row,
    decode::Sample,
    error::{RowError, RowProblem},
    is_blank, restore_guarded,
};
use std::io::BufRead;

/// Counts lines that end in LF, CR or both.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lines {
    ended: u64,
    after_return: bool,
}

impl Lines {
    pub(super) fn pass(&mut self, byte: u8) {
        if byte == b'\r' || (byte == b'\n' && !self.after_return) {
            self.ended += 1;
        }
        self.after_return = byte == b'\r';
    }

    /// The line of the next byte, from 1.
    pub(super) fn number(self) -> u64 {
        self.ended + 1
    }
}

/// What a row may take in memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) cell: usize,
    pub(super) row: usize,
    /// Cells beyond this are counted and not kept.
    pub(super) cells: usize,
}

/// A row as the file has it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
    pub(super) found: usize,
}

impl Record {
    pub(super) fn into_row(self, expected: usize) -> Result<Row, RowError> {
        let (line, found) = (self.line, self.found);
        match found.cmp(&expected) {
            std::cmp::Ordering::Less => Err(RowError { line, problem: RowProblem::TooFewCells { expected, found } }),
            std::cmp::Ordering::Greater => {
                Err(RowError { line, problem: RowProblem::TooManyCells { expected, found } })
            }
            std::cmp::Ordering::Equal => Ok(Row { line, cells: self.cells }),
        }
    }
}

/// Rows out of UTF-8.
#[derive(Debug)]
pub(super) struct Records<R> {
    reader: R,
    delimiter: u8,
    limits: Limits,
    lines: Lines,
    failed: bool,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(reader: R, delimiter: u8, limits: Limits) -> Self {
        Self { reader, delimiter, limits, lines: Lines::default(), failed: false }
    }

    pub(super) fn reader(&self) -> &R {
        &self.reader
    }

    /// The next record that holds any text, or what is wrong with it.
    pub(super) fn next_record(&mut self) -> Option<Result<Record, RowError>> {
        while !self.failed {
            let mut draft = Draft::new(self.delimiter, self.limits, self.lines);
            let ended = self.read_into(&mut draft);
            self.lines = draft.lines;
            match ended {
                Ok(false) if draft.bytes == 0 => return None,
                Ok(false) => draft.end_of_file(),
                Ok(true) => {}
                Err(_) => {
                    self.failed = true;
                    draft.problem = Some(RowError { line: draft.lines.number(), problem: RowProblem::Unreadable });
                }
            }
            match draft.problem {
                Some(problem) => return Some(Err(problem)),
                None if draft.found <= self.limits.cells && is_blank(&draft.cells) => {}
                None => return Some(Ok(Record { line: draft.line, cells: draft.cells, found: draft.found })),
            }
        }
        None
    }

    /// Feeds the draft up to the end of its record, and says whether one came before the end of the file.
    fn read_into(&mut self, draft: &mut Draft) -> std::io::Result<bool> {
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(false);
            }
            let end = buffer.iter().position(|&byte| draft.take(byte));
            let used = end.map_or(buffer.len(), |index| index + 1);
            self.reader.consume(used);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// A quote inside quotes: the first of two, or the closing one.
    QuoteInQuoted,
    /// White space between the closing quote and the delimiter.
    AfterQuoted,
}

/// A record being read. Once something is wrong with it, its text is let go.
#[derive(Debug)]
struct Draft {
    delimiter: u8,
    limits: Limits,
    line: u64,
    lines: Lines,
    state: State,
    quote_line: u64,
    bytes: usize,
    cell: Vec<u8>,
    cells: Vec<String>,
    found: usize,
    problem: Option<RowError>,
}

impl Draft {
    fn new(delimiter: u8, limits: Limits, lines: Lines) -> Self {
        Self {
            delimiter,
            limits,
            line: lines.number(),
            lines,
            state: State::CellStart,
            quote_line: 0,
            bytes: 0,
            cell: Vec::new(),
            cells: Vec::new(),
            found: 0,
            problem: None,
        }
    }

    /// Takes a byte and says whether it ends the record.
    fn take(&mut self, byte: u8) -> bool {
        let second_of_line_end = byte == b'\n' && self.lines.after_return && self.bytes == 0;
        self.lines.pass(byte);
        if second_of_line_end {
            return false;
        }
        self.bytes += 1;
        if self.bytes > self.limits.row {
            self.refuse(RowProblem::RowTooLong { limit: self.limits.row });
        }
        match (self.state, byte) {
            (State::CellStart, b'"') => {
                self.state = State::Quoted;
                self.quote_line = self.lines.number();
            }
            (State::Quoted, b'"') => self.state = State::QuoteInQuoted,
            (State::Quoted, _) => self.push(byte),
            (State::QuoteInQuoted, b'"') => {
                self.state = State::Quoted;
                self.push(byte);
            }
            (_, _) if byte == self.delimiter => self.end_cell(),
            (_, b'\r' | b'\n') => {
                self.end_cell();
                return true;
            }
            (State::QuoteInQuoted | State::AfterQuoted, b' ' | b'\t') => self.state = State::AfterQuoted,
            (State::QuoteInQuoted | State::AfterQuoted, _) => {
                self.refuse(RowProblem::TextAfterQuote { column: self.found + 1 });
                self.state = State::Plain;
            }
            (State::CellStart | State::Plain, _) => {
                self.state = State::Plain;
                self.push(byte);
            }
        }
        false
    }

    fn end_of_file(&mut self) {
        if self.state == State::Quoted {
            let problem = RowProblem::UnclosedQuote { column: self.found + 1 };
            // Whatever else is wrong with the row follows from this.
            self.problem = Some(RowError { line: self.quote_line, problem });
        }
        self.end_cell();
    }

    fn push(&mut self, byte: u8) {
        let column = self.found + 1;
        if byte == 0 {
            self.refuse(RowProblem::NulCharacter { column });
        } else if self.cell.len() >= self.limits.cell {
            self.refuse(RowProblem::CellTooLong { column, limit: self.limits.cell });
        }
        if self.problem.is_none() {
            self.cell.push(byte);
        }
    }

    fn end_cell(&mut self) {
        self.state = State::CellStart;
        self.found += 1;
        if self.problem.is_none() && self.found <= self.limits.cells {
            // Cut at ASCII characters out of sound UTF-8, so nothing is lossy here.
            let mut cell = String::from_utf8_lossy(&self.cell).into_owned();
            restore_guarded(&mut cell);
            self.cells.push(cell);
        }
        self.cell.clear();
    }

    fn refuse(&mut self, problem: RowProblem) {
        if self.problem.is_none() {
            self.problem = Some(RowError { line: self.line, problem });
            self.cell = Vec::new();
            self.cells = Vec::new();
        }
    }
}

/// The delimiter under which most rows have as many cells as the header, and then the one that makes most columns. A
/// comma when there is nothing to tell by.
pub(super) fn detect_delimiter(sample: &Sample) -> u8 {
    let mut best = (b',', (0, 0));
    for delimiter in *b",;\t|" {
        let counts = cell_counts(sample, delimiter);
        let Some((&columns, rows)) = counts.split_first().filter(|&(&columns, _)| columns > 1) else { continue };
        let agreeing = rows.iter().filter(|&&count| count == columns).count();
        let score = ((agreeing * 1000).checked_div(rows.len()).unwrap_or(1000), columns);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

/// How many cells each of the first rows has; none for a row with an error.
fn cell_counts(sample: &Sample, delimiter: u8) -> Vec<usize> {
    let limits = Limits { cell: usize::MAX, row: usize::MAX, cells: super::MAX_COLUMNS };
    let mut records = Records::new(sample.text.as_bytes(), delimiter, limits);
    let rows = std::iter::from_fn(|| records.next_record()).take(100);
    let mut counts: Vec<usize> = rows.map(|record| record.map_or(0, |record| record.found)).collect();
    if !sample.whole && counts.len() > 1 && counts.len() < 100 {
        counts.pop(); // cut off by the end of the sample
    }
    counts
}
