//! Words that were kept for long enough: what is personal in a record goes, its numbers and days stay.

use crate::PERSON;
use base::RecordId;
use db::{Change, Db, DbError, ListQuery, Record};
use jiff::{civil::Date, tz::TimeZone};
use rules::{
    log::Event,
    record::{RecordType, Value},
};
use std::collections::BTreeMap;

/// What somebody has of a day long past, and how it goes.
#[derive(Debug, Clone)]
pub struct Old {
    pub person: RecordId,
    pub day: Date,
    pub changes: Vec<Change>,
}

/// Who has left, and when: what waits for them waits for nobody any more.
pub async fn left(db: &Db) -> Result<BTreeMap<RecordId, Date>, DbError> {
    let people = db.system().list(&PERSON, &ListQuery { limit: u64::MAX, ..ListQuery::default() }).await?;
    Ok(people.iter().filter_map(|one| Some((one.id, one.value("left_on").as_date()?))).collect())
}

/// The records of a type about a `person` that still say something, whose day is before this one. They were written before it too: a
/// day that somebody mistyped takes nothing away.
pub async fn old(
    db: &Db,
    record_type: &'static RecordType,
    day: impl Fn(&Record) -> Option<Date>,
    before: Date,
) -> Result<Vec<Old>, DbError> {
    let records = db.system().list(record_type, &ListQuery { limit: u64::MAX, ..ListQuery::default() }).await?;
    let mut found: BTreeMap<RecordId, Old> = BTreeMap::new();
    for record in records.iter().filter(|record| says(record)) {
        let person = record.value("person").as_reference();
        if let Some((day, person)) = day(record).filter(|day| *day < before).zip(person) {
            let changes = vec![Change::of(record_type, record.id, Event::Erase)];
            found.insert(record.id, Old { person, day, changes });
        }
    }
    let histories = db.system().histories(record_type, &found.keys().copied().collect()).await?;
    let written = |id: &RecordId| Some(histories.get(id)?.first()?.recorded_at.to_zoned(TimeZone::UTC).date());
    found.retain(|id, _| written(id).is_some_and(|day| day < before));
    Ok(found.into_values().collect())
}

/// Something personal is left in it.
pub fn says(record: &Record) -> bool {
    let fields = record.record_type.fields;
    fields.iter().any(|field| field.personal && *record.value(field.name) != Value::Null)
}
