//! What an approved review gives each person, in writing; and what payroll is told of it.

use crate::{Compensation, CompensationError, Line, PAY_OUTCOME, PAY_REVIEW, PayReview};
use base::{Amount, Fraction, Money, RecordId};
use db::{Filter, Record};
use jiff::civil::Date;
use pay::{Paid, Payroll};
use rules::{appraisal::Grade, log::Fields, record::Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// By what an outcome was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Before it, of a month.
    pub monthly: Money,
    pub midpoint: Money,
    pub range: String,
    /// Before the budget.
    pub percent: Amount,
    /// By what it was multiplied to keep to the budget.
    pub factor: (Amount, Amount),
    pub is_lump_sum: bool,
    pub target_months: Amount,
    pub grade_factor: Amount,
    pub company_factor: Amount,
    /// Days of the period that were served, and all of them.
    pub served: (i64, i64),
}

/// What somebody is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub id: RecordId,
    pub person: RecordId,
    pub name: String,
    /// The review's.
    pub of: String,
    pub grade: Grade,
    pub starts_on: Date,
    /// From then on, of a month.
    pub monthly: Money,
    pub raise: Money,
    pub lump_sum: Money,
    pub bonus: Money,
    pub terms: Terms,
    pub approved: Option<(String, Date)>,
}

pub(crate) fn fields(review: &PayReview, line: &Line) -> Result<Fields, CompensationError> {
    let terms = Terms {
        monthly: line.monthly,
        midpoint: line.midpoint,
        range: line.range.clone(),
        percent: line.offer.percent,
        factor: (line.factor.numerator, line.factor.denominator),
        is_lump_sum: line.offer.lump_sum.minor > 0,
        target_months: line.target_months,
        grade_factor: *review.rules.bonus.0.get(line.grade),
        company_factor: review.budget.company_factor,
        served: line.served,
    };
    Ok(vec![
        ("person", Value::Reference(line.person)),
        ("review", Value::Reference(review.id)),
        ("name", Value::Text(review.name.clone())),
        ("grade", Value::Text(line.grade.name().to_owned())),
        ("starts_on", Value::Date(review.starts_on)),
        ("monthly", Value::Money(line.offer.salary)),
        ("raise", Value::Money(line.offer.raise)),
        ("lump_sum", Value::Money(line.offer.lump_sum)),
        ("bonus", Value::Money(line.offer.bonus)),
        ("terms", Value::Text(serde_json::to_string(&terms)?)),
        ("key", Value::Text(format!("{} {}", review.id, line.person))),
    ])
}

impl Terms {
    pub fn factor(&self) -> Fraction {
        Fraction::new(self.factor.0, self.factor.1)
    }
}

impl Compensation {
    /// Outcomes that the asker may see, the last first; of one person, or of all.
    pub async fn outcomes(&self, of: Option<RecordId>) -> Result<Vec<Outcome>, CompensationError> {
        let filters = of.map(|person| Filter("person", Value::Reference(person))).into_iter().collect();
        let query = db::ListQuery { filters, limit: u64::MAX, ..db::ListQuery::default() };
        let records = self.db.reader(&self.viewer).list(&PAY_OUTCOME, &query).await?;
        let mut found = self.read_outcomes(&records).await?;
        found.sort_by_key(|one| (std::cmp::Reverse(one.starts_on), one.name.clone()));
        Ok(found)
    }

    pub async fn outcome(&self, id: RecordId) -> Result<Outcome, CompensationError> {
        let record = self.db.reader(&self.viewer).get(&PAY_OUTCOME, id).await?;
        let record = record.ok_or(CompensationError::NoOutcome(id))?;
        let found = self.read_outcomes(&[record]).await?.pop().ok_or(CompensationError::NoOutcome(id))?;
        if let Some(me) = self.viewer.person.filter(|me| *me != found.person) {
            pay::note_look(&self.db, me, found.person, &found.of).await?;
        }
        Ok(found)
    }

    async fn read_outcomes(&self, records: &[Record]) -> Result<Vec<Outcome>, CompensationError> {
        let of = records.iter().filter_map(|one| one.value("review").as_reference()).collect();
        let reviews = self.db.system().many(&PAY_REVIEW, &of).await?;
        let approvers = reviews.values().filter_map(|one| one.value("approved_by").as_reference());
        let people = records.iter().filter_map(|one| one.value("person").as_reference()).chain(approvers);
        let names = self.names(people).await?;
        records.iter().map(|one| read(one, &names, &reviews)).collect()
    }

    /// What payroll is told of an approved review: raises of a month, lump sums and bonuses, with control totals.
    pub async fn payroll(&self, id: RecordId) -> Result<Payroll, CompensationError> {
        let review = self.review(id).await?;
        if review.approved.is_none() {
            return Err(CompensationError::NotApproved);
        }
        let of = Filter("review", Value::Reference(id));
        let query = db::ListQuery { filters: vec![of], limit: u64::MAX, ..db::ListQuery::default() };
        let mut given = self.read_outcomes(&self.db.system().list(&PAY_OUTCOME, &query).await?).await?;
        given.sort_by(|one, other| one.name.cmp(&other.name));
        let people = given.iter().map(|one| one.person).collect();
        let people = self.db.system().many(&access::PERSON, &people).await?;
        let employee = |id: RecordId| {
            people.get(&id).and_then(Record::external_id).map_or_else(|| format!("#{id}"), str::to_owned)
        };
        let mut rows = Vec::new();
        let mut totals: BTreeMap<String, Money> = BTreeMap::new();
        for one in &given {
            let parts = [("monthly_raise", one.raise), ("lump_sum", one.lump_sum), ("bonus", one.bonus)];
            for (pay_code, amount) in parts.into_iter().filter(|(_, amount)| amount.minor != 0) {
                let (employee, name) = (employee(one.person), one.name.clone());
                rows.push(Paid { employee, name, pay_code: pay_code.to_owned(), amount });
                let sum = totals.entry(amount.currency.code().to_owned()).or_insert(Money::zero(amount.currency));
                *sum = sum.checked_add(amount).map_err(|error| CompensationError::TooLarge(error.to_string()))?;
            }
        }
        Ok(Payroll { period: review.starts_on.to_string(), rows, totals })
    }
}

fn read(
    record: &Record,
    names: &BTreeMap<RecordId, String>,
    reviews: &BTreeMap<RecordId, Record>,
) -> Result<Outcome, CompensationError> {
    let review = record.value("review").as_reference().and_then(|id| reviews.get(&id));
    let approver = review.and_then(|review| names.get(&review.value("approved_by").as_reference()?).cloned());
    let missing = || CompensationError::NoOutcome(record.id);
    let person = record.value("person").as_reference().ok_or_else(missing)?;
    let money = |field: &str| record.value(field).as_money().ok_or_else(missing);
    let grade = record.value("grade").as_text().unwrap_or_default();
    Ok(Outcome {
        id: record.id,
        person,
        name: names.get(&person).cloned().unwrap_or_default(),
        of: record.title(),
        grade: Grade::ALL.into_iter().find(|one| one.name() == grade).ok_or_else(missing)?,
        starts_on: record.value("starts_on").as_date().ok_or_else(missing)?,
        monthly: money("monthly")?,
        raise: money("raise")?,
        lump_sum: money("lump_sum")?,
        bonus: money("bonus")?,
        terms: serde_json::from_str(record.value("terms").as_text().unwrap_or_default())?,
        approved: approver.zip(review.and_then(|review| review.value("approved_on").as_date())),
    })
}
