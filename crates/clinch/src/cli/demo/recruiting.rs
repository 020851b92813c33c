//! Openings of the sample company with candidates on their way, scorecards, an offer that waits, and somebody who falls due.

use super::{CHIEF, HR, by_source};
use crate::cli::{Context, report};
use ::recruiting::{
    JOB_OPENING, NewCandidate, NewLine, NewOpening, OpeningState, Recruiting, RecruitingError, Said, Scorecard,
};
use access::TEAM;
use base::RecordId;
use db::{Change, Filter, ListQuery};
use jiff::{ToSpan, civil::Date};
use miette::{Context as _, IntoDiagnostic};
use rules::{
    log::Origin,
    record::{EXTERNAL_ID, Value},
    recruiting::Stage,
};
use std::{collections::BTreeMap, path::Path};

/// Role, team, hiring manager and seats of each line, and how many of them its opening takes.
const LINES: [(&str, &str, &str, i64, i64); 3] =
    [("ae", "T-BKK", "P04", 2, 2), ("sdr", "T-SDR", "P28", 2, 1), ("kam", "T-KEY", "P02", 1, 1)];
/// What is added to each expected level, and the recommendation.
type Handed = Option<(i8, &'static str)>;

/// Whoever is asked about a candidate by the place in the file, with what is added to each expected level; none: not handed in yet.
const ASKED: [(usize, &str, Handed); 5] = [
    (0, "P09", Some((0, "yes"))),
    (0, "P02", Some((1, "strong_yes"))),
    (1, "P09", None),
    (1, "P03", Some((-1, "no"))),
    (8, "P34", None),
];
/// Who has an offer that waits for approval.
const OFFERED: usize = 0;
const EVIDENCE: &str = "Told of a deal of this kind step by step, with what went wrong and what came of it.";
/// So many days ago the openings were opened.
const OPENED: i64 = 55;

#[derive(serde::Deserialize)]
struct Row {
    role: String,
    name: String,
    email: String,
    phone: String,
    source: String,
    /// Days ago.
    applied: i64,
    /// Stage and days ago, with the reason of one that ends.
    moves: String,
    note: String,
}

pub async fn recruiting(context: &Context, candidates: &Path) -> miette::Result<()> {
    let hr = on_behalf(context, HR).await?;
    let today = hr.today().await.map_err(told)?;
    let mut openings = BTreeMap::new();
    for (role, team, manager, planned, seats) in LINES {
        let is_named = Filter(EXTERNAL_ID, Value::Text(team.to_owned()));
        let query = ListQuery { filters: vec![is_named], limit: 1, ..ListQuery::default() };
        let team = context.db.system().list(&TEAM, &query).await.map_err(|error| told(error.into()))?;
        let manager = by_source(&context.db, manager).await?.id;
        let starts_on = today.first_of_month();
        let team = team.first().map(|team| team.id);
        let line = NewLine { role: role.to_owned(), team, manager, seats: planned, starts_on };
        let line = hr.add_line(&line, Origin::Cli).await.map_err(told)?;
        let target_start = today.saturating_add(2.months()).first_of_month();
        let new = NewOpening { line, hiring_manager: None, seats, target_start };
        openings.insert(role, hr.draft(&new, Origin::Cli).await.map_err(told)?);
    }
    // The third one waits for its second person.
    let chief = on_behalf(context, CHIEF).await?;
    for role in ["ae", "sdr"] {
        let opening = openings[role];
        chief.move_opening(opening, OpeningState::Approved, "", None, Origin::Cli).await.map_err(told)?;
        hr.move_opening(opening, OpeningState::Open, "", None, Origin::Cli).await.map_err(told)?;
        let day = Value::Date(ago(today, OPENED));
        let mut tx = context.db.begin(None, Origin::Cli);
        let fields = vec![("approved_on", day.clone()), ("opened_on", day)];
        tx.put(Change::set(&JOB_OPENING, opening, fields)).map_err(|error| told(error.into()))?;
        tx.commit().await.map_err(|error| told(error.into()))?;
    }
    let mut reader =
        csv::Reader::from_path(candidates).into_diagnostic().wrap_err_with(|| candidates.display().to_string())?;
    let rows: Vec<Row> = reader.deserialize().collect::<Result<_, _>>().into_diagnostic()?;
    let mut added = Vec::new();
    for row in &rows {
        added.push(add(&hr, row, openings[row.role.as_str()], today).await?);
    }
    for (place, interviewer, said) in ASKED {
        interview(context, &hr, (added[place], interviewer, said), today).await?;
    }
    let manager = on_behalf(context, LINES[0].2).await?;
    let from = today.saturating_add(2.months()).first_of_month();
    manager.offer(added[OFFERED], from, None, Origin::Cli).await.map_err(told)
}

fn told(error: RecruitingError) -> miette::Report {
    report(&error, error.hint())
}

fn ago(today: Date, days: i64) -> Date {
    today.saturating_sub(days.days())
}

async fn on_behalf(context: &Context, external_id: &str) -> miette::Result<Recruiting> {
    let viewer = context.viewer(Some(external_id)).await?;
    Ok(Recruiting::new(context.db.clone(), viewer, context.folder.clone()))
}

async fn add(hr: &Recruiting, row: &Row, opening: RecordId, today: Date) -> miette::Result<RecordId> {
    let new = NewCandidate {
        name: row.name.clone(),
        email: row.email.clone(),
        phone: row.phone.clone(),
        source: row.source.clone(),
        note: row.note.clone(),
        consent_until: today.saturating_add(10.months()),
        applied_on: ago(today, row.applied),
    };
    let id = hr.add_candidate(opening, &new, Origin::Cli).await.map_err(told)?;
    for said in row.moves.split_whitespace() {
        let mut parts = said.split(':');
        let stage = parts.next().and_then(Stage::read);
        let days = parts.next().and_then(|days| days.parse().ok());
        let (Some(stage), Some(days)) = (stage, days) else { return Err(miette::miette!("{said} is no move")) };
        let reason = parts.next().unwrap_or_default();
        hr.move_candidate(id, stage, reason, Some(ago(today, days)), None, Origin::Cli).await.map_err(told)?;
    }
    Ok(id)
}

/// Asks, and hands in what they say: the expected level of each competency, more or less.
async fn interview(
    context: &Context,
    hr: &Recruiting,
    (candidate, interviewer, said): (RecordId, &str, Option<(i8, &str)>),
    today: Date,
) -> miette::Result<()> {
    let person = by_source(&context.db, interviewer).await?.id;
    let due = today.saturating_add(7.days());
    let id = hr.ask(candidate, person, due, Origin::Cli).await.map_err(told)?;
    let Some((more, recommendation)) = said else { return Ok(()) };
    let own = on_behalf(context, interviewer).await?;
    let (_, _, opening) = own.own_interview(id).await.map_err(told)?;
    let (profile, _) = own.profile(&opening).await.map_err(told)?;
    let score = |expected: u8| expected.saturating_add_signed(more).clamp(1, 5);
    let card: Scorecard = profile
        .competencies
        .iter()
        .map(|one| (one.id.clone(), Said { score: score(one.expected), evidence: EVIDENCE.to_owned() }))
        .collect();
    own.hand_in(id, &card, recommendation, Origin::Cli).await.map_err(told)
}
