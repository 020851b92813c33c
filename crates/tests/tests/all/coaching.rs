//! Coaching: who reads which text, actions that follow, levels in tasks, feedback that KPIs count, reviews, patterns, and whether it
//! works.

use crate::{
    appraisals::{COLLEAGUE, FINANCE, HEAD, HR, MANAGER, REP},
    company::{kpi, person, potentials, viewer},
    scores::acme,
};
use ::coaching::{
    Added, Coaching, CoachingError, EffectAsk, NewCheck, NewPattern, NewReview, Note, NoteKind, PatternState, Readers,
    TalkState, TaskWords,
};
use ::kpi::{Ask, ByWord};
use base::{Amount, Grain, Period, RecordId};
use db::Change;
use jiff::{SignedDuration, civil::date};
use rules::{
    appraisal::{DevelopmentLevel, Style},
    coaching::{Verdict, Why},
    log::Origin,
    record::Value,
};
use std::collections::BTreeMap;
use testkit::{TestApp, on_both};

/// Leads another team of account executives.
const OTHER: &str = "P05";
/// A key account manager, who reports to the head of sales.
const KAM: &str = "P25";

async fn coaching(app: &TestApp, external_id: &str) -> Coaching {
    Coaching::new(app.db.clone(), viewer(app, external_id).await, app.folder().join("facts"))
}

async fn id(app: &TestApp, external_id: &str) -> RecordId {
    person(app, external_id).await.id
}

fn text(kind: NoteKind, readers: Readers, text: &str) -> Added {
    Added { kind, readers, text: text.to_owned(), by_leader: false, due: None }
}

async fn last(app: &TestApp) -> base::Seq {
    app.db.system().last_seq().await.expect("read")
}

async fn move_to(app: &TestApp, external_id: &str, manager: &str) {
    let fields = vec![("manager", Value::Reference(id(app, manager).await))];
    let mut tx = app.begin();
    tx.put(Change::set(&access::PERSON, id(app, external_id).await, fields)).expect("sound");
    tx.commit().await.expect("written");
}

fn texts(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|note| note.text.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_has_the_readers_that_stood_beside_it() {
    on_both(async |app| {
        acme(app).await;
        let (leader, rep, of) = (coaching(app, MANAGER).await, coaching(app, REP).await, id(app, REP).await);
        let talk = leader.plan_talk(of, date(2026, 11, 24), "Quarter", Origin::Ui).await.expect("planned");
        for (writer, who) in [(&leader, "leader"), (&rep, "rep")] {
            for readers in Readers::ALL {
                let note = text(NoteKind::Note, readers, &format!("{who} {}", readers.name()));
                writer.add(talk, &note, Origin::Ui).await.expect("added");
            }
        }
        let seen = leader.open_talk(talk).await.expect("theirs");
        assert_eq!(texts(&seen.notes), ["leader own", "leader both", "leader line", "rep both", "rep line"]);
        let named = |open: &::coaching::Open, readers| {
            open.readers.iter().find(|(one, _)| *one == readers).map(|(_, names)| names.len())
        };
        assert_eq!(named(&seen, Readers::Own), Some(1));
        assert_eq!(named(&seen, Readers::Both), Some(2));
        // The rep, their manager, the head of sales and the chief executive.
        assert_eq!(named(&seen, Readers::Line), Some(4));
        let own = rep.open_talk(talk).await.expect("theirs");
        assert!(
            !own.looks.is_empty() && own.looks.iter().all(|look| look.by == own.talk.leader.0),
            "the leader looked"
        );
        assert_eq!(texts(&own.notes), ["leader both", "leader line", "rep own", "rep both", "rep line"]);
        for stranger in [COLLEAGUE, OTHER, HEAD, HR, FINANCE] {
            let refused = coaching(app, stranger).await.open_talk(talk).await;
            assert!(matches!(refused, Err(CoachingError::NotThere)), "{stranger} opens it");
        }
        // An action that its doer may not read is none.
        let hidden = text(NoteKind::Action, Readers::Own, "call the ministry");
        assert!(matches!(leader.add(talk, &hidden, Origin::Ui).await, Err(CoachingError::Readers)));
        let both = text(NoteKind::Action, Readers::Both, "call the ministry");
        let line = text(NoteKind::Action, Readers::Line, "write the plan");
        let first = leader.add(talk, &both, Origin::Ui).await.expect("added");
        leader.add(talk, &line, Origin::Ui).await.expect("added");
        leader.move_talk(talk, TalkState::Held, None, Origin::Ui).await.expect("held");
        let next = leader.plan_talk(of, date(2026, 12, 8), "", Origin::Ui).await.expect("planned");
        let carried = async |who: &Coaching| who.open_talk(next).await.expect("theirs").carried;
        assert_eq!(texts(&carried(&rep).await), ["call the ministry", "write the plan"]);
        rep.tick(first, true, Origin::Ui).await.expect("done");
        assert_eq!(texts(&carried(&leader).await), ["write the plan"]);
        // Those above read what is for the line, and nothing else.
        let head = coaching(app, HEAD).await.coached(of).await.expect("below");
        assert_eq!(texts(&head.actions), ["write the plan"]);
        assert!(head.talks.is_empty());
        assert_eq!(texts(&head.notes), ["rep line", "leader line"]);
        // Whom it is between says that it is done, nobody else who reads it.
        let refused = coaching(app, HEAD).await.tick(head.actions[0].id, true, Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::OnlyWriter(_))));
        // What another does is not taken from their sight afterwards.
        let refused = leader.readers(first, Readers::Own, Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::Readers)));
        assert!(coaching(app, HR).await.coached(of).await.expect("holds appraisals").actions.is_empty());
        // The line ends: the leader sees nothing of it any more, the new one what is for the line.
        move_to(app, REP, OTHER).await;
        assert!(matches!(leader.open_talk(talk).await, Err(CoachingError::NotThere)));
        assert!(matches!(leader.coached(of).await, Err(CoachingError::NotThere)));
        let after = coaching(app, OTHER).await.coached(of).await.expect("below now");
        assert_eq!(texts(&after.actions), ["write the plan"]);
        assert_eq!(texts(&after.notes), ["rep line", "leader line"]);
        let old = coaching(app, REP).await.open_talk(talk).await.expect("theirs");
        assert_eq!((old.notes.len(), old.may_add), (7, false));
        // The former leader is told as a reader of nothing any more.
        let both = old.notes.iter().find(|note| note.text == "rep both").expect("there");
        assert_eq!(both.reader_names.len(), 1);
        let refused =
            coaching(app, REP).await.add(talk, &text(NoteKind::Note, Readers::Both, "late"), Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::Over)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn talks_are_planned_by_those_above_and_held_on_days_that_came() {
    on_both(async |app| {
        acme(app).await;
        let of = id(app, REP).await;
        let later = date(2026, 12, 1);
        for stranger in [COLLEAGUE, OTHER, HR, REP] {
            let refused = coaching(app, stranger).await.plan_talk(of, later, "", Origin::Ui).await;
            assert!(matches!(refused, Err(CoachingError::NotBelow(_))), "{stranger} plans one");
        }
        let leader = coaching(app, MANAGER).await;
        let talk = leader.plan_talk(of, later, "", Origin::Ui).await.expect("planned");
        let refused = leader.move_talk(talk, TalkState::Held, None, Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::NotYet)));
        let refused = coaching(app, REP).await.move_talk(talk, TalkState::Cancelled, None, Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::NotBelow(_))));
        leader.move_talk(talk, TalkState::Held, Some(date(2026, 11, 23)), Origin::Ui).await.expect("held before");
        let refused = leader.move_talk(talk, TalkState::Planned, Some(later), Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::Over)));
        let refused = leader.add(talk, &text(NoteKind::Feedback, Readers::Both, "well"), Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::Kind)));
        let refused = leader.add(talk, &text(NoteKind::Note, Readers::Both, " \n"), Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::Empty)));
    })
    .await;
}

/// E7, and 003-S23: each new key account is a task of its own that begins at D1.
#[tokio::test(flavor = "multi_thread")]
async fn a_level_is_of_a_person_in_a_task_and_hints_where_the_style_does_not_fit() {
    on_both(async |app| {
        acme(app).await;
        let (head, kam) = (coaching(app, HEAD).await, id(app, KAM).await);
        let key = head.coached(kam).await.expect("below").new_accounts;
        assert!(!key.is_empty(), "she has key accounts");
        let begun = head.begin_task(kam, Some(key[0].id), &TaskWords::default(), Origin::Ui).await.expect("begun");
        let read = async |id| head.task(id).await.expect("theirs").0;
        let today = date(2026, 11, 24);
        let needs = |task: &::coaching::Task| task.needs(today).iter().map(|need| need.name()).collect::<Vec<_>>();
        let task = read(begun).await;
        assert_eq!((task.name.as_str(), task.level()), (key[0].title().as_str(), DevelopmentLevel::D1));
        assert_eq!((needs(&task), task.next_check()), (vec!["plan"], Some(date(2026, 12, 1))));
        assert_eq!(head.coached(kam).await.expect("below").new_accounts.len(), key.len() - 1);
        let words = TaskWords {
            goal: Some("a frame contract".to_owned()),
            plan: Some("meet the board".to_owned()),
            ..TaskWords::default()
        };
        // Both make goal and plan; the budget is the leader's.
        let own = coaching(app, KAM).await;
        own.word_task(
            begun,
            &TaskWords { budget: Some("5000".to_owned()), ..words.clone() },
            last(app).await,
            Origin::Ui,
        )
        .await
        .expect("worded");
        assert_eq!(read(begun).await.budget, None);
        head.word_task(begun, &TaskWords { budget: Some("1500.50".to_owned()), ..words }, last(app).await, Origin::Ui)
            .await
            .expect("worded");
        let stale = base::Seq(last(app).await.0 - 1);
        let goal = TaskWords { goal: Some("from an old page".to_owned()), ..TaskWords::default() };
        let refused = head.word_task(begun, &goal, stale, Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::Moved(_))), "what another wrote meanwhile stays");
        let again = head.begin_task(kam, Some(key[0].id), &TaskWords::default(), Origin::Ui).await;
        assert!(matches!(again, Err(CoachingError::NotThere)), "it is a task already");
        let task = read(begun).await;
        assert_eq!(task.budget.map(|money| money.to_string()).as_deref(), Some("1500.50"));
        assert!(needs(&task).is_empty());
        // Day, competence, commitment, how they were led; level, next look, hint.
        let steps = [
            (date(2026, 9, 1), 1, 4, Style::Directing, DevelopmentLevel::D1, Some(date(2026, 9, 8)), vec!["check"]),
            (
                date(2026, 10, 1),
                2,
                2,
                Style::Directing,
                DevelopmentLevel::D2,
                Some(date(2026, 10, 8)),
                vec!["check", "more_support"],
            ),
            (
                date(2026, 11, 12),
                3,
                3,
                Style::Coaching,
                DevelopmentLevel::D3,
                Some(date(2026, 11, 26)),
                vec!["less_direction"],
            ),
            (date(2026, 11, 24), 4, 4, Style::Delegating, DevelopmentLevel::D4, None, vec![]),
        ];
        for (day, competence, commitment, style, level, next, hints) in steps {
            let check = NewCheck { day, competence, commitment, style, note: String::new() };
            head.check_task(begun, &check, Origin::Ui).await.expect("checked");
            let task = read(begun).await;
            assert_eq!((task.level(), task.next_check(), needs(&task)), (level, next, hints), "{day}");
        }
        let check =
            |day, competence| NewCheck { day, competence, commitment: 1, style: Style::Coaching, note: String::new() };
        let refused = head.check_task(begun, &check(today, 5), Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::Degree)));
        let refused = head.check_task(begun, &check(date(2026, 11, 25), 1), Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::NotYet)));
        let refused = own.check_task(begun, &check(today, 4), Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::NotBelow(_))), "nobody says their own level");
        for stranger in [MANAGER, REP, FINANCE] {
            assert!(
                matches!(coaching(app, stranger).await.task(begun).await, Err(CoachingError::NotThere)),
                "{stranger}"
            );
        }
        head.end_task(begun, Origin::Ui).await.expect("ended");
        assert!(needs(&read(begun).await).is_empty());
        assert!(matches!(head.check_task(begun, &check(today, 1), Origin::Ui).await, Err(CoachingError::Over)));
    })
    .await;
}

/// What was given and rated is what `leader_feedback_frequency` and `_quality` count.
#[tokio::test(flavor = "multi_thread")]
async fn feedback_is_rated_by_whom_it_is_about_and_counts() {
    on_both(async |app| {
        acme(app).await;
        let (leader, rep, of) = (coaching(app, MANAGER).await, coaching(app, REP).await, id(app, REP).await);
        let told = async || {
            let ask = Ask {
                kpis: ["leader_feedback_frequency", "leader_feedback_quality"].map(str::to_owned).into(),
                by: ByWord::Rep,
                grain: Grain::Month,
                from: Some(date(2026, 11, 1)),
                to: Some(date(2026, 12, 1)),
                entity: Some(REP.to_owned()),
                ..whole(app, "2026-11").await
            };
            let rows = kpi(app).await.ask(&ask).await.expect("an answer").rows;
            rows.into_iter().map(|row| (row.numerator, row.denominator)).collect::<Vec<_>>()
        };
        let before = told().await;
        rep.request(id(app, MANAGER).await, "my last call", Origin::Ui).await.expect("asked");
        let refused = rep.request(id(app, OTHER).await, "my last call", Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::NotAbove(_))));
        let request = leader.feedback().await.expect("theirs").requests.remove(0).0.id;
        let given = leader.give(of, "ask who decides", Readers::Both, Some(request), Origin::Ui).await.expect("given");
        assert!(leader.feedback().await.expect("theirs").requests.is_empty());
        let refused = leader.give(of, "again", Readers::Both, Some(request), Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::NotThere)), "it is answered");
        let refused = leader.give(of, "for me", Readers::Own, None, Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::Readers)));
        for stranger in [MANAGER, COLLEAGUE, HEAD, HR] {
            let refused = coaching(app, stranger).await.rate(given, 5, Origin::Ui).await;
            assert!(matches!(refused, Err(CoachingError::NotThere)), "{stranger} rates it");
        }
        assert!(matches!(rep.rate(given, 6, Origin::Ui).await, Err(CoachingError::Rating)));
        rep.rate(given, 4, Origin::Ui).await.expect("rated");
        let after = told().await;
        let more = |place: usize| {
            let [now, then] = [&after, &before].map(|told| told.get(place).and_then(|row| row.0).unwrap_or_default());
            now.checked_sub(then).expect("small")
        };
        assert_eq!((more(0), more(1)), (Amount::from(1), Amount::from(4)));
        let received = rep.feedback().await.expect("theirs").received;
        let found = received.iter().find(|one| one.id == given).expect("there");
        assert_eq!((found.text.as_deref(), found.rating), (Some("ask who decides"), Some(4)));
        let seen = coaching(app, HEAD).await.coached(of).await.expect("below").feedback;
        let found = seen.iter().find(|one| one.id == given).expect("that it was given");
        assert_eq!(found.text, None, "the words are for the two");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_keeps_the_rubric_it_was_made_by() {
    on_both(async |app| {
        acme(app).await;
        let (leader, of) = (coaching(app, MANAGER).await, id(app, REP).await);
        let rubric = leader.rubric("seven_mistakes").await.expect("ships");
        assert_eq!(rubric.criteria.len(), 7);
        // One happened, one was not seen: five of six.
        let answers = rubric.criteria.iter().take(6).enumerate();
        let answers: BTreeMap<_, _> =
            answers.map(|(place, one)| (one.id.clone(), Some(u8::from(place != 2)))).collect();
        let new = NewReview {
            person: of,
            rubric: rubric.id.clone(),
            day: date(2026, 11, 24),
            activity: None,
            answers: answers.clone(),
            comment: "well prepared".to_owned(),
        };
        let id = leader.add_review(&new, Origin::Ui).await.expect("reviewed");
        let score = async || leader.review(id).await.expect("theirs").score.map(Amount::to_text);
        assert_eq!(score().await.as_deref(), Some("83.333333"));
        let mut own = rubric.clone();
        own.criteria[2].weight = 9;
        let (file, from) = (own.to_text().expect("text"), date(2026, 11, 24));
        let refused = leader.set_rubric("seven_mistakes", &file, from, Origin::Ui).await.expect_err("a manager");
        assert_eq!(
            refused.to_string(),
            "roles, job descriptions and appraisal cycles are set up by HR and the head of sales"
        );
        let hr = coaching(app, HR).await;
        hr.set_rubric("seven_mistakes", &file, from, Origin::Ui).await.expect("set");
        let refused = hr.set_rubric("another", &file, from, Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::OtherId { .. })));
        let kept = leader.review(id).await.expect("theirs");
        assert_eq!((kept.rubric, kept.score.map(Amount::to_text).as_deref()), (rubric, Some("83.333333")));
        let again = leader.add_review(&new, Origin::Ui).await.expect("reviewed");
        // 5 of the 14 that were seen.
        let anew = leader.review(again).await.expect("theirs").score.map(Amount::to_text);
        assert_eq!(anew.as_deref(), Some("35.714286"));
        // Of a call or meeting of theirs, and of nobody else's.
        let activities = app.db.system().all(&crm::ACTIVITY).await.expect("read");
        let other = self::id(app, COLLEAGUE).await;
        let called = |who: RecordId| {
            activities.iter().find(|one| one.value("owner").as_reference() == Some(who)).map(|one| one.id)
        };
        let (theirs, others) = (called(of).expect("a call"), called(other).expect("a call"));
        let about = NewReview { activity: Some(theirs), ..new.clone() };
        let reviewed = leader.add_review(&about, Origin::Ui).await.expect("reviewed");
        assert_eq!(leader.review(reviewed).await.expect("theirs").activity.map(|(id, _)| id), Some(theirs));
        let about = NewReview { activity: Some(others), ..new.clone() };
        assert!(matches!(leader.add_review(&about, Origin::Ui).await, Err(CoachingError::NotThere)));
        let wrong = NewReview { answers: [("humour".to_owned(), Some(1))].into(), ..new.clone() };
        assert!(matches!(leader.add_review(&wrong, Origin::Ui).await, Err(CoachingError::Rule(_))));
        let unseen = NewReview { answers: BTreeMap::new(), ..new.clone() };
        assert!(matches!(leader.add_review(&unseen, Origin::Ui).await, Err(CoachingError::Empty)));
        for stranger in [COLLEAGUE, OTHER, REP] {
            let refused = coaching(app, stranger).await.add_review(&new, Origin::Ui).await;
            assert!(matches!(refused, Err(CoachingError::NotBelow(_))), "{stranger} reviews");
        }
        assert!(coaching(app, REP).await.review(id).await.is_ok());
        assert!(matches!(coaching(app, COLLEAGUE).await.review(id).await, Err(CoachingError::NotThere)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pattern_is_everybodys_and_where_it_was_met_is_not() {
    on_both(async |app| {
        acme(app).await;
        let rep = coaching(app, REP).await;
        let new = |kind: &str| NewPattern {
            name: "delivery comes late".to_owned(),
            kind: kind.to_owned(),
            department: "logistics".to_owned(),
            detail: String::new(),
            product: None,
        };
        assert!(matches!(rep.report(&new("praise"), Origin::Ui).await, Err(CoachingError::Pattern)));
        let pattern = rep.report(&new("complaint"), Origin::Ui).await.expect("reported");
        let accounts = app.db.system().all(&crm::ACCOUNT).await.expect("read");
        let me = id(app, REP).await;
        let own =
            accounts.iter().find(|one| one.value("owner").as_reference() == Some(me)).expect("an account of hers");
        rep.met(pattern, Some(own.id), "twice in a week", Origin::Ui).await.expect("met");
        let colleague = coaching(app, COLLEAGUE).await;
        let refused = colleague.met(pattern, Some(own.id), "", Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::NotThere)), "it is not his account");
        colleague.met(pattern, None, "", Origin::Ui).await.expect("met");
        let seen = async |who: &Coaching| who.pattern(pattern).await.expect("everybody's");
        assert_eq!(seen(&colleague).await.met, 2);
        let where_met = |one: &::coaching::Pattern| one.sightings.iter().filter(|met| met.account.is_some()).count();
        assert_eq!((where_met(&seen(&rep).await), where_met(&seen(&colleague).await)), (1, 0));
        let refused = rep.close_pattern(pattern, Origin::Ui).await;
        assert!(matches!(refused, Err(CoachingError::OnlyWriter(_))), "nobody answered yet");
        coaching(app, FINANCE)
            .await
            .answer(pattern, "from next month on by truck", last(app).await, Origin::Ui)
            .await
            .expect("answered");
        assert_eq!(seen(&rep).await.state, PatternState::Answered);
        assert!(matches!(colleague.close_pattern(pattern, Origin::Ui).await, Err(CoachingError::OnlyWriter(_))));
        rep.close_pattern(pattern, Origin::Ui).await.expect("closed");
        assert!(matches!(colleague.met(pattern, None, "", Origin::Ui).await, Err(CoachingError::Answered)));
    })
    .await;
}

async fn whole(app: &TestApp, period: &str) -> Ask {
    let period = calendar(app, period).await;
    kpi(app).await.whole(&period, app.folder().join("facts"))
}

async fn calendar(app: &TestApp, period: &str) -> Period {
    let calendar = kpi(app).await.calendar().await.expect("one");
    calendar.parse_label(period).expect("a period")
}

async fn values(app: &TestApp, id: &str, period: &str) -> BTreeMap<RecordId, f64> {
    let ask = Ask { kpis: vec![id.to_owned()], by: ByWord::Rep, ..whole(app, period).await };
    let rows = kpi(app).await.ask(&ask).await.expect("an answer").rows.into_iter();
    rows.filter_map(|row| Some((row.entity.id?, row.value?.parse().ok()?))).collect()
}

/// The effect of each coached person by plain arithmetic: their change less the mean change of up to three others whose number before is
/// the nearest, within half a standard deviation, of those of the same tenure.
fn matched(
    coached: &BTreeMap<RecordId, bool>,
    bands: &BTreeMap<RecordId, u8>,
    before: &BTreeMap<RecordId, f64>,
    after: &BTreeMap<RecordId, f64>,
    potentials: &BTreeMap<RecordId, f64>,
) -> Vec<(RecordId, f64)> {
    let mean = |of: &[f64]| of.iter().sum::<f64>() / f64::from(u32::try_from(of.len()).expect("few"));
    let told: Vec<RecordId> =
        coached.keys().copied().filter(|id| before.contains_key(id) && after.contains_key(id)).collect();
    let levels: Vec<f64> = told.iter().map(|id| before[id]).collect();
    let middle = mean(&levels);
    let reach = mean(&levels.iter().map(|one| (one - middle).powi(2)).collect::<Vec<_>>()).sqrt() / 2.0;
    let mut effects = Vec::new();
    for own in told.iter().filter(|id| coached[id]) {
        let apart = |other: &RecordId| (before[other] - before[own]).abs();
        // Within a quarter, where the accounts of both say what they could buy.
        let is_near = |other: &RecordId| {
            let both = potentials.get(own).zip(potentials.get(other));
            both.is_none_or(|(own, other)| (other - own).abs() <= own / 4.0)
        };
        let is_like = |id: &&RecordId| !coached[id] && bands[id] == bands[own] && apart(id) <= reach && is_near(id);
        let mut others: Vec<&RecordId> = told.iter().filter(is_like).collect();
        others.sort_by(|one, other| apart(one).total_cmp(&apart(other)).then(one.cmp(other)));
        others.truncate(3);
        let changes: Vec<f64> = others.into_iter().map(|id| after[id] - before[id]).collect();
        if !changes.is_empty() {
            effects.push((*own, after[own] - before[own] - mean(&changes)));
        }
    }
    effects
}

/// How many pairs there are at most, each as plain arithmetic has it.
async fn likened(
    app: &TestApp,
    head: &Coaching,
    (ids, bands): (&BTreeMap<RecordId, bool>, &BTreeMap<RecordId, u8>),
    ask: EffectAsk,
) -> usize {
    let (potentials, mut most) = (potentials(app).await, 0);
    for one in ["deals_won_count", "accounts_touched", "revenue"] {
        let found = head.effect(&EffectAsk { kpi: one.to_owned(), ..ask.clone() }).await.expect("an answer");
        assert_eq!((found.before.label.as_str(), found.after.label.as_str()), ("2026-Q2", "2026-Q3"));
        let (before, after) = (values(app, one, "2026-Q2").await, values(app, one, "2026-Q3").await);
        let expected = matched(ids, bands, &before, &after, &potentials);
        let told = found.effect.pairs.iter();
        let told = told.map(|pair| (pair.coached, pair.effect.to_text().parse::<f64>().expect("a number")));
        let told: Vec<_> = told.collect();
        assert_eq!(told.len(), expected.len(), "{one}");
        for ((own, told), (other, expected)) in told.iter().zip(&expected) {
            assert!(own == other && (told - expected).abs() < 0.00001, "{one} of {own}: {told} and {expected}");
        }
        most = most.max(told.len());
    }
    most
}

/// Account executives of three years and more, before and after a quarter of talks, by plain arithmetic on the numbers of the KPI.
#[tokio::test(flavor = "multi_thread")]
async fn whether_coaching_works_is_told_beside_people_like_them_or_not_at_all() {
    on_both(async |app| {
        acme(app).await;
        let ask = |least| EffectAsk { kpi: "deals_won_count".to_owned(), period: "2026-Q3".to_owned(), least };
        let head = coaching(app, HEAD).await;
        let nobody = head.effect(&ask(3)).await.expect("an answer").effect;
        assert_eq!((nobody.verdict, nobody.mean), (Verdict::CannotTell(Why::TooFewPairs), None));
        let coached = ["P09", "P10", "P11", "P13", "P14", "P16", "P17"];
        for person in coached {
            let of = id(app, person).await;
            let people = app.db.system().all(&access::PERSON).await.expect("read");
            let manager = people.iter().find(|one| one.id == of).and_then(|one| one.value("manager").as_reference());
            let manager =
                people.iter().find(|one| Some(one.id) == manager).and_then(|one| one.external_id().map(str::to_owned));
            let leader = coaching(app, &manager.expect("a manager")).await;
            for month in 7..=9 {
                let talk = leader.plan_talk(of, date(2026, month, 10), "", Origin::Ui).await.expect("planned");
                leader.move_talk(talk, TalkState::Held, None, Origin::Ui).await.expect("held");
            }
        }
        app.clock.advance(SignedDuration::from_mins(1));
        let (mut ids, mut bands) = (BTreeMap::new(), BTreeMap::new());
        for number in 9..=22 {
            let external = format!("P{number:02}");
            let found = person(app, &external).await;
            ids.insert(found.id, coached.contains(&external.as_str()));
            // Under a year, one to three, three and more on 1 July 2026.
            let hired = found.value("hired_on").as_date().expect("a day");
            bands.insert(
                found.id,
                [date(2023, 7, 1), date(2025, 7, 1)].into_iter().map(|from| u8::from(hired > from)).sum(),
            );
        }
        // Beside people whose accounts could buy as much; then beside all of a kind, as if no account said it.
        assert!(likened(app, &head, (&ids, &bands), ask(3)).await >= 1);
        let mut tx = app.begin();
        for account in app.db.system().all(&crm::ACCOUNT).await.expect("read") {
            let nothing = Change::set(&crm::ACCOUNT, account.id, vec![("annual_potential", Value::Null)]);
            tx.put(nothing.effective_at("2025-01-02T00:00:00Z".parse().expect("a moment"))).expect("sound");
        }
        tx.commit().await.expect("written");
        assert!(likened(app, &head, (&ids, &bands), ask(3)).await >= 3);
        let told = head.effect(&ask(3)).await.expect("an answer").effect.pairs;
        // Whoever leads some asks about those alone; whoever leads nobody does not ask.
        let team = coaching(app, MANAGER).await.effect(&ask(3)).await.expect("an answer");
        assert!(team.effect.pairs.len() < told.len());
        assert!(matches!(coaching(app, REP).await.effect(&ask(3)).await, Err(CoachingError::LeadsNobody)));
        // More talks than anybody had: nobody was coached, and all of them stand on neither side.
        let little = head.effect(&ask(4)).await.expect("an answer");
        assert!(little.effect.pairs.is_empty() && little.between >= told.len());
        let open = EffectAsk { period: "2026-Q4".to_owned(), ..ask(3) };
        assert!(matches!(head.effect(&open).await, Err(CoachingError::NotYet)), "it is not over");
        assert!(matches!(head.effect(&ask(0)).await, Err(CoachingError::Design)));
        let company = EffectAsk { kpi: "market_share".to_owned(), ..ask(3) };
        assert!(matches!(head.effect(&company).await, Err(CoachingError::NoKpi(_))));
    })
    .await;
}
