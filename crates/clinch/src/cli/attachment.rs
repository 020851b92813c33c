//! Files attached to records: listed, added, saved, taken out.

use super::{
    Context,
    output::{self, Format, figures, text},
    report,
};
use ::attachments::{Attachment, AttachmentError, Attachments, LARGEST_BYTES};
use base::RecordId;
use clap::Subcommand;
use miette::{Context as _, IntoDiagnostic};
use rules::{access::Viewer, log::Origin};
use std::{
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
};

#[derive(Subcommand)]
pub enum Command {
    /// What is attached to a record.
    List {
        /// The type of record: appraisal_part, candidate or pay_dispute.
        of_type: String,
        id: i64,
    },
    /// Attach a file, under its own name.
    Add { of_type: String, id: i64, file: PathBuf },
    /// Write a file that is attached; nothing that is there is written over.
    Save { id: i64, file: PathBuf },
    /// Take a file out.
    Remove { id: i64 },
}

fn failed(error: AttachmentError) -> miette::Report {
    report(&error, error.hint())
}

pub async fn run(context: &Context, command: Command, format: Format, viewer: Viewer) -> miette::Result<()> {
    let holders = clinch::takes_files(&context.db, &context.folder);
    let files = Attachments::new(context.db.clone(), viewer, holders);
    match command {
        Command::List { of_type, id } => {
            let (_, found) = files.list(&of_type, RecordId(id)).await.map_err(failed)?;
            print(&found, format);
        }
        Command::Add { of_type, id, file } => {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let content = read(&file)?;
            let added = files.add((&of_type, RecordId(id)), &name, content, Origin::Cli).await.map_err(failed)?;
            println!("{} attached as file {}", added.name, added.id);
        }
        Command::Save { id, file } => {
            let (found, content) = files.open(RecordId(id)).await.map_err(failed)?;
            let made = File::create_new(&file).and_then(|mut made| made.write_all(&content));
            made.into_diagnostic().wrap_err_with(|| file.display().to_string())?;
            println!("{} in {}", found.name, file.display());
        }
        Command::Remove { id } => {
            files.remove(RecordId(id), Origin::Cli).await.map_err(failed)?;
            println!("taken out; the log knows that it was there");
        }
    }
    Ok(())
}

/// No more of a file than tells that it is too large.
fn read(path: &Path) -> miette::Result<Vec<u8>> {
    let mut content = Vec::new();
    let most = u64::try_from(LARGEST_BYTES).unwrap_or(u64::MAX) + 1;
    let read = File::open(path).and_then(|file| file.take(most).read_to_end(&mut content));
    read.into_diagnostic().wrap_err_with(|| path.display().to_string())?;
    Ok(content)
}

fn print(files: &[Attachment], format: Format) {
    if format == Format::Json {
        output::print_json(&files.iter().map(attachments::as_json).collect());
        return;
    }
    let row = |one: &Attachment| {
        let by = one.by.map(|by| format!("#{by}")).unwrap_or_default();
        vec![one.id.to_string(), one.name.clone(), one.bytes.to_string(), by, one.at.to_string()]
    };
    let heads = [text("number"), text("name"), figures("bytes"), text("by"), text("at")];
    output::print_table(&heads, files.iter().map(row).collect());
}
