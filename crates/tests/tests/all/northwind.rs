//! The Northwind thread: import → log → facts → KPI → rows, undone and imported again. Expected figures come from the data's
//! known answers (data/README.md) and from a plain reading of the CSV files beside the engine.

use crate::company::{self, ask, plain_csv, rounded, rows};
use base::{Amount, Grain};
use import::{Mapping, Options, Report};
use kpi::{Ask, ByWord, Kpi, Row};
use rust_decimal::Decimal;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};
use testkit::{TestApp, on_both};

fn data() -> PathBuf {
    company::data("northwind")
}

async fn import(app: &TestApp, dry_run: bool) -> Report {
    company::import(app, "northwind", "northwind", dry_run).await
}

async fn check_company(app: &TestApp) {
    let kpis = ["revenue", "average_order_value", "repeat_business_rate"];
    let found = rows(app, &ask(app, &kpis, ByWord::Company, Grain::Year)).await;
    let values: Vec<(&str, &str, String, String, u64)> = found
        .iter()
        .map(|row| {
            let parts = match row.denominator {
                Some(denominator) => {
                    format!("{}/{}", row.numerator.expect("a side").round_to(2).expect("small"), denominator)
                }
                None => String::new(),
            };
            (row.kpi.as_str(), row.period.label.as_str(), rounded(row.value.as_deref(), 2), parts, row.row_count)
        })
        .collect();
    let expected = [
        ("revenue", "1996", "208083.97", "", 152),
        ("revenue", "1997", "617085.2", "", 408),
        ("revenue", "1998", "440623.87", "", 270),
        ("average_order_value", "1996", "1368.97", "208083.97/152", 152),
        ("average_order_value", "1997", "1512.46", "617085.2/408", 408),
        ("average_order_value", "1998", "1631.94", "440623.87/270", 270),
        ("repeat_business_rate", "1996", "0.64", "43/67", 67),
        ("repeat_business_rate", "1997", "0.98", "84/86", 86),
        ("repeat_business_rate", "1998", "1", "81/81", 81),
    ];
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(kpi, year, value, parts, count)| (kpi, year, value.to_owned(), parts.to_owned(), count))
        .collect();
    assert_eq!(values, expected, "on {}", app.db.address());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_known_answers_come_out() {
    on_both(async |app| {
        let report = import(app, false).await;
        assert_eq!((report.read, report.skipped), (3359, 0), "{:?}", report.problems);
        check_company(app).await;

        let people: BTreeMap<String, String> = rows(app, &ask(app, &["revenue"], ByWord::Rep, Grain::All))
            .await
            .iter()
            .map(|row| (row.entity.external_id.clone().expect("an id"), rounded(row.value.as_deref(), 2)))
            .collect();
        let expected = [
            "192107.6",
            "166537.76",
            "202812.84",
            "232890.85",
            "68792.28",
            "73913.13",
            "124568.24",
            "126862.28",
            "77308.07",
        ];
        let expected: BTreeMap<String, String> =
            (1..).zip(expected).map(|(id, value)| (id.to_string(), value.to_owned())).collect();
        assert_eq!(people, expected);

        let managers = rows(app, &ask(app, &["revenue"], ByWord::Manager, Grain::All)).await;
        let of = |id: &str| {
            let row = managers.iter().find(|row| row.entity.external_id.as_deref() == Some(id)).expect("a manager");
            rounded(row.value.as_deref(), 2)
        };
        assert_eq!(of("2"), "1265793.04", "the head has all of it");
        assert_eq!(of("5"), "344581.71", "a manager has their own and their reports'");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_opens_into_rows_that_add_up() {
    on_both(async |app| {
        import(app, false).await;
        let kpi = Kpi::new(app.db.clone(), rules::access::Viewer::system()).await.expect("the catalogue reads");
        let mut by_order: BTreeMap<String, Decimal> = BTreeMap::new();
        for line in plain_csv("order_details.csv") {
            let number = |place: usize| line[place].parse::<Decimal>().expect("a number");
            *by_order.entry(line[0].clone()).or_default() += number(2) * number(3) * (Decimal::ONE - number(4));
        }

        let opened = kpi.open(&ask(app, &["revenue"], ByWord::Company, Grain::All)).await.expect("opened");

        let found: BTreeMap<String, Decimal> = opened
            .rows
            .iter()
            .map(|row| (row.entity.external_id.clone().expect("an id"), row.numerator.to_decimal().expect("small")))
            .collect();
        assert_eq!(found.len(), 830);
        assert_eq!(found, by_order, "each order's amount, from the file itself");
        let total: Decimal = by_order.values().sum();
        assert_eq!(opened.numerator.to_decimal().expect("small"), total);
        let shown =
            Amount::sum(opened.rows.iter().map(|row| row.numerator.round_to(2).expect("small"))).expect("a sum");
        let whole = opened.numerator.round_to(2).expect("small");
        assert_eq!(
            shown.checked_add(opened.rounding).expect("a sum"),
            whole,
            "shown rows and the rounding line make the whole"
        );

        for id in ["average_order_value", "repeat_business_rate"] {
            let opened = kpi.open(&ask(app, &[id], ByWord::Company, Grain::All)).await.expect("opened");
            let numerators = Amount::sum(opened.rows.iter().map(|row| row.numerator)).expect("a sum");
            let denominators = Amount::sum(opened.rows.iter().filter_map(|row| row.denominator)).expect("a sum");
            assert_eq!((numerators, Some(denominators)), (opened.numerator, opened.denominator), "{id}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_changes_nothing_and_a_dry_run_writes_nothing() {
    on_both(async |app| {
        let dry = import(app, true).await;
        assert_eq!((dry.import, dry.read, dry.skipped), (None, 3359, 0), "{:?}", dry.problems);
        assert_eq!(app.db.system().last_seq().await.expect("a seq").0, 0);

        let first = import(app, false).await;
        let second = import(app, false).await;

        assert_eq!(dry.total(), first.total());
        assert_eq!((first.total().created, second.total().created, second.total().changed), (3359, 0, 0));
        assert_eq!(second.total().unchanged, 3359);
        check_company(app).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undone_it_is_gone_and_imported_again_it_is_back_under_the_same_ids() {
    on_both(async |app| {
        let first = import(app, false).await.import.expect("a number");
        let ids = |rows: Vec<Row>| rows.into_iter().map(|row| row.entity.id).collect::<BTreeSet<_>>();
        let reps = ask(app, &["revenue"], ByWord::Rep, Grain::All);
        let before = ids(rows(app, &reps).await);
        check_company(app).await;

        let undone = import::undo(&app.db, first).await.expect("undone");

        assert_eq!((undone.records, undone.set_since.len()), (3360, 0));
        let kpi = Kpi::new(app.db.clone(), rules::access::Viewer::system()).await.expect("the catalogue reads");
        assert!(matches!(kpi.ask(&reps).await, Err(kpi::KpiError::NoCompany)), "the company's settings went with it");
        app.assert_sound().await;

        import(app, false).await;
        assert_eq!(ids(rows(app, &reps).await), before);
        check_company(app).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_fact_files_are_built_again() {
    on_both(async |app| {
        import(app, false).await;
        check_company(app).await;
        std::fs::remove_dir_all(app.folder().join("facts")).expect("deleted");
        check_company(app).await;
    })
    .await;
}

/// What somebody corrected since the import stays when the same file comes again.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_outlives_the_next_import_and_moves_the_past_as_known_now_only() {
    use db::{Change, ListQuery};
    use rules::record::Value;
    on_both(async |app| {
        import(app, false).await;
        check_company(app).await;
        let reader = app.db.system();
        let query = ListQuery { search: Some("10248".to_owned()), limit: 1, ..ListQuery::default() };
        let order = reader.list(&crm::ORDER, &query).await.expect("listed").remove(0);
        app.clock.advance(jiff::SignedDuration::from_hours(24));
        let mut tx = app.begin();
        let moved = vec![("ordered_on", Value::Date("1997-07-04".parse().expect("a date")))];
        let since = "1996-07-04T00:00:00Z".parse().expect("a moment");
        tx.put(Change::set(&crm::ORDER, order.id, moved).effective_at(since)).expect("sound");
        tx.commit().await.expect("written");

        let years = |rows: Vec<Row>| rows.into_iter().map(|row| rounded(row.value.as_deref(), 2)).collect::<Vec<_>>();
        let now = ask(app, &["revenue"], ByWord::Company, Grain::Year);
        // Order 10248 is 440.00.
        assert_eq!(years(rows(app, &now).await), ["207643.97", "617525.2", "440623.87"]);
        let yesterday =
            Ask { known_at: Some(kpi::KnownAt::Moment(testkit::START.parse().expect("a moment"))), ..now.clone() };
        assert_eq!(years(rows(app, &yesterday).await), ["208083.97", "617085.2", "440623.87"]);

        let again = import(app, false).await;
        assert_eq!(again.total().changed, 0);
        assert_eq!(years(rows(app, &now).await), ["207643.97", "617525.2", "440623.87"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_anywhere_and_resumed_it_is_the_same_company() {
    on_both(async |app| {
        for stop in [1, 700, 2_704] {
            let checked = || Mapping::named("northwind").expect("known").check(app.db.registry()).expect("sound");
            let skip_file = Some(app.folder().join("skipped.csv"));
            let options = |resume| Options {
                checked: checked(),
                paths: vec![data()],
                dry_run: false,
                resume,
                skip_file: skip_file.clone(),
            };
            let (db, first) = (app.db.clone(), options(None));
            let stopped = tokio::spawn(async move {
                let mut halt = |progress: &import::Progress| assert!(progress.rows < stop, "stopped by the test");
                import::run(&db, &first, &mut halt).await.map(|report| report.read)
            });
            assert!(stopped.await.is_err(), "it was stopped");
            let id = app.db.system().all(&import::IMPORT).await.expect("read").last().expect("an import").id;

            import::run(&app.db, &options(Some(id)), &mut |_| {}).await.expect("it goes on");

            check_company(app).await;
            let managers = rows(app, &ask(app, &["revenue"], ByWord::Manager, Grain::All)).await;
            let head = managers.iter().find(|row| row.entity.external_id.as_deref() == Some("2")).expect("the head");
            assert_eq!(rounded(head.value.as_deref(), 2), "1265793.04", "stopped at row {stop}");
            assert_eq!(app.db.system().all(&access::COMPANY).await.expect("read").len(), 1);
            app.assert_sound().await;
            import::undo(&app.db, id).await.expect("undone");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_by_entity_opens_for_one_entity_and_databases_share_a_folder_of_fact_files() {
    let (one, other) = (TestApp::sqlite().await, TestApp::sqlite().await);
    import(&one, false).await;
    import(&other, false).await;
    let kpi = async |app: &TestApp| {
        Kpi::new(app.db.clone(), rules::access::Viewer::system()).await.expect("the catalogue reads")
    };
    let shared = |by| Ask { folder: one.folder().join("facts"), ..ask(&one, &["revenue"], by, Grain::All) };
    let reps = kpi(&one).await.open(&shared(ByWord::Rep)).await;
    assert!(matches!(reps, Err(kpi::KpiError::WhichEntity("rep"))));

    let mut tx = other.begin();
    let lines = other.db.system().all(&crm::ORDER).await.expect("read");
    for order in lines.iter().skip(1) {
        tx.put(db::Change::set(&crm::ORDER, order.id, vec![("cancelled", rules::record::Value::Flag(true))]))
            .expect("sound");
    }
    tx.commit().await.expect("written");
    other.clock.advance(jiff::SignedDuration::from_hours(1));

    let left = kpi(&other).await.ask(&shared(ByWord::Company)).await.expect("an answer").rows.remove(0);
    let whole = kpi(&one).await.ask(&shared(ByWord::Company)).await.expect("an answer").rows.remove(0);
    assert_eq!(rounded(whole.value.as_deref(), 2), "1265793.04");
    assert_eq!(rounded(left.value.as_deref(), 2), "440", "only order 10248 is left in the other company");
    let four = Ask { entity: Some("4".to_owned()), ..shared(ByWord::Rep) };
    let opened = kpi(&one).await.open(&four).await.expect("opened");
    assert_eq!(
        (opened.rows.len(), opened.numerator.round_to(2).expect("small").to_text().as_str()),
        (156, "232890.85")
    );
}
