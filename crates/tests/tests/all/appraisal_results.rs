//! What an appraisal comes to: grades, calibration, the release, what all sides say, appeals, and goals.

use crate::{
    appraisals::{
        COLLEAGUE, FINANCE, HEAD, HR, MANAGER, OPERATIONS, REP, appraisal, form, form_id, launch, rated, setup, told,
        write,
    },
    company::{data, person},
    scores::acme,
};
use ::appraisal::{Answers, AppraisalError, CycleState, Frozen, GoalState, NewGoal, Override, Setup};
use base::Amount;
use jiff::{SignedDuration, civil::date};
use rules::{
    appraisal::{Grade, Overall, Potential, RaterKind, Standing},
    log::Origin,
};
use std::collections::BTreeMap;
use testkit::on_both;

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

/// Everybody's result is told from what is short of each form; what is long of a few rests on what a launch writes.
#[tokio::test(flavor = "multi_thread")]
async fn standings_are_what_each_form_comes_to() {
    on_both(async |app| {
        acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae", "aem", "kam", "sdr"]).await;
        let read = form(app, MANAGER, REP).await.expect("reads");
        let kpi = read.frozen.kpis.iter().find(|kpi| kpi.weight.is_some()).expect("one that counts");
        let said = Override { score: Amount::from(17), reason: "the line was down for a month".to_owned() };
        let other = Answers { overrides: [(kpi.kpi.clone(), said)].into(), ..rated(&read, 4) };
        write(app, MANAGER, REP, &other).await.expect("handed in");
        let read = form(app, MANAGER, COLLEAGUE).await.expect("reads");
        write(app, MANAGER, COLLEAGUE, &rated(&read, 3)).await.expect("handed in");
        let hr = appraisal(app, HR).await;
        let standings = hr.standings(&hr.cycle(cycle).await.expect("a cycle")).await.expect("read");
        let mut definitions = BTreeMap::new();
        for one in &standings {
            let outcome = hr.form(one.form).await.expect("read").outcome().expect("an outcome");
            assert_eq!((one.overall, one.computed), (outcome.overall, outcome.grade), "{}", one.name);
            let record = app.db.system().get(&::appraisal::APPRAISAL, one.form).await.expect("read").expect("there");
            let definition = record.value("definition").clone();
            assert_eq!(definitions.entry(one.role.clone()).or_insert_with(|| definition.clone()), &definition);
            let frozen: Frozen = serde_json::from_str(record.value("frozen").as_text().expect("text")).expect("read");
            let whole = frozen.score(&BTreeMap::new()).expect("a score").whole;
            assert_eq!(record.value("score").as_decimal(), whole, "{}", one.name);
        }
        assert!(standings.iter().filter(|one| one.grade.is_some()).count() == 2 && definitions.len() == 4);
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

/// Who is asked for their view is not among those who looked: that would tell who has answered.
#[tokio::test(flavor = "multi_thread")]
async fn who_opened_a_form_is_told_to_its_person_and_to_hr() {
    on_both(async |app| {
        acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae", "aem"]).await;
        appraisal(app, MANAGER).await.nominate(form_id(app, REP).await, COLLEAGUE, Origin::Ui).await.expect("asked");
        let looked = async |who: &str| {
            app.clock.advance(SignedDuration::from_mins(1));
            let own = appraisal(app, who).await;
            let read = own.form(form_id(app, REP).await).await.expect("reads");
            own.look(&read).await.expect("kept");
            own.looks(&read).await.expect("read").map(|looks| looks.iter().map(|look| look.by).collect::<Vec<_>>())
        };
        let [rep, manager, hr] =
            [person(app, REP).await.id.0, person(app, MANAGER).await.id.0, person(app, HR).await.id.0];
        assert_eq!(looked(REP).await, Some(Vec::new()), "one's own look is no look");
        assert_eq!(looked(COLLEAGUE).await, None);
        assert_eq!(looked(MANAGER).await, None, "a manager is not told who else looked");
        assert_eq!(looked(HR).await, Some(vec![hr, manager]));
        assert_eq!(looked(REP).await, Some(vec![hr, manager]));
        // The results of a cycle are results of everybody in it.
        appraisal(app, HEAD).await.look_at_results(cycle).await.expect("kept");
        let head = person(app, HEAD).await.id.0;
        let told = looked(REP).await.expect("one's own");
        assert!(told.len() == 3 && told.contains(&head) && !told.contains(&rep), "{told:?}");
        let other = form(app, COLLEAGUE, COLLEAGUE).await.expect("one's own");
        let told = appraisal(app, COLLEAGUE).await.looks(&other).await.expect("read").expect("one's own");
        assert_eq!(told.iter().map(|look| look.by).collect::<Vec<_>>(), [head], "of another form nothing");
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
