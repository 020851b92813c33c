//! What tests stand on: an empty company on each database, a clock that stands still, a check that ends every store test.

use base::{Clock, FixedClock, Random, RecordId};
use db::{Change, Db, Tx};
use jiff::Timestamp;
use rules::{
    log::{Fields, Origin},
    record::RecordType,
};
use sea_orm::{ConnectionTrait, Database};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// The moment at which every test begins.
pub const START: &str = "2026-01-05T09:00:00Z";

/// Where the tests' own `PostgreSQL` listens; `bin/test` starts it.
pub const POSTGRES: &str = "CLINCH_TEST_POSTGRES";

/// Bytes that look random and repeat from run to run.
#[derive(Debug, Default)]
pub struct CountedRandom(AtomicU64);

impl Random for CountedRandom {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let count = self.0.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            let mixed = count.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// One company for one test.
pub struct TestApp {
    pub db: Db,
    pub clock: Arc<FixedClock>,
    folder: tempfile::TempDir,
}

impl TestApp {
    /// Opens a database at an address with the tests' clock and randomness.
    pub async fn open(address: &str) -> Result<Self, db::DbError> {
        Self::open_at(address, START).await
    }

    /// The same at another moment: what a running program wrote carries the machine's time.
    pub async fn open_at(address: &str, moment: &str) -> Result<Self, db::DbError> {
        let folder = tempfile::tempdir().map_err(|_| db::DbError::Full)?;
        Self::at(address, moment, folder).await
    }

    async fn at(address: &str, moment: &str, folder: tempfile::TempDir) -> Result<Self, db::DbError> {
        // A word or an icon that is not there fails the test that shows it.
        web_kit::be_strict();
        let clock = Arc::new(FixedClock::at(moment.parse().unwrap_or(Timestamp::UNIX_EPOCH)));
        let as_clock: Arc<dyn Clock> = clock.clone();
        let db = Db::open(address, clinch::registry(), as_clock, Arc::new(CountedRandom::default())).await?;
        Ok(Self { db, clock, folder })
    }

    /// A fresh company on SQLite.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let address = folder.path().join("test.db").display().to_string();
        Self::at(&address, START, folder).await.expect("an empty SQLite database opens")
    }

    /// A fresh company on the tests' own `PostgreSQL`.
    pub async fn postgres() -> Self {
        Self::open(&postgres_database().await).await.expect("an empty PostgreSQL database opens")
    }

    /// A folder that goes with the test.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Starts changes made by nobody in particular at the command line.
    pub fn begin(&self) -> Tx {
        self.db.begin(None, Origin::Cli)
    }

    /// Creates one record and commits.
    pub async fn create(&self, record_type: &'static RecordType, fields: Fields) -> RecordId {
        let id = self.db.new_id().await.expect("an id");
        let mut tx = self.begin();
        tx.put(Change::create(record_type, id, fields)).expect("a sound record");
        tx.commit().await.expect("the record is written");
        id
    }

    /// Ends a store test: the tables are the log's fold, the chain is unbroken.
    pub async fn assert_sound(&self) {
        let report = db::check(&self.db).await.expect("the check runs");
        assert!(report.problems.is_empty(), "on {}: {:#?}", self.db.address(), report.problems);
    }
}

/// Runs a store test on both databases and ends it with the check. A missing engine fails.
pub async fn on_both(test: impl AsyncFn(&TestApp)) {
    for app in [TestApp::sqlite().await, TestApp::postgres().await] {
        test(&app).await;
        app.assert_sound().await;
    }
}

/// Makes an empty database on the tests' own server and tells its address.
pub async fn postgres_database() -> String {
    let server = server();
    let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let connection = Database::connect(format!("{server}/postgres")).await.expect("the tests' PostgreSQL answers");
    connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.expect("drop");
    connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("create");
    format!("{server}/{name}")
}

static COUNT: AtomicU64 = AtomicU64::new(0);

#[expect(clippy::disallowed_methods, reason = "the one variable that names the tests' server")]
fn server() -> String {
    std::env::var(POSTGRES).unwrap_or_else(|_| panic!("{POSTGRES} is not set: run the tests with bin/test"))
}
