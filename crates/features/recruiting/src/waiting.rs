//! What of recruiting waits for whom.

use crate::{CANDIDATE, INTERVIEW, JOB_OPENING};
use base::RecordId;
use db::{Db, DbError, Filter, Record};
use rules::{
    access::{appoints, recruits},
    record::Value,
    recruiting::Stage,
    waiting::{About, Waiting},
};

/// Scorecards that somebody was asked for: of everybody, or of one. The candidate is named by the pages alone.
pub async fn waiting(db: &Db, of: Option<RecordId>) -> Result<Vec<Waiting>, DbError> {
    const FIELDS: &[&str] = &["candidate", "interviewer", "due", "state"];
    let mut filters = access::whose("interviewer", of);
    filters.push(Filter("state", Value::Text("asked".to_owned())));
    let interviews = db.system().some(&INTERVIEW, filters, FIELDS).await?;
    let candidates = interviews.iter().filter_map(|one| one.value("candidate").as_reference()).collect();
    let candidates = db.system().many(&CANDIDATE, &candidates).await?;
    let openings = candidates.values().filter_map(|one| one.value("opening").as_reference()).collect();
    let openings = db.system().many(&JOB_OPENING, &openings).await?;
    let told = |one: &Record| {
        let candidate = candidates.get(&one.value("candidate").as_reference()?)?;
        let stage = candidate.value("stage").as_text();
        if Stage::ALL.into_iter().find(|one| Some(one.name()) == stage).is_none_or(Stage::is_over) {
            return None;
        }
        let opening = openings.get(&candidate.value("opening").as_reference()?)?;
        Some(Waiting {
            person: one.value("interviewer").as_reference()?,
            due: one.value("due").as_date(),
            what: "waits-interview",
            about: About::Role(opening.value("role").as_text()?.to_owned()),
            path: format!("/recruiting/interviews/{}", one.id),
            within: None,
            id: one.id,
        })
    };
    let mut found: Vec<Waiting> = interviews.iter().filter_map(told).collect();
    found.extend(drafts(db).await?.into_iter().filter(|one| of.is_none_or(|of| of == one.person)));
    Ok(found)
}

/// Openings that were drafted wait for each who may approve them, but for who drafted them.
async fn drafts(db: &Db) -> Result<Vec<Waiting>, DbError> {
    let state = vec![Filter("state", Value::Text("draft".to_owned()))];
    let openings = db.system().some(&JOB_OPENING, state, &["role", "drafted_by"]).await?;
    if openings.is_empty() {
        return Ok(Vec::new());
    }
    let deciders = access::those(db, |role| recruits(role) || appoints(role)).await?;
    let told = |opening: &Record| {
        let (id, role) = (opening.id, opening.value("role").as_text().unwrap_or_default().to_owned());
        let drafted_by = opening.value("drafted_by").as_reference();
        let others = deciders.iter().copied().filter(|person| Some(*person) != drafted_by);
        let told = others.map(|person| Waiting {
            person,
            due: None,
            what: "waits-opening",
            about: About::Role(role.clone()),
            path: format!("/recruiting/openings/{id}"),
            within: None,
            id,
        });
        told.collect::<Vec<_>>()
    };
    Ok(openings.iter().flat_map(told).collect())
}
