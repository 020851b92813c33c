//! What waits for somebody, and on which days they are told by mail.

use base::RecordId;
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

/// Days before a thing is due on which it is told again.
const BEFORE: i64 = 3;
/// Days between two mails of what is late, or has no day at all.
const BETWEEN: i64 = 7;
/// What somebody gave themselves a year for waits from so many days before.
pub const AHEAD: i64 = 14;

/// One thing that somebody is to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiting {
    pub person: RecordId,
    /// The last day on which it is in time.
    pub due: Option<Date>,
    /// `waits-…` is its message.
    pub what: &'static str,
    pub about: About,
    /// Where it is done.
    pub path: String,
    /// The cycle it belongs to, where it belongs to one.
    pub within: Option<RecordId>,
    /// The record it is about: the same thing has the same kind and number tomorrow.
    pub id: RecordId,
}

/// Whose or which.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    Name(String),
    /// Of somebody, in something.
    Within(String, String),
    /// An id, which has a name in each language.
    Role(String),
    Competency(String),
}

impl Waiting {
    /// What it is remembered by.
    pub fn key(&self) -> String {
        format!("{} {}", self.what, self.id)
    }

    pub fn is_overdue(&self, today: Date) -> bool {
        self.due.is_some_and(|due| due < today)
    }
}

/// Whether a thing is told today: when it is new, three days before it is due, on the day, and each week from then on. A day on which
/// no mail went makes up for what fell on it. `last` is when it was told before.
pub fn is_told(due: Option<Date>, last: Option<Date>, today: Date) -> bool {
    let Some(last) = last else { return true };
    let Some(due) = due else { return days(last, today) >= BETWEEN };
    let past = days(due, today);
    let moment = match past {
        past if past >= 0 => due.saturating_add((past / BETWEEN * BETWEEN).days()),
        past if past >= -BEFORE => due.saturating_sub(BEFORE.days()),
        _ => return false,
    };
    last < moment
}

/// Mail goes on working days.
pub fn is_mail_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn days(from: Date, to: Date) -> i64 {
    i64::from(from.until(to).map_or(0, |span| span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// On which days of two months a thing is told that is due on `due`, with a mail on each day that `goes` names.
    fn told(due: Option<Date>, goes: impl Fn(Date) -> bool) -> Vec<i8> {
        let mut last = None;
        let mut found = Vec::new();
        for day in date(2026, 6, 1).series(1.day()).take(30).filter(|day| goes(*day)) {
            if is_told(due, last, day) {
                last = Some(day);
                found.push(day.day());
            }
        }
        found
    }

    #[test]
    fn a_form_is_told_when_new_before_it_is_due_on_the_day_and_each_week_after() {
        assert_eq!(told(Some(date(2026, 6, 12)), |_| true), [1, 9, 12, 19, 26]);
    }

    #[test]
    fn what_falls_on_a_weekend_is_told_on_the_monday() {
        // Due on Sunday the 14th: three days before is Thursday, the day itself and the week after are Sundays.
        assert_eq!(told(Some(date(2026, 6, 14)), is_mail_day), [1, 11, 15, 22, 29]);
    }

    #[test]
    fn what_is_new_within_three_days_of_its_end_is_not_told_twice_before_it() {
        assert_eq!(told(Some(date(2026, 6, 3)), |_| true), [1, 3, 10, 17, 24]);
    }

    #[test]
    fn after_days_without_mail_one_makes_up_for_all() {
        assert_eq!(told(Some(date(2026, 6, 5)), |day| day.day() == 1 || day.day() > 20), [1, 21, 26]);
    }

    #[test]
    fn what_has_no_day_is_told_each_week() {
        assert_eq!(told(None, |_| true), [1, 8, 15, 22, 29]);
    }

    #[test]
    fn late_is_after_the_day() {
        let one = Waiting {
            person: RecordId(1),
            due: Some(date(2026, 6, 5)),
            what: "part-own",
            about: About::Name("A".to_owned()),
            path: "/".to_owned(),
            within: None,
            id: RecordId(2),
        };
        assert!(!one.is_overdue(date(2026, 6, 5)) && one.is_overdue(date(2026, 6, 6)));
        assert_eq!(one.key(), "part-own 2");
    }
}
