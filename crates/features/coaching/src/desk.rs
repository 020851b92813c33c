//! On whose behalf, and who is above whom: managers lose sight of what was said when the reporting line ends.

use crate::CoachingError;
use access::PERSON;
use appraisal::Appraisal;
use base::{Currency, RecordId, Seq};
use db::{Db, DbError, Filter, ListQuery, Record, Tx};
use jiff::civil::Date;
use rules::{
    access::{Viewer, subtree},
    record::{RecordType, Value},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// A text is no book.
const LONGEST_TEXT: usize = 10_000;

/// Coaching on somebody's behalf.
#[derive(Clone)]
pub struct Coaching {
    pub(crate) desk: Appraisal,
    pub(crate) folder: PathBuf,
}

/// Everybody's manager of today.
pub(crate) struct Lines {
    managers: BTreeMap<RecordId, RecordId>,
    names: BTreeMap<RecordId, String>,
}

impl Lines {
    pub fn below(&self, person: RecordId) -> BTreeSet<RecordId> {
        let mut below = subtree(person, &self.managers);
        below.remove(&person);
        below
    }

    /// Those above, the nearest first.
    pub fn above(&self, person: RecordId) -> Vec<RecordId> {
        let mut found = Vec::new();
        let mut at = person;
        while let Some(manager) = self.managers.get(&at).copied() {
            if manager == person || found.contains(&manager) {
                break;
            }
            found.push(manager);
            at = manager;
        }
        found
    }

    pub fn is_above(&self, leader: RecordId, person: RecordId) -> bool {
        self.above(person).contains(&leader)
    }

    pub fn name(&self, person: RecordId) -> String {
        self.names.get(&person).cloned().unwrap_or_default()
    }
}

impl Lines {
    pub async fn load(db: &Db) -> Result<Self, DbError> {
        let people = db.system().all(&PERSON).await?;
        let manager = |one: &Record| Some((one.id, one.value("manager").as_reference()?));
        let managers = people.iter().filter_map(manager).collect();
        let names = people.iter().map(|one| (one.id, one.title())).collect();
        Ok(Self { managers, names })
    }
}

impl Coaching {
    pub fn new(db: Db, viewer: Viewer, folder: PathBuf) -> Self {
        Self { desk: Appraisal::new(db, viewer, folder.clone()), folder }
    }

    pub(crate) const fn db(&self) -> &Db {
        self.desk.db()
    }

    pub(crate) const fn viewer(&self) -> &Viewer {
        self.desk.viewer()
    }

    pub(crate) fn me(&self) -> Result<RecordId, CoachingError> {
        self.viewer().person.ok_or(CoachingError::Unnamed)
    }

    pub async fn today(&self) -> Result<Date, CoachingError> {
        Ok(self.desk.today().await?)
    }

    /// What is known now: a change that follows from what one reads is based on it.
    pub async fn version(&self) -> Result<Seq, CoachingError> {
        Ok(self.db().system().last_seq().await?)
    }

    pub(crate) async fn currency(&self) -> Result<Currency, CoachingError> {
        Ok(self.desk.company().await?.currency)
    }

    /// Somebody by # and number or external id.
    pub async fn person(&self, text: &str) -> Result<RecordId, CoachingError> {
        Ok(self.desk.person(text).await?.id)
    }

    pub(crate) async fn lines(&self) -> Result<Lines, CoachingError> {
        Ok(Lines::load(self.db()).await?)
    }

    /// Who reports to somebody without anybody between and is there today, by name.
    pub(crate) async fn reports(
        &self,
        lines: &Lines,
        leader: RecordId,
        today: Date,
    ) -> Result<Vec<Record>, CoachingError> {
        let mut people = self.desk.people(today).await?;
        people.retain(|person| lines.managers.get(&person.id) == Some(&leader));
        Ok(people)
    }

    /// Refused to all but those above.
    pub(crate) fn must_lead(&self, lines: &Lines, person: RecordId) -> Result<RecordId, CoachingError> {
        let me = self.me()?;
        if lines.is_above(me, person) { Ok(me) } else { Err(CoachingError::NotBelow(lines.name(person))) }
    }

    /// Whether whoever asks is above somebody.
    pub async fn leads(&self, person: RecordId) -> Result<bool, CoachingError> {
        let lines = self.lines().await?;
        Ok(self.viewer().person.is_some_and(|me| lines.is_above(me, person)))
    }

    /// Oneself, those above, and who sees everybody's appraisals.
    pub(crate) fn may_follow(&self, lines: &Lines, person: RecordId) -> bool {
        let me = self.viewer().person;
        me == Some(person) || me.is_some_and(|me| lines.is_above(me, person) || self.viewer().sees_appraisals)
    }

    /// Records of a type that only the product reads for others: who may see which is decided here.
    pub(crate) async fn kept(
        &self,
        record_type: &'static RecordType,
        field: &'static str,
        of: RecordId,
    ) -> Result<Vec<Record>, CoachingError> {
        let filters = vec![Filter(field, Value::Reference(of))];
        let query = ListQuery { filters, limit: u64::MAX, ..ListQuery::default() };
        let mut found = self.db().system().list(record_type, &query).await?;
        found.retain(|record| !record.archived);
        Ok(found)
    }

    pub(crate) async fn committed(&self, tx: Tx, what: &str) -> Result<(), CoachingError> {
        Ok(self.desk.written(tx, what).await?)
    }
}

/// What somebody wrote, without the space around it; too long is refused.
pub(crate) fn written(text: &str) -> Result<String, CoachingError> {
    let text = text.trim().replace("\r\n", "\n");
    if text.len() > LONGEST_TEXT { Err(CoachingError::TooLong) } else { Ok(text) }
}

/// The same, where something is to be said.
pub(crate) fn said(text: &str) -> Result<String, CoachingError> {
    let text = written(text)?;
    if text.is_empty() { Err(CoachingError::Empty) } else { Ok(text) }
}

/// A text's field; nothing where nothing was written.
pub(crate) fn text_field(text: String) -> Value {
    if text.is_empty() { Value::Null } else { Value::Text(text) }
}

pub(crate) fn text_of(record: &Record, field: &str) -> Option<String> {
    record.value(field).as_text().map(str::to_owned)
}
