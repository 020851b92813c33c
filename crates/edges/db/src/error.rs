use rules::record::RecordError;
use sea_orm::{DbErr, SqlErr};

/// What can go wrong at the store, in words a user may see; `hint` says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("{0} is not a Clinch database")]
    NotOurs(String),
    #[error("this database was written by a newer Clinch (schema {found}, this one knows {known})")]
    Newer { found: i64, known: i64 },
    #[error("{0}")]
    Address(String),
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error("{entity} {source_name}:{external_id} already exists as record {existing}")]
    Duplicate { entity: &'static str, source_name: String, external_id: String, existing: i64 },
    #[error("{entity} {id} was changed meanwhile: {}", fields.join(", "))]
    Conflict { entity: &'static str, id: i64, fields: Vec<&'static str> },
    #[error("another process went on with {kind} {key} meanwhile; nothing of this was written")]
    Overtaken { kind: &'static str, key: String },
    #[error("something was written meanwhile; nothing of this was written")]
    Moved,
    #[error("there is no {entity} {id}")]
    Absent { entity: &'static str, id: i64 },
    #[error("the personal data of {entity} {id} was erased; it takes no personal field any more")]
    Erased { entity: &'static str, id: i64 },
    #[error("{entity}.{field} holds a number too large to store")]
    TooLarge { entity: &'static str, field: &'static str },
    #[error("the disk or the database file is full; nothing of this change was written")]
    Full,
    #[error("the log is damaged at seq {seq}: {reason}")]
    Damaged { seq: i64, reason: String },
    #[error("what is attached to {entity} {id} is damaged or missing")]
    Content { entity: &'static str, id: i64 },
    #[error("the database did not answer")]
    Database(#[source] DbErr),
}

impl DbError {
    /// What the person can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotOurs(_) => "name another file, or a path that does not exist yet: it will be created",
            Self::Newer { .. } => "install the newer Clinch, or restore the backup made before the upgrade",
            Self::Address(_) => "write sqlite:PATH, a path ending in .db, or postgres://USER@HOST/DATABASE",
            Self::Record(_) | Self::TooLarge { .. } => "correct the value and try again",
            Self::Duplicate { .. } => "change the existing record, or give this one another external id",
            Self::Conflict { .. } => "look at the other change, then save again",
            Self::Moved => "look at what is there now, then try again",
            Self::Overtaken { .. } => "look at how far it is, then try again",
            Self::Absent { .. } => "it may have been undone; look at the list",
            Self::Erased { .. } => "enter a new record instead",
            Self::Full => "free space, then run the same command again",
            Self::Damaged { .. } | Self::Content { .. } => {
                "restore the last backup; run `clinch doctor` for the extent"
            }
            Self::Database(_) => "see the log of the server; `clinch doctor` checks the database",
        }
    }
}

impl From<DbErr> for DbError {
    fn from(error: DbErr) -> Self {
        let text = error.to_string();
        // SQLite says "database or disk is full" (13), or 778 where a file may not grow; PostgreSQL 53100 disk_full.
        if text.contains("is full") || text.contains("(code: 778)") || text.contains("53100") {
            Self::Full
        } else if let Some(SqlErr::UniqueConstraintViolation(_)) = error.sql_err() {
            Self::Moved // what was free when it was looked up is not any more
        } else if text.contains("file is not a database") {
            Self::NotOurs("the file".to_owned())
        } else {
            Self::Database(error)
        }
    }
}
