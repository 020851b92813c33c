//! On whose behalf: one's own courses, those of people below, and for HR everybody's.

use crate::{Assignment, TrainingError};
use appraisal::Appraisal;
use base::{RecordId, Seq};
use db::{Db, Record};
use jiff::civil::Date;
use rules::{
    access::{Viewer, subtree},
    training::Standing,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// Training on somebody's behalf.
#[derive(Clone)]
pub struct Training {
    pub(crate) desk: Appraisal,
}

impl Training {
    pub fn new(db: Db, viewer: Viewer, folder: PathBuf) -> Self {
        Self { desk: Appraisal::new(db, viewer, folder) }
    }

    pub(crate) const fn db(&self) -> &Db {
        self.desk.db()
    }

    pub(crate) const fn person(&self) -> Option<RecordId> {
        self.desk.viewer().person
    }

    pub async fn today(&self) -> Result<Date, TrainingError> {
        Ok(self.desk.today().await?)
    }

    /// What is known now: a change that follows from what one reads is based on it.
    pub async fn version(&self) -> Result<Seq, TrainingError> {
        Ok(self.db().system().last_seq().await?)
    }

    /// Whether whoever asks sets up courses.
    pub async fn runs(&self) -> Result<bool, TrainingError> {
        Ok(self.desk.runs_appraisals().await?)
    }

    pub(crate) async fn only_who_runs(&self) -> Result<(), TrainingError> {
        if self.runs().await? { Ok(()) } else { Err(TrainingError::SetsNone) }
    }

    /// Whom whoever asks leads today: everybody below, or all for those who set up courses and for the operator.
    pub(crate) async fn led(&self) -> Result<Led, TrainingError> {
        let me = self.person();
        let below = match me {
            Some(me) => {
                let people = self.db().system().all(&access::PERSON).await?;
                let manager = |one: &Record| Some((one.id, one.value("manager").as_reference()?));
                subtree(me, &people.iter().filter_map(manager).collect())
            }
            None => BTreeSet::new(),
        };
        Ok(Led { me, below, runs: self.runs().await?, sees: self.desk.viewer().sees_appraisals })
    }

    pub(crate) async fn name(&self, person: RecordId) -> Result<String, TrainingError> {
        let found = self.db().system().get(&access::PERSON, person).await?;
        Ok(found.ok_or(TrainingError::NotThere)?.title())
    }

    /// Somebody by # and number, or external id.
    pub async fn named(&self, text: &str) -> Result<RecordId, TrainingError> {
        Ok(self.desk.person(text).await?.id)
    }

    /// Everybody by what other programs call them: external id and e-mail, in small letters. What two people are called is nobody's.
    pub(crate) async fn called(&self) -> Result<BTreeMap<String, RecordId>, TrainingError> {
        let mut called: BTreeMap<String, Option<RecordId>> = BTreeMap::new();
        for person in self.db().system().all(&access::PERSON).await?.iter().filter(|one| !one.archived) {
            for name in [person.external_id(), person.value("email").as_text()].into_iter().flatten() {
                let known = called.entry(name.trim().to_lowercase()).or_insert(Some(person.id));
                *known = known.filter(|known| *known == person.id);
            }
        }
        Ok(called.into_iter().filter_map(|(name, person)| Some((name, person?))).collect())
    }
}

/// Whom somebody leads.
#[derive(Debug, Clone)]
pub(crate) struct Led {
    me: Option<RecordId>,
    below: BTreeSet<RecordId>,
    pub runs: bool,
    sees: bool,
}

impl Led {
    /// Somebody above, or HR: of oneself neither.
    pub fn leads(&self, person: RecordId) -> bool {
        self.me != Some(person) && (self.runs || self.below.contains(&person))
    }

    pub fn sees(&self, person: RecordId) -> bool {
        self.me == Some(person) || self.sees || self.leads(person)
    }

    /// What HR wants taken, is late or is done, a manager does not make undone.
    pub fn withdraws(&self, one: &Assignment) -> bool {
        let is_theirs = one.assigned_by.is_some_and(|by| self.me == Some(by) || self.below.contains(&by));
        self.leads(one.person) && (self.runs || is_theirs && one.standing == Standing::Open)
    }

    /// HR assigns to itself too.
    pub fn assigns(&self, person: RecordId) -> bool {
        self.runs || self.leads(person)
    }
}
