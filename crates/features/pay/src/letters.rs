//! Plan letters: what a version of a plan says to one payee, with their quotas, fixed when it is issued and signed by them with time
//! and hash.

use crate::{
    PAY_LETTER, Pay, RunError,
    inputs::{Counted, counted},
    looks,
    runs::{is, said, text},
};
use access::PERSON;
use base::RecordId;
use crm::QUOTA;
use db::{Change, Record};
use jiff::{Timestamp, civil::Date};
use kpi::Kpi;
use pay_rules::Plan;
use rules::{log::Origin, record::Value};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use web_kit::Language;

/// What KPIs are called, by id and language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KpiNames(BTreeMap<String, BTreeMap<String, String>>);

impl KpiNames {
    /// The id itself where it is no KPI.
    pub fn get<'a>(&'a self, id: &'a str, language: Language) -> &'a str {
        self.0.get(id).and_then(|names| names.get(language.code())).map_or(id, String::as_str)
    }
}

/// What a letter fixes. Its text is what is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub payee: String,
    pub role: String,
    /// The plan's file.
    pub plan: String,
    /// As pay counts them, from the plan's first day on.
    pub quotas: Vec<LetterQuota>,
    /// What the KPIs that the plan reads are called.
    pub kpis: KpiNames,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterQuota {
    pub from: Date,
    /// The day after its last.
    pub to: Date,
    pub amount: String,
    pub currency: String,
}

/// Which letters are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Letters {
    Own,
    Plan(RecordId),
    All,
}

/// A letter in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: RecordId,
    pub payee: RecordId,
    pub name: String,
    /// Plan and version.
    pub plan: String,
    pub issued_on: Date,
    pub sha256: String,
    pub signed: Option<Signed>,
}

#[derive(Debug, Clone)]
pub struct Letter {
    pub id: RecordId,
    pub payee: RecordId,
    pub terms: Terms,
    pub plan: Plan,
    pub issued_by: String,
    pub issued_on: Date,
    /// Of the terms.
    pub sha256: String,
    pub signed: Option<Signed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub at: Timestamp,
    /// In which the letter was read.
    pub language: String,
}

/// A version of a plan by name.
pub fn titled(plan: &Plan) -> String {
    format!("{} {}", plan.name, plan.version)
}

impl Pay {
    /// Issues a letter to everybody whom a plan's version is for and who has none of it. How many that were.
    pub async fn issue_letters(&self, plan: RecordId, origin: Origin) -> Result<usize, RunError> {
        let me = self.only_who_sees_pay()?;
        let seq = self.db.system().last_seq().await?;
        let plans = self.plans().await?;
        let kept = plans.iter().find(|kept| kept.id == plan).ok_or(RunError::NoLetter)?;
        let today = self.today().await?;
        let from = kept.plan.from.ok_or(RunError::NoFirstDay)?;
        let is_later = |other: &Plan| {
            other.id() == kept.plan.id() && other.from.is_some_and(|other| from < other && other <= today)
        };
        if kept.plan.to.is_some_and(|to| to <= today) || plans.iter().any(|other| is_later(&other.plan)) {
            return Err(RunError::Ended { plan: kept.plan.id().to_owned(), version: kept.plan.version.clone() });
        }
        let calendar = self.company().await?.calendar;
        let kpis = self.kpis_of(&kept.plan).await?;
        let files = crate::inputs::by_name(&self.db).await?;
        let called: BTreeMap<i64, &str> = files.iter().map(|(file, (id, _))| (*id, file.as_str())).collect();
        let issued = self.all(&PAY_LETTER, vec![is("plan", Value::Reference(plan))]).await?;
        let has_one: BTreeSet<RecordId> = issued.iter().filter_map(|one| one.value("payee").as_reference()).collect();
        let quotas = self.all(&QUOTA, Vec::new()).await?;
        let mut tx = self.db.begin(Some(me), origin).resting_on(seq, crate::records::RESTS_ON);
        let mut count = 0;
        for person in self.db.system().all(&PERSON).await? {
            let role = said(&person, "role");
            let name = called.get(&person.id.0).copied().unwrap_or_default();
            let is_there = !person.archived && person.value("left_on").as_date().is_none_or(|left| today < left);
            if !is_there
                || has_one.contains(&person.id)
                || !kept.plan.is_for(name, |wanted| wanted == role, from.max(today))
            {
                continue;
            }
            let own = quotas.iter().filter(|one| one.value("person").as_reference() == Some(person.id));
            let counts = |one: &Counted| from < one.to && one.currency == kept.plan.currency.code();
            let counted = own.filter_map(|one| counted(one, &calendar)).filter(counts);
            let mut quotas: Vec<LetterQuota> = counted
                .map(|Counted { from, to, amount, currency, .. }| LetterQuota {
                    from,
                    to,
                    amount: amount.to_text(),
                    currency,
                })
                .collect();
            quotas.sort_by_key(|quota| quota.from);
            let (payee, role, plan_text) = (person.title(), role.to_owned(), kept.text.clone());
            let terms = Terms { payee, role, plan: plan_text, quotas, kpis: kpis.clone() };
            let written = serde_json::to_string(&terms)?;
            let fields = vec![
                ("payee", Value::Reference(person.id)),
                ("plan", Value::Reference(plan)),
                ("name", text(titled(&kept.plan))),
                ("starts_on", Value::Date(from)),
                ("sha256", text(digest(&written))),
                ("terms", text(written)),
                ("issued_by", Value::Reference(me)),
                ("issued_on", Value::Date(today)),
                ("key", text(format!("{plan} {}", person.id))),
            ];
            tx.put(Change::create(&PAY_LETTER, self.db.new_id().await?, fields))?;
            count += 1;
        }
        if count > 0 {
            self.written(tx, &kept.plan.name).await?;
        }
        Ok(count)
    }

    /// What the KPIs that a plan reads are called, by id and language.
    pub(crate) async fn kpis_of(&self, plan: &Plan) -> Result<KpiNames, RunError> {
        let kpi = Kpi::new(self.db.clone(), self.viewer.clone()).await?;
        let named = |id: &str| {
            let kpi = kpi.catalogue().get(id)?;
            let names = Language::EVERY.map(|one| (one.code().to_owned(), kpi.name(one.code()).to_owned()));
            Some((id.to_owned(), BTreeMap::from(names)))
        };
        Ok(KpiNames(plan.metrics().into_iter().filter_map(named).collect()))
    }

    /// Letters that the asker may see, those without a signature first.
    pub async fn letters(&self, of: Letters) -> Result<Vec<Listed>, RunError> {
        let filters = match of {
            Letters::Plan(plan) => vec![is("plan", Value::Reference(plan))],
            Letters::Own => vec![is("payee", self.viewer.person.map_or(Value::Null, Value::Reference))],
            Letters::All => Vec::new(),
        };
        let query = db::ListQuery { filters, limit: u64::MAX, ..db::ListQuery::default() };
        let records = self.db.reader(&self.viewer).list(&PAY_LETTER, &query).await?;
        let people = records.iter().filter_map(|one| one.value("payee").as_reference()).collect();
        let names = self.db.system().titles(&PERSON, &people).await?;
        let mut found: Vec<Listed> = records.iter().filter_map(|one| listed(one, &names)).collect();
        found.sort_by_key(|one| (one.signed.is_some(), std::cmp::Reverse(one.issued_on), one.name.clone()));
        Ok(found)
    }

    /// A letter that the asker may see; that somebody else reads it is remembered.
    pub async fn letter(&self, id: RecordId) -> Result<Letter, RunError> {
        let record = self.db.reader(&self.viewer).get(&PAY_LETTER, id).await?.ok_or(RunError::NoLetter)?;
        let people = record.value("issued_by").as_reference().into_iter().collect();
        let letter = read(&record, &self.db.system().titles(&PERSON, &people).await?)?;
        if let Some(me) = self.viewer.person.filter(|me| *me != letter.payee) {
            looks::note(&self.db, me, letter.payee, &record.title()).await?;
        }
        Ok(letter)
    }

    /// The payee signs what they were shown, and nothing else.
    pub async fn sign(&self, id: RecordId, sha256: &str, language: &str, origin: Origin) -> Result<(), RunError> {
        let seq = self.db.system().last_seq().await?;
        let letter = self.letter(id).await?;
        let me = self.viewer.person.filter(|me| *me == letter.payee).ok_or(RunError::NotPayee)?;
        if letter.signed.is_some() {
            return Err(RunError::Signed);
        }
        if letter.sha256 != sha256 {
            return Err(RunError::OtherLetter);
        }
        let fields = vec![("signed_at", Value::Moment(self.db.now())), ("signed_in", text(language))];
        let mut tx = self.db.begin(Some(me), origin);
        tx.put(Change::set(&PAY_LETTER, id, fields).based_on(seq))?;
        self.written(tx, &letter.plan.name).await
    }
}

fn signature(record: &Record) -> Option<Signed> {
    let at = record.value("signed_at").as_moment()?;
    Some(Signed { at, language: said(record, "signed_in").to_owned() })
}

fn listed(record: &Record, names: &BTreeMap<RecordId, Record>) -> Option<Listed> {
    let payee = record.value("payee").as_reference()?;
    Some(Listed {
        id: record.id,
        payee,
        name: names.get(&payee).map(Record::title).unwrap_or_default(),
        plan: record.title(),
        issued_on: record.value("issued_on").as_date()?,
        sha256: said(record, "sha256").to_owned(),
        signed: signature(record),
    })
}

fn read(record: &Record, names: &BTreeMap<RecordId, Record>) -> Result<Letter, RunError> {
    let reference = |field: &str| record.value(field).as_reference();
    let (text, sha256) = (said(record, "terms"), said(record, "sha256"));
    // What was signed is what is shown.
    if digest(text) != sha256 {
        return Err(RunError::OtherLetter);
    }
    let terms: Terms = serde_json::from_str(text)?;
    let plan = Plan::read(&terms.plan).map_err(RunError::Plan)?;
    Ok(Letter {
        id: record.id,
        payee: reference("payee").ok_or(RunError::NoLetter)?,
        terms,
        plan,
        issued_by: reference("issued_by").and_then(|id| names.get(&id)).map(Record::title).unwrap_or_default(),
        issued_on: record.value("issued_on").as_date().ok_or(RunError::NoLetter)?,
        sha256: sha256.to_owned(),
        signed: signature(record),
    })
}

pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
