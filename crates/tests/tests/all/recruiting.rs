//! Recruiting (APPR-8): seats as planned, candidates seen by who may, scorecards unseen before one's own, a hire whole or not at all,
//! and data that goes by schedule.

use crate::{
    company::{person, viewer},
    log::raw_log,
};
use ::recruiting::{
    CANDIDATE, Candidate, INTERVIEW, InterviewState, JOB_OPENING, NewCandidate, NewLine, NewOpening, OpeningState,
    Recruiting, RecruitingError as E, Said, Scorecard,
};
use base::RecordId;
use db::ListQuery;
use jiff::{
    SignedDuration,
    civil::{Date, date},
};
use rules::{
    access::Viewer,
    log::Origin,
    record::{EXTERNAL_ID, EXTERNAL_SOURCE, Value},
    recruiting::{Due, Passage, Stage},
};
use testkit::{TestApp, on_both};

pub const HR: &str = "hr";
const OTHER_HR: &str = "hr2";
pub const HEAD: &str = "head";
const ADMIN: &str = "ops";
pub const MANAGER: &str = "manager";
pub const OTHER_MANAGER: &str = "other";
pub const REP: &str = "rep";
pub const COLLEAGUE: &str = "colleague";

/// The day on which every test begins.
const TODAY: Date = date(2026, 1, 5);
const MARCH: Date = date(2026, 3, 1);
const CONSENT: Date = date(2026, 12, 31);

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

async fn company(app: &TestApp) -> RecordId {
    let fields = vec![("name", text("Company")), ("currency", text("THB")), ("revenue_basis", text("bookings"))];
    app.create(&access::COMPANY, fields).await;
    let team = app.create(&access::TEAM, vec![("name", text("North"))]).await;
    for (id, role) in [
        (HR, "hr"),
        (OTHER_HR, "hr"),
        (HEAD, "hos"),
        (ADMIN, "ops"),
        (MANAGER, "aem"),
        (OTHER_MANAGER, "aem"),
        (REP, "ae"),
        (COLLEAGUE, "ae"),
    ] {
        let names = [("name", text(id)), ("email", text(&format!("{id}@acme.example"))), ("role", text(role))];
        let external = [(EXTERNAL_SOURCE, text("test")), (EXTERNAL_ID, text(id))];
        app.create(&access::PERSON, names.into_iter().chain(external).collect()).await;
    }
    team
}

pub async fn of(app: &TestApp, external_id: &str) -> Recruiting {
    Recruiting::new(app.db.clone(), viewer(app, external_id).await, app.folder().join("facts"))
}

pub fn operator(app: &TestApp) -> Recruiting {
    Recruiting::new(app.db.clone(), Viewer::system(), app.folder().join("facts"))
}

async fn line(app: &TestApp, team: RecordId, seats: i64) -> RecordId {
    let manager = person(app, MANAGER).await.id;
    let new = NewLine { role: "ae".to_owned(), team: Some(team), manager, seats, starts_on: date(2026, 2, 1) };
    of(app, HEAD).await.add_line(&new, Origin::Ui).await.expect("planned")
}

fn opening(line: RecordId, seats: i64) -> NewOpening {
    NewOpening { line, hiring_manager: None, seats, target_start: MARCH }
}

/// An opening with so many seats that takes candidates.
pub async fn open(app: &TestApp, seats: i64) -> RecordId {
    let team = company(app).await;
    let line = line(app, team, seats).await;
    let id = of(app, HR).await.draft(&opening(line, seats), Origin::Ui).await.expect("drafted");
    let head = of(app, HEAD).await;
    head.move_opening(id, OpeningState::Approved, "", None, Origin::Ui).await.expect("approved");
    of(app, MANAGER).await.move_opening(id, OpeningState::Open, "", None, Origin::Ui).await.expect("opened");
    id
}

fn named(name: &str) -> NewCandidate {
    NewCandidate {
        name: name.to_owned(),
        email: format!("{}@candidate.example", name.to_lowercase()),
        phone: "02-555-0199".to_owned(),
        source: "referral".to_owned(),
        note: format!("{name} knows the north"),
        consent_until: CONSENT,
        applied_on: TODAY,
    }
}

pub async fn add(app: &TestApp, opening: RecordId, name: &str) -> RecordId {
    of(app, HR).await.add_candidate(opening, &named(name), Origin::Ui).await.expect("added")
}

async fn found(app: &TestApp, id: RecordId) -> Candidate {
    of(app, HR).await.candidate(id).await.expect("read").0
}

pub async fn step(app: &TestApp, id: RecordId, stage: Stage, reason: &str) -> Result<(), E> {
    of(app, MANAGER).await.move_candidate(id, stage, reason, None, None, Origin::Ui).await
}

/// Asks somebody, and hands in the same score for every competency of an account executive where one is given.
pub async fn scored(app: &TestApp, candidate: RecordId, who: &str, score: Option<u8>) -> RecordId {
    let interviewer = person(app, who).await.id;
    let id = of(app, HR).await.ask(candidate, interviewer, MARCH, Origin::Ui).await.expect("asked");
    if let Some(score) = score {
        let card = card(app, score, &format!("evidence of {who}")).await;
        of(app, who).await.hand_in(id, &card, "yes", Origin::Ui).await.expect("handed in");
    }
    id
}

async fn card(app: &TestApp, score: u8, evidence: &str) -> Scorecard {
    let roles = of(app, HR).await.roles().await.expect("read");
    let said = Said { score, evidence: evidence.to_owned() };
    roles["ae"].competencies.iter().map(|one| (one.id.clone(), said.clone())).collect()
}

async fn offered(app: &TestApp, candidate: RecordId) {
    scored(app, candidate, REP, Some(4)).await;
    of(app, MANAGER).await.offer(candidate, MARCH, None, Origin::Ui).await.expect("decided");
    of(app, HR).await.approve_offer(candidate, None, Origin::Ui).await.expect("approved");
}

#[tokio::test(flavor = "multi_thread")]
async fn openings_never_take_more_seats_than_planned_and_a_second_person_approves() {
    on_both(async |app| {
        let team = company(app).await;
        let line = line(app, team, 3).await;
        let (hr, head, manager) = (of(app, HR).await, of(app, HEAD).await, of(app, MANAGER).await);
        for who in [REP, ADMIN, OTHER_MANAGER] {
            let stranger = of(app, who).await;
            assert!(matches!(stranger.draft(&opening(line, 1), Origin::Ui).await, Err(E::NotThere)), "{who}");
            assert!(stranger.lines().await.expect("read").is_empty(), "{who}");
        }
        let first = manager.draft(&opening(line, 2), Origin::Ui).await.expect("drafted");
        let refused = hr.draft(&opening(line, 2), Origin::Ui).await.expect_err("only one is free");
        let told = refused.to_string();
        assert!(matches!(refused, E::OverPlan { planned: 3, taken: 2, wanted: 2, .. }), "{told}");
        assert!(told.contains("ae, North, from 2026-02-01"), "the line is named: {told}");
        let early = NewOpening { target_start: TODAY, ..opening(line, 1) };
        assert!(matches!(hr.draft(&early, Origin::Ui).await, Err(E::Field { field: "target_start", .. })));
        for seats in [0, 501] {
            let refused = hr.draft(&opening(line, seats), Origin::Ui).await;
            assert!(matches!(refused, Err(E::Field { field: "seats", .. })), "{seats}");
        }
        // The plan does not shrink below what openings take; more takes a reason.
        assert!(matches!(head.change_line(line, 1, "cut", None, Origin::Ui).await, Err(E::BelowTaken { .. })));
        assert!(matches!(head.change_line(line, 4, " ", None, Origin::Ui).await, Err(E::Field { .. })));
        head.change_line(line, 4, "growth", None, Origin::Ui).await.expect("more");
        let second = hr.draft(&opening(line, 2), Origin::Ui).await.expect("now there is room");
        // Draft, approved by a second person, open.
        let approve = OpeningState::Approved;
        assert!(matches!(manager.move_opening(first, approve, "", None, Origin::Ui).await, Err(E::PlansNone)));
        assert!(matches!(hr.move_opening(second, approve, "", None, Origin::Ui).await, Err(E::SecondPerson)));
        assert!(matches!(
            manager.move_opening(first, OpeningState::Open, "", None, Origin::Ui).await,
            Err(E::State("draft"))
        ));
        hr.move_opening(first, approve, "", None, Origin::Ui).await.expect("approved");
        let seen = hr.opening(first).await.expect("read").version;
        manager.move_opening(first, OpeningState::Open, "", Some(seen), Origin::Ui).await.expect("opened");
        let stale = manager.move_opening(first, OpeningState::Closed, "no_budget", Some(seen), Origin::Ui).await;
        assert!(matches!(stale, Err(E::Moved(_))));
        // Closing takes a reason of the list, decides for everybody in it, and gives the seats back.
        let waiting = add(app, first, "Anna").await;
        let refused = manager.move_opening(first, OpeningState::Closed, "just so", None, Origin::Ui).await;
        assert!(matches!(refused, Err(E::Field { field: "close_reason", .. })));
        manager.move_opening(first, OpeningState::Closed, "no_budget", None, Origin::Ui).await.expect("closed");
        let anna = found(app, waiting).await;
        assert_eq!((anna.stage, anna.reason.as_deref()), (Stage::Rejected, Some("position_closed")));
        assert_eq!(hr.lines().await.expect("read")[0].taken, 2);
        assert!(matches!(hr.add_candidate(first, &named("Bea"), Origin::Ui).await, Err(E::State("closed"))));
        hr.draft(&opening(line, 2), Origin::Ui).await.expect("the seats are free again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn candidates_are_seen_by_hr_the_hiring_manager_and_who_is_asked() {
    on_both(async |app| {
        let opening = open(app, 1).await;
        let (anna, bea) = (add(app, opening, "Anna").await, add(app, opening, "Bea").await);
        let (hr, manager) = (of(app, HR).await, of(app, MANAGER).await);
        // The same person twice: both are told.
        let twice = NewCandidate { email: " ANNA@candidate.example".to_owned(), ..named("Annie") };
        let refused = manager.add_candidate(opening, &twice, Origin::Ui).await.expect_err("she is there").to_string();
        assert!(refused.contains("Anna ") && refused.contains("Annie") && refused.contains("applied"), "{refused}");
        for (wrong, field) in [
            (NewCandidate { email: "nobody".to_owned(), ..named("Cleo") }, "email"),
            (NewCandidate { name: " ".to_owned(), ..named("Cleo") }, "name"),
            (NewCandidate { source: "dream".to_owned(), ..named("Cleo") }, "source"),
            (NewCandidate { consent_until: date(2026, 1, 4), ..named("Cleo") }, "consent_until"),
            (NewCandidate { applied_on: date(2026, 1, 6), ..named("Cleo") }, "applied_on"),
        ] {
            let refused = hr.add_candidate(opening, &wrong, Origin::Ui).await.expect_err("wrong");
            assert!(refused.to_string().starts_with(field), "{field}: {refused}");
        }
        // Each move has its day and who; out takes a reason of the list.
        step(app, anna, Stage::Screened, "").await.expect("moved");
        assert!(matches!(step(app, anna, Stage::Offer, "").await, Err(E::NoMove { .. })));
        assert!(matches!(step(app, anna, Stage::Rejected, "other_offer").await, Err(E::NoReason { .. })));
        app.clock.advance(SignedDuration::from_hours(48));
        let early = manager.move_candidate(anna, Stage::Interview, "", Some(date(2026, 1, 4)), None, Origin::Ui).await;
        assert!(matches!(early, Err(E::Field { field: "stage_on", .. })));
        step(app, anna, Stage::Rejected, "experience").await.expect("rejected");
        let steps = found(app, anna).await.steps;
        let told: Vec<_> = steps.iter().map(|one| (one.stage, one.on.day(), one.by.as_deref())).collect();
        assert_eq!(
            told,
            [(Stage::Applied, 5, Some(HR)), (Stage::Screened, 5, Some(MANAGER)), (Stage::Rejected, 7, Some(MANAGER))]
        );
        // Two who look at the same: the second is told.
        let seen = found(app, bea).await.version;
        let to = Stage::Screened;
        hr.move_candidate(bea, to, "", None, Some(seen), Origin::Ui).await.expect("moved");
        let late = manager.move_candidate(bea, Stage::Withdrawn, "timing", None, Some(seen), Origin::Ui).await;
        assert!(matches!(late, Err(E::Moved(_))));
        // An interviewer sees whom they are asked about, without addresses and notes.
        scored(app, bea, REP, None).await;
        let rep = of(app, REP).await;
        let (asked, _) = rep.candidate(bea).await.expect("asked");
        assert_eq!(
            (asked.name.as_deref(), &asked.email, &asked.note, asked.steps.len()),
            (Some("Bea"), &None, &None, 0)
        );
        assert!(matches!(rep.candidate(anna).await, Err(E::NotThere)));
        assert!(matches!(rep.opening(opening).await, Err(E::NotThere)));
        // Nobody else: running the product or leading it gives no such right.
        let shown = hr.opening(opening).await.expect("read");
        for who in [HEAD, ADMIN, OTHER_MANAGER, COLLEAGUE] {
            let other = of(app, who).await;
            assert!(matches!(other.candidate(bea).await, Err(E::NotThere)), "{who}");
            assert!(matches!(other.candidates(&shown).await, Err(E::NotYours)), "{who}");
            assert!(other.falling_due().await.is_err() && other.candidates_csv(opening).await.is_err(), "{who}");
            assert!(other.own_interviews().await.expect("read").is_empty(), "{who}");
            let reader = app.db.reader(&viewer(app, who).await);
            for record_type in [&CANDIDATE, &INTERVIEW, &JOB_OPENING] {
                let listed = reader.list(record_type, &ListQuery { limit: 9, ..ListQuery::default() }).await;
                assert!(listed.expect("read").is_empty(), "{who} lists {}", record_type.name);
            }
        }
        // Nobody reads what is said of themself.
        let own = NewCandidate { email: format!("{MANAGER}@acme.example"), ..named("Mia") };
        let own = hr.add_candidate(opening, &own, Origin::Ui).await.expect("added");
        assert!(matches!(manager.candidate(own).await, Err(E::NotThere)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_anothers_scorecard_before_their_own_is_handed_in() {
    on_both(async |app| {
        let opening = open(app, 1).await;
        let anna = add(app, opening, "Anna").await;
        let first = scored(app, anna, REP, None).await;
        let second = scored(app, anna, COLLEAGUE, Some(2)).await;
        let whole = of(app, HR).await.candidate(anna).await.expect("read");
        let cards = async |who: &str| {
            let (candidate, opening) = of(app, who).await.candidate(anna).await.expect("seen");
            let all = of(app, who).await.interviews(&candidate, &opening).await.expect("read");
            all.iter().filter(|one| one.card.is_some()).count()
        };
        assert_eq!((cards(REP).await, cards(COLLEAGUE).await, cards(MANAGER).await), (0, 1, 1));
        // The hiring manager who is asked too writes first.
        let third = scored(app, anna, MANAGER, None).await;
        assert_eq!(cards(MANAGER).await, 0);
        let rep = of(app, REP).await;
        assert!(matches!(rep.hand_in(second, &card(app, 3, "x").await, "yes", Origin::Ui).await, Err(E::NotThere)));
        let good = card(app, 5, "evidence").await;
        let mut unproven = good.clone();
        let id = good.keys().next().expect("a competency").clone();
        unproven.insert(id.clone(), Said { score: 5, evidence: " ".to_owned() });
        let mut over = good.clone();
        over.insert(id.clone(), Said { score: 6, evidence: "x".to_owned() });
        let other = Scorecard::from([("levitation".to_owned(), Said { score: 3, evidence: "x".to_owned() })]);
        for (wrong, recommendation, field) in [
            (&unproven, "yes", "evidence"),
            (&over, "yes", "score"),
            (&other, "yes", "competency"),
            (&Scorecard::new(), "yes", "score"),
            (&good, "perhaps", "recommendation"),
        ] {
            let refused = rep.hand_in(first, wrong, recommendation, Origin::Ui).await.expect_err("wrong").to_string();
            assert!(refused.starts_with(field), "{field}: {refused}");
        }
        rep.hand_in(first, &good, "strong_yes", Origin::Ui).await.expect("handed in");
        assert!(matches!(rep.hand_in(first, &good, "no", Origin::Ui).await, Err(E::HandedIn)));
        assert_eq!((cards(REP).await, cards(MANAGER).await, cards(HR).await), (2, 0, 2));
        let own = of(app, MANAGER).await.take_back(third, Origin::Ui).await;
        assert!(matches!(own, Err(E::SecondPerson)), "he would read the others': {own:?}");
        of(app, HR).await.take_back(third, Origin::Ui).await.expect("asked no more");
        assert!(matches!(of(app, HR).await.take_back(first, Origin::Ui).await, Err(E::HandedIn)));
        assert_eq!(cards(MANAGER).await, 2);
        // Two and five: the median is half way, the spread three.
        let all = of(app, HR).await.interviews(&whole.0, &whole.1).await.expect("read");
        let (profile, _) = of(app, HR).await.profile(&whole.1).await.expect("read");
        let tally = Recruiting::tally(&profile, &all);
        let one = tally[0].summary.as_ref().expect("scores");
        assert_eq!((one.count, one.median.to_text().as_str(), one.spread()), (2, "3.5", 3));
        assert_eq!(one.expected, profile.competencies[0].expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hire_makes_a_person_with_the_seat_and_the_move_or_nothing() {
    on_both(async |app| {
        let opening = open(app, 2).await;
        let (anna, bea) = (add(app, opening, "Anna").await, add(app, opening, "Bea").await);
        let (hr, manager) = (of(app, HR).await, of(app, MANAGER).await);
        assert!(matches!(manager.offer(anna, MARCH, None, Origin::Ui).await, Err(E::NoScorecard)));
        scored(app, anna, REP, Some(4)).await;
        assert!(matches!(hr.offer(anna, MARCH, None, Origin::Ui).await, Err(E::NotManager)));
        assert!(matches!(hr.hire(anna, None, Origin::Ui).await, Err(E::NoOffer)));
        manager.offer(anna, date(2026, 2, 1), None, Origin::Ui).await.expect("decided");
        let seen = found(app, anna).await.version;
        assert!(matches!(manager.approve_offer(anna, None, Origin::Ui).await, Err(E::SecondPerson)));
        assert!(matches!(manager.hire(anna, None, Origin::Ui).await, Err(E::NoOffer)));
        manager.offer(anna, MARCH, None, Origin::Ui).await.expect("another day");
        assert!(matches!(hr.approve_offer(anna, Some(seen), Origin::Ui).await, Err(E::Moved(_))));
        hr.approve_offer(anna, None, Origin::Ui).await.expect("approved");
        assert_eq!(found(app, anna).await.stage, Stage::Offer);
        let seq = app.db.system().last_seq().await.expect("read");
        let made = hr.hire(anna, None, Origin::Ui).await.expect("hired");
        assert_eq!(app.db.system().last_seq().await.expect("read").0, seq.0 + 3, "person, move and seat, no more");
        let record = app.db.system().get(&access::PERSON, made).await.expect("read").expect("there");
        let team = app.db.system().all(&access::TEAM).await.expect("read")[0].id;
        assert_eq!((record.title().as_str(), access::role(&record)), ("Anna", "ae"));
        assert_eq!(record.value("email"), &text("anna@candidate.example"));
        assert_eq!(record.value("team"), &Value::Reference(team));
        assert_eq!(record.value("manager"), &Value::Reference(person(app, MANAGER).await.id));
        // From its first day on the ramp counts.
        assert_eq!(record.value("hired_on"), &Value::Date(MARCH));
        assert_eq!(goals::ramp_ends(MARCH), date(2026, 6, 1));
        let shown = hr.opening(opening).await.expect("read");
        assert_eq!((shown.filled, shown.state), (1, OpeningState::Open));
        assert!(matches!(step(app, anna, Stage::Rejected, "pay").await, Err(E::NoMove { .. })), "she is a person now");
        // An account with the e-mail, be its owner gone: nothing is written.
        offered(app, bea).await;
        let taken = vec![
            ("name", text("Bea Elder")),
            ("email", text("bea@candidate.example")),
            ("left_on", Value::Date(date(2025, 6, 1))),
        ];
        app.create(&access::PERSON, taken).await;
        let seq = app.db.system().last_seq().await.expect("read");
        let refused = hr.hire(bea, None, Origin::Ui).await.expect_err("the address is taken").to_string();
        assert!(refused.contains("bea@candidate.example"), "{refused}");
        assert_eq!(app.db.system().last_seq().await.expect("read"), seq);
        assert_eq!((found(app, bea).await.stage, hr.opening(opening).await.expect("read").filled), (Stage::Offer, 1));
        // The last seat fills the opening.
        let cleo = add(app, opening, "Cleo").await;
        offered(app, cleo).await;
        app.clock.advance(SignedDuration::from_hours(24 * 10));
        manager.hire(cleo, None, Origin::Ui).await.expect("hired");
        let shown = hr.opening(opening).await.expect("read");
        assert_eq!((shown.filled, shown.state), (2, OpeningState::Filled));
        assert!(matches!(hr.hire(bea, None, Origin::Ui).await, Err(E::State("filled"))));
        // Counts and days, each number its candidates.
        let report = hr.report_of(shown.clone()).await.expect("told");
        assert_eq!((report.days_to_fill, report.days_to_hire.clone()), (Some(10), vec![0, 10]));
        for stage in &report.stages {
            for (passage, count) in Passage::ALL.into_iter().zip(stage.counts) {
                let listed = hr.candidates_in(&shown, passage, stage.stage).await.expect("listed").len();
                assert_eq!(listed, count, "{} {}", stage.stage.name(), passage.name());
            }
        }
        assert_eq!(report.stages[3].counts, [3, 2, 1, 0, 0], "three offers, two hired, one waits");
        let csv = hr.report_csv().await.expect("written");
        assert_eq!(csv.lines().count(), 6, "{csv}");
        assert!(csv.contains(",offer,3,2,1,0,0"), "{csv}");
    })
    .await;
}

/// The log as it lies there, and what the house reads of these candidates and of all interviews but one candidate's.
async fn logged(app: &TestApp, candidates: [RecordId; 2], but: RecordId) -> String {
    let mut found = raw_log(app).await;
    for id in candidates {
        found = format!("{found}{:?}", app.db.system().history(&CANDIDATE, id).await.expect("read"));
    }
    let interviews = app.db.system().all(&INTERVIEW).await.expect("read");
    for one in interviews.iter().filter(|one| one.value("candidate") != &Value::Reference(but)) {
        let history = app.db.system().history(&INTERVIEW, one.id).await.expect("read");
        found = format!("{found}{one:?}{history:?}");
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_not_hired_is_erased_by_schedule_and_counts_stay() {
    on_both(async |app| {
        let opening = open(app, 2).await;
        let (anna, bea, cleo) =
            (add(app, opening, "Anna").await, add(app, opening, "Bea").await, add(app, opening, "Cleo").await);
        scored(app, anna, REP, Some(2)).await;
        scored(app, bea, REP, None).await;
        offered(app, cleo).await;
        let (hr, manager) = (of(app, HR).await, of(app, MANAGER).await);
        hr.hire(cleo, None, Origin::Ui).await.expect("hired");
        step(app, anna, Stage::Rejected, "experience").await.expect("rejected");
        hr.set_consent(bea, date(2026, 4, 30), None, Origin::Ui).await.expect("shorter");
        // Six months as it ships; another number takes a reason, and HR.
        assert!(matches!(manager.set_retention(3, "less", Origin::Ui).await, Err(E::NotYours)));
        for (months, reason) in [(0, "x"), (37, "x"), (3, " ")] {
            assert!(matches!(hr.set_retention(months, reason, Origin::Ui).await, Err(E::Field { .. })));
        }
        let days = async || {
            let falls = hr.falling_due().await.expect("read");
            falls.iter().map(|one| (one.candidate, one.due, one.why)).collect::<Vec<_>>()
        };
        let (spring, summer) = (date(2026, 5, 1), date(2026, 7, 5));
        assert_eq!(
            days().await,
            [(bea, spring, Due::Consent), (anna, summer, Due::Decision)],
            "who is hired is not in it"
        );
        hr.set_retention(3, "our policy", Origin::Ui).await.expect("set");
        hr.set_retention(2, "a new policy", Origin::Ui).await.expect("set again");
        assert_eq!(days().await[0], (anna, date(2026, 3, 5), Due::Decision));
        hr.set_retention(6, "as before", Origin::Ui).await.expect("set back");
        // Ahead of its day nothing goes; the operator plans without names.
        let ahead = operator(app).plan_erasure(Some(summer)).await.expect("planned");
        assert!(ahead.falls.len() == 2 && ahead.falls.iter().all(|one| one.name.is_none()));
        assert!(matches!(operator(app).commit_erasure(ahead, Origin::Cli).await, Err(E::TooEarly(_))));
        assert!(operator(app).plan_erasure(None).await.expect("planned").falls.is_empty());
        let counted = hr.report_of(hr.opening(opening).await.expect("read")).await.expect("told");
        let before = logged(app, [anna, bea], cleo).await;
        app.clock.advance(SignedDuration::from_hours(24 * 182));
        let plan = operator(app).plan_erasure(None).await.expect("planned");
        let stale = operator(app).plan_erasure(None).await.expect("planned");
        assert_eq!(operator(app).commit_erasure(plan, Origin::Cli).await.expect("erased"), 2);
        assert!(matches!(operator(app).commit_erasure(stale, Origin::Cli).await, Err(E::Moved(_))));
        assert!(days().await.is_empty());
        // Names, addresses, notes and evidence are in no answer, no file, and nowhere in the log.
        let told = format!(
            "{:?} {:?} {}",
            hr.candidates(&hr.opening(opening).await.expect("read")).await.expect("read"),
            hr.candidate(anna).await.expect("read"),
            hr.candidates_csv(opening).await.expect("written")
        );
        let after = logged(app, [anna, bea], cleo).await;
        for gone in ["Anna", "anna@", "Bea", "bea@", "evidence of", "knows the north"] {
            assert!(before.contains(gone) && !after.contains(gone), "{gone} is in the log");
            let others = told.replace("Cleo", "").replace("cleo@", "").replace(" knows the north", "");
            assert!(gone == "knows the north" || !others.contains(gone), "{gone} is told");
        }
        // Who was on the way is withdrawn; where everybody stood stays.
        let (of_anna, of_bea) = (found(app, anna).await, found(app, bea).await);
        assert_eq!((of_anna.stage, of_anna.reason.as_deref()), (Stage::Rejected, Some("experience")));
        assert_eq!((of_bea.stage, of_bea.reason.as_deref()), (Stage::Withdrawn, Some("consent_ended")));
        assert!(of_anna.erased_on.is_some() && of_anna.name.is_none() && of_anna.note.is_none());
        let all = hr.interviews(&of_bea, &hr.opening(opening).await.expect("read")).await.expect("read");
        assert!(all.iter().all(|one| one.state != InterviewState::Asked));
        let after = hr.report_of(hr.opening(opening).await.expect("read")).await.expect("told");
        for (was, is) in counted.stages.iter().zip(&after.stages) {
            assert_eq!(was.counts[..2], is.counts[..2], "reached and passed: {}", was.stage.name());
        }
        assert!(matches!(step(app, anna, Stage::Interview, "").await, Err(E::Erased)));
        // The same person may come again.
        let again = NewCandidate { consent_until: date(2027, 6, 1), ..named("Anna") };
        hr.add_candidate(opening, &again, Origin::Ui).await.expect("added anew");
    })
    .await;
}
