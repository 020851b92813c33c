//! What a call, a meeting or a skill is reviewed by (COACH-4): weighted criteria, a score of 0 to 100, and what to work on. Rubrics
//! ship; a company's own stands in place of one or beside them.

use super::CoachingError;
use crate::role::{HIGHEST_LEVEL, Texts};
use base::Amount;
use pay_rules::exact::Exact;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// More cannot be watched in one talk.
pub const MOST_CRITERIA: usize = 30;
pub(super) const MOST_LETTERS: usize = 60;
const HINTS: usize = 3;

/// The rubrics that ship.
pub const SHIPPED: [(&str, &str); 4] = [
    ("seven_mistakes", include_str!("rubrics/seven_mistakes.toml")),
    ("discovery_call", include_str!("rubrics/discovery_call.toml")),
    ("negotiation", include_str!("rubrics/negotiation.toml")),
    ("presentation", include_str!("rubrics/presentation.toml")),
];

/// A rubric, as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    pub id: String,
    pub kind: RubricKind,
    pub names: Texts,
    /// Of a skill: how much of a hundred its score is of `skill_assessment_score`; none where that does not count it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill_weight: Option<u8>,
    #[serde(rename = "criterion")]
    pub criteria: Vec<Criterion>,
}

/// What is reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RubricKind {
    Call,
    Meeting,
    Skill,
}

impl RubricKind {
    pub const ALL: [Self; 3] = [Self::Call, Self::Meeting, Self::Skill];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Meeting => "meeting",
            Self::Skill => "skill",
        }
    }
}

/// One thing that is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    pub id: String,
    pub names: Texts,
    /// What one sees or hears when it is done well.
    pub look_for: Texts,
    /// Above 0; a share of the sum over all criteria that were seen.
    pub weight: u32,
    pub scale: Scale,
}

/// How a criterion is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// Of a mistake: 0 it happened, 1 it was avoided.
    Avoided,
    /// 1 to 5.
    Level,
}

impl Scale {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Avoided => "avoided",
            Self::Level => "level",
        }
    }

    /// The least and the most that can be answered: no share of the weight and all of it.
    pub const fn ends(self) -> (u8, u8) {
        match self {
            Self::Avoided => (0, 1),
            Self::Level => (1, HIGHEST_LEVEL),
        }
    }
}

/// An answer by criterion; none, or no entry, where it was not seen.
pub type Answers = BTreeMap<String, Option<u8>>;

impl Rubric {
    pub fn read(text: &str) -> Result<Self, CoachingError> {
        let rubric: Self = toml::from_str(text)?;
        rubric.check()?;
        Ok(rubric)
    }

    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    /// Every id is one and stands in it once; everything has a weight and words.
    pub fn check(&self) -> Result<(), CoachingError> {
        check_id(&self.id)?;
        said(&self.id, "names", &self.names)?;
        if self.skill_weight.is_some_and(|weight| self.kind != RubricKind::Skill || !(1..=100).contains(&weight)) {
            return Err(CoachingError::SkillWeight(self.id.clone()));
        }
        if !(1..=MOST_CRITERIA).contains(&self.criteria.len()) {
            return Err(CoachingError::Criteria(self.criteria.len()));
        }
        let mut seen = BTreeSet::new();
        for one in &self.criteria {
            check_id(&one.id)?;
            if !seen.insert(&one.id) {
                return Err(CoachingError::Twice(one.id.clone()));
            }
            said(&one.id, "names", &one.names)?;
            said(&one.id, "look_for", &one.look_for)?;
            if one.weight == 0 {
                return Err(CoachingError::Weightless(one.id.clone()));
            }
        }
        Ok(())
    }

    /// 0 to 100. What was not seen leaves its weight to the rest; none when nothing was.
    pub fn score(&self, answers: &Answers) -> Result<Option<Amount>, CoachingError> {
        let shares = self.shares(answers)?;
        let parts = shares.iter().map(|(criterion, share)| (criterion.weight, share.clone()));
        Ok(weighted(parts).map(|score| score.to_amount()).transpose()?)
    }

    /// What to work on: up to three criteria that were seen and fell short, the weakest first, as in the file among equals.
    pub fn weakest(&self, answers: &Answers) -> Result<Vec<&Criterion>, CoachingError> {
        let mut short = self.shares(answers)?;
        short.retain(|(_, share)| *share < Exact::ONE);
        short.sort_by(|(_, one), (_, other)| one.cmp(other));
        Ok(short.into_iter().take(HINTS).map(|(criterion, _)| criterion).collect())
    }

    /// How much of each criterion that was seen, 0 to 1.
    fn shares(&self, answers: &Answers) -> Result<Vec<(&Criterion, Exact)>, CoachingError> {
        if let Some(unknown) = answers.keys().find(|id| self.criteria.iter().all(|one| one.id != **id)) {
            return Err(CoachingError::NoCriterion { rubric: self.id.clone(), criterion: unknown.clone() });
        }
        let seen = self.criteria.iter().filter_map(|one| Some((one, answers.get(&one.id).copied().flatten()?)));
        seen.map(|(one, value)| Ok((one, one.share(value)?))).collect()
    }
}

impl Criterion {
    fn share(&self, value: u8) -> Result<Exact, CoachingError> {
        let (least, most) = self.scale.ends();
        if !(least..=most).contains(&value) {
            return Err(CoachingError::Answer { criterion: self.id.clone(), least, most, value });
        }
        Ok(Exact::ratio(i32::from(value - least), i32::from(most - least)))
    }
}

/// 100 Σ weight × share ÷ Σ weight (B8, `skill_assessment_score`); none without a weight.
pub(super) fn weighted(parts: impl Iterator<Item = (u32, Exact)>) -> Option<Exact> {
    let (mut sum, mut whole) = (Exact::ZERO, Exact::ZERO);
    for (weight, share) in parts {
        let weight = Exact::from(Amount::from(i64::from(weight)));
        sum = &sum + &(&weight * &share);
        whole = &whole + &weight;
    }
    (&sum * &Exact::from(100)).over(&whole)
}

fn check_id(id: &str) -> Result<(), CoachingError> {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let is_id = id.starts_with(|letter: char| letter.is_ascii_lowercase())
        && id.chars().all(is_letter)
        && id.len() <= MOST_LETTERS;
    if is_id { Ok(()) } else { Err(CoachingError::Id(id.to_owned())) }
}

fn said(of: &str, field: &str, texts: &Texts) -> Result<(), CoachingError> {
    if texts.of("en").trim().is_empty() { Err(CoachingError::NoText(format!("{of}.{field}"))) } else { Ok(()) }
}
