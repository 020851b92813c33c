//! Plans that were committed, with what they were made of.

use crate::{Basis, HandedOver, Plan, TERRITORY_CHANGE, Territories, TerritoriesError};
use base::RecordId;
use db::Record;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

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

impl Territories {
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
