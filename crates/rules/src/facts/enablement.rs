//! How people grow, and what was sent to whom.

use super::{Fact, FactType, Known, ONE, key, latest, number, word, word_id};
use base::{Amount, RecordId};
use jiff::civil::Date;

const RATINGS: std::ops::RangeInclusive<i64> = 1..=5;

/// One fact a feedback, on its day; `rating` where its receiver gave one.
pub static FEEDBACK: FactType = FactType {
    name: "feedback",
    entity: "feedback",
    related: &[],
    keys: &[key("document", "feedback"), key("owner", "person")],
    measures: &[number("given"), number("rating"), number("rated")],
    is_optional: false,
    build: |known| {
        let rating = rating(known, "rating");
        event(known, "given_on", None, &[known.named("person")], vec![Some(ONE), rating, rating.map(|_| ONE)])
    },
};

/// One fact a course to take, on the day it was due. `until` is the day it was completed; `on_time` by the due day. What its taker
/// thought of it, and scores before and after, have come true with that.
pub static TRAINING_DUE: FactType = FactType {
    name: "training_due",
    entity: "training",
    related: &[],
    keys: &[key("document", "training"), key("owner", "person")],
    measures: &[
        number("due"),
        number("completed"),
        number("on_time"),
        number("rating"),
        number("rated"),
        number("score_before"),
        number("score_after"),
    ],
    is_optional: false,
    build: training_due,
};

/// One fact an assessment, on its day: its score times its weight. `skill` stands for the person's skill, so that the latest
/// assessment of each counts.
pub static ASSESSED: FactType = FactType {
    name: "assessed",
    entity: "assessment",
    related: &[],
    keys: &[key("document", "assessment"), key("owner", "person"), word("skill")],
    measures: &[number("weighted"), number("weight")],
    is_optional: false,
    build: assessed,
};

/// One fact for each thing sent or done, on its day.
pub static CONTENT: FactType = FactType {
    name: "content",
    entity: "content_event",
    related: &[],
    keys: &[
        key("document", "content_event"),
        key("owner", "person"),
        key("recipient", "contact"),
        word("event"),
        word("content"),
    ],
    measures: &[number("events")],
    is_optional: false,
    build: |known| {
        let owner = known.day("occurred_on").and_then(|day| known.named_on("owner", day));
        let keys = [owner, known.named("contact"), known.word("event"), known.word("content")];
        event(known, "occurred_on", None, &keys, vec![Some(ONE)])
    },
};

/// A rating on the scale that ratings have.
fn rating(known: &Known, field: &str) -> Option<Amount> {
    latest(&known.own, field).as_integer().filter(|rating| RATINGS.contains(rating)).map(Amount::from)
}

fn decimal(known: &Known, field: &str) -> Option<Amount> {
    latest(&known.own, field).as_decimal()
}

/// What happened on the day in a field, if it did.
pub(super) fn event(
    known: &Known,
    on: &str,
    until: Option<Date>,
    keys: &[Option<RecordId>],
    measures: Vec<Option<Amount>>,
) -> Vec<Fact> {
    known.day(on).and_then(|date| known.fact(date, until, keys, measures)).into_iter().collect()
}

fn training_due(known: &Known) -> Vec<Fact> {
    let completed = known.day("completed_on");
    let on_time = completed.zip(known.day("due_on")).filter(|(completed, due)| completed <= due);
    let rating = rating(known, "rating").filter(|_| completed.is_some());
    let scores = decimal(known, "score_before").zip(decimal(known, "score_after")).filter(|_| completed.is_some());
    let (before, after) = (scores.map(|(before, _)| before), scores.map(|(_, after)| after));
    let (finished, in_time) = (completed.map(|_| ONE), on_time.map(|_| ONE));
    let measures = vec![Some(ONE), finished, in_time, rating, rating.map(|_| ONE), before, after];
    event(known, "due_on", completed, &[known.named("person")], measures)
}

fn assessed(known: &Known) -> Vec<Fact> {
    let Some((score, weight)) = decimal(known, "score").zip(decimal(known, "weight")) else { return Vec::new() };
    let whole = |amount: Amount| amount.to_decimal();
    let weighted = whole(score).and_then(|score| Amount::product(&[score, whole(weight)?])).ok();
    let skill = latest(&known.own, "skill").as_text().unwrap_or_default();
    let person = known.named("person");
    let of_person = person.and_then(|person| word_id(&format!("{person} {skill}")));
    event(known, "assessed_on", None, &[person, of_person], vec![weighted, Some(weight)])
}
