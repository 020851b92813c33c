//! Reminders by mail (decision 0023): who was told what when, and rounds that tell what is to be told. Nothing of it is a record: no number
//! rests on it, and a round keeps nobody from writing.

use crate::{Inbox, InboxError, letter};
use access::{Access, PERSON};
use base::RecordId;
use db::{Db, Kept, Record, Step};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned, civil::Date};
use outbound::{MailError, Mailer};
use rules::{
    access::Viewer,
    waiting::{Waiting, is_mail_day, is_told},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

const REMINDERS: &str = "reminders";
const REMINDED_CYCLE: &str = "reminded_cycle";
const WAKE: &str = "reminders_wait";
/// Who was told what, and who wants no mail: a backup keeps it, so that a restore tells nobody everything anew.
pub const KEPT_IN_BACKUPS: [&str; 1] = [REMINDERS];

/// After this hour of the company's day nothing goes by itself.
const EVENING: i8 = 20;
/// A letter that failed, or whose sender stopped, is tried again after so long.
const AGAIN: SignedDuration = SignedDuration::from_mins(50);

/// What is kept of somebody's mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Told {
    /// They want none.
    off: bool,
    /// By [`Waiting::key`], the day on which it was told last.
    told: BTreeMap<String, Date>,
    sent_on: Option<Date>,
    /// Somebody is sending, or failed to, since.
    trying: Option<Timestamp>,
    failed: Option<String>,
    /// HR asks for a mail now.
    asked: bool,
}

/// How somebody's reminders stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub person: RecordId,
    pub by_mail: bool,
    pub sent_on: Option<Date>,
    /// Why the last one did not go.
    pub failed: Option<String>,
}

/// One letter of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    pub person: RecordId,
    pub name: String,
    pub email: String,
    pub subject: String,
    /// How much of what waits is told now.
    pub new: usize,
    pub all: usize,
    pub failed: Option<String>,
}

/// What a round did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    pub letters: Vec<Reminder>,
}

async fn kept(db: &Db, person: RecordId) -> Result<(Option<String>, Told), InboxError> {
    let content = db.kept(REMINDERS, &person.to_string()).await?.map(|kept| kept.content);
    let told = content.as_deref().and_then(|content| serde_json::from_str(content).ok()).unwrap_or_default();
    Ok((content, told))
}

/// False when somebody else changed it meanwhile.
async fn moved(db: &Db, person: RecordId, from: Option<String>, to: &Told) -> Result<bool, InboxError> {
    let to = serde_json::to_string(to).unwrap_or_default();
    Ok(db.step(&Step { kind: REMINDERS, key: person.to_string(), from, to: Some(to) }).await?)
}

/// Reads, changes and writes it, until nobody else was quicker.
async fn change(db: &Db, person: RecordId, how: impl Fn(&mut Told)) -> Result<(), InboxError> {
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
        let standing = Standing { person, by_mail: !told.off, sent_on: told.sent_on, failed: None };
        Ok(self.access.mail().map(|_| standing))
    }

    /// Somebody wants reminders by mail, or none.
    pub async fn want_mail(&self, wanted: bool) -> Result<(), InboxError> {
        change(self.access.db(), self.me()?, |told| told.off = !wanted).await
    }

    /// HR asks all who have something to write in a cycle to be reminded now: of those parts, once a day. How many people it reaches.
    pub async fn remind_cycle(&self, cycle: RecordId) -> Result<usize, InboxError> {
        let (db, appraisal) = (self.access.db(), self.appraisal());
        if !appraisal.runs_appraisals().await? {
            return Err(InboxError::NotYours);
        }
        if self.access.mail().is_none() {
            return Err(InboxError::NoMail);
        }
        let parts: BTreeSet<RecordId> =
            appraisal.progress(cycle).await?.iter().flat_map(|(_, parts)| parts).map(|part| part.id).collect();
        let waiting = appraisal::waiting(db, None, self.today().await?).await?;
        let mut keys: BTreeMap<RecordId, Vec<String>> = BTreeMap::new();
        for one in waiting.iter().filter(|one| parts.contains(&one.id) && Some(one.person) != self.viewer.person) {
            keys.entry(one.person).or_default().push(one.key());
        }
        let once = Step {
            kind: REMINDED_CYCLE,
            key: format!("{cycle} {}", self.today().await?),
            from: None,
            to: Some(String::new()),
        };
        if !db.step(&once).await? {
            return Err(InboxError::RemindedToday);
        }
        let mut reached = 0;
        for (person, keys) in &keys {
            if kept(db, *person).await?.1.off {
                continue;
            }
            reached += 1;
            change(db, *person, |told| {
                told.told.retain(|key, _| !keys.contains(key));
                told.asked = true;
            })
            .await?;
        }
        wake(db).await?;
        Ok(reached)
    }
}

/// The next look sends without waiting for its hour.
async fn wake(db: &Db) -> Result<(), InboxError> {
    let expires_at = db.now().checked_add(1.hour()).ok();
    let kept = Kept { kind: WAKE, key: WAKE.to_owned(), owner: None, content: String::new(), expires_at };
    Ok(db.keep(&kept).await?)
}

/// Tells people by mail what waits for them.
pub struct Postman {
    inbox: Inbox,
    mailer: Mailer,
    /// The last hour in which this process looked.
    looked: Option<(Date, i8)>,
}

impl Postman {
    /// None where no mail is set up.
    pub fn new(access: Access, folder: PathBuf) -> Option<Self> {
        let mailer = access.mail()?.clone();
        Some(Self { inbox: Inbox::new(access, Viewer::system(), folder), mailer, looked: None })
    }

    fn db(&self) -> &Db {
        self.inbox.access.db()
    }

    async fn now(&self) -> Result<Zoned, InboxError> {
        Ok(self.db().now().to_zoned(access::time_zone(self.db()).await?))
    }

    /// Looks whether a round is due: on working days each hour from the file's hour until the evening, and whenever HR asks. To be called
    /// every minute; any number of machines may.
    pub async fn look(&mut self) -> Result<Option<Round>, InboxError> {
        let is_asked = self.db().take_kept(WAKE, WAKE).await?.is_some();
        let now = self.now().await?;
        let hour = (now.date(), now.hour());
        let is_time = is_mail_day(now.date()) && (self.mailer.settings().hour..EVENING).contains(&now.hour());
        let is_due = is_time && self.looked != Some(hour);
        if !is_due && !is_asked {
            return Ok(None);
        }
        let round = self.round(is_due).await?;
        if is_due {
            self.looked = Some(hour);
        }
        Ok(Some(round))
    }

    /// Sends what is to be told now; with `by_itself` false only what HR asked for.
    pub async fn round(&self, by_itself: bool) -> Result<Round, InboxError> {
        let (library, today) = (self.inbox.library().await?, self.now().await?.date());
        let mut round = Round::default();
        for (person, waiting) in self.everybody().await? {
            let (before, told) = kept(self.db(), person.id).await?;
            let new = new_of(&told, &waiting, today);
            if new == 0 || !(by_itself || told.asked) || !self.is_time(&told, today) {
                continue;
            }
            let trying = Told { trying: Some(self.db().now()), ..told.clone() };
            // Another machine is at it.
            if !moved(self.db(), person.id, before, &trying).await? {
                continue;
            }
            let words = self.inbox.access.words_of(&person).await?;
            let subject = letter::title(words, &library, &waiting);
            let address = &self.mailer.settings().address;
            let letter = letter::letter(words, &subject, address, &library, &waiting, today);
            let sent = self.inbox.access.send(&self.mailer, &person, &letter).await;
            self.settle(person.id, &sent, &waiting, today).await?;
            round.letters.push(reminder(&person, &subject, (new, waiting.len()), &sent));
        }
        Ok(round)
    }

    /// Who would get which letter now.
    pub async fn plan(&self) -> Result<Round, InboxError> {
        let (library, today) = (self.inbox.library().await?, self.now().await?.date());
        let mut round = Round::default();
        for (person, waiting) in self.everybody().await? {
            let (_, told) = kept(self.db(), person.id).await?;
            let new = new_of(&told, &waiting, today);
            if new > 0 && self.is_time(&told, today) {
                let subject = letter::title(self.inbox.access.words_of(&person).await?, &library, &waiting);
                round.letters.push(reminder(&person, &subject, (new, waiting.len()), &Ok(())));
            }
        }
        Ok(round)
    }

    /// How everybody's reminders stand whose mail failed, or who want none.
    pub async fn troubled(&self) -> Result<Vec<(String, Standing)>, InboxError> {
        let mut found = Vec::new();
        for kept in self.db().all_kept(REMINDERS).await? {
            let told: Told = serde_json::from_str(&kept.content).unwrap_or_default();
            let Ok(person) = kept.key.parse::<RecordId>() else { continue };
            if told.off || told.failed.is_some() {
                let name = self.db().system().get(&PERSON, person).await?.map(|one| one.title()).unwrap_or_default();
                let (by_mail, sent_on) = (!told.off, told.sent_on);
                found.push((name, Standing { person, by_mail, sent_on, failed: told.failed }));
            }
        }
        found.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(found)
    }

    /// One letter a day, but for what HR asks; what failed or was left is tried again later.
    fn is_time(&self, told: &Told, today: Date) -> bool {
        let is_tried = told.trying.is_some_and(|since| self.db().now().duration_since(since) < AGAIN);
        !told.off && !is_tried && (told.asked || told.sent_on != Some(today))
    }

    /// Everybody who is there, has an address and something that waits.
    async fn everybody(&self) -> Result<Vec<(Record, Vec<Waiting>)>, InboxError> {
        let today = self.now().await?.date();
        let mut by_person: BTreeMap<RecordId, Vec<Waiting>> = BTreeMap::new();
        for one in self.inbox.waiting(None).await? {
            by_person.entry(one.person).or_default().push(one);
        }
        let people = self.db().system().many(&PERSON, &by_person.keys().copied().collect()).await?;
        let is_there = |person: &Record| {
            let has_left = person.value("left_on").as_date().is_some_and(|left| left <= today);
            !person.archived && !has_left && person.value("email").as_text().is_some_and(|email| !email.is_empty())
        };
        let found = by_person.into_iter().filter_map(|(id, waiting)| Some((people.get(&id)?.clone(), waiting)));
        Ok(found.filter(|(person, _)| is_there(person)).collect())
    }

    async fn settle(
        &self,
        person: RecordId,
        sent: &Result<(), MailError>,
        waiting: &[Waiting],
        today: Date,
    ) -> Result<(), InboxError> {
        if let Err(error) = sent {
            let why = error.to_string();
            return change(self.db(), person, |told| told.failed = Some(why.clone())).await;
        }
        change(self.db(), person, |told| {
            let last = told.told.clone();
            let day = |one: &Waiting| {
                let last = last.get(&one.key()).copied();
                (one.key(), if is_told(one.due, last, today) { today } else { last.unwrap_or(today) })
            };
            // What waits no more is forgotten.
            told.told = waiting.iter().map(day).collect();
            (told.sent_on, told.trying, told.failed, told.asked) = (Some(today), None, None, false);
        })
        .await
    }
}

/// How much of what waits is to be told.
fn new_of(told: &Told, waiting: &[Waiting], today: Date) -> usize {
    waiting.iter().filter(|one| is_told(one.due, told.told.get(&one.key()).copied(), today)).count()
}

fn reminder(person: &Record, subject: &str, (new, all): (usize, usize), sent: &Result<(), MailError>) -> Reminder {
    Reminder {
        person: person.id,
        name: person.title(),
        email: person.value("email").as_text().unwrap_or_default().to_owned(),
        subject: subject.to_owned(),
        new,
        all,
        failed: sent.as_ref().err().map(ToString::to_string),
    }
}
