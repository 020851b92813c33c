//! What is attached to records: sealed under the record's own key, named in the log by the hash of what is stored. A key that is
//! destroyed takes the content along; a backup carries it as it is stored.

use crate::{Change, Db, DbError, Reader, Record, codec, codec::SubjectKey, history, schema::name};
use base::RecordId;
use rules::{
    log::Event,
    record::{RecordType, Value},
};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction,
    sea_query::{Expr, ExprTrait, Order, Query},
};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};

/// What is to be attached, by type and record.
pub(crate) type Contents = HashMap<(&'static str, RecordId), Vec<u8>>;

/// One content as it is stored.
pub(crate) struct Stored {
    pub hash: String,
    pub entity: String,
    pub record: RecordId,
    pub sealed: Vec<u8>,
}

impl Stored {
    pub fn is_whole(&self) -> bool {
        hash(&self.sealed) == self.hash
    }
}

fn hash(sealed: &[u8]) -> String {
    Sha256::digest(sealed).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// Seals what is attached, stores it, and has the changes name it.
pub(crate) async fn put_contents(
    db: &Db,
    transaction: &DatabaseTransaction,
    changes: &mut [Change],
    mut contents: Contents,
    keys: &HashMap<(&'static str, RecordId), SubjectKey>,
) -> Result<(), DbError> {
    for change in changes.iter_mut().filter(|change| matches!(change.event, Event::Create(_))) {
        let record = (change.record_type.name, change.id);
        let (Some(content), Some(field)) = (contents.remove(&record), change.record_type.content()) else { continue };
        let (entity, id) = record;
        let key = keys.get(&record).ok_or(DbError::Erased { entity, id: id.0 })?;
        let sealed = codec::seal_content(entity, id, &content, (key, db.random_bytes()))?;
        let stored = Stored { hash: hash(&sealed), entity: entity.to_owned(), record: id, sealed };
        if let Event::Create(fields) = &mut change.event {
            fields.push((field.name, Value::Text(stored.hash.clone())));
        }
        store(transaction, stored).await?;
    }
    // What no change here creates is nobody's.
    match contents.into_keys().next() {
        Some((entity, id)) => Err(DbError::Absent { entity, id: id.0 }),
        None => Ok(()),
    }
}

pub(crate) async fn store(connection: &impl ConnectionTrait, stored: Stored) -> Result<(), DbError> {
    let mut insert = Query::insert();
    insert.into_table(name("content")).columns(["hash", "entity", "record_id", "sealed"].map(name)).values_panic([
        Expr::val(stored.hash),
        Expr::val(stored.entity),
        Expr::val(stored.record.0),
        Expr::val(stored.sealed),
    ]);
    connection.execute(&insert).await?;
    Ok(())
}

/// With its record's key.
pub(crate) async fn forget(
    transaction: &DatabaseTransaction,
    record_type: &RecordType,
    id: RecordId,
) -> Result<(), DbError> {
    if record_type.content().is_some() {
        let mut delete = Query::delete();
        delete
            .from_table(name("content"))
            .and_where(Expr::col(name("entity")).eq(record_type.name))
            .and_where(Expr::col(name("record_id")).eq(id.0));
        transaction.execute(&delete).await?;
    }
    Ok(())
}

impl Db {
    /// The hashes of all contents, in order.
    pub(crate) async fn content_hashes(&self) -> Result<Vec<String>, DbError> {
        let mut select = Query::select();
        select.column(name("hash")).from(name("content")).order_by(name("hash"), Order::Asc);
        let rows = self.read_connection().query_all(&select).await?;
        rows.iter().map(|row| Ok(row.try_get("", "hash")?)).collect()
    }

    pub(crate) async fn stored_content(&self, hash: &str) -> Result<Option<Stored>, DbError> {
        let mut select = Query::select();
        select
            .columns(["hash", "entity", "record_id", "sealed"].map(name))
            .from(name("content"))
            .and_where(Expr::col(name("hash")).eq(hash));
        let row = self.read_connection().query_one(&select).await?;
        row.map(|row| {
            Ok(Stored {
                hash: row.try_get("", "hash")?,
                entity: row.try_get("", "entity")?,
                record: RecordId(row.try_get("", "record_id")?),
                sealed: row.try_get("", "sealed")?,
            })
        })
        .transpose()
    }
}

impl Reader {
    /// What is attached to a record that was read; none where its key is not here.
    pub async fn content(&self, record: &Record) -> Result<Option<Vec<u8>>, DbError> {
        let (entity, id) = (record.record_type.name, record.id);
        let Some(hash) = record.record_type.content().and_then(|field| record.value(field.name).as_text()) else {
            return Ok(None);
        };
        let db = &self.db;
        let Some(key) = history::keys_in(db.read_connection(), entity, &BTreeSet::from([id])).await?.remove(&id) else {
            return Ok(None);
        };
        let damaged = || DbError::Content { entity, id: id.0 };
        let stored = db.stored_content(hash).await?.filter(Stored::is_whole).ok_or_else(damaged)?;
        codec::open_content(entity, id, &stored.sealed, &key).map(Some).ok_or_else(damaged)
    }
}
