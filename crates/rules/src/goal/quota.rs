//! Ways to set quotas (F1): average, top-down, bottom-up, by capacity, by accounts; phasing, what they sum to, and their health.

use super::{GoalError, WHOLE, check_not_negative, count, factor, percent, raised_by};
use crate::kpi::quantile;
use base::{Amount, AmountError, Currency, Fraction, Money, RecordId};
use pay_rules::exact::Exact;
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::BTreeMap};

/// Months above this percentile count as much as it.
const GUARD: u8 = 90;
/// Of what is usual, this many per cent of the people reach 80 per cent of their quota.
const HEALTHY: (i64, i64) = (60, 70);

/// What a quota is rounded to, above zero: a minor unit, one, a thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Amount", into = "Amount")]
pub struct Lot(Amount);

impl Lot {
    pub fn new(size: Amount) -> Result<Self, GoalError> {
        if size > Amount::ZERO { Ok(Self(size)) } else { Err(GoalError::Lot(size.to_text())) }
    }

    /// The minor unit of a currency.
    pub fn of(currency: Currency) -> Self {
        Self(Money::new(1, currency).into())
    }

    pub const fn size(self) -> Amount {
        self.0
    }

    /// How many lots an amount is; a lot is above zero.
    fn count(self, amount: &Exact) -> Exact {
        amount.over(&self.0.into()).unwrap_or(Exact::ZERO)
    }

    /// An amount that is not below zero to the nearest lot, a half up.
    fn round(self, amount: &Exact) -> Result<Amount, AmountError> {
        let lots = (&self.count(amount) + &Exact::ratio(1, 2)).whole().0;
        (&lots * &self.0.into()).to_amount()
    }
}

/// One.
impl Default for Lot {
    fn default() -> Self {
        Self(Amount::ONE)
    }
}

impl TryFrom<Amount> for Lot {
    type Error = GoalError;

    fn try_from(size: Amount) -> Result<Self, GoalError> {
        Self::new(size)
    }
}

impl From<Lot> for Amount {
    fn from(lot: Lot) -> Self {
        lot.0
    }
}

/// Parts of a whole by weights that are not below zero. Lots go by largest remainder, of equals to the earlier; what is less than
/// a lot goes to the largest weight. They sum to the whole. None where all weights are zero.
fn share(whole: Amount, weights: &[Exact], lot: Lot) -> Result<Option<Vec<Amount>>, AmountError> {
    let all: Exact = weights.iter().sum();
    let (lots, rest) = lot.count(&whole.into()).whole();
    let Some(each) = lots.over(&all) else { return Ok(None) };
    let mut parts: Vec<(Exact, Exact)> = weights.iter().map(|weight| (&each * weight).whole()).collect();
    let left = (&lots - &parts.iter().map(|(floor, _)| floor).sum()).rounded();
    let left = left.and_then(|left| usize::try_from(left).ok()).unwrap_or_default();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&one, &other| parts[other].1.cmp(&parts[one].1));
    for place in order.into_iter().take(left) {
        parts[place].0 = &parts[place].0 + &Exact::ONE;
    }
    let largest = (0..parts.len()).min_by_key(|&place| Reverse(&weights[place]));
    if let Some(largest) = largest {
        parts[largest].0 = &parts[largest].0 + &rest;
    }
    let size = lot.0.into();
    parts.iter().map(|(lots, _)| (lots * &size).to_amount()).collect::<Result<_, _>>().map(Some)
}

/// What a complete month brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    pub actual: Amount,
    /// Was it spent in ramp or on leave? Then it does not count.
    pub is_left_out: bool,
}

/// How an average becomes a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AverageTerms {
    /// So many complete months, the last ones. Those that are left out are not replaced by earlier ones.
    pub months: usize,
    /// Per cent on top of the mean.
    pub raise: Amount,
    /// Do months above the 90th percentile count only as much as it? Then one of them does not raise the quota of the next year.
    pub is_guarded: bool,
    pub lot: Lot,
}

/// Twelve months, 10 %, guarded, to the nearest one.
impl Default for AverageTerms {
    fn default() -> Self {
        Self { months: 12, raise: Amount::from(10), is_guarded: true, lot: Lot::default() }
    }
}

/// A monthly quota from what the last months brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Average {
    /// How many months count.
    pub months: usize,
    /// The 90th percentile, where it is a guard; of fewer than five months there is none (R-DUR).
    pub cap: Option<Amount>,
    /// How many months were above it.
    pub capped: usize,
    /// Of months that are capped already; six decimals.
    pub mean: Amount,
    /// Not below zero.
    pub quota: Amount,
}

/// Mean × (1 + raise), rounded half up to the lot. Months are from the earliest to the latest. None where no month counts.
pub fn average(months: &[Month], terms: &AverageTerms) -> Result<Option<Average>, GoalError> {
    check_not_negative("a raise", [terms.raise])?;
    let window = &months[months.len().saturating_sub(terms.months)..];
    let mut actuals: Vec<Amount> = window.iter().filter(|month| !month.is_left_out).map(|month| month.actual).collect();
    let cap = if terms.is_guarded { quantile(&mut actuals, GUARD)? } else { None };
    let kept = |actual: &Amount| Exact::from(cap.map_or(*actual, |cap| cap.min(*actual)));
    let Some(mean) = actuals.iter().map(kept).sum::<Exact>().over(&count(actuals.len())) else { return Ok(None) };
    let capped = actuals.iter().filter(|actual| cap.is_some_and(|cap| **actual > cap)).count();
    let quota = terms.lot.round(&(&mean * &raised_by(terms.raise)).or_zero())?;
    Ok(Some(Average { months: actuals.len(), cap, capped, mean: mean.to_amount()?, quota }))
}

/// What quotas have to carry, before it is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    pub target: Amount,
    /// What comes without anybody's quota: renewals, partners, the web.
    pub other_sources: Amount,
    /// Per cent on top; 10 to 30 is usual. Coverage is 100 and this.
    pub over_assignment: Amount,
}

impl Pool {
    /// Target − other sources.
    pub fn carried(&self) -> Result<Amount, GoalError> {
        check_not_negative("a target", [self.target])?;
        check_not_negative("what comes without quotas", [self.other_sources])?;
        let carried = self.target.checked_sub(self.other_sources)?;
        if carried.is_negative() {
            let [target, other] = [self.target, self.other_sources].map(Amount::to_text);
            return Err(GoalError::NothingToCarry { target, other });
        }
        Ok(carried)
    }

    /// What is carried × (1 + over-assignment); six decimals.
    pub fn amount(&self) -> Result<Amount, GoalError> {
        check_not_negative("an over-assignment", [self.over_assignment])?;
        Ok((&Exact::from(self.carried()?) * &raised_by(self.over_assignment)).to_amount()?)
    }
}

/// By what a pool is shared: potential, history, accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// Against the weights of the other criteria, in any unit.
    pub weight: Amount,
    /// Of each unit, in any unit of measure: only their shares count.
    pub values: BTreeMap<RecordId, Amount>,
}

/// A pool shared by weighted criteria, each normalised to its own sum. The parts sum to the pool; they are whole lots, but for the
/// part of the unit that weighs most when the pool is not. Of equal remainders the lower id comes first.
pub fn top_down(pool: Amount, criteria: &[Criterion], lot: Lot) -> Result<BTreeMap<RecordId, Amount>, GoalError> {
    check_not_negative("a pool", [pool])?;
    check_not_negative("a weight", criteria.iter().map(|criterion| criterion.weight))?;
    let Some(first) = criteria.first() else { return Err(GoalError::NoCriteria) };
    let mut weights = vec![Exact::ZERO; first.values.len()];
    for (place, criterion) in (1..).zip(criteria) {
        if !criterion.values.keys().eq(first.values.keys()) {
            return Err(GoalError::UnevenCriterion(place));
        }
        check_not_negative("a value of a criterion", criterion.values.values().copied())?;
        if criterion.weight.is_zero() {
            continue;
        }
        let all: Exact = criterion.values.values().map(|value| Exact::from(*value)).sum();
        for (weight, value) in weights.iter_mut().zip(criterion.values.values()) {
            let part = (&Exact::from(*value) * &criterion.weight.into()).over(&all);
            *weight = &*weight + &part.ok_or(GoalError::Criterion(place))?;
        }
    }
    let parts = share(pool, &weights, lot)?.ok_or(GoalError::NoCriteria)?;
    Ok(first.values.keys().copied().zip(parts).collect())
}

/// What somebody says they will bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commitment {
    /// What they commit to.
    Stated(Amount),
    /// What they brought, and by how many per cent it is to grow.
    Grown { baseline: Amount, growth: Amount },
}

/// The sum of all commitments; six decimals.
pub fn bottom_up(commitments: &[Commitment]) -> Result<Amount, GoalError> {
    let amount = |commitment: &Commitment| {
        let (Commitment::Stated(amount) | Commitment::Grown { baseline: amount, .. }) = *commitment;
        check_not_negative("a commitment", [amount])?;
        match *commitment {
            Commitment::Grown { growth, .. } if growth < Amount::from(-WHOLE) => {
                Err(GoalError::Growth(growth.to_text()))
            }
            Commitment::Grown { growth, .. } => Ok(&Exact::from(amount) * &raised_by(growth)),
            Commitment::Stated(_) => Ok(Exact::from(amount)),
        }
    };
    let all = commitments.iter().map(amount).collect::<Result<Vec<Exact>, GoalError>>()?;
    Ok(all.iter().sum::<Exact>().to_amount()?)
}

/// How far what people commit to is from what they are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Bottom-up − top-down: below zero when too little is committed.
    pub amount: Amount,
    /// Of top-down, per cent; none where that is zero.
    pub share: Option<Amount>,
}

impl Gap {
    pub fn between(top_down: Amount, bottom_up: Amount) -> Result<Self, AmountError> {
        let amount = bottom_up.checked_sub(top_down)?;
        Ok(Self { amount, share: percent(&amount.into(), &top_down.into())? })
    }
}

/// People who are equally far in their ramp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepGroup {
    /// Full-time equivalents.
    pub headcount: Amount,
    /// What they bring of what a full rep brings, per cent.
    pub ramp: Amount,
}

/// Σ headcount × ramp × attainment × productivity; six decimals. Attainment is what is expected of everybody, per cent;
/// productivity is what a full rep brings at 100 per cent.
pub fn capacity(groups: &[RepGroup], attainment: Amount, productivity: Amount) -> Result<Amount, GoalError> {
    check_not_negative("a headcount", groups.iter().map(|group| group.headcount))?;
    check_not_negative("a ramp", groups.iter().map(|group| group.ramp))?;
    check_not_negative("an attainment", [attainment])?;
    check_not_negative("a productivity", [productivity])?;
    let full: Exact = groups.iter().map(|group| &Exact::from(group.headcount) * &factor(group.ramp)).sum();
    Ok((&(&full * &factor(attainment)) * &productivity.into()).to_amount()?)
}

/// How many full reps a target takes: target × (1 + over-assignment) ÷ (quota × attainment), rounded up. None where a rep is
/// expected to bring nothing.
pub fn required_headcount(pool: &Pool, quota: Amount, attainment: Amount) -> Result<Option<u64>, GoalError> {
    check_not_negative("a quota", [quota])?;
    check_not_negative("an attainment", [attainment])?;
    check_not_negative("an over-assignment", [pool.over_assignment])?;
    let wanted = &Exact::from(pool.carried()?) * &raised_by(pool.over_assignment);
    let Some(heads) = wanted.over(&(&Exact::from(quota) * &factor(attainment))) else { return Ok(None) };
    let (whole, rest) = heads.whole();
    let up = if rest.is_positive() { &whole + &Exact::ONE } else { whole };
    let heads = up.rounded().and_then(|heads| u64::try_from(heads).ok());
    Ok(Some(heads.ok_or_else(|| AmountError::TooLarge { what: "a headcount".to_owned() })?))
}

/// What an account could buy in a year, and how much of it is aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountPotential {
    pub potential: Amount,
    /// Per cent of the potential.
    pub share: Amount,
}

/// Σ potential × share; six decimals.
pub fn account_based(accounts: &[AccountPotential]) -> Result<Amount, GoalError> {
    check_not_negative("a potential", accounts.iter().map(|account| account.potential))?;
    check_not_negative("a share", accounts.iter().map(|account| account.share))?;
    let all: Exact = accounts.iter().map(|account| &Exact::from(account.potential) * &factor(account.share)).sum();
    Ok(all.to_amount()?)
}

/// A year's quota in months or quarters by a seasonal index in any unit; they sum to the year. Lots go by largest remainder, of
/// equals to the earlier; take the currency's minor unit for money.
pub fn phase(year: Amount, index: &[Amount], lot: Lot) -> Result<Vec<Amount>, GoalError> {
    check_not_negative("a quota", [year])?;
    check_not_negative("a seasonal index", index.iter().copied())?;
    let index: Vec<Exact> = index.iter().map(|month| Exact::from(*month)).collect();
    share(year, &index, lot)?.ok_or(GoalError::NoSeason)
}

/// What stands under a quota, against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    pub above: Amount,
    pub below: Amount,
    /// Below − above, per cent of above; none where that is zero. Below zero when the split does not cover it.
    pub over_assignment: Option<Amount>,
}

impl Split {
    pub fn of(above: Amount, below: impl IntoIterator<Item = Amount>) -> Result<Self, AmountError> {
        let below = Amount::sum(below)?;
        Ok(Self { above, below, over_assignment: Gap::between(above, below)?.share })
    }

    /// Do those below sum to it, or to more?
    pub fn is_covered(&self) -> bool {
        self.below >= self.above
    }
}

/// A quota in the tree from the company to its reps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goal {
    /// None at the top.
    pub above: Option<RecordId>,
    pub quota: Amount,
}

/// The quotas of one level that have others under them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// All of them together.
    pub all: Split,
    pub each: BTreeMap<RecordId, Split>,
}

/// From the top to the last level that has others under it. A quota without others under it is not counted: nothing splits it.
pub fn levels(goals: &BTreeMap<RecordId, Goal>) -> Result<Vec<Level>, GoalError> {
    let mut below: BTreeMap<RecordId, Vec<Amount>> = BTreeMap::new();
    for (&goal, Goal { above, quota }) in goals {
        check_not_negative("a quota", [*quota])?;
        let Some(above) = *above else { continue };
        if !goals.contains_key(&above) {
            return Err(GoalError::NoGoalAbove { goal, above });
        }
        below.entry(above).or_default().push(*quota);
    }
    let mut depths: BTreeMap<usize, BTreeMap<RecordId, Split>> = BTreeMap::new();
    for (&goal, quotas) in &below {
        let depth = depth(goals, goal)?;
        let above = goals.get(&goal).map_or(Amount::ZERO, |goal| goal.quota);
        depths.entry(depth).or_default().insert(goal, Split::of(above, quotas.iter().copied())?);
    }
    let level = |each: BTreeMap<RecordId, Split>| {
        let above = Amount::sum(each.values().map(|split| split.above))?;
        Ok(Level { all: Split::of(above, each.values().map(|split| split.below))?, each })
    };
    depths.into_values().map(level).collect()
}

/// How many quotas stand above one. Whoever climbs as often as there are quotas goes round in a circle.
fn depth(goals: &BTreeMap<RecordId, Goal>, of: RecordId) -> Result<usize, GoalError> {
    let above = |goal: &RecordId| goals.get(goal)?.above;
    let chain: Vec<RecordId> = std::iter::successors(above(&of), above).take(goals.len()).collect();
    match chain.last() {
        Some(last) if chain.len() == goals.len() => Err(GoalError::Circle(*last)),
        _ => Ok(chain.len()),
    }
}

/// Attainments from one of these to the next are a band, per cent; the first begins below all, the last has no end.
pub const BANDS: [i64; 4] = [50, 80, 100, 120];

/// How well quotas fit the people who carry them. Shares and attainments are per cent, to six decimals; none without people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Those with a quota above zero; the others count nowhere else.
    pub people: usize,
    pub without_quota: usize,
    /// People in each band.
    pub bands: [usize; BANDS.len() + 1],
    /// Of people who reach 80 per cent and more.
    pub at_80: Option<Amount>,
    /// Of people who reach their quota.
    pub at_100: Option<Amount>,
    pub median: Option<Amount>,
    /// Of fewer than five people there is none (R-DUR); nor a p10.
    pub p90: Option<Amount>,
    pub p10: Option<Amount>,
    /// P90 ÷ P10; none where P10 is not above zero.
    pub spread: Option<Amount>,
}

/// How many reach 80 per cent of their quota, against the usual 60 to 70 per cent of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Quotas are too high.
    TooFew,
    Usual,
    /// Quotas are too low.
    TooMany,
}

/// Of attainments, credit over quota, one for each person.
pub fn health(attainments: &[Fraction]) -> Result<Health, GoalError> {
    let (of_quota, without): (Vec<Fraction>, Vec<Fraction>) =
        attainments.iter().partition(|one| one.denominator > Amount::ZERO);
    let one = |one: &Fraction| percent(&one.numerator.into(), &one.denominator.into()).map(Option::unwrap_or_default);
    let mut values = of_quota.iter().map(one).collect::<Result<Vec<Amount>, AmountError>>()?;
    let reach = BANDS.map(|bound| of_quota.iter().filter(|one| reaches(one, bound)).count());
    let people = of_quota.len();
    let [p50, p80, p100, p120] = reach;
    let share = |reached: usize| percent(&count(reached), &count(people));
    let (p10, p90) = (quantile(&mut values, 10)?, quantile(&mut values, 90)?);
    let spread = p10.zip(p90).filter(|(p10, _)| *p10 > Amount::ZERO);
    Ok(Health {
        people,
        without_quota: without.len(),
        bands: [people - p50, p50 - p80, p80 - p100, p100 - p120, p120],
        at_80: share(p80)?,
        at_100: share(p100)?,
        median: quantile(&mut values, 50)?,
        p90,
        p10,
        spread: spread.map(|(p10, p90)| Fraction::new(p90, p10).to_amount()).transpose()?.flatten(),
    })
}

/// Compared unrounded.
fn reaches(attainment: &Fraction, bound: i64) -> bool {
    let Fraction { numerator, denominator } = *attainment;
    Exact::from(numerator) >= &Exact::from(denominator) * &factor(Amount::from(bound))
}

impl Health {
    /// None without people.
    pub fn reach(&self) -> Option<Reach> {
        let share = self.at_80?;
        let (least, most) = HEALTHY;
        Some(if share < Amount::from(least) {
            Reach::TooFew
        } else if share > Amount::from(most) {
            Reach::TooMany
        } else {
            Reach::Usual
        })
    }
}
