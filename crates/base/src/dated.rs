//! Values that change over time: memberships, rates, prices, settings.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The days from `from` up to but not including `to`; without `to` there is no end yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DateRange {
    /// The first day.
    pub from: Date,
    /// The first day after the range.
    pub to: Option<Date>,
}

/// A value for each of several ranges that do not overlap, in order of time. Gaps have no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T> {
    entries: Vec<(DateRange, T)>,
}

/// Why values cannot be dated so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DatedError {
    #[error("the range {range} has no day in it; let it end after it starts")]
    Empty { range: DateRange },
    #[error("the ranges {first} and {second} overlap; end the first where the second starts")]
    Overlap { first: DateRange, second: DateRange },
}

impl DateRange {
    /// The days from `from` up to but not including `to`.
    #[must_use]
    pub const fn new(from: Date, to: Option<Date>) -> Self {
        DateRange { from, to }
    }

    /// Does the day fall in the range?
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) => write!(formatter, "{} up to {to}", self.from),
            None => write!(formatter, "{} on", self.from),
        }
    }
}

impl<T> Dated<T> {
    /// No value on any day.
    #[must_use]
    pub const fn empty() -> Self {
        Dated { entries: Vec::new() }
    }

    /// Values with their ranges, in any order; an error for a range without a day and for the first two that overlap.
    pub fn from_entries(entries: impl IntoIterator<Item = (DateRange, T)>) -> Result<Self, DatedError> {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort_by_key(|(range, _)| range.from);
        for (range, _) in &entries {
            if range.to.is_some_and(|to| to <= range.from) {
                return Err(DatedError::Empty { range: *range });
            }
        }
        for pair in entries.windows(2) {
            let (first, second) = (pair[0].0, pair[1].0);
            if first.contains(second.from) {
                return Err(DatedError::Overlap { first, second });
            }
        }
        Ok(Dated { entries })
    }

    /// The value on this day.
    #[must_use]
    pub fn value_at(&self, day: Date) -> Option<&T> {
        self.entry_at(day).map(|index| &self.entries[index].1)
    }

    /// Sets the value from this day on, up to the next change that is already known: a back-dated value never overwrites a
    /// later one, and a known end stays.
    pub fn set_from(&mut self, day: Date, value: T) {
        let to = self.cut(day);
        let index = self.first_from(day);
        self.entries.insert(index, (DateRange { from: day, to }, value));
    }

    /// Leaves no value from this day on, up to the next value that is already known.
    pub fn end_from(&mut self, day: Date) {
        self.cut(day);
    }

    /// Each range with its value, in order of time: first day, first day after, value.
    pub fn iter(&self) -> impl Iterator<Item = (Date, Option<Date>, &T)> {
        self.entries.iter().map(|(range, value)| (range.from, range.to, value))
    }

    /// Is there no value on any day?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Frees the days from this one on that the present value holds, or the gap before the next one; returns where they end.
    fn cut(&mut self, day: Date) -> Option<Date> {
        let Some(index) = self.entry_at(day) else {
            return self.entries.get(self.first_from(day)).map(|(next, _)| next.from);
        };
        let to = self.entries[index].0.to;
        if self.entries[index].0.from == day {
            self.entries.remove(index);
        } else {
            self.entries[index].0.to = Some(day);
        }
        to
    }

    fn first_from(&self, day: Date) -> usize {
        self.entries.partition_point(|(range, _)| range.from < day)
    }

    fn entry_at(&self, day: Date) -> Option<usize> {
        let index = self.entries.partition_point(|(range, _)| range.from <= day).checked_sub(1)?;
        self.entries[index].0.contains(day).then_some(index)
    }
}

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Dated::empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    fn day(number: i32) -> Date {
        date(2024, 1, 1).saturating_add(number.days())
    }

    fn range(from: i32, to: Option<i32>) -> DateRange {
        DateRange::new(day(from), to.map(day))
    }

    fn check(dated: &Dated<char>, expected: &[(i32, Option<i32>, char)]) {
        let found: Vec<_> = dated.iter().map(|(from, to, &value)| (from, to, value)).collect();
        let expected: Vec<_> = expected.iter().map(|&(from, to, value)| (day(from), to.map(day), value)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_value_holds_from_its_first_day_up_to_its_end() {
        let dated = Dated::from_entries([(range(20, None), 'b'), (range(0, Some(10)), 'a')]).unwrap();
        for (number, value) in
            [(-1, None), (0, Some(&'a')), (9, Some(&'a')), (10, None), (20, Some(&'b')), (999, Some(&'b'))]
        {
            assert_eq!(dated.value_at(day(number)), value, "day {number}");
        }
        assert_eq!(Dated::<char>::default().value_at(day(0)), None);
    }

    #[test]
    fn ranges_that_overlap_or_hold_no_day_are_refused_by_name() {
        let overlap = Dated::from_entries([(range(31, None), 'b'), (range(0, Some(60)), 'a')]).unwrap_err();
        assert_eq!(
            overlap.to_string(),
            "the ranges 2024-01-01 up to 2024-03-01 and 2024-02-01 on overlap; end the first where the second starts"
        );
        let same_start = Dated::from_entries([(range(0, Some(5)), 'a'), (range(0, None), 'b')]);
        assert!(matches!(same_start, Err(DatedError::Overlap { .. })));
        let empty = Dated::from_entries([(range(5, Some(5)), 'a')]).unwrap_err();
        assert_eq!(
            empty.to_string(),
            "the range 2024-01-06 up to 2024-01-06 has no day in it; let it end after it starts"
        );
    }

    #[test]
    fn setting_a_value_keeps_what_is_known_of_later() {
        let mut dated = Dated::empty();
        dated.set_from(day(10), 'a');
        check(&dated, &[(10, None, 'a')]);
        dated.set_from(day(20), 'b');
        check(&dated, &[(10, Some(20), 'a'), (20, None, 'b')]);
        dated.set_from(day(15), 'c');
        check(&dated, &[(10, Some(15), 'a'), (15, Some(20), 'c'), (20, None, 'b')]);
        dated.set_from(day(0), 'd');
        dated.set_from(day(15), 'e');
        check(&dated, &[(0, Some(10), 'd'), (10, Some(15), 'a'), (15, Some(20), 'e'), (20, None, 'b')]);
    }

    #[test]
    fn an_end_leaves_a_gap_that_a_later_value_may_follow() {
        let mut dated = Dated::empty();
        dated.set_from(day(0), 'a');
        dated.end_from(day(10));
        dated.end_from(day(12));
        check(&dated, &[(0, Some(10), 'a')]);
        dated.set_from(day(5), 'b');
        check(&dated, &[(0, Some(5), 'a'), (5, Some(10), 'b')]);
        dated.set_from(day(30), 'c');
        dated.set_from(day(20), 'd');
        check(&dated, &[(0, Some(5), 'a'), (5, Some(10), 'b'), (20, Some(30), 'd'), (30, None, 'c')]);
        dated.end_from(day(0));
        check(&dated, &[(5, Some(10), 'b'), (20, Some(30), 'd'), (30, None, 'c')]);
    }

    proptest! {
        #[test]
        fn the_order_of_setting_does_not_matter(ordered in prop::collection::btree_set(0..400_i32, 1..20), turn in 0..20_usize) {
            let ordered: Vec<i32> = ordered.into_iter().collect();
            let mut shuffled = ordered.clone();
            shuffled.rotate_left(turn % ordered.len());
            shuffled.reverse();
            let dated = |numbers: &[i32]| {
                let mut dated = Dated::empty();
                for &number in numbers {
                    dated.set_from(day(number), number);
                }
                dated
            };
            let forwards = dated(&ordered);
            prop_assert_eq!(&dated(&shuffled), &forwards);
            let again = Dated::from_entries(forwards.iter().map(|(from, to, &value)| (DateRange::new(from, to), value)));
            prop_assert_eq!(again, Ok(forwards));
        }
    }
}
