//! Sales plans: written by whose they are, approved by who leads them, and then quotas of the kind `plan` and targets.

use crate::{
    appraisals::{COLLEAGUE, HEAD, MANAGER, REP},
    company::{kpi, person, viewer},
    scores::acme,
};
use ::goals::{Goals, GoalsError, SalesPlan, Stating, WhatIf};
use base::{Amount, Grain};
use db::{ListQuery, Record};
use kpi::{Ask, ByWord};
use rules::log::Origin;
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
    let quotas: Vec<Option<Amount>> = found.quarters.iter().map(|one| one.quota).collect();
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
    let came = Amount::sum(found.quarters.iter().map(|one| one.came)).expect("small");
    assert_eq!(came.to_text(), sold.parse::<Amount>().expect("a number").to_text());
    assert_eq!(found.outlook.came, came);
    assert!(found.outlook.win_rate > Amount::from(1), "per cent: {:?}", found.outlook);
    let wish = WhatIf { opened: Some(Amount::ZERO), win_rate: Some(Amount::ZERO), ..WhatIf::default() };
    let of = person(app, REP).await.id;
    let bare = goals(app, REP).await.sales_plan(of, "2026", wish).await.expect("a plan");
    assert_eq!(bare.outlook.comes_to(), Ok(came), "without another deal it comes to what came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_written_by_its_owner_and_approved_by_who_leads_them() {
    on_both(async |app| {
        acme(app).await;
        let of = person(app, REP).await.id;
        let stranger = goals(app, COLLEAGUE).await.sales_plan(of, "2027", WhatIf::default()).await;
        assert!(matches!(stranger, Err(GoalsError::NotYours)), "{stranger:?}");
        let (rep, manager) = (goals(app, REP).await, goals(app, MANAGER).await);

        let new = plan(app, REP, "2027").await;
        assert!(new.may_write && !new.may_decide && new.stated.is_none());
        let of_manager = plan(app, MANAGER, "2027").await;
        let refused = manager.state_plan(&of_manager, &stating([1, 1, 1, 1]), Origin::Ui).await;
        assert!(matches!(refused, Err(GoalsError::NotYours)), "{refused:?}");
        for wrong in [[0, 0, 0, 0], [-1, 5, 5, 5]] {
            let refused = rep.state_plan(&new, &stating(wrong), Origin::Ui).await;
            assert!(matches!(refused, Err(GoalsError::NotAPlan(_))), "{refused:?}");
        }
        let no_reason = Stating { reason: " ".to_owned(), ..stating([5, 5, 5, 5]) };
        assert!(matches!(rep.state_plan(&new, &no_reason, Origin::Ui).await, Err(GoalsError::NoReason)));
        rep.state_plan(&new, &stating([300, 310, 320, 400]), Origin::Ui).await.expect("written");
        let again = rep.state_plan(&new, &stating([1, 1, 1, 1]), Origin::Ui).await;
        assert!(matches!(again, Err(GoalsError::Moved)), "the same first plan twice: {again:?}");

        let own = plan(app, REP, "2027").await;
        assert!(!own.may_decide, "nobody approves their own");
        let refused = rep.decide_plan(&own, true, "", Origin::Ui).await;
        assert!(matches!(refused, Err(GoalsError::NotWaiting)), "{refused:?}");
        let waiting = plan(app, MANAGER, "2027").await;
        assert!(matches!(manager.decide_plan(&waiting, false, "", Origin::Ui).await, Err(GoalsError::NoReason)));
        manager.decide_plan(&waiting, false, "more in spring", Origin::Ui).await.expect("given back");
        assert_eq!(quotas(app).await, []);

        rep.state_plan(&plan(app, REP, "2027").await, &stating([320, 340, 320, 400]), Origin::Ui)
            .await
            .expect("written");
        let waiting = plan(app, MANAGER, "2027").await;
        assert_eq!(waiting.stated.as_ref().map(|stated| stated.answer.as_str()), Some(""), "it is decided anew");
        rep.state_plan(&plan(app, REP, "2027").await, &stating([330, 340, 320, 400]), Origin::Ui)
            .await
            .expect("written");
        let stale = manager.decide_plan(&waiting, true, "", Origin::Ui).await;
        assert!(matches!(stale, Err(GoalsError::Moved)), "what was shown is not what there is: {stale:?}");
        manager.decide_plan(&plan(app, MANAGER, "2027").await, true, "", Origin::Ui).await.expect("approved");
        assert_eq!(quotas(app).await, amounts([330, 340, 320, 400]));
        let base = [("active_customers".to_owned(), Amount::from(14)), ("new_customers".to_owned(), Amount::from(3))];
        assert_eq!(goals_of_customers(app).await, base);
        let shown = plan(app, REP, "2027").await;
        assert_eq!(
            shown.quarters.iter().map(|one| one.plan).collect::<Vec<_>>(),
            amounts([330, 340, 320, 400]).map(Some)
        );
        assert_eq!(
            shown.base.iter().map(|one| one.goal).collect::<Vec<_>>(),
            [14, 3].map(|goal| Some(Amount::from(goal)))
        );

        rep.state_plan(&shown, &stating([350, 340, 320, 400]), Origin::Ui).await.expect("written anew");
        assert_eq!(quotas(app).await, amounts([330, 340, 320, 400]), "what was approved stands until the new one is");
        let head = goals(app, HEAD).await;
        head.decide_plan(&plan(app, HEAD, "2027").await, true, "", Origin::Ui).await.expect("approved");
        assert_eq!(quotas(app).await, amounts([350, 340, 320, 400]), "one quota a quarter, changed");
        assert_eq!(goals_of_customers(app).await.len(), 2);
        let listed = manager.sales_plans("2027").await.expect("a list").1;
        let line = listed.iter().find(|line| line.person == of).expect("on it");
        assert_eq!((line.plan, line.state.as_deref()), (Some(Amount::from(1_410)), Some("approved")));
        assert!(
            goals(app, COLLEAGUE)
                .await
                .sales_plans("2027")
                .await
                .expect("a list")
                .1
                .iter()
                .all(|line| line.person != of)
        );
    })
    .await;
}
