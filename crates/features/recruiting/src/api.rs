//! Recruiting by API: plan, openings, candidates, interviews, offers, hiring, erasure, report.

mod describe;
mod told;

pub use describe::description;

use crate::{
    Folder, NewCandidate, NewLine, NewOpening, OpeningState, Recruiting, RecruitingError, Scorecard, desk::day,
};
use access::{Access, AccessError, Caller};
use appraisal::AppraisalError;
use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, Query},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use base::{RecordId, Seq};
use jiff::civil::Date;
use rules::{log::Origin, recruiting::Stage};
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{CSV, WebError, json_answer};

const LINES: &str = "/api/v1/recruiting/lines";
const LINE: &str = "/api/v1/recruiting/lines/{id}";
const OPENINGS: &str = "/api/v1/recruiting/openings";
const OPENING: &str = "/api/v1/recruiting/openings/{id}";
const STATE: &str = "/api/v1/recruiting/openings/{id}/state";
const CANDIDATES: &str = "/api/v1/recruiting/openings/{id}/candidates";
const CANDIDATE: &str = "/api/v1/recruiting/candidates/{id}";
const STAGE: &str = "/api/v1/recruiting/candidates/{id}/stage";
const CONSENT: &str = "/api/v1/recruiting/candidates/{id}/consent";
const ASKED: &str = "/api/v1/recruiting/candidates/{id}/interviews";
const OFFER: &str = "/api/v1/recruiting/candidates/{id}/offer";
const APPROVAL: &str = "/api/v1/recruiting/candidates/{id}/offer/approval";
const HIRE: &str = "/api/v1/recruiting/candidates/{id}/hire";
const INTERVIEWS: &str = "/api/v1/recruiting/interviews";
const INTERVIEW: &str = "/api/v1/recruiting/interviews/{id}";
const ERASURE: &str = "/api/v1/recruiting/erasure";
const RETENTION: &str = "/api/v1/recruiting/retention";
const REPORT: &str = "/api/v1/recruiting/report";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route(LINES, get(lines).post(add_line))
        .route(LINE, put(change_line))
        .route(OPENINGS, get(openings).post(draft))
        .route(OPENING, get(opening))
        .route(STATE, put(move_opening))
        .route(CANDIDATES, get(candidates).post(add_candidate))
        .route(CANDIDATE, get(candidate))
        .route(STAGE, put(move_candidate))
        .route(CONSENT, put(set_consent))
        .route(ASKED, post(ask))
        .route(OFFER, put(offer))
        .route(APPROVAL, post(approve))
        .route(HIRE, post(hire))
        .route(INTERVIEWS, get(own_interviews))
        .route(INTERVIEW, get(interview).put(hand_in).delete(take_back))
        .route(ERASURE, get(erasure).post(erase))
        .route(RETENTION, get(retention).put(set_retention))
        .route(REPORT, get(report))
}

/// On behalf of whoever holds the token.
struct Asking(Recruiting);

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let Caller(session) = Caller::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        Ok(Self(Recruiting::new(access.db().clone(), session.viewer, folder.0)))
    }
}

fn refused(error: RecruitingError) -> WebError {
    use RecruitingError as E;
    let status = match &error {
        E::NotYours | E::PlansNone | E::NotManager => StatusCode::FORBIDDEN,
        E::NotThere => StatusCode::NOT_FOUND,
        E::Moved(_) | E::Twice { .. } => StatusCode::CONFLICT,
        E::Access(AccessError::Db(_)) | E::Db(_) | E::Csv(_) | E::Stored(_) => return WebError::internal(error),
        E::Appraisal(inner) if !matches!(inner, AppraisalError::NoRole(_)) => return WebError::internal(error),
        _ => StatusCode::BAD_REQUEST,
    };
    let hint = error.hint();
    let detail = if hint.is_empty() { error.to_string() } else { format!("{error}; {hint}") };
    WebError::Told { status, detail }
}

fn created(id: RecordId) -> Response {
    (StatusCode::CREATED, json_answer(&json!({ "id": id.0 }))).into_response()
}

fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

fn date(field: &'static str, text: &str) -> Result<Date, WebError> {
    day(field, text).map_err(refused)
}

fn version(seen: Option<i64>) -> Option<Seq> {
    seen.map(Seq)
}

async fn lines(Asking(recruiting): Asking) -> Result<Response, WebError> {
    let lines = recruiting.lines().await.map_err(refused)?;
    Ok(json_answer(&json!({ "lines": lines.iter().map(told::line).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Planned {
    role: String,
    #[serde(default)]
    team: Option<i64>,
    manager: i64,
    seats: i64,
    starts_on: String,
}

async fn add_line(Asking(recruiting): Asking, Json(asked): Json<Planned>) -> Result<Response, WebError> {
    let new = NewLine {
        role: asked.role,
        team: asked.team.map(RecordId),
        manager: RecordId(asked.manager),
        seats: asked.seats,
        starts_on: date("starts_on", &asked.starts_on)?,
    };
    Ok(created(recruiting.add_line(&new, Origin::Api).await.map_err(refused)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    seats: i64,
    reason: String,
    #[serde(default)]
    version: Option<i64>,
}

async fn change_line(
    Asking(recruiting): Asking,
    Path(id): Path<i64>,
    Json(asked): Json<Changed>,
) -> Result<Response, WebError> {
    let seen = version(asked.version);
    recruiting.change_line(RecordId(id), asked.seats, &asked.reason, seen, Origin::Api).await.map_err(refused)?;
    Ok(done())
}

async fn openings(Asking(recruiting): Asking) -> Result<Response, WebError> {
    let openings = recruiting.openings().await.map_err(refused)?;
    Ok(json_answer(&json!({ "openings": openings.iter().map(told::opening).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Drafted {
    line: i64,
    #[serde(default)]
    hiring_manager: Option<i64>,
    seats: i64,
    target_start: String,
}

async fn draft(Asking(recruiting): Asking, Json(asked): Json<Drafted>) -> Result<Response, WebError> {
    let new = NewOpening {
        line: RecordId(asked.line),
        hiring_manager: asked.hiring_manager.map(RecordId),
        seats: asked.seats,
        target_start: date("target_start", &asked.target_start)?,
    };
    Ok(created(recruiting.draft(&new, Origin::Api).await.map_err(refused)?))
}

async fn opening(Asking(recruiting): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let opening = recruiting.opening(RecordId(id)).await.map_err(refused)?;
    let (profile, library) = recruiting.profile(&opening).await.map_err(refused)?;
    let mut answer = told::opening(&opening);
    answer["competencies"] = told::competencies(&profile, &library);
    Ok(json_answer(&answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MovedOn {
    state: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    version: Option<i64>,
}

async fn move_opening(
    Asking(recruiting): Asking,
    Path(id): Path<i64>,
    Json(asked): Json<MovedOn>,
) -> Result<Response, WebError> {
    let unknown = || refused(RecruitingError::field("state", &asked.state, crate::Needs::Word));
    let state = OpeningState::read(&asked.state).ok_or_else(unknown)?;
    let seen = version(asked.version);
    recruiting.move_opening(RecordId(id), state, &asked.reason, seen, Origin::Api).await.map_err(refused)?;
    Ok(done())
}

async fn candidates(Asking(recruiting): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let opening = recruiting.opening(RecordId(id)).await.map_err(refused)?;
    let found = recruiting.candidates(&opening).await.map_err(refused)?;
    Ok(json_answer(&json!({ "candidates": found.iter().map(told::candidate).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Added {
    name: String,
    email: String,
    #[serde(default)]
    phone: String,
    source: String,
    #[serde(default)]
    note: String,
    consent_until: String,
    #[serde(default)]
    applied_on: Option<String>,
}

async fn add_candidate(
    Asking(recruiting): Asking,
    Path(id): Path<i64>,
    Json(asked): Json<Added>,
) -> Result<Response, WebError> {
    let applied_on = match &asked.applied_on {
        Some(text) => date("applied_on", text)?,
        None => recruiting.today().await.map_err(refused)?,
    };
    let consent_until = date("consent_until", &asked.consent_until)?;
    let (name, email, phone, source, note) = (asked.name, asked.email, asked.phone, asked.source, asked.note);
    let new = NewCandidate { name, email, phone, source, note, consent_until, applied_on };
    Ok(created(recruiting.add_candidate(RecordId(id), &new, Origin::Api).await.map_err(refused)?))
}

async fn candidate(Asking(recruiting): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let (candidate, opening) = recruiting.candidate(RecordId(id)).await.map_err(refused)?;
    let interviews = recruiting.interviews(&candidate, &opening).await.map_err(refused)?;
    let (profile, _) = recruiting.profile(&opening).await.map_err(refused)?;
    let mut answer = told::candidate(&candidate);
    answer["interviews"] = interviews.iter().map(told::interview).collect();
    answer["summary"] = Recruiting::tally(&profile, &interviews).iter().map(told::tally).collect();
    Ok(json_answer(&answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Staged {
    stage: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    on: Option<String>,
    #[serde(default)]
    version: Option<i64>,
}

async fn move_candidate(
    Asking(recruiting): Asking,
    Path(id): Path<i64>,
    Json(asked): Json<Staged>,
) -> Result<Response, WebError> {
    let unknown = || refused(RecruitingError::field("stage", &asked.stage, crate::Needs::Word));
    let stage = Stage::read(&asked.stage).ok_or_else(unknown)?;
    let on = asked.on.as_deref().map(|text| date("on", text)).transpose()?;
    let seen = version(asked.version);
    recruiting.move_candidate(RecordId(id), stage, &asked.reason, on, seen, Origin::Api).await.map_err(refused)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Until {
    until: String,
    #[serde(default)]
    version: Option<i64>,
}

async fn set_consent(
    Asking(recruiting): Asking,
    Path(id): Path<i64>,
    Json(asked): Json<Until>,
) -> Result<Response, WebError> {
    let until = date("until", &asked.until)?;
    recruiting.set_consent(RecordId(id), until, version(asked.version), Origin::Api).await.map_err(refused)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedBody {
    interviewer: i64,
    due: String,
}

async fn ask(
    Asking(recruiting): Asking,
    Path(id): Path<i64>,
    Json(asked): Json<AskedBody>,
) -> Result<Response, WebError> {
    let due = date("due", &asked.due)?;
    let id = recruiting.ask(RecordId(id), RecordId(asked.interviewer), due, Origin::Api).await.map_err(refused)?;
    Ok(created(id))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offered {
    starts_on: String,
    #[serde(default)]
    version: Option<i64>,
}

async fn offer(
    Asking(recruiting): Asking,
    Path(id): Path<i64>,
    Json(asked): Json<Offered>,
) -> Result<Response, WebError> {
    let from = date("starts_on", &asked.starts_on)?;
    recruiting.offer(RecordId(id), from, version(asked.version), Origin::Api).await.map_err(refused)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    version: i64,
}

async fn approve(
    Asking(recruiting): Asking,
    Path(id): Path<i64>,
    Json(seen): Json<Seen>,
) -> Result<Response, WebError> {
    recruiting.approve_offer(RecordId(id), Some(Seq(seen.version)), Origin::Api).await.map_err(refused)?;
    Ok(done())
}

async fn hire(Asking(recruiting): Asking, Path(id): Path<i64>, Json(seen): Json<Seen>) -> Result<Response, WebError> {
    let person = recruiting.hire(RecordId(id), Some(Seq(seen.version)), Origin::Api).await.map_err(refused)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "person": person.0 }))).into_response())
}

async fn own_interviews(Asking(recruiting): Asking) -> Result<Response, WebError> {
    let own = recruiting.own_interviews().await.map_err(refused)?;
    let told: Vec<Value> = own.iter().map(told::own_interview).collect();
    Ok(json_answer(&json!({ "interviews": told })))
}

async fn interview(Asking(recruiting): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let own = recruiting.own_interview(RecordId(id)).await.map_err(refused)?;
    let (profile, library) = recruiting.profile(&own.2).await.map_err(refused)?;
    let mut answer = told::own_interview(&own);
    answer["competencies"] = told::competencies(&profile, &library);
    Ok(json_answer(&answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HandedIn {
    scores: Scorecard,
    recommendation: String,
}

async fn hand_in(
    Asking(recruiting): Asking,
    Path(id): Path<i64>,
    Json(asked): Json<HandedIn>,
) -> Result<Response, WebError> {
    recruiting.hand_in(RecordId(id), &asked.scores, &asked.recommendation, Origin::Api).await.map_err(refused)?;
    Ok(done())
}

async fn take_back(Asking(recruiting): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    recruiting.take_back(RecordId(id), Origin::Api).await.map_err(refused)?;
    Ok(done())
}

#[derive(Deserialize)]
struct On {
    on: Option<String>,
}

async fn erasure(Asking(recruiting): Asking, Query(asked): Query<On>) -> Result<Response, WebError> {
    let on = asked.on.as_deref().map(|text| date("on", text)).transpose()?;
    let plan = recruiting.plan_erasure(on).await.map_err(refused)?;
    Ok(json_answer(&told::plan(&plan)))
}

async fn erase(Asking(recruiting): Asking) -> Result<Response, WebError> {
    let plan = recruiting.plan_erasure(None).await.map_err(refused)?;
    let erased = recruiting.commit_erasure(plan, Origin::Api).await.map_err(refused)?;
    Ok(json_answer(&json!({ "erased": erased })))
}

async fn retention(Asking(recruiting): Asking) -> Result<Response, WebError> {
    recruiting.only_hr().await.map_err(refused)?;
    let held = recruiting.retention().await.map_err(refused)?;
    let set = held.set.as_ref();
    Ok(json_answer(&json!({
        "months": held.months,
        "set_by": set.map(|set| &set.name),
        "reason": set.map(|set| &set.reason),
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Months {
    months: i64,
    reason: String,
}

async fn set_retention(Asking(recruiting): Asking, Json(asked): Json<Months>) -> Result<Response, WebError> {
    recruiting.set_retention(asked.months, &asked.reason, Origin::Api).await.map_err(refused)?;
    Ok(done())
}

async fn report(Asking(recruiting): Asking) -> Result<Response, WebError> {
    let text = recruiting.report_csv().await.map_err(refused)?;
    Ok(([(header::CONTENT_TYPE, CSV)], text).into_response())
}
