//! Situational leadership (E7): where a person stands in a task, and how to lead them in it.

use super::AppraisalError;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering::{Equal, Greater, Less};

/// How much of something, 1 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Degree(u8);

impl Degree {
    const MOST: u8 = 4;
    /// From this on it is much.
    const MUCH: u8 = 3;

    /// Nothing outside of 1 to 4.
    pub fn new(degree: u8) -> Option<Self> {
        (1..=Self::MOST).contains(&degree).then_some(Self(degree))
    }

    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Degree {
    type Error = AppraisalError;

    fn try_from(degree: u8) -> Result<Self, AppraisalError> {
        Self::new(degree).ok_or_else(|| AppraisalError::Degree(degree.to_string()))
    }
}

impl From<Degree> for u8 {
    fn from(degree: Degree) -> u8 {
        degree.0
    }
}

/// A person in one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Diagnosis {
    pub competence: Degree,
    pub commitment: Degree,
}

impl Diagnosis {
    pub const fn level(self) -> DevelopmentLevel {
        let (competence, commitment) = (self.competence.0, self.commitment.0);
        match (competence >= Degree::MUCH, commitment) {
            (false, Degree::MUCH..) => DevelopmentLevel::D1,
            (false, _) => DevelopmentLevel::D2,
            (true, Degree::MOST..) => DevelopmentLevel::D4,
            (true, _) => DevelopmentLevel::D3,
        }
    }
}

/// Per person and task, never per person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DevelopmentLevel {
    /// Enthusiastic beginner.
    D1,
    /// Disillusioned learner.
    D2,
    /// Capable but cautious.
    D3,
    /// Self-reliant achiever.
    D4,
}

impl DevelopmentLevel {
    pub const ALL: [Self; 4] = [Self::D1, Self::D2, Self::D3, Self::D4];

    pub const fn name(self) -> &'static str {
        match self {
            Self::D1 => "d1",
            Self::D2 => "d2",
            Self::D3 => "d3",
            Self::D4 => "d4",
        }
    }

    /// A goal and a plan are made together before anything is done.
    pub const fn begins_with_a_plan(self) -> bool {
        matches!(self, Self::D1)
    }

    /// Within so many days they look at it together again; by exception alone where somebody stands on their own feet.
    pub const fn days_between_checks(self) -> Option<i64> {
        match self {
            Self::D1 | Self::D2 => Some(7),
            Self::D3 => Some(14),
            Self::D4 => None,
        }
    }

    /// The style that fits.
    pub const fn style(self) -> Style {
        match self {
            Self::D1 => Style::Directing,
            Self::D2 => Style::Coaching,
            Self::D3 => Style::Supporting,
            Self::D4 => Style::Delegating,
        }
    }
}

/// How a person is led in a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// S1.
    Directing,
    /// S2.
    Coaching,
    /// S3.
    Supporting,
    /// S4.
    Delegating,
}

impl Style {
    pub const ALL: [Self; 4] = [Self::Directing, Self::Coaching, Self::Supporting, Self::Delegating];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Directing => "directing",
            Self::Coaching => "coaching",
            Self::Supporting => "supporting",
            Self::Delegating => "delegating",
        }
    }

    /// With much direction?
    pub const fn is_directive(self) -> bool {
        matches!(self, Self::Directing | Self::Coaching)
    }

    /// With much support?
    pub const fn is_supportive(self) -> bool {
        matches!(self, Self::Coaching | Self::Supporting)
    }
}

/// What to change in how a person is led, so that it fits their level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hint {
    MoreDirection,
    LessDirection,
    MoreSupport,
    LessSupport,
    MoreOfBoth,
    LessOfBoth,
    /// More direction and less support.
    DirectInstead,
    /// More support and less direction.
    SupportInstead,
}

impl Hint {
    pub const ALL: [Self; 8] = [
        Self::MoreDirection,
        Self::LessDirection,
        Self::MoreSupport,
        Self::LessSupport,
        Self::MoreOfBoth,
        Self::LessOfBoth,
        Self::DirectInstead,
        Self::SupportInstead,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::MoreDirection => "more_direction",
            Self::LessDirection => "less_direction",
            Self::MoreSupport => "more_support",
            Self::LessSupport => "less_support",
            Self::MoreOfBoth => "more_of_both",
            Self::LessOfBoth => "less_of_both",
            Self::DirectInstead => "direct_instead",
            Self::SupportInstead => "support_instead",
        }
    }

    /// None where the style fits the level.
    pub fn of(style: Style, level: DevelopmentLevel) -> Option<Self> {
        let fits = level.style();
        let direction = fits.is_directive().cmp(&style.is_directive());
        let support = fits.is_supportive().cmp(&style.is_supportive());
        Some(match (direction, support) {
            (Equal, Equal) => return None,
            (Greater, Equal) => Self::MoreDirection,
            (Less, Equal) => Self::LessDirection,
            (Equal, Greater) => Self::MoreSupport,
            (Equal, Less) => Self::LessSupport,
            (Greater, Greater) => Self::MoreOfBoth,
            (Less, Less) => Self::LessOfBoth,
            (Greater, Less) => Self::DirectInstead,
            (Less, Greater) => Self::SupportInstead,
        })
    }
}
