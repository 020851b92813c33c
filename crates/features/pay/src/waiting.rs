//! What of pay waits for whom.

use crate::{PAY_LETTER, PAY_RUN, State, told::Told};
use base::RecordId;
use db::{Db, DbError, Filter, Record};
use rules::{
    access::sees_pay,
    record::Value,
    waiting::{About, Waiting},
};
use std::collections::BTreeMap;

/// The last plan letter of each payee, where it is not signed: of everybody, or of one. An earlier one binds nobody any more.
pub async fn waiting(db: &Db, of: Option<RecordId>) -> Result<Vec<Waiting>, DbError> {
    const FIELDS: &[&str] = &["payee", "name", "issued_on", "signed_at"];
    let letters = db.system().some(&PAY_LETTER, access::whose("payee", of), FIELDS).await?;
    let mut last: BTreeMap<RecordId, &Record> = BTreeMap::new();
    let order = |letter: &Record| (letter.value("issued_on").as_date(), letter.id);
    for letter in &letters {
        let Some(payee) = letter.value("payee").as_reference() else { continue };
        let known = last.entry(payee).or_insert(letter);
        if order(letter) > order(known) {
            *known = letter;
        }
    }
    let told = |(person, letter): (RecordId, &Record)| Waiting {
        person,
        due: None,
        what: "waits-letter",
        about: About::Name(letter.title()),
        path: format!("/pay/letters/{}", letter.id),
        within: None,
        id: letter.id,
    };
    let open = last.into_iter().filter(|(_, letter)| letter.value("signed_at").as_moment().is_none());
    let mut found: Vec<Waiting> = open.map(told).collect();
    found.extend(runs(db, of).await?.into_iter().filter(|one| of.is_none_or(|of| of == one.person)));
    Ok(found)
}

/// Runs that were looked through, of a period that is over, wait for each who may approve them: who is not paid by them, and did nothing of
/// them last.
async fn runs(db: &Db, of: Option<RecordId>) -> Result<Vec<Waiting>, DbError> {
    let (deciders, mut found) = (access::those(db, sees_pay).await?, Vec::new());
    if of.is_some_and(|of| !deciders.contains(&of)) {
        return Ok(found);
    }
    let today = db.now().to_zoned(access::time_zone(db).await?).date();
    let state = vec![Filter("state", Value::Text(State::Reviewed.name().to_owned()))];
    for run in db.system().some(&PAY_RUN, state, &["period", "ends_on", "result"]).await? {
        if run.value("ends_on").as_date().is_some_and(|end| end > today) {
            continue;
        }
        let told: Option<Told> = serde_json::from_str(run.value("result").as_text().unwrap_or_default()).ok();
        let is_paid =
            |person: RecordId| told.iter().flat_map(|told| &told.payees).any(|payee| payee.person == person.0);
        let last = db.system().history(&PAY_RUN, run.id).await?.last().and_then(|row| row.actor);
        let others = deciders.iter().copied().filter(|person| Some(*person) != last && !is_paid(*person));
        found.extend(others.map(|person| Waiting {
            person,
            due: None,
            what: "waits-run",
            about: About::Name(run.title()),
            path: format!("/pay/runs/{}", run.title()),
            within: None,
            id: run.id,
        }));
    }
    Ok(found)
}
