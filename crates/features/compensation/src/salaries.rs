//! Salaries as a list has them: planned row by row, then written whole or not at all.

use crate::{Compensation, CompensationError, SALARY};
use base::{Amount, Currency, Money, RecordId, Seq};
use db::{Change, Record};
use jiff::civil::Date;
use rules::{
    log::{Fields, Origin},
    record::Value,
};
use std::collections::BTreeMap;

/// Of salary, for a bonus on target.
const MOST_MONTHS: i64 = 24;

/// A row as its file has it: texts, for what is wrong is told with the value.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SalaryRow {
    /// E-mail or external id.
    pub person: String,
    pub starts_on: String,
    /// The name of the salary range.
    pub range: String,
    pub monthly: String,
    pub midpoint: String,
    pub currency: String,
    pub target_months: String,
}

impl SalaryRow {
    pub const COLUMNS: [&'static str; 7] =
        ["person", "starts_on", "range", "monthly", "midpoint", "currency", "target_months"];

    /// The rows of a CSV text with heads, with their lines.
    pub fn read(text: &str) -> Result<Vec<(u64, Self)>, CompensationError> {
        // With carriage returns the reader counts a line too few.
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let heads = reader.headers()?.clone();
        if let Some(unknown) = heads.iter().find(|head| !Self::COLUMNS.contains(head)) {
            let hint = format!("write these columns: {}", Self::COLUMNS.join(","));
            return Err(CompensationError::field("column", unknown, &hint));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record?;
            let line = record.position().map_or(0, csv::Position::line);
            rows.push((line, record.deserialize(Some(&heads))?));
        }
        Ok(rows)
    }
}

/// What holds of somebody's salary from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salary {
    /// Its record; none before it is written.
    pub id: Option<RecordId>,
    pub person: RecordId,
    pub starts_on: Date,
    pub range: String,
    pub monthly: Money,
    pub midpoint: Money,
    pub target_months: Amount,
    /// The review that gave it; none where somebody wrote it.
    pub review: Option<RecordId>,
}

impl Salary {
    pub(crate) fn of(record: &Record) -> Option<Self> {
        Some(Self {
            id: Some(record.id),
            person: record.value("person").as_reference()?,
            starts_on: record.value("starts_on").as_date()?,
            range: record.title(),
            monthly: record.value("monthly").as_money()?,
            midpoint: record.value("midpoint").as_money()?,
            target_months: record.value("target_months").as_decimal().unwrap_or_default(),
            review: record.value("review").as_reference(),
        })
    }

    pub(crate) fn fields(&self) -> Fields {
        vec![
            ("person", Value::Reference(self.person)),
            ("starts_on", Value::Date(self.starts_on)),
            ("pay_range", Value::Text(self.range.clone())),
            ("monthly", Value::Money(self.monthly)),
            ("midpoint", Value::Money(self.midpoint)),
            ("target_months", Value::Decimal(self.target_months)),
            ("review", self.review.map_or(Value::Null, Value::Reference)),
            ("key", Value::Text(format!("{} {}", self.person, self.starts_on))),
        ]
    }
}

/// What a list would write.
#[derive(Debug)]
pub struct SalaryPlan {
    seq: Seq,
    /// What is new, with whose it is.
    pub new: Vec<(String, Salary)>,
    /// Rows that say what is known.
    pub known: usize,
    /// Rows that cannot be read, by line: with any of them nothing is written.
    pub problems: Vec<(u64, CompensationError)>,
}

impl Compensation {
    /// Every salary that the asker may see, of each person the first one first.
    pub async fn salaries(&self) -> Result<Vec<Salary>, CompensationError> {
        let query = db::ListQuery { limit: u64::MAX, ..db::ListQuery::default() };
        let records = self.db.reader(&self.viewer).list(&SALARY, &query).await?;
        let mut found: Vec<Salary> = records.iter().filter_map(Salary::of).collect();
        found.sort_by_key(|one| (one.person, one.starts_on));
        Ok(found)
    }

    pub async fn plan_salaries(&self, rows: &[(u64, SalaryRow)]) -> Result<SalaryPlan, CompensationError> {
        let me = self.only_who_sees_pay()?;
        let seq = self.db.system().last_seq().await?;
        let people = self.db.system().all(&access::PERSON).await?;
        let mut called: BTreeMap<String, &Record> = BTreeMap::new();
        for person in people.iter().filter(|person| !person.archived) {
            let names = [person.external_id(), person.value("email").as_text()];
            called.extend(names.into_iter().flatten().map(|name| (name.to_lowercase(), person)));
        }
        let mut there: BTreeMap<(RecordId, Date), Salary> =
            self.salaries().await?.into_iter().map(|one| ((one.person, one.starts_on), one)).collect();
        let mut plan = SalaryPlan { seq, new: Vec::new(), known: 0, problems: Vec::new() };
        for (line, row) in rows {
            let read =
                read(row, &called).and_then(|(name, salary)| match there.get(&(salary.person, salary.starts_on)) {
                    // Nobody writes their own.
                    _ if salary.person == me => Err(CompensationError::OwnRaise),
                    Some(known) if *known == Salary { id: known.id, review: known.review, ..salary.clone() } => {
                        Ok(None)
                    }
                    Some(_) => Err(CompensationError::Known { name, on: salary.starts_on }),
                    None => Ok(Some((name, salary))),
                });
            match read {
                Ok(Some((name, salary))) => {
                    there.insert((salary.person, salary.starts_on), salary.clone());
                    plan.new.push((name, salary));
                }
                Ok(None) => plan.known += 1,
                Err(problem) => plan.problems.push((*line, problem)),
            }
        }
        Ok(plan)
    }

    /// Writes what was planned, unless a row could not be read or something it rests on was written since.
    pub async fn commit_salaries(&self, plan: SalaryPlan, origin: Origin) -> Result<usize, CompensationError> {
        let me = self.only_who_sees_pay()?;
        if let Some((_, problem)) = plan.problems.into_iter().next() {
            return Err(problem);
        }
        let mut tx = self.db.begin(Some(me), origin).resting_on(plan.seq, crate::records::RESTS_ON);
        for (_, salary) in &plan.new {
            tx.put(Change::create(&SALARY, self.db.new_id().await?, salary.fields()))?;
        }
        if !plan.new.is_empty() {
            self.written(tx, "the salaries").await?;
        }
        Ok(plan.new.len())
    }
}

fn read(row: &SalaryRow, called: &BTreeMap<String, &Record>) -> Result<(String, Salary), CompensationError> {
    let wanted = row.person.trim();
    let person = called.get(&wanted.to_lowercase()).ok_or_else(|| {
        CompensationError::field("person", wanted, "write the e-mail or external id of somebody who is here")
    })?;
    let starts_on = row.starts_on.trim();
    let starts_on = starts_on
        .parse()
        .map_err(|_| CompensationError::field("starts_on", starts_on, "write a day like 2026-04-01"))?;
    let currency: Currency =
        row.currency.trim().parse().map_err(|_| {
            CompensationError::field("currency", row.currency.trim(), "write an ISO 4217 code, like THB")
        })?;
    let money = |field: &'static str, text: &str| {
        let money = Money::parse(text.trim(), currency).ok().filter(|money| money.minor > 0);
        money.ok_or_else(|| CompensationError::field(field, text.trim(), "write an amount above 0, like 52000.00"))
    };
    let range = row.range.trim();
    if range.is_empty() {
        return Err(CompensationError::field("range", range, "name the salary range"));
    }
    let months = row.target_months.trim();
    let target_months = if months.is_empty() { Some(Amount::ZERO) } else { months.parse().ok() };
    let target_months = target_months
        .filter(|months: &Amount| !months.is_negative() && *months <= Amount::from(MOST_MONTHS))
        .ok_or_else(|| {
            CompensationError::field("target_months", months, "write months of salary, 0 to 24, like 2 or 1.5")
        })?;
    let salary = Salary {
        id: None,
        person: person.id,
        starts_on,
        range: range.to_owned(),
        monthly: money("monthly", &row.monthly)?,
        midpoint: money("midpoint", &row.midpoint)?,
        target_months,
        review: None,
    };
    Ok((person.title(), salary))
}
