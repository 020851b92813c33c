//! Scores and scorecards by API.

use super::{told, written};
use crate::{
    KpiError, ScoreAsk, Setting,
    asked::{Folder, day, known_at, restated},
    json, scoring,
};
use access::{Access, Caller};
use axum::{
    Extension, Json,
    extract::{Path, Query, State},
    response::Response,
};
use base::Seq;
use rules::{log::Origin, score::Scorecard};
use serde::Deserialize;
use serde_json::json;
use web_kit::WebError;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    period: String,
    role: String,
    person: String,
    as_of: String,
    known_at: String,
    basis: String,
}

/// Fixes only what was looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    period: String,
    seq: i64,
}

/// The file of a scorecard, and from when on it holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    from: String,
    file: String,
    #[serde(default)]
    reason: String,
}

pub async fn list(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    let said = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let ask = async {
        Ok(ScoreAsk {
            period: asked.period.clone(),
            role: said(&asked.role),
            person: match said(&asked.person) {
                Some(person) => Some(kpi.person(&person).await?),
                None => None,
            },
            as_of: day("as_of", &asked.as_of)?,
            known_at: known_at(&asked.known_at)?,
            restated: restated(&asked.basis)?,
            folder: folder.path.clone(),
            ..ScoreAsk::default()
        })
    };
    let ask = ask.await.map_err(told)?;
    Ok(written(&json::scores(&kpi.scores(&ask).await.map_err(told)?)))
}

pub async fn fix(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Json(planned): Json<Planned>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    let (period, seq) = (planned.period, Seq(planned.seq));
    let count = scoring::fix_planned(&kpi, period.clone(), seq, &folder.path, Origin::Api).await.map_err(told)?;
    Ok(written(&json!({ "period": period, "fixed": count })))
}

pub async fn scorecards(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    kpi.setters_only().await.map_err(told)?;
    let held = kpi.scorecards(kpi.day().await.map_err(told)?).await.map_err(told)?;
    Ok(written(&json!({ "scorecards": held.values().map(json::scorecard).collect::<Vec<_>>() })))
}

pub async fn set(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    Caller(session): Caller,
    Path(role): Path<String>,
    Json(given): Json<Given>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &session.viewer).await.map_err(told)?;
    let set = async {
        let card = Scorecard::read(&given.file, kpi.catalogue())?;
        if card.role != role {
            return Err(KpiError::OfOtherRole(card.role));
        }
        let from = day("from", &given.from)?;
        let from = from.ok_or_else(|| KpiError::NotADate { name: "from", value: given.from.clone() })?;
        kpi.set_scorecard(&card, Setting::new(from, Origin::Api).because(&given.reason)).await
    };
    set.await.map_err(told)?;
    Ok(written(&json!({ "role": role, "from": given.from })))
}
