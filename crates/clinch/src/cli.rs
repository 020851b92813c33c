//! The command line. An adapter: it parses, asks the use case, prints; it holds no rule.

mod admin;
mod appraisal;
mod attachment;
mod backup;
mod coaching;
mod compensation;
mod deal;
mod demo;
mod doctor;
mod hr;
mod import;
mod key;
mod kpi;
mod mail;
mod output;
mod pay;
mod period;
mod quota;
mod recruiting;
mod role;
mod runs;
mod score;
mod serve;
mod target;
mod territory;
mod training;

use access::{Access, AccessError, PERSON};
use clap::{Parser, Subcommand};
use db::{Db, Record};
use miette::{Context as _, IntoDiagnostic};
use records::edit::Author;
use rules::{access::Viewer, log::Origin};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The operating system of a B2B sales organisation.
#[derive(Parser)]
#[command(version, max_term_width = 120)]
pub struct Cli {
    /// The database: a path ending in .db, sqlite:PATH or postgres://USER@HOST/DATABASE. Created on first use.
    #[arg(long, global = true, env = "CLINCH_DB", default_value = "clinch.db")]
    db: String,
    /// The folder for fact files; beside a SQLite database when not given.
    #[arg(long, global = true, env = "CLINCH_FACTS")]
    facts: Option<PathBuf>,
    /// The file with the key that seals secrets; beside a SQLite database when not given, and made on first need.
    #[arg(long, global = true, env = "CLINCH_KEY_FILE")]
    key_file: Option<PathBuf>,
    /// Ask as this person, with their rights: e-mail, # and number, or external id. Without it: as the operator.
    #[arg(long = "as", global = true, value_name = "PERSON")]
    as_person: Option<String>,
    /// Somebody's token, from their profile page: pay is approved by nobody whose name alone is known.
    #[arg(long, global = true, env = "CLINCH_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// How answers are printed.
    #[arg(long, global = true, value_enum, default_value_t = output::Format::Table)]
    format: output::Format,
    /// The file that says how mail is sent; beside a SQLite database when not given, and nothing is sent without one.
    #[arg(long, global = true, env = "CLINCH_MAIL")]
    mail: Option<PathBuf>,
    /// For tests: a page with a word or an icon that is not there ends in an error instead of being shown.
    #[arg(long, global = true, env = "CLINCH_STRICT", hide = true)]
    strict: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Bring data in: a known source, or any CSV or spreadsheet with a mapping file.
    Import(import::Arguments),
    /// Ask for KPIs, and open a number into its rows.
    #[command(subcommand)]
    Kpi(kpi::Command),
    /// Show, change and correct deals.
    #[command(subcommand)]
    Deal(deal::Command),
    /// Close periods, so that they answer as reported.
    #[command(subcommand)]
    Period(period::Command),
    /// People's scores by the scorecard of their role, and the scorecards.
    #[command(subcommand)]
    Score(score::Command),
    /// Targets from the company down to people.
    #[command(subcommand)]
    Target(target::Command),
    /// Quotas of a year, by several ways side by side.
    #[command(subcommand)]
    Quota(quota::Command),
    /// Territories: the company's own, and from a file.
    #[command(subcommand)]
    Territory(territory::Command),
    /// Pay: calculated from files, without a database; or run, approved and paid in one.
    #[command(subcommand)]
    Pay(pay::Command),
    /// Roles, competencies and job descriptions.
    #[command(subcommand)]
    Role(role::Command),
    /// Appraisal cycles, the inbox, and what is written.
    #[command(subcommand)]
    Appraisal(appraisal::Command),
    /// Files attached to parts of appraisals, candidates and disputes of pay.
    #[command(subcommand)]
    Attachment(attachment::Command),
    /// 1:1s, development levels, feedback, reviews, patterns, and whether coaching works.
    #[command(subcommand)]
    Coaching(coaching::Command),
    /// Courses, who is to take them, completions, and learning tools.
    #[command(subcommand)]
    Training(training::Command),
    /// Salaries, and reviews of pay that follow from an appraisal's grades.
    #[command(subcommand)]
    Compensation(compensation::Command),
    /// Openings, how far candidates came, and their erasure by schedule.
    #[command(subcommand)]
    Recruiting(recruiting::Command),
    /// HR's board: appraisals, training and development goals, by team.
    #[command(subcommand)]
    Hr(hr::Command),
    /// What waits for somebody, across the product.
    Inbox {
        /// Get reminders by mail, or none.
        #[arg(long, value_name = "yes or no", value_parser = ["yes", "no"])]
        mail: Option<String>,
    },
    /// Reminders by mail: whether the server takes them, who would get which, who has trouble.
    #[command(subcommand)]
    Mail(mail::Command),
    /// Serve pages and API.
    Serve(serve::Arguments),
    /// People who sign in: the first admin, reset links, tokens.
    #[command(subcommand)]
    Admin(admin::Command),
    /// Check that the tables are the log's fold and the log's chain is unbroken.
    Doctor,
    /// Write a backup while people work.
    Backup(backup::Backup),
    /// Read a backup into an empty database, SQLite or PostgreSQL.
    Restore(backup::Restore),
    /// A company to look around in, with logins, on this machine alone.
    Demo(demo::Arguments),
}

/// The database and what is kept beside it.
struct Context {
    db: Db,
    folder: PathBuf,
    key_file: Option<PathBuf>,
    mail: Option<PathBuf>,
}

impl Context {
    async fn open(
        address: &str,
        facts: Option<PathBuf>,
        key_file: Option<PathBuf>,
        mail: Option<PathBuf>,
    ) -> miette::Result<Self> {
        let db = Db::open(address, clinch::registry(), Arc::new(base::SystemClock), Arc::new(clinch::SystemRandom))
            .await
            .map_err(|error| report(&error, error.hint()))?;
        let folder = facts.or_else(|| db.folder()).unwrap_or_else(|| PathBuf::from("clinch-facts"));
        Ok(Self { db, folder, key_file, mail })
    }

    fn access(&self) -> miette::Result<Access> {
        let key = key::read(&self.db, self.key_file.as_deref().map(Path::new))?;
        let mail = mail::read(&self.db, self.mail.as_deref())?;
        Ok(Access::new(self.db.clone(), key, Arc::new(clinch::SystemRandom)).with_mail(mail))
    }

    /// On whose behalf is asked.
    async fn viewer(&self, person: Option<&str>) -> miette::Result<Viewer> {
        let Some(wanted) = person else { return Ok(Viewer::system()) };
        let person = self.person(wanted).await?;
        self.access()?.viewer(&person).await.map_err(|error| report(&error, error.hint()))
    }

    /// Whoever holds the token, or the person named where their name alone is enough; none without either.
    async fn proven(
        &self,
        token: Option<&str>,
        person: Option<&str>,
        takes_token: bool,
    ) -> miette::Result<Option<Viewer>> {
        match (token, person) {
            (Some(token), _) => {
                let session = self.access()?.by_token(token.trim()).await;
                let session = session.map_err(|error| report(&error, error.hint()))?;
                let hint = "make one on your profile page";
                Ok(Some(session.ok_or_else(|| miette::miette!(help = hint, "this is nobody's token"))?.viewer))
            }
            (None, Some(_)) if takes_token => {
                let hint = "set CLINCH_TOKEN to a token from your profile page, or use the pages or the API";
                Err(miette::miette!(help = hint, "somebody stands behind this in person: it takes your own token"))
            }
            (None, Some(person)) => Ok(Some(self.viewer(Some(person)).await?)),
            (None, None) => Ok(None),
        }
    }

    /// Who changes records: somebody with their rights, or the operator.
    async fn author(&self, person: Option<&str>) -> miette::Result<Author> {
        let Some(wanted) = person else { return Ok(Author::operator()) };
        let person = self.person(wanted).await?;
        let edits = rules::access::edits_records(access::role(&person));
        Ok(Author { viewer: self.viewer(Some(wanted)).await?, origin: Origin::Cli, edits })
    }

    async fn person(&self, wanted: &str) -> miette::Result<Record> {
        let failed = |error: AccessError| report(&error, error.hint());
        let found = if wanted.contains('@') {
            self.access()?.person_by_email(wanted).await.map_err(failed)?
        } else {
            let mut found = self.db.system().named(&PERSON, wanted).await.map_err(|error| failed(error.into()))?;
            found.pop().filter(|_| found.is_empty())
        };
        let hint = "name a person by e-mail, by # and number, or by external id";
        found.ok_or_else(|| miette::miette!(help = hint, "there is no person {wanted}"))
    }
}

impl Cli {
    pub async fn run(self) -> miette::Result<()> {
        if self.strict {
            web_kit::be_strict();
        }
        if let Command::Demo(arguments) = self.command {
            return demo::run(arguments).await;
        }
        if let Command::Pay(pay::Command::Files(command)) = self.command {
            return pay::run(command, self.format);
        }
        if let Command::Territory(territory::Command::Propose(asked)) = &self.command {
            return territory::run(asked, self.format);
        }
        let context = Context::open(&self.db, self.facts, self.key_file, self.mail).await?;
        match self.command {
            Command::Import(arguments) => import::run(&context.db, arguments, self.format).await,
            Command::Kpi(command) => {
                let viewer = context.viewer(self.as_person.as_deref()).await?;
                kpi::run(&context.db, command, self.format, context.folder, viewer).await
            }
            Command::Deal(command) => {
                let author = context.author(self.as_person.as_deref()).await?;
                deal::run(&context.db, command, self.format, author).await
            }
            Command::Period(command) => period::run(&context, command, self.as_person.as_deref()).await,
            Command::Score(command) => score::run(&context, command, self.format, self.as_person.as_deref()).await,
            Command::Target(command) => target::run(&context, command, self.format, self.as_person.as_deref()).await,
            Command::Inbox { mail } => {
                let viewer = context.proven(self.token.as_deref(), self.as_person.as_deref(), true).await?;
                mail::inbox(&context, self.format, viewer.unwrap_or_else(Viewer::system), mail.as_deref()).await
            }
            Command::Mail(command) => mail::run(&context, command, self.format).await,
            Command::Serve(arguments) => serve::run(&context, &arguments).await,
            Command::Admin(command) => admin::run(&context, command).await,
            Command::Backup(arguments) => backup::backup(&context.db, &arguments).await,
            Command::Restore(arguments) => backup::restore(&context.db, &arguments).await,
            Command::Doctor => doctor::run(&context.db).await,
            Command::Pay(pay::Command::Runs(command)) => {
                let viewer = runs::viewer(&context, &command, self.token.as_deref(), self.as_person.as_deref()).await?;
                runs::run(&context, command, self.format, viewer).await
            }
            Command::Role(command) => {
                let (token, person) = (self.token.as_deref(), self.as_person.as_deref());
                let viewer = context.proven(token, person, command.is_personal()).await?;
                role::run(&context, command, self.format, viewer.unwrap_or_else(Viewer::system)).await
            }
            Command::Appraisal(command) => {
                let (token, person) = (self.token.as_deref(), self.as_person.as_deref());
                let viewer = context.proven(token, person, command.is_personal()).await?;
                appraisal::run(&context, command, self.format, viewer).await
            }
            Command::Attachment(command) => {
                let viewer = context.proven(self.token.as_deref(), self.as_person.as_deref(), true).await?;
                attachment::run(&context, command, self.format, viewer.unwrap_or_else(Viewer::system)).await
            }
            Command::Quota(command) => {
                let viewer = context.proven(self.token.as_deref(), self.as_person.as_deref(), false).await?;
                quota::run(&context, command, self.format, viewer.unwrap_or_else(Viewer::system)).await
            }
            Command::Territory(territory::Command::Company(command)) => {
                let viewer = context.proven(self.token.as_deref(), self.as_person.as_deref(), false).await?;
                territory::company::run(&context, command, self.format, viewer.unwrap_or_else(Viewer::system)).await
            }
            Command::Coaching(command) => {
                let viewer = context.proven(self.token.as_deref(), self.as_person.as_deref(), true).await?;
                coaching::run(&context, command, self.format, viewer).await
            }
            Command::Training(command) => {
                let (token, person) = (self.token.as_deref(), self.as_person.as_deref());
                let viewer = context.proven(token, person, command.is_personal()).await?;
                training::run(&context, command, self.format, viewer.unwrap_or_else(Viewer::system)).await
            }
            Command::Compensation(command) => {
                let viewer = context.proven(self.token.as_deref(), self.as_person.as_deref(), false).await?;
                let error = ::compensation::CompensationError::SeesNoPay;
                let viewer = viewer.ok_or_else(|| report(&error, error.hint()))?;
                compensation::run(&context, command, self.format, viewer).await
            }
            Command::Recruiting(command) => {
                let viewer = context.proven(self.token.as_deref(), self.as_person.as_deref(), false).await?;
                recruiting::run(&context, command, self.format, viewer.unwrap_or_else(Viewer::system)).await
            }
            Command::Hr(command) => {
                let viewer = context.proven(self.token.as_deref(), self.as_person.as_deref(), true).await?;
                hr::run(&context, command, self.format, viewer.unwrap_or_else(Viewer::system)).await
            }
            // These need no such database, above.
            Command::Demo(_)
            | Command::Territory(territory::Command::Propose(_))
            | Command::Pay(pay::Command::Files(_)) => Ok(()),
        }
    }
}

/// A file's text.
fn read(path: &Path) -> miette::Result<String> {
    fs::read_to_string(path).into_diagnostic().wrap_err_with(|| path.display().to_string())
}

/// What went wrong, its causes, and what to do.
fn report(error: &dyn std::error::Error, hint: impl Into<String>) -> miette::Report {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    let hint = hint.into();
    if hint.is_empty() { miette::miette!("{text}") } else { miette::miette!(help = hint, "{text}") }
}
