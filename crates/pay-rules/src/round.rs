//! Rounding, once: a component to the minor unit, its lines by largest remainder (C0, 16).

use crate::exact::Exact;

/// What each line gets, so that they and what was `posted` before sum to the rounded whole. Cents that rounding leaves over go
/// first to lines that are `first_in_line`, those that lost most before others, the earlier before the later. Nothing when an
/// amount is too large to be paid.
pub(crate) fn share_out(lines: &[Exact], posted: &Exact, first_in_line: &[bool]) -> Option<Vec<i64>> {
    // At another day's rate what was posted is no whole number; then each run is rounded by itself.
    let posted = if posted.whole().1.is_zero() { posted.clone() } else { Exact::ZERO };
    let whole = (&posted + &lines.iter().sum()).rounded()? - posted.rounded()?;
    let parts: Vec<(Exact, Exact)> = lines.iter().map(Exact::whole).collect();
    let mut shares: Vec<i64> = parts
        .iter()
        .map(|(part, _)| part.rounded().and_then(|part| i64::try_from(part).ok()))
        .collect::<Option<_>>()?;
    let left = whole - shares.iter().map(|share| i128::from(*share)).sum::<i128>();
    let step = i64::try_from(left.signum()).ok()?;
    let mut order: Vec<usize> = (0..lines.len()).collect();
    let lost = |place: usize| if step < 0 { -&parts[place].1 } else { parts[place].1.clone() };
    order.sort_by(|&left, &right| {
        first_in_line[right].cmp(&first_in_line[left]).then_with(|| lost(right).cmp(&lost(left)))
    });
    let takers: Vec<usize> = order.into_iter().filter(|&place| lost(place).is_positive()).collect();
    for &place in takers.iter().take(usize::try_from(left.unsigned_abs()).ok()?) {
        shares[place] += step;
    }
    Some(shares)
}

/// An amount of minor units split by weights: rounded each, the residual to the largest weight, of equals the first (C11).
pub(crate) fn split(whole: &Exact, shares: &[Exact], unit: &Exact) -> Option<Vec<Exact>> {
    let in_units = |amount: &Exact| amount.over(unit)?.rounded();
    let mut parts = Vec::new();
    for share in shares {
        let count = in_units(&(whole * share))?;
        parts.push(&base::Amount::from(i64::try_from(count).ok()?).into() * unit);
    }
    let residual = whole - &parts.iter().sum::<Exact>();
    let largest = (0..shares.len()).rev().max_by(|&left, &right| shares[left].cmp(&shares[right]))?;
    parts[largest] = &parts[largest] + &residual;
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_left_over_goes_to_those_who_lost_most() {
        let thirds = |whole: i32| vec![Exact::ratio(whole, 3); 3];
        assert_eq!(share_out(&thirds(100), &Exact::ZERO, &[true; 3]), Some(vec![34, 33, 33]));
        assert_eq!(share_out(&thirds(-100), &Exact::ZERO, &[true; 3]), Some(vec![-34, -33, -33]));
        assert_eq!(share_out(&thirds(100), &Exact::ZERO, &[false, false, true]), Some(vec![33, 33, 34]));
        assert_eq!(share_out(&[Exact::ratio(1, 2)], &Exact::ZERO, &[true]), Some(vec![1]));
        assert_eq!(share_out(&[Exact::ratio(-1, 2)], &Exact::from(100), &[true]), Some(vec![0]));
        assert_eq!(share_out(&[Exact::ratio(9, 10), Exact::ratio(-9, 10)], &Exact::ZERO, &[true; 2]), Some(vec![0, 0]));
    }

    #[test]
    fn a_residual_cent_goes_to_the_largest_share_and_of_equals_to_the_first() {
        let cents = |whole: i32, shares: &[i32]| {
            let shares: Vec<Exact> = shares.iter().map(|share| Exact::ratio(*share, 100)).collect();
            let parts = split(&Exact::ratio(whole, 100), &shares, &Exact::ratio(1, 100)).unwrap();
            parts.iter().map(|part| part.in_minor(base::Currency::THB).rounded().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(cents(25_000_000, &[60, 40]), [15_000_000, 10_000_000]);
        assert_eq!(cents(5, &[50, 50]), [2, 3]);
        assert_eq!(cents(1001, &[30, 40, 30]), [300, 401, 300]);
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_rounded_whole(lines in prop::collection::vec((-100_000..100_000, 1..1000), 1..30), first: bool) {
            let lines: Vec<Exact> = lines.iter().map(|(n, d)| Exact::ratio(*n, *d)).collect();
            let shares = share_out(&lines, &Exact::ZERO, &vec![first; lines.len()]).unwrap();
            let whole = lines.iter().sum::<Exact>().rounded().unwrap();
            prop_assert_eq!(i128::from(shares.iter().sum::<i64>()), whole);
            for (share, line) in shares.iter().zip(&lines) {
                let off = (line - &Exact::from(i32::try_from(*share).unwrap())).abs();
                prop_assert!(off < Exact::ONE);
            }
        }

        #[test]
        fn splits_sum_to_the_whole(whole in -100_000_000..100_000_000, cut in 1..100) {
            let shares = [Exact::ratio(cut, 100), Exact::ratio(100 - cut, 100)];
            let whole = Exact::ratio(whole, 100);
            let parts = split(&whole, &shares, &Exact::ratio(1, 100)).unwrap();
            prop_assert_eq!(parts.iter().sum::<Exact>(), whole);
        }
    }
}
