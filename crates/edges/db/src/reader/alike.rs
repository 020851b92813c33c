//! Records that share a mark, by the numbers alone.

use super::{Reader, name};
use crate::{DbError, history::IDS_A_STATEMENT};
use base::RecordId;
use sea_orm::{
    ConnectionTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use std::collections::{BTreeMap, BTreeSet};

/// What more records than these share is nobody's own: an address that a form fills in.
const MOST_ALIKE: usize = 32;

impl Reader {
    /// Every record that ever had one of these marks, by mark; none of a mark that says nothing, for so many have it.
    pub async fn marked(&self, marks: &BTreeSet<i64>) -> Result<BTreeMap<i64, BTreeSet<RecordId>>, DbError> {
        let mut found = self.holders(marks).await?;
        found.retain(|_, holders| holders.len() <= MOST_ALIKE);
        Ok(found)
    }

    async fn holders(&self, marks: &BTreeSet<i64>) -> Result<BTreeMap<i64, BTreeSet<RecordId>>, DbError> {
        let mut found: BTreeMap<i64, BTreeSet<RecordId>> = BTreeMap::new();
        let marks: Vec<i64> = marks.iter().copied().collect();
        for chunk in marks.chunks(IDS_A_STATEMENT) {
            let mut select = Query::select();
            select
                .columns([name("mark"), name("record_id")])
                .from(name("marked"))
                .and_where(Expr::col(name("mark")).is_in(chunk.iter().copied()));
            for row in self.db.read_connection().query_all(&select).await? {
                found.entry(row.try_get("", "mark")?).or_default().insert(RecordId(row.try_get("", "record_id")?));
            }
        }
        Ok(found)
    }

    /// Every record that ever shared a mark with one of these; they themselves among them.
    pub async fn alike(&self, ids: &BTreeSet<RecordId>) -> Result<BTreeSet<RecordId>, DbError> {
        let mut marks = BTreeSet::new();
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        for chunk in ids.chunks(IDS_A_STATEMENT) {
            let mut select = Query::select();
            select
                .distinct()
                .column(name("mark"))
                .from(name("marked"))
                .and_where(Expr::col(name("record_id")).is_in(chunk.iter().copied()));
            for row in self.db.read_connection().query_all(&select).await? {
                marks.insert(row.try_get("", "mark")?);
            }
        }
        Ok(self.holders(&marks).await?.into_values().flatten().collect())
    }
}
