//! Quotas of a year: proposed by several ways, drafted from one of them, approved by a second person.

use super::{
    Context,
    output::{self, Format, figures, text},
    report,
};
use base::{Amount, RecordId, Seq};
use clap::{Args, Subcommand};
use goals::{Goals, GoalsError, Way, WhatIf, Wish, json, plan_json, quota_plan_json};
use kpi::Kpi;
use rules::{access::Viewer, log::Origin};

#[derive(Subcommand)]
pub enum Command {
    /// What each would carry, by average, top down, bottom up and by what accounts could buy.
    Plan(Asked),
    /// Draft the quotas of one way, a person and quarter each: a plan that another person approves.
    Draft {
        #[command(flatten)]
        asked: Asked,
        /// average, top_down, bottom_up or account_based.
        #[arg(long)]
        way: String,
        #[arg(long)]
        reason: String,
    },
    /// Plans of quotas with where they stand.
    Plans,
    /// Hand a draft in for approval.
    Submit { plan: i64 },
    /// Approve a plan of quotas, which then stand, or give it back with what is to change.
    Approve {
        plan: i64,
        /// Of the plan that you looked at, as `plans` tells it: what was changed since is not decided.
        #[arg(long)]
        seq: i64,
        #[arg(long)]
        give_back: Option<String>,
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
    /// Per cent of what accounts could buy in a year; without it what was sold of it and `raise` on top.
    #[arg(long)]
    share: Option<Amount>,
}

impl Asked {
    fn wish(self) -> Wish {
        let Self { year, target, over_assignment, raise, share } = self;
        Wish { year, target, over_assignment, raise, share, seen: None }
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
                cells.extend([money(Some(line.pipeline)), money(line.potential), money(line.before)]);
                cells.extend(found.ways().map(|way| money(line.quotas.get(&way).copied())));
                cells
            });
            let mut heads = vec![text("name")];
            heads.extend(["sold", "months", "pipeline", "potential", "quota before"].map(figures));
            heads.extend(found.ways().map(|way| figures(way.name())));
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
        Command::Draft { asked, way, reason } => {
            let way = Way::read(&way).map_err(failed)?;
            let found = goals.propose(&asked.wish()).await.map_err(failed)?;
            let id = goals.draft_quotas(&found, way, &reason, Origin::Cli).await.map_err(failed)?;
            println!("quota plan {id} of {} is drafted", found.year.label);
        }
        Command::Plans => {
            let plans = goals.quota_plans().await.map_err(failed)?;
            let plans = plans.iter().map(quota_plan_json).collect::<Result<Vec<_>, _>>().map_err(failed)?;
            output::print_json(&serde_json::Value::Array(plans));
        }
        Command::Submit { plan } => {
            let plan = goals.quota_plan(RecordId(plan)).await.map_err(failed)?;
            let (said, none) = ((plan.reason.as_str(), true), std::collections::BTreeMap::new());
            goals.change_quotas(plan.id, &none, said, plan.version, Origin::Cli).await.map_err(failed)?;
            println!("quota plan {} waits for approval", plan.id);
        }
        Command::Approve { plan, seq, give_back } => {
            let decision = (give_back.is_none(), give_back.as_deref().unwrap_or_default());
            let written = goals.decide_quotas(RecordId(plan), decision, Seq(seq), Origin::Cli).await.map_err(failed)?;
            match give_back {
                None => println!("{written} quotas are set"),
                Some(_) => println!("quota plan {plan} is given back"),
            }
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
