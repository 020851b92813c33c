//! Quotas of a year: proposed by several ways, one of them committed.

use super::{
    Context,
    output::{self, Format, figures, text},
    report,
};
use base::Amount;
use clap::{Args, Subcommand};
use goals::{Goals, GoalsError, Way, Wish, json};
use rules::{access::Viewer, log::Origin};

#[derive(Subcommand)]
pub enum Command {
    /// What each would carry, by average, top down and bottom up.
    Plan(Asked),
    /// Write the quotas of one way, a person and quarter each.
    Commit {
        #[command(flatten)]
        asked: Asked,
        /// average, top_down or bottom_up.
        #[arg(long)]
        way: String,
        #[arg(long)]
        reason: String,
    },
}

#[derive(Args)]
pub struct Asked {
    /// 2027.
    year: String,
    /// Of the company; without it what was sold and `raise` on top.
    #[arg(long)]
    target: Option<Amount>,
    /// Per cent on top of the target.
    #[arg(long, default_value = "15")]
    over_assignment: Amount,
    /// Per cent on top of what was sold.
    #[arg(long, default_value = "10")]
    raise: Amount,
}

impl Asked {
    fn wish(self) -> Wish {
        Wish { year: self.year, target: self.target, over_assignment: self.over_assignment, raise: self.raise }
    }
}

pub async fn run(context: &Context, command: Command, format: Format, viewer: Viewer) -> miette::Result<()> {
    let goals = Goals::new(context.db.clone(), viewer, context.folder.clone());
    match command {
        Command::Plan(asked) => {
            let found = goals.propose(&asked.wish()).await.map_err(failed)?;
            if format == Format::Json {
                output::print_json(&json(&found));
                return Ok(());
            }
            let money = |amount: Option<Amount>| amount.map(Amount::to_text).unwrap_or_default();
            let rows = found.lines.iter().map(|line| {
                let mut cells = vec![line.name.clone(), line.sold.to_text(), line.months.to_string()];
                cells.extend([money(Some(line.pipeline)), money(line.before)]);
                cells.extend(Way::ALL.map(|way| money(line.quotas.get(&way).copied())));
                cells
            });
            let mut heads = vec![text("name")];
            heads.extend(
                ["sold", "months", "pipeline", "quota before", "average", "top down", "bottom up"].map(figures),
            );
            output::print_table(&heads, rows.collect());
            for one in &found.sums {
                println!(
                    "{}: {} in sum, {} beside the target",
                    one.way.name(),
                    one.sum.to_text(),
                    one.gap.amount.to_text()
                );
            }
        }
        Command::Commit { asked, way, reason } => {
            let way = Way::read(&way).map_err(failed)?;
            let found = goals.propose(&asked.wish()).await.map_err(failed)?;
            let written = goals.commit(&found, way, &reason, Origin::Cli).await.map_err(failed)?;
            println!("{written} quotas of {} are set", found.year.label);
        }
    }
    Ok(())
}

fn failed(error: GoalsError) -> miette::Report {
    report(&error, error.hint())
}
