//! What of recruiting waits for whom.

use crate::{CANDIDATE, INTERVIEW, JOB_OPENING};
use base::RecordId;
use db::{Db, DbError, Filter, Record};
use rules::{
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
    Ok(interviews.iter().filter_map(told).collect())
}
