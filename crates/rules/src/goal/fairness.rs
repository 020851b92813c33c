//! How evenly goals are spread (F2): of quota over potential, or of potential per rep.

use super::{GoalError, check_not_negative, count, percent};
use base::{Amount, AmountError, Fraction};
use pay_rules::exact::Exact;

/// Quotas follow potential from this rank correlation on, in millionths.
const FOLLOWS: i128 = 800_000;

/// How far some values are from being all the same. It changes neither with their order nor when all are multiplied by one number.
/// To six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fairness {
    pub count: usize,
    /// Coefficient of variation, σ ÷ μ; σ of the population (R-DUR). Zero is even.
    pub variation: Amount,
    /// Σᵢ Σⱼ |xᵢ − xⱼ| ÷ (2 n² μ). Zero is even, near one somebody has all.
    pub gini: Amount,
    /// (Σ x)² ÷ (n Σ x²). One is even, at 1 ÷ n somebody has all.
    pub jain: Amount,
    /// max |x − μ| ÷ μ, per cent.
    pub max_deviation: Amount,
}

impl Fairness {
    /// None of fewer than two values, or when all are zero; an error when one is below zero.
    pub fn of(values: &[Amount]) -> Result<Option<Self>, GoalError> {
        check_not_negative("a value to compare", values.iter().copied())?;
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let sorted: Vec<Exact> = sorted.into_iter().map(Exact::from).collect();
        let all: Exact = sorted.iter().sum();
        let (Some(least), Some(most), true) = (sorted.first(), sorted.last(), sorted.len() > 1) else {
            return Ok(None);
        };
        let count = count(sorted.len());
        let square_of_all = &all * &all;
        let squares = &count * &sorted.iter().map(|value| value * value).sum();
        let variance = (&squares - &square_of_all).over(&square_of_all);
        let (Some(variance), Some(jain)) = (variance, square_of_all.over(&squares)) else { return Ok(None) };
        let furthest = (&(&count * most) - &all).max(&all - &(&count * least));
        let (Some(gini), Some(max_deviation)) =
            (differences(&sorted).over(&(&count * &all)), percent(&furthest, &all)?)
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            count: sorted.len(),
            variation: root(&variance)?,
            gini: gini.to_amount()?,
            jain: jain.to_amount()?,
            max_deviation,
        }))
    }

    /// Of ratios, quota over potential, each to twelve decimals. Those without a value are left out.
    pub fn of_ratios(ratios: &[Fraction]) -> Result<Option<Self>, GoalError> {
        let million = Exact::from(1_000_000);
        let value = |ratio: &Fraction| (&Exact::from(ratio.numerator) * &million).over(&ratio.denominator.into());
        let values = ratios.iter().filter_map(value).map(|value| value.to_amount()).collect::<Result<Vec<_>, _>>()?;
        Self::of(&values)
    }
}

/// Σᵢ Σⱼ |xᵢ − xⱼ| ÷ 2: of values that ascend, the i-th is added once for each before it and taken off once for each after.
fn differences(sorted: &[Exact]) -> Exact {
    let last = count(sorted.len().saturating_sub(1));
    let weighed = sorted.iter().enumerate().map(|(place, value)| &(&(&count(place) + &count(place)) - &last) * value);
    weighed.sum()
}

/// √ of what is not below zero, rounded to six decimals. Twice the root, so that the half which rounds it is whole.
fn root(square: &Exact) -> Result<Amount, AmountError> {
    let too_large = || AmountError::TooLarge { what: "a root".to_owned() };
    let million = Exact::from(1_000_000);
    let (whole, _) = (&(square * &Exact::from(4)) * &(&million * &million)).whole();
    let twice_root = whole.rounded().and_then(i128::checked_isqrt).ok_or_else(too_large)?;
    Amount::from_millionths((twice_root + 1) / 2)
}

/// Spearman's rank correlation, from −1 to 1, to six decimals; equals share the mean of their ranks. None of fewer than two pairs,
/// or where one side is all the same.
pub fn spearman(pairs: &[(Amount, Amount)]) -> Result<Option<Amount>, AmountError> {
    let (left, right): (Vec<Amount>, Vec<Amount>) = pairs.iter().copied().unzip();
    let (left, right) = (ranks(&left), ranks(&right));
    let both = covariance(&left, &right);
    let square = (&both * &both).over(&(&covariance(&left, &left) * &covariance(&right, &right)));
    let Some(square) = square else { return Ok(None) };
    let size = root(&square)?;
    Ok(Some(if both.is_negative() { -size } else { size }))
}

/// Do quotas follow potential? Their rank correlation is 0.8 and more.
pub fn follows(correlation: Amount) -> bool {
    correlation.millionths() >= FOLLOWS
}

/// Twice the mean rank of each.
fn ranks(values: &[Amount]) -> Vec<Exact> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = |value: &Amount| {
        let below = sorted.partition_point(|other| other < value);
        let up_to = sorted.partition_point(|other| other <= value);
        count(below + up_to + 1)
    };
    values.iter().map(rank).collect()
}

/// n Σ xy − Σ x Σ y.
fn covariance(left: &[Exact], right: &[Exact]) -> Exact {
    let products = left.iter().zip(right).map(|(left, right)| left * right).sum();
    &(&count(left.len()) * &products) - &(&left.iter().sum::<Exact>() * &right.iter().sum())
}
