//! Calibration of a group (E5): strict and lenient raters, the guide to a distribution, the forced distribution.

use super::{AppraisalError, Grade, WHOLE, check_order, check_weight, check_whole, count};
use base::{Amount, AmountError, Fraction, RecordId};
use pay_rules::exact::Exact;
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::BTreeMap};

/// Of fewer scores than this a rater's leniency cannot be told from chance.
const LEAST_SCORES: usize = 5;
/// No group smaller than this is forced into a distribution.
const LEAST_GROUP: usize = 10;

/// Mean and standard deviation of some scores, to six decimals each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    pub count: usize,
    pub mean: Amount,
    /// σ of the population: the scores are all that were given, not a sample of them (R-DUR).
    pub deviation: Amount,
}

impl Spread {
    /// None without scores. The deviation is the exact root rounded to six decimals, a half up.
    pub fn of(scores: &[Amount]) -> Result<Option<Self>, AmountError> {
        let sum = scores.iter().map(|score| Exact::from(*score)).sum::<Exact>();
        let Some(mean) = sum.over(&count(scores.len())) else { return Ok(None) };
        let deviation = deviation(scores).ok_or_else(|| AmountError::TooLarge { what: "a deviation".to_owned() })?;
        Ok(Some(Self { count: scores.len(), mean: mean.to_amount()?, deviation: Amount::from_millionths(deviation)? }))
    }
}

/// σ = √(n Σx² − (Σx)²) ÷ n in millionths; nothing when it does not fit on the way. Twice the root, so that the half which rounds
/// it is whole.
fn deviation(scores: &[Amount]) -> Option<i128> {
    let count = i128::try_from(scores.len()).ok()?;
    let (mut sum, mut squares) = (0_i128, 0_i128);
    for score in scores {
        sum = sum.checked_add(score.millionths())?;
        squares = squares.checked_add(score.millionths().checked_pow(2)?)?;
    }
    let square = count.checked_mul(squares)?.checked_sub(sum.checked_pow(2)?)?;
    let twice_root = square.checked_mul(4)?.checked_isqrt()?;
    (twice_root + count).checked_div(2 * count)
}

/// The score by everybody's measure: μ of all + σ of all × (score − μ of the rater) ÷ σ of the rater (E5). As it is where the
/// rater has given fewer than five scores, or where the rater's or everybody's are all the same.
pub fn adjusted(score: Amount, rater: &Spread, all: &Spread) -> Result<Amount, AmountError> {
    if rater.count < LEAST_SCORES || rater.deviation <= Amount::ZERO || all.deviation <= Amount::ZERO {
        return Ok(score);
    }
    let away = &Exact::from(score) - &Exact::from(rater.mean);
    let Some(stretch) = Exact::from(all.deviation).over(&Exact::from(rater.deviation)) else { return Ok(score) };
    (&Exact::from(all.mean) + &(&away * &stretch)).to_amount()
}

/// Strict and lenient raters of a group beside everybody (E5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leniency {
    pub all: Spread,
    pub raters: BTreeMap<RecordId, Spread>,
}

impl Leniency {
    /// Of scores, each with who gave it. None without scores.
    pub fn of(scores: &[(RecordId, Amount)]) -> Result<Option<Self>, AmountError> {
        let mut by_rater: BTreeMap<RecordId, Vec<Amount>> = BTreeMap::new();
        for (rater, score) in scores {
            by_rater.entry(*rater).or_default().push(*score);
        }
        let mut raters = BTreeMap::new();
        for (rater, scores) in by_rater {
            raters.extend(Spread::of(&scores)?.map(|spread| (rater, spread)));
        }
        let all: Vec<Amount> = scores.iter().map(|(_, score)| *score).collect();
        Ok(Spread::of(&all)?.map(|all| Self { all, raters }))
    }

    /// A score of a rater's by everybody's measure.
    pub fn adjusted(&self, rater: RecordId, score: Amount) -> Result<Amount, AmountError> {
        self.raters.get(&rater).map_or(Ok(score), |spread| adjusted(score, spread, &self.all))
    }
}

/// What a guide does to those who leave it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strictness {
    /// It is shown beside what was given.
    #[default]
    Advisory,
    /// What is outside its bounds is not released.
    Blocking,
    /// Grades go by rank, as many of each as its shares make.
    Forced,
}

impl Strictness {
    pub const ALL: [Self; 3] = [Self::Advisory, Self::Blocking, Self::Forced];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Advisory => "advisory",
            Self::Blocking => "blocking",
            Self::Forced => "forced",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// How many of a group may have a grade, per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    pub least: Amount,
    pub most: Amount,
}

/// A guide to the distribution of grades (E5). Of a grade without bounds there may be any number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Draft")]
pub struct Guide {
    strictness: Strictness,
    bounds: BTreeMap<Grade, Bounds>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    strictness: Strictness,
    bounds: BTreeMap<Grade, Bounds>,
}

impl TryFrom<Draft> for Guide {
    type Error = AppraisalError;

    fn try_from(draft: Draft) -> Result<Self, AppraisalError> {
        Self::new(draft.strictness, draft.bounds)
    }
}

/// Which bound was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// There are fewer than this, per cent.
    Least(Amount),
    /// There are more than this, per cent.
    Most(Amount),
}

/// A grade that was given too often or too rarely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breach {
    pub grade: Grade,
    /// People with the grade.
    pub people: usize,
    pub limit: Limit,
}

/// What a guide says of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// From the best grade to the worst.
    pub breaches: Vec<Breach>,
    /// Must the group be calibrated again? Never one of fewer than ten: that would be to force it.
    pub is_blocking: bool,
}

impl Guide {
    pub fn new(strictness: Strictness, bounds: BTreeMap<Grade, Bounds>) -> Result<Self, AppraisalError> {
        let mut least = Amount::ZERO;
        for (&grade, bound) in &bounds {
            let is_share = check_weight(bound.least).is_ok() && check_weight(bound.most).is_ok();
            if !is_share || bound.least > bound.most {
                return Err(AppraisalError::Bounds(grade));
            }
            least = least.checked_add(bound.least)?;
        }
        if least > Amount::from(WHOLE) {
            return Err(AppraisalError::LeastShares(least.to_text()));
        }
        Ok(Self { strictness, bounds })
    }

    /// Each grade from half to twice its share, no more than all: of ten and more people every count that largest remainder
    /// gives is within it [D].
    pub fn around(strictness: Strictness, distribution: &Distribution) -> Result<Self, AppraisalError> {
        let mut bounds = BTreeMap::new();
        for (grade, share) in distribution.shares() {
            let least = share.mul_fraction(Fraction::new(Amount::ONE, Amount::from(2)))?;
            let most = share.checked_add(*share)?.min(Amount::from(WHOLE));
            bounds.insert(*grade, Bounds { least, most });
        }
        Self::new(strictness, bounds)
    }

    pub const fn strictness(&self) -> Strictness {
        self.strictness
    }

    pub const fn bounds(&self) -> &BTreeMap<Grade, Bounds> {
        &self.bounds
    }

    /// Of the grades of a group, one for each person; shares are compared unrounded.
    pub fn findings(&self, grades: &[Grade]) -> Findings {
        let breach = |(&grade, bounds): (&Grade, &Bounds)| {
            let people = grades.iter().filter(|given| **given == grade).count();
            let share = (&count(people) * &Exact::from(100)).over(&count(grades.len()))?;
            let limit = if share < Exact::from(bounds.least) {
                Limit::Least(bounds.least)
            } else if share > Exact::from(bounds.most) {
                Limit::Most(bounds.most)
            } else {
                return None;
            };
            Some(Breach { grade, people, limit })
        };
        let breaches: Vec<Breach> = self.bounds.iter().filter_map(breach).collect();
        let may_block = self.strictness == Strictness::Blocking && grades.len() >= LEAST_GROUP;
        Findings { is_blocking: may_block && !breaches.is_empty(), breaches }
    }
}

/// Which share of a group gets which grade, per cent (E5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(Grade, Amount)>", into = "Vec<(Grade, Amount)>")]
pub struct Distribution(Vec<(Grade, Amount)>);

impl Distribution {
    /// From the best to the worst; the shares sum to 100.
    pub fn new(shares: Vec<(Grade, Amount)>) -> Result<Self, AppraisalError> {
        check_order(shares.iter().map(|(grade, _)| *grade))?;
        check_whole(shares.iter().map(|(_, share)| *share))?;
        Ok(Self(shares))
    }

    pub fn shares(&self) -> &[(Grade, Amount)] {
        &self.0
    }

    /// How many of a group get which grade, by largest remainder; of equal remainders the better grade comes first. They sum to
    /// the group.
    pub fn quotas(&self, people: usize) -> Vec<(Grade, usize)> {
        let floors = self.0.iter().map(|(grade, share)| {
            let (floor, rest) = (&(&count(people) * &Exact::from(*share)) * &Exact::ratio(1, 100)).whole();
            (*grade, floor.rounded().and_then(|floor| usize::try_from(floor).ok()).unwrap_or_default(), rest)
        });
        let mut floors: Vec<(Grade, usize, Exact)> = floors.collect();
        let left = people.saturating_sub(floors.iter().map(|(_, floor, _)| floor).sum());
        floors.sort_by_cached_key(|(grade, _, rest)| (Reverse(rest.clone()), *grade));
        for (_, quota, _) in floors.iter_mut().take(left) {
            *quota += 1;
        }
        let mut quotas: Vec<(Grade, usize)> = floors.into_iter().map(|(grade, quota, _)| (grade, quota)).collect();
        quotas.sort_unstable();
        quotas
    }

    /// The grade of each score of a group, in the order given: by rank, to the quotas. Equal scores at a cut go together to the
    /// better grade, and what it gets too many the next ones get too few (E5). An error for a group of fewer than ten.
    pub fn force(&self, scores: &[Amount]) -> Result<Vec<Grade>, AppraisalError> {
        if scores.len() < LEAST_GROUP {
            return Err(AppraisalError::TooFew { count: scores.len() });
        }
        let mut by_score: BTreeMap<Reverse<Amount>, usize> = BTreeMap::new();
        for score in scores {
            *by_score.entry(Reverse(*score)).or_default() += 1;
        }
        let grades = self.by_rank(by_score, scores.len());
        Ok(scores.iter().filter_map(|score| grades.get(score)).copied().collect())
    }

    /// The grade of every score: the one whose quota has room for the first of them.
    fn by_rank(&self, by_score: BTreeMap<Reverse<Amount>, usize>, people: usize) -> BTreeMap<Amount, Grade> {
        let ends = self.quotas(people).into_iter().scan(0, |end, (grade, quota)| {
            *end += quota;
            Some((grade, *end))
        });
        let ends: Vec<(Grade, usize)> = ends.collect();
        let mut ranked = 0;
        let mut grades = BTreeMap::new();
        for (Reverse(score), people) in by_score {
            if let Some((grade, _)) = ends.iter().find(|(_, end)| ranked < *end) {
                grades.insert(score, *grade);
            }
            ranked += people;
        }
        grades
    }
}

/// A 10, B 20, C 40, D 20, E 10.
impl Default for Distribution {
    fn default() -> Self {
        let shares = [(Grade::A, 10), (Grade::B, 20), (Grade::C, 40), (Grade::D, 20), (Grade::E, 10)];
        Self(shares.map(|(grade, share)| (grade, Amount::from(share))).to_vec())
    }
}

impl TryFrom<Vec<(Grade, Amount)>> for Distribution {
    type Error = AppraisalError;

    fn try_from(shares: Vec<(Grade, Amount)>) -> Result<Self, AppraisalError> {
        Self::new(shares)
    }
}

impl From<Distribution> for Vec<(Grade, Amount)> {
    fn from(distribution: Distribution) -> Self {
        distribution.0
    }
}
