//! Somebody's sales plan of a year (GOAL-7): how it stands, and who may do what with it. They write it, whoever leads them approves it
//! (`decided`); what has come of it and what the year comes to is `outlook`'s.

mod decided;
mod outlook;

pub use decided::Stating;
pub use outlook::{Above, BaseGoal, SalesPlan, WhatIf};

use crate::{Goals, GoalsError, SALES_PLAN, proposal::is_of};
use access::PERSON;
use base::{Amount, Currency, Grain, Period, RecordId, Seq};
use crm::QUOTA;
use db::{Filter, ListQuery, Record};
use jiff::civil::Date;
use kpi::{Company, Kpi};
use rules::record::Value;
use std::collections::BTreeMap;

/// KPIs of the base of customers that a plan has goals for.
pub const BASE: [&str; 2] = ["active_customers", "new_customers"];
const SUBMITTED: &str = "submitted";
const QUARTERS: [&str; 4] = ["quarter_1", "quarter_2", "quarter_3", "quarter_4"];

/// How a plan stands, and who may do what with it.
#[derive(Debug, Clone)]
pub struct Standing {
    pub person: RecordId,
    pub name: String,
    pub year: Period,
    /// Labels of the years before and after, where the calendar has them.
    pub beside: [Option<String>; 2],
    pub currency: Currency,
    pub as_of: Date,
    pub quarters: Vec<Quarter>,
    /// Of the year, by whatever days it is given.
    pub quota: Option<Amount>,
    pub plan: Option<Amount>,
    pub stated: Option<Stated>,
    pub may_write: bool,
    pub may_decide: bool,
    /// With what was known at it.
    pub seq: Seq,
    /// Quotas of the kind `plan` that touch the year.
    planned: Vec<Record>,
    team: Option<RecordId>,
    hired_on: Option<Date>,
}

#[derive(Debug, Clone)]
pub struct Quarter {
    pub period: Period,
    pub quota: Option<Amount>,
    /// As approved.
    pub plan: Option<Amount>,
}

impl Quarter {
    fn is_over(&self, today: Date) -> bool {
        self.period.end <= today
    }
}

/// The plans of a year.
#[derive(Debug, Clone)]
pub struct Plans {
    pub year: Period,
    /// Labels of the years before and after, where the calendar has them.
    pub beside: [Option<String>; 2],
    pub currency: Currency,
    pub lines: Vec<PlanLine>,
}

/// One of the plans of a year.
#[derive(Debug, Clone)]
pub struct PlanLine {
    pub person: RecordId,
    pub name: String,
    pub quota: Option<Amount>,
    /// As approved.
    pub plan: Option<Amount>,
    /// Of what was written; none where nothing was.
    pub state: Option<String>,
}

/// What was written, and what was decided of it.
#[derive(Debug, Clone)]
pub struct Stated {
    pub id: RecordId,
    pub state: String,
    pub quarters: [Amount; 4],
    pub currency: Currency,
    pub base: BTreeMap<&'static str, Amount>,
    pub reason: String,
    pub answer: String,
    pub decided_by: Option<String>,
    pub decided_on: Option<Date>,
}

impl Goals {
    /// Of everybody whom one may see and who has a quota, a plan, or wrote one.
    pub async fn sales_plans(&self, year: &str) -> Result<Plans, GoalsError> {
        let company = Company::load(&self.db).await?;
        let year = self.year(&company, year).await?;
        let (quotas, plans) = (self.sums(&year, "quota").await?, self.sums(&year, "plan").await?);
        let query = ListQuery {
            filters: vec![Filter("plan_year", Value::Text(year.label.clone()))],
            limit: u64::MAX,
            ..ListQuery::default()
        };
        let stated = self.db.system().list(&SALES_PLAN, &query).await?;
        let stated = stated.iter().filter_map(|record| {
            Some((record.value("person").as_reference()?, record.value("state").as_text()?.to_owned()))
        });
        let states: BTreeMap<RecordId, String> = stated.collect();
        let own = self.viewer.person.into_iter();
        let people = quotas.keys().chain(plans.keys()).chain(states.keys()).copied().chain(own);
        let people = people.filter(|person| self.viewer.reaches(*person)).collect();
        let names = self.db.system().titles(&PERSON, &people).await?;
        let mut lines: Vec<PlanLine> = names
            .into_iter()
            .map(|(person, record)| PlanLine {
                person,
                name: record.title(),
                quota: quotas.get(&person).copied(),
                plan: plans.get(&person).copied(),
                state: states.get(&person).cloned(),
            })
            .collect();
        lines.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Plans { beside: beside(&company, &year), currency: company.currency, year, lines })
    }

    /// For whose it is, those above them, and who sees everybody.
    pub async fn standing(&self, person: RecordId, year: &str) -> Result<Standing, GoalsError> {
        if !self.viewer.reaches(person) {
            return Err(GoalsError::NotYours);
        }
        let seq = self.db.system().last_seq().await?;
        let record = self.db.system().get(&PERSON, person).await?.ok_or(GoalsError::Nobodys)?;
        let company = Company::load(&self.db).await?;
        let year = self.year(&company, year).await?;
        let as_of = self.today().await?;
        let query = ListQuery {
            filters: vec![Filter("person", Value::Reference(person))],
            limit: u64::MAX,
            ..ListQuery::default()
        };
        let mut quotas = self.db.system().list(&QUOTA, &query).await?;
        quotas.retain(|quota| {
            let (starts, ends) = (day(quota, "starts_on"), day(quota, "ends_on"));
            !quota.archived && starts < Some(year.end) && ends.is_some_and(|ends| ends > year.start)
        });
        let sum = |kind: &str, period: &Period| sum(&quotas, kind, period, company.currency);
        let mut quarters = Vec::new();
        for period in company.calendar.periods(year.start, year.end, Grain::Quarter)? {
            quarters.push(Quarter { quota: sum("quota", &period)?, plan: sum("plan", &period)?, period });
        }
        let (quota, plan) = (sum("quota", &year)?, sum("plan", &year)?);
        let stated = self.stated(person, &year.label, company.currency).await?;
        let is_own = self.viewer.person == Some(person);
        let is_waiting = stated.as_ref().is_some_and(|stated| stated.state == SUBMITTED);
        quotas.retain(|quota| quota.value("kind").as_text() == Some("plan"));
        Ok(Standing {
            may_write: is_own && year.end > as_of,
            may_decide: !is_own && is_waiting && year.end > as_of && self.leads(&record).await?,
            person,
            name: record.title(),
            beside: beside(&company, &year),
            currency: company.currency,
            as_of,
            quarters,
            quota,
            plan,
            stated,
            seq,
            year,
            planned: quotas,
            team: record.value("team").as_reference(),
            hired_on: record.value("hired_on").as_date(),
        })
    }

    /// The year of today when nothing is said.
    async fn year(&self, company: &Company, label: &str) -> Result<Period, GoalsError> {
        let today = self.today().await?;
        let year = match label.trim() {
            "" => company.calendar.period_of(today, Grain::Year)?,
            label => company.calendar.parse_label(label)?,
        };
        if year.grain == Grain::Year { Ok(year) } else { Err(GoalsError::NotAYear(label.to_owned())) }
    }

    /// Their manager, and who sets scorecards and targets.
    async fn leads(&self, person: &Record) -> Result<bool, GoalsError> {
        let is_manager = self.viewer.person.is_some() && person.value("manager").as_reference() == self.viewer.person;
        Ok(is_manager || Kpi::new(self.db.clone(), self.viewer.clone()).await?.setters_only().await.is_ok())
    }

    async fn stated(&self, person: RecordId, year: &str, currency: Currency) -> Result<Option<Stated>, GoalsError> {
        let query = ListQuery {
            filters: vec![Filter("key", Value::Text(key(person, year)))],
            limit: 1,
            ..ListQuery::default()
        };
        let Some(record) = self.db.system().list(&SALES_PLAN, &query).await?.into_iter().next() else {
            return Ok(None);
        };
        let said = |field: &str| record.value(field).as_text().unwrap_or_default().to_owned();
        let decided_by = match record.value("decided_by").as_reference() {
            Some(id) => self.db.system().get(&PERSON, id).await?.map(|person| person.title()),
            None => None,
        };
        let base = BASE.into_iter().filter_map(|kpi| Some((kpi, record.value(kpi).as_decimal()?)));
        Ok(Some(Stated {
            id: record.id,
            state: said("state"),
            quarters: QUARTERS.map(|field| record.value(field).as_decimal().unwrap_or_default()),
            currency: said("currency").parse().unwrap_or(currency),
            base: base.collect(),
            reason: said("reason"),
            answer: said("answer"),
            decided_by,
            decided_on: record.value("decided_on").as_date(),
        }))
    }
}

fn key(person: RecordId, year: &str) -> String {
    format!("{} {year}", person.0)
}

fn day(record: &Record, field: &str) -> Option<Date> {
    record.value(field).as_date()
}

/// Quotas of a kind within some days, of all products; none where there is none, or one is in another currency.
fn sum(quotas: &[Record], kind: &str, period: &Period, currency: Currency) -> Result<Option<Amount>, GoalsError> {
    let found: Vec<&Record> = quotas.iter().filter(|quota| is_of(quota, kind, period)).collect();
    let is_ours = |quota: &&Record| quota.value("currency").as_text() == Some(currency.code());
    if found.is_empty() || !found.iter().all(is_ours) {
        return Ok(None);
    }
    Ok(Some(Amount::sum(found.iter().map(|quota| quota.value("amount").as_decimal().unwrap_or_default()))?))
}

fn beside(company: &Company, year: &Period) -> [Option<String>; 2] {
    let after = company.calendar.period_of(year.end, Grain::Year);
    [company.calendar.previous(year), after].map(|year| year.ok().map(|year| year.label))
}
