//! Texts of coaching, each with its readers: who they are stands beside the field while one writes.

use crate::{
    COACHING_NOTE, Coaching, CoachingError,
    desk::{Lines, said, text_of},
};
use base::RecordId;
use db::{Change, Record};
use jiff::civil::Date;
use rules::{log::Origin, record::Value};

/// Who may read a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Readers {
    /// Its writer.
    Own,
    /// The person and the leader, while the one is below the other.
    Both,
    /// They, and everybody above the person.
    Line,
}

impl Readers {
    pub const ALL: [Self; 3] = [Self::Own, Self::Both, Self::Line];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Both => "both",
            Self::Line => "line",
        }
    }

    pub fn read(word: &str) -> Result<Self, CoachingError> {
        Self::ALL.into_iter().find(|one| one.name() == word).ok_or(CoachingError::Readers)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    Agenda,
    Note,
    /// Something that one of the two does; it follows into the next talk until it is done.
    Action,
    Feedback,
    /// Somebody asks for feedback.
    Request,
}

impl NoteKind {
    pub const ALL: [Self; 5] = [Self::Agenda, Self::Note, Self::Action, Self::Feedback, Self::Request];
    /// What both add to a talk.
    pub const TALK: [Self; 3] = [Self::Agenda, Self::Note, Self::Action];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Agenda => "agenda",
            Self::Note => "note",
            Self::Action => "action",
            Self::Feedback => "feedback",
            Self::Request => "request",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Note {
    pub id: RecordId,
    pub kind: NoteKind,
    pub readers: Readers,
    pub writer: RecordId,
    pub writer_name: String,
    pub person: RecordId,
    pub leader: RecordId,
    pub text: String,
    pub talk: Option<RecordId>,
    pub feedback: Option<RecordId>,
    /// Of an action.
    pub doer: Option<(RecordId, String)>,
    pub due: Option<Date>,
    pub written_on: Date,
    pub done_on: Option<Date>,
    /// Who reads it today.
    pub reader_names: Vec<String>,
}

/// A text that somebody adds.
pub(crate) struct NewNote {
    pub person: RecordId,
    pub leader: RecordId,
    pub kind: NoteKind,
    pub readers: Readers,
    pub text: String,
    pub more: Vec<(&'static str, Value)>,
}

impl Note {
    pub(crate) fn read(record: &Record, lines: &Lines) -> Option<Self> {
        let who = |field: &str| record.value(field).as_reference();
        let kind = text_of(record, "kind")?;
        let readers = text_of(record, "readers")?;
        let readers = Readers::read(&readers).ok()?;
        let (writer, person, leader) = (who("writer")?, who("person")?, who("leader")?);
        let people = readers_of(lines, readers, writer, person, leader);
        Some(Self {
            id: record.id,
            kind: NoteKind::ALL.into_iter().find(|one| one.name() == kind)?,
            readers,
            writer,
            writer_name: lines.name(writer),
            person,
            leader,
            // Erased texts are gone; that something was there is not.
            text: text_of(record, "text").unwrap_or_else(|| "–".to_owned()),
            talk: who("one_on_one"),
            feedback: who("feedback"),
            doer: who("doer").map(|doer| (doer, lines.name(doer))),
            due: record.value("due").as_date(),
            written_on: record.value("written_on").as_date()?,
            done_on: record.value("done_on").as_date(),
            reader_names: people.into_iter().map(|one| lines.name(one)).collect(),
        })
    }

    /// Whom it is between: they alone say that an action is done.
    pub fn is_between(&self, me: RecordId) -> bool {
        me == self.person || me == self.leader
    }

    /// Whether its writer may keep it to themself: not what another does, nor what was said to somebody.
    pub fn may_be_own(&self) -> bool {
        match self.kind {
            NoteKind::Agenda | NoteKind::Note => true,
            NoteKind::Action => self.doer.as_ref().is_none_or(|(doer, _)| *doer == self.writer),
            NoteKind::Feedback | NoteKind::Request => false,
        }
    }

    pub const fn is_open_action(&self) -> bool {
        matches!(self.kind, NoteKind::Action) && self.done_on.is_none()
    }

    /// The person it is about reads what is not another's own; a leader and those above only while they are above.
    pub(crate) fn is_read_by(&self, me: RecordId, lines: &Lines) -> bool {
        let is_mine = self.writer == me;
        if me == self.person {
            return is_mine || self.readers != Readers::Own;
        }
        let may = match self.readers {
            Readers::Own => is_mine,
            Readers::Both => me == self.leader,
            Readers::Line => true,
        };
        may && lines.is_above(me, self.person)
    }
}

/// A leader who is above no more reads nothing of it.
fn readers_of(lines: &Lines, readers: Readers, writer: RecordId, person: RecordId, leader: RecordId) -> Vec<RecordId> {
    let leads = |one: &RecordId| lines.is_above(*one, person);
    match readers {
        Readers::Own => Some(writer).filter(|one| *one == person || leads(one)).into_iter().collect(),
        Readers::Both => [person].into_iter().chain(Some(leader).filter(leads)).collect(),
        Readers::Line => [person].into_iter().chain(lines.above(person)).collect(),
    }
}

impl Coaching {
    /// Whom a text's readers are, by name; the writer among them.
    pub(crate) fn reader_names(
        &self,
        lines: &Lines,
        person: RecordId,
        leader: RecordId,
        readers: Readers,
    ) -> Vec<String> {
        let writer = self.viewer().person.unwrap_or(person);
        readers_of(lines, readers, writer, person, leader).into_iter().map(|one| lines.name(one)).collect()
    }

    /// Texts about somebody that whoever asks may read, the first first.
    pub(crate) async fn notes(&self, lines: &Lines, person: RecordId) -> Result<Vec<Note>, CoachingError> {
        let me = self.me()?;
        let found = self.kept(&COACHING_NOTE, "person", person).await?;
        let mut notes: Vec<Note> = found.iter().filter_map(|one| Note::read(one, lines)).collect();
        notes.retain(|note| note.is_read_by(me, lines));
        notes.sort_by_key(|note| note.id);
        Ok(notes)
    }

    /// Adds a text to what a transaction writes.
    pub(crate) async fn put_note(&self, tx: &mut db::Tx, new: NewNote) -> Result<RecordId, CoachingError> {
        let id = self.db().new_id().await?;
        let mut fields = vec![
            ("writer", Value::Reference(self.me()?)),
            ("person", Value::Reference(new.person)),
            ("leader", Value::Reference(new.leader)),
            ("kind", Value::Text(new.kind.name().to_owned())),
            ("readers", Value::Text(new.readers.name().to_owned())),
            ("text", Value::Text(said(&new.text)?)),
            ("written_on", Value::Date(self.today().await?)),
        ];
        fields.extend(new.more);
        tx.put(Change::create(&COACHING_NOTE, id, fields))?;
        Ok(id)
    }

    async fn note(&self, lines: &Lines, id: RecordId) -> Result<Note, CoachingError> {
        let me = self.me()?;
        let record = self.db().system().get(&COACHING_NOTE, id).await?.filter(|one| !one.archived);
        let note = record.and_then(|record| Note::read(&record, lines));
        note.filter(|note| note.is_read_by(me, lines)).ok_or(CoachingError::NotThere)
    }

    /// Either of the two says that an action is done, or that it is not after all.
    pub async fn tick(&self, id: RecordId, is_done: bool, origin: Origin) -> Result<Note, CoachingError> {
        let lines = self.lines().await?;
        let seq = self.db().system().last_seq().await?;
        let note = self.note(&lines, id).await?;
        if note.kind != NoteKind::Action {
            return Err(CoachingError::Kind);
        }
        if !note.is_between(self.me()?) {
            return Err(CoachingError::OnlyWriter(lines.name(note.person)));
        }
        let done = if is_done { Value::Date(self.today().await?) } else { Value::Null };
        let mut tx = self.db().begin(self.viewer().person, origin);
        tx.put(Change::set(&COACHING_NOTE, id, vec![("done_on", done)]).based_on(seq))?;
        self.committed(tx, "the action").await?;
        Ok(note)
    }

    /// A writer changes who may read a text of theirs.
    pub async fn readers(&self, id: RecordId, readers: Readers, origin: Origin) -> Result<Note, CoachingError> {
        let lines = self.lines().await?;
        let seq = self.db().system().last_seq().await?;
        let note = self.note(&lines, id).await?;
        if note.writer != self.me()? {
            return Err(CoachingError::OnlyWriter(note.writer_name));
        }
        if readers == Readers::Own && !note.may_be_own() {
            return Err(CoachingError::Readers);
        }
        let mut tx = self.db().begin(self.viewer().person, origin);
        let fields = vec![("readers", Value::Text(readers.name().to_owned()))];
        tx.put(Change::set(&COACHING_NOTE, id, fields).based_on(seq))?;
        self.committed(tx, "the note").await?;
        Ok(note)
    }
}
