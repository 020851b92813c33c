//! What of appraisals waits for whom.

use crate::{APPEAL_DAYS, APPRAISAL, APPRAISAL_CYCLE, APPRAISAL_PART, DEVELOPMENT_GOAL, JOB_DESCRIPTION, PartState};
use base::RecordId;
use db::{Db, DbError, Filter, Record};
use jiff::{ToSpan, civil::Date};
use rules::{
    record::Value,
    waiting::{AHEAD, About, Waiting},
};
use std::collections::{BTreeMap, BTreeSet};

/// Parts to write, colleagues to decide on, results to acknowledge, job descriptions and development goals: of everybody, or of one.
pub async fn waiting(db: &Db, of: Option<RecordId>, today: Date) -> Result<Vec<Waiting>, DbError> {
    let cycles: BTreeMap<RecordId, Record> =
        db.system().all(&APPRAISAL_CYCLE).await?.into_iter().map(|cycle| (cycle.id, cycle)).collect();
    let mut found = parts(db, &cycles, of).await?;
    found.extend(results(db, &cycles, of, today).await?);
    found.extend(descriptions(db, of).await?);
    found.extend(goals(db, of, today).await?);
    Ok(found)
}

fn word(field: &'static str, word: &str) -> Filter {
    Filter(field, Value::Text(word.to_owned()))
}

fn state(cycle: &Record) -> &str {
    cycle.value("state").as_text().unwrap_or_default()
}

async fn parts(db: &Db, cycles: &BTreeMap<RecordId, Record>, of: Option<RecordId>) -> Result<Vec<Waiting>, DbError> {
    const HOW_FAR: &[&str] = &["writer", "appraisal", "cycle", "kind", "state", "due"];
    let mut open = Vec::new();
    let leads = match of {
        Some(person) => {
            !db.system().referencing(&access::PERSON, "manager", &BTreeSet::from([person])).await?.is_empty()
        }
        None => true,
    };
    for cycle in cycles.values().filter(|cycle| state(cycle) == "open") {
        let of_cycle = Filter("cycle", Value::Reference(cycle.id));
        let mut filters = access::whose("writer", of);
        filters.extend([of_cycle.clone(), word("state", PartState::Open.name())]);
        open.extend(db.system().some(&APPRAISAL_PART, filters, HOW_FAR).await?);
        if leads {
            let nominated = vec![of_cycle, word("state", PartState::Nominated.name())];
            open.extend(db.system().some(&APPRAISAL_PART, nominated, HOW_FAR).await?);
        }
    }
    let forms = open.iter().filter_map(|part| part.value("appraisal").as_reference()).collect();
    let forms: BTreeMap<RecordId, RecordId> = (db.system().many(&APPRAISAL, &forms).await?.into_iter())
        .filter_map(|(id, form)| Some((id, form.value("person").as_reference()?)))
        .collect();
    let people = db.system().many(&access::PERSON, &forms.values().copied().collect()).await?;
    let part = |part: &Record| {
        let form = part.value("appraisal").as_reference()?;
        let about = people.get(forms.get(&form)?)?;
        let cycle = cycles.get(&part.value("cycle").as_reference()?)?.title();
        let is_open = part.value("state").as_text() == Some(PartState::Open.name());
        // Who is named as a peer waits for the word of the person's manager.
        let (person, what) = match (is_open, part.value("kind").as_text()?) {
            (false, _) => (about.value("manager").as_reference()?, "waits-nomination"),
            (true, "own") => (part.value("writer").as_reference()?, "waits-part-own"),
            (true, "manager") => (part.value("writer").as_reference()?, "waits-part-manager"),
            (true, "matrix") => (part.value("writer").as_reference()?, "waits-part-matrix"),
            (true, "peer") => (part.value("writer").as_reference()?, "waits-part-peer"),
            (true, _) => (part.value("writer").as_reference()?, "waits-part-report"),
        };
        let about = match what {
            "waits-part-own" => About::Name(cycle),
            _ => About::Within(about.title(), cycle),
        };
        let due = part.value("due").as_date();
        let within = part.value("cycle").as_reference();
        Some(Waiting { person, due, what, about, path: format!("/appraisals/{form}"), within, id: part.id })
    };
    Ok(open.iter().filter_map(part).filter(|one| of.is_none_or(|of| of == one.person)).collect())
}

/// Results that were told and not acknowledged; as long as one may appeal.
async fn results(
    db: &Db,
    cycles: &BTreeMap<RecordId, Record>,
    of: Option<RecordId>,
    today: Date,
) -> Result<Vec<Waiting>, DbError> {
    let mut found = Vec::new();
    for cycle in cycles.values().filter(|cycle| state(cycle) == "released") {
        let until = cycle.value("released_on").as_date().map(|day| day.saturating_add(APPEAL_DAYS.days()));
        let Some(until) = until.filter(|until| *until >= today) else { continue };
        let mut filters = access::whose("person", of);
        filters.push(Filter("cycle", Value::Reference(cycle.id)));
        let forms = db.system().some(&APPRAISAL, filters, &["person", "acknowledged_on", "appealed_on"]).await?;
        let is_new = |form: &&Record| {
            ["acknowledged_on", "appealed_on"].iter().all(|field| form.value(field).as_date().is_none())
        };
        found.extend(forms.iter().filter(is_new).filter_map(|form| {
            Some(Waiting {
                person: form.value("person").as_reference()?,
                due: Some(until),
                what: "waits-results",
                about: About::Name(cycle.title()),
                path: format!("/appraisals/{}", form.id),
                within: None,
                id: form.id,
            })
        }));
    }
    Ok(found)
}

/// Job descriptions that were approved and not acknowledged.
async fn descriptions(db: &Db, of: Option<RecordId>) -> Result<Vec<Waiting>, DbError> {
    const FIELDS: &[&str] = &["person", "order_number", "approved_on", "acknowledged_on"];
    let records = db.system().some(&JOB_DESCRIPTION, access::whose("person", of), FIELDS).await?;
    let waits = |one: &&Record| {
        one.value("approved_on").as_date().is_some() && one.value("acknowledged_on").as_date().is_none()
    };
    let told = |one: &Record| {
        Some(Waiting {
            person: one.value("person").as_reference()?,
            due: None,
            what: "waits-job-description",
            about: About::Name(one.title()),
            path: format!("/job-descriptions/{}", one.id),
            within: None,
            id: one.id,
        })
    };
    Ok(records.iter().filter(waits).filter_map(told).collect())
}

/// Development goals whose day is near or past.
async fn goals(db: &Db, of: Option<RecordId>, today: Date) -> Result<Vec<Waiting>, DbError> {
    let mut filters = access::whose("person", of);
    filters.push(word("state", "open"));
    let records = db.system().some(&DEVELOPMENT_GOAL, filters, &["person", "competency", "due"]).await?;
    let told = |goal: &Record| {
        let (person, due) = (goal.value("person").as_reference()?, goal.value("due").as_date()?);
        let is_near = due <= today.saturating_add(AHEAD.days());
        is_near.then(|| Waiting {
            person,
            due: Some(due),
            what: "waits-goal",
            about: About::Competency(goal.title()),
            path: format!("/development/{person}"),
            within: None,
            id: goal.id,
        })
    };
    Ok(records.iter().filter_map(told).collect())
}
