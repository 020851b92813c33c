//! By what each role is judged: a company's own scorecards, dated, in place of those that ship.

use crate::{
    Kpi, KpiError, SCORECARD,
    catalogues::Catalogues,
    company::Company,
    versions::{Setting, Version, Versions},
};
use base::Seq;
use jiff::{civil::Date, tz::TimeZone};
use rules::{
    access::sets_scorecards,
    log::Imports,
    score::{SHIPPED, Scorecard},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

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

const OWN: Versions = Versions { record_type: &SCORECARD, of: "role" };

impl Kpi {
    /// Refuses whose role sets no scorecards; the operator at the command line may.
    pub async fn setters_only(&self) -> Result<(), KpiError> {
        if self.sets_scorecards().await? { Ok(()) } else { Err(KpiError::SetsNoScorecards) }
    }

    pub(crate) async fn sets_scorecards(&self) -> Result<bool, KpiError> {
        self.has_role(sets_scorecards).await
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
        let catalogues = Catalogues::known(self.db(), self.shipped(), imports, known_at, zone).await?;
        let catalogue = catalogues.on(day);
        let mut held = BTreeMap::new();
        for (role, text) in SHIPPED {
            let card = Arc::new(Scorecard::read(text, self.shipped())?);
            // A company's own KPIs may have changed what it rests on.
            let broken = card.check(catalogue).err().map(|error| error.to_string());
            held.insert(role.to_owned(), Held { card, since: None, later: None, broken });
        }
        for (role, steps) in OWN.known(self.db(), imports, known_at, zone).await? {
            let (own, later) = Versions::on(&steps, day);
            let shipped = held.remove(&role);
            let Some((since, text)) = own else {
                held.extend(shipped.map(|held| (role, Held { later, ..held })));
                continue;
            };
            let since = Some(since);
            let (card, broken) = match Scorecard::read(text, catalogue) {
                Ok(card) => (Some(Arc::new(card)), None),
                Err(error) => (shipped.map(|held| held.card), Some(error.to_string())),
            };
            held.extend(card.map(|card| (role, Held { card, since, later, broken })));
        }
        Ok(held)
    }

    /// Holds from a day on, in place of what did.
    pub async fn set_scorecard(&self, card: &Scorecard, setting: Setting<'_>) -> Result<(), KpiError> {
        self.setters_only().await?;
        card.check(self.catalogue_on(setting.from).await?.as_ref())?;
        if !access::ROLES.contains(&card.role.as_str()) {
            return Err(KpiError::NoRole(card.role.clone()));
        }
        let text = card.to_text().map_err(|error| KpiError::Unwritten(error.to_string()))?;
        OWN.put(self.db(), self.viewer().person, &[(card.role.clone(), Some(text))], setting, None).await
    }

    /// The company's own of a role, from the first on.
    pub async fn scorecard_versions(&self, role: &str) -> Result<Vec<(Version, Option<Scorecard>)>, KpiError> {
        self.setters_only().await?;
        let (catalogues, _) = self.catalogues_now().await?;
        let read = |version: Version| {
            let card = version.text.as_ref().and_then(|text| Scorecard::read(text, catalogues.on(version.since)).ok());
            (version, card)
        };
        Ok(OWN.told(self.db(), role).await?.into_iter().map(read).collect())
    }

    /// Refuses KPIs by which a scorecard that is sound could no longer be used, on a day from this one on.
    pub(crate) async fn keeps_scorecards(&self, catalogues: &Catalogues, from: Date) -> Result<(), KpiError> {
        let company = Company::load(self.db()).await?;
        let imports = self.db().system().imports().await?;
        let steps = OWN.known(self.db(), &imports, Seq(i64::MAX), &company.zone).await?;
        let own = steps.values().flat_map(BTreeMap::keys).copied();
        let days: BTreeSet<Date> = own.chain(catalogues.days()).filter(|day| *day > from).chain([from]).collect();
        for day in days {
            let held = self.scorecards_known(&imports, Seq(i64::MAX), &company.zone, day).await?;
            for (role, held) in held.into_iter().filter(|(_, held)| held.broken.is_none()) {
                let checked = held.card.check(catalogues.on(day));
                checked.map_err(|error| KpiError::OnScorecard { role, error: error.to_string() })?;
            }
        }
        Ok(())
    }
}
