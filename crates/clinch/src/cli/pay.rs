//! Pay at the command line: from plans and files alone, without a database.

use super::{
    output::{self, Format, figures, text},
    read, report,
};
use clap::{Args, Subcommand};
use miette::{Context as _, IntoDiagnostic};
use pay_rules::{Files, Inputs, PayFile, Plan, Reason, Statement, calculate, conformance, file::Recomputed};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use web_kit::i18n::{Language, Slot, Words};

const FORMAT: &str = "docs/pay-format.md describes plans and input files";

/// Some need a database, some none.
#[derive(Subcommand)]
#[command(subcommand_required = true)]
pub enum Command {
    #[command(flatten)]
    Files(OfFiles),
    #[command(flatten)]
    Runs(super::runs::Command),
}

#[derive(Subcommand)]
pub enum OfFiles {
    /// What plans pay, line by line, each with its reason (docs/pay-format.md).
    Calculate(Box<Calculate>),
    /// Read plans and tell what is wrong with them.
    Check {
        #[arg(required = true)]
        plans: Vec<PathBuf>,
    },
    /// Compare what plans pay with what they are expected to (conformance/README.md).
    Conformance {
        /// A folder of folders.
        #[arg(default_value = "conformance/pay")]
        folder: PathBuf,
    },
    /// Make a statement again from the file that came with it, and tell whether it is the same.
    Recompute {
        file: PathBuf,
        /// The language of reasons: en, th or ja.
        #[arg(long, default_value = "en")]
        lang: Language,
    },
}

#[derive(Args)]
pub struct Calculate {
    /// A plan; again for each further one.
    #[arg(long = "plan", required = true, value_name = "FILE")]
    plans: Vec<PathBuf>,
    /// What was sold, and by whom.
    #[arg(long, value_name = "FILE")]
    credits: PathBuf,
    /// Who is there, since when, in which role.
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    quotas: Option<PathBuf>,
    /// Values of KPIs, for gates and bonuses.
    #[arg(long, value_name = "FILE")]
    actuals: Option<PathBuf>,
    /// Exchange rates.
    #[arg(long, value_name = "FILE")]
    rates: Option<PathBuf>,
    /// What was collected, cancelled or written off.
    #[arg(long, value_name = "FILE")]
    cash: Option<PathBuf>,
    /// What earlier periods paid; what CSV output says can be given. Without it they were paid as they are computed.
    #[arg(long, value_name = "FILE")]
    paid: Option<PathBuf>,
    /// What was decided by hand.
    #[arg(long, value_name = "FILE")]
    adjustments: Option<PathBuf>,
    /// 2026-03, 2026-Q1 or 2026, as the plan pays; that of the last fact when nothing is said.
    #[arg(long)]
    period: Option<String>,
    /// The language of reasons: en, th or ja.
    #[arg(long, default_value = "en")]
    lang: Language,
}

pub fn run(command: OfFiles, format: Format) -> miette::Result<()> {
    match command {
        OfFiles::Calculate(arguments) => {
            let words = Words::new(arguments.lang);
            print(&statement(&arguments)?, format, words)
        }
        OfFiles::Check { plans } => {
            for path in &plans {
                let plan = read_plan(path)?;
                println!(
                    "{}: {} {}, {} components",
                    path.display(),
                    plan.id(),
                    plan.version,
                    plan.components().count()
                );
            }
            Ok(())
        }
        OfFiles::Conformance { folder } => check_folders(&folder),
        OfFiles::Recompute { file, lang } => recompute(&file, format, Words::new(lang)),
    }
}

fn statement(arguments: &Calculate) -> miette::Result<Statement> {
    let plans = arguments.plans.iter().map(|path| read_plan(path)).collect::<miette::Result<Vec<Plan>>>()?;
    let paths = [
        ("credits", Some(&arguments.credits)),
        ("people", arguments.people.as_ref()),
        ("quotas", arguments.quotas.as_ref()),
        ("actuals", arguments.actuals.as_ref()),
        ("rates", arguments.rates.as_ref()),
        ("cash", arguments.cash.as_ref()),
        ("paid", arguments.paid.as_ref()),
        ("adjustments", arguments.adjustments.as_ref()),
    ];
    let texts = paths.into_iter().filter_map(|(name, path)| Some(read(path?).map(|text| (name, text))));
    let texts = texts.collect::<miette::Result<BTreeMap<_, _>>>()?;
    let files = Files::of(&texts).ok_or_else(|| miette::miette!("there are no credits"))?;
    let inputs = Inputs::read(&files, &plans[0]).map_err(|error| report(&error, FORMAT))?;
    let of_last_day = || inputs.last_day().and_then(|day| plans[0].period_of(day));
    let period = arguments.period.clone().or_else(of_last_day);
    let hint = "say which with --period, like --period 2026-03";
    let period = period.ok_or_else(|| miette::miette!(help = hint, "nothing in the files is dated"))?;
    calculate(&plans, &inputs, &period).map_err(|error| report(&error, FORMAT))
}

/// The statement that follows from a file, with its hash; an error where the file names another.
fn recompute(path: &Path, format: Format, words: Words) -> miette::Result<()> {
    let told = |error: pay_rules::FileError| report(&error, FORMAT);
    let file = PayFile::read(&read(path)?).map_err(told).wrap_err_with(|| path.display().to_string())?;
    let Recomputed { statement, sha256 } =
        file.recompute().map_err(told).wrap_err_with(|| path.display().to_string())?;
    print(&statement, format, words)?;
    eprintln!("sha256 {sha256}");
    if sha256 == file.sha256 {
        eprintln!("this is the statement that came with the file");
        return Ok(());
    }
    let hint = "plans or inputs were changed, or another version of Clinch computed it";
    Err(miette::miette!(help = hint, "the file came with another statement: sha256 {}", file.sha256))
}

fn read_plan(path: &Path) -> miette::Result<Plan> {
    let plan = Plan::read(&read(path)?).map_err(|error| report(&error, FORMAT));
    plan.wrap_err_with(|| path.display().to_string())
}

fn sentence(words: Words, reason: &Reason) -> String {
    let slots: Vec<(&str, Slot)> =
        reason.arguments.iter().map(|(name, argument)| (*name, argument.to_text().into())).collect();
    words.t_with(reason.key, &slots)
}

/// All lines; as a table the totals and balances too. What blocks approval is told on standard error.
fn print(statement: &Statement, format: Format, words: Words) -> miette::Result<()> {
    if format == Format::Json {
        output::print_json(&statement.to_json(|reason| sentence(words, reason)));
        return Ok(());
    }
    for exception in &statement.exceptions {
        let of = [&exception.payee, &exception.component, &exception.fact].map(String::as_str);
        let of = of.into_iter().filter(|id| !id.is_empty()).collect::<Vec<_>>().join(" ");
        eprintln!("{} {of}: {}", exception.kind(), sentence(words, &exception.reason()));
    }
    let mut lines = Vec::new();
    for payee in &statement.payees {
        for component in &payee.components {
            lines.extend(component.lines.iter().map(|line| {
                vec![
                    statement.period.label.clone(),
                    payee.id.clone(),
                    component.id.clone(),
                    line.fact.clone(),
                    line.amount.to_string(),
                    payee.currency.to_string(),
                    line.rule.name().to_owned(),
                    sentence(words, &line.reason),
                ]
            }));
        }
    }
    let heads = [
        text("period"),
        text("payee"),
        text("component"),
        text("fact"),
        figures("amount"),
        text("currency"),
        text("rule"),
        text("reason"),
    ];
    if format == Format::Csv {
        return output::print_csv(&heads.map(|head| head.name), lines);
    }
    output::print_table(&heads, lines);
    let totals = statement.payees.iter().map(|payee| {
        let balances = payee.balances.iter().map(|(kind, amount)| format!("{} {amount}", kind.name()));
        let balances = balances.collect::<Vec<_>>().join(", ");
        vec![payee.id.clone(), payee.total.to_string(), payee.currency.to_string(), balances]
    });
    output::print_table(&[text("payee"), figures("total"), text("currency"), text("balances")], totals.collect());
    Ok(())
}

/// A line a folder that differs; an error when one does.
fn check_folders(folder: &Path) -> miette::Result<()> {
    let entries = fs::read_dir(folder).into_diagnostic().wrap_err_with(|| folder.display().to_string())?;
    let mut folders: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    let mut differing = 0;
    for folder in &folders {
        let differences = conformance::check(|name| fs::read_to_string(folder.join(name)).ok());
        differing += usize::from(!differences.is_empty());
        for difference in differences {
            println!("{}: {difference}", folder.join("expected.json").display());
        }
    }
    println!("{} of {} examples come out", folders.len() - differing, folders.len());
    if folders.is_empty() || differing > 0 { Err(miette::miette!("{differing} examples differ")) } else { Ok(()) }
}
