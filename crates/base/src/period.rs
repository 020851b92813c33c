//! Spans of days: half-open, labelled, of one grain.

use jiff::{ToSpan, civil::Date, civil::ISOWeekDate, civil::Weekday};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The length of the periods a question is answered by. Months, quarters and years are those of the fiscal calendar, weeks
/// those of ISO 8601. Written in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    Day,
    Week,
    Month,
    Quarter,
    Year,
    All,
}

/// The days from `start` up to but not including `end`. Made by a [`FiscalCalendar`](crate::FiscalCalendar), which also reads
/// labels back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub start: Date,
    /// The first day after the period.
    pub end: Date,
    /// What kind of period it is.
    pub grain: Grain,
    /// `1996`, `1996-Q3`, `1996-07`, `1996-W27`, `1996-07-04`, `all`, `FY1996`, `FY1996-Q3` or `FY1996-P07`.
    pub label: String,
}

/// What can be wrong with a grain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    #[error("`{text}` is not a grain; use day, week, month, quarter, year or all")]
    NotAGrain { text: String },
}

impl Grain {
    /// All grains, from the shortest to the longest.
    pub const EVERY: [Grain; 6] = [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Year, Grain::All];

    /// The name in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Grain::Day => "day",
            Grain::Week => "week",
            Grain::Month => "month",
            Grain::Quarter => "quarter",
            Grain::Year => "year",
            Grain::All => "all",
        }
    }
}

impl fmt::Display for Grain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Grain {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let found = Grain::EVERY.into_iter().find(|grain| grain.name() == text);
        found.ok_or_else(|| PeriodError::NotAGrain { text: text.to_owned() })
    }
}

impl Period {
    /// Does the day fall in the period?
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.start <= day && day < self.end
    }

    /// Does any day of the half-open range fall in the period?
    #[must_use]
    pub fn overlaps(&self, from: Date, to: Date) -> bool {
        from < to && self.start < to && from < self.end
    }

    /// How many days the period has.
    #[must_use]
    pub fn days(&self) -> i32 {
        days_between(self.start, self.end)
    }

    /// How many days of the period lie before this day: all of them once it is over, none before it starts. The part that
    /// pace and "to date" comparisons are made of (R-PART).
    #[must_use]
    pub fn days_before(&self, day: Date) -> i32 {
        days_between(self.start, day.clamp(self.start, self.end))
    }

    /// The first days of the period as a half-open range, at most the whole of it; the same elapsed days of a comparison
    /// period (R-PART).
    #[must_use]
    pub fn first_days(&self, days: i32) -> (Date, Date) {
        let days = days.clamp(0, self.days());
        (self.start, self.start.saturating_add(days.days()))
    }

    pub(crate) fn day(day: Date, next: Date) -> Self {
        Period { start: day, end: next, grain: Grain::Day, label: day.to_string() }
    }

    pub(crate) fn all(start: Date, end: Date) -> Self {
        Period { start, end, grain: Grain::All, label: Grain::All.name().to_owned() }
    }

    /// The ISO week; nothing when the year has no such week or it ends past the last day that can be told.
    pub(crate) fn week(year: i16, week: i8) -> Option<Self> {
        if !(1..=9999).contains(&year) {
            return None; // no four-digit label
        }
        let start = ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date();
        let end = start.checked_add(7.days()).ok()?;
        Some(Period { start, end, grain: Grain::Week, label: format!("{year:04}-W{week:02}") })
    }
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn grains_are_read_by_name() {
        for grain in Grain::EVERY {
            assert_eq!(grain.to_string().parse(), Ok(grain));
            assert_eq!(serde_json::to_string(&grain).unwrap(), format!("\"{grain}\""));
        }
        let hint = "`Months` is not a grain; use day, week, month, quarter, year or all";
        assert_eq!("Months".parse::<Grain>().unwrap_err().to_string(), hint);
    }

    #[test]
    fn a_period_holds_its_start_and_not_its_end() {
        let week = Period::week(1996, 27).unwrap();
        assert_eq!((week.start, week.end), (date(1996, 7, 1), date(1996, 7, 8)));
        assert!(week.contains(date(1996, 7, 1)) && week.contains(date(1996, 7, 7)) && !week.contains(date(1996, 7, 8)));
        assert!(week.overlaps(date(1996, 7, 7), date(1996, 8, 1)));
        assert!(!week.overlaps(date(1996, 7, 8), date(1996, 8, 1)));
        assert!(!week.overlaps(date(1996, 7, 3), date(1996, 7, 3)), "an empty range overlaps nothing");
    }

    #[test]
    fn elapsed_days_stop_at_the_ends() {
        let week = Period::week(1996, 27).unwrap();
        let elapsed =
            [(6, 20), (7, 1), (7, 4), (7, 8), (9, 1)].map(|(month, day)| week.days_before(date(1996, month, day)));
        assert_eq!(elapsed, [0, 0, 3, 7, 7]);
        assert_eq!(week.days(), 7);
        assert_eq!(week.first_days(3), (date(1996, 7, 1), date(1996, 7, 4)));
        assert_eq!(week.first_days(99), (week.start, week.end));
        assert_eq!(week.first_days(-1), (week.start, week.start));
    }
}
