//! What the guide of a cycle does to its grades, raters held to everybody's measure, and that one colleague fewer tells nothing.

use crate::{
    appraisals::{COLLEAGUE, HEAD, HR, MANAGER, REP, appraisal, form, form_id, launch, rated, setup, write},
    company::person,
    scores::acme,
};
use ::appraisal::{
    APPRAISAL_PART, AppraisalError, CycleState, FORCED, Graded, Off, PartState, Setup, forced, form_json,
};
use base::{Amount, RecordId};
use db::Change;
use rules::{
    appraisal::{Grade, Overall, RaterKind, Standing, Strictness},
    log::{Event, Origin},
};
use serde_json::Value;
use std::collections::BTreeMap;
use testkit::{TestApp, on_both};

const SELLERS: &[&str] = &["ae", "aem", "esd", "kam", "hos"];

/// Of KPIs alone: everybody who has a score has a grade at once.
fn of_kpis(guide: Strictness) -> Setup {
    Setup { kpi_weight: 100, guide, ..setup("2025", SELLERS) }
}

fn counts(standings: &[Graded]) -> [usize; 5] {
    Grade::ALL.map(|grade| standings.iter().filter(|one| one.grade == Some(grade)).count())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forced_distribution_is_shown_then_moved_with_its_reason() {
    on_both(async |app| {
        acme(app).await;
        let hr = appraisal(app, HR).await;
        let cycle = hr.launch(&hr.plan(&of_kpis(Strictness::Forced)).await.expect("a plan"), Origin::Cli).await;
        let cycle = hr.cycle(cycle.expect("launched")).await.expect("a cycle");
        let standings = async || hr.standings(&cycle).await.expect("read");
        let before = standings().await;
        let scored = before.iter().filter(|one| one.score().is_some()).count();
        assert!(scored >= 10, "{scored} people");
        // By rank and largest remainder, apart: no two of Acme's scores are equal.
        let ideal = [10, 20, 40, 20, 10].map(|share| share * scored);
        let mut quotas = ideal.map(|share| share / 100);
        let mut places: Vec<usize> = (0..5).collect();
        places.sort_by_key(|place| std::cmp::Reverse(ideal[*place] % 100));
        let left = scored - quotas.iter().sum::<usize>();
        places.iter().take(left).for_each(|place| quotas[*place] += 1);
        let by_rank = Grade::ALL.into_iter().zip(quotas).flat_map(|(grade, count)| std::iter::repeat_n(grade, count));
        let expected: BTreeMap<RecordId, Grade> = before.iter().map(|one| one.form).zip(by_rank).collect();
        let moves = forced(&before).expect("ten and more");
        let told: BTreeMap<RecordId, Grade> = moves.iter().map(|one| (one.form, one.after)).collect();
        let other = |one: &&Graded| one.score().is_some() && one.grade != expected.get(&one.form).copied();
        let wanted: BTreeMap<RecordId, Grade> =
            before.iter().filter(other).map(|one| (one.form, expected[&one.form])).collect();
        assert!(!wanted.is_empty());
        assert_eq!(told, wanted);
        // Not released before it is done.
        let refused = hr.move_on(cycle.id, CycleState::Released, Origin::Ui).await;
        let Err(AppraisalError::OffGuide(off)) = refused else { panic!("the grades leave the guide") };
        for one in &off {
            let Off::Other(grade, people, wanted) = one else { panic!("a forced count") };
            let place = Grade::ALL.iter().position(|one| one == grade).expect("a grade");
            assert_eq!((*people, *wanted), (counts(&before)[place], quotas[place]));
        }
        let seen: Vec<(RecordId, Grade)> = told.into_iter().collect();
        let refused = appraisal(app, MANAGER).await.force(cycle.id, &seen, Origin::Ui).await;
        assert!(matches!(refused, Err(AppraisalError::RunsNone)));
        let refused = hr.force(cycle.id, &seen[1..], Origin::Ui).await;
        assert!(matches!(refused, Err(AppraisalError::Moved(_))), "what was looked at, or nothing");
        if moves.iter().any(|one| one.name == before.iter().find(|one| one.role == "hos").expect("hers").name) {
            let refused = appraisal(app, HEAD).await.force(cycle.id, &seen, Origin::Ui).await;
            assert!(matches!(refused, Err(AppraisalError::OwnGrade)));
        }
        hr.force(cycle.id, &seen, Origin::Ui).await.expect("moved");
        let after = standings().await;
        assert_eq!(counts(&after), quotas);
        let told = hr.moves(&cycle).await.expect("read");
        let by = person(app, HR).await.title();
        assert_eq!(told.len(), seen.len());
        for one in &told {
            assert_eq!((one.reason.as_str(), one.by.as_str()), (FORCED, by.as_str()));
            let was = before.iter().find(|before| before.form == one.form).expect("hers");
            assert_eq!((one.before, one.after), (was.grade, expected.get(&one.form).copied()));
        }
        assert_eq!(forced(&after).expect("ten and more"), []);
        // Calibration may swap two, and not give one A more.
        let best = after.iter().find(|one| one.grade == Some(Grade::B)).expect("a B").form;
        hr.calibrate(best, Grade::A, "carried the team", Origin::Ui).await.expect("moved");
        assert!(matches!(hr.release(cycle.id, Origin::Ui).await, Err(AppraisalError::OffGuide(_))));
        let first = after.iter().find(|one| one.grade == Some(Grade::A)).expect("an A").form;
        hr.calibrate(first, Grade::B, "one deal made the year", Origin::Ui).await.expect("moved");
        hr.release(cycle.id, Origin::Ui).await.expect("released");
        assert!(matches!(hr.force(cycle.id, &[], Origin::Ui).await, Err(AppraisalError::Over(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guide_that_blocks_refuses_a_release_with_the_counts_and_advice_does_not() {
    on_both(async |app| {
        acme(app).await;
        let hr = appraisal(app, HR).await;
        let plan = hr.plan(&of_kpis(Strictness::Blocking)).await.expect("a plan");
        let cycle = hr.launch(&plan, Origin::Cli).await.expect("launched");
        let found = hr.cycle(cycle).await.expect("a cycle");
        assert_eq!(found.guide, Strictness::Blocking);
        let refused = hr.force(cycle, &[], Origin::Ui).await;
        assert!(matches!(refused, Err(AppraisalError::NotForced(_))));
        let graded: Vec<RecordId> = hr.standings(&found).await.expect("read").into_iter().map(|one| one.form).collect();
        for form in &graded {
            hr.calibrate(*form, Grade::A, "everybody is good", Origin::Ui).await.expect("moved");
        }
        let refused = hr.release(cycle, Origin::Ui).await.expect_err("refused");
        let AppraisalError::OffGuide(off) = &refused else { panic!("{refused}") };
        assert_eq!(off[0], Off::Many(Grade::A, graded.len(), Amount::from(20)));
        assert!(off.contains(&Off::Few(Grade::C, 0, Amount::from(20))));
        let told = refused.to_string();
        assert!(told.contains(&format!("A: {} are more than 20%", graded.len())), "{told}");
        assert_eq!(hr.cycle(cycle).await.expect("a cycle").state, CycleState::Open);
        // Half of the guide's share to twice of it is released.
        let people = graded.len();
        for (place, form) in graded.iter().enumerate() {
            let to = match place * 100 / people {
                0..10 => Grade::A,
                10..30 => Grade::B,
                30..70 => Grade::C,
                70..90 => Grade::D,
                _ => Grade::E,
            };
            hr.calibrate(*form, to, "side by side", Origin::Ui).await.expect("moved");
        }
        hr.release(cycle, Origin::Ui).await.expect("released");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_are_held_to_everybodys_measure_where_the_cycle_says_so() {
    on_both(async |app| {
        acme(app).await;
        let hr = appraisal(app, HR).await;
        let asked = Setup { kpi_weight: 0, leniency: true, ..setup("2025", &["ae", "aem", "esd", "kam"]) };
        let cycle = hr.launch(&hr.plan(&asked).await.expect("a plan"), Origin::Cli).await.expect("launched");
        for (manager, of, level) in [
            (HEAD, "P03", 5),
            (HEAD, "P04", 4),
            (HEAD, "P05", 5),
            (HEAD, "P08", 3),
            (HEAD, "P23", 4),
            (MANAGER, "P09", 2),
            (MANAGER, "P10", 3),
            (MANAGER, "P11", 4),
        ] {
            let read = form(app, manager, of).await.expect("reads");
            write(app, manager, of, &rated(&read, level)).await.expect("handed in");
        }
        let found = hr.cycle(cycle).await.expect("a cycle");
        assert!(found.leniency);
        let standings = hr.standings(&found).await.expect("read");
        let number = |amount: Amount| amount.to_text().parse::<f64>().expect("a number");
        let given = |of: Option<RecordId>| {
            let theirs = standings.iter().filter(|one| one.rater.is_some() && (of.is_none() || one.rater == of));
            theirs.filter_map(|one| one.overall).map(number).collect::<Vec<f64>>()
        };
        let spread = |scores: &[f64]| {
            let count = f64::from(u32::try_from(scores.len()).expect("few"));
            let mean = scores.iter().sum::<f64>() / count;
            (mean, (scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / count).sqrt())
        };
        let (head, few) = (person(app, HEAD).await.id, person(app, MANAGER).await.id);
        let ((all, all_spread), (own, own_spread)) = (spread(&given(None)), spread(&given(Some(head))));
        for one in standings.iter().filter(|one| one.overall.is_some()) {
            let raw = number(one.overall.expect("a score"));
            let expected = if one.rater == Some(head) { all + all_spread * (raw - own) / own_spread } else { raw };
            let told = number(one.adjusted.expect("adjusted"));
            assert!((told - expected).abs() < 0.001, "{}: {told} and {expected}", one.name);
        }
        let raters = hr.raters(&standings).await.expect("read");
        assert_eq!(raters.iter().map(|one| (one.rater, one.given.count)).collect::<Vec<_>>(), [(head, 5), (few, 3)]);
        assert!((number(raters[0].adjusted) - all).abs() < 0.001, "the lenient one's mean is everybody's");
        assert_eq!(raters[1].adjusted, raters[1].given.mean, "three scores are too few");
        // The release fixes it; the person reads both.
        hr.release(cycle, Origin::Ui).await.expect("released");
        let own = form(app, "P04", "P04").await.expect("one's own");
        let one = standings.iter().find(|one| one.form == own.id).expect("there");
        assert_eq!((own.after.adjusted, own.after.grade), (one.adjusted, one.grade));
        assert_ne!(one.adjusted, one.overall);
    })
    .await;
}

/// All that somebody reads of a form, as one text.
async fn export(app: &TestApp, reader: &str, of: &str) -> Value {
    form_json(&form(app, reader, of).await.expect("reads")).expect("sound")
}

async fn ask(app: &TestApp, of: &str, peers: &[(&str, Option<u8>)]) {
    let manager = appraisal(app, MANAGER).await;
    for (peer, level) in peers {
        manager.nominate(form_id(app, of).await, peer, Origin::Ui).await.expect("asked");
        if let Some(level) = level {
            let asked = form(app, peer, of).await.expect("asked");
            write(app, peer, of, &rated(&asked, *level)).await.expect("handed in");
        }
    }
}

/// E3, against differencing: two exports that differ by one colleague, at two moments, of two people and of two cycles.
#[tokio::test(flavor = "multi_thread")]
async fn one_colleague_fewer_tells_nothing() {
    on_both(async |app| {
        acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae", "aem"]).await;
        for of in [REP, COLLEAGUE, "P11"] {
            let read = form(app, MANAGER, of).await.expect("reads");
            write(app, MANAGER, of, &rated(&read, 3)).await.expect("handed in");
        }
        // Two, one and none have answered; the levels are far apart.
        ask(app, REP, &[(COLLEAGUE, Some(5)), ("P11", Some(1)), ("P12", None)]).await;
        ask(app, COLLEAGUE, &[(REP, Some(5)), ("P11", None)]).await;
        ask(app, "P11", &[(REP, None)]).await;
        // Two moments while it is open: before and after an answer.
        let readers = [(REP, REP), (MANAGER, REP), (HEAD, REP), (HR, REP)];
        let read = async || {
            let mut found = Vec::new();
            for (reader, of) in readers {
                found.push(export(app, reader, of).await);
            }
            found
        };
        let before = read().await;
        let asked = form(app, "P12", REP).await.expect("asked");
        write(app, "P12", REP, &rated(&asked, 4)).await.expect("handed in");
        assert_eq!(read().await, before, "an answer shows nowhere before the release");
        // A fourth of whom nobody shall know what they wrote.
        ask(app, REP, &[("P13", Some(2))]).await;
        let hr = appraisal(app, HR).await;
        hr.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
        // Hidden groups of one and of none: whose form it is makes no difference.
        let told = async |of| form(app, of, of).await.expect("one's own").feedback().expect("sound").expect("told");
        let (one, none) = (told(COLLEAGUE).await, told("P11").await);
        assert_eq!(one, none);
        assert_eq!(one.groups[&RaterKind::Peer], Standing::Hidden);
        let four = told(REP).await;
        let mean = Standing::Told { mean: Amount::from(3), raters: 4 };
        assert_eq!(four.groups[&RaterKind::Peer], mean, "(5 + 1 + 4 + 2) ÷ 4");
        // Two moments after the release: a colleague's texts are erased, and another's hand-in is undone. Told anew of three it would
        // be 3.33 and give away the 2.
        let before = read().await;
        let parts: Vec<RecordId> =
            form(app, MANAGER, REP).await.expect("reads").peers.iter().map(|(part, _)| part.id).collect();
        let mut tx = app.begin();
        tx.put(Change::of(&APPRAISAL_PART, parts[3], Event::Erase)).expect("sound");
        tx.commit().await.expect("erased");
        assert_eq!(read().await, before, "one colleague fewer");
        assert_eq!(told(REP).await, four);
        let last = app.db.system().last_change(&APPRAISAL_PART, parts[0]).await.expect("read").expect("written");
        let mut tx = app.begin();
        tx.put(Change::of(&APPRAISAL_PART, parts[0], Event::Void(vec![last]))).expect("sound");
        tx.commit().await.expect("undone");
        let undone = form(app, MANAGER, REP).await.expect("reads").peers[0].0.state;
        assert_eq!(undone, PartState::Open, "it is as if it had never been handed in");
        assert_eq!(told(REP).await, four);
    })
    .await;
}

/// Two cycles with the same raters but one: what is hidden in the second is no difference of the first.
#[tokio::test(flavor = "multi_thread")]
async fn two_cycles_that_share_raters_tell_no_third() {
    on_both(async |app| {
        acme(app).await;
        let mut told = Vec::new();
        for (period, peers) in [("2025", &["P10", "P11", "P12"][..]), ("2026-Q1", &["P10", "P11"][..])] {
            let hr = appraisal(app, HR).await;
            let cycle = hr.launch(&hr.plan(&setup(period, &["ae"])).await.expect("a plan"), Origin::Cli).await;
            let cycle = cycle.expect("launched");
            let forms = hr.standings(&hr.cycle(cycle).await.expect("a cycle")).await.expect("read");
            let me = person(app, REP).await.id;
            let id = forms.iter().find(|one| one.person == me).expect("hers").form;
            let manager = appraisal(app, MANAGER).await;
            for (writer, level) in [(MANAGER, 3)].into_iter().chain(peers.iter().map(|peer| (*peer, 5))) {
                let own = appraisal(app, writer).await;
                if writer != MANAGER {
                    manager.nominate(id, writer, Origin::Ui).await.expect("asked");
                }
                let read = own.form(id).await.expect("reads");
                let part = read.own_part.as_ref().expect("a part").id;
                let seen = own.version(part).await.expect("a version");
                own.save(part, seen, &rated(&read, level), Origin::Ui).await.expect("saved");
                own.hand_in(part, Origin::Ui).await.expect("handed in");
            }
            hr.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
            let own = appraisal(app, REP).await.form(id).await.expect("one's own");
            told.push(own.feedback().expect("sound").expect("told"));
        }
        assert_eq!(told[0].groups[&RaterKind::Peer], Standing::Told { mean: Amount::from(5), raters: 3 });
        // Of the second there is the manager's mean, and nothing that the two peers moved.
        assert_eq!(told[1].groups[&RaterKind::Peer], Standing::Hidden);
        assert_eq!(told[1].overall, Overall::Withheld);
    })
    .await;
}
