//! Leaves: days on which somebody is away, and who is credited meanwhile. Why is nobody's to know, and kept nowhere.

use crate::{Access, LEAVE, PERSON, PlaceError};
use base::{Amount, Fraction, RecordId};
use db::{Change, Db, DbError, Filter, Record};
use jiff::civil::Date;
use rules::{
    log::{Event, Origin},
    record::Value,
};

const FIELDS: &[&str] = &["person", "starts_on", "ends_on", "substitute", "substitute_share"];

/// From the first day up to the day on which they are back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    pub id: RecordId,
    pub person: RecordId,
    pub from: Date,
    pub back: Date,
    /// Who takes their place, with how much of a credit, per cent.
    pub substitute: Option<(RecordId, Amount)>,
}

impl Leave {
    pub fn read(record: &Record) -> Option<Self> {
        let day = |field: &str| record.value(field).as_date();
        let share = record.value("substitute_share").as_decimal().unwrap_or(Amount::ONE);
        let percent = Amount::from(100).mul_fraction(Fraction::new(share, Amount::ONE)).ok()?;
        Some(Self {
            id: record.id,
            person: record.value("person").as_reference()?,
            from: day("starts_on")?,
            back: day("ends_on")?,
            substitute: record.value("substitute").as_reference().map(|substitute| (substitute, percent)),
        })
    }
}

/// Everybody's as pay and quotas count them: one after the other, whatever an import brought. One that ends before it begins is none, and
/// of two on the same days the later begins where the earlier ends.
pub async fn leaves(db: &Db) -> Result<Vec<Leave>, DbError> {
    let found = db.system().some(&LEAVE, Vec::new(), FIELDS).await?;
    let mut found: Vec<Leave> = found.iter().filter(|one| !one.archived).filter_map(Leave::read).collect();
    found.sort_by_key(|leave| (leave.person, leave.from, leave.id));
    let mut sound: Vec<Leave> = Vec::new();
    for mut leave in found {
        let before = sound.last().filter(|before| before.person == leave.person);
        leave.from = before.map_or(leave.from, |before| leave.from.max(before.back));
        if leave.from < leave.back {
            sound.push(leave);
        }
    }
    Ok(sound)
}

/// What is said of a leave.
#[derive(Debug, Clone, Copy)]
pub struct NewLeave {
    pub from: Date,
    pub back: Date,
    pub substitute: Option<RecordId>,
    /// Per cent.
    pub share: Amount,
}

impl Access {
    /// Somebody's, the last first.
    pub async fn leaves(&self, person: RecordId) -> Result<Vec<Leave>, PlaceError> {
        let of = vec![Filter("person", Value::Reference(person))];
        let found = self.db().system().some(&LEAVE, of, FIELDS).await?;
        let mut leaves: Vec<Leave> = found.iter().filter(|one| !one.archived).filter_map(Leave::read).collect();
        leaves.sort_by_key(|leave| std::cmp::Reverse(leave.from));
        Ok(leaves)
    }

    /// `mover` is none for the operator.
    pub async fn add_leave(
        &self,
        mover: Option<&Record>,
        person: RecordId,
        new: NewLeave,
        origin: Origin,
    ) -> Result<RecordId, PlaceError> {
        if let Some(mover) = mover {
            Self::moves(mover, person)?;
        }
        let seq = self.db().system().last_seq().await?;
        let found = self.db().system().get(&PERSON, person).await?.ok_or(PlaceError::NoPerson(person))?;
        if let Some(hired) = found.value("hired_on").as_date().filter(|hired| new.from < *hired) {
            return Err(PlaceError::BeforeHired(hired));
        }
        if new.back <= new.from {
            return Err(PlaceError::Back(new.from));
        }
        let taken = self.leaves(person).await?;
        if let Some(other) = taken.iter().find(|other| new.from < other.back && other.from < new.back) {
            return Err(PlaceError::Away(other.from, other.back));
        }
        let mut fields = vec![
            ("person", Value::Reference(person)),
            ("starts_on", Value::Date(new.from)),
            ("ends_on", Value::Date(new.back)),
        ];
        if let Some(substitute) = new.substitute {
            let there = self.db().system().get(&PERSON, substitute).await?.filter(|one| !one.archived);
            let stays = |one: &Record| one.value("left_on").as_date().is_none_or(|left| left >= new.back);
            if substitute == person || !there.is_some_and(|one| stays(&one)) {
                return Err(PlaceError::Unknown { field: "substitute", value: format!("#{substitute}") });
            }
            if mover.is_some_and(|mover| mover.id == substitute) {
                return Err(PlaceError::OwnSubstitute);
            }
            let theirs = self.leaves(substitute).await?;
            if let Some(other) = theirs.iter().find(|other| new.from < other.back && other.from < new.back) {
                return Err(PlaceError::SubstituteAway(other.from, other.back));
            }
            if !(Amount::ONE..=Amount::from(100)).contains(&new.share) {
                return Err(PlaceError::Unknown { field: "substitute_share", value: new.share.to_text() });
            }
            let share = Amount::ONE.mul_fraction(Fraction::new(new.share, Amount::from(100)));
            let share =
                share.map_err(|_| PlaceError::Unknown { field: "substitute_share", value: new.share.to_text() })?;
            fields.extend([("substitute", Value::Reference(substitute)), ("substitute_share", Value::Decimal(share))]);
        }
        let id = self.db().new_id().await?;
        let change = Change::create(&LEAVE, id, fields);
        self.put_leave(mover, change, seq, (found.title(), origin)).await?;
        Ok(id)
    }

    /// It was not taken, or was written by mistake.
    pub async fn drop_leave(
        &self,
        mover: Option<&Record>,
        person: RecordId,
        id: RecordId,
        origin: Origin,
    ) -> Result<(), PlaceError> {
        if let Some(mover) = mover {
            Self::moves(mover, person)?;
        }
        let seq = self.db().system().last_seq().await?;
        let leave =
            self.leaves(person).await?.into_iter().find(|leave| leave.id == id).ok_or(PlaceError::NoLeave(id))?;
        let what = leave.from.to_string();
        self.put_leave(mover, Change::of(&LEAVE, id, Event::Archive), seq, (what, origin)).await
    }

    async fn put_leave(
        &self,
        mover: Option<&Record>,
        change: Change,
        seq: base::Seq,
        (what, origin): (String, Origin),
    ) -> Result<(), PlaceError> {
        let mut tx = self.db().begin(mover.map(|mover| mover.id), origin).resting_on(seq, &[&LEAVE, &PERSON]);
        tx.put(change)?;
        match tx.commit().await {
            Ok(_) => Ok(()),
            Err(DbError::Conflict { .. } | DbError::Moved) => Err(PlaceError::Moved(what)),
            Err(error) => Err(error.into()),
        }
    }
}
