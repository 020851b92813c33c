//! A person who comes again within 90 days is one lead (B4), whoever writes it, in whatever order, until when it is known and after
//! the person is forgotten.

use crate::company::{ask, rows};
use base::{Grain, RecordId};
use clinch::EDITABLE;
use db::{Change, backup, restore};
use jiff::{SignedDuration, civil::date};
use kpi::{Ask, ByWord, KnownAt};
use records::edit::{self, Author, Edit, Since};
use rules::{
    log::{Event, Fields},
    record::Value,
};
use std::{collections::BTreeSet, io::BufReader};
use testkit::{TestApp, on_both};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

async fn company(app: &TestApp) {
    app.clock.set("2026-11-24T09:00:00Z".parse().expect("a moment"));
    let settings = vec![("name", text("Example")), ("currency", text("THB")), ("revenue_basis", text("bookings"))];
    app.create(&access::COMPANY, settings).await;
}

async fn lead(app: &TestApp, name: &str, email: &str, (month, day): (i8, i8)) -> RecordId {
    let fields: Fields =
        vec![("name", text(name)), ("email", text(email)), ("created_on", Value::Date(date(2026, month, day)))];
    let id = app.create(&crm::LEAD, fields).await;
    app.clock.advance(SignedDuration::from_mins(1));
    id
}

/// How many leads count, by month: `3:1 6:1`.
async fn counted(app: &TestApp, known_at: Option<KnownAt>) -> String {
    let asked = Ask {
        from: Some(date(2026, 1, 1)),
        to: Some(date(2027, 1, 1)),
        known_at,
        ..ask(app, &["lead_volume"], ByWord::Company, Grain::Month)
    };
    let told = |row: kpi::Row| {
        let value = row.value.filter(|value| value != "0")?;
        Some(format!("{}:{value}", row.period.label.trim_start_matches("2026-").trim_start_matches('0')))
    };
    rows(app, &asked).await.into_iter().filter_map(told).collect::<Vec<_>>().join(" ")
}

/// The same, and once more from files that are built anew.
async fn stands(app: &TestApp, expected: &str) {
    assert_eq!(counted(app, None).await, expected);
    std::fs::remove_dir_all(app.folder().join("facts")).expect("the fact files are there");
    assert_eq!(counted(app, None).await, expected, "built anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_in_which_leads_are_written_says_nothing() {
    let days = [(1, 5), (3, 10), (6, 20)];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        on_both(async |app| {
            company(app).await;
            for place in order {
                lead(app, ["Bob Tan", "Robert Tan", "R. Tan"][place], "Bob@x.example", days[place]).await;
                counted(app, None).await;
            }
            // 64 days after the first; 102 after the second.
            stands(app, "1:1 6:1").await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_learnt_of_one_lead_moves_the_other_as_known_now_only() {
    on_both(async |app| {
        company(app).await;
        let first = lead(app, "Bob Tan", "bob@x.example", (1, 5)).await;
        lead(app, "Robert", "bob@x.exampel", (2, 10)).await;
        stands(app, "1:1 2:1").await;
        let before = KnownAt::Moment(app.db.now());
        app.clock.advance(SignedDuration::from_mins(1));
        let values = [("email".to_owned(), "BOB@x.exampel".to_owned())].into();
        let edit = Edit { id: first, values, since: Since::Beginning, based_on: None };
        let editable = EDITABLE.iter().find(|one| one.record_type == &crm::LEAD).expect("people write it");
        let edited = edit::edit(&app.db, editable, &Author::operator(), &edit).await.expect("written");
        assert_eq!(edited.changed, ["email"]);
        stands(app, "1:1").await;
        assert_eq!(counted(app, Some(before)).await, "1:1 2:1");
        let seqs: BTreeSet<_> = edited.seqs.map(|seqs| seqs.first).into_iter().collect();
        app.clock.advance(SignedDuration::from_mins(1));
        let left = edit::undo(&app.db, &crm::LEAD, &Author::operator(), first, &seqs).await.expect("undone");
        assert_eq!(left, [""; 0]);
        stands(app, "1:1 2:1").await;
    })
    .await;
}

async fn put(app: &TestApp, change: Change) {
    let mut tx = app.begin();
    tx.put(change).expect("sound");
    tx.commit().await.expect("written");
    app.clock.advance(SignedDuration::from_mins(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_that_is_put_away_or_no_lead_leaves_its_place_to_the_next() {
    on_both(async |app| {
        company(app).await;
        let first = lead(app, "Bob Tan", "bob@x.example", (1, 5)).await;
        let second = lead(app, "Bob Tan", "bob@x.example", (2, 10)).await;
        lead(app, "Bob Tan", "bob@x.example", (3, 10)).await;
        stands(app, "1:1").await;
        put(app, Change::of(&crm::LEAD, first, Event::Archive)).await;
        stands(app, "2:1").await;
        put(app, Change::set(&crm::LEAD, second, vec![("disqualified_reason", text("Duplicate"))])).await;
        stands(app, "3:1").await;
    })
    .await;
}

/// The number stays when the person is forgotten, and nothing ties what comes later to it.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_counts_as_before_and_is_known_no_more() {
    on_both(async |app| {
        company(app).await;
        let first = lead(app, "Bob Tan", "bob@x.example", (1, 5)).await;
        let second = lead(app, "Bob Tan", "bob@x.example", (2, 10)).await;
        for id in [first, second] {
            put(app, Change::of(&crm::LEAD, id, Event::Erase)).await;
        }
        stands(app, "1:1").await;
        // What is still known of it is no name.
        put(app, Change::set(&crm::LEAD, second, vec![("organisation", text("Example"))])).await;
        stands(app, "1:1").await;
        lead(app, "Bob Tan", "bob@x.example", (3, 1)).await;
        stands(app, "1:1 3:1").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_company_knows_who_came_before() {
    let (from, to) = (TestApp::sqlite().await, TestApp::postgres().await);
    company(&from).await;
    lead(&from, "Bob Tan", "bob@x.example", (1, 5)).await;
    let gone = lead(&from, "Ann Lee", "ann@x.example", (1, 5)).await;
    put(&from, Change::of(&crm::LEAD, gone, Event::Erase)).await;
    let (mut log, mut keys) = (Vec::new(), Vec::new());
    backup(&from.db, &mut log, &mut keys, &access::KEPT_IN_BACKUPS).await.expect("a backup");
    restore(&to.db, &mut BufReader::new(&log[..]), Some(&mut BufReader::new(&keys[..]))).await.expect("restored");
    to.clock.set(from.db.now());
    for app in [&from, &to] {
        lead(app, "Robert Tan", "bob@x.example", (2, 10)).await;
        lead(app, "Ann Lee", "ann@x.example", (2, 10)).await;
        stands(app, "1:2 2:1").await;
        app.assert_sound().await;
    }
}

/// A mark is in no field: nobody can set one, and none is a conflict.
#[tokio::test(flavor = "multi_thread")]
async fn marks_are_not_fields() {
    on_both(async |app| {
        company(app).await;
        let id = lead(app, "Bob Tan", "bob@x.example", (1, 5)).await;
        let mut tx = app.begin();
        assert!(tx.put(Change::set(&crm::LEAD, id, vec![("same_email", Value::Integer(1))])).is_err());
        let seen = app.db.system().last_seq().await.expect("a seq");
        put(app, Change::set(&crm::LEAD, id, vec![("organisation", text("X"))]).based_on(seen)).await;
        put(app, Change::set(&crm::LEAD, id, vec![("name", text("Robert"))]).based_on(seen)).await;
        let record = app.db.system().get(&crm::LEAD, id).await.expect("read").expect("present");
        assert!(record.values.keys().all(|field| !field.starts_with("same_")));
    })
    .await;
}
