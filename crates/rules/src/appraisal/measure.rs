//! By which measure a cycle tells what all sides say (E3) and grades (E4): fixed when it is launched.

use super::{AppraisalError, Grade, Grades, Means, RaterKind, check_whole};
use base::Amount;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Fewer than three would be known by what they said.
pub const FEWEST_RATERS: usize = 3;
/// So many peers or customers are asked at most.
pub const MOST_RATERS: usize = 8;
/// No score is higher (E1).
const MOST_SCORE: i64 = 120;
/// So many more there have to be in all, where one side is hidden.
const MORE_IN_ALL: usize = 2;

/// Weights of the sides, from how many raters on a side is told, how ratings become one, and from which score on a grade is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Said", into = "Said")]
pub struct Measure {
    weights: BTreeMap<RaterKind, Amount>,
    least: usize,
    means: Means,
    grades: Grades,
}

/// As it is written; what is left out is the reference's.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    #[serde(default = "weights")]
    weights: BTreeMap<RaterKind, Amount>,
    #[serde(default = "fewest")]
    least: usize,
    #[serde(default)]
    means: Means,
    #[serde(default)]
    grades: Grades,
}

fn weights() -> BTreeMap<RaterKind, Amount> {
    RaterKind::ALL.map(|kind| (kind, kind.weight())).into()
}

const fn fewest() -> usize {
    FEWEST_RATERS
}

impl Measure {
    /// A side that is not named has no weight; together they make the whole.
    pub fn new(
        mut weights: BTreeMap<RaterKind, Amount>,
        least: usize,
        means: Means,
        grades: Grades,
    ) -> Result<Self, AppraisalError> {
        for kind in RaterKind::ALL {
            weights.entry(kind).or_insert(Amount::ZERO);
        }
        check_whole(weights.values().copied())?;
        let most = Amount::from(MOST_SCORE);
        let is_whole = grades.bands().map(|(grade, _)| grade).eq(Grade::ALL);
        if !is_whole || grades.bands().filter_map(|(_, from)| from).any(|from| from.is_negative() || from > most) {
            return Err(AppraisalError::Letters);
        }
        if !(FEWEST_RATERS..=MOST_RATERS).contains(&least) {
            return Err(AppraisalError::Raters(least));
        }
        Ok(Self { weights, least, means, grades })
    }

    /// Per cent.
    pub fn weight(&self, kind: RaterKind) -> Amount {
        self.weights.get(&kind).copied().unwrap_or_default()
    }

    /// An anonymous side of fewer is not told.
    pub const fn least(&self) -> usize {
        self.least
    }

    /// Where one side is hidden, the whole of fewer is not told.
    pub const fn least_in_all(&self) -> usize {
        self.least + MORE_IN_ALL
    }

    pub const fn means(&self) -> Means {
        self.means
    }

    pub const fn grades(&self) -> &Grades {
        &self.grades
    }
}

impl Default for Measure {
    fn default() -> Self {
        Self { weights: weights(), least: FEWEST_RATERS, means: Means::default(), grades: Grades::default() }
    }
}

impl TryFrom<Said> for Measure {
    type Error = AppraisalError;

    fn try_from(said: Said) -> Result<Self, AppraisalError> {
        Self::new(said.weights, said.least, said.means, said.grades)
    }
}

impl From<Measure> for Said {
    fn from(Measure { weights, least, means, grades }: Measure) -> Self {
        Self { weights, least, means, grades }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Measure, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_is_the_references() {
        let measure = read("{}").expect("all of it");
        assert_eq!(measure, Measure::default());
        let percent = |kind| measure.weight(kind).to_text();
        let weights = RaterKind::ALL.map(|kind| format!("{} {}", kind.name(), percent(kind)));
        assert_eq!(weights, ["own 0", "manager 50", "matrix 0", "peer 20", "report 20", "customer 10"]);
        assert_eq!((measure.least(), measure.least_in_all()), (3, 5));
        let written = serde_json::to_string(&measure).expect("written");
        assert_eq!(read(&written), Ok(measure));
    }

    #[test]
    fn weights_make_the_whole_and_fewer_than_three_are_never_told() {
        let weighed = read(r#"{"weights":{"manager":"60","matrix":"15","peer":"25"},"least":4}"#).expect("right");
        assert_eq!(weighed.weight(RaterKind::Customer), Amount::ZERO);
        assert_eq!((weighed.least(), weighed.least_in_all()), (4, 6));
        for (wrong, told) in [
            (r#"{"weights":{"manager":"90"}}"#, "make 90"),
            (r#"{"weights":{"manager":"110","peer":"-10"}}"#, "from 0 to 100"),
            (r#"{"least":2}"#, "from 3 to 8 raters"),
            (r#"{"least":9}"#, "from 3 to 8 raters"),
            (r#"{"grades":[["A","80"],["B","80"],["C",null]]}"#, "begins at or above"),
            (r#"{"grades":[["A","80"],["B","60"],["C",null]]}"#, "all of A to E"),
            (r#"{"grades":[["A","121"],["B","80"],["C","70"],["D","60"],["E",null]]}"#, "from 0 to 120"),
            (r#"{"sides":1}"#, "unknown field"),
        ] {
            let error = read(wrong).expect_err("wrong");
            assert!(error.contains(told), "{wrong}: {error}");
        }
    }
}
