//! Disputes (PAY-6, C25): a payee questions a line of a statement, somebody else who sees pay decides. What is granted is an adjustment of a
//! period that is open, behind which a third person may stand; the statement itself never changes.

use crate::{
    PAY_ADJUSTMENT, PAY_DISPUTE, PAY_STATEMENT, Pay, RunError, looks,
    runs::{said, text},
    told::Told,
};
use access::PERSON;
use base::{Money, RecordId};
use db::{Change, Record};
use jiff::civil::Date;
use rules::{log::Origin, record::Value};
use std::collections::{BTreeMap, BTreeSet};

const LONGEST_TEXT: usize = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DisputeState {
    Open,
    Granted,
    Declined,
    Withdrawn,
}

impl DisputeState {
    pub const ALL: [Self; 4] = [Self::Open, Self::Granted, Self::Declined, Self::Withdrawn];
    pub const WORDS: [&'static str; 4] = ["open", "granted", "declined", "withdrawn"];

    pub const fn name(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub id: RecordId,
    pub statement: RecordId,
    pub payee: RecordId,
    pub name: String,
    /// Of the statement.
    pub period: String,
    /// Blank: the statement as a whole.
    pub component: String,
    /// Blank: the component as a whole.
    pub fact: String,
    pub claim: String,
    pub evidence: Option<String>,
    pub opened_on: Date,
    pub state: DisputeState,
    pub answer: Option<String>,
    pub decided: Option<(String, Date)>,
    pub delta: Option<Delta>,
}

/// What was granted: an adjustment, and whether somebody stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    pub amount: Money,
    pub period: String,
    pub is_approved: bool,
}

/// What a payee questions, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Question {
    pub component: String,
    pub fact: String,
    pub claim: String,
    pub evidence: String,
}

fn written(text: &str) -> Result<String, RunError> {
    let text = text.trim().replace("\r\n", "\n");
    if text.len() > LONGEST_TEXT {
        return Err(RunError::TooLong);
    }
    if text.is_empty() { Err(RunError::NoReason) } else { Ok(text) }
}

impl Pay {
    /// Disputes that the asker may see, those that are open first: one's own, or everybody's. That somebody reads another's is
    /// remembered.
    pub async fn disputes(&self) -> Result<Vec<Dispute>, RunError> {
        let found = self.seen_disputes().await?;
        if let Some(me) = self.viewer.person {
            let others = found.iter().filter(|one| one.payee != me).map(|one| (one.payee, &one.period));
            for (payee, period) in others.collect::<BTreeSet<_>>() {
                looks::note(&self.db, me, payee, period).await?;
            }
        }
        Ok(found)
    }

    /// The same where no claim is told.
    pub(crate) async fn seen_disputes(&self) -> Result<Vec<Dispute>, RunError> {
        let query = db::ListQuery { limit: u64::MAX, ..db::ListQuery::default() };
        let records = self.db.reader(&self.viewer).list(&PAY_DISPUTE, &query).await?;
        let people = ["payee", "decided_by"].into_iter();
        let people = people.flat_map(|field| records.iter().filter_map(move |one| one.value(field).as_reference()));
        let names = self.db.system().titles(&PERSON, &people.collect()).await?;
        let deltas = records.iter().filter_map(|one| one.value("adjustment").as_reference()).collect();
        let deltas = self.db.system().many(&PAY_ADJUSTMENT, &deltas).await?;
        let mut found: Vec<Dispute> = records.iter().filter_map(|one| read(one, &names, &deltas)).collect();
        found.sort_by_key(|one| (one.state != DisputeState::Open, std::cmp::Reverse((one.opened_on, one.id))));
        Ok(found)
    }

    async fn disputed(&self, id: RecordId) -> Result<Dispute, RunError> {
        let found = self.seen_disputes().await?.into_iter().find(|one| one.id == id);
        let found = found.ok_or(RunError::NoDispute)?;
        if found.state == DisputeState::Open { Ok(found) } else { Err(RunError::Decided) }
    }

    /// Whose pay it is questions a line, a component or all of a statement.
    pub async fn dispute(&self, statement: RecordId, asked: &Question, origin: Origin) -> Result<RecordId, RunError> {
        let me = self.viewer.person.ok_or(RunError::NotPayee)?;
        let seq = self.db.system().last_seq().await?;
        let record = self.db.reader(&self.viewer).get(&PAY_STATEMENT, statement).await?.ok_or(RunError::NoDispute)?;
        if record.value("payee").as_reference() != Some(me) {
            return Err(RunError::NotPayee);
        }
        let told: Told = serde_json::from_str(said(&record, "result"))?;
        let (component, fact) = (asked.component.trim(), asked.fact.trim());
        let parts = told.payees.iter().flat_map(|payee| &payee.components);
        let is_there = match (component, fact) {
            ("", "") => true,
            (_, "") => parts.into_iter().any(|part| part.id == component),
            _ => parts.into_iter().any(|part| part.id == component && part.lines.iter().any(|line| line.fact == fact)),
        };
        if !is_there {
            return Err(RunError::NoLine(format!("{component} {fact}").trim().to_owned()));
        }
        let is_same = |one: &Dispute| {
            one.statement == statement
                && one.component == component
                && one.fact == fact
                && one.state == DisputeState::Open
        };
        if self.seen_disputes().await?.iter().any(is_same) {
            return Err(RunError::Disputed);
        }
        let claim = written(&asked.claim)?;
        let evidence = if asked.evidence.trim().is_empty() { String::new() } else { written(&asked.evidence)? };
        let optional = |value: &str| if value.is_empty() { Value::Null } else { text(value) };
        let fields = vec![
            ("payee", Value::Reference(me)),
            ("statement", Value::Reference(statement)),
            ("period", text(said(&record, "period"))),
            ("component", optional(component)),
            ("fact", optional(fact)),
            ("claim", text(claim)),
            ("evidence", optional(&evidence)),
            ("opened_on", Value::Date(self.today().await?)),
            ("state", text(DisputeState::Open.name())),
        ];
        let id = self.db.new_id().await?;
        let mut tx = self.db.begin(Some(me), origin).resting_on(seq, crate::records::RESTS_ON);
        tx.put(Change::create(&PAY_DISPUTE, id, fields))?;
        self.written(tx, "the dispute").await?;
        Ok(id)
    }

    /// Grants a dispute: an amount of a period that is open, which counts once somebody else approves it.
    pub async fn grant(
        &self,
        id: RecordId,
        label: &str,
        amount: Money,
        answer: &str,
        origin: Origin,
    ) -> Result<RecordId, RunError> {
        let seq = self.db.system().last_seq().await?;
        let (me, one) = self.deciding(id).await?;
        let calendar = self.company().await?.calendar;
        let (period, of) = (calendar.parse_label(label)?, calendar.parse_label(&one.period)?);
        // A period of another length would never be run.
        if period.grain != of.grain {
            return Err(RunError::OtherLength { period: period.label, of: of.label });
        }
        self.is_in_turn(&period, &self.records_of_runs(&period).await?).await?;
        let statement = self.db.system().get(&PAY_STATEMENT, one.statement).await?.ok_or(RunError::NoDispute)?;
        let told: Told = serde_json::from_str(said(&statement, "result"))?;
        let is_paid_in_it = told.payees.iter().any(|payee| payee.currency == amount.currency.code());
        if amount.minor <= 0 || !is_paid_in_it {
            return Err(RunError::NotAnAmount(amount.to_string(), amount.currency.code().to_owned()));
        }
        let answer = written(answer)?;
        let adjustment = self.db.new_id().await?;
        let fields = vec![
            ("payee", Value::Reference(one.payee)),
            ("period", text(&*period.label)),
            ("amount", Value::Money(amount)),
            ("reason_code", text("dispute")),
            ("evidence", text(format!("dispute #{id} of {}", one.period))),
        ];
        let mut tx = self.db.begin(Some(me), origin).resting_on(seq, crate::records::RESTS_ON);
        tx.put(Change::create(&PAY_ADJUSTMENT, adjustment, fields))?;
        let more = vec![("adjustment", Value::Reference(adjustment))];
        tx.put(Change::set(&PAY_DISPUTE, id, self.decision(DisputeState::Granted, me, answer, more).await?))?;
        self.written(tx, "the dispute").await?;
        Ok(adjustment)
    }

    pub async fn decline(&self, id: RecordId, answer: &str, origin: Origin) -> Result<(), RunError> {
        let seq = self.db.system().last_seq().await?;
        let (me, _) = self.deciding(id).await?;
        let fields = self.decision(DisputeState::Declined, me, written(answer)?, Vec::new()).await?;
        let mut tx = self.db.begin(Some(me), origin);
        tx.put(Change::set(&PAY_DISPUTE, id, fields).based_on(seq))?;
        self.written(tx, "the dispute").await
    }

    /// Whose it is takes it back while nobody has decided.
    pub async fn withdraw_dispute(&self, id: RecordId, origin: Origin) -> Result<(), RunError> {
        let seq = self.db.system().last_seq().await?;
        let one = self.disputed(id).await?;
        if self.viewer.person != Some(one.payee) {
            return Err(RunError::NotPayee);
        }
        let mut tx = self.db.begin(Some(one.payee), origin);
        let fields = vec![("state", text(DisputeState::Withdrawn.name()))];
        tx.put(Change::set(&PAY_DISPUTE, id, fields).based_on(seq))?;
        self.written(tx, "the dispute").await
    }

    /// Nobody decides on their own pay.
    async fn deciding(&self, id: RecordId) -> Result<(RecordId, Dispute), RunError> {
        let me = self.only_who_sees_pay()?;
        let one = self.disputed(id).await?;
        if one.payee == me { Err(RunError::OwnPay) } else { Ok((me, one)) }
    }

    async fn decision(
        &self,
        state: DisputeState,
        by: RecordId,
        answer: String,
        more: Vec<(&'static str, Value)>,
    ) -> Result<Vec<(&'static str, Value)>, RunError> {
        let mut fields = vec![
            ("state", text(state.name())),
            ("answer", text(answer)),
            ("decided_by", Value::Reference(by)),
            ("decided_on", Value::Date(self.today().await?)),
        ];
        fields.extend(more);
        Ok(fields)
    }

    pub(crate) async fn today(&self) -> Result<Date, RunError> {
        Ok(self.db.now().to_zoned(self.company().await?.zone).date())
    }

    /// Disputes about one statement.
    pub async fn disputes_of(&self, statement: RecordId) -> Result<Vec<Dispute>, RunError> {
        let mut found = self.seen_disputes().await?;
        found.retain(|one| one.statement == statement);
        Ok(found)
    }
}

fn read(record: &Record, names: &BTreeMap<RecordId, Record>, deltas: &BTreeMap<RecordId, Record>) -> Option<Dispute> {
    let own = |field: &str| record.value(field).as_text().map(str::to_owned);
    let name = |id: RecordId| names.get(&id).map(Record::title).unwrap_or_default();
    let state = own("state")?;
    let payee = record.value("payee").as_reference()?;
    let delta = record.value("adjustment").as_reference().and_then(|id| deltas.get(&id));
    let delta = delta.and_then(|one| {
        Some(Delta {
            amount: one.value("amount").as_money()?,
            period: said(one, "period").to_owned(),
            is_approved: one.value("approved_by").as_reference().is_some(),
        })
    });
    Some(Dispute {
        id: record.id,
        statement: record.value("statement").as_reference()?,
        payee,
        name: name(payee),
        period: own("period")?,
        component: own("component").unwrap_or_default(),
        fact: own("fact").unwrap_or_default(),
        claim: own("claim").unwrap_or_default(),
        evidence: own("evidence"),
        opened_on: record.value("opened_on").as_date()?,
        state: DisputeState::ALL.into_iter().find(|one| one.name() == state)?,
        answer: own("answer"),
        decided: record.value("decided_by").as_reference().map(name).zip(record.value("decided_on").as_date()),
        delta,
    })
}
