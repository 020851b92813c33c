//! A payee's statement: of an approved run, or what a run would say of them.

use crate::{
    PAY_LINE, PAY_STATEMENT, Pay, RunError, State, looks,
    runs::{is, money, said, state},
    told::{Told, ToldPayee},
};
use access::looks::Look;
use base::{Money, Period, RecordId};
use db::{ListQuery, Record};
use jiff::civil::Date;
use pay_rules::{PayFile, Standing};
use rules::record::Value;
use std::collections::BTreeMap;

/// A statement of an approved run, or what a run would say, of one payee.
#[derive(Debug, Clone)]
pub struct Said {
    pub period: Period,
    pub state: State,
    pub told: Told,
    pub sha256: String,
    /// None where it would take others' pay to recompute it.
    pub file: Option<PayFile>,
    pub standings: Vec<Standing>,
    /// The same of the payee's earlier approved periods of that year, and this one, by component.
    pub year_to_date: BTreeMap<String, Money>,
    pub looks: Vec<Look>,
}

impl Said {
    pub fn payee(&self) -> &ToldPayee {
        &self.told.payees[0]
    }
}

impl Pay {
    /// What a run says of one payee, before it is approved or after.
    pub async fn said_by_run(&self, label: &str, payee: RecordId) -> Result<Said, RunError> {
        let me = self.only_who_sees_pay()?;
        let run = self.stored(label).await?;
        let payee = run.payee(payee).ok_or_else(|| RunError::NoRun(label.to_owned()))?.clone();
        let file = run.file()?.of(&payee.id)?;
        let standings = run.file()?.standings(&payee.id)?;
        looks::note(&self.db, me, RecordId(payee.person), label).await?;
        self.said(run.period.clone(), run.state, run.told.only(&payee), file, standings).await
    }

    /// The asker's own statements, the last first.
    pub async fn own_statements(&self) -> Result<Vec<Record>, RunError> {
        let Some(me) = self.viewer.person else { return Ok(Vec::new()) };
        self.statements(me).await
    }

    /// The statements a person has, the last first.
    pub async fn statements(&self, payee: RecordId) -> Result<Vec<Record>, RunError> {
        let query =
            ListQuery { filters: vec![is("payee", Value::Reference(payee))], limit: u64::MAX, ..ListQuery::default() };
        let mut found = self.db.reader(&self.viewer).list(&PAY_STATEMENT, &query).await?;
        found.sort_by_key(|one| std::cmp::Reverse(one.value("starts_on").as_date()));
        Ok(found)
    }

    /// A statement that the asker may see; that somebody else looks at it is remembered.
    pub async fn statement(&self, id: RecordId) -> Result<Option<Said>, RunError> {
        let Some(record) = self.db.reader(&self.viewer).get(&PAY_STATEMENT, id).await? else { return Ok(None) };
        let told: Told = serde_json::from_str(said(&record, "result"))?;
        let label = said(&record, "period").to_owned();
        let file = record.value("file").as_text().map(PayFile::read).transpose()?;
        let payee = told.payees.first().cloned().ok_or_else(|| RunError::NoRun(label.clone()))?;
        if let Some(me) = self.viewer.person.filter(|me| me.0 != payee.person) {
            looks::note(&self.db, me, RecordId(payee.person), &label).await?;
        }
        let run = self.record_of_run(&label).await?;
        let standings = file.as_ref().map(|file| file.standings(&payee.id)).transpose()?.unwrap_or_default();
        let period = self.company().await?.calendar.parse_label(&label)?;
        self.said(period, run.as_ref().map_or(State::Approved, state), told, file, standings).await.map(Some)
    }

    async fn said(
        &self,
        period: Period,
        state: State,
        told: Told,
        file: Option<PayFile>,
        standings: Vec<Standing>,
    ) -> Result<Said, RunError> {
        let payee = &told.payees[0];
        let person = RecordId(payee.person);
        let calendar = self.company().await?.calendar;
        let year = calendar.period_of(period.start, base::Grain::Year)?;
        let mut year_to_date: BTreeMap<String, Money> = BTreeMap::new();
        let mut add = |component: &str, amount: Money| {
            let sum = year_to_date.entry(component.to_owned()).or_insert(Money::new(0, amount.currency));
            *sum = sum.checked_add(amount).unwrap_or(*sum);
        };
        for line in self.all(&PAY_LINE, vec![is("payee", Value::Reference(person))]).await? {
            let is_earlier = |day: Date| year.start <= day && day < period.start;
            let same_length = calendar.parse_label(said(&line, "period"))?.grain == period.grain;
            if let Some(amount) = line.value("amount").as_money()
                && same_length
                && line.value("starts_on").as_date().is_some_and(is_earlier)
            {
                add(said(&line, "component"), amount);
            }
        }
        for component in &payee.components {
            if let Some(amount) = money(&component.amount, &payee.currency) {
                add(&component.id, amount);
            }
        }
        let run = self.record_of_run(&period.label).await?.map(|run| run.id);
        let looks = looks::of(&self.db, person, run, &period.label).await?;
        let sha256 = file.as_ref().map(|file| file.sha256.clone()).unwrap_or_default();
        Ok(Said { period, state, told, sha256, file, standings, year_to_date, looks })
    }
}
