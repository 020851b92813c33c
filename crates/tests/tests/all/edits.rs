//! Changing a deal: from now, from a day on, since a wrong value began; two people at once; and back again.

use crate::company::{ask, import, kpi, rounded};
use base::{Grain, RecordId, Seq};
use clinch::EDITABLE;
use db::Record;
use jiff::{SignedDuration, civil::date};
use kpi::{Ask, ByWord, KnownAt};
use records::edit::{self, Author, Edit, EditError, Edited, Since};
use rules::{access::Viewer, log::Origin, record::Value};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{TestApp, on_both};

async fn acme(app: &TestApp) {
    app.clock.set("2026-11-24T09:00:00Z".parse().expect("a moment"));
    import(app, "acme", "acme", false).await;
    app.clock.advance(SignedDuration::from_hours(1));
}

async fn deal(app: &TestApp, external_id: &str) -> RecordId {
    app.db.system().by_external(&crm::DEAL, "acme", &[external_id]).await.expect("read")[external_id]
}

async fn person(app: &TestApp, external_id: &str) -> Record {
    let id = app.db.system().by_external(&access::PERSON, "acme", &[external_id]).await.expect("read")[external_id];
    app.db.system().get(&access::PERSON, id).await.expect("read").expect("present")
}

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
}

async fn set(app: &TestApp, id: RecordId, pairs: &[(&str, &str)], since: Since) -> Result<Edited, EditError> {
    let edit = Edit { id, values: values(pairs), since, based_on: None };
    let written = edit::edit(&app.db, &EDITABLE[0], &Author::operator(), &edit).await;
    app.clock.advance(SignedDuration::from_mins(1));
    written
}

async fn revenue(app: &TestApp, (year, month): (i16, i8), known_at: Option<KnownAt>) -> String {
    let from = date(year, month, 1);
    let asked = Ask {
        from: Some(from),
        to: Some(from.last_of_month().tomorrow().expect("a day")),
        known_at,
        ..ask(app, &["revenue"], ByWord::Company, Grain::Month)
    };
    let answer = kpi(app).await.ask(&asked).await.expect("an answer");
    match (&answer.rows[0].value, answer.rows[0].null_reason) {
        (Some(value), _) => rounded(Some(value), 2),
        (None, why) => why.expect("a reason").name().to_owned(),
    }
}

async fn value(app: &TestApp, id: RecordId, field: &str) -> Value {
    app.db.system().get(&crm::DEAL, id).await.expect("read").expect("present").value(field).clone()
}

/// D0188 was won on 13 April 2026 with 445,500.00; April brings 9,667,920.00 (data/acme/expected).
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_moves_the_past_as_known_now_and_not_as_known_before() {
    on_both(async |app| {
        acme(app).await;
        let id = deal(app, "D0188").await;
        let before = app.db.now();
        app.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(revenue(app, (2026, 4), None).await, "9667920");

        let edited = set(app, id, &[("amount", "500000")], Since::Beginning).await.expect("written");
        assert_eq!(edited.changed, ["amount"]);

        assert_eq!(revenue(app, (2026, 4), None).await, "9722420", "54,500 more");
        assert_eq!(revenue(app, (2026, 4), Some(KnownAt::Moment(before))).await, "9667920", "as it was known");
        let yesterday = KnownAt::Day(date(2026, 11, 23));
        assert_eq!(revenue(app, (2026, 4), Some(yesterday)).await, "no_source", "nothing was known yesterday");

        let seqs: BTreeSet<Seq> = records::api::seqs(&edited).into_iter().map(Seq).collect();
        let stays = edit::undo(&app.db, &crm::DEAL, &Author::operator(), id, &seqs).await.expect("undone");
        assert!(stays.is_empty());
        assert_eq!(revenue(app, (2026, 4), None).await, "9667920", "taken back");
    })
    .await;
}

/// D0231 is open; on a day in the past it had another amount and owner.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_from_a_day_on_leaves_the_days_before_and_a_later_value_stands() {
    on_both(async |app| {
        acme(app).await;
        let id = deal(app, "D0231").await;
        let pipeline = async |day| {
            let asked = Ask { as_of: Some(day), ..ask(app, &["pipeline_value"], ByWord::Company, Grain::Year) };
            let asked = Ask { from: Some(date(2026, 1, 1)), to: Some(date(2027, 1, 1)), ..asked };
            kpi(app).await.ask(&asked).await.expect("an answer").rows[0].numerator.expect("a side")
        };
        let (old, new) = (pipeline(date(2026, 10, 31)).await, pipeline(date(2026, 11, 10)).await);
        let Value::Decimal(amount) = value(app, id, "amount").await else { panic!("it has an amount") };
        let is_baht = value(app, id, "currency").await == Value::Text("THB".to_owned());
        assert!(is_baht, "the test adds baht");

        let more = amount.checked_add(1_000.into()).expect("small").to_text();
        set(app, id, &[("amount", &more)], Since::Day(date(2026, 11, 1))).await.expect("written");
        assert_eq!(pipeline(date(2026, 10, 31)).await, old, "the day before is as it was");
        assert_eq!(pipeline(date(2026, 11, 10)).await, new.checked_add(1_000.into()).expect("small"));

        let edited = set(app, id, &[("amount", "1")], Since::Day(date(2026, 10, 20))).await.expect("written");
        assert_eq!(edited.until_later, ["amount"], "the author is told");
        assert_eq!(value(app, id, "amount").await, Value::Decimal(more.parse().expect("a number")));

        let planned = set(app, id, &[("next_step", "Call")], Since::Day(date(2026, 12, 24))).await.expect("written");
        assert_eq!(planned.changed, ["next_step"]);
        assert_ne!(value(app, id, "next_step").await, Value::Text("Call".to_owned()), "it waits for its day");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_at_one_field_are_told_and_nothing_to_change_writes_nothing() {
    on_both(async |app| {
        acme(app).await;
        let id = deal(app, "D0231").await;
        let (_, seen) = edit::open(&app.db, &crm::DEAL, &Viewer::system(), id).await.expect("open");
        let owner = person(app, "P02").await;
        let author =
            Author { viewer: Viewer { person: Some(owner.id), ..Viewer::system() }, origin: Origin::Ui, edits: true };
        let by = |author: &Author, pairs: &[(&str, &str)]| {
            let edit = Edit { id, values: values(pairs), since: Since::Now, based_on: Some(seen) };
            let (db, author) = (app.db.clone(), author.clone());
            async move { edit::edit(&db, &EDITABLE[0], &author, &edit).await }
        };
        by(&author, &[("amount", "777")]).await.expect("the first is written");
        by(&Author::operator(), &[("competitor", "Naga")]).await.expect("another field is no collision");

        let error = by(&Author::operator(), &[("amount", "888")]).await.expect_err("refused");
        let EditError::Conflict { fields, by: who } = error else { panic!("{error:?}") };
        assert_eq!((fields, who), (vec!["amount"], Some(owner.id)));
        assert_eq!(value(app, id, "amount").await, Value::Decimal(777.into()));

        let last = app.db.system().last_seq().await.expect("a seq");
        let same = set(app, id, &[("amount", "777.00"), ("competitor", "Naga")], Since::Now).await.expect("fine");
        assert_eq!((same.seqs, same.changed.len()), (None, 0));
        assert_eq!(app.db.system().last_seq().await.expect("a seq"), last);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_named_field_by_field_and_nothing_is_written() {
    on_both(async |app| {
        acme(app).await;
        let id = deal(app, "D0231").await;
        let last = app.db.system().last_seq().await.expect("a seq");
        let wrong =
            [("amount", "much"), ("stage", "Nowhere"), ("close_date", "2026-02-30"), ("colour", "red"), ("name", "")];
        let error = set(app, id, &wrong, Since::Now).await.expect_err("refused");
        let EditError::Values { problems } = error else { panic!("{error:?}") };
        let fields: Vec<&str> = problems.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["amount", "close_date", "colour", "name", "stage"]);
        let long = "ก".repeat(20_001);
        let error = set(app, id, &[("next_step", &long)], Since::Now).await.expect_err("refused");
        let EditError::Values { problems } = error else { panic!("{error:?}") };
        assert_eq!(problems, [("next_step".to_owned(), edit::TOO_LONG.to_owned())]);
        assert_eq!(app.db.system().last_seq().await.expect("a seq"), last);
    })
    .await;
}

/// P10's deals are none of P09's; their manager's they are; and HR looks at nothing but may change nothing.
#[tokio::test(flavor = "multi_thread")]
async fn one_changes_what_one_may_open() {
    on_both(async |app| {
        acme(app).await;
        let own = person(app, "P10").await;
        let all = app.db.system().all(&crm::DEAL).await.expect("deals");
        let theirs = all.iter().find(|deal| *deal.value("owner") == Value::Reference(own.id)).expect("a deal").id;
        let access =
            access::Access::new(app.db.clone(), [7; 32], std::sync::Arc::new(testkit::CountedRandom::default()));
        for (who, expected) in
            [("P09", "not found"), ("P10", "ok"), ("P04", "ok"), ("P39", "forbidden"), ("P01", "forbidden")]
        {
            let who_is = person(app, who).await;
            let viewer = access.viewer(&who_is).await.expect("a viewer");
            let edits = rules::access::edits_records(access::role(&who_is));
            let author = Author { viewer, origin: Origin::Ui, edits };
            let competitor = format!("seen by {who}");
            let edit =
                Edit { id: theirs, values: values(&[("competitor", &competitor)]), since: Since::Now, based_on: None };
            let found = match edit::edit(&app.db, &EDITABLE[0], &author, &edit).await {
                Ok(_) => "ok",
                Err(EditError::NotFound) => "not found",
                Err(EditError::Forbidden) => "forbidden",
                Err(error) => panic!("{error:?}"),
            };
            assert_eq!(found, expected, "{who}");
        }
    })
    .await;
}

/// A deal that a source closed on a day of its own closes again on the day it is moved.
#[tokio::test(flavor = "multi_thread")]
async fn a_moved_deal_forgets_the_closing_day_of_its_source() {
    on_both(async |app| {
        app.clock.set("2026-11-24T09:00:00Z".parse().expect("a moment"));
        import(app, "salesforce", "salesforce-small", false).await;
        app.clock.advance(SignedDuration::from_hours(1));
        let all = app.db.system().all(&crm::DEAL).await.expect("deals");
        let won = all.iter().find(|deal| *deal.value("closed_on") != Value::Null).expect("a won deal");
        let count = async || {
            let asked = ask(app, &["deals_won_count"], ByWord::Company, Grain::All);
            kpi(app).await.ask(&asked).await.expect("an answer").rows[0].value.clone().expect("a value")
        };
        assert_eq!(count().await, "34");

        let edited = set(app, won.id, &[("stage", "Negotiation")], Since::Now).await.expect("reopened");
        assert_eq!(edited.changed, ["stage", "closed_on"]);
        assert_eq!(count().await, "33", "a reopened deal is not won");

        set(app, won.id, &[("stage", "Closed Won")], Since::Now).await.expect("won again");
        assert_eq!(count().await, "34");
        let asked =
            Ask { from: Some(date(2026, 11, 1)), ..ask(app, &["deals_won_count"], ByWord::Company, Grain::Month) };
        let found = kpi(app).await.ask(&asked).await.expect("an answer");
        assert_eq!(found.rows.last().expect("a month").value.as_deref(), Some("1"), "on the day it was moved");
    })
    .await;
}

/// CRM-6. D0346 is open; Acme's file gives no lost deal a reason.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_deal_says_why_however_it_is_changed_and_an_imported_one_stays_as_it_is() {
    on_both(async |app| {
        acme(app).await;
        let id = deal(app, "D0346").await;
        let last = app.db.system().last_seq().await.expect("a seq");
        for since in [Since::Now, Since::Day(date(2026, 11, 20)), Since::Beginning] {
            let error = set(app, id, &[("stage", "Closed lost")], since).await.expect_err("refused");
            let EditError::Values { problems } = error else { panic!("{error:?}") };
            assert_eq!(problems, [("lost_reason".to_owned(), edit::NEEDED.to_owned())]);
        }
        assert_eq!(app.db.system().last_seq().await.expect("a seq"), last);

        set(app, id, &[("stage", "Closed lost"), ("lost_reason", "Price")], Since::Now).await.expect("with a reason");
        let error = set(app, id, &[("lost_reason", "")], Since::Now).await.expect_err("it is not unsaid");
        assert!(matches!(error, EditError::Values { .. }), "{error:?}");
        set(app, id, &[("competitor", "Naga")], Since::Now).await.expect("another field");
        set(app, id, &[("stage", "Negotiation")], Since::Now).await.expect("opened again");
        set(app, id, &[("stage", "Closed lost")], Since::Now).await.expect("the reason stands");

        let imported = deal(app, "D0197").await;
        set(app, imported, &[("competitor", "Naga")], Since::Now).await.expect("it stays lost without a reason");
    })
    .await;
}

/// What a field was set to from now on was not so before: October's pipeline does not move.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_first_set_today_leaves_the_past() {
    on_both(async |app| {
        acme(app).await;
        let october = async || {
            let asked = Ask {
                from: Some(date(2026, 10, 1)),
                to: Some(date(2026, 11, 1)),
                ..ask(app, &["pipeline_value"], ByWord::Company, Grain::Month)
            };
            kpi(app).await.ask(&asked).await.expect("an answer").rows[0].numerator
        };
        let before = october().await;
        set(app, deal(app, "D0231").await, &[("forecast_category", "omitted")], Since::Now).await.expect("written");
        assert_eq!(october().await, before);
    })
    .await;
}

/// Lost in January 2025, won after all in March 2026: it counts in March. A correction of the day it was opened moves no win.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_deal_won_later_is_won_on_the_later_day() {
    on_both(async |app| {
        acme(app).await;
        let lost = app.db.system().all(&crm::DEAL).await.expect("deals");
        let stage = |deal: &Record| deal.value("stage").as_reference();
        let stages = app.db.system().by_external(&crm::STAGE, "acme", &["NL", "NW"]).await.expect("read");
        let lost = lost.iter().find(|deal| stage(deal) == stages.get("NL").copied()).expect("a lost deal");
        let won_in = async |year: i16, month: i8| {
            let from = date(year, month, 1);
            let to = from.last_of_month().tomorrow().expect("a day");
            let asked =
                Ask { from: Some(from), to: Some(to), ..ask(app, &["deals_won_count"], ByWord::Company, Grain::Month) };
            kpi(app).await.ask(&asked).await.expect("an answer").rows[0].numerator.expect("a side")
        };
        let before = won_in(2026, 11).await;
        let number = format!("#{}", stages["NW"]);
        set(app, lost.id, &[("stage", &number)], Since::Day(date(2026, 11, 20))).await.expect("written");
        assert_eq!(won_in(2026, 11).await, before.checked_add(1.into()).expect("small"));
        set(app, lost.id, &[("opened_on", "2026-11-24")], Since::Beginning).await.expect("written");
        assert_eq!(won_in(2026, 11).await, before.checked_add(1.into()).expect("small"), "the win stays where it was");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_of_nothing_and_a_record_of_another_kind_are_refused() {
    on_both(async |app| {
        acme(app).await;
        let id = deal(app, "D0231").await;
        let last = app.db.system().last_seq().await.expect("a seq");
        let error =
            edit::undo(&app.db, &crm::DEAL, &Author::operator(), id, &BTreeSet::new()).await.expect_err("refused");
        assert!(matches!(error, EditError::NotAChange(_)), "{error:?}");
        let Value::Reference(account) = value(app, id, "account").await else { panic!("it has an account") };
        for wrong in [("owner", format!("#{account}")), ("amount", "1,5".to_owned())] {
            let error = set(app, id, &[(wrong.0, &wrong.1)], Since::Now).await.expect_err("refused");
            assert!(matches!(error, EditError::Values { .. }), "{error:?}");
        }
        assert_eq!(app.db.system().last_seq().await.expect("a seq"), last);
    })
    .await;
}

/// A lead is handed on; later it turns out that who handled it first was of sales development: it is an SDR's lead after all.
#[tokio::test(flavor = "multi_thread")]
async fn the_role_of_who_handled_a_lead_first_is_known_late() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let (first, next) = (crate::company::person(app, "P09").await.id, crate::company::person(app, "P10").await.id);
    let day = |text: &str| format!("{text}T00:00:00Z").parse::<jiff::Timestamp>().expect("a moment");
    let put = async |change: db::Change| {
        let mut tx = app.begin();
        tx.put(change).expect("sound");
        tx.commit().await.expect("written");
        app.clock.advance(SignedDuration::from_mins(1));
    };
    let lead = app.db.new_id().await.expect("an id");
    let values = vec![
        ("name", Value::Text("Somchai".to_owned())),
        ("owner", Value::Reference(first)),
        ("created_on", Value::Date(date(2026, 11, 3))),
    ];
    put(db::Change::create(&crm::LEAD, lead, values).effective_at(day("2026-11-03"))).await;
    put(db::Change::set(&crm::LEAD, lead, vec![("owner", Value::Reference(next))]).effective_at(day("2026-11-10")))
        .await;
    let asked = Ask {
        from: Some(date(2026, 11, 1)),
        to: Some(date(2026, 12, 1)),
        ..ask(app, &["leads_per_sdr_month"], ByWord::Company, Grain::Month)
    };
    let handled = async || kpi(app).await.ask(&asked).await.expect("an answer").rows[0].numerator.expect("a side");
    let before = handled().await;
    let role = vec![("role", Value::Text("sdr".to_owned()))];
    put(db::Change::set(&access::PERSON, first, role).effective_at(day("2026-01-01"))).await;
    let after = handled().await;
    // Whatever else P09 handled in that month is an SDR's now too.
    let own = app.db.system().all(&crm::LEAD).await.expect("read");
    let own = own.iter().filter(|lead| {
        let is_his = lead.value("owner").as_reference() == Some(first);
        is_his && lead.value("created_on").as_date().is_some_and(|day| day >= date(2026, 11, 1))
    });
    let expected = i64::try_from(own.count()).expect("few") + 1;
    assert_eq!(after.checked_sub(before).ok(), Some(base::Amount::from(expected)));
    std::fs::remove_dir_all(app.folder().join("facts")).expect("the fact files are there");
    assert_eq!(handled().await, after, "built anew it is the same");
}
