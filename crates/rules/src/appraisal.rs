//! Performance appraisal (reference, E2–E7): from ratings to a score and a grade, through calibration, to raise, bonus, 9-box and the
//! style of leadership that fits.
//!
//! Weights and shares are per cent. Everything is exact until it is returned, and then rounded once to six decimals.

mod calibration;
mod development;
mod measure;
mod outcome;
mod result;
mod review;

pub use calibration::{Bounds, Breach, Distribution, Findings, Guide, Leniency, Limit, Spread, Strictness, adjusted};
pub use development::{Degree, DevelopmentLevel, Diagnosis, Hint, Style};
pub use measure::{FEWEST_RATERS, MOST_RATERS, Measure};
pub use outcome::{
    BonusMatrix, BonusTerms, Column, Form, MeritMatrix, MeritRow, Performance, Potential, Proposal, Range,
    budget_factor, compa_ratio, nine_box,
};
pub use result::{
    Answers, Feedback, Grade, Grades, Group, Level, Means, Overall, PerGrade, Rated, RaterKind, Standing,
    competency_score, feedback, overall,
};

pub use review::{Budget, Case, Offer, Review, ReviewRules, Spent};

use base::{Amount, AmountError};
use pay_rules::exact::Exact;

const WHOLE: i64 = 100;

/// What is wrong with the data of an appraisal, or with what was asked of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppraisalError {
    #[error("a weight is from 0 to 100, this one is {0}")]
    Weight(String),
    #[error("the weights make {0}, and not 100")]
    NotWhole(String),
    #[error("a rating is from 1 to 5, this one is {0}")]
    Rating(String),
    #[error("competence and commitment are from 1 to 4, this is {0}")]
    Degree(String),
    #[error("a cycle gives all of A to E, each but the last from 0 to 120 on")]
    Letters,
    #[error("a side is told from 3 to 8 raters on, not from {0}")]
    Raters(usize),
    #[error("grades go from the best to the worst, each at most once, and there is at least one")]
    GradeOrder,
    #[error("grade {} begins at or above the grade before it; each begins lower", .0.name())]
    GradeBound(Grade),
    #[error("only the last grade has no lower bound: it takes every score that is left")]
    LastGrade,
    #[error("grade {}: bounds are from 0 to 100 per cent, the least not above the most", .0.name())]
    Bounds(Grade),
    #[error("the least shares of all grades make {0}, more than 100")]
    LeastShares(String),
    #[error("a group of {count} is too small for a forced distribution; it takes at least 10")]
    TooFew { count: usize },
    #[error("the bounds of the compa-ratio ascend from above 0: this matrix has {low}, {high} and {red}")]
    CompaBounds { low: String, high: String, red: String },
    #[error("grade {}: a range of raises is not below 0 and does not end before it begins", .0.name())]
    RaiseRange(Grade),
    #[error("grade {}: a bonus is not multiplied by less than 0", .0.name())]
    BonusFactor(Grade),
    #[error("a raise here is from {least} to {most} per cent, not {percent}")]
    Raise { percent: String, least: String, most: String },
    #[error("a salary and its midpoint are above 0: these are {salary} and {midpoint}")]
    Salary { salary: String, midpoint: String },
    #[error("a budget is not below 0, this one is {0}")]
    Budget(String),
    #[error(transparent)]
    Amount(#[from] AmountError),
}

/// Of a weight or share per cent.
fn check_weight(weight: Amount) -> Result<(), AppraisalError> {
    let is_right = !weight.is_negative() && weight <= Amount::from(WHOLE);
    if is_right { Ok(()) } else { Err(AppraisalError::Weight(weight.to_text())) }
}

/// Each from 0 to 100, and 100 together.
fn check_whole(weights: impl Iterator<Item = Amount>) -> Result<(), AppraisalError> {
    let mut sum = Amount::ZERO;
    for weight in weights {
        check_weight(weight)?;
        sum = sum.checked_add(weight)?;
    }
    if sum == Amount::from(WHOLE) { Ok(()) } else { Err(AppraisalError::NotWhole(sum.to_text())) }
}

/// Some grades, from the best to the worst, each at most once.
fn check_order(grades: impl Iterator<Item = Grade>) -> Result<(), AppraisalError> {
    let grades: Vec<Grade> = grades.collect();
    let is_right = !grades.is_empty() && grades.is_sorted_by(|better, worse| better < worse);
    if is_right { Ok(()) } else { Err(AppraisalError::GradeOrder) }
}

fn count(of: usize) -> Exact {
    Exact::from(Amount::from(i64::try_from(of).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
