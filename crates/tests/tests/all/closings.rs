//! A closed period answers as it was reported; what is learnt of it later is an adjustment in the open period.

use crate::company::{ask, import, kpi};
use base::{Amount, Grain};
use clinch::EDITABLE;
use jiff::{SignedDuration, civil::date};
use kpi::{Ask, ByWord, HELD_BYTES, KpiError};
use records::edit::{self, Author, Edit, Since};
use rules::log::Origin;
use testkit::{TestApp, on_both};

async fn acme(app: &TestApp) {
    app.clock.set("2026-11-24T09:00:00Z".parse().expect("a moment"));
    import(app, "acme", "acme", false).await;
    app.clock.advance(SignedDuration::from_hours(1));
}

async fn close(app: &TestApp, label: &str) {
    let kpi = kpi(app).await;
    let plan = kpi.plan_close(label, app.folder().join("facts")).await.expect("a plan");
    kpi.close(&plan, Origin::Cli).await.expect("closed");
    app.clock.advance(SignedDuration::from_mins(1));
}

async fn correct(app: &TestApp, deal: &str, field: &str, value: &str) {
    let found = app.db.system().by_external(&crm::DEAL, "acme", &[deal]).await.expect("read");
    let values = [(field.to_owned(), value.to_owned())].into();
    let edit = Edit { id: found[deal], values, since: Since::Beginning, based_on: None };
    edit::edit(&app.db, &EDITABLE[0], &Author::operator(), &edit).await.expect("written");
    app.clock.advance(SignedDuration::from_mins(1));
}

/// What may be left out of what is held is what no way of placing wants: all KPIs, of closed and open periods, of all and of parts.
#[tokio::test(flavor = "multi_thread")]
async fn facts_that_are_held_answer_as_facts_that_are_read_anew() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    for month in ["2026-04", "2026-05"] {
        close(app, month).await;
        correct(app, "D0081", "amount", "125000").await;
    }
    close(app, "2026-06").await;
    correct(app, "D0081", "amount", "250000").await;
    let kpi = kpi(app).await;
    let whole = |by, grain| {
        let needs =
            |id: &&str| by == ByWord::Company || kpi.catalogue().get(id).is_some_and(|kpi| kpi.has_key("owner"));
        let ids: Vec<&str> = kpi.catalogue().iter().map(|kpi| kpi.id.as_str()).filter(needs).collect();
        Ask { from: Some(date(2026, 2, 10)), to: Some(date(2026, 11, 20)), ..ask(app, &ids, by, grain) }
    };
    let person = |of: &str| Some(of.to_owned());
    let thailand = vec![(ByWord::Team, "T-TH".to_owned())];
    let asked = [
        whole(ByWord::Company, Grain::Month),
        Ask { restated: true, ..whole(ByWord::Company, Grain::Quarter) },
        whole(ByWord::Rep, Grain::Month),
        Ask { entity: person("P09"), ..whole(ByWord::Rep, Grain::Month) },
        Ask { entity: person("P04"), ..whole(ByWord::Manager, Grain::Quarter) },
        Ask { filters: thailand, ..whole(ByWord::Rep, Grain::Month) },
    ];
    for asked in asked {
        let (held, scans) = kpi.scans(&asked, HELD_BYTES).await.expect("an answer");
        let (read, _) = kpi.scans(&asked, 0).await.expect("an answer");
        assert!(scans.iter().any(|scan| scan.held > 0) && held.len() > 100, "{} cells", held.len());
        assert!(scans.iter().all(|scan| scan.readings <= 1), "{scans:?}");
        assert_eq!(held, read, "{asked:?}");
    }
}

async fn months(app: &TestApp, kpi_id: &str, restated: bool) -> Vec<Amount> {
    let asked = Ask {
        from: Some(date(2026, 1, 1)),
        to: Some(date(2026, 12, 1)),
        restated,
        ..ask(app, &[kpi_id], ByWord::Company, Grain::Month)
    };
    let answer = kpi(app).await.ask(&asked).await.expect("an answer");
    answer.rows.iter().map(|row| row.numerator.expect("a side")).collect()
}

fn more(amount: Amount, by: i64) -> Amount {
    amount.checked_add(Amount::from(by)).expect("small")
}

/// What was due stands as reported before the period; whether it has moved since is known now.
#[tokio::test(flavor = "multi_thread")]
async fn a_deal_slips_out_of_an_open_period_after_a_closed_one() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    for month in ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09"] {
        close(app, month).await;
    }
    close(app, "2026-10").await;
    let before = months(app, "slippage_rate", false).await;
    let november = async |kpi_id: &str| {
        let days = (Some(date(2026, 11, 1)), Some(date(2026, 12, 1)));
        let asked = Ask { from: days.0, to: days.1, ..ask(app, &[kpi_id], ByWord::Company, Grain::Month) };
        kpi(app).await.open(&asked).await.expect("it opens").rows
    };
    let (due, open) = (november("slippage_rate").await, november("pipeline_value").await);
    let is_open = |id| open.iter().any(|row| row.entity.id == id);
    let stays = due.iter().find(|row| row.numerator.is_zero() && is_open(row.entity.id));
    let deal = stays.and_then(|row| row.entity.external_id.clone()).expect("a deal that is due and has not moved");
    let found = app.db.system().by_external(&crm::DEAL, "acme", &[deal.as_str()]).await.expect("read");
    let values = [("close_date".to_owned(), "2027-01-15".to_owned())].into();
    let edit = Edit { id: found[deal.as_str()], values, since: Since::Now, based_on: None };
    edit::edit(&app.db, &EDITABLE[0], &Author::operator(), &edit).await.expect("written");
    app.clock.advance(SignedDuration::from_mins(1));
    let after = months(app, "slippage_rate", false).await;
    assert_eq!(after[10], more(before[10], 1), "{deal} moved out of November");
    assert_eq!(after[..10], before[..10]);
}

/// D0188 was won in April 2026 with 445,500.00 (data/acme/README.md).
#[tokio::test(flavor = "multi_thread")]
async fn a_late_correction_stands_in_the_open_period_and_the_closed_one_as_reported() {
    on_both(async |app| {
        acme(app).await;
        let before = months(app, "revenue", false).await;
        for month in ["2026-01", "2026-02", "2026-03", "2026-04"] {
            close(app, month).await;
        }
        assert_eq!(months(app, "revenue", false).await, before, "closing changes no number");

        correct(app, "D0188", "amount", "500000").await;

        let reported = months(app, "revenue", false).await;
        assert_eq!(reported[3], before[3], "April as reported");
        assert_eq!(reported[4], more(before[4], 54_500), "May is open and has the adjustment");
        let restated = months(app, "revenue", true).await;
        assert_eq!(restated[3], more(before[3], 54_500), "April as known now");
        assert_eq!(restated[4], before[4]);
        let sum = |months: &[Amount]| Amount::sum(months.iter().copied()).expect("small");
        assert_eq!(sum(&reported), sum(&restated), "nothing is lost between them");

        // May's number opens into its own deals and the adjustment of April's.
        let may = Ask {
            from: Some(date(2026, 5, 1)),
            to: Some(date(2026, 6, 1)),
            ..ask(app, &["revenue"], ByWord::Company, Grain::Month)
        };
        let opened = kpi(app).await.open(&may).await.expect("it opens");
        let adjustment = opened.rows.iter().find(|row| row.entity.external_id.as_deref() == Some("D0188"));
        assert_eq!(adjustment.expect("a row").numerator, Amount::from(54_500));
        let rows = Amount::sum(opened.rows.iter().map(|row| row.numerator)).expect("small");
        assert_eq!((rows, opened.numerator), (reported[4], reported[4]));

        // Once May is closed too, what is learnt next of April stands in June.
        close(app, "2026-05").await;
        correct(app, "D0188", "amount", "445500").await;
        let again = months(app, "revenue", false).await;
        assert_eq!((again[3], again[4], again[5]), (reported[3], reported[4], more(before[5], -54_500)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_is_no_longer_won_is_taken_back_in_the_open_period() {
    on_both(async |app| {
        acme(app).await;
        let before = months(app, "deals_won_count", false).await;
        let pipeline = months(app, "pipeline_value", false).await;
        for month in ["2026-01", "2026-02", "2026-03", "2026-04"] {
            close(app, month).await;
        }
        let found = app.db.system().by_external(&crm::DEAL, "acme", &["D0188"]).await.expect("read");
        let values = [("stage".to_owned(), "N4".to_owned())].into();
        let edit = Edit { id: found["D0188"], values, since: Since::Now, based_on: None };
        edit::edit(&app.db, &EDITABLE[0], &Author::operator(), &edit).await.expect("reopened");

        let after = months(app, "deals_won_count", false).await;
        assert_eq!((after[3], after[4]), (before[3], more(before[4], -1)));
        let restated = months(app, "deals_won_count", true).await;
        assert_eq!((restated[3], restated[4]), (more(before[3], -1), before[4]));
        let held = months(app, "pipeline_value", false).await;
        assert_eq!(held[..4], pipeline[..4], "a closed month's stock stays as it was reported");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_closed_is_refused_and_what_is_closed_can_be_opened() {
    on_both(async |app| {
        acme(app).await;
        let kpi = kpi(app).await;
        let folder = app.folder().join("facts");
        let error = kpi.plan_close("2026-11", folder.clone()).await.expect_err("November goes on");
        assert!(matches!(error, KpiError::NotOver(_)), "{error:?}");

        let old = kpi.plan_close("2026-04", folder.clone()).await.expect("a plan");
        let revenue = old.reported.iter().find(|row| row.kpi == "revenue").expect("a row");
        assert_eq!(revenue.value.as_deref(), Some("9667920"));
        correct(app, "D0188", "amount", "500000").await;
        let error = kpi.close(&old, Origin::Cli).await.expect_err("it was planned before the correction");
        assert!(matches!(error, KpiError::PlanIsOld(_)), "{error:?}");

        close(app, "2026-04").await;
        let error = kpi.plan_close("2026-Q2", folder.clone()).await.expect_err("April is in it");
        assert!(matches!(error, KpiError::ClosedAlready { .. }), "{error:?}");

        correct(app, "D0188", "amount", "600000").await;
        kpi.reopen("2026-04", Origin::Cli).await.expect("open again");
        assert_eq!(months(app, "revenue", false).await, months(app, "revenue", true).await);
        assert!(kpi::closed(&app.db).await.expect("read").is_empty());
        let error = kpi.reopen("2026-04", Origin::Cli).await.expect_err("it is open");
        assert!(matches!(error, KpiError::NotClosed(_)), "{error:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_closes_no_periods_neither_plans_nor_reopens() {
    on_both(async |app| {
        acme(app).await;
        close(app, "2026-04").await;
        let access =
            access::Access::new(app.db.clone(), [7; 32], std::sync::Arc::new(testkit::CountedRandom::default()));
        let people = app.db.system().all(&access::PERSON).await.expect("read");
        let folder = app.folder().join("facts");
        for (role, may) in [("ae", false), ("aem", false), ("hr", false), ("ceo", false), ("finance", true)] {
            let person = people.iter().find(|person| access::role(person) == role).expect("somebody of that role");
            let viewer = access.viewer(person).await.expect("a viewer");
            let kpi = kpi::Kpi::new(app.db.clone(), viewer).await.expect("the catalogue reads");
            let planned = kpi.plan_close("2026-03", folder.clone()).await.map(|plan| plan.period.label);
            let opened = kpi.reopen("2026-04", Origin::Api).await;
            assert_eq!(kpi::closed(&app.db).await.expect("read").is_empty(), may, "{role}");
            if may {
                assert_eq!((planned.expect("planned").as_str(), opened.is_ok()), ("2026-03", true));
            } else {
                assert!(matches!(planned, Err(KpiError::ClosesNothing)), "{role}: {planned:?}");
                assert!(matches!(opened, Err(KpiError::ClosesNothing)), "{role}: {opened:?}");
            }
        }
    })
    .await;
}
