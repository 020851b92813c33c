//! The quota that attainment is measured by: of the days on which somebody worked here and was not away for long (B1, C19).

use crate::{
    company::{ask, kpi, person},
    scores::acme,
};
use ::kpi::{Against, Ask, ByWord, Kind, KnownAt};
use base::{Amount, Grain, RecordId};
use jiff::{
    SignedDuration,
    civil::{Date, date},
};
use rules::{
    log::{Fields, Origin},
    record::Value,
};
use testkit::{TestApp, on_both};

const REP: &str = "P09";
/// From data/acme/quotas.csv: the quarter of 90 days from 1 January 2026.
const QUOTA: f64 = 250_000.0;

fn quarter(app: &TestApp) -> Ask {
    let days = (Some(date(2026, 1, 1)), Some(date(2026, 4, 1)));
    let asked = ask(app, &["quota_attainment"], ByWord::Rep, Grain::All);
    Ask { from: days.0, to: days.1, entity: Some(REP.to_owned()), ..asked }
}

/// The quota of some days of the quarter.
async fn quota(app: &TestApp, asked: Ask) -> Option<f64> {
    let row = kpi(app).await.ask(&asked).await.expect("an answer").rows.remove(0);
    row.denominator.map(|amount| amount.to_text().parse().expect("a number"))
}

async fn is(app: &TestApp, days: f64, what: &str) {
    let told = quota(app, quarter(app)).await.expect("a quota");
    assert!((told - QUOTA * days / 90.0).abs() < 0.001, "{what}: {told} is not of {days} days");
}

async fn away(app: &TestApp, from: Date, back: Date) -> RecordId {
    let person = person(app, REP).await.id;
    let fields: Fields =
        vec![("person", Value::Reference(person)), ("starts_on", Value::Date(from)), ("ends_on", Value::Date(back))];
    app.clock.advance(SignedDuration::from_mins(1));
    app.create(&access::LEAVE, fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_leave_pauses_a_quota_and_tells_why_attainment_changed() {
    on_both(async |app| {
        acme(app).await;
        is(app, 90.0, "there all the time").await;
        away(app, date(2026, 1, 5), date(2026, 1, 19)).await;
        is(app, 90.0, "14 days in a row are no pause").await;
        let before = app.db.now();
        let second = away(app, date(2026, 1, 19), date(2026, 2, 3)).await;
        is(app, 61.0, "leaves that touch are one of 29 days").await;
        let january = Ask { to: Some(date(2026, 2, 1)), ..quarter(app) };
        let told = quota(app, january).await.expect("a quota");
        assert!((told - QUOTA * 4.0 / 90.0).abs() < 0.001, "{told} is of the first four days");
        let gone = Ask { from: Some(date(2026, 1, 10)), to: Some(date(2026, 1, 20)), ..quarter(app) };
        assert_eq!(quota(app, gone).await.filter(|quota| *quota > 0.0), None, "no quota on days away");
        let known = Ask { known_at: Some(KnownAt::Moment(before)), ..quarter(app) };
        assert_eq!(quota(app, known).await, Some(QUOTA), "as it was known before");

        let explained =
            kpi(app).await.explain(&quarter(app), Against::KnownAt(KnownAt::Moment(before))).await.expect("told");
        let effects = Amount::sum(explained.causes.iter().map(|cause| cause.effect)).expect("small");
        let told = effects.checked_add(explained.rounding).expect("small");
        assert_eq!(explained.difference(), Some(told));
        assert!(explained.causes.iter().all(|cause| cause.kind == Kind::Organisation), "{:?}", explained.causes);
        assert!(!explained.causes.is_empty());

        let anew = Ask { folder: app.folder().join("anew"), ..quarter(app) };
        assert_eq!(quota(app, anew.clone()).await, quota(app, quarter(app)).await, "facts that are read anew");
        app.clock.advance(SignedDuration::from_mins(1));
        let between = app.db.now();
        app.clock.advance(SignedDuration::from_mins(1));
        let access = crate::company::access(app);
        access.drop_leave(None, person(app, REP).await.id, second, Origin::Cli).await.expect("taken out");
        is(app, 90.0, "one leave of 14 days is left").await;
        let known = Ask { known_at: Some(KnownAt::Moment(between)), ..anew };
        let told = quota(app, known).await.expect("a quota");
        assert!((told - QUOTA * 61.0 / 90.0).abs() < 0.001, "{told} as it was known");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_counts_from_the_first_day_to_the_last() {
    on_both(async |app| {
        acme(app).await;
        let person = person(app, REP).await.id;
        let set = async |field: &'static str, day: Value| {
            app.clock.advance(SignedDuration::from_mins(1));
            let mut tx = app.begin();
            tx.put(db::Change::set(&access::PERSON, person, vec![(field, day)])).expect("sound");
            tx.commit().await.expect("written");
        };
        // The example of C19: hired on 15 February, 45 of 90 days.
        set("hired_on", Value::Date(date(2026, 2, 15))).await;
        is(app, 45.0, "hired within the quarter").await;
        set("left_on", Value::Date(date(2026, 3, 1))).await;
        is(app, 14.0, "gone within it too").await;
        set("left_on", Value::Null).await;
        away(app, date(2026, 3, 10), date(2026, 6, 1)).await;
        is(app, 23.0, "away until after its end").await;
    })
    .await;
}

/// C18: shares by month since somebody was hired; who is hired after the 15th begins with the next month.
#[tokio::test(flavor = "multi_thread")]
async fn a_ramp_lowers_the_quota_of_who_is_new() {
    on_both(async |app| {
        acme(app).await;
        let set = async |field: &'static str, value: Value| {
            app.clock.advance(SignedDuration::from_mins(1));
            let change = db::Change::set(&access::PERSON, person(app, REP).await.id, vec![(field, value)]);
            let mut tx = app.begin();
            tx.put(change.effective_at("2026-01-01T00:00:00Z".parse().expect("a moment"))).expect("sound");
            tx.commit().await.expect("written");
        };
        set("hired_on", Value::Date(date(2026, 1, 10))).await;
        set("ramp", Value::Text("50% 75%".to_owned())).await;
        is(app, 22.0 * 0.5 + 28.0 * 0.75 + 31.0, "hired on the 10th").await;
        let february = Ask { from: Some(date(2026, 2, 1)), to: Some(date(2026, 3, 1)), ..quarter(app) };
        let told = quota(app, february).await.expect("a quota");
        assert!((told - QUOTA * 28.0 / 90.0 * 0.75).abs() < 0.001, "{told} is of the second month");
        set("hired_on", Value::Date(date(2026, 1, 16))).await;
        is(app, 28.0 * 0.5 + 31.0 * 0.75, "hired after the 15th").await;
        away(app, date(2026, 3, 1), date(2026, 3, 21)).await;
        is(app, 28.0 * 0.5 + 11.0 * 0.75, "ramp first, then days").await;
        let mut tx = app.begin();
        let change =
            db::Change::set(&access::PERSON, person(app, REP).await.id, vec![("ramp", Value::Text("half".to_owned()))]);
        assert!(tx.put(change).is_err(), "what is no ramp is refused");
    })
    .await;
}
