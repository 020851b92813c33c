//! A company's own KPIs (KPI-7): a plan that reads, checks and tries definitions, then a thin commit of them.

use crate::{
    Ask, ByWord, Kpi, KpiError, Row,
    catalogues::{Catalogues, OWN},
    company::Company,
};
use base::{Grain, Seq};
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

/// One that held, holds or will hold.
#[derive(Debug, Clone)]
pub struct Version {
    pub since: Date,
    /// As a file has it; none: from then on the company has none of its own.
    pub text: Option<String>,
    /// None where it does not read any more.
    pub definition: Option<Definition>,
}

impl Kpi {
    /// True when the viewer may say how the company computes a KPI; the operator at the command line may.
    pub async fn defines(&self) -> Result<bool, KpiError> {
        let Some(id) = self.viewer().person else { return Ok(true) };
        let person = self.db().system().get(&access::PERSON, id).await?;
        Ok(person.as_ref().is_some_and(|person| defines_kpis(access::role(person))))
    }

    async fn definers_only(&self) -> Result<(), KpiError> {
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
        let company = Company::load(self.db()).await?;
        let own = read_own(text, from)?;
        let imports = self.db().system().imports().await?;
        let mut steps = OWN.known(self.db(), &imports, Seq(i64::MAX), &company.zone).await?;
        let placed = |error: MadeError| KpiError::Made(Placed::of(text, error));
        let before = Catalogues::known(self.db(), self.shipped(), &imports, Seq(i64::MAX), &company.zone).await?;
        let mut texts = Vec::new();
        for (definition, text) in own.iter().zip(one_each(text).map_err(placed)?) {
            if let Some(other) = before.near(&definition.id, from) {
                definition.keeps(other).map_err(placed)?;
            }
            steps.entry(definition.id.clone()).or_default().insert(from, Some(text.clone()));
            texts.push((definition.id.clone(), Some(text)));
        }
        Catalogues::check(self.shipped(), &steps, from).map_err(|error| placed(error.into()))?;
        let catalogues = Catalogues::of(self.shipped(), &steps);
        let mut tried = Vec::new();
        for definition in &own {
            let definition = catalogues.on(from).get(&definition.id).ok_or_else(|| self.unknown(&definition.id))?;
            for grain in &definition.grains {
                grain_is_possible(definition, grain, &company).map_err(placed)?;
            }
            let replaces = before.on(from).get(&definition.id).cloned();
            let begun = self.db().now();
            let values = self.tried(definition, &company, folder.clone(), within).await?;
            let took = self.db().now().duration_since(begun).unsigned_abs();
            let before = match &replaces {
                Some(replaces) => self.tried(replaces, &company, folder.clone(), within).await?,
                None => Vec::new(),
            };
            tried.push(Tried { definition: definition.clone(), replaces, values, before, took });
        }
        Ok(DefinitionPlan { from, tried, texts })
    }

    /// Sets what was planned.
    pub async fn define(&self, plan: &DefinitionPlan, origin: Origin) -> Result<(), KpiError> {
        self.definers_only().await?;
        OWN.put(self, &plan.texts, plan.from, origin).await
    }

    /// From a day on the company has no KPI of its own of this id: the one that ships holds, or none.
    pub async fn undefine(&self, id: &str, from: Date, origin: Origin) -> Result<(), KpiError> {
        self.definers_only().await?;
        let company = Company::load(self.db()).await?;
        let imports = self.db().system().imports().await?;
        let mut steps = OWN.known(self.db(), &imports, Seq(i64::MAX), &company.zone).await?;
        let held = steps.get_mut(id).ok_or_else(|| self.unknown(id))?;
        held.insert(from, None);
        Catalogues::check(self.shipped(), &steps, from)?;
        let catalogues = Catalogues::of(self.shipped(), &steps);
        if catalogues.on(from).get(id).is_none() {
            for (role, held) in self.scorecards(from).await? {
                if held.card.items().any(|item| item.id == id) {
                    return Err(KpiError::OnScorecard { kpi: id.to_owned(), role });
                }
            }
        }
        OWN.put(self, &[(id.to_owned(), None)], from, origin).await
    }

    /// The company's own of an id, from the first on.
    pub async fn versions(&self, id: &str) -> Result<Vec<Version>, KpiError> {
        let company = Company::load(self.db()).await?;
        let imports = self.db().system().imports().await?;
        let mut steps = OWN.known(self.db(), &imports, Seq(i64::MAX), &company.zone).await?;
        let version = |(since, text): (Date, Option<String>)| Version {
            since,
            definition: text.as_ref().and_then(|text| read_own(text, since).ok()?.pop()),
            text,
        };
        Ok(steps.remove(id).unwrap_or_default().into_iter().map(version).collect())
    }

    /// What the company has of its own and nothing can compute any more: why.
    pub(crate) async fn broken_definitions(&self, folder: &Path) -> Result<BTreeSet<String>, KpiError> {
        let known = self.known(folder).await?;
        Ok(known.catalogues(self.db(), self.shipped(), known.view.seq).await?.broken.clone())
    }

    /// Asks for everybody's values of a year by month, where it can be asked so, and tells the company's.
    async fn tried(
        &self,
        definition: &Arc<Definition>,
        company: &Company,
        folder: PathBuf,
        within: Duration,
    ) -> Result<Vec<Row>, KpiError> {
        let today = self.today(company);
        let to = today.first_of_month().saturating_add(1.month());
        let whole = Ask {
            kpis: vec![definition.id.clone()],
            by: ByWord::Company,
            grain: Grain::Month,
            from: Some(to.saturating_sub(1.year())),
            to: Some(to),
            as_of: None,
            known_at: None,
            entity: None,
            among: None,
            filters: Vec::new(),
            org: None,
            restated: false,
            folder,
        };
        let by_rep = Ask { by: ByWord::Rep, ..whole.clone() };
        let rep = ByWord::Rep.name();
        let is_of_people = definition.is_meant_by(rep) && grain_is_possible(definition, rep, company).is_ok();
        let product = self.for_all();
        let asked = async {
            if is_of_people {
                product.ask_by(&by_rep, definition).await?;
            }
            product.ask_by(&whole, definition).await
        };
        let costly = || KpiError::TooCostly { kpi: definition.id.clone(), within };
        match tokio::time::timeout(within, asked).await {
            Ok(Ok(answer)) => Ok(answer.rows),
            Ok(Err(KpiError::Engine(error))) if error.is_too_large() => Err(costly()),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(costly()),
        }
    }
}

/// A breakdown needs its key in each fact that is counted.
fn grain_is_possible(definition: &Definition, grain: &str, company: &Company) -> Result<(), MadeError> {
    let impossible = |why: String| MadeError::Grain { kpi: definition.id.clone(), grain: grain.to_owned(), why };
    let by: ByWord = grain.parse().map_err(|error: KpiError| impossible(error.to_string()))?;
    let Some(key) = by.key() else { return Ok(()) };
    let facts = definition.facts(company.basis).unwrap_or_default();
    match facts.into_iter().find(|fact| fact.key(key).is_none()) {
        Some(fact) => Err(impossible(format!("{} has no {key}", fact.name))),
        None => Ok(()),
    }
}
