//! Targets from the company down, by API.

use super::{told, written};
use crate::{
    ByWord, CascadeAsk, KpiError, NewTarget,
    asked::{Folder, day, known_at},
    json,
};
use access::{Access, Caller};
use axum::{
    Extension, Json,
    extract::{Query, State},
    response::Response,
};
use base::Amount;
use rules::log::Origin;
use serde::Deserialize;
use serde_json::json;
use web_kit::WebError;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kpi: String,
    period: String,
    as_of: String,
    known_at: String,
}

/// A target to set: of a person, of a team, or of the company when neither is named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    kpi: String,
    period: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    team: String,
    value: Amount,
    reason: String,
}

pub async fn list(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    let ask = CascadeAsk {
        kpi: asked.kpi,
        period: asked.period,
        as_of: day("as_of", &asked.as_of).map_err(told)?,
        known_at: known_at(&asked.known_at).map_err(told)?,
        folder: folder.path.clone(),
    };
    Ok(written(&json::cascade(&kpi.cascade(&ask).await.map_err(told)?)))
}

pub async fn set(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Json(given): Json<Given>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    let set = async {
        let whose = kpi.whose(&given.team, &given.person).await?;
        let (period, kpi_id) = (given.period.clone(), given.kpi.clone());
        let new = NewTarget { kpi: kpi_id, period, whose, value: given.value, reason: given.reason.clone() };
        kpi.set_target(&new, Origin::Api).await?;
        Ok::<_, KpiError>(whose.map_or(ByWord::Company, |(by, _)| by))
    };
    let by = set.await.map_err(told)?;
    Ok(written(&json!({ "kpi": given.kpi, "period": given.period, "by": by.name(), "value": given.value.to_text() })))
}
