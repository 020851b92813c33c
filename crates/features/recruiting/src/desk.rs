//! On whose behalf: HR sees everything, a hiring manager their openings, an interviewer whom they are asked about.

use crate::{Candidate, Needs, Opening, RecruitingError};
use appraisal::Appraisal;
use base::{RecordId, Seq};
use db::{Change, Db, DbError, Filter, ListQuery, Record};
use jiff::civil::Date;
use rules::{
    access::{Viewer, appoints, recruits},
    log::{Fields, Origin},
    record::{RecordType, Value},
    role::{Library, Profile},
};
use std::{collections::BTreeMap, path::PathBuf};

/// Longest text of an answer.
const LONGEST: usize = 4_000;

/// Recruiting on somebody's behalf.
#[derive(Clone)]
pub struct Recruiting {
    pub(crate) desk: Appraisal,
}

/// Whoever asks, with what their role of today gives.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    pub me: RecordId,
    pub email: Option<String>,
    pub is_hr: bool,
    /// Head of sales and chief executive: they plan and approve openings, and see no candidate.
    pub appoints: bool,
}

impl Who {
    pub const fn plans(&self) -> bool {
        self.is_hr || self.appoints
    }

    pub fn sees_opening(&self, opening: &Opening) -> bool {
        self.plans() || [opening.hiring_manager.0, opening.drafted_by.0].contains(&self.me)
    }

    /// HR and the hiring manager.
    pub fn runs(&self, opening: &Opening) -> bool {
        self.is_hr || opening.hiring_manager.0 == self.me
    }

    /// Nobody reads what is said of themself, by whatever address they came.
    pub fn is_candidate(&self, candidate: &Candidate) -> bool {
        let is_called = candidate.email.is_some() && self.email == candidate.email;
        is_called || candidate.person == Some(self.me)
    }
}

impl Recruiting {
    pub fn new(db: Db, viewer: Viewer, folder: PathBuf) -> Self {
        Self { desk: Appraisal::new(db, viewer, folder) }
    }

    pub(crate) const fn db(&self) -> &Db {
        self.desk.db()
    }

    pub async fn today(&self) -> Result<Date, RecruitingError> {
        Ok(self.desk.today().await?)
    }

    pub(crate) async fn who(&self) -> Result<Who, RecruitingError> {
        let me = self.desk.viewer().person.ok_or(RecruitingError::NotYours)?;
        let person = self.db().system().get(&access::PERSON, me).await?.ok_or(RecruitingError::NotYours)?;
        let role = access::role(&person);
        let email = person.value("email").as_text().map(tidy);
        Ok(Who { me, email, is_hr: recruits(role), appoints: appoints(role) })
    }

    pub(crate) async fn only_hr(&self) -> Result<Who, RecruitingError> {
        let who = self.who().await?;
        if who.is_hr { Ok(who) } else { Err(RecruitingError::NotYours) }
    }

    /// What is known now: a change that follows from what one reads is based on it.
    pub(crate) async fn last_seq(&self) -> Result<Seq, RecruitingError> {
        Ok(self.db().system().last_seq().await?)
    }

    pub(crate) async fn all(
        &self,
        record_type: &'static RecordType,
        filters: Vec<Filter>,
    ) -> Result<Vec<Record>, RecruitingError> {
        let query = ListQuery { filters, limit: u64::MAX, ..ListQuery::default() };
        let mut found = self.db().system().list(record_type, &query).await?;
        found.sort_by_key(|record| record.id);
        Ok(found)
    }

    pub(crate) async fn one(&self, record_type: &'static RecordType, id: RecordId) -> Result<Record, RecruitingError> {
        self.db().system().get(record_type, id).await?.ok_or(RecruitingError::NotThere)
    }

    pub(crate) async fn version_of(
        &self,
        record_type: &'static RecordType,
        id: RecordId,
    ) -> Result<Seq, RecruitingError> {
        Ok(self.db().system().last_change(record_type, id).await?.unwrap_or(Seq(0)))
    }

    pub(crate) async fn names(&self, people: Vec<RecordId>) -> Result<BTreeMap<RecordId, String>, RecruitingError> {
        Ok(self.desk.names(people).await?)
    }

    pub(crate) async fn team_names(&self) -> Result<BTreeMap<RecordId, String>, RecruitingError> {
        let teams = self.db().system().all(&access::TEAM).await?;
        Ok(teams.iter().filter(|team| !team.archived).map(|team| (team.id, team.title())).collect())
    }

    /// Everybody who is here today, by name.
    pub async fn people(&self) -> Result<Vec<(RecordId, String)>, RecruitingError> {
        let people = self.desk.people(self.today().await?).await?;
        Ok(people.iter().map(|person| (person.id, person.title())).collect())
    }

    /// Somebody who is here, with the name.
    pub(crate) async fn somebody(
        &self,
        field: &'static str,
        id: RecordId,
    ) -> Result<(RecordId, String), RecruitingError> {
        let found = self.people().await?.into_iter().find(|(person, _)| *person == id);
        found.ok_or_else(|| RecruitingError::field(field, &id.to_string(), Needs::Person))
    }

    /// The roles that have a profile today, by name.
    pub async fn roles(&self) -> Result<BTreeMap<String, Profile>, RecruitingError> {
        let held = self.desk.roles(self.today().await?).await?;
        Ok(held.into_iter().map(|(role, held)| (role, held.what)).collect())
    }

    /// What is asked of an opening's role: as it held when the opening was approved, so that every scorecard measures by the same.
    pub async fn profile(&self, opening: &Opening) -> Result<(Profile, Library), RecruitingError> {
        let day = match &opening.approved {
            Some((_, day)) => *day,
            None => self.today().await?,
        };
        Ok((self.desk.role(&opening.role, day).await?.what, self.desk.library(day).await?))
    }

    pub(crate) async fn written(&self, tx: db::Tx, what: &'static str) -> Result<(), RecruitingError> {
        match tx.commit().await {
            Ok(_) => Ok(()),
            Err(DbError::Conflict { .. } | DbError::Moved) => Err(RecruitingError::Moved(what)),
            Err(DbError::Erased { .. }) => Err(RecruitingError::Erased),
            Err(other) => Err(other.into()),
        }
    }

    /// One change of one record, unless somebody changed the same since it was looked at.
    pub(crate) async fn set(
        &self,
        (record_type, id): (&'static RecordType, RecordId),
        fields: Fields,
        seen: Option<Seq>,
        origin: Origin,
    ) -> Result<(), RecruitingError> {
        let seen = match seen {
            Some(seen) => seen,
            None => self.last_seq().await?,
        };
        let mut tx = self.db().begin(self.desk.viewer().person, origin);
        tx.put(Change::set(record_type, id, fields).based_on(seen))?;
        self.written(tx, record_type.name).await
    }
}

/// An e-mail as it is compared.
pub(crate) fn tidy(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A text that says something, and is no book.
pub(crate) fn said(field: &'static str, text: &str) -> Result<String, RecruitingError> {
    let text = text.trim();
    let is_right = !text.is_empty() && text.chars().count() <= LONGEST;
    if is_right { Ok(text.to_owned()) } else { Err(RecruitingError::field(field, &brief(text), Needs::Text)) }
}

/// The same, or nothing.
pub(crate) fn said_or_null(field: &'static str, text: &str) -> Result<Value, RecruitingError> {
    if text.trim().is_empty() { Ok(Value::Null) } else { said(field, text).map(Value::Text) }
}

/// A word of a closed list.
pub(crate) fn word(field: &'static str, text: &str, list: &[&'static str]) -> Result<Value, RecruitingError> {
    let found = list.iter().find(|one| **one == text.trim());
    let found = found.ok_or_else(|| RecruitingError::field(field, text, Needs::Word))?;
    Ok(Value::Text((*found).to_owned()))
}

pub(crate) fn day(field: &'static str, text: &str) -> Result<Date, RecruitingError> {
    text.trim().parse().map_err(|_| RecruitingError::field(field, text, Needs::Day))
}

/// What an error repeats of a text.
pub(crate) fn brief(text: &str) -> String {
    text.chars().take(60).collect()
}

pub(crate) fn text_of(record: &Record, field: &str) -> String {
    record.value(field).as_text().unwrap_or_default().to_owned()
}
