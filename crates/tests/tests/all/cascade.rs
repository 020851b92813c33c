//! Targets from the company down to people, over the sample company (data/acme/targets.csv).

use crate::company::{advance, as_person, data, import, kpi, person};
use base::Amount;
use jiff::{SignedDuration, civil::date};
use kpi::{ByWord, Cascade, CascadeAsk, KpiError, NewTarget, Node};
use rules::log::Origin;
use testkit::{TestApp, on_both};

async fn acme(app: &TestApp) {
    advance(app);
    import(app, "acme", "acme", false).await;
    app.clock.advance(SignedDuration::from_hours(1));
}

fn asked(app: &TestApp, kpi: &str, period: &str) -> CascadeAsk {
    let folder = app.folder().join("facts");
    CascadeAsk { kpi: kpi.to_owned(), period: period.to_owned(), folder, ..CascadeAsk::default() }
}

async fn tree(app: &TestApp, kpi_id: &str) -> Cascade {
    kpi(app).await.cascade(&asked(app, kpi_id, "2026")).await.expect("a tree")
}

fn of<'a>(cascade: &'a Cascade, id: &str) -> &'a Node {
    let is = |node: &&Node| node.entity.external_id.as_deref() == Some(id);
    cascade.nodes.iter().find(is).unwrap_or_else(|| panic!("{id} is in the tree"))
}

fn told(amount: Option<Amount>) -> String {
    amount.map(Amount::to_text).unwrap_or_default()
}

/// 2026: the company 60 million, key accounts 20 million, P09 4 million; nobody else has one.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_stands_beside_the_sum_of_those_below_it() {
    on_both(async |app| {
        acme(app).await;
        let expected = std::fs::read_to_string(data("acme/targets.csv")).expect("read");
        assert!(expected.contains("G08,revenue,T-KEY,,2026-01-01,2027-01-01,20000000,"));
        let found = tree(app, "revenue").await;
        let company = &found.nodes[0];
        assert_eq!((company.by, company.depth, told(company.target)), (ByWord::Company, 0, "60000000".to_owned()));
        assert_eq!(told(company.of_parts), "24000000", "20 million and 4 million");
        assert_eq!(told(company.over()), "-36000000");
        let rep = of(&found, "P09");
        assert_eq!((rep.by, told(rep.target), told(rep.of_parts)), (ByWord::Rep, "4000000".to_owned(), String::new()));
        // What is missing, over the months from 25 November to the year's end.
        let value: Amount =
            rep.row.as_ref().and_then(|row| row.value.as_deref()).expect("a value").parse().expect("a number");
        let missing = Amount::from(4_000_000).checked_sub(value).expect("small");
        let left = rules::kpi::months(date(2026, 11, 25), date(2027, 1, 1));
        let needed = missing.mul_fraction(base::Fraction::new(Amount::ONE, left)).expect("small");
        assert_eq!(rep.needed, Some(needed));

        // A team gets more than the company expects: it is said.
        let teams = app.db.system().named(&access::TEAM, "T-KEY").await.expect("read");
        let new = NewTarget {
            kpi: "revenue".to_owned(),
            period: "2026".to_owned(),
            whose: Some((ByWord::Team, teams[0].id)),
            value: Amount::from(70_000_000),
            reason: "two large tenders".to_owned(),
        };
        kpi(app).await.set_target(&new, Origin::Cli).await.expect("set");
        app.clock.advance(SignedDuration::from_mins(1));
        let after = tree(app, "revenue").await;
        assert_eq!(told(after.nodes[0].over()), "14000000");
        let records = app.db.system().all(&crm::TARGET).await.expect("read");
        let one = records.iter().find(|record| record.external_id() == Some("G08")).expect("the same record");
        assert_eq!(one.value("reason").as_text(), Some("two large tenders"));
        let history = app.db.system().history(&crm::TARGET, one.id).await.expect("read");
        assert_eq!(history.len(), 2, "what it was is kept");
    })
    .await;
}

/// B10a: open pipeline that is due in the period over what is left to reach; nothing where nothing is.
#[tokio::test(flavor = "multi_thread")]
async fn open_pipeline_stands_beside_what_is_left_of_a_revenue_target() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let found = tree(app, "revenue").await;
    let asked = crate::company::ask(app, &["pipeline_coverage.open"], ByWord::Rep, base::Grain::Year);
    let open = kpi(app).await.ask(&asked).await.expect("an answer");
    let mut covered = 0;
    for node in found.nodes.iter().filter(|node| node.by == ByWord::Rep) {
        let value: Amount =
            node.row.as_ref().and_then(|row| row.value.as_deref()).expect("a value").parse().expect("a number");
        let left = node.target.and_then(|target| target.checked_sub(value).ok()).filter(|left| *left > Amount::ZERO);
        let due = open.rows.iter().find(|row| row.entity.id == node.entity.id && row.period.label == "2026");
        let due: Option<Amount> = due.and_then(|row| row.value.as_deref()).and_then(|value| value.parse().ok());
        let expected = due.zip(left).and_then(|(due, left)| base::Fraction::new(due, left).value(6));
        assert_eq!(node.coverage.and_then(|coverage| coverage.value(6)), expected, "{}", node.entity.name);
        covered += usize::from(expected.is_some());
    }
    assert!(covered > 0);
    assert!(tree(app, "win_rate_closed").await.nodes.iter().all(|node| node.coverage.is_none()));
}

/// Ratios do not add up: no sum of parts.
#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_add_up_has_no_sum_of_parts() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let found = tree(app, "win_rate_closed").await;
    assert!(found.nodes.iter().all(|node| node.of_parts.is_none() && node.needed.is_none()));
    assert_eq!(told(of(&found, "P09").target), "0.4");
    assert_eq!(told(found.nodes[0].target), "0.5");
}

#[tokio::test(flavor = "multi_thread")]
async fn others_targets_are_not_told_by_a_sum_and_set_by_few() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let (rep, own) = (person(app, "P10").await, as_person(app, "P10").await);
    let found = own.cascade(&asked(app, "revenue", "2026")).await.expect("a tree");
    assert!(found.nodes.iter().all(|node| node.entity.external_id.as_deref() != Some("P09")));
    assert!(found.nodes.iter().all(|node| node.of_parts.is_none()), "the sum would be P09's target: {:?}", found.nodes);
    let new = NewTarget {
        kpi: "revenue".to_owned(),
        period: "2026".to_owned(),
        whose: Some((ByWord::Rep, rep.id)),
        value: Amount::ONE,
        reason: "mine".to_owned(),
    };
    let refused = own.set_target(&new, Origin::Ui).await;
    assert!(matches!(refused, Err(KpiError::SetsNoScorecards)), "{refused:?}");
}
