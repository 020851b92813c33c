//! Any CSV by a mapping: bad rows are named and set aside, an interrupted import goes on or is undone.

use base::RecordId;
use import::{ImportError, Mapping, Options, Report};
use std::path::PathBuf;
use testkit::{TestApp, on_both};

const MAPPING: &str = r#"
source = "erp"
dates = ["day/month/year"]

[[file]]
file = "accounts.csv"
record = "account"
key = "{id}"
fields = { name = "name", owner = { column = "owner", lookup = "name" } }
"#;

const ORDERS: &str = r#"
source = "erp"
dates = ["day/month/year"]

[[file]]
file = "orders.csv"
record = "order"
key = "{id}"
when = "date"
[file.fields]
account = { column = "account", lookup = "name", missing = "create" }
ordered_on = "date"
currency = { constant = "THB" }
freight = "freight"
"#;

fn write(app: &TestApp, name: &str, text: &str) -> PathBuf {
    let path = app.folder().join(name);
    std::fs::write(&path, text).expect("written");
    path
}

fn options(app: &TestApp, mapping: &str, path: PathBuf) -> Options {
    Options {
        checked: Mapping::read(mapping).expect("reads").check(app.db.registry()).expect("sound"),
        paths: vec![path],
        dry_run: false,
        resume: None,
        skip_file: Some(app.folder().join("skipped.csv")),
    }
}

async fn run(app: &TestApp, mapping: &str, path: PathBuf) -> Report {
    import::run(&app.db, &options(app, mapping, path), &mut |_| {}).await.expect("runs")
}

fn reasons(report: &Report) -> Vec<String> {
    report.problems.iter().map(|problem| format!("{}:{}", problem.line, problem.column)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_set_aside_with_their_reason_and_the_others_count() {
    on_both(async |app| {
        let name = |text: &str| vec![("name", rules::record::Value::Text(text.to_owned()))];
        app.create(&access::PERSON, name("Somchai Dee")).await;
        let path = write(
            app,
            "accounts.csv",
            "id,name,owner\nA1,Siam Tools,Somchai Dee\nA2,,Somchai Dee\nA3,Nihon,Nobody\nA1,Again,\n,No key,\nA4,siam  tools,\nA5,=1+1,\n",
        );

        let report = run(app, MAPPING, path).await;

        assert_eq!(reasons(&report), ["3:name", "5:{id}", "6:{id}", "4:owner"]);
        assert_eq!(report.total().created, 3);
        assert!(report.warnings.iter().any(|note| note.contains("siam  tools")), "{:?}", report.warnings);
        let skipped = std::fs::read_to_string(report.skip_file.expect("a skip file")).expect("read");
        assert!(skipped.starts_with("file,line,column,value,reason\n"), "{skipped}");
        assert!(skipped.contains("accounts.csv,4,owner,Nobody,there is no person Nobody"), "{skipped}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_and_numbers_that_cannot_be_are_named() {
    on_both(async |app| {
        let path = write(
            app,
            "orders.csv",
            "id,account,date,freight\n1,Siam,05/01/2569,10.50\n2,Siam,30/02/2026,1\n3,Siam,1/2/2026,ten\n4,New Co,1/2/2026,\n",
        );

        let report = run(app, ORDERS, path).await;

        assert_eq!(reasons(&report), ["3:date", "4:freight"]);
        let records = app.db.system().all(&crm::ORDER).await.expect("read");
        let days: Vec<String> =
            records.iter().map(|record| record.value("ordered_on").as_date().expect("a day").to_string()).collect();
        assert_eq!(days, ["2026-01-05", "2026-02-01"], "a Buddhist year is read as such");
        let accounts = app.db.system().all(&crm::ACCOUNT).await.expect("read");
        assert_eq!(accounts.iter().map(db::Record::title).collect::<Vec<_>>(), ["Siam", "New Co"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_and_headless_files_and_unknown_columns_are_refused_before_the_first_row() {
    on_both(async |app| {
        let try_it = async |text: &str| {
            let path = write(app, "accounts.csv", text);
            import::run(&app.db, &options(app, MAPPING, path), &mut |_| {}).await
        };
        assert!(matches!(try_it("").await, Err(ImportError::Table(_))));
        let error = try_it("id,name\n1,A\n").await.expect_err("refused");
        assert_eq!(error.to_string(), "accounts.csv: there is no column owner; it has id, name");
        assert_eq!(app.db.system().last_seq().await.expect("a seq").0, 0, "nothing was written");
    })
    .await;
}

async fn stop_after(app: &TestApp, options: Options, rows: u64) -> RecordId {
    let db = app.db.clone();
    let stopped = tokio::spawn(async move {
        let mut stop = |progress: &import::Progress| assert!(progress.rows < rows, "stopped by the test");
        import::run(&db, &options, &mut stop).await.map(|report| report.read)
    });
    assert!(stopped.await.is_err(), "it was stopped");
    app.db.system().all(&import::IMPORT).await.expect("read").last().expect("an import").id
}

fn many_accounts() -> String {
    (0..2_300).fold("id,name,owner\n".to_owned(), |text, row| format!("{text}{row},Account {row},\n"))
}

async fn accounts(app: &TestApp) -> u64 {
    app.db.system().count(&crm::ACCOUNT, &db::ListQuery::default()).await.expect("counted")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_import_shows_nothing_and_goes_on_where_it_stopped() {
    on_both(async |app| {
        let path = write(app, "accounts.csv", &many_accounts());
        let id = stop_after(app, options(app, MAPPING, path.clone()), 1_000).await;
        assert_eq!(accounts(app).await, 0);
        app.assert_sound().await;
        let again = import::run(&app.db, &options(app, MAPPING, path.clone()), &mut |_| {}).await;
        assert!(matches!(again, Err(ImportError::Interrupted(found, 1_000)) if found == id), "{again:?}");

        let resumed = Options { resume: Some(id), ..options(app, MAPPING, path) };
        let report = import::run(&app.db, &resumed, &mut |_| {}).await.expect("goes on");

        assert_eq!((report.read, report.total().created), (1_300, 1_300), "this run's share");
        let record = app.db.system().get(&import::IMPORT, id).await.expect("read").expect("present");
        assert_eq!(record.value("created").as_integer(), Some(2_300), "the import's whole");
        assert_eq!(accounts(app).await, 2_300);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_import_is_taken_back_whole() {
    on_both(async |app| {
        let path = write(app, "accounts.csv", &many_accounts());
        let id = stop_after(app, options(app, MAPPING, path.clone()), 1_000).await;

        let undone = import::undo(&app.db, id).await.expect("undone");

        assert_eq!(undone.records, 1_000);
        assert_eq!(accounts(app).await, 0);
        assert_eq!(run(app, MAPPING, path).await.total().created, 2_300);
        assert_eq!(accounts(app).await, 2_300);
    })
    .await;
}

const CITIES: &str = r#"
source = "erp"

[[file]]
file = "accounts.csv"
record = "account"
key = "{id}"
fields = { name = "name", city = "city" }
"#;

async fn city(app: &TestApp) -> Option<String> {
    let records = app.db.system().all(&crm::ACCOUNT).await.expect("read");
    records[0].value("city").as_text().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undone_change_comes_back_when_its_file_is_imported_again() {
    on_both(async |app| {
        let first = write(app, "accounts.csv", "id,name,city\n1,Siam,Bangkok\n");
        run(app, CITIES, first).await;
        let second = write(app, "accounts.csv", "id,name,city\n1,Siam,Osaka\n");
        let import = run(app, CITIES, second.clone()).await.import.expect("a number");
        assert_eq!(city(app).await.as_deref(), Some("Osaka"));
        import::undo(&app.db, import).await.expect("undone");
        assert_eq!(city(app).await.as_deref(), Some("Bangkok"));

        run(app, CITIES, second).await;

        assert_eq!(city(app).await.as_deref(), Some("Osaka"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_set_outlives_the_undo_and_the_return_of_the_record() {
    use rules::record::Value;
    on_both(async |app| {
        let path = write(app, "accounts.csv", "id,name,city\n1,Siam,Bangkok\n");
        let import = run(app, CITIES, path.clone()).await.import.expect("a number");
        let id = app.db.system().all(&crm::ACCOUNT).await.expect("read")[0].id;
        let mut tx = app.begin();
        let tools = vec![("industry", Value::Text("tools".to_owned()))];
        tx.put(db::Change::set(&crm::ACCOUNT, id, tools.clone())).expect("sound");
        tx.commit().await.expect("written");

        let undone = import::undo(&app.db, import).await.expect("undone");
        assert_eq!(undone.records, 1);
        assert_eq!(accounts(app).await, 0);
        let mut tx = app.begin();
        tx.put(db::Change::set(&crm::ACCOUNT, id, tools)).expect("sound");
        assert!(matches!(tx.commit().await, Err(db::DbError::Absent { .. })), "an absent record takes no change");

        run(app, CITIES, path).await;
        let record = app.db.system().get(&crm::ACCOUNT, id).await.expect("read").expect("back under its id");
        assert_eq!(record.value("industry").as_text(), Some("tools"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_the_same_import_are_found_by_name_and_namesakes_are_not_guessed() {
    let mapping = r#"
source = "erp"
dates = ["year-month-day"]

[[file]]
file = "accounts.csv"
record = "account"
key = "{id}"
fields = { name = "name", city = "city" }

[[file]]
file = "towns.csv"
record = "account"
key = "{id}"
fields = { name = "name", city = "town" }

[[file]]
file = "orders.csv"
record = "order"
key = "{id}"
[file.fields]
account = { column = "account", lookup = "name", missing = "create" }
ordered_on = "date"
currency = "currency"
freight = "freight"
"#;
    on_both(async |app| {
        write(app, "accounts.csv", "id,name,city\n1,Siam,\n2,Twin,\n3,Twin,\n");
        write(app, "towns.csv", "id,name,town\n1,Siam,Bangkok\n");
        let rows = [
            "1,Siam,2026-01-02,THB,1",
            "2,Twin,2026-01-02,THB,1",
            "3,New,2026-01-02,baht,1",
            "4,New,2026-01-02,THB,99999999999999",
            "5,New,2026-01-02,THB,1",
        ];
        write(app, "orders.csv", &format!("id,account,date,currency,freight\n{}\n", rows.join("\n")));

        let mut options = options(app, mapping, app.folder().to_path_buf());
        options.dry_run = true;
        let dry = import::run(&app.db, &options, &mut |_| {}).await.expect("runs");
        options.dry_run = false;
        let report = import::run(&app.db, &options, &mut |_| {}).await.expect("runs");

        assert_eq!(reasons(&report), ["4:currency", "5:freight", "3:account"]);
        assert_eq!(reasons(&dry), reasons(&report));
        assert!(report.problems[2].reason.starts_with("several records are called Twin"), "{}", report.problems[2]);
        let mut found: Vec<String> =
            app.db.system().all(&crm::ACCOUNT).await.expect("read").iter().map(db::Record::title).collect();
        found.sort();
        assert_eq!(found, ["New", "Siam", "Twin", "Twin"]);
        assert_eq!(city(app).await.as_deref(), Some("Bangkok"), "a second file adds to the same record");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_does_not_come_back_with_the_next_import() {
    use rules::record::Value;
    let mapping = r#"
source = "erp"

[[file]]
file = "contacts.csv"
record = "contact"
key = "{id}"
fields = { name = "name", title = "title" }
"#;
    on_both(async |app| {
        let path = write(app, "contacts.csv", "id,name,title\n1,Somsri Jaidee,Buyer\n");
        run(app, mapping, path).await;
        let id = app.db.system().all(&crm::CONTACT).await.expect("read")[0].id;
        let mut tx = app.begin();
        tx.put(db::Change::of(&crm::CONTACT, id, rules::log::Event::Erase)).expect("sound");
        tx.commit().await.expect("erased");
        let again = write(app, "contacts.csv", "id,name,title\n1,Somsri Jaidee,Head buyer\n");

        let report = run(app, mapping, again).await;

        assert_eq!((report.skipped, report.total().changed), (0, 1), "{:?}", report.problems);
        let record = app.db.system().get(&crm::CONTACT, id).await.expect("read").expect("the mark stays");
        assert_eq!((record.value("name"), record.value("title").as_text()), (&Value::Null, Some("Head buyer")));
    })
    .await;
}

const PEOPLE: &str = r#"
source = "hr"

[[file]]
file = "people.csv"
record = "person"
key = "{id}"
fields = { name = "name", manager = "manager" }
"#;

#[tokio::test(flavor = "multi_thread")]
async fn reporting_lines_in_a_circle_are_taken_and_said() {
    on_both(async |app| {
        let path = write(app, "people.csv", "id,name,manager\n1,A,2\n2,B,3\n3,C,1\n4,D,1\n5,E,5\n");
        let report = run(app, PEOPLE, path).await;
        assert_eq!((report.total().created, report.skipped), (5, 0), "{:?}", report.problems);
        let circles: Vec<&String> = report.warnings.iter().filter(|warning| warning.contains("circle")).collect();
        assert_eq!(circles.len(), 2, "{:?}", report.warnings);
        assert!(circles[0].contains("1 → 2 → 3"), "{circles:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quotas_that_overlap_and_end_before_they_start_are_said() {
    on_both(async |app| {
        let people = write(app, "people.csv", "id,name,manager\n1,A,\n");
        run(app, PEOPLE, people).await;
        let mapping = r#"
source = "hr"

[[file]]
file = "quotas.csv"
record = "quota"
key = "{id}"
[file.fields]
person = "person"
starts_on = "from"
ends_on = "to"
amount = "amount"
currency = { constant = "THB" }
"#;
        let path = write(
            app,
            "quotas.csv",
            "id,person,from,to,amount\nQ1,1,2026-01-01,2026-04-01,10\nQ2,1,2026-03-01,2026-06-01,10\nQ3,1,2026-09-01,2026-08-01,10\n",
        );
        let report = run(app, mapping, path).await;
        assert_eq!(report.total().created, 3);
        let said = |text: &str| report.warnings.iter().filter(|warning| warning.contains(text)).count();
        assert_eq!((said("Q1 and Q2 overlap"), said("comes before starts_on")), (1, 1), "{:?}", report.warnings);
    })
    .await;
}

/// Who names somebody further down, in a file whose import was stopped in between, has them after it went on.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_import_forgets_no_reference() {
    on_both(async |app| {
        let rows: String = (2..2_000)
            .fold(String::from("id,name,manager\n1,A,1999\n"), |rows, number| rows + &format!("{number},P{number},\n"));
        let path = write(app, "people.csv", &rows);
        let import = stop_after(app, options(app, PEOPLE, path.clone()), 1_000).await;
        let resumed = Options { resume: Some(import), ..options(app, PEOPLE, path) };
        import::run(&app.db, &resumed, &mut |_| {}).await.expect("goes on");

        let ids = app.db.system().by_external(&access::PERSON, "hr", &["1", "1999"]).await.expect("read");
        let first = app.db.system().get(&access::PERSON, ids["1"]).await.expect("read").expect("present");
        assert_eq!(*first.value("manager"), rules::record::Value::Reference(ids["1999"]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_no_field_takes_are_said() {
    let app = &TestApp::sqlite().await;
    let mapping = r#"
source = "hr"

[[file]]
file = "people.csv"
record = "person"
key = "{id}"
[file.fields]
name = { text = "{first} {last}" }
title = { column = "title", only_if = { column = "is_here", is = "yes" } }

[[file]]
file = "people.csv"
record = "team"
key = "{unit}"
[file.fields]
name = "unit"
"#;
    let head = "id,first,last,title,is_here,unit,shoe size,diet";
    let path = write(app, "people.csv", &format!("{head}\n1,Somchai,Dee,AE,yes,Bangkok,42,none\n"));
    let report = run(app, mapping, path).await;
    assert_eq!(report.passed_over, [("people.csv".to_owned(), vec!["shoe size".to_owned(), "diet".to_owned()])].into());
    assert_eq!(report.total().created, 2);
}
