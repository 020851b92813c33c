//! Quotas of a year: the ways of F1 side by side on what people sold, and one of them committed.

use crate::{
    appraisals::{CHIEF, FINANCE, HEAD, MANAGER, REP},
    company::{kpi, potentials, viewer},
    scores::acme,
};
use ::goals::{Goals, GoalsError, PlanState, Way, Wish};
use ::kpi::{Ask, ByWord, KpiError};
use base::{Amount, Grain, RecordId};
use db::{Change, ListQuery};
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

/// Of years ago: it changes no number.
fn old_quota() -> rules::log::Fields {
    vec![
        ("starts_on", Value::Date(date(2019, 1, 1))),
        ("ends_on", Value::Date(date(2019, 4, 1))),
        ("amount", Value::Decimal(Amount::from(1))),
        ("currency", Value::Text("THB".to_owned())),
    ]
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

/// A draft is changed by hand, handed in, given back, handed in again and approved by who had no hand in it. Whose amounts were changed.
async fn decided(app: &TestApp, head: &Goals, id: RecordId) -> RecordId {
    let plan = head.quota_plan(id).await.expect("a plan");
    assert!(plan.may_change && !plan.may_decide && plan.state == PlanState::Draft);
    let none = BTreeMap::new();
    for stranger in [REP, MANAGER] {
        let refused = goals(app, stranger).await.quota_plan(id).await;
        assert!(matches!(refused, Err(GoalsError::Kpi(KpiError::SetsNoScorecards))), "{stranger} reads it");
    }
    let chief = goals(app, CHIEF).await;
    let early = chief.decide_quotas(id, (true, ""), plan.version, Origin::Ui).await;
    assert!(matches!(early, Err(GoalsError::PlanState("draft"))));
    let person = RecordId(plan.lines[0].person);
    let quarters = ["1000000", "0", "0", "250000.5"].map(|text| text.parse().expect("an amount"));
    let change = async |amounts: Vec<Amount>, submit| {
        let amounts = BTreeMap::from([(person, amounts)]);
        head.change_quotas(id, &amounts, ("plan of 2027", submit), plan.version, Origin::Ui).await
    };
    assert!(matches!(change(vec![Amount::from(-1); 4], false).await, Err(GoalsError::NotAPlan(_))));
    assert!(matches!(change(vec![Amount::ONE], false).await, Err(GoalsError::NotAPlan(_))));
    change(quarters.to_vec(), true).await.expect("handed in");
    assert!(matches!(change(quarters.to_vec(), true).await, Err(GoalsError::PlanState("submitted"))));
    let waits = ::goals::waiting(&app.db, None).await.expect("read");
    let waits: Vec<RecordId> = waits.iter().filter(|one| one.what == "waits-quotas").map(|one| one.person).collect();
    let who = viewer(app, CHIEF).await.person;
    assert!(who.is_some_and(|who| waits.contains(&who)));
    assert!(!waits.contains(&viewer(app, HEAD).await.person.expect("somebody")), "not for whose hand it is");
    let seen = chief.quota_plan(id).await.expect("a plan");
    assert!(seen.may_decide && !seen.may_change && seen.lines[0].is_changed() && !seen.lines[1].is_changed());
    let own = head.decide_quotas(id, (true, ""), seen.version, Origin::Ui).await;
    assert!(matches!(own, Err(GoalsError::OwnHand)));
    assert!(matches!(chief.decide_quotas(id, (true, ""), plan.version, Origin::Ui).await, Err(GoalsError::Moved)));
    assert!(matches!(chief.decide_quotas(id, (false, " "), seen.version, Origin::Ui).await, Err(GoalsError::NoReason)));
    let quotas = async || app.db.system().all(&crm::QUOTA).await.expect("read").len();
    let before = quotas().await;
    chief.decide_quotas(id, (false, "less for spring"), seen.version, Origin::Ui).await.expect("given back");
    let back = head.quota_plan(id).await.expect("a plan");
    assert_eq!((back.state, back.answer.as_deref()), (PlanState::Returned, Some("less for spring")));
    head.change_quotas(id, &none, ("plan of 2027", true), back.version, Origin::Ui).await.expect("handed in");
    let seen = chief.quota_plan(id).await.expect("a plan");
    assert_eq!(quotas().await, before, "none of it counts yet");
    let written = chief.decide_quotas(id, (true, ""), seen.version, Origin::Ui).await.expect("approved");
    assert_eq!((written, quotas().await), (4 * seen.lines.len(), before + written));
    let of_plan = app.db.system().all(&crm::QUOTA).await.expect("read");
    let approved = of_plan.iter().filter(|one| one.value("approved_by").as_reference() == who);
    assert_eq!(approved.count(), written);
    person
}

/// A share of what the accounts of each could buy: what was sold of it and the raise, or what one says.
async fn account_based(head: &Goals, wish: &Wish, found: &goals::Proposal, potentials: &BTreeMap<RecordId, f64>) {
    let potential = |line: &goals::Line| potentials.get(&line.person).copied().unwrap_or_default();
    let all = found.lines.iter().map(potential).sum::<f64>();
    let sold = found.lines.iter().filter(|line| potential(line) > 0.0).map(|line| float(line.sold)).sum::<f64>();
    let aimed = head.propose(&Wish { share: Some("12.5".parse().expect("a number")), ..wish.clone() }).await;
    for (proposal, share) in [(found, 1.1 * sold / all), (&aimed.expect("a proposal"), 0.125)] {
        assert!((float(proposal.share.expect("a share")) - 100.0 * share).abs() < 0.000_01);
        for line in &proposal.lines {
            let told = line.quotas.get(&Way::AccountBased).map_or(0.0, |quota| float(*quota));
            // A share has six decimals.
            let rounded = potential(line) * 1e-8 + 0.01;
            assert!((told - potential(line) * share).abs() < rounded, "{}: {told}", line.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn quotas_are_proposed_by_several_ways_and_one_is_approved() {
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
        let (potentials, mut whole) = (potentials(app).await, 0.0);
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
        }
        let potential = |line: &goals::Line| potentials.get(&line.person).copied().unwrap_or_default();
        let all = found.lines.iter().map(potential).sum::<f64>();
        assert!(found.lines.iter().filter(|line| potential(line) > 0.0).count() > 5);
        let sum = |way| found.lines.iter().map(|line| float(line.quotas[&way])).sum::<f64>();
        assert!((sum(Way::TopDown) - 103_500_000.0).abs() < 0.001, "{}", sum(Way::TopDown));
        for line in &found.lines {
            let share = 0.4 * float(line.sold) / whole + 0.6 * potential(line) / all;
            let told = float(line.quotas[&Way::TopDown]);
            assert!((told - 103_500_000.0 * share).abs() < 0.02, "{}: {told}", line.name);
        }
        account_based(&head, &wish, &found, &potentials).await;
        let top = found.sums.iter().find(|one| one.way == Way::TopDown).expect("three");
        assert_eq!(top.gap.amount, Amount::from(13_500_000));
        // Drafted only as it was looked at.
        let draft = async |of: &Goals, proposal: &goals::Proposal, reason: &str| {
            of.draft_quotas(proposal, Way::TopDown, reason, Origin::Ui).await
        };
        assert!(matches!(draft(&head, &found, " ").await, Err(GoalsError::NoReason)));
        let refused = draft(&goals(app, MANAGER).await, &found, "plan").await;
        assert!(matches!(refused, Err(GoalsError::Kpi(KpiError::SetsNoScorecards))));
        app.create(&crm::QUOTA, old_quota()).await;
        assert!(matches!(draft(&head, &found, "plan").await, Err(GoalsError::Moved)));
        // Deals may change meanwhile: what is drafted is what was looked at.
        let looked = head.propose(&wish).await.expect("a proposal");
        let [deal] = app.db.system().named(&crm::DEAL, "D0372").await.expect("read").try_into().expect("one");
        let mut tx = app.begin();
        let more = vec![("amount", Value::Decimal(Amount::from(77_000_000)))];
        tx.put(Change::set(&crm::DEAL, deal.id, more)).expect("sound");
        tx.commit().await.expect("written");
        let pipeline = |of: &goals::Proposal| of.lines.iter().map(|line| float(line.pipeline)).sum::<f64>();
        assert!(pipeline(&head.propose(&wish).await.expect("a proposal")) > pipeline(&looked) + 1_000_000.0);
        let seen = Wish { seen: Some((looked.seq, looked.made_on)), ..wish.clone() };
        let again = head.propose(&seen).await.expect("a proposal");
        let yesterday = looked.made_on.yesterday().expect("a day");
        let old = head.propose(&Wish { seen: Some((looked.seq, yesterday)), ..wish.clone() }).await;
        assert!(matches!(old, Err(GoalsError::Moved)), "its months are others today");
        assert_eq!((again.seq, format!("{:?}", again.lines)), (looked.seq, format!("{:?}", looked.lines)));
        let id = draft(&head, &again, "plan of 2027").await.expect("drafted");
        let changed = decided(app, &head, id).await;
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
            if line.person == changed {
                assert_eq!(own.values().copied().collect::<Vec<_>>(), [1_000_000.0, 0.0, 0.0, 250_000.5]);
                continue;
            }
            let quota = float(line.quotas[&Way::TopDown]);
            assert!((own.values().sum::<f64>() - quota).abs() < 0.001, "{}", line.name);
            for (told, sold) in own.values().zip(season) {
                assert!((told - quota * sold / year).abs() < 0.02, "{}: {told}", line.name);
            }
        }
        let third = head.propose(&wish).await.expect("a proposal");
        assert!(matches!(draft(&head, &third, "again").await, Err(GoalsError::Has(_))));
    })
    .await;
}

/// C19 and F1: a month of which more than 14 days were away counts in no mean. Sold from November 2025: March 2026 is the fifth month.
#[tokio::test(flavor = "multi_thread")]
async fn a_month_somebody_was_away_counts_in_no_mean() {
    on_both(async |app| {
        acme(app).await;
        let (head, own) = (goals(app, HEAD).await, viewer(app, REP).await.person.expect("somebody"));
        let access = crate::company::access(app);
        let line = async || {
            let found = head.propose(&Wish::of("2027")).await.expect("a proposal");
            found.lines.into_iter().find(|line| line.person == own).expect("sold something")
        };
        let away = async |back| {
            let new = access::NewLeave { from: date(2026, 3, 5), back, substitute: None, share: Amount::from(100) };
            access.add_leave(None, own, new, Origin::Cli).await.expect("written")
        };
        let whole = line().await;
        let id = away(date(2026, 3, 19)).await;
        let short = line().await;
        assert_eq!((whole.months, short.months, &short.quotas), (12, 12, &whole.quotas), "14 days are not too many");
        access.drop_leave(None, own, id, Origin::Cli).await.expect("taken out");
        away(date(2026, 3, 20)).await;
        let mut months = sold(app).await[&own].clone();
        months.remove(4);
        let cap = p90(&months);
        let mean = months.iter().map(|month| month.min(cap)).sum::<f64>() / 11.0;
        let expected = (mean * 1.1 * 100.0 + 0.5).floor() / 100.0 * 12.0;
        let told = line().await;
        let average = float(told.quotas[&Way::Average]);
        assert!(told.months == 11 && (average - expected).abs() < 0.13, "{average} and {expected}");
    })
    .await;
}
