//! What an appraisal holds as text: the KPI part as it was frozen, and what a writer answered.

use crate::AppraisalError;
use base::Amount;
use kpi::{PersonScore, json};
use rules::{
    kpi::NullReason,
    role::{HIGHEST_LEVEL, Profile},
    score::{Missing, NoScore, Score, score, weighed_by_days},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An answer is no book.
pub(crate) const LONGEST_TEXT: usize = 10_000;
/// A KPI's score goes from nothing to the top of its curve (E1).
const HIGHEST_SCORE: i64 = 120;

/// The KPI part: each KPI of the scorecard with what it came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    #[serde(default)]
    pub missing: Option<Missing>,
    pub kpis: Vec<FrozenKpi>,
    /// Whose scorecards they are, where somebody held several roles in the period: the last one first, with the days of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<(String, i64)>,
}

/// As `kpi::json::scored_kpi` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenKpi {
    pub kpi: String,
    pub by: String,
    pub weight: Option<Amount>,
    pub value: Option<Amount>,
    pub target: Option<Amount>,
    pub score: Option<Amount>,
    pub no_score: Option<String>,
}

impl Frozen {
    pub fn of(one: &PersonScore) -> Result<Self, AppraisalError> {
        let kpis = one.kpis.iter().map(|kpi| serde_json::from_value(json::scored_kpi(kpi)));
        Ok(Self { missing: Some(one.card.missing), kpis: kpis.collect::<Result<_, _>>()?, roles: Vec::new() })
    }

    /// Of several roles, the last one first, each by its days.
    pub fn weighed(roles: Vec<(String, i64, Self)>) -> Result<Self, AppraisalError> {
        // One's own number and one's team's are two, whatever they are called.
        let key = |one: &FrozenKpi| format!("{} {}", one.kpi, one.by);
        let weighted = |one: &FrozenKpi| (key(one), one.weight, one.score);
        let cards: Vec<_> =
            roles.iter().map(|(_, days, one)| (*days, one.kpis.iter().map(weighted).collect())).collect();
        let mut kpis = Vec::new();
        for (id, weight, score) in weighed_by_days(&cards)? {
            let of_roles = roles.iter().flat_map(|(.., one)| &one.kpis).filter(|one| key(one) == id);
            kpis.extend(of_roles.take(1).map(|one| FrozenKpi { weight, score, ..one.clone() }));
        }
        let missing = roles.first().and_then(|(.., one)| one.missing);
        Ok(Self { missing, kpis, roles: roles.into_iter().map(|(role, days, _)| (role, days)).collect() })
    }

    /// The score with what an appraiser put in place of single ones.
    pub fn score(&self, overrides: &BTreeMap<String, Override>) -> Result<Score, AppraisalError> {
        let parts: Vec<_> = self.kpis.iter().map(|kpi| (kpi.weight, kpi.counted(overrides))).collect();
        Ok(score(self.missing.unwrap_or_default(), &parts)?)
    }
}

impl FrozenKpi {
    fn counted(&self, overrides: &BTreeMap<String, Override>) -> Result<Amount, NoScore> {
        let said = overrides.get(&self.kpi).map(|said| said.score);
        said.or(self.score).ok_or(NoScore::Value(NullReason::Undefined))
    }
}

/// A KPI's score as an appraiser sees it, beside the one that follows from facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    pub score: Amount,
    pub reason: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// What was seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub example: String,
}

/// What a writer answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// By competency.
    #[serde(default)]
    pub ratings: BTreeMap<String, Rating>,
    /// By KPI.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overrides: BTreeMap<String, Override>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
}

impl Answers {
    /// Refuses what the form has no place for.
    pub fn check(&self, profile: &Profile, frozen: &Frozen, is_manager: bool) -> Result<(), AppraisalError> {
        for (id, rating) in &self.ratings {
            if !profile.competencies.iter().any(|one| one.id == *id) {
                return Err(AppraisalError::NoCompetency(id.clone()));
            }
            if rating.level.is_some_and(|level| !(1..=HIGHEST_LEVEL).contains(&level)) {
                return Err(AppraisalError::Level(id.clone()));
            }
        }
        for (id, said) in &self.overrides {
            if !is_manager {
                return Err(AppraisalError::NoOverride);
            }
            if !frozen.kpis.iter().any(|kpi| kpi.kpi == *id && kpi.weight.is_some()) {
                return Err(AppraisalError::NoKpi(id.clone()));
            }
            if said.score.is_negative() || said.score > Amount::from(HIGHEST_SCORE) {
                return Err(AppraisalError::Score(id.clone()));
            }
            if said.reason.trim().is_empty() {
                return Err(AppraisalError::NoReason(id.clone()));
            }
        }
        let texts =
            self.ratings.values().map(|rating| &rating.example).chain(self.overrides.values().map(|one| &one.reason));
        if texts.chain([&self.comment]).any(|text| text.len() > LONGEST_TEXT) {
            return Err(AppraisalError::TooLong);
        }
        Ok(())
    }

    /// Levels and scores alone.
    pub(crate) fn without_words(&self) -> Self {
        let rating =
            |(id, rating): (&String, &Rating)| (id.clone(), Rating { level: rating.level, example: String::new() });
        let said =
            |(id, said): (&String, &Override)| (id.clone(), Override { score: said.score, reason: String::new() });
        Self {
            ratings: self.ratings.iter().map(rating).collect(),
            overrides: self.overrides.iter().map(said).collect(),
            comment: String::new(),
        }
    }

    /// Competencies without a level.
    pub fn unrated<'a>(&'a self, profile: &'a Profile) -> impl Iterator<Item = &'a str> {
        let is_rated = |id: &str| self.ratings.get(id).is_some_and(|rating| rating.level.is_some());
        profile.competencies.iter().map(|one| one.id.as_str()).filter(move |id| !is_rated(id))
    }
}
