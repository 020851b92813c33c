//! The one way to write: record row and log row in one transaction.

use crate::{
    Db, DbError, IMPORT_ENTITY, codec,
    codec::{GENESIS, PAYLOAD_VERSION, StoredRow, SubjectKey},
    contents::{self, Contents, put_contents},
    due::remember_due,
    history,
    imports::follow_import,
    kept::Step,
    marks::{forget, put_marks},
    rows::{ROWS_A_STATEMENT, insert_new, lock_rows, register_creates, write_row},
    schema::name,
};
use base::{RecordId, Seq};
use jiff::Timestamp;
use rules::{
    log::{Event, Fields, Imports, LogRow, Origin, Timeline},
    record::{RecordType, Value},
};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction,
    sea_query::{Expr, ExprTrait, Order, Query},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Pending rows stand behind every stored one until they get their seq.
const PENDING: i64 = i64::MAX / 2;

/// One row of the log to be.
#[derive(Debug, Clone)]
pub struct Change {
    pub record_type: &'static RecordType,
    pub id: RecordId,
    pub event: Event,
    /// When it took effect in the world; none: now.
    pub effective_at: Option<Timestamp>,
    /// The last seq the author had seen: a later change of the same fields by another is a conflict.
    pub based_on: Option<Seq>,
}

impl Change {
    pub fn create(record_type: &'static RecordType, id: RecordId, fields: Fields) -> Self {
        Self { record_type, id, event: Event::Create(fields), effective_at: None, based_on: None }
    }

    pub fn set(record_type: &'static RecordType, id: RecordId, fields: Fields) -> Self {
        Self { record_type, id, event: Event::Set(fields), effective_at: None, based_on: None }
    }

    pub fn of(record_type: &'static RecordType, id: RecordId, event: Event) -> Self {
        Self { record_type, id, event, effective_at: None, based_on: None }
    }

    #[must_use]
    pub fn effective_at(mut self, moment: Timestamp) -> Self {
        self.effective_at = Some(crate::truncated(moment));
        self
    }

    #[must_use]
    pub fn based_on(mut self, seq: Seq) -> Self {
        self.based_on = Some(seq);
        self
    }
}

/// The seqs that a commit gave, first and last; empty commits have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    pub first: Seq,
    pub last: Seq,
}

/// Changes that will stand or fall together.
pub struct Tx {
    db: Db,
    actor: Option<RecordId>,
    origin: Origin,
    changes: Vec<Change>,
    steps: Vec<Step>,
    contents: Contents,
    rests: Option<Rests>,
}

/// What a plan rests on: what there was at a seq.
#[derive(Debug, Clone)]
struct Rests {
    at: Seq,
    /// Of these types; none: everything.
    on: Option<Vec<&'static str>>,
}

impl Rests {
    /// Under the append lock.
    async fn check(&self, transaction: &DatabaseTransaction, last_seq: i64) -> Result<(), DbError> {
        if self.at.0 == last_seq {
            return Ok(());
        }
        let Some(types) = self.on.as_ref().filter(|_| self.at.0 < last_seq) else { return Err(DbError::Moved) };
        if history::is_written_since(transaction, self.at, types).await? { Err(DbError::Moved) } else { Ok(()) }
    }
}

impl Tx {
    pub(crate) fn new(db: Db, actor: Option<RecordId>, origin: Origin) -> Self {
        Self { db, actor, origin, changes: Vec::new(), steps: Vec::new(), contents: Contents::new(), rests: None }
    }

    /// Writes only while this is the last seq: the commit of a plan that rests on everything.
    #[must_use]
    pub fn only_at(mut self, seq: Seq) -> Self {
        self.rests = Some(Rests { at: seq, on: None });
        self
    }

    /// Writes only while no record of these types was written since, nor an import begun or ended: the commit of a plan that was made
    /// at the seq and rests on them alone.
    #[must_use]
    pub fn resting_on(mut self, seq: Seq, types: &[&'static RecordType]) -> Self {
        let types = types.iter().map(|one| one.name).chain([IMPORT_ENTITY]).collect();
        self.rests = Some(Rests { at: seq, on: Some(types) });
        self
    }

    pub fn len(&self) -> usize {
        self.changes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Adds a change after checking it against its descriptor.
    pub fn put(&mut self, mut change: Change) -> Result<(), DbError> {
        let record_type = change.record_type;
        if let Event::Create(fields) | Event::Set(fields) = &mut change.event {
            for (name, value) in fields.iter_mut() {
                if let Value::Moment(moment) = value {
                    *moment = crate::truncated(*moment);
                }
                record_type.check(name, value)?;
            }
        }
        if let Event::Create(fields) = &change.event {
            for field in record_type.all_fields().filter(|field| field.required) {
                if !fields.iter().any(|(name, _)| *name == field.name) {
                    record_type.check(field.name, &Value::Null)?;
                }
            }
        }
        self.changes.push(change);
        Ok(())
    }

    /// What is attached to a record that is created here.
    pub fn attach(&mut self, record_type: &'static RecordType, id: RecordId, content: Vec<u8>) {
        self.contents.insert((record_type.name, id), content);
    }

    /// Moves a kept entry on in the same transaction; when another process moved it first, nothing is written.
    pub fn step(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// Writes everything or nothing.
    pub async fn commit(self) -> Result<Option<Committed>, DbError> {
        self.prepare().await?.commit().await
    }

    /// Writes the record rows in an open transaction; [`Prepared::commit`] appends the log and ends it.
    pub async fn prepare(mut self) -> Result<Prepared, DbError> {
        let transaction = self.db.begin_write().await?;
        for step in &self.steps {
            step.take(&transaction).await?;
        }
        let mut histories = self.histories(&transaction).await?;
        // No earlier than anything read under lock: clocks of two machines differ, and what is written last must win.
        let seen = histories.values().flatten().map(|row| row.recorded_at).max();
        let now = seen.map_or(self.db.now(), |seen| Ord::max(seen, self.db.now()));
        for change in &mut self.changes {
            change.effective_at.get_or_insert(now);
        }
        let keys = take_keys(&self.db, &transaction, &self.changes).await?;
        put_contents(&self.db, &transaction, &mut self.changes, std::mem::take(&mut self.contents), &keys).await?;
        put_marks(&self.db, &transaction, (&mut self.changes, self.origin), &histories).await?;
        let creates: Vec<&Change> =
            self.changes.iter().filter(|change| matches!(change.event, Event::Create(_))).collect();
        register_creates(&transaction, &creates).await?;
        let is_new = |change: &&Change| !histories.contains_key(&(change.record_type.name, change.id));
        let (fresh, _): (Vec<&Change>, Vec<&Change>) = creates.into_iter().partition(is_new);
        insert_new(&transaction, &fresh, self.origin, now).await?;
        self.write_known(&transaction, &mut histories, now).await?;
        remember_due(&transaction, &self.changes, now).await?;
        Ok(Prepared {
            db: self.db,
            transaction,
            actor: self.actor,
            origin: self.origin,
            changes: self.changes,
            keys,
            now,
            rests: self.rests,
        })
    }

    /// The histories of every record that is more than one fresh create, read under lock. A record that is created and
    /// changed here, or that the log knows already, has an entry, if an empty one.
    async fn histories(&self, transaction: &DatabaseTransaction) -> Result<Histories, DbError> {
        let mut by_type: BTreeMap<&'static str, (&'static RecordType, BTreeSet<RecordId>, BTreeSet<RecordId>)> =
            BTreeMap::new();
        for change in &self.changes {
            let (_, creates, others) = by_type
                .entry(change.record_type.name)
                .or_insert_with(|| (change.record_type, BTreeSet::new(), BTreeSet::new()));
            let is_first_create = matches!(change.event, Event::Create(_)) && creates.insert(change.id);
            if !is_first_create {
                others.insert(change.id);
            }
        }
        let mut histories = Histories::new();
        for (record_type, creates, mut others) in by_type.into_values() {
            others.extend(history::logged_in(transaction, record_type.name, &creates).await?);
            if others.is_empty() {
                continue;
            }
            lock_rows(transaction, record_type, &others).await?;
            let mut found = history::histories_in(transaction, record_type, &others, true).await?;
            for id in others {
                histories.insert((record_type.name, id), found.remove(&id).unwrap_or_default());
            }
        }
        Ok(histories)
    }

    /// Folds each record's history with what is to come and writes the outcome.
    async fn write_known(
        &self,
        transaction: &DatabaseTransaction,
        histories: &mut Histories,
        now: Timestamp,
    ) -> Result<(), DbError> {
        if histories.is_empty() {
            return Ok(());
        }
        let imports = history::imports_in(transaction, self.db.registry()).await?;
        let own = match self.origin {
            Origin::Import(import) => imports.clone().including(import),
            _ => imports.clone(),
        };
        let mut touched: BTreeMap<(&'static str, RecordId), &'static RecordType> = BTreeMap::new();
        for (place, change) in self.changes.iter().enumerate() {
            let key = (change.record_type.name, change.id);
            let Some(rows) = histories.get_mut(&key) else { continue };
            check(change, rows, &own)?;
            if change.event == Event::Erase {
                erase(transaction, change.record_type, change.id, rows).await?;
            }
            let place = i64::try_from(place).unwrap_or(i64::MAX / 4);
            rows.push(self.pending(change, Seq(PENDING + place), now));
            touched.insert(key, change.record_type);
        }
        for ((entity, id), record_type) in touched {
            let rows = histories.get(&(entity, id)).map_or(&[][..], Vec::as_slice);
            let imports = if entity == IMPORT_ENTITY { imports.clone().with(rows) } else { imports.clone() };
            write_row(transaction, record_type, id, rows, &imports, now).await?;
            if entity == IMPORT_ENTITY {
                follow_import(&self.db, transaction, id, &imports, now).await?;
            }
        }
        Ok(())
    }

    fn pending(&self, change: &Change, seq: Seq, now: Timestamp) -> LogRow {
        LogRow {
            seq,
            recorded_at: now,
            effective_at: change.effective_at.unwrap_or(now),
            actor: self.actor,
            origin: self.origin,
            id: change.id,
            event: change.event.clone(),
        }
    }
}

/// What cannot be done to this record: change what is not there, or what another changed unseen.
fn check(change: &Change, rows: &[LogRow], imports: &Imports) -> Result<(), DbError> {
    let absent = || DbError::Absent { entity: change.record_type.name, id: change.id.0 };
    match change.event {
        Event::Void(_) | Event::VoidImport if rows.is_empty() => return Err(absent()),
        Event::Create(_) | Event::Void(_) | Event::VoidImport => return Ok(()),
        _ => {}
    }
    let known = Timeline::known(rows, imports, Seq(i64::MAX)).ok_or_else(absent)?;
    let Some(seen) = change.based_on else { return Ok(()) };
    let fields: Vec<&'static str> = change
        .event
        .fields()
        .iter()
        .map(|(name, _)| *name)
        // A mark follows from fields: two who change different ones of these do not collide.
        .filter(|name| change.record_type.field(name).is_some())
        .filter(|name| known.steps(name).iter().any(|step| step.seq > seen))
        .collect();
    if fields.is_empty() {
        Ok(())
    } else {
        Err(DbError::Conflict { entity: change.record_type.name, id: change.id.0, fields })
    }
}

/// The rows of records, by type and id.
pub(crate) type Histories = BTreeMap<(&'static str, RecordId), Vec<LogRow>>;

/// A transaction with its record rows written, about to append to the log.
pub struct Prepared {
    db: Db,
    transaction: DatabaseTransaction,
    actor: Option<RecordId>,
    origin: Origin,
    changes: Vec<Change>,
    keys: HashMap<(&'static str, RecordId), SubjectKey>,
    now: Timestamp,
    rests: Option<Rests>,
}

impl Prepared {
    /// Takes the append lock, gives seqs, chains hashes, writes the log rows, commits.
    pub async fn commit(self) -> Result<Option<Committed>, DbError> {
        if self.changes.is_empty() {
            self.transaction.commit().await?;
            return Ok(None);
        }
        self.db.lock_append(&self.transaction).await?;
        let (last_seq, last_moment, mut hash) = log_end(&self.transaction).await?;
        if let Some(rests) = &self.rests {
            rests.check(&self.transaction, last_seq).await?;
        }
        let recorded_at = Ord::max(codec::micros(self.now), last_moment);
        let (origin, import_id) = codec::origin_words(self.origin);
        let mut rows = Vec::with_capacity(self.changes.len());
        for (seq, change) in (last_seq + 1..).zip(&self.changes) {
            let key = self.keys.get(&(change.record_type.name, change.id));
            let seal = key.map(|key| (key, self.db.random_bytes()));
            let mut row = StoredRow {
                seq,
                recorded_at,
                effective_at: codec::micros(change.effective_at.unwrap_or(self.now)),
                actor: self.actor.map(|id| id.0),
                origin,
                import_id,
                entity: change.record_type.name.to_owned(),
                record_id: change.id.0,
                kind: change.event.word().to_owned(),
                fields: codec::encode(change.record_type, change.id, &change.event, seal)?,
                payload_version: PAYLOAD_VERSION,
                hash: Vec::new(),
            };
            hash = row.chained(&hash).to_vec();
            row.hash.clone_from(&hash);
            rows.push(row);
        }
        append(&self.transaction, &rows).await?;
        let last = rows.last().map_or(last_seq, |row| row.seq);
        self.transaction.commit().await?;
        Ok(Some(Committed { first: Seq(last_seq + 1), last: Seq(last) }))
    }
}

async fn log_end(transaction: &DatabaseTransaction) -> Result<(i64, i64, Vec<u8>), DbError> {
    let mut select = Query::select();
    select
        .columns([name("seq"), name("recorded_at"), name("hash")])
        .from(name("log"))
        .order_by(name("seq"), Order::Desc)
        .limit(1);
    Ok(match transaction.query_one(&select).await? {
        Some(row) => (row.try_get("", "seq")?, row.try_get("", "recorded_at")?, row.try_get("", "hash")?),
        None => (0, i64::MIN, GENESIS.to_vec()),
    })
}

pub(crate) async fn append(transaction: &DatabaseTransaction, rows: &[StoredRow]) -> Result<(), DbError> {
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let mut insert = Query::insert();
        insert.into_table(name("log")).columns(history::LOG_COLUMNS.map(name));
        for row in chunk {
            insert.values_panic([
                Expr::val(row.seq),
                Expr::val(row.recorded_at),
                Expr::val(row.effective_at),
                Expr::val(row.actor),
                Expr::val(row.origin),
                Expr::val(row.import_id),
                Expr::val(row.entity.as_str()),
                Expr::val(row.record_id),
                Expr::val(row.kind.as_str()),
                Expr::val(row.fields.as_str()),
                Expr::val(row.payload_version),
                Expr::val(row.hash.clone()),
            ]);
        }
        transaction.execute(&insert).await?;
    }
    Ok(())
}

/// Finds or makes the key of every record whose personal fields are about to be written.
async fn take_keys(
    db: &Db,
    transaction: &DatabaseTransaction,
    changes: &[Change],
) -> Result<HashMap<(&'static str, RecordId), SubjectKey>, DbError> {
    let mut wanted: BTreeMap<&'static str, BTreeSet<RecordId>> = BTreeMap::new();
    for change in changes {
        let personal = change.event.fields().iter().any(|(name, value)| {
            *value != Value::Null && change.record_type.field(name).is_some_and(|field| field.personal)
        });
        if personal {
            wanted.entry(change.record_type.name).or_default().insert(change.id);
        }
    }
    let mut keys = HashMap::new();
    let mut fresh = Vec::new();
    for (entity, ids) in wanted {
        // A record without a key gets one, unless its key was destroyed: what was erased does not come back.
        let known = history::keys_in(transaction, entity, &ids).await?;
        let missing: BTreeSet<RecordId> = ids.iter().filter(|id| !known.contains_key(id)).copied().collect();
        if let Some(id) = history::erased_in(transaction, entity, &missing).await?.first() {
            return Err(DbError::Erased { entity, id: id.0 });
        }
        fresh.extend(missing.into_iter().map(|id| (entity, id)));
        keys.extend(known.into_iter().map(|(id, key)| ((entity, id), key)));
    }
    for chunk in fresh.chunks(ROWS_A_STATEMENT) {
        let mut insert = Query::insert();
        insert.into_table(name("subject_key")).columns([name("entity"), name("record_id"), name("key")]);
        for (entity, id) in chunk {
            let key: SubjectKey = db.random_bytes();
            insert.values_panic([Expr::val(*entity), Expr::val(id.0), Expr::val(key.to_vec())]);
            keys.insert((entity, *id), key);
        }
        transaction.execute(&insert).await?;
    }
    Ok(keys)
}

/// Destroys the key and forgets the personal values in the history at hand.
async fn erase(
    transaction: &DatabaseTransaction,
    record_type: &RecordType,
    id: RecordId,
    rows: &mut [LogRow],
) -> Result<(), DbError> {
    let mut delete = Query::delete();
    delete
        .from_table(name("subject_key"))
        .and_where(Expr::col(name("entity")).eq(record_type.name))
        .and_where(Expr::col(name("record_id")).eq(id.0));
    transaction.execute(&delete).await?;
    forget(transaction, record_type, rows).await?;
    contents::forget(transaction, record_type, id).await?;
    for row in rows {
        if let Event::Create(fields) | Event::Set(fields) = &mut row.event {
            fields.retain(|(name, _)| !record_type.field(name).is_some_and(|field| field.personal));
        }
    }
    Ok(())
}
