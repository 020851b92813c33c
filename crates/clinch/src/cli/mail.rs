//! Mail at the command line: the operator's file, whether it works, and reminders.

use super::{
    Context, key,
    output::{self, Format, text},
    report,
};
use ::inbox::{Cause, Inbox, InboxError, Postman, Reminder, json};
use clap::Subcommand;
use db::Db;
use outbound::{Letter, Mailer, Settings};
use rules::access::Viewer;
use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::SystemTime,
};
use web_kit::Words;

#[derive(Subcommand)]
pub enum Command {
    /// Read the file, reach the server, and with --to send one letter.
    Check {
        /// An e-mail address.
        #[arg(long)]
        to: Option<String>,
    },
    /// Send what is to be told now; a server does so by itself.
    Remind {
        /// Show who would get which letter, and send nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Whose last reminder did not go, and who wants none.
    Status,
}

/// What the file says; none where there is no file and none was named.
pub fn read(db: &Db, named: Option<&Path>) -> miette::Result<Option<Mailer>> {
    let Some(path) = named.map(Path::to_owned).or_else(|| key::beside(db, "mail.toml")) else { return Ok(None) };
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => return Ok(None),
        text => text.map_err(|error| report(&error, format!("the mail file {} cannot be read", path.display())))?,
    };
    let hint = format!("docs/mail.md has every line that {} may have", path.display());
    let settings = Settings::read(&text).map_err(|error| report(&error, hint.as_str()))?;
    if settings.password.is_some() {
        for_its_owner_alone(&path)?;
    }
    Ok(Some(Mailer::new(settings).map_err(|error| report(&error, hint))?))
}

/// A password that others on this machine can read is none.
fn for_its_owner_alone(path: &PathBuf) -> miette::Result<()> {
    let found = fs::metadata(path).map_err(|error| report(&error, ""))?;
    // No bit of group and others.
    if found.permissions().mode() % 0o100 == 0 {
        return Ok(());
    }
    let hint = format!("chmod 600 {}", path.display());
    Err(miette::miette!(help = hint, "{} has a password and can be read by others on this machine", path.display()))
}

fn failed(error: InboxError) -> miette::Report {
    report(&error, error.hint())
}

fn postman(context: &Context) -> miette::Result<Postman> {
    Postman::new(context.access()?, context.folder.clone()).ok_or_else(|| failed(InboxError::NoMail))
}

pub async fn run(context: &Context, command: Command, format: Format) -> miette::Result<()> {
    match command {
        Command::Check { to } => {
            let access = context.access()?;
            let mailer = access.mail().ok_or_else(|| failed(InboxError::NoMail))?;
            mailer.check().await.map_err(|error| failed(error.into()))?;
            let settings = mailer.settings();
            println!("{} takes mail from {}; links begin with {}.", settings.server, settings.from, settings.address);
            if let Some(to) = to {
                let says = "This letter was sent by `clinch mail check`.".to_owned();
                let html = format!("<p>{says}</p>");
                let letter =
                    Letter { name: String::new(), to, subject: "Mail from Clinch works".to_owned(), text: says, html };
                let now = context.db.now();
                let sent = mailer.send(&letter, &format!("check-{}", now.as_nanosecond()), SystemTime::from(now)).await;
                sent.map_err(|error| failed(error.into()))?;
                println!("A letter is on its way to {}.", letter.to);
            }
        }
        Command::Remind { dry_run } => {
            let postman = postman(context)?;
            let round = if dry_run { postman.plan().await } else { postman.round(Cause::Operator).await };
            print(&round.map_err(failed)?, format)?;
        }
        Command::Status => {
            let rows = postman(context)?.troubled().await.map_err(failed)?.into_iter().map(|(name, standing)| {
                let sent = standing.sent_on.map(|day| day.to_string()).unwrap_or_default();
                let wants = if standing.by_mail { "yes" } else { "no" };
                vec![name, wants.to_owned(), sent, standing.failed.unwrap_or_default()]
            });
            table(&["person", "by mail", "sent on", "failed"], rows.collect(), format)?;
        }
    }
    Ok(())
}

/// As a table, as CSV, or as a list of objects.
fn table(heads: &[&'static str], rows: Vec<Vec<String>>, format: Format) -> miette::Result<()> {
    match format {
        Format::Csv => return output::print_csv(heads, rows),
        Format::Table => output::print_table(&heads.iter().copied().map(text).collect::<Vec<_>>(), rows),
        Format::Json => {
            let object = |row: Vec<String>| heads.iter().map(|head| (*head).to_owned()).zip(row).collect();
            let objects: Vec<BTreeMap<String, String>> = rows.into_iter().map(object).collect();
            output::print_json(&serde_json::json!(objects));
        }
    }
    Ok(())
}

fn print(round: &[Reminder], format: Format) -> miette::Result<()> {
    let row = |one: &Reminder| {
        let failed = one.failed.clone().unwrap_or_default();
        vec![one.name.clone(), one.email.clone(), one.subject.clone(), one.new.to_string(), one.all.to_string(), failed]
    };
    let heads = ["person", "e-mail", "subject", "new", "all", "failed"];
    table(&heads, round.iter().map(row).collect(), format)
}

/// What waits for whoever asks.
pub async fn inbox(context: &Context, format: Format, viewer: Viewer, mail: Option<&str>) -> miette::Result<()> {
    let inbox = Inbox::new(context.access()?, viewer, context.folder.clone());
    if let Some(mail) = mail {
        inbox.want_mail(mail == "yes").await.map_err(failed)?;
        println!("{}", if mail == "yes" { "You get reminders by mail." } else { "You get no reminders by mail." });
        return Ok(());
    }
    let (waiting, today) = (inbox.own().await.map_err(failed)?, inbox.today().await.map_err(failed)?);
    let told = json(Words::default(), &inbox.library().await.map_err(failed)?, &waiting, today);
    if format == Format::Json {
        output::print_json(&told);
        return Ok(());
    }
    let cell = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let rows = told
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| ["due", "what", "about", "page"].map(|key| cell(one, key)).into());
    table(&["due", "what", "about", "page"], rows.collect(), format)
}
