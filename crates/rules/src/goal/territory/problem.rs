//! A design in whole numbers: what it costs, and where the search for a better one begins.

use super::{
    Balanced, Terms, Unit,
    place::{self, Point},
};
use crate::goal::{GoalError, WHOLE};
use base::Amount;
use std::cmp::Reverse;

/// Loads are in these parts of the mean of all territories.
const MEAN: i64 = 1_000_000_000;
const SQUARE_OF_MEAN: i128 = 1_000_000_000_000_000_000;
/// A cost of one, in the millionths of an amount.
const ONE: i64 = 1_000_000;
/// Limits that keep every sum within its integer, and the table of distances within memory.
const MOST_UNITS: usize = 20_000;
const MOST_TERRITORIES: usize = 500;
const MOST_LOAD: i128 = 1_000_000_000_000_000_000_000_000;
const MOST_WEIGHT: i64 = 10_000;
/// Millionths of a per cent in a part of the mean: 10⁹ ÷ 10⁸.
const PARTS: i128 = 10;
/// Units go to the nearest centre and centres to the middle of their units at most this often.
const ROUNDS: usize = 20;

/// Where a unit is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    None,
    /// In a territory that will not be there.
    Gone,
    At(usize),
}

impl Home {
    pub fn place(self) -> Option<usize> {
        match self {
            Self::At(place) => Some(place),
            Self::None | Self::Gone => None,
        }
    }
}

/// By measure: workload, potential.
pub(super) type Load = [i64; 2];

pub(super) struct Problem {
    points: Vec<Option<Point>>,
    pub loads: Vec<Load>,
    homes: Vec<Home>,
    pub is_pinned: Vec<bool>,
    pub territories: usize,
    measures: [bool; 2],
    /// d̄, above zero.
    mean_distance: i64,
    tolerance: i64,
    balance: i128,
    change: i64,
}

/// What a design costs, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    pub distance: i64,
    pub balance: i64,
    pub change: i64,
}

impl Parts {
    pub fn total(&self) -> i64 {
        self.distance + self.balance + self.change
    }
}

impl Problem {
    pub fn new(units: &[Unit], homes: &[Home], territories: usize, terms: &Terms) -> Result<Self, GoalError> {
        if units.len() > MOST_UNITS || territories > MOST_TERRITORIES {
            return Err(GoalError::TooMany { units: units.len(), territories });
        }
        let pinned = units.iter().zip(homes).find(|(unit, home)| unit.is_pinned && home.place().is_none());
        if let Some((unit, _)) = pinned {
            return Err(GoalError::Pinned(unit.id));
        }
        if terms.tolerance.is_negative() || terms.tolerance > Amount::from(WHOLE) {
            return Err(GoalError::Tolerance(terms.tolerance.to_text()));
        }
        let workloads: Vec<Amount> = units.iter().map(|unit| unit.workload).collect();
        let potentials: Vec<Amount> = units.iter().map(|unit| unit.potential).collect();
        let workloads = in_parts("workloads", &workloads, territories)?;
        let potentials = in_parts("potentials", &potentials, territories)?;
        let points = place::points(units)?;
        let count = |of: usize| i128::try_from(of).unwrap_or(i128::MAX);
        let balance = weight("balance", terms.balance)? * count(units.len()) / count(territories).max(1);
        Ok(Self {
            mean_distance: mean_distance(&points),
            points,
            measures: [
                terms.balanced != Balanced::Potential && workloads.is_some(),
                terms.balanced != Balanced::Workload && potentials.is_some(),
            ],
            loads: (0..units.len())
                .map(|place| [&workloads, &potentials].map(|of| of.as_ref().map_or(0, |of| of[place])))
                .collect(),
            homes: homes.to_vec(),
            is_pinned: units.iter().map(|unit| unit.is_pinned).collect(),
            territories,
            tolerance: i64::try_from(terms.tolerance.millionths() * PARTS).unwrap_or(MEAN),
            balance,
            change: i64::try_from(weight("change", terms.change)?).unwrap_or(i64::MAX),
        })
    }

    pub fn now(&self) -> Vec<Option<usize>> {
        self.homes.iter().map(|home| home.place()).collect()
    }

    pub fn parts(&self, of: &[usize]) -> Parts {
        let some: Vec<Option<usize>> = of.iter().copied().map(Some).collect();
        let centres = place::centres(&self.points, &some, self.territories);
        let distances =
            self.points.iter().zip(of).filter_map(|(point, place)| Some(self.cost((*point)?, centres[*place]?)));
        Parts {
            distance: distances.sum(),
            balance: self.sums(&some).into_iter().map(|load| self.penalty(load)).sum(),
            change: of.iter().enumerate().map(|(unit, place)| self.change(unit, *place)).sum(),
        }
    }

    /// What each territory carries.
    pub fn sums(&self, of: &[Option<usize>]) -> Vec<Load> {
        let mut sums = vec![[0, 0]; self.territories];
        for (load, place) in self.loads.iter().zip(of) {
            if let Some(place) = place {
                sums[*place] = plus(sums[*place], *load);
            }
        }
        sums
    }

    /// Of a territory that carries so much.
    pub fn penalty(&self, load: Load) -> i64 {
        let of = |load: i64| {
            let beyond = i128::from(((load - MEAN).abs() - self.tolerance).max(0));
            i64::try_from(beyond * beyond * self.balance / SQUARE_OF_MEAN).unwrap_or(i64::MAX)
        };
        load.into_iter().zip(self.measures).filter(|(_, counts)| *counts).map(|(load, _)| of(load)).sum()
    }

    /// Of a unit in a territory.
    pub fn change(&self, unit: usize, place: usize) -> i64 {
        match self.homes[unit] {
            Home::None => 0,
            Home::At(home) if home == place => 0,
            Home::Gone | Home::At(_) => self.change,
        }
    }

    /// Of a unit as far from its territory's seat; nothing where there are no seats.
    pub fn travel(&self, unit: usize, seat: Option<&Point>) -> i64 {
        self.points[unit].zip(seat.copied()).map_or(0, |(point, seat)| self.cost(point, seat))
    }

    fn cost(&self, point: Point, seat: Point) -> i64 {
        point.distance(seat) * ONE / self.mean_distance
    }

    /// The centre of each territory; one without units sits where the map is emptiest. None without a map.
    pub fn seats(&self, of: &[Option<usize>]) -> Vec<Point> {
        let centres = place::centres(&self.points, of, self.territories);
        let all: Vec<Point> = self.points.iter().copied().flatten().collect();
        let Some(middle) = Point::centre(all.iter().copied()) else { return Vec::new() };
        if centres.iter().all(Option::is_some) {
            return centres.into_iter().flatten().collect();
        }
        let gap = |point: &Point| centres.iter().flatten().map(|centre| point.distance(*centre)).min();
        let mut gaps: Vec<i64> = all.iter().map(|point| gap(point).unwrap_or(i64::MAX)).collect();
        let mut emptiest = || {
            let key = |place: &usize| Reverse((gaps[*place], all[*place].distance(middle)));
            let seat = (0..all.len()).min_by_key(key).map_or(middle, |place| all[place]);
            for (gap, point) in gaps.iter_mut().zip(&all) {
                *gap = point.distance(seat).min(*gap);
            }
            seat
        };
        centres.iter().map(|centre| centre.unwrap_or_else(&mut emptiest)).collect()
    }

    /// As now; units in no territory go to the nearest, those that are not on the map to the one that carries least.
    pub fn of_now(&self) -> Vec<usize> {
        let now = self.now();
        let seats = self.seats(&now);
        self.filled(now, &seats)
    }

    /// Location–allocation: each unit goes to the nearest seat and seats go to the middle of their units, until nothing changes.
    /// Without a map the heaviest unit goes first, to the territory that carries least.
    pub fn by_location(&self) -> Vec<usize> {
        let mut of = self.now();
        let mut seats = self.seats(&of);
        if seats.is_empty() {
            let pinned = of.into_iter().zip(&self.is_pinned).map(|(place, is_pinned)| place.filter(|_| *is_pinned));
            return self.filled(pinned.collect(), &seats);
        }
        for _ in 0..ROUNDS {
            let place =
                |unit: usize| if self.is_pinned[unit] { of[unit] } else { self.nearest(unit, &seats).or(of[unit]) };
            let next: Vec<Option<usize>> = (0..of.len()).map(place).collect();
            if next == of {
                break;
            }
            of = next;
            seats = self.seats(&of);
        }
        self.filled(of, &seats)
    }

    /// Of equals the first; none of a unit that is not on the map.
    fn nearest(&self, unit: usize, seats: &[Point]) -> Option<usize> {
        let point = self.points[unit]?;
        (0..seats.len()).min_by_key(|place| point.distance(seats[*place]))
    }

    /// Every unit has a place.
    fn filled(&self, mut of: Vec<Option<usize>>, seats: &[Point]) -> Vec<usize> {
        let nearest = |unit: usize| of[unit].or_else(|| self.nearest(unit, seats));
        of = (0..of.len()).map(nearest).collect();
        let measure = self.measures.iter().position(|counts| *counts);
        let load = |unit: usize| measure.map_or(1, |measure| self.loads[unit][measure]);
        let mut sums = vec![0; self.territories];
        for (unit, place) in of.iter().enumerate() {
            if let Some(place) = place {
                sums[*place] += load(unit);
            }
        }
        let mut open: Vec<usize> = (0..of.len()).filter(|unit| of[*unit].is_none()).collect();
        open.sort_by_key(|unit| Reverse(load(*unit)));
        for unit in open {
            let lightest = (0..sums.len()).min_by_key(|place| sums[*place]).unwrap_or_default();
            sums[lightest] += load(unit);
            of[unit] = Some(lightest);
        }
        of.into_iter().map(Option::unwrap_or_default).collect()
    }
}

pub(super) fn plus(load: Load, other: Load) -> Load {
    [load[0] + other[0], load[1] + other[1]]
}

pub(super) fn minus(load: Load, other: Load) -> Load {
    [load[0] - other[0], load[1] - other[1]]
}

/// Of points from the middle of all; one where they are all at one place or there are none.
fn mean_distance(points: &[Option<Point>]) -> i64 {
    let all: Vec<Point> = points.iter().copied().flatten().collect();
    let Some(middle) = Point::centre(all.iter().copied()) else { return 1 };
    let sum: i64 = all.iter().map(|point| point.distance(middle)).sum();
    (sum / i64::try_from(all.len()).unwrap_or(1)).max(1)
}

/// In parts of the mean of all territories; none where that is zero.
fn in_parts(what: &'static str, of: &[Amount], territories: usize) -> Result<Option<Vec<i64>>, GoalError> {
    let all = Amount::sum(of.iter().copied())?;
    if all.millionths() > MOST_LOAD {
        return Err(GoalError::TooMuch { what, sum: all.to_text() });
    }
    let whole = i128::from(MEAN) * i128::try_from(territories).unwrap_or(i128::MAX);
    let part = |of: &Amount| {
        let part = (of.millionths() * whole + all.millionths() / 2).checked_div(all.millionths())?;
        i64::try_from(part).ok()
    };
    Ok(of.iter().map(part).collect())
}

/// In millionths.
fn weight(what: &'static str, weight: Amount) -> Result<i128, GoalError> {
    let is_right = !weight.is_negative() && weight <= Amount::from(MOST_WEIGHT);
    if is_right { Ok(weight.millionths()) } else { Err(GoalError::Weight { what, value: weight.to_text() }) }
}
