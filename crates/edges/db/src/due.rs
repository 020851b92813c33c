//! Values that begin in the future take their place in the record rows when their moment comes.

use crate::{Change, Db, DbError, codec, history, rows::refold, schema::name};
use base::RecordId;
use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) async fn remember_due(
    transaction: &DatabaseTransaction,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), DbError> {
    let future: BTreeSet<(i64, &str, i64)> = changes
        .iter()
        .filter_map(|change| {
            let moment = change.effective_at.filter(|moment| *moment > now)?;
            Some((codec::micros(moment), change.record_type.name, change.id.0))
        })
        .collect();
    for (moment, entity, id) in future {
        let mut insert = Query::insert();
        insert
            .into_table(name("due"))
            .columns([name("effective_at"), name("entity"), name("record_id")])
            .values_panic([Expr::val(moment), Expr::val(entity), Expr::val(id)])
            .on_conflict(OnConflict::new().do_nothing().to_owned());
        transaction.execute(&insert).await?;
    }
    Ok(())
}

impl Db {
    /// Lets values whose moment has come take their place in the record rows. Cheap when none is due.
    pub async fn catch_up(&self) -> Result<(), DbError> {
        let now = self.now();
        let mut select = Query::select();
        select
            .columns([name("entity"), name("record_id")])
            .from(name("due"))
            .and_where(Expr::col(name("effective_at")).lte(codec::micros(now)));
        if self.read_connection().query_one(select.clone().limit(1)).await?.is_none() {
            return Ok(());
        }
        let transaction = self.begin_write().await?;
        let imports = history::imports_in(&transaction, self.registry()).await?;
        let mut due: BTreeMap<String, BTreeSet<RecordId>> = BTreeMap::new();
        for row in transaction.query_all(&select).await? {
            due.entry(row.try_get("", "entity")?).or_default().insert(RecordId(row.try_get("", "record_id")?));
        }
        for (entity, ids) in due {
            if let Some(record_type) = self.registry().get(&entity) {
                refold(&transaction, record_type, &ids, &imports, now).await?;
            }
        }
        let mut delete = Query::delete();
        delete.from_table(name("due")).and_where(Expr::col(name("effective_at")).lte(codec::micros(now)));
        transaction.execute(&delete).await?;
        transaction.commit().await?;
        Ok(())
    }
}
