use super::{output, output::Format, report};
use base::RecordId;
use clap::Args;
use db::Db;
use import::{IMPORT, ImportError, Mapping, MappingError, Options, Progress, Report};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    /// northwind, or any word with --mapping.
    source: Option<String>,
    /// Files, or the folder that holds them.
    paths: Vec<PathBuf>,
    /// How columns become fields (docs/import.md).
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Read and check everything, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Go on with an interrupted import.
    #[arg(long, value_name = "N")]
    resume: Option<RecordId>,
    /// Take a whole import back.
    #[arg(long, value_name = "N", conflicts_with_all = ["source", "resume", "dry_run"])]
    undo: Option<RecordId>,
    /// Show the imports there were.
    #[arg(long, conflicts_with_all = ["source", "undo"])]
    list: bool,
    /// Where rows that could not be taken are written (import-N-skipped.csv).
    #[arg(long)]
    skipped: Option<PathBuf>,
}

pub async fn run(db: &Db, arguments: Arguments, format: Format) -> miette::Result<()> {
    if arguments.list {
        return list(db, format).await;
    }
    if let Some(import) = arguments.undo {
        let undone = import::undo(db, import).await.map_err(failed)?;
        println!("import {import} is undone: {} records no longer count", undone.records);
        if !undone.set_since.is_empty() {
            println!("fields that were set since and stay in the history:");
            undone.set_since.iter().for_each(|field| println!("  {field}"));
        }
        return Ok(());
    }
    let source =
        arguments.source.ok_or_else(|| miette::miette!(help = "clinch import northwind FOLDER", "name a source"))?;
    let mapping = match &arguments.mapping {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| report(&ImportError::File(path.display().to_string(), error), "check the path"))?;
            Mapping::read(&text)
        }
        None => Mapping::named(&source),
    };
    let checked = mapping.and_then(|mapping| mapping.check(db.registry())).map_err(bad_mapping)?;
    let options = Options {
        checked,
        paths: arguments.paths,
        dry_run: arguments.dry_run,
        resume: arguments.resume,
        skip_file: arguments.skipped,
    };
    let bar = ProgressBar::new(0).with_style(style());
    let mut show = |progress: &Progress| {
        bar.set_length(progress.bytes_total);
        bar.set_position(progress.bytes_read);
        bar.set_message(progress.file.to_owned());
        bar.set_prefix(progress.rows.to_string());
    };
    let done = import::run(db, &options, &mut show).await;
    bar.finish_and_clear();
    let done = done.map_err(failed)?;
    print(&done, bar.elapsed(), format);
    Ok(())
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{msg:24} {bar:30} {percent:>3} %  {prefix} rows  {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn failed(error: ImportError) -> miette::Report {
    let hint = error.hint();
    report(&error, hint)
}

fn bad_mapping(error: MappingError) -> miette::Report {
    report(&error, "docs/import.md describes the format")
}

fn print(done: &Report, elapsed: std::time::Duration, format: Format) {
    let records: Vec<(&str, import::Counts)> = done.records.iter().map(|(name, counts)| (*name, *counts)).collect();
    if format == Format::Json {
        let by_type: serde_json::Map<String, serde_json::Value> = records
            .iter()
            .map(|(name, counts)| {
                let counts = serde_json::json!({
                    "created": counts.created, "changed": counts.changed, "unchanged": counts.unchanged,
                });
                ((*name).to_owned(), counts)
            })
            .collect();
        output::print_json(&serde_json::json!({
            "import": done.import.map(|id| id.0),
            "read": done.read,
            "skipped": done.skipped,
            "records": by_type,
            "problems": done.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "warnings": done.warnings,
            "passed_over": done.passed_over,
            "skip_file": done.skip_file,
        }));
        return;
    }
    let heads =
        [output::text("records"), output::figures("created"), output::figures("changed"), output::figures("unchanged")];
    let rows = records
        .iter()
        .map(|(name, counts)| {
            vec![
                (*name).to_owned(),
                counts.created.to_string(),
                counts.changed.to_string(),
                counts.unchanged.to_string(),
            ]
        })
        .collect();
    output::print_table(&heads, rows);
    let milliseconds = elapsed.as_millis().max(1);
    let speed = u128::from(done.read) * 1000 / milliseconds;
    println!("{} rows read, {} skipped, {speed} rows a second", done.read, done.skipped);
    done.problems.iter().for_each(|problem| println!("  {problem}"));
    if done.skipped > done.problems.len() as u64 {
        println!("  … and {} more", done.skipped - done.problems.len() as u64);
    }
    for warning in &done.warnings {
        println!("note: {warning}");
    }
    for (file, columns) in &done.passed_over {
        println!("note: {file}: the mapping takes nothing from {}", columns.join(", "));
    }
    if let Some(path) = &done.skip_file {
        println!("skipped rows with their reasons: {}", path.display());
    }
    match done.import {
        Some(id) => println!("import {id} is done; `clinch import --undo {id}` takes it back"),
        None => println!("dry run: nothing was written"),
    }
}

async fn list(db: &Db, format: Format) -> miette::Result<()> {
    let records = db.system().all(&IMPORT).await.map_err(|error| report(&error, error.hint()))?;
    let heads = ["import", "source", "files", "status", "rows_read", "created", "changed", "skipped"];
    let rows: Vec<Vec<String>> = records
        .iter()
        .map(|record| {
            let text = |field: &str| record.value(field).as_text().unwrap_or_default().to_owned();
            let number = |field: &str| record.value(field).as_integer().unwrap_or(0).to_string();
            vec![
                record.id.to_string(),
                text("source"),
                text("files"),
                text("status"),
                number("rows_read"),
                number("created"),
                number("changed"),
                number("skipped"),
            ]
        })
        .collect();
    match format {
        Format::Table => output::print_table(&heads.map(output::text), rows),
        Format::Csv => output::print_csv(&heads, rows)?,
        Format::Json => {
            let rows: Vec<serde_json::Value> = rows
                .into_iter()
                .map(|row| heads.iter().zip(row).map(|(head, cell)| ((*head).to_owned(), cell.into())).collect())
                .map(serde_json::Value::Object)
                .collect();
            output::print_json(&serde_json::json!({ "imports": rows }));
        }
    }
    Ok(())
}
