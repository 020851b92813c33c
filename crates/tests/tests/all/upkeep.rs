//! What is kept of facts and of the organisation when something changes is what would be read anew.

use crate::company::{advance, ask, import, kpi, person};
use base::{Grain, RecordId};
use db::Change;
use jiff::{SignedDuration, civil::date};
use kpi::{Ask, ByWord, KnownAt, Kpi, Row};
use rules::{log::Event, record::Value};
use testkit::{TestApp, on_both};

async fn change(app: &TestApp, change: Change) {
    app.clock.advance(SignedDuration::from_mins(1));
    let mut tx = app.begin();
    tx.put(change).expect("sound");
    tx.commit().await.expect("written");
}

/// Two years by everybody, as known now or at a moment.
async fn revenue(app: &TestApp, kpi: &Kpi, known_at: Option<KnownAt>) -> Vec<Row> {
    let days = (Some(date(2025, 1, 1)), Some(date(2027, 1, 1)));
    let ids = ["revenue", "deals_won_count", "pipeline_value", "win_rate_created"];
    let asked = Ask { from: days.0, to: days.1, known_at, ..ask(app, &ids, ByWord::Rep, Grain::Quarter) };
    kpi.ask(&asked).await.expect("an answer").rows
}

/// Files know which splits once named another deal, or do no more; a changed deal is told with them.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_deal_is_told_with_every_split_that_ever_named_it() {
    on_both(async |app| {
        advance(app);
        import(app, "acme", "acme", false).await;
        let splits = app.db.system().all(&crm::DEAL_SPLIT).await.expect("read");
        let deal_of = |split: &db::Record| split.value("deal").as_reference().expect("a deal");
        let deals: Vec<RecordId> = splits.iter().map(deal_of).collect();
        let (moved, archived) = (&splits[0], splits.iter().find(|split| deal_of(split) != deals[0]).expect("another"));
        let before = KnownAt::Moment(app.db.now());
        // While there are files; then they are written anew; then a deal changes.
        revenue(app, &kpi(app).await, None).await;
        let other = deals.iter().find(|deal| **deal != deals[0]).expect("another deal");
        change(app, Change::set(&crm::DEAL_SPLIT, moved.id, vec![("deal", Value::Reference(*other))])).await;
        change(app, Change::of(&crm::DEAL_SPLIT, archived.id, Event::Archive)).await;
        let of_tail = revenue(app, &kpi(app).await, None).await;
        let rebuild = || std::fs::remove_dir_all(app.folder().join("facts")).expect("deleted");
        rebuild();
        assert_eq!(revenue(app, &kpi(app).await, None).await, of_tail);
        for deal in [deals[0], deal_of(archived)] {
            change(app, Change::set(&crm::DEAL, deal, vec![("next_step", Value::Text("call".to_owned()))])).await;
        }
        let told = [revenue(app, &kpi(app).await, None).await, revenue(app, &kpi(app).await, Some(before)).await];
        assert_ne!(told[0], told[1], "the split counted for the deal it named");
        rebuild();
        let anew = [revenue(app, &kpi(app).await, None).await, revenue(app, &kpi(app).await, Some(before)).await];
        assert_eq!(told, anew);
    })
    .await;
}

/// Who asks again after a change gets what somebody who asks for the first time gets.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_between_two_states_of_the_log_is_what_would_be_read_anew() {
    on_both(async |app| {
        advance(app);
        import(app, "acme", "acme", false).await;
        let kept = kpi(app).await;
        let told = async |kpi: &Kpi| {
            let mut rows = Vec::new();
            let owned = [ByWord::Team, ByWord::Manager, ByWord::Territory].map(|by| (by, "owner"));
            for (by, key) in owned.into_iter().chain([(ByWord::Segment, "account")]) {
                let ids: Vec<&str> = kpi
                    .catalogue()
                    .iter()
                    .filter(|definition| definition.has_key(key))
                    .map(|definition| definition.id.as_str())
                    .collect();
                let days = (Some(date(2026, 1, 1)), Some(date(2027, 1, 1)));
                let asked = Ask { from: days.0, to: days.1, ..ask(app, &ids, by, Grain::Year) };
                rows.extend(kpi.ask(&asked).await.expect("an answer").rows);
            }
            rows
        };
        let mut last = told(&kept).await;
        let deal = app.db.system().named(&crm::DEAL, "D0188").await.expect("read").remove(0);
        let account = deal.value("account").as_reference().expect("an account");
        let seller = deal.value("owner").as_reference().expect("an owner");
        let team = person(app, "P22").await.value("team").as_reference().expect("a team");
        let amount = Value::Decimal("500000".parse().expect("a number"));
        let text = |text: &str| Value::Text(text.to_owned());
        for changed in [
            Change::set(&crm::DEAL, deal.id, vec![("amount", amount)]),
            Change::set(&crm::ACCOUNT, account, vec![("segment", text("Enterprise"))]),
            Change::set(&access::PERSON, seller, vec![("team", Value::Reference(team))]),
            Change::set(&crm::DEAL, deal.id, vec![("currency", text("JPY"))]),
        ] {
            change(app, changed.effective_at("2026-01-01T00:00:00Z".parse().expect("a moment"))).await;
            let now = told(&kept).await;
            assert_ne!(now, last, "the change changes a number");
            assert_eq!(now, told(&kpi(app).await).await);
            last = now;
        }
    })
    .await;
}

/// What has not begun has no numbers, those of a trailing year among them.
#[tokio::test(flavor = "multi_thread")]
async fn a_year_to_come_is_empty_and_no_error() {
    let app = &TestApp::sqlite().await;
    advance(app);
    import(app, "acme", "acme", false).await;
    let kpi = kpi(app).await;
    let ids: Vec<&str> = kpi.catalogue().iter().map(|definition| definition.id.as_str()).collect();
    for (from, to) in [(date(2030, 1, 1), date(2031, 1, 1)), (date(2026, 3, 1), date(2026, 3, 1))] {
        let asked = Ask { from: Some(from), to: Some(to), ..ask(app, &ids, ByWord::Company, Grain::Month) };
        let rows = kpi.ask(&asked).await.expect("an answer").rows;
        let velocity = rows.iter().filter(|row| row.kpi == "pipeline_velocity");
        assert!(velocity.clone().all(|row| row.value.is_none()), "{:?}", velocity.collect::<Vec<_>>());
    }
}
