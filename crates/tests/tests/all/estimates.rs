//! Estimates (PAY-7): what an open deal would earn is what a run pays once it is won.

use crate::{
    company::person,
    pay_runs::{FINANCE, acme, pay},
};
use base::{Money, RecordId};
use crm::{DEAL, STAGE};
use db::Change;
use rules::{log::Origin, record::Value};
use std::collections::BTreeSet;
use testkit::{TestApp, on_both};

const REP: &str = "P09";
const PERIOD: &str = "2026-11";

/// What a run of the month would pay her.
async fn total(app: &TestApp, payee: RecordId) -> Money {
    let draft = pay(app, FINANCE).await.draft(PERIOD).await.expect("a draft");
    let own = draft.told.payees.iter().find(|one| one.person == payee.0).expect("she is paid");
    Money::parse(&own.total, own.currency.parse().expect("a currency")).expect("an amount")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_estimate_is_what_the_run_pays_once_the_deal_is_won() {
    on_both(async |app| {
        acme(app).await;
        let payee = person(app, REP).await.id;
        let before = total(app, payee).await;
        let found = pay(app, REP).await.estimate(&BTreeSet::new()).await.expect("told").expect("she has a plan");
        assert_eq!((found.period.label.as_str(), found.so_far), (PERIOD, before));
        let whole: i64 = found.deals.iter().map(|one| one.earns.minor).sum();
        assert!(found.deals.len() > 1 && found.together.minor >= whole, "rates rise with what adds up");
        let one = found.deals.iter().find(|one| one.earns.minor > 0).expect("one that pays");
        let alone = pay(app, REP).await.estimate_of_deal(one.deal).await.expect("told").expect("it is hers");
        assert_eq!((alone.deals.len(), alone.together, alone.deals[0].earns), (1, one.earns, one.earns));
        assert!(pay(app, "P10").await.estimate_of_deal(one.deal).await.expect("told").is_none(), "it is not his");
        let two: BTreeSet<RecordId> = found.deals.iter().map(|one| one.deal).take(2).collect();
        let chosen = pay(app, REP).await.estimate(&two).await.expect("told").expect("she has a plan");
        let apart: i64 = chosen.deals.iter().filter(|one| one.is_chosen).map(|one| one.earns.minor).sum();
        assert_eq!(chosen.deals.len(), found.deals.len(), "all are told");
        assert!(chosen.together.minor >= apart && chosen.together.minor < found.together.minor);
        let deal = app.db.system().get(&DEAL, one.deal).await.expect("read").expect("there");
        let stages = app.db.system().all(&STAGE).await.expect("read");
        let of = |id: RecordId| stages.iter().find(|stage| stage.id == id).expect("a stage");
        let pipeline = of(deal.value("stage").as_reference().expect("a stage")).value("pipeline").clone();
        let won = stages
            .iter()
            .find(|stage| *stage.value("pipeline") == pipeline && stage.value("kind").as_text() == Some("won"))
            .expect("a stage for what is won");
        let mut tx = app.db.begin(None, Origin::Cli);
        tx.put(Change::set(&DEAL, one.deal, vec![("stage", Value::Reference(won.id))])).expect("sound");
        tx.commit().await.expect("written");
        assert_eq!(total(app, payee).await.minor - before.minor, one.earns.minor);
        let after = pay(app, REP).await.estimate(&BTreeSet::new()).await.expect("told").expect("she has a plan");
        assert!(after.deals.iter().all(|other| other.deal != one.deal), "it is won");
    })
    .await;
}
