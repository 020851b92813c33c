//! Recruitment (APPR-8): a candidate's way through the stages, what scorecards say together, and when personal data goes.

use base::{Amount, Fraction};
use jiff::{ToSpan, civil::Date};

/// Who was not hired is erased so many months after the decision, unless the company says otherwise.
pub const USUAL_MONTHS: i64 = 6;
pub const MOST_MONTHS: i64 = 36;
/// Of a scorecard's scale, which is that of the competencies.
pub const HIGHEST_SCORE: u8 = crate::role::HIGHEST_LEVEL;

/// Where a candidate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    Applied,
    Screened,
    Interview,
    /// Decided by the hiring manager, and approved by somebody else.
    Offer,
    Hired,
    /// By the company.
    Rejected,
    /// By the candidate.
    Withdrawn,
}

/// Every word of [`Stage`], for records.
pub const STAGES: &[&str] = &["applied", "screened", "interview", "offer", "hired", "rejected", "withdrawn"];

/// Why somebody was rejected.
const REJECTED: &[&str] = &["experience", "skills", "language", "pay", "another_chosen", "no_show", "position_closed"];
/// Why somebody withdrew.
const WITHDRAWN: &[&str] = &["other_offer", "pay", "place", "timing", "no_answer", "consent_ended"];
/// Both lists, for records.
pub const REASONS: &[&str] = &[
    "experience",
    "skills",
    "language",
    "pay",
    "another_chosen",
    "no_show",
    "position_closed",
    "other_offer",
    "place",
    "timing",
    "no_answer",
    "consent_ended",
];

impl Stage {
    pub const ALL: [Self; 7] =
        [Self::Applied, Self::Screened, Self::Interview, Self::Offer, Self::Hired, Self::Rejected, Self::Withdrawn];
    /// The way to being hired.
    pub const WAY: [Self; 5] = [Self::Applied, Self::Screened, Self::Interview, Self::Offer, Self::Hired];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Screened => "screened",
            Self::Interview => "interview",
            Self::Offer => "offer",
            Self::Hired => "hired",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// Nothing more is decided of the candidate.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Hired | Self::Rejected | Self::Withdrawn)
    }

    /// Ended without being hired: it takes a reason, and the data goes by schedule.
    pub const fn takes_reason(self) -> bool {
        matches!(self, Self::Rejected | Self::Withdrawn)
    }

    /// The reasons that may stand behind it.
    pub const fn reasons(self) -> &'static [&'static str] {
        match self {
            Self::Rejected => REJECTED,
            Self::Withdrawn => WITHDRAWN,
            _ => &[],
        }
    }

    /// Whether somebody may move a candidate there by hand. An offer takes a decision with a second person, hired is who became a
    /// person; who was rejected or withdrew may be taken up again.
    pub fn may_become(self, next: Self) -> bool {
        match next {
            Self::Applied | Self::Screened | Self::Interview => self != next && self != Self::Hired,
            Self::Rejected | Self::Withdrawn => !self.is_over(),
            Self::Offer | Self::Hired => false,
        }
    }

    /// The next one on the way that takes no decision.
    pub fn next(self) -> Option<Self> {
        Self::WAY.into_iter().find(|stage| *stage > self && self.may_become(*stage) && !self.is_over())
    }
}

/// What may be asked of everybody who came into a stage of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Passage {
    /// Came so far, or passed it by.
    Reached,
    /// Came further.
    Passed,
    /// Are in it.
    Now,
    /// Ended in it.
    Rejected,
    Withdrawn,
}

impl Passage {
    pub const ALL: [Self; 5] = [Self::Reached, Self::Passed, Self::Now, Self::Rejected, Self::Withdrawn];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Passed => "passed",
            Self::Now => "now",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|passage| passage.name() == name)
    }

    /// Whether it is so of somebody, by the stages they were in, the first first. Who was moved back has reached what they reached;
    /// where they ended is where they stood.
    pub fn holds(self, stage: Stage, steps: &[Stage]) -> bool {
        let on_way = |one: &Stage| Stage::WAY.contains(one);
        let furthest = steps.iter().copied().filter(on_way).max().unwrap_or(Stage::Applied);
        let stood = steps.iter().rev().copied().find(on_way).unwrap_or(Stage::Applied) == stage;
        let last = steps.last().copied();
        match self {
            Self::Reached => furthest >= stage,
            Self::Passed => furthest > stage,
            Self::Now => last == Some(stage),
            Self::Rejected => stood && last == Some(Stage::Rejected),
            Self::Withdrawn => stood && last == Some(Stage::Withdrawn),
        }
    }
}

/// What several scorecards say of one competency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub count: usize,
    pub median: Amount,
    pub least: u8,
    pub most: u8,
    /// The level that the role asks for.
    pub expected: u8,
}

impl Summary {
    /// None without a score.
    pub fn of(scores: &[u8], expected: u8) -> Option<Self> {
        let mut sorted = scores.to_vec();
        sorted.sort_unstable();
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        let count = sorted.len();
        // The middle one twice, or the two in the middle.
        let twice = i64::from(sorted[(count - 1) / 2]) + i64::from(sorted[count / 2]);
        let half = Fraction::new(Amount::ONE, Amount::from(2));
        let median = Amount::from(twice).mul_fraction(half).unwrap_or_default();
        Some(Self { count, median, least, most, expected })
    }

    pub const fn spread(&self) -> u8 {
        self.most - self.least
    }

    pub fn meets(&self) -> bool {
        self.median >= Amount::from(i64::from(self.expected))
    }
}

/// Why personal data goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// So many months after the decision.
    Decision,
    /// The consent ended.
    Consent,
}

impl Due {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Consent => "consent",
        }
    }
}

/// From which day on somebody who was not hired is erased, and why: whichever comes first. Consent holds through its last day.
pub fn due(decided: Option<Date>, consent_until: Date, months: i64) -> (Date, Due) {
    let consent = consent_until.saturating_add(1.day());
    match decided.map(|day| day.saturating_add(months.months())) {
        Some(decision) if decision <= consent => (decision, Due::Decision),
        _ => (consent, Due::Consent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Stage::{Applied, Hired, Interview, Offer, Rejected, Screened, Withdrawn};
    use jiff::civil::date;

    #[test]
    fn words_and_lists_say_the_same() {
        assert_eq!(Stage::ALL.map(Stage::name).as_slice(), STAGES);
        let mut reasons: Vec<_> = Stage::ALL.iter().flat_map(|stage| stage.reasons()).copied().collect();
        let mut all = REASONS.to_vec();
        reasons.sort_unstable();
        reasons.dedup();
        all.sort_unstable();
        assert_eq!(reasons, all);
        for stage in Stage::ALL {
            assert_eq!(Stage::read(stage.name()), Some(stage));
            assert_eq!(stage.takes_reason(), !stage.reasons().is_empty());
        }
    }

    #[test]
    fn nobody_is_moved_by_hand_into_an_offer_or_out_of_being_hired() {
        for stage in Stage::ALL {
            assert!(!stage.may_become(Offer) && !stage.may_become(Hired) && !stage.may_become(stage));
            assert!(!Hired.may_become(stage));
        }
        assert!(Applied.may_become(Interview) && Interview.may_become(Screened) && Offer.may_become(Rejected));
        assert!(Rejected.may_become(Interview) && !Rejected.may_become(Withdrawn));
        assert_eq!(
            [Applied, Screened, Interview, Rejected].map(Stage::next),
            [Some(Screened), Some(Interview), None, None]
        );
    }

    #[test]
    fn what_came_into_a_stage_is_in_it_passed_it_or_ended_in_it() {
        let everybody = [
            vec![Applied, Screened, Interview, Offer, Hired],
            vec![Applied, Interview, Rejected],
            vec![Applied, Screened, Withdrawn],
            vec![Applied],
            // Moved back: reached the interview, and ended as screened.
            vec![Applied, Screened, Interview, Screened, Rejected],
        ];
        let of = |stage| Passage::ALL.map(|one| everybody.iter().filter(|steps| one.holds(stage, steps)).count());
        assert_eq!(of(Applied), [5, 4, 1, 0, 0]);
        assert_eq!(of(Screened), [4, 3, 0, 1, 1]);
        assert_eq!(of(Interview), [3, 1, 0, 1, 0]);
        assert_eq!(of(Hired), [1, 0, 1, 0, 0]);
        let ends: usize = Stage::WAY.into_iter().map(|stage| of(stage)[2..].iter().sum::<usize>()).sum();
        assert_eq!(ends, everybody.len(), "everybody is somewhere, once");
    }

    #[test]
    fn the_median_is_the_middle_or_half_way_between_two() {
        assert_eq!(Summary::of(&[], 3), None);
        let of = |scores: &[u8]| Summary::of(scores, 3).expect("scores");
        assert_eq!(of(&[5, 1, 2]).median, Amount::from(2));
        let two = of(&[4, 3]);
        assert_eq!((two.median.to_text().as_str(), two.spread(), two.count, two.meets()), ("3.5", 1, 2, true));
        assert!(!of(&[2]).meets());
    }

    #[test]
    fn data_goes_with_the_first_of_decision_and_consent() {
        let until = date(2027, 5, 31);
        assert_eq!(due(None, until, 6), (date(2027, 6, 1), Due::Consent));
        assert_eq!(due(Some(date(2026, 8, 31)), until, 6), (date(2027, 2, 28), Due::Decision));
        assert_eq!(due(Some(date(2027, 3, 1)), until, 6), (date(2027, 6, 1), Due::Consent));
    }
}
