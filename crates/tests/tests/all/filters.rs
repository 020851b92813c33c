//! A question about a part: expected figures come from a plain reading of the files beside the engine, or from the same
//! part asked for as a breakdown.

use crate::company::{advance, answer, ask, import, kpi, plain_csv, rows};
use base::{Amount, Grain};
use kpi::{Ask, ByWord, KpiError};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use testkit::on_both;

fn only(by: ByWord, entity: &str) -> Vec<(ByWord, String)> {
    vec![(by, entity.to_owned())]
}

#[tokio::test(flavor = "multi_thread")]
async fn one_product_by_salesperson_is_what_the_file_says() {
    on_both(async |app| {
        import(app, "northwind", "northwind", false).await;
        let seller: BTreeMap<String, String> =
            plain_csv("orders.csv").into_iter().map(|line| (line[0].clone(), line[2].clone())).collect();
        let mut expected: BTreeMap<String, Decimal> = BTreeMap::new();
        for line in plain_csv("order_details.csv").into_iter().filter(|line| line[1] == "11") {
            let number = |place: usize| line[place].parse::<Decimal>().expect("a number");
            *expected.entry(seller[&line[0]].clone()).or_default() +=
                number(2) * number(3) * (Decimal::ONE - number(4));
        }

        let asked = Ask { filters: only(ByWord::Product, "11"), ..ask(app, &["revenue"], ByWord::Rep, Grain::All) };
        let found = rows(app, &asked).await.into_iter();
        let found = found.map(|row| {
            let value = row.numerator.expect("a sum").to_decimal().expect("small");
            (row.entity.external_id.expect("an id"), value)
        });
        assert_eq!(found.collect::<BTreeMap<_, _>>(), expected);

        let opened = kpi(app).await.open(&Ask { entity: Some("4".to_owned()), ..asked }).await.expect("opened");
        assert_eq!(opened.numerator.to_decimal().expect("small"), expected["4"], "its rows are of the product alone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_by_team_is_the_teams_part_whatever_it_is_broken_down_by() {
    on_both(async |app| {
        advance(app);
        import(app, "acme", "acme", false).await;
        let kpis = ["revenue", "deals_won_count", "win_rate_closed", "pipeline_value", "stage_duration"];
        let thailand = only(ByWord::Team, "T-TH");
        let parts = |by, filters| Ask { filters, ..ask(app, &kpis, by, Grain::Quarter) };
        let mut sums: BTreeMap<(String, String), (Amount, Amount)> = BTreeMap::new();
        for row in rows(app, &parts(ByWord::Source, thailand.clone())).await {
            let sum = sums.entry((row.kpi, row.period.label)).or_default();
            let add = |sum: Amount, part: Option<Amount>| sum.checked_add(part.unwrap_or_default()).expect("small");
            *sum = (add(sum.0, row.numerator), add(sum.1, row.denominator));
        }
        let whole = rows(app, &Ask { entity: Some("T-TH".to_owned()), ..parts(ByWord::Team, Vec::new()) }).await;
        let filtered = rows(app, &parts(ByWord::Company, thailand)).await;
        assert!(whole.len() > 30, "only {}", whole.len());
        for row in &whole {
            let sides = (row.numerator.unwrap_or_default(), row.denominator.unwrap_or_default());
            let place = (row.kpi.clone(), row.period.label.clone());
            assert_eq!(sums.get(&place).copied().unwrap_or_default(), sides, "{place:?}");
            let same = filtered.iter().find(|other| (&other.kpi, &other.period) == (&row.kpi, &row.period));
            assert_eq!(same.map(|row| &row.value), Some(&row.value), "{place:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_asks_about_nobody_that_a_breakdown_may_not() {
    on_both(async |app| {
        advance(app);
        import(app, "acme", "acme", false).await;
        let access =
            access::Access::new(app.db.clone(), [7; 32], std::sync::Arc::new(testkit::CountedRandom::default()));
        let own = app.db.system().named(&access::PERSON, "P09").await.expect("read").pop().expect("present");
        let rep = kpi::Kpi::new(app.db.clone(), access.viewer(&own).await.expect("a viewer")).await.expect("reads");
        let asked = |by, entity: &str| Ask {
            filters: only(by, entity),
            ..ask(app, &["revenue"], ByWord::Company, Grain::Year)
        };
        for (by, entity) in [(ByWord::Rep, "P10"), (ByWord::Team, "T-TYO"), (ByWord::Source, "campaign")] {
            let error = rep.ask(&asked(by, entity)).await;
            assert!(matches!(error, Err(KpiError::Outside)), "{by:?} {entity}");
        }
        for (by, entity) in [(ByWord::Team, "T-NOWHERE"), (ByWord::Source, "campain")] {
            let error = kpi(app).await.ask(&asked(by, entity)).await;
            assert!(matches!(error, Err(KpiError::NoEntity { .. })), "{by:?} {entity}");
        }
        let two = [only(ByWord::Team, "T-BKK"), only(ByWord::Rep, "P09")].concat();
        rep.ask(&Ask { filters: two, ..asked(ByWord::Rep, "P09") }).await.expect("oneself, within one's team");
        let two = Ask { by: ByWord::Team, ..asked(ByWord::Team, "T-BKK") };
        let error = rep.ask(&two).await;
        assert!(matches!(error, Err(KpiError::Outside)), "two parts of the organisation could differ by one person");
        let quota = Ask { kpis: vec!["quota_attainment".to_owned()], ..asked(ByWord::Source, "campaign") };
        let error = kpi(app).await.ask(&quota).await;
        assert!(matches!(error, Err(KpiError::NotSoBroken { by: "source", .. })), "a quota has no source");

        let own = rep.ask(&asked(ByWord::Rep, "P09")).await.expect("oneself").rows;
        assert_eq!(own, answer(app, &asked(ByWord::Rep, "P09")).await.rows);
    })
    .await;
}
