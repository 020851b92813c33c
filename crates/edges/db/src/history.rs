//! Rows of the log out of the database: as stored, decrypted, by record; and what stands beside them.

use crate::{
    DbError, IMPORT_ENTITY, codec,
    codec::{StoredRow, SubjectKey},
    schema::name,
};
use base::{RecordId, Seq};
use rules::{
    log::{Imports, LogRow},
    record::{RecordType, Registry},
};
use sea_orm::{
    ConnectionTrait, QueryResult,
    sea_query::{Expr, ExprTrait, Order, Query, SelectStatement},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// All rows of one record, ascending by seq.
pub type History = Vec<LogRow>;

pub(crate) const LOG_COLUMNS: [&str; 12] = [
    "seq",
    "recorded_at",
    "effective_at",
    "actor",
    "origin",
    "import_id",
    "entity",
    "record_id",
    "kind",
    "fields",
    "payload_version",
    "hash",
];
/// Ids in one `IN (…)`.
pub(crate) const IDS_A_STATEMENT: usize = 5_000;

pub(crate) fn log_select() -> SelectStatement {
    let mut select = Query::select();
    select
        .columns(LOG_COLUMNS.map(name))
        .from(name("log"))
        .order_by(name("record_id"), Order::Asc)
        .order_by(name("seq"), Order::Asc);
    select
}

pub(crate) fn stored_rows(rows: &[QueryResult]) -> Result<Vec<StoredRow>, DbError> {
    rows.iter()
        .map(|row| {
            let origin: String = row.try_get("", "origin")?;
            Ok(StoredRow {
                seq: row.try_get("", "seq")?,
                recorded_at: row.try_get("", "recorded_at")?,
                effective_at: row.try_get("", "effective_at")?,
                actor: row.try_get("", "actor")?,
                origin: codec::origin_static(&origin),
                import_id: row.try_get("", "import_id")?,
                entity: row.try_get("", "entity")?,
                record_id: row.try_get("", "record_id")?,
                kind: row.try_get("", "kind")?,
                fields: row.try_get("", "fields")?,
                payload_version: row.try_get("", "payload_version")?,
                hash: row.try_get("", "hash")?,
            })
        })
        .collect()
}

pub(crate) fn log_row(
    record_type: &'static RecordType,
    row: &StoredRow,
    key: Option<&SubjectKey>,
) -> Result<LogRow, DbError> {
    let origin = codec::origin_from(row.origin, row.import_id)
        .ok_or_else(|| DbError::Damaged { seq: row.seq, reason: "unknown origin".to_owned() })?;
    Ok(LogRow {
        seq: Seq(row.seq),
        recorded_at: codec::moment(row.recorded_at, row.seq)?,
        effective_at: codec::moment(row.effective_at, row.seq)?,
        actor: row.actor.map(RecordId),
        origin,
        id: RecordId(row.record_id),
        event: codec::decode(record_type, row, key)?,
    })
}

pub(crate) fn group(
    record_type: &'static RecordType,
    rows: Vec<StoredRow>,
    keys: &HashMap<RecordId, SubjectKey>,
) -> Result<BTreeMap<RecordId, History>, DbError> {
    let mut histories: BTreeMap<RecordId, History> = BTreeMap::new();
    for row in rows {
        let id = RecordId(row.record_id);
        histories.entry(id).or_default().push(log_row(record_type, &row, keys.get(&id))?);
    }
    Ok(histories)
}

pub(crate) async fn histories_in(
    connection: &impl ConnectionTrait,
    record_type: &'static RecordType,
    ids: &BTreeSet<RecordId>,
    personal: bool,
) -> Result<BTreeMap<RecordId, History>, DbError> {
    let mut histories = BTreeMap::new();
    let all: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let keys = if personal { keys_in(connection, record_type.name, ids).await? } else { HashMap::new() };
    for chunk in all.chunks(IDS_A_STATEMENT) {
        let mut select = log_select();
        select
            .and_where(Expr::col(name("entity")).eq(record_type.name))
            .and_where(Expr::col(name("record_id")).is_in(chunk.iter().copied()));
        let rows = stored_rows(&connection.query_all(&select).await?)?;
        histories.extend(group(record_type, rows, &keys)?);
    }
    Ok(histories)
}

/// Which of these ids the log knows.
pub(crate) async fn logged_in(
    connection: &impl ConnectionTrait,
    entity: &str,
    ids: &BTreeSet<RecordId>,
) -> Result<BTreeSet<RecordId>, DbError> {
    ids_where(connection, entity, ids, None).await
}

/// Was a record of one of these types written after a seq?
pub(crate) async fn is_written_since(
    connection: &impl ConnectionTrait,
    seq: Seq,
    types: &[&'static str],
) -> Result<bool, DbError> {
    let mut select = Query::select();
    select
        .column(name("seq"))
        .from(name("log"))
        .and_where(Expr::col(name("seq")).gt(seq.0))
        .and_where(Expr::col(name("entity")).is_in(types.iter().copied()))
        .limit(1);
    Ok(connection.query_one(&select).await?.is_some())
}

/// Which of these records were erased.
pub(crate) async fn erased_in(
    connection: &impl ConnectionTrait,
    entity: &str,
    ids: &BTreeSet<RecordId>,
) -> Result<BTreeSet<RecordId>, DbError> {
    ids_where(connection, entity, ids, Some("erase")).await
}

pub(crate) async fn ids_where(
    connection: &impl ConnectionTrait,
    entity: &str,
    ids: &BTreeSet<RecordId>,
    kind: Option<&str>,
) -> Result<BTreeSet<RecordId>, DbError> {
    let mut found = BTreeSet::new();
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    for chunk in ids.chunks(IDS_A_STATEMENT) {
        let mut select = Query::select();
        select
            .distinct()
            .column(name("record_id"))
            .from(name("log"))
            .and_where(Expr::col(name("entity")).eq(entity))
            .and_where(Expr::col(name("record_id")).is_in(chunk.iter().copied()));
        if let Some(kind) = kind {
            select.and_where(Expr::col(name("kind")).eq(kind));
        }
        for row in connection.query_all(&select).await? {
            found.insert(RecordId(row.try_get("", "record_id")?));
        }
    }
    Ok(found)
}

pub(crate) async fn imports_in(connection: &impl ConnectionTrait, registry: &Registry) -> Result<Imports, DbError> {
    let Some(record_type) = registry.get(IMPORT_ENTITY) else { return Ok(Imports::default()) };
    let mut select = log_select();
    select.and_where(Expr::col(name("entity")).eq(IMPORT_ENTITY));
    let rows = stored_rows(&connection.query_all(&select).await?)?;
    let rows = rows.iter().map(|row| log_row(record_type, row, None)).collect::<Result<Vec<_>, _>>()?;
    Ok(Imports::from_rows(&rows))
}

pub(crate) async fn external_in(
    connection: &impl ConnectionTrait,
    entity: &str,
    source: &str,
    external: &[&str],
) -> Result<HashMap<String, RecordId>, DbError> {
    let mut found = HashMap::new();
    for chunk in external.chunks(IDS_A_STATEMENT) {
        let mut select = Query::select();
        select
            .columns([name("external_id"), name("record_id")])
            .from(name("external_id"))
            .and_where(Expr::col(name("entity")).eq(entity))
            .and_where(Expr::col(name("source")).eq(source))
            .and_where(Expr::col(name("external_id")).is_in(chunk.iter().copied()));
        for row in connection.query_all(&select).await? {
            found.insert(row.try_get("", "external_id")?, RecordId(row.try_get("", "record_id")?));
        }
    }
    Ok(found)
}

pub(crate) async fn keys_in(
    connection: &impl ConnectionTrait,
    entity: &str,
    ids: &BTreeSet<RecordId>,
) -> Result<HashMap<RecordId, SubjectKey>, DbError> {
    let mut keys = HashMap::new();
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    for chunk in ids.chunks(IDS_A_STATEMENT) {
        let mut select = Query::select();
        select
            .columns([name("record_id"), name("key")])
            .from(name("subject_key"))
            .and_where(Expr::col(name("entity")).eq(entity))
            .and_where(Expr::col(name("record_id")).is_in(chunk.iter().copied()));
        for row in connection.query_all(&select).await? {
            let key: Vec<u8> = row.try_get("", "key")?;
            let id: i64 = row.try_get("", "record_id")?;
            let key = key
                .try_into()
                .map_err(|_| DbError::Damaged { seq: 0, reason: format!("the key of {entity} {id} is cut") })?;
            keys.insert(RecordId(id), key);
        }
    }
    Ok(keys)
}
