//! What of plans waits for whom.

use crate::{Goals, GoalsError, PlanState, QUOTA_PLAN, SALES_PLAN};
use access::PERSON;
use base::RecordId;
use db::{Db, Filter, Record};
use kpi::Company;
use rules::{
    access::{Viewer, approves_quotas, sets_scorecards},
    record::Value,
    waiting::{About, Waiting},
};
use std::path::PathBuf;

/// Plans that were handed in wait for whoever leads their person, plans that were given back for the person: of everybody, or of one.
pub async fn waiting(db: &Db, of: Option<RecordId>) -> Result<Vec<Waiting>, GoalsError> {
    const FIELDS: &[&str] = &["person", "plan_year", "state"];
    let word = |state: &str| vec![Filter("state", Value::Text(state.to_owned()))];
    let mut plans = db.system().some(&SALES_PLAN, word("submitted"), FIELDS).await?;
    plans.extend(db.system().some(&SALES_PLAN, word("returned"), FIELDS).await?);
    // What is over nobody writes or decides any more.
    let company = Company::load(db).await?;
    let today = db.now().to_zoned(company.zone.clone()).date();
    let goes_on = |year: &str| company.calendar.parse_label(year).is_ok_and(|year| year.end > today);
    plans.retain(|plan| plan.value("plan_year").as_text().is_some_and(goes_on));
    let people = plans.iter().filter_map(|plan| plan.value("person").as_reference()).collect();
    let people = db.system().many(&PERSON, &people).await?;
    let told = |plan: &Record| {
        let about = plan.value("person").as_reference()?;
        let (found, year) = (people.get(&about)?, plan.value("plan_year").as_text()?);
        let (person, what, name) = match plan.value("state").as_text()? {
            "returned" => (about, "waits-plan-returned", About::Name(year.to_owned())),
            _ => (found.value("manager").as_reference()?, "waits-plan", About::Within(found.title(), year.to_owned())),
        };
        let path = format!("/sales-plan/{about}?year={year}");
        Some(Waiting { person, due: None, what, about: name, path, within: None, id: plan.id })
    };
    let mut found: Vec<Waiting> = plans.iter().filter_map(told).collect();
    found.extend(quotas(db, of).await?);
    Ok(found.into_iter().filter(|one| of.is_none_or(|of| of == one.person)).collect())
}

/// Plans of quotas that were handed in wait for each who may approve them, those that were given back for who wrote them.
async fn quotas(db: &Db, of: Option<RecordId>) -> Result<Vec<Waiting>, GoalsError> {
    let (deciders, writers) = (access::those(db, approves_quotas).await?, access::those(db, sets_scorecards).await?);
    let mut found = Vec::new();
    if of.is_some_and(|of| !deciders.contains(&of) && !writers.contains(&of)) {
        return Ok(found);
    }
    let goals = Goals::new(db.clone(), Viewer::system(), PathBuf::new());
    for state in [PlanState::Submitted, PlanState::Returned] {
        let word = vec![Filter("state", Value::Text(state.name().to_owned()))];
        for record in db.system().some(&QUOTA_PLAN, word, &["state"]).await? {
            let plan = match goals.quota_plan(record.id).await {
                // A year by another calendar than the company's of now.
                Err(GoalsError::Calendar(_)) => continue,
                plan => plan?,
            };
            let (what, whose) = if state == PlanState::Submitted {
                let is_other = |id: &RecordId| !plan.hands.contains(id) && !plan.is_carried_by(*id);
                ("waits-quotas", deciders.iter().copied().filter(is_other).collect::<Vec<_>>())
            } else {
                let may = |id: &RecordId| plan.hands.contains(id);
                ("waits-quotas-returned", writers.iter().copied().filter(may).collect())
            };
            found.extend(whose.into_iter().map(|person| Waiting {
                person,
                due: None,
                what,
                about: About::Name(plan.year.label.clone()),
                path: format!("/quotas/plans/{}", plan.id),
                within: None,
                id: plan.id,
            }));
        }
    }
    Ok(found)
}
