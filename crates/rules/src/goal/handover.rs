//! What a territory change does to quotas (F3, C19): what is left of each on the day, and how much of it goes with the accounts.

use super::{count, percent};
use base::{Amount, AmountError, RecordId};
use jiff::civil::Date;
use pay_rules::exact::Exact;
use std::collections::BTreeMap;

/// An account that passes from one person to another. Its weight is what it brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    pub from: Option<RecordId>,
    pub to: Option<RecordId>,
    pub weight: Amount,
}

/// What a change does to one person's quota.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shift {
    /// Of the quota, for the days from the change on.
    pub rest: Amount,
    /// Accounts that leave and that come.
    pub leave: usize,
    pub come: usize,
    /// Their share of what all accounts of this person brought, per cent; none where these brought nothing.
    pub share: Option<Amount>,
    /// The share of the rest that leaves with them, and what comes with others.
    pub leaves: Amount,
    pub comes: Amount,
}

impl Shift {
    /// What the rest would be if it followed the accounts.
    pub fn after(&self) -> Result<Amount, AmountError> {
        self.rest.checked_sub(self.leaves)?.checked_add(self.comes)
    }
}

/// The part of a quota, by days, that lies on a day or later: all of one that begins then, nothing of one that is over.
pub fn rest(amount: Amount, starts_on: Date, ends_on: Date, day: Date) -> Result<Amount, AmountError> {
    let days = |from: Date, to: Date| usize::try_from(to.since(from).map_or(0, |span| span.get_days())).unwrap_or(0);
    let (whole, left) = (days(starts_on, ends_on), days(day.max(starts_on), ends_on));
    (&Exact::from(amount) * &count(left)).over(&count(whole)).unwrap_or(Exact::ZERO).to_amount()
}

/// Of everybody who gives or takes an account. `rests` is what is left of each one's quota, `brought` what all accounts of each brought.
/// What leaves one with an account comes to another, so that nothing is lost.
pub fn shifts(
    rests: &BTreeMap<RecordId, Amount>,
    brought: &BTreeMap<RecordId, Amount>,
    passed: &[Passed],
) -> Result<BTreeMap<RecordId, Shift>, AmountError> {
    let of = |amounts: &BTreeMap<RecordId, Amount>, person: RecordId| amounts.get(&person).copied().unwrap_or_default();
    let mut found: BTreeMap<RecordId, Shift> = BTreeMap::new();
    let mut gone: BTreeMap<RecordId, Amount> = BTreeMap::new();
    for one in passed.iter().filter(|one| one.from != one.to) {
        let slice = match one.from {
            None => Amount::ZERO,
            Some(from) => {
                let part = &Exact::from(of(rests, from)) * &Exact::from(one.weight);
                let slice = part.over(&of(brought, from).into()).unwrap_or(Exact::ZERO).to_amount()?;
                let shift = found.entry(from).or_default();
                shift.leave += 1;
                shift.leaves = shift.leaves.checked_add(slice)?;
                let weight = gone.entry(from).or_default();
                *weight = weight.checked_add(one.weight)?;
                slice
            }
        };
        if let Some(to) = one.to {
            let shift = found.entry(to).or_default();
            shift.come += 1;
            shift.comes = shift.comes.checked_add(slice)?;
        }
    }
    for (person, shift) in &mut found {
        shift.rest = of(rests, *person);
        shift.share = percent(&of(&gone, *person).into(), &of(brought, *person).into())?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::{collection::vec, prelude::*};

    fn amount(text: &str) -> Amount {
        text.parse().expect("a number")
    }

    #[test]
    fn a_quarter_is_cut_by_days() {
        let (from, to) = (date(2026, 10, 1), date(2027, 1, 1));
        let rest = |day| rest(Amount::from(920), from, to, day).expect("small");
        assert_eq!(rest(date(2026, 12, 2)), Amount::from(300), "30 of 92 days");
        assert_eq!(rest(date(2026, 7, 1)), Amount::from(920));
        assert_eq!(rest(date(2027, 1, 1)), Amount::ZERO);
        assert_eq!(super::rest(Amount::from(5), to, from, to).expect("small"), Amount::ZERO, "ends before it starts");
    }

    #[test]
    fn quota_follows_accounts_by_what_they_brought() {
        let [one, other] = [RecordId(1), RecordId(2)];
        let rests = [(one, Amount::from(1000)), (other, Amount::from(600))].into();
        let brought = [(one, Amount::from(80)), (other, Amount::from(100))].into();
        let passed = [Passed { from: Some(one), to: Some(other), weight: Amount::from(20) }];
        let found = shifts(&rests, &brought, &passed).expect("small");
        assert_eq!(found[&one].share, Some(Amount::from(25)));
        assert_eq!((found[&one].leaves, found[&one].after().expect("small")), (Amount::from(250), Amount::from(750)));
        assert_eq!(
            (found[&other].comes, found[&other].after().expect("small")),
            (Amount::from(250), Amount::from(850))
        );
        assert_eq!((found[&one].leave, found[&one].come, found[&other].come), (1, 0, 1));
        // Accounts that brought nothing take nothing along.
        let passed = [Passed { from: Some(RecordId(3)), to: Some(one), weight: amount("7.5") }];
        let found = shifts(&rests, &brought, &passed).expect("small");
        assert_eq!((found[&RecordId(3)].share, found[&one].comes), (None, Amount::ZERO));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_between_people(moves in vec((1..4_i64, 1..4_i64, 0..50_i64), 0..12), rests in vec(0..1_000_i64, 3)) {
            let passed: Vec<Passed> = moves.iter().map(|(from, to, weight)| Passed {
                from: Some(RecordId(*from)), to: Some(RecordId(*to)), weight: Amount::from(*weight),
            }).collect();
            let rests: BTreeMap<_, _> = (1..).map(RecordId).zip(rests.into_iter().map(Amount::from)).collect();
            let mut brought: BTreeMap<RecordId, Amount> = BTreeMap::new();
            for one in &passed {
                let sum = brought.entry(one.from.expect("somebody")).or_default();
                *sum = sum.checked_add(one.weight).expect("small");
            }
            let found = shifts(&rests, &brought, &passed).expect("small");
            let sum = |of: fn(&Shift) -> Amount| Amount::sum(found.values().map(of)).expect("small");
            prop_assert_eq!(sum(|one| one.leaves), sum(|one| one.comes));
            for shift in found.values() {
                let much = shift.rest.checked_add(amount("0.001")).expect("small");
                prop_assert!(shift.leaves <= much);
            }
        }
    }
}
