//! Coaching in the sample company: talks of the third quarter, what was agreed, levels, feedback, a review and two patterns.

use crate::cli::{Context, report};
use ::coaching::{
    Added, Coaching, CoachingError, NewCheck, NewPattern, NewReview, NoteKind, Readers, TalkState, TaskWords,
};
use base::RecordId;
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use rules::{appraisal::Style, log::Origin};

/// Leaders with whom they held talks in the quarter.
const TALKED: [(&str, &[&str]); 3] = [("P04", &["P09", "P11"]), ("P08", &["P13", "P15"]), ("P02", &["P04", "P25"])];
const DAYS: [Date; 3] = [date(2026, 7, 14), date(2026, 8, 11), date(2026, 9, 15)];

fn told(error: CoachingError) -> miette::Report {
    report(&error, error.hint())
}

async fn on_behalf(context: &Context, external_id: &str) -> miette::Result<Coaching> {
    let viewer = context.viewer(Some(external_id)).await?;
    Ok(Coaching::new(context.db.clone(), viewer, context.folder.clone()))
}

pub async fn coaching(context: &Context) -> miette::Result<()> {
    for (leader, people) in TALKED {
        let leader = on_behalf(context, leader).await?;
        for person in people {
            let person = leader.person(person).await.map_err(told)?;
            for day in DAYS {
                let talk = leader.plan_talk(person, day, "", Origin::Cli).await.map_err(told)?;
                leader.move_talk(talk, TalkState::Held, None, Origin::Cli).await.map_err(told)?;
            }
        }
    }
    let (leader, rep) = (on_behalf(context, "P04").await?, on_behalf(context, "P09").await?);
    let person = leader.person("P09").await.map_err(told)?;
    talk(&leader, &rep, person).await?;
    let given = leader
        .give(
            person,
            "Your discovery of the decision process at the last visit was thorough: do the same before every proposal.",
            Readers::Both,
            None,
            Origin::Cli,
        )
        .await
        .map_err(told)?;
    rep.rate(given, 5, Origin::Cli).await.map_err(told)?;
    leader
        .give(person, "Send the next step in writing on the same day.", Readers::Both, None, Origin::Cli)
        .await
        .map_err(told)?;
    rep.request(
        leader.person("P04").await.map_err(told)?,
        "My price talk on Thursday: what should I change?",
        Origin::Cli,
    )
    .await
    .map_err(told)?;
    tasks(&leader, person).await?;
    review(&leader, person).await?;
    patterns(context).await
}

/// The next talk, with what both put on it.
async fn talk(leader: &Coaching, rep: &Coaching, person: RecordId) -> miette::Result<()> {
    let today = leader.today().await.map_err(told)?;
    let day = today.saturating_add(3.days());
    let talk = leader.plan_talk(person, day, "Quarter end", Origin::Cli).await.map_err(told)?;
    let add = async |by: &Coaching, kind, readers, text: &str| {
        let due = (kind == NoteKind::Action).then(|| today.saturating_add(7.days()));
        let added = Added { kind, readers, text: text.to_owned(), by_leader: false, due };
        by.add(talk, &added, Origin::Cli).await.map_err(told)
    };
    add(leader, NoteKind::Agenda, Readers::Both, "Which deals can still close this quarter?").await?;
    add(rep, NoteKind::Agenda, Readers::Both, "Help with the tender at the ministry").await?;
    add(leader, NoteKind::Note, Readers::Own, "Ask how the workload is.").await?;
    add(rep, NoteKind::Note, Readers::Line, "I would like to lead the onboarding of the next AE.").await?;
    add(leader, NoteKind::Action, Readers::Both, "Write a close plan for the three largest deals").await?;
    Ok(())
}

async fn tasks(leader: &Coaching, person: RecordId) -> miette::Result<()> {
    let today = leader.today().await.map_err(told)?;
    let tender = TaskWords {
        name: Some("Public tenders".to_owned()),
        goal: Some("Hand in two complete tenders by year end".to_owned()),
        plan: Some("First one together, second one alone with a review".to_owned()),
        budget: None,
    };
    let task = leader.begin_task(person, None, &tender, Origin::Cli).await.map_err(told)?;
    for (days, competence, commitment, style) in
        [(60, 1, 4, Style::Directing), (32, 2, 2, Style::Directing), (4, 3, 3, Style::Supporting)]
    {
        let day = today.saturating_sub(days.days());
        let check = NewCheck { day, competence, commitment, style, note: String::new() };
        leader.check_task(task, &check, Origin::Cli).await.map_err(told)?;
    }
    let prospecting = TaskWords { name: Some("Prospecting by phone".to_owned()), ..TaskWords::default() };
    let task = leader.begin_task(person, None, &prospecting, Origin::Cli).await.map_err(told)?;
    let day = today.saturating_sub(20.days());
    let check = NewCheck { day, competence: 4, commitment: 4, style: Style::Directing, note: String::new() };
    leader.check_task(task, &check, Origin::Cli).await.map_err(told)?;
    Ok(())
}

async fn review(leader: &Coaching, person: RecordId) -> miette::Result<()> {
    let rubric = leader.rubric("seven_mistakes").await.map_err(told)?;
    // The last mistake but one happened, and nobody saw the last.
    let seen = rubric.criteria.len().saturating_sub(1);
    let answers = rubric.criteria.iter().enumerate().take(seen);
    let answers = answers.map(|(place, one)| (one.id.clone(), Some(u8::from(place + 1 < seen)))).collect();
    let new = NewReview {
        person,
        rubric: rubric.id,
        day: leader.today().await.map_err(told)?,
        activity: None,
        answers,
        comment: String::new(),
    };
    leader.add_review(&new, Origin::Cli).await.map_err(told)?;
    Ok(())
}

async fn patterns(context: &Context) -> miette::Result<()> {
    let rep = on_behalf(context, "P09").await?;
    let pattern = |name: &str, kind: &str, department: &str| NewPattern {
        name: name.to_owned(),
        kind: kind.to_owned(),
        department: department.to_owned(),
        detail: String::new(),
        product: None,
    };
    let late = pattern("Deliveries come a day late before holidays", "complaint", "logistics");
    let late = rep.report(&late, Origin::Cli).await.map_err(told)?;
    let price = pattern("A competitor bundles service for three years", "rejection", "product");
    let price = rep.report(&price, Origin::Cli).await.map_err(told)?;
    for (person, met) in [("P09", late), ("P13", late), ("P25", late), ("P10", price)] {
        on_behalf(context, person).await?.met(met, None, "", Origin::Cli).await.map_err(told)?;
    }
    let head = on_behalf(context, "P02").await?;
    let seen = head.version().await.map_err(told)?;
    let answer = "Orders before a holiday leave two days earlier from next month on.";
    head.answer(late, answer, seen, Origin::Cli).await.map_err(told)?;
    Ok(())
}
