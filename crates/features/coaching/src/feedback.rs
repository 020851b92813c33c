//! Feedback (COACH-3): given by a leader, asked for, and rated by whom it is about. That it was given and how it was rated is a
//! record that KPIs count; what was said is a text with readers of its own.

use crate::{
    COACHING_NOTE, Coaching, CoachingError,
    desk::{Lines, said},
    notes::{NewNote, Note, NoteKind, Readers},
};
use base::RecordId;
use crm::FEEDBACK;
use db::{Change, Record};
use jiff::civil::Date;
use rules::{log::Origin, record::Value};
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub struct Feedback {
    pub id: RecordId,
    pub person: RecordId,
    pub name: String,
    pub leader: Option<RecordId>,
    pub leader_name: String,
    pub given_on: Date,
    pub rating: Option<i64>,
    /// Where it may be read.
    pub text: Option<String>,
    /// Whoever asks is whom it is about, and has not rated it.
    pub waits: bool,
}

/// Feedback of and by whoever asks, and what was asked for.
#[derive(Debug, Clone)]
pub struct Given {
    pub received: Vec<Feedback>,
    pub given: Vec<Feedback>,
    /// Of people below, who wait for it.
    pub requests: Vec<(Note, String)>,
    /// One's own that wait.
    pub asked: Vec<(Note, String)>,
}

pub const RATINGS: std::ops::RangeInclusive<i64> = 1..=5;

impl Coaching {
    fn feedback_of(&self, records: &[Record], notes: &BTreeMap<RecordId, Note>, lines: &Lines) -> Vec<Feedback> {
        let me = self.viewer().person;
        let read = |record: &Record| {
            let person = record.value("person").as_reference()?;
            let leader = record.value("leader").as_reference();
            let rating = record.value("rating").as_integer();
            Some(Feedback {
                id: record.id,
                person,
                name: lines.name(person),
                leader,
                leader_name: leader.map(|leader| lines.name(leader)).unwrap_or_default(),
                given_on: record.value("given_on").as_date()?,
                rating,
                text: notes.get(&record.id).map(|note| note.text.clone()),
                waits: me == Some(person) && rating.is_none(),
            })
        };
        let mut found: Vec<Feedback> = records.iter().filter_map(read).collect();
        found.sort_by_key(|one| std::cmp::Reverse((one.given_on, one.id)));
        found
    }

    /// Feedback about somebody, as whoever asks may read it, the last first.
    pub(crate) async fn feedback_about(&self, lines: &Lines, person: RecordId) -> Result<Vec<Feedback>, CoachingError> {
        let notes = self.notes(lines, person).await?.into_iter();
        let notes = notes.filter_map(|note| Some((note.feedback?, note))).collect();
        Ok(self.feedback_of(&self.kept(&FEEDBACK, "person", person).await?, &notes, lines))
    }

    pub async fn feedback(&self) -> Result<Given, CoachingError> {
        let (me, lines) = (self.me()?, self.lines().await?);
        let mut given = self.kept(&FEEDBACK, "leader", me).await?;
        given.retain(|one| one.value("person").as_reference().is_some_and(|person| lines.is_above(me, person)));
        let (mut notes, mut requests) = (BTreeMap::new(), Vec::new());
        let found = self.kept(&COACHING_NOTE, "leader", me).await?;
        for note in found.iter().filter_map(|one| Note::read(one, &lines)).filter(|note| note.is_read_by(me, &lines)) {
            match (note.kind, note.feedback) {
                (NoteKind::Request, _) if note.done_on.is_none() => {
                    requests.push((note.clone(), lines.name(note.person)));
                }
                (NoteKind::Feedback, Some(feedback)) => {
                    notes.insert(feedback, note);
                }
                _ => {}
            }
        }
        let own = self.notes(&lines, me).await?;
        let asked = own.into_iter().filter(|note| note.kind == NoteKind::Request && note.done_on.is_none());
        Ok(Given {
            received: self.feedback_about(&lines, me).await?,
            given: self.feedback_of(&given, &notes, &lines),
            requests,
            asked: asked.map(|note| (note.clone(), lines.name(note.leader))).collect(),
        })
    }

    /// A leader gives feedback to somebody below; what they were asked for is answered with it.
    pub async fn give(
        &self,
        person: RecordId,
        text: &str,
        readers: Readers,
        request: Option<RecordId>,
        origin: Origin,
    ) -> Result<RecordId, CoachingError> {
        let lines = self.lines().await?;
        let leader = self.must_lead(&lines, person)?;
        // Whom it is about reads it: otherwise it is a note.
        if readers == Readers::Own {
            return Err(CoachingError::Readers);
        }
        let seq = self.db().system().last_seq().await?;
        let today = self.today().await?;
        let id = self.db().new_id().await?;
        let fields = vec![
            ("person", Value::Reference(person)),
            ("leader", Value::Reference(leader)),
            ("given_on", Value::Date(today)),
        ];
        let mut tx = self.db().begin(self.viewer().person, origin);
        tx.put(Change::create(&FEEDBACK, id, fields))?;
        let more = vec![("feedback", Value::Reference(id))];
        let new = NewNote { person, leader, kind: NoteKind::Feedback, readers, text: said(text)?, more };
        self.put_note(&mut tx, new).await?;
        if let Some(request) = request {
            let waits = self.notes(&lines, person).await?.into_iter().any(|note| {
                note.id == request && note.kind == NoteKind::Request && note.leader == leader && note.done_on.is_none()
            });
            if !waits {
                return Err(CoachingError::NotThere);
            }
            tx.put(Change::set(&COACHING_NOTE, request, vec![("done_on", Value::Date(today))]).based_on(seq))?;
        }
        self.committed(tx, "the feedback").await?;
        Ok(id)
    }

    /// Somebody asks a manager of theirs for feedback.
    pub async fn request(&self, leader: RecordId, text: &str, origin: Origin) -> Result<RecordId, CoachingError> {
        let (me, lines) = (self.me()?, self.lines().await?);
        if !lines.is_above(leader, me) {
            return Err(CoachingError::NotAbove(lines.name(leader)));
        }
        let mut tx = self.db().begin(self.viewer().person, origin);
        let new = NewNote {
            person: me,
            leader,
            kind: NoteKind::Request,
            readers: Readers::Both,
            text: said(text)?,
            more: Vec::new(),
        };
        let id = self.put_note(&mut tx, new).await?;
        self.committed(tx, "the request").await?;
        Ok(id)
    }

    /// Whom feedback is about says how much it helped; nobody else does.
    pub async fn rate(&self, id: RecordId, rating: i64, origin: Origin) -> Result<(), CoachingError> {
        let me = self.me()?;
        let seq = self.db().system().last_seq().await?;
        let record = self.db().system().get(&FEEDBACK, id).await?.ok_or(CoachingError::NotThere)?;
        if record.value("person").as_reference() != Some(me) {
            return Err(CoachingError::NotThere);
        }
        if !RATINGS.contains(&rating) {
            return Err(CoachingError::Rating);
        }
        let mut tx = self.db().begin(Some(me), origin);
        tx.put(Change::set(&FEEDBACK, id, vec![("rating", Value::Integer(rating))]).based_on(seq))?;
        self.committed(tx, "the feedback").await
    }

    /// Whom one may ask: those above.
    pub async fn managers(&self) -> Result<Vec<(RecordId, String)>, CoachingError> {
        let (me, lines) = (self.me()?, self.lines().await?);
        Ok(lines.above(me).into_iter().map(|one| (one, lines.name(one))).collect())
    }
}
