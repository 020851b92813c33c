//! Cases and answers to surveys.

use super::{Fact, FactType, Key, Known, key, latest, number, on_day, story::days};
use base::{Amount, RecordId};
use jiff::civil::Date;

/// A case that is opened again within so many days was not resolved (B6 `issue_resolution_rate`).
const HOLDS_FOR: i32 = 14;

/// One fact a case, on the day it was due. `until` is the day it was resolved, where that held; `in_time` by the due day; `days`
/// since it was opened, where `timed` says so.
pub static CASE_DUE: FactType = FactType {
    name: "case_due",
    entity: "case",
    related: &[],
    keys: &[key("document", "case"), key("account", "account"), key("owner", "person")],
    measures: &[number("due"), number("resolved"), number("in_time"), number("days"), number("timed")],
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

const ONE: Amount = Amount::ONE;

fn keys(known: &Known, date: Date) -> Vec<Option<RecordId>> {
    let own = |field: &str| on_day(&known.own, field, date, known.zone).as_reference();
    vec![Some(known.record), own("account"), own("owner")]
}

fn case_due(known: &Known) -> Option<Fact> {
    let day = |field: &str| latest(&known.own, field).as_date();
    let (opened, due) = (day("opened_on")?, day("due_on")?);
    // Opened again before it was resolved for good is no matter.
    let is_held =
        |resolved: &Date| day("reopened_on").is_none_or(|again| !(0..=HOLDS_FOR).contains(&days(*resolved, again)));
    let resolved = day("resolved_on").filter(is_held);
    let took = resolved.map(|resolved| days(opened, resolved)).filter(|days| *days >= 0);
    (!known.own.archived).then(|| Fact {
        record: known.record,
        date: due,
        until: resolved,
        currency: None,
        keys: keys(known, due),
        measures: vec![
            Some(ONE),
            resolved.map(|_| ONE),
            resolved.filter(|resolved| *resolved <= due).map(|_| ONE),
            took.map(|days| Amount::from(i64::from(days))),
            took.map(|_| ONE),
        ],
    })
}

/// An answer of one kind of survey whose score lies where it may.
fn answer(
    known: &Known,
    survey: &str,
    scale: std::ops::RangeInclusive<i64>,
    measures: impl Fn(i64) -> Vec<Option<Amount>>,
) -> Vec<Fact> {
    let date = latest(&known.own, "answered_on").as_date();
    let score = latest(&known.own, "score").as_integer().filter(|score| scale.contains(score));
    let is_of = latest(&known.own, "survey").as_text() == Some(survey) && !known.own.archived;
    let fact = date.zip(score).filter(|_| is_of).map(|(date, score)| {
        // Who did not say who they are is somebody else each time.
        let respondent = latest(&known.own, "contact").as_reference().unwrap_or(known.record);
        let keys = keys(known, date).into_iter().chain([Some(respondent)]).collect();
        let measures = [Some(ONE)].into_iter().chain(measures(score)).collect();
        Fact { record: known.record, date, until: None, currency: None, keys, measures }
    });
    fact.into_iter().collect()
}
