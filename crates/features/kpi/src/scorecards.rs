//! By what each role is judged: a company's own scorecards, dated, in place of those that ship.

use crate::{Kpi, KpiError, SCORECARD, company::Company, organisation};
use base::Seq;
use db::{Change, Db, DbError};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
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
    /// When the next one begins.
    pub later: Option<Date>,
    /// Why the company's own does not read; then `card` is the one that ships, or an empty one.
    pub broken: Option<String>,
}

impl Kpi {
    /// Refuses whose role sets no scorecards; the operator at the command line may.
    pub async fn setters_only(&self) -> Result<(), KpiError> {
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
            held.insert(role.to_owned(), Held { card, since: None, later: None, broken: None });
        }
        for (role, steps) in own(self.db(), imports, known_at, zone).await? {
            let later = steps.iter().map(|(since, _)| *since).find(|since| *since > day);
            let own = steps.iter().rev().find(|(since, _)| *since <= day);
            let shipped = held.remove(&role).map(|held| held.card);
            let Some((since, text)) = own else {
                held.extend(shipped.map(|card| (role, Held { card, since: None, later, broken: None })));
                continue;
            };
            let since = Some(*since);
            let (card, broken) = match Scorecard::read(text, self.catalogue()) {
                Ok(card) => (Some(Arc::new(card)), None),
                Err(error) => (shipped, Some(error.to_string())),
            };
            held.extend(card.map(|card| (role, Held { card, since, later, broken })));
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
        let seq = self.db().system().last_seq().await?;
        let mut own = None;
        for (id, rows) in organisation::histories(self.db(), &SCORECARD).await? {
            let known = Timeline::known(&rows, &self.db().system().imports().await?, seq);
            if known.is_some_and(|known| !known.archived && of_role(&known) == Some(card.role.as_str())) {
                own = Some(id);
            }
        }
        let change = if let Some(id) = own {
            Change::set(&SCORECARD, id, vec![definition])
        } else {
            let role = ("role", Value::Text(card.role.clone()));
            Change::create(&SCORECARD, self.db().new_id().await?, vec![role, definition])
        };
        // Two first ones at once would be two records.
        let mut tx = self.db().begin(self.viewer().person, origin).only_at(seq);
        tx.put(change.effective_at(moment.timestamp()))?;
        match tx.commit().await {
            Ok(_) => Ok(()),
            Err(DbError::Moved) => Err(KpiError::PlanIsOld(card.role.clone())),
            Err(error) => Err(error.into()),
        }
    }
}

fn of_role(known: &Timeline) -> Option<&str> {
    known.steps("role").last().and_then(|step| step.value.as_text())
}

/// A company's own scorecards of each role as they run over time.
async fn own(
    db: &Db,
    imports: &Imports,
    known_at: Seq,
    zone: &TimeZone,
) -> Result<BTreeMap<String, Vec<(Date, String)>>, KpiError> {
    let mut found: BTreeMap<String, Vec<(Timestamp, Seq, String)>> = BTreeMap::new();
    for rows in organisation::histories(db, &SCORECARD).await?.values() {
        let Some(known) = Timeline::known(rows, imports, known_at).filter(|known| !known.archived) else { continue };
        let Some(role) = of_role(&known) else { continue };
        let steps = known.steps("definition").iter();
        let told = steps.filter_map(|step| Some((step.effective_at, step.seq, step.value.as_text()?.to_owned())));
        found.entry(role.to_owned()).or_default().extend(told);
    }
    let dated = |mut steps: Vec<(Timestamp, Seq, String)>| {
        steps.sort();
        let day = |moment: Timestamp| moment.to_zoned(zone.clone()).date();
        steps.into_iter().map(|(moment, _, text)| (day(moment), text)).collect()
    };
    Ok(found.into_iter().map(|(role, steps)| (role, dated(steps))).collect())
}
