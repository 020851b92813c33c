//! Somebody's sales plan of a year (GOAL-7): from what is expected above them to quarters and customers, what has come of it, and what the
//! year comes to. They write it, whoever leads them approves it.

use crate::{Goals, GoalsError, SALES_PLAN};
use access::PERSON;
use base::{Amount, Currency, Grain, Period, RecordId, Seq};
use crm::{QUOTA, TARGET};
use db::{Change, DbError, Filter, ListQuery, Record, Tx};
use jiff::{ToSpan, civil::Date};
use kpi::{Ask, ByWord, CascadeAsk, Company, Kpi, Node, Row};
use rules::{
    goal::Outlook,
    log::{Event, Origin},
    record::Value,
};
use std::collections::BTreeMap;

/// KPIs of the base of customers that a plan has goals for.
pub const BASE: [&str; 2] = ["active_customers", "new_customers"];
const QUARTERS: [&str; 4] = ["quarter_1", "quarter_2", "quarter_3", "quarter_4"];
/// Months of somebody's own past that what-if begins with.
const MONTHS: i64 = 12;
const TYPICAL: [&str; 4] = ["win_rate_closed", "avg_deal_size", "sales_cycle_length", "win_rate_created"];

#[derive(Debug, Clone)]
pub struct SalesPlan {
    pub person: RecordId,
    pub name: String,
    pub year: Period,
    pub currency: Currency,
    pub as_of: Date,
    pub quarters: Vec<Quarter>,
    pub base: Vec<BaseGoal>,
    /// Targets of revenue from the company down to this person.
    pub above: Vec<Node>,
    pub stated: Option<Stated>,
    pub outlook: Outlook,
    pub may_write: bool,
    pub may_decide: bool,
    /// With what was known at it.
    pub seq: Seq,
}

#[derive(Debug, Clone)]
pub struct Quarter {
    pub period: Period,
    pub quota: Option<Amount>,
    /// As approved.
    pub plan: Option<Amount>,
    pub came: Amount,
    /// Open deals that are due in it.
    pub open: Amount,
}

#[derive(Debug, Clone)]
pub struct BaseGoal {
    pub kpi: &'static str,
    pub goal: Option<Amount>,
    pub value: Option<Amount>,
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
    pub base: BTreeMap<&'static str, Amount>,
    pub reason: String,
    pub answer: String,
    pub decided_by: Option<String>,
    pub decided_on: Option<Date>,
}

/// What somebody writes.
#[derive(Debug, Clone, Default)]
pub struct Stating {
    pub quarters: [Amount; 4],
    pub base: BTreeMap<&'static str, Amount>,
    pub reason: String,
}

/// Of the what-if: what is to be otherwise than it was.
#[derive(Debug, Clone, Copy, Default)]
pub struct WhatIf {
    /// Deals a month.
    pub opened: Option<Amount>,
    /// Per cent.
    pub win_rate: Option<Amount>,
    pub deal: Option<Amount>,
    /// Days.
    pub cycle: Option<Amount>,
}

impl SalesPlan {
    pub fn sum(&self, of: impl Fn(&Quarter) -> Option<Amount>) -> Result<Option<Amount>, GoalsError> {
        let found: Vec<Amount> = self.quarters.iter().filter_map(of).collect();
        Ok(if found.is_empty() { None } else { Some(Amount::sum(found)?) })
    }
}

fn number(row: Option<&Row>) -> Option<Amount> {
    row?.value.as_deref()?.parse().ok()
}

impl Goals {
    /// Of everybody whom one may see and who has a quota, a plan, or wrote one.
    pub async fn sales_plans(&self, year: &str) -> Result<(Period, Vec<PlanLine>), GoalsError> {
        let year = self.year(&Company::load(&self.db).await?, year).await?;
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
        Ok((year, lines))
    }

    /// For whose it is, those above them, and who sees everybody.
    pub async fn sales_plan(&self, person: RecordId, year: &str, wish: WhatIf) -> Result<SalesPlan, GoalsError> {
        if !self.viewer.reaches(person) {
            return Err(GoalsError::NotYours);
        }
        let seq = self.db.system().last_seq().await?;
        let record = self.db.system().get(&PERSON, person).await?.ok_or(GoalsError::NotYours)?;
        let kpi = Kpi::new(self.db.clone(), self.viewer.clone()).await?;
        let company = Company::load(&self.db).await?;
        let year = self.year(&company, year).await?;
        let today = self.today().await?;
        let periods = company.calendar.periods(year.start, year.end, Grain::Quarter)?;
        let entity = Some(format!("#{}", person.0));
        let ask = |kpis: &[&str], grain, from, to| Ask {
            kpis: kpis.iter().map(|id| (*id).to_owned()).collect(),
            by: ByWord::Rep,
            grain,
            from: Some(from),
            to: Some(to),
            entity: entity.clone(),
            ..kpi.whole(&year, self.folder.clone())
        };
        let rows =
            kpi.ask(&ask(&["revenue", "pipeline_coverage.open"], Grain::Quarter, year.start, year.end)).await?.rows;
        let of = |id: &str, period: &Period| {
            number(rows.iter().find(|row| row.kpi == id && row.period.start == period.start)).unwrap_or_default()
        };
        let mut quarters = Vec::new();
        for period in periods {
            quarters.push(Quarter {
                quota: self.sums(&period, "quota").await?.get(&person).copied(),
                plan: self.sums(&period, "plan").await?.get(&person).copied(),
                came: of("revenue", &period),
                open: of("pipeline_coverage.open", &period),
                period,
            });
        }
        let base = kpi.ask(&ask(&BASE, Grain::Year, year.start, year.end)).await?.rows;
        let base = BASE.map(|id| {
            let row = base.iter().find(|row| row.kpi == id);
            BaseGoal { kpi: id, goal: row.and_then(|row| row.target), value: number(row) }
        });
        let until = today.first_of_month();
        let typical = kpi.ask(&ask(&TYPICAL, Grain::All, until.saturating_sub(MONTHS.months()), until)).await?.rows;
        let outlook = outlook(&quarters, &typical, wish, year.end.max(today), today)?;
        let stated = self.stated(person, &year.label).await?;
        let is_own = self.viewer.person == Some(person);
        Ok(SalesPlan {
            may_write: is_own && year.end > today,
            may_decide: !is_own
                && stated.as_ref().is_some_and(|stated| stated.state == "submitted")
                && self.leads(&record).await?,
            person,
            name: record.title(),
            currency: company.currency,
            as_of: today,
            above: self.above(&kpi, person, &year).await?,
            base: base.into(),
            quarters,
            stated,
            outlook,
            seq,
            year,
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

    async fn above(&self, kpi: &Kpi, person: RecordId, year: &Period) -> Result<Vec<Node>, GoalsError> {
        let ask = CascadeAsk {
            kpi: "revenue".to_owned(),
            period: year.label.clone(),
            folder: self.folder.clone(),
            ..CascadeAsk::default()
        };
        let nodes = kpi.cascade(&ask).await?.nodes;
        let own = nodes.iter().position(|node| node.by == ByWord::Rep && node.entity.id == Some(person));
        let Some(own) = own else { return Ok(Vec::new()) };
        let mut found: Vec<Node> = Vec::new();
        for node in nodes[..=own].iter().rev() {
            if found.last().is_none_or(|below| node.depth < below.depth) {
                found.push(node.clone());
            }
        }
        found.reverse();
        Ok(found)
    }

    async fn stated(&self, person: RecordId, year: &str) -> Result<Option<Stated>, GoalsError> {
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
            base: base.collect(),
            reason: said("reason"),
            answer: said("answer"),
            decided_by,
            decided_on: record.value("decided_on").as_date(),
        }))
    }

    /// Writes one's own plan, or writes it anew: it is to be approved from then on, and what was approved before stands until it is.
    pub async fn state_plan(&self, plan: &SalesPlan, new: &Stating, origin: Origin) -> Result<(), GoalsError> {
        if !plan.may_write {
            return Err(GoalsError::NotYours);
        }
        let amounts = || new.quarters.iter().chain(new.base.values());
        if let Some(wrong) = amounts().find(|amount| amount.is_negative()) {
            return Err(GoalsError::NotAPlan(wrong.to_text()));
        }
        if new.quarters.iter().all(|amount| amount.is_zero()) {
            return Err(GoalsError::NotAPlan("0".to_owned()));
        }
        if new.reason.trim().is_empty() {
            return Err(GoalsError::NoReason);
        }
        let text = |text: &str| Value::Text(text.to_owned());
        let mut fields = vec![
            ("state", text("submitted")),
            ("currency", Value::Text(plan.currency.to_string())),
            ("reason", text(new.reason.trim())),
            ("answer", Value::Null),
            ("decided_by", Value::Null),
            ("decided_on", Value::Null),
        ];
        fields.extend(QUARTERS.into_iter().zip(new.quarters).map(|(field, amount)| (field, Value::Decimal(amount))));
        fields.extend(BASE.map(|kpi| (kpi, new.base.get(kpi).map_or(Value::Null, |goal| Value::Decimal(*goal)))));
        let mut tx = self.db.begin(self.viewer.person, origin);
        if let Some(stated) = &plan.stated {
            tx.put(Change::set(&SALES_PLAN, stated.id, fields).based_on(plan.seq))?;
        } else {
            fields.retain(|(_, value)| *value != Value::Null);
            fields.extend([
                ("person", Value::Reference(plan.person)),
                ("plan_year", text(&plan.year.label)),
                ("key", Value::Text(key(plan.person, &plan.year.label))),
            ]);
            tx.put(Change::create(&SALES_PLAN, self.db.new_id().await?, fields))?;
        }
        match written(tx).await {
            // The same plan was written for the first time twice at once.
            Err(GoalsError::Db(_))
                if plan.stated.is_none() && self.stated(plan.person, &plan.year.label).await?.is_some() =>
            {
                Err(GoalsError::Moved)
            }
            done => done,
        }
    }

    /// Approves a plan, which then stands as quotas of the kind `plan` and as targets, or gives it back with what is to change.
    pub async fn decide_plan(
        &self,
        plan: &SalesPlan,
        approve: bool,
        answer: &str,
        origin: Origin,
    ) -> Result<(), GoalsError> {
        let Some(stated) = plan.stated.as_ref().filter(|_| plan.may_decide) else { return Err(GoalsError::NotWaiting) };
        if !approve && answer.trim().is_empty() {
            return Err(GoalsError::NoReason);
        }
        let fields = vec![
            ("state", Value::Text(if approve { "approved" } else { "returned" }.to_owned())),
            ("answer", Value::Text(answer.trim().to_owned())),
            ("decided_by", self.viewer.person.map_or(Value::Null, Value::Reference)),
            ("decided_on", Value::Date(plan.as_of)),
        ];
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::set(&SALES_PLAN, stated.id, fields).based_on(plan.seq))?;
        if approve {
            self.put_quotas(&mut tx, plan, stated).await?;
            self.put_targets(&mut tx, plan, stated).await?;
        }
        written(tx).await
    }

    /// What was planned for days within the year before is archived; of the same days the amount changes.
    async fn put_quotas(&self, tx: &mut Tx, plan: &SalesPlan, stated: &Stated) -> Result<(), GoalsError> {
        let query = ListQuery {
            filters: vec![
                Filter("person", Value::Reference(plan.person)),
                Filter("kind", Value::Text("plan".to_owned())),
            ],
            limit: u64::MAX,
            ..ListQuery::default()
        };
        let mut held = self.db.system().list(&QUOTA, &query).await?;
        held.retain(|quota| {
            let day = |field: &str| quota.value(field).as_date();
            let is_within =
                day("starts_on") >= Some(plan.year.start) && day("ends_on").is_some_and(|end| end <= plan.year.end);
            is_within && !quota.archived && quota.value("product").as_reference().is_none()
        });
        for (quarter, amount) in plan.quarters.iter().zip(stated.quarters) {
            let is_same = |quota: &Record| {
                quota.value("starts_on").as_date() == Some(quarter.period.start)
                    && quota.value("ends_on").as_date() == Some(quarter.period.end)
            };
            let said = vec![
                ("amount", Value::Decimal(amount)),
                ("currency", Value::Text(plan.currency.to_string())),
                ("reason", Value::Text(stated.reason.clone())),
            ];
            if let Some(place) = held.iter().position(is_same) {
                tx.put(Change::set(&QUOTA, held.swap_remove(place).id, said).based_on(plan.seq))?;
            } else {
                let own = [
                    ("person", Value::Reference(plan.person)),
                    ("kind", Value::Text("plan".to_owned())),
                    ("starts_on", Value::Date(quarter.period.start)),
                    ("ends_on", Value::Date(quarter.period.end)),
                ];
                tx.put(Change::create(&QUOTA, self.db.new_id().await?, own.into_iter().chain(said).collect()))?;
            }
        }
        for quota in held {
            tx.put(Change::of(&QUOTA, quota.id, Event::Archive))?;
        }
        Ok(())
    }

    async fn put_targets(&self, tx: &mut Tx, plan: &SalesPlan, stated: &Stated) -> Result<(), GoalsError> {
        let query = ListQuery {
            filters: vec![Filter("person", Value::Reference(plan.person))],
            limit: u64::MAX,
            ..ListQuery::default()
        };
        let held = self.db.system().list(&TARGET, &query).await?;
        for (kpi, goal) in &stated.base {
            let is_same = |target: &&Record| {
                target.value("kpi").as_text() == Some(kpi)
                    && !target.archived
                    && target.value("starts_on").as_date() == Some(plan.year.start)
                    && target.value("ends_on").as_date() == Some(plan.year.end)
            };
            let said = vec![("value", Value::Decimal(*goal)), ("reason", Value::Text(stated.reason.clone()))];
            if let Some(target) = held.iter().find(is_same) {
                tx.put(Change::set(&TARGET, target.id, said).based_on(plan.seq))?;
            } else {
                let own = [
                    ("kpi", Value::Text((*kpi).to_owned())),
                    ("person", Value::Reference(plan.person)),
                    ("starts_on", Value::Date(plan.year.start)),
                    ("ends_on", Value::Date(plan.year.end)),
                ];
                tx.put(Change::create(&TARGET, self.db.new_id().await?, own.into_iter().chain(said).collect()))?;
            }
        }
        Ok(())
    }
}

fn key(person: RecordId, year: &str) -> String {
    format!("{} {year}", person.0)
}

async fn written(tx: Tx) -> Result<(), GoalsError> {
    match tx.commit().await {
        Ok(_) => Ok(()),
        Err(DbError::Moved | DbError::Conflict { .. }) => Err(GoalsError::Moved),
        Err(error) => Err(error.into()),
    }
}

/// From today to the end of the year, by what was usual in the twelve months before where nothing else is said.
fn outlook(quarters: &[Quarter], typical: &[Row], wish: WhatIf, end: Date, today: Date) -> Result<Outlook, GoalsError> {
    let row = |id: &str| typical.iter().find(|row| row.kpi == id);
    let is_to_come = |quarter: &&Quarter| quarter.period.end > today;
    let hundredfold = |share: Amount| share.mul_fraction(base::Fraction::new(Amount::from(100), Amount::ONE));
    let win_rate = number(row("win_rate_closed")).map(hundredfold).transpose()?;
    let opened = row("win_rate_created").and_then(|row| row.denominator);
    let opened =
        opened.map(|opened| opened.mul_fraction(base::Fraction::new(Amount::ONE, Amount::from(MONTHS)))).transpose()?;
    Ok(Outlook {
        came: Amount::sum(quarters.iter().map(|quarter| quarter.came))?,
        open: Amount::sum(quarters.iter().filter(is_to_come).map(|quarter| quarter.open))?,
        opened: wish.opened.or(opened).unwrap_or_default(),
        win_rate: wish.win_rate.or(win_rate).unwrap_or_default(),
        deal: wish.deal.or_else(|| number(row("avg_deal_size"))).unwrap_or_default(),
        cycle: wish.cycle.or_else(|| number(row("sales_cycle_length"))).unwrap_or_default(),
        days: today.until(end).map_or(0, |span| span.get_days()),
    })
}
