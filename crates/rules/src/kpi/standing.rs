//! How a value stands against its target: the traffic light.

use super::Better;
use base::{Amount, AmountError, Fraction};

/// Less than this share of the target is behind it (E1's threshold).
const THRESHOLD: (i64, i64) = (4, 5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    OnTarget,
    /// Not far from it.
    Watch,
    Behind,
}

impl Standing {
    /// `elapsed` is the share of the period's days that have come, for what grows with them (R-PART). Within a band there is no
    /// more and no less.
    pub fn of(
        value: Amount,
        target: Amount,
        better: Better,
        elapsed: Option<Fraction>,
    ) -> Result<Option<Self>, AmountError> {
        let target = elapsed.map_or(Ok(target), |elapsed| target.mul_fraction(elapsed))?;
        let (part, whole) = (Amount::from(THRESHOLD.0), Amount::from(THRESHOLD.1));
        let (is_reached, is_near) = match better {
            Better::Band => return Ok(None),
            Better::Higher => (value >= target, value >= target.mul_fraction(Fraction::new(part, whole))?),
            Better::Lower => (value <= target, value <= target.mul_fraction(Fraction::new(whole, part))?),
        };
        Ok(Some(match (is_reached, is_near) {
            (true, _) => Self::OnTarget,
            (false, true) => Self::Watch,
            (false, false) => Self::Behind,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(value: i64, better: Better, elapsed: Option<(i64, i64)>) -> Option<Standing> {
        let elapsed = elapsed.map(|(days, of)| Fraction::new(Amount::from(days), Amount::from(of)));
        Standing::of(Amount::from(value), Amount::from(100), better, elapsed).expect("small")
    }

    #[test]
    fn more_is_better_from_the_target_and_from_four_fifths_of_it() {
        let of = |value| standing(value, Better::Higher, None);
        assert_eq!([of(100), of(99), of(80), of(79)].map(Option::unwrap), {
            [Standing::OnTarget, Standing::Watch, Standing::Watch, Standing::Behind]
        });
    }

    #[test]
    fn less_is_better_up_to_the_target_and_to_five_quarters_of_it() {
        let of = |value| standing(value, Better::Lower, None);
        assert_eq!([of(100), of(101), of(125), of(126)].map(Option::unwrap), {
            [Standing::OnTarget, Standing::Watch, Standing::Watch, Standing::Behind]
        });
    }

    #[test]
    fn what_grows_is_set_against_the_days_that_have_come() {
        assert_eq!(standing(50, Better::Higher, Some((90, 180))), Some(Standing::OnTarget));
        assert_eq!(standing(50, Better::Higher, None), Some(Standing::Behind));
        assert_eq!(standing(100, Better::Band, None), None);
    }
}
