//! Teams: made and moved from a day on by who moves people; numbers of earlier days stay; given up once nothing is in them.

use crate::{
    company::{access, ask, person, rows},
    markers::{answer, served},
    scores::acme,
};
use access::{PlaceError, TEAM};
use base::{Amount, Grain, RecordId};
use jiff::civil::{Date, date};
use kpi::{Ask, ByWord};
use rules::{
    log::{Fields, Origin},
    record::Value,
};
use testkit::{TestApp, on_both};

const HR: &str = "P39";
const REP: &str = "P09";
/// Today is 24 November 2026.
const DECEMBER: Date = date(2026, 12, 1);

async fn team(app: &TestApp, external_id: &str) -> RecordId {
    app.db.system().named(&TEAM, external_id).await.expect("read").remove(0).id
}

fn under(team: RecordId) -> Fields {
    vec![("parent", Value::Reference(team))]
}

async fn moved(app: &TestApp, by: &str, of: RecordId, from: Date, fields: Fields) -> Result<(), PlaceError> {
    let (access, mover) = (access(app), person(app, by).await);
    let place = access.team_place(of, Some(from)).await?;
    access.move_team(Some(&mover), &place, fields, Origin::Ui).await
}

/// The open pipeline of a team at the end of a day.
async fn pipeline(app: &TestApp, team: &str, day: Date) -> Amount {
    let asked = ask(app, &["pipeline_value"], ByWord::Team, Grain::Month);
    let month = day.first_of_month();
    let asked = Ask {
        from: Some(month),
        to: Some(month.saturating_add(jiff::Span::new().months(1))),
        as_of: Some(day),
        entity: Some(team.to_owned()),
        ..asked
    };
    let found = rows(app, &asked).await;
    found.first().and_then(|row| row.value.as_ref()).map_or(Amount::ZERO, |value| value.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_moved_from_a_day_on_takes_its_numbers_along_and_earlier_ones_stay() {
    on_both(async |app| {
        acme(app).await;
        let (november, later) = (date(2026, 11, 24), date(2026, 12, 20));
        app.clock.set("2026-12-21T02:00:00Z".parse().expect("a moment"));
        let before = async |day| {
            [pipeline(app, "T-JP", day).await, pipeline(app, "T-INT", day).await, pipeline(app, "T-OSA", day).await]
        };
        let (then, now) = (before(november).await, before(later).await);
        assert!(now[2] > Amount::ZERO, "Osaka has open deals");
        moved(app, HR, team(app, "T-OSA").await, DECEMBER, under(team(app, "T-INT").await)).await.expect("moved");
        assert_eq!(before(november).await, then, "November stays");
        let after = before(later).await;
        assert_eq!(after[2], now[2], "Osaka's own");
        assert_eq!(after[0], now[0].checked_sub(now[2]).expect("a sum"), "Japan has Osaka's no more");
        assert_eq!(after[1], now[1].checked_add(now[2]).expect("a sum"), "International has it");

        let depths = async |day| {
            let nodes = access(app).teams_on(day).await.expect("a tree");
            let place = nodes.iter().position(|node| node.name == "Osaka").expect("there");
            let above = nodes[..place].iter().rfind(|node| node.depth < nodes[place].depth).expect("something");
            (above.name.clone(), nodes[place].people)
        };
        assert_eq!(depths(november).await.0, "Japan");
        assert_eq!(depths(later).await.0, "International");
        // What was below nothing stays so until the day on which it is put below something.
        let hr = person(app, HR).await;
        let whole = access(app).new_team(Some(&hr), "Group", None, Origin::Ui).await.expect("made");
        let all = pipeline(app, "T-ALL", later).await;
        moved(app, HR, team(app, "T-ALL").await, date(2026, 12, 10), under(whole)).await.expect("moved");
        let of_group = async |day| pipeline(app, &format!("#{whole}"), day).await;
        assert_eq!((of_group(november).await, of_group(later).await), (Amount::ZERO, all));
        let early = moved(app, HR, team(app, "T-ALL").await, date(2026, 5, 1), Fields::new()).await;
        assert!(matches!(early, Err(PlaceError::Unchanged(_))), "{early:?}");

        // Everybody is counted once at the top.
        let nodes = access(app).teams_on(later).await.expect("a tree");
        let direct: usize = nodes.iter().map(|node| node.people).sum();
        let top: usize = nodes.iter().filter(|node| node.depth == 0).map(|node| node.with_below).sum();
        assert_eq!(direct, top);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_are_arranged_by_who_moves_people_below_no_circle_and_under_names_of_their_own() {
    on_both(async |app| {
        acme(app).await;
        let (access, hr) = (access(app), person(app, HR).await);
        for by in [REP, "P04", "P02", "P40"] {
            let mover = person(app, by).await;
            let refused = access.new_team(Some(&mover), "Ours", None, Origin::Ui).await;
            assert!(matches!(refused, Err(PlaceError::NotYours)), "{by}: {refused:?}");
            let refused = moved(app, by, team(app, "T-OSA").await, DECEMBER, under(team(app, "T-INT").await)).await;
            assert!(matches!(refused, Err(PlaceError::NotYours)), "{by}: {refused:?}");
        }
        let (japan, osaka) = (team(app, "T-JP").await, team(app, "T-OSA").await);
        let new = access.new_team(Some(&hr), " Kyoto ", Some(japan), Origin::Ui).await.expect("made");
        let again = access.new_team(Some(&hr), "Kyoto", None, Origin::Ui).await;
        assert!(matches!(&again, Err(PlaceError::NameTaken(name)) if name == "Kyoto"), "{again:?}");
        let nameless = access.new_team(Some(&hr), " ", None, Origin::Ui).await;
        assert!(matches!(nameless, Err(PlaceError::NoName)), "{nameless:?}");
        let taken = vec![("name", Value::Text("Osaka".to_owned()))];
        assert!(matches!(moved(app, HR, new, DECEMBER, taken).await, Err(PlaceError::NameTaken(_))));

        let circle = moved(app, HR, japan, DECEMBER, under(osaka)).await;
        assert!(matches!(circle, Err(PlaceError::BelowItself(_))), "{circle:?}");
        // Dated ahead, and the other way round before it: a circle all the same.
        moved(app, HR, osaka, date(2027, 1, 1), under(new)).await.expect("from January on");
        let circle = moved(app, HR, new, DECEMBER, under(osaka)).await;
        assert!(matches!(circle, Err(PlaceError::BelowItself(_))), "{circle:?}");
        let early = moved(app, HR, osaka, date(2026, 5, 1), under(team(app, "T-INT").await)).await;
        assert!(matches!(early, Err(PlaceError::BeforeKnown(_))), "{early:?}");
        let same = moved(app, HR, osaka, DECEMBER, under(japan)).await;
        assert!(matches!(same, Err(PlaceError::Unchanged(_))), "{same:?}");

        // Two who move the same team from what they saw: the second is told.
        let place = access.team_place(new, Some(DECEMBER)).await.expect("read");
        access.move_team(Some(&hr), &place, under(team(app, "T-TH").await), Origin::Ui).await.expect("the first");
        let second = access.move_team(Some(&hr), &place, under(team(app, "T-INT").await), Origin::Ui).await;
        assert!(matches!(second, Err(PlaceError::Moved(_))), "{second:?}");

        // Osaka is in it from January on.
        let place = access.team_place(new, None).await.expect("read");
        let refused = access.give_up_team(Some(&hr), &place, Origin::Ui).await;
        assert!(matches!(&refused, Err(PlaceError::NotEmpty { names, .. }) if names == "Osaka"), "{refused:?}");
        moved(app, HR, osaka, date(2027, 1, 1), under(japan)).await.expect("back");
        let place = access.team_place(new, None).await.expect("read");
        access.give_up_team(Some(&hr), &place, Origin::Ui).await.expect("given up");
        assert!(matches!(access.team_place(new, None).await, Err(PlaceError::NoTeam(_))));
        let named = async |day| access.teams_on(day).await.expect("a tree").iter().any(|node| node.team == new);
        assert_eq!((named(date(2026, 11, 24)).await, named(date(2026, 11, 23)).await), (false, true));
        // A name that another one will have is taken.
        let kansai = vec![("name", Value::Text(" Kansai ".to_owned()))];
        moved(app, HR, osaka, date(2027, 2, 1), kansai).await.expect("renamed");
        let ahead = access.new_team(Some(&hr), "Kansai", None, Origin::Ui).await;
        assert!(matches!(ahead, Err(PlaceError::NameTaken(_))), "{ahead:?}");
        let place = access.team_place(osaka, None).await.expect("read");
        let refused = access.give_up_team(Some(&hr), &place, Origin::Ui).await;
        assert!(matches!(refused, Err(PlaceError::NotEmpty { .. })), "people are in it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_by_api_answer_with_what_is_wrong() {
    on_both(async |app| {
        acme(app).await;
        let access = access(app);
        let address = served(app, &access).await;
        let head = async |person: RecordId| {
            let token = access.new_token(person, "test", 9).await.expect("a token");
            format!("Authorization: Bearer {token}\r\nContent-Type: application/json")
        };
        let (hr, rep) = (head(person(app, HR).await.id).await, head(person(app, REP).await.id).await);
        let (japan, osaka) = (team(app, "T-JP").await, team(app, "T-OSA").await);
        let place = format!("/api/v1/teams/{osaka}/place");
        for (who, what, body, status, told) in [
            (&rep, "POST /api/v1/teams".to_owned(), r#"{"name":"Ours"}"#, "403", "HR and operations"),
            (&hr, "POST /api/v1/teams".to_owned(), r#"{"name":"Osaka"}"#, "409", "is called Osaka already"),
            (&hr, "POST /api/v1/teams".to_owned(), r#"{"name":"Kyoto"}"#, "201", r#""id":"#),
            (&rep, "GET /api/v1/teams?from=2026-12-01".to_owned(), "", "200", "Kyoto"),
            (&rep, format!("GET {place}"), "", "403", "HR and operations"),
            (&hr, format!("PATCH {place}"), r#"{"from":"2026-12-01","parent":"x"}"#, "400", "parent"),
            (&hr, format!("PATCH {place}"), r#"{"from":"2026-12-01","left_on":null}"#, "400", "no field left_on"),
            (&hr, format!("PATCH {place}"), r#"{"from":"2026-12-01","parent":null,"name":"Kansai"}"#, "200", "Kansai"),
            (&hr, format!("DELETE {place}"), "", "409", "is not empty"),
            (&hr, format!("DELETE /api/v1/teams/{japan}/place"), "", "409", "Osaka"),
            (&hr, "DELETE /api/v1/teams/999999/place".to_owned(), "", "404", "no team"),
        ] {
            let got = answer(&address, &what, who, body).await;
            assert!(got.starts_with(&format!("HTTP/1.0 {status}")) && got.contains(told), "{what} {body}: {got}");
        }
    })
    .await;
}
