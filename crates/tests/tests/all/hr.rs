//! The board of HR: every number is how many lines it opens into, and those are what stands in the records.

use crate::{
    appraisals::{COLLEAGUE, FINANCE, HR, MANAGER, OPERATIONS, REP, appraisal, form, form_id, launch, rated, write},
    company::viewer,
    scores::acme,
    training::{course, id, training},
};
use ::hr::{Asked, Board, Hr, HrError, Line, Topic};
use ::training::Completion;
use appraisal::CycleState;
use db::{Filter, ListQuery};
use jiff::civil::date;
use rules::{appraisal::Grade, log::Origin, record::Value};
use testkit::{TestApp, on_both};

async fn board(app: &TestApp, external_id: &str) -> Result<Board, HrError> {
    Hr::new(app.db.clone(), viewer(app, external_id).await, app.folder().join("facts")).board(None).await
}

fn asked(topic: Topic, state: &str) -> Asked {
    let state = (!state.is_empty()).then(|| state.to_owned());
    Asked { topic: Some(topic.name().to_owned()), state, ..Asked::default() }
}

/// How many records of a type have these fields, by the store alone.
async fn count(app: &TestApp, record_type: &'static rules::record::RecordType, filters: Vec<Filter>) -> usize {
    let found =
        app.db.system().list(record_type, &ListQuery { filters, limit: u64::MAX, ..ListQuery::default() }).await;
    found.expect("read").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_counts_what_stands_in_the_records() {
    on_both(async |app| {
        acme(app).await;
        // Without a cycle there is training alone.
        let before = board(app, HR).await.expect("HR's");
        assert!(before.cycle.is_none() && before.lines.iter().all(|line| line.topic == Topic::Training));
        for stranger in [MANAGER, REP, FINANCE, OPERATIONS] {
            assert!(matches!(board(app, stranger).await, Err(HrError::NotYours)), "{stranger}");
        }
        // What is due and not done, by the records: none of Acme's certificates end.
        let (mut overdue, mut waiting) = (0, 0);
        for one in app.db.system().all(&crm::TRAINING).await.expect("read") {
            let who = one.value("person").as_reference().expect("somebody");
            let who = app.db.system().get(&access::PERSON, who).await.expect("read").expect("there");
            if who.value("left_on").as_date().is_some_and(|left| left <= date(2026, 11, 24)) {
                continue;
            }
            let due = one.value("due_on").as_date().expect("a day");
            if one.value("completed_on").as_date().is_none() {
                *(if due < date(2026, 11, 24) { &mut overdue } else { &mut waiting }) += 1;
            }
        }
        assert!(overdue > 0 && waiting > 0);
        assert_eq!(before.count(&asked(Topic::Training, "overdue")), overdue);
        assert_eq!(before.count(&asked(Topic::Training, "open")), waiting);

        let (cycle, _) = launch(app, "2025", &["ae", "aem"]).await;
        let told = board(app, HR).await.expect("HR's");
        assert_eq!(told.cycle.as_ref().map(|one| one.id), Some(cycle));
        let of = |more: Vec<Filter>| [vec![Filter("cycle", Value::Reference(cycle))], more].concat();
        assert_eq!(told.count(&asked(Topic::Part, "")), count(app, &appraisal::APPRAISAL_PART, of(Vec::new())).await);
        let forms = count(app, &appraisal::APPRAISAL, of(Vec::new())).await;
        assert_eq!(told.count(&asked(Topic::Grade, "none")), forms, "nobody is graded yet");
        assert_eq!(told.count(&asked(Topic::Goal, "none")), forms, "nobody has a goal yet");
        let anonymous = told.lines.iter().filter(|line| ["peer", "report"].contains(&line.what.as_str()));
        assert!(anonymous.into_iter().all(|line| line.by.is_empty()), "who rates whom unnamed stays so");
        // A part is handed in, a grade follows and is moved; a course is done.
        let read = form(app, MANAGER, REP).await.expect("reads");
        write(app, MANAGER, REP, &rated(&read, 4)).await.expect("handed in");
        let hr = appraisal(app, HR).await;
        let moved = form_id(app, REP).await;
        hr.calibrate(moved, Grade::E, "seen beside the others", Origin::Ui).await.expect("moved");
        let after = board(app, HR).await.expect("HR's");
        assert_eq!(after.count(&asked(Topic::Part, "done")), 1);
        assert_eq!(after.count(&asked(Topic::Grade, "E")), 1);
        assert_eq!(after.count(&asked(Topic::Move, "down")), 1);
        let line = after.lines.iter().find(|line| line.topic == Topic::Move).expect("one");
        assert_eq!((line.person, line.what.as_str()), (id(app, REP).await, "seen beside the others"));
        let open = training(app, HR).await;
        let of = open.set_course(None, &course("Price talks"), Origin::Ui).await.expect("set");
        open.assign(of, &[id(app, REP).await].into(), None, Origin::Ui).await.expect("assigned");
        let one = open.assignments(::training::Which::Course(of)).await.expect("one").remove(0).id;
        assert_eq!(board(app, HR).await.expect("HR's").count(&asked(Topic::Training, "open")), waiting + 1);
        open.complete(one, &Completion::default(), Origin::Ui).await.expect("done");
        assert_eq!(board(app, HR).await.expect("HR's").count(&asked(Topic::Training, "open")), waiting);
        // The teams add up to the whole.
        for topic in Topic::ALL {
            let whole = after.count(&asked(topic, ""));
            let teams = after.teams().into_iter();
            let sum: usize = teams
                .map(|(team, _)| after.count(&Asked { team: Some(team.map_or(0, |team| team.0)), ..asked(topic, "") }))
                .sum();
            assert_eq!(sum, whole, "{}", topic.name());
        }
        // Days pass: what was open is overdue.
        let open = after.count(&asked(Topic::Part, "open"));
        app.clock.set("2027-06-01T09:00:00Z".parse().expect("a moment"));
        let late = board(app, HR).await.expect("HR's");
        assert_eq!((late.count(&asked(Topic::Part, "open")), late.count(&asked(Topic::Part, "overdue"))), (0, open));
        // A first grade is no move up or down; after the release nobody writes what is missing.
        hr.calibrate(form_id(app, COLLEAGUE).await, Grade::B, "seen beside the others", Origin::Ui)
            .await
            .expect("given");
        hr.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
        let over = board(app, HR).await.expect("HR's");
        let moves = ["up", "down", "set"].map(|state| over.count(&asked(Topic::Move, state)));
        assert_eq!(moves, [0, 1, 1]);
        let parts = ["open", "overdue", "missed"].map(|state| over.count(&asked(Topic::Part, state)));
        // Of sides that may be hidden nobody learns how many answered.
        let is_named = |line: &&Line| line.topic == Topic::Part && !["peer", "report"].contains(&line.what.as_str());
        let named = late.lines.iter().filter(is_named).filter(|line| line.state == "overdue").count();
        assert!(named < open);
        assert_eq!(parts, [0, 0, named]);
    })
    .await;
}
