//! The one way to read. Connections behind it are read-only in the database itself.

mod alike;
mod list;

pub use list::{Filter, ListQuery};

use crate::{
    Db, DbError, codec,
    codec::StoredRow,
    history::{
        History, IDS_A_STATEMENT, external_in, group, histories_in, imports_in, keys_in, log_row, log_select,
        stored_rows,
    },
    schema::{self, name},
};
use base::{Amount, Money, RecordId, Seq};
use jiff::Timestamp;
use rules::{
    access::{Reach, Viewer},
    log::{Imports, LogRow},
    record::{EXTERNAL_ID, Field, FieldKind, RecordType, Registry, Scope, Value},
};
use sea_orm::{
    ConnectionTrait, QueryResult,
    sea_query::{Condition, Expr, ExprTrait, Order, Query, SelectStatement},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A record as it stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub record_type: &'static RecordType,
    pub id: RecordId,
    pub archived: bool,
    pub merged_into: Option<RecordId>,
    pub import: Option<RecordId>,
    pub values: BTreeMap<&'static str, Value>,
}

impl Record {
    pub fn value(&self, field: &str) -> &Value {
        self.values.get(field).unwrap_or(&Value::Null)
    }

    /// What people call it; erased or nameless records go by their number.
    pub fn title(&self) -> String {
        match self.value(self.record_type.title) {
            Value::Text(text) => text.clone(),
            _ => self.external_id().map_or_else(|| format!("#{}", self.id), str::to_owned),
        }
    }

    pub fn external_id(&self) -> Option<&str> {
        self.value(EXTERNAL_ID).as_text()
    }
}

/// A row of the log with its record type, as the audit page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntry {
    pub record_type: &'static RecordType,
    pub row: LogRow,
}

#[derive(Clone)]
pub struct Reader {
    pub(crate) db: Db,
    viewer: Viewer,
    /// A running import sees what it wrote itself.
    own_import: Option<RecordId>,
}

impl Reader {
    pub(crate) fn new(db: Db, viewer: Viewer) -> Self {
        Self { db, viewer, own_import: None }
    }

    pub fn registry(&self) -> &Registry {
        self.db.registry()
    }

    /// Also what this import wrote, done or not.
    #[must_use]
    pub fn including(mut self, import: Option<RecordId>) -> Self {
        self.own_import = import;
        self
    }

    /// The rows of a type that this viewer may see: of done imports, in their scope.
    fn visible(&self, record_type: &RecordType) -> SelectStatement {
        let mut select = Query::select();
        select.expr(Expr::col(sea_orm::sea_query::Asterisk)).from(name(record_type.name));
        self.narrow(&mut select, record_type);
        select
    }

    /// Leaves out the rows of a type that this viewer may not see.
    fn narrow(&self, select: &mut SelectStatement, record_type: &RecordType) {
        let shown = hidden().not();
        select.and_where(match self.own_import {
            Some(own) => shown.or(Expr::col(name(schema::IMPORT)).eq(own.0)),
            None => shown,
        });
        if record_type.scope.is_private() {
            if let Some(own) = self.private(record_type.scope) {
                select.cond_where(own);
            }
        } else if let Reach::People(people) = &self.viewer.reach
            && let Some(scope) = in_reach(self.db.registry(), record_type.scope, people)
        {
            select.cond_where(scope);
        }
    }

    /// The rows of a private type that this viewer may see; none where they may see all.
    fn private(&self, scope: Scope) -> Option<Condition> {
        let (own, sees_all) = match scope {
            Scope::Pay(payee) => (payee, self.viewer.sees_pay),
            Scope::Appraisal(person) => (person, self.viewer.sees_appraisals),
            Scope::Own(person) => (person, self.viewer.is_system()),
            _ => return None,
        };
        if sees_all {
            return None;
        }
        // A field that names nobody is nobody's.
        let me = Expr::col(name(own)).eq(self.viewer.person.map_or(0, |person| person.0));
        let mut rows = Condition::any().add(me);
        if let Scope::Appraisal(_) = scope {
            rows = rows.add(match &self.viewer.reach {
                Reach::People(people) => is_of(own, people),
                Reach::All => is_of(own, &self.viewer.below),
            });
        }
        Some(rows)
    }

    /// The last seq that is committed; zero for an empty log.
    pub async fn last_seq(&self) -> Result<Seq, DbError> {
        let mut select = Query::select();
        select.column(name("seq")).from(name("log")).order_by(name("seq"), Order::Desc).limit(1);
        match self.db.read_connection().query_one(&select).await? {
            Some(row) => Ok(Seq(row.try_get("", "seq")?)),
            None => Ok(Seq(0)),
        }
    }

    /// The start of a log row's hash: the first row's tells one database from another. None for an empty log.
    pub async fn hash_at(&self, seq: Seq) -> Result<Option<String>, DbError> {
        let mut select = Query::select();
        select.column(name("hash")).from(name("log")).and_where(Expr::col(name("seq")).eq(seq.0));
        let Some(row) = self.db.read_connection().query_one(&select).await? else { return Ok(None) };
        let hash: Vec<u8> = row.try_get("", "hash")?;
        Ok(Some(hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()))
    }

    /// The last seq recorded at or before a moment. Moments rise with seq, so halving finds it.
    pub async fn seq_at(&self, moment: Timestamp) -> Result<Seq, DbError> {
        let wanted = codec::micros(moment);
        let (mut low, mut high) = (0, self.last_seq().await?.0);
        while low < high {
            let middle = low + (high - low + 1) / 2;
            let mut select = Query::select();
            select.column(name("recorded_at")).from(name("log")).and_where(Expr::col(name("seq")).eq(middle));
            let row = self.db.read_connection().query_one(&select).await?;
            let recorded: i64 = row.map_or(Ok(i64::MAX), |row| row.try_get("", "recorded_at"))?;
            if recorded <= wanted { low = middle } else { high = middle - 1 }
        }
        Ok(Seq(low))
    }

    pub async fn get(&self, record_type: &'static RecordType, id: RecordId) -> Result<Option<Record>, DbError> {
        Ok(self.many(record_type, &BTreeSet::from([id])).await?.remove(&id))
    }

    /// The named records that are present, by id.
    pub async fn many(
        &self,
        record_type: &'static RecordType,
        ids: &BTreeSet<RecordId>,
    ) -> Result<BTreeMap<RecordId, Record>, DbError> {
        self.some_of(record_type, ids, &record_type.all_fields().collect::<Vec<_>>()).await
    }

    /// The same with no more than what people call them, and where they came from.
    pub async fn titles(
        &self,
        record_type: &'static RecordType,
        ids: &BTreeSet<RecordId>,
    ) -> Result<BTreeMap<RecordId, Record>, DbError> {
        let is_read = |field: &&Field| [record_type.title, EXTERNAL_ID].contains(&field.name);
        self.some_of(record_type, ids, &record_type.all_fields().filter(is_read).collect::<Vec<_>>()).await
    }

    async fn some_of(
        &self,
        record_type: &'static RecordType,
        ids: &BTreeSet<RecordId>,
        fields: &[&'static Field],
    ) -> Result<BTreeMap<RecordId, Record>, DbError> {
        let columns = columns_of(fields);
        let mut found = BTreeMap::new();
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        for chunk in ids.chunks(IDS_A_STATEMENT) {
            let mut select = self.visible(record_type);
            select
                .clear_selects()
                .columns(columns.iter().map(|column| name(column)))
                .and_where(Expr::col(name(schema::ID)).is_in(chunk.iter().copied()));
            for row in self.db.read_connection().query_all(&select).await? {
                let record = read_fields(record_type, fields.iter().copied(), &row)?;
                found.insert(record.id, record);
            }
        }
        Ok(found)
    }

    /// The records that a text means: # and a number, or an external id. More than one where sources share an id.
    pub async fn named(&self, record_type: &'static RecordType, text: &str) -> Result<Vec<Record>, DbError> {
        if let Some(id) = text.strip_prefix('#').and_then(|id| id.parse().ok()) {
            return Ok(self.get(record_type, id).await?.into_iter().collect());
        }
        let is_named = Filter(EXTERNAL_ID, Value::Text(text.to_owned()));
        self.list(record_type, &ListQuery { filters: vec![is_named], limit: 2, ..ListQuery::default() }).await
    }

    /// Every record of a type; for what is small by nature (people, teams, settings).
    pub async fn all(&self, record_type: &'static RecordType) -> Result<Vec<Record>, DbError> {
        let mut select = self.visible(record_type);
        select.order_by(name(schema::ID), Order::Asc);
        let rows = self.db.read_connection().query_all(&select).await?;
        rows.iter().map(|row| read_record(record_type, row)).collect()
    }

    /// The records of a type that match and are not archived, with no more than these fields; all where none is named.
    pub async fn some(
        &self,
        record_type: &'static RecordType,
        filters: Vec<Filter>,
        only: &'static [&'static str],
    ) -> Result<Vec<Record>, DbError> {
        let query = ListQuery { filters, limit: u64::MAX, only, ..ListQuery::default() };
        let mut records = self.list(record_type, &query).await?;
        records.retain(|record| !record.archived);
        Ok(records)
    }

    /// Ids of records by where they came from, absent records included.
    pub async fn by_external(
        &self,
        record_type: &RecordType,
        source: &str,
        external: &[&str],
    ) -> Result<HashMap<String, RecordId>, DbError> {
        external_in(self.db.read_connection(), record_type.name, source, external).await
    }

    /// One record's rows, personal fields included where their key still exists.
    pub async fn history(&self, record_type: &'static RecordType, id: RecordId) -> Result<History, DbError> {
        let ids = BTreeSet::from([id]);
        // Reading a history takes the right to see the record; only what is absent for all is the system's to read.
        let scope = record_type.scope;
        let sees_all = if scope.is_private() { self.private(scope).is_none() } else { self.viewer.sees_all() };
        if !sees_all && self.many(record_type, &ids).await?.is_empty() {
            return Ok(History::new());
        }
        let mut histories = histories_in(self.db.read_connection(), record_type, &ids, true).await?;
        Ok(histories.remove(&id).unwrap_or_default())
    }

    /// The seq of the last row of a record that this viewer may see.
    pub async fn last_change(&self, record_type: &'static RecordType, id: RecordId) -> Result<Option<Seq>, DbError> {
        if self.many(record_type, &BTreeSet::from([id])).await?.is_empty() {
            return Ok(None);
        }
        let mut select = Query::select();
        select
            .column(name("seq"))
            .from(name("log"))
            .and_where(Expr::col(name("entity")).eq(record_type.name))
            .and_where(Expr::col(name("record_id")).eq(id.0))
            .order_by(name("seq"), Order::Desc)
            .limit(1);
        let row = self.db.read_connection().query_one(&select).await?;
        Ok(row.map(|row| row.try_get("", "seq")).transpose()?.map(Seq))
    }

    /// The rows of several records, without personal fields.
    pub async fn histories(
        &self,
        record_type: &'static RecordType,
        ids: &BTreeSet<RecordId>,
    ) -> Result<BTreeMap<RecordId, History>, DbError> {
        histories_in(self.db.read_connection(), record_type, ids, false).await
    }

    /// The rows of every record of a type with an id above `after`, whole records only, about `limit` rows.
    pub async fn histories_after(
        &self,
        record_type: &'static RecordType,
        after: RecordId,
        limit: u64,
        personal: bool,
    ) -> Result<BTreeMap<RecordId, History>, DbError> {
        let mut bound = Query::select();
        bound
            .column(name("record_id"))
            .from(name("log"))
            .and_where(Expr::col(name("entity")).eq(record_type.name))
            .and_where(Expr::col(name("record_id")).gt(after.0))
            .order_by(name("record_id"), Order::Asc)
            .limit(1)
            .offset(limit);
        let connection = self.db.read_connection();
        let end: i64 = connection.query_one(&bound).await?.map_or(Ok(i64::MAX), |row| row.try_get("", "record_id"))?;
        let mut select = log_select();
        select
            .and_where(Expr::col(name("entity")).eq(record_type.name))
            .and_where(Expr::col(name("record_id")).gt(after.0))
            .and_where(Expr::col(name("record_id")).lte(end));
        let rows = stored_rows(&connection.query_all(&select).await?)?;
        let keys = if personal {
            keys_in(connection, record_type.name, &rows.iter().map(|row| RecordId(row.record_id)).collect()).await?
        } else {
            HashMap::new()
        };
        group(record_type, rows, &keys)
    }

    /// Records whose reference field names one of these.
    pub async fn referencing(
        &self,
        record_type: &'static RecordType,
        field: &str,
        ids: &BTreeSet<RecordId>,
    ) -> Result<BTreeSet<RecordId>, DbError> {
        let mut found = BTreeSet::new();
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        for chunk in ids.chunks(IDS_A_STATEMENT) {
            let mut select = self.visible(record_type);
            select
                .clear_selects()
                .column(name(schema::ID))
                .and_where(Expr::col(name(field)).is_in(chunk.iter().copied()));
            for row in self.db.read_connection().query_all(&select).await? {
                found.insert(RecordId(row.try_get("", schema::ID)?));
            }
        }
        Ok(found)
    }

    /// Which records the log touched after a seq, by entity.
    pub async fn touched_after(&self, seq: Seq) -> Result<BTreeMap<String, BTreeSet<RecordId>>, DbError> {
        let mut select = Query::select();
        select
            .distinct()
            .columns([name("entity"), name("record_id")])
            .from(name("log"))
            .and_where(Expr::col(name("seq")).gt(seq.0));
        self.entities_and_ids(&select).await
    }

    /// Which records an import wrote to, by entity.
    pub async fn touched_by_import(&self, import: RecordId) -> Result<BTreeMap<String, BTreeSet<RecordId>>, DbError> {
        let mut select = Query::select();
        select
            .distinct()
            .columns([name("entity"), name("record_id")])
            .from(name("log"))
            .and_where(Expr::col(name("import_id")).eq(import.0));
        self.entities_and_ids(&select).await
    }

    async fn entities_and_ids(
        &self,
        select: &SelectStatement,
    ) -> Result<BTreeMap<String, BTreeSet<RecordId>>, DbError> {
        let mut found: BTreeMap<String, BTreeSet<RecordId>> = BTreeMap::new();
        for row in self.db.read_connection().query_all(select).await? {
            found.entry(row.try_get("", "entity")?).or_default().insert(RecordId(row.try_get("", "record_id")?));
        }
        Ok(found)
    }

    /// The different texts of a field, in order.
    pub async fn words(&self, record_type: &'static RecordType, field: &str) -> Result<Vec<String>, DbError> {
        let mut select = self.visible(record_type);
        select
            .clear_selects()
            .distinct()
            .column(name(field))
            .and_where(Expr::col(name(field)).is_not_null())
            .order_by(name(field), Order::Asc);
        let rows = self.db.read_connection().query_all(&select).await?;
        rows.iter().map(|row| Ok(row.try_get("", field)?)).collect()
    }

    pub async fn imports(&self) -> Result<Imports, DbError> {
        imports_in(self.db.read_connection(), self.db.registry()).await
    }

    /// Log rows after a seq in commit order, decrypted.
    pub async fn log_after(&self, seq: Seq, limit: u64) -> Result<Vec<LogEntry>, DbError> {
        let stored = self.stored_after(seq, limit).await?;
        let mut by_entity: BTreeMap<&str, BTreeSet<RecordId>> = BTreeMap::new();
        for row in &stored {
            by_entity.entry(&row.entity).or_default().insert(RecordId(row.record_id));
        }
        let mut keys = HashMap::new();
        for (entity, ids) in by_entity {
            for (id, key) in keys_in(self.db.read_connection(), entity, &ids).await? {
                keys.insert((entity.to_owned(), id), key);
            }
        }
        let mut entries = Vec::with_capacity(stored.len());
        for row in &stored {
            let record_type = self.known(row)?;
            let key = keys.get(&(row.entity.clone(), RecordId(row.record_id)));
            entries.push(LogEntry { record_type, row: log_row(record_type, row, key)? });
        }
        Ok(entries)
    }

    fn known(&self, row: &StoredRow) -> Result<&'static RecordType, DbError> {
        self.db
            .registry()
            .get(&row.entity)
            .ok_or_else(|| DbError::Damaged { seq: row.seq, reason: format!("no record type {}", row.entity) })
    }

    pub(crate) async fn stored_after(&self, seq: Seq, limit: u64) -> Result<Vec<StoredRow>, DbError> {
        let mut select = log_select();
        select
            .clear_order_by()
            .and_where(Expr::col(name("seq")).gt(seq.0))
            .order_by(name("seq"), Order::Asc)
            .limit(limit);
        stored_rows(&self.db.read_connection().query_all(&select).await?)
    }

    /// Every id with a row in the record table, hidden ones told apart.
    pub(crate) async fn table_rows_after(
        &self,
        record_type: &'static RecordType,
        after: RecordId,
        limit: u64,
    ) -> Result<Vec<(Record, bool)>, DbError> {
        let mut select = Query::select();
        select
            .expr(Expr::col(sea_orm::sea_query::Asterisk))
            .expr_as(hidden(), name("hidden"))
            .from(name(record_type.name))
            .and_where(Expr::col(name(schema::ID)).gt(after.0))
            .order_by(name(schema::ID), Order::Asc)
            .limit(limit);
        let rows = self.db.read_connection().query_all(&select).await?;
        rows.iter()
            .map(|row| {
                Ok((read_record(record_type, row)?, row.try_get::<Option<bool>>("", "hidden")?.unwrap_or(false)))
            })
            .collect()
    }
}

/// The record is of an import that is not done.
fn hidden() -> Expr {
    let mut imports = Query::select();
    imports.column(name("import_id")).from(name("hidden_import"));
    Expr::col(name(schema::IMPORT)).is_not_null().and(Expr::col(name(schema::IMPORT)).in_subquery(imports))
}

/// The rows that belong to one of these people, by the type's scope.
fn in_reach(registry: &Registry, scope: Scope, people: &BTreeSet<RecordId>) -> Option<Condition> {
    match scope {
        Scope::Everyone => None,
        Scope::Owner(field) => Some(Condition::any().add(is_of(field, people)).add(Expr::col(name(field)).is_null())),
        Scope::OwnerOr { owner, of, named } => {
            let by = registry.get(of)?.scope.owner()?;
            let mut namers = Query::select();
            namers.column(name(named)).from(name(of)).and_where(is_of(by, people));
            // Of an import that is not done nothing counts, and nothing opens anything.
            namers.and_where(Expr::col(name(named)).is_not_null()).and_where(hidden().not());
            let own = in_reach(registry, Scope::Owner(owner), people)?;
            Some(Condition::any().add(own).add(Expr::col(name(schema::ID)).in_subquery(namers)))
        }
        Scope::Through(field, entity) => {
            let target = registry.get(entity)?;
            let mut parents = Query::select();
            parents.column(name(schema::ID)).from(name(entity));
            parents.cond_where(in_reach(registry, target.scope, people)?);
            Some(
                Condition::any().add(Expr::col(name(field)).in_subquery(parents)).add(Expr::col(name(field)).is_null()),
            )
        }
        // Whose reach holds others does not see what is private for that.
        Scope::Pay(_) | Scope::Appraisal(_) | Scope::Own(_) | Scope::Operator => {
            Some(Condition::all().add(Expr::val(1).eq(0)))
        }
    }
}

fn is_of(field: &'static str, people: &BTreeSet<RecordId>) -> Expr {
    Expr::col(name(field)).is_in(people.iter().map(|id| id.0))
}

/// What is read of a record of which these fields are wanted.
fn columns_of(fields: &[&'static Field]) -> Vec<String> {
    let columns = [schema::ID, schema::ARCHIVED, schema::MERGED_INTO, schema::IMPORT];
    let named = fields.iter().flat_map(|field| schema::names_of(field));
    columns.map(str::to_owned).into_iter().chain(named).collect()
}

fn read_record(record_type: &'static RecordType, row: &QueryResult) -> Result<Record, DbError> {
    read_fields(record_type, record_type.all_fields(), row)
}

fn read_fields(
    record_type: &'static RecordType,
    fields: impl Iterator<Item = &'static Field>,
    row: &QueryResult,
) -> Result<Record, DbError> {
    let mut values = BTreeMap::new();
    for field in fields {
        let value = read_value(field, row)?;
        if value != Value::Null {
            values.insert(field.name, value);
        }
    }
    Ok(Record {
        record_type,
        id: RecordId(row.try_get("", schema::ID)?),
        archived: row.try_get("", schema::ARCHIVED)?,
        merged_into: row.try_get::<Option<i64>>("", schema::MERGED_INTO)?.map(RecordId),
        import: row.try_get::<Option<i64>>("", schema::IMPORT)?.map(RecordId),
        values,
    })
}

fn read_value(field: &Field, row: &QueryResult) -> Result<Value, DbError> {
    let number = || row.try_get::<Option<i64>>("", field.name);
    let text = || row.try_get::<Option<String>>("", field.name);
    let unreadable = |value: String| {
        DbError::Record(rules::record::RecordError::Unreadable(serde_json::Value::String(value), field.kind))
    };
    let value = match field.kind {
        FieldKind::Text | FieldKind::Currency | FieldKind::Choice(_) => text()?.map(Value::Text),
        FieldKind::Integer => number()?.map(Value::Integer),
        FieldKind::Decimal => match number()? {
            Some(scaled) => Some(Value::Decimal(
                Amount::from_millionths(i128::from(scaled)).map_err(|_| unreadable(scaled.to_string()))?,
            )),
            None => None,
        },
        FieldKind::Reference(_) => number()?.map(|id| Value::Reference(RecordId(id))),
        FieldKind::Flag => row.try_get::<Option<bool>>("", field.name)?.map(Value::Flag),
        FieldKind::Moment => match number()? {
            Some(micros) => Some(Value::Moment(codec::moment(micros, 0)?)),
            None => None,
        },
        FieldKind::Date => match text()? {
            Some(date) => Some(Value::Date(date.parse().map_err(|_| unreadable(date))?)),
            None => None,
        },
        FieldKind::Money => {
            let currency = row.try_get::<Option<String>>("", &schema::currency_column(field.name))?;
            match (number()?, currency) {
                (Some(minor), Some(code)) => {
                    let currency = code.parse().map_err(|_| unreadable(code))?;
                    Some(Value::Money(Money::new(minor, currency)))
                }
                _ => None,
            }
        }
    };
    Ok(value.unwrap_or(Value::Null))
}
