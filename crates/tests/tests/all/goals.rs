//! Quotas of a year: the ways of F1 side by side on what people sold, and one of them committed.

use crate::{
    appraisals::{FINANCE, HEAD, MANAGER, REP},
    company::{kpi, viewer},
    scores::acme,
};
use ::goals::{Goals, GoalsError, Way, Wish};
use ::kpi::{Ask, ByWord, KpiError};
use base::{Amount, Grain, RecordId};
use db::ListQuery;
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use rules::{log::Origin, record::Value};
use std::collections::BTreeMap;
use testkit::{TestApp, on_both};

async fn goals(app: &TestApp, external_id: &str) -> Goals {
    Goals::new(app.db.clone(), viewer(app, external_id).await, app.folder().join("facts"))
}

fn float(amount: Amount) -> f64 {
    amount.to_text().parse().expect("a number")
}

/// What each sold in each of the twelve months before November 2026.
async fn sold(app: &TestApp) -> BTreeMap<RecordId, Vec<f64>> {
    let calendar = kpi(app).await.calendar().await.expect("one");
    let period = calendar.parse_label("2026").expect("a year");
    let (from, to) = (date(2025, 11, 1), date(2026, 11, 1));
    let ask = Ask {
        kpis: vec!["revenue".to_owned()],
        by: ByWord::Rep,
        grain: Grain::Month,
        from: Some(from),
        to: Some(to),
        ..kpi(app).await.whole(&period, app.folder().join("facts"))
    };
    let mut sold: BTreeMap<RecordId, Vec<f64>> = BTreeMap::new();
    for row in kpi(app).await.ask(&ask).await.expect("an answer").rows {
        let (Some(id), Some(value)) = (row.entity.id, row.value) else { continue };
        let place = (0..12).position(|place| from.saturating_add(place.months()) == row.period.start).expect("a month");
        sold.entry(id).or_insert_with(|| vec![0.0; 12])[place] = value.parse().expect("a number");
    }
    sold
}

/// What the company sold in the quarters of a year as they were last over: three of 2026, the fourth of 2025.
async fn season(app: &TestApp) -> [f64; 4] {
    let folder = app.folder().join("facts");
    let mut sold = [0.0; 4];
    for (place, quarter) in ["2026-Q1", "2026-Q2", "2026-Q3", "2025-Q4"].into_iter().enumerate() {
        let period = kpi(app).await.calendar().await.expect("one").parse_label(quarter).expect("a quarter");
        let ask = Ask { kpis: vec!["revenue".to_owned()], ..kpi(app).await.whole(&period, folder.clone()) };
        let row = kpi(app).await.ask(&ask).await.expect("an answer").rows.remove(0);
        sold[place] = row.value.expect("a number").parse().expect("a number");
    }
    sold
}

/// The 90th percentile by straight lines between what is sorted.
fn p90(of: &[f64]) -> f64 {
    let mut sorted = of.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = f64::from(u32::try_from(sorted.len() - 1).expect("few"));
    let place = 0.9 * last;
    let below = (0..sorted.len()).rev().find(|at| f64::from(u32::try_from(*at).expect("few")) <= place).expect("one");
    let above = (below + 1).min(sorted.len() - 1);
    let part = place - f64::from(u32::try_from(below).expect("few"));
    sorted[below] + part * (sorted[above] - sorted[below])
}

#[tokio::test(flavor = "multi_thread")]
async fn quotas_are_proposed_by_several_ways_and_one_is_committed() {
    on_both(async |app| {
        acme(app).await;
        for stranger in [REP, MANAGER, FINANCE] {
            let refused = goals(app, stranger).await.propose(&Wish::of("2027")).await;
            assert!(matches!(refused, Err(GoalsError::Kpi(KpiError::SetsNoScorecards))), "{stranger} proposes");
        }
        let head = goals(app, HEAD).await;
        assert!(matches!(head.propose(&Wish::of("2027-Q1")).await, Err(GoalsError::NotAYear(_))));
        let wish = Wish { target: Some(Amount::from(90_000_000)), ..Wish::of("2027") };
        let found = head.propose(&wish).await.expect("a proposal");
        assert_eq!((found.from, found.to), (date(2025, 11, 1), date(2026, 11, 1)));
        assert_eq!(found.pool, Amount::from(103_500_000), "15 per cent on top");
        let months = sold(app).await;
        assert!(found.lines.len() >= 10, "{}", found.lines.len());
        let [mut whole, mut pipeline] = [0.0; 2];
        for line in &found.lines {
            let own = &months[&line.person];
            assert!((float(line.sold) - own.iter().sum::<f64>()).abs() < 0.01, "{}", line.name);
            assert!((float(line.quotas[&Way::BottomUp]) - 1.1 * float(line.sold)).abs() < 0.01, "{}", line.name);
            // Who was there and out of ramp all the time: every month counts, at most as the 90th percentile.
            if line.months == 12 {
                let cap = p90(own);
                let mean = own.iter().map(|month| month.min(cap)).sum::<f64>() / 12.0;
                let expected = (mean * 1.1 * 100.0 + 0.5).floor() / 100.0 * 12.0;
                let told = float(line.quotas[&Way::Average]);
                assert!((told - expected).abs() < 0.13, "{}: {told} and {expected}", line.name);
            }
            whole += float(line.sold);
            pipeline += float(line.pipeline);
        }
        let sum = |way| found.lines.iter().map(|line| float(line.quotas[&way])).sum::<f64>();
        assert!((sum(Way::TopDown) - 103_500_000.0).abs() < 0.001, "{}", sum(Way::TopDown));
        for line in &found.lines {
            let share = 0.4 * float(line.sold) / whole + 0.6 * float(line.pipeline) / pipeline;
            let told = float(line.quotas[&Way::TopDown]);
            assert!((told - 103_500_000.0 * share).abs() < 0.02, "{}: {told}", line.name);
        }
        let top = found.sums.iter().find(|one| one.way == Way::TopDown).expect("three");
        assert_eq!(top.gap.amount, Amount::from(13_500_000));
        // Committed once, and only as it was looked at.
        assert!(matches!(head.commit(&found, Way::TopDown, " ", Origin::Ui).await, Err(GoalsError::NoReason)));
        let refused = goals(app, MANAGER).await.commit(&found, Way::TopDown, "plan", Origin::Ui).await;
        assert!(matches!(refused, Err(GoalsError::Kpi(KpiError::SetsNoScorecards))));
        app.create(&crm::PRODUCT, vec![("name", Value::Text("Lathe".to_owned()))]).await;
        assert!(matches!(head.commit(&found, Way::TopDown, "plan", Origin::Ui).await, Err(GoalsError::Moved)));
        let again = head.propose(&wish).await.expect("a proposal");
        let written = head.commit(&again, Way::TopDown, "plan of 2027", Origin::Ui).await.expect("committed");
        assert_eq!(written, 4 * again.lines.len());
        let all = ListQuery { limit: u64::MAX, ..ListQuery::default() };
        let quotas = app.db.system().list(&crm::QUOTA, &all).await.expect("read");
        let of_year = quotas.iter().filter(|one| one.value("starts_on").as_date() >= Some(date(2027, 1, 1)));
        let mut per_person: BTreeMap<RecordId, BTreeMap<Date, f64>> = BTreeMap::new();
        for quota in of_year {
            let person = quota.value("person").as_reference().expect("somebody's");
            let (from, amount) = (quota.value("starts_on").as_date(), quota.value("amount").as_decimal());
            per_person.entry(person).or_default().insert(from.expect("a day"), float(amount.expect("an amount")));
        }
        let season = season(app).await;
        let year: f64 = season.iter().sum();
        for line in &again.lines {
            let own = &per_person[&line.person];
            assert_eq!(own.len(), 4);
            let quota = float(line.quotas[&Way::TopDown]);
            assert!((own.values().sum::<f64>() - quota).abs() < 0.001, "{}", line.name);
            for (told, sold) in own.values().zip(season) {
                assert!((told - quota * sold / year).abs() < 0.02, "{}: {told}", line.name);
            }
        }
        let third = head.propose(&wish).await.expect("a proposal");
        assert!(matches!(head.commit(&third, Way::Average, "again", Origin::Ui).await, Err(GoalsError::Has(_))));
    })
    .await;
}
