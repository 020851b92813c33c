//! Why a number that is computed from others changed.

use super::{Cause, Kind};
use crate::{KpiError, Opened, Row};
use base::Amount;
use rules::kpi::{Expression, NullReason};

/// So many parts are tried in every order.
const MOST_ORDERED: usize = 5;

/// Of a number computed from others: each of these in turn as it is now, the ones after it as they were. On some ways there is no
/// value in between (a quota that would be met); then another order is told.
pub(super) fn parts(
    expression: &Expression,
    before: &Opened,
    after: &Opened,
    difference: Amount,
) -> Result<Vec<Cause>, KpiError> {
    let exact = |row: &Row| {
        let decimal = |amount: Option<Amount>| amount.and_then(|amount| amount.to_decimal().ok());
        let sides = decimal(row.numerator).zip(decimal(row.denominator));
        let value = || row.value.as_deref().and_then(|value| value.parse::<Amount>().ok()?.to_decimal().ok());
        let told = sides.and_then(|(numerator, denominator)| numerator.checked_div(denominator)).or_else(value);
        told.filter(|_| row.value.is_some()).ok_or(row.null_reason.unwrap_or(NullReason::Undefined))
    };
    let value = |changed: &[usize]| {
        expression.value(&|id: &str| {
            let place = after.parts.iter().position(|row| row.kpi == id).ok_or(NullReason::Undefined)?;
            let side = if changed.contains(&place) { &after.parts } else { &before.parts };
            exact(side.get(place).ok_or(NullReason::Undefined)?)
        })
    };
    for order in orders(after.parts.len()) {
        let values: Result<Vec<Amount>, NullReason> = (0..=order.len()).map(|upto| value(&order[..upto])).collect();
        let Ok(values) = values else { continue };
        let cause = |(step, place): (usize, &usize)| {
            let effect = values[step + 1].checked_sub(values[step])?;
            Ok(Cause { part: Some(after.parts[*place].kpi.clone()), effect, ..Cause::of(Kind::Part, 0) })
        };
        return order.iter().enumerate().map(cause).collect();
    }
    Ok(vec![Cause { effect: difference, ..Cause::of(Kind::Other, 0) }])
}

/// Every order of so many, the given one first; of more than a few the given one alone.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new()];
    if count > MOST_ORDERED {
        return vec![(0..count).collect()];
    }
    for _ in 0..count {
        let longer = |order: Vec<usize>| {
            let left = (0..count).filter(|place| !order.contains(place)).collect::<Vec<_>>();
            left.into_iter().map(move |place| [order.clone(), vec![place]].concat())
        };
        found = found.into_iter().flat_map(longer).collect();
    }
    found
}
