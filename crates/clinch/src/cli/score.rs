//! Scores and scorecards at the command line.

use super::{
    Context,
    output::{self, Format, Head, figures, text},
    report,
};
use base::Amount;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use kpi::{KnownAt, Kpi, KpiError, ScoreAsk, Setting, json};
use miette::{Context as _, IntoDiagnostic};
use rules::{log::Origin, score::Scorecard};
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum Command {
    /// The scores of people by their role's scorecard.
    Query(Query),
    /// Fix the scores of a period that is over, as records that later changes leave alone.
    Fix {
        period: String,
        /// Show what would be fixed; write nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// The scorecards of all roles.
    Cards,
    /// One role's scorecard, as a file that `set` takes.
    Card {
        role: String,
        /// The one that holds on this day; today when nothing is said.
        #[arg(long)]
        on: Option<Date>,
    },
    /// Put a file in place of a role's scorecard (docs/scorecard-format.md).
    Set {
        file: PathBuf,
        /// The first day on which it holds.
        #[arg(long)]
        from: Date,
        /// Why it changes.
        #[arg(long, default_value = "", hide_default_value = true)]
        reason: String,
    },
}

#[derive(Args)]
pub struct Query {
    /// 2026-02, 2026-Q1 or 2026; the year of today when nothing is said.
    #[arg(default_value = "")]
    period: String,
    /// Only people of this role.
    #[arg(long)]
    role: Option<String>,
    /// Only this person, with every KPI: an external id, or # and a number.
    #[arg(long)]
    person: Option<String>,
    /// As it was at the end of this day.
    #[arg(long)]
    as_of: Option<Date>,
    /// As it was known then: a day (its end) or a moment.
    #[arg(long)]
    known_at: Option<KnownAt>,
    /// as_reported or restated.
    #[arg(long, default_value = "as_reported")]
    basis: String,
}

pub async fn run(context: &Context, command: Command, format: Format, person: Option<&str>) -> miette::Result<()> {
    let kpi = Kpi::new(context.db.clone(), context.viewer(person).await?).await.map_err(failed)?;
    match command {
        Command::Query(query) => {
            let person = match &query.person {
                Some(person) => Some(kpi.person(person).await.map_err(failed)?),
                None => None,
            };
            let ask = ScoreAsk {
                period: query.period,
                role: query.role,
                person,
                as_of: query.as_of,
                known_at: query.known_at,
                restated: kpi::restated(&query.basis).map_err(failed)?,
                folder: context.folder.clone(),
                ..ScoreAsk::default()
            };
            print(&kpi.scores(&ask).await.map_err(failed)?, format, person.is_some())?;
        }
        Command::Fix { period, dry_run } => {
            let ask = ScoreAsk { period, folder: context.folder.clone(), ..ScoreAsk::default() };
            let scores = kpi.scores(&ask).await.map_err(failed)?;
            print(&scores, format, false)?;
            let (label, seq) = (&scores.period.label, scores.known_at);
            if dry_run {
                eprintln!("the scores of {label} would be fixed at seq {seq}; nothing was written");
                return Ok(());
            }
            let count = kpi.fix_scores(&scores, Origin::Cli).await.map_err(failed)?;
            eprintln!("{count} scores of {label} were fixed at seq {seq}");
        }
        Command::Cards => {
            kpi.setters_only().await.map_err(failed)?;
            let held = kpi.scorecards(kpi.day().await.map_err(failed)?).await.map_err(failed)?;
            let rows = held.values().map(|held| {
                let since = held.since.map_or_else(|| "ships with Clinch".to_owned(), |since| since.to_string());
                let (groups, kpis) = (held.card.groups.len(), held.card.items().count());
                vec![held.card.role.clone(), groups.to_string(), kpis.to_string(), since]
            });
            let heads = [text("role"), figures("groups"), figures("kpis"), text("own since")];
            output::print_table(&heads, rows.collect());
        }
        Command::Card { role, on } => {
            kpi.setters_only().await.map_err(failed)?;
            let day = on.unwrap_or(kpi.day().await.map_err(failed)?);
            let mut held = kpi.scorecards(day).await.map_err(failed)?;
            let held = held.remove(&role).ok_or_else(|| failed(KpiError::NoRole(role)))?;
            print!("{}", held.card.to_text().into_diagnostic()?);
        }
        Command::Set { file, from, reason } => {
            let given =
                std::fs::read_to_string(&file).into_diagnostic().wrap_err_with(|| file.display().to_string())?;
            let card = Scorecard::read(&given, kpi.catalogue()).map_err(|error| failed(error.into()));
            let card = card.wrap_err_with(|| file.display().to_string())?;
            kpi.set_scorecard(&card, Setting::new(from, Origin::Cli).because(&reason)).await.map_err(failed)?;
            println!("the scorecard of {} holds from {from} on", card.role);
        }
    }
    Ok(())
}

const PARTS: [Head; 6] =
    [text("kpi"), figures("value"), figures("target"), figures("score"), figures("weight"), figures("adds")];
const PEOPLE: [Head; 5] =
    [text("name"), text("external_id"), text("role"), figures("score"), figures("weight_present")];

/// People with their scores; of one person, what the score is made of.
fn print(scores: &kpi::Scores, format: Format, is_whole: bool) -> miette::Result<()> {
    if format == Format::Json {
        output::print_json(&json::scores(scores));
        return Ok(());
    }
    let plain = |amount: Option<Amount>| amount.map(Amount::to_text).unwrap_or_default();
    let one = scores.people.first().filter(|_| is_whole);
    let parts = one.iter().flat_map(|one| &one.kpis).map(|scored| {
        let value = scored.row.as_ref().and_then(|row| row.value.clone()).unwrap_or_default();
        let score = match scored.part.score {
            Ok(score) => score.to_text(),
            Err(reason) => reason.name().to_owned(),
        };
        let weight = plain(scored.item.weight);
        vec![scored.item.id.clone(), value, plain(scored.target), score, weight, scored.part.adds.to_text()]
    });
    let people = scores.people.iter().map(|one| {
        let id = one.person.external_id.clone().unwrap_or_default();
        vec![one.person.name.clone(), id, one.role.clone(), plain(one.score), one.weight_present.to_text()]
    });
    let (parts, people): (Vec<_>, Vec<_>) = (parts.collect(), people.collect());
    if format == Format::Table {
        if is_whole {
            output::print_table(&PARTS, parts);
        }
        output::print_table(&PEOPLE, people);
        return Ok(());
    }
    let (heads, rows) = if is_whole { (PARTS.as_slice(), parts) } else { (PEOPLE.as_slice(), people) };
    output::print_csv(&heads.iter().map(|head| head.name).collect::<Vec<_>>(), rows)
}

fn failed(error: KpiError) -> miette::Report {
    let hint = error.hint();
    report(&error, hint)
}
