//! What of sales plans waits for whom.

use crate::{GoalsError, SALES_PLAN};
use access::PERSON;
use base::RecordId;
use db::{Db, Filter, Record};
use kpi::Company;
use rules::{
    record::Value,
    waiting::{About, Waiting},
};

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
    Ok(plans.iter().filter_map(told).filter(|one| of.is_none_or(|of| of == one.person)).collect())
}
