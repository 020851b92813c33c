//! Moving people: from a day on, by who may, and what was before stays.

use crate::{
    company::{access, ask, person, rows},
    markers::{answer, served},
    scores::acme,
};
use access::{NewLeave, PERSON, PlaceError};
use base::{Amount, Grain, RecordId};
use jiff::civil::{Date, date};
use kpi::ByWord;
use rules::{
    log::{Fields, Origin},
    record::Value,
};
use testkit::{TestApp, on_both};

const HR: &str = "P39";
const OPS: &str = "P38";
const FINANCE: &str = "P40";
const HEAD: &str = "P02";
const MANAGER: &str = "P04";
const OTHER: &str = "P05";
const REP: &str = "P09";
/// Today is 24 November 2026.
const MAY: Date = date(2026, 5, 1);

async fn moved(app: &TestApp, by: &str, of: &str, from: Date, fields: Fields) -> Result<(), PlaceError> {
    let (access, mover) = (access(app), person(app, by).await);
    let place = access.place(person(app, of).await.id, Some(from)).await?;
    access.move_person(Some(&mover), &place, fields, Origin::Ui).await
}

async fn under(app: &TestApp, manager: &str) -> Fields {
    let manager = person(app, manager).await;
    vec![("manager", Value::Reference(manager.id)), ("team", manager.value("team").clone())]
}

async fn held(app: &TestApp, of: &str, on: Date, field: &str) -> Option<RecordId> {
    let place = access(app).place(person(app, of).await.id, Some(on)).await.expect("read");
    place.value(field).as_reference()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_holds_from_its_day_on_and_earlier_numbers_stay() {
    on_both(async |app| {
        acme(app).await;
        let teams = async |grain| {
            let found = rows(app, &ask(app, &["revenue"], ByWord::Team, grain)).await;
            found.into_iter().map(|row| (row.entity.name, row.period.label, row.value)).collect::<Vec<_>>()
        };
        let before = teams(Grain::Quarter).await;
        let (old, new) = (person(app, MANAGER).await.id, person(app, OTHER).await.id);
        moved(app, HR, REP, MAY, under(app, OTHER).await).await.expect("moved");
        assert_eq!(held(app, REP, date(2026, 4, 30), "manager").await, Some(old));
        assert_eq!(held(app, REP, MAY, "manager").await, Some(new));
        let now = app.db.system().get(&PERSON, person(app, REP).await.id).await.expect("read").expect("there");
        assert_eq!(now.value("manager").as_reference(), Some(new));
        // What the teams sold before that day nobody rewrites, and it did move what came after.
        let after = teams(Grain::Quarter).await;
        let is_before = |row: &&(String, String, Option<String>)| row.1.as_str() < "2026-Q2";
        assert_eq!(
            after.iter().filter(is_before).collect::<Vec<_>>(),
            before.iter().filter(is_before).collect::<Vec<_>>()
        );
        assert_ne!(after, before);

        // A day ahead waits for its day.
        moved(app, OPS, REP, date(2027, 1, 1), under(app, MANAGER).await).await.expect("dated ahead");
        let now = app.db.system().get(&PERSON, person(app, REP).await.id).await.expect("read").expect("there");
        assert_eq!(now.value("manager").as_reference(), Some(new));
        assert_eq!(held(app, REP, date(2027, 1, 1), "manager").await, Some(old));
        let place = access(app).place(now.id, None).await.expect("read");
        let steps: Vec<Date> =
            place.steps.iter().filter(|(_, field, _)| *field == "manager").map(|(day, ..)| *day).collect();
        assert_eq!(steps[..2], [date(2027, 1, 1), MAY]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_and_what_is_refused() {
    on_both(async |app| {
        acme(app).await;
        let to_other = under(app, OTHER).await;
        for nobody in [HEAD, MANAGER, REP, FINANCE] {
            let refused = moved(app, nobody, "P10", MAY, to_other.clone()).await;
            assert!(matches!(refused, Err(PlaceError::NotYours)), "{nobody}: {refused:?}");
        }
        for own in [HR, OPS] {
            assert!(matches!(moved(app, own, own, MAY, to_other.clone()).await, Err(PlaceError::Own)), "{own}");
        }
        let role = |role: &str| vec![("role", Value::Text(role.to_owned()))];
        // A role that opens more is given and taken by who runs the product.
        for more in ["ops", "hr", "finance", "ceo", "hos"] {
            let refused = moved(app, HR, REP, MAY, role(more)).await;
            assert!(matches!(refused, Err(PlaceError::MoreRights)), "{more}: {refused:?}");
        }
        assert!(matches!(moved(app, HR, HEAD, MAY, role("ae")).await, Err(PlaceError::MoreRights)));
        moved(app, HR, REP, MAY, role("kam")).await.expect("a role that sells");
        moved(app, OPS, REP, date(2026, 6, 1), role("hr")).await.expect("who runs the product");
        let unknown = moved(app, OPS, REP, MAY, role("pirate")).await;
        assert!(matches!(unknown, Err(PlaceError::Unknown { field: "role", .. })), "{unknown:?}");
        for field in ["team", "manager", "matrix_manager"] {
            let nobody = moved(app, OPS, "P10", MAY, vec![(field, Value::Reference(RecordId(1 << 40)))]).await;
            assert!(matches!(nobody, Err(PlaceError::Unknown { .. })), "{field}: {nobody:?}");
        }
        // Nobody reports to themself, over whomever.
        for (of, under_whom) in [(MANAGER, MANAGER), (MANAGER, "P10"), ("P01", "P10")] {
            let fields = vec![("manager", Value::Reference(person(app, under_whom).await.id))];
            let refused = moved(app, OPS, of, MAY, fields).await;
            assert!(matches!(refused, Err(PlaceError::Loop(_))), "{of} under {under_whom}: {refused:?}");
        }
        // Whoever moves people opens nobody's records to themself.
        for (mover, field) in [(OPS, "manager"), (HR, "manager"), (HR, "matrix_manager")] {
            let own = vec![(field, Value::Reference(person(app, mover).await.id))];
            let refused = moved(app, mover, "P11", MAY, own).await;
            assert!(matches!(refused, Err(PlaceError::UnderOneself)), "{mover} {field}: {refused:?}");
        }
        // Dated ahead, and the other way round from today: a circle all the same.
        let under_rep = vec![("manager", Value::Reference(person(app, "P11").await.id))];
        moved(app, OPS, "P12", date(2027, 1, 1), under_rep).await.expect("from January on");
        let back = vec![("manager", Value::Reference(person(app, "P12").await.id))];
        let circle = moved(app, OPS, "P11", date(2026, 11, 24), back).await;
        assert!(matches!(circle, Err(PlaceError::Loop(_))), "{circle:?}");
        let gone = access(app).place(person(app, "P11").await.id, Some(Date::MIN)).await;
        assert!(matches!(gone, Err(PlaceError::NoDay(_))), "{gone:?}");
        let matrix = vec![("matrix_manager", Value::Reference(person(app, "P25").await.id))];
        moved(app, HR, MANAGER, MAY, matrix).await.expect("a matrix manager");
        let same = vec![("manager", person(app, "P10").await.value("manager").clone())];
        assert!(matches!(moved(app, HR, "P10", MAY, same).await, Err(PlaceError::Unchanged(_))));
        let hired = person(app, "P10").await.value("hired_on").as_date().expect("a day");
        let early = moved(app, HR, "P10", hired.yesterday().expect("a day"), to_other.clone()).await;
        assert!(matches!(early, Err(PlaceError::BeforeHired(_))), "{early:?}");
        // Two who move the same person from what they saw: the second is told.
        let (access, hr) = (access(app), person(app, HR).await);
        let place = access.place(person(app, "P10").await.id, Some(MAY)).await.expect("read");
        access.move_person(Some(&hr), &place, to_other.clone(), Origin::Ui).await.expect("the first");
        let other = under(app, "P06").await;
        let second = access.move_person(Some(&hr), &place, other, Origin::Ui).await;
        assert!(matches!(second, Err(PlaceError::Moved(_))), "{second:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_began_today_changes_today_and_what_was_before_is_not_made_up() {
    on_both(async |app| {
        acme(app).await;
        let (access, ops) = (access(app), person(app, OPS).await);
        let (first, second) = (person(app, MANAGER).await, person(app, OTHER).await);
        let new = access::NewPerson {
            name: "Anong",
            email: "anong@acme.example",
            role: "ae",
            team: first.value("team").as_reference(),
            manager: Some(first.id),
        };
        let (id, link) = access.invite(&new, Some(ops.id), Origin::Ui).await.expect("invited");
        access.use_link(&link, "correct horse battery", "test").await.expect("a password");
        app.clock.advance(jiff::SignedDuration::from_hours(1));
        // Invited this morning, moved this afternoon: today counts from now.
        let today = access.place(id, None).await.expect("read");
        assert_eq!(today.value("manager").as_reference(), Some(first.id));
        let under = vec![("manager", Value::Reference(second.id))];
        access.move_person(Some(&ops), &today, under.clone(), Origin::Ui).await.expect("moved");
        let now = app.db.system().get(&PERSON, id).await.expect("read").expect("there");
        assert_eq!(now.value("manager").as_reference(), Some(second.id));
        // The day after, of yesterday: what began in the course of it is what is corrected.
        app.clock.advance(jiff::SignedDuration::from_hours(24));
        let yesterday = access.place(id, Some(date(2026, 11, 24))).await.expect("read");
        assert_eq!(yesterday.value("manager").as_reference(), Some(second.id));
        let back = vec![("manager", Value::Reference(first.id))];
        access.move_person(Some(&ops), &yesterday, back, Origin::Ui).await.expect("corrected");
        let now = app.db.system().get(&PERSON, id).await.expect("read").expect("there");
        assert_eq!(now.value("manager").as_reference(), Some(first.id));
        // A matrix manager nobody spoke of before may have been one for longer.
        let matrix = access.place(id, Some(date(2026, 11, 25))).await.expect("read");
        let who = vec![("matrix_manager", Value::Reference(second.id))];
        access.move_person(Some(&ops), &matrix, who.clone(), Origin::Ui).await.expect("from today");
        let earlier = access.place(id, Some(date(2026, 11, 24))).await.expect("read");
        access.move_person(Some(&ops), &earlier, who, Origin::Ui).await.expect("since yesterday");
        // The first that is known holds for all of the time before it: an earlier one would say it of all that time.
        let early = access.place(id, Some(MAY)).await.expect("read");
        let refused = access.move_person(Some(&ops), &early, under.clone(), Origin::Ui).await;
        assert!(matches!(refused, Err(PlaceError::BeforeKnown(day)) if day == date(2026, 11, 24)), "{refused:?}");

        // Who leaves can no longer sign in from the beginning of that day in Bangkok, and not before.
        app.clock.set("2026-12-30T16:59:00Z".parse().expect("a moment"));
        let place = access.place(id, None).await.expect("read");
        access.leave(Some(&ops), &place, Some(date(2026, 12, 31)), Origin::Ui).await.expect("leaves");
        let token = access.new_token(id, "test", 9).await.expect("a token");
        assert!(access.by_token(&token).await.expect("read").is_some());
        app.clock.set("2026-12-30T17:00:00Z".parse().expect("a moment"));
        assert!(access.by_token(&token).await.expect("read").is_none());
        assert!(access.person_by_email("anong@acme.example").await.expect("read").is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_is_gone_from_the_day_on_and_somebody_runs_the_product() {
    on_both(async |app| {
        acme(app).await;
        let access = access(app);
        let (hr, ops) = (person(app, HR).await, person(app, OPS).await);
        let place = async |of: &str| access.place(person(app, of).await.id, None).await.expect("read");
        let day = Some(date(2026, 11, 24));
        access.leave(Some(&hr), &place(REP).await, day, Origin::Ui).await.expect("leaves");
        assert_eq!(person(app, REP).await.value("left_on").as_date(), day);
        let again = access.leave(Some(&hr), &place(REP).await, day, Origin::Ui).await;
        assert!(matches!(again, Err(PlaceError::Unchanged(_))));
        access.leave(Some(&hr), &place(REP).await, None, Origin::Ui).await.expect("stays after all");
        assert!(matches!(
            access.leave(Some(&hr), &place(OPS).await, day, Origin::Ui).await,
            Err(PlaceError::MoreRights)
        ));
        access.leave(Some(&ops), &place(FINANCE).await, day, Origin::Ui).await.expect("one of two");
        for last in [
            access.leave(None, &place(OPS).await, day, Origin::Cli).await,
            access
                .move_person(None, &place(OPS).await, vec![("role", Value::Text("ae".to_owned()))], Origin::Cli)
                .await,
        ] {
            assert!(matches!(last, Err(PlaceError::LastAdmin)), "{last:?}");
        }

        // By API, as whose token it is.
        let token = access.new_token(hr.id, "test", 1).await.expect("a token");
        let (address, head) =
            (served(app, &access).await, format!("Authorization: Bearer {token}\r\nContent-Type: application/json"));
        let path = format!("/api/v1/people/{}/place", person(app, "P10").await.id);
        let new = person(app, OTHER).await.id;
        for (body, status, told) in [
            (format!(r#"{{"from":"2026-05-01","manager":{new}}}"#), "200", r#""manager":"#.to_owned()),
            (format!(r#"{{"from":"2026-05-01","manager":{new}}}"#), "400", "holds on 2026-05-01 already".to_owned()),
            (r#"{"role":"ceo"}"#.to_owned(), "403", "by operations".to_owned()),
            (r#"{"left_on":"2026-12-31","role":"ae"}"#.to_owned(), "400", "a call of its own".to_owned()),
            (r#"{"left_on":"2026-12-31"}"#.to_owned(), "200", "2026-12-31".to_owned()),
            (r#"{"from":"yesterday","role":"ae"}"#.to_owned(), "400", "is no day".to_owned()),
        ] {
            let got = answer(&address, &format!("PATCH {path}"), &head, &body).await;
            assert!(got.starts_with(&format!("HTTP/1.0 {status}")) && got.contains(&told), "{body}: {got}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaves_are_written_by_who_moves_people_and_stand_beside_none_of_the_same_days() {
    on_both(async |app| {
        acme(app).await;
        let (access, rep, other) = (access(app), person(app, REP).await.id, person(app, "P10").await.id);
        let (hr, ops, head) = (person(app, HR).await, person(app, OPS).await, person(app, HEAD).await);
        let leave = |from, back| NewLeave { from, back, substitute: Some(other), share: Amount::from(50) };
        let add = async |by, of, new| access.add_leave(Some(by), of, new, Origin::Ui).await;
        let june = leave(date(2026, 6, 1), date(2026, 7, 1));
        assert!(matches!(add(&head, rep, june).await, Err(PlaceError::NotYours)));
        assert!(matches!(add(&hr, hr.id, june).await, Err(PlaceError::Own)));
        assert!(matches!(add(&hr, rep, leave(MAY, MAY)).await, Err(PlaceError::Back(_))));
        assert!(matches!(add(&hr, rep, leave(date(1990, 1, 1), MAY)).await, Err(PlaceError::BeforeHired(_))));
        for wrong in [NewLeave { substitute: Some(rep), ..june }, NewLeave { share: Amount::from(101), ..june }] {
            assert!(matches!(add(&hr, rep, wrong).await, Err(PlaceError::Unknown { .. })), "{wrong:?}");
        }
        let oneself = NewLeave { substitute: Some(hr.id), ..june };
        assert!(matches!(add(&hr, rep, oneself).await, Err(PlaceError::OwnSubstitute)));
        add(&hr, other, NewLeave { substitute: None, ..leave(date(2025, 6, 1), date(2025, 6, 20)) })
            .await
            .expect("theirs");
        let both = add(&hr, rep, leave(date(2025, 6, 19), date(2025, 6, 25))).await;
        assert!(matches!(both, Err(PlaceError::SubstituteAway(..))), "{both:?}");
        let id = add(&hr, rep, june).await.expect("written");
        let beside = add(&ops, rep, leave(date(2026, 6, 30), date(2026, 7, 9))).await;
        assert!(matches!(beside, Err(PlaceError::Away(..))), "{beside:?}");
        add(&ops, rep, NewLeave { substitute: None, ..leave(date(2026, 7, 1), date(2026, 7, 9)) })
            .await
            .expect("next to it");
        let found = access.leaves(rep).await.expect("read");
        let told = found.iter().map(|one| (one.from, one.back, one.substitute)).collect::<Vec<_>>();
        let fifty = Some((other, Amount::from(50)));
        assert_eq!(told, [(date(2026, 7, 1), date(2026, 7, 9), None), (date(2026, 6, 1), date(2026, 7, 1), fifty)]);
        assert!(matches!(access.drop_leave(Some(&head), rep, id, Origin::Ui).await, Err(PlaceError::NotYours)));
        assert!(matches!(access.drop_leave(Some(&hr), other, id, Origin::Ui).await, Err(PlaceError::NoLeave(_))));
        access.drop_leave(Some(&hr), rep, id, Origin::Ui).await.expect("taken out");
        add(&hr, rep, june).await.expect("its days are free");
    })
    .await;
}
