//! The catalogue as it holds over time (KPI-7): what ships, and from a day on what the company puts in its place or beside it.

use crate::{
    KPI, KpiError,
    company::Company,
    versions::{Steps, Versions},
};
use base::Seq;
use db::Db;
use jiff::{civil::Date, tz::TimeZone};
use rules::{
    kpi::{Catalogue, CatalogueError, Definition, read_own},
    log::Imports,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub(crate) const OWN: Versions = Versions { record_type: &KPI, of: "kpi" };

pub(crate) struct Catalogues {
    /// Before the first day on which something changed.
    first: Arc<Catalogue>,
    /// From a day on.
    later: BTreeMap<Date, Arc<Catalogue>>,
    /// What the company has and nothing can compute any more: why.
    pub broken: BTreeSet<String>,
}

impl Catalogues {
    pub async fn known(
        db: &Db,
        shipped: &Arc<Catalogue>,
        imports: &Imports,
        known_at: Seq,
        zone: &TimeZone,
    ) -> Result<Self, KpiError> {
        Ok(Self::of(shipped, &OWN.known(db, imports, known_at, zone).await?))
    }

    /// What holds today, as known now.
    pub async fn today(db: &Db, shipped: &Arc<Catalogue>) -> Result<Arc<Catalogue>, KpiError> {
        let company = match Company::load(db).await {
            // Before there is a company there is nothing of its own.
            Err(KpiError::NoCompany) => return Ok(shipped.clone()),
            company => company?,
        };
        let imports = db.system().imports().await?;
        let held = Self::known(db, shipped, &imports, Seq(i64::MAX), &company.zone).await?;
        Ok(held.on(db.now().to_zoned(company.zone).date()).clone())
    }

    pub fn of(shipped: &Arc<Catalogue>, steps: &Steps) -> Self {
        if steps.is_empty() {
            return Self { first: shipped.clone(), later: BTreeMap::new(), broken: BTreeSet::new() };
        }
        let (own, mut broken) = Own::read(steps);
        let mut sound = |day| {
            let (catalogue, left_out) = shipped.with_sound(&own.on(shipped, day));
            broken.extend(left_out.iter().map(ToString::to_string));
            Arc::new(catalogue)
        };
        let first = sound(Date::MIN);
        let later = own.days().map(|day| (day, sound(day))).collect();
        Self { first, later, broken }
    }

    /// An error where something would not compute on a day from this one on.
    pub fn check(shipped: &Catalogue, steps: &Steps, from: Date) -> Result<(), CatalogueError> {
        let (own, _) = Own::read(steps);
        own.days().filter(|day| *day >= from).try_for_each(|day| shipped.with(&own.on(shipped, day)).map(drop))
    }

    /// The days on which something begins or ends.
    pub fn days(&self) -> impl Iterator<Item = Date> {
        self.later.keys().copied()
    }

    pub fn on(&self, day: Date) -> &Arc<Catalogue> {
        self.later.range(..=day).next_back().map_or(&self.first, |(_, catalogue)| catalogue)
    }

    /// A KPI as it holds on a day; where there is none, as it held before or will hold next.
    pub fn near(&self, id: &str, day: Date) -> Option<&Arc<Definition>> {
        let earlier = self.later.range(..=day).rev().map(|(_, catalogue)| catalogue).chain([&self.first]);
        let next = self.later.range(day..).map(|(_, catalogue)| catalogue);
        earlier.chain(next).find_map(|catalogue| catalogue.get(id))
    }
}

/// A company's definitions, each as it runs over time; none: from that day on it has none of its own.
struct Own(BTreeMap<String, BTreeMap<Date, Option<Definition>>>);

impl Own {
    /// With what does not read.
    fn read(steps: &Steps) -> (Self, BTreeSet<String>) {
        let mut broken = BTreeSet::new();
        let mut read = |since: &Date, text: &Option<String>| {
            let read = read_own(text.as_ref()?, *since).map_err(|error| broken.insert(error.to_string()));
            read.ok()?.pop()
        };
        let mut own: BTreeMap<String, BTreeMap<Date, Option<Definition>>> = BTreeMap::new();
        for (id, texts) in steps {
            own.insert(id.clone(), texts.iter().map(|(since, text)| (*since, read(since, text))).collect());
        }
        (Self(own), broken)
    }

    /// The days on which something begins or ends.
    fn days(&self) -> impl Iterator<Item = Date> {
        self.0.values().flat_map(BTreeMap::keys).copied().collect::<BTreeSet<_>>().into_iter()
    }

    /// What holds on a day. A KPI that replaces none is computed for the time before it was set too, by its first version.
    fn on(&self, shipped: &Catalogue, day: Date) -> Vec<Definition> {
        let held = |(id, versions): (&String, &BTreeMap<Date, Option<Definition>>)| {
            let held = versions.range(..=day).next_back();
            held.or_else(|| versions.first_key_value().filter(|_| shipped.get(id).is_none()))?.1.clone()
        };
        self.0.iter().filter_map(held).collect()
    }
}
