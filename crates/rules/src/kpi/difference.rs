//! Why a value is another than it was (KPI-6): effects of single records that sum exactly to the difference.
//!
//! A value is n ÷ d, or n alone. Each record has its part of both sides before and after.

use super::NullReason;
use base::{Amount, AmountError, Fraction};

/// A record's part of both sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sides {
    pub numerator: Amount,
    /// Nothing where the value has one side.
    pub denominator: Amount,
}

impl Sides {
    pub fn plus(self, other: Self) -> Result<Self, AmountError> {
        Ok(Self {
            numerator: self.numerator.checked_add(other.numerator)?,
            denominator: self.denominator.checked_add(other.denominator)?,
        })
    }

    pub fn minus(self, other: Self) -> Result<Self, AmountError> {
        Ok(Self {
            numerator: self.numerator.checked_sub(other.numerator)?,
            denominator: self.denominator.checked_sub(other.denominator)?,
        })
    }

    pub const fn is_nothing(self) -> bool {
        self.numerator.is_zero() && self.denominator.is_zero()
    }

    fn value(self, is_ratio: bool) -> Result<Option<Amount>, AmountError> {
        if is_ratio { Fraction::new(self.numerator, self.denominator).to_amount() } else { Ok(Some(self.numerator)) }
    }
}

/// The effects of changes, each what a record's part of both sides changed by, on a value that was `before`. They sum to the
/// difference but for the last millionth of a division, which the caller has as a rest.
///
/// In the order given when `in_order`: an effect is the value after a change less the value before it. Otherwise with two-point
/// means: [Δn − r̄·Δd] ÷ d̄, in which no order counts.
pub fn effects(
    before: Sides,
    changes: &[Sides],
    is_ratio: bool,
    in_order: bool,
) -> Result<Result<Vec<Amount>, NullReason>, AmountError> {
    let after = changes.iter().try_fold(before, |sum, change| sum.plus(*change))?;
    let (Some(first), Some(last)) = (before.value(is_ratio)?, after.value(is_ratio)?) else {
        return Ok(Err(NullReason::Undefined));
    };
    if !is_ratio {
        return Ok(Ok(changes.iter().map(|change| change.numerator).collect()));
    }
    if in_order && let Some(told) = replayed(before, first, changes)? {
        return Ok(Ok(told));
    }
    let half = Fraction::new(Amount::ONE, Amount::from(2));
    let mean = first.checked_add(last)?.mul_fraction(half)?;
    // d̄ = the sum of both halved, and never rounded.
    let denominators = before.denominator.checked_add(after.denominator)?;
    if denominators.is_zero() {
        return Ok(Err(NullReason::Undefined));
    }
    // Rounded as they add up: many small effects must not all round the same way.
    let (mut so_far, mut told) = (Sides::default(), Amount::ZERO);
    let mut effect = |change: &Sides| {
        so_far = so_far.plus(*change)?;
        let moved = mean.mul_fraction(Fraction::new(so_far.denominator, Amount::ONE))?;
        let kept = so_far.numerator.checked_sub(moved)?;
        let sum = kept.mul_fraction(Fraction::new(Amount::from(2), denominators))?;
        let effect = sum.checked_sub(told)?;
        told = sum;
        Ok(effect)
    };
    changes.iter().map(&mut effect).collect::<Result<Vec<_>, AmountError>>().map(Ok)
}

/// One after the other; none when there is no value on the way.
fn replayed(before: Sides, first: Amount, changes: &[Sides]) -> Result<Option<Vec<Amount>>, AmountError> {
    let (mut now, mut value, mut told) = (before, first, Vec::with_capacity(changes.len()));
    for change in changes {
        now = now.plus(*change)?;
        let Some(next) = now.value(true)? else { return Ok(None) };
        told.push(next.checked_sub(value)?);
        value = next;
    }
    Ok(Some(told))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(numerator: i64, denominator: i64) -> Sides {
        Sides { numerator: Amount::from(numerator), denominator: Amount::from(denominator) }
    }

    fn told(before: Sides, changes: &[Sides], is_ratio: bool, in_order: bool) -> Vec<String> {
        let effects = effects(before, changes, is_ratio, in_order).expect("small").expect("a value");
        effects.into_iter().map(Amount::to_text).collect()
    }

    #[test]
    fn of_a_sum_each_change_is_its_own_effect() {
        assert_eq!(told(sides(100, 0), &[sides(30, 0), sides(-50, 0)], false, true), ["30", "-50"]);
    }

    /// 4 of 8 won, then a win and two losses: 5 of 11. In order: 5/9 − 4/8, 5/10 − 5/9, 5/11 − 5/10.
    #[test]
    fn of_a_ratio_in_order_an_effect_is_after_less_before() {
        let changes = [sides(1, 1), sides(0, 1), sides(0, 1)];
        assert_eq!(told(sides(4, 8), &changes, true, true), ["0.055556", "-0.055556", "-0.045455"]);
    }

    /// r̄ = (4/8 + 5/11)/2 = 0.4772725, d̄ = 9.5: a win (1 − r̄)/d̄ = 0.0550239, a loss −r̄/d̄ = −0.0502392 each; rounded as they add up:
    /// 0.055024, 0.004785, −0.045455.
    #[test]
    fn of_a_ratio_without_order_the_means_of_both_ends_count() {
        let changes = [sides(1, 1), sides(0, 1), sides(0, 1)];
        assert_eq!(told(sides(4, 8), &changes, true, false), ["0.055024", "-0.050239", "-0.05024"]);
        // 100,000 losses of one in three: each would round to the same side.
        let many = vec![sides(0, 1); 100_000];
        let all = effects(sides(30_000, 90_000), &many, true, false).expect("small").expect("a value");
        let sum = Amount::sum(all).expect("small");
        let exact: Amount = "-0.175439".parse().expect("a number"); // 3/19 − 1/3
        assert!(sum.checked_sub(exact).expect("small").abs() <= "0.000002".parse().expect("a number"), "{sum:?}");
        let sum: Amount = "-0.045455".parse().expect("a number");
        let effects = effects(sides(4, 8), &changes, true, false).expect("small").expect("a value");
        assert_eq!(Amount::sum(effects), Ok(sum), "5/11 − 4/8");
    }

    #[test]
    fn an_order_with_no_value_on_the_way_is_told_by_means() {
        let changes = [sides(-4, -8), sides(3, 4)];
        assert_eq!(told(sides(4, 8), &changes, true, true), told(sides(4, 8), &changes, true, false));
        let nothing = effects(sides(0, 0), &[sides(1, 2)], true, true).expect("small");
        assert_eq!(nothing, Err(NullReason::Undefined));
    }
}
