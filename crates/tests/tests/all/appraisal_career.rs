//! What somebody wants to become and the talks about it; and the KPI part of who changes roles within a period.

use crate::{
    appraisals::{
        CHIEF, COLLEAGUE, FINANCE, HEAD, HR, MANAGER, OPERATIONS, REP, appraisal, form, launch, rated, setup, told,
        write,
    },
    company::person,
    scores::acme,
};
use ::appraisal::{AppraisalError, CAREER_GOAL, CAREER_TALK, Frozen, NewCareerTalk, NewWish, Note};
use base::{Amount, RecordId};
use db::Change;
use jiff::civil::{Date, date};
use rules::{log::Origin, record::Value};
use std::collections::BTreeMap;
use testkit::{TestApp, on_both};

fn wish(text: &str, role: Option<&str>, by: Option<Date>) -> NewWish {
    NewWish { wish: text.to_owned(), role: role.map(str::to_owned), by }
}

fn talk(day: Date, agreed: &str, follow_up: Option<Date>) -> NewCareerTalk {
    NewCareerTalk { day, agreed: agreed.to_owned(), follow_up }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_career_is_said_by_its_person_and_talked_about_with_those_above() {
    on_both(async |app| {
        acme(app).await;
        let me = person(app, REP).await.id;
        let (own, above) = (appraisal(app, REP).await, appraisal(app, MANAGER).await);
        assert!(own.development(me).await.expect("one's own").career.wish().is_none());
        for (wrong, message) in [
            (wish(" ", None, None), "say wish: it is empty"),
            (wish("lead", Some("pilot"), None), "there is no role pilot"),
            (wish("lead", None, Some(date(2026, 1, 1))), "2026-01-01 is too early: it is a day to come"),
        ] {
            assert_eq!(told(&own.state_wish(&wrong, Origin::Ui).await.expect_err("refused")), message);
        }
        own.state_wish(&wish("lead a team of my own", Some("aem"), Some(date(2028, 1, 1))), Origin::Ui)
            .await
            .expect("said");
        // What was said before ends with what is said now, and stays to be read.
        own.state_wish(&wish("look after the largest accounts", Some("kam"), None), Origin::Ui).await.expect("said");
        let career = own.development(me).await.expect("one's own").career;
        let wishes: Vec<_> = career.wishes.iter().map(|one| (one.role.as_deref(), one.ended_on)).collect();
        assert_eq!(wishes, [(Some("kam"), None), (Some("aem"), Some(date(2026, 11, 24)))]);
        // A talk is kept by somebody above, after it was held.
        let today = date(2026, 11, 24);
        for (wrong, message) in [
            (talk(date(2026, 12, 1), "x", None), "2026-12-01 has not come: a talk is kept after it was held"),
            (talk(today, " ", None), "say agreed: it is empty"),
            (talk(today, "x", Some(today)), "2026-11-24 is too early: it is a day to come"),
        ] {
            assert_eq!(told(&above.keep_career_talk(me, &wrong, Origin::Ui).await.expect_err("refused")), message);
        }
        let kept = talk(today, "two key accounts beside the KAM in spring", Some(date(2027, 5, 1)));
        let refused = own.keep_career_talk(me, &kept, Origin::Ui).await;
        assert!(matches!(refused, Err(AppraisalError::OwnTalk)));
        above.keep_career_talk(me, &kept, Origin::Ui).await.expect("kept");
        for reader in [REP, MANAGER, HEAD, CHIEF, HR] {
            let career = appraisal(app, reader).await.development(me).await.expect("reads").career;
            let found = career.talks.first().expect("one");
            assert_eq!((found.agreed.as_str(), career.follow_up()), (kept.agreed.as_str(), kept.follow_up), "{reader}");
            assert_eq!(found.with, person(app, MANAGER).await.title());
        }
        for outsider in [COLLEAGUE, FINANCE, OPERATIONS, "P05"] {
            let them = appraisal(app, outsider).await;
            assert!(matches!(them.development(me).await, Err(AppraisalError::NotThere)), "{outsider}");
            let refused = them.keep_career_talk(me, &kept, Origin::Ui).await;
            assert!(matches!(refused, Err(AppraisalError::NotThere)), "{outsider}");
            for record_type in [&CAREER_GOAL, &CAREER_TALK] {
                let seen = them.visible(record_type, Vec::new()).await.expect("read");
                assert!(seen.is_empty(), "{outsider} reads {}", record_type.name);
            }
        }
        // A later talk takes the follow-up away.
        above.keep_career_talk(me, &talk(today, "agreed with the KAM", None), Origin::Ui).await.expect("kept");
        assert_eq!(own.development(me).await.expect("one's own").career.follow_up(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_ready_somebody_is_is_what_was_seen_beside_what_the_wished_role_expects() {
    on_both(async |app| {
        acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae"]).await;
        let read = form(app, MANAGER, REP).await.expect("reads");
        write(app, MANAGER, REP, &rated(&read, 4)).await.expect("handed in");
        let hr = appraisal(app, HR).await;
        hr.release(cycle, Origin::Ui).await.expect("released");
        let (me, own) = (person(app, REP).await.id, appraisal(app, REP).await);
        own.state_wish(&wish("key accounts", Some("kam"), None), Origin::Ui).await.expect("said");
        let plan = own.development(me).await.expect("one's own");
        let expected = plan.wished.expect("described");
        let of_role = hr.role("kam", date(2026, 11, 24)).await.expect("ships").what;
        assert_eq!(expected.len(), of_role.competencies.len());
        for (one, said) in expected.iter().zip(&of_role.competencies) {
            let was_rated = read.profile.competencies.iter().any(|rated| rated.id == said.id);
            assert_eq!(one.observed, was_rated.then(|| Amount::from(4)), "{}", said.id);
            assert_eq!(one.is_met(), was_rated && said.expected <= 4, "{}", said.id);
        }
    })
    .await;
}

async fn planned(app: &TestApp, of: RecordId) -> (Frozen, Option<Amount>, Vec<Note>) {
    let plan = appraisal(app, HR).await.plan(&setup("2025", &["ae", "kam"])).await.expect("a plan");
    let one = plan.people.into_iter().find(|one| one.person == of).expect("planned");
    (one.frozen, one.score, one.notes)
}

/// P09 sells until the end of June and keeps accounts from July on: 181 and 184 of the 365 days of 2025.
#[tokio::test(flavor = "multi_thread")]
async fn who_changes_roles_is_weighed_by_the_days_of_each() {
    on_both(async |app| {
        acme(app).await;
        let me = person(app, REP).await.id;
        let (before, ..) = planned(app, me).await;
        assert_eq!(before.roles, [], "one role is as it always was");
        let mut tx = app.begin();
        let role = vec![("role", Value::Text("kam".to_owned()))];
        let from = "2025-07-01T00:00:00+07:00".parse().expect("a moment");
        tx.put(Change::set(&access::PERSON, me, role).effective_at(from)).expect("sound");
        tx.commit().await.expect("written");
        let (frozen, score, notes) = planned(app, me).await;
        assert_eq!(frozen.roles, [("kam".to_owned(), 184), ("ae".to_owned(), 181)]);
        assert!(notes.contains(&Note::ChangedRole(date(2025, 7, 1))));
        let number = |amount: Amount| amount.to_text().parse::<f64>().expect("a number");
        let held = crate::company::kpi(app).await.scorecards(date(2025, 12, 31)).await.expect("read");
        let card = &held["kam"].card;
        let own = |id: &str, by: &str| before.kpis.iter().find(|one| one.kpi == id && one.by == by);
        let (mut whole, mut sum, mut scored) = (0.0, 0.0, 0.0);
        for one in frozen.kpis.iter().filter(|one| one.weight.is_some()) {
            let weight = number(one.weight.expect("a weight"));
            let before = own(&one.kpi, &one.by);
            let of_seller = before.and_then(|before| before.weight).map_or(0.0, number);
            // Acme's two cards judge people by their own numbers.
            let of_kam = card.items().find(|item| item.id == one.kpi).and_then(|item| item.weight).map_or(0.0, number);
            let expected = of_seller * 181.0 / 365.0 + of_kam * 184.0 / 365.0;
            assert!((weight - expected).abs() < 0.001, "{}: {weight} and {expected}", one.kpi);
            if let Some(before) = before.filter(|_| of_kam < 0.000_001) {
                assert_eq!((one.score, one.value), (before.score, before.value), "{}", one.kpi);
            }
            whole += weight;
            if let Some(score) = one.score {
                scored += weight;
                sum += weight * number(score);
            }
        }
        assert!((whole - 100.0).abs() < 0.000_001, "{whole}");
        let told = number(score.expect("a score"));
        assert!((told - sum / scored).abs() < 0.001, "{told} and {}", sum / scored);
        // It is what a launch freezes.
        launch(app, "2025", &["ae", "kam"]).await;
        let read = form(app, HR, REP).await.expect("reads");
        assert_eq!(read.frozen, frozen);
        assert_eq!(read.frozen.score(&BTreeMap::new()).expect("sound").whole, score);
        assert_eq!(read.role, "kam");
    })
    .await;
}
