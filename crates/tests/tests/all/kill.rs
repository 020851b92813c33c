//! kill -9 at random moments: no record without its log row, the chain unbroken, nothing half-written.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::Duration,
};
use testkit::TestApp;

/// `bin/bench kills` asks for a thousand.
fn kills() -> u64 {
    option_env!("CLINCH_KILLS").and_then(|text| text.parse().ok()).unwrap_or(40)
}

async fn check(address: &str) {
    let mut committed = 0;
    for round in 0..kills() {
        let mut writer = Command::new(env!("CARGO_BIN_EXE_writer"))
            .arg(address)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the writer starts");
        let mut line = String::new();
        BufReader::new(writer.stdout.take().expect("its output")).read_line(&mut line).expect("its first line");
        assert_eq!(line, "writing\n");
        // Spread over 0 to 39 ms in steps that share no factor with it.
        tokio::time::sleep(Duration::from_millis(round * 17 % 40)).await;
        writer.kill().expect("kill -9");
        writer.wait().expect("it is gone");

        let app = TestApp::open_at(address, "2100-01-01T00:00:00Z").await.expect("it opens after the kill");
        app.assert_sound().await;
        let rows = app.db.system().last_seq().await.expect("the last seq").0;
        assert!(rows >= committed, "a committed row is gone: {rows} < {committed}");
        // The writer makes both in one transaction.
        let all = db::ListQuery::default();
        let accounts = app.db.system().count(&crm::ACCOUNT, &all).await.expect("counted");
        assert_eq!(accounts, app.db.system().count(&crm::CONTACT, &all).await.expect("counted"), "half a transaction");
        committed = rows;
    }
    assert!(committed > 40, "the writer wrote {committed} rows in all: the test killed nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_writer_leaves_a_sound_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    check(&folder.path().join("kill.db").display().to_string()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_writer_leaves_a_sound_postgres() {
    check(&testkit::postgres_database().await).await;
}
