//! Training by API.

use crate::{Completion, CompletionRow, CourseWords, Folder, Source, Training, TrainingError, json};
use access::{Access, Caller};
use appraisal::AppraisalError;
use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, Query, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use base::{Amount, RecordId, Seq};
use jiff::civil::Date;
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use web_kit::{
    WebError, json_answer,
    openapi::{Description, in_path, object, operation, parameter},
};

const HOME: &str = "/api/v1/training";
const COURSES: &str = "/api/v1/courses";
const COURSE: &str = "/api/v1/courses/{id}";
const ASSIGN: &str = "/api/v1/courses/{id}/assignments";
const ASSIGNMENT: &str = "/api/v1/training/assignments/{id}";
const COMPLETIONS: &str = "/api/v1/training/completions";
const SOURCES: &str = "/api/v1/training/sources";
const SOURCE: &str = "/api/v1/training/sources/{id}";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route(HOME, get(overview))
        .route(COURSES, get(courses).post(new_course))
        .route(COURSE, get(course).put(set_course))
        .route(ASSIGN, post(assign))
        .route(ASSIGNMENT, post(step))
        .route(COMPLETIONS, post(completions))
        .route(SOURCES, get(sources).post(add_source))
        .route(SOURCE, delete(end_source))
}

/// On behalf of whoever holds the token.
struct Asking(Training);

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let Caller(session) = Caller::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        Ok(Self(Training::new(access.db().clone(), session.viewer, folder.0)))
    }
}

type Told = Result<Response, WebError>;

async fn overview(Asking(training): Asking) -> Told {
    Ok(json_answer(&json::overview(&training.overview().await.map_err(told)?)))
}

async fn courses(Asking(training): Asking) -> Told {
    let courses = training.courses().await.map_err(told)?;
    Ok(json_answer(&json!({ "courses": courses.iter().map(json::course).collect::<Vec<_>>() })))
}

async fn new_course(Asking(training): Asking, Json(words): Json<CourseWords>) -> Told {
    created(training.set_course(None, &words, Origin::Api).await)
}

async fn course(Asking(training): Asking, Path(id): Path<i64>) -> Told {
    let id = RecordId(id);
    let version = training.version().await.map_err(told)?;
    let course = training.course(id).await.map_err(told)?;
    let assignments = training.seen_of(id).await.map_err(told)?;
    let wanting = training.wanting(id).await.map_err(told)?;
    let mut answer = json::open(&course, &assignments, &wanting, training.today().await.map_err(told)?);
    answer["version"] = json!(version.0);
    Ok(json_answer(&answer))
}

#[derive(Deserialize)]
struct Seen {
    version: Option<i64>,
}

async fn set_course(
    Asking(training): Asking,
    Path(id): Path<i64>,
    Query(seen): Query<Seen>,
    Json(words): Json<CourseWords>,
) -> Told {
    done(training.set_course(Some((RecordId(id), seen.version.map(Seq))), &words, Origin::Api).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Assign {
    people: BTreeSet<i64>,
    due_on: Option<Date>,
}

async fn assign(Asking(training): Asking, Path(id): Path<i64>, Json(new): Json<Assign>) -> Told {
    let people = new.people.into_iter().map(RecordId).collect();
    let count = training.assign(RecordId(id), &people, new.due_on, Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "assigned": count }))).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    step: String,
    rating: Option<i64>,
    completed_on: Option<Date>,
    score_before: Option<Amount>,
    score_after: Option<Amount>,
    #[serde(default)]
    certificate: String,
}

async fn step(Asking(training): Asking, Path(id): Path<i64>, Json(to): Json<Wanted>) -> Told {
    let id = RecordId(id);
    match to.step.as_str() {
        "complete" => {
            let how = Completion {
                day: to.completed_on,
                before: to.score_before,
                after: to.score_after,
                certificate: to.certificate,
            };
            done(training.complete(id, &how, Origin::Api).await)
        }
        "rate" => done(training.rate(id, to.rating.unwrap_or_default(), Origin::Api).await),
        "withdraw" => done(training.withdraw(id, Origin::Api).await),
        other => {
            let detail = format!("{other:?} is no step; write complete, rate or withdraw");
            Err(WebError::Told { status: StatusCode::BAD_REQUEST, detail })
        }
    }
}

#[derive(Deserialize)]
struct Commit {
    #[serde(default)]
    commit: bool,
}

async fn completions(
    Asking(training): Asking,
    Query(how): Query<Commit>,
    Json(rows): Json<Vec<CompletionRow>>,
) -> Told {
    let rows: Vec<(u64, CompletionRow)> = (1..).zip(rows).collect();
    let plan = training.plan_completions(&rows).await.map_err(told)?;
    let mut answer = json::plan(&plan);
    let status = if plan.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    if how.commit && plan.problems.is_empty() {
        answer["written"] = json!(training.commit_completions(plan, Origin::Api).await.map_err(told)?);
    }
    Ok((status, json_answer(&answer)).into_response())
}

async fn sources(Asking(training): Asking) -> Told {
    let sources = training.sources().await.map_err(told)?;
    Ok(json_answer(&json!({ "sources": sources.iter().map(source).collect::<Vec<_>>() })))
}

fn source(one: &Source) -> Value {
    json!({
        "id": one.id.0,
        "name": one.name,
        "key": one.key,
        "made_on": one.made_on.to_string(),
        "ended_on": one.ended_on.map(|day| day.to_string()),
        "statements": one.statements,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSource {
    name: String,
}

async fn add_source(State(access): State<Access>, Asking(training): Asking, Json(new): Json<NewSource>) -> Told {
    let (id, key, secret) = training.add_source(&access, &new.name, Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "id": id.0, "key": key, "secret": secret }))).into_response())
}

async fn end_source(Asking(training): Asking, Path(id): Path<i64>) -> Told {
    done(training.end_source(RecordId(id), Origin::Api).await)
}

fn created(made: Result<RecordId, TrainingError>) -> Told {
    let id = made.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "id": id.0 }))).into_response())
}

fn done<T>(what: Result<T, TrainingError>) -> Told {
    what.map_err(told)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn told(error: TrainingError) -> WebError {
    let status = match &error {
        TrainingError::NotBelow(_)
        | TrainingError::SetsNone
        | TrainingError::NotTaker
        | TrainingError::NotByTaker
        | TrainingError::HoldsIt => StatusCode::FORBIDDEN,
        TrainingError::NotThere | TrainingError::Appraisal(AppraisalError::NoPerson(_)) => StatusCode::NOT_FOUND,
        TrainingError::Moved => StatusCode::CONFLICT,
        TrainingError::Appraisal(_) | TrainingError::Db(_) => return WebError::internal(error),
        _ => StatusCode::BAD_REQUEST,
    };
    WebError::Told { status, detail: format!("{error}; {}", error.hint()) }
}

pub fn description() -> Description {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let number = |says: &str| json!({ "type": "integer", "description": says });
    let any = json!({ "type": "object" });
    let mut described = Description::default();
    let mut add = |path: &str, method: &str, summary: &str, parameters: &[Value], body: Option<&Value>| {
        described.operation(path, method, operation(summary, parameters, body, &any, true));
    };
    let id = in_path("id", "Its number.");
    let of = std::slice::from_ref(&id);
    add(HOME, "get", "One's own courses, and how those below stand", &[], None);
    add(COURSES, "get", "Every course, those that are offered first", &[], None);
    let course = object(&[
        ("name", text("Its name.")),
        ("delivery", text("own, external, file, link or classroom.")),
        ("detail", text("What it is about.")),
        ("link", text("Where it is.")),
        (
            "roles",
            json!({ "type": "array", "items": { "type": "string" }, "description": "Ids of roles that take it." }),
        ),
        ("competency", text("The id of the competency that it teaches.")),
        ("days", number("To be done so soon.")),
        ("valid_months", number("Its certificate counts so long.")),
        ("activity", text("What a learning tool calls it: an IRI.")),
        ("pretest", text("What a learning tool calls the test before it.")),
        ("ended", json!({ "type": "boolean", "description": "It is offered no more." })),
    ]);
    add(COURSES, "post", "A new course", &[], Some(&course));
    add(
        COURSE,
        "get",
        "A course with its assignments, what became of them, and whom it could be assigned to",
        of,
        None,
    );
    let seen =
        [id.clone(), parameter("version", "As GET told it: what another changed since is not written over.", false)];
    add(COURSE, "put", "Another wording of a course", &seen, Some(&course));
    let body = object(&[
        ("people", json!({ "type": "array", "items": { "type": "integer" }, "description": "Numbers of people." })),
        ("due_on", text("A day; as the course has it if left out.")),
    ]);
    add(ASSIGN, "post", "Assigns a course to people, all or none", of, Some(&body));
    let body = object(&[
        ("step", text("complete, rate or withdraw.")),
        ("completed_on", text("A day; today if left out.")),
        ("score_before", text("0 to 100.")),
        ("score_after", text("0 to 100.")),
        ("certificate", text("Its number.")),
        ("rating", number("1 to 5, by whoever took it.")),
    ]);
    add(ASSIGNMENT, "post", "An assignment is done, rated or taken back", of, Some(&body));
    let commit = [parameter("commit", "true: write it. Otherwise it is planned alone.", false)];
    let columns = CompletionRow::COLUMNS.map(|column| (column, text("As docs/training.md has it.")));
    let body = json!({ "type": "array", "items": object(&columns) });
    add(
        COMPLETIONS,
        "post",
        "Completions that another program lists: each row with what it does",
        &commit,
        Some(&body),
    );
    add(SOURCES, "get", "Learning tools that report by xAPI", &[], None);
    add(
        SOURCES,
        "post",
        "Another learning tool: its key and secret, told once",
        &[],
        Some(&object(&[("name", text("Its name."))])),
    );
    add(SOURCE, "delete", "A learning tool reports no more", of, None);
    described
}
