//! Appraisals at the command line: cycles for HR, and everybody's inbox. The operator sees none; what is written is written in a
//! person's own name, with their token.

use super::{
    Context,
    output::{self, Format, figures, text},
    report,
};
use ::appraisal::{
    Answers, Appraisal, AppraisalError, Customer, CycleState, Setup, calibrated, forced, form_json, planned, task,
};
use ::inbox::Inbox;
use base::RecordId;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use miette::{Context as _, IntoDiagnostic};
use rules::{
    access::Viewer,
    appraisal::{Grade, Measure, Strictness},
    log::Origin,
};
use std::path::PathBuf;
use web_kit::{Language, Words};

#[derive(Subcommand)]
pub enum Command {
    /// Every cycle, the last first.
    Cycles,
    /// Plan a cycle and launch it.
    Launch(Launch),
    /// Open the results to those they are about.
    Release { cycle: i64 },
    /// Nothing is written in it any more.
    Close { cycle: i64 },
    /// Grades, their distribution beside the guide, and every move, as JSON.
    Calibration { cycle: i64 },
    /// Show what the forced distribution would move, and move it.
    Force {
        cycle: i64,
        /// Show it; write nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Move somebody's grade in calibration.
    Grade {
        appraisal: i64,
        /// A to E.
        grade: String,
        #[arg(long)]
        reason: String,
    },
    /// Forms that wait, one's own first.
    Inbox,
    /// An appraisal with what of it one may see, as JSON.
    Show { appraisal: i64 },
    /// Write one's part from a JSON file of ratings, overrides and comment; takes one's own token.
    Write {
        part: i64,
        file: PathBuf,
        /// Hand it in.
        #[arg(long)]
        hand_in: bool,
    },
    /// Give a part more time, back to its writer, or an open one of a manager to somebody else.
    Arrange {
        part: i64,
        #[arg(long)]
        due: Option<Date>,
        #[arg(long)]
        writer: Option<String>,
    },
    /// Ask a customer for a view of somebody; by mail, or HR hands the link over.
    AskCustomer {
        appraisal: i64,
        #[arg(long)]
        name: String,
        #[arg(long)]
        email: String,
        /// Of the letter: en, th or ja.
        #[arg(long, default_value = "en")]
        language: Language,
    },
    /// Ask a customer no more; the link ends.
    WithdrawCustomer { part: i64 },
    /// Remind everybody who has something to write in a cycle, by mail, once a day.
    Remind { cycle: i64 },
}

#[derive(Args)]
pub struct Launch {
    name: String,
    /// 2026-03, 2026-Q1 or 2026.
    #[arg(long)]
    period: String,
    /// Who is appraised.
    #[arg(long, value_delimiter = ',', required = true)]
    roles: Vec<String>,
    /// Of the KPI part, per cent.
    #[arg(long, default_value_t = 70)]
    kpi_weight: i64,
    /// People rate their managers.
    #[arg(long)]
    upward: bool,
    /// What the guide to the distribution of grades does: advisory, blocking or forced.
    #[arg(long, default_value = "advisory")]
    guide: String,
    /// Hold scores to everybody's measure.
    #[arg(long)]
    leniency: bool,
    /// Weights of the sides, the least answers of one and bounds of grades: a JSON file as docs/appraisal.md has it.
    #[arg(long)]
    measure: Option<PathBuf>,
    #[arg(long)]
    own_due: Date,
    #[arg(long)]
    others_due: Date,
    #[arg(long)]
    manager_due: Date,
    /// Show who would be appraised by whom; write nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Command {
    pub const fn is_personal(&self) -> bool {
        matches!(self, Self::Write { .. })
    }
}

pub async fn run(context: &Context, command: Command, format: Format, viewer: Option<Viewer>) -> miette::Result<()> {
    let viewer = viewer.ok_or_else(|| failed(AppraisalError::Unnamed))?;
    let appraisal = Appraisal::new(context.db.clone(), viewer.clone(), context.folder.clone());
    match command {
        Command::AskCustomer { appraisal: form, name, email, language } => {
            let customer = Customer { name: &name, email: &email, words: Words::new(language) };
            let asked = appraisal.ask_customer(&context.access()?, RecordId(form), &customer, Origin::Cli).await;
            match asked.map_err(failed)?.link {
                Some(link) => println!("Hand the customer this page, behind the server's address: /view/{link}"),
                None => println!("A letter is on its way to {email}."),
            }
        }
        Command::WithdrawCustomer { part } => {
            appraisal.withdraw_customer(RecordId(part), Origin::Cli).await.map_err(failed)?;
            println!("The customer is asked no more.");
        }
        Command::Remind { cycle } => {
            let inbox = Inbox::new(context.access()?, viewer, context.folder.clone());
            let people = inbox.remind_cycle(RecordId(cycle)).await.map_err(|error| report(&error, error.hint()))?;
            println!("{people} people are reminded; the server sends it within two minutes.");
        }
        Command::Cycles => {
            let rows = appraisal.cycles().await.map_err(failed)?.into_iter().map(|cycle| {
                let (id, due) = (cycle.id.to_string(), cycle.manager_due.to_string());
                vec![id, cycle.name, cycle.period.label, cycle.state.name().to_owned(), due]
            });
            let heads = [figures("id"), text("name"), text("period"), text("state"), text("managers due")];
            output::print_table(&heads, rows.collect());
        }
        Command::Launch(asked) => launch(&appraisal, asked, format).await?,
        Command::Release { cycle } => {
            appraisal.move_on(RecordId(cycle), CycleState::Released, Origin::Cli).await.map_err(failed)?;
            println!("everybody reads their own results of cycle {cycle}");
        }
        Command::Close { cycle } => {
            appraisal.move_on(RecordId(cycle), CycleState::Closed, Origin::Cli).await.map_err(failed)?;
            println!("cycle {cycle} is closed");
        }
        Command::Calibration { cycle } => {
            let cycle = appraisal.cycle(RecordId(cycle)).await.map_err(failed)?;
            output::print_json(&calibrated(&appraisal, &cycle).await.map_err(failed)?);
        }
        Command::Force { cycle, dry_run } => force(&appraisal, RecordId(cycle), dry_run).await?,
        Command::Grade { appraisal: id, grade, reason } => {
            let to = Grade::ALL.into_iter().find(|one| one.name() == grade);
            let to = to.ok_or_else(|| miette::miette!(help = "write A, B, C, D or E", "{grade:?} is no grade"))?;
            appraisal.calibrate(RecordId(id), to, &reason, Origin::Cli).await.map_err(failed)?;
            println!("appraisal {id} has grade {grade}");
        }
        Command::Inbox => {
            let tasks = appraisal.inbox().await.map_err(failed)?;
            if format == Format::Json {
                output::print_json(&tasks.iter().map(task).collect());
                return Ok(());
            }
            let rows = tasks.into_iter().map(|task| {
                let late = if task.is_overdue { "overdue" } else { task.part.state.name() };
                let part = &task.part;
                let ids = [part.form.to_string(), part.id.to_string()];
                let [form, id] = ids;
                vec![form, id, task.name, part.kind.name().to_owned(), part.due.to_string(), late.to_owned()]
            });
            let heads = [figures("appraisal"), figures("part"), text("of"), text("as"), text("due"), text("state")];
            output::print_table(&heads, rows.collect());
        }
        Command::Show { appraisal: id } => {
            let form = appraisal.form(RecordId(id)).await.map_err(failed)?;
            appraisal.look(&form).await.map_err(failed)?;
            output::print_json(&form_json(&form).map_err(failed)?);
        }
        Command::Write { part, file, hand_in } => {
            let given = std::fs::read_to_string(&file).into_diagnostic();
            let given = given.wrap_err_with(|| file.display().to_string())?;
            let answers: Answers = serde_json::from_str(&given).into_diagnostic().wrap_err("no answers")?;
            let id = RecordId(part);
            let seen = appraisal.version(id).await.map_err(failed)?;
            appraisal.save(id, seen, &answers, Origin::Cli).await.map_err(failed)?;
            if hand_in {
                appraisal.hand_in(id, Origin::Cli).await.map_err(failed)?;
            }
            println!("part {part} is {}", if hand_in { "handed in" } else { "saved" });
        }
        Command::Arrange { part, due, writer } => {
            let writer = match writer {
                Some(named) => Some(appraisal.person(&named).await.map_err(failed)?.id),
                None => None,
            };
            appraisal.rearrange(RecordId(part), due, writer, Origin::Cli).await.map_err(failed)?;
            println!("part {part} is arranged");
        }
    }
    Ok(())
}

async fn force(appraisal: &Appraisal, id: RecordId, is_dry: bool) -> miette::Result<()> {
    let cycle = appraisal.cycle(id).await.map_err(failed)?;
    let moves = forced(&appraisal.standings(&cycle).await.map_err(failed)?).map_err(failed)?;
    let rows = moves.iter().map(|one| {
        let before = one.before.map_or("-", Grade::name).to_owned();
        vec![one.form.to_string(), one.name.clone(), one.score.to_text(), before, one.after.name().to_owned()]
    });
    let heads = [figures("appraisal"), text("name"), figures("score"), text("before"), text("after")];
    output::print_table(&heads, rows.collect());
    if is_dry {
        eprintln!("{} grades would move; nothing was written", moves.len());
        return Ok(());
    }
    let seen: Vec<_> = moves.iter().map(|one| (one.form, one.after)).collect();
    appraisal.force(id, &seen, Origin::Cli).await.map_err(failed)?;
    println!("{} grades of cycle {id} were moved", moves.len());
    Ok(())
}

async fn launch(appraisal: &Appraisal, asked: Launch, format: Format) -> miette::Result<()> {
    let wrong = || miette::miette!(help = "write advisory, blocking or forced", "{:?} is no guide", asked.guide);
    let guide = Strictness::read(&asked.guide).ok_or_else(wrong)?;
    let measure = match &asked.measure {
        Some(path) => serde_json::from_str(&super::read(path)?).map_err(|error| {
            miette::miette!(help = "docs/appraisal.md has every key of it", "{}: {error}", path.display())
        })?,
        None => Measure::default(),
    };
    let setup = Setup {
        name: asked.name,
        period: asked.period,
        roles: asked.roles,
        kpi_weight: asked.kpi_weight,
        upward: asked.upward,
        guide,
        leniency: asked.leniency,
        measure,
        own_due: asked.own_due,
        others_due: asked.others_due,
        manager_due: asked.manager_due,
    };
    let plan = appraisal.plan(&setup).await.map_err(failed)?;
    if format == Format::Json {
        output::print_json(&planned(&plan));
    } else {
        let rows = plan.people.iter().map(|one| {
            let managers: Vec<&str> = one.managers.iter().map(|(_, name, _)| name.as_str()).collect();
            let score = one.score.map(base::Amount::to_text).unwrap_or_default();
            let notes: Vec<&str> = one.notes.iter().map(|note| note.name()).collect();
            vec![one.name.clone(), one.role.clone(), managers.join(", "), score, notes.join(", ")]
        });
        let heads = [text("name"), text("role"), text("managers"), figures("kpi score"), text("to know")];
        output::print_table(&heads, rows.collect());
    }
    if asked.dry_run {
        eprintln!("{} people would be appraised; nothing was written", plan.people.len());
        return Ok(());
    }
    let id = appraisal.launch(&plan, Origin::Cli).await.map_err(failed)?;
    println!("cycle {id} is open for {} people; KPIs are frozen as of {}", plan.people.len(), plan.as_of);
    Ok(())
}

fn failed(error: AppraisalError) -> miette::Report {
    let hint = error.hint();
    report(&error, hint)
}
