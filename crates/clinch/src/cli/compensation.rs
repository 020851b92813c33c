//! Salaries and reviews of pay at the command line.

use super::{
    Context,
    output::{self, Format, figures, text},
    read, report,
};
use ::compensation::{Compensation, CompensationError, SalaryRow, review_json};
use base::RecordId;
use clap::Subcommand;
use rules::{access::Viewer, log::Origin};
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum Command {
    /// Salaries from a CSV file: what each row does; with --commit it is written.
    Salaries {
        file: PathBuf,
        #[arg(long)]
        commit: bool,
    },
    /// Every review of pay, the last first.
    Reviews,
    /// A review whole, as JSON.
    Review { review: i64 },
    /// What payroll is told of an approved review, as CSV with control totals.
    Payroll { review: i64 },
}

fn failed(error: CompensationError) -> miette::Report {
    report(&error, error.hint())
}

pub async fn run(context: &Context, command: Command, format: Format, viewer: Viewer) -> miette::Result<()> {
    let compensation = Compensation::new(context.db.clone(), viewer, context.folder.clone());
    match command {
        Command::Salaries { file, commit } => {
            let rows = SalaryRow::read(&read(&file)?).map_err(failed)?;
            let plan = compensation.plan_salaries(&rows).await.map_err(failed)?;
            for (line, problem) in &plan.problems {
                eprintln!("{}, line {line}: {problem}", file.display());
            }
            if !plan.problems.is_empty() {
                return Err(miette::miette!("{} rows cannot be read; nothing is written", plan.problems.len()));
            }
            let known = plan.known;
            if commit {
                let count = compensation.commit_salaries(plan, Origin::Cli).await.map_err(failed)?;
                println!("{count} salaries written, {known} known");
            } else {
                println!("{} new salaries, {known} known; --commit writes them", plan.new.len());
            }
        }
        Command::Reviews => {
            let reviews = compensation.reviews().await.map_err(failed)?;
            if format == Format::Json {
                output::print_json(&serde_json::Value::Array(reviews.iter().map(review_json).collect()));
                return Ok(());
            }
            let rows = reviews.iter().map(|review| {
                let approved = review.approved.as_ref().map(|(_, day)| day.to_string()).unwrap_or_default();
                let (from, people) = (review.starts_on.to_string(), review.lines.len().to_string());
                vec![review.id.to_string(), review.name.clone(), from, people, approved]
            });
            let heads = [text("number"), text("cycle"), text("from"), figures("people"), text("approved")];
            output::print_table(&heads, rows.collect());
        }
        Command::Review { review } => {
            output::print_json(&review_json(&compensation.review(RecordId(review)).await.map_err(failed)?));
        }
        Command::Payroll { review } => {
            let payroll = compensation.payroll(RecordId(review)).await.map_err(failed)?;
            print!("{}", payroll.to_csv().map_err(|error| failed(error.into()))?);
        }
    }
    Ok(())
}
