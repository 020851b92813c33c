//! The headcount plan: how many people of a role, for whom, from which day.

use crate::{
    HEADCOUNT_LINE, LineName, Needs, OpeningState, Recruiting, RecruitingError,
    desk::{said, text_of},
};
use base::{RecordId, Seq};
use db::{Change, Record};
use jiff::civil::Date;
use rules::{log::Origin, record::Value};
use std::collections::BTreeMap;

const MOST_SEATS: i64 = 500;

/// A line to be.
#[derive(Debug, Clone)]
pub struct NewLine {
    pub role: String,
    pub team: Option<RecordId>,
    pub manager: RecordId,
    pub seats: i64,
    pub starts_on: Date,
}

#[derive(Debug, Clone)]
pub struct Line {
    pub id: RecordId,
    /// Its last change: who changes it says what they looked at.
    pub version: Seq,
    pub role: String,
    pub team: Option<(RecordId, String)>,
    pub manager: (RecordId, String),
    pub seats: i64,
    /// Of them, those that openings take.
    pub taken: i64,
    pub filled: i64,
    pub starts_on: Date,
    /// Why it was changed last.
    pub reason: Option<String>,
}

impl Line {
    pub const fn free(&self) -> i64 {
        self.seats - self.taken
    }

    pub fn name(&self) -> LineName {
        let team = self.team.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
        LineName { role: self.role.clone(), team, starts_on: self.starts_on }
    }
}

pub(crate) fn seats(count: i64) -> Result<i64, RecruitingError> {
    let is_right = (1..=MOST_SEATS).contains(&count);
    if is_right { Ok(count) } else { Err(RecruitingError::field("seats", &count.to_string(), Needs::Seats)) }
}

impl Recruiting {
    /// Lines that whoever asks may see: all for those who plan, else those one manages.
    pub async fn lines(&self) -> Result<Vec<Line>, RecruitingError> {
        let who = self.who().await?;
        let mut found = self.every_line().await?;
        found.retain(|line| who.plans() || line.manager.0 == who.me);
        Ok(found)
    }

    pub(crate) async fn every_line(&self) -> Result<Vec<Line>, RecruitingError> {
        let records = self.all(&HEADCOUNT_LINE, Vec::new()).await?;
        let openings = self.every_opening().await?;
        let teams = self.team_names().await?;
        let managers = records.iter().filter_map(|one| one.value("manager").as_reference()).collect();
        let names = self.names(managers).await?;
        let mut found = Vec::new();
        for record in &records {
            let version = self.version_of(&HEADCOUNT_LINE, record.id).await?;
            let mut line = read(record, version, &teams, &names).ok_or(RecruitingError::NotThere)?;
            for opening in openings.iter().filter(|opening| opening.line == line.id) {
                line.filled += opening.filled;
                // A closed opening gives back what was not filled.
                line.taken += if opening.state == OpeningState::Closed { opening.filled } else { opening.seats };
            }
            found.push(line);
        }
        found.sort_by_key(|line| (line.starts_on, line.id));
        Ok(found)
    }

    pub(crate) async fn line(&self, id: RecordId) -> Result<Line, RecruitingError> {
        self.every_line().await?.into_iter().find(|line| line.id == id).ok_or(RecruitingError::NotThere)
    }

    pub async fn add_line(&self, new: &NewLine, origin: Origin) -> Result<RecordId, RecruitingError> {
        let who = self.who().await?;
        if !who.plans() {
            return Err(RecruitingError::PlansNone);
        }
        if !self.roles().await?.contains_key(&new.role) {
            return Err(RecruitingError::field("role", &new.role, Needs::Word));
        }
        if let Some(team) = new.team {
            let is_known = self.team_names().await?.contains_key(&team);
            is_known.then_some(()).ok_or_else(|| RecruitingError::field("team", &team.to_string(), Needs::Word))?;
        }
        let (manager, _) = self.somebody("manager", new.manager).await?;
        let fields = vec![
            ("planned_by", Value::Reference(who.me)),
            ("role", Value::Text(new.role.clone())),
            ("team", new.team.map_or(Value::Null, Value::Reference)),
            ("manager", Value::Reference(manager)),
            ("seats", Value::Integer(seats(new.seats)?)),
            ("starts_on", Value::Date(new.starts_on)),
        ];
        let id = self.db().new_id().await?;
        let mut tx = self.db().begin(Some(who.me), origin);
        tx.put(Change::create(&HEADCOUNT_LINE, id, fields))?;
        self.written(tx, "headcount_line").await?;
        Ok(id)
    }

    /// More or fewer seats, with the reason; never fewer than openings take.
    pub async fn change_line(
        &self,
        id: RecordId,
        count: i64,
        reason: &str,
        seen: Option<Seq>,
        origin: Origin,
    ) -> Result<(), RecruitingError> {
        let who = self.who().await?;
        if !who.plans() {
            return Err(RecruitingError::PlansNone);
        }
        let seq = self.last_seq().await?;
        let line = self.line(id).await?;
        if seen.is_some_and(|seen| seen != line.version) {
            return Err(RecruitingError::Moved("headcount_line"));
        }
        let (count, reason) = (seats(count)?, said("reason", reason)?);
        if count < line.taken {
            return Err(RecruitingError::BelowTaken { line: line.name(), taken: line.taken, wanted: count });
        }
        let fields = vec![("seats", Value::Integer(count)), ("reason", Value::Text(reason))];
        let mut tx = self.db().begin(Some(who.me), origin).resting_on(seq, crate::records::RESTS_ON);
        tx.put(Change::set(&HEADCOUNT_LINE, id, fields))?;
        self.written(tx, "headcount_line").await
    }
}

fn read(
    record: &Record,
    version: Seq,
    teams: &BTreeMap<RecordId, String>,
    names: &BTreeMap<RecordId, String>,
) -> Option<Line> {
    let manager = record.value("manager").as_reference()?;
    let team = record.value("team").as_reference();
    Some(Line {
        id: record.id,
        version,
        role: text_of(record, "role"),
        team: team.map(|id| (id, teams.get(&id).cloned().unwrap_or_default())),
        manager: (manager, names.get(&manager).cloned().unwrap_or_default()),
        seats: record.value("seats").as_integer()?,
        taken: 0,
        filled: 0,
        starts_on: record.value("starts_on").as_date()?,
        reason: record.value("reason").as_text().map(str::to_owned),
    })
}
