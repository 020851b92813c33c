//! What waits for whoever asks, and each of those below at a look.

use crate::{
    Coaching, CoachingError,
    desk::Lines,
    feedback::Feedback,
    notes::{Note, NoteKind, Readers},
    reviews::Review,
    talks::{Talk, TalkState},
    tasks::Task,
};
use base::RecordId;
use db::Record;
use jiff::civil::Date;

/// What one comes for.
#[derive(Debug, Clone)]
pub struct Overview {
    pub today: Date,
    /// One's next talk with each manager, and the last ones.
    pub talks: Vec<(Talk, String)>,
    /// What one is to do, with whom it was agreed.
    pub actions: Vec<(Note, String)>,
    /// To be rated.
    pub feedback: Vec<Feedback>,
    pub team: Vec<Led>,
}

/// A report, as their leader has them before their eyes.
#[derive(Debug, Clone)]
pub struct Led {
    pub person: RecordId,
    pub name: String,
    pub last_talk: Option<Date>,
    pub next_talk: Option<(RecordId, Date)>,
    pub open_actions: usize,
    /// Given by anybody in the last 30 days.
    pub feedback: usize,
    /// Tasks that ask for something now.
    pub needs: usize,
    pub new_accounts: usize,
}

/// Somebody's coaching as whoever asks may read it.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: RecordId,
    pub name: String,
    pub today: Date,
    pub talks: Vec<(Talk, String)>,
    pub actions: Vec<Note>,
    /// What else of talks whoever asks may read, the last first; the two find it in their talks.
    pub notes: Vec<Note>,
    pub tasks: Vec<Task>,
    pub new_accounts: Vec<Record>,
    pub feedback: Vec<Feedback>,
    pub reviews: Vec<Review>,
    /// By whom a text of whoever asks would be read.
    pub readers: Vec<(Readers, Vec<String>)>,
    /// Who reports to them, for whoever is above.
    pub reports: Vec<(RecordId, String)>,
    pub is_own: bool,
    /// Whoever asks is above.
    pub leads: bool,
}

/// So many of the last talks stand on the first page.
const LAST_TALKS: usize = 6;
const RECENT_DAYS: i64 = 30;

impl Coaching {
    pub async fn overview(&self) -> Result<Overview, CoachingError> {
        let (me, lines, today) = (self.me()?, self.lines().await?, self.today().await?);
        let mut talks = self.talks(&lines, me).await?;
        talks.retain(|talk| talk.state != TalkState::Cancelled);
        talks.truncate(LAST_TALKS);
        let mut feedback = self.feedback_about(&lines, me).await?;
        feedback.retain(|one| one.waits && one.text.is_some());
        let mut team = Vec::new();
        for person in self.reports(&lines, me, today).await? {
            team.push(self.led_person(&lines, &person, today).await?);
        }
        let other = |note: &Note| if note.person == me { lines.name(note.leader) } else { lines.name(note.person) };
        Ok(Overview {
            today,
            talks: talks.into_iter().map(|talk| (talk.clone(), lines.name(talk.leader))).collect(),
            actions: self.own_actions(&lines).await?.into_iter().map(|note| (note.clone(), other(&note))).collect(),
            feedback,
            team,
        })
    }

    async fn led_person(&self, lines: &Lines, person: &Record, today: Date) -> Result<Led, CoachingError> {
        let talks = self.talks(lines, person.id).await?;
        let tasks = self.tasks(lines, person.id).await?;
        let notes = self.notes(lines, person.id).await?;
        let feedback = self.feedback_about(lines, person.id).await?;
        let recent = today.saturating_sub(jiff::ToSpan::days(RECENT_DAYS));
        let next = talks.iter().filter(|talk| talk.state == TalkState::Planned).min_by_key(|talk| talk.day);
        Ok(Led {
            person: person.id,
            name: person.title(),
            last_talk: talks.iter().find(|talk| talk.state == TalkState::Held).map(|talk| talk.day),
            next_talk: next.map(|talk| (talk.id, talk.day)),
            open_actions: notes.iter().filter(|note| note.is_open_action()).count(),
            feedback: feedback.iter().filter(|one| one.given_on > recent).count(),
            needs: tasks.iter().filter(|task| !task.needs(today).is_empty()).count(),
            new_accounts: self.new_accounts(person.id, &tasks).await?.len(),
        })
    }

    pub async fn coached(&self, person: RecordId) -> Result<Person, CoachingError> {
        let (me, lines, today) = (self.me()?, self.lines().await?, self.today().await?);
        if !self.may_follow(&lines, person) || lines.name(person).is_empty() {
            return Err(CoachingError::NotThere);
        }
        let leads = lines.is_above(me, person);
        let reports = if leads { self.reports(&lines, person, today).await? } else { Vec::new() };
        let talks = self.talks(&lines, person).await?;
        let tasks = self.tasks(&lines, person).await?;
        let mut notes = self.notes(&lines, person).await?;
        let actions = notes.iter().filter(|note| note.is_open_action()).cloned().collect();
        notes.retain(|note| matches!(note.kind, NoteKind::Agenda | NoteKind::Note) && !note.is_between(me));
        notes.reverse();
        Ok(Person {
            id: person,
            name: lines.name(person),
            today,
            talks: talks.into_iter().map(|talk| (talk.clone(), lines.name(talk.leader))).collect(),
            actions,
            notes,
            new_accounts: self.new_accounts(person, &tasks).await?,
            tasks,
            feedback: self.feedback_about(&lines, person).await?,
            reviews: self.reviews(&lines, person).await?,
            readers: [Readers::Both, Readers::Line]
                .map(|readers| (readers, self.reader_names(&lines, person, me, readers)))
                .into(),
            is_own: me == person,
            reports: reports.iter().map(|one| (one.id, one.title())).collect(),
            leads,
        })
    }
}
