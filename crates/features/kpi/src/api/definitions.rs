//! A company's own KPIs by API.

use super::{told, written};
use crate::{
    KpiError, MOST_TIME, Setting,
    asked::{Folder, day},
    json,
};
use access::{Access, Caller};
use axum::{
    Extension, Json,
    extract::{Path, Query, State},
    response::Response,
};
use jiff::civil::Date;
use rules::log::Origin;
use serde::Deserialize;
use serde_json::json;
use web_kit::WebError;

/// A file of definitions, and from when on they hold; only what they would come to, when they are to be checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    from: String,
    file: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    check: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct From {
    from: String,
    reason: String,
}

fn first_day(from: &str) -> Result<Date, KpiError> {
    day("from", from)?.ok_or_else(|| KpiError::NotADate { name: "from", value: from.to_owned() })
}

pub async fn show(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    let versions = kpi.versions(&id).await.map_err(told)?;
    let held = kpi.catalogue().get(&id);
    if held.is_none() && versions.is_empty() {
        return Err(told(kpi.unknown(&id)));
    }
    Ok(written(&json::versions(held.map(AsRef::as_ref), &versions)))
}

pub async fn set(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Json(given): Json<Given>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    let set = async {
        let from = first_day(&given.from)?;
        let plan = kpi.plan_definitions(&given.file, from, folder.path.clone(), MOST_TIME).await?;
        if !given.check {
            kpi.define(&plan, &given.reason, Origin::Api).await?;
        }
        Ok(plan)
    };
    Ok(written(&json::planned(&set.await.map_err(told)?)))
}

pub async fn end(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Path(id): Path<String>,
    Query(from): Query<From>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    let day = first_day(&from.from).map_err(told)?;
    kpi.undefine(&id, Setting::new(day, Origin::Api).because(&from.reason)).await.map_err(told)?;
    Ok(written(&json!({ "kpi": id, "ends": from.from })))
}
