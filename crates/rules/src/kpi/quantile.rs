//! Quantiles over exact values (R-DUR).

use base::{Amount, AmountError, Fraction};

/// Fewer values than these tell nothing of their tails; what lies in their middle they tell (B3: of 30, 60, 120 it is 60).
const FEWEST: usize = 5;

/// So many per cent of the values are no larger, linear between neighbours (type 7). None of too few.
pub fn quantile(values: &mut [Amount], percent: u8) -> Result<Option<Amount>, AmountError> {
    if values.is_empty() || (values.len() < FEWEST && percent != 50) {
        return Ok(None);
    }
    values.sort_unstable();
    // The place is (n − 1) × p, in hundredths so that it is whole.
    let place = (values.len() - 1) * usize::from(percent);
    let (below, rest) = (place / 100, place % 100);
    let low = values[below];
    let Some(high) = values.get(below + 1) else { return Ok(Some(low)) };
    let share = Fraction::new(Amount::from(i64::try_from(rest).unwrap_or(0)), Amount::from(100));
    Ok(Some(low.checked_add(high.checked_sub(low)?.mul_fraction(share)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(values: &[i64], percent: u8) -> Option<String> {
        let mut values: Vec<Amount> = values.iter().map(|value| Amount::from(*value)).collect();
        quantile(&mut values, percent).expect("it adds up").map(Amount::to_text)
    }

    /// What NumPy's `percentile` (linear, type 7) gives.
    #[test]
    fn quantiles_lie_between_neighbours() {
        assert_eq!(at(&[50, 10, 40, 20, 30], 50).as_deref(), Some("30"));
        assert_eq!(at(&[10, 20, 30, 40, 50, 60], 50).as_deref(), Some("35"));
        assert_eq!(at(&[10, 20, 30, 40, 50], 90).as_deref(), Some("46"));
        assert_eq!(at(&[30, 120, 60], 50).as_deref(), Some("60"));
        assert_eq!(at(&[10, 20, 30, 40], 90), None);
        assert_eq!(at(&[], 50), None);
    }
}
