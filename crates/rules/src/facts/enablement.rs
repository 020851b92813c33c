//! How people grow, and what was sent to whom.

use super::{Fact, FactType, Known, key, latest, number, on_day, word, word_id};
use base::{Amount, RecordId};
use jiff::civil::Date;

const ONE: Amount = Amount::ONE;
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
        event(known, "given_on", None, vec![person(known)], vec![Some(ONE), rating, rating.map(|_| ONE)])
    },
};

/// One fact a course to take, on the day it was due. `until` is the day it was completed; `on_time` by the due day.
pub static TRAINING_DUE: FactType = FactType {
    name: "training_due",
    entity: "training",
    related: &[],
    keys: &[key("document", "training"), key("owner", "person")],
    measures: &[number("due"), number("completed"), number("on_time")],
    is_optional: false,
    build: training_due,
};

/// One fact a completed course, on that day: what its taker thought of it, and scores before and after.
pub static TRAINED: FactType = FactType {
    name: "trained",
    entity: "training",
    related: &[],
    keys: &[key("document", "training"), key("owner", "person")],
    measures: &[number("rating"), number("rated"), number("score_before"), number("score_after")],
    is_optional: false,
    build: |known| {
        let rating = rating(known, "rating");
        let scores = decimal(known, "score_before").zip(decimal(known, "score_after"));
        let (before, after) = (scores.map(|(before, _)| before), scores.map(|(_, after)| after));
        event(known, "completed_on", None, vec![person(known)], vec![rating, rating.map(|_| ONE), before, after])
    },
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
        let of = |field: &str| latest(&known.own, field).as_text().and_then(word_id);
        let recipient = latest(&known.own, "contact").as_reference();
        let keys = vec![owner_on(known, "occurred_on"), recipient, of("event"), of("content")];
        event(known, "occurred_on", None, keys, vec![Some(ONE)])
    },
};

fn person(known: &Known) -> Option<RecordId> {
    latest(&known.own, "person").as_reference()
}

/// A rating on the scale that ratings have.
fn rating(known: &Known, field: &str) -> Option<Amount> {
    latest(&known.own, field).as_integer().filter(|rating| RATINGS.contains(rating)).map(Amount::from)
}

fn decimal(known: &Known, field: &str) -> Option<Amount> {
    latest(&known.own, field).as_decimal()
}

/// Whose the record was on the day in a field.
pub(super) fn owner_on(known: &Known, field: &str) -> Option<RecordId> {
    let day = latest(&known.own, field).as_date()?;
    on_day(&known.own, "owner", day, known.zone).as_reference()
}

/// What happened on the day in a field, if it did and the record was not put away.
pub(super) fn event(
    known: &Known,
    on: &str,
    until: Option<Date>,
    keys: Vec<Option<RecordId>>,
    measures: Vec<Option<Amount>>,
) -> Vec<Fact> {
    let date = latest(&known.own, on).as_date().filter(|_| !known.own.archived);
    let keys = || [Some(known.record)].into_iter().chain(keys.iter().copied()).collect();
    let fact = date.map(|date| Fact { record: known.record, date, until, currency: None, keys: keys(), measures });
    fact.into_iter().collect()
}

fn training_due(known: &Known) -> Vec<Fact> {
    let day = |field: &str| latest(&known.own, field).as_date();
    let completed = day("completed_on");
    let on_time = completed.zip(day("due_on")).filter(|(completed, due)| completed <= due);
    let measures = vec![Some(ONE), completed.map(|_| ONE), on_time.map(|_| ONE)];
    event(known, "due_on", completed, vec![person(known)], measures)
}

fn assessed(known: &Known) -> Vec<Fact> {
    let Some((score, weight)) = decimal(known, "score").zip(decimal(known, "weight")) else { return Vec::new() };
    let whole = |amount: Amount| amount.to_decimal();
    let weighted = whole(score).and_then(|score| Amount::product(&[score, whole(weight)?])).ok();
    let skill = latest(&known.own, "skill").as_text().unwrap_or_default();
    let of_person = person(known).and_then(|person| word_id(&format!("{person} {skill}")));
    event(known, "assessed_on", None, vec![person(known), of_person], vec![weighted, Some(weight)])
}
