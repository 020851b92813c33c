//! An import's records show once it is done, and hide at once when it is undone.

use crate::{
    Db, DbError, IMPORT_ENTITY,
    rows::refold,
    schema::{self, name},
};
use base::RecordId;
use jiff::Timestamp;
use rules::log::Imports;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) async fn hide_import(transaction: &DatabaseTransaction, import: RecordId) -> Result<(), DbError> {
    let mut insert = Query::insert();
    insert
        .into_table(name("hidden_import"))
        .columns([name("import_id")])
        .values_panic([Expr::val(import.0)])
        .on_conflict(OnConflict::column(name("import_id")).do_nothing().to_owned());
    transaction.execute(&insert).await?;
    Ok(())
}

/// An import turned done or was undone: its records show or hide at once, and records it changed are folded anew.
pub(crate) async fn follow_import(
    db: &Db,
    transaction: &DatabaseTransaction,
    import: RecordId,
    imports: &Imports,
    now: Timestamp,
) -> Result<(), DbError> {
    if imports.is_done(import) {
        let mut delete = Query::delete();
        delete.from_table(name("hidden_import")).and_where(Expr::col(name("import_id")).eq(import.0));
        transaction.execute(&delete).await?;
    } else {
        hide_import(transaction, import).await?;
    }
    if !imports.is_done(import) && !imports.is_undone(import) {
        return Ok(());
    }
    // Records it created need no new row: they are shown or hidden as a whole.
    let mut select = Query::select();
    select
        .distinct()
        .columns([name("entity"), name("record_id")])
        .from(name("log"))
        .and_where(Expr::col(name("import_id")).eq(import.0))
        .and_where(Expr::col(name("kind")).ne("create"))
        .and_where(Expr::col(name("entity")).ne(IMPORT_ENTITY));
    let mut touched: BTreeMap<String, BTreeSet<RecordId>> = BTreeMap::new();
    for row in transaction.query_all(&select).await? {
        touched.entry(row.try_get("", "entity")?).or_default().insert(RecordId(row.try_get("", "record_id")?));
    }
    for (entity, ids) in touched {
        if let Some(record_type) = db.registry().get(&entity) {
            refold(transaction, record_type, &ids, imports, now).await?;
        }
    }
    Ok(())
}

impl Db {
    /// Removes the hidden rows of an undone import, some at a time. Until then lists leave them out.
    pub async fn sweep_import(&self, import: RecordId) -> Result<(), DbError> {
        for record_type in self.registry().iter() {
            loop {
                let transaction = self.begin_write().await?;
                let mut doomed = Query::select();
                doomed
                    .column(name(schema::ID))
                    .from(name(record_type.name))
                    .and_where(Expr::col(name(schema::IMPORT)).eq(import.0))
                    .limit(10_000);
                let mut delete = Query::delete();
                delete.from_table(name(record_type.name)).and_where(Expr::col(name(schema::ID)).in_subquery(doomed));
                let gone = transaction.execute(&delete).await?.rows_affected();
                transaction.commit().await?;
                if gone == 0 {
                    break;
                }
            }
        }
        Ok(())
    }
}
