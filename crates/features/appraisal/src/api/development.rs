//! Development plans by API.

use super::{Asking, day, told};
use crate::{ACTIONS, CareerTalk, Development, Expectation, Goal, NewCareerTalk, NewGoal, NewWish, Wish};
use access::Access;
use axum::{
    Json, Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base::{Amount, RecordId};
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{
    WebError, json_answer,
    openapi::{Description, in_path, object, operation},
};

const PLAN: &str = "/api/v1/development/{id}";
const CAREER: &str = "/api/v1/development/{id}/career";
const CAREER_TALKS: &str = "/api/v1/development/{id}/career-talks";
const GOAL: &str = "/api/v1/development/goals/{id}";

pub fn routes() -> Router<Access> {
    Router::new()
        .route(PLAN, get(plan).post(set))
        .route(GOAL, post(close))
        .route(CAREER, post(wish))
        .route(CAREER_TALKS, post(talk))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wished {
    wish: String,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    by: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Talked {
    day: String,
    agreed: String,
    #[serde(default)]
    follow_up: Option<String>,
}

/// One's own: the address says whose, and nobody says it for another.
async fn wish(Asking(appraisal): Asking, Path(id): Path<i64>, Json(said): Json<Wished>) -> Result<Response, WebError> {
    if appraisal.viewer().person != Some(RecordId(id)) {
        return Err(WebError::NotFound);
    }
    let by = said.by.as_deref().map(day).transpose()?;
    let new = NewWish { wish: said.wish, role: said.role, by };
    let wish = appraisal.state_wish(&new, Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "id": wish.0 }))).into_response())
}

async fn talk(Asking(appraisal): Asking, Path(id): Path<i64>, Json(said): Json<Talked>) -> Result<Response, WebError> {
    let follow_up = said.follow_up.as_deref().map(day).transpose()?;
    let new = NewCareerTalk { day: day(&said.day)?, agreed: said.agreed, follow_up };
    let talk = appraisal.keep_career_talk(RecordId(id), &new, Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "id": talk.0 }))).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    competency: String,
    to_level: i64,
    kind: String,
    action: String,
    #[serde(default)]
    mentor: Option<String>,
    due: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    #[serde(default)]
    reached: Option<i64>,
    #[serde(default)]
    evidence: String,
}

async fn plan(Asking(appraisal): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    Ok(json_answer(&development(&appraisal.development(RecordId(id)).await.map_err(told)?)))
}

async fn set(Asking(appraisal): Asking, Path(id): Path<i64>, Json(set): Json<Set>) -> Result<Response, WebError> {
    let mentor = match &set.mentor {
        Some(named) => Some(appraisal.person(named).await.map_err(told)?.id),
        None => None,
    };
    let new = NewGoal {
        person: RecordId(id),
        competency: set.competency,
        to_level: set.to_level,
        kind: set.kind,
        action: set.action,
        mentor,
        due: day(&set.due)?,
    };
    let goal = appraisal.set_goal(&new, Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "id": goal.0 }))).into_response())
}

async fn close(Asking(appraisal): Asking, Path(id): Path<i64>, Json(said): Json<Closed>) -> Result<Response, WebError> {
    appraisal.close_goal(RecordId(id), said.reached, &said.evidence, Origin::Api).await.map_err(told)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn development(plan: &Development) -> Value {
    let expectation = |one: &Expectation| json!({ "competency": one.competency, "expected": one.expected, "seen": one.observed.map(Amount::to_text) });
    let goal = |one: &Goal| {
        json!({
            "id": one.id.0,
            "competency": one.competency,
            "from_level": one.from_level,
            "to_level": one.to_level,
            "kind": one.kind,
            "action": one.action,
            "mentor": one.mentor,
            "due": one.due.to_string(),
            "state": one.state.name(),
            "reached": one.reached,
            "evidence": one.evidence,
        })
    };
    let ladder = plan.ladder.iter().map(|(role, expected)| {
        json!({ "role": role.role, "expected": expected.iter().map(expectation).collect::<Vec<_>>() })
    });
    let wish = |one: &Wish| {
        json!({
            "wish": one.wish,
            "role": one.role,
            "by": one.by.map(|day| day.to_string()),
            "stated_on": one.stated_on.to_string(),
            "ended_on": one.ended_on.map(|day| day.to_string()),
        })
    };
    let talk = |one: &CareerTalk| {
        json!({
            "day": one.day.to_string(),
            "with": one.with,
            "agreed": one.agreed,
            "follow_up": one.follow_up.map(|day| day.to_string()),
        })
    };
    json!({
        "person": plan.person.0,
        "name": plan.name,
        "appraisal": plan.appraisal.as_ref().map(|(id, _)| id.0),
        "expected": plan.own.iter().map(expectation).collect::<Vec<_>>(),
        "ladder": ladder.collect::<Vec<_>>(),
        "goals": plan.goals.iter().map(goal).collect::<Vec<_>>(),
        "career": {
            "wishes": plan.career.wishes.iter().map(wish).collect::<Vec<_>>(),
            "expected": plan.wished.as_ref().map(|expected| expected.iter().map(expectation).collect::<Vec<_>>()),
            "talks": plan.career.talks.iter().map(talk).collect::<Vec<_>>(),
        },
    })
}

pub fn describe(described: &mut Description) {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let number = |says: &str| json!({ "type": "integer", "description": says });
    let any = json!({ "type": "object" });
    let mut add = |path: &str, method: &str, summary: &str, parameters: &[Value], body: Option<&Value>| {
        described.operation(path, method, operation(summary, parameters, body, &any, true));
    };
    let person = in_path("id", "The person's number.");
    let of = std::slice::from_ref(&person);
    add(PLAN, "get", "Somebody's goals, gaps, and what the next role expects", of, None);
    let body = object(&[
        ("competency", text("Of the library.")),
        ("to_level", number("1 to 5.")),
        ("kind", text(&ACTIONS.join(", "))),
        ("action", text("What is done.")),
        ("mentor", text("# and a number, or an external id.")),
        ("due", text("A day.")),
    ]);
    add(PLAN, "post", "Sets a goal", of, Some(&body));
    let body = object(&[
        ("wish", text("What one wants to become.")),
        ("role", text("A role, like kam.")),
        ("by", text("A day.")),
    ]);
    add(CAREER, "post", "Says what one wants to become, in place of what one said before", of, Some(&body));
    let body = object(&[
        ("day", text("On which the talk was held.")),
        ("agreed", text("What was agreed.")),
        ("follow_up", text("The day on which it is looked at again.")),
    ]);
    add(CAREER_TALKS, "post", "Keeps what a career talk with somebody below agreed", of, Some(&body));
    let goal = in_path("id", "The goal's number.");
    let body = object(&[
        ("reached", number("The level that somebody above sees now; without it the goal is dropped.")),
        ("evidence", text("What it rests on.")),
    ]);
    add(GOAL, "post", "Assesses a goal again, or drops it", std::slice::from_ref(&goal), Some(&body));
}
