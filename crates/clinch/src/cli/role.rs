//! Roles, competencies and job descriptions at the command line.

use super::{
    Context,
    output::{self, Format, figures, text},
    read, report,
};
use ::appraisal::{Appraisal, AppraisalError, document};
use base::RecordId;
use clap::Subcommand;
use jiff::civil::Date;
use miette::{Context as _, IntoDiagnostic};
use rules::{access::Viewer, log::Origin, role::PartKey};
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum Command {
    /// The roles as they hold today.
    List,
    /// One role, as a file that `set` takes.
    Show { role: String },
    /// Put a file in place of a role (docs/role-format.md).
    Set {
        role: String,
        file: PathBuf,
        /// The first day on which it holds.
        #[arg(long)]
        from: Date,
    },
    /// The competencies as they hold today.
    Competencies,
    /// One competency, as a file that `set-competency` takes.
    Competency { id: String },
    /// Put a file in place of a competency, or beside them.
    SetCompetency {
        id: String,
        file: PathBuf,
        /// The first day on which it holds.
        #[arg(long)]
        from: Date,
    },
    /// Job descriptions, the last first.
    Descriptions,
    /// Issue a job description to somebody: their role as it stands on its first day.
    Issue {
        person: String,
        role: String,
        #[arg(long)]
        from: Date,
        /// Of the order that appoints.
        #[arg(long)]
        order: String,
    },
    /// Approve a job description that somebody else issued; needs one's own token.
    Approve { id: i64 },
    /// Acknowledge one's own; needs one's own token.
    Acknowledge { id: i64 },
}

impl Command {
    /// What two people stand behind, or somebody says of themselves, takes a token.
    pub const fn is_personal(&self) -> bool {
        matches!(self, Self::Approve { .. } | Self::Acknowledge { .. })
    }
}

pub async fn run(context: &Context, command: Command, format: Format, viewer: Viewer) -> miette::Result<()> {
    let appraisal = Appraisal::new(context.db.clone(), viewer, context.folder.clone());
    let today = appraisal.today().await.map_err(failed)?;
    let since = |since: Option<Date>| since.map_or_else(|| "ships with Clinch".to_owned(), |since| since.to_string());
    match command {
        Command::List => {
            let held = appraisal.roles(today).await.map_err(failed)?;
            let rows = held.values().map(|held| {
                let role = &held.what;
                let count = |key| role.items(key).count().to_string();
                vec![
                    role.role.clone(),
                    role.names.of("en").to_owned(),
                    count(PartKey::Duties),
                    role.competencies.len().to_string(),
                    since(held.since),
                ]
            });
            let heads = [text("role"), text("name"), figures("duties"), figures("competencies"), text("own since")];
            output::print_table(&heads, rows.collect());
        }
        Command::Show { role } => {
            let held = appraisal.role(&role, today).await.map_err(failed)?;
            print!("{}", held.what.to_text().into_diagnostic()?);
        }
        Command::Set { role, file, from } => {
            let set = appraisal.set_role(&role, &read(&file)?, from, Origin::Cli).await;
            set.map_err(failed).wrap_err_with(|| file.display().to_string())?;
            println!("the role {role} holds from {from} on");
        }
        Command::Competencies => {
            let held = appraisal.competencies(today).await.map_err(failed)?;
            let rows = held.values().map(|held| {
                let one = &held.what;
                vec![one.id.clone(), one.names.of("en").to_owned(), since(held.since)]
            });
            output::print_table(&[text("competency"), text("name"), text("own since")], rows.collect());
        }
        Command::Competency { id } => {
            let held = appraisal.competencies(today).await.map_err(failed)?.remove(&id);
            let held = held.ok_or_else(|| failed(AppraisalError::NoCompetency(id)))?;
            print!("{}", held.what.to_text().into_diagnostic()?);
        }
        Command::SetCompetency { id, file, from } => {
            let set = appraisal.set_competency(&id, &read(&file)?, from, Origin::Cli).await;
            set.map_err(failed).wrap_err_with(|| file.display().to_string())?;
            println!("the competency {id} holds from {from} on");
        }
        Command::Descriptions => {
            let found = appraisal.descriptions().await.map_err(failed)?;
            if format == Format::Json {
                output::print_json(&found.iter().map(document).collect());
                return Ok(());
            }
            let rows = found.iter().map(|one| {
                vec![
                    one.id.to_string(),
                    one.name.clone(),
                    one.role.clone(),
                    one.starts_on.to_string(),
                    one.order_number.clone(),
                    one.standing().name().to_owned(),
                ]
            });
            let heads = [figures("id"), text("name"), text("role"), text("from"), text("order"), text("state")];
            output::print_table(&heads, rows.collect());
        }
        Command::Issue { person, role, from, order } => {
            let id = appraisal.issue(&person, &role, from, &order, Origin::Cli).await.map_err(failed)?;
            println!("job description {id} is issued; an executive approves it");
        }
        Command::Approve { id } => {
            appraisal.approve_description(RecordId(id), Origin::Cli).await.map_err(failed)?;
            println!("job description {id} is approved");
        }
        Command::Acknowledge { id } => {
            appraisal.acknowledge_description(RecordId(id), Origin::Cli).await.map_err(failed)?;
            println!("job description {id} is acknowledged");
        }
    }
    Ok(())
}

fn failed(error: AppraisalError) -> miette::Report {
    let hint = error.hint();
    report(&error, hint)
}
