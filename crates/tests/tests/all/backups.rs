//! A backup of one database is the same company on the other: same numbers, same log, same people; and a cut file is refused.

use crate::company::{ask, import, rows};
use base::{Grain, Seq};
use db::{BackupError, backup, restore};
use kpi::ByWord;
use std::io::BufReader;
use testkit::TestApp;

const NOW: &str = "2026-11-24T09:00:00Z";

async fn saved(app: &TestApp) -> (Vec<u8>, Vec<u8>) {
    let (mut log, mut keys) = (Vec::new(), Vec::new());
    backup(&app.db, &mut log, &mut keys, &access::KEPT_IN_BACKUPS).await.expect("a backup");
    (log, keys)
}

async fn numbers(app: &TestApp) -> Vec<(String, String, Option<String>)> {
    let kpis = ["revenue", "quota_attainment", "pipeline_weighted", "stage_duration", "new_customers", "discount_rate"];
    let found = rows(app, &ask(app, &kpis, ByWord::Team, Grain::Quarter)).await;
    found.into_iter().map(|row| (row.kpi, format!("{} {}", row.entity.name, row.period.label), row.value)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_moves_between_the_databases_by_backup() {
    for (from, to) in
        [(TestApp::sqlite().await, TestApp::postgres().await), (TestApp::postgres().await, TestApp::sqlite().await)]
    {
        for app in [&from, &to] {
            app.clock.set(NOW.parse().expect("a moment"));
        }
        import(&from, "acme", "acme", false).await;
        let late = import(&from, "acme-late", "acme/late", false).await.import.expect("an import");
        import::undo(&from.db, late).await.expect("undone");
        let (log, keys) = saved(&from).await;

        let done = restore(&to.db, &mut BufReader::new(&log[..]), Some(&mut BufReader::new(&keys[..])))
            .await
            .expect("restored");

        assert_eq!(
            Seq(i64::try_from(done.log_rows).expect("small")),
            from.db.system().last_seq().await.expect("a seq")
        );
        assert!(done.keys > 100, "people and contacts have keys");
        to.assert_sound().await;
        assert_eq!(numbers(&to).await, numbers(&from).await);
        let names = |app: &TestApp| {
            let db = app.db.clone();
            async move {
                let people = db.system().all(&access::PERSON).await.expect("people");
                people.iter().map(db::Record::title).collect::<Vec<_>>()
            }
        };
        assert_eq!(names(&to).await, names(&from).await, "personal fields read");
        let next = to.db.new_id().await.expect("an id");
        assert!(to.db.system().all(&crm::ACTIVITY).await.expect("read").iter().all(|record| record.id < next));
        let again = import(&to, "acme", "acme", false).await;
        assert_eq!(again.total().created, 0, "external ids are known");
        to.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_keys_a_backup_tells_nobodys_name() {
    let (from, to) = (TestApp::sqlite().await, TestApp::sqlite().await);
    import(&from, "northwind", "northwind", false).await;
    let (log, keys) = saved(&from).await;
    assert!(!String::from_utf8_lossy(&log).contains("Margaret"), "names are sealed in the log");
    assert!(!String::from_utf8_lossy(&keys).contains("Margaret"));

    restore(&to.db, &mut BufReader::new(&log[..]), None).await.expect("restored");

    let people = to.db.system().all(&access::PERSON).await.expect("people");
    assert!(people.iter().all(|person| *person.value("name") == rules::record::Value::Null));
    let revenue = rows(&to, &ask(&to, &["revenue"], ByWord::Company, Grain::All)).await;
    assert_eq!(revenue[0].value.as_deref(), Some("1265793.0395"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_or_changed_backup_and_a_full_database_are_refused() {
    let from = TestApp::sqlite().await;
    import(&from, "northwind", "northwind", false).await;
    let (log, _) = saved(&from).await;
    let text = String::from_utf8(log).expect("text");

    let cut = text[..text.len() / 2].rsplit_once('\n').expect("lines").0.to_owned() + "\n";
    let changed = text.replacen("Berlin", "Bonn", 1);
    assert_ne!(changed, text);
    for (file, expected) in [(cut, "ends before"), (changed, "does not follow")] {
        let to = TestApp::sqlite().await;
        let error = restore(&to.db, &mut BufReader::new(file.as_bytes()), None).await.expect_err("refused");
        assert!(matches!(&error, BackupError::Line { reason, .. } if reason.contains(expected)), "{error:?}");
    }
    let error = restore(&from.db, &mut BufReader::new(text.as_bytes()), None).await.expect_err("refused");
    assert!(matches!(error, BackupError::NotEmpty), "{error:?}");
}
