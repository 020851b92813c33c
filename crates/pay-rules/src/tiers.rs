//! Rate tables (C2, C4, C7, C8): from a whole measure to the rate of each stretch of it.

use crate::{
    exact::Exact,
    plan::{Entry, OnBound, TableKind},
    reason::Part,
};

/// A tier placed on the axis of what is measured.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub from: Exact,
    pub rate: Exact,
    pub retroactive: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub steps: Vec<Step>,
    pub kind: TableKind,
    pub on_bound: OnBound,
    pub threshold: Option<(Exact, Entry)>,
    /// What lies beyond is not paid.
    pub limit: Option<Exact>,
}

/// A stretch with one rate, up to the next; the first goes below zero too.
#[derive(Debug, Clone)]
struct Stretch {
    from: Exact,
    rate: Exact,
    /// Paid when the stretch is entered.
    at_once: Exact,
    /// How much of it lies between threshold and limit.
    within: Exact,
}

/// What a stretch of the measure pays, and how that is made.
#[derive(Debug, Clone)]
pub(crate) struct Paid {
    pub pay: Exact,
    pub parts: Vec<Part>,
    /// How much of it lies between threshold and limit.
    pub within: Exact,
}

/// What each stretch pays, given the whole measure.
#[derive(Debug, Clone)]
pub(crate) struct Rates {
    stretches: Vec<Stretch>,
    is_percent: bool,
}

impl Table {
    /// Does a measure of this size reach a bound?
    fn reaches(&self, total: &Exact, bound: &Exact) -> bool {
        total > bound || total == bound && self.on_bound == OnBound::Higher
    }

    pub(crate) fn rates(&self, total: &Exact) -> Rates {
        let capped = self.limit.as_ref().map_or(total, |limit| limit.min(total));
        let whole = |step: &Step| step.retroactive || self.kind == TableKind::Whole;
        let back = self.steps.iter().rposition(|step| whole(step) && self.reaches(capped, &step.from));
        let back = if self.kind == TableKind::Whole { back.or(Some(0)) } else { back };
        let mut stretches: Vec<Stretch> = self
            .steps
            .iter()
            .enumerate()
            .map(|(place, step)| {
                let rate = match back {
                    Some(back) if place <= back => self.steps[back].rate.clone(),
                    _ => step.rate.clone(),
                };
                let from = step.from.clone();
                let (rate, at_once) = if self.kind == TableKind::Interpolated {
                    // The open tier has no width: it pays whole once it is reached.
                    match self.steps.get(place + 1).and_then(|next| rate.over(&(&next.from - &from))) {
                        Some(slope) => (slope, Exact::ZERO),
                        None if self.reaches(capped, &from) => (Exact::ZERO, rate),
                        None => (Exact::ZERO, Exact::ZERO),
                    }
                } else {
                    (rate, Exact::ZERO)
                };
                Stretch { from, rate, at_once, within: Exact::ONE }
            })
            .collect();
        if let Some((at, entry)) = &self.threshold {
            match entry {
                _ if total < at => nothing_within(&mut stretches, None, None),
                Entry::AboveOnly => nothing_within(&mut stretches, None, Some(at)),
                Entry::FirstDollar => {}
            }
        }
        if let Some(limit) = &self.limit {
            nothing_within(&mut stretches, Some(limit), None);
        }
        let rates = Rates { stretches, is_percent: true };
        if self.kind != TableKind::Whole {
            return rates;
        }
        // Every fact has the same share of what the whole is paid (C15).
        let Paid { pay, within, .. } = rates.between(&Exact::ZERO, total);
        let (Some(rate), Some(within)) = (pay.over(total), within.over(&total.abs())) else { return rates };
        let stretch = Stretch { from: Exact::ZERO, rate, at_once: Exact::ZERO, within };
        Rates { stretches: vec![stretch], ..rates }
    }
}

/// Puts the rate at zero from a bound on, or up to one.
fn nothing_within(stretches: &mut Vec<Stretch>, from: Option<&Exact>, to: Option<&Exact>) {
    if let Some(bound) = from.or(to) {
        let holds = stretches.iter().rposition(|stretch| stretch.from <= *bound).unwrap_or(0);
        if stretches[holds].from < *bound {
            let split = Stretch { from: bound.clone(), at_once: Exact::ZERO, ..stretches[holds].clone() };
            stretches.insert(holds + 1, split);
        }
    }
    for stretch in stretches {
        if from.is_none_or(|from| stretch.from >= *from) && to.is_none_or(|to| stretch.from < *to) {
            (stretch.rate, stretch.at_once, stretch.within) = (Exact::ZERO, Exact::ZERO, Exact::ZERO);
        }
    }
}

impl Rates {
    /// Rates are amounts: of a unit, of a tier.
    pub(crate) fn of_amounts(self) -> Self {
        Self { is_percent: false, ..self }
    }

    pub(crate) const fn is_percent(&self) -> bool {
        self.is_percent
    }

    /// An amount that does not move the measure, all of it at the rate of one point.
    pub(crate) fn standing_at(&self, at: &Exact, amount: &Exact) -> Paid {
        let place = self.stretches.iter().rposition(|stretch| stretch.from <= *at).unwrap_or(0);
        let stretch = &self.stretches[place];
        let within = &amount.abs() * &stretch.within;
        let part = Part { amount: amount.clone(), rate: stretch.rate.clone(), is_percent: self.is_percent };
        Paid { pay: amount * &stretch.rate, parts: vec![part], within }
    }

    /// Between two points of the measure. Backwards it is taken away again.
    pub(crate) fn between(&self, start: &Exact, end: &Exact) -> Paid {
        if end < start {
            let Paid { pay, parts, within } = self.between(end, start);
            let parts = parts.into_iter().map(|part| Part { amount: -&part.amount, ..part }).collect();
            return Paid { pay: -&pay, parts, within };
        }
        let mut paid = Paid { pay: Exact::ZERO, parts: Vec::new(), within: Exact::ZERO };
        for (place, stretch) in self.stretches.iter().enumerate() {
            let low = if place == 0 { start } else { start.max(&stretch.from) };
            let high = self.stretches.get(place + 1).map_or(end, |next| end.min(&next.from));
            if start < &stretch.from && &stretch.from <= end {
                paid.pay = &paid.pay + &stretch.at_once;
            }
            if low < high {
                let amount = high - low;
                paid.pay = &paid.pay + &(&amount * &stretch.rate);
                paid.within = &paid.within + &(&amount * &stretch.within);
                paid.parts.push(Part { amount, rate: stretch.rate.clone(), is_percent: self.is_percent });
            }
        }
        paid
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(kind: TableKind, steps: &[(i32, i32)]) -> Table {
        let step = |(from, rate): &(i32, i32)| Step {
            from: Exact::from(*from),
            rate: if kind == TableKind::Interpolated { Exact::from(*rate) } else { Exact::ratio(*rate, 100) },
            retroactive: false,
        };
        let steps = steps.iter().map(step).collect();
        Table { steps, kind, on_bound: OnBound::Higher, threshold: None, limit: None }
    }

    fn pay(table: &Table, total: i32) -> String {
        let total = Exact::from(total);
        table.rates(&total).between(&Exact::ZERO, &total).pay.to_text()
    }

    const C2: [(i32, i32); 3] = [(0, 6), (100_000, 8), (150_000, 10)];

    #[test]
    fn the_examples_of_c2() {
        assert_eq!([110_000, 100_000].map(|total| pay(&table(TableKind::Whole, &C2), total)), ["8800", "8000"]);
        assert_eq!([110_000, 100_000].map(|total| pay(&table(TableKind::Marginal, &C2), total)), ["6800", "6000"]);
        let oracle = table(TableKind::Interpolated, &[(0, 1000), (25, 2000), (50, 5000), (100, 6000)]);
        assert_eq!([12, 60, 100].map(|total| pay(&oracle, total)), ["480", "4000", "14000"]);
    }

    #[test]
    fn a_measure_on_the_bound_can_belong_below() {
        let below = Table { on_bound: OnBound::Lower, ..table(TableKind::Whole, &C2) };
        assert_eq!([100_000, 100_001].map(|total| pay(&below, total)), ["6000", "8000.08"]);
    }

    #[test]
    fn the_examples_of_c4() {
        let mut table = table(TableKind::Marginal, &[(0, 5), (16_500, 10), (33_000, 20)]);
        table.steps[1].retroactive = true;
        assert_eq!([39_600, 16_499, 16_500].map(|total| pay(&table, total)), ["4620", "824.95", "1650"]);
    }

    #[test]
    fn what_is_capped_or_below_the_threshold_pays_nothing() {
        let with =
            |entry| Table { threshold: Some((Exact::from(70_000), entry)), ..table(TableKind::Marginal, &[(0, 5)]) };
        assert_eq!([80_000, 70_000, 69_999].map(|total| pay(&with(Entry::FirstDollar), total)), ["4000", "3500", "0"]);
        assert_eq!([80_000, 70_000, 69_999].map(|total| pay(&with(Entry::AboveOnly), total)), ["500", "0", "0"]);
        let capped = |kind| Table { limit: Some(Exact::from(100_000)), ..table(kind, &C2) };
        assert_eq!(pay(&capped(TableKind::Marginal), 170_000), "6000");
        assert_eq!(pay(&capped(TableKind::Whole), 170_000), "8000");
    }

    proptest! {
        #[test]
        fn marginal_is_the_sum_of_its_slices(total in -300_000..300_000, mut cuts in prop::collection::vec(-300_000..300_000, 0..9)) {
            let table = table(TableKind::Marginal, &C2);
            let end = Exact::from(total);
            let rates = table.rates(&end);
            cuts.push(total);
            let mut at = Exact::ZERO;
            let mut sum = Exact::ZERO;
            for cut in cuts {
                let next = Exact::from(cut);
                sum = &sum + &rates.between(&at, &next).pay;
                at = next;
            }
            prop_assert_eq!(sum, rates.between(&Exact::ZERO, &end).pay);
        }
    }
}
