//! Where units are, in whole numbers: a plane, or the globe as seen from its middle.

use super::Unit;
use crate::goal::GoalError;
use base::{Amount, AmountError};
use rust_decimal::{Decimal, MathematicalOps};
use serde::{Deserialize, Serialize};

/// Of the globe, in metres (the mean radius of the IUGG).
const RADIUS: i64 = 6_371_009;
/// How far from the middle of a flat map a place may be.
const EDGE: i64 = 1_000_000;
/// Millionths in a thousandth.
const THOUSANDTH: i128 = 1_000;

/// Where a unit is. All units are on the same kind of map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Place {
    /// Degrees; north and east are above zero. A distance is the straight line through the earth, which up to 3,000 km is less than
    /// one per cent shorter than the way over it.
    Globe { latitude: Amount, longitude: Amount },
    /// On a flat map, both in one unit.
    Plane { x: Amount, y: Amount },
}

/// Metres from the middle of the earth, or thousandths of the unit of a flat map. Each is within two thousand million, so that
/// squares fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point([i64; 3]);

impl Place {
    /// None off the map.
    fn point(self) -> Option<Point> {
        match self {
            Self::Globe { latitude, longitude } => on_the_globe(latitude, longitude),
            Self::Plane { x, y } => {
                let is_on = [x, y].iter().all(|at| at.abs() <= Amount::from(EDGE));
                let [x, y] = [x, y].map(|at| i64::try_from(at.millionths() / THOUSANDTH).ok());
                is_on.then_some(Point([x?, y?, 0]))
            }
        }
    }

    const fn is_on_globe(self) -> bool {
        matches!(self, Self::Globe { .. })
    }
}

fn on_the_globe(latitude: Amount, longitude: Amount) -> Option<Point> {
    let is_on = latitude.abs() <= Amount::from(90) && longitude.abs() <= Amount::from(180);
    let radians = |degrees: Amount| {
        degrees.to_decimal().ok()?.checked_mul(Decimal::PI)?.checked_div(Decimal::ONE_HUNDRED + Decimal::from(80))
    };
    if !is_on {
        return None;
    }
    let (latitude, longitude) = (radians(latitude)?, radians(longitude)?);
    let flat = latitude.checked_cos()?;
    let ways = [flat * longitude.checked_cos()?, flat * longitude.checked_sin()?, latitude.checked_sin()?];
    let metres = |way: Decimal| i64::try_from((way * Decimal::from(RADIUS)).round()).ok();
    let [x, y, z] = ways.map(metres);
    Some(Point([x?, y?, z?]))
}

/// Of units in the order given.
pub(super) fn points(units: &[Unit]) -> Result<Vec<Option<Point>>, GoalError> {
    let kind = units.iter().find_map(|unit| unit.place).map(Place::is_on_globe);
    let point = |unit: &Unit| {
        let Some(place) = unit.place else { return Ok(None) };
        if kind != Some(place.is_on_globe()) {
            return Err(GoalError::MixedMaps(unit.id));
        }
        let off = if place.is_on_globe() { GoalError::OffTheGlobe } else { GoalError::OffThePlane };
        place.point().map(Some).ok_or_else(|| off(unit.id))
    };
    units.iter().map(point).collect()
}

impl Point {
    /// Rounded down.
    pub fn distance(self, other: Self) -> i64 {
        let square = |place: usize| self.0[place].abs_diff(other.0[place]).pow(2);
        let root = (square(0) + square(1) + square(2)).isqrt();
        i64::try_from(root).unwrap_or(i64::MAX)
    }

    /// The mean; none of no points.
    pub fn centre(of: impl Iterator<Item = Self>) -> Option<Self> {
        let (mut sum, mut count) = ([0_i64; 3], 0);
        for point in of {
            count += 1;
            for (sum, at) in sum.iter_mut().zip(point.0) {
                *sum += at;
            }
        }
        (count > 0).then(|| Self(sum.map(|sum| sum / count)))
    }
}

/// The centre of each group of points; none of a group without any.
pub(super) fn centres(points: &[Option<Point>], of: &[Option<usize>], groups: usize) -> Vec<Option<Point>> {
    let mut members: Vec<Vec<Point>> = vec![Vec::new(); groups];
    for (point, group) in points.iter().zip(of) {
        if let (Some(point), Some(group)) = (point, group) {
            members[*group].push(*point);
        }
    }
    members.into_iter().map(|members| Point::centre(members.into_iter())).collect()
}

/// Of the points of each group to its centre, together.
pub(super) fn lengths(points: &[Option<Point>], of: &[Option<usize>], groups: usize) -> Vec<i64> {
    let centres = centres(points, of, groups);
    let mut lengths = vec![0; groups];
    for (point, group) in points.iter().zip(of) {
        let Some(group) = *group else { continue };
        if let (Some(point), Some(centre)) = (point, centres[group]) {
            lengths[group] += point.distance(centre);
        }
    }
    lengths
}

/// Of thousandths.
pub(super) fn amount_of(length: i64) -> Result<Amount, AmountError> {
    Amount::from_millionths(i128::from(length) * THOUSANDTH)
}
