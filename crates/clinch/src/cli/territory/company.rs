//! The company's territories: the tree with its balance, rules, plans, changes.

use crate::cli::{
    Context,
    output::{self, Format, figures, text},
    read, report,
};
use base::{Amount, RecordId};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use rules::{access::Viewer, log::Origin};
use std::path::PathBuf;
use territories::{
    Asked, Measure, Overview, Plan, RuleRow, Territories, TerritoriesError, Wish, overview_json, plan_json,
};

#[derive(Subcommand)]
pub enum Command {
    /// The tree: who works each territory, what it carries, how even it is.
    Tree {
        #[arg(long)]
        as_of: Option<Date>,
        /// revenue, pipeline or accounts.
        #[arg(long, default_value = "revenue")]
        even: String,
    },
    /// The rules that assign accounts, as CSV.
    Rules {
        #[arg(long)]
        on: Option<Date>,
    },
    /// Rules from a CSV file: whether each can be; with --commit they hold from the day on.
    SetRules {
        file: PathBuf,
        #[arg(long)]
        from: Date,
        #[arg(long, default_value = "")]
        reason: String,
        #[arg(long)]
        commit: bool,
    },
    /// What the rules would move from a day on; with --commit it is moved.
    Plan(Decided),
    /// What the optimiser would move from a day on; with --commit it is moved.
    Design(Designed),
    /// What passes when somebody else works a territory from a day on; with --commit it passes.
    Assign {
        /// External id, name, or # and number.
        territory: String,
        /// External id, or # and number.
        person: String,
        #[command(flatten)]
        decided: Decided,
    },
    /// So many days after a change an open deal stays with who had it.
    CreditDays { days: i64 },
    /// Open deals whose days with who had their account are over; with --commit they pass to who has it now.
    PassDeals {
        #[arg(long)]
        commit: bool,
    },
}

#[derive(Args)]
pub struct Decided {
    #[arg(long)]
    from: Date,
    #[arg(long, default_value = "")]
    reason: String,
    #[arg(long)]
    commit: bool,
    /// The hand-over list as CSV.
    #[arg(long)]
    csv: bool,
}

#[derive(Args)]
pub struct Designed {
    #[command(flatten)]
    decided: Decided,
    /// A branch of the tree: external id, name, or # and number.
    #[arg(long, default_value = "")]
    within: String,
    /// revenue, pipeline or accounts.
    #[arg(long, default_value = "revenue")]
    even: String,
    /// How far from the mean a territory may be before it costs anything, per cent.
    #[arg(long, default_value = "15")]
    tolerance: Amount,
    /// Weight of stability.
    #[arg(long, default_value = "0.5")]
    change: Amount,
    /// The same seed gives the same answer.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Accounts that stay: external ids or names, with ; between them.
    #[arg(long, default_value = "")]
    pinned: String,
}

fn failed(error: TerritoriesError) -> miette::Report {
    report(&error, error.hint())
}

pub async fn run(context: &Context, command: Command, format: Format, viewer: Viewer) -> miette::Result<()> {
    let territories = Territories::new(context.db.clone(), viewer, context.folder.clone());
    let today = territories.today().await.map_err(failed)?;
    match command {
        Command::Tree { as_of, even } => {
            let even = Measure::read(&even).map_err(failed)?;
            let asked = Asked { even, ..Asked::on(as_of.unwrap_or(today)) };
            let found = territories.overview(asked).await.map_err(failed)?;
            if format == Format::Json { output::print_json(&overview_json(&found)) } else { print_tree(&found) }
        }
        Command::Rules { on } => {
            let rows = territories.rule_rows(on.unwrap_or(today)).await.map_err(failed)?;
            print!("{}", RuleRow::csv(&rows).map_err(failed)?);
        }
        Command::SetRules { file, from, reason, commit } => {
            let rows = RuleRow::read(&read(&file)?).map_err(failed)?;
            let plan = territories.plan_rules(&rows, from).await.map_err(failed)?;
            for (line, problem) in &plan.problems {
                eprintln!("{}, line {line}: {problem}", file.display());
            }
            if !plan.problems.is_empty() {
                return Err(miette::miette!("{} rules cannot be; nothing is written", plan.problems.len()));
            }
            let count = plan.rules.len();
            if commit {
                territories.commit_rules(plan, &reason, Origin::Cli).await.map_err(failed)?;
                println!("{count} rules hold from {from} on");
            } else {
                println!("{count} rules can be; --commit writes them");
            }
        }
        Command::Plan(decided) => {
            let plan = territories.plan(decided.from).await.map_err(failed)?;
            decide(&territories, &plan, &decided, format).await?;
        }
        Command::Design(designed) => {
            let wish = designed.wish(&territories).await.map_err(failed)?;
            let plan = territories.propose(&wish).await.map_err(failed)?;
            decide(&territories, &plan, &designed.decided, format).await?;
        }
        Command::Assign { territory, person, decided } => {
            let plan = territories.plan_holder(&territory, &person, decided.from).await.map_err(failed)?;
            decide(&territories, &plan, &decided, format).await?;
        }
        Command::PassDeals { commit: true } => {
            println!("{} deals passed", territories.pass_deals(Origin::Cli).await.map_err(failed)?);
        }
        Command::PassDeals { commit: false } => {
            let due = territories.due_deals().await.map_err(failed)?;
            let name = |id: Option<RecordId>| id.map(|id| format!("#{id}")).unwrap_or_default();
            let row =
                |one: &territories::Due| vec![one.name.clone(), name(one.owner), name(one.to), one.since.to_string()];
            output::print_table(&["deal", "owner", "to", "since"].map(text), due.iter().map(row).collect());
        }
        Command::CreditDays { days } => {
            territories.set_credit_days(&days.to_string(), Origin::Cli).await.map_err(failed)?;
            println!("an open deal stays for {days} days");
        }
    }
    Ok(())
}

impl Designed {
    async fn wish(&self, territories: &Territories) -> Result<Wish, TerritoriesError> {
        let from = self.decided.from;
        Ok(Wish {
            within: territories.branch(&self.within, from).await?,
            even: Measure::read(&self.even)?,
            tolerance: self.tolerance,
            change: self.change,
            seed: self.seed,
            pinned: territories.accounts_named(&self.pinned).await?,
            ..Wish::on(from)
        })
    }
}

async fn decide(territories: &Territories, plan: &Plan, decided: &Decided, format: Format) -> miette::Result<()> {
    if decided.commit {
        let id = territories.commit(plan, &decided.reason, Origin::Cli).await.map_err(failed)?;
        println!("change {id}: {} accounts move from {} on", plan.moves.len(), plan.day);
    } else if decided.csv {
        print!("{}", plan.to_csv().map_err(failed)?);
    } else if format == Format::Json {
        output::print_json(&plan_json(plan));
    } else {
        print_plan(plan);
    }
    Ok(())
}

fn people(found: &territories::Land, ids: &[RecordId]) -> String {
    ids.iter().map(|id| found.person(Some(*id))).collect::<Vec<_>>().join(", ")
}

fn percent(amount: Option<Amount>) -> String {
    amount.map(|amount| format!("{} %", amount.round_to(1).unwrap_or(amount))).unwrap_or_default()
}

fn print_tree(found: &Overview) {
    let rows = found.lines.iter().map(|line| {
        let number = |of: fn(&territories::Load) -> String| line.load.as_ref().map(of).unwrap_or_default();
        vec![
            format!("{}{}", "  ".repeat(line.depth), line.name),
            people(&found.land, &line.holders),
            number(|load| load.accounts.to_string()),
            number(|load| load.customers.to_string()),
            number(|load| load.pipeline.to_text()),
            number(|load| load.revenue.to_text()),
            percent(line.deviation),
        ]
    });
    let mut heads = vec![text("territory"), text("worked by")];
    heads.extend(["accounts", "customers", "pipeline", "revenue", "off the mean"].map(figures));
    output::print_table(&heads, rows.collect());
    for conflict in &found.conflicts {
        let names: Vec<&str> = conflict.territories.iter().map(|id| found.land.name_of(*id)).collect();
        println!("rules of rank {} name {}: {} accounts", conflict.rank, names.join(" and "), conflict.accounts.len());
    }
    println!("{} accounts without a rule, {} without a territory", found.unruled.len(), found.homeless.len());
}

fn print_plan(plan: &Plan) {
    let land = &plan.land;
    let rows = plan.lines.iter().map(|one| {
        let load = |load: &territories::Load, off: Option<Amount>| {
            [load.accounts.to_string(), load.of(plan.even).to_text(), percent(off)]
        };
        let mut cells = vec![land.name_of(one.territory).to_owned()];
        cells.extend(load(&one.now, one.now_deviation));
        cells.extend(load(&one.then, one.then_deviation));
        cells
    });
    let mut heads = vec![text("territory")];
    heads.extend(["accounts now", "load now", "off the mean now", "accounts", "load", "off the mean"].map(figures));
    output::print_table(&heads, rows.collect());
    let rows = plan.handed_over.iter().map(|one| {
        let territory = |id: Option<RecordId>| id.map_or("–", |id| land.name_of(id)).to_owned();
        vec![
            one.name.clone(),
            territory(one.passed.from),
            territory(one.passed.to),
            land.person(one.passed.from_owner).to_owned(),
            land.person(one.passed.to_owner).to_owned(),
            one.deals.len().to_string(),
        ]
    });
    println!("\n{} accounts move from {} on", plan.moves.len(), plan.day);
    let mut heads: Vec<_> = ["account", "from", "to", "from whom", "to whom"].map(text).into();
    heads.push(figures("open deals"));
    output::print_table(&heads, rows.collect());
}
