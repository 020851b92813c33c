//! 1:1s (COACH-1): an agenda that both add to, notes, and actions that follow into the next talk until they are done.

use crate::{
    COACHING_NOTE, Coaching, CoachingError, ONE_ON_ONE,
    desk::{Lines, said, text_field, text_of, written},
    notes::{NewNote, Note, NoteKind, Readers},
};
use access::looks::{self, Look};
use base::RecordId;
use db::{Change, Record};
use jiff::civil::Date;
use rules::{log::Origin, record::Value};
use std::collections::BTreeMap;

const LOOK: &str = "talk_look";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TalkState {
    Planned,
    Held,
    Cancelled,
}

impl TalkState {
    pub const ALL: [Self; 3] = [Self::Planned, Self::Held, Self::Cancelled];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Held => "held",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A talk as it stands.
#[derive(Debug, Clone)]
pub struct Talk {
    pub id: RecordId,
    pub leader: RecordId,
    pub person: RecordId,
    pub day: Date,
    pub topic: Option<String>,
    pub state: TalkState,
}

/// A talk with what of it whoever asks may read.
#[derive(Debug, Clone)]
pub struct Open {
    pub talk: Talk,
    pub person: String,
    pub leader: String,
    pub notes: Vec<Note>,
    /// Open ones of talks before.
    pub carried: Vec<Note>,
    /// By readers: whom that would be.
    pub readers: Vec<(Readers, Vec<String>)>,
    pub is_leader: bool,
    /// Of others than the person.
    pub looks: Vec<Look>,
    /// It goes on: not cancelled, and the leader is still above.
    pub may_add: bool,
}

/// What somebody adds to a talk.
#[derive(Debug, Clone)]
pub struct Added {
    pub kind: NoteKind,
    pub readers: Readers,
    pub text: String,
    /// Of an action: the person does it, or else the leader.
    pub by_leader: bool,
    pub due: Option<Date>,
}

impl Talk {
    pub(crate) fn read(record: &Record) -> Option<Self> {
        let state = text_of(record, "state")?;
        Some(Self {
            id: record.id,
            leader: record.value("leader").as_reference()?,
            person: record.value("person").as_reference()?,
            day: record.value("day").as_date()?,
            topic: text_of(record, "topic"),
            state: TalkState::ALL.into_iter().find(|one| one.name() == state)?,
        })
    }

    pub(crate) fn is_read_by(&self, me: RecordId, lines: &Lines) -> bool {
        me == self.person || (me == self.leader && lines.is_above(me, self.person))
    }
}

impl Coaching {
    /// A leader plans a talk, or enters one that was held.
    pub async fn plan_talk(
        &self,
        person: RecordId,
        day: Date,
        topic: &str,
        origin: Origin,
    ) -> Result<RecordId, CoachingError> {
        let lines = self.lines().await?;
        let leader = self.must_lead(&lines, person)?;
        let id = self.db().new_id().await?;
        let fields = vec![
            ("leader", Value::Reference(leader)),
            ("person", Value::Reference(person)),
            ("day", Value::Date(day)),
            ("topic", text_field(written(topic)?)),
            ("state", Value::Text(TalkState::Planned.name().to_owned())),
        ];
        let mut tx = self.db().begin(self.viewer().person, origin);
        tx.put(Change::create(&ONE_ON_ONE, id, fields))?;
        self.committed(tx, "the 1:1").await?;
        Ok(id)
    }

    /// Talks with or of somebody that whoever asks may open, the last first.
    pub(crate) async fn talks(&self, lines: &Lines, person: RecordId) -> Result<Vec<Talk>, CoachingError> {
        let me = self.me()?;
        let mut found: Vec<Talk> =
            self.kept(&ONE_ON_ONE, "person", person).await?.iter().filter_map(Talk::read).collect();
        found.retain(|talk| talk.is_read_by(me, lines));
        found.sort_by_key(|talk| std::cmp::Reverse((talk.day, talk.id)));
        Ok(found)
    }

    async fn talk(&self, lines: &Lines, id: RecordId) -> Result<Talk, CoachingError> {
        let me = self.me()?;
        let record = self.db().system().get(&ONE_ON_ONE, id).await?.filter(|one| !one.archived);
        let talk = record.and_then(|record| Talk::read(&record));
        talk.filter(|talk| talk.is_read_by(me, lines)).ok_or(CoachingError::NotThere)
    }

    /// A talk for one of the two; that the leader opens it is remembered.
    pub async fn open_talk(&self, id: RecordId) -> Result<Open, CoachingError> {
        let lines = self.lines().await?;
        let talk = self.talk(&lines, id).await?;
        if let Some(me) = self.viewer().person.filter(|me| *me != talk.person) {
            looks::note(self.db(), LOOK, me, id, "").await?;
        }
        let looks = looks::of(self.db(), LOOK, [id], "", talk.person).await?;
        let all = self.kept(&ONE_ON_ONE, "person", talk.person).await?;
        let days: BTreeMap<RecordId, Date> = all.iter().filter_map(Talk::read).map(|one| (one.id, one.day)).collect();
        let is_earlier = |other: &RecordId| days.get(other).is_some_and(|day| (*day, *other) < (talk.day, id));
        let (mut notes, mut carried) = (Vec::new(), Vec::new());
        for note in self.notes(&lines, talk.person).await? {
            if note.talk == Some(id) {
                notes.push(note);
            } else if note.is_open_action() && note.talk.as_ref().is_some_and(is_earlier) {
                carried.push(note);
            }
        }
        let who = |readers| (readers, self.reader_names(&lines, talk.person, talk.leader, readers));
        Ok(Open {
            person: lines.name(talk.person),
            leader: lines.name(talk.leader),
            readers: Readers::ALL.map(who).into(),
            is_leader: self.me()? == talk.leader,
            looks,
            may_add: talk.state != TalkState::Cancelled && lines.is_above(talk.leader, talk.person),
            notes,
            carried,
            talk,
        })
    }

    /// Either of the two adds to a talk.
    pub async fn add(&self, id: RecordId, added: &Added, origin: Origin) -> Result<RecordId, CoachingError> {
        let lines = self.lines().await?;
        let talk = self.talk(&lines, id).await?;
        if !NoteKind::TALK.contains(&added.kind) {
            return Err(CoachingError::Kind);
        }
        if talk.state == TalkState::Cancelled || !lines.is_above(talk.leader, talk.person) {
            return Err(CoachingError::Over);
        }
        let mut more = vec![("one_on_one", Value::Reference(id))];
        if added.kind == NoteKind::Action {
            let doer = if added.by_leader { talk.leader } else { talk.person };
            // What somebody else is to do cannot be hidden from them.
            if added.readers == Readers::Own && doer != self.me()? {
                return Err(CoachingError::Readers);
            }
            more.push(("doer", Value::Reference(doer)));
            more.extend(added.due.map(|due| ("due", Value::Date(due))));
        }
        let new = NewNote {
            person: talk.person,
            leader: talk.leader,
            kind: added.kind,
            readers: added.readers,
            text: said(&added.text)?,
            more,
        };
        let mut tx = self.db().begin(self.viewer().person, origin);
        let note = self.put_note(&mut tx, new).await?;
        self.committed(tx, "the 1:1").await?;
        Ok(note)
    }

    /// A leader says that a talk was held, is cancelled, or moves it to another day.
    pub async fn move_talk(
        &self,
        id: RecordId,
        state: TalkState,
        day: Option<Date>,
        origin: Origin,
    ) -> Result<(), CoachingError> {
        let lines = self.lines().await?;
        let seq = self.db().system().last_seq().await?;
        let talk = self.talk(&lines, id).await?;
        self.must_lead(&lines, talk.person)?;
        if talk.state != TalkState::Planned {
            return Err(CoachingError::Over);
        }
        let day = day.unwrap_or(talk.day);
        if state == TalkState::Held && day > self.today().await? {
            return Err(CoachingError::NotYet);
        }
        let fields = vec![("state", Value::Text(state.name().to_owned())), ("day", Value::Date(day))];
        let mut tx = self.db().begin(self.viewer().person, origin);
        tx.put(Change::set(&ONE_ON_ONE, id, fields).based_on(seq))?;
        self.committed(tx, "the 1:1").await
    }

    /// Open actions that whoever asks is to do.
    pub(crate) async fn own_actions(&self, lines: &Lines) -> Result<Vec<Note>, CoachingError> {
        let me = self.me()?;
        let found = self.kept(&COACHING_NOTE, "doer", me).await?;
        let mut notes: Vec<Note> = found.iter().filter_map(|one| Note::read(one, lines)).collect();
        notes.retain(|note| note.is_open_action() && note.is_read_by(me, lines));
        notes.sort_by_key(|note| (note.due.is_none(), note.due, note.id));
        Ok(notes)
    }
}
