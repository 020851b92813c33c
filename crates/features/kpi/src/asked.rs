//! A question as it stands in an address: the same words on pages and in the API.

use crate::{Ask, ByWord, KnownAt, Kpi, KpiError, known::Latest};
use base::Grain;
use db::Db;
use jiff::civil::Date;
use rules::access::Viewer;
use serde::Deserialize;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

/// Where fact files are kept, and what this process knows.
#[derive(Clone)]
pub(crate) struct Folder {
    pub path: PathBuf,
    latest: Arc<Latest>,
}

impl Folder {
    pub fn new(path: PathBuf) -> Self {
        Self { path, latest: Arc::default() }
    }

    /// The catalogue for somebody; a question that was answered already at this state of the log is not asked again.
    pub async fn kpi(&self, db: &Db, viewer: &Viewer) -> Result<Kpi, KpiError> {
        Kpi::remembering(db.clone(), viewer.clone(), self.latest.clone()).await
    }
}

/// Words of an address that are no filters: which KPIs, which page of the rows, which language, compared with what.
const ELSE: [&str; 8] = ["id", "ids", "page", "lang", "against", "as_of_then", "known_then", "kind"];

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub by: String,
    pub entity: String,
    pub grain: String,
    pub from: String,
    pub to: String,
    pub as_of: String,
    pub known_at: String,
    pub org: String,
    pub basis: String,
    /// Whatever else there is; words of breakdowns are filters: `source=Referral`.
    #[serde(flatten)]
    others: BTreeMap<String, String>,
}

impl Asked {
    pub fn ask(&self, kpis: Vec<String>, folder: Folder) -> Result<Ask, KpiError> {
        Ok(Ask {
            kpis,
            by: by(&self.by)?,
            grain: if self.grain.is_empty() { Grain::Year } else { self.grain.parse()? },
            from: day("from", &self.from)?,
            to: day("to", &self.to)?,
            as_of: day("as_of", &self.as_of)?,
            known_at: known_at(&self.known_at)?,
            org: org(&self.org)?,
            restated: restated(&self.basis)?,
            entity: Some(self.entity.clone()).filter(|entity| !entity.is_empty()),
            among: None,
            filters: self.filters()?,
            folder: folder.path,
            within: None,
        })
    }

    /// An address that asks the same, with some words changed.
    pub fn address(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let kept = self.pairs().into_iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        web_kit::address(path, &kept.chain(changes.iter().copied()).collect::<Vec<_>>())
    }

    /// As an address has them.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        let own = [
            ("by", self.by.as_str()),
            ("entity", &self.entity),
            ("from", &self.from),
            ("to", &self.to),
            ("as_of", &self.as_of),
            ("known_at", &self.known_at),
            ("org", &self.org),
            ("basis", &self.basis),
        ];
        let others = self.others.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        own.into_iter().chain(others.filter(|(name, _)| !ELSE.contains(name))).collect()
    }

    pub fn filters(&self) -> Result<Vec<(ByWord, String)>, KpiError> {
        let said = self.others.iter().filter(|(name, entity)| !entity.is_empty() && !ELSE.contains(&name.as_str()));
        said.map(|(name, entity)| filter(&format!("{name}={entity}"))).collect()
    }
}

/// `source=Referral`, as the command line has it.
pub fn filter(text: &str) -> Result<(ByWord, String), KpiError> {
    let wrong = || KpiError::NotAFilter(text.to_owned());
    let (word, entity) = text.split_once('=').ok_or_else(wrong)?;
    let by = word.trim().parse().map_err(|_| wrong())?;
    if by == ByWord::Company || entity.trim().is_empty() { Err(wrong()) } else { Ok((by, entity.trim().to_owned())) }
}

/// The company when nothing is said.
pub(crate) fn by(word: &str) -> Result<ByWord, KpiError> {
    if word.is_empty() { Ok(ByWord::Company) } else { word.parse() }
}

pub(crate) fn day(name: &'static str, value: &str) -> Result<Option<Date>, KpiError> {
    if value.is_empty() {
        return Ok(None);
    }
    value.parse().map(Some).map_err(|_| KpiError::NotADate { name, value: value.to_owned() })
}

/// `as_reported`, or nothing: closed periods answer with what was known when they were closed. `restated`: as known now.
pub fn restated(value: &str) -> Result<bool, KpiError> {
    match value {
        "" | "as_reported" => Ok(false),
        "restated" => Ok(true),
        other => Err(KpiError::NotABasis(other.to_owned())),
    }
}

/// `on:DAY`: the organisation of that day; `at_fact`, or nothing: that of each fact's own.
pub fn org(value: &str) -> Result<Option<Date>, KpiError> {
    if value.is_empty() || value == "at_fact" {
        return Ok(None);
    }
    let wrong = || KpiError::NotAnOrg(value.to_owned());
    value.strip_prefix("on:").and_then(|day| day.parse().ok()).map(Some).ok_or_else(wrong)
}

pub(crate) fn known_at(value: &str) -> Result<Option<KnownAt>, KpiError> {
    if value.is_empty() {
        return Ok(None);
    }
    value.parse().map(Some).map_err(|_| KpiError::NotAMoment(value.to_owned()))
}
