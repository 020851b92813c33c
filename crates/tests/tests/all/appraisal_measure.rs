//! A cycle's own weights, anonymity and bounds of grades: fixed at the launch, told by them, graded by them.

use crate::{
    appraisals::{HR, MANAGER, REP, appraisal, form, form_id, rated, setup, write},
    company::person,
    markers::{answer, served},
    scores::acme,
};
use ::appraisal::{CycleState, Setup};
use access::Access;
use base::Amount;
use rules::{
    appraisal::{Grade, Grades, Means, Measure, Overall, RaterKind, Standing},
    log::Origin,
};
use std::{collections::BTreeMap, sync::Arc};
use testkit::{TestApp, on_both};

const PEERS: [&str; 4] = ["P10", "P11", "P12", "P13"];

fn amount(text: &str) -> Amount {
    text.parse().expect("a number")
}

/// Managers weigh 60, peers 40; a side is told from four on; a D takes a score that levels of 3 do not give.
fn measure() -> Measure {
    let weights = BTreeMap::from([(RaterKind::Manager, amount("60")), (RaterKind::Peer, amount("40"))]);
    let bands = [
        (Grade::A, Some("119")),
        (Grade::B, Some("118")),
        (Grade::C, Some("117")),
        (Grade::D, Some("116")),
        (Grade::E, None),
    ];
    let bands = bands.map(|(grade, from)| (grade, from.map(amount))).to_vec();
    Measure::new(weights, 4, Means::Plain, Grades::new(bands).expect("they fall")).expect("they make 100")
}

/// A cycle of competencies alone, in which so many peers and the manager answer.
async fn held(app: &TestApp, peers: &[&str]) -> ::appraisal::Form {
    acme(app).await;
    let hr = appraisal(app, HR).await;
    let asked = Setup { kpi_weight: 0, measure: measure(), ..setup("2025", &["ae"]) };
    let plan = hr.plan(&asked).await.expect("a plan");
    let cycle = hr.launch(&plan, Origin::Cli).await.expect("launched");
    assert_eq!(hr.cycle(cycle).await.expect("read").measure, measure());
    let (manager, id) = (appraisal(app, MANAGER).await, form_id(app, REP).await);
    for (peer, level) in peers.iter().zip([5, 4, 4, 3]) {
        manager.nominate(id, peer, Origin::Cli).await.expect("asked");
        let whole = form(app, peer, REP).await.expect("may write");
        write(app, peer, REP, &rated(&whole, level)).await.expect("handed in");
    }
    let whole = form(app, MANAGER, REP).await.expect("may write");
    write(app, MANAGER, REP, &rated(&whole, 3)).await.expect("handed in");
    hr.move_on(cycle, CycleState::Released, Origin::Cli).await.expect("released");
    form(app, REP, REP).await.expect("hers")
}

#[tokio::test(flavor = "multi_thread")]
async fn sides_weigh_what_the_cycle_says() {
    on_both(async |app| {
        let told = held(app, &PEERS).await.feedback().expect("reckoned").expect("released");
        // (5 + 4 + 4 + 3) ÷ 4 = 4, and 0.6 × 3 + 0.4 × 4 = 3.4.
        assert_eq!(told.groups[&RaterKind::Peer], Standing::Told { mean: amount("4"), raters: 4 });
        assert_eq!(told.overall, Overall::Told(amount("3.4")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_are_too_few_where_four_are_asked_for_and_grades_begin_where_they_are_put() {
    on_both(async |app| {
        let found = held(app, &PEERS[..3]).await;
        let told = found.feedback().expect("reckoned").expect("released");
        assert_eq!(told.groups[&RaterKind::Peer], Standing::Hidden);
        assert_eq!(told.overall, Overall::Withheld, "fewer than six in all");
        let outcome = found.outcome().expect("reckoned");
        let usual = Grades::default().of(outcome.overall.expect("a score"));
        assert_ne!(usual, Grade::E, "by the reference's bounds");
        assert_eq!((outcome.grade, found.after.grade), (Some(Grade::E), Some(Grade::E)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_is_launched_with_its_measure_by_api() {
    on_both(async |app| {
        acme(app).await;
        let access = Access::new(app.db.clone(), [7; 32], Arc::new(clinch::SystemRandom));
        let token = access.new_token(person(app, HR).await.id, "test", 1).await.expect("a token");
        let address = served(app, &access).await;
        let head = format!("Authorization: Bearer {token}\r\nContent-Type: application/json");
        let launch = async |measure: &str, seq: &str| {
            let days = r#""own_due":"2026-12-01","others_due":"2026-12-03","manager_due":"2026-12-10""#;
            let body = format!(
                r#"{{"name":"Own","period":"2025","roles":["ae"],"kpi_weight":70,{days},"measure":{measure}{seq}}}"#
            );
            answer(&address, "POST /api/v1/appraisal-cycles", &head, &body).await
        };
        let wrong = launch(r#"{"weights":{"manager":"90"}}"#, "").await;
        assert!(wrong.contains("make 90") && !wrong.starts_with("HTTP/1.0 2"), "{wrong}");
        let own = r#"{"weights":{"manager":"60","peer":"40"},"least":4,"means":"trimmed"}"#;
        let plan = launch(own, "").await;
        let seq = plan.split("\"seq\":").nth(1).expect("a plan").trim_start();
        let seq: String = seq.chars().take_while(char::is_ascii_digit).collect();
        let launched = launch(own, &format!(r#","seq":{seq}"#)).await;
        assert!(launched.starts_with("HTTP/1.0 201"), "{launched}");
        let cycle = appraisal(app, HR).await.cycles().await.expect("read").remove(0);
        let kept = (cycle.measure.least(), cycle.measure.means(), cycle.measure.weight(RaterKind::Peer));
        assert_eq!(kept, (4, Means::Trimmed, amount("40")));
        let told = answer(&address, "GET /api/v1/appraisal-cycles", &head, "").await;
        assert!(told.contains("trimmed"), "{told}");
    })
    .await;
}
