//! Rounds of mail: who is told what now, sent once by any number of machines, and again where it failed.

use crate::{
    Inbox, InboxError, Standing, letter,
    reminders::{OF_CYCLE, OfCycle, REMINDERS, Told, change, gets_mail, kept, moved},
};
use access::{Access, PERSON};
use base::RecordId;
use db::{Db, Record, Step};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned, civil::Date};
use outbound::{EVENING, MailError, Mailer};
use rules::{
    access::Viewer,
    waiting::{Waiting, is_mail_day, is_told},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// So long one is remembered.
const OF_CYCLE_DAYS: i64 = 2;
/// A letter that failed, or whose sender stopped, is tried again after so long.
const AGAIN: SignedDuration = SignedDuration::from_mins(50);

/// What HR asked for and is not done.
struct Asked {
    /// With the key of each.
    of_cycles: Vec<(String, OfCycle)>,
    /// Whose parts of those cycles are open: the reminders, and what of theirs each is about.
    of_people: BTreeMap<RecordId, BTreeMap<String, BTreeSet<String>>>,
}

/// Why a round is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// It is an hour in which letters go by themselves.
    Clock,
    /// HR reminded of a cycle.
    Asked,
    /// The operator says so, whatever the hour.
    Operator,
}

/// The server refuses everybody: a wrong password, a sender that it does not know.
const MOST_FAILURES: usize = 5;

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

/// Tells people by mail what waits for them.
pub struct Postman {
    inbox: Inbox,
    mailer: Mailer,
    /// The last hour in which this process looked.
    looked: Option<(Date, i8)>,
    /// Which of HR's reminders were open after it looked last, and when that was.
    open: Option<(BTreeSet<String>, Timestamp)>,
}

impl Postman {
    /// None where no mail is set up.
    pub fn new(access: Access, folder: PathBuf) -> Option<Self> {
        let mailer = access.mail()?.clone();
        Some(Self { inbox: Inbox::new(access, Viewer::system(), folder), mailer, looked: None, open: None })
    }

    fn db(&self) -> &Db {
        self.inbox.access.db()
    }

    async fn now(&self) -> Result<Zoned, InboxError> {
        Ok(self.db().now().to_zoned(access::time_zone(self.db()).await?))
    }

    /// Looks whether a round is due: on working days each hour from the file's hour until the evening; and what HR asked for at once, and
    /// then until everybody is told. To be called every minute; any number of machines may.
    pub async fn look(&mut self) -> Result<Option<Vec<Reminder>>, InboxError> {
        let now = self.now().await?;
        let hour = (now.date(), now.hour());
        let is_due = self.is_time_of_day(&now) && self.looked != Some(hour);
        let open = self.open_reminders().await?;
        let is_new = open.iter().any(|key| self.open.as_ref().is_none_or(|(seen, _)| !seen.contains(key)));
        let last = self.open.as_ref().map(|(_, since)| now.timestamp().duration_since(*since));
        let is_again = !open.is_empty() && last.is_some_and(|since| since >= AGAIN);
        if !is_due && !is_new && !is_again {
            return Ok(None);
        }
        let round = self.round(if is_due { Cause::Clock } else { Cause::Asked }).await?;
        self.looked = if is_due { Some(hour) } else { self.looked };
        self.open = Some((open, now.timestamp()));
        Ok(Some(round))
    }

    async fn open_reminders(&self) -> Result<BTreeSet<String>, InboxError> {
        Ok(self.of_cycles().await?.into_iter().map(|(key, _)| key).collect())
    }

    fn is_time_of_day(&self, now: &Zoned) -> bool {
        is_mail_day(now.date()) && (self.mailer.settings().hour..EVENING).contains(&now.hour())
    }

    /// What HR asked for and not everybody was told; what was asked days ago is forgotten.
    async fn of_cycles(&self) -> Result<Vec<(String, OfCycle)>, InboxError> {
        let today = self.now().await?.date();
        let mut found = Vec::new();
        for kept in self.db().all_kept(OF_CYCLE).await? {
            let day = kept.key.split(' ').nth(1).and_then(|day| day.parse::<Date>().ok()).unwrap_or(Date::MIN);
            if day.saturating_add(OF_CYCLE_DAYS.days()) <= today {
                self.db().take_kept(OF_CYCLE, &kept.key).await?;
                continue;
            }
            let asked: Option<OfCycle> = serde_json::from_str(&kept.content).ok();
            found.extend(asked.filter(|asked| !asked.is_done).map(|asked| (kept.key, asked)));
        }
        Ok(found)
    }

    async fn asked(&self) -> Result<Asked, InboxError> {
        let of_cycles = self.of_cycles().await?;
        let mut of_people: BTreeMap<RecordId, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for (key, asked) in &of_cycles {
            for (person, keys) in self.inbox.of_cycle(asked).await? {
                of_people.entry(person).or_default().insert(key.clone(), keys);
            }
        }
        Ok(Asked { of_cycles, of_people })
    }

    /// Sends what is to be told now. Ends when the server takes nothing, or the day is over.
    pub async fn round(&self, cause: Cause) -> Result<Vec<Reminder>, InboxError> {
        let (library, today) = (self.inbox.library().await?, self.now().await?.date());
        let asked = self.asked().await?;
        let (mut round, mut failures, mut is_whole) = (Vec::new(), 0, true);
        for (person, waiting) in self.everybody(today).await? {
            let (before, told) = kept(self.db(), person.id).await?;
            let now = self.now().await?;
            if now.date() != today {
                break;
            }
            let Some(new) = self.told_now(&told, (person.id, &waiting), &asked, (cause, &now)) else { continue };
            let trying = Told { trying: Some(self.db().now()), ..told.clone() };
            // Another machine is at it.
            if !moved(self.db(), person.id, before, &trying).await? {
                continue;
            }
            let words = self.inbox.access.words_of(&person).await?;
            let subject = letter::title(words, waiting.len());
            let address = &self.mailer.settings().address;
            let letter = letter::letter(words, &subject, address, &library, &waiting, today);
            let sent = self.inbox.access.send(&self.mailer, &person, &letter).await;
            self.settle(person.id, &sent, (&waiting, &asked), today).await?;
            round.push(reminder_of(&person, &subject, (new, waiting.len()), &sent));
            is_whole &= sent.is_ok();
            failures = match sent {
                Ok(()) => 0,
                Err(error) => failures + usize::from(!error.is_of_the_letter()),
            };
            if failures == MOST_FAILURES {
                break;
            }
        }
        if is_whole {
            self.end(&asked).await?;
        }
        Ok(round)
    }

    /// How much a person is told now; none where no letter goes.
    fn told_now(
        &self,
        told: &Told,
        (person, waiting): (RecordId, &[Waiting]),
        asked: &Asked,
        (cause, now): (Cause, &Zoned),
    ) -> Option<usize> {
        let today = now.date();
        let is_tried = told.trying.is_some_and(|since| now.timestamp().duration_since(since) < AGAIN);
        let of = asked.of_people.get(&person).into_iter().flatten();
        let of: BTreeSet<&String> =
            of.filter(|(key, _)| !told.asked.contains(*key)).flat_map(|(_, keys)| keys).collect();
        let is_new =
            |one: &&Waiting| of.contains(&one.key()) || is_told(one.due, told.days.get(&one.key()).copied(), today);
        let new = waiting.iter().filter(is_new).count();
        let by_itself = match cause {
            Cause::Clock => self.is_time_of_day(now),
            Cause::Asked => false,
            Cause::Operator => true,
        };
        let goes = !of.is_empty() || (by_itself && told.sent_on != Some(today));
        (new > 0 && goes && !told.off && !is_tried).then_some(new)
    }

    /// What HR asked for is done where everybody whom it is about was told.
    async fn end(&self, asked: &Asked) -> Result<(), InboxError> {
        for (key, one) in &asked.of_cycles {
            let mut is_done = true;
            for (person, _) in asked.of_people.iter().filter(|(_, of)| of.contains_key(key)) {
                let (_, told) = kept(self.db(), *person).await?;
                is_done &= told.off || told.asked.contains(key) || !self.is_there(*person).await?;
            }
            if is_done {
                let text = |one: &OfCycle| Some(serde_json::to_string(one).unwrap_or_default());
                let done = OfCycle { is_done: true, ..one.clone() };
                self.db().step(&Step { kind: OF_CYCLE, key: key.clone(), from: text(one), to: text(&done) }).await?;
            }
        }
        Ok(())
    }

    /// Who would get which letter now, if the operator sent them.
    pub async fn plan(&self) -> Result<Vec<Reminder>, InboxError> {
        let now = self.now().await?;
        let asked = self.asked().await?;
        let mut round = Vec::new();
        for (person, waiting) in self.everybody(now.date()).await? {
            let (_, told) = kept(self.db(), person.id).await?;
            if let Some(new) = self.told_now(&told, (person.id, &waiting), &asked, (Cause::Operator, &now)) {
                let subject = letter::title(self.inbox.access.words_of(&person).await?, waiting.len());
                round.push(reminder_of(&person, &subject, (new, waiting.len()), &Ok(())));
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
                found.push((name, Standing { by_mail, sent_on, failed: told.failed }));
            }
        }
        found.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(found)
    }

    /// Everybody who is there, has an address and something that waits.
    async fn everybody(&self, today: Date) -> Result<Vec<(Record, Vec<Waiting>)>, InboxError> {
        let mut by_person: BTreeMap<RecordId, Vec<Waiting>> = BTreeMap::new();
        for one in self.inbox.waiting(None).await? {
            by_person.entry(one.person).or_default().push(one);
        }
        let people = self.db().system().many(&PERSON, &by_person.keys().copied().collect()).await?;
        let found = by_person.into_iter().filter_map(|(id, waiting)| Some((people.get(&id)?.clone(), waiting)));
        let mut found: Vec<_> = found.filter(|(person, _)| gets_mail(person, today)).collect();
        // One whose box is not there keeps nobody else from theirs.
        let has_failed = self
            .db()
            .all_kept(REMINDERS)
            .await?
            .into_iter()
            .filter(|one| serde_json::from_str(&one.content).is_ok_and(|told: Told| told.failed.is_some()));
        let has_failed: BTreeSet<String> = has_failed.map(|one| one.key).collect();
        found.sort_by_key(|(person, _)| (has_failed.contains(&person.id.to_string()), person.id));
        Ok(found)
    }

    async fn is_there(&self, person: RecordId) -> Result<bool, InboxError> {
        let (found, today) = (self.db().system().get(&PERSON, person).await?, self.now().await?.date());
        Ok(found.is_some_and(|person| gets_mail(&person, today)))
    }

    async fn settle(
        &self,
        person: RecordId,
        sent: &Result<(), MailError>,
        (waiting, asked): (&[Waiting], &Asked),
        today: Date,
    ) -> Result<(), InboxError> {
        if let Err(error) = sent {
            let why = error.kind();
            return change(self.db(), person, |told| told.failed = Some(why.clone())).await;
        }
        change(self.db(), person, |told| {
            let last = told.days.clone();
            let day = |one: &Waiting| {
                let last = last.get(&one.key()).copied();
                (one.key(), if is_told(one.due, last, today) { today } else { last.unwrap_or(today) })
            };
            // What waits no more is forgotten.
            told.days = waiting.iter().map(day).collect();
            (told.sent_on, told.trying, told.failed) = (Some(today), None, None);
            let open = |key: &String| asked.of_cycles.iter().any(|(open, _)| open == key);
            told.asked.retain(open);
            told.asked.extend(asked.of_people.get(&person).into_iter().flat_map(BTreeMap::keys).cloned());
        })
        .await
    }
}

fn reminder_of(person: &Record, subject: &str, (new, all): (usize, usize), sent: &Result<(), MailError>) -> Reminder {
    Reminder {
        person: person.id,
        name: person.title(),
        email: person.value("email").as_text().unwrap_or_default().to_owned(),
        subject: subject.to_owned(),
        new,
        all,
        failed: sent.as_ref().err().map(MailError::kind),
    }
}
