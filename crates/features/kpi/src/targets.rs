//! What KPIs are to come to: dated targets of the company, of teams and of people.

use crate::{ByWord, KpiError, organisation};
use base::{Amount, Period, RecordId, Seq};
use db::Db;
use jiff::civil::Date;
use rules::{
    log::{Imports, Timeline},
    record::Value,
};
use std::collections::BTreeMap;

/// Whose, from a day, to before a day.
type Place = (Option<RecordId>, Date, Date);

#[derive(Debug, Default)]
pub(crate) struct Targets(BTreeMap<String, BTreeMap<Place, Amount>>);

impl Targets {
    /// As known; of two for the same, the later one counts.
    pub async fn known(db: &Db, imports: &Imports, known_at: Seq) -> Result<Self, KpiError> {
        let mut found = Self::default();
        for rows in organisation::histories(db, &crm::TARGET).await?.values() {
            let Some(known) = Timeline::known(rows, imports, known_at).filter(|known| !known.archived) else {
                continue;
            };
            let last = |field: &str| known.steps(field).last().map_or(&Value::Null, |step| &step.value);
            let whose = last("person").as_reference().or(last("team").as_reference());
            let (Some(kpi), Some(from), Some(to), Some(value)) = (
                last("kpi").as_text(),
                last("starts_on").as_date(),
                last("ends_on").as_date(),
                last("value").as_decimal(),
            ) else {
                continue;
            };
            found.0.entry(kpi.trim().to_owned()).or_default().insert((whose, from, to), value);
        }
        Ok(found)
    }

    /// The target of exactly these days.
    pub fn of(&self, kpi: &str, by: ByWord, entity: Option<RecordId>, period: &Period) -> Option<Amount> {
        let whose = match by {
            ByWord::Company => None,
            // Of who leads others it is what they and their reports come to.
            ByWord::Team | ByWord::Rep | ByWord::Manager => Some(entity?),
            _ => return None,
        };
        self.0.get(kpi)?.get(&(whose, period.start, period.end)).copied()
    }
}
