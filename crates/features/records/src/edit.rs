//! Changing a record: from now, from a day on, or since a wrong value began; and taking a change back.

mod values;

use base::{RecordId, Seq};
use db::{Change, Committed, Db, DbError, History, ListQuery, Reader, Record};
use jiff::{Timestamp, civil::Date};
use rules::{
    access::{Viewer, edits_records},
    log::{Event, Fields, Origin, Timeline, set_later, voided},
    record::{Field, FieldKind, RecordType, Scope, Value},
};
use std::collections::{BTreeMap, BTreeSet};

/// A record type whose records people change, and what goes with a change unsaid.
#[derive(Debug, Clone, Copy)]
pub struct Editable {
    pub record_type: &'static RecordType,
    pub complete: fn(&Record, &mut Fields),
    /// References of which only some records are offered.
    pub narrowed: &'static [Narrowed],
    /// Texts that offer the words in use.
    pub suggested: &'static [&'static str],
}

/// A reference that offers the records which share a field with the one it names now, in the order of another: the stages of
/// the deal's own pipeline.
#[derive(Debug, Clone, Copy)]
pub struct Narrowed {
    pub field: &'static str,
    pub shared: &'static str,
    pub order: &'static str,
    /// From where the record is: does its way show this one?
    pub leads: fn(&Record, &Record) -> bool,
    /// What a record that comes to stand at this one must say.
    pub needs: fn(&Record) -> &'static [&'static str],
}

impl Editable {
    /// A type of which a change is what it says and no more.
    pub const fn plain(record_type: &'static RecordType) -> Self {
        Self { record_type, complete: |_, _| (), narrowed: &[], suggested: &[] }
    }

    /// Fields that people write: not the two that say where a record came from.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.record_type.fields.iter()
    }
}

/// Who changes, and by which way.
#[derive(Debug, Clone)]
pub struct Author {
    pub viewer: Viewer,
    pub origin: Origin,
    /// May change what they may open.
    pub edits: bool,
}

/// From when on new values hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// Something changed.
    Now,
    /// It changed on that day, or will.
    Day(Date),
    /// It was written down wrong: the new value holds since the wrong one began.
    Beginning,
}

/// New values for one record, as text.
#[derive(Debug, Clone)]
pub struct Edit {
    pub id: RecordId,
    pub values: BTreeMap<String, String>,
    pub since: Since,
    /// The last seq the author had seen of the record.
    pub based_on: Option<Seq>,
}

impl Author {
    /// Somebody who signed in or came with a token.
    pub fn of(session: &access::Session, origin: Origin) -> Self {
        Self { viewer: session.viewer.clone(), origin, edits: edits_records(access::role(&session.person)) }
    }

    /// True when this author may write new records of a type: those that belong to nobody are for who sees all.
    pub fn creates(&self, record_type: &RecordType) -> bool {
        self.edits && (belongs(record_type).is_some() || self.viewer.sees_all())
    }

    /// The operator at the command line.
    pub const fn operator() -> Self {
        Self { viewer: Viewer::system(), origin: Origin::Cli, edits: true }
    }
}

/// What an edit came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// None when every value was there already.
    pub seqs: Option<Committed>,
    pub changed: Vec<&'static str>,
    /// Fields that have a later value, which stands: the new one holds until it.
    pub until_later: Vec<&'static str>,
}

/// Why a record cannot be changed so.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error("there is no such record, or it is not yours to open")]
    NotFound,
    #[error("your role does not change records")]
    Forbidden,
    #[error("{}", problems.iter().map(|(field, reason)| format!("{field}: {reason}")).collect::<Vec<_>>().join("; "))]
    Values { problems: Vec<(String, String)> },
    #[error("{} changed meanwhile", fields.join(", "))]
    Conflict { fields: Vec<&'static str>, by: Option<RecordId> },
    #[error("seq {0} is no standing change of this record by a person")]
    NotAChange(Seq),
    #[error(transparent)]
    Db(DbError),
}

impl EditError {
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotFound => "name it by its number",
            Self::Forbidden => "ask its owner, or somebody who works with sales records",
            Self::Values { .. } => "correct the values; nothing was written",
            Self::Conflict { .. } => "look at the other change, then save again on top of it",
            Self::NotAChange(_) => "the record's history lists its changes; an import is undone as a whole",
            Self::Db(error) => error.hint(),
        }
    }
}

impl From<DbError> for EditError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Conflict { fields, .. } => Self::Conflict { fields, by: None },
            DbError::Absent { .. } => Self::NotFound,
            DbError::Record(error) => Self::Values { problems: vec![(String::new(), error.to_string())] },
            other => Self::Db(other),
        }
    }
}

/// The record with the seq of its last row.
pub async fn open(
    db: &Db,
    record_type: &'static RecordType,
    viewer: &Viewer,
    id: RecordId,
) -> Result<(Record, Seq), EditError> {
    let reader = db.reader(viewer);
    let record = reader.get(record_type, id).await?.ok_or(EditError::NotFound)?;
    let rows = reader.history(record_type, id).await?;
    Ok((record, rows.last().map_or(Seq::ZERO, |row| row.seq)))
}

/// Writes what differs, whole or not at all.
pub async fn edit(db: &Db, editable: &Editable, author: &Author, edit: &Edit) -> Result<Edited, EditError> {
    if !author.edits {
        return Err(EditError::Forbidden);
    }
    let record_type = editable.record_type;
    let reader = db.reader(&author.viewer);
    let record = reader.get(record_type, edit.id).await?.ok_or(EditError::NotFound)?;
    // Who works a deal sees its account; whose it is changes it.
    if let Scope::OwnerOr { owner, .. } = record_type.scope
        && record.value(owner).as_reference().is_some_and(|owner| !author.viewer.reaches(owner))
    {
        return Err(EditError::Forbidden);
    }
    let mut fields = values::read(&reader, editable, &record, &edit.values).await?;
    let history = reader.history(record_type, edit.id).await?;
    let imports = db.system().imports().await?;
    let known = Timeline::known(&history, &imports, Seq(i64::MAX)).ok_or(EditError::NotFound)?;
    let moment = match edit.since {
        Since::Now | Since::Beginning => None,
        Since::Day(day) => start_of(db, day).await?,
    };
    let now = db.now();
    let from = |name: &str| match edit.since {
        Since::Beginning => Some(began(&known, &history, name, now)),
        Since::Now | Since::Day(_) => moment,
    };
    fields.retain(|(name, value)| known.value_at(name, from(name).unwrap_or(now)) != value);
    in_order(record_type, &record, &fields)?;
    says_what_it_needs(db, editable, &record, &fields).await?;
    // A correction says what was all along; nothing moved.
    if !fields.is_empty() && edit.since != Since::Beginning {
        (editable.complete)(&record, &mut fields);
    }
    let (mut changed, mut until_later) = (Vec::new(), Vec::new());
    let mut by_moment: BTreeMap<Option<Timestamp>, Fields> = BTreeMap::new();
    for (name, value) in fields {
        let from = from(name);
        if known.steps(name).iter().any(|step| from.is_some_and(|from| step.effective_at > from)) {
            until_later.push(name);
        }
        changed.push(name);
        by_moment.entry(from).or_default().push((name, value));
    }
    let mut tx = db.begin(author.viewer.person, author.origin);
    for (from, fields) in by_moment {
        let mut change = Change::set(record_type, edit.id, fields);
        if let Some(from) = from {
            change = change.effective_at(from);
        }
        if let Some(seen) = edit.based_on {
            change = change.based_on(seen);
        }
        tx.put(change)?;
    }
    match tx.commit().await {
        Ok(seqs) => Ok(Edited { seqs, changed, until_later }),
        Err(DbError::Conflict { fields, .. }) => {
            let by = last_author(&history, edit.based_on, &fields);
            Err(EditError::Conflict { fields, by })
        }
        Err(error) => Err(error.into()),
    }
}

/// Why a field cannot stay empty.
pub const MISSING: &str = "it must have a value";

/// The field by which a record is somebody's: its owner, or the record that it is a part of.
pub(crate) const fn belongs(record_type: &RecordType) -> Option<&'static str> {
    match record_type.scope {
        Scope::Owner(field) | Scope::OwnerOr { owner: field, .. } | Scope::Through(field, _) => Some(field),
        Scope::Everyone | Scope::Pay(_) | Scope::Appraisal(_) | Scope::Own(_) | Scope::Operator => None,
    }
}

/// A record of which nothing is said yet.
pub(crate) fn blank(record_type: &'static RecordType) -> Record {
    let values = BTreeMap::new();
    Record { record_type, id: RecordId(0), archived: false, merged_into: None, import: None, values }
}

/// Writes a new record, whole or not at all.
pub async fn create(
    db: &Db,
    editable: &Editable,
    author: &Author,
    values: &BTreeMap<String, String>,
) -> Result<RecordId, EditError> {
    let record_type = editable.record_type;
    if !author.creates(record_type) {
        return Err(EditError::Forbidden);
    }
    let (reader, blank) = (db.reader(&author.viewer), blank(record_type));
    // A blank is left out: what must be said is missed below.
    let said = values.iter().filter(|(_, text)| !text.trim().is_empty());
    let said = said.map(|(name, text)| (name.clone(), text.clone())).collect();
    let mut fields = values::read(&reader, editable, &blank, &said).await?;
    // An amount without a currency would be nothing that adds up.
    if record_type.field("currency").is_some() && fields.iter().all(|(name, _)| *name != "currency") {
        let company = db.system().all(&access::COMPANY).await?;
        fields.extend(company.first().map(|company| ("currency", company.value("currency").clone())));
    }
    let value = |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value);
    let is_missing =
        |field: &&Field| (field.required || belongs(record_type) == Some(field.name)) && value(field.name).is_none();
    let mut problems: Vec<(String, String)> =
        editable.fields().filter(is_missing).map(|field| (field.name.to_owned(), MISSING.to_owned())).collect();
    let owner = record_type.scope.owner();
    let stranger = owner.and_then(|owner| value(owner)?.as_reference()).filter(|id| !author.viewer.reaches(*id));
    problems.extend(stranger.and(owner).map(|owner| (owner.to_owned(), NOT_YOURS.to_owned())));
    if !problems.is_empty() {
        return Err(EditError::Values { problems });
    }
    in_order(record_type, &blank, &fields)?;
    says_what_it_needs(db, editable, &blank, &fields).await?;
    let id = db.new_id().await?;
    let mut tx = db.begin(author.viewer.person, author.origin);
    tx.put(Change::create(record_type, id, fields))?;
    tx.commit().await?;
    Ok(id)
}

/// Why somebody cannot own a new record.
pub const NOT_YOURS: &str = "name yourself or somebody who reports to you";

/// Longer texts than these many letters are files, not values.
pub const LONGEST_TEXT: usize = 20_000;
/// Why a text cannot stand.
pub const TOO_LONG: &str = "write at most 20,000 letters";

/// Why a date cannot stand where it is to.
pub const OUT_OF_ORDER: &str = "it comes before the day it ought to follow";

/// Dates that ought to follow one another do, where a hand writes one of them.
fn in_order(record_type: &RecordType, record: &Record, fields: &Fields) -> Result<(), EditError> {
    let written = |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value);
    let day = |name: &str| written(name).unwrap_or(record.value(name)).as_date();
    for (earlier, later) in record_type.ordered {
        let is_touched = written(earlier).or(written(later)).is_some();
        if is_touched && day(earlier).zip(day(later)).is_some_and(|(from, to)| to < from) {
            return Err(EditError::Values { problems: vec![((*later).to_owned(), OUT_OF_ORDER.to_owned())] });
        }
    }
    Ok(())
}

/// Why a field cannot be without a value.
pub const NEEDED: &str = "it must have a value where the record now stands";

/// A record that moves says what its new place needs, and one that stands there does not unsay it.
async fn says_what_it_needs(db: &Db, editable: &Editable, record: &Record, fields: &Fields) -> Result<(), EditError> {
    let written = |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value);
    for narrowed in editable.narrowed {
        let Some(Field { kind: FieldKind::Reference(target), .. }) = editable.record_type.field(narrowed.field) else {
            continue;
        };
        let moved = written(narrowed.field);
        let here = moved.unwrap_or(record.value(narrowed.field)).as_reference();
        let Some((target, here)) = db.registry().get(target).zip(here) else { continue };
        let Some(here) = db.system().get(target, here).await? else { continue };
        let is_missing = |name: &&&'static str| match written(name) {
            Some(value) => *value == Value::Null,
            None => moved.is_some() && *record.value(name) == Value::Null,
        };
        let problems: Vec<(String, String)> = (narrowed.needs)(&here)
            .iter()
            .filter(is_missing)
            .map(|name| ((*name).to_owned(), NEEDED.to_owned()))
            .collect();
        if !problems.is_empty() {
            return Err(EditError::Values { problems });
        }
    }
    Ok(())
}

/// Takes changes back; what others set later of the same fields stays, and is named.
pub async fn undo(
    db: &Db,
    record_type: &'static RecordType,
    author: &Author,
    id: RecordId,
    seqs: &BTreeSet<Seq>,
) -> Result<Vec<&'static str>, EditError> {
    if !author.edits {
        return Err(EditError::Forbidden);
    }
    let reader = db.reader(&author.viewer);
    reader.get(record_type, id).await?.ok_or(EditError::NotFound)?;
    let rows = reader.history(record_type, id).await?;
    let void = voided(&rows, &db.system().imports().await?, Seq(i64::MAX));
    let is_change = |seq: &&Seq| {
        let row = rows.iter().find(|row| row.seq == **seq).filter(|row| !void.contains(&row.seq));
        row.is_some_and(|row| matches!(row.event, Event::Set(_)) && !matches!(row.origin, Origin::Import(_)))
    };
    if let Some(seq) = seqs.iter().find(|seq| !is_change(seq)).or(seqs.is_empty().then_some(&Seq::ZERO)) {
        return Err(EditError::NotAChange(*seq));
    }
    let mut tx = db.begin(author.viewer.person, author.origin);
    tx.put(Change::of(record_type, id, Event::Void(seqs.iter().copied().collect())))?;
    tx.commit().await?;
    let later = set_later(&rows, seqs).into_iter().map(|(_, field)| field);
    let mut stays: Vec<&'static str> = later.filter(|field| record_type.field(field).is_some()).collect();
    stays.sort_unstable();
    stays.dedup();
    Ok(stays)
}

/// With more records than these a reference is named by number or name rather than chosen from a list.
pub const CHOICES: usize = 400;

/// The records that a reference offers, in order: those that share what the field is narrowed by with the one it names now.
/// One more than [`CHOICES`] says that there are too many.
pub async fn offered(
    reader: &Reader,
    editable: &Editable,
    record: &Record,
    field: &str,
) -> Result<Vec<Record>, DbError> {
    let kind = editable.record_type.field(field).map(|field| field.kind);
    let Some(FieldKind::Reference(target)) = kind else { return Ok(Vec::new()) };
    let Some(record_type) = reader.registry().get(target) else { return Ok(Vec::new()) };
    let query = ListQuery { limit: CHOICES as u64 + 1, ..ListQuery::default() };
    let mut records = reader.list(record_type, &query).await?;
    let Some(narrowed) = editable.narrowed.iter().find(|narrowed| narrowed.field == field) else {
        records.sort_by_key(Record::title);
        return Ok(records);
    };
    let now = record.value(field).as_reference();
    let shared = records.iter().find(|found| Some(found.id) == now).map(|found| found.value(narrowed.shared).clone());
    records.retain(|found| shared.as_ref().is_none_or(|shared| found.value(narrowed.shared) == shared));
    // Of a new record those of each group in their order.
    let place =
        |found: &Record| (found.value(narrowed.shared).as_reference(), found.value(narrowed.order).as_integer());
    records.sort_by_key(place);
    Ok(records)
}

/// When the value that holds now began; for a field never set, when the record did.
fn began(known: &Timeline, history: &History, field: &str, now: Timestamp) -> Timestamp {
    let step = known.steps(field).iter().rev().find(|step| step.effective_at <= now);
    step.map(|step| step.effective_at).or_else(|| history.first().map(|row| row.effective_at)).unwrap_or(now)
}

/// When a day begins for the company; today counts from now.
async fn start_of(db: &Db, day: Date) -> Result<Option<Timestamp>, EditError> {
    let zone = access::time_zone(db).await?;
    if day == db.now().to_zoned(zone.clone()).date() {
        return Ok(None);
    }
    Ok(day.to_zoned(zone).ok().map(|zoned| zoned.timestamp()))
}

fn last_author(history: &History, seen: Option<Seq>, fields: &[&'static str]) -> Option<RecordId> {
    let since = |row: &&rules::log::LogRow| seen.is_none_or(|seen| row.seq > seen);
    let touches = |row: &&rules::log::LogRow| row.event.fields().iter().any(|(name, _)| fields.contains(name));
    history.iter().rev().filter(since).find(touches).and_then(|row| row.actor)
}
