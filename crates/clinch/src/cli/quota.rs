//! Quotas of a year: proposed by several ways, one of them committed.

use super::{
    Context,
    output::{self, Format, figures, text},
    report,
};
use base::{Amount, RecordId, Seq};
use clap::{Args, Subcommand};
use goals::{Goals, GoalsError, Way, WhatIf, Wish, json, plan_json};
use kpi::Kpi;
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
    /// Somebody's sales plan of a year, with what the year comes to.
    SalesPlan(Planned),
    /// Approve somebody's sales plan, or give it back with what is to change.
    Decide {
        #[command(flatten)]
        planned: Planned,
        /// Of the plan that you looked at, as `sales-plan` tells it: what was written since is not decided.
        #[arg(long)]
        seq: i64,
        #[arg(long, required_unless_present = "give_back")]
        approve: bool,
        #[arg(long, conflicts_with = "approve")]
        give_back: Option<String>,
    },
}

#[derive(Args)]
pub struct Planned {
    /// Whose plan it is: an external id, or # and a number.
    person: String,
    /// 2027; the year of today when nothing is said.
    #[arg(default_value = "")]
    year: String,
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

async fn found(context: &Context, viewer: Viewer, person: &str) -> miette::Result<RecordId> {
    let kpi = Kpi::new(context.db.clone(), viewer).await.map_err(|error| failed(error.into()))?;
    kpi.person(person).await.map_err(|error| failed(error.into()))
}

pub async fn run(context: &Context, command: Command, format: Format, viewer: Viewer) -> miette::Result<()> {
    let goals = Goals::new(context.db.clone(), viewer.clone(), context.folder.clone());
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
        Command::SalesPlan(Planned { person, year }) => {
            let person = found(context, viewer, &person).await?;
            let plan = goals.sales_plan(person, &year, WhatIf::default()).await.map_err(failed)?;
            output::print_json(&plan_json(&plan).map_err(failed)?);
        }
        Command::Decide { planned: Planned { person, year }, seq, give_back, .. } => {
            let person = found(context, viewer, &person).await?;
            let decision = (give_back.is_none(), give_back.as_deref().unwrap_or_default());
            goals.decide_plan((person, &year), decision, Seq(seq), Origin::Cli).await.map_err(failed)?;
            println!("the sales plan is {}", if give_back.is_none() { "approved" } else { "given back" });
        }
    }
    Ok(())
}

fn failed(error: GoalsError) -> miette::Report {
    report(&error, error.hint())
}
