//! Coaching as command line and API tell it.

use crate::{Feedback, Led, Note, Overview, Pattern, Person, Review, Talk, Task, Tried, talks::Open};
use base::{Amount, RecordId};
use jiff::civil::Date;
use rules::coaching::{Pair, Verdict};
use serde_json::{Value, json};

fn day(day: Option<Date>) -> Option<String> {
    day.map(|day| day.to_string())
}

fn all<T>(of: &[T], tell: impl Fn(&T) -> Value) -> Vec<Value> {
    of.iter().map(tell).collect()
}

pub fn note(one: &Note) -> Value {
    json!({
        "id": one.id.0,
        "kind": one.kind.name(),
        "readers": one.readers.name(),
        "writer": one.writer.0,
        "writer_name": one.writer_name,
        "person": one.person.0,
        "leader": one.leader.0,
        "text": one.text,
        "one_on_one": one.talk.map(|id| id.0),
        "feedback": one.feedback.map(|id| id.0),
        "doer": one.doer.as_ref().map(|(id, _)| id.0),
        "due": day(one.due),
        "written_on": one.written_on.to_string(),
        "done_on": day(one.done_on),
        "reader_names": one.reader_names,
    })
}

pub fn talk(one: &Talk) -> Value {
    json!({
        "id": one.id.0,
        "leader": one.leader.0,
        "person": one.person.0,
        "day": one.day.to_string(),
        "topic": one.topic,
        "state": one.state.name(),
    })
}

pub fn open(one: &Open) -> Value {
    let mut told = talk(&one.talk);
    told["person_name"] = json!(one.person);
    told["leader_name"] = json!(one.leader);
    told["notes"] = json!(all(&one.notes, note));
    told["carried"] = json!(all(&one.carried, note));
    let readers = one.readers.iter().map(|(readers, names)| (readers.name().to_owned(), json!(names)));
    told["readers"] = readers.collect::<serde_json::Map<_, _>>().into();
    let looks = one.looks.iter().map(|look| json!({ "person": look.by, "at": look.at.to_string() }));
    told["looks"] = looks.collect();
    told
}

/// A task with where the person stands in it; `needs` is what it asks for on a day.
pub fn task(one: &Task, today: Date) -> Value {
    let checks = all(&one.checks, |check| {
        json!({
            "id": check.id.0,
            "day": check.day.to_string(),
            "by": check.by,
            "competence": check.seen.competence.get(),
            "commitment": check.seen.commitment.get(),
            "level": check.seen.level().name(),
            "style": check.style.name(),
            "note": check.note,
        })
    });
    json!({
        "id": one.id.0,
        "person": one.person.0,
        "name": one.name,
        "account": one.account.map(|id| id.0),
        "goal": one.goal,
        "plan": one.plan,
        "budget": one.budget.map(|money| money.to_string()),
        "began_on": one.began_on.to_string(),
        "ended_on": day(one.ended_on),
        "level": one.level().name(),
        "style": one.level().style().name(),
        "next_check": day(one.next_check()),
        "needs": one.needs(today).iter().map(|need| need.name()).collect::<Vec<_>>(),
        "checks": checks,
    })
}

pub fn feedback(one: &Feedback) -> Value {
    json!({
        "id": one.id.0,
        "person": one.person.0,
        "name": one.name,
        "leader": one.leader.map(|id| id.0),
        "leader_name": one.leader_name,
        "given_on": one.given_on.to_string(),
        "rating": one.rating,
        "text": one.text,
    })
}

pub fn review(one: &Review) -> Value {
    json!({
        "id": one.id.0,
        "person": one.person.0,
        "name": one.name,
        "reviewer": one.reviewer,
        "day": one.day.to_string(),
        "activity": one.activity.as_ref().map(|(id, _)| id.0),
        "rubric": one.rubric,
        "answers": one.answers,
        "comment": one.comment,
        "score": one.score.map(Amount::to_text),
    })
}

pub fn pattern(one: &Pattern) -> Value {
    let sightings = all(&one.sightings, |met| {
        json!({
            "id": met.id.0,
            "by": met.by,
            "day": met.day.to_string(),
            "account": met.account.as_ref().map(|(id, _)| id.0),
            "note": met.note,
        })
    });
    json!({
        "id": one.id.0,
        "name": one.name,
        "kind": one.kind,
        "department": one.department,
        "detail": one.detail,
        "product": one.product.as_ref().map(|(id, _)| id.0),
        "reported_by": one.reported_by,
        "reported_on": one.reported_on.to_string(),
        "state": one.state.name(),
        "answer": one.answer.as_ref().map(|(answer, by, on)| json!({ "text": answer, "by": by, "on": day(*on) })),
        "met": one.met,
        "last_met": one.last_met.to_string(),
        "sightings": sightings,
    })
}

pub fn led(one: &Led) -> Value {
    json!({
        "person": one.person.0,
        "name": one.name,
        "last_one_on_one": day(one.last_talk),
        "next_one_on_one": one.next_talk.map(|(id, day)| json!({ "id": id.0, "day": day.to_string() })),
        "open_actions": one.open_actions,
        "feedback_in_30_days": one.feedback,
        "tasks_that_need_something": one.needs,
        "key_accounts_to_begin": one.new_accounts,
    })
}

pub fn overview(found: &Overview) -> Value {
    json!({
        "one_on_ones": all(&found.talks, |(one, _)| talk(one)),
        "actions": all(&found.actions, |(one, _)| note(one)),
        "feedback_to_rate": all(&found.feedback, feedback),
        "team": all(&found.team, led),
    })
}

pub fn person(found: &Person) -> Value {
    json!({
        "id": found.id.0,
        "name": found.name,
        "one_on_ones": all(&found.talks, |(one, _)| talk(one)),
        "actions": all(&found.actions, note),
        "notes": all(&found.notes, note),
        "tasks": all(&found.tasks, |one| task(one, found.today)),
        "key_accounts_to_begin": all(&found.new_accounts, |one| json!({ "id": one.id.0, "name": one.title() })),
        "feedback": all(&found.feedback, feedback),
        "reviews": all(&found.reviews, review),
    })
}

pub fn tried(found: &Tried) -> Value {
    let effect = &found.effect;
    let who = |id: &RecordId| json!({ "id": id.0, "name": found.names.get(id) });
    let pair = |pair: &Pair| {
        let likes = all(
            &pair.likes,
            |like| json!({ "person": who(&like.id), "apart": like.apart.to_text(), "change": like.change.to_text() }),
        );
        json!({ "coached": who(&pair.coached), "change": pair.change.to_text(), "likes": likes, "effect": pair.effect.to_text() })
    };
    let (verdict, why) = match effect.verdict {
        Verdict::Better => ("better", None),
        Verdict::Worse => ("worse", None),
        Verdict::CannotTell(why) => ("cannot_tell", Some(why.name())),
    };
    json!({
        "kpi": found.definition.id,
        "before": found.before.label,
        "after": found.after.label,
        "verdict": verdict,
        "why": why,
        "mean": effect.mean.map(Amount::to_text),
        "interval": effect.interval.map(|interval| [interval.low.to_text(), interval.high.to_text()]),
        "pairs": all(&effect.pairs, pair),
        "unmatched": all(&effect.unmatched, who),
        "controls": effect.controls,
        "coached_a_little": found.between,
        "without_a_value": found.without,
    })
}
