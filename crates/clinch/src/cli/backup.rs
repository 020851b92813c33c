//! Backups: written while people work, restored into an empty database of either kind.

use super::report;
use clap::Args;
use db::{BackupError, Db, Saved};
use miette::{Context as _, IntoDiagnostic};
use std::{
    fs::{self, File, OpenOptions},
    io::{BufReader, BufWriter},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

#[derive(Args)]
pub struct Backup {
    /// The file to write; the keys of personal fields go to a second one, with .keys behind its name.
    file: PathBuf,
}

#[derive(Args)]
pub struct Restore {
    /// The backup.
    file: PathBuf,
    /// Leave the keys out: personal fields stay unreadable.
    #[arg(long)]
    without_keys: bool,
}

pub async fn backup(db: &Db, arguments: &Backup) -> miette::Result<()> {
    let keys = keys_of(&arguments.file);
    let (drafts, files) = ([draft_of(&arguments.file), draft_of(&keys)], [&arguments.file, &keys]);
    let saved = {
        let mut log = BufWriter::new(private(&drafts[0])?);
        let mut keys = BufWriter::new(private(&drafts[1])?);
        let saved = db::backup(db, &mut log, &mut keys, &clinch::kept_in_backups()).await.map_err(failed)?;
        for writer in [log, keys] {
            writer.into_inner().into_diagnostic()?.sync_all().into_diagnostic()?;
        }
        saved
    };
    for (draft, file) in drafts.iter().zip(files) {
        fs::rename(draft, file).into_diagnostic().wrap_err_with(|| file.display().to_string())?;
    }
    println!("{} log rows in {}", saved.log_rows, arguments.file.display());
    println!("{} keys of personal fields in {}; keep it apart from the other", saved.keys, keys.display());
    if saved.contents > 0 {
        println!("{} attached files in the first; they open with the second", saved.contents);
    }
    println!("not in them: sessions, and the key file that seals second factors; keep that too");
    Ok(())
}

pub async fn restore(db: &Db, arguments: &Restore) -> miette::Result<()> {
    let mut log = open(&arguments.file)?;
    let mut keys = if arguments.without_keys { None } else { Some(open(&keys_of(&arguments.file))?) };
    let keys = keys.as_mut().map(|keys| keys as &mut (dyn std::io::BufRead + Send));
    let saved = db::restore(db, &mut log, keys).await.map_err(failed)?;
    let found = db::check(db).await.map_err(|error| report(&error, error.hint()))?;
    if let Some(problem) = found.problems.first() {
        return Err(miette::miette!(help = "take another backup", "the restored database is not sound: {problem}"));
    }
    let Saved { log_rows, keys, contents, .. } = saved;
    println!("{log_rows} log rows, {keys} keys, {contents} attached files restored; the tables are the log's fold");
    println!("everybody signs in anew");
    Ok(())
}

fn keys_of(file: &Path) -> PathBuf {
    PathBuf::from(format!("{}.keys", file.display()))
}

fn draft_of(file: &Path) -> PathBuf {
    PathBuf::from(format!("{}.draft", file.display()))
}

/// A file that only its owner reads.
fn private(path: &Path) -> miette::Result<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    file.into_diagnostic().wrap_err_with(|| path.display().to_string())
}

fn open(path: &Path) -> miette::Result<BufReader<File>> {
    Ok(BufReader::new(File::open(path).into_diagnostic().wrap_err_with(|| path.display().to_string())?))
}

fn failed(error: BackupError) -> miette::Report {
    report(&error, error.hint())
}
