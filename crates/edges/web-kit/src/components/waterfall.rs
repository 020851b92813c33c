use super::{Cell, Lean, Row};
use crate::format::Figure;
use base::{Amount, Fraction};
use maud::{Markup, Render, html};

/// One bar of a waterfall: where it begins and ends.
#[derive(Debug, Clone)]
pub struct Fall {
    /// What it is, with its link.
    pub head: Markup,
    pub figure: Figure,
    pub from: Amount,
    pub to: Amount,
    /// Whether it is welcome; none for a whole value.
    pub lean: Option<Lean>,
}

/// Rows of a table, each with its figure and its bar, all on one scale. When the bars are short against the whole the scale does not
/// begin at nothing: the second value says so.
pub fn waterfall(steps: &[Fall]) -> (Vec<Row>, bool) {
    let ends = || steps.iter().flat_map(|step| [step.from, step.to]);
    let (low, high) = (ends().min().unwrap_or(Amount::ZERO), ends().max().unwrap_or(Amount::ZERO));
    // Where whole values begin says nothing.
    let told = || {
        let ends = |step: &Fall| [Some(step.from).filter(|_| step.lean.is_some()), Some(step.to)];
        steps.iter().flat_map(ends).flatten()
    };
    let (near, far) = (told().min().unwrap_or(low), told().max().unwrap_or(high));
    let share = |amount: Amount, of: i64| amount.mul_fraction(Fraction::new(Amount::ONE, Amount::from(of)));
    let spread = far.checked_sub(near).unwrap_or(Amount::ZERO);
    let is_cut = near > Amount::ZERO && !spread.is_zero() && share(far, SHORT).is_ok_and(|short| spread < short);
    let low = if is_cut { near.checked_sub(spread).unwrap_or(low) } else { low.min(Amount::ZERO) };
    let high = high.max(Amount::ZERO);
    let row = |step: &Fall| {
        let (from, to) = (step.from.min(step.to).max(low), step.from.max(step.to).max(low));
        let (x, end) = (percent(from, low, high), percent(to, low, high));
        let width = end.checked_sub(x).unwrap_or(Amount::ZERO).max(Amount::ONE);
        let tone = match step.lean {
            None => "w",
            Some(Lean::Good) => "g",
            Some(Lean::Bad) => "r",
            Some(Lean::Neutral) => "n",
        };
        let bar = html! {
            svg.fall aria-hidden="true" {
                rect.(tone) x=(format!("{x}%")) width=(format!("{width}%")) y="0" height="100%" {}
            }
        };
        Row::new(step.head.render(), vec![Cell::number(&step.figure), Cell::bar(bar)])
    };
    (steps.iter().map(row).collect(), is_cut)
}

/// A difference under this part of the whole would be a hair.
const SHORT: i64 = 4;

/// Where an amount stands between two, from 0 to 100, with two decimals.
fn percent(amount: Amount, low: Amount, high: Amount) -> Amount {
    let way = amount.checked_sub(low).ok().zip(high.checked_sub(low).ok());
    let hundred = Amount::from(100);
    let place = way.and_then(|(way, whole)| hundred.mul_fraction(Fraction::new(way, whole)).ok());
    place.and_then(|place| place.round_to(2).ok()).unwrap_or(Amount::ZERO).clamp(Amount::ZERO, hundred)
}
