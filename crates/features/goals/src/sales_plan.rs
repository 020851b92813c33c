//! Somebody's sales plan of a year (GOAL-7): from what is expected above them to quarters and customers, what has come of it, and what the
//! year comes to. They write it, whoever leads them approves it.

use crate::{Goals, GoalsError, SALES_PLAN};
use access::{PERSON, TEAM};
use base::{Amount, Currency, Fraction, Grain, Period, RecordId, Seq};
use crm::{QUOTA, TARGET};
use db::{Change, DbError, Filter, ListQuery, Record, Tx};
use jiff::{ToSpan, civil::Date};
use kpi::{Ask, ByWord, CascadeAsk, Company, Kpi, Row};
use rules::{
    goal::Outlook,
    kpi::months,
    log::{Event, Origin},
    record::Value,
};
use std::collections::BTreeMap;

/// KPIs of the base of customers that a plan has goals for.
pub const BASE: [&str; 2] = ["active_customers", "new_customers"];
const OPEN: &str = "pipeline_coverage.open";
const PACE: &str = "quota_pace";
const SUBMITTED: &str = "submitted";
/// Teams above each other.
const DEEPEST: usize = 20;
const QUARTERS: [&str; 4] = ["quarter_1", "quarter_2", "quarter_3", "quarter_4"];
/// Months of somebody's own past that what-if begins with.
const MONTHS: i64 = 12;
const TYPICAL: [&str; 4] = ["win_rate_closed", "avg_deal_size", "sales_cycle_length", "win_rate_created"];

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
pub struct SalesPlan {
    pub standing: Standing,
    /// By quarter.
    pub came: Vec<Option<Amount>>,
    /// Open deals that are due in each quarter; none once it is over.
    pub open: Vec<Option<Amount>>,
    pub base: Vec<BaseGoal>,
    /// Targets of revenue from the company down to this person.
    pub above: Vec<Above>,
    /// Revenue beside the quota of the days that have come.
    pub pace: Option<Fraction>,
    /// What the outlook rests on; what nobody knows is to be said.
    pub inputs: WhatIf,
    pub outlook: Option<Outlook>,
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

#[derive(Debug, Clone)]
pub struct BaseGoal {
    pub kpi: &'static str,
    pub goal: Option<Amount>,
    pub value: Option<Amount>,
}

/// The company, a team or the person themself, and what is expected of them.
#[derive(Debug, Clone)]
pub struct Above {
    pub name: String,
    pub target: Option<Amount>,
    /// The sum of the targets below.
    pub of_parts: Option<Amount>,
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

fn number(row: Option<&Row>) -> Option<Amount> {
    row?.value.as_deref()?.parse().ok()
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
        let stated = self.stated(person, &year.label).await?;
        let is_own = self.viewer.person == Some(person);
        let is_waiting = stated.as_ref().is_some_and(|stated| stated.state == SUBMITTED);
        quotas.retain(|quota| kind(quota) == "plan");
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

    /// With what has come of it and what the year comes to.
    pub async fn sales_plan(&self, person: RecordId, year: &str, wish: WhatIf) -> Result<SalesPlan, GoalsError> {
        let standing = self.standing(person, year).await?;
        let (year, today) = (&standing.year, standing.as_of);
        let kpi = Kpi::new(self.db.clone(), self.viewer.clone()).await?;
        let ask = |kpis: &[&str], grain, from, to| Ask {
            kpis: kpis.iter().map(|id| (*id).to_owned()).collect(),
            by: ByWord::Rep,
            grain,
            from: Some(from),
            to: Some(to),
            entity: Some(format!("#{}", person.0)),
            ..kpi.whole(year, self.folder.clone())
        };
        let rows = kpi.ask(&ask(&["revenue", OPEN], Grain::Quarter, year.start, year.end)).await?.rows;
        // Where there is no row nothing came; a row without a value is not known.
        let of = |id: &str, quarter: &Quarter| {
            let row = rows.iter().find(|row| row.kpi == id && row.period.start == quarter.period.start);
            if row.is_some() { number(row) } else { Some(Amount::ZERO) }
        };
        let came: Vec<Option<Amount>> = standing.quarters.iter().map(|quarter| of("revenue", quarter)).collect();
        let open: Vec<Option<Amount>> =
            standing.quarters.iter().map(|quarter| of(OPEN, quarter).filter(|_| !quarter.is_over(today))).collect();
        let rows = kpi.ask(&ask(&[BASE[0], BASE[1], PACE], Grain::Year, year.start, year.end)).await?.rows;
        let row = |id: &str| rows.iter().find(|row| row.kpi == id);
        let base =
            BASE.map(|id| BaseGoal { kpi: id, goal: row(id).and_then(|row| row.target), value: number(row(id)) });
        let pace = row(PACE).and_then(|row| Some(Fraction::new(row.numerator?, row.denominator?)));
        let until = today.first_of_month();
        let year_ago = until.saturating_sub(MONTHS.months());
        let since = standing.hired_on.map_or(year_ago, |hired| hired.first_of_month().clamp(year_ago, until));
        let inputs = if since < until {
            usual(&kpi.ask(&ask(&TYPICAL, Grain::All, since, until)).await?.rows, since, until)?
        } else {
            WhatIf::default()
        };
        let inputs = WhatIf {
            opened: wish.opened.or(inputs.opened),
            win_rate: wish.win_rate.or(inputs.win_rate),
            deal: wish.deal.or(inputs.deal),
            cycle: wish.cycle.or(inputs.cycle),
        };
        let above = self.above(&kpi, &standing).await?;
        let outlook = outlook(&standing, &came, &open, inputs)?;
        Ok(SalesPlan { standing, came, open, base: base.into(), above, pace, inputs, outlook })
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

    /// Whose teams they are in today, up to the company; with a target or without one.
    async fn above(&self, kpi: &Kpi, standing: &Standing) -> Result<Vec<Above>, GoalsError> {
        let ask = CascadeAsk {
            kpi: "revenue".to_owned(),
            period: standing.year.label.clone(),
            folder: self.folder.clone(),
            ..CascadeAsk::default()
        };
        let nodes = kpi.cascade(&ask).await?.nodes;
        let told = |by: ByWord, id: Option<RecordId>, name: String| {
            let node = nodes.iter().find(|node| node.by == by && (by == ByWord::Company || node.entity.id == id));
            Above { name, target: node.and_then(|node| node.target), of_parts: node.and_then(|node| node.of_parts) }
        };
        let mut found = vec![told(ByWord::Rep, Some(standing.person), standing.name.clone())];
        let mut team = standing.team;
        while let Some(id) = team.filter(|_| found.len() <= DEEPEST) {
            let Some(record) = self.db.system().get(&TEAM, id).await? else { break };
            found.push(told(ByWord::Team, Some(id), record.title()));
            team = record.value("parent").as_reference();
        }
        if let Some(company) = nodes.iter().find(|node| node.by == ByWord::Company) {
            found.push(told(ByWord::Company, None, company.entity.name.clone()));
        }
        found.reverse();
        Ok(if found.iter().any(|one| one.target.is_some()) { found } else { Vec::new() })
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

    /// Writes one's own plan, or writes it anew: it is to be approved from then on, and what was approved before stands until it is. What
    /// was approved of a quarter that is over stays.
    pub async fn state_plan(
        &self,
        (person, year): (RecordId, &str),
        new: &Stating,
        seen: Seq,
        origin: Origin,
    ) -> Result<(), GoalsError> {
        let plan = self.standing(person, year).await?;
        if !plan.may_write {
            return Err(GoalsError::NotYours);
        }
        let mut quarters = new.quarters;
        for (amount, quarter) in
            quarters.iter_mut().zip(&plan.quarters).filter(|(_, quarter)| quarter.is_over(plan.as_of))
        {
            *amount = quarter.plan.unwrap_or(*amount);
        }
        if let Some(wrong) = quarters.iter().chain(new.base.values()).find(|amount| amount.is_negative()) {
            return Err(GoalsError::NotAPlan(wrong.to_text()));
        }
        if quarters.iter().all(|amount| amount.is_zero()) {
            return Err(GoalsError::NotAPlan("0".to_owned()));
        }
        if new.reason.trim().is_empty() {
            return Err(GoalsError::NoReason);
        }
        let seen = seen.min(plan.seq);
        let text = |text: &str| Value::Text(text.to_owned());
        let mut fields = vec![
            ("state", text(SUBMITTED)),
            ("currency", Value::Text(plan.currency.to_string())),
            ("reason", text(new.reason.trim())),
            ("answer", Value::Null),
            ("decided_by", Value::Null),
            ("decided_on", Value::Null),
        ];
        fields.extend(QUARTERS.into_iter().zip(quarters).map(|(field, amount)| (field, Value::Decimal(amount))));
        fields.extend(BASE.map(|kpi| (kpi, new.base.get(kpi).map_or(Value::Null, |goal| Value::Decimal(*goal)))));
        let mut tx = self.db.begin(self.viewer.person, origin);
        if let Some(stated) = &plan.stated {
            tx.put(Change::set(&SALES_PLAN, stated.id, fields).based_on(seen))?;
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
        (person, year): (RecordId, &str),
        (approve, answer): (bool, &str),
        seen: Seq,
        origin: Origin,
    ) -> Result<(), GoalsError> {
        let plan = self.standing(person, year).await?;
        let Some(stated) = plan.stated.as_ref().filter(|_| plan.may_decide) else { return Err(GoalsError::NotWaiting) };
        let seen = seen.min(plan.seq);
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
        tx.put(Change::set(&SALES_PLAN, stated.id, fields).based_on(seen))?;
        if approve {
            self.put_quotas(&mut tx, &plan, stated).await?;
            self.put_targets(&mut tx, &plan, stated).await?;
        }
        written(tx).await
    }

    /// What was planned for other days of the year is archived; of the same days the amount changes. A plan of one product, or of days
    /// beyond the year, would count twice.
    async fn put_quotas(&self, tx: &mut Tx, plan: &Standing, stated: &Stated) -> Result<(), GoalsError> {
        let is_within = |quota: &Record| {
            day(quota, "starts_on") >= Some(plan.year.start)
                && day(quota, "ends_on").is_some_and(|end| end <= plan.year.end)
        };
        let beside = |quota: &&Record| !is_within(quota) || quota.value("product").as_reference().is_some();
        if let Some(quota) = plan.planned.iter().find(beside) {
            return Err(GoalsError::Beside(quota.title()));
        }
        let mut held = plan.planned.clone();
        for (quarter, amount) in plan.quarters.iter().zip(stated.quarters) {
            let days = (Some(quarter.period.start), Some(quarter.period.end));
            let said = vec![
                ("amount", Value::Decimal(amount)),
                ("currency", Value::Text(plan.currency.to_string())),
                ("reason", Value::Text(stated.reason.clone())),
            ];
            if let Some(place) = held.iter().position(|quota| (day(quota, "starts_on"), day(quota, "ends_on")) == days)
            {
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

    async fn put_targets(&self, tx: &mut Tx, plan: &Standing, stated: &Stated) -> Result<(), GoalsError> {
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

fn day(record: &Record, field: &str) -> Option<Date> {
    record.value(field).as_date()
}

fn kind(quota: &Record) -> &str {
    quota.value("kind").as_text().unwrap_or("quota")
}

/// Quotas of a kind within some days, of all products; none where there is none, or one is in another currency.
fn sum(quotas: &[Record], of: &str, period: &Period, currency: Currency) -> Result<Option<Amount>, GoalsError> {
    let is_within = |quota: &&Record| {
        let is_of = kind(quota) == of && quota.value("product").as_reference().is_none();
        is_of
            && day(quota, "starts_on") >= Some(period.start)
            && day(quota, "ends_on").is_some_and(|end| end <= period.end)
    };
    let found: Vec<&Record> = quotas.iter().filter(is_within).collect();
    let is_ours = |quota: &&Record| quota.value("currency").as_text() == Some(currency.to_string().as_str());
    if found.is_empty() || !found.iter().all(is_ours) {
        return Ok(None);
    }
    Ok(Some(Amount::sum(found.iter().map(|quota| quota.value("amount").as_decimal().unwrap_or_default()))?))
}

fn beside(company: &Company, year: &Period) -> [Option<String>; 2] {
    let after = company.calendar.period_of(year.end, Grain::Year);
    [company.calendar.previous(year), after].map(|year| year.ok().map(|year| year.label))
}

/// How somebody worked in some whole months.
fn usual(rows: &[Row], since: Date, until: Date) -> Result<WhatIf, GoalsError> {
    let row = |id: &str| rows.iter().find(|row| row.kpi == id);
    let hundredfold = |share: Amount| share.mul_fraction(Fraction::new(Amount::from(100), Amount::ONE));
    let opened = row("win_rate_created").and_then(|row| row.denominator);
    let opened = opened.map(|opened| opened.mul_fraction(Fraction::new(Amount::ONE, months(since, until))));
    Ok(WhatIf {
        opened: opened.transpose()?,
        win_rate: number(row("win_rate_closed")).map(hundredfold).transpose()?,
        deal: number(row("avg_deal_size")),
        cycle: number(row("sales_cycle_length")),
    })
}

/// None where something is not known.
fn outlook(
    standing: &Standing,
    came: &[Option<Amount>],
    open: &[Option<Amount>],
    inputs: WhatIf,
) -> Result<Option<Outlook>, GoalsError> {
    let came: Option<Vec<Amount>> = came.iter().copied().collect();
    let WhatIf { opened: Some(opened), win_rate: Some(win_rate), deal: Some(deal), cycle: Some(cycle) } = inputs else {
        return Ok(None);
    };
    let Some(came) = came else { return Ok(None) };
    let until = |day: Date| standing.as_of.until(day).map_or(0, |span| span.get_days()).max(0);
    Ok(Some(Outlook {
        came: Amount::sum(came)?,
        open: Amount::sum(open.iter().flatten().copied())?,
        opened,
        win_rate,
        deal,
        cycle,
        days: until(standing.year.end),
        before: until(standing.year.start),
    }))
}
