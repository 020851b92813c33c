//! Appraisals: who is asked, who reads what and when, and what a freeze keeps.

use crate::{
    company::{data, person, viewer},
    scores::acme,
};
use ::appraisal::{
    Answers, Appraisal, AppraisalError, CycleState, Form, LaunchPlan, Note, Override, Part, PartState, Rating, Seat,
    Setup,
};
use base::{Amount, RecordId};
use db::{Change, Filter, ListQuery};
use jiff::{SignedDuration, civil::date};
use rules::{
    access::Viewer,
    appraisal::{Measure, RaterKind, Strictness},
    log::Origin,
    record::Value,
    role::SHIPPED,
};
use std::collections::BTreeMap;
use testkit::{TestApp, on_both};

pub const HR: &str = "P39";
pub const CHIEF: &str = "P01";
pub const HEAD: &str = "P02";
pub const FINANCE: &str = "P40";
pub const OPERATIONS: &str = "P38";
/// An account executive, her manager, and a colleague of hers.
pub const REP: &str = "P09";
pub const MANAGER: &str = "P04";
pub const COLLEAGUE: &str = "P10";

pub async fn appraisal(app: &TestApp, external_id: &str) -> Appraisal {
    Appraisal::new(app.db.clone(), viewer(app, external_id).await, app.folder().join("facts"))
}

pub fn setup(period: &str, roles: &[&str]) -> Setup {
    Setup {
        name: format!("Appraisal {period}"),
        period: period.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        kpi_weight: 70,
        upward: true,
        guide: Strictness::Advisory,
        leniency: false,
        measure: Measure::default(),
        own_due: date(2026, 12, 1),
        others_due: date(2026, 12, 3),
        manager_due: date(2026, 12, 10),
    }
}

/// Launches a cycle for everybody of these roles.
pub async fn launch(app: &TestApp, period: &str, roles: &[&str]) -> (RecordId, LaunchPlan) {
    let hr = appraisal(app, HR).await;
    let plan = hr.plan(&setup(period, roles)).await.expect("a plan");
    let cycle = hr.launch(&plan, Origin::Cli).await.expect("launched");
    app.clock.advance(SignedDuration::from_mins(1));
    (cycle, plan)
}

/// The appraisal of somebody in the one cycle there is.
pub async fn form_id(app: &TestApp, external_id: &str) -> RecordId {
    let person = person(app, external_id).await.id;
    let query =
        ListQuery { filters: vec![Filter("person", Value::Reference(person))], limit: 9, ..ListQuery::default() };
    app.db.system().list(&::appraisal::APPRAISAL, &query).await.expect("read")[0].id
}

pub async fn form(app: &TestApp, reader: &str, of: &str) -> Result<Form, AppraisalError> {
    appraisal(app, reader).await.form(form_id(app, of).await).await
}

/// What somebody is to write in somebody's appraisal.
pub async fn part(app: &TestApp, writer: &str, of: &str) -> Part {
    form(app, writer, of).await.expect("may write").own_part.expect("a part")
}

pub fn rated(form: &Form, level: u8) -> Answers {
    let rating = |id: &String| (id.clone(), Rating { level: Some(level), example: format!("seen by level {level}") });
    Answers { ratings: form.profile.competencies.iter().map(|one| rating(&one.id)).collect(), ..Answers::default() }
}

pub async fn write(app: &TestApp, writer: &str, of: &str, answers: &Answers) -> Result<(), AppraisalError> {
    let (own, part) = (appraisal(app, writer).await, part(app, writer, of).await);
    let seen = own.version(part.id).await.expect("a version");
    own.save(part.id, seen, answers, Origin::Cli).await?;
    app.clock.advance(SignedDuration::from_mins(1));
    own.hand_in(part.id, Origin::Cli).await
}

pub fn told(error: &AppraisalError) -> String {
    error.to_string()
}

/// What everybody's KPI part comes to in 2025 follows from `data/acme/expected/scores.csv`; who was whose manager from
/// `people.csv` and `people_history.csv`: P12 went from P04 to P06 on 1 July.
#[tokio::test(flavor = "multi_thread")]
async fn a_launch_freezes_what_was_computed_apart_and_asks_both_managers_of_a_year() {
    on_both(async |app| {
        acme(app).await;
        let hr = appraisal(app, HR).await;
        let roles: Vec<&str> = SHIPPED.iter().map(|(role, _)| *role).collect();
        let stale = hr.plan(&setup("2025", &roles)).await.expect("a plan");
        let (_, plan) = launch(app, "2025", &roles).await;
        assert!(matches!(hr.launch(&stale, Origin::Cli).await, Err(AppraisalError::Moved(_))));
        assert_eq!(plan.as_of, date(2026, 11, 24));
        let mut seen = 0;
        for line in std::fs::read_to_string(data("acme/expected/scores.csv")).expect("read").lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let (who, is_whole) = (cells[1], cells[2] == "2025" && cells[3].is_empty());
            if !is_whole {
                continue;
            }
            let found = form(app, HR, who).await.expect("appraised");
            let whole = found.frozen.score(&BTreeMap::new()).expect("a score").whole;
            let expected: Option<Amount> = (!cells[6].is_empty()).then(|| cells[6].parse().expect("a number"));
            let told = |score: Option<Amount>| score.map(|score| score.round_to(4).expect("small"));
            assert_eq!(told(whole), told(expected), "{who}");
            seen += 1;
        }
        assert!(seen > 20, "{seen} people");
        let moved = plan.people.iter().find(|one| one.managers.len() > 1).expect("somebody changed manager");
        assert_eq!(moved.person, person(app, "P12").await.id);
        let (new, old) = (person(app, "P06").await.id, person(app, MANAGER).await.id);
        let managers: Vec<(RecordId, i64)> = moved.managers.iter().map(|(id, _, days)| (*id, *days)).collect();
        assert_eq!(managers, [(new, 184), (old, 181)]);
        assert!(moved.notes.contains(&Note::ChangedManager(date(2025, 7, 1))));
        // Both managers' levels count by their days: (184 × 5 + 181 × 3) ÷ 365 of 4 expected, no more than 1.2 of any.
        let whole = form(app, "P06", "P12").await.expect("the manager");
        write(app, "P06", "P12", &rated(&whole, 5)).await.expect("handed in");
        // Whose line has ended still writes their part, and reads their own alone.
        let former = form(app, MANAGER, "P12").await.expect("still asked");
        write(app, MANAGER, "P12", &rated(&former, 3)).await.expect("handed in");
        let outcome = form(app, HR, "P12").await.expect("read").outcome().expect("an outcome");
        let expected = {
            let shares = whole.profile.competencies.iter().map(|one| {
                let share = (184.0 * 5.0 + 181.0 * 3.0) / 365.0 / f64::from(one.expected);
                f64::from(one.weight) * share.min(1.2)
            });
            shares.sum::<f64>()
        };
        let found: f64 = outcome.competency.expect("rated").to_text().parse().expect("a number");
        assert!((found - expected).abs() < 0.001, "{found} and {expected}");
        let joined = hr.plan(&setup("2026", &["sdr"])).await.expect("a plan");
        assert_eq!(joined.left_out, [(person(app, "P31").await.title(), date(2026, 6, 1))]);
        let notes = joined.people.iter().flat_map(|one| &one.notes);
        assert!(notes.into_iter().any(|note| *note == Note::Joined(date(2026, 2, 2))), "P34 joined in February");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reads_what_is_theirs_to_read_and_when() {
    on_both(async |app| {
        acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae", "aem"]).await;
        for outsider in [COLLEAGUE, FINANCE, OPERATIONS, "P05"] {
            let refused = form(app, outsider, REP).await;
            assert!(matches!(refused, Err(AppraisalError::NotThere)), "{outsider}");
        }
        let id = form_id(app, REP).await;
        let operator = Appraisal::new(app.db.clone(), Viewer::system(), app.folder().join("facts"));
        assert!(operator.form(id).await.is_err(), "the operator at the command line sees none");
        // Nobody reads an own part before it is handed in, nor the manager's before the release.
        let own = form(app, REP, REP).await.expect("one's own");
        let (seen, part_id) = {
            let writer = appraisal(app, REP).await;
            let part = own.own_part.clone().expect("a part");
            let seen = writer.version(part.id).await.expect("a version");
            (writer.save(part.id, seen, &rated(&own, 4), Origin::Ui).await.expect("saved"), part.id)
        };
        assert!(seen > own.known_seq);
        assert_eq!(form(app, MANAGER, REP).await.expect("reads").parts.len(), 1, "but one's own part");
        appraisal(app, REP).await.hand_in(part_id, Origin::Ui).await.expect("handed in");
        let read = form(app, MANAGER, REP).await.expect("reads");
        assert!(read.of_kind(RaterKind::Own).is_some());
        let manager = rated(&read, 2);
        write(app, MANAGER, REP, &manager).await.expect("handed in");
        let own = form(app, REP, REP).await.expect("one's own");
        assert!(own.of_kind(RaterKind::Manager).is_none() && own.outcome().expect("told").overall.is_none());
        assert!(form(app, HEAD, REP).await.expect("above").of_kind(RaterKind::Manager).is_some());
        // A peer is named by the person, asked by the manager, and sees no KPI and nobody's levels.
        let person_of = appraisal(app, REP).await;
        person_of.nominate(id, COLLEAGUE, Origin::Ui).await.expect("named");
        assert!(matches!(form(app, COLLEAGUE, REP).await, Err(AppraisalError::NotThere)), "not asked yet");
        let again = person_of.nominate(id, COLLEAGUE, Origin::Ui).await;
        assert!(matches!(again, Err(AppraisalError::AskedAlready(_))));
        let nominated = form(app, MANAGER, REP).await.expect("reads").peers[0].0.clone();
        assert_eq!(nominated.state, PartState::Nominated);
        let refused = person_of.decide_peer(nominated.id, true, Origin::Ui).await;
        assert!(matches!(refused, Err(AppraisalError::NotThere)), "not one's own to decide");
        appraisal(app, MANAGER).await.decide_peer(nominated.id, true, Origin::Ui).await.expect("asked");
        let peer = form(app, COLLEAGUE, REP).await.expect("asked");
        assert_eq!((peer.seat, peer.frozen.kpis.len(), peer.parts.len()), (Seat::Asked, 0, 1));
        write(app, COLLEAGUE, REP, &rated(&peer, 1)).await.expect("handed in");
        for reader in [REP, MANAGER, HR, CHIEF] {
            let form = form(app, reader, REP).await.expect("reads");
            assert!(form.of_kind(RaterKind::Peer).is_none(), "{reader} reads what a peer wrote");
            assert!(form.peers.iter().all(|(part, _)| part.answers == Answers::default()), "{reader}");
        }
        // Released, the person reads the manager's part.
        let hr = appraisal(app, HR).await;
        hr.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
        let own = form(app, REP, REP).await.expect("one's own");
        assert_eq!(own.of_kind(RaterKind::Manager).map(|part| &part.answers), Some(&manager));
        assert!(own.outcome().expect("told").grade.is_some());
        let late = appraisal(app, MANAGER).await.hand_in(part_id, Origin::Ui).await;
        assert!(matches!(late, Err(AppraisalError::NotThere)), "another's part is nobody's to hand in");
        // When the reporting line ends, so does the sight.
        let mut tx = app.begin();
        let new = Value::Reference(person(app, "P05").await.id);
        tx.put(Change::set(&access::PERSON, person(app, REP).await.id, vec![("manager", new)])).expect("fits");
        tx.commit().await.expect("written");
        assert!(form(app, "P05", REP).await.is_ok(), "the new manager reads");
        let former = form(app, MANAGER, REP).await.expect("wrote a part");
        assert!(former.parts.iter().all(|(part, _)| part.kind == RaterKind::Manager), "and reads no more than that");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_written_is_lost_and_another_score_has_its_reason() {
    on_both(async |app| {
        acme(app).await;
        launch(app, "2025", &["ae"]).await;
        let manager = appraisal(app, MANAGER).await;
        let before = form(app, MANAGER, REP).await.expect("reads");
        let part = before.own_part.clone().expect("a part");
        let save = async |seen, answers: &Answers| manager.save(part.id, seen, answers, Origin::Ui).await;
        let seen = manager.version(part.id).await.expect("a version");
        let some = Answers {
            ratings: [("negotiation".to_owned(), Rating { level: Some(4), example: "kept the price".to_owned() })]
                .into(),
            ..Answers::default()
        };
        let next = save(seen, &some).await.expect("saved");
        assert_eq!(save(next, &some).await.expect("nothing new"), next, "what is the same is not written again");
        // Another window that began before is refused, and nothing of it written.
        let other = Answers { comment: "from another window".to_owned(), ..Answers::default() };
        assert!(matches!(save(seen, &other).await, Err(AppraisalError::Moved(_))));
        assert_eq!(form(app, MANAGER, REP).await.expect("reads").own_part.expect("a part").answers, some);
        let wrong = |change: &dyn Fn(&mut Answers)| {
            let mut answers = some.clone();
            change(&mut answers);
            answers
        };
        let said = |score: i64, reason: &str| Override { score: Amount::from(score), reason: reason.to_owned() };
        for (answers, message) in [
            (
                wrong(&|answers| {
                    answers.ratings.insert("juggling".to_owned(), Rating::default());
                }),
                "there is no competency juggling",
            ),
            (
                wrong(&|answers| {
                    answers.ratings.insert("negotiation".to_owned(), Rating { level: Some(6), example: String::new() });
                }),
                "negotiation: a level is 1 to 5",
            ),
            (
                wrong(&|answers| {
                    answers.overrides.insert("quota_attainment".to_owned(), said(100, " "));
                }),
                "quota_attainment: say why the score is another than follows from the facts",
            ),
            (
                wrong(&|answers| {
                    answers.overrides.insert("quota_attainment".to_owned(), said(121, "so"));
                }),
                "quota_attainment: a score is from 0 to 120",
            ),
            (
                wrong(&|answers| {
                    answers.overrides.insert("dso".to_owned(), said(100, "so"));
                }),
                "dso is not among the KPIs that count",
            ),
        ] {
            assert_eq!(told(&save(next, &answers).await.expect_err("refused")), message);
        }
        let early = manager.hand_in(part.id, Origin::Ui).await.expect_err("not whole");
        assert_eq!(told(&early), format!("{} competencies have no level yet", before.profile.competencies.len() - 1));
        // An override stands beside the score that follows from facts, and the whole goes by it.
        let whole = before.frozen.score(&BTreeMap::new()).expect("a score");
        let kpi = before
            .frozen
            .kpis
            .iter()
            .zip(&whole.parts)
            .find(|(kpi, part)| kpi.score.is_some() && part.weight.is_some());
        let (kpi, part_of) = kpi.expect("a KPI that counts");
        let mut full = rated(&before, 4);
        full.overrides.insert(kpi.kpi.clone(), said(100, "the order was booked by a colleague"));
        let next = save(next, &full).await.expect("saved");
        assert!(next > seen);
        let outcome = form(app, MANAGER, REP).await.expect("reads").outcome().expect("told").kpi;
        let instead = outcome.parts.iter().zip(&before.frozen.kpis).find(|(_, one)| one.kpi == kpi.kpi).expect("there");
        assert_eq!(instead.0.score, Ok(Amount::from(100)));
        let difference = |one: Amount, other: Amount| one.checked_sub(other).expect("small");
        assert_eq!(
            difference(outcome.whole.expect("told"), whole.whole.expect("told")),
            difference(instead.0.adds, part_of.adds)
        );
        manager.hand_in(part.id, Origin::Ui).await.expect("handed in");
        assert!(matches!(save(next, &some).await, Err(AppraisalError::HandedIn)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hr_gives_back_and_delegates_and_a_freeze_keeps_what_it_froze() {
    on_both(async |app| {
        acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae"]).await;
        let before = form(app, MANAGER, REP).await.expect("reads");
        let full = rated(&before, 4);
        write(app, MANAGER, REP, &full).await.expect("handed in");
        let (manager, part) = (appraisal(app, MANAGER).await, part(app, MANAGER, REP).await);
        // HR gives it back; then an open one goes to somebody else, but not to the person it is about.
        let hr = appraisal(app, HR).await;
        let refused = manager.rearrange(part.id, None, None, Origin::Ui).await;
        assert!(matches!(refused, Err(AppraisalError::RunsNone)));
        hr.rearrange(part.id, Some(date(2026, 12, 20)), None, Origin::Ui).await.expect("given back");
        let back = form(app, MANAGER, REP).await.expect("reads").own_part.expect("a part");
        assert_eq!((back.state, back.due, &back.answers), (PartState::Open, date(2026, 12, 20), &full));
        let about = person(app, REP).await.id;
        let refused = hr.rearrange(part.id, None, Some(about), Origin::Ui).await;
        assert!(matches!(refused, Err(AppraisalError::NotDelegated)));
        let instead = person(app, HEAD).await.id;
        hr.rearrange(part.id, None, Some(instead), Origin::Ui).await.expect("delegated");
        let inbox = appraisal(app, HEAD).await.inbox().await.expect("read");
        assert!(inbox.iter().any(|task| task.part.id == part.id && task.part.answers == Answers::default()));
        // What is corrected after the freeze is another number now, and not in the appraisal.
        let query = ListQuery {
            filters: vec![Filter("external_id", Value::Text("D0038".to_owned()))],
            limit: 1,
            ..ListQuery::default()
        };
        let deal = app.db.system().list(&crm::DEAL, &query).await.expect("read")[0].id;
        let mut tx = app.begin();
        tx.put(
            Change::set(&crm::DEAL, deal, vec![("amount", Value::Decimal(Amount::from(999_000)))])
                .effective_at("2025-03-01T00:00:00Z".parse().expect("a moment")),
        )
        .expect("fits");
        tx.commit().await.expect("written");
        let after = form(app, HEAD, REP).await.expect("reads");
        assert_eq!((after.frozen, after.known_seq), (before.frozen, before.known_seq));
        let early = hr.move_on(cycle, CycleState::Closed, Origin::Ui).await;
        assert!(matches!(early, Err(AppraisalError::NotSo { .. })), "released first");
        hr.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
        hr.move_on(cycle, CycleState::Closed, Origin::Ui).await.expect("closed");
        let over = appraisal(app, HEAD).await.hand_in(part.id, Origin::Ui).await;
        assert!(matches!(over, Err(AppraisalError::Over(_))));
        let again = hr.move_on(cycle, CycleState::Released, Origin::Ui).await;
        assert!(matches!(again, Err(AppraisalError::NotSo { .. })), "a closed cycle is not opened");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_cycle_is_refused() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let hr = appraisal(app, HR).await;
    let sound = setup("2025", &["ae"]);
    for (setup, message) in [
        (Setup { name: " ".to_owned(), ..sound.clone() }, "a cycle has a name"),
        (Setup { roles: Vec::new(), ..sound.clone() }, "nobody of these roles is there in the period"),
        (Setup { roles: vec!["regional".to_owned()], ..sound.clone() }, "nobody of these roles is there in the period"),
        (Setup { kpi_weight: 101, ..sound.clone() }, "KPIs weigh from 0 to 100 per cent, not 101"),
        (Setup { period: "2028".to_owned(), ..sound.clone() }, "2028 has not begun"),
        (
            Setup { own_due: date(2026, 11, 1), ..sound.clone() },
            "own parts are due today or later, and no part after the managers'",
        ),
        (
            Setup { manager_due: date(2026, 11, 30), ..sound.clone() },
            "own parts are due today or later, and no part after the managers'",
        ),
    ] {
        assert_eq!(told(&hr.plan(&setup).await.expect_err("refused")), message);
    }
    for outsider in [REP, MANAGER, FINANCE, OPERATIONS] {
        let refused = appraisal(app, outsider).await.plan(&sound).await;
        assert!(matches!(refused, Err(AppraisalError::RunsNone)), "{outsider}");
    }
}

/// Finance sees everybody's records and nobody's appraisal; a manager among them sees those of their reports.
#[tokio::test(flavor = "multi_thread")]
async fn a_manager_who_sees_all_records_sees_the_appraisals_of_their_reports_alone() {
    on_both(async |app| {
        acme(app).await;
        let mut tx = app.begin();
        let finance = Value::Reference(person(app, FINANCE).await.id);
        tx.put(Change::set(&access::PERSON, person(app, REP).await.id, vec![("manager", finance)])).expect("fits");
        tx.commit().await.expect("written");
        launch(app, "2026", &["ae"]).await;
        let own = form(app, FINANCE, REP).await.expect("below");
        assert!(own.seat == Seat::Above && !own.frozen.kpis.is_empty());
        assert!(matches!(form(app, FINANCE, COLLEAGUE).await, Err(AppraisalError::NotThere)));
    })
    .await;
}
