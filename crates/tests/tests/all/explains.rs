//! Why a number changed: causes that sum to the difference, over the sample company.

use crate::company::{advance, as_person, ask, import, kpi};
use base::{Amount, Grain};
use clinch::EDITABLE;
use db::{Change, Record};
use jiff::{SignedDuration, Timestamp, civil::date};
use kpi::{Against, Ask, ByWord, Explained, Kind, KnownAt, Kpi, KpiError};
use records::edit::{self, Author, Edit, Since};
use rules::{log::Origin, record::Value};
use std::collections::BTreeMap;
use testkit::{TestApp, on_both};

/// The company before the late correction; returns the last moment at which nobody knew it.
async fn acme(app: &TestApp) -> Timestamp {
    advance(app);
    import(app, "acme", "acme", false).await;
    app.clock.advance(SignedDuration::from_hours(1));
    let before = app.db.now();
    app.clock.advance(SignedDuration::from_hours(1));
    before
}

fn quarter(app: &TestApp, id: &str, by: ByWord, entity: Option<&str>) -> Ask {
    Ask {
        from: Some(date(2026, 4, 1)),
        to: Some(date(2026, 7, 1)),
        entity: entity.map(str::to_owned),
        ..ask(app, &[id], by, Grain::All)
    }
}

async fn why(kpi: &Kpi, ask: &Ask, against: Against) -> Explained {
    kpi.explain(ask, against).await.expect("an explanation")
}

async fn named(app: &TestApp, record_type: &'static rules::record::RecordType, external_id: &str) -> Record {
    app.db.system().named(record_type, external_id).await.expect("read").remove(0)
}

async fn correct(app: &TestApp, deal: &str, field: &str, value: &str, since: Since) {
    let id = named(app, &crm::DEAL, deal).await.id;
    let values = [(field.to_owned(), value.to_owned())].into();
    let edit = Edit { id, values, since, based_on: None };
    edit::edit(&app.db, &EDITABLE[0], &Author::operator(), &edit).await.expect("written");
    app.clock.advance(SignedDuration::from_mins(1));
}

/// The causes' effects and what rounding leaves are the difference, and the rest is what divisions leave.
fn adds_up(explained: &Explained, what: &str) -> bool {
    let Some(difference) = explained.difference() else {
        assert!(explained.causes.is_empty(), "{what}: causes of no difference");
        return false;
    };
    let told = Amount::sum(explained.causes.iter().map(|cause| cause.effect)).expect("small");
    assert_eq!(told.checked_add(explained.rounding).expect("small"), difference, "{what}");
    let most = i128::try_from(explained.causes.len() + 3).expect("few");
    assert!(explained.rounding.abs().millionths() <= most, "{what}: {} of rounding", explained.rounding.to_text());
    let sum = |is: &dyn Fn(Kind) -> bool| {
        let effects = explained.causes.iter().filter(|cause| is(cause.kind)).map(|cause| cause.effect.abs());
        Amount::sum(effects).expect("small").millionths()
    };
    let (other, all) = (sum(&|kind| kind == Kind::Other), sum(&|_| true));
    assert!(other * 50 <= all, "{what}: {other} of {all} is other");
    !difference.is_zero()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_difference_is_the_sum_of_its_causes() {
    let app = &TestApp::sqlite().await;
    let before = acme(app).await;
    import(app, "acme-late", "acme/late", false).await;
    app.clock.advance(SignedDuration::from_mins(1));
    correct(app, "D0300", "amount", "1234567.89", Since::Beginning).await;
    let againsts = [
        Against::PeriodBefore,
        Against::YearBefore,
        Against::AsOf(date(2026, 5, 20)),
        Against::KnownAt(KnownAt::Moment(before)),
    ];
    let kpi = kpi(app).await;
    let (mut differ, mut refused) = (BTreeMap::<&str, usize>::new(), Vec::new());
    for definition in kpi.catalogue().iter() {
        for (by, entity) in [(ByWord::Company, None), (ByWord::Manager, Some("P03")), (ByWord::Rep, Some("P09"))] {
            for against in againsts {
                let what = format!("{} {} {against:?}", definition.id, by.name());
                match kpi.explain(&quarter(app, &definition.id, by, entity), against).await {
                    Ok(explained) => {
                        if adds_up(&explained, &what) {
                            *differ.entry(definition.id.as_str()).or_default() += 1;
                        }
                    }
                    Err(KpiError::NotSoBroken { .. }) => {}
                    Err(KpiError::NotExplained(id)) => refused.push(id),
                    Err(error) => panic!("{what}: {error}"),
                }
            }
        }
    }
    refused.dedup();
    assert_eq!(refused, [""; 0]);
    for id in ["forecast_bias", "geographic_distribution"] {
        assert!(differ.contains_key(id), "{id} is told");
    }
    assert!(differ.len() >= 30, "{} KPIs that differ: {differ:?}", differ.len());
}

/// D0188 was corrected late from 445,500.00 to 630,625.50; won in April 2026 (data/acme/README.md).
#[tokio::test(flavor = "multi_thread")]
async fn a_late_correction_is_its_own_cause() {
    on_both(async |app| {
        let before = acme(app).await;
        import(app, "acme-late", "acme/late", false).await;
        app.clock.advance(SignedDuration::from_mins(1));
        let asked = quarter(app, "revenue", ByWord::Company, None);
        let explained = why(&kpi(app).await, &asked, Against::KnownAt(KnownAt::Moment(before))).await;
        let [only] = explained.causes.as_slice() else { panic!("one cause: {:?}", explained.causes) };
        assert_eq!((only.kind, only.fields.as_slice()), (Kind::Changed, ["amount"].as_slice()));
        let (record, record_type) = only.record.as_ref().expect("a record");
        assert_eq!((record.external_id.as_deref(), *record_type), (Some("D0188"), "deal"));
        assert_eq!(only.effect.to_text(), "185125.5");
        assert!(adds_up(&explained, "revenue"));
    })
    .await;
}

/// In the order in which it was learnt, each effect is the value after less the value before.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_learnt_of_a_ratio_is_told_in_its_order() {
    let app = &TestApp::sqlite().await;
    let before = acme(app).await;
    let asked = quarter(app, "avg_deal_size", ByWord::Company, None);
    let value = async || {
        let answer = kpi(app).await.ask(&asked).await.expect("an answer");
        answer.rows[0].value.as_deref().expect("a value").parse::<Amount>().expect("a number")
    };
    let opened = kpi(app).await.open(&quarter(app, "revenue", ByWord::Company, None)).await.expect("it opens");
    let deals: Vec<&str> = opened.rows.iter().filter_map(|row| row.entity.external_id.as_deref()).take(2).collect();
    let mut values = vec![value().await];
    for (deal, amount) in deals.iter().zip(["1000000", "10"]) {
        correct(app, deal, "amount", amount, Since::Beginning).await;
        values.push(value().await);
    }
    let explained = why(&kpi(app).await, &asked, Against::KnownAt(KnownAt::Moment(before))).await;
    assert!(adds_up(&explained, "avg_deal_size"));
    for (place, deal) in deals.iter().enumerate() {
        let is = |cause: &&kpi::Cause| {
            cause.record.as_ref().is_some_and(|(record, _)| record.external_id.as_deref() == Some(*deal))
        };
        let cause = explained.causes.iter().find(is).expect("a cause");
        assert_eq!(cause.effect, values[place + 1].checked_sub(values[place]).expect("small"), "{deal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_owner_and_another_team_are_told_as_such() {
    on_both(async |app| {
        let before = acme(app).await;
        let open = Ask {
            from: Some(date(2026, 1, 1)),
            to: Some(date(2027, 1, 1)),
            entity: Some("P09".to_owned()),
            ..ask(app, &["pipeline_value"], ByWord::Rep, Grain::All)
        };
        let opened = kpi(app).await.open(&open).await.expect("it opens");
        let row = opened.rows.first().expect("an open deal").clone();
        let other = format!("#{}", named(app, &access::PERSON, "P10").await.id);
        correct(app, row.entity.external_id.as_deref().expect("a deal"), "owner", &other, Since::Now).await;
        let explained = why(&kpi(app).await, &open, Against::KnownAt(KnownAt::Moment(before))).await;
        let [only] = explained.causes.as_slice() else { panic!("one cause: {:?}", explained.causes) };
        assert_eq!((only.kind, only.effect), (Kind::Moved, -row.numerator));

        // The person has always been in another team: what they won is another team's, and no deal was touched.
        let revenue = quarter(app, "revenue", ByWord::Rep, Some("P12"));
        let brought = kpi(app).await.open(&revenue).await.expect("it opens").numerator;
        let person = named(app, &access::PERSON, "P12").await;
        let team = person.value("team").as_reference().expect("a team");
        let teams = app.db.system().all(&access::TEAM).await.expect("read");
        let key = teams.iter().find(|team| team.external_id() == Some("T-KEY")).expect("a team").id;
        let then = app.db.now();
        app.clock.advance(SignedDuration::from_mins(1));
        let mut tx = app.db.begin(None, Origin::Cli);
        let change = Change::set(&access::PERSON, person.id, vec![("team", Value::Reference(key))]);
        let first: Timestamp = "2026-03-01T00:00:00Z".parse().expect("a moment");
        tx.put(change.effective_at(first)).expect("sound");
        tx.commit().await.expect("written");
        app.clock.advance(SignedDuration::from_mins(1));
        let of_team = quarter(app, "revenue", ByWord::Team, Some(&format!("#{team}")));
        let explained = why(&kpi(app).await, &of_team, Against::KnownAt(KnownAt::Moment(then))).await;
        assert!(adds_up(&explained, "team"));
        assert!(!brought.is_zero() && explained.difference() == Some(-brought), "{explained:?}");
        assert!(explained.causes.iter().all(|cause| cause.kind == Kind::Organisation), "{:?}", explained.causes);
    })
    .await;
}

/// What one may not open stands in one line, and the sum still holds.
#[tokio::test(flavor = "multi_thread")]
async fn rows_of_others_are_one_cause() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let own = as_person(app, "P09").await;
    let asked = quarter(app, "revenue", ByWord::Company, None);
    let explained = why(&own, &asked, Against::PeriodBefore).await;
    assert!(adds_up(&explained, "as a salesperson"));
    let whole = why(&kpi(app).await, &asked, Against::PeriodBefore).await;
    assert_eq!(explained.difference(), whole.difference(), "the difference does not depend on who asks");
    let hidden: Vec<_> = explained.causes.iter().filter(|cause| cause.kind == Kind::Hidden).collect();
    assert_eq!(hidden.len(), 1);
    assert!(explained.causes.len() < whole.causes.len());
    let outside = quarter(app, "revenue", ByWord::Rep, Some("P10"));
    assert!(matches!(own.explain(&outside, Against::PeriodBefore).await, Err(KpiError::Outside)));
}

/// While a quarter runs it is compared with the days of the other one that have come in this one, and with that one's whole quota.
#[tokio::test(flavor = "multi_thread")]
async fn a_running_quarter_is_compared_with_the_same_days_of_the_one_before() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let day = date(2026, 5, 15); // the 45th day of the second quarter
    let same = date(2026, 2, 14); // and of the first
    let kpi = kpi(app).await;
    let mut differ = 0;
    for id in ["quota_attainment", "revenue", "pipeline_value", "win_rate_created"] {
        let asked = Ask { as_of: Some(day), ..quarter(app, id, ByWord::Company, None) };
        let explained = why(&kpi, &asked, Against::PeriodBefore).await;
        let first = Ask {
            from: Some(date(2026, 1, 1)),
            to: Some(date(2026, 4, 1)),
            as_of: Some(same),
            ..quarter(app, id, ByWord::Company, None)
        };
        let answer = kpi.ask(&first).await.expect("an answer");
        let expected: Option<Amount> = answer.rows[0].value.as_deref().and_then(|value| value.parse().ok());
        assert_eq!(explained.before.value, expected, "{id}");
        differ += usize::from(adds_up(&explained, id));
    }
    assert!(differ >= 3);
}

/// An owner told from a day on: the day before it is another's, and on it no longer.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_on_a_day_is_told_on_that_day() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let open = Ask { entity: Some("P09".to_owned()), ..ask(app, &["pipeline_value"], ByWord::Rep, Grain::All) };
    let open = Ask { from: Some(date(2026, 1, 1)), to: Some(date(2027, 1, 1)), ..open };
    let opened = kpi(app).await.open(&open).await.expect("it opens");
    let row = opened.rows.first().expect("an open deal").clone();
    let other = format!("#{}", named(app, &access::PERSON, "P10").await.id);
    let deal = row.entity.external_id.clone().expect("a deal");
    correct(app, &deal, "owner", &other, Since::Day(date(2026, 11, 23))).await;
    let explained = why(&kpi(app).await, &open, Against::AsOf(date(2026, 11, 22))).await;
    let is = |cause: &&kpi::Cause| cause.record.as_ref().is_some_and(|(record, _)| record.id == row.entity.id);
    let cause = explained.causes.iter().find(is).expect("a cause");
    assert_eq!((cause.kind, cause.effect), (Kind::Moved, -row.numerator));
    let explained = why(&kpi(app).await, &open, Against::AsOf(date(2026, 11, 23))).await;
    assert!(explained.causes.iter().all(|cause| !is(&cause)), "that day it was the other's already");
}

/// `pipeline_coverage` where one step on the way is a quota that is met: no rest is called rounding.
#[tokio::test(flavor = "multi_thread")]
async fn parts_leave_nothing_to_rounding() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let kpi = kpi(app).await;
    for id in ["pipeline_coverage", "pipeline_velocity", "collection_effectiveness_index", "forecast_accuracy"] {
        for (by, entity) in [(ByWord::Company, None), (ByWord::Rep, Some("P12")), (ByWord::Manager, Some("P04"))] {
            for day in [date(2026, 4, 20), date(2026, 6, 25)] {
                let asked = Ask { as_of: Some(day), ..quarter(app, id, by, entity) };
                let explained = why(&kpi, &asked, Against::PeriodBefore).await;
                adds_up(&explained, id);
            }
        }
    }
}

/// What was learnt of won deals and of forecasts, in its order: P09 forecast for 2026-Q2, and D0188 was won in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_bias_is_told_by_forecasts_and_by_what_came() {
    on_both(async |app| {
        let before = acme(app).await;
        let asked = quarter(app, "forecast_bias", ByWord::Company, None);
        let opened = kpi(app).await.open(&asked).await.expect("it opens");
        let sum = |of: &dyn Fn(&kpi::OpenRow) -> Amount| Amount::sum(opened.rows.iter().map(of)).expect("small");
        assert_eq!(sum(&|row| row.numerator), opened.numerator, "rows sum to it");
        assert_eq!(Some(sum(&|row| row.denominator.unwrap_or_default())), opened.denominator);
        import(app, "acme-late", "acme/late", false).await;
        app.clock.advance(SignedDuration::from_mins(1));
        let forecast = opened.rows.iter().find(|row| row.record == "forecast").and_then(|row| row.entity.id);
        let mut tx = app.begin();
        let amount = vec![("amount", Value::Decimal(Amount::from(5_000_000)))];
        tx.put(Change::set(&crm::FORECAST, forecast.expect("a forecast"), amount)).expect("sound");
        tx.commit().await.expect("written");
        app.clock.advance(SignedDuration::from_mins(1));
        let explained = why(&kpi(app).await, &asked, Against::KnownAt(KnownAt::Moment(before))).await;
        assert!(adds_up(&explained, "forecast_bias"));
        let mut told: Vec<&str> =
            explained.causes.iter().filter_map(|cause| cause.record.as_ref().map(|(_, name)| *name)).collect();
        told.sort_unstable();
        assert_eq!(told, ["deal", "forecast"]);
        assert!(explained.causes.iter().all(|cause| cause.kind == Kind::Changed && cause.fields == ["amount"]));
    })
    .await;
}

/// An account moves to another region, and a new one is called: each is its own cause, told in the order of the log.
#[tokio::test(flavor = "multi_thread")]
async fn a_spread_is_told_by_the_accounts_that_moved() {
    on_both(async |app| {
        let before = acme(app).await;
        let asked = quarter(app, "geographic_distribution", ByWord::Rep, Some("P09"));
        let value = async || {
            let opened = kpi(app).await.open(&asked).await.expect("it opens");
            let touched = opened.rows.iter().filter_map(|row| row.entity.id).collect::<Vec<_>>();
            (opened.value.expect("a value").parse::<Amount>().expect("a number"), touched)
        };
        let (first, touched) = value().await;
        let accounts = app.db.system().all(&crm::ACCOUNT).await.expect("read");
        let of = |region: &str| {
            let found = accounts
                .iter()
                .find(|account| account.value("region").as_text() == Some(region) && !touched.contains(&account.id));
            found.expect("an account").id
        };
        let owner = named(app, &access::PERSON, "P09").await.id;
        let mut values = vec![first];
        // Both are known from the same import: of one seq the first by number comes first.
        let mut called = [of("Kanto"), of("Kansai")];
        called.sort_unstable();
        for account in called {
            let fields = vec![
                ("kind", Value::Text("call".to_owned())),
                ("account", Value::Reference(account)),
                ("owner", Value::Reference(owner)),
                ("occurred_on", Value::Date(date(2026, 5, 6))),
                ("outcome", Value::Text("connected".to_owned())),
            ];
            app.create(&crm::ACTIVITY, fields).await;
            app.clock.advance(SignedDuration::from_mins(1));
            values.push(value().await.0);
        }
        let explained = why(&kpi(app).await, &asked, Against::KnownAt(KnownAt::Moment(before))).await;
        assert!(adds_up(&explained, "geographic_distribution"));
        let mut effects: Vec<Amount> = explained.causes.iter().map(|cause| cause.effect).collect();
        let mut steps: Vec<Amount> =
            values.windows(2).map(|pair| pair[1].checked_sub(pair[0]).expect("small")).collect();
        effects.sort_unstable();
        steps.sort_unstable();
        assert_eq!(effects, steps, "each is the value after less the value before");
        assert!(explained.causes.iter().all(|cause| cause.record.as_ref().is_some_and(|(_, name)| *name == "account")));
    })
    .await;
}
