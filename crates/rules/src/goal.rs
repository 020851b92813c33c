//! Quota setting and territory design (reference, F1–F3): ways to set quotas, what they sum to, how fair they are, which unit
//! belongs to which territory by rules and by balance, and what a change takes along of quotas.
//!
//! Shares, factors and growth are per cent. Everything is exact until it is returned, and then rounded once.

mod assignment;
mod fairness;
mod handover;
mod outlook;
mod quota;
mod territory;

pub use assignment::{Attribute, Candidate, Rule, RuleError, Tree, Verdict, assign_accounts, check_rule};
pub use fairness::{Fairness, follows, spearman};
pub use handover::{Passed, Shift, rest, shifts};
pub use outlook::Outlook;
pub use quota::{
    AccountPotential, Average, AverageTerms, BANDS, Commitment, Criterion, Gap, Goal, Health, Level, Lot, Month, Pool,
    Reach, RepGroup, Split, account_based, average, bottom_up, capacity, health, levels, phase, required_headcount,
    top_down,
};
pub use territory::{Balance, Balanced, Move, Objective, Place, Proposal, Terms, Unit, balances, propose};

use base::{Amount, AmountError, RecordId, TerritoryId};
use pay_rules::exact::Exact;

const WHOLE: i64 = 100;

/// What is wrong with the data of a goal, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GoalError {
    #[error("a lot is above 0, this one is {0}; take 1, or 1000 to round to thousands")]
    Lot(String),
    #[error("{what} is not below 0, this is {value}; check the sign")]
    Negative { what: &'static str, value: String },
    #[error("growth is not below -100 per cent, this is {0}; check the number")]
    Growth(String),
    #[error("what comes without quotas, {other}, is more than the target, {target}; raise the target or set no quotas")]
    NothingToCarry { target: String, other: String },
    #[error("no criterion weighs anything; give at least one of them a weight above 0")]
    NoCriteria,
    #[error("criterion {0}: its values are all 0, and nothing can be shared by it; fill them in or leave it out")]
    Criterion(usize),
    #[error("criterion {0} has values of other units than the first; give every unit a value, and 0 where it has none")]
    UnevenCriterion(usize),
    #[error("the index of the season is all 0; give at least one month a number above 0")]
    NoSeason,
    #[error("quota {goal} stands under {above}, which is not among the quotas; add it or take the reference away")]
    NoGoalAbove { goal: RecordId, above: RecordId },
    #[error("quota {0} stands under itself; let one of the quotas above it stand under none")]
    Circle(RecordId),
    #[error("there is no territory to give units to; add one")]
    NoTerritories,
    #[error("territory {} is named twice; name it once", .0.0)]
    TerritoryTwice(TerritoryId),
    #[error("unit {0} is named twice; each unit belongs to one territory")]
    UnitTwice(RecordId),
    #[error("unit {0} is pinned, but not to one of the territories; give it a territory or unpin it")]
    Pinned(RecordId),
    #[error("unit {0} is not on the map: a latitude is from -90 to 90, a longitude from -180 to 180; check them")]
    OffTheGlobe(RecordId),
    #[error("unit {0} is not on the map: x and y are from -1000000 to 1000000; take a larger unit")]
    OffThePlane(RecordId),
    #[error(
        "unit {0} is on another kind of map than the units before it; use latitude and longitude for all, or for none"
    )]
    MixedMaps(RecordId),
    #[error("{units} units and {territories} territories are too many at once; design one region at a time")]
    TooMany { units: usize, territories: usize },
    #[error("{what} together are {sum}, too much to be balanced; count them in thousands")]
    TooMuch { what: &'static str, sum: String },
    #[error("a tolerance is from 0 to 100 per cent, this one is {0}; 15 is usual")]
    Tolerance(String),
    #[error("the weight of {what} is from 0 to 10000, this one is {value}; see the usual weights")]
    Weight { what: &'static str, value: String },
    #[error(transparent)]
    Amount(#[from] AmountError),
}

/// Of amounts that cannot be below zero.
fn check_not_negative(what: &'static str, amounts: impl IntoIterator<Item = Amount>) -> Result<(), GoalError> {
    match amounts.into_iter().find(|amount| amount.is_negative()) {
        Some(amount) => Err(GoalError::Negative { what, value: amount.to_text() }),
        None => Ok(()),
    }
}

fn count(of: usize) -> Exact {
    Exact::from(Amount::from(i64::try_from(of).unwrap_or(i64::MAX)))
}

/// Per cent as a factor.
fn factor(percent: Amount) -> Exact {
    &Exact::from(percent) * &Exact::ratio(1, 100)
}

/// So many per cent more, as a factor.
fn raised_by(percent: Amount) -> Exact {
    &Exact::ONE + &factor(percent)
}

/// Part of whole, per cent; nothing where the whole is zero.
fn percent(part: &Exact, whole: &Exact) -> Result<Option<Amount>, AmountError> {
    let share = (part * &Exact::from(Amount::from(WHOLE))).over(whole);
    share.map(|share| share.to_amount()).transpose()
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
