//! Quotas of a year by API.

mod sales_plan;

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
use base::Amount;
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
    Router::new().route(PLAN, get(propose).post(commit)).merge(sales_plan::routes())
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
}

impl Asked {
    fn wish(self) -> Wish {
        let usual = Wish::of(&self.year);
        Wish {
            target: self.target,
            over_assignment: self.over_assignment.unwrap_or(usual.over_assignment),
            raise: self.raise.unwrap_or(usual.raise),
            ..usual
        }
    }
}

#[derive(Deserialize)]
struct Committed {
    #[serde(flatten)]
    asked: Asked,
    way: String,
    seq: i64,
    reason: String,
}

async fn propose(Asking(goals): Asking, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    Ok(json_answer(&json(&goals.propose(&asked.wish()).await.map_err(told)?)))
}

async fn commit(Asking(goals): Asking, Json(said): Json<Committed>) -> Result<Response, WebError> {
    let way = Way::read(&said.way).map_err(told)?;
    let proposal = goals.propose(&said.asked.wish()).await.map_err(told)?;
    if proposal.seq.0 != said.seq {
        return Err(told(GoalsError::Moved));
    }
    let quotas = goals.commit(&proposal, way, &said.reason, Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "quotas": quotas }))).into_response())
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
    })
}

fn told(error: GoalsError) -> WebError {
    let status = match &error {
        GoalsError::Kpi(KpiError::SetsNoScorecards) | GoalsError::NotYours => StatusCode::FORBIDDEN,
        GoalsError::Moved | GoalsError::Has(_) | GoalsError::NotWaiting | GoalsError::Beside(_) => StatusCode::CONFLICT,
        GoalsError::Nobodys => StatusCode::NOT_FOUND,
        GoalsError::Kpi(_) | GoalsError::Db(_) | GoalsError::Amount(_) => return WebError::internal(error),
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
    ];
    let asked = words.map(|(name, says, is_required)| parameter(name, says, is_required));
    let summary = "Quotas of a year by several ways, side by side, with what they sum to and how fair they are";
    described.operation(PLAN, "get", operation(summary, &asked, None, &any, true));
    let mut body: Vec<(&str, Value)> = words.iter().map(|(name, says, _)| (*name, text(says))).collect();
    body.extend([
        ("way", text("average, top_down or bottom_up.")),
        ("seq", json!({ "type": "integer", "description": "Of the proposal that somebody looked at." })),
        ("reason", text("Why; it stands on every quota.")),
    ]);
    let summary = "Writes the quotas of one way, a person and quarter each";
    described.operation(PLAN, "post", operation(summary, &[], Some(&object(&body)), &any, true));
    sales_plan::describe(&mut described);
    described
}
