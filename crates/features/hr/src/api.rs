//! The board by API.

use crate::{Asked, Board, Folder, Hr, HrError, Kind, Line, Retention};
use access::{Access, Caller};
use appraisal::AppraisalError;
use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, Query},
    http::{StatusCode, request::Parts},
    response::Response,
    routing::{get, put},
};
use base::RecordId;
use jiff::civil::Date;
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{
    WebError, json_answer,
    openapi::{Description, object, operation, parameter, word_in_path},
};

const BOARD: &str = "/api/v1/hr/board";
const LINES: &str = "/api/v1/hr/lines";
const RETENTION: &str = "/api/v1/hr/retention";
const KIND: &str = "/api/v1/hr/retention/{kind}";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route(BOARD, get(board))
        .route(LINES, get(lines))
        .route(RETENTION, get(retention))
        .route(KIND, put(keep).post(erase))
}

/// On behalf of whoever holds the token.
struct Asking(Hr);

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let Caller(session) = Caller::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        Ok(Self(Hr::new(access.db().clone(), session.viewer, folder.0)))
    }
}

fn told(error: HrError) -> WebError {
    let status = match &error {
        HrError::NotYours => StatusCode::FORBIDDEN,
        HrError::NoCycle(_) | HrError::NoKind(_) => StatusCode::NOT_FOUND,
        HrError::Months(_) | HrError::NoReason => StatusCode::BAD_REQUEST,
        HrError::TooEarly(_) | HrError::Appraisal(AppraisalError::Moved(_)) => StatusCode::CONFLICT,
        _ => return WebError::internal(error),
    };
    WebError::Told { status, detail: format!("{error}; {}", error.hint()) }
}

async fn board(Asking(hr): Asking, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    Ok(json_answer(&json(&hr.board(asked.cycle.map(RecordId)).await.map_err(told)?)))
}

async fn lines(Asking(hr): Asking, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    let board = hr.lines(&asked).await.map_err(told)?;
    let lines = board.lines.iter().filter(|line| asked.holds(line)).map(line_json);
    Ok(json_answer(&json!({ "lines": lines.collect::<Vec<_>>() })))
}

async fn retention(Asking(hr): Asking) -> Result<Response, WebError> {
    let kept = hr.retention().await.map_err(told)?;
    Ok(json_answer(&json!({ "retention": kept.iter().map(kept_json).collect::<Vec<_>>() })))
}

pub fn kept_json(one: &Retention) -> Value {
    json!({
        "kind": one.kind.name(),
        "months": one.months,
        "set_by": one.set.as_ref().map(|(by, _)| by),
        "reason": one.set.as_ref().map(|(_, reason)| reason),
        "before": one.before.to_string(),
        "due": one.due.len(),
        "people": one.people(),
        "first": one.due.first().map(|(_, day)| day.to_string()),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Months {
    months: i64,
    reason: String,
}

async fn keep(Asking(hr): Asking, Path(kind): Path<String>, Json(wanted): Json<Months>) -> Result<Response, WebError> {
    let kind = Kind::read(&kind).map_err(told)?;
    hr.set_retention(kind, wanted.months, &wanted.reason, Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "kind": kind.name(), "months": wanted.months })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Erased {
    before: String,
}

async fn erase(Asking(hr): Asking, Path(kind): Path<String>, Json(shown): Json<Erased>) -> Result<Response, WebError> {
    let kind = Kind::read(&kind).map_err(told)?;
    let before: Date = shown.before.parse().map_err(|_| {
        let detail = format!("{:?} is no day; write it like 2021-04-01", shown.before);
        WebError::Told { status: StatusCode::BAD_REQUEST, detail }
    })?;
    let count = hr.erase(kind, before, Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "kind": kind.name(), "erased": count })))
}

fn line_json(line: &Line) -> Value {
    json!({
        "topic": line.topic.name(),
        "state": line.state,
        "person": line.person.0,
        "person_name": line.name,
        "team": line.team.map(|team| team.0),
        "team_name": line.team_name,
        "what": line.what,
        "by": line.by,
        "day": line.due.map(|due| due.to_string()),
        "page": line.href,
    })
}

/// How many lines of each topic and state a team has.
pub fn json(board: &Board) -> Value {
    let teams = board.teams().into_iter().map(|(team, name)| {
        let mut counts = serde_json::Map::new();
        let theirs = board.tally().get(&team.map_or(0, |team| team.0));
        for ((topic, state), count) in theirs.into_iter().flatten() {
            counts.entry(topic.name()).or_insert_with(|| json!({}))[state] = json!(count);
        }
        json!({ "team": team.map(|team| team.0), "name": name, "counts": counts })
    });
    let guide = board
        .guide
        .iter()
        .map(|(grade, count, guide)| json!({ "grade": grade.name(), "people": count, "guide": guide }));
    json!({
        "cycle": board.cycle.as_ref().map(|cycle| json!({ "id": cycle.id.0, "name": cycle.name })),
        "teams": teams.collect::<Vec<_>>(),
        "grades": guide.collect::<Vec<_>>(),
    })
}

pub fn description() -> Description {
    let any = json!({ "type": "object" });
    let mut described = Description::default();
    let asked = [
        parameter("cycle", "The number of a cycle; the last one if left out.", false),
        parameter("topic", "part, grade, move, training or goal.", false),
        parameter("state", "open, overdue, done, none, expiring, expired; missed; a grade; up, down or set.", false),
        parameter("team", "The number of a team; 0 for who has none.", false),
    ];
    let [cycle, ..] = &asked;
    let of = std::slice::from_ref(cycle);
    described.operation(
        BOARD,
        "get",
        operation("HR's board: how many lines of each kind a team has", of, None, &any, true),
    );
    described.operation(
        LINES,
        "get",
        operation("The lines that a number of the board counts", &asked, None, &any, true),
    );
    let kept = "How long words about people are kept, by kind, and what is older";
    described.operation(RETENTION, "get", operation(kept, &[], None, &any, true));
    let kind = [word_in_path("kind", "appraisals, development or coaching.")];
    let months = json!({ "type": "integer", "description": "From 12 to 240." });
    let body = object(&[("months", months), ("reason", json!({ "type": "string" }))]);
    described.operation(
        KIND,
        "put",
        operation("Another number of months, with the reason", &kind, Some(&body), &any, true),
    );
    let before = json!({ "type": "string", "description": "What is from before this day goes: the day that retention told, or an earlier one." });
    let body = object(&[("before", before)]);
    let erase = "Erases words and files that were kept for long enough; levels, scores and grades stay";
    described.operation(KIND, "post", operation(erase, &kind, Some(&body), &any, true));
    described
}
