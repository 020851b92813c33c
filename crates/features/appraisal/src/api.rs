//! Roles, competencies and job descriptions by API.

pub(crate) mod appraisals;
mod development;
mod parts;

use crate::{Appraisal, AppraisalError, Description, Folder, Held};
use access::{Access, Caller};
use axum::{
    Json, Router,
    extract::{FromRequestParts, Path},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, put},
};
use base::RecordId;
use jiff::civil::Date;
use rules::log::Origin;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use web_kit::{
    WebError, json_answer,
    openapi::{Description as Described, in_path, object, operation, word_in_path},
};

const ALL_ROLES: &str = "/api/v1/roles";
const ONE_ROLE: &str = "/api/v1/roles/{role}";
const COMPETENCIES: &str = "/api/v1/competencies";
const ONE_COMPETENCY: &str = "/api/v1/competencies/{id}";
const DESCRIPTIONS: &str = "/api/v1/job-descriptions";
const DESCRIPTION: &str = "/api/v1/job-descriptions/{id}";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route(ALL_ROLES, get(roles))
        .route(ONE_ROLE, put(set_role))
        .route(COMPETENCIES, get(competencies))
        .route(ONE_COMPETENCY, put(set_competency))
        .route(DESCRIPTIONS, get(descriptions).post(issue))
        .route(DESCRIPTION, get(one).post(step))
        .merge(appraisals::routes())
        .merge(development::routes())
}

/// On behalf of whoever holds the token.
struct Asking(Appraisal);

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let Caller(session) = Caller::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        Ok(Self(Appraisal::new(access.db().clone(), session.viewer, folder.0)))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetFile {
    file: String,
    from: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Issue {
    person: String,
    role: String,
    from: String,
    order_number: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    step: String,
}

async fn roles(Asking(appraisal): Asking) -> Result<Response, WebError> {
    let held = appraisal.roles(appraisal.today().await.map_err(told)?).await.map_err(told)?;
    Ok(json_answer(&json!({ "roles": held.values().map(dated).collect::<Vec<_>>() })))
}

async fn set_role(
    Asking(appraisal): Asking,
    Path(role): Path<String>,
    Json(set): Json<SetFile>,
) -> Result<Response, WebError> {
    let from = day(&set.from)?;
    appraisal.set_role(&role, &set.file, from, Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "role": role, "from": from.to_string() })))
}

async fn competencies(Asking(appraisal): Asking) -> Result<Response, WebError> {
    let held = appraisal.competencies(appraisal.today().await.map_err(told)?).await.map_err(told)?;
    Ok(json_answer(&json!({ "competencies": held.values().map(dated).collect::<Vec<_>>() })))
}

async fn set_competency(
    Asking(appraisal): Asking,
    Path(id): Path<String>,
    Json(set): Json<SetFile>,
) -> Result<Response, WebError> {
    let from = day(&set.from)?;
    appraisal.set_competency(&id, &set.file, from, Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "id": id, "from": from.to_string() })))
}

async fn descriptions(Asking(appraisal): Asking) -> Result<Response, WebError> {
    let found = appraisal.descriptions().await.map_err(told)?;
    Ok(json_answer(&json!({ "job_descriptions": found.iter().map(document).collect::<Vec<_>>() })))
}

async fn issue(Asking(appraisal): Asking, Json(new): Json<Issue>) -> Result<Response, WebError> {
    let issued = appraisal.issue(&new.person, &new.role, day(&new.from)?, &new.order_number, Origin::Api).await;
    let id = issued.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&document(&appraisal.description(id).await.map_err(told)?))).into_response())
}

async fn one(Asking(appraisal): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    Ok(json_answer(&document(&appraisal.description(RecordId(id)).await.map_err(told)?)))
}

async fn step(Asking(appraisal): Asking, Path(id): Path<i64>, Json(wanted): Json<Step>) -> Result<Response, WebError> {
    let id = RecordId(id);
    match wanted.step.as_str() {
        "approve" => appraisal.approve_description(id, Origin::Api).await.map_err(told)?,
        "acknowledge" => appraisal.acknowledge_description(id, Origin::Api).await.map_err(told)?,
        other => {
            let detail = format!("{other:?} is no step; write approve or acknowledge");
            return Err(WebError::Told { status: StatusCode::BAD_REQUEST, detail });
        }
    }
    Ok(json_answer(&document(&appraisal.description(id).await.map_err(told)?)))
}

/// What holds, with since when.
fn dated<T: Serialize>(held: &Held<T>) -> Value {
    let mut told = serde_json::to_value(&held.what).unwrap_or_default();
    told["since"] = json!(held.since.map(|since| since.to_string()));
    told["later"] = json!(held.later.map(|later| later.to_string()));
    told
}

/// A job description as command line and API tell it.
pub fn document(found: &Description) -> Value {
    json!({
        "id": found.id.0,
        "person": found.person.0,
        "name": found.name,
        "role": found.role,
        "from": found.starts_on.to_string(),
        "order_number": found.order_number,
        "state": found.standing().name(),
        "issued_by": found.issued_by.as_ref().map(|(_, name)| name),
        "approved_by": found.approved.as_ref().map(|(name, _)| name),
        "approved_on": found.approved.as_ref().map(|(_, day)| day.to_string()),
        "acknowledged_on": found.acknowledged_on.map(|day| day.to_string()),
        "description": found.profile,
    })
}

fn day(text: &str) -> Result<Date, WebError> {
    text.parse().map_err(|_| told(AppraisalError::NotADay(text.to_owned())))
}

fn told(error: AppraisalError) -> WebError {
    let status = match &error {
        AppraisalError::RunsNone
        | AppraisalError::AppointsNobody
        | AppraisalError::OnlyHolder(_)
        | AppraisalError::OwnGrade => StatusCode::FORBIDDEN,
        AppraisalError::NoRole(_)
        | AppraisalError::NoCompetency(_)
        | AppraisalError::NoPerson(_)
        | AppraisalError::NoKpi(_)
        | AppraisalError::NotThere => StatusCode::NOT_FOUND,
        AppraisalError::Moved(_) => StatusCode::CONFLICT,
        AppraisalError::Rule(rules::appraisal::AppraisalError::TooFew { .. }) => StatusCode::BAD_REQUEST,
        AppraisalError::Kpi(_)
        | AppraisalError::Db(_)
        | AppraisalError::Stored(_)
        | AppraisalError::Rule(_)
        | AppraisalError::Amount(_)
        | AppraisalError::Unwritten(_) => {
            return WebError::internal(error);
        }
        _ => StatusCode::BAD_REQUEST,
    };
    WebError::Told { status, detail: format!("{error}; {}", error.hint()) }
}

pub fn description() -> Described {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let any = json!({ "type": "object" });
    let mut described = Described::default();
    let mut add = |path: &str, method: &str, summary: &str, parameters: &[Value], body: Option<&Value>| {
        described.operation(path, method, operation(summary, parameters, body, &any, true));
    };
    let file =
        object(&[("file", text("As docs/role-format.md has it.")), ("from", text("The first day on which it holds."))]);
    let role = word_in_path("role", "A role, like ae.");
    let word = in_path("id", "The competency's id.");
    let id = in_path("id", "Its number.");
    add(ALL_ROLES, "get", "Roles as they hold today: duties, requirements, competencies, reporting line", &[], None);
    add(ONE_ROLE, "put", "Puts a role's file in place from a day on", std::slice::from_ref(&role), Some(&file));
    add(COMPETENCIES, "get", "Competencies as they hold today, with what one sees at each level", &[], None);
    let of = std::slice::from_ref(&word);
    add(ONE_COMPETENCY, "put", "Puts a competency's file in place from a day on", of, Some(&file));
    add(DESCRIPTIONS, "get", "Job descriptions that one may see, the last first", &[], None);
    let body = object(&[
        ("person", text("# and a number, or an external id.")),
        ("role", text("A role, like ae.")),
        ("from", text("The first day.")),
        ("order_number", text("Of the order that appoints.")),
    ]);
    add(DESCRIPTIONS, "post", "Issues a job description to somebody", &[], Some(&body));
    let of = std::slice::from_ref(&id);
    add(DESCRIPTION, "get", "A job description with its approval and acknowledgement", of, None);
    let body = object(&[("step", text("approve or acknowledge."))]);
    add(DESCRIPTION, "post", "Approves what somebody else issued, or acknowledges one's own", of, Some(&body));
    appraisals::describe(&mut described);
    development::describe(&mut described);
    described
}
