//! A review of pay (E6): from a cycle's grades and everybody's salaries to proposals within a budget, changed with a reason, approved by
//! somebody else.

use crate::{Compensation, CompensationError, PAY_OUTCOME, PAY_REVIEW, SALARY, Salary, outcomes};
use appraisal::{Appraisal, Cycle};
use base::{Amount, Currency, Fraction, Money, RecordId, Seq};
use db::{Change, Filter, Record};
use jiff::civil::Date;
use rules::{
    appraisal::{Budget, Case, Grade, Offer, ReviewRules, Spent},
    log::Origin,
    record::Value,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is said of a review when it is begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    pub cycle: RecordId,
    /// From when on raises hold.
    pub starts_on: Date,
    pub budget: Amount,
    pub company_factor: Amount,
    /// As TOML (docs/compensation.md); that of the reference where it is empty.
    pub rules: String,
    /// Of the review that was looked at, where one is calculated anew.
    pub seen: Option<Seq>,
}

/// Per cent.
const MOST_BUDGET: i64 = 100;
const MOST_FACTOR: i64 = 10;

/// Why somebody who has a grade is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Left,
    NoSalary,
    /// From a day on which the raise would already hold.
    LaterSalary,
    OtherCurrency,
}

impl Why {
    pub const ALL: [Self; 4] = [Self::Left, Self::NoSalary, Self::LaterSalary, Self::OtherCurrency];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::NoSalary => "no_salary",
            Self::LaterSalary => "later_salary",
            Self::OtherCurrency => "other_currency",
        }
    }
}

/// One person as the review has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    person: i64,
    /// The record that says what they are paid, and whether an earlier review gave it.
    salary: i64,
    is_given: bool,
    grade: Grade,
    monthly: Money,
    midpoint: Money,
    range: String,
    target_months: Amount,
    /// Days of the cycle's period that the person was there, and all of them.
    served: i64,
    of: i64,
    chosen: Option<Chosen>,
}

/// Another percentage than the middle of the range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Chosen {
    percent: Amount,
    reason: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Proposals {
    entries: Vec<Entry>,
    left_out: Vec<(i64, Why)>,
}

/// What somebody is offered, and why.
#[derive(Debug, Clone)]
pub struct Line {
    pub person: RecordId,
    pub name: String,
    pub grade: Grade,
    /// Of a month, before it.
    pub monthly: Money,
    pub midpoint: Money,
    pub range: String,
    pub target_months: Amount,
    pub served: (i64, i64),
    pub offer: Offer,
    /// Why it is not the middle of the range.
    pub reason: Option<String>,
    pub factor: Fraction,
}

#[derive(Debug, Clone)]
pub struct LeftOut {
    pub person: RecordId,
    pub name: String,
    pub why: Why,
}

/// A review as it stands.
#[derive(Debug, Clone)]
pub struct PayReview {
    pub id: RecordId,
    /// Its last change: who changes or approves it says what they looked at.
    pub version: Seq,
    pub name: String,
    pub cycle: RecordId,
    pub starts_on: Date,
    pub budget: Budget,
    pub rules: ReviewRules,
    pub rules_text: String,
    pub lines: Vec<Line>,
    pub left_out: Vec<LeftOut>,
    pub budgets: BTreeMap<Currency, Spent>,
    pub begun_by: String,
    pub approved: Option<(String, Date)>,
    proposals: Proposals,
}

/// The matrix of a text; that of the reference where there is none.
fn rules_of(text: &str) -> Result<ReviewRules, CompensationError> {
    let rules: ReviewRules = toml::from_str(text).map_err(|error| CompensationError::Rules(error.to_string()))?;
    rules.check()?;
    Ok(rules)
}

impl Compensation {
    /// Begins the review of a released cycle, or calculates an open one anew; what was chosen stays where the range still has it.
    pub async fn begin(&self, setup: &Setup, origin: Origin) -> Result<RecordId, CompensationError> {
        let me = self.only_who_sees_pay()?;
        let within = |field: &'static str, number: Amount, most: i64| {
            let is_right = !number.is_negative() && number <= Amount::from(most);
            let hint = format!("write 0 to {most}");
            if is_right { Ok(()) } else { Err(CompensationError::field(field, &number.to_text(), &hint)) }
        };
        within("budget", setup.budget, MOST_BUDGET)?;
        within("company_factor", setup.company_factor, MOST_FACTOR)?;
        let rules = rules_of(&setup.rules)?;
        let seq = self.db.system().last_seq().await?;
        let (cycle, mut proposals) = self.collect(setup.cycle, setup.starts_on).await?;
        let same = Filter("cycle", Value::Reference(cycle.id));
        let there = self.all(&PAY_REVIEW, vec![same]).await?.into_iter().next();
        if let Some(record) = &there {
            if record.value("approved_on").as_date().is_some() {
                return Err(CompensationError::Approved);
            }
            let version = self.version(record.id).await?;
            if setup.seen.is_some_and(|seen| seen != version) {
                return Err(CompensationError::Stale);
            }
            let before: Proposals = serde_json::from_str(record.value("proposals").as_text().unwrap_or_default())?;
            keep(&before, &mut proposals, &rules)?;
        }
        // What cannot be calculated is not kept. The matrix is kept whole: a later one that ships leaves it alone.
        let budget = Budget { percent: setup.budget, company_factor: setup.company_factor };
        rules.review(&proposals.entries.iter().map(Entry::case).collect::<Vec<_>>(), budget)?;
        let definition = toml::to_string(&rules).map_err(|error| CompensationError::Rules(error.to_string()))?;
        let fields = vec![
            ("name", Value::Text(cycle.name.clone())),
            ("starts_on", Value::Date(setup.starts_on)),
            ("budget", Value::Decimal(setup.budget)),
            ("company_factor", Value::Decimal(setup.company_factor)),
            ("definition", Value::Text(definition)),
            ("proposals", Value::Text(serde_json::to_string(&proposals)?)),
            ("begun_by", Value::Reference(me)),
        ];
        let (id, change) = if let Some(record) = there {
            (record.id, Change::set(&PAY_REVIEW, record.id, fields))
        } else {
            let id = self.db.new_id().await?;
            let state = vec![("cycle", Value::Reference(cycle.id)), ("state", Value::Text("open".to_owned()))];
            (id, Change::create(&PAY_REVIEW, id, [state, fields].concat()))
        };
        let mut tx = self.db.begin(Some(me), origin).resting_on(seq, crate::records::RESTS_ON);
        tx.put(change)?;
        self.written(tx, &cycle.name).await?;
        Ok(id)
    }

    /// Everybody with a grade, and what their pay is on the day before raises hold.
    async fn collect(&self, cycle: RecordId, starts_on: Date) -> Result<(Cycle, Proposals), CompensationError> {
        if !self.viewer.sees_appraisals {
            return Err(CompensationError::SeesNoGrades);
        }
        let appraisal = Appraisal::new(self.db.clone(), self.viewer.clone(), self.folder.clone());
        let cycle = appraisal.cycle(cycle).await?;
        let grades = appraisal.released_grades(&cycle).await?;
        let people = self.db.system().many(&access::PERSON, &grades.keys().copied().collect()).await?;
        let mut salaries: BTreeMap<RecordId, Vec<Salary>> = BTreeMap::new();
        for salary in self.salaries().await? {
            salaries.entry(salary.person).or_default().push(salary);
        }
        let mut proposals = Proposals::default();
        for (person, grade) in grades {
            let Some(record) = people.get(&person) else { continue };
            match entry(record, grade, salaries.get(&person), &cycle, starts_on) {
                Ok(entry) => proposals.entries.push(entry),
                Err(why) => proposals.left_out.push((person.0, why)),
            }
        }
        Ok((cycle, proposals))
    }

    async fn version(&self, id: RecordId) -> Result<Seq, CompensationError> {
        Ok(self.db.system().last_change(&PAY_REVIEW, id).await?.unwrap_or(Seq(0)))
    }

    async fn all(
        &self,
        record_type: &'static rules::record::RecordType,
        filters: Vec<Filter>,
    ) -> Result<Vec<Record>, CompensationError> {
        let query = db::ListQuery { filters, limit: u64::MAX, ..db::ListQuery::default() };
        Ok(self.db.system().list(record_type, &query).await?)
    }

    /// Every review, the last first.
    pub async fn reviews(&self) -> Result<Vec<PayReview>, CompensationError> {
        self.only_who_sees_pay()?;
        let mut found = Vec::new();
        for record in self.all(&PAY_REVIEW, Vec::new()).await? {
            found.push(self.told(&record).await?);
        }
        found.sort_by_key(|review| std::cmp::Reverse((review.starts_on, review.id)));
        Ok(found)
    }

    pub async fn review(&self, id: RecordId) -> Result<PayReview, CompensationError> {
        self.only_who_sees_pay()?;
        let record = self.db.system().get(&PAY_REVIEW, id).await?.ok_or(CompensationError::NoReview(id))?;
        self.told(&record).await
    }

    async fn told(&self, record: &Record) -> Result<PayReview, CompensationError> {
        let text = |field: &str| record.value(field).as_text().unwrap_or_default().to_owned();
        let number = |field: &str| record.value(field).as_decimal().unwrap_or_default();
        let reference = |field: &str| record.value(field).as_reference().unwrap_or(record.id);
        let proposals: Proposals = serde_json::from_str(&text("proposals"))?;
        let (rules_text, rules) = (text("definition"), rules_of(&text("definition"))?);
        let budget = Budget { percent: number("budget"), company_factor: number("company_factor") };
        let people = proposals.entries.iter().map(|entry| entry.person);
        let people = people.chain(proposals.left_out.iter().map(|(person, _)| *person)).map(RecordId);
        let people = people.chain(["begun_by", "approved_by"].map(reference));
        let names = self.names(people).await?;
        let name = |id: RecordId| names.get(&id).cloned().unwrap_or_default();
        let cases: Vec<Case> = proposals.entries.iter().map(Entry::case).collect();
        let outcome = rules.review(&cases, budget)?;
        let line = |(entry, offer): (&Entry, &Offer)| Line {
            person: RecordId(entry.person),
            name: name(RecordId(entry.person)),
            grade: entry.grade,
            monthly: entry.monthly,
            midpoint: entry.midpoint,
            range: entry.range.clone(),
            target_months: entry.target_months,
            served: (entry.served, entry.of),
            offer: *offer,
            reason: entry.chosen.as_ref().map(|chosen| chosen.reason.clone()),
            factor: outcome.budgets[&entry.monthly.currency].factor,
        };
        let mut lines: Vec<Line> = proposals.entries.iter().zip(&outcome.offers).map(line).collect();
        lines.sort_by(|one, other| (one.grade, &one.name).cmp(&(other.grade, &other.name)));
        let left_out = proposals.left_out.iter().map(|(person, why)| LeftOut {
            person: RecordId(*person),
            name: name(RecordId(*person)),
            why: *why,
        });
        let approved_on = record.value("approved_on").as_date();
        Ok(PayReview {
            id: record.id,
            version: self.version(record.id).await?,
            name: record.title(),
            cycle: reference("cycle"),
            starts_on: record.value("starts_on").as_date().unwrap_or_default(),
            budget,
            rules,
            rules_text,
            lines,
            left_out: left_out.collect(),
            budgets: outcome.budgets,
            begun_by: name(reference("begun_by")),
            approved: approved_on.map(|day| (name(reference("approved_by")), day)),
            proposals,
        })
    }

    /// Another percentage within the range, with the reason; without one it is the middle again.
    pub async fn choose(
        &self,
        id: RecordId,
        person: RecordId,
        percent: Option<Amount>,
        reason: &str,
        origin: Origin,
    ) -> Result<(), CompensationError> {
        let me = self.only_who_sees_pay()?;
        let seq = self.db.system().last_seq().await?;
        let mut review = self.review(id).await?;
        if review.approved.is_some() {
            return Err(CompensationError::Approved);
        }
        if person == me {
            return Err(CompensationError::OwnRaise);
        }
        let name = review.lines.iter().find(|line| line.person == person).map(|line| line.name.clone());
        let entry = review.proposals.entries.iter_mut().find(|entry| entry.person == person.0);
        let (Some(name), Some(entry)) = (name, entry) else {
            return Err(CompensationError::NotInIt(person.to_string()));
        };
        let reason = reason.trim();
        if percent.is_some() && reason.is_empty() {
            return Err(CompensationError::NoReason);
        }
        let (_, range) = entry.case().range(&review.rules.merit)?;
        if let Some(percent) = percent.filter(|percent| *percent < range.least || *percent > range.most) {
            let [percent, least, most] = [percent, range.least, range.most].map(Amount::to_text);
            return Err(CompensationError::OutOfRange { name, percent, least, most });
        }
        entry.chosen = percent.map(|percent| Chosen { percent, reason: reason.to_owned() });
        let proposals = ("proposals", Value::Text(serde_json::to_string(&review.proposals)?));
        let mut tx = self.db.begin(Some(me), origin);
        tx.put(Change::set(&PAY_REVIEW, id, vec![proposals]).based_on(seq))?;
        self.written(tx, &review.name).await
    }

    /// Somebody without a hand in it approves: raises become salaries, and everybody's outcome is theirs to read.
    pub async fn approve(&self, id: RecordId, seen: Seq, origin: Origin) -> Result<(), CompensationError> {
        let me = self.only_who_sees_pay()?;
        let seq = self.db.system().last_seq().await?;
        let review = self.review(id).await?;
        if review.approved.is_some() {
            return Err(CompensationError::Approved);
        }
        if review.lines.iter().any(|line| line.person == me) {
            return Err(CompensationError::OwnRaise);
        }
        if self.hands(&review).await?.contains(&me) {
            return Err(CompensationError::OwnReview);
        }
        if review.version != seen {
            return Err(CompensationError::Stale);
        }
        self.is_fresh(&review).await?;
        let mut tx = self.db.begin(Some(me), origin).resting_on(seq, crate::records::RESTS_ON);
        for line in &review.lines {
            if line.offer.raise.minor > 0 {
                let salary = Salary {
                    id: None,
                    person: line.person,
                    starts_on: review.starts_on,
                    range: line.range.clone(),
                    monthly: line.offer.salary,
                    midpoint: line.midpoint,
                    target_months: line.target_months,
                    review: Some(review.id),
                };
                tx.put(Change::create(&SALARY, self.db.new_id().await?, salary.fields()))?;
            }
            let fields = outcomes::fields(&review, line)?;
            tx.put(Change::create(&PAY_OUTCOME, self.db.new_id().await?, fields))?;
        }
        let approved = vec![
            ("state", Value::Text("approved".to_owned())),
            ("approved_by", Value::Reference(me)),
            ("approved_on", Value::Date(self.today().await?)),
        ];
        tx.put(Change::set(&PAY_REVIEW, id, approved))?;
        self.written(tx, &review.name).await
    }

    /// Everybody who ever changed the review, or wrote a salary that it rests on: from the log, for what was changed back is no
    /// less a hand. Behind a salary that an earlier review gave stood two people then.
    async fn hands(&self, review: &PayReview) -> Result<BTreeSet<RecordId>, CompensationError> {
        let of_review = self.db.system().history(&PAY_REVIEW, review.id).await?;
        let written = review.proposals.entries.iter().filter(|entry| !entry.is_given);
        let salaries = written.map(|entry| RecordId(entry.salary)).collect();
        let of_salaries = self.db.system().histories(&SALARY, &salaries).await?;
        let rows = of_review.iter().chain(of_salaries.values().flatten());
        Ok(rows.filter_map(|row| row.actor).collect())
    }

    /// Grades and salaries are still those that were reviewed, and nobody's grade is open. Read for the product: who approves may see pay alone.
    async fn is_fresh(&self, review: &PayReview) -> Result<(), CompensationError> {
        let system = Self::new(self.db.clone(), rules::access::Viewer::system(), self.folder.clone());
        let (cycle, mut now) = system.collect(review.cycle, review.starts_on).await?;
        let appraisal = Appraisal::new(system.db.clone(), system.viewer.clone(), system.folder.clone());
        match appraisal.open_appeals(&cycle).await? {
            0 => {}
            count => return Err(CompensationError::Appealed(count)),
        }
        if review.lines.is_empty() {
            return Err(CompensationError::Empty);
        }
        for entry in &mut now.entries {
            let before = review.proposals.entries.iter().find(|one| one.person == entry.person);
            entry.chosen = before.and_then(|before| before.chosen.clone());
        }
        if now == review.proposals { Ok(()) } else { Err(CompensationError::Stale) }
    }
}

/// What was chosen stays with whoever is still in it and whose range has it.
fn keep(before: &Proposals, now: &mut Proposals, rules: &ReviewRules) -> Result<(), CompensationError> {
    for entry in &mut now.entries {
        let chosen = before.entries.iter().find(|one| one.person == entry.person).and_then(|one| one.chosen.clone());
        let (_, range) = entry.case().range(&rules.merit)?;
        entry.chosen = chosen.filter(|chosen| range.least <= chosen.percent && chosen.percent <= range.most);
    }
    Ok(())
}

impl Entry {
    fn case(&self) -> Case {
        Case {
            grade: self.grade,
            salary: self.monthly,
            midpoint: self.midpoint,
            percent: self.chosen.as_ref().map(|chosen| chosen.percent),
            target_months: self.target_months,
            proration: Fraction::new(Amount::from(self.served), Amount::from(self.of)),
        }
    }
}

fn entry(
    person: &Record,
    grade: Grade,
    salaries: Option<&Vec<Salary>>,
    cycle: &Cycle,
    starts_on: Date,
) -> Result<Entry, Why> {
    let on = |field: &str| person.value(field).as_date();
    if person.archived || on("left_on").is_some_and(|left| left <= starts_on) {
        return Err(Why::Left);
    }
    let salaries = salaries.map(Vec::as_slice).unwrap_or_default();
    if salaries.iter().any(|one| one.starts_on >= starts_on) {
        return Err(Why::LaterSalary);
    }
    let salary = salaries.last().ok_or(Why::NoSalary)?;
    if salary.monthly.currency != salary.midpoint.currency {
        return Err(Why::OtherCurrency);
    }
    let period = &cycle.period;
    let from = on("hired_on").map_or(period.start, |hired| hired.max(period.start));
    let days = |from: Date, to: Date| i64::from((to - from).get_days()).max(0);
    Ok(Entry {
        person: person.id.0,
        salary: salary.id.map_or(0, |id| id.0),
        is_given: salary.review.is_some(),
        grade,
        monthly: salary.monthly,
        midpoint: salary.midpoint,
        range: salary.range.clone(),
        target_months: salary.target_months,
        served: days(from.min(period.end), on("left_on").map_or(period.end, |left| left.min(period.end))),
        of: days(period.start, period.end),
        chosen: None,
    })
}
