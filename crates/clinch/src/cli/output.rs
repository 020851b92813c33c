//! One table, three ways to print it.

use comfy_table::{CellAlignment, Table, presets};
use miette::IntoDiagnostic;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Table,
    Csv,
    Json,
}

/// A column's head; figures align right.
pub struct Head {
    pub name: &'static str,
    pub figures: bool,
}

pub const fn text(name: &'static str) -> Head {
    Head { name, figures: false }
}

pub const fn figures(name: &'static str) -> Head {
    Head { name, figures: true }
}

/// Prints rows as a table for people.
pub fn print_table(heads: &[Head], rows: Vec<Vec<String>>) {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(heads.iter().map(|head| head.name));
    for (place, head) in heads.iter().enumerate() {
        if head.figures
            && let Some(column) = table.column_mut(place)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.add_rows(rows);
    println!("{table}");
}

/// Prints rows as CSV; text that a spreadsheet would take for a formula is made safe.
pub fn print_csv(heads: &[&str], rows: Vec<Vec<String>>) -> miette::Result<()> {
    let mut writer = csv::Writer::from_writer(std::io::stdout().lock());
    writer.write_record(heads).into_diagnostic()?;
    for row in rows {
        writer.write_record(row).into_diagnostic()?;
    }
    writer.flush().into_diagnostic()
}

pub fn print_json(value: &serde_json::Value) {
    println!("{value:#}");
}

/// `1234567.5` as `1,234,567.50` with so many decimals.
pub fn grouped(amount: base::Amount, decimals: u32) -> String {
    let rounded = amount.round_to(decimals).unwrap_or(amount);
    let text = rounded.abs().to_text();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut digits = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            digits.push(',');
        }
        digits.push(digit);
    }
    let sign = if rounded.is_negative() { "−" } else { "" };
    if decimals == 0 {
        return format!("{sign}{digits}");
    }
    format!("{sign}{digits}.{fraction:0<width$}", width = decimals as usize)
}
