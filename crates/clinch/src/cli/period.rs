//! Closing periods at the command line: plan, then commit.

use super::{Context, output, report};
use clap::Subcommand;
use kpi::{Kpi, KpiError};
use rules::log::Origin;

#[derive(Subcommand)]
pub enum Command {
    /// Close a period: 2026-02, 2026-Q1, 2026. It then answers as reported.
    Close {
        period: String,
        /// Show what would be closed, with which values; write nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Open a closed period again.
    Reopen { period: String },
    /// The periods that are closed.
    List,
}

pub async fn run(context: &Context, command: Command, person: Option<&str>) -> miette::Result<()> {
    let kpi = Kpi::new(context.db.clone(), context.viewer(person).await?).await.map_err(failed)?;
    match command {
        Command::Close { period, dry_run } => {
            let plan = kpi.plan_close(&period, context.folder.clone()).await.map_err(failed)?;
            let rows = plan.reported.iter().map(|row| {
                let value = row.value.clone().unwrap_or_else(|| "–".to_owned());
                vec![row.kpi.clone(), value, row.row_count.to_string()]
            });
            let heads = [output::text("kpi"), output::figures("value"), output::figures("rows")];
            output::print_table(&heads, rows.collect());
            let (label, seq) = (&plan.period.label, plan.seq);
            if dry_run {
                println!("{label} would be closed at seq {seq}; nothing was written");
                return Ok(());
            }
            kpi.close(&plan, Origin::Cli).await.map_err(failed)?;
            println!("{label} is closed at seq {seq}; `clinch period reopen {label}` opens it again");
        }
        Command::Reopen { period } => {
            kpi.reopen(&period, Origin::Cli).await.map_err(failed)?;
            println!("{period} is open again");
        }
        Command::List => {
            let closed = kpi::closed(&context.db).await.map_err(failed)?;
            let rows = closed.iter().map(|closed| {
                vec![closed.period.clone(), closed.from.to_string(), closed.to.to_string(), closed.seq.to_string()]
            });
            let heads = ["period", "from", "to", "closed at seq"].map(output::text);
            output::print_table(&heads, rows.collect());
        }
    }
    Ok(())
}

fn failed(error: KpiError) -> miette::Report {
    let hint = error.hint();
    report(&error, hint)
}
