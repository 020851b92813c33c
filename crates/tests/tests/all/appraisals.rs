//! Roles, job descriptions and appraisals: what holds from when, who reads what, and what a freeze keeps.

use crate::{
    company::{data, person, viewer},
    scores::acme,
};
use ::appraisal::{
    Answers, Appraisal, AppraisalError, CycleState, Form, GoalState, LaunchPlan, NewGoal, Note, Override, Part,
    PartState, Rating, Seat, Setup,
};
use base::{Amount, RecordId};
use db::{Change, Filter, ListQuery};
use jiff::{
    SignedDuration,
    civil::{Date, date},
};
use rules::{
    access::Viewer,
    appraisal::{Grade, Overall, Potential, RaterKind, Standing},
    log::Origin,
    record::Value,
    role::{Profile, SHIPPED, library},
};
use std::collections::BTreeMap;
use testkit::{TestApp, on_both};

const HR: &str = "P39";
const CHIEF: &str = "P01";
const HEAD: &str = "P02";
const FINANCE: &str = "P40";
const OPERATIONS: &str = "P38";
/// An account executive, her manager, and a colleague of hers.
const REP: &str = "P09";
const MANAGER: &str = "P04";
const COLLEAGUE: &str = "P10";

async fn appraisal(app: &TestApp, external_id: &str) -> Appraisal {
    Appraisal::new(app.db.clone(), viewer(app, external_id).await, app.folder().join("facts"))
}

fn setup(period: &str, roles: &[&str]) -> Setup {
    Setup {
        name: format!("Appraisal {period}"),
        period: period.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        kpi_weight: 70,
        upward: true,
        own_due: date(2026, 12, 1),
        others_due: date(2026, 12, 3),
        manager_due: date(2026, 12, 10),
    }
}

/// Launches a cycle for everybody of these roles.
async fn launch(app: &TestApp, period: &str, roles: &[&str]) -> (RecordId, LaunchPlan) {
    let hr = appraisal(app, HR).await;
    let plan = hr.plan(&setup(period, roles)).await.expect("a plan");
    let cycle = hr.launch(&plan, Origin::Cli).await.expect("launched");
    app.clock.advance(SignedDuration::from_mins(1));
    (cycle, plan)
}

/// The appraisal of somebody in the one cycle there is.
async fn form_id(app: &TestApp, external_id: &str) -> RecordId {
    let person = person(app, external_id).await.id;
    let query =
        ListQuery { filters: vec![Filter("person", Value::Reference(person))], limit: 9, ..ListQuery::default() };
    app.db.system().list(&::appraisal::APPRAISAL, &query).await.expect("read")[0].id
}

async fn form(app: &TestApp, reader: &str, of: &str) -> Result<Form, AppraisalError> {
    appraisal(app, reader).await.form(form_id(app, of).await).await
}

/// What somebody is to write in somebody's appraisal.
async fn part(app: &TestApp, writer: &str, of: &str) -> Part {
    form(app, writer, of).await.expect("may write").own_part.expect("a part")
}

fn rated(form: &Form, level: u8) -> Answers {
    let rating = |id: &String| (id.clone(), Rating { level: Some(level), example: format!("seen by level {level}") });
    Answers { ratings: form.profile.competencies.iter().map(|one| rating(&one.id)).collect(), ..Answers::default() }
}

async fn write(app: &TestApp, writer: &str, of: &str, answers: &Answers) -> Result<(), AppraisalError> {
    let (own, part) = (appraisal(app, writer).await, part(app, writer, of).await);
    let seen = own.version(part.id).await.expect("a version");
    own.save(part.id, seen, answers, Origin::Cli).await?;
    app.clock.advance(SignedDuration::from_mins(1));
    own.hand_in(part.id, Origin::Cli).await
}

fn told(error: &AppraisalError) -> String {
    error.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_holds_from_its_day_on_and_what_is_wrong_with_one_is_named() {
    on_both(async |app| {
        acme(app).await;
        let library = library().expect("reads");
        for (_, text) in SHIPPED {
            let profile = Profile::read(text, &library).expect("sound");
            let named = profile.reports_to.iter().chain(&profile.grows_into);
            assert!(named.into_iter().all(|role| access::ROLES.contains(&role.as_str())), "{}", profile.role);
        }
        let hr = appraisal(app, HR).await;
        let (before, from) = (date(2026, 12, 31), date(2027, 1, 1));
        let mut own = hr.role("ae", from).await.expect("ships").what;
        own.competencies[0].expected = 5;
        hr.set_role("ae", &own.to_text().expect("text"), from, Origin::Cli).await.expect("set");
        let at = async |day: Date| {
            let held = hr.role("ae", day).await.expect("held");
            (held.what.competencies[0].expected, held.since, held.later)
        };
        assert_eq!(at(before).await, (4, None, Some(from)));
        assert_eq!(at(from).await, (5, Some(from), None));
        own.competencies[0].weight += 1;
        let refused = hr.set_role("ae", &own.to_text().expect("text"), from, Origin::Cli).await.expect_err("no whole");
        assert_eq!(told(&refused), "the weights make 101, and not 100");
        let text = hr.role("ae", before).await.expect("held").what.to_text().expect("text");
        for outsider in [REP, MANAGER, FINANCE, OPERATIONS] {
            let refused = appraisal(app, outsider).await.set_role("ae", &text, from, Origin::Cli).await;
            assert!(matches!(refused, Err(AppraisalError::RunsNone)), "{outsider}");
        }
        let refused = hr.set_role("sdr", &text, from, Origin::Cli).await.expect_err("another role");
        assert_eq!(told(&refused), "ae is the id of another than sdr");
        let mut one = hr.competencies(from).await.expect("held").remove("negotiation").expect("there").what;
        one.anchors.pop();
        let refused = hr.set_competency("negotiation", &one.to_text().expect("text"), from, Origin::Cli).await;
        assert_eq!(
            told(&refused.expect_err("too few")),
            "negotiation: it has 4 anchors, one for each level from 1 to 5 is needed"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_stand_behind_an_appointment_and_its_holder_acknowledges_it() {
    on_both(async |app| {
        acme(app).await;
        let (head, chief) = (appraisal(app, HEAD).await, appraisal(app, CHIEF).await);
        let (hr, holder) = (appraisal(app, HR).await, appraisal(app, REP).await);
        let from = date(2026, 7, 1);
        let id = head.issue(REP, "ae", from, "17/2026", Origin::Cli).await.expect("issued");
        assert!(matches!(head.approve_description(id, Origin::Cli).await, Err(AppraisalError::OwnDescription)));
        assert!(matches!(hr.approve_description(id, Origin::Cli).await, Err(AppraisalError::AppointsNobody)));
        let early = holder.acknowledge_description(id, Origin::Cli).await.expect_err("not approved");
        assert_eq!(told(&early), "it is issued and cannot be acknowledged");
        chief.approve_description(id, Origin::Cli).await.expect("approved");
        assert!(matches!(hr.acknowledge_description(id, Origin::Cli).await, Err(AppraisalError::OnlyHolder(_))));
        holder.acknowledge_description(id, Origin::Cli).await.expect("acknowledged");
        // The role changes; what somebody acknowledged stays.
        let mut role = hr.role("ae", from).await.expect("held").what;
        let was = role.clone();
        role.parts[1].items.pop();
        hr.set_role("ae", &role.to_text().expect("text"), from, Origin::Cli).await.expect("set");
        let found = holder.description(id).await.expect("one's own");
        assert_eq!(found.profile, was);
        assert_eq!(found.acknowledged_on, Some(date(2026, 11, 24)));
        assert_eq!(found.approved.map(|(name, _)| name), Some(person(app, CHIEF).await.title()));
        let again = hr.issue(REP, "ae", from, "18/2026", Origin::Cli).await;
        assert!(matches!(again, Err(AppraisalError::Described { .. })));
        let stranger = appraisal(app, COLLEAGUE).await.description(id).await;
        assert!(matches!(stranger, Err(AppraisalError::NotThere)));
        assert!(appraisal(app, MANAGER).await.description(id).await.is_ok(), "those above read it");
    })
    .await;
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

/// Half a KPI score that was computed apart, half what the manager rated (E2, E4).
#[tokio::test(flavor = "multi_thread")]
async fn a_grade_follows_is_calibrated_with_a_reason_released_and_appealed() {
    on_both(async |app| {
        acme(app).await;
        let hr = appraisal(app, HR).await;
        let plan = hr.plan(&Setup { kpi_weight: 50, ..setup("2025", &["ae", "aem", "hos"]) }).await.expect("a plan");
        let cycle = hr.launch(&plan, Origin::Cli).await.expect("launched");
        let read = form(app, MANAGER, REP).await.expect("reads");
        write(app, MANAGER, REP, &rated(&read, 4)).await.expect("handed in");
        let scores = std::fs::read_to_string(data("acme/expected/scores.csv")).expect("read");
        let whole = scores.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let whole = whole.into_iter().find(|cells| cells[1] == REP && cells[2] == "2025" && cells[3].is_empty());
        let kpi: f64 = whole.expect("a line")[6].parse().expect("a number");
        let competencies = read.profile.competencies.iter();
        let competency: f64 =
            competencies.map(|one| f64::from(one.weight) * (4.0 / f64::from(one.expected)).min(1.2)).sum();
        let overall = 0.5 * kpi + 0.5 * competency;
        let follows = [(90.0, Grade::A), (80.0, Grade::B), (70.0, Grade::C), (60.0, Grade::D), (f64::MIN, Grade::E)];
        let (_, follows) = follows.into_iter().find(|(from, _)| overall >= *from).expect("a grade");
        let id = form_id(app, REP).await;
        let found = hr.cycle(cycle).await.expect("a cycle");
        let standing = async || {
            let standings = hr.standings(&found).await.expect("read");
            standings.into_iter().find(|one| one.form == id).expect("there")
        };
        let before = standing().await;
        let told: f64 = before.overall.expect("told").to_text().parse().expect("a number");
        assert!((told - overall).abs() < 0.001, "{told} and {overall}");
        assert_eq!((before.computed, before.grade), (Some(follows), Some(follows)));
        // Every move has its reason, and nobody moves their own.
        let to = if follows == Grade::B { Grade::C } else { Grade::B };
        let refused = hr.calibrate(id, to, " ", Origin::Ui).await;
        assert!(matches!(refused, Err(AppraisalError::NoReason(_))));
        hr.calibrate(id, to, "carried the team's largest renewal", Origin::Ui).await.expect("moved");
        hr.set_potential(id, Potential::High, Origin::Ui).await.expect("said");
        let own = form_id(app, HEAD).await;
        let refused = appraisal(app, HEAD).await.calibrate(own, Grade::A, "mine", Origin::Ui).await;
        assert!(matches!(refused, Err(AppraisalError::OwnGrade)));
        let refused = appraisal(app, MANAGER).await.calibrate(id, Grade::A, "hers", Origin::Ui).await;
        assert!(matches!(refused, Err(AppraisalError::RunsNone)));
        let after = standing().await;
        assert_eq!((after.computed, after.grade), (Some(follows), Some(to)));
        // E6: A and B are the best third, C the middle; with high potential 9 and 6.
        assert_eq!(after.nine_box(), Some(if to == Grade::B { 9 } else { 6 }));
        let moves = hr.moves(&found).await.expect("read");
        assert_eq!(moves.len(), 1);
        assert_eq!(
            (moves[0].before, moves[0].after, moves[0].by.as_str()),
            (Some(follows), Some(to), person(app, HR).await.title().as_str())
        );
        // Before the release the person reads no grade; after it the one that was fixed.
        let person_of = appraisal(app, REP).await;
        assert!(matches!(person_of.acknowledge(id, Origin::Ui).await, Err(AppraisalError::NotThere)));
        assert_eq!(form(app, REP, REP).await.expect("one's own").after.grade, None);
        hr.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
        let own = form(app, REP, REP).await.expect("one's own");
        assert_eq!(own.after.grade, Some(to));
        let late = hr.calibrate(id, follows, "too late", Origin::Ui).await;
        assert!(matches!(late, Err(AppraisalError::Over(_))), "what was released moves by an appeal alone");
        // Read, appealed once and in time, decided by somebody else.
        person_of.acknowledge(id, Origin::Ui).await.expect("read");
        assert!(matches!(person_of.appeal(id, " ", Origin::Ui).await, Err(AppraisalError::NoReason(_))));
        person_of.appeal(id, "the training was cancelled", Origin::Ui).await.expect("appealed");
        assert!(matches!(person_of.appeal(id, "again", Origin::Ui).await, Err(AppraisalError::NoAppeal)));
        assert!(matches!(person_of.decide_appeal(id, "yes", None, Origin::Ui).await, Err(AppraisalError::RunsNone)));
        assert!(standing().await.is_appealed);
        hr.decide_appeal(id, "the course is not held against her", Some(Grade::A), Origin::Ui).await.expect("decided");
        let own = form(app, REP, REP).await.expect("one's own");
        assert_eq!(
            (own.after.grade, own.after.decision.as_deref()),
            (Some(Grade::A), Some("the course is not held against her"))
        );
        assert_eq!(hr.moves(&found).await.expect("read").len(), 2);
        app.clock.advance(SignedDuration::from_hours(24 * 15));
        let other = appraisal(app, COLLEAGUE).await;
        let late = other.appeal(form_id(app, COLLEAGUE).await, "late", Origin::Ui).await;
        assert!(matches!(late, Err(AppraisalError::NoAppeal)), "within 14 days");
    })
    .await;
}

/// E3: of fewer than three nothing is told, and nothing at all while somebody may still answer: who looks before and after an
/// answer would know it.
#[tokio::test(flavor = "multi_thread")]
async fn what_all_sides_say_is_told_after_the_release_and_of_three_and_more() {
    on_both(async |app| {
        acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae", "aem"]).await;
        let id = form_id(app, REP).await;
        let manager = appraisal(app, MANAGER).await;
        let peers = [(COLLEAGUE, 5), ("P11", 4), ("P12", 3)];
        for (peer, level) in peers {
            manager.nominate(id, peer, Origin::Ui).await.expect("asked");
            let asked = form(app, peer, REP).await.expect("asked");
            if peer != "P12" {
                write(app, peer, REP, &rated(&asked, level)).await.expect("handed in");
            }
        }
        let read = form(app, MANAGER, REP).await.expect("reads");
        assert_eq!(read.feedback().expect("sound"), None, "not while it is open");
        let other = form_id(app, COLLEAGUE).await;
        for peer in [REP, "P11", "P12"] {
            manager.nominate(other, peer, Origin::Ui).await.expect("asked");
            let asked = form(app, peer, COLLEAGUE).await.expect("asked");
            write(app, peer, COLLEAGUE, &rated(&asked, 4)).await.expect("handed in");
        }
        write(app, MANAGER, COLLEAGUE, &rated(&form(app, MANAGER, COLLEAGUE).await.expect("reads"), 3))
            .await
            .expect("handed in");
        appraisal(app, HR).await.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
        // Two of three have answered: hidden, and not even how many.
        let told = form(app, REP, REP).await.expect("one's own").feedback().expect("sound").expect("told");
        assert_eq!(told.groups[&RaterKind::Peer], Standing::Hidden);
        // Three: peers 4.0 by 20, the manager 3.0 by 50: 3.285714.
        let told = form(app, COLLEAGUE, COLLEAGUE).await.expect("one's own").feedback().expect("sound").expect("told");
        assert_eq!(told.groups[&RaterKind::Peer], Standing::Told { mean: Amount::from(4), raters: 3 });
        let expected: Amount = "3.285714".parse().expect("a number");
        assert_eq!(told.overall, Overall::Told(expected));
        for peer in [COLLEAGUE, "P11"] {
            let asked = form(app, peer, REP).await.expect("wrote a part");
            assert_eq!(asked.feedback().expect("sound"), None, "{peer} was asked and is told nothing");
        }
    })
    .await;
}

/// A gap of the last results becomes a goal; somebody above sees another level later. What the next role of the ladder expects stands
/// beside it.
#[tokio::test(flavor = "multi_thread")]
async fn a_gap_becomes_a_goal_that_is_assessed_again() {
    on_both(async |app| {
        acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae"]).await;
        let read = form(app, MANAGER, REP).await.expect("reads");
        write(app, MANAGER, REP, &rated(&read, 3)).await.expect("handed in");
        let (me, own, above) = (person(app, REP).await.id, appraisal(app, REP).await, appraisal(app, MANAGER).await);
        let before = own.development(me).await.expect("one's own");
        assert!(
            before.appraisal.is_none() && before.own.iter().all(|one| one.observed.is_none()),
            "nothing is released"
        );
        appraisal(app, HR).await.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
        let plan = own.development(me).await.expect("one's own");
        let gap = plan.own.iter().find(|one| one.competency == "negotiation").expect("expected of the role");
        assert_eq!((gap.expected, gap.observed, gap.is_met()), (4, Some(Amount::from(3)), false));
        let (next, expected) = &plan.ladder[0];
        assert_eq!(next.role, "aem");
        assert!(expected.iter().any(|one| one.competency == "coaching" && one.observed.is_none()), "not seen yet");
        let goal = NewGoal {
            person: me,
            competency: "negotiation".to_owned(),
            to_level: 4,
            kind: "coaching".to_owned(),
            action: "Prepare and review three negotiations together".to_owned(),
            mentor: Some(person(app, MANAGER).await.id),
            due: date(2027, 3, 1),
        };
        for (wrong, message) in [
            (NewGoal { competency: "juggling".to_owned(), ..goal.clone() }, "there is no competency juggling"),
            (NewGoal { to_level: 6, ..goal.clone() }, "negotiation: a level is 1 to 5"),
            (
                NewGoal { kind: "reading".to_owned(), ..goal.clone() },
                "say what is done: on the job, by coaching or in a course",
            ),
            (
                NewGoal { action: " ".to_owned(), ..goal.clone() },
                "say what is done: on the job, by coaching or in a course",
            ),
        ] {
            assert_eq!(told(&own.set_goal(&wrong, Origin::Ui).await.expect_err("refused")), message);
        }
        let id = own.set_goal(&goal, Origin::Ui).await.expect("set");
        for outsider in [COLLEAGUE, FINANCE, OPERATIONS, "P05"] {
            let refused = appraisal(app, outsider).await.development(me).await;
            assert!(matches!(refused, Err(AppraisalError::NotThere)), "{outsider}");
        }
        assert!(matches!(own.close_goal(id, Some(4), "I can", Origin::Ui).await, Err(AppraisalError::OwnGrade)));
        assert!(matches!(above.close_goal(id, Some(4), " ", Origin::Ui).await, Err(AppraisalError::NoReason(_))));
        above.close_goal(id, Some(4), "held the price at two renewals", Origin::Ui).await.expect("assessed");
        let goals = own.development(me).await.expect("one's own").goals;
        assert_eq!((goals[0].state, goals[0].from_level, goals[0].reached), (GoalState::Done, Some(3), Some(4)));
        let again = above.close_goal(id, Some(5), "again", Origin::Ui).await;
        assert!(matches!(again, Err(AppraisalError::NotSo { .. })));
    })
    .await;
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
