//! By what each role is judged: a company's own scorecards, dated, in place of those that ship.

use crate::{Kpi, KpiError, SCORECARD, company::Company, organisation};
use base::{RecordId, Seq};
use db::{Change, Db};
use jiff::{civil::Date, tz::TimeZone};
use rules::{
    access::sets_scorecards,
    log::{Imports, Origin, Timeline},
    record::Value,
    score::{SHIPPED, Scorecard},
};
use std::{collections::BTreeMap, sync::Arc};

/// A role's scorecard on a day.
#[derive(Debug, Clone)]
pub struct Held {
    pub card: Arc<Scorecard>,
    /// Since when the company has its own; none for the one that ships.
    pub since: Option<Date>,
}

impl Kpi {
    /// Refuses whose role sets no scorecards; the operator at the command line may.
    pub(crate) async fn setters_only(&self) -> Result<(), KpiError> {
        if self.sets_scorecards().await? { Ok(()) } else { Err(KpiError::SetsNoScorecards) }
    }

    pub(crate) async fn sets_scorecards(&self) -> Result<bool, KpiError> {
        let Some(id) = self.viewer().person else { return Ok(true) };
        let person = self.db().system().get(&access::PERSON, id).await?;
        Ok(person.as_ref().is_some_and(|person| sets_scorecards(access::role(person))))
    }

    /// The scorecards that hold on a day, by role.
    pub async fn scorecards(&self, day: Date) -> Result<BTreeMap<String, Held>, KpiError> {
        let company = Company::load(self.db()).await?;
        let imports = self.db().system().imports().await?;
        self.scorecards_known(&imports, Seq(i64::MAX), &company.zone, day).await
    }

    pub(crate) async fn scorecards_known(
        &self,
        imports: &Imports,
        known_at: Seq,
        zone: &TimeZone,
        day: Date,
    ) -> Result<BTreeMap<String, Held>, KpiError> {
        let mut held = BTreeMap::new();
        for (role, text) in SHIPPED {
            let card = Arc::new(Scorecard::read(text, self.catalogue())?);
            held.insert(role.to_owned(), Held { card, since: None });
        }
        for rows in organisation::histories(self.db(), &SCORECARD).await?.values() {
            let Some(known) = Timeline::known(rows, imports, known_at).filter(|known| !known.archived) else {
                continue;
            };
            let own = known.steps("definition").iter().rev().find_map(|step| {
                let since = step.effective_at.to_zoned(zone.clone()).date();
                Some((since, step.value.as_text()?)).filter(|(since, _)| *since <= day)
            });
            let role = known.steps("role").last().and_then(|step| step.value.as_text());
            if let (Some(role), Some((since, text))) = (role, own) {
                let card = Arc::new(Scorecard::read(text, self.catalogue())?);
                held.insert(role.to_owned(), Held { card, since: Some(since) });
            }
        }
        Ok(held)
    }

    /// Holds from a day on, in place of what did.
    pub async fn set_scorecard(&self, card: &Scorecard, from: Date, origin: Origin) -> Result<(), KpiError> {
        self.setters_only().await?;
        card.check(self.catalogue())?;
        if !access::ROLES.contains(&card.role.as_str()) {
            return Err(KpiError::NoRole(card.role.clone()));
        }
        let text = card.to_text().map_err(|error| KpiError::Unwritten(error.to_string()))?;
        let company = Company::load(self.db()).await?;
        let moment =
            from.to_zoned(company.zone).map_err(|_| KpiError::NotADate { name: "from", value: from.to_string() })?;
        let definition = ("definition", Value::Text(text));
        let own = own_record(self.db(), &card.role).await?;
        let change = if let Some(id) = own {
            Change::set(&SCORECARD, id, vec![definition])
        } else {
            let role = ("role", Value::Text(card.role.clone()));
            Change::create(&SCORECARD, self.db().new_id().await?, vec![role, definition])
        };
        let mut tx = self.db().begin(self.viewer().person, origin);
        tx.put(change.effective_at(moment.timestamp()))?;
        tx.commit().await?;
        Ok(())
    }
}

/// The record of a company's own scorecard of a role.
async fn own_record(db: &Db, role: &str) -> Result<Option<RecordId>, KpiError> {
    let all = db.system().all(&SCORECARD).await?;
    Ok(all.iter().find(|record| record.value("role").as_text() == Some(role)).map(|record| record.id))
}
