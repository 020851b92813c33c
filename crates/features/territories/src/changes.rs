//! Plans that were committed, with what they were made of.

use crate::{Basis, HandedOver, Plan, TERRITORY_CHANGE, Territories, TerritoriesError};
use base::RecordId;
use crm::{ACCOUNT, DEAL};
use db::Record;
use jiff::civil::Date;
use rules::{log::Origin, record::Value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A change as it was committed.
#[derive(Debug, Clone)]
pub struct Change {
    pub id: RecordId,
    pub day: Date,
    pub basis: Basis,
    pub reason: String,
    pub set_by: Option<RecordId>,
    pub credit_days: i64,
    pub handed_over: Vec<HandedOver>,
}

/// What a record of a change keeps.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stored {
    basis: Basis,
    credit_days: i64,
    handed_over: Vec<HandedOver>,
}

impl Stored {
    pub fn of(plan: &Plan) -> Self {
        let (basis, handed_over) = (plan.basis.clone(), plan.handed_over.clone());
        Self { basis, credit_days: plan.credit_days, handed_over }
    }
}

impl Change {
    fn of(record: &Record) -> Option<Self> {
        let stored: Stored = serde_json::from_str(record.value("definition").as_text()?).ok()?;
        Some(Self {
            id: record.id,
            day: record.value("starts_on").as_date()?,
            basis: stored.basis,
            reason: record.title(),
            set_by: record.value("set_by").as_reference(),
            credit_days: stored.credit_days,
            handed_over: stored.handed_over,
        })
    }
}

/// An open deal whose days with who had its account are over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub deal: RecordId,
    pub name: String,
    pub owner: Option<RecordId>,
    /// Who has the account now.
    pub to: Option<RecordId>,
    /// The day on which its days were over.
    pub since: Date,
}

impl Territories {
    /// Deals that stayed with who had their account and are due: still open, still theirs, and the account is somebody else's. Who has left
    /// keeps none.
    pub async fn due_deals(&self) -> Result<Vec<Due>, TerritoriesError> {
        self.designers_only().await?;
        let today = self.today().await?;
        let mut kept: BTreeMap<RecordId, (RecordId, Option<RecordId>, Date)> = BTreeMap::new();
        for change in self.changes().await? {
            for row in &change.handed_over {
                let kept_ones = row.deals.iter().filter_map(|deal| Some((deal, deal.passes_on?)));
                for (deal, on) in kept_ones {
                    // The last change comes first.
                    kept.entry(deal.id).or_insert((row.passed.account, deal.owner, on));
                }
            }
        }
        let system = self.db.system();
        let had = kept.values().filter_map(|(_, owner, _)| *owner).collect();
        let people = system.many(&access::PERSON, &had).await?;
        let has_left = |id: Option<RecordId>| {
            let left = id.and_then(|id| people.get(&id)?.value("left_on").as_date());
            left.is_some_and(|left| left < today)
        };
        kept.retain(|_, (_, owner, on)| *on <= today || has_left(*owner));
        let accounts: BTreeSet<RecordId> = kept.values().map(|(account, ..)| *account).collect();
        let owners = system.many(&ACCOUNT, &accounts).await?;
        let mut due = Vec::new();
        for deal in self.open_deals(&accounts).await?.into_values().flatten() {
            let Some((account, owner, since)) = kept.get(&deal.id) else { continue };
            let to = owners.get(account).and_then(|account| account.value("owner").as_reference());
            if deal.owner == *owner && to.is_some() && to != *owner {
                due.push(Due { deal: deal.id, name: deal.name, owner: *owner, to, since: *since });
            }
        }
        due.sort_by_key(|one| (one.since, one.deal));
        Ok(due)
    }

    /// Passes them to whoever has the account now, from now on; how many those were.
    pub async fn pass_deals(&self, origin: Origin) -> Result<usize, TerritoriesError> {
        let seq = self.db.system().last_seq().await?;
        let due = self.due_deals().await?;
        let mut tx = self
            .db
            .begin(self.viewer.person, origin)
            .resting_on(seq, &[&DEAL, &ACCOUNT, &TERRITORY_CHANGE, &access::PERSON, &access::COMPANY]);
        for one in &due {
            let owner = one.to.map_or(Value::Null, Value::Reference);
            tx.put(db::Change::set(&DEAL, one.deal, vec![("owner", owner)]))?;
        }
        if !due.is_empty() {
            self.written(tx).await?;
        }
        Ok(due.len())
    }

    /// Every change, the last first.
    pub async fn changes(&self) -> Result<Vec<Change>, TerritoriesError> {
        self.only_who_sees_all()?;
        let records = self.db.system().all(&TERRITORY_CHANGE).await?;
        let mut found: Vec<Change> = records.iter().filter(|one| !one.archived).filter_map(Change::of).collect();
        found.sort_by_key(|one| (one.day, one.id));
        found.reverse();
        Ok(found)
    }

    pub async fn change(&self, id: RecordId) -> Result<Change, TerritoriesError> {
        self.changes().await?.into_iter().find(|one| one.id == id).ok_or(TerritoriesError::NoChange(id))
    }
}
