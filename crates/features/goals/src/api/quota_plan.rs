//! Plans of quotas by API.

use super::{Asking, told};
use crate::{GoalsError, QuotaPlan};
use access::Access;
use axum::{
    Json, Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use base::{Amount, RecordId, Seq};
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use web_kit::{
    WebError, json_answer,
    openapi::{Description, object, operation, word_in_path},
};

const ALL: &str = "/api/v1/quotas/plans";
const ONE: &str = "/api/v1/quotas/plans/{id}";
const DECISION: &str = "/api/v1/quotas/plans/{id}/decision";

pub(super) fn routes() -> Router<Access> {
    Router::new().route(ALL, get(all)).route(ONE, get(one).put(change)).route(DECISION, post(decide))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    /// By person; who is not named keeps what is there.
    #[serde(default)]
    quarters: BTreeMap<i64, Vec<Amount>>,
    reason: String,
    #[serde(default)]
    submit: bool,
    seq: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    approve: bool,
    #[serde(default)]
    answer: String,
    seq: i64,
}

async fn all(Asking(goals): Asking) -> Result<Response, WebError> {
    let plans = goals.quota_plans().await.map_err(told)?;
    let plans = plans.iter().map(json).collect::<Result<Vec<_>, _>>().map_err(told)?;
    Ok(json_answer(&json!({ "plans": plans })))
}

async fn one(Asking(goals): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let plan = goals.quota_plan(RecordId(id)).await.map_err(told)?;
    Ok(json_answer(&json(&plan).map_err(told)?))
}

async fn change(Asking(goals): Asking, Path(id): Path<i64>, Json(said): Json<Said>) -> Result<Response, WebError> {
    let id = RecordId(id);
    let amounts = said.quarters.into_iter().map(|(person, quarters)| (RecordId(person), quarters)).collect();
    goals.change_quotas(id, &amounts, (&said.reason, said.submit), Seq(said.seq), Origin::Api).await.map_err(told)?;
    one(Asking(goals), Path(id.0)).await
}

async fn decide(Asking(goals): Asking, Path(id): Path<i64>, Json(said): Json<Decided>) -> Result<Response, WebError> {
    let decision = (said.approve, said.answer.as_str());
    let quotas = goals.decide_quotas(RecordId(id), decision, Seq(said.seq), Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "plan": id, "approved": said.approve, "quotas": quotas })))
}

/// A plan as command line and API tell it.
pub fn json(plan: &QuotaPlan) -> Result<Value, GoalsError> {
    let text = |amounts: &[Amount]| amounts.iter().map(|amount| amount.to_text()).collect::<Vec<_>>();
    let lines = plan.lines.iter().map(|line| {
        json!({
            "person": line.person,
            "name": plan.name(RecordId(line.person)),
            "proposed": text(&line.proposed),
            "quarters": text(&line.quarters),
        })
    });
    let split = plan.split()?;
    Ok(json!({
        "id": plan.id.0,
        "year": plan.year.label,
        "way": plan.way.name(),
        "state": plan.state.name(),
        "currency": plan.currency.to_string(),
        "target": split.above.to_text(),
        "sum": split.below.to_text(),
        "over_assignment": split.over_assignment.map(Amount::to_text),
        "lines": lines.collect::<Vec<_>>(),
        "reason": plan.reason,
        "answer": plan.answer,
        "decided_by": plan.decided.map(|(by, _)| by.0),
        "decided_on": plan.decided.map(|(_, day)| day.to_string()),
        "hands": plan.hands.iter().map(|id| id.0).collect::<Vec<_>>(),
        "seq": plan.version.0,
    }))
}

pub(super) fn describe(described: &mut Description) {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let any = json!({ "type": "object" });
    let id = [word_in_path("id", "The plan's number.")];
    described.operation(ALL, "get", operation("Plans of quotas, the last first", &[], None, &any, true));
    let summary = "A plan of quotas: who carries how much in which quarter, and where it stands";
    described.operation(ONE, "get", operation(summary, &id, None, &any, true));
    let seq = json!({ "type": "integer", "description": "Of the plan that somebody looked at." });
    let amounts = json!({
        "type": "object",
        "description": "By a person's number, an amount a quarter; who is not named keeps what is there.",
        "additionalProperties": { "type": "array", "items": { "type": "string" } },
    });
    let body = [
        ("quarters", amounts),
        ("reason", text("Why; it stands on every quota.")),
        ("submit", json!({ "type": "boolean", "description": "Hands it in for approval." })),
        ("seq", seq.clone()),
    ];
    let summary = "Changes a draft or a plan that was given back";
    described.operation(ONE, "put", operation(summary, &id, Some(&object(&body)), &any, true));
    let body = [
        ("approve", json!({ "type": "boolean" })),
        ("answer", text("What is to change, where it is given back.")),
        ("seq", seq),
    ];
    let summary =
        "Approves a plan, whose quotas stand from then on, or gives it back; by somebody who had no hand in it";
    described.operation(DECISION, "post", operation(summary, &id, Some(&object(&body)), &any, true));
}
