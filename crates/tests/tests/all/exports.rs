//! Exports of other systems as they come: the known answers of the data sets (data/README.md).

use crate::company::{advance, ask, import, kpi, rounded, rows};
use base::{Amount, Grain};
use kpi::{Ask, ByWord};
use rules::{kpi::NullReason, record::Value};
use std::collections::BTreeMap;
use testkit::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn a_salesforce_export_gives_its_known_answers() {
    on_both(async |app| {
        advance(app);
        let report = import(app, "salesforce", "salesforce", false).await;
        assert_eq!((report.skipped, report.records["deal"].created), (0, 774), "{:?}", report.problems);

        let kpis = ["revenue", "deals_won_count", "pipeline_value", "pipeline_weighted", "win_rate_closed"];
        let found = rows(app, &ask(app, &kpis, ByWord::Company, Grain::All)).await;
        let of = |kpi: &str| found.iter().find(|row| row.kpi == kpi).expect("a row");
        assert_eq!(of("revenue").value.as_deref(), Some("11257622"));
        assert_eq!(of("deals_won_count").value.as_deref(), Some("640"));
        assert_eq!(of("pipeline_value").value.as_deref(), Some("4052473"));
        assert_eq!(of("pipeline_weighted").value.as_deref(), Some("1149050.2"));
        assert_eq!(of("pipeline_value").row_count, 95);
        let closed = of("win_rate_closed");
        assert_eq!((closed.numerator, closed.denominator), (Some(Amount::from(640)), Some(Amount::from(679))));

        // Over all rows: amounts, and what Salesforce says is expected.
        let deals = app.db.system().all(&crm::DEAL).await.expect("deals");
        let decimal =
            |deal: &db::Record, field| deal.value(field).as_decimal().and_then(|value| value.to_decimal().ok());
        let amounts = deals.iter().filter_map(|deal| decimal(deal, "amount"));
        assert_eq!(amounts.sum::<rust_decimal::Decimal>().to_string().trim_end_matches(".000000"), "15972371");
        let expected = deals.iter().filter_map(|deal| Some(decimal(deal, "amount")? * decimal(deal, "probability")?));
        assert_eq!(expected.sum::<rust_decimal::Decimal>().round_dp(2).to_string(), "12406672.20");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_closed_before_it_was_opened_is_taken_with_a_warning_and_has_no_length() {
    on_both(async |app| {
        advance(app);
        let report = import(app, "salesforce", "salesforce-small", false).await;
        assert_eq!((report.skipped, report.records["deal"].created), (0, 58), "{:?}", report.problems);
        let early = report.warnings.iter().filter(|warning| warning.contains("closed_on")).count();
        assert_eq!(early, 10, "{:?}", report.warnings);

        let kpis = ["deals_won_count", "time_to_close"];
        let found = rows(app, &ask(app, &kpis, ByWord::Company, Grain::All)).await;
        assert_eq!(found[0].value.as_deref(), Some("34"));
        assert_eq!(found[1].denominator, Some(Amount::from(24)), "ten of 34 closed deals have no length");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adventureworks_quotas_stand_in_the_territory_of_their_day() {
    on_both(async |app| {
        advance(app);
        let report = import(app, "adventureworks", "adventureworks", false).await;
        assert_eq!(report.skipped, 0, "{:?}", report.problems);
        for person in ["275", "277", "280", "282", "289"] {
            assert!(report.warnings.iter().any(|warning| warning.starts_with(person)), "{:?}", report.warnings);
        }
        assert_eq!(report.warnings.len(), 5, "{:?}", report.warnings);

        let asked = ask(app, &["quota_attainment"], ByWord::Territory, Grain::All);
        let found = rows(app, &asked).await;
        let quotas: BTreeMap<String, Amount> = found
            .iter()
            .filter(|row| row.entity.external_id.as_deref().is_none_or(|id| !id.starts_with("group")))
            .map(|row| (row.entity.external_id.clone().unwrap_or_default(), row.denominator.expect("quotas")))
            .collect();
        let expected = [
            ("1", 8_092),
            ("2", 10_739),
            ("3", 12_621),
            ("4", 19_590),
            ("5", 8_541),
            ("6", 17_337),
            ("7", 5_557),
            ("8", 2_287),
            ("9", 1_687),
            ("10", 4_640),
            ("", 4_623),
        ];
        let expected: BTreeMap<String, Amount> =
            expected.into_iter().map(|(id, thousands)| (id.to_owned(), Amount::from(thousands * 1_000))).collect();
        assert_eq!(quotas, expected);
        assert!(found.iter().all(|row| row.null_reason == Some(NullReason::NoSource)), "there are no sales");

        let whole = rows(app, &ask(app, &["quota_attainment"], ByWord::Company, Grain::All)).await;
        assert_eq!(whole[0].denominator, Some(Amount::from(95_714_000)));

        for (person, of) in [("275", [("2", 4_728), ("3", 6_434)]), ("277", [("3", 6_187), ("2", 6_011)])] {
            for (territory, thousands) in of {
                let entity = Some(territory.to_owned());
                let opened = kpi(app).await.open(&Ask { entity, ..asked.clone() }).await.expect("it opens");
                let ids: std::collections::BTreeSet<_> = opened.rows.iter().filter_map(|row| row.entity.id).collect();
                let quotas = app.db.system().many(&crm::QUOTA, &ids).await.expect("quotas");
                let own = app.db.system().by_external(&access::PERSON, "adventureworks", &[person]).await.expect("ids");
                let mut sum = Amount::ZERO;
                for row in &opened.rows {
                    let quota = row.entity.id.and_then(|id| quotas.get(&id)).expect("a quota");
                    if *quota.value("person") == Value::Reference(own[person]) {
                        sum = sum.checked_add(row.denominator.expect("a side")).expect("small");
                    }
                }
                assert_eq!(sum, Amount::from(thousands * 1_000), "{person} in {territory}");
            }
        }
    })
    .await;
}

/// 13,532 daily rates, and a deal in a currency that has none for its day.
#[tokio::test(flavor = "multi_thread")]
async fn an_amount_without_a_rate_makes_the_number_null_and_never_smaller() {
    on_both(async |app| {
        advance(app);
        import(app, "salesforce", "salesforce-small", false).await;
        let deal = app.db.system().all(&crm::DEAL).await.expect("deals");
        let won = deal.iter().find(|deal| *deal.value("closed_on") != Value::Null).expect("a closed deal");
        let mut tx = app.begin();
        tx.put(db::Change::set(&crm::DEAL, won.id, vec![("currency", Value::Text("THB".to_owned()))])).expect("sound");
        tx.commit().await.expect("written");

        let asked = ask(app, &["revenue"], ByWord::Company, Grain::All);
        let found = rows(app, &asked).await;
        assert_eq!((found[0].null_reason, found[0].numerator), (Some(NullReason::MissingRate), None));

        app.create(
            &access::EXCHANGE_RATE,
            vec![
                ("from_currency", Value::Text("THB".to_owned())),
                ("to_currency", Value::Text("USD".to_owned())),
                ("rate_kind", Value::Text("plan".to_owned())),
                ("starts_on", Value::Date("2000-01-01".parse().expect("a day"))),
                ("rate", Value::Decimal("0.5".parse().expect("a number"))),
            ],
        )
        .await;
        let before = rows(app, &Ask { known_at: None, ..asked.clone() }).await;
        let half = won.value("amount").as_decimal().expect("an amount").to_decimal().expect("small")
            / rust_decimal::Decimal::TWO;
        let all: rust_decimal::Decimal = deal
            .iter()
            .filter(|deal| *deal.value("closed_on") != Value::Null)
            .filter_map(|deal| deal.value("amount").as_decimal()?.to_decimal().ok())
            .sum();
        let expected = Amount::from_decimal_rounded(all - half).expect("small");
        assert_eq!(rounded(before[0].value.as_deref(), 6), expected.to_text());
    })
    .await;
}
