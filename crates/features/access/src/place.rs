//! Where somebody stands from a day on: role, team, manager. What held before that day stays as it was.

use crate::{Access, PERSON, ROLES, TEAM, role, time_zone};
use base::{RecordId, Seq};
use db::{Change, DbError, Record};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rules::{
    access::{administers, moves_people, opens_more},
    log::{Fields, Origin, Timeline},
    record::{RampError, RampSteps, RecordType, Value},
};
use std::collections::BTreeSet;

/// What is said of somebody from a day on.
pub const DATED: [&str; 6] = ["role", "team", "manager", "matrix_manager", "title", "ramp"];
/// Of who stands above whom: the type and its field.
pub(crate) type Above = (&'static RecordType, &'static str);
const MANAGERS: Above = (&PERSON, "manager");
pub(crate) const LONGEST_NAME: usize = 200;
/// No reporting lines hold more people above one.
const MOST_ABOVE: usize = 200;

/// Why somebody is not moved.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("who works where is said by HR and operations")]
    NotYours,
    #[error("nobody moves themself; ask another who may")]
    Own,
    #[error("a role that opens more than one's own records is given and taken by operations")]
    MoreRights,
    #[error("there is no person {0}")]
    NoPerson(RecordId),
    #[error("there is no team {0}")]
    NoTeam(RecordId),
    #[error("a team is called {0} already")]
    NameTaken(String),
    #[error("a team has a name of {LONGEST_NAME} letters at most")]
    NoName,
    #[error("{0} would be below itself, at that day")]
    BelowItself(String),
    #[error("{team} is not empty: {names}")]
    NotEmpty { team: String, names: String },
    #[error("{field}: {value:?} is not known")]
    Unknown { field: &'static str, value: String },
    #[error(transparent)]
    Ramp(#[from] RampError),
    #[error("{0} would report to themself, at that day")]
    Loop(String),
    #[error("somebody who administers has to be left")]
    LastAdmin,
    #[error("whoever moves people moves nobody under themself")]
    UnderOneself,
    #[error("{0} is before the day on which they were hired")]
    BeforeHired(Date),
    #[error("what was before {0} is not known: the first that is holds for all of the time before it")]
    BeforeKnown(Date),
    #[error("{0} is outside of the calendar")]
    NoDay(Date),
    #[error("a leave that begins on {0} ends on a later day: the first one back")]
    Back(Date),
    #[error("from {0} until {1} they are away already")]
    Away(Date, Date),
    #[error("the substitute is away from {0} until {1}")]
    SubstituteAway(Date, Date),
    #[error("nobody names themself as a substitute")]
    OwnSubstitute,
    #[error("there is no such leave {0}")]
    NoLeave(RecordId),
    #[error("that holds on {0} already")]
    Unchanged(Date),
    #[error("{0} was changed meanwhile")]
    Moved(String),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl PlaceError {
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotYours | Self::Own | Self::MoreRights | Self::UnderOneself | Self::OwnSubstitute => {
                "ask another of them"
            }
            Self::NoPerson(_) => "look at the list of people",
            Self::NoTeam(_) => "look at the list of teams",
            Self::NameTaken(_) => "choose another name",
            Self::NoName => "write a name",
            Self::BelowItself(_) => "choose a team that is not below it",
            Self::NotEmpty { .. } => "move who and what is in it first",
            Self::Unknown { .. } => "choose one that there is",
            Self::Ramp(_) => "a share is from 0% to 100%",
            Self::Loop(_) => "choose a manager who does not report to them",
            Self::LastAdmin => "give the role to somebody else first",
            Self::BeforeHired(_) | Self::BeforeKnown(_) => "choose the day or a later one",
            Self::NoDay(_) | Self::Back(_) => "choose another day",
            Self::Away(..) => "take that one out first, or choose other days",
            Self::SubstituteAway(..) => "choose somebody else",
            Self::NoLeave(_) => "look at the list",
            Self::Unchanged(_) => "choose another day, or change something",
            Self::Moved(_) => "look at what holds now, then try again",
            Self::Db(error) => error.hint(),
        }
    }
}

/// Somebody, or a team, as they stand on a day, with what was and will be.
#[derive(Debug, Clone)]
pub struct Place {
    pub of: Record,
    pub on: Date,
    /// Its beginning; of today it is now.
    pub moment: Timestamp,
    /// What holds on the day, by field.
    pub holds: Fields,
    /// Each change of what is dated, with its day; the last first.
    pub steps: Vec<(Date, &'static str, Value)>,
    /// What was known when this was read.
    pub version: Seq,
}

impl Place {
    /// The next change after the day.
    pub fn next(&self, field: &str) -> Option<&(Date, &'static str, Value)> {
        self.steps.iter().rfind(|(day, name, _)| *name == field && *day > self.on)
    }

    /// Refuses a day before the first value, which holds for all of the time before it.
    pub(crate) fn is_known(&self, field: &str) -> Result<(), PlaceError> {
        let first = self.steps.iter().filter(|(_, name, _)| *name == field).map(|(day, ..)| *day).min();
        first.filter(|first| self.on < *first).map_or(Ok(()), |first| Err(PlaceError::BeforeKnown(first)))
    }

    pub fn value(&self, field: &str) -> &Value {
        self.holds.iter().find(|(name, _)| *name == field).map_or(&Value::Null, |(_, value)| value)
    }
}

impl Access {
    /// Somebody's place on a day; today where none is said.
    pub async fn place(&self, id: RecordId, on: Option<Date>) -> Result<Place, PlaceError> {
        let found = self.stands(&PERSON, &DATED, id, on).await?;
        found.ok_or(PlaceError::NoPerson(id))
    }

    pub(crate) async fn stands(
        &self,
        record_type: &'static RecordType,
        dated: &[&'static str],
        id: RecordId,
        on: Option<Date>,
    ) -> Result<Option<Place>, PlaceError> {
        let db = self.db();
        let version = db.system().last_seq().await?;
        let Some(of) = db.system().get(record_type, id).await? else { return Ok(None) };
        let zone = time_zone(db).await?;
        let today = db.now().to_zoned(zone.clone()).date();
        let on = on.unwrap_or(today);
        let known = self.known(record_type, id).await?;
        let mut steps: Vec<(Timestamp, &'static str, Value)> = Vec::new();
        for field in dated.iter().copied() {
            let of = known.as_ref().map_or(&[][..], |known| known.steps(field));
            steps.extend(of.iter().map(|step| (step.effective_at, field, step.value.clone())));
        }
        steps.sort_by_key(|(moment, ..)| std::cmp::Reverse(*moment));
        let day = |moment: Timestamp| moment.to_zoned(zone.clone()).date();
        // What began in the course of a day holds on it, and what is said of that day comes after.
        let last = steps.iter().map(|(moment, ..)| *moment).find(|moment| day(*moment) == on);
        let moment = if on == today { db.now() } else { last.unwrap_or(start(on, &zone)?) };
        let value = |field: &&'static str| {
            let held = known.as_ref().map_or(&Value::Null, |known| known.held_at(field, moment));
            (*field, held.clone())
        };
        let steps = steps.into_iter().map(|(moment, field, value)| (day(moment), field, value)).collect();
        Ok(Some(Place { of, on, moment, holds: dated.iter().map(value).collect(), steps, version }))
    }

    pub(crate) async fn known(
        &self,
        record_type: &'static RecordType,
        id: RecordId,
    ) -> Result<Option<Timeline>, PlaceError> {
        let db = self.db();
        let (rows, imports) = (db.system().history(record_type, id).await?, db.system().imports().await?);
        Ok(Timeline::known(&rows, &imports, Seq(i64::MAX)))
    }

    /// Whether somebody of this role may move this person at all.
    pub fn moves(mover: &Record, person: RecordId) -> Result<(), PlaceError> {
        if !moves_people(role(mover)) {
            return Err(PlaceError::NotYours);
        }
        if mover.id == person { Err(PlaceError::Own) } else { Ok(()) }
    }

    /// Says what holds of somebody from the place's day on, no matter what held before. `mover` is none for the operator.
    pub async fn move_person(
        &self,
        mover: Option<&Record>,
        place: &Place,
        wanted: Fields,
        origin: Origin,
    ) -> Result<(), PlaceError> {
        let (id, seq) = (place.of.id, self.db().system().last_seq().await?);
        if let Some(mover) = mover {
            Self::moves(mover, id)?;
            Self::may_move(mover, place)?;
        }
        if let Some(hired) = place.of.value("hired_on").as_date().filter(|hired| place.on < *hired) {
            return Err(PlaceError::BeforeHired(hired));
        }
        let mut fields = wanted;
        fields.retain(|(field, value)| place.value(field) != value);
        if fields.is_empty() {
            return Err(PlaceError::Unchanged(place.on));
        }
        for (field, value) in &fields {
            // Of the organisation the first value holds since ever, and so does one that the record began with.
            if ["role", "team", "manager"].contains(field) || *place.value(field) != Value::Null {
                place.is_known(field)?;
            }
            self.check(mover, place, field, value).await?;
        }
        let change = Change::set(&PERSON, id, fields).effective_at(place.moment).based_on(place.version);
        self.put(mover, &place.of, vec![change], (seq, origin)).await
    }

    /// Somebody's last day is the one before; nobody signs in from it on. None: they stay.
    pub async fn leave(
        &self,
        mover: Option<&Record>,
        place: &Place,
        on: Option<Date>,
        origin: Origin,
    ) -> Result<(), PlaceError> {
        let (person, seq) = (&place.of, self.db().system().last_seq().await?);
        if let Some(mover) = mover {
            Self::moves(mover, person.id)?;
            Self::may_move(mover, place)?;
        }
        if let Some(hired) = person.value("hired_on").as_date().filter(|hired| on.is_some_and(|on| on < *hired)) {
            return Err(PlaceError::BeforeHired(hired));
        }
        let value = on.map_or(Value::Null, Value::Date);
        if *person.value("left_on") == value {
            return Err(PlaceError::Unchanged(place.on));
        }
        if on.is_some() {
            self.leaves_an_admin(person).await?;
        }
        let change = Change::set(&PERSON, person.id, vec![("left_on", value)]).based_on(place.version);
        self.put(mover, &place.of, vec![change], (seq, origin)).await
    }

    /// Whoever opens more than their own records is moved by who administers.
    fn may_move(mover: &Record, place: &Place) -> Result<(), PlaceError> {
        let opens = |role: Option<&str>| role.is_some_and(opens_more);
        let is_more = opens(Some(role(&place.of))) || opens(place.value("role").as_text());
        if is_more && !administers(role(mover)) { Err(PlaceError::MoreRights) } else { Ok(()) }
    }

    /// While nobody else and no team is moved in the same moment: two could take each other's role, or make a circle.
    pub(crate) async fn put(
        &self,
        mover: Option<&Record>,
        of: &Record,
        changes: Vec<Change>,
        (seq, origin): (Seq, Origin),
    ) -> Result<(), PlaceError> {
        let mut tx = self.db().begin(mover.map(|mover| mover.id), origin).resting_on(seq, &[&PERSON, &TEAM]);
        for change in changes {
            tx.put(change)?;
        }
        match tx.commit().await {
            Ok(_) => Ok(()),
            Err(DbError::Conflict { .. } | DbError::Moved) => Err(PlaceError::Moved(of.title())),
            Err(error) => Err(error.into()),
        }
    }

    async fn check(
        &self,
        mover: Option<&Record>,
        place: &Place,
        field: &'static str,
        value: &Value,
    ) -> Result<(), PlaceError> {
        match (field, value) {
            ("role", Value::Text(wanted)) if ROLES.contains(&wanted.as_str()) => {
                if opens_more(wanted) && mover.is_some_and(|mover| !administers(role(mover))) {
                    return Err(PlaceError::MoreRights);
                }
                if administers(wanted) { Ok(()) } else { self.leaves_an_admin(&place.of).await }
            }
            ("team", Value::Reference(team)) => self.is_there(&TEAM, field, *team, place.on).await,
            ("manager" | "matrix_manager", Value::Reference(manager)) => {
                self.is_there(&PERSON, field, *manager, place.on).await?;
                let person = place.of.id;
                let above =
                    if field == "manager" { self.above(MANAGERS, *manager, place).await? } else { [*manager].into() };
                if above.contains(&person) {
                    return Err(PlaceError::Loop(place.of.title()));
                }
                // Somebody's reports are open to them: nobody opens them to themself.
                match mover.filter(|mover| above.contains(&mover.id)) {
                    Some(mover) if !self.above(MANAGERS, person, place).await?.contains(&mover.id) => {
                        Err(PlaceError::UnderOneself)
                    }
                    _ => Ok(()),
                }
            }
            ("title", Value::Text(title)) if title.chars().count() <= LONGEST_NAME => Ok(()),
            ("ramp", Value::Text(ramp)) => {
                ramp.parse::<RampSteps>()?;
                Ok(())
            }
            ("team" | "manager" | "matrix_manager" | "title" | "ramp", Value::Null) => Ok(()),
            (field, value) => Err(PlaceError::Unknown { field, value: value.to_json().to_string() }),
        }
    }

    pub(crate) async fn is_there(
        &self,
        record_type: &'static RecordType,
        field: &'static str,
        id: RecordId,
        on: Date,
    ) -> Result<(), PlaceError> {
        let found = self.db().system().get(record_type, id).await?.filter(|record| !record.archived);
        let is_here = |record: &Record| record.value("left_on").as_date().is_none_or(|left| left > on);
        let found = found.filter(|record| record_type.name != PERSON.name || is_here(record));
        found.map(drop).ok_or_else(|| PlaceError::Unknown { field, value: format!("#{id}") })
    }

    /// Somebody, or a team, and all above them, on the place's day and by what is said of later days.
    pub(crate) async fn above(
        &self,
        (record_type, field): Above,
        of: RecordId,
        place: &Place,
    ) -> Result<BTreeSet<RecordId>, PlaceError> {
        let (mut found, mut next) = (BTreeSet::from([of]), vec![of]);
        while let Some(one) = next.pop().filter(|_| found.len() < MOST_ABOVE) {
            let Some(known) = self.known(record_type, one).await? else { continue };
            let above = known.held_from(field, place.moment);
            next.extend(above.filter_map(Value::as_reference).filter(|above| found.insert(*above)));
        }
        Ok(found)
    }

    /// Somebody else who runs the product is here.
    async fn leaves_an_admin(&self, person: &Record) -> Result<(), PlaceError> {
        if !administers(role(person)) {
            return Ok(());
        }
        // Of who is to leave or to do something else, be it on a day to come, nobody knows that they will be there.
        let others = self.db().system().some(&PERSON, Vec::new(), &["role", "left_on"]).await?;
        for other in others.iter().filter(|other| other.id != person.id && administers(role(other))) {
            let known = self.known(&PERSON, other.id).await?;
            let steps = known.as_ref().map_or(&[][..], |known| known.steps("role"));
            let stays = steps.last().is_none_or(|step| step.value.as_text().is_some_and(administers));
            if stays && other.value("left_on").as_date().is_none() {
                return Ok(());
            }
        }
        Err(PlaceError::LastAdmin)
    }
}

fn start(day: Date, zone: &TimeZone) -> Result<Timestamp, PlaceError> {
    day.to_zoned(zone.clone()).map(|zoned| zoned.timestamp()).map_err(|_| PlaceError::NoDay(day))
}
