//! What is kept beside the records: sessions, tokens, credentials, links, which fact files stand. No history, no log; an
//! export of the log holds none of it. Everything that is neither here nor a record is not stored at all.

use crate::{Db, DbError, codec, schema::name};
use base::RecordId;
use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, QueryResult,
    sea_query::{Condition, Expr, ExprTrait, OnConflict, Query},
};

/// One entry; gone after `expires_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub kind: &'static str,
    pub key: String,
    /// The person it belongs to.
    pub owner: Option<RecordId>,
    pub content: String,
    pub expires_at: Option<Timestamp>,
}

const COLUMNS: [&str; 5] = ["kind", "key", "owner", "content", "expires_at"];

fn read(kind: &'static str, row: &QueryResult) -> Result<Kept, DbError> {
    let expires: Option<i64> = row.try_get("", "expires_at")?;
    Ok(Kept {
        kind,
        key: row.try_get("", "key")?,
        owner: row.try_get::<Option<i64>>("", "owner")?.map(RecordId),
        content: row.try_get("", "content")?,
        expires_at: expires.map(|micros| codec::moment(micros, 0)).transpose()?,
    })
}

impl Db {
    fn live(&self, kind: &str) -> Condition {
        Condition::all().add(Expr::col(name("kind")).eq(kind)).add(
            Condition::any()
                .add(Expr::col(name("expires_at")).is_null())
                .add(Expr::col(name("expires_at")).gt(codec::micros(self.now()))),
        )
    }

    pub async fn kept(&self, kind: &'static str, key: &str) -> Result<Option<Kept>, DbError> {
        let mut select = Query::select();
        select
            .columns(COLUMNS.map(name))
            .from(name("kept"))
            .cond_where(self.live(kind))
            .and_where(Expr::col(name("key")).eq(key));
        let row = self.read_connection().query_one(&select).await?;
        row.map(|row| read(kind, &row)).transpose()
    }

    /// All entries of a kind.
    pub async fn all_kept(&self, kind: &'static str) -> Result<Vec<Kept>, DbError> {
        let mut select = Query::select();
        select.columns(COLUMNS.map(name)).from(name("kept")).cond_where(self.live(kind));
        let rows = self.read_connection().query_all(&select).await?;
        rows.iter().map(|row| read(kind, row)).collect()
    }

    /// All entries of a kind that belong to a person.
    pub async fn kept_of(&self, kind: &'static str, owner: RecordId) -> Result<Vec<Kept>, DbError> {
        let mut select = Query::select();
        select
            .columns(COLUMNS.map(name))
            .from(name("kept"))
            .cond_where(self.live(kind))
            .and_where(Expr::col(name("owner")).eq(owner.0));
        let rows = self.read_connection().query_all(&select).await?;
        rows.iter().map(|row| read(kind, row)).collect()
    }

    /// Writes an entry in place of the one with its key, and forgets what has expired.
    pub async fn keep(&self, kept: &Kept) -> Result<(), DbError> {
        let mut expired = Query::delete();
        expired.from_table(name("kept")).and_where(Expr::col(name("expires_at")).lte(codec::micros(self.now())));
        self.write_connection().execute(&expired).await?;
        let mut insert = Query::insert();
        insert
            .into_table(name("kept"))
            .columns(COLUMNS.map(name))
            .values_panic([
                Expr::val(kept.kind),
                Expr::val(kept.key.as_str()),
                Expr::val(kept.owner.map(|id| id.0)),
                Expr::val(kept.content.as_str()),
                Expr::val(kept.expires_at.map(codec::micros)),
            ])
            .on_conflict(
                OnConflict::columns([name("kind"), name("key")])
                    .update_columns([name("owner"), name("content"), name("expires_at")])
                    .to_owned(),
            );
        self.write_connection().execute(&insert).await?;
        Ok(())
    }

    /// Takes an entry out: whoever gets it is the only one who does. For one-use links.
    pub async fn take_kept(&self, kind: &'static str, key: &str) -> Result<Option<Kept>, DbError> {
        let mut delete = Query::delete();
        delete
            .from_table(name("kept"))
            .cond_where(self.live(kind))
            .and_where(Expr::col(name("key")).eq(key))
            .returning(Query::returning().columns(COLUMNS.map(name)));
        let row = self.write_connection().query_one(&delete).await?;
        row.map(|row| read(kind, &row)).transpose()
    }

    /// Moves one entry on by itself; false when somebody else moved it first.
    pub async fn step(&self, step: &Step) -> Result<bool, DbError> {
        let transaction = self.begin_write().await?;
        match step.take(&transaction).await {
            Ok(()) => transaction.commit().await?,
            Err(DbError::Overtaken { .. }) => return Ok(false),
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    /// Forgets every entry of a kind that belongs to a person.
    pub async fn drop_kept_of(&self, kind: &'static str, owner: RecordId) -> Result<(), DbError> {
        let mut delete = Query::delete();
        delete
            .from_table(name("kept"))
            .and_where(Expr::col(name("kind")).eq(kind))
            .and_where(Expr::col(name("owner")).eq(owner.0));
        self.write_connection().execute(&delete).await?;
        Ok(())
    }
}

/// One entry from what it was to what it is to be; none: not there.
#[derive(Debug, Clone)]
pub struct Step {
    pub kind: &'static str,
    pub key: String,
    pub from: Option<String>,
    pub to: Option<String>,
}

impl Step {
    /// Whoever comes second finds the entry changed and is refused.
    pub(crate) async fn take(&self, transaction: &DatabaseTransaction) -> Result<(), DbError> {
        let here = Condition::all()
            .add(Expr::col(name("kind")).eq(self.kind))
            .add(Expr::col(name("key")).eq(self.key.as_str()));
        let moved = match (&self.from, &self.to) {
            (None, None) => 1,
            (None, Some(to)) => {
                let mut insert = Query::insert();
                insert
                    .into_table(name("kept"))
                    .columns(["kind", "key", "content"].map(name))
                    .values_panic([Expr::val(self.kind), Expr::val(self.key.as_str()), Expr::val(to.as_str())])
                    .on_conflict(OnConflict::columns([name("kind"), name("key")]).do_nothing().to_owned());
                transaction.execute(&insert).await?.rows_affected()
            }
            (Some(from), Some(to)) => {
                let mut update = Query::update();
                update
                    .table(name("kept"))
                    .value(name("content"), to.as_str())
                    .cond_where(here)
                    .and_where(Expr::col(name("content")).eq(from.as_str()));
                transaction.execute(&update).await?.rows_affected()
            }
            (Some(from), None) => {
                let mut delete = Query::delete();
                delete
                    .from_table(name("kept"))
                    .cond_where(here)
                    .and_where(Expr::col(name("content")).eq(from.as_str()));
                transaction.execute(&delete).await?.rows_affected()
            }
        };
        if moved == 1 { Ok(()) } else { Err(DbError::Overtaken { kind: self.kind, key: self.key.clone() }) }
    }
}
