//! Plans, runs and statements of a company at the command line; always as a person, since the operator sees no pay.

use super::{
    Context,
    output::{self, Format, figures, text},
    report,
};
use base::{Money, RecordId};
use clap::Subcommand;
use miette::{Context as _, IntoDiagnostic};
use pay::{Pay, Run, RunError};
use rules::{access::Viewer, log::Origin};
use std::{fs, path::PathBuf};
use web_kit::i18n::{Language, Words};

#[derive(Subcommand)]
pub enum Command {
    /// Keep plans (docs/pay-format.md), each a version; one that has paid never changes.
    Plan {
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// The plans that are kept.
    Plans,
    /// Calculate a period's pay from the company's records, for the first time or anew.
    Run {
        /// 2026-03, 2026-Q1 or 2026, as plans pay.
        period: String,
        /// Show what it would pay; write nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// What a candidate plan would have paid whom over periods that are past, beside the plans that hold. Nothing is written
    /// unless it is published.
    Replay {
        file: PathBuf,
        /// The first pay period, like 2026-01.
        #[arg(long)]
        from: String,
        /// The last one.
        #[arg(long)]
        to: String,
        /// Keep the plan, with what the replay showed.
        #[arg(long)]
        publish: bool,
    },
    /// What payroll is told of an approved run: CSV, with control totals as last rows.
    Export { period: String },
    /// What is owed at the end of a day and how it moved since the last booking: CSV, with control totals as last rows.
    Accrual {
        /// Like 2026-10-31.
        day: jiff::civil::Date,
        /// Keep it; what is learnt later is an expense of the next booking.
        #[arg(long, conflicts_with = "void")]
        book: bool,
        /// Take the last booking back.
        #[arg(long)]
        void: bool,
    },
    /// Every run with its state and total.
    Runs,
    /// Somebody has looked through a run.
    Review { period: String },
    /// Lock a reviewed run: write what is paid, and everybody's statement.
    Approve { period: String },
    /// The money of an approved run is on its way.
    Pay { period: String },
    /// Let an exception of a run pass.
    Waive {
        period: String,
        /// As `clinch pay run` tells it.
        exception: String,
        #[arg(long)]
        reason: String,
    },
    /// Enter an amount beside the plans, which a second person approves.
    Adjust {
        period: String,
        /// E-mail, # and number, or external id.
        person: String,
        amount: String,
        currency: String,
        /// correction, dispute, goodwill, retention or other.
        #[arg(long)]
        reason: String,
        /// What it rests on.
        #[arg(long)]
        evidence: String,
    },
    /// Stand behind an adjustment that somebody else entered.
    ApproveAdjustment { period: String, id: i64 },
    /// Take back an adjustment that nobody approved.
    WithdrawAdjustment { period: String, id: i64 },
    /// Disputes that one may see, the open ones first, as JSON.
    Disputes,
    /// Question a line, a component or all of one's own statement of a period.
    Dispute {
        period: String,
        claim: String,
        /// As the statement has it; left out: all of it.
        #[arg(long, default_value = "")]
        component: String,
        #[arg(long, default_value = "")]
        fact: String,
        #[arg(long, default_value = "")]
        evidence: String,
    },
    /// Grant somebody's dispute: an amount of an open period, which a second person approves.
    GrantDispute {
        id: i64,
        period: String,
        amount: String,
        currency: String,
        #[arg(long)]
        answer: String,
    },
    /// Take back one's own dispute.
    WithdrawDispute { id: i64 },
    /// Decline somebody's dispute.
    DeclineDispute {
        id: i64,
        #[arg(long)]
        answer: String,
    },
    /// One's own statement of a period, or somebody's; with --file also the file that recomputes it.
    Statement {
        period: String,
        /// E-mail, # and number, or external id.
        #[arg(long)]
        person: Option<String>,
        #[arg(long)]
        file: Option<PathBuf>,
        /// Write it as PDF.
        #[arg(long)]
        pdf: Option<PathBuf>,
        /// Of the PDF: en, th or ja.
        #[arg(long, default_value = "en")]
        lang: Language,
    },
}

impl Command {
    /// What somebody else did before is looked through or approved: a name that anybody may write is not enough.
    const fn is_a_second_persons(&self) -> bool {
        matches!(
            self,
            Self::Review { .. }
                | Self::Approve { .. }
                | Self::Pay { .. }
                | Self::Waive { .. }
                | Self::ApproveAdjustment { .. }
                | Self::Dispute { .. }
                | Self::GrantDispute { .. }
                | Self::DeclineDispute { .. }
        )
    }
}

/// On whose behalf: of a token's owner, or of whom is named where a name is enough.
pub async fn viewer(
    context: &Context,
    command: &Command,
    token: Option<&str>,
    person: Option<&str>,
) -> miette::Result<Viewer> {
    let viewer = context.proven(token, person, command.is_a_second_persons()).await?;
    viewer.ok_or_else(|| failed(RunError::SeesNoPay))
}

async fn dispute(pay: &Pay, command: Command) -> miette::Result<()> {
    match command {
        Command::Disputes => {
            let found = pay.disputes().await.map_err(failed)?;
            output::print_json(&serde_json::Value::from(found.iter().map(pay::dispute_json).collect::<Vec<_>>()));
        }
        Command::Dispute { period, claim, component, fact, evidence } => {
            let found = pay.own_statements().await.map_err(failed)?;
            let statement = found.iter().find(|one| one.title() == period);
            let statement = statement.ok_or_else(|| failed(RunError::NoRun(period)))?.id;
            let asked = pay::Question { component, fact, claim, evidence };
            let id = pay.dispute(statement, &asked, Origin::Cli).await.map_err(failed)?;
            println!("dispute {id} waits for an answer");
        }
        Command::GrantDispute { id, period, amount, currency, answer } => {
            let wrong = || failed(RunError::NotAnAmount(amount.clone(), currency.clone()));
            let money = Money::parse(&amount, currency.parse().map_err(|_| wrong())?).map_err(|_| wrong())?;
            let adjustment = pay.grant(RecordId(id), &period, money, &answer, Origin::Cli).await.map_err(failed)?;
            println!("adjustment {adjustment} of {period} waits for a second person");
        }
        Command::DeclineDispute { id, answer } => {
            pay.decline(RecordId(id), &answer, Origin::Cli).await.map_err(failed)?;
            println!("dispute {id} is declined");
        }
        Command::WithdrawDispute { id } => {
            pay.withdraw_dispute(RecordId(id), Origin::Cli).await.map_err(failed)?;
            println!("dispute {id} is taken back");
        }
        _ => {}
    }
    Ok(())
}

async fn replay(pay: &Pay, command: Command, format: Format) -> miette::Result<()> {
    let Command::Replay { file, from, to, publish } = command else { return Ok(()) };
    let given = fs::read_to_string(&file).into_diagnostic().wrap_err_with(|| file.display().to_string())?;
    let replay = pay.replay(&given, &from, &to).await.map_err(failed)?;
    print_replay(&replay, format)?;
    if let Some(seen) = replay.evidence().filter(|_| publish) {
        pay.publish(&given, (&from, &to), &seen, None, Origin::Cli).await.map_err(failed)?;
        eprintln!("{} is kept", file.display());
    }
    Ok(())
}

async fn accrual(pay: &Pay, command: Command, format: Format) -> miette::Result<()> {
    match command {
        Command::Accrual { day, void: true, .. } => {
            pay.void_accrual(day, Origin::Cli).await.map_err(failed)?;
            println!("the booking of {day} is taken back");
        }
        Command::Accrual { day, book, void: false } => {
            let found = if book { pay.book_accrual(day, None, Origin::Cli).await } else { pay.accrual(day).await };
            let found = found.map_err(failed)?;
            if format == Format::Json {
                output::print_json(&pay::accrual_json(&found));
            } else {
                print!("{}", found.to_csv().map_err(failed)?);
            }
        }
        _ => {}
    }
    Ok(())
}

async fn statement(
    context: &Context,
    pay: &Pay,
    me: Option<RecordId>,
    command: Command,
    format: Format,
) -> miette::Result<()> {
    let Command::Statement { period, person, file, pdf, lang } = command else { return Ok(()) };
    let payee = match person {
        Some(person) => context.person(&person).await?.id,
        None => me.ok_or_else(|| failed(RunError::SeesNoPay))?,
    };
    let statements = pay.statements(payee).await.map_err(failed)?;
    let found = statements.iter().find(|one| one.title() == period);
    let found = found.ok_or_else(|| failed(RunError::NoRun(period.clone())))?;
    let said = pay.statement(found.id).await.map_err(failed)?;
    let said = said.ok_or_else(|| failed(RunError::NoRun(period)))?;
    print_lines(&said.told, format)?;
    if let Some(path) = pdf {
        let (_, bytes) = pay.statement_on_paper(found.id, Words::new(lang)).await.map_err(failed)?;
        fs::write(&path, bytes).into_diagnostic().wrap_err_with(|| path.display().to_string())?;
    }
    if let Some(path) = file {
        let hint = "it takes others' pay to recompute it";
        let file = said.file.ok_or_else(|| miette::miette!(help = hint, "there is no file of this statement"))?;
        let text = file.to_text().map_err(|error| failed(RunError::File(error)))?;
        fs::write(&path, text).into_diagnostic().wrap_err_with(|| path.display().to_string())?;
        eprintln!("{}: `clinch pay recompute` makes the statement again", path.display());
    }
    Ok(())
}

pub async fn run(context: &Context, command: Command, format: Format, viewer: Viewer) -> miette::Result<()> {
    let me = viewer.person;
    let pay = Pay::new(context.db.clone(), viewer, context.folder.clone());
    match command {
        Command::Plan { files } => {
            for path in files {
                let given = fs::read_to_string(&path).into_diagnostic().wrap_err_with(|| path.display().to_string())?;
                pay.set_plan(&given, Origin::Cli).await.map_err(failed).wrap_err_with(|| path.display().to_string())?;
                println!("{} is kept", path.display());
            }
        }
        Command::Plans => {
            let plans = pay.plans().await.map_err(failed)?;
            let rows = plans.iter().map(|kept| {
                let from = kept.plan.from.map(|from| from.to_string()).unwrap_or_default();
                let paid = kept.paid.clone().unwrap_or_default();
                vec![kept.plan.id().to_owned(), kept.plan.version.clone(), kept.plan.name.clone(), from, paid]
            });
            output::print_table(&["plan", "version", "name", "from", "paid until"].map(text), rows.collect());
        }
        Command::Run { period, dry_run: true } => {
            let draft = pay.draft(&period).await.map_err(failed)?;
            print_payees(&draft.told.payees, format)?;
            print_exceptions(&draft.told.exceptions);
            eprintln!("{} would be calculated at seq {}; nothing was written", draft.period.label, draft.seq);
        }
        Command::Run { period, dry_run: false } => {
            print(&pay.calculate(&period, Origin::Cli).await.map_err(failed)?, format)?;
        }
        command @ Command::Replay { .. } => replay(&pay, command, format).await?,
        Command::Export { period } => {
            print!("{}", pay.payroll(&period).await.and_then(|payroll| payroll.to_csv()).map_err(failed)?);
        }
        command @ Command::Accrual { .. } => accrual(&pay, command, format).await?,
        Command::Runs => {
            let runs = pay.runs().await.map_err(failed)?;
            let rows = runs.iter().map(|run| {
                let totals = run.totals().into_iter().map(|(currency, total)| format!("{currency} {total}"));
                let totals = totals.collect::<Vec<_>>().join(", ");
                let (payees, open) = (run.told.payees.len().to_string(), run.open().count().to_string());
                vec![run.period.label.clone(), run.state.name().to_owned(), payees, open, totals]
            });
            let heads = [text("period"), text("state"), figures("payees"), figures("open"), figures("total")];
            output::print_table(&heads, rows.collect());
        }
        Command::Review { period } => print(&pay.review(&period, None, Origin::Cli).await.map_err(failed)?, format)?,
        Command::Approve { period } => print(&pay.approve(&period, None, Origin::Cli).await.map_err(failed)?, format)?,
        Command::Pay { period } => print(&pay.pay(&period, Origin::Cli).await.map_err(failed)?, format)?,
        Command::Waive { period, exception, reason } => {
            pay.waive(&period, &exception, &reason, Origin::Cli).await.map_err(failed)?;
            println!("{exception} may pass in {period}");
        }
        Command::Adjust { period, person, amount, currency, reason, evidence } => {
            let payee = context.person(&person).await?.id;
            let wrong = || failed(RunError::NotAnAmount(amount.clone(), currency.clone()));
            let money = Money::parse(&amount, currency.parse().map_err(|_| wrong())?).map_err(|_| wrong())?;
            let id = pay.adjust(&period, payee, money, &reason, &evidence, Origin::Cli).await.map_err(failed)?;
            println!("adjustment {id} of {period} waits for a second person");
        }
        Command::ApproveAdjustment { period, id } => {
            pay.approve_adjustment(&period, RecordId(id), Origin::Cli).await.map_err(failed)?;
            println!("adjustment {id} counts in {period} once it is calculated again");
        }
        Command::WithdrawAdjustment { period, id } => {
            pay.withdraw_adjustment(&period, RecordId(id), Origin::Cli).await.map_err(failed)?;
            println!("adjustment {id} is taken back");
        }
        command @ (Command::Disputes
        | Command::Dispute { .. }
        | Command::GrantDispute { .. }
        | Command::DeclineDispute { .. }
        | Command::WithdrawDispute { .. }) => dispute(&pay, command).await?,
        command @ Command::Statement { .. } => statement(context, &pay, me, command, format).await?,
    }
    Ok(())
}

fn print(run: &Run, format: Format) -> miette::Result<()> {
    if format == Format::Json {
        output::print_json(&pay::run_json(run));
        return Ok(());
    }
    print_payees(&run.told.payees, format)?;
    let open: Vec<_> = run.open().cloned().collect();
    print_exceptions(&open);
    let waiting = run.adjustments.iter().filter(|one| !one.is_approved).count();
    let what = format!(
        "{} is {}: {} open exceptions, {waiting} adjustments wait",
        run.period.label,
        run.state.name(),
        open.len()
    );
    eprintln!("{what}; sha256 {}", run.sha256);
    Ok(())
}

fn print_replay(replay: &pay::Replay, format: Format) -> miette::Result<()> {
    if format == Format::Json {
        output::print_json(&pay::replay_json(replay).map_err(failed)?);
        return Ok(());
    }
    let rows = replay.payees.iter().map(|one| {
        let plain = |minor: i64| Money::new(minor, one.currency).to_string();
        let code = one.currency.code().to_owned();
        vec![one.id.clone(), one.name.clone(), plain(one.now), plain(one.then), plain(one.change()), code]
    });
    let heads = [text("payee"), text("name"), figures("now"), figures("then"), figures("change"), text("currency")];
    shown(&heads, rows.collect(), format)?;
    let place = if replay.replaces { "in place of its own versions" } else { "beside all plans" };
    eprintln!("{} {place}; {} exceptions that would block a run", replay.plan, replay.exceptions);
    for (code, (now, then)) in replay.cost() {
        eprintln!("{code} {now} now, {then} then: {} gain, {} lose", replay.winners(), replay.losers());
    }
    Ok(())
}

fn print_exceptions(exceptions: &[pay::ToldException]) {
    let words = Words::new(Language::En);
    for one in exceptions {
        eprintln!("{}: {}", one.key(), one.reason.sentence(words));
    }
}

fn print_payees(payees: &[pay::ToldPayee], format: Format) -> miette::Result<()> {
    let rows = payees.iter().map(|payee| {
        let balances = payee.balances.iter().map(|(kind, amount)| format!("{kind} {amount}"));
        let balances = balances.collect::<Vec<_>>().join(", ");
        vec![payee.id.clone(), payee.name.clone(), payee.total.clone(), payee.currency.clone(), balances]
    });
    let heads = [text("payee"), text("name"), figures("total"), text("currency"), text("balances")];
    shown(&heads, rows.collect(), format)
}

fn print_lines(told: &pay::Told, format: Format) -> miette::Result<()> {
    let words = Words::new(Language::En);
    let mut rows = Vec::new();
    for payee in &told.payees {
        for part in &payee.components {
            rows.extend(part.lines.iter().map(|line| {
                let reason = line.reason.sentence(words);
                vec![
                    part.id.clone(),
                    told.facts.get(&line.fact).map_or_else(|| line.fact.clone(), |fact| fact.name.clone()),
                    line.amount.clone(),
                    payee.currency.clone(),
                    line.rule.clone(),
                    reason,
                ]
            }));
        }
    }
    let heads = [text("component"), text("fact"), figures("amount"), text("currency"), text("rule"), text("reason")];
    shown(&heads, rows, format)
}

fn shown(heads: &[output::Head], rows: Vec<Vec<String>>, format: Format) -> miette::Result<()> {
    if format == Format::Csv {
        return output::print_csv(&heads.iter().map(|head| head.name).collect::<Vec<_>>(), rows);
    }
    output::print_table(heads, rows);
    Ok(())
}

fn failed(error: RunError) -> miette::Report {
    let hint = error.hint();
    report(&error, hint)
}
