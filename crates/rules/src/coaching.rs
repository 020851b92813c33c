//! Coaching (COACH-4, COACH-5): calls, meetings and skills reviewed by a rubric, and whether coaching works.
//!
//! Everything is exact until it is returned, and then rounded once to six decimals.

mod effect;
mod rubric;

pub use effect::{Design, Effect, Interval, Like, Pair, Subject, Verdict, Why, effect};
pub use rubric::{Answers, Criterion, MOST_CRITERIA, Rubric, RubricKind, SHIPPED, Scale};

use base::{Amount, AmountError, RecordId};
use pay_rules::exact::Exact;

/// What is wrong with a rubric, with its answers, or with a comparison.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CoachingError {
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    #[error("{0:?} is no id: small letters, digits and _, a letter first, {most} at most", most = rubric::MOST_LETTERS)]
    Id(String),
    #[error("{0} has no text in English")]
    NoText(String),
    #[error("{0} stands in it twice")]
    Twice(String),
    #[error("{0}: a weight of nothing; leave the criterion out")]
    Weightless(String),
    #[error("{0}: skill_weight is 1 to 100, of a rubric whose kind is skill")]
    SkillWeight(String),
    #[error("a rubric has 1 to {MOST_CRITERIA} criteria, this one has {0}")]
    Criteria(usize),
    #[error("the rubric {rubric} has no criterion {criterion}")]
    NoCriterion { rubric: String, criterion: String },
    #[error("{criterion}: an answer is from {least} to {most}, this one is {value}")]
    Answer { criterion: String, least: u8, most: u8, value: u8 },
    #[error("the person {0} stands in the comparison twice")]
    PersonTwice(RecordId),
    #[error("a coached person is compared with at least one other; `nearest` is 0")]
    NoNearest,
    #[error("a caliper is not below 0, this one is {0}")]
    Caliper(String),
    #[error("an interval takes at least 2 pairs; `fewest_pairs` is {0}")]
    FewestPairs(usize),
    #[error(transparent)]
    Amount(#[from] AmountError),
}

fn count(of: usize) -> Exact {
    Exact::from(Amount::from(i64::try_from(of).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
