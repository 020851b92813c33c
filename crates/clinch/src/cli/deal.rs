//! Deals at the command line: show, change, correct, take back.

use super::{output, output::Format, report};
use base::{RecordId, Seq};
use clap::{Args, Subcommand};
use clinch::EDITABLE;
use db::Db;
use jiff::civil::Date;
use records::{
    api,
    edit::{self, Author, Edit, EditError, Editable, Since},
};
use rules::record::Value;
use std::collections::BTreeMap;

#[derive(Subcommand)]
pub enum Command {
    /// A deal with its values and its version.
    Show {
        /// Its external id, or # and its number.
        deal: String,
    },
    /// Change or correct values: `set D0188 amount=630625.50 --correct`.
    Set(Set),
    /// Take changes back by their seqs, which `set` prints and the deal's page shows.
    Undo {
        /// Its external id, or # and its number.
        deal: String,
        #[arg(required = true)]
        seqs: Vec<i64>,
    },
}

#[derive(Args)]
pub struct Set {
    /// Its external id, or # and its number.
    deal: String,
    /// FIELD=VALUE; a reference by external id, name, or # and number; nothing behind = empties the field.
    #[arg(required = true, value_parser = pair)]
    values: Vec<(String, String)>,
    /// The values hold from this day on; otherwise from now.
    #[arg(long, value_name = "DAY", conflicts_with = "correct")]
    from: Option<Date>,
    /// The values were wrong from their beginning: the past is put right.
    #[arg(long)]
    correct: bool,
    /// The version that was read: a later change of the same fields by another is a conflict.
    #[arg(long, value_name = "SEQ")]
    based_on: Option<i64>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or_else(|| "write FIELD=VALUE".to_owned())?;
    Ok((field.trim().to_owned(), value.to_owned()))
}

pub async fn run(db: &Db, command: Command, format: Format, author: Author) -> miette::Result<()> {
    let editable =
        EDITABLE.iter().find(|one| one.record_type == &crm::DEAL).ok_or_else(|| miette::miette!("no deals"))?;
    match command {
        Command::Show { deal } => {
            let id = find(db, &author, &deal).await?;
            show(db, editable, &author, id, format).await
        }
        Command::Set(set) => {
            let id = find(db, &author, &set.deal).await?;
            let since = match (set.correct, set.from) {
                (true, _) => Since::Beginning,
                (false, Some(day)) => Since::Day(day),
                (false, None) => Since::Now,
            };
            let values: BTreeMap<String, String> = set.values.into_iter().collect();
            let edit = Edit { id, values, since, based_on: set.based_on.map(Seq) };
            let edited = edit::edit(db, editable, &author, &edit).await.map_err(failed)?;
            if edited.seqs.is_none() {
                println!("nothing to change: every value is there already");
                return Ok(());
            }
            println!(
                "{} changed; `clinch deal undo #{id} {}` takes it back",
                edited.changed.join(", "),
                listed(&edited)
            );
            if !edited.until_later.is_empty() {
                println!("a later value stands of {}: the new one holds until then", edited.until_later.join(", "));
            }
            Ok(())
        }
        Command::Undo { deal, seqs } => {
            let id = find(db, &author, &deal).await?;
            let seqs = seqs.into_iter().map(Seq).collect();
            let stays = edit::undo(db, editable.record_type, &author, id, &seqs).await.map_err(failed)?;
            println!("undone");
            if !stays.is_empty() {
                println!("set later and kept: {}", stays.join(", "));
            }
            Ok(())
        }
    }
}

fn listed(edited: &edit::Edited) -> String {
    api::seqs(edited).iter().map(i64::to_string).collect::<Vec<_>>().join(" ")
}

async fn show(db: &Db, editable: &Editable, author: &Author, id: RecordId, format: Format) -> miette::Result<()> {
    let (record, version) = edit::open(db, editable.record_type, &author.viewer, id).await.map_err(failed)?;
    if format == Format::Json {
        output::print_json(&api::told(&record, Some(version)));
        return Ok(());
    }
    let fields = editable.fields().filter(|field| *record.value(field.name) != Value::Null);
    let mut rows: Vec<Vec<String>> =
        fields.map(|field| vec![field.name.to_owned(), record.value(field.name).to_string()]).collect();
    rows.push(vec!["version".to_owned(), version.to_string()]);
    if format == Format::Csv {
        return output::print_csv(&["field", "value"], rows);
    }
    output::print_table(&[output::text(""), output::text("")], rows);
    Ok(())
}

async fn find(db: &Db, author: &Author, wanted: &str) -> miette::Result<RecordId> {
    let found = db.reader(&author.viewer).named(&crm::DEAL, wanted).await;
    match found.map_err(|error| report(&error, error.hint()))?.as_slice() {
        [only] => Ok(only.id),
        _ => Err(miette::miette!(
            help = "name it by its external id, or by # and its number",
            "there is no deal {wanted}"
        )),
    }
}

fn failed(error: EditError) -> miette::Report {
    report(&error, error.hint())
}
