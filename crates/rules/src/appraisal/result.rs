//! The result of one person: competencies (E2), feedback from all sides (E3), the overall score and its grade (E4).

use super::{AppraisalError, Measure, WHOLE, check_order, check_weight, check_whole, count};
use base::Amount;
use pay_rules::exact::Exact;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// With less of the weight rated than this there is no competency score.
const LEAST_WEIGHT: i64 = 50;
/// Of fewer ratings than this none is left out.
const LEAST_TO_TRIM: usize = 5;

/// A point on the scale of a competency, 1 to 5, each with a behavioural anchor (E2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    pub const LOWEST: Self = Self(1);
    pub const HIGHEST: Self = Self(5);

    /// Nothing outside of 1 to 5.
    pub fn new(level: u8) -> Option<Self> {
        (Self::LOWEST.0..=Self::HIGHEST.0).contains(&level).then_some(Self(level))
    }

    pub const fn get(self) -> u8 {
        self.0
    }

    pub fn to_amount(self) -> Amount {
        Amount::from(i64::from(self.0))
    }

    fn exact(self) -> Exact {
        Exact::from(i32::from(self.0))
    }
}

impl TryFrom<u8> for Level {
    type Error = AppraisalError;

    fn try_from(level: u8) -> Result<Self, AppraisalError> {
        Self::new(level).ok_or_else(|| AppraisalError::Rating(level.to_string()))
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> u8 {
        level.0
    }
}

/// One competency of a person: what their role expects and what was seen (E2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rated {
    /// Per cent; those of all competencies of a role sum to 100.
    pub weight: Amount,
    pub expected: Level,
    /// From 1 to 5, a mean where several rated it; none where nobody did.
    pub observed: Option<Amount>,
}

impl Rated {
    /// Observed − expected, in levels: below zero there is something to develop.
    pub fn gap(&self) -> Result<Option<Amount>, AppraisalError> {
        self.observed.map(|observed| Ok(observed.checked_sub(self.expected.to_amount())?)).transpose()
    }

    /// min(observed ÷ expected, 1.2) × 100.
    pub fn score(&self) -> Result<Option<Amount>, AppraisalError> {
        self.points().map(|points| Ok(points.to_amount()?)).transpose()
    }

    fn points(&self) -> Option<Exact> {
        let most = Exact::ratio(6, 5);
        let share = Exact::from(self.observed?).over(&self.expected.exact())?;
        Some(&share.min(most) * &Exact::from(100))
    }
}

/// Σ weight × min(observed ÷ expected, 1.2) × 100 (E2). The rated competencies share the weight of the others, each by its own;
/// none where less than half of the weight is rated, and none without competencies.
pub fn competency_score(rated: &[Rated]) -> Result<Option<Amount>, AppraisalError> {
    if rated.is_empty() {
        return Ok(None);
    }
    check_whole(rated.iter().map(|one| one.weight))?;
    let scale = Level::LOWEST.to_amount()..=Level::HIGHEST.to_amount();
    if let Some(wrong) = rated.iter().filter_map(|one| one.observed).find(|observed| !scale.contains(observed)) {
        return Err(AppraisalError::Rating(wrong.to_text()));
    }
    let present = rated.iter().filter_map(|one| Some((one.weight, one.points()?))).collect::<Vec<_>>();
    if Amount::sum(present.iter().map(|(weight, _)| *weight))? < Amount::from(LEAST_WEIGHT) {
        return Ok(None);
    }
    Ok(weighted(&present).map(|score| score.to_amount()).transpose()?)
}

/// Σ weight × value ÷ Σ weight; nothing without any weight. Exact, so that it stays between the least and the greatest value and
/// a score of 90 in every part is 90 in all: a millionth less would be another grade.
fn weighted(parts: &[(Amount, Exact)]) -> Option<Exact> {
    let sum: Exact = parts.iter().map(|(weight, value)| &Exact::from(*weight) * value).sum();
    sum.over(&parts.iter().map(|(weight, _)| Exact::from(*weight)).sum())
}

/// From which side somebody rates a person (E3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RaterKind {
    /// The person: shown, and without weight unless a company gives it one.
    Own,
    Manager,
    /// Leads a part of the work and is no manager on the reporting line: shown, and without weight unless a company gives it one.
    Matrix,
    Peer,
    Report,
    /// Customers and others.
    Customer,
}

impl RaterKind {
    pub const ALL: [Self; 6] = [Self::Own, Self::Manager, Self::Matrix, Self::Peer, Self::Report, Self::Customer];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Manager => "manager",
            Self::Matrix => "matrix",
            Self::Peer => "peer",
            Self::Report => "report",
            Self::Customer => "customer",
        }
    }

    /// The weight where a company says no other, per cent.
    pub fn weight(self) -> Amount {
        Amount::from(match self {
            Self::Own | Self::Matrix => 0,
            Self::Manager => 50,
            Self::Peer | Self::Report => 20,
            Self::Customer => 10,
        })
    }

    /// Is it kept from the rated person who gave which rating?
    pub const fn is_anonymous(self) -> bool {
        !matches!(self, Self::Own | Self::Manager | Self::Matrix)
    }
}

/// What one rater answered, by competency.
pub type Answers = BTreeMap<String, Level>;

/// The raters of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// One for each rater; somebody who answered nothing is no rater.
    pub raters: Vec<Answers>,
}

/// How several ratings of one competency become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Means {
    #[default]
    Plain,
    /// Of five and more ratings one highest and one lowest are left out.
    Trimmed,
}

/// What is told of one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// The mean of the means of its competencies.
    Told { mean: Amount, raters: usize },
    /// Fewer raters than the measure asks for; how many, or whether any, is not told.
    Hidden,
    /// The person or their manager has not rated.
    Missing,
}

/// What is told of all groups together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Overall {
    Told(Amount),
    /// One group is hidden: rounded to one decimal, so that it cannot be reckoned back.
    Rounded(Amount),
    /// One group is hidden, and fewer raters are left than the measure asks for in all.
    Withheld,
    /// No group with a weight has a mean.
    Missing,
}

/// Feedback from all sides as it may be shown: nothing in it depends on what a hidden group answered, nor on how many did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    pub groups: BTreeMap<RaterKind, Standing>,
    pub overall: Overall,
}

/// Feedback from all sides (E3). A kind that is not among the groups was not asked: it is neither missing nor hidden. For one
/// competency, give the answers about it alone; then its own raters are counted. Groups with a mean share the weight of the others, each
/// by its own.
pub fn feedback(groups: &BTreeMap<RaterKind, Group>, measure: &Measure) -> Result<Feedback, AppraisalError> {
    let means = measure.means();
    let mut standings = BTreeMap::new();
    let mut told = Vec::new();
    let mut raters_in_all = 0;
    for (&kind, group) in groups {
        let raters = group.raters.iter().filter(|answers| !answers.is_empty()).count();
        let standing = match group_mean(group, means) {
            _ if kind.is_anonymous() && raters < measure.least() => Standing::Hidden,
            None => Standing::Missing,
            Some(mean) => {
                if !measure.weight(kind).is_zero() {
                    raters_in_all += raters;
                }
                let standing = Standing::Told { mean: mean.to_amount()?, raters };
                told.push((measure.weight(kind), mean));
                standing
            }
        };
        standings.insert(kind, standing);
    }
    let is_one_hidden = standings.values().filter(|standing| **standing == Standing::Hidden).count() == 1;
    let overall = match weighted(&told) {
        None => Overall::Missing,
        Some(_) if is_one_hidden && raters_in_all < measure.least_in_all() => Overall::Withheld,
        Some(mean) if is_one_hidden => Overall::Rounded(one_decimal(&mean)?),
        Some(mean) => Overall::Told(mean.to_amount()?),
    };
    Ok(Feedback { groups: standings, overall })
}

/// Of the exact mean: rounding it twice could round it up twice.
fn one_decimal(mean: &Exact) -> Result<Amount, AppraisalError> {
    let tenths = (mean * &Exact::from(10)).rounded().unwrap_or_default();
    Ok(Amount::from_millionths(tenths * Amount::ONE.millionths() / 10)?)
}

/// Each competency counts the same, however many rated it.
fn group_mean(group: &Group, means: Means) -> Option<Exact> {
    let mut by_competency: BTreeMap<&str, Vec<Level>> = BTreeMap::new();
    for (competency, level) in group.raters.iter().flatten() {
        by_competency.entry(competency).or_default().push(*level);
    }
    let means: Vec<Exact> = by_competency.into_values().filter_map(|levels| item_mean(levels, means)).collect();
    means.iter().sum::<Exact>().over(&count(means.len()))
}

fn item_mean(mut levels: Vec<Level>, means: Means) -> Option<Exact> {
    levels.sort_unstable();
    let counted = match (means, levels.as_slice()) {
        (Means::Trimmed, [_, middle @ .., _]) if levels.len() >= LEAST_TO_TRIM => middle,
        (_, all) => all,
    };
    counted.iter().map(|level| level.exact()).sum::<Exact>().over(&count(counted.len()))
}

/// KPI score and competency score by the weight of the first, per cent; 70 where the template of the role says no other (E4).
/// None while a part that has weight has no score.
pub fn overall(
    kpi: Option<Amount>,
    competency: Option<Amount>,
    kpi_weight: Amount,
) -> Result<Option<Amount>, AppraisalError> {
    check_weight(kpi_weight)?;
    let parts = [(kpi_weight, kpi), (Amount::from(WHOLE).checked_sub(kpi_weight)?, competency)];
    let counted = parts.into_iter().filter(|(weight, _)| !weight.is_zero());
    let scored: Option<Vec<_>> = counted.map(|(weight, score)| Some((weight, Exact::from(score?)))).collect();
    Ok(scored.and_then(|scored| weighted(&scored)).map(|score| score.to_amount()).transpose()?)
}

/// The final letter; A is the best, and the least in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Grade {
    A,
    B,
    C,
    D,
    E,
}

impl Grade {
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
        }
    }
}

/// One value for each grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE", deny_unknown_fields)]
pub struct PerGrade<T> {
    pub a: T,
    pub b: T,
    pub c: T,
    pub d: T,
    pub e: T,
}

impl<T> PerGrade<T> {
    pub const fn get(&self, grade: Grade) -> &T {
        match grade {
            Grade::A => &self.a,
            Grade::B => &self.b,
            Grade::C => &self.c,
            Grade::D => &self.d,
            Grade::E => &self.e,
        }
    }
}

/// From which score on a grade is given (E4): `[from, from of the grade before)`. A company may do without some letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(Grade, Option<Amount>)>", into = "Vec<(Grade, Option<Amount>)>")]
pub struct Grades {
    above: Vec<(Grade, Amount)>,
    last: Grade,
}

impl Grades {
    /// From the best to the worst, each beginning lower than the one before, the last without a bound.
    pub fn new(bands: Vec<(Grade, Option<Amount>)>) -> Result<Self, AppraisalError> {
        check_order(bands.iter().map(|(grade, _)| *grade))?;
        let Some(((last, None), above)) = bands.split_last() else { return Err(AppraisalError::LastGrade) };
        let above = above.iter().map(|(grade, from)| Some((*grade, (*from)?))).collect::<Option<Vec<_>>>();
        let above = above.ok_or(AppraisalError::LastGrade)?;
        let rising = above.windows(2).find_map(|pair| match pair {
            [(_, before), (grade, from)] if from >= before => Some(*grade),
            _ => None,
        });
        rising.map_or(Ok(Self { above, last: *last }), |grade| Err(AppraisalError::GradeBound(grade)))
    }

    pub fn of(&self, score: Amount) -> Grade {
        self.above.iter().find(|(_, from)| score >= *from).map_or(self.last, |(grade, _)| *grade)
    }

    /// From the best to the worst.
    pub fn bands(&self) -> impl Iterator<Item = (Grade, Option<Amount>)> {
        self.above.iter().map(|(grade, from)| (*grade, Some(*from))).chain([(self.last, None)])
    }
}

/// A from 90, B from 80, C from 70, D from 60, E below.
impl Default for Grades {
    fn default() -> Self {
        let above = [(Grade::A, 90), (Grade::B, 80), (Grade::C, 70), (Grade::D, 60)];
        Self { above: above.map(|(grade, from)| (grade, Amount::from(from))).to_vec(), last: Grade::E }
    }
}

impl TryFrom<Vec<(Grade, Option<Amount>)>> for Grades {
    type Error = AppraisalError;

    fn try_from(bands: Vec<(Grade, Option<Amount>)>) -> Result<Self, AppraisalError> {
        Self::new(bands)
    }
}

impl From<Grades> for Vec<(Grade, Option<Amount>)> {
    fn from(grades: Grades) -> Self {
        grades.bands().collect()
    }
}
