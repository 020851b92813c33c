//! Closing periods by API: look at the plan, then close with its seq.

use super::{told, written};
use crate::{Plan, asked::Folder, closed, json};
use access::{Access, Caller};
use axum::{
    Extension, Json,
    extract::{Path, State},
    response::Response,
};
use base::Seq;
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::WebError;

/// Closes only what was looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    seq: i64,
}

pub async fn list(State(access): State<Access>, Caller(_): Caller) -> Result<Response, WebError> {
    let closed = closed(access.db()).await.map_err(told)?;
    let periods = closed.iter().map(|closed| {
        json!({
            "period": closed.period,
            "from": closed.from.to_string(),
            "to": closed.to.to_string(),
            "seq": closed.seq.0,
        })
    });
    Ok(written(&json!({ "periods": periods.collect::<Vec<_>>() })))
}

pub async fn plan(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Path(label): Path<String>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    Ok(written(&shown(&kpi.plan_close(&label, folder.path.clone()).await.map_err(told)?)))
}

pub async fn close(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Path(label): Path<String>,
    Json(planned): Json<Planned>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    let closed = kpi.close_planned(&label, Seq(planned.seq), folder.path.clone(), Origin::Api).await;
    Ok(written(&shown(&closed.map_err(told)?)))
}

pub async fn reopen(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Path(label): Path<String>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    kpi.reopen(&label, Origin::Api).await.map_err(told)?;
    Ok(written(&json!({ "period": label, "reopened": true })))
}

fn shown(plan: &Plan) -> Value {
    json!({
        "period": plan.period.label,
        "from": plan.period.start.to_string(),
        "to": plan.period.end.to_string(),
        "seq": plan.seq.0,
        "reported": plan.reported.iter().map(json::row).collect::<Vec<_>>(),
    })
}
