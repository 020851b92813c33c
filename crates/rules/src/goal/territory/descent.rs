//! The search for a better design: capacity repair, moves and swaps that lower the cost, and chance. Bounded by a count of steps.

use super::{
    Terms,
    place::Point,
    problem::{Load, Problem, minus, plus},
};

/// How often chance upsets the best design.
const KICKS: usize = 300;
/// How many changes chance makes at once.
const CHANGES: usize = 3;
/// Of so many territories chance looks at one more before it takes the nearest.
const DRAWN: usize = 8;

/// Pseudo-random numbers from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    /// From 0 up to below the bound; 0 when that is 0.
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let bound = u128::try_from(bound).unwrap_or_default();
        usize::try_from((u128::from(mixed) * bound) >> u64::BITS).unwrap_or_default()
    }

    fn shuffle(&mut self, items: &mut [usize]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// How many changes may still be weighed.
struct Steps(u64);

impl Steps {
    fn take(&mut self) -> bool {
        let is_left = self.0 > 0;
        self.0 = self.0.saturating_sub(1);
        is_left
    }
}

/// A design and what it costs.
#[derive(Clone)]
struct Found {
    total: i64,
    of: Vec<usize>,
}

/// The best design that was found; never one that costs more than that of now, and that one when none costs less.
pub(super) fn improved(problem: &Problem, now: Option<&[usize]>, terms: &Terms) -> Vec<usize> {
    let mut dice = Dice(terms.seed);
    let all = u64::from(terms.steps);
    let mut found: Vec<Found> = Vec::new();
    if let Some(now) = now {
        found.push(Found { total: problem.parts(now).total(), of: now.to_vec() });
    }
    // A start may use a quarter of the steps, so that something is left for the other and for chance.
    for start in [problem.of_now(), problem.by_location()] {
        let mut layout = Layout::new(problem, start);
        layout.repair();
        let mut steps = Steps(all / 4);
        found.push(layout.settle(vec![true; problem.territories], &mut steps, &mut dice));
    }
    let Some(best) = found.into_iter().min_by_key(|found| found.total) else { return Vec::new() };
    let mut steps = Steps(all / 2);
    upset(problem, best, &mut steps, &mut dice).of
}

/// Chance upsets a design and what follows is kept, unless it costs more.
fn upset(problem: &Problem, mut best: Found, steps: &mut Steps, dice: &mut Dice) -> Found {
    let mut layout = Layout::new(problem, best.of.clone());
    let mut here = best.clone();
    for _ in 0..KICKS {
        if steps.0 == 0 || best.total == 0 {
            break;
        }
        let touched = layout.kick(dice);
        let next = layout.settle(touched, steps, dice);
        if next.total <= here.total {
            here = next;
        }
        layout.become_of(&here.of);
        if here.total < best.total {
            best = here.clone();
        }
    }
    best
}

/// A design as it is changed. Distances are to seats that stand still until all that can be gained with them is.
struct Layout<'a> {
    problem: &'a Problem,
    of: Vec<usize>,
    free: Vec<usize>,
    sums: Vec<Load>,
    penalties: Vec<i64>,
    seats: Vec<Point>,
    /// Of each unit to each seat.
    travel: Vec<i64>,
}

impl<'a> Layout<'a> {
    fn new(problem: &'a Problem, of: Vec<usize>) -> Self {
        let sums = problem.sums(&of.iter().copied().map(Some).collect::<Vec<_>>());
        let mut layout = Self {
            problem,
            free: (0..of.len()).filter(|unit| !problem.is_pinned[*unit]).collect(),
            penalties: sums.iter().map(|load| problem.penalty(*load)).collect(),
            sums,
            seats: Vec::new(),
            travel: vec![0; of.len() * problem.territories],
            of,
        };
        layout.recentre();
        layout
    }

    /// Moves the seats to the middle of their units; which of them moved?
    fn recentre(&mut self) -> Vec<bool> {
        let problem = self.problem;
        let seats = problem.seats(&self.of.iter().copied().map(Some).collect::<Vec<_>>());
        let moved: Vec<bool> =
            (0..problem.territories).map(|place| seats.get(place) != self.seats.get(place)).collect();
        for (place, seat) in seats.iter().enumerate().filter(|(place, _)| moved[*place]) {
            for unit in 0..self.of.len() {
                self.travel[unit * problem.territories + place] = problem.travel(unit, Some(seat));
            }
        }
        self.seats = seats;
        moved
    }

    fn become_of(&mut self, of: &[usize]) {
        for (unit, place) in of.iter().enumerate() {
            if self.of[unit] != *place {
                self.put(unit, *place);
            }
        }
        self.recentre();
    }

    fn put(&mut self, unit: usize, to: usize) {
        let (from, load) = (self.of[unit], self.problem.loads[unit]);
        self.sums[from] = minus(self.sums[from], load);
        self.sums[to] = plus(self.sums[to], load);
        for place in [from, to] {
            self.penalties[place] = self.problem.penalty(self.sums[place]);
        }
        self.of[unit] = to;
    }

    /// Without balance.
    fn cost_in(&self, unit: usize, place: usize) -> i64 {
        self.travel[unit * self.problem.territories + place] + self.problem.change(unit, place)
    }

    fn balance_of_move(&self, unit: usize, to: usize) -> i64 {
        let (from, load) = (self.of[unit], self.problem.loads[unit]);
        let after =
            self.problem.penalty(minus(self.sums[from], load)) + self.problem.penalty(plus(self.sums[to], load));
        after - self.penalties[from] - self.penalties[to]
    }

    /// What a move adds to the cost, if it lowers it.
    fn gain_of_move(&self, unit: usize, to: usize) -> Option<i64> {
        let from = self.of[unit];
        let added = self.cost_in(unit, to) - self.cost_in(unit, from);
        // Balance gains at most what is lost for want of it.
        if added >= self.penalties[from] + self.penalties[to] {
            return None;
        }
        Some(added + self.balance_of_move(unit, to)).filter(|added| *added < 0)
    }

    fn gains_by_swap(&self, unit: usize, other: usize) -> bool {
        let (one, two) = (self.of[unit], self.of[other]);
        let added =
            self.cost_in(unit, two) - self.cost_in(unit, one) + self.cost_in(other, one) - self.cost_in(other, two);
        let penalty = self.penalties[one] + self.penalties[two];
        if added >= penalty {
            return false;
        }
        let (load, of_other) = (self.problem.loads[unit], self.problem.loads[other]);
        let one = self.problem.penalty(plus(minus(self.sums[one], load), of_other));
        let two = self.problem.penalty(plus(minus(self.sums[two], of_other), load));
        added + one + two < penalty
    }

    /// The territory that is worst off gives or takes the unit that costs least of those that even the loads, until none does.
    fn repair(&mut self) {
        for _ in 0..2 * self.of.len() {
            let worst = (0..self.penalties.len()).max_by_key(|place| (self.penalties[*place], usize::MAX - place));
            let Some(worst) = worst.filter(|place| self.penalties[*place] > 0) else { return };
            let moves = self.free.iter().flat_map(|unit| {
                let from = self.of[*unit];
                let (first, last) = if from == worst { (0, self.penalties.len()) } else { (worst, worst + 1) };
                (first..last).filter(move |to| *to != from).map(move |to| (*unit, to))
            });
            let weighed = moves.filter_map(|(unit, to)| {
                let balance = self.balance_of_move(unit, to);
                let added = self.cost_in(unit, to) - self.cost_in(unit, self.of[unit]) + balance;
                (balance < 0).then_some((added, unit, to))
            });
            let Some((_, unit, to)) = weighed.min() else { return };
            self.put(unit, to);
        }
    }

    /// Moves, swaps and seats until nothing is gained; the best on the way by distances to true centres.
    fn settle(&mut self, mut touched: Vec<bool>, steps: &mut Steps, dice: &mut Dice) -> Found {
        let found = |of: &[usize]| Found { total: self.problem.parts(of).total(), of: of.to_vec() };
        let mut best = found(&self.of);
        loop {
            self.descend(touched, steps, dice);
            let next = Found { total: self.problem.parts(&self.of).total(), of: self.of.clone() };
            if next.total >= best.total {
                return best;
            }
            best = next;
            touched = self.recentre();
        }
    }

    /// Moves until none is left that gains, then swaps. Only what a change has touched is looked at again.
    fn descend(&mut self, touched: Vec<bool>, steps: &mut Steps, dice: &mut Dice) {
        let (mut for_moves, mut for_swaps) = (touched.clone(), touched);
        while steps.0 > 0 {
            dice.shuffle(&mut self.free);
            let changed = self.move_all(&for_moves, steps);
            if changed.contains(&true) {
                for (swap, changed) in for_swaps.iter_mut().zip(&changed) {
                    *swap |= changed;
                }
                for_moves = changed;
                continue;
            }
            let changed = self.swap_all(&for_swaps, steps);
            if !changed.contains(&true) {
                return;
            }
            (for_moves, for_swaps) = (changed.clone(), changed);
        }
    }

    /// Which territories changed?
    fn move_all(&mut self, touched: &[bool], steps: &mut Steps) -> Vec<bool> {
        let mut changed = vec![false; touched.len()];
        for place in 0..self.free.len() {
            let unit = self.free[place];
            let from = self.of[unit];
            let mut best = None;
            for to in (0..touched.len()).filter(|to| *to != from && (touched[from] || touched[*to])) {
                if !steps.take() {
                    return changed;
                }
                let gain = self.gain_of_move(unit, to).map(|gain| (gain, to));
                best = best.into_iter().chain(gain).min();
            }
            if let Some((_, to)) = best {
                self.put(unit, to);
                (changed[from], changed[to]) = (true, true);
            }
        }
        changed
    }

    /// Which territories changed?
    fn swap_all(&mut self, touched: &[bool], steps: &mut Steps) -> Vec<bool> {
        let mut changed = vec![false; touched.len()];
        for place in 0..self.free.len() {
            let unit = self.free[place];
            if !touched[self.of[unit]] {
                continue;
            }
            for other_place in 0..self.free.len() {
                let other = self.free[other_place];
                let (one, two) = (self.of[unit], self.of[other]);
                if one == two || (other_place < place && touched[two]) {
                    continue;
                }
                if !steps.take() {
                    return changed;
                }
                if self.gains_by_swap(unit, other) {
                    self.put(unit, two);
                    self.put(other, one);
                    (changed[one], changed[two]) = (true, true);
                }
            }
        }
        changed
    }

    /// A few moves and swaps by chance; which territories did they touch?
    fn kick(&mut self, dice: &mut Dice) -> Vec<bool> {
        let mut touched = vec![false; self.penalties.len()];
        if self.free.is_empty() {
            return touched;
        }
        for _ in 0..CHANGES {
            let unit = self.free[dice.below(self.free.len())];
            let from = self.of[unit];
            let drawn = (0..=self.penalties.len() / DRAWN).map(|_| dice.below(self.penalties.len()));
            let Some(to) = drawn.min_by_key(|to| self.cost_in(unit, *to)).filter(|to| *to != from) else { continue };
            let there: Vec<usize> = self.free.iter().copied().filter(|other| self.of[*other] == to).collect();
            self.put(unit, to);
            if let Some(other) = there.get(dice.below(there.len() + 1)) {
                self.put(*other, from);
            }
            (touched[from], touched[to]) = (true, true);
        }
        touched
    }
}
