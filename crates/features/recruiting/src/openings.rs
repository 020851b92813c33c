//! Openings: seats of a line, drafted by one, approved by another, opened, and filled or closed.

use crate::{
    CANDIDATE, CLOSE_REASONS, JOB_OPENING, Needs, Recruiting, RecruitingError,
    desk::{text_of, word},
    plan::seats,
};
use base::{RecordId, Seq};
use db::{Change, Filter};
use jiff::civil::Date;
use rules::{
    log::{Fields, Origin},
    record::Value,
    recruiting::Stage,
};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OpeningState {
    Draft,
    Approved,
    Open,
    Filled,
    Closed,
}

impl OpeningState {
    pub const ALL: [Self; 5] = [Self::Draft, Self::Approved, Self::Open, Self::Filled, Self::Closed];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Open => "open",
            Self::Filled => "filled",
            Self::Closed => "closed",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    pub const fn is_over(self) -> bool {
        matches!(self, Self::Filled | Self::Closed)
    }
}

/// An opening to be.
#[derive(Debug, Clone)]
pub struct NewOpening {
    pub line: RecordId,
    /// The line's manager where none is named.
    pub hiring_manager: Option<RecordId>,
    pub seats: i64,
    pub target_start: Date,
}

#[derive(Debug, Clone)]
pub struct Opening {
    pub id: RecordId,
    pub version: Seq,
    pub line: RecordId,
    pub role: String,
    pub hiring_manager: (RecordId, String),
    pub seats: i64,
    pub filled: i64,
    pub target_start: Date,
    pub state: OpeningState,
    pub drafted_by: (RecordId, String),
    pub approved: Option<(String, Date)>,
    pub opened_on: Option<Date>,
    pub ended_on: Option<Date>,
    pub close_reason: Option<String>,
    /// How many candidates are in each stage, erased ones among them.
    pub stages: BTreeMap<Stage, usize>,
}

impl Recruiting {
    /// Openings that whoever asks may see, the last first.
    pub async fn openings(&self) -> Result<Vec<Opening>, RecruitingError> {
        let who = self.who().await?;
        let mut found = self.every_opening().await?;
        found.retain(|opening| who.sees_opening(opening));
        found.sort_by_key(|opening| (opening.state.is_over(), std::cmp::Reverse(opening.id)));
        Ok(found)
    }

    pub async fn opening(&self, id: RecordId) -> Result<Opening, RecruitingError> {
        let who = self.who().await?;
        let opening = self.any_opening(id).await?;
        if who.sees_opening(&opening) { Ok(opening) } else { Err(RecruitingError::NotThere) }
    }

    /// Whether whoever asks sees the candidates of an opening.
    pub async fn runs(&self, opening: &Opening) -> Result<bool, RecruitingError> {
        Ok(self.who().await?.runs(opening))
    }

    pub(crate) async fn any_opening(&self, id: RecordId) -> Result<Opening, RecruitingError> {
        self.every_opening().await?.into_iter().find(|one| one.id == id).ok_or(RecruitingError::NotThere)
    }

    pub(crate) async fn every_opening(&self) -> Result<Vec<Opening>, RecruitingError> {
        let records = self.all(&JOB_OPENING, Vec::new()).await?;
        let fields = ["hiring_manager", "drafted_by", "approved_by"];
        let people = records.iter().flat_map(|one| fields.map(|field| one.value(field).as_reference()));
        let people = people.flatten().collect();
        let names = self.names(people).await?;
        let mut stages: BTreeMap<RecordId, BTreeMap<Stage, usize>> = BTreeMap::new();
        for candidate in self.all(&CANDIDATE, Vec::new()).await? {
            let opening = candidate.value("opening").as_reference();
            if let (Some(opening), Some(stage)) = (opening, Stage::read(&text_of(&candidate, "stage"))) {
                *stages.entry(opening).or_default().entry(stage).or_default() += 1;
            }
        }
        let mut found = Vec::new();
        for record in &records {
            let who = |field: &str| {
                let id = record.value(field).as_reference()?;
                Some((id, names.get(&id).cloned().unwrap_or_default()))
            };
            let on = |field: &str| record.value(field).as_date();
            let number = |field: &str| record.value(field).as_integer().unwrap_or_default();
            let missing = || RecruitingError::NotThere;
            found.push(Opening {
                id: record.id,
                version: self.version_of(&JOB_OPENING, record.id).await?,
                line: record.value("line").as_reference().ok_or_else(missing)?,
                role: text_of(record, "role"),
                hiring_manager: who("hiring_manager").ok_or_else(missing)?,
                seats: number("seats"),
                filled: number("seats_filled"),
                target_start: on("target_start").ok_or_else(missing)?,
                state: OpeningState::read(&text_of(record, "state")).ok_or_else(missing)?,
                drafted_by: who("drafted_by").ok_or_else(missing)?,
                approved: who("approved_by").map(|(_, name)| name).zip(on("approved_on")),
                opened_on: on("opened_on"),
                ended_on: on("ended_on"),
                close_reason: record.value("close_reason").as_text().map(str::to_owned),
                stages: stages.remove(&record.id).unwrap_or_default(),
            });
        }
        Ok(found)
    }

    /// Drafts an opening: HR, who appoints, or the manager of the line.
    pub async fn draft(&self, new: &NewOpening, origin: Origin) -> Result<RecordId, RecruitingError> {
        let who = self.who().await?;
        let seq = self.last_seq().await?;
        let line = self.line(new.line).await?;
        if !who.plans() && line.manager.0 != who.me {
            return Err(RecruitingError::NotThere);
        }
        let wanted = seats(new.seats)?;
        if wanted > line.free() {
            let (name, planned, taken) = (line.name(), line.seats, line.taken);
            return Err(RecruitingError::OverPlan { line: name, planned, taken, wanted });
        }
        if new.target_start < line.starts_on {
            let text = new.target_start.to_string();
            return Err(RecruitingError::field("target_start", &text, Needs::ComingDay));
        }
        let manager = new.hiring_manager.unwrap_or(line.manager.0);
        let (manager, _) = self.somebody("hiring_manager", manager).await?;
        let fields = vec![
            ("line", Value::Reference(line.id)),
            ("role", Value::Text(line.role.clone())),
            ("hiring_manager", Value::Reference(manager)),
            ("seats", Value::Integer(wanted)),
            ("seats_filled", Value::Integer(0)),
            ("target_start", Value::Date(new.target_start)),
            ("state", Value::Text("draft".to_owned())),
            ("drafted_by", Value::Reference(who.me)),
        ];
        let id = self.db().new_id().await?;
        let mut tx = self.db().begin(Some(who.me), origin).resting_on(seq, crate::records::RESTS_ON);
        tx.put(Change::create(&JOB_OPENING, id, fields))?;
        self.written(tx, "job_opening").await?;
        Ok(id)
    }

    /// Moves an opening on: approved by a second person, opened by HR or the hiring manager, closed with a reason.
    pub async fn move_opening(
        &self,
        id: RecordId,
        to: OpeningState,
        reason: &str,
        seen: Option<Seq>,
        origin: Origin,
    ) -> Result<(), RecruitingError> {
        let who = self.who().await?;
        let seq = self.last_seq().await?;
        let opening = self.opening(id).await?;
        if seen.is_some_and(|seen| seen != opening.version) {
            return Err(RecruitingError::Moved("job_opening"));
        }
        let today = self.today().await?;
        let state = ("state", Value::Text(to.name().to_owned()));
        let fields: Fields = match (opening.state, to) {
            (OpeningState::Draft, OpeningState::Approved) => {
                if !who.plans() {
                    return Err(RecruitingError::PlansNone);
                }
                if opening.drafted_by.0 == who.me {
                    return Err(RecruitingError::SecondPerson);
                }
                vec![state, ("approved_by", Value::Reference(who.me)), ("approved_on", Value::Date(today))]
            }
            (OpeningState::Approved, OpeningState::Open) => {
                if !who.runs(&opening) {
                    return Err(RecruitingError::NotYours);
                }
                vec![state, ("opened_on", Value::Date(today))]
            }
            (OpeningState::Draft | OpeningState::Approved | OpeningState::Open, OpeningState::Closed) => {
                let reason = word("close_reason", reason, CLOSE_REASONS)?;
                vec![state, ("close_reason", reason), ("ended_on", Value::Date(today))]
            }
            (now, _) => return Err(RecruitingError::State(now.name())),
        };
        let mut tx = self.db().begin(Some(who.me), origin).resting_on(seq, crate::records::RESTS_ON);
        tx.put(Change::set(&JOB_OPENING, id, fields))?;
        if to == OpeningState::Closed {
            // Nobody waits for word of a seat that is not there.
            let waiting = self.all(&CANDIDATE, vec![Filter("opening", Value::Reference(id))]).await?;
            for candidate in waiting {
                if Stage::read(&text_of(&candidate, "stage")).is_some_and(Stage::is_over) {
                    continue;
                }
                let fields = vec![
                    ("stage", Value::Text(Stage::Rejected.name().to_owned())),
                    ("stage_on", Value::Date(today)),
                    ("end_reason", Value::Text("position_closed".to_owned())),
                    ("decided_on", Value::Date(today)),
                ];
                tx.put(Change::set(&CANDIDATE, candidate.id, fields))?;
            }
        }
        self.written(tx, "job_opening").await
    }
}
