//! Sales plans: written by whose they are, approved by who leads them, and then quotas of the kind `plan` and targets.

use crate::{
    appraisals::{COLLEAGUE, HEAD, MANAGER, REP},
    company::{kpi, person, viewer},
    scores::acme,
};
use ::goals::{Goals, GoalsError, SalesPlan, Stating, WhatIf};
use base::{Amount, Grain, Seq};
use db::{ListQuery, Record};
use kpi::{Ask, ByWord};
use rules::{log::Origin, record::Value};
use testkit::{TestApp, on_both};

async fn goals(app: &TestApp, external_id: &str) -> Goals {
    Goals::new(app.db.clone(), viewer(app, external_id).await, app.folder().join("facts"))
}

async fn plan(app: &TestApp, who: &str, year: &str) -> SalesPlan {
    let of = person(app, REP).await.id;
    goals(app, who).await.sales_plan(of, year, WhatIf::default()).await.expect("a plan")
}

fn amounts(quarters: [i64; 4]) -> [Amount; 4] {
    quarters.map(Amount::from)
}

fn stating(quarters: [i64; 4]) -> Stating {
    let base = [("active_customers", Amount::from(14)), ("new_customers", Amount::from(3))].into();
    Stating { quarters: amounts(quarters), base, reason: "two key accounts renew".to_owned() }
}

/// Of the kind `plan`, of the person and 2027, as they stand.
async fn quotas(app: &TestApp) -> Vec<Amount> {
    let of = person(app, REP).await.id;
    let query = ListQuery { sort: Some(("starts_on", false)), limit: u64::MAX, ..ListQuery::default() };
    let all = app.db.system().list(&crm::QUOTA, &query).await.expect("read");
    let is_of = |quota: &&Record| {
        quota.value("person").as_reference() == Some(of)
            && quota.value("kind").as_text() == Some("plan")
            && quota.value("starts_on").as_date().is_some_and(|day| day.year() == 2027)
            && !quota.archived
    };
    all.iter().filter(is_of).map(|quota| quota.value("amount").as_decimal().expect("an amount")).collect()
}

async fn goals_of_customers(app: &TestApp) -> Vec<(String, Amount)> {
    let of = person(app, REP).await.id;
    let all = app.db.system().all(&crm::TARGET).await.expect("read");
    let is_of = |target: &&Record| {
        let starts = target.value("starts_on").as_date();
        target.value("person").as_reference() == Some(of) && starts.is_some_and(|day| day.year() == 2027)
    };
    let told = |target: &Record| {
        (target.value("kpi").as_text().expect("a KPI").to_owned(), target.value("value").as_decimal().expect("a value"))
    };
    let mut found: Vec<_> = all.iter().filter(is_of).map(told).collect();
    found.sort();
    found
}

/// Quotas as data/acme/quotas.csv has them; what came as the KPI tells it of the whole year.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_shows_quota_and_what_came_by_quarter() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let found = plan(app, REP, "2026").await;
    let quotas: Vec<Option<Amount>> = found.standing.quarters.iter().map(|one| one.quota).collect();
    assert_eq!(quotas, amounts([250_000, 280_000, 290_000, 350_000]).map(Some));
    let year = kpi(app).await.calendar().await.expect("one").parse_label("2026").expect("a year");
    let asked = Ask {
        kpis: vec!["revenue".to_owned()],
        by: ByWord::Rep,
        grain: Grain::Year,
        entity: Some(REP.to_owned()),
        ..kpi(app).await.whole(&year, app.folder().join("facts"))
    };
    let sold = kpi(app).await.ask(&asked).await.expect("an answer").rows.remove(0).value.expect("a number");
    let came = Amount::sum(found.came.iter().map(|came| came.expect("known"))).expect("small");
    assert_eq!(came.to_text(), sold.parse::<Amount>().expect("a number").to_text());
    let outlook = found.outlook.expect("all of it is known");
    assert_eq!(outlook.came, came);
    assert!(outlook.win_rate > Amount::from(1), "per cent: {outlook:?}");
    assert_eq!(
        found.open.iter().map(Option::is_some).collect::<Vec<_>>(),
        [false, false, false, true],
        "what is over has none"
    );
    // data/acme/targets.csv has their own target and the company's.
    let above: Vec<Option<Amount>> = found.above.iter().map(|one| one.target).collect();
    assert_eq!(
        (above.first(), above.last()),
        (Some(&Some(Amount::from(60_000_000))), Some(&Some(Amount::from(4_000_000))))
    );
    assert!(above.len() >= 3, "teams between them: {above:?}");
    let of = person(app, COLLEAGUE).await.id;
    let without = goals(app, COLLEAGUE).await.sales_plan(of, "2026", WhatIf::default()).await.expect("a plan").above;
    assert_eq!(
        without.first().and_then(|one| one.target),
        Some(Amount::from(60_000_000)),
        "who has no target sees those above"
    );
    assert_eq!(without.last().and_then(|one| one.target), None);
    let wish = WhatIf { opened: Some(Amount::ZERO), win_rate: Some(Amount::ZERO), ..WhatIf::default() };
    let of = person(app, REP).await.id;
    let bare = goals(app, REP).await.sales_plan(of, "2026", wish).await.expect("a plan");
    assert_eq!(bare.outlook.expect("known").comes_to(), Ok(came), "without another deal it comes to what came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_written_by_its_owner_and_approved_by_who_leads_them() {
    on_both(async |app| {
        acme(app).await;
        let of = person(app, REP).await.id;
        let stranger = goals(app, COLLEAGUE).await.sales_plan(of, "2027", WhatIf::default()).await;
        assert!(matches!(stranger, Err(GoalsError::NotYours)), "{stranger:?}");
        let (rep, manager) = (goals(app, REP).await, goals(app, MANAGER).await);

        let standing = async |goals: &Goals| goals.standing(of, "2027").await.expect("a plan");
        let state = async |new: Stating, seq: Seq| rep.state_plan((of, "2027"), &new, seq, Origin::Ui).await;
        let decide = async |goals: &Goals, decision: (bool, &str), seq: Seq| {
            goals.decide_plan((of, "2027"), decision, seq, Origin::Ui).await
        };
        let new = standing(&rep).await;
        assert!(new.may_write && !new.may_decide && new.stated.is_none());
        let refused = manager.state_plan((of, "2027"), &stating([1, 1, 1, 1]), new.seq, Origin::Ui).await;
        assert!(matches!(refused, Err(GoalsError::NotYours)), "{refused:?}");
        for wrong in [[0, 0, 0, 0], [-1, 5, 5, 5]] {
            let refused = state(stating(wrong), new.seq).await;
            assert!(matches!(refused, Err(GoalsError::NotAPlan(_))), "{refused:?}");
        }
        let no_reason = Stating { reason: " ".to_owned(), ..stating([5, 5, 5, 5]) };
        assert!(matches!(state(no_reason, new.seq).await, Err(GoalsError::NoReason)));
        state(stating([300, 310, 320, 400]), new.seq).await.expect("written");
        let again = state(stating([1, 1, 1, 1]), new.seq).await;
        assert!(matches!(again, Err(GoalsError::Moved)), "the same first plan twice: {again:?}");

        let waiting = standing(&manager).await;
        assert!(waiting.may_decide && !standing(&rep).await.may_decide, "nobody approves their own");
        let refused = decide(&rep, (true, ""), waiting.seq).await;
        assert!(matches!(refused, Err(GoalsError::NotWaiting)), "{refused:?}");
        assert!(matches!(decide(&manager, (false, ""), waiting.seq).await, Err(GoalsError::NoReason)));
        decide(&manager, (false, "more in spring"), waiting.seq).await.expect("given back");
        assert_eq!(quotas(app).await, []);

        state(stating([320, 340, 320, 400]), standing(&rep).await.seq).await.expect("written");
        let waiting = standing(&manager).await;
        assert_eq!(waiting.stated.as_ref().map(|stated| stated.answer.as_str()), Some(""), "it is decided anew");
        state(stating([330, 340, 320, 400]), standing(&rep).await.seq).await.expect("written");
        let stale = decide(&manager, (true, ""), waiting.seq).await;
        assert!(matches!(stale, Err(GoalsError::Moved)), "what was shown is not what there is: {stale:?}");
        decide(&manager, (true, ""), standing(&manager).await.seq).await.expect("approved");
        assert_eq!(quotas(app).await, amounts([330, 340, 320, 400]));
        let base = [("active_customers".to_owned(), Amount::from(14)), ("new_customers".to_owned(), Amount::from(3))];
        assert_eq!(goals_of_customers(app).await, base);
        let shown = plan(app, REP, "2027").await;
        let plans: Vec<_> = shown.standing.quarters.iter().map(|one| one.plan).collect();
        assert_eq!(plans, amounts([330, 340, 320, 400]).map(Some));
        let base: Vec<_> = shown.base.iter().map(|one| one.goal).collect();
        assert_eq!(base, [14, 3].map(|goal| Some(Amount::from(goal))));

        state(stating([350, 340, 320, 400]), shown.standing.seq).await.expect("written anew");
        assert_eq!(quotas(app).await, amounts([330, 340, 320, 400]), "what was approved stands until the new one is");
        let head = goals(app, HEAD).await;
        decide(&head, (true, ""), standing(&head).await.seq).await.expect("approved");
        assert_eq!(quotas(app).await, amounts([350, 340, 320, 400]), "one quota a quarter, changed");
        assert_eq!(goals_of_customers(app).await.len(), 2);
        let listed = manager.sales_plans("2027").await.expect("a list").lines;
        let line = listed.iter().find(|line| line.person == of).expect("on it");
        assert_eq!((line.plan, line.state.as_deref()), (Some(Amount::from(1_410)), Some("approved")));
        let colleagues = goals(app, COLLEAGUE).await.sales_plans("2027").await.expect("a list").lines;
        assert!(colleagues.iter().all(|line| line.person != of));
    })
    .await;
}

/// Acme has a plan of all of 2026 for this person (data/acme/plan_quotas.csv): it gives way to the quarters, and what was approved of a quarter
/// that is over stays. A plan of one product would count twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_the_whole_year_gives_way_to_quarters_and_quarters_that_are_over_stay() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let of = person(app, REP).await.id;
    let (rep, manager) = (goals(app, REP).await, goals(app, MANAGER).await);
    let pass = async |quarters: [i64; 4]| {
        let seq = rep.standing(of, "2026").await.expect("a plan").seq;
        rep.state_plan((of, "2026"), &stating(quarters), seq, Origin::Ui).await.expect("written");
        let seq = manager.standing(of, "2026").await.expect("a plan").seq;
        manager.decide_plan((of, "2026"), (true, ""), seq, Origin::Ui).await
    };
    let before = rep.standing(of, "2026").await.expect("a plan");
    assert_eq!((before.plan, before.quarters[0].plan), (Some(Amount::from(990_000)), None));
    pass([200, 210, 220, 230]).await.expect("approved");
    let after = rep.standing(of, "2026").await.expect("a plan");
    assert_eq!(after.plan, Some(Amount::from(860)), "the plan of the year is archived");
    pass([1, 1, 1, 300]).await.expect("approved");
    let after = rep.standing(of, "2026").await.expect("a plan");
    let plans: Vec<_> = after.quarters.iter().map(|one| one.plan).collect();
    assert_eq!(plans, amounts([200, 210, 220, 300]).map(Some), "three quarters are over");
    let product = app.db.system().all(&crm::PRODUCT).await.expect("read").remove(0).id;
    let fields = vec![
        ("person", Value::Reference(of)),
        ("product", Value::Reference(product)),
        ("kind", Value::Text("plan".to_owned())),
        ("starts_on", Value::Date(after.year.start)),
        ("ends_on", Value::Date(after.year.end)),
        ("amount", Value::Decimal(Amount::from(5))),
        ("currency", Value::Text(after.currency.to_string())),
    ];
    app.create(&crm::QUOTA, fields).await;
    let refused = pass([1, 1, 1, 400]).await;
    assert!(matches!(refused, Err(GoalsError::Beside(_))), "{refused:?}");
}
