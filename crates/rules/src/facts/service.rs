//! Cases and answers to surveys.

use super::{Fact, FactType, Key, Known, ONE, in_days, key, latest, number, story::days};
use base::Amount;
use jiff::civil::Date;
use std::ops::RangeInclusive;

/// A case that is opened again within so many days was not resolved (B6 `issue_resolution_rate`).
const HOLDS_FOR: i32 = 14;

/// One fact a case, on the day it was due. `until` is the day it was resolved, where that held; `in_time` by the due day; `days`
/// since it was opened, where `timed` says so.
pub static CASE_DUE: FactType = FactType {
    name: "case_due",
    entity: "case",
    related: &[],
    keys: &[key("document", "case"), key("account", "account"), key("owner", "person")],
    measures: &[number("due"), number("resolved"), number("in_time"), in_days("days"), number("timed")],
    is_optional: false,
    build: |known| case_due(known).into_iter().collect(),
};

const ANSWERED: &[Key] = &[
    key("document", "survey_response"),
    key("account", "account"),
    key("owner", "person"),
    key("respondent", "contact"),
];

/// One fact an answer on satisfaction, on its day: its score from 1 to 5, and whether it is one of the two best.
pub static CSAT: FactType = FactType {
    name: "csat",
    entity: "survey_response",
    related: &[],
    keys: ANSWERED,
    measures: &[number("responses"), number("top2"), number("score")],
    is_optional: false,
    build: |known| answer(known, "csat", 1..=5, |score| vec![(score >= 4).then_some(ONE), Some(Amount::from(score))]),
};

/// One fact an answer on recommending, on its day: 100 points for a promoter, −100 for a detractor.
pub static NPS: FactType = FactType {
    name: "nps",
    entity: "survey_response",
    related: &[],
    keys: ANSWERED,
    measures: &[number("responses"), number("points")],
    is_optional: false,
    build: |known| {
        answer(known, "nps", 0..=10, |score| {
            let points = match score {
                9.. => 100,
                7..=8 => 0,
                _ => -100,
            };
            vec![Some(Amount::from(points))]
        })
    },
};

fn case_due(known: &Known) -> Option<Fact> {
    let (opened, due) = (known.day("opened_on")?, known.day("due_on")?);
    // Opened again before it was resolved for good is no matter.
    let is_held = |resolved: &Date| {
        known.day("reopened_on").is_none_or(|again| !(0..=HOLDS_FOR).contains(&days(*resolved, again)))
    };
    let resolved = known.day("resolved_on").filter(is_held);
    let took = resolved.map(|resolved| days(opened, resolved)).filter(|days| *days >= 0);
    let measures = vec![
        Some(ONE),
        resolved.map(|_| ONE),
        resolved.filter(|resolved| *resolved <= due).map(|_| ONE),
        took.map(|days| Amount::from(i64::from(days))),
        took.map(|_| ONE),
    ];
    known.fact(due, resolved, &[known.named_on("account", due), known.named_on("owner", due)], measures)
}

/// An answer of one kind of survey whose score lies where it may.
fn answer(
    known: &Known,
    survey: &str,
    scale: RangeInclusive<i64>,
    measures: impl Fn(i64) -> Vec<Option<Amount>>,
) -> Vec<Fact> {
    let is_of = latest(&known.own, "survey").as_text() == Some(survey);
    let score = latest(&known.own, "score").as_integer().filter(|score| is_of && scale.contains(score));
    let fact = known.day("answered_on").zip(score).and_then(|(date, score)| {
        // Who did not say who they are is somebody else each time.
        let respondent = known.named("contact").unwrap_or(known.record);
        let keys = [known.named_on("account", date), known.named_on("owner", date), Some(respondent)];
        known.fact(date, None, &keys, [Some(ONE)].into_iter().chain(measures(score)).collect())
    });
    fact.into_iter().collect()
}
