//! Words that were kept for long enough go, from log, tables and files; what was decided stays as it was.

use crate::{
    appraisals::{COLLEAGUE, HR, MANAGER, OPERATIONS, REP, appraisal, form, form_id, launch, part, rated, write},
    company::{person, viewer},
    scores::acme,
};
use ::appraisal::{Answers, CycleState, NewGoal};
use ::coaching::{Added, Coaching, NoteKind, Readers};
use ::hr::{Hr, HrError, Kind, Retention, USUAL_MONTHS};
use attachments::Attachments;
use base::RecordId;
use db::Change;
use jiff::{SignedDuration, civil::date};
use rules::{access::Viewer, appraisal::Grade, log::Origin, record::Value};
use testkit::{TestApp, on_both};

/// Stands in every word that is written here.
const WORD: &str = "Qvxword";
const DAY: i64 = 24;

async fn hr(app: &TestApp, external_id: &str) -> Hr {
    of(app, viewer(app, external_id).await)
}

fn of(app: &TestApp, viewer: Viewer) -> Hr {
    Hr::new(app.db.clone(), viewer, app.folder().join("facts"))
}

async fn kept(app: &TestApp, kind: Kind) -> Retention {
    let kept = hr(app, HR).await.retention().await.expect("HR's");
    kept.into_iter().find(|one| one.kind == kind).expect("each kind")
}

/// Every row of the log of these types, with what can still be read of it.
async fn logged(app: &TestApp) -> String {
    let types = [
        "appraisal",
        "appraisal_part",
        "appraisal_move",
        "development_goal",
        "one_on_one",
        "coaching_note",
        "attachment",
    ];
    let mut told = String::new();
    for record_type in app.db.registry().iter().filter(|one| types.contains(&one.name)) {
        for record in app.db.system().all(record_type).await.expect("read") {
            let history = app.db.system().history(record_type, record.id).await.expect("read");
            told = format!("{told}\n{record:?} {history:?}");
        }
    }
    told
}

fn worded(mut answers: Answers) -> Answers {
    answers.comment = format!("{WORD} comment");
    answers.ratings.values_mut().for_each(|one| one.example = format!("{WORD} example"));
    answers
}

async fn attach(app: &TestApp, by: &str, to: RecordId) -> RecordId {
    let holders = clinch::takes_files(&app.db, &app.folder().join("facts"));
    let files = Attachments::new(app.db.clone(), viewer(app, by).await, holders);
    let name = format!("{WORD}.pdf");
    files.add(("appraisal_part", to), &name, WORD.into(), Origin::Ui).await.expect("attached").id
}

/// Five years as it ships; who sets up cycles sets another number, with a reason. Ends with twelve months of each kind.
async fn who_sets_it_and_how(app: &TestApp) {
    assert_eq!(
        (kept(app, Kind::Appraisals).await.months, kept(app, Kind::Coaching).await.due.len()),
        (USUAL_MONTHS, 0)
    );
    for stranger in [REP, MANAGER, OPERATIONS] {
        let none = hr(app, stranger).await;
        assert!(matches!(none.retention().await, Err(HrError::NotYours)), "{stranger}");
        let today = none.erase(Kind::Coaching, date(2020, 1, 1), Origin::Ui).await;
        assert!(matches!(today, Err(HrError::NotYours)), "{stranger}");
    }
    let own = hr(app, HR).await;
    for months in [11, 241] {
        let refused = own.set_retention(Kind::Appraisals, months, "less", Origin::Ui).await;
        assert!(matches!(refused, Err(HrError::Months(_))));
    }
    let silent = own.set_retention(Kind::Appraisals, 12, " ", Origin::Ui).await;
    assert!(matches!(silent, Err(HrError::NoReason)));
    for kind in Kind::ALL {
        own.set_retention(kind, 24, "the works council agreed", Origin::Ui).await.expect("set");
        own.set_retention(kind, 12, "the works council agreed again", Origin::Ui).await.expect("set anew");
    }
    let none = own.erase(Kind::Appraisals, date(2026, 11, 30), Origin::Ui).await;
    assert!(matches!(none, Err(HrError::TooEarly(_))), "{none:?}");
    assert!(kept(app, Kind::Appraisals).await.due.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn words_go_when_they_were_kept_for_long_enough_and_what_was_decided_stays() {
    on_both(async |app| {
        acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae"]).await;
        let (above, me) = (appraisal(app, MANAGER).await, person(app, REP).await.id);
        attach(app, REP, part(app, REP, REP).await.id).await;
        for (writer, level) in [(REP, 3), (MANAGER, 4)] {
            let whole = form(app, writer, REP).await.expect("may write");
            write(app, writer, REP, &worded(rated(&whole, level))).await.expect("handed in");
        }
        appraisal(app, HR).await.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
        for who in [REP, COLLEAGUE] {
            let (own, id) = (appraisal(app, who).await, form_id(app, who).await);
            own.appeal(id, &format!("{WORD} appeal of {who}"), Origin::Ui).await.expect("their own");
        }
        let (decider, id) = (appraisal(app, HR).await, form_id(app, REP).await);
        decider.decide_appeal(id, &format!("{WORD} decision"), Some(Grade::A), Origin::Ui).await.expect("decided");
        let forms = app.db.system().all(&::appraisal::APPRAISAL).await.expect("read").len();
        let goal = |action: &str| NewGoal {
            person: me,
            competency: "negotiation".to_owned(),
            to_level: 4,
            kind: "coaching".to_owned(),
            action: format!("{WORD} {action}"),
            mentor: None,
            due: date(2027, 3, 1),
        };
        let closed = above.set_goal(&goal("closed"), Origin::Ui).await.expect("set");
        above.close_goal(closed, Some(4), &format!("{WORD} evidence"), Origin::Ui).await.expect("assessed");
        above.set_goal(&goal("open"), Origin::Ui).await.expect("set");
        let leader = Coaching::new(app.db.clone(), viewer(app, MANAGER).await, app.folder().join("facts"));
        let talk = leader.plan_talk(me, date(2026, 11, 24), WORD, Origin::Ui).await.expect("planned");
        for (kind, text) in [(NoteKind::Note, "note"), (NoteKind::Action, "action")] {
            let added =
                Added { kind, readers: Readers::Both, text: format!("{WORD} {text}"), by_leader: false, due: None };
            leader.add(talk, &added, Origin::Ui).await.expect("added");
        }
        // A day that somebody mistyped: it was written today, and is as young as that.
        leader.plan_talk(me, date(2016, 11, 24), &format!("{WORD} mistyped"), Origin::Ui).await.expect("planned");
        // What waits for somebody who leaves waits for nobody from then on.
        let gone = person(app, "P11").await.id;
        above.set_goal(&NewGoal { person: gone, ..goal("left") }, Origin::Ui).await.expect("set");
        let mut tx = app.begin();
        let left = vec![("left_on", Value::Date(date(2026, 11, 25)))];
        tx.put(Change::set(&access::PERSON, gone, left)).expect("sound");
        tx.commit().await.expect("written");
        let outcome = async || {
            let found = form(app, HR, REP).await.expect("read").outcome().expect("reckoned");
            (found.kpi.whole, found.competency, found.overall, found.grade)
        };
        let before = outcome().await;
        assert!(logged(app).await.matches(WORD).count() > 10);

        who_sets_it_and_how(app).await;

        // A year and a day later all of it falls due but what is still open.
        app.clock.advance(SignedDuration::from_hours(367 * DAY));
        let of_kind = async |kind| {
            let found = kept(app, kind).await;
            (found.due.len(), found.people(), found.set.map(|(_, why)| why))
        };
        let why = Some("the works council agreed again".to_owned());
        // Each form says what all sides were told; an appeal that nobody decided stays with its words.
        assert!(forms > 5);
        assert_eq!(of_kind(Kind::Appraisals).await, (forms - 1, forms - 1, why.clone()));
        assert_eq!(of_kind(Kind::Development).await, (2, 2, why.clone()), "one closed, one of who left");
        assert_eq!(of_kind(Kind::Coaching).await, (3, 1, why), "two talks and a note");
        let operator = of(app, Viewer::system());
        for kind in Kind::ALL {
            let found = operator.retention().await.expect("the operator's").into_iter().find(|one| one.kind == kind);
            let found = found.expect("each kind");
            assert_eq!(operator.erase(kind, found.before, Origin::Cli).await.expect("erased"), found.due.len());
            assert!(kept(app, kind).await.due.is_empty(), "once");
        }

        // What is left says what is still to be done.
        let left = logged(app).await;
        let lines = left.lines().filter(|line| line.contains(WORD)).collect::<Vec<_>>();
        let open = ["Qvxword open", "Qvxword action", "Qvxword appeal of P10"];
        let is_open = |line: &&str| open.iter().any(|open| line.contains(open));
        assert!(lines.len() == 3 && lines.iter().all(is_open), "{lines:#?}");
        // Numbers, grade and days stand as they were released; nobody is told again what all sides said.
        assert_eq!(outcome().await, before);
        let after = form(app, REP, REP).await.expect("hers");
        assert_eq!(after.after.erased_on, Some(date(2027, 11, 26)));
        assert!(after.after.grade.is_some() && after.feedback().expect("reckoned").is_none());
        assert!(after.parts.iter().all(|(part, _)| part.answers.comment.is_empty() && part.is_erased));
        assert!(after.parts.iter().all(|(part, _)| part.answers.ratings.values().all(|one| one.level.is_some())));
        let goals = appraisal(app, REP).await.development(me).await.expect("hers").goals;
        assert!(goals.iter().any(|goal| goal.action == "–") && goals.len() == 2, "{goals:?}");
    })
    .await;
}
