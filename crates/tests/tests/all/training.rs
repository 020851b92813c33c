//! Training: who needs a course and who assigns it, who says that it is done, certificates, completions from a file, and the KPIs that
//! count it.

use crate::{
    appraisals::{CHIEF, COLLEAGUE, FINANCE, HEAD, HR, MANAGER, OPERATIONS, REP},
    company::{kpi, person, viewer},
    scores::acme,
};
use ::kpi::{Ask, ByWord};
use ::training::{Assignment, Completion, CompletionRow, CourseWords, Effect, Training, TrainingError, Which};
use appraisal::{Appraisal, NewGoal};
use base::{Amount, Grain, RecordId};
use jiff::civil::date;
use rules::{
    log::Origin,
    training::{Need, Standing},
};
use std::collections::BTreeSet;
use testkit::{TestApp, on_both};

pub async fn training(app: &TestApp, external_id: &str) -> Training {
    Training::new(app.db.clone(), viewer(app, external_id).await, app.folder().join("facts"))
}

pub async fn id(app: &TestApp, external_id: &str) -> RecordId {
    person(app, external_id).await.id
}

/// A course for account executives, of which they say themselves that it is done.
pub fn course(name: &str) -> CourseWords {
    CourseWords {
        name: name.to_owned(),
        delivery: "link".to_owned(),
        link: "https://learning.acme.example/course".to_owned(),
        roles: vec!["ae".to_owned()],
        competency: "negotiation".to_owned(),
        days: Some(14),
        valid_months: Some(12),
        ..CourseWords::default()
    }
}

async fn people(app: &TestApp, ids: &[&str]) -> BTreeSet<RecordId> {
    let mut people = BTreeSet::new();
    for one in ids {
        people.insert(id(app, one).await);
    }
    people
}

async fn mine(app: &TestApp, external_id: &str, course: RecordId) -> Assignment {
    let all = training(app, external_id).await.overview().await.expect("one's own").mine;
    all.into_iter().find(|one| one.of == Some(course)).expect("it is assigned")
}

fn refused<T: std::fmt::Debug>(told: Result<T, TrainingError>) -> String {
    told.expect_err("refused").to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_is_assigned_to_who_needs_it_and_done_by_who_may_say_so() {
    on_both(async |app| {
        acme(app).await;
        let (hr, leader, rep) = (training(app, HR).await, training(app, MANAGER).await, training(app, REP).await);
        assert!(refused(rep.set_course(None, &course("Price talks"), Origin::Ui).await).contains("HR"));
        let of = hr.set_course(None, &course("Price talks"), Origin::Ui).await.expect("set");
        let same = refused(hr.set_course(None, &course("PRICE TALKS"), Origin::Ui).await);
        assert!(same.starts_with("name: \"PRICE TALKS\""), "{same}");
        // By role; a manager sees those below, HR everybody, operations and a rep nobody.
        let needs = async |asks: &Training| {
            let wanting = asks.wanting(of).await.expect("a course");
            wanting
                .into_iter()
                .filter(|one| one.need == Some(Need::Role))
                .map(|one| one.person)
                .collect::<BTreeSet<_>>()
        };
        let all = needs(&hr).await;
        let below = needs(&leader).await;
        assert!(below.len() > 1 && below.is_subset(&all) && all.len() > below.len());
        assert!(needs(&rep).await.is_empty() && needs(&training(app, OPERATIONS).await).await.is_empty());
        let told = refused(leader.assign(of, &people(app, &[HEAD]).await, None, Origin::Ui).await);
        assert!(told.ends_with("does not report to you"), "{told}");
        assert!(refused(leader.assign(of, &BTreeSet::new(), None, Origin::Ui).await).contains("nobody"));
        let late = leader.assign(of, &people(app, &[REP]).await, Some(date(2026, 11, 23)), Origin::Ui).await;
        assert!(refused(late).starts_with("due_on: \"2026-11-23\""));
        let two = people(app, &[REP, COLLEAGUE]).await;
        assert_eq!(leader.assign(of, &two, None, Origin::Ui).await.expect("assigned"), 2);
        // Fourteen days from 2026-11-24.
        let own = mine(app, REP, of).await;
        assert_eq!((own.days.due, own.standing, own.need), (date(2026, 12, 8), Standing::Open, Some(Need::Role)));
        assert!(refused(hr.assign(of, &two, None, Origin::Ui).await).ends_with("has it open already"));
        assert!(needs(&leader).await.is_disjoint(&two));
        // Its taker says that it is done, without a score; nobody from elsewhere does.
        let scored = Completion { after: Some(Amount::from(90)), ..Completion::default() };
        assert!(refused(rep.complete(own.id, &scored, Origin::Ui).await).contains("those above say"));
        let earlier = Completion { day: Some(date(2026, 11, 20)), ..Completion::default() };
        assert!(refused(rep.complete(own.id, &earlier, Origin::Ui).await).contains("those above say"));
        for stranger in [COLLEAGUE, FINANCE, OPERATIONS] {
            let told = training(app, stranger).await.complete(own.id, &Completion::default(), Origin::Ui).await;
            assert!(matches!(told, Err(TrainingError::NotThere | TrainingError::NotBelow(_))), "{stranger}: {told:?}");
        }
        assert!(refused(rep.rate(own.id, 5, Origin::Ui).await).contains("not done yet"));
        rep.complete(own.id, &Completion::default(), Origin::Ui).await.expect("done");
        assert!(refused(rep.complete(own.id, &Completion::default(), Origin::Ui).await).contains("done already"));
        assert!(refused(leader.rate(own.id, 5, Origin::Ui).await).contains("whoever took it"));
        assert!(refused(rep.rate(own.id, 6, Origin::Ui).await).starts_with("rating: \"6\""));
        rep.rate(own.id, 4, Origin::Ui).await.expect("rated");
        let own = mine(app, REP, of).await;
        assert_eq!((own.standing, own.rating, own.days.expires), (Standing::Done, Some(4), Some(date(2027, 11, 24))));
        assert!(!needs(&leader).await.contains(&own.person), "the certificate holds");
        // Of a classroom those above say so.
        let classroom = CourseWords { delivery: "classroom".to_owned(), ..course("Role play") };
        let classroom = hr.set_course(None, &classroom, Origin::Ui).await.expect("set");
        leader.assign(classroom, &people(app, &[REP]).await, None, Origin::Ui).await.expect("assigned");
        let play = mine(app, REP, classroom).await;
        assert!(refused(rep.complete(play.id, &Completion::default(), Origin::Ui).await).contains("those above"));
        let early = Completion { day: Some(date(2026, 11, 23)), ..Completion::default() };
        assert!(refused(leader.complete(play.id, &early, Origin::Ui).await).starts_with("completed_on"));
        let tested = Completion {
            before: Some(Amount::from(60)),
            after: Some(Amount::from(75)),
            certificate: "RP-7".to_owned(),
            ..Completion::default()
        };
        leader.complete(play.id, &tested, Origin::Ui).await.expect("done");
        let outcome = Assignment::outcome([&mine(app, REP, classroom).await], date(2027, 1, 1));
        assert_eq!(outcome.lift().and_then(|lift| lift.value(2)).as_deref(), Some("0.25"));
        assert!(refused(rep.withdraw(play.id, Origin::Ui).await).contains("does not report"));
        // What is done, or HR wants taken, a manager does not make undone; what they assigned themselves they do.
        assert!(refused(leader.withdraw(play.id, Origin::Ui).await).starts_with("only HR"));
        hr.withdraw(play.id, Origin::Ui).await.expect("taken back");
        for (asks, is_theirs) in [(&hr, false), (&leader, true)] {
            asks.assign(classroom, &people(app, &[REP]).await, None, Origin::Ui).await.expect("assigned");
            let open = mine(app, REP, classroom).await.id;
            assert_eq!(leader.withdraw(open, Origin::Ui).await.is_ok(), is_theirs);
            if !is_theirs {
                hr.withdraw(open, Origin::Ui).await.expect("taken back");
            }
        }
        // The chief executive reads of everybody, and leads those below.
        let chief = training(app, CHIEF).await;
        assert!(chief.overview().await.expect("everybody's").team.iter().any(|one| one.person == own.person));
        assert!(chief.wanting(of).await.expect("a course").iter().any(|one| one.person != own.person));
        assert!(rep.overview().await.expect("one's own").mine.iter().all(|one| one.of != Some(classroom)));
        // Offered no more, it is assigned no more; who has it keeps it.
        let ended = CourseWords { ended: true, ..course("Price talks") };
        let seen = hr.version().await.expect("known");
        hr.set_course(Some((of, Some(seen))), &ended, Origin::Ui).await.expect("ended");
        // Who saw it before that does not offer it again unawares.
        let again = hr.set_course(Some((of, Some(seen))), &course("Price talks"), Origin::Ui).await;
        assert!(matches!(again, Err(TrainingError::Moved)), "{again:?}");
        let told = leader.assign(of, &people(app, &["P11"]).await, None, Origin::Ui).await;
        assert!(matches!(told, Err(TrainingError::Ended)));
        assert_eq!(
            training(app, COLLEAGUE)
                .await
                .overview()
                .await
                .expect("own")
                .mine
                .iter()
                .filter(|one| one.of == Some(of))
                .count(),
            1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_asks_for_a_course_and_so_does_a_certificate_that_ends() {
    on_both(async |app| {
        acme(app).await;
        let hr = training(app, HR).await;
        let words = CourseWords { roles: Vec::new(), ..course("Price talks") };
        let of = hr.set_course(None, &words, Origin::Ui).await.expect("set");
        let rep = id(app, REP).await;
        let need = async || {
            let wanting = hr.wanting(of).await.expect("a course");
            wanting.into_iter().filter_map(|one| Some((one.person, one.need?))).collect::<Vec<_>>()
        };
        assert!(need().await.is_empty());
        let own = Appraisal::new(app.db.clone(), viewer(app, REP).await, app.folder().join("facts"));
        let goal = NewGoal {
            person: rep,
            competency: "negotiation".to_owned(),
            to_level: 4,
            kind: "course".to_owned(),
            action: "take the course".to_owned(),
            mentor: None,
            due: date(2027, 3, 31),
        };
        own.set_goal(&goal, Origin::Ui).await.expect("set");
        assert_eq!(need().await, [(rep, Need::Gap)]);
        hr.assign(of, &[rep].into(), None, Origin::Ui).await.expect("assigned");
        let open = mine(app, REP, of).await;
        assert_eq!(open.need, None, "a goal is told to who sees goals");
        hr.complete(open.id, &Completion::default(), Origin::Ui).await.expect("done");
        assert!(need().await.is_empty());
        // Sixty days before the certificate ends on 2027-11-24 it is to be renewed.
        app.clock.set("2027-09-24T09:00:00Z".parse().expect("a moment"));
        assert!(need().await.is_empty());
        app.clock.set("2027-09-25T09:00:00Z".parse().expect("a moment"));
        assert_eq!(need().await, [(rep, Need::Renewal)]);
        assert_eq!(mine(app, REP, of).await.standing, Standing::Expiring);
        let member = training(app, MANAGER).await.overview().await.expect("theirs").team;
        assert!(member.iter().any(|one| one.person == rep && one.ending == 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kpis_count_what_is_assigned_and_done() {
    on_both(async |app| {
        acme(app).await;
        let hr = training(app, HR).await;
        let told = async || {
            let kpis = ["training_completion_rate", "training_effectiveness"].map(str::to_owned).into();
            let period = kpi(app).await.calendar().await.expect("one").parse_label("2026-11").expect("a month");
            let ask = Ask {
                kpis,
                by: ByWord::Rep,
                grain: Grain::Month,
                from: Some(date(2026, 11, 1)),
                to: Some(date(2026, 12, 1)),
                entity: Some(REP.to_owned()),
                ..kpi(app).await.whole(&period, app.folder().join("facts"))
            };
            let rows = kpi(app).await.ask(&ask).await.expect("an answer").rows.into_iter();
            let text = |amount: Option<Amount>| amount.map(Amount::to_text);
            rows.map(|row| (text(row.numerator), text(row.denominator))).collect::<Vec<_>>()
        };
        let number = |text: &Option<String>| text.as_deref().map_or(0.0, |text| text.parse::<f64>().expect("a number"));
        let before = told().await;
        let of = hr.set_course(None, &course("Price talks"), Origin::Ui).await.expect("set");
        hr.assign(of, &people(app, &[REP]).await, Some(date(2026, 11, 24)), Origin::Ui).await.expect("assigned");
        let (own, rep) = (mine(app, REP, of).await.id, training(app, REP).await);
        let open = told().await;
        rep.complete(own, &Completion::default(), Origin::Ui).await.expect("done");
        rep.rate(own, 4, Origin::Ui).await.expect("rated");
        let after = told().await;
        let step = |of: &[(Option<String>, Option<String>)], place: usize| {
            (number(&of[place].0) - number(&before[place].0), number(&of[place].1) - number(&before[place].1))
        };
        assert_eq!(step(&open, 0), (0.0, 1.0), "{open:?}");
        assert_eq!(step(&after, 0), (1.0, 1.0), "{after:?}");
        assert_eq!(step(&after, 1), (4.0, 1.0), "{after:?}");
        hr.withdraw(own, Origin::Ui).await.expect("taken back");
        assert_eq!(told().await, before);
    })
    .await;
}

fn row(person: &str, course: &str, day: &str) -> CompletionRow {
    CompletionRow {
        person: person.to_owned(),
        course: course.to_owned(),
        completed_on: day.to_owned(),
        ..CompletionRow::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn completions_of_another_program_are_planned_and_then_written_whole() {
    on_both(async |app| {
        acme(app).await;
        let hr = training(app, HR).await;
        let words = CourseWords { activity: "https://learning.acme.example/price".to_owned(), ..course("Price talks") };
        let of = hr.set_course(None, &words, Origin::Ui).await.expect("set");
        hr.assign(of, &people(app, &[REP, COLLEAGUE]).await, None, Origin::Ui).await.expect("assigned");
        let mail = person(app, REP).await.value("email").as_text().expect("one").to_uppercase();
        let scored = CompletionRow {
            score_before: "55".to_owned(),
            score_after: "81.5".to_owned(),
            rating: "5".to_owned(),
            certificate: "PT-1".to_owned(),
            ..row(&mail, "price talks", "2026-11-24")
        };
        let good = vec![
            (2, scored),
            (3, row(COLLEAGUE, "https://learning.acme.example/price", "2026-11-24")),
            (4, row("P11", "Price talks", "2026-11-24")),
        ];
        let wrong = [
            (5, row("nobody@acme.example", "Price talks", "2026-11-24"), "person: \"nobody@acme.example\""),
            (6, row(REP, "Price talk", "2026-11-24"), "course: \"Price talk\""),
            (7, row(REP, "Price talks", "24/11/2026"), "completed_on: \"24/11/2026\""),
            (
                8,
                CompletionRow { score_after: "101".to_owned(), ..row(REP, "Price talks", "2026-11-24") },
                "score_after: \"101\"",
            ),
            (9, CompletionRow { rating: "0".to_owned(), ..row(REP, "Price talks", "2026-11-24") }, "rating: \"0\""),
            (10, row(REP, "Price talks", "2026-11-25"), "completed_on: \"2026-11-25\""),
        ];
        for (line, bad, what) in wrong {
            let plan = hr.plan_completions(&[(line, bad)]).await.expect("planned");
            assert_eq!(plan.problems.len(), 1, "{what}");
            let (at, problem) = &plan.problems[0];
            assert_eq!(*at, line);
            assert!(problem.to_string().starts_with(what), "{problem}");
            assert!(hr.commit_completions(plan, Origin::Ui).await.is_err());
        }
        assert!(training(app, MANAGER).await.plan_completions(&good).await.is_err());
        let plan = hr.plan_completions(&good).await.expect("planned");
        let effects: Vec<Effect> = plan.rows.iter().map(|row| row.effect).collect();
        assert_eq!(effects, [Effect::Completes, Effect::Completes, Effect::NotAssigned]);
        // A plan is of the moment at which it was made.
        let old = hr.plan_completions(&good).await.expect("planned");
        assert_eq!(hr.commit_completions(plan, Origin::Ui).await.expect("written"), 2);
        assert!(matches!(hr.commit_completions(old, Origin::Ui).await, Err(TrainingError::Moved)));
        let own = mine(app, REP, of).await;
        assert_eq!((own.rating, own.certificate.as_deref()), (Some(5), Some("PT-1")));
        assert_eq!((own.before, own.after), (Some(Amount::from(55)), Some("81.5".parse().expect("a number"))));
        // The same list again changes nothing.
        let again = hr.plan_completions(&good).await.expect("planned");
        let effects: Vec<Effect> = again.rows.iter().map(|row| row.effect).collect();
        assert_eq!(effects, [Effect::Known, Effect::Known, Effect::NotAssigned]);
        assert_eq!(hr.commit_completions(again, Origin::Ui).await.expect("nothing"), 0);
        assert_eq!(hr.assignments(Which::Course(of)).await.expect("all").len(), 2);
    })
    .await;
}
