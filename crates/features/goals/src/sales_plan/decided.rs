//! A plan is written, and approved or given back; approved it is quotas and targets.

use super::{BASE, QUARTERS, SUBMITTED, Standing, Stated, day, key};
use crate::{
    Goals, GoalsError, SALES_PLAN,
    proposal::{quota_fields, written},
};
use base::{Amount, RecordId, Seq};
use crm::QUOTA;
use db::{Change, Record, Tx};
use kpi::{ByWord, Kpi};
use rules::{
    log::{Event, Origin},
    record::Value,
};
use std::collections::BTreeMap;

/// What somebody writes.
#[derive(Debug, Clone, Default)]
pub struct Stating {
    pub quarters: [Amount; 4],
    pub base: BTreeMap<&'static str, Amount>,
    pub reason: String,
}

impl Goals {
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
                if plan.stated.is_none()
                    && self.stated(plan.person, &plan.year.label, plan.currency).await?.is_some() =>
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
            let kpi = Kpi::new(self.db.clone(), self.viewer.clone()).await?;
            for (id, goal) in &stated.base {
                let whose = Some((ByWord::Rep, plan.person));
                let target = kpi.target(id, whose, &plan.year, (*goal, &stated.reason)).await?;
                tx.put(target.based_on(plan.seq))?;
            }
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
            let period = &quarter.period;
            let days = (Some(period.start), Some(period.end));
            let said = quota_fields((plan.person, "plan"), period, (amount, stated.currency), &stated.reason);
            if let Some(place) = held.iter().position(|quota| (day(quota, "starts_on"), day(quota, "ends_on")) == days)
            {
                let said = said.into_iter().filter(|(field, _)| ["amount", "currency", "reason"].contains(field));
                tx.put(Change::set(&QUOTA, held.swap_remove(place).id, said.collect()).based_on(plan.seq))?;
            } else {
                tx.put(Change::create(&QUOTA, self.db.new_id().await?, said))?;
            }
        }
        for quota in held {
            tx.put(Change::of(&QUOTA, quota.id, Event::Archive))?;
        }
        Ok(())
    }
}
