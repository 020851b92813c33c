//! Sales plans by API.

use super::{Asking, told};
use crate::{BASE, GoalsError, SalesPlan, Stating, WhatIf};
use access::Access;
use axum::{
    Json, Router,
    extract::{Path, Query},
    response::Response,
    routing::{get, post},
};
use base::{Amount, Fraction, RecordId, Seq};
use rules::{
    goal::{GoalError, Outlook},
    log::Origin,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use web_kit::{
    WebError, json_answer,
    openapi::{Description, object, operation, parameter, word_in_path},
};

const ALL: &str = "/api/v1/sales-plans";
const ONE: &str = "/api/v1/sales-plans/{person}";
const DECISION: &str = "/api/v1/sales-plans/{person}/decision";

pub(super) fn routes() -> Router<Access> {
    Router::new().route(ALL, get(all)).route(ONE, get(one).put(state)).route(DECISION, post(decide))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    year: String,
    opened: Option<Amount>,
    win_rate: Option<Amount>,
    deal: Option<Amount>,
    cycle: Option<Amount>,
}

#[derive(Deserialize)]
struct Said {
    year: String,
    quarters: [Amount; 4],
    #[serde(default)]
    goals: BTreeMap<String, Amount>,
    reason: String,
    seq: i64,
}

#[derive(Deserialize)]
struct Decided {
    year: String,
    approve: bool,
    #[serde(default)]
    answer: String,
    seq: i64,
}

async fn all(Asking(goals): Asking, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    let plans = goals.sales_plans(&asked.year).await.map_err(told)?;
    let lines = plans.lines.iter().map(|line| {
        json!({
            "person": line.person.0,
            "name": line.name,
            "quota": line.quota.map(Amount::to_text),
            "plan": line.plan.map(Amount::to_text),
            "state": line.state,
        })
    });
    Ok(json_answer(&json!({ "year": plans.year.label, "plans": lines.collect::<Vec<_>>() })))
}

async fn one(Asking(goals): Asking, Path(person): Path<i64>, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    let wish = WhatIf { opened: asked.opened, win_rate: asked.win_rate, deal: asked.deal, cycle: asked.cycle };
    let plan = goals.sales_plan(RecordId(person), &asked.year, wish).await.map_err(told)?;
    Ok(json_answer(&plan_json(&plan).map_err(told)?))
}

async fn state(Asking(goals): Asking, Path(person): Path<i64>, Json(said): Json<Said>) -> Result<Response, WebError> {
    let mut base = BTreeMap::new();
    for (kpi, goal) in said.goals {
        let known = BASE.into_iter().find(|known| *known == kpi);
        base.insert(known.ok_or_else(|| told(GoalsError::NoGoal(kpi)))?, goal);
    }
    let new = Stating { quarters: said.quarters, base, reason: said.reason };
    let of = (RecordId(person), said.year.as_str());
    goals.state_plan(of, &new, Seq(said.seq), Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "person": person, "year": said.year, "state": "submitted" })))
}

async fn decide(
    Asking(goals): Asking,
    Path(person): Path<i64>,
    Json(said): Json<Decided>,
) -> Result<Response, WebError> {
    let of = (RecordId(person), said.year.as_str());
    goals.decide_plan(of, (said.approve, &said.answer), Seq(said.seq), Origin::Api).await.map_err(told)?;
    let state = if said.approve { "approved" } else { "returned" };
    Ok(json_answer(&json!({ "person": person, "year": said.year, "state": state })))
}

/// A plan as command line and API tell it.
pub fn plan_json(plan: &SalesPlan) -> Result<Value, GoalsError> {
    let text = Amount::to_text;
    let standing = &plan.standing;
    let quarters = standing.quarters.iter().zip(plan.came.iter().zip(&plan.open)).map(|(one, (came, open))| {
        json!({
            "period": one.period.label,
            "quota": one.quota.map(text),
            "plan": one.plan.map(text),
            "revenue": came.map(text),
            "open": open.map(text),
        })
    });
    let base =
        plan.base.iter().map(|one| json!({ "kpi": one.kpi, "goal": one.goal.map(text), "value": one.value.map(text) }));
    let above = plan
        .above
        .iter()
        .map(|one| json!({ "name": one.name, "target": one.target.map(text), "sum_below": one.of_parts.map(text) }));
    let stated = standing.stated.as_ref().map(|stated| {
        let goals = stated.base.iter().map(|(kpi, goal)| ((*kpi).to_owned(), json!(text(*goal))));
        json!({
            "state": stated.state,
            "quarters": stated.quarters.map(text),
            "goals": goals.collect::<serde_json::Map<_, _>>(),
            "reason": stated.reason,
            "answer": stated.answer,
            "decided_by": stated.decided_by,
            "decided_on": stated.decided_on.map(|day| day.to_string()),
        })
    });
    let (inputs, outlook) = (&plan.inputs, plan.outlook.as_ref());
    let of = |told: fn(&Outlook) -> Result<Amount, GoalError>| outlook.map(told).transpose();
    let needed = outlook.zip(standing.quota).map(|(outlook, quota)| outlook.opened_for(quota)).transpose()?.flatten();
    Ok(json!({
        "person": standing.person.0,
        "name": standing.name,
        "year": standing.year.label,
        "currency": standing.currency.to_string(),
        "quota": standing.quota.map(text),
        "plan": standing.plan.map(text),
        "quota_pace": plan.pace.map(Fraction::to_amount).transpose()?.flatten().map(text),
        "quarters": quarters.collect::<Vec<_>>(),
        "goals": base.collect::<Vec<_>>(),
        "above": above.collect::<Vec<_>>(),
        "written": stated,
        "what_if": {
            "opened": inputs.opened.map(text),
            "win_rate": inputs.win_rate.map(text),
            "deal": inputs.deal.map(text),
            "cycle": inputs.cycle.map(text),
            "revenue": outlook.map(|outlook| text(outlook.came)),
            "won_of_open": of(Outlook::won_of_open)?.map(text),
            "new_business": of(Outlook::new_business)?.map(text),
            "comes_to": of(Outlook::comes_to)?.map(text),
            "opened_for_quota": needed.map(text),
        },
        "may_write": standing.may_write,
        "may_decide": standing.may_decide,
        "seq": standing.seq.0,
    }))
}

pub(super) fn describe(described: &mut Description) {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let any = json!({ "type": "object" });
    let year = parameter("year", "Like 2027; the year of today when nothing is said.", false);
    let person = word_in_path("person", "The number of the person whose plan it is.");
    let summary = "Sales plans of a year of everybody whom one may see";
    described.operation(ALL, "get", operation(summary, std::slice::from_ref(&year), None, &any, true));
    let what_if = [
        ("opened", "Deals opened a month, for the what-if."),
        ("win_rate", "Per cent."),
        ("deal", "Size of a deal."),
        ("cycle", "Days until a deal is won."),
    ];
    let mut asked = vec![person.clone(), year];
    asked.extend(what_if.map(|(name, says)| parameter(name, says, false)));
    let summary = "Somebody's sales plan of a year: quarters, customers, what the year comes to";
    described.operation(ONE, "get", operation(summary, &asked, None, &any, true));
    let seq = json!({ "type": "integer", "description": "Of the plan that somebody looked at." });
    let amounts = json!({ "type": "array", "items": { "type": "string" }, "minItems": 4, "maxItems": 4 });
    let body = [
        ("year", text("Like 2027.")),
        ("quarters", amounts),
        ("goals", json!({ "type": "object", "description": "active_customers and new_customers, each a number." })),
        ("reason", text("Why it is this much.")),
        ("seq", seq.clone()),
    ];
    let summary = "Writes one's own plan, which then waits for approval";
    described.operation(
        ONE,
        "put",
        operation(summary, std::slice::from_ref(&person), Some(&object(&body)), &any, true),
    );
    let body = [
        ("year", text("Like 2027.")),
        ("approve", json!({ "type": "boolean" })),
        ("answer", text("What is to change, where it is given back.")),
        ("seq", seq),
    ];
    let summary = "Approves a plan, which then stands as quotas of the kind `plan` and as targets, or gives it back";
    described.operation(DECISION, "post", operation(summary, &[person], Some(&object(&body)), &any, true));
}
