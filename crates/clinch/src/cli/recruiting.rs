//! Recruiting at the command line: openings, the report, and the erasure of candidates by schedule.

use super::{
    Context,
    output::{self, Format, figures, text},
    report,
};
use ::recruiting::{Falls, Opening, Recruiting, RecruitingError};
use clap::Subcommand;
use jiff::civil::Date;
use rules::{access::Viewer, log::Origin};
use serde_json::json;

#[derive(Subcommand)]
pub enum Command {
    /// Openings with their seats, and how many candidates each has.
    Openings,
    /// Openings stage by stage as CSV: whole counts and days.
    Report,
    /// Candidates who were not hired and whose day has come; with --commit their data is erased. The operator is told no names.
    Erase {
        /// Who falls due by this day.
        #[arg(long)]
        on: Option<Date>,
        #[arg(long)]
        commit: bool,
    },
}

fn failed(error: RecruitingError) -> miette::Report {
    report(&error, error.hint())
}

pub async fn run(context: &Context, command: Command, format: Format, viewer: Viewer) -> miette::Result<()> {
    let recruiting = Recruiting::new(context.db.clone(), viewer, context.folder.clone());
    match command {
        Command::Openings => {
            let openings = recruiting.openings().await.map_err(failed)?;
            let row = |one: &Opening| {
                let (seats, filled) = (one.seats.to_string(), one.filled.to_string());
                let candidates = one.stages.values().sum::<usize>().to_string();
                let (role, state) = (one.role.clone(), one.state.name().to_owned());
                vec![one.id.to_string(), role, one.hiring_manager.1.clone(), state, seats, filled, candidates]
            };
            let heads = [
                text("number"),
                text("role"),
                text("hiring manager"),
                text("state"),
                figures("seats"),
                figures("filled"),
                figures("candidates"),
            ];
            output::print_table(&heads, openings.iter().map(row).collect());
        }
        Command::Report => print!("{}", recruiting.report_csv().await.map_err(failed)?),
        Command::Erase { on, commit } => {
            let plan = recruiting.plan_erasure(on).await.map_err(failed)?;
            print_plan(&plan.falls, format);
            if commit {
                let count = recruiting.commit_erasure(plan, Origin::Cli).await.map_err(failed)?;
                eprintln!("{count} candidates erased");
            } else {
                eprintln!("{} candidates fall due by {}; --commit erases them", plan.falls.len(), plan.on);
            }
        }
    }
    Ok(())
}

fn print_plan(falls: &[Falls], format: Format) {
    if format == Format::Json {
        let of = |one: &Falls| json!({ "candidate": one.candidate.0, "opening": one.opening.0, "stage": one.stage.name(), "due": one.due.to_string(), "why": one.why.name() });
        output::print_json(&falls.iter().map(of).collect());
        return;
    }
    let row = |one: &Falls| {
        let (candidate, opening) = (one.candidate.to_string(), one.opening.to_string());
        let (stage, why) = (one.stage.name().to_owned(), one.why.name().to_owned());
        vec![candidate, one.name.clone().unwrap_or_default(), opening, stage, one.due.to_string(), why]
    };
    let heads = [text("candidate"), text("name"), text("opening"), text("stage"), text("due"), text("why")];
    output::print_table(&heads, falls.iter().map(row).collect());
}
