//! Reminders by mail (decision 0023): what is kept of whom was told what, whether somebody wants them, and HR's reminder of a cycle.
//! Nothing of it is a record: no number rests on it, and keeping it keeps nobody from writing.

use crate::{Inbox, InboxError};
use access::PERSON;
use base::RecordId;
use db::{Db, Record, Step};
use jiff::{Timestamp, civil::Date};
use rules::waiting::Waiting;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const REMINDERS: &str = "reminders";
/// That HR reminds everybody of a cycle, by cycle and day.
pub(crate) const OF_CYCLE: &str = "cycle_reminder";
/// Who was told what, and who wants no mail: a backup keeps it, so that a restore tells nobody everything anew.
pub const KEPT_IN_BACKUPS: [&str; 1] = [REMINDERS];

/// What is kept of somebody's mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Told {
    /// They want none.
    pub off: bool,
    /// By [`Waiting::key`], the day on which it was told last.
    pub days: BTreeMap<String, Date>,
    pub sent_on: Option<Date>,
    /// Somebody is sending, or failed to, since.
    pub trying: Option<Timestamp>,
    pub failed: Option<String>,
    /// Of HR's reminders those that this person was told.
    pub asked: BTreeSet<String>,
}

/// HR reminds everybody of a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OfCycle {
    pub cycle: RecordId,
    pub by: RecordId,
    /// Everybody was told, or wants no mail.
    pub is_done: bool,
}

/// How somebody's reminders stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub by_mail: bool,
    pub sent_on: Option<Date>,
    /// Why the last one did not go.
    pub failed: Option<String>,
}

pub(crate) async fn kept(db: &Db, person: RecordId) -> Result<(Option<String>, Told), InboxError> {
    let content = db.kept(REMINDERS, &person.to_string()).await?.map(|kept| kept.content);
    let told = content.as_deref().and_then(|content| serde_json::from_str(content).ok()).unwrap_or_default();
    Ok((content, told))
}

/// False when somebody else changed it meanwhile.
pub(crate) async fn moved(db: &Db, person: RecordId, from: Option<String>, to: &Told) -> Result<bool, InboxError> {
    let to = serde_json::to_string(to).unwrap_or_default();
    Ok(db.step(&Step { kind: REMINDERS, key: person.to_string(), from, to: Some(to) }).await?)
}

/// Reads, changes and writes it, until nobody else was quicker.
pub(crate) async fn change(db: &Db, person: RecordId, how: impl Fn(&mut Told)) -> Result<(), InboxError> {
    loop {
        let (before, mut told) = kept(db, person).await?;
        how(&mut told);
        if moved(db, person, before, &told).await? {
            return Ok(());
        }
    }
}

impl Inbox {
    /// Whether there is mail at all, and how one's own stands.
    pub async fn standing(&self) -> Result<Option<Standing>, InboxError> {
        let person = self.me()?;
        let (_, told) = kept(self.access.db(), person).await?;
        let standing = Standing { by_mail: !told.off, sent_on: told.sent_on, failed: None };
        Ok(self.access.mail().map(|_| standing))
    }

    /// Somebody wants reminders by mail, or none.
    pub async fn want_mail(&self, wanted: bool) -> Result<(), InboxError> {
        change(self.access.db(), self.me()?, |told| told.off = !wanted).await
    }

    /// HR reminds all who have something to write in a cycle, of those parts, once a day; how many want mail. One entry says so, and the
    /// next look, of whatever machine, sends it.
    pub async fn remind_cycle(&self, cycle: RecordId) -> Result<usize, InboxError> {
        let (db, appraisal) = (self.access.db(), self.appraisal());
        if !appraisal.runs_appraisals().await? {
            return Err(InboxError::NotYours);
        }
        if self.access.mail().is_none() {
            return Err(InboxError::NoMail);
        }
        let (by, cycle) = (self.me()?, appraisal.cycle(cycle).await?.id);
        let asked = OfCycle { cycle, by, is_done: false };
        let to = Some(serde_json::to_string(&asked).unwrap_or_default());
        let key = format!("{cycle} {}", self.today().await?);
        if !db.step(&Step { kind: OF_CYCLE, key, from: None, to }).await? {
            return Err(InboxError::RemindedToday);
        }
        let mut reached = 0;
        let writers = self.of_cycle(&asked).await?;
        let today = self.today().await?;
        for (id, person) in db.system().many(&PERSON, &writers.keys().copied().collect()).await? {
            reached += usize::from(gets_mail(&person, today) && !kept(db, id).await?.1.off);
        }
        Ok(reached)
    }

    /// What is open in a cycle, by writer; of whoever reminds nothing.
    pub(crate) async fn of_cycle(&self, asked: &OfCycle) -> Result<BTreeMap<RecordId, BTreeSet<String>>, InboxError> {
        let of = |one: &Waiting| one.within == Some(asked.cycle) && one.person != asked.by;
        let waiting = appraisal::waiting(self.access.db(), None, self.today().await?).await?;
        let mut found: BTreeMap<RecordId, BTreeSet<String>> = BTreeMap::new();
        for one in waiting.iter().filter(|one| of(one)) {
            found.entry(one.person).or_default().insert(one.key());
        }
        Ok(found)
    }
}

/// Somebody who is there and has an address.
pub(crate) fn gets_mail(person: &Record, today: Date) -> bool {
    let has_left = person.value("left_on").as_date().is_some_and(|left| left <= today);
    !person.archived && !has_left && person.value("email").as_text().is_some_and(|email| !email.is_empty())
}
