//! A company's own KPIs (KPI-7): a plan that reads, checks and tries definitions, then a thin commit of them.

use crate::{
    Ask, ByWord, Kpi, KpiError, Row,
    catalogues::{Catalogues, OWN},
    company::Company,
    versions::{Setting, Steps, Version},
};
use base::{Grain, Period, Seq};
use jiff::{ToSpan, civil::Date};
use rules::{
    access::defines_kpis,
    kpi::{Definition, MadeError, Placed, one_each, read_own},
    log::Origin,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// What everybody's values of a year by month may take: a KPI that takes longer would hold up every page it stands on.
pub const MOST_TIME: Duration = Duration::from_secs(5);

/// Definitions that are sound, with what they come to.
#[derive(Debug)]
pub struct DefinitionPlan {
    pub from: Date,
    pub tried: Vec<Tried>,
    texts: Vec<(String, Option<String>)>,
    /// What the company had when it was planned.
    seen: Steps,
}

/// A definition and the company's values by it, month by month of the year up to today.
#[derive(Debug)]
pub struct Tried {
    pub definition: Arc<Definition>,
    /// What holds until then.
    pub replaces: Option<Arc<Definition>>,
    pub values: Vec<Row>,
    /// The same by what holds until then.
    pub before: Vec<Row>,
    pub took: Duration,
}

impl Kpi {
    /// True when the viewer may say how the company computes a KPI; the operator at the command line may.
    pub async fn defines(&self) -> Result<bool, KpiError> {
        self.has_role(defines_kpis).await
    }

    pub(crate) async fn definers_only(&self) -> Result<(), KpiError> {
        if self.defines().await? { Ok(()) } else { Err(KpiError::DefinesNothing) }
    }

    /// What a file would set from a day on: read, checked and tried.
    pub async fn plan_definitions(
        &self,
        text: &str,
        from: Date,
        folder: PathBuf,
        within: Duration,
    ) -> Result<DefinitionPlan, KpiError> {
        self.definers_only().await?;
        let placed = |error: MadeError| KpiError::Made(Placed::of(text, error));
        let own = read_own(text, from)?;
        let (company, seen) = self.own_steps().await?;
        let before = Catalogues::of(self.shipped(), &seen);
        let mut steps = seen.clone();
        let mut texts = Vec::new();
        for (definition, text) in own.iter().zip(one_each(text).map_err(placed)?) {
            steps.entry(definition.id.clone()).or_default().insert(from, Some(text.clone()));
            texts.push((definition.id.clone(), Some(text)));
        }
        Catalogues::check(self.shipped(), &steps, from).map_err(|error| placed(error.into()))?;
        let after = Catalogues::of(self.shipped(), &steps);
        let mut tried = Vec::new();
        for definition in &own {
            let definition = after.on(from).get(&definition.id).ok_or_else(|| self.unknown(&definition.id))?;
            if let Some(other) = before.near(&definition.id, from) {
                definition.keeps(other).map_err(placed)?;
            }
            for grain in &definition.grains {
                grain_is_possible(definition, grain, &company).map_err(placed)?;
            }
            let replaces = before.on(from).get(&definition.id).cloned();
            let beside: Vec<_> = after.on(from).beside(definition).cloned().map(Arc::new).collect();
            tried.push(self.tried(definition.clone(), replaces, &beside, &company, &folder, within).await?);
        }
        self.keeps_scorecards(&after, from).await?;
        Ok(DefinitionPlan { from, tried, texts, seen })
    }

    /// Sets what was planned; refused when the company's definitions are others by now.
    pub async fn define(&self, plan: &DefinitionPlan, reason: &str, origin: Origin) -> Result<(), KpiError> {
        self.definers_only().await?;
        let setting = Setting::new(plan.from, origin).because(reason);
        OWN.put(self.db(), self.viewer().person, &plan.texts, setting, Some(&plan.seen)).await
    }

    /// From a day on the company has no KPI of its own of this id: the one that ships holds, or none.
    pub async fn undefine(&self, id: &str, setting: Setting<'_>) -> Result<(), KpiError> {
        self.definers_only().await?;
        let from = setting.from;
        let (_, seen) = self.own_steps().await?;
        let mut steps = seen.clone();
        let held = steps.get_mut(id).ok_or_else(|| KpiError::NotOwn(id.to_owned()))?;
        if let Some((later, _)) = held.iter().find(|(since, text)| **since > from && text.is_some()) {
            return Err(KpiError::LaterVersion { kpi: id.to_owned(), from: *later });
        }
        held.insert(from, None);
        Catalogues::check(self.shipped(), &steps, from)?;
        self.keeps_scorecards(&Catalogues::of(self.shipped(), &steps), from).await?;
        OWN.put(self.db(), self.viewer().person, &[(id.to_owned(), None)], setting, Some(&seen)).await
    }

    /// The company's own of an id, from the first on.
    pub async fn versions(&self, id: &str) -> Result<Vec<Version>, KpiError> {
        OWN.told(self.db(), id).await
    }

    /// The company and its own definitions, as known now.
    pub(crate) async fn own_steps(&self) -> Result<(Company, Steps), KpiError> {
        let company = Company::load(self.db()).await?;
        let imports = self.db().system().imports().await?;
        let steps = OWN.known(self.db(), &imports, Seq(i64::MAX), &company.zone).await?;
        Ok((company, steps))
    }

    /// What the company has of its own and nothing can compute any more: why.
    pub(crate) async fn broken_definitions(&self, folder: &Path) -> Result<BTreeSet<String>, KpiError> {
        let known = self.known(folder).await?;
        Ok(known.catalogues(self.db(), self.shipped(), known.view.seq).await?.broken.clone())
    }

    /// Asks for everybody's values of a year by month, where it can be asked so, and tells the company's.
    async fn tried(
        &self,
        definition: Arc<Definition>,
        replaces: Option<Arc<Definition>>,
        beside: &[Arc<Definition>],
        company: &Company,
        folder: &Path,
        within: Duration,
    ) -> Result<Tried, KpiError> {
        let to = self.today(company).first_of_month().saturating_add(1.month());
        let year = Period { grain: Grain::Month, start: to.saturating_sub(1.year()), end: to, label: String::new() };
        let whole = Ask { kpis: vec![definition.id.clone()], ..self.whole(&year, folder.to_owned()) };
        let by_rep = Ask { by: ByWord::Rep, ..whole.clone() };
        let product = self.for_all();
        // Facts may have to be written first: that is not the definition's time.
        product.known(folder).await?;
        let begun = self.db().now();
        let asked = async {
            for one in [&definition].into_iter().chain(beside) {
                if grain_is_possible(one, ByWord::Rep.name(), company).is_ok() {
                    product.ask_by(&by_rep, one).await?;
                }
            }
            product.ask_by(&whole, &definition).await
        };
        let costly = || KpiError::TooCostly { kpi: definition.id.clone(), within };
        let values = match tokio::time::timeout(within, asked).await {
            Ok(Ok(answer)) => answer.rows,
            Ok(Err(KpiError::Engine(error))) if error.is_too_large() => return Err(costly()),
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(costly()),
        };
        let took = self.db().now().duration_since(begun).unsigned_abs();
        // What it replaces may be too costly itself.
        let before = match &replaces {
            Some(replaces) => product.ask_by(&whole, replaces).await.map(|answer| answer.rows).unwrap_or_default(),
            None => Vec::new(),
        };
        Ok(Tried { definition, replaces, values, before, took })
    }
}

impl Version {
    /// As it reads; none where it does not any more, or where the company has none of its own from then on.
    pub fn definition(&self) -> Option<Definition> {
        read_own(self.text.as_ref()?, self.since).ok()?.pop()
    }
}

/// A breakdown needs its key in each fact that is counted.
fn grain_is_possible(definition: &Definition, grain: &str, company: &Company) -> Result<(), MadeError> {
    let impossible = |why: String| MadeError::Grain { kpi: definition.id.clone(), grain: grain.to_owned(), why };
    let by: ByWord = grain.parse().map_err(|error: KpiError| impossible(error.to_string()))?;
    let Some(key) = by.key() else { return Ok(()) };
    match definition.lacking(key, company.basis) {
        Some(fact) => Err(impossible(format!("{} has no {key}", fact.name))),
        None => Ok(()),
    }
}
