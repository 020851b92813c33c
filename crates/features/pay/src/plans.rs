//! Plans as the company keeps them: a file for each version.

use crate::{
    PAY_LETTER, PAY_PLAN, PAY_RUN, Pay, RunError, inputs,
    letters::digest,
    replay::Evidence,
    runs::{is, said, state},
};
use base::{RecordId, Seq};
use db::Change;
use pay_rules::{PayFile, Plan};
use rules::{log::Origin, record::Value};
use std::collections::BTreeMap;

/// A version of a plan.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: RecordId,
    pub plan: Plan,
    pub text: String,
    /// The last period that an approved run paid by it; then it never changes.
    pub paid: Option<String>,
    /// What its replay showed, where it was published from one.
    pub evidence: Option<Evidence>,
}

impl Pay {
    /// All versions of all plans.
    pub async fn plans(&self) -> Result<Vec<Kept>, RunError> {
        self.only_who_sees_pay()?;
        let mut paid: BTreeMap<(String, String), String> = BTreeMap::new();
        for run in self.db.system().all(&PAY_RUN).await? {
            if state(&run).is_locked() {
                for plan in PayFile::read(said(&run, "file"))?.plans()? {
                    let last = paid.entry((plan.id().to_owned(), plan.version.clone())).or_default();
                    *last = std::mem::take(last).max(said(&run, "period").to_owned());
                }
            }
        }
        let mut found = Vec::new();
        for record in self.db.system().all(&PAY_PLAN).await? {
            let text = said(&record, "definition").to_owned();
            let plan = Plan::read(&text).map_err(RunError::Plan)?;
            let paid = paid.remove(&(plan.id().to_owned(), plan.version.clone()));
            let evidence = record.value("replay").as_text().map(serde_json::from_str).transpose()?;
            found.push(Kept { id: record.id, plan, text, paid, evidence });
        }
        found.sort_by(|one, other| (one.plan.id(), one.plan.from).cmp(&(other.plan.id(), other.plan.from)));
        Ok(found)
    }

    /// Keeps a version of a plan, which has to go together with all others that pay as often. Returns its record.
    pub async fn set_plan(&self, text: &str, origin: Origin) -> Result<RecordId, RunError> {
        let seq = self.db.system().last_seq().await?;
        self.keep_plan(text, None, None, (seq, origin)).await
    }

    /// The same of a text that was opened: the hash of what was there, or nothing for one that is new. Refused where that version is
    /// another by now.
    pub async fn change_plan(&self, text: &str, opened: &str, origin: Origin) -> Result<RecordId, RunError> {
        let seq = self.db.system().last_seq().await?;
        self.keep_plan(text, None, Some(opened), (seq, origin)).await
    }

    pub(crate) async fn keep_plan(
        &self,
        text: &str,
        evidence: Option<&Evidence>,
        opened: Option<&str>,
        (seq, origin): (Seq, Origin),
    ) -> Result<RecordId, RunError> {
        let me = self.only_who_sees_pay()?;
        let plan = Plan::read(text).map_err(RunError::Plan)?;
        let from = plan.from.ok_or(RunError::NoFirstDay)?;
        if plan.calendar() != self.company().await?.calendar {
            return Err(RunError::OtherCalendar);
        }
        let kept = self.plans().await?;
        // What pays by months and by quarters would pay a fact twice.
        for other in kept.iter().map(|kept| &kept.plan).filter(|other| other.grain() != plan.grain()) {
            if other.id() == plan.id() {
                return Err(RunError::OtherGrain(plan.id().to_owned()));
            }
            let ids: Vec<&String> = other.components().map(|component| component.id().get_ref()).collect();
            if let Some(twice) = plan.components().map(|one| one.id().get_ref()).find(|id| ids.contains(id)) {
                return Err(RunError::ComponentTwice(twice.clone()));
            }
        }
        let same = kept.iter().find(|kept| kept.plan.id() == plan.id() && kept.plan.version == plan.version);
        if let (Some(same), Some(opened)) = (same, opened)
            && digest(&same.text) != opened
        {
            let (plan, version) = (plan.id().to_owned(), plan.version.clone());
            let there = RunError::PlanThere { plan, version };
            return Err(if opened.is_empty() { there } else { RunError::Moved(same.plan.name.clone()) });
        }
        if let Some(Kept { paid: Some(period), .. }) = same {
            let (plan, version) = (plan.id().to_owned(), plan.version.clone());
            return Err(RunError::Published { plan, version, period: period.clone() });
        }
        if let Some(same) = same {
            let of = vec![is("plan", Value::Reference(same.id))];
            if !self.all(&PAY_LETTER, of).await?.is_empty() {
                let (plan, version) = (plan.id().to_owned(), plan.version.clone());
                return Err(RunError::Lettered { plan, version });
            }
        }
        let others = kept.iter().filter(|kept| {
            kept.plan.grain() == plan.grain() && (kept.plan.id(), &kept.plan.version) != (plan.id(), &plan.version)
        });
        let texts = others.map(|kept| kept.text.clone()).chain([text.to_owned()]).collect();
        // What cannot be calculated together is found when nothing is there to pay, too.
        let period = plan.period_of(from).unwrap_or_default();
        let nothing = BTreeMap::from([("credits".to_owned(), inputs::csv(&inputs::CREDITS, Vec::new())?)]);
        PayFile::new(&period, texts, nothing)?;
        let key = format!("{} {}", plan.id(), plan.version);
        let mut fields = vec![
            ("name", Value::Text(plan.name.clone())),
            ("starts_on", plan.from.map_or(Value::Null, Value::Date)),
            ("definition", Value::Text(text.to_owned())),
        ];
        // What another text showed says nothing of this one.
        if evidence.is_some() || same.is_some_and(|same| same.plan != plan) {
            let evidence = evidence.map(serde_json::to_string).transpose()?;
            fields.push(("replay", evidence.map_or(Value::Null, Value::Text)));
        }
        let (id, change) = if let Some(same) = same {
            (same.id, Change::set(&PAY_PLAN, same.id, fields))
        } else {
            let id = self.db.new_id().await?;
            let of = vec![
                ("plan", Value::Text(plan.id().to_owned())),
                ("version", Value::Text(plan.version.clone())),
                ("key", Value::Text(key.clone())),
            ];
            (id, Change::create(&PAY_PLAN, id, [of, fields].concat()))
        };
        let mut tx = self.db.begin(Some(me), origin).only_at(seq);
        tx.put(change)?;
        self.written(tx, &key).await?;
        Ok(id)
    }
}
