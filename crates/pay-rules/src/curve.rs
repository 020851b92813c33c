//! Scoring curves (E1): from a value and its target to a score. A curve is one line of text:
//!
//! ```text
//! linear 80%:60 100%:100 120%:120      between the points; short of them nothing, beyond them the last score
//! step 80%:2 95%:3 105%:4 else 1       the score of the last point that is reached
//! band 20%:30% in 10%:40%              100 inside the first two, down to nothing at the outer two
//! ```
//!
//! A point with `%` is a share of the target, one without it a value of the KPI. Scores that fall from point to point are for a KPI
//! of which less is better. The words `linear`, `inverse`, `milestone` and `binary` alone stand for curves that are common.

use crate::exact::Exact;
use base::{Amount, AmountError};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

const HUNDRED: i32 = 100;

/// The common curves by name.
pub const COMMON: [(&str, &str); 4] = [
    ("linear", "linear 80%:60 100%:100 120%:120"),
    ("inverse", "linear 80%:120 100%:100 120%:60"),
    ("milestone", "linear 0%:0 100%:100"),
    ("binary", "step 100%:100 else 0"),
];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Curve {
    text: String,
    shape: Shape,
    /// Points are shares of the target.
    is_relative: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    Linear { points: Vec<Point>, otherwise: Amount },
    Step { points: Vec<Point>, otherwise: Amount },
    Band { inner: (Amount, Amount), outer: (Amount, Amount) },
}

/// Where, and the score there.
type Point = (Amount, Amount);

/// Which values a curve rewards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rewards {
    More,
    Less,
    Between,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CurveError {
    #[error(
        "`{0}` is no curve: begin with linear, step or band, or write one of linear, inverse, milestone, binary alone"
    )]
    Shape(String),
    #[error("`{curve}`: `{point}` is no point; write it like 80%:60, or 72:60 for a value of the KPI")]
    Point { curve: String, point: String },
    #[error("`{0}`: a curve has at least two points, a step at least one")]
    TooFew(String),
    #[error("`{0}`: either all points are shares of the target, with %, or none is")]
    Mixed(String),
    #[error("`{0}`: points go up or down, and scores with them, one way")]
    Order(String),
}

impl Curve {
    pub const fn needs_target(&self) -> bool {
        self.is_relative
    }

    pub fn rewards(&self) -> Rewards {
        match &self.shape {
            Shape::Band { .. } => Rewards::Between,
            Shape::Linear { points, .. } | Shape::Step { points, .. } if falls(points) => Rewards::Less,
            Shape::Linear { .. } | Shape::Step { .. } => Rewards::More,
        }
    }

    /// The score of a value, rounded to six decimals. Points that are shares are those of `target`, which is above zero.
    pub fn score(&self, value: Amount, target: Amount) -> Result<Amount, AmountError> {
        self.exact_score(&value.into(), &target.into()).to_amount()
    }

    /// The score, unrounded.
    pub fn exact_score(&self, value: &Exact, target: &Exact) -> Exact {
        let whole = if self.is_relative { target * &Exact::ratio(1, HUNDRED) } else { Exact::ONE };
        let placed = |points: &[Point]| -> Vec<(Exact, Exact)> {
            points.iter().map(|(at, score)| (&Exact::from(*at) * &whole, Exact::from(*score))).collect()
        };
        match &self.shape {
            Shape::Linear { points, otherwise } => on_line(&placed(points), value, &Exact::from(*otherwise)),
            Shape::Step { points, otherwise } => {
                let falls = falls(points);
                let reached = |at: &Exact| if falls { value <= at } else { value >= at };
                let best = placed(points).into_iter().filter(|(at, _)| reached(at)).map(|(_, score)| score).max();
                best.unwrap_or_else(|| Exact::from(*otherwise))
            }
            Shape::Band { inner, outer } => {
                let points = [(outer.0, 0), (inner.0, HUNDRED), (inner.1, HUNDRED), (outer.1, 0)];
                let points = placed(&points.map(|(at, score)| (at, Amount::from(i64::from(score)))));
                match value {
                    value if value < &points[1].0 => on_line(&points[..2], value, &Exact::ZERO),
                    value if value > &points[2].0 => on_line(&points[2..], value, &Exact::ZERO),
                    _ => Exact::from(HUNDRED),
                }
            }
        }
    }
}

/// Scores go down as values go up. One point alone says nothing of it.
fn falls(points: &[Point]) -> bool {
    points.first().zip(points.last()).is_some_and(|(first, last)| first.1 > last.1)
}

/// Between two points by the share of the way; short of the worst point `otherwise`, past the best one its score.
fn on_line(points: &[(Exact, Exact)], value: &Exact, otherwise: &Exact) -> Exact {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return otherwise.clone() };
    let falls = first.1 > last.1;
    if value < &first.0 {
        return if falls { first.1.clone() } else { otherwise.clone() };
    }
    if value > &last.0 {
        return if falls { otherwise.clone() } else { last.1.clone() };
    }
    let leg = points.windows(2).find(|leg| value <= &leg[1].0).unwrap_or(points);
    let ((from, low), (to, high)) = (&leg[0], &leg[leg.len() - 1]);
    let way = (value - from).over(&(to - from)).unwrap_or(Exact::ONE);
    low + &(&(high - low) * &way)
}

impl FromStr for Curve {
    type Err = CurveError;

    fn from_str(text: &str) -> Result<Self, CurveError> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let whole = COMMON.iter().find(|(name, _)| *name == text).map_or(text.as_str(), |(_, curve)| curve);
        let (shape, points) = whole.split_once(' ').ok_or_else(|| CurveError::Shape(text.clone()))?;
        let (shape, is_relative) = match shape {
            "band" => band(points, &text)?,
            "linear" | "step" => {
                let (points, otherwise, is_relative) = read_points(points, &text)?;
                if points.len() < if shape == "step" { 1 } else { 2 } {
                    return Err(CurveError::TooFew(text));
                }
                let shape = match shape {
                    "step" => Shape::Step { points, otherwise },
                    _ => Shape::Linear { points, otherwise },
                };
                (shape, is_relative)
            }
            _ => return Err(CurveError::Shape(text)),
        };
        Ok(Self { text, shape, is_relative })
    }
}

fn band(points: &str, text: &str) -> Result<(Shape, bool), CurveError> {
    let wrong = || CurveError::Point { curve: text.to_owned(), point: points.to_owned() };
    let (inner, outer) = points.split_once(" in ").ok_or_else(wrong)?;
    let pair = |pair: &str| {
        let (from, to) = pair.trim().split_once(':').ok_or_else(wrong)?;
        Ok((number(from).ok_or_else(wrong)?, number(to).ok_or_else(wrong)?))
    };
    let ([inner, outer], mut shares) = ([pair(inner)?, pair(outer)?], Vec::new());
    for (from, to) in [inner, outer] {
        shares.extend([from.1, to.1]);
    }
    let is_relative = one_kind(&shares, text)?;
    let (inner, outer) = ((inner.0.0, inner.1.0), (outer.0.0, outer.1.0));
    if !(outer.0 < inner.0 && inner.0 <= inner.1 && inner.1 < outer.1) {
        return Err(CurveError::Order(text.to_owned()));
    }
    Ok((Shape::Band { inner, outer }, is_relative))
}

fn read_points(points: &str, text: &str) -> Result<(Vec<Point>, Amount, bool), CurveError> {
    let (points, otherwise) = match points.split_once("else ") {
        Some((points, otherwise)) => (points, otherwise.trim()),
        None => (points, "0"),
    };
    let wrong = |point: &str| CurveError::Point { curve: text.to_owned(), point: point.to_owned() };
    let otherwise: Amount = otherwise.parse().map_err(|_| wrong(otherwise))?;
    let (mut found, mut shares): (Vec<Point>, Vec<bool>) = (Vec::new(), Vec::new());
    for point in points.split_whitespace() {
        let (at, score) = point.split_once(':').ok_or_else(|| wrong(point))?;
        let (at, is_share) = number(at).ok_or_else(|| wrong(point))?;
        found.push((at, score.parse().map_err(|_| wrong(point))?));
        shares.push(is_share);
    }
    let is_relative = one_kind(&shares, text)?;
    found.sort_by_key(|(at, _)| *at);
    let falls = falls(&found);
    // Short of the points is no better than the worst of them.
    if found.iter().any(|(_, score)| *score < otherwise) {
        return Err(CurveError::Order(text.to_owned()));
    }
    let is_ordered = found.windows(2).all(|pair| {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        from < to && if falls { low >= high } else { low <= high }
    });
    if is_ordered { Ok((found, otherwise, is_relative)) } else { Err(CurveError::Order(text.to_owned())) }
}

/// A number, and whether it is a share.
fn number(text: &str) -> Option<(Amount, bool)> {
    let (digits, is_share) = text.strip_suffix('%').map_or((text, false), |digits| (digits, true));
    Some((digits.parse().ok()?, is_share))
}

fn one_kind(shares: &[bool], text: &str) -> Result<bool, CurveError> {
    let is_relative = shares.iter().any(|share| *share);
    if shares.contains(&!is_relative) { Err(CurveError::Mixed(text.to_owned())) } else { Ok(is_relative) }
}

impl Default for Curve {
    /// The common one where more is better.
    fn default() -> Self {
        let points = [(80, 60), (100, 100), (120, 120)];
        Self {
            text: COMMON[0].0.to_owned(),
            shape: Shape::Linear {
                points: points.map(|(at, score)| (Amount::from(at), Amount::from(score))).to_vec(),
                otherwise: Amount::ZERO,
            },
            is_relative: true,
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for Curve {
    type Error = CurveError;

    fn try_from(text: String) -> Result<Self, CurveError> {
        text.parse()
    }
}

impl From<Curve> for String {
    fn from(curve: Curve) -> Self {
        curve.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(curve: &str, value: &str, target: &str) -> String {
        let curve: Curve = curve.parse().expect("a curve");
        let amount = |text: &str| text.parse::<Amount>().expect("a number");
        curve.score(amount(value), amount(target)).expect("small").to_text()
    }

    #[test]
    fn the_examples_of_e1() {
        let linear = |percent| score("linear 80%:60 100%:100 120%:120", percent, "100");
        assert_eq!(["90", "110", "79", "130"].map(linear), ["80", "110", "0", "120"]);
        let step = |percent| score("step 80%:2 95%:3 105%:4 120%:5 else 1", percent, "100");
        assert_eq!(["95.0", "94.99", "120", "79", "105"].map(step), ["3", "2", "5", "1", "4"]);
        let inverse = |days| score("linear 72:60 60:100 48:120", days, "0");
        assert_eq!(["66", "54", "80", "40"].map(inverse), ["80", "110", "0", "120"]);
    }

    #[test]
    fn the_common_inverse_has_the_anchors_of_e1_as_shares_of_sixty_days() {
        let inverse = |days| score("inverse", days, "60");
        assert_eq!(["66", "54", "80", "40", "0"].map(inverse), ["80", "110", "0", "120", "120"]);
    }

    #[test]
    fn a_band_is_whole_inside_and_nothing_outside_its_limits() {
        let band = |value| score("band 20:30 in 10:40", value, "0");
        assert_eq!(["20", "25", "30", "15", "35", "10", "40", "9", "41"].map(band), {
            ["100", "100", "100", "50", "50", "0", "0", "0", "0"]
        });
        assert_eq!(score("band 90%:110% in 80%:120%", "85", "100"), "50");
    }

    #[test]
    fn a_milestone_is_what_is_done_and_binary_all_or_nothing() {
        assert_eq!(["0", "0.7", "1", "1.4"].map(|done| score("milestone", done, "1")), ["0", "70", "100", "100"]);
        assert_eq!(["0.999999", "1"].map(|done| score("binary", done, "1")), ["0", "100"]);
    }

    #[test]
    fn a_step_down_is_for_less() {
        let step = |value| score("step 5:100 10:50 else 0", value, "0");
        assert_eq!(["4", "5", "6", "10", "11"].map(step), ["100", "100", "50", "50", "0"]);
    }

    #[test]
    fn what_is_no_curve_says_what_to_write() {
        let error = |text: &str| text.parse::<Curve>().expect_err("no curve").to_string();
        assert!(error("steep 1:2").starts_with("`steep 1:2` is no curve: begin with linear"));
        assert_eq!(
            error("linear 80%=60 100%:1"),
            "`linear 80%=60 100%:1`: `80%=60` is no point; write it like 80%:60, or 72:60 for a value of the KPI"
        );
        assert!(error("linear 80%:60").contains("at least two points"));
        assert!(error("linear 80%:60 100:100").contains("or none is"));
        assert!(error("linear 80%:60 90%:50 100%:100").contains("one way"));
        assert!(error("band 30:20 in 10:40").contains("one way"));
        assert!(error("linear 80%:60 100%:100 else 90").contains("one way"));
        assert!(error("").contains("is no curve"));
    }
}
