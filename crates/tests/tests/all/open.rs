//! What is not our database is refused by name, and never written to.

use rules::record::Value;
use sea_orm::{ConnectionTrait, Database};
use testkit::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_text_file_is_not_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.db");
    let text = "not a database, but somebody's notes\n".repeat(100);
    std::fs::write(&path, &text).expect("written");

    let error = TestApp::open(&path.display().to_string()).await.err().expect("it is refused");

    assert!(matches!(error, db::DbError::NotOurs(_)), "{error:?}");
    assert_eq!(std::fs::read_to_string(&path).expect("read"), text, "the file is untouched");
}

async fn check_foreign(address: &str, url: &str) {
    let connection = Database::connect(url).await.expect("connects");
    connection.execute_unprepared("CREATE TABLE invoices (id BIGINT)").await.expect("somebody's table");

    let error = TestApp::open(address).await.err().expect("it is refused");

    assert!(matches!(error, db::DbError::NotOurs(_)), "{error:?}");
}

async fn check_newer(address: &str, url: &str) {
    drop(TestApp::open(address).await.expect("ours"));
    let connection = Database::connect(url).await.expect("connects");
    connection
        .execute_unprepared("UPDATE clinch SET value = 999 WHERE name = 'schema'")
        .await
        .expect("from the future");

    let error = TestApp::open(address).await.err().expect("it is refused");

    assert!(matches!(error, db::DbError::Newer { found: 999, .. }), "{error:?}");
    assert!(error.hint().contains("newer Clinch"));
}

/// What each version added, as tables: 1 had neither, 2 had marks.
const SINCE: [(i64, &[&str]); 2] = [(1, &["mark", "marked", "content"]), (2, &["content"])];

async fn check_older(address: &str, url: &str, (version, missing): (i64, &[&str])) {
    drop(TestApp::open(address).await.expect("ours"));
    let connection = Database::connect(url).await.expect("connects");
    for table in missing {
        connection.execute_unprepared(&format!("DROP TABLE {table}")).await.expect("from the past");
    }
    let older = format!("UPDATE clinch SET value = {version} WHERE name = 'schema'");
    connection.execute_unprepared(&older).await.expect("from the past");
    drop(connection);
    let app = TestApp::open(address).await.expect("it is brought up to date");
    let text = |text: &str| Value::Text(text.to_owned());
    let day = Value::Date(jiff::civil::date(2026, 1, 5));
    app.create(&crm::LEAD, vec![("name", text("Bob")), ("email", text("bob@x.example")), ("created_on", day)]).await;
    app.assert_sound().await;
    drop(app);
    TestApp::open(address).await.expect("it stays so");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_an_older_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    for since in SINCE {
        let path = folder.path().join(format!("older{}.db", since.0)).display().to_string();
        check_older(&path, &format!("sqlite:{path}"), since).await;
        let postgres = testkit::postgres_database().await;
        check_older(&postgres, &postgres, since).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_programs_database_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.db").display().to_string();
    check_foreign(&path, &format!("sqlite:{path}?mode=rwc")).await;
    let postgres = testkit::postgres_database().await;
    check_foreign(&postgres, &postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("newer.db").display().to_string();
    check_newer(&path, &format!("sqlite:{path}")).await;
    let postgres = testkit::postgres_database().await;
    check_newer(&postgres, &postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_does_not_exist_is_named() {
    let error = TestApp::open("no/such/folder/acme.db").await.err().expect("it is refused");
    assert_eq!(error.to_string(), "there is no folder no/such/folder");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_the_change_and_keeps_what_was() {
    let app = TestApp::sqlite().await;
    let text = |value: String| Value::Text(value);
    let account = app.create(&crm::ACCOUNT, vec![("name", text("Before".to_owned()))]).await;
    let before = app.db.system().last_seq().await.expect("a seq");
    let connection = Database::connect(format!("sqlite:{}", app.db.address())).await.expect("connects");
    let pages = connection
        .query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, "PRAGMA page_count"))
        .await
        .expect("asked")
        .expect("a row");
    let pages: i64 = pages.try_get("", "page_count").expect("a number");
    app.db.limit_pages(pages + 2).await.expect("the file may not grow");

    let mut tx = app.begin();
    let id = app.db.new_id().await.expect("an id");
    tx.put(db::Change::create(&crm::ACCOUNT, id, vec![("name", text("x".repeat(1_000_000)))])).expect("sound");
    let error = tx.commit().await.expect_err("it is full");

    assert!(matches!(error, db::DbError::Full), "{error:?}");
    assert_eq!(app.db.system().last_seq().await.expect("a seq"), before);
    assert!(app.db.system().get(&crm::ACCOUNT, account).await.expect("read").is_some());
    app.assert_sound().await;
}
