//! The API: the questions of the command line under the same names, asked with a token.

mod cascade;
mod definitions;
mod openapi;
mod periods;
mod scores;

pub use openapi::description;

use crate::{
    Ask, KpiError,
    asked::{Asked, Folder},
    json,
};
use access::{Access, Caller};
use axum::{
    Extension, Router,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, put},
};
use base::Grain;
use serde::Deserialize;
use serde_json::Value;
use web_kit::WebError;

const KPIS: &str = "/api/v1/kpis";
const KPI: &str = "/api/v1/kpis/{id}";
const QUERY: &str = "/api/v1/kpis/query";
const ROWS: &str = "/api/v1/kpis/rows";
const WHY: &str = "/api/v1/kpis/why";
const PERIODS: &str = "/api/v1/periods";
const CLOSING: &str = "/api/v1/periods/{period}/closing";
const CASCADE: &str = "/api/v1/cascade";
const METRICS: &str = "/api/v1/metrics";
const SCORES: &str = "/api/v1/scores";
const SCORECARDS: &str = "/api/v1/scorecards";
const SCORECARD: &str = "/api/v1/scorecards/{role}";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route(KPIS, get(list).put(definitions::set))
        .route(KPI, get(definitions::show).delete(definitions::end))
        .route(QUERY, get(query))
        .route(ROWS, get(rows))
        .route(WHY, get(why))
        .route(PERIODS, get(periods::list))
        .route(CASCADE, get(cascade::list).put(cascade::set))
        .route(METRICS, get(metrics))
        .route(SCORES, get(scores::list).post(scores::fix))
        .route(SCORECARDS, get(scores::scorecards))
        .route(SCORECARD, put(scores::set))
        .route(CLOSING, get(periods::plan).post(periods::close).delete(periods::reopen))
}

/// What is asked about: ids with commas or spaces between them, or one id.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Ids {
    ids: String,
    id: String,
}

impl Ids {
    fn list(&self) -> Vec<String> {
        let text = format!("{} {}", self.ids, self.id);
        text.split([',', ' ']).filter(|id| !id.is_empty()).map(str::to_owned).collect()
    }
}

impl Ids {
    /// The question about one number.
    fn one(&self, asked: &Asked, folder: Folder) -> Result<Ask, WebError> {
        let ids = self.list();
        if ids.len() != 1 {
            return Err(missing("id"));
        }
        Ok(Ask { grain: Grain::All, ..asked.ask(ids, folder).map_err(told)? })
    }
}

async fn list(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    Ok(written(&json::catalogue(kpi.catalogue())))
}

async fn query(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Query(ids): Query<Ids>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    let ids = ids.list();
    if ids.is_empty() {
        return Err(missing("ids"));
    }
    let ask = asked.ask(ids, folder).map_err(told)?;
    Ok(written(&json::answer(&kpi.ask(&ask).await.map_err(told)?)))
}

async fn rows(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Query(ids): Query<Ids>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    let ask = ids.one(&asked, folder)?;
    Ok(written(&json::opened(&kpi.open(&ask).await.map_err(told)?)))
}

/// For whoever runs the product.
async fn metrics(State(access): State<Access>, Caller(session): Caller) -> Result<Response, WebError> {
    if !rules::access::administers(access::role(&session.person)) {
        return Err(WebError::Forbidden);
    }
    let text = crate::metrics(access.db()).await.map_err(told)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

/// With what a number is compared.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Compared {
    against: String,
}

async fn why(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Query(ids): Query<Ids>,
    Query(asked): Query<Asked>,
    Query(compared): Query<Compared>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    let ask = ids.one(&asked, folder)?;
    let against = compared.against.parse().map_err(told)?;
    Ok(written(&json::explained(&kpi.explain(&ask, against).await.map_err(told)?)))
}

/// Byte for byte what the command line prints.
fn written(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], format!("{value:#}\n")).into_response()
}

fn missing(name: &str) -> WebError {
    let detail = format!("say which KPI: {name}=revenue; {KPIS} lists all");
    WebError::Told { status: StatusCode::BAD_REQUEST, detail }
}

/// What a program is told; what went wrong inside stays inside.
fn told(error: KpiError) -> WebError {
    let status = match &error {
        KpiError::Unknown { .. } | KpiError::NoEntity { .. } | KpiError::NoRole(_) => StatusCode::NOT_FOUND,
        KpiError::Outside | KpiError::ClosesNothing | KpiError::DefinesNothing | KpiError::SetsNoScorecards => {
            StatusCode::FORBIDDEN
        }
        KpiError::EndBeforeStart { .. }
        | KpiError::NotYet(_)
        | KpiError::NoCompany
        | KpiError::WhichEntity(_)
        | KpiError::OpensNothing(_)
        | KpiError::NotAgainst(_)
        | KpiError::NoReason
        | KpiError::NotExplained(_)
        | KpiError::NotABy(_)
        | KpiError::NotSoBroken { .. }
        | KpiError::NotAnOrg(_)
        | KpiError::NotABasis(_)
        | KpiError::NotAFilter(_)
        | KpiError::Made(_)
        | KpiError::Catalogue(_)
        | KpiError::TooCostly { .. }
        | KpiError::OnScorecard { .. }
        | KpiError::NotOwn(_)
        | KpiError::LaterVersion { .. }
        | KpiError::Scorecard(_)
        | KpiError::BrokenScorecard { .. }
        | KpiError::OfOtherRole(_)
        | KpiError::NotOver(_)
        | KpiError::ClosedAlready { .. }
        | KpiError::NotClosed(_)
        | KpiError::PlanIsOld(_)
        | KpiError::NotADate { .. }
        | KpiError::NotAMoment(_)
        | KpiError::NotAGrain(_)
        | KpiError::Calendar(_) => StatusCode::BAD_REQUEST,
        KpiError::Engine(inner) if inner.is_too_large() => StatusCode::UNPROCESSABLE_ENTITY,
        KpiError::Unwritten(_)
        | KpiError::Amount(_)
        | KpiError::Setting { .. }
        | KpiError::Files(..)
        | KpiError::Engine(_)
        | KpiError::Db(_) => return WebError::internal(error),
    };
    let near = match &error {
        KpiError::Unknown { near, .. } if !near.is_empty() => format!("; did you mean {}?", near.join(" or ")),
        _ => String::new(),
    };
    WebError::Told { status, detail: format!("{error}{near}") }
}
