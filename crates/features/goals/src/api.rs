//! Quotas of a year by API.

mod quota_plan;
mod sales_plan;

pub use quota_plan::json as quota_plan_json;
pub use sales_plan::plan_json;

use crate::{Folder, Goals, GoalsError, Proposal, Way, Wish};
use access::{Access, Caller};
use axum::{
    Json, Router,
    extract::{FromRequestParts, Query},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use base::{Amount, Seq};
use jiff::civil::Date;
use kpi::KpiError;
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{
    WebError, json_answer,
    openapi::{Description, object, operation, parameter},
};

const PLAN: &str = "/api/v1/quotas/plan";

pub(crate) fn routes() -> Router<Access> {
    Router::new().route(PLAN, get(propose).post(draft)).merge(quota_plan::routes()).merge(sales_plan::routes())
}

/// On behalf of whoever holds the token.
struct Asking(Goals);

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let Caller(session) = Caller::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        Ok(Self(Goals::new(access.db().clone(), session.viewer, folder.0)))
    }
}

#[derive(Deserialize)]
struct Asked {
    year: String,
    target: Option<Amount>,
    over_assignment: Option<Amount>,
    raise: Option<Amount>,
    share: Option<Amount>,
}

impl Asked {
    fn wish(self) -> Wish {
        let usual = Wish::of(&self.year);
        Wish {
            target: self.target,
            over_assignment: self.over_assignment.unwrap_or(usual.over_assignment),
            raise: self.raise.unwrap_or(usual.raise),
            share: self.share,
            ..usual
        }
    }
}

#[derive(Deserialize)]
struct Drafted {
    #[serde(flatten)]
    asked: Asked,
    way: String,
    seq: i64,
    made_on: Option<Date>,
    reason: String,
}

async fn propose(Asking(goals): Asking, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    Ok(json_answer(&json(&goals.propose(&asked.wish()).await.map_err(told)?)))
}

async fn draft(Asking(goals): Asking, Json(said): Json<Drafted>) -> Result<Response, WebError> {
    let way = Way::read(&said.way).map_err(told)?;
    let day = match said.made_on {
        Some(day) => day,
        None => goals.today().await.map_err(told)?,
    };
    let wish = Wish { seen: Some((Seq(said.seq), day)), ..said.asked.wish() };
    let proposal = goals.propose(&wish).await.map_err(told)?;
    let id = goals.draft_quotas(&proposal, way, &said.reason, Origin::Api).await.map_err(told)?;
    let plan = goals.quota_plan(id).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&quota_plan::json(&plan).map_err(told)?)).into_response())
}

/// A proposal as command line and API tell it.
pub fn json(found: &Proposal) -> Value {
    let text = Amount::to_text;
    let lines = found.lines.iter().map(|line| {
        let quotas = line.quotas.iter().map(|(way, quota)| (way.name().to_owned(), json!(text(*quota))));
        json!({
            "person": line.person.0,
            "name": line.name,
            "sold": text(line.sold),
            "months": line.months,
            "capped_months": line.capped,
            "pipeline": text(line.pipeline),
            "potential": line.potential.map(text),
            "quota_before": line.before.map(text),
            "quotas": quotas.collect::<serde_json::Map<_, _>>(),
        })
    });
    let sums = found.sums.iter().map(|one| {
        let fairness = one.fairness.map(|fairness| {
            json!({
                "variation": text(fairness.variation),
                "gini": text(fairness.gini),
                "jain": text(fairness.jain),
                "max_deviation": text(fairness.max_deviation),
            })
        });
        json!({
            "way": one.way.name(),
            "sum": text(one.sum),
            "gap": text(one.gap.amount),
            "gap_share": one.gap.share.map(text),
            "fairness": fairness,
            "follows_potential": one.follows.map(text),
        })
    });
    let health = &found.health;
    json!({
        "year": found.year.label,
        "from": found.from.to_string(),
        "to": found.to.to_string(),
        "currency": found.currency.to_string(),
        "target": text(found.target),
        "pool": text(found.pool),
        "share_of_potential": found.share.map(text),
        "capacity": found.capacity.map(text),
        "lines": lines.collect::<Vec<_>>(),
        "ways": sums.collect::<Vec<_>>(),
        "health": {
            "people": health.people,
            "at_80": health.at_80.map(text),
            "at_100": health.at_100.map(text),
            "median": health.median.map(text),
            "p90": health.p90.map(text),
            "p10": health.p10.map(text),
        },
        "seq": found.seq.0,
        "made_on": found.made_on.to_string(),
    })
}

fn told(error: GoalsError) -> WebError {
    let status = match &error {
        GoalsError::Kpi(KpiError::SetsNoScorecards) | GoalsError::NotYours | GoalsError::OwnHand => {
            StatusCode::FORBIDDEN
        }
        GoalsError::Moved
        | GoalsError::Has(_)
        | GoalsError::Gone(_)
        | GoalsError::NotWaiting
        | GoalsError::PlanState(_)
        | GoalsError::Beside(_) => StatusCode::CONFLICT,
        GoalsError::Nobodys | GoalsError::NoPlan(_) => StatusCode::NOT_FOUND,
        GoalsError::Kpi(_) | GoalsError::Db(_) | GoalsError::Amount(_) | GoalsError::Stored(_) => {
            return WebError::internal(error);
        }
        _ => StatusCode::BAD_REQUEST,
    };
    WebError::Told { status, detail: format!("{error}; {}", error.hint()) }
}

pub fn description() -> Description {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let any = json!({ "type": "object" });
    let mut described = Description::default();
    let words = [
        ("year", "Like 2027.", true),
        ("target", "Of the company; without it what was sold and `raise` on top.", false),
        ("over_assignment", "Per cent; 15 if left out.", false),
        ("raise", "Per cent on top of what was sold; 10 if left out.", false),
        (
            "share",
            "Per cent of what accounts could buy in a year; without it what was sold of it and `raise` on top.",
            false,
        ),
    ];
    let asked = words.map(|(name, says, is_required)| parameter(name, says, is_required));
    let summary = "Quotas of a year by several ways, side by side, with what they sum to and how fair they are";
    described.operation(PLAN, "get", operation(summary, &asked, None, &any, true));
    let mut body: Vec<(&str, Value)> = words.iter().map(|(name, says, _)| (*name, text(says))).collect();
    body.extend([
        ("way", text("average, top_down, bottom_up or account_based.")),
        ("seq", json!({ "type": "integer", "description": "Of the proposal that somebody looked at." })),
        ("made_on", text("Of that proposal; on another day it is another one. Today if left out.")),
        ("reason", text("Why; it stands on every quota.")),
    ]);
    let summary = "Drafts the quotas of one way, a person and quarter each: a plan that another person approves";
    described.operation(PLAN, "post", operation(summary, &[], Some(&object(&body)), &any, true));
    quota_plan::describe(&mut described);
    sales_plan::describe(&mut described);
    described
}
