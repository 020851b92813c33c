//! The board by API.

use crate::{Asked, Board, Folder, Hr, HrError, Line};
use access::{Access, Caller};
use axum::{
    Router,
    extract::{FromRequestParts, Query},
    http::{StatusCode, request::Parts},
    response::Response,
    routing::get,
};
use base::RecordId;
use serde_json::{Value, json};
use web_kit::{
    WebError, json_answer,
    openapi::{Description, operation, parameter},
};

const BOARD: &str = "/api/v1/hr/board";
const LINES: &str = "/api/v1/hr/lines";

pub(crate) fn routes() -> Router<Access> {
    Router::new().route(BOARD, get(board)).route(LINES, get(lines))
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
        HrError::NoCycle(_) => StatusCode::NOT_FOUND,
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
    described
}
