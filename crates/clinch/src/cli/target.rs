//! Targets at the command line: the tree of them, and setting one.

use super::{
    Context,
    output::{self, Format, figures, text},
    report,
};
use base::Amount;
use clap::Subcommand;
use jiff::civil::Date;
use kpi::{CascadeAsk, KnownAt, Kpi, KpiError, NewTarget, Node, json};
use rules::log::Origin;

#[derive(Subcommand)]
pub enum Command {
    /// Targets from the company down to people, beside what those below add up to and what came of it.
    Tree {
        /// A KPI id.
        kpi: String,
        /// 2026-02, 2026-Q1 or 2026; the year of today when nothing is said.
        #[arg(default_value = "")]
        period: String,
        /// As it was at the end of this day.
        #[arg(long)]
        as_of: Option<Date>,
        /// As it was known then: a day (its end) or a moment.
        #[arg(long)]
        known_at: Option<KnownAt>,
    },
    /// Set the target of a KPI: the company's, a team's or a person's.
    Set {
        kpi: String,
        period: String,
        /// A decimal number; of a percentage a fraction.
        value: Amount,
        /// Why it is this much.
        #[arg(long)]
        reason: String,
        /// A team's number or external id.
        #[arg(long, default_value = "", conflicts_with = "person")]
        team: String,
        #[arg(long, default_value = "")]
        person: String,
    },
}

pub async fn run(context: &Context, command: Command, format: Format, person: Option<&str>) -> miette::Result<()> {
    let asker = Kpi::new(context.db.clone(), context.viewer(person).await?).await.map_err(failed)?;
    match command {
        Command::Tree { kpi, period, as_of, known_at } => {
            let ask = CascadeAsk { kpi, period, as_of, known_at, folder: context.folder.clone() };
            let cascade = asker.cascade(&ask).await.map_err(failed)?;
            if format == Format::Json {
                output::print_json(&json::cascade(&cascade));
                return Ok(());
            }
            let plain = |amount: Option<Amount>| amount.map(Amount::to_text).unwrap_or_default();
            let row = |node: &Node| {
                let name = format!("{}{}", "  ".repeat(node.depth), node.entity.name);
                let value = node.row.as_ref().and_then(|row| row.value.clone()).unwrap_or_default();
                let attainment = node.attainment().and_then(|share| share.value(4)).unwrap_or_default();
                let pace = node.pace.and_then(|share| share.value(4)).unwrap_or_default();
                let (target, below, over) = (plain(node.target), plain(node.of_parts), plain(node.over()));
                let coverage = node.coverage.and_then(|share| share.value(1)).unwrap_or_default();
                vec![name, target, below, over, value, attainment, pace, plain(node.needed), coverage]
            };
            let heads = [
                text("whose"),
                figures("target"),
                figures("sum_below"),
                figures("over_assigned"),
                figures("value"),
                figures("attainment"),
                figures("pace"),
                figures("needed_a_month"),
                figures("coverage"),
            ];
            let rows: Vec<Vec<String>> = cascade.nodes.iter().map(row).collect();
            if format == Format::Csv {
                return output::print_csv(&heads.iter().map(|head| head.name).collect::<Vec<_>>(), rows);
            }
            output::print_table(&heads, rows);
        }
        Command::Set { kpi, period, value, reason, team, person } => {
            let whose = asker.whose(&team, &person).await.map_err(failed)?;
            let new = NewTarget { kpi, period, whose, value, reason };
            asker.set_target(&new, Origin::Cli).await.map_err(failed)?;
            println!("the target of {} in {} is {}", new.kpi, new.period, new.value.to_text());
        }
    }
    Ok(())
}

fn failed(error: KpiError) -> miette::Report {
    let hint = error.hint();
    report(&error, hint)
}
