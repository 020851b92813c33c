//! Training (ENBL-1, ENBL-3): where an assignment stands, when a certificate ends, who needs a course, and what a course did.

use base::{Amount, Fraction};
use jiff::{Span, ToSpan, civil::Date};

/// So long before a certificate ends, its course is to be taken again; of a short one when half of it is over.
pub const RENEWED_BEFORE_DAYS: i32 = 60;
/// A course is to be done so soon, unless it says otherwise.
pub const USUAL_DAYS: i64 = 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CourseKind {
    /// Made by the company, in a learning tool.
    Own,
    /// Held by somebody else.
    External,
    File,
    Link,
    Classroom,
}

impl CourseKind {
    pub const ALL: [Self; 5] = [Self::Own, Self::External, Self::File, Self::Link, Self::Classroom];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::External => "external",
            Self::File => "file",
            Self::Link => "link",
            Self::Classroom => "classroom",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whoever takes it says themselves that it is done; of others those above do, or a learning tool.
    pub const fn is_told_by_taker(self) -> bool {
        matches!(self, Self::File | Self::Link)
    }
}

/// One assignment of a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assigned {
    pub due: Date,
    pub completed: Option<Date>,
    /// The first day on which the certificate counts no more.
    pub expires: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    Overdue,
    Open,
    Expired,
    /// Its certificate ends soon.
    Expiring,
    Late,
    Done,
}

impl Standing {
    pub const ALL: [Self; 6] = [Self::Overdue, Self::Open, Self::Expired, Self::Expiring, Self::Late, Self::Done];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Open => "open",
            Self::Expired => "expired",
            Self::Expiring => "expiring",
            Self::Late => "late",
            Self::Done => "done",
        }
    }

    pub const fn is_open(self) -> bool {
        matches!(self, Self::Overdue | Self::Open)
    }
}

impl Assigned {
    pub fn standing(&self, today: Date) -> Standing {
        match (self.completed, self.expires) {
            (None, _) if self.due < today => Standing::Overdue,
            (None, _) => Standing::Open,
            (Some(_), Some(expires)) if expires <= today => Standing::Expired,
            (Some(completed), Some(expires)) if ends_soon(completed, expires, today) => Standing::Expiring,
            (Some(completed), _) if completed > self.due => Standing::Late,
            (Some(_), _) => Standing::Done,
        }
    }
}

fn ends_soon(completed: Date, expires: Date, today: Date) -> bool {
    let whole = expires.since(completed).map_or(0, |span| span.get_days());
    expires <= today.saturating_add((whole / 2).min(RENEWED_BEFORE_DAYS).days())
}

/// The first day on which a certificate counts no more: the same day of the month in which it ends, or that month's last.
pub fn expires(completed: Date, months: i64) -> Option<Date> {
    let months = Span::new().try_months(months).ok().filter(|_| months > 0)?;
    completed.checked_add(months).ok()
}

/// Why somebody needs a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Their role takes it.
    Role,
    /// A development goal of theirs is about its competency.
    Gap,
    /// Their certificate ends soon, or has.
    Renewal,
}

impl Need {
    pub const ALL: [Self; 3] = [Self::Role, Self::Gap, Self::Renewal];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Gap => "gap",
            Self::Renewal => "renewal",
        }
    }
}

/// What somebody needs of a course that they took like this. Whoever has it open needs nothing; a certificate that holds is enough.
pub fn need(taken: &[Assigned], is_of_role: bool, has_gap: bool, today: Date) -> Option<Need> {
    if taken.iter().any(|one| one.completed.is_none()) {
        return None;
    }
    // Without an end it holds for good.
    let ends = |one: &Assigned| {
        one.completed.zip(one.expires).is_some_and(|(completed, expires)| ends_soon(completed, expires, today))
    };
    if taken.iter().any(|one| !ends(one)) {
        return None;
    }
    match (taken.is_empty(), is_of_role, has_gap) {
        (false, ..) => Some(Need::Renewal),
        (true, true, _) => Some(Need::Role),
        (true, false, true) => Some(Need::Gap),
        (true, false, false) => None,
    }
}

/// What became of assignments: as `training_completion_rate` and `training_effectiveness` count them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcome {
    pub assigned: usize,
    /// Their day has come.
    pub due: usize,
    pub on_time: usize,
    pub late: usize,
    pub rated: usize,
    ratings: i64,
    tested: usize,
    before: Amount,
    after: Amount,
}

impl Outcome {
    /// An assignment, and what its taker thought of it and scored before and after, once it is done.
    pub fn add(&mut self, one: &Assigned, rating: Option<i64>, scores: Option<(Amount, Amount)>, today: Date) {
        self.assigned += 1;
        let is_due = one.due <= today;
        self.due += usize::from(is_due);
        let Some(completed) = one.completed else { return };
        self.on_time += usize::from(is_due && completed <= one.due);
        self.late += usize::from(completed > one.due);
        if let Some(rating) = rating {
            self.rated += 1;
            self.ratings += rating;
        }
        let sums = scores.and_then(|(before, after)| {
            Some((self.before.checked_add(before).ok()?, self.after.checked_add(after).ok()?))
        });
        if let Some(sums) = sums {
            self.tested += 1;
            (self.before, self.after) = sums;
        }
    }

    /// Of what is due, what was done by its day.
    pub fn rate(&self) -> Fraction {
        Fraction::new(count(self.on_time), count(self.due))
    }

    pub fn mean_rating(&self) -> Fraction {
        Fraction::new(Amount::from(self.ratings), count(self.rated))
    }

    /// Mean scores before and after, of those who have both.
    pub fn scores(&self) -> (Fraction, Fraction) {
        (Fraction::new(self.before, count(self.tested)), Fraction::new(self.after, count(self.tested)))
    }

    /// How much better the test went afterwards.
    pub fn lift(&self) -> Option<Fraction> {
        Some(Fraction::new(self.after.checked_sub(self.before).ok()?, self.before))
    }
}

fn count(number: usize) -> Amount {
    Amount::from(i64::try_from(number).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
