//! The sample company against values that no code of the product computed: `data/acme/expected/values.csv`, written by hand-made
//! SQL over the CSV files. Every row is asked of the engine, and every number opens into rows that sum to it.

use crate::company::{advance, answer, ask, data, import, kpi};
use base::{Amount, Grain};
use jiff::civil::{Date, date};
use kpi::{Answer, Ask, ByWord, Row, Values};
use rules::kpi::{Catalogue, Definition, SHIPPED};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{TestApp, on_both};

fn values(late: bool) -> Values {
    let text = std::fs::read_to_string(data("acme/expected/values.csv")).expect("read");
    Values::read(&text, late).expect("sound")
}

async fn check(app: &TestApp, late: bool) -> usize {
    let compared = kpi(app).await.compare(&values(late), None, &app.folder().join("facts")).await.expect("an answer");
    let told: Vec<&str> = compared.differences.iter().map(|difference| difference.text.as_str()).collect();
    let checked: usize = compared.checked.values().sum();
    let some = told[..told.len().min(40)].join("\n");
    assert!(told.is_empty(), "on {}: {} of {checked}\n{some}", app.db.address(), told.len());
    checked
}

#[tokio::test(flavor = "multi_thread")]
async fn every_expected_value_comes_out_before_and_after_the_late_correction() {
    on_both(async |app| {
        advance(app);
        let report = import(app, "acme", "acme", false).await;
        assert_eq!(report.skipped, 0, "{:?}", report.problems);
        assert!(check(app, false).await > 1_000);

        let report = import(app, "acme-late", "acme/late", false).await;
        assert_eq!(report.skipped, 0, "{:?}", report.problems);
        assert!(check(app, true).await > 40);

        // The same again, from files that were deleted.
        std::fs::remove_dir_all(app.folder().join("facts")).expect("the fact files are there");
        check(app, true).await;
    })
    .await;
}

/// One word of a definition, as another.
const MUTATIONS: [(&str, &str, &str); 31] = [
    ("revenue_growth", "year_before", "quarter_before"),
    ("quota_attainment", "spread =", "spread_to_date ="),
    ("revenue_per_rep", "staffed.fte", "staffed.headcount"),
    ("referral_rate", "\"referral\", ", ""),
    ("new_business_from_existing", "\"existing_account\"", "\"referral\""),
    ("upsell_success_rate", "\"up_sell\"", "\"cross_sell\""),
    ("cross_sell_success_rate", "\"cross_sell\"", "\"up_sell\""),
    ("aes_per_sdr", "[\"ae\"]", "[\"kam\"]"),
    ("key_account_share", "[\"key\"]", "[\"standard\"]"),
    ("account_expansion_rate", "\"up_sell\", ", ""),
    ("account_expansion_rate", "\"expanded\"", "\"of_base\""),
    ("win_rate_closed", "closed.closed", "closed.losses"),
    ("win_rate_created", "reached =", "sum ="),
    ("pipeline_weighted", "pipeline.weighted", "pipeline.amount"),
    ("pipeline_growth", "stock_before", "stock"),
    ("sales_cycle_length", "closed.cycle_days", "closed.close_days"),
    ("stage_conversion_rate", "reached =", "sum ="),
    ("customer_retention_rate", "\"kept\"", "\"lost\""),
    ("repeat_business_rate", "\"returned\"", "\"bought\""),
    ("concentration_80", "\"bought\"", "\"active_at_end\""),
    ("slippage_rate", "slipped =", "stock_before_due ="),
    ("pipeline_coverage", "stock_due", "stock"),
    ("pipeline_velocity", "trailing =", "sum ="),
    ("sales_cycle_efficiency", "worked.document", "worked.account"),
    ("territory_coverage", "target_reached", "target_sold"),
    ("collection_effectiveness_index", "stock = \"overdue.amount\"", "stock_before = \"overdue.amount\""),
    ("dso", "stock =", "stock_before ="),
    ("sales_roi", "margin.amount", "closed.amount"),
    ("pipeline_value", "stock =", "stock_before ="),
    ("on_time_delivery_rate", "delivery.on_time", "delivery.due"),
    ("sales_generated_revenue_share", "direct_sales", "partner"),
];

/// The set fails for each definition that says something else (conformance/README.md).
#[tokio::test(flavor = "multi_thread")]
async fn a_definition_that_says_something_else_is_found_out() {
    let app = TestApp::sqlite().await;
    advance(&app);
    import(&app, "acme", "acme", false).await;
    let (values, folder) = (values(false), app.folder().join("facts"));
    let mut unnoticed = Vec::new();
    for (id, word, other) in MUTATIONS {
        let head = format!("id = \"{id}\"\n");
        let (group, text) = SHIPPED.into_iter().find(|(_, text)| text.contains(&head)).expect("a KPI of ours");
        let (before, own) = text.split_at(text.find(&head).expect("found above"));
        let end = own.find("\n[[kpi]]").unwrap_or(own.len());
        let changed = own[..end].replacen(word, other, 1);
        assert_ne!(changed, own[..end], "{id} does not say {word}");
        let text = format!("{before}{changed}{}", &own[end..]);
        let groups = SHIPPED.map(|(name, shipped)| (name, if name == group { text.as_str() } else { shipped }));
        let catalogue = Catalogue::read(&groups).unwrap_or_else(|error| panic!("{id} with {other}: {error}"));
        let kpi = kpi(&app).await.with_catalogue(catalogue);
        let compared = kpi.compare(&values, Some(id), &folder).await.expect("an answer");
        if compared.differences.is_empty() {
            unnoticed.push(format!("{id}: {word} as {other}, {} values", compared.checked.values().sum::<usize>()));
        }
    }
    assert!(unnoticed.is_empty(), "nobody noticed:\n{}", unnoticed.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_of_histories_changes_nothing() {
    on_both(async |app| {
        advance(app);
        import(app, "acme", "acme", false).await;
        let before = app.db.system().last_seq().await.expect("a seq");
        let report = import(app, "acme", "acme", false).await;
        assert_eq!((report.total().created, report.total().changed), (0, 0), "{:?}", report.records);
        let after = app.db.system().last_seq().await.expect("a seq");
        assert_eq!(after.0 - before.0, 2, "the import's own two rows alone");
    })
    .await;
}

/// Every KPI of every person and team opens into rows that sum to both its sides.
#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_a_year_opens_into_rows_that_add_up() {
    let app = TestApp::sqlite().await;
    advance(&app);
    import(&app, "acme", "acme", false).await;
    let kpi = kpi(&app).await;
    let of_others = || kpi.catalogue().iter().flat_map(|definition| definition.formula.parts()).map(AsRef::as_ref);
    let all: BTreeMap<&str, &Definition> =
        kpi.catalogue().iter().chain(of_others()).map(|definition| (definition.id.as_str(), definition)).collect();
    let days: (Date, Date) = (date(2025, 1, 1), date(2026, 1, 1));
    let mut opened_numbers = 0;
    for by in [ByWord::Company, ByWord::Team, ByWord::Rep, ByWord::Manager] {
        // Parts of numbers open alike under every breakdown: two will do.
        let is_asked = |kpi: &Definition| match by {
            ByWord::Company => true,
            ByWord::Rep => kpi.has_key("owner"),
            _ => kpi.has_key("owner") && !kpi.id.contains('.'),
        };
        let told = all.values().filter(|kpi| is_asked(kpi));
        let ids: Vec<&str> = told.map(|kpi| kpi.id.as_str()).collect();
        let whole = Ask { from: Some(days.0), to: Some(days.1), ..ask(&app, &ids, by, Grain::Year) };
        let found = kpi.ask(&whole).await.expect("an answer").rows;
        for row in found.iter().filter(|row| row.row_count > 0 && row.entity.id.is_some()) {
            let entity = row.entity.id.map(|id| format!("#{id}"));
            let ask = Ask { kpis: vec![row.kpi.clone()], entity, ..whole.clone() };
            let opened = kpi.open(&ask).await.expect("it opens");
            let what = format!("{} of {}", row.kpi, row.entity.name);
            assert_eq!(opened.value, row.value, "{what}");
            if !all[row.kpi.as_str()].formula.parts().is_empty() {
                for part in &opened.parts {
                    let is_same = |other: &&Row| (&other.kpi, other.entity.id) == (&part.kpi, row.entity.id);
                    let Some(same) = found.iter().find(is_same) else { continue };
                    assert_eq!((&part.value, part.null_reason), (&same.value, same.null_reason), "{what}");
                }
                continue;
            }
            let sum = Amount::sum(opened.rows.iter().map(|row| row.numerator)).expect("small");
            // A mean over months is rounded for each person; months and days are the period's, no record's.
            if row.kpi != "aes_per_sdr" {
                assert_eq!(Some(sum), row.numerator, "{what}");
            }
            let is_of_period = ["deal_frequency", "closed_value_velocity", "revenue_per_rep", "aes_per_sdr"];
            if !is_of_period.contains(&row.kpi.as_str()) {
                let sum = Amount::sum(opened.rows.iter().filter_map(|row| row.denominator)).expect("small");
                assert_eq!(Some(sum).filter(|_| row.denominator.is_some()), row.denominator, "{what}");
            }
            opened_numbers += 1;
        }
    }
    assert!(opened_numbers > 500, "only {opened_numbers}");
}

/// D0188 was won in April 2026 with 445,500.00 by its owner alone (data/acme/README.md).
#[tokio::test(flavor = "multi_thread")]
async fn splits_that_make_no_whole_are_said_and_the_company_loses_nothing() {
    on_both(async |app| {
        advance(app);
        import(app, "acme", "acme", false).await;
        let april = |by| Ask {
            from: Some(date(2026, 4, 1)),
            to: Some(date(2026, 5, 1)),
            ..ask(app, &["revenue", "deals_won_count"], by, Grain::Month)
        };
        let (company, reps) = (answer(app, &april(ByWord::Company)).await, answer(app, &april(ByWord::Rep)).await);
        let mapping = r#"
source = "acme"

[[file]]
file = "splits.csv"
record = "deal_split"
key = "{id}"
fields = { deal = "deal", person = "person", share = "share", kind = "kind" }
"#;
        let path = app.folder().join("splits.csv");
        std::fs::write(&path, "id,deal,person,share,kind\nS901,D0188,P10,0.6,revenue\nS902,D0188,P12,1.5,overlay\nS903,D0188,P12,1,overlay\n")
            .expect("written");
        let checked = import::Mapping::read(mapping).expect("reads").check(app.db.registry()).expect("sound");
        let skip_file = Some(app.folder().join("skipped.csv"));
        let options = import::Options { checked, paths: vec![path], dry_run: false, resume: None, skip_file };
        let report = import::run(&app.db, &options, &mut |_| {}).await.expect("it runs");
        assert_eq!((report.total().created, report.skipped), (2, 1), "{:?}", report.problems);
        let said = report.warnings.iter().any(|warning| warning.contains("D0188 make 0.6 and not 1"));
        assert!(said, "{:?}", report.warnings);

        let after = answer(app, &april(ByWord::Company)).await;
        let sides = |answer: &Answer| answer.rows.iter().map(|row| row.numerator).collect::<Vec<_>>();
        assert_eq!(sides(&after), sides(&company));
        let split = answer(app, &april(ByWord::Rep)).await;
        let of = |answer: &Answer, id: &str| {
            let own = answer.rows.iter().filter(|row| row.entity.external_id.as_deref() == Some(id));
            own.map(|row| row.numerator.unwrap_or_default()).collect::<Vec<_>>()
        };
        let moved = |id: &str| {
            let (before, after) = (of(&reps, id), of(&split, id));
            let before = before.into_iter().chain(std::iter::repeat(Amount::ZERO));
            let pairs = after.into_iter().zip(before);
            pairs.map(|(now, then)| now.checked_sub(then).expect("small").to_text()).collect::<Vec<_>>()
        };
        assert_eq!(moved("P10"), ["267300", "0.6"]);
        assert_eq!(moved("P09"), ["-267300", "-0.6"]);
        assert_eq!(moved("P12"), ["0", "0"], "overlay stands beside it");
    })
    .await;
}

/// P09 may ask about her team. In August 2026 one colleague alone won anything: neither the sum nor a side of a ratio tells it,
/// and a question as known earlier opens nothing that is closed to her today.
#[tokio::test(flavor = "multi_thread")]
async fn no_side_of_a_number_tells_one_persons() {
    on_both(async |app| {
        advance(app);
        import(app, "acme", "acme", false).await;
        let access =
            access::Access::new(app.db.clone(), [7; 32], std::sync::Arc::new(testkit::CountedRandom::default()));
        let own = app.db.system().named(&access::PERSON, "P09").await.expect("read").pop().expect("present");
        let viewer = access.viewer(&own).await.expect("a viewer");
        let asks = |kpis: &[&str], by| Ask {
            from: Some(date(2025, 1, 1)),
            to: Some(date(2026, 11, 1)),
            ..ask(app, kpis, by, Grain::Month)
        };
        let kpi = kpi::Kpi::new(app.db.clone(), viewer).await.expect("the catalogue reads");
        let whole = answer(app, &asks(&["revenue"], ByWord::Rep)).await;
        // Of the last one side is a part of the other.
        let kpis = ["revenue", "quota_attainment", "revenue_per_rep", "avg_deal_size", "sales_generated_revenue_share"];
        let found = kpi.ask(&asks(&kpis, ByWord::Team)).await.expect("an answer");
        let names: BTreeSet<&str> = found.rows.iter().map(|row| row.entity.name.as_str()).collect();
        assert!(names.contains("Bangkok") && !names.contains("Tokyo"), "{names:?}");
        let mut checked = 0;
        for row in found.rows.iter().filter(|row| row.entity.external_id.as_deref() == Some("T-BKK")) {
            // What any single colleague won in that month, from the operator's answer.
            let alone = whole.rows.iter().filter(|other| other.period == row.period && other.entity.id != Some(own.id));
            let alone = alone.filter_map(|other| other.numerator).filter(|amount| !amount.is_zero());
            for amount in alone {
                checked += 1;
                let sides = [row.numerator, row.denominator];
                assert!(!sides.contains(&Some(amount)), "{} of {} tells one", row.kpi, row.period.label);
            }
        }
        assert!(checked > 100, "only {checked}");
        let error = kpi.ask(&Ask { entity: Some("T-TYO".to_owned()), ..asks(&["revenue"], ByWord::Team) }).await;
        assert!(matches!(error, Err(kpi::KpiError::Outside)), "another team");
        let error = kpi.ask(&asks(&["stage_duration"], ByWord::Stage)).await;
        assert!(matches!(error, Err(kpi::KpiError::Outside)), "everybody's work by stage");
    })
    .await;
}

/// P12 works deals with accounts to which others sell too: an opened account never tells what one or two others brought. What
/// business costs is for who sees all.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_in_a_drill_tells_nobody_elses_revenue() {
    on_both(async |app| {
        advance(app);
        import(app, "acme", "acme", false).await;
        let access =
            access::Access::new(app.db.clone(), [7; 32], std::sync::Arc::new(testkit::CountedRandom::default()));
        let own = app.db.system().named(&access::PERSON, "P12").await.expect("read").pop().expect("present");
        let rep = kpi::Kpi::new(app.db.clone(), access.viewer(&own).await.expect("a viewer")).await.expect("reads");
        let year = |kpi: &str, by| Ask {
            from: Some(date(2026, 1, 1)),
            to: Some(date(2027, 1, 1)),
            ..ask(app, &[kpi], by, Grain::Year)
        };
        let opened = rep.open(&year("revenue_per_customer", ByWord::Company)).await.expect("it opens");
        assert!(!opened.rows.is_empty() && opened.hidden.is_some(), "some accounts are open to P12 and some are not");
        for row in &opened.rows {
            let account = row.entity.external_id.clone().expect("its number");
            let asked = Ask { filters: vec![(ByWord::Account, account.clone())], ..year("revenue", ByWord::Rep) };
            let sold = answer(app, &asked).await.rows;
            let has_sold = |row: &&Row| row.entity.id != Some(own.id) && row.row_count > 0;
            let others = sold.iter().filter(has_sold).count();
            assert!(others == 0 || others > 2, "{account} tells what {others} others sold");
        }
        let error = rep.ask(&year("cost_per_lead", ByWord::Company)).await;
        assert!(matches!(error, Err(kpi::KpiError::Outside)), "what leads cost");
        let told = kpi(app).await.ask(&year("cost_per_lead", ByWord::Company)).await.expect("the operator may ask");
        assert!(told.rows[0].value.is_some());
    })
    .await;
}

/// A year is asked for whole, named or not: what is divided by days, and who is a customer at its end, hangs on that.
#[tokio::test(flavor = "multi_thread")]
async fn a_year_that_was_found_is_the_year_that_was_named() {
    on_both(async |app| {
        advance(app);
        import(app, "acme", "acme", false).await;
        let kpis = ["closed_value_velocity", "customer_churn_rate", "active_customers", "deal_frequency"];
        let found = ask(app, &kpis, ByWord::Company, Grain::Year);
        let named = Ask { from: Some(date(2025, 1, 1)), to: Some(date(2027, 1, 1)), ..found.clone() };
        let values = |answer: &Answer| answer.rows.iter().map(|row| row.value.clone()).collect::<Vec<_>>();
        assert_eq!(values(&answer(app, &found).await), values(&answer(app, &named).await));
    })
    .await;
}

#[test]
fn a_file_of_expected_values_that_does_not_read_is_told_with_its_line() {
    let head = "kpi,by,entity,grain,period,as_of,late,value,numerator,denominator,sql\n";
    let told = |line: &str| Values::read(&format!("{head}{line}"), false).expect_err("unread").to_string();
    assert_eq!(told("revenue,company"), "line 2 of the expected values: eleven cells, not `revenue,company`");
    let told_of = told("revenue,company,,year,2025,2025-12-31,0,ten,,,x.sql");
    assert_eq!(told_of, "line 2 of the expected values: a number, not `ten`");
    let told_of = told("revenue,planet,,year,2025,2025-12-31,0,10,,,x.sql");
    assert_eq!(told_of, "line 2 of the expected values: a breakdown, not `planet`");
}
