//! Why rows spread otherwise over their words: each row that came, left or counts under another word, one after the other.

use super::{Cause, Key, Kind, MOST_CAUSES, Way, judge::Judge, key};
use crate::{Kpi, KpiError, OpenRow, Opened, Spreading};
use base::{Amount, Fraction, RecordId, Seq};
use rules::kpi::{Sides, spread};
use std::collections::{BTreeMap, BTreeSet};

type Words = BTreeSet<RecordId>;

/// What one cause moves: how many more count under a word, and how many places there are more.
#[derive(Default)]
struct Move {
    counts: BTreeMap<RecordId, i64>,
    places: i64,
}

impl Move {
    fn of(was: &Words, is: &Words) -> Self {
        let gone = was.difference(is).map(|word| (*word, -1));
        Self { counts: gone.chain(is.difference(was).map(|word| (*word, 1))).collect(), places: 0 }
    }

    fn is_nothing(&self) -> bool {
        self.places == 0 && self.counts.values().all(|count| *count == 0)
    }
}

impl Kpi {
    /// In the order of the log. Two periods have no order: the mean of one order and of the other way round.
    pub(super) async fn spread(
        &self,
        (was, is): (&Spreading, &Spreading),
        (before, after): (&Opened, &Opened),
        judge: &Judge<'_>,
    ) -> Result<Vec<Cause>, KpiError> {
        let (words_was, words_is) = (words(before), words(after));
        let rows: BTreeMap<Key, &OpenRow> = before.rows.iter().chain(&after.rows).map(|row| (key(row), row)).collect();
        let (none, mut moved) = (Words::new(), Vec::new());
        for (key, row) in rows {
            let step = Move::of(words_was.get(&key).unwrap_or(&none), words_is.get(&key).unwrap_or(&none));
            if !step.is_nothing() {
                moved.push(((key, Sides::default()), row, step));
            }
        }
        let changed: Vec<(Key, Sides)> = moved.iter().map(|(changed, ..)| *changed).collect();
        let judged = self.judged(&changed, judge).await?;
        let mut found: Vec<(Seq, Cause, Move)> = Vec::new();
        for (((key, _), row, step), (seq, kind, fields)) in moved.into_iter().zip(judged) {
            let record = Some((row.entity.clone(), key.1));
            found.push((seq, Cause { record, owner: row.owner.clone(), fields, ..Cause::of(kind, 1) }, step));
        }
        found.sort_by_key(|(seq, ..)| *seq);
        let mut found = grouped(found);
        let closed = hidden(was, is, &found);
        if !closed.is_nothing() {
            let rows = [before, after].map(|opened| opened.hidden.map_or(0, |hidden| hidden.rows));
            found.push((Seq(i64::MAX), Cause::of(Kind::Hidden, rows[0].max(rows[1])), closed));
        }
        let places = difference(was.places, is.places);
        if places != 0 {
            found.push((Seq(i64::MAX), Cause::of(Kind::Other, 0), Move { places, ..Move::default() }));
        }
        let steps: Vec<&Move> = found.iter().map(|(.., step)| step).collect();
        let Some(mut effects) = replayed(was, &steps)? else {
            let value = |spreading: &Spreading| {
                let counts: Vec<u64> = spreading.counts.values().copied().collect();
                spread(&counts, spreading.places, spreading.index).unwrap_or_default()
            };
            let effect = value(is).checked_sub(value(was))?;
            return Ok(vec![Cause { effect, ..Cause::of(Kind::Other, found.len()) }]);
        };
        if let Way::Periods = judge.way {
            let backwards: Vec<&Move> = steps.into_iter().rev().collect();
            if let Some(back) = replayed(was, &backwards)? {
                effects = means(&effects, back.iter().rev())?;
            }
        }
        Ok(found.into_iter().zip(effects).map(|((_, cause, _), effect)| Cause { effect, ..cause }).collect())
    }
}

fn words(opened: &Opened) -> BTreeMap<Key, Words> {
    let mut found: BTreeMap<Key, Words> = BTreeMap::new();
    for row in &opened.rows {
        found.entry(key(row)).or_default().extend(row.words.iter().copied());
    }
    found
}

fn difference(was: u64, is: u64) -> i64 {
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    signed(is) - signed(was)
}

/// What moves the same counts in the same way.
type Alike = (Kind, Vec<(RecordId, i64)>);

/// Of very many causes those of one kind that move the same are one, as each costs logarithms.
fn grouped(found: Vec<(Seq, Cause, Move)>) -> Vec<(Seq, Cause, Move)> {
    if found.len() <= MOST_CAUSES {
        return found;
    }
    let mut groups: BTreeMap<Alike, (Seq, usize)> = BTreeMap::new();
    for (seq, cause, step) in found {
        let group = groups.entry((cause.kind, step.counts.into_iter().collect())).or_insert((seq, 0));
        group.1 += 1;
    }
    let together = |((kind, counts), (seq, rows)): (Alike, (Seq, usize))| {
        let many = i64::try_from(rows).unwrap_or(i64::MAX);
        let counts = counts.into_iter().map(|(word, count)| (word, count * many)).collect();
        (seq, Cause::of(kind, rows), Move { counts, places: 0 })
    };
    groups.into_iter().map(together).collect()
}

/// What is left of the counts when all that is told has moved: rows that stay closed.
fn hidden(was: &Spreading, is: &Spreading, told: &[(Seq, Cause, Move)]) -> Move {
    let mut counts: BTreeMap<RecordId, i64> = BTreeMap::new();
    for word in was.counts.keys().chain(is.counts.keys()) {
        let count = |spreading: &Spreading| spreading.counts.get(word).copied().unwrap_or(0);
        counts.insert(*word, difference(count(was), count(is)));
    }
    for (word, count) in told.iter().flat_map(|(.., step)| &step.counts) {
        *counts.entry(*word).or_default() -= count;
    }
    Move { counts, places: 0 }
}

/// The value after each step less that before it; none when there is no value to begin with.
fn replayed(was: &Spreading, steps: &[&Move]) -> Result<Option<Vec<Amount>>, KpiError> {
    let mut counts: BTreeMap<RecordId, i64> =
        was.counts.iter().map(|(word, count)| (*word, difference(0, *count))).collect();
    let (mut places, mut told) = (difference(0, was.places), Vec::with_capacity(steps.len()));
    let value = |counts: &BTreeMap<RecordId, i64>, places: i64| {
        let counts: Vec<u64> = counts.values().map(|count| u64::try_from(*count).unwrap_or(0)).collect();
        spread(&counts, u64::try_from(places).unwrap_or(0), was.index)
    };
    let Some(mut last) = value(&counts, places) else { return Ok(None) };
    for step in steps {
        for (word, count) in &step.counts {
            *counts.entry(*word).or_default() += count;
        }
        places += step.places;
        // Where all that was is gone and what comes has not come there is none: the step after it says what both did.
        let next = value(&counts, places).unwrap_or(last);
        told.push(next.checked_sub(last)?);
        last = next;
    }
    Ok(Some(told))
}

/// Rounded as they add up, so that they sum to what each of both does.
fn means<'a>(one: &[Amount], other: impl Iterator<Item = &'a Amount>) -> Result<Vec<Amount>, KpiError> {
    let (mut sum, mut told, mut found) = (Amount::ZERO, Amount::ZERO, Vec::with_capacity(one.len()));
    for (one, other) in one.iter().zip(other) {
        sum = sum.checked_add(*one)?.checked_add(*other)?;
        let half = sum.mul_fraction(Fraction::new(Amount::ONE, Amount::from(2)))?;
        found.push(half.checked_sub(told)?);
        told = half;
    }
    Ok(found)
}
