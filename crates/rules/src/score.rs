//! Role scorecards (KPI-2) and their scores (E1). A scorecard says which KPIs a role is judged by, in groups, with weights, targets
//! and curves. A company's own stands in place of the one that ships.

pub use pay_rules::curve::{COMMON, Curve, CurveError, Rewards};

use crate::kpi::{Better, Catalogue, Definition, NullReason, months};
use base::{Amount, AmountError, Fraction, Period};
use pay_rules::exact::Exact;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// With less of the weight than this there is no score.
const LEAST_WEIGHT: i64 = 50;
const WHOLE: i64 = 100;
/// Of a KPI without a value, where the scorecard says `neutral`.
const NEUTRAL: i64 = 100;
const WEIGHT_DECIMALS: u32 = 2;

/// The scorecards that ship, by role.
pub const SHIPPED: [(&str, &str); 6] = [
    ("sdr", include_str!("scorecards/sdr.toml")),
    ("ae", include_str!("scorecards/ae.toml")),
    ("aem", include_str!("scorecards/aem.toml")),
    ("esd", include_str!("scorecards/esd.toml")),
    ("hos", include_str!("scorecards/hos.toml")),
    ("kam", include_str!("scorecards/kam.toml")),
];

/// What a role is judged by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    pub role: String,
    pub whose: Whose,
    #[serde(default)]
    pub missing: Missing,
    #[serde(rename = "group")]
    pub groups: Vec<Group>,
}

/// Whose numbers a person is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Whose {
    /// Their own.
    Person,
    /// Their own and those of everybody who reports to them.
    Reports,
    Company,
}

/// What becomes of the weight of a KPI without a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Missing {
    /// The others share it, each by its own.
    #[default]
    Renormalise,
    /// It counts as on target.
    Neutral,
    /// It counts as nothing.
    Zero,
}

impl Missing {
    pub const ALL: [Self; 3] = [Self::Renormalise, Self::Neutral, Self::Zero];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Renormalise => "renormalise",
            Self::Neutral => "neutral",
            Self::Zero => "zero",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub names: BTreeMap<String, String>,
    #[serde(rename = "kpi")]
    pub items: Vec<Item>,
}

impl Group {
    pub fn name(&self, language: &str) -> &str {
        self.names.get(language).or_else(|| self.names.get("en")).map_or("", String::as_str)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    pub id: String,
    /// Per cent of the whole; without one the KPI is shown and not scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Amount>,
    /// Where no dated target says otherwise; a month's, of what adds up over time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Amount>,
    #[serde(default)]
    pub curve: Curve,
    /// Where they are not those of the scorecard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whose: Option<Whose>,
}

impl Item {
    /// The target of a whole period.
    pub fn target_of(&self, definition: &Definition, period: &Period) -> Result<Option<Amount>, AmountError> {
        let Some(target) = self.target else { return Ok(None) };
        let months = Fraction::new(months(period.start, period.end), Amount::ONE);
        if definition.grows() { target.mul_fraction(months).map(Some) } else { Ok(Some(target)) }
    }
}

/// What is wrong with a scorecard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScorecardError {
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    #[error("there is no KPI {0}")]
    NoKpi(String),
    #[error("{0} stands in it twice")]
    Twice(String),
    #[error("{kpi}: it cannot be told of one person, only of the company; give it whose = \"company\"")]
    NotOfPeople { kpi: String },
    #[error("visit_plan_adherence is not for key account managers: their visits are not held to a plan")]
    NotForKams,
    #[error("{kpi}: a weight is above 0 and has at most two decimals, this one is {weight}")]
    Weight { kpi: String, weight: String },
    #[error("the weights make {0}, and not 100")]
    NotWhole(String),
    #[error("{kpi}: of this KPI {} is better, and the curve `{curve}` rewards the other", if *.is_more_better { "more" } else { "less" })]
    Rewards { kpi: String, is_more_better: bool, curve: String },
    #[error(transparent)]
    Curve(#[from] CurveError),
    #[error("{kpi}: it grows with its period, so the points of its curve are shares of the target: 80%:60, not 80:60")]
    Absolute { kpi: String },
    #[error("{kpi}: a target is above zero, this one is {target}")]
    Target { kpi: String, target: String },
    #[error("a group has no name in English")]
    NoName,
    #[error("it has no KPI")]
    Empty,
    #[error("the group {0} has no KPI")]
    EmptyGroup(String),
}

impl Scorecard {
    pub fn read(text: &str, catalogue: &Catalogue) -> Result<Self, ScorecardError> {
        let scorecard: Self = toml::from_str(text)?;
        scorecard.check(catalogue)?;
        Ok(scorecard)
    }

    /// As a file that reads the same.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.groups.iter().flat_map(|group| &group.items)
    }

    pub fn check(&self, catalogue: &Catalogue) -> Result<(), ScorecardError> {
        let mut seen = BTreeSet::new();
        let mut whole = Amount::ZERO;
        for item in self.items() {
            let kpi = || item.id.clone();
            let definition = catalogue.get(&item.id).ok_or_else(|| ScorecardError::NoKpi(kpi()))?;
            if !seen.insert(&item.id) {
                return Err(ScorecardError::Twice(kpi()));
            }
            if self.role == "kam" && item.id == "visit_plan_adherence" {
                return Err(ScorecardError::NotForKams);
            }
            if item.whose.unwrap_or(self.whose) != Whose::Company && !definition.has_key("owner") {
                return Err(ScorecardError::NotOfPeople { kpi: kpi() });
            }
            if let Some(target) = item.target.filter(|target| target.is_negative() || target.is_zero()) {
                return Err(ScorecardError::Target { kpi: kpi(), target: target.to_text() });
            }
            let is_more_better = match (definition.better, item.curve.rewards()) {
                (Better::Higher, Rewards::Less | Rewards::Between) => Some(true),
                (Better::Lower, Rewards::More | Rewards::Between) => Some(false),
                _ => None,
            };
            if let Some(is_more_better) = is_more_better {
                return Err(ScorecardError::Rewards { kpi: kpi(), is_more_better, curve: item.curve.to_string() });
            }
            if definition.accrues() && !item.curve.needs_target() {
                return Err(ScorecardError::Absolute { kpi: kpi() });
            }
            if let Some(weight) = item.weight {
                let wrong = || ScorecardError::Weight { kpi: kpi(), weight: weight.to_text() };
                if weight <= Amount::ZERO || weight.round_to(WEIGHT_DECIMALS) != Ok(weight) {
                    return Err(wrong());
                }
                whole = whole.checked_add(weight).map_err(|_| wrong())?;
            }
        }
        if seen.is_empty() {
            return Err(ScorecardError::Empty);
        }
        if let Some(group) = self.groups.iter().find(|group| group.items.is_empty()) {
            return Err(ScorecardError::EmptyGroup(group.name("en").to_owned()));
        }
        if self.groups.iter().any(|group| group.name("en").is_empty()) {
            return Err(ScorecardError::NoName);
        }
        if whole == Amount::from(WHOLE) { Ok(()) } else { Err(ScorecardError::NotWhole(whole.to_text())) }
    }
}

/// Why a KPI has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoScore {
    /// Its value is missing.
    Value(NullReason),
    NoTarget,
}

impl NoScore {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Value(reason) => reason.name(),
            Self::NoTarget => "no_target",
        }
    }
}

/// What a score was made of: one KPI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub weight: Option<Amount>,
    pub score: Result<Amount, NoScore>,
    /// What it adds to the whole: the score by its share of the weight. Those of all parts sum to the whole; without a whole
    /// nothing.
    pub adds: Amount,
}

/// A weighted score and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// None where less than half of the weight has a score.
    pub whole: Option<Amount>,
    /// Per cent of the weight that has a score.
    pub weight_present: Amount,
    /// In the order they were given.
    pub parts: Vec<Part>,
}

/// The score of one KPI. `elapsed` is the share of the period's days that have come, for what grows with them (R-PART).
pub fn score_one(
    curve: &Curve,
    value: Result<Amount, NullReason>,
    target: Option<Amount>,
    elapsed: Option<Fraction>,
) -> Result<Result<Amount, NoScore>, AmountError> {
    let value = match value {
        Ok(value) => value,
        Err(reason) => return Ok(Err(NoScore::Value(reason))),
    };
    if !curve.needs_target() {
        return Ok(Ok(curve.score(value, Amount::ZERO)?));
    }
    let Some(target) = target else { return Ok(Err(NoScore::NoTarget)) };
    let target = elapsed.map_or(Ok(target), |elapsed| target.mul_fraction(elapsed))?;
    if target <= Amount::ZERO {
        return Ok(Err(NoScore::Value(NullReason::Undefined)));
    }
    Ok(Ok(curve.score(value, target)?))
}

/// Σ weight × score over the parts that have a weight (E1).
pub fn score(missing: Missing, parts: &[(Option<Amount>, Result<Amount, NoScore>)]) -> Result<Score, AmountError> {
    let weighted = || parts.iter().filter_map(|(weight, score)| weight.map(|weight| (weight, score)));
    let present = Amount::sum(weighted().filter(|(_, score)| score.is_ok()).map(|(weight, _)| weight))?;
    let of = if missing == Missing::Renormalise { present } else { Amount::from(WHOLE) };
    let is_told = missing != Missing::Renormalise || present >= Amount::from(LEAST_WEIGHT);
    let exact = |(weight, score): &(Option<Amount>, Result<Amount, NoScore>)| {
        let counts = weight.zip(counted(missing, score)).filter(|_| is_told);
        let share = counts.and_then(|(weight, counted)| (&Exact::from(weight) * &counted.into()).over(&of.into()));
        share.unwrap_or_else(|| Exact::from(0))
    };
    let exact: Vec<Exact> = parts.iter().map(exact).collect();
    // A score of 90 in every part is 90 in all: a millionth less would be another grade.
    let whole = exact.iter().sum::<Exact>().to_amount()?;
    let adds = rounded_to(&exact, whole)?;
    let parts = parts.iter().zip(adds).map(|((weight, score), adds)| Part { weight: *weight, score: *score, adds });
    Ok(Score { whole: is_told.then_some(whole), weight_present: present, parts: parts.collect() })
}

/// One KPI of a scorecard: weight and score, both as far as they are known.
pub type Weighted = (String, Option<Amount>, Option<Amount>);

/// The scorecards of roles that somebody held one after the other as one: each role's weights by its days. A KPI that several of
/// them have is one, its score the mean by those weights. In the order given; weights make a hundred where each scorecard's do.
pub fn weighed_by_days(cards: &[(i64, Vec<Weighted>)]) -> Result<Vec<Weighted>, AmountError> {
    let all =
        Exact::from(cards.iter().map(|(days, _)| Amount::from(*days)).try_fold(Amount::ZERO, Amount::checked_add)?);
    // Weight, and of what has a score its weight and weighted score.
    let mut found: Vec<(&str, Option<Exact>, Exact, Exact)> = Vec::new();
    for (days, kpis) in cards {
        for (id, weight, score) in kpis {
            let place = found.iter().position(|(one, ..)| one == id).unwrap_or_else(|| {
                found.push((id, None, Exact::from(0), Exact::from(0)));
                found.len() - 1
            });
            let days = Exact::from(Amount::from(*days));
            let share = weight.and_then(|weight| (&Exact::from(weight) * &days).over(&all));
            // What is only shown has the score of its last role.
            let by = share.clone().unwrap_or_else(|| Exact::from(0));
            let Some((_, whole, scored, sum)) = found.get_mut(place) else { continue };
            if let Some(share) = share {
                *whole = Some(whole.as_ref().map_or(share.clone(), |before| before + &share));
            }
            if let Some(score) = score {
                *scored = &*scored + &by;
                *sum = &*sum + &(&by * &Exact::from(*score));
            }
        }
    }
    let weights: Vec<Exact> = found.iter().filter_map(|(_, weight, ..)| weight.clone()).collect();
    let whole = weights.iter().sum::<Exact>().to_amount()?;
    let mut weights = rounded_to(&weights, whole)?.into_iter();
    let told = found.into_iter().map(|(id, weight, scored, sum)| {
        let last =
            || cards.iter().flat_map(|(_, kpis)| kpis).find(|(one, ..)| one == id).and_then(|(.., score)| *score);
        let score = sum.over(&scored).map(|score| score.to_amount()).transpose()?.or_else(last);
        Ok((id.to_owned(), weight.and_then(|_| weights.next()), score))
    });
    told.collect()
}

/// Each rounded so that together they make the whole: what is over or missing goes where rounding was furthest off.
fn rounded_to(exact: &[Exact], whole: Amount) -> Result<Vec<Amount>, AmountError> {
    let mut rounded = exact.iter().map(Exact::to_amount).collect::<Result<Vec<_>, _>>()?;
    let missing = whole.checked_sub(Amount::sum(rounded.iter().copied())?)?.millionths();
    let mut off: Vec<(Exact, usize)> =
        exact.iter().zip(&rounded).map(|(exact, rounded)| exact - &Exact::from(*rounded)).zip(0..).collect();
    off.sort();
    let place = |(_, place): &(Exact, usize)| *place;
    let places: Vec<usize> =
        if missing > 0 { off.iter().rev().map(place).collect() } else { off.iter().map(place).collect() };
    let one = Amount::from_millionths(missing.signum())?;
    for place in places.into_iter().take(usize::try_from(missing.unsigned_abs()).unwrap_or(usize::MAX)) {
        if let Some(adds) = rounded.get_mut(place) {
            *adds = adds.checked_add(one)?;
        }
    }
    Ok(rounded)
}

/// What counts for a KPI without a score.
fn counted(missing: Missing, score: &Result<Amount, NoScore>) -> Option<Amount> {
    score.ok().or(match missing {
        Missing::Renormalise => None,
        Missing::Neutral => Some(Amount::from(NEUTRAL)),
        Missing::Zero => Some(Amount::ZERO),
    })
}

/// The weight of some parts of a scorecard, and what their score is by it, where one of them has one.
pub fn together(missing: Missing, parts: &[&Part]) -> Result<(Amount, Option<Amount>), AmountError> {
    let weighted = || parts.iter().filter_map(|part| Some((part.weight?, counted(missing, &part.score))));
    let whole = Amount::sum(weighted().map(|(weight, _)| weight))?;
    let present = Amount::sum(weighted().filter(|(_, score)| score.is_some()).map(|(weight, _)| weight))?;
    if present.is_zero() {
        return Ok((whole, None));
    }
    let adds = weighted().filter_map(|(weight, score)| (&Exact::from(weight) * &score?.into()).over(&present.into()));
    Ok((whole, Some(adds.sum::<Exact>().to_amount()?)))
}

#[cfg(test)]
mod tests;
