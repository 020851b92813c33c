//! The only crate with a database driver. Everything that is written goes through [`Tx`], which writes the record row and
//! its log row together; everything that is read goes through [`Reader`], on connections the database itself keeps read-only.

mod backup;
mod codec;
mod contents;
mod doctor;
mod due;
mod error;
mod history;
mod imports;
mod kept;
mod marks;
mod reader;
mod rows;
mod schema;
mod tx;

pub use backup::{BackupError, Saved, backup, restore};
pub use doctor::{Report, check};
pub use error::DbError;
pub use history::History;
pub use kept::{Kept, Step};
pub use reader::{Filter, ListQuery, LogEntry, Reader, Record};
pub use tx::{Change, Committed, Prepared, Tx};

use base::{Clock, Random, RecordId};
use jiff::Timestamp;
use rules::{access::Viewer, log::Origin, record::Registry};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The record type whose rows say when an import counts.
pub const IMPORT_ENTITY: &str = "import";
/// Names the one lock under which the log grows ("clinch" in ASCII).
const APPEND_LOCK: i64 = 0x0063_6c69_6e63_6800;
/// Ids are taken from the database in blocks; a block lost at a stop costs nothing but numbers.
const ID_BLOCK: i64 = 256;

/// One company's database.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    address: String,
    write: DatabaseConnection,
    read: DatabaseConnection,
    registry: Registry,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    ids: Mutex<std::ops::Range<i64>>,
}

impl Db {
    /// Opens the database at an address, creating and migrating it when needed.
    pub async fn open(
        address: &str,
        registry: Registry,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, DbError> {
        let url = url_of(address)?;
        let (write, read) = if url.starts_with("sqlite:") {
            (Database::connect(sqlite_write(&url)).await, None)
        } else {
            (Database::connect(postgres(&url, false)).await, Some(postgres(&url, true)))
        };
        let write = write?;
        let read = Database::connect(read.unwrap_or_else(|| sqlite_read(&url))).await?;
        let db = Self(Arc::new(Inner {
            address: address.to_owned(),
            write,
            read,
            registry,
            clock,
            random,
            ids: Mutex::new(0..0),
        }));
        schema::migrate(&db).await?;
        db.catch_up().await?;
        Ok(db)
    }

    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// The folder for what is kept beside the database: fact files. None for a server's database, which has no place of its own.
    pub fn folder(&self) -> Option<PathBuf> {
        let url = url_of(&self.0.address).ok()?;
        let path = url.strip_prefix("sqlite:")?.split('?').next()?;
        Some(PathBuf::from(format!("{path}-facts")))
    }

    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    pub fn now(&self) -> Timestamp {
        // The database keeps microseconds; a finer moment would not read back as itself.
        truncated(self.0.clock.now())
    }

    /// Reads on somebody's behalf: records outside their scope never leave the database.
    pub fn reader(&self, viewer: &Viewer) -> Reader {
        Reader::new(self.clone(), viewer.clone())
    }

    /// Reads for the product's own work.
    pub fn system(&self) -> Reader {
        self.reader(&Viewer::system())
    }

    /// Starts a set of changes by one author; nothing is written before [`Tx::commit`].
    pub fn begin(&self, actor: Option<RecordId>, origin: Origin) -> Tx {
        Tx::new(self.clone(), actor, origin)
    }

    /// A fresh record id, never given twice.
    pub async fn new_id(&self) -> Result<RecordId, DbError> {
        if let Some(id) = self.next_id() {
            return Ok(id);
        }
        let mut update = Query::update();
        update
            .table(schema::name("counter"))
            .value(schema::name("value"), Expr::col(schema::name("value")).add(ID_BLOCK))
            .and_where(Expr::col(schema::name("name")).eq("record_id"))
            .returning_col(schema::name("value"));
        let row = self.0.write.query_one(&update).await?;
        let end: i64 = row.ok_or_else(|| DbError::NotOurs(self.0.address.clone()))?.try_get("", "value")?;
        let mut ids = self.0.ids.lock().unwrap_or_else(PoisonError::into_inner);
        *ids = end - ID_BLOCK + 2..end + 1;
        Ok(RecordId(end - ID_BLOCK + 1))
    }

    /// Lets the SQLite file grow to so many pages and no further: how tests fill a disk.
    pub async fn limit_pages(&self, pages: i64) -> Result<(), DbError> {
        self.0.write.execute_unprepared(&format!("PRAGMA max_page_count = {pages}")).await?;
        Ok(())
    }

    fn next_id(&self) -> Option<RecordId> {
        self.0.ids.lock().unwrap_or_else(PoisonError::into_inner).next().map(RecordId)
    }

    fn write_connection(&self) -> &DatabaseConnection {
        &self.0.write
    }

    fn read_connection(&self) -> &DatabaseConnection {
        &self.0.read
    }

    fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.random.fill(&mut bytes);
        bytes
    }

    async fn begin_write(&self) -> Result<DatabaseTransaction, DbError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.0.write.begin_with_options(options).await?)
    }

    /// Holds the append lock to the transaction's end, so that seq is commit order. `BEGIN IMMEDIATE` already is that lock.
    async fn lock_append(&self, transaction: &DatabaseTransaction) -> Result<(), DbError> {
        if transaction.get_database_backend() == DbBackend::Postgres {
            let sql = "SELECT pg_advisory_xact_lock($1)";
            let lock = Statement::from_sql_and_values(DbBackend::Postgres, sql, [APPEND_LOCK.into()]);
            transaction.execute_raw(lock).await?;
        }
        Ok(())
    }
}

/// `sqlite:PATH`, `PATH.db` or `postgres://…` to the driver's form.
fn url_of(address: &str) -> Result<String, DbError> {
    if address.starts_with("postgres://") || address.starts_with("postgresql://") {
        return Ok(address.to_owned());
    }
    let path = address.strip_prefix("sqlite:").map_or(address, |rest| rest.trim_start_matches("//"));
    if path.is_empty() || path.contains("://") {
        return Err(DbError::Address(format!("{address:?} is not the address of a database")));
    }
    if let Some(folder) = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(DbError::Address(format!("there is no folder {}", folder.display())));
    }
    Ok(format!("sqlite:{path}"))
}

fn sqlite_write(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false).map_sqlx_sqlite_opts(|options| {
        options
            .create_if_missing(true)
            .foreign_keys(false)
            .busy_timeout(Duration::from_secs(30))
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("secure_delete", "ON") // a destroyed key leaves no copy in a free page
            .pragma("cache_size", "-65536")
    });
    options
}

fn sqlite_read(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(4).sqlx_logging(false).map_sqlx_sqlite_opts(|options| {
        options.busy_timeout(Duration::from_secs(30)).pragma("query_only", "ON").pragma("cache_size", "-32768")
    });
    options
}

fn postgres(url: &str, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(if read_only { 8 } else { 4 }).sqlx_logging(false);
    if read_only {
        options.map_sqlx_postgres_opts(|options| options.options([("default_transaction_read_only", "on")]));
    }
    options
}

fn truncated(moment: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(moment.as_microsecond()).unwrap_or(moment)
}
