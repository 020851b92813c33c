//! The log and its fold on both databases.

use base::{RecordId, Seq};
use db::{Change, DbError, Filter, ListQuery};
use jiff::{SignedDuration, Timestamp};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use rules::{
    log::{Event, Fields, Origin, Timeline},
    record::{EXTERNAL_ID, EXTERNAL_SOURCE, Value},
};
use sea_orm::{ConnectionTrait, Database, Statement};
use std::time::Duration;
use testkit::{TestApp, on_both};

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn account(name: &str) -> Fields {
    vec![("name", text(name))]
}

fn moment(value: &str) -> Timestamp {
    value.parse().expect("a moment")
}

async fn set(app: &TestApp, id: RecordId, fields: Fields) -> Seq {
    let mut tx = app.begin();
    tx.put(Change::set(&crm::ACCOUNT, id, fields)).expect("sound");
    tx.commit().await.expect("written").expect("a row").last
}

async fn set_from(app: &TestApp, id: RecordId, from: &str, fields: Fields) -> Seq {
    let mut tx = app.begin();
    tx.put(Change::set(&crm::ACCOUNT, id, fields).effective_at(moment(from))).expect("sound");
    tx.commit().await.expect("written").expect("a row").last
}

async fn void(app: &TestApp, id: RecordId, seqs: Vec<Seq>) -> Seq {
    let mut tx = app.begin();
    tx.put(Change::of(&crm::ACCOUNT, id, Event::Void(seqs))).expect("sound");
    tx.commit().await.expect("written").expect("a row").last
}

async fn value(app: &TestApp, id: RecordId, field: &str) -> Value {
    let record = app.db.system().get(&crm::ACCOUNT, id).await.expect("read").expect("present");
    record.value(field).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_back_dated_row_never_overwrites_a_later_one() {
    on_both(async |app| {
        let id = app.create(&crm::ACCOUNT, account("Siam Tools")).await;
        set_from(app, id, "2026-01-04T00:00:00Z", vec![("city", text("Chiang Mai"))]).await;

        set_from(app, id, "2026-01-02T00:00:00Z", vec![("city", text("Bangkok"))]).await;

        assert_eq!(value(app, id, "city").await, text("Chiang Mai"));
        let history = app.db.system().history(&crm::ACCOUNT, id).await.expect("history");
        let timeline = Timeline::known(&history, &app.db.system().imports().await.expect("imports"), Seq(i64::MAX));
        let timeline = timeline.expect("present");
        assert_eq!(timeline.value_at("city", moment("2026-01-01T00:00:00Z")), &Value::Null);
        assert_eq!(timeline.value_at("city", moment("2026-01-03T00:00:00Z")), &text("Bangkok"));
        assert_eq!(timeline.value_at("city", moment("2026-01-05T00:00:00Z")), &text("Chiang Mai"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_future_value_waits_for_its_day() {
    on_both(async |app| {
        let id = app.create(&crm::ACCOUNT, account("Siam Tools")).await;
        set_from(app, id, "2026-01-07T00:00:00Z", vec![("city", text("Osaka"))]).await;
        assert_eq!(value(app, id, "city").await, Value::Null);

        app.clock.advance(SignedDuration::from_hours(72));
        app.db.catch_up().await.expect("caught up");

        assert_eq!(value(app, id, "city").await, text("Osaka"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_leaves_what_others_set_later() {
    on_both(async |app| {
        let id = app.create(&crm::ACCOUNT, account("Siam Tools")).await;
        set(app, id, vec![("city", text("Bangkok"))]).await;
        let wrong = set(app, id, vec![("city", text("Paris")), ("country", text("France"))]).await;
        set(app, id, vec![("country", text("Thailand"))]).await;

        let undo = void(app, id, vec![wrong]).await;

        assert_eq!(value(app, id, "city").await, text("Bangkok"));
        assert_eq!(value(app, id, "country").await, text("Thailand"));

        void(app, id, vec![undo]).await;
        assert_eq!(value(app, id, "city").await, text("Paris"), "an undo can be undone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_whose_create_is_void_is_absent_and_its_external_id_revives_it() {
    on_both(async |app| {
        let named = |name: &str| vec![("name", text(name)), (EXTERNAL_SOURCE, text("erp")), (EXTERNAL_ID, text("A-1"))];
        let id = app.create(&crm::ACCOUNT, named("Siam Tools")).await;
        let created = app.db.system().last_seq().await.expect("a seq");
        void(app, id, vec![created]).await;
        assert!(app.db.system().get(&crm::ACCOUNT, id).await.expect("read").is_none());

        let known = app.db.system().by_external(&crm::ACCOUNT, "erp", &["A-1"]).await.expect("looked up");
        assert_eq!(known.get("A-1"), Some(&id));
        let mut tx = app.begin();
        tx.put(Change::create(&crm::ACCOUNT, id, named("Siam Tools Ltd"))).expect("sound");
        tx.commit().await.expect("revived");

        assert_eq!(value(app, id, "name").await, text("Siam Tools Ltd"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_external_id_on_a_second_record_is_refused_whole() {
    on_both(async |app| {
        let fields = vec![("name", text("One")), (EXTERNAL_SOURCE, text("erp")), (EXTERNAL_ID, text("A-1"))];
        app.create(&crm::ACCOUNT, fields.clone()).await;
        let before = app.db.system().last_seq().await.expect("a seq");
        let mut tx = app.begin();
        let (other, second) = (app.db.new_id().await.expect("id"), app.db.new_id().await.expect("id"));
        tx.put(Change::create(&crm::ACCOUNT, other, account("Beside it"))).expect("sound");
        tx.put(Change::create(&crm::ACCOUNT, second, fields)).expect("sound");

        let error = tx.commit().await.expect_err("refused");

        assert!(matches!(error, DbError::Duplicate { .. }), "{error:?}");
        assert_eq!(app.db.system().last_seq().await.expect("a seq"), before);
        assert!(app.db.system().get(&crm::ACCOUNT, other).await.expect("read").is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_colliding_on_one_field_are_told_and_on_two_fields_are_not() {
    on_both(async |app| {
        let id = app.create(&crm::ACCOUNT, account("Siam Tools")).await;
        let seen = app.db.system().last_seq().await.expect("a seq");
        set(app, id, vec![("city", text("Bangkok"))]).await;

        let mut other_field = app.begin();
        other_field
            .put(Change::set(&crm::ACCOUNT, id, vec![("country", text("Thailand"))]).based_on(seen))
            .expect("sound");
        other_field.commit().await.expect("another field is no collision");
        let mut same_field = app.begin();
        same_field.put(Change::set(&crm::ACCOUNT, id, vec![("city", text("Osaka"))]).based_on(seen)).expect("sound");
        let error = same_field.commit().await.expect_err("refused");

        assert!(matches!(&error, DbError::Conflict { fields, .. } if fields == &["city"]), "{error:?}");
        assert_eq!(value(app, id, "city").await, text("Bangkok"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_record_stays_and_says_so() {
    on_both(async |app| {
        let id = app.create(&crm::ACCOUNT, account("Siam Tools")).await;
        let mut tx = app.begin();
        tx.put(Change::of(&crm::ACCOUNT, id, Event::Archive)).expect("sound");
        tx.commit().await.expect("written");
        assert!(app.db.system().get(&crm::ACCOUNT, id).await.expect("read").expect("present").archived);
    })
    .await;
}

pub async fn raw_log(app: &TestApp) -> String {
    let url = app.db.address();
    let url = if url.starts_with("postgres") { url.to_owned() } else { format!("sqlite:{url}") };
    let connection = Database::connect(url).await.expect("connects");
    let select = Statement::from_string(connection.get_database_backend(), "SELECT fields FROM log ORDER BY seq");
    let rows = connection.query_all_raw(select).await.expect("read");
    rows.iter().map(|row| row.try_get::<String>("", "fields").expect("text")).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_fields_are_sealed_in_the_log_and_gone_after_erasure() {
    on_both(async |app| {
        let fields = vec![("name", text("Somsri Jaidee")), ("phone", text("02-555-0199")), ("title", text("Buyer"))];
        let id = app.create(&crm::CONTACT, fields).await;
        let log = raw_log(app).await;
        assert!(!log.contains("Somsri") && !log.contains("0199"), "{log}");
        assert!(log.contains("Buyer"));
        let history = app.db.system().history(&crm::CONTACT, id).await.expect("history");
        assert!(history[0].event.fields().contains(&("name", text("Somsri Jaidee"))));

        let mut tx = app.begin();
        tx.put(Change::of(&crm::CONTACT, id, Event::Erase)).expect("sound");
        tx.commit().await.expect("erased");

        let record = app.db.system().get(&crm::CONTACT, id).await.expect("read").expect("the mark stays");
        assert_eq!(record.value("name"), &Value::Null);
        assert_eq!(record.value("title"), &text("Buyer"));
        let history = app.db.system().history(&crm::CONTACT, id).await.expect("history");
        assert!(history.iter().all(|row| row.event.fields().iter().all(|(name, _)| *name != "phone")));
        let mut tx = app.begin();
        tx.put(Change::set(&crm::CONTACT, id, vec![("phone", text("1"))])).expect("sound");
        assert!(matches!(tx.commit().await, Err(DbError::Erased { .. })));
    })
    .await;
}

async fn start_import(app: &TestApp) -> RecordId {
    app.create(&import::IMPORT, vec![("source", text("test")), ("status", text("running"))]).await
}

async fn finish_import(app: &TestApp, import: RecordId) {
    let mut tx = app.begin();
    tx.put(Change::set(&import::IMPORT, import, vec![("status", text("done"))])).expect("sound");
    tx.commit().await.expect("done");
}

async fn undo_import(app: &TestApp, import: RecordId) {
    let mut tx = app.begin();
    tx.put(Change::of(&import::IMPORT, import, Event::VoidImport)).expect("sound");
    tx.put(Change::set(&import::IMPORT, import, vec![("status", text("undone"))])).expect("sound");
    tx.commit().await.expect("undone");
}

async fn names(app: &TestApp) -> Vec<String> {
    let query = ListQuery { sort: Some(("name", false)), limit: 100, ..ListQuery::default() };
    let records = app.db.system().list(&crm::ACCOUNT, &query).await.expect("listed");
    records.iter().map(db::Record::title).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_counts_when_done_and_not_when_undone() {
    on_both(async |app| {
        let old = app.create(&crm::ACCOUNT, account("Old")).await;
        let import = start_import(app).await;
        let new = app.db.new_id().await.expect("id");
        let mut tx = app.db.begin(None, Origin::Import(import));
        tx.put(Change::create(&crm::ACCOUNT, new, account("New"))).expect("sound");
        tx.put(Change::set(&crm::ACCOUNT, old, vec![("name", text("Old, renamed"))])).expect("sound");
        tx.commit().await.expect("written");
        assert_eq!(names(app).await, ["Old"], "a running import shows nothing");
        app.assert_sound().await;

        finish_import(app, import).await;
        assert_eq!(names(app).await, ["New", "Old, renamed"]);
        app.assert_sound().await;

        undo_import(app, import).await;
        assert_eq!(names(app).await, ["Old"]);
        app.assert_sound().await;
        app.db.sweep_import(import).await.expect("swept");
        assert_eq!(names(app).await, ["Old"]);

        let again = start_import(app).await;
        let mut tx = app.db.begin(None, Origin::Import(again));
        tx.put(Change::create(&crm::ACCOUNT, new, account("New"))).expect("sound");
        tx.commit().await.expect("written");
        finish_import(app, again).await;
        assert_eq!(names(app).await, ["New", "Old"]);
    })
    .await;
}

/// On `PostgreSQL` the second writer overtakes the first, which holds its transaction open; on `SQLite` it waits its turn.
/// Either way a consumer that reads by seq misses nothing and sees nothing twice.
#[tokio::test(flavor = "multi_thread")]
async fn seq_is_commit_order() {
    on_both(async |app| {
        let mut slow = app.begin();
        let slow_id = app.db.new_id().await.expect("id");
        slow.put(Change::create(&crm::ACCOUNT, slow_id, account("Slow"))).expect("sound");
        let held = slow.prepare().await.expect("its rows are written");

        let db = app.db.clone();
        let fast_id = app.db.new_id().await;
        let fast = tokio::spawn(async move {
            // SQLite has one writer: this waits there until the slow one is done.
            let id = match fast_id {
                Ok(id) => id,
                Err(error) => return Err(error),
            };
            let mut tx = db.begin(None, Origin::Cli);
            tx.put(Change::create(&crm::ACCOUNT, id, account("Fast")))?;
            tx.commit().await
        });
        let mut consumed: Vec<Seq> = Vec::new();
        if app.db.address().starts_with("postgres") {
            while !fast.is_finished() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        consume(app, &mut consumed).await;
        let slow = held.commit().await.expect("committed").expect("a row");
        let fast = fast.await.expect("joined").expect("committed").expect("a row");
        consume(app, &mut consumed).await;

        assert_eq!(consumed, [Seq(1), Seq(2)], "every row once, in order");
        if app.db.address().starts_with("postgres") {
            assert!(fast.first < slow.first, "who commits first stands first");
        }
    })
    .await;
}

async fn consume(app: &TestApp, consumed: &mut Vec<Seq>) {
    let after = consumed.last().copied().unwrap_or(Seq(0));
    let entries = app.db.system().log_after(after, 100).await.expect("read");
    consumed.extend(entries.iter().map(|entry| entry.row.seq));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_at_once_leave_one_chain() {
    on_both(async |app| {
        let shared = app.create(&crm::ACCOUNT, account("Shared")).await;
        let mut tasks = Vec::new();
        for writer in 0..6 {
            let db = app.db.clone();
            tasks.push(tokio::spawn(async move {
                for round in 0..10 {
                    let mut tx = db.begin(None, Origin::Api);
                    let value = Value::Text(format!("{writer}-{round}"));
                    let field = if writer % 2 == 0 { "city" } else { "region" };
                    tx.put(Change::set(&crm::ACCOUNT, shared, vec![(field, value)]))?;
                    tx.commit().await?;
                }
                Ok::<_, DbError>(())
            }));
        }
        for task in tasks {
            task.await.expect("joined").expect("every writer commits");
        }
        assert_eq!(app.db.system().last_seq().await.expect("a seq"), Seq(61));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_finds_the_last_seq_known_then() {
    on_both(async |app| {
        let mut known = Vec::new();
        for round in 0..7 {
            app.create(&crm::ACCOUNT, account(&format!("A{round}"))).await;
            known.push((app.db.now(), app.db.system().last_seq().await.expect("a seq")));
            app.clock.advance(SignedDuration::from_secs(60));
        }
        for (moment, seq) in known {
            assert_eq!(app.db.system().seq_at(moment).await.expect("found"), seq);
        }
        assert_eq!(app.db.system().seq_at(moment("2020-01-01T00:00:00Z")).await.expect("found"), Seq(0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_filter_search_sort_and_count() {
    on_both(async |app| {
        for (name, city) in [("Siam 100%", "Bangkok"), ("Siam_Tools", "Osaka"), ("Nihon", "Osaka")] {
            app.create(&crm::ACCOUNT, vec![("name", text(name)), ("city", text(city))]).await;
        }
        let reader = app.db.system();
        let osaka = ListQuery {
            filters: vec![Filter("city", text("Osaka"))],
            sort: Some(("name", true)),
            limit: 1,
            ..ListQuery::default()
        };
        let first = reader.list(&crm::ACCOUNT, &osaka).await.expect("listed");
        assert_eq!(first[0].title(), "Siam_Tools");
        assert_eq!(reader.count(&crm::ACCOUNT, &osaka).await.expect("counted"), 2);
        for (search, found) in [("siam", 2), ("%", 1), ("_", 1), ("\\", 0)] {
            let query = ListQuery { search: Some(search.to_owned()), limit: 10, ..ListQuery::default() };
            assert_eq!(reader.count(&crm::ACCOUNT, &query).await.expect("counted"), found, "{search}");
        }
    })
    .await;
}

/// One step of a made-up history.
#[derive(Debug, Clone)]
enum Step {
    Set {
        field: u8,
        value: u8,
        days: i8,
    },
    Void {
        nth: u8,
    },
    Archive,
    /// A create on an id that the log knows: a record that comes back.
    Create {
        value: u8,
    },
    Wait {
        hours: u8,
    },
}

/// Any history at all: the tables stay the log's fold, undone and back-dated rows included.
#[tokio::test(flavor = "multi_thread")]
async fn any_history_folds_to_its_tables() {
    let step = proptest::prop_oneof![
        5 => (0..3_u8, 0..5_u8, -40..20_i8).prop_map(|(field, value, days)| Step::Set { field, value, days }),
        2 => (0..12_u8).prop_map(|nth| Step::Void { nth }),
        1 => proptest::strategy::Just(Step::Archive),
        1 => (0..5_u8).prop_map(|value| Step::Create { value }),
        1 => (0..200_u8).prop_map(|hours| Step::Wait { hours }),
    ];
    let histories = proptest::collection::vec(proptest::collection::vec(step, 1..12), 12);
    let histories = histories.new_tree(&mut TestRunner::deterministic()).expect("histories").current();
    on_both(async |app| {
        for history in &histories {
            let id = app.create(&crm::ACCOUNT, account("Any")).await;
            for step in history {
                apply(app, id, step).await;
            }
        }
    })
    .await;
}

async fn apply(app: &TestApp, id: RecordId, step: &Step) {
    let mut tx = app.begin();
    match step {
        Step::Set { field, value, days } => {
            let field = ["city", "region", "country"][usize::from(*field)];
            let at = app.db.now() + SignedDuration::from_hours(24 * i64::from(*days));
            let value = if *value == 0 { Value::Null } else { text(&format!("v{value}")) };
            tx.put(Change::set(&crm::ACCOUNT, id, vec![(field, value)]).effective_at(at)).expect("sound");
        }
        Step::Void { nth } => {
            let history = app.db.system().history(&crm::ACCOUNT, id).await.expect("history");
            let Some(row) = history.get(usize::from(*nth)) else { return };
            tx.put(Change::of(&crm::ACCOUNT, id, Event::Void(vec![row.seq]))).expect("sound");
        }
        Step::Create { value } => {
            let fields = vec![("name", text("Any")), ("city", text(&format!("again {value}")))];
            tx.put(Change::create(&crm::ACCOUNT, id, fields)).expect("sound");
        }
        Step::Archive => tx.put(Change::of(&crm::ACCOUNT, id, Event::Archive)).expect("sound"),
        Step::Wait { hours } => app.clock.advance(SignedDuration::from_hours(i64::from(*hours))),
    }
    match tx.commit().await {
        // A record whose create is void takes no change until it comes back.
        Ok(_) | Err(DbError::Absent { .. }) => {}
        Err(error) => panic!("{step:?}: {error}"),
    }
    app.db.catch_up().await.expect("caught up");
    app.assert_sound().await;
}

/// Two machines' clocks differ: what is written last counts, whatever the writer's clock says.
#[tokio::test(flavor = "multi_thread")]
async fn who_writes_last_wins_though_their_clock_is_behind() {
    on_both(async |app| {
        let id = app.create(&crm::ACCOUNT, account("Siam Tools")).await;
        let behind = TestApp::open_at(app.db.address(), "2026-01-05T08:00:00Z").await.expect("opens");
        set(app, id, vec![("city", text("Bangkok"))]).await;

        set(&behind, id, vec![("city", text("Osaka")), ("country", text("Japan"))]).await;

        assert_eq!(value(app, id, "city").await, text("Osaka"));
        assert_eq!(value(app, id, "country").await, text("Japan"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_of_two_processes_moves_a_kept_entry_on() {
    on_both(async |app| {
        let step = |from: Option<&str>, to: Option<&str>| db::Step {
            kind: "test",
            key: "place".to_owned(),
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
        };
        let attempt = async |from: Option<&str>, to: Option<&str>| {
            let mut tx = app.begin();
            let id = app.db.new_id().await.expect("an id");
            tx.put(Change::create(&crm::ACCOUNT, id, account("Beside it"))).expect("sound");
            tx.step(step(from, to));
            tx.commit().await
        };
        attempt(None, Some("1")).await.expect("first");
        attempt(Some("1"), Some("2")).await.expect("moved");
        let before = app.db.system().last_seq().await.expect("a seq");
        for (from, to) in [(Some("1"), Some("2")), (None, Some("1")), (Some("1"), None)] {
            let late = attempt(from, to).await;
            assert!(matches!(late, Err(DbError::Overtaken { .. })), "{from:?} to {to:?}: {late:?}");
        }
        assert_eq!(app.db.system().last_seq().await.expect("a seq"), before, "nothing of the late ones was written");
        attempt(Some("2"), None).await.expect("ended");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_written_unless_something_was_written_that_it_rests_on() {
    on_both(async |app| {
        let seq = async || app.db.system().last_seq().await.expect("read");
        let planned = seq().await;
        let commit = async |at: Seq, types: &[&'static rules::record::RecordType]| {
            let mut tx = app.begin().resting_on(at, types);
            tx.put(Change::create(&crm::CONTACT, app.db.new_id().await.expect("an id"), vec![("name", text("Anna"))]))
                .expect("sound");
            tx.commit().await
        };
        app.create(&crm::ACCOUNT, account("Siam Tools")).await;
        assert!(matches!(commit(planned, &[&crm::PRODUCT, &crm::ACCOUNT]).await, Err(DbError::Moved)));
        commit(planned, &[&crm::PRODUCT]).await.expect("it rests on products alone");
        assert!(matches!(commit(planned, &[&crm::CONTACT]).await, Err(DbError::Moved)), "its own kind, since");
        commit(seq().await, &[&crm::CONTACT]).await.expect("of now");
        let ahead = Seq(seq().await.0 + 1);
        assert!(matches!(commit(ahead, &[&crm::PRODUCT]).await, Err(DbError::Moved)), "nobody saw what is not there");
        let mut tx = app.begin().only_at(planned);
        tx.put(Change::create(&crm::PRODUCT, app.db.new_id().await.expect("an id"), vec![("name", text("Lathe"))]))
            .expect("sound");
        assert!(matches!(tx.commit().await, Err(DbError::Moved)));
    })
    .await;
}
