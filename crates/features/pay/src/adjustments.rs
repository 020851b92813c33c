//! What is decided by hand: exceptions that may pass, and amounts beside the plans, which two people stand behind (C25).

use crate::{
    DisputeState, PAY_ADJUSTMENT, PAY_DISPUTE, PAY_WAIVER, Pay, REASONS, RunError,
    runs::{is, said, text},
};
use base::{Money, RecordId, Seq};
use db::{Change, Record};
use rules::{
    log::{Event, Origin},
    record::Value,
};
use std::collections::BTreeSet;

#[derive(Debug, Clone)]
pub struct Adjustment {
    pub id: RecordId,
    pub payee: RecordId,
    pub name: String,
    pub amount: Money,
    pub reason: String,
    pub evidence: String,
    pub is_approved: bool,
}

impl Adjustment {
    /// What a line of it is of.
    pub fn line(&self) -> String {
        format!("adjustment {}", self.id)
    }
}

impl Pay {
    /// Lets an exception of a run pass.
    pub async fn waive(&self, label: &str, exception: &str, reason: &str, origin: Origin) -> Result<(), RunError> {
        let run = self.stored(label).await?;
        if run.state.is_locked() {
            return Err(RunError::Locked { period: label.to_owned(), state: run.state.name() });
        }
        if reason.trim().is_empty() {
            return Err(RunError::NoReason);
        }
        if !run.open().any(|one| one.key() == exception) {
            return Err(RunError::NoException);
        }
        let mut tx = self.db.begin(self.viewer.person, origin);
        let fields = vec![
            ("period", text(label)),
            ("exception", text(exception)),
            ("reason", text(reason.trim())),
            ("key", text(format!("{label} | {exception}"))),
        ];
        tx.put(Change::create(&PAY_WAIVER, self.db.new_id().await?, fields))?;
        self.written(tx, label).await
    }

    pub(crate) async fn adjustments(&self, label: &str) -> Result<Vec<Adjustment>, RunError> {
        let records = self.all(&PAY_ADJUSTMENT, vec![is("period", text(label))]).await?;
        let payees = records.iter().filter_map(|record| record.value("payee").as_reference()).collect();
        let names = self.db.system().titles(&access::PERSON, &payees).await?;
        let adjustment = |record: &Record| {
            let payee = record.value("payee").as_reference()?;
            Some(Adjustment {
                id: record.id,
                payee,
                name: names.get(&payee).map(Record::title).unwrap_or_default(),
                amount: record.value("amount").as_money()?,
                reason: said(record, "reason_code").to_owned(),
                evidence: said(record, "evidence").to_owned(),
                is_approved: record.value("approved_by").as_reference().is_some(),
            })
        };
        Ok(records.iter().filter(|record| !record.archived).filter_map(adjustment).collect())
    }

    /// Enters an amount beside the plans; a second person approves it before it counts.
    pub async fn adjust(
        &self,
        label: &str,
        payee: RecordId,
        amount: Money,
        reason: &str,
        evidence: &str,
        origin: Origin,
    ) -> Result<RecordId, RunError> {
        let me = self.only_who_sees_pay()?;
        let seq = self.db.system().last_seq().await?;
        let period = self.company().await?.calendar.parse_label(label)?;
        self.is_in_turn(&period, &self.records_of_runs(&period).await?).await?;
        if payee == me {
            return Err(RunError::OwnPay);
        }
        if amount.minor == 0 {
            return Err(RunError::NotAnAmount(amount.to_string(), amount.currency.code().to_owned()));
        }
        if !REASONS.contains(&reason) {
            return Err(RunError::NotAReason(reason.to_owned()));
        }
        if evidence.trim().is_empty() {
            return Err(RunError::NoReason);
        }
        let id = self.db.new_id().await?;
        let mut tx = self.db.begin(Some(me), origin).resting_on(seq, crate::records::RESTS_ON);
        let fields = vec![
            ("payee", Value::Reference(payee)),
            ("period", text(&*period.label)),
            ("amount", Value::Money(amount)),
            ("reason_code", text(reason)),
            ("evidence", text(evidence.trim())),
        ];
        tx.put(Change::create(&PAY_ADJUSTMENT, id, fields))?;
        self.written(tx, label).await?;
        Ok(id)
    }

    /// A second person stands behind an adjustment.
    pub async fn approve_adjustment(&self, label: &str, id: RecordId, origin: Origin) -> Result<(), RunError> {
        let me = self.only_who_sees_pay()?;
        let (seq, one) = self.open_adjustment(label, id).await?;
        if one.payee == me {
            return Err(RunError::OwnPay);
        }
        if self.last_changed_by(&PAY_ADJUSTMENT, &BTreeSet::from([id]), me, true).await?.is_some() {
            return Err(RunError::OwnAdjustment);
        }
        let mut tx = self.db.begin(Some(me), origin).resting_on(seq, crate::records::RESTS_ON);
        tx.put(Change::set(&PAY_ADJUSTMENT, id, vec![("approved_by", Value::Reference(me))]))?;
        self.written(tx, label).await
    }

    /// Takes back an adjustment that nobody approved.
    pub async fn withdraw_adjustment(&self, label: &str, id: RecordId, origin: Origin) -> Result<(), RunError> {
        let me = self.only_who_sees_pay()?;
        let (seq, _) = self.open_adjustment(label, id).await?;
        let rows = self.db.system().history(&PAY_ADJUSTMENT, id).await?;
        let mut tx = self.db.begin(Some(me), origin).resting_on(seq, crate::records::RESTS_ON);
        tx.put(Change::of(&PAY_ADJUSTMENT, id, Event::Void(rows.iter().map(|row| row.seq).collect())))?;
        // What was granted with it is to be decided again.
        for dispute in self.all(&PAY_DISPUTE, vec![is("adjustment", Value::Reference(id))]).await? {
            let nothing = ["adjustment", "answer", "decided_by", "decided_on"].map(|field| (field, Value::Null));
            let fields = [("state", text(DisputeState::Open.name()))].into_iter().chain(nothing).collect();
            tx.put(Change::set(&PAY_DISPUTE, dispute.id, fields))?;
        }
        self.written(tx, label).await
    }

    async fn open_adjustment(&self, label: &str, id: RecordId) -> Result<(Seq, Adjustment), RunError> {
        let seq = self.db.system().last_seq().await?;
        let period = self.company().await?.calendar.parse_label(label)?;
        self.is_in_turn(&period, &self.records_of_runs(&period).await?).await?;
        let found = self.adjustments(label).await?.into_iter().find(|one| one.id == id && !one.is_approved);
        Ok((seq, found.ok_or_else(|| RunError::NoAdjustment(label.to_owned()))?))
    }
}
