//! Does coaching work (COACH-5)? How a KPI of the coached changed, beside that of people like them who were not coached.

use super::{CoachingError, count};
use base::{Amount, AmountError, RecordId};
use pay_rules::exact::Exact;
use std::collections::{BTreeMap, BTreeSet};

/// A potential is like another within a quarter of it.
const POTENTIAL_PART: u128 = 4;

/// Student's t in thousandths, two-sided 95 %, at 1 to 30 degrees of freedom (Fisher and Yates, Statistical Tables, table III;
/// checked by integrating the density).
const QUANTILES: [i32; 30] = [
    12706, 4303, 3182, 2776, 2571, 2447, 2365, 2306, 2262, 2228, 2201, 2179, 2160, 2145, 2131, 2120, 2110, 2101, 2093,
    2086, 2080, 2074, 2069, 2064, 2060, 2056, 2052, 2048, 2045, 2042,
];
/// The same at more degrees of freedom, most first. The normal 1.960 of infinitely many is never reached.
const QUANTILES_BEYOND: [(usize, i32); 3] = [(120, 1980), (60, 2000), (40, 2021)];

/// A person and a KPI before and after coaching; of those who were not coached, in the same two periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub id: RecordId,
    pub role: String,
    /// Whole months in the role when coaching began.
    pub tenure_months: u32,
    /// Of the territory; compared where both have one.
    pub potential: Option<Amount>,
    pub before: Amount,
    pub after: Amount,
    pub coached: bool,
}

impl Subject {
    /// Under one year, one to three, three and more.
    const fn tenure_band(&self) -> u8 {
        match self.tenure_months {
            0..12 => 0,
            12..36 => 1,
            _ => 2,
        }
    }

    fn change(&self) -> Exact {
        &Exact::from(self.after) - &Exact::from(self.before)
    }

    fn is_in_reach(&self, other: &Self, reach: u128) -> bool {
        let potentials = self.potential.zip(other.potential);
        apart(self.before, other.before) <= reach
            && potentials
                .is_none_or(|(own, other)| apart(own, other) <= own.millionths().unsigned_abs() / POTENTIAL_PART)
    }
}

/// Who counts as alike, and how many it takes to tell anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Design {
    /// With how many others one coached person is compared, at most.
    pub nearest: usize,
    /// How far prior levels may lie apart, in standard deviations of the role's prior level (σ of the population, R-DUR).
    pub caliper: Amount,
    /// At least two; also the fewest different people that the coached are compared with.
    pub fewest_pairs: usize,
}

/// Three, half a standard deviation, five.
impl Default for Design {
    fn default() -> Self {
        Self { nearest: 3, caliper: Amount::from_millionths(500_000).unwrap_or_default(), fewest_pairs: 5 }
    }
}

/// What is known of the effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub verdict: Verdict,
    /// The mean of the pairs' effects; none without a pair.
    pub mean: Option<Amount>,
    /// None of fewer than two pairs, or where their effects are all the same.
    pub interval: Option<Interval>,
    /// By id of the coached person.
    pub pairs: Vec<Pair>,
    /// Those coached who have nobody like them, by id.
    pub unmatched: Vec<RecordId>,
    /// How many different people the coached are compared with.
    pub controls: usize,
}

/// What can be told at 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Better,
    Worse,
    CannotTell(Why),
}

/// Why nothing can be told; the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Fewer coached people have somebody like them than it takes.
    TooFewPairs,
    /// The same few people stand beside all of the coached.
    TooFewControls,
    /// All effects are the same: nothing to tell chance by.
    NoSpread,
    /// No effect at all is among what is likely.
    IntervalContainsZero,
}

impl Why {
    pub const ALL: [Self; 4] = [Self::TooFewPairs, Self::TooFewControls, Self::NoSpread, Self::IntervalContainsZero];

    pub const fn name(self) -> &'static str {
        match self {
            Self::TooFewPairs => "too_few_pairs",
            Self::TooFewControls => "too_few_controls",
            Self::NoSpread => "no_spread",
            Self::IntervalContainsZero => "interval_contains_zero",
        }
    }
}

/// Rounded outwards, so that it is never narrower than the exact one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    pub low: Amount,
    pub high: Amount,
}

impl Interval {
    pub fn contains(&self, amount: Amount) -> bool {
        (self.low..=self.high).contains(&amount)
    }
}

/// A coached person and those like them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub coached: RecordId,
    pub change: Amount,
    /// The change less the mean change of those like them.
    pub effect: Amount,
    /// The nearest first.
    pub likes: Vec<Like>,
}

/// Somebody who was not coached, beside one who was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Like {
    pub id: RecordId,
    /// How far the prior levels lie apart.
    pub apart: Amount,
    pub change: Amount,
}

/// The effect of coaching on a KPI: matched differences in differences, with a t interval over the pairs. Everybody is compared
/// with the nearest by prior level, by id among equals, of those of the same role and tenure band within the caliper.
pub fn effect(subjects: &[Subject], design: &Design, lower_is_better: bool) -> Result<Effect, CoachingError> {
    check(subjects, design)?;
    let reaches = reaches(subjects, design)?;
    let mut pools: BTreeMap<(&str, u8), Vec<&Subject>> = BTreeMap::new();
    for one in subjects.iter().filter(|one| !one.coached) {
        pools.entry((&one.role, one.tenure_band())).or_default().push(one);
    }
    let mut coached: Vec<&Subject> = subjects.iter().filter(|one| one.coached).collect();
    coached.sort_unstable_by_key(|one| one.id);
    let (mut matches, mut unmatched) = (Vec::new(), Vec::new());
    for subject in coached {
        let pool = pools.get(&(subject.role.as_str(), subject.tenure_band())).map_or(&[][..], Vec::as_slice);
        let reach = reaches.get(subject.role.as_str()).copied().unwrap_or_default();
        match Match::of(subject, pool, reach, design.nearest) {
            Some(one) => matches.push(one),
            None => unmatched.push(subject.id),
        }
    }
    let controls = matches.iter().flat_map(|one| &one.likes).map(|like| like.id).collect::<BTreeSet<_>>().len();
    let mean = mean(&matches);
    let interval = mean.as_ref().map_or(Ok(None), |mean| interval(&matches, mean))?;
    Ok(Effect {
        verdict: verdict([matches.len(), controls], interval, design.fewest_pairs, lower_is_better),
        mean: mean.as_ref().map(Exact::to_amount).transpose()?,
        interval,
        pairs: matches.iter().map(Match::pair).collect::<Result<_, _>>()?,
        unmatched,
        controls,
    })
}

fn check(subjects: &[Subject], design: &Design) -> Result<(), CoachingError> {
    if design.nearest == 0 {
        return Err(CoachingError::NoNearest);
    }
    if design.caliper.is_negative() {
        return Err(CoachingError::Caliper(design.caliper.to_text()));
    }
    if design.fewest_pairs < 2 {
        return Err(CoachingError::FewestPairs(design.fewest_pairs));
    }
    let mut seen = BTreeSet::new();
    match subjects.iter().find(|one| !seen.insert(one.id)) {
        Some(twice) => Err(CoachingError::PersonTwice(twice.id)),
        None => Ok(()),
    }
}

/// How far apart prior levels may lie in each role, in whole millionths: the caliper times σ.
fn reaches<'a>(subjects: &'a [Subject], design: &Design) -> Result<BTreeMap<&'a str, u128>, AmountError> {
    let mut levels: BTreeMap<&str, Vec<Exact>> = BTreeMap::new();
    for one in subjects {
        levels.entry(&one.role).or_default().push(Exact::from(one.before));
    }
    let caliper = Exact::from(design.caliper);
    let mut reaches = BTreeMap::new();
    for (role, levels) in levels {
        let people = count(levels.len());
        let variance = squares(&levels).and_then(|squares| squares.over(&people)).unwrap_or(Exact::ZERO);
        let (root, _) = root(&(&(&caliper * &caliper) * &variance)).ok_or_else(too_large)?;
        reaches.insert(role, root.unsigned_abs());
    }
    Ok(reaches)
}

/// A coached person with those like them, of whom there is one at least.
struct Match<'a> {
    subject: &'a Subject,
    likes: Vec<&'a Subject>,
    effect: Exact,
}

impl<'a> Match<'a> {
    fn of(subject: &'a Subject, pool: &[&'a Subject], reach: u128, nearest: usize) -> Option<Self> {
        let mut likes: Vec<&Subject> = pool.iter().copied().filter(|one| subject.is_in_reach(one, reach)).collect();
        likes.sort_unstable_by_key(|one| (apart(subject.before, one.before), one.id));
        likes.truncate(nearest);
        let usual = likes.iter().map(|one| one.change()).sum::<Exact>().over(&count(likes.len()))?;
        Some(Self { subject, likes, effect: &subject.change() - &usual })
    }

    /// What each of the likes weighs in it.
    fn weight(&self) -> Exact {
        Exact::ONE.over(&count(self.likes.len())).unwrap_or(Exact::ZERO)
    }

    fn pair(&self) -> Result<Pair, AmountError> {
        let like = |one: &&Subject| {
            let apart = one.before.checked_sub(self.subject.before)?.abs();
            Ok(Like { id: one.id, apart, change: one.change().to_amount()? })
        };
        Ok(Pair {
            coached: self.subject.id,
            change: self.subject.change().to_amount()?,
            effect: self.effect.to_amount()?,
            likes: self.likes.iter().map(like).collect::<Result<_, AmountError>>()?,
        })
    }
}

fn mean(matches: &[Match<'_>]) -> Option<Exact> {
    matches.iter().map(|one| &one.effect).sum::<Exact>().over(&count(matches.len()))
}

/// Mean ± t √(widening × s² ÷ n) with n − 1 degrees of freedom.
fn interval(matches: &[Match<'_>], mean: &Exact) -> Result<Option<Interval>, AmountError> {
    let freedom = matches.len().saturating_sub(1);
    let effects: Vec<Exact> = matches.iter().map(|one| one.effect.clone()).collect();
    let spread = squares(&effects).and_then(|squares| squares.over(&(&count(freedom) * &count(matches.len()))));
    let Some(spread) = spread.filter(Exact::is_positive) else { return Ok(None) };
    let Some((quantile, widening)) = quantile(freedom).zip(widening(matches)) else { return Ok(None) };
    let (root, is_exact) = root(&(&(&(&quantile * &quantile) * &widening) * &spread)).ok_or_else(too_large)?;
    let half = if is_exact { root } else { root.saturating_add(1) };
    let floor = |of: &Exact| floor(of).and_then(|floor| floor.checked_sub(half)).ok_or_else(too_large);
    let (low, high) = (floor(mean)?, -floor(&-mean)?);
    Ok(Some(Interval { low: Amount::from_millionths(low)?, high: Amount::from_millionths(high)? }))
}

/// By how much s² ÷ n understates the variance of the mean when one person stands beside several; 1 where nobody does. Were
/// everybody's change to vary alike, by σ², the variance of the mean is σ² (n + together) ÷ n² and s² ÷ n is on average
/// σ² (n + apart − (together − apart) ÷ (n − 1)) ÷ n²: `apart` sums the squared weights in each pair, `together` those of each
/// person over all pairs.
fn widening(matches: &[Match<'_>]) -> Option<Exact> {
    let mut weights: BTreeMap<RecordId, Exact> = BTreeMap::new();
    for one in matches {
        let weight = one.weight();
        for like in &one.likes {
            let sum = weights.entry(like.id).or_insert(Exact::ZERO);
            *sum = &*sum + &weight;
        }
    }
    let pairs = count(matches.len());
    let apart: Exact = matches.iter().map(Match::weight).sum();
    let together: Exact = weights.values().map(|weight| weight * weight).sum();
    let shared = (&together - &apart).over(&count(matches.len().checked_sub(1)?))?;
    (&pairs + &together).over(&(&(&pairs + &apart) - &shared))
}

fn verdict([pairs, controls]: [usize; 2], interval: Option<Interval>, fewest: usize, lower_is_better: bool) -> Verdict {
    if pairs < fewest {
        return Verdict::CannotTell(Why::TooFewPairs);
    }
    if controls < fewest {
        return Verdict::CannotTell(Why::TooFewControls);
    }
    match interval {
        None => Verdict::CannotTell(Why::NoSpread),
        Some(interval) if interval.contains(Amount::ZERO) => Verdict::CannotTell(Why::IntervalContainsZero),
        Some(interval) if interval.high.is_negative() == lower_is_better => Verdict::Better,
        Some(_) => Verdict::Worse,
    }
}

/// At these degrees of freedom, or the next lower in the table: the wider interval.
pub(super) fn quantile(freedom: usize) -> Option<Exact> {
    let beyond = QUANTILES_BEYOND.iter().find(|(from, _)| *from <= freedom).map(|(_, quantile)| *quantile);
    let within = || QUANTILES.get(freedom.min(QUANTILES.len()).checked_sub(1)?).copied();
    Some(Exact::ratio(beyond.or_else(within)?, 1000))
}

/// Σ (x − mean)².
fn squares(of: &[Exact]) -> Option<Exact> {
    let mean = of.iter().sum::<Exact>().over(&count(of.len()))?;
    let square = |one: &Exact| {
        let away = one - &mean;
        &away * &away
    };
    Some(of.iter().map(square).sum())
}

/// The root of something not below zero in whole millionths, downwards, and whether it is exact; nothing when it does not fit.
fn root(of: &Exact) -> Option<(i128, bool)> {
    let million = Exact::from(1_000_000);
    let (whole, rest) = (&(of * &million) * &million).whole();
    let whole = whole.rounded()?;
    let root = whole.checked_isqrt()?;
    Some((root, rest.is_zero() && root * root == whole))
}

/// In whole millionths.
fn floor(of: &Exact) -> Option<i128> {
    let (whole, rest) = (of * &Exact::from(1_000_000)).whole();
    whole.rounded()?.checked_sub(i128::from(rest.is_negative()))
}

/// In millionths.
const fn apart(one: Amount, other: Amount) -> u128 {
    one.millionths().abs_diff(other.millionths())
}

fn too_large() -> AmountError {
    AmountError::TooLarge { what: "the spread of a KPI".to_owned() }
}
