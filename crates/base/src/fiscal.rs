//! The company's calendar: which days make a month, a quarter and a year.
//!
//! A fiscal year is named after the calendar year in which it **ends** (`FY2026` of an April start runs from 2025-04-01 up to
//! 2026-04-01); for a January start both agree and the `FY` is left out. Listed years carry the name they were given.

use crate::period::{Grain, Period};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use serde::{Deserialize, Serialize};

/// Fiscal years that either start in the same month every year, or are listed day by day (4-4-5, 13 × 4 weeks).
///
/// Plain data: `{"start_month": 4}` or `{"years": [{"year": 2026, "starts": [12 or 13 dates], "end": date}]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PlainCalendar", into = "PlainCalendar")]
pub struct FiscalCalendar(Boundaries);

/// One listed fiscal year. A quarter is three periods; of 13 periods the last quarter has four.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FiscalYear {
    /// The name of the year: 2026 for `FY2026`.
    pub year: i16,
    /// The first day of each of the 12 or 13 periods.
    pub starts: Vec<Date>,
    /// The first day after the year.
    pub end: Date,
}

/// What can be wrong with a calendar or a question to it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("a fiscal calendar needs either `start_month` or `years`, and not both")]
    NotOneKind,
    #[error("{month} is not a month; use 1 for January to 12 for December")]
    NotAMonth { month: i8 },
    #[error("a fiscal calendar of listed years needs at least one year")]
    NoYears,
    #[error("fiscal year {year} cannot be named so; use a year from 1 to 9999")]
    NotAYear { year: i16 },
    #[error("fiscal year {year} has {count} periods; list the first day of each of its 12 or 13 periods")]
    PeriodCount { year: i16, count: usize },
    #[error("fiscal year {year}: {later} must come after {earlier}; list the days in order, the end last")]
    NotAscending { year: i16, earlier: Date, later: Date },
    #[error("fiscal year {next} must follow {year}; list years in order without leaving one out")]
    YearMissing { year: i16, next: i16 },
    #[error("fiscal year {year} ends at {end} but the next one starts on {start}; let one start where the other ends")]
    NotContiguous { year: i16, end: Date, start: Date },
    #[error(
        "{day} is outside the fiscal calendar, which has the days from {first} up to {end}; add the years you need"
    )]
    OutsideCalendar { day: Date, first: Date, end: Date },
    #[error("fiscal year {year} is not in the fiscal calendar; add it or choose another")]
    NoSuchYear { year: i16 },
    #[error("the range ends on {to}, before it starts on {from}; exchange the two")]
    EndBeforeStart { from: Date, to: Date },
    #[error("{from} up to {to} has more than {limit} periods of one {grain}; ask for less or use a longer grain")]
    TooManyPeriods { from: Date, to: Date, grain: Grain, limit: usize },
    #[error("`{label}` is not a period of this calendar; write it like {examples}")]
    NotALabel { label: String, examples: &'static str },
    #[error("`{label}` has no period to compare with: {reason}")]
    NothingToCompare { label: String, reason: &'static str },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Boundaries {
    StartMonth(i8),
    Listed(Vec<FiscalYear>),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainCalendar {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start_month: Option<i8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    years: Option<Vec<FiscalYear>>,
}

/// The days any calendar can be asked about; years beyond have no four-digit label.
const FIRST_DAY: Date = date(1, 1, 1);
const END: Date = date(9999, 1, 1);
const PERIODS_PER_QUARTER: usize = 3;

impl FiscalCalendar {
    /// The most periods one answer has.
    pub const MAX_PERIODS: usize = 20_000;

    /// Years that start on the first day of this month, 1 to 12.
    pub fn starting_in(month: i8) -> Result<Self, CalendarError> {
        if !(1..=12).contains(&month) {
            return Err(CalendarError::NotAMonth { month });
        }
        Ok(FiscalCalendar(Boundaries::StartMonth(month)))
    }

    /// Years given day by day: in order, none left out, each starting where the one before ends.
    pub fn from_years(years: Vec<FiscalYear>) -> Result<Self, CalendarError> {
        if years.is_empty() {
            return Err(CalendarError::NoYears);
        }
        years.iter().try_for_each(FiscalYear::check)?;
        for pair in years.windows(2) {
            let (year, next) = (&pair[0], &pair[1]);
            if year.year.checked_add(1) != Some(next.year) {
                return Err(CalendarError::YearMissing { year: year.year, next: next.year });
            }
            if next.starts[0] != year.end {
                return Err(CalendarError::NotContiguous { year: year.year, end: year.end, start: next.starts[0] });
            }
        }
        Ok(FiscalCalendar(Boundaries::Listed(years)))
    }

    /// The period of this grain in which the day falls. `all` is every day a calendar can be asked about.
    pub fn period_of(&self, day: Date, grain: Grain) -> Result<Period, CalendarError> {
        if day < FIRST_DAY || day >= END {
            return Err(CalendarError::OutsideCalendar { day, first: FIRST_DAY, end: END });
        }
        match grain {
            Grain::All => Ok(Period::all(FIRST_DAY, END)),
            Grain::Day => Ok(Period::day(day, day.saturating_add(1.day()))),
            Grain::Week => {
                let week = day.iso_week_date();
                let outside = CalendarError::OutsideCalendar { day, first: FIRST_DAY, end: END };
                Period::week(week.year(), week.week()).ok_or(outside)
            }
            Grain::Month | Grain::Quarter | Grain::Year => {
                let (year, index) = self.place_of(day, grain)?;
                self.part(year, grain, index)?.ok_or(CalendarError::NoSuchYear { year })
            }
        }
    }

    /// All periods with a day in the half-open range, whole, in order of time; `all` is the range itself. An error when the
    /// range ends before it starts or has more than [`Self::MAX_PERIODS`] periods; an empty range has none.
    pub fn periods(&self, from: Date, to: Date, grain: Grain) -> Result<Vec<Period>, CalendarError> {
        if to < from {
            return Err(CalendarError::EndBeforeStart { from, to });
        }
        if grain == Grain::All && from < to {
            return Ok(vec![Period::all(from, to)]);
        }
        let mut periods = Vec::new();
        let mut next = from;
        while next < to {
            if periods.len() == Self::MAX_PERIODS {
                return Err(CalendarError::TooManyPeriods { from, to, grain, limit: Self::MAX_PERIODS });
            }
            let period = self.period_of(next, grain)?;
            next = period.end;
            periods.push(period);
        }
        Ok(periods)
    }

    /// Reads a label back into its period. Only the form this calendar itself writes is taken.
    pub fn parse_label(&self, label: &str) -> Result<Period, CalendarError> {
        let not_a_label = || CalendarError::NotALabel { label: label.to_owned(), examples: self.examples() };
        if label == Grain::All.name() {
            return Ok(Period::all(FIRST_DAY, END));
        }
        let named = label.strip_prefix("FY").unwrap_or(label);
        let (year_text, part) = named.split_once('-').map_or((named, None), |(year, part)| (year, Some(part)));
        let year: i16 = digits(year_text, 4).ok_or_else(not_a_label)?;
        let found = match part {
            None => self.part(year, Grain::Year, 0)?,
            Some(part) => self.named_part(year, part)?,
        };
        // Whatever was read must be written the same: no FY where the years are plain, no month where periods are listed.
        found.filter(|period| period.label == label).ok_or_else(not_a_label)
    }

    /// The period of the same grain just before this one. An error for `all` and before the first listed year.
    pub fn previous(&self, period: &Period) -> Result<Period, CalendarError> {
        if period.grain == Grain::All {
            return Err(nothing_to_compare(period, "it holds every day"));
        }
        let day_before = period.start.checked_sub(1.day());
        let day_before = day_before.map_err(|_| nothing_to_compare(period, "it is the first of all"))?;
        self.period_of(day_before, period.grain)
    }

    /// The period at the same place of the year before: same day (29 February: the 28th), same ISO week (week 53: the last
    /// one), same month, quarter, year. An error for `all`, before the first listed year, and where that year has no such
    /// period.
    pub fn year_before(&self, period: &Period) -> Result<Period, CalendarError> {
        let no_such = || nothing_to_compare(period, "the year before has no such period");
        match period.grain {
            Grain::All => Err(nothing_to_compare(period, "it holds every day")),
            Grain::Day => {
                let day = period.start.checked_sub(1.year()).map_err(|_| no_such())?;
                self.period_of(day, Grain::Day)
            }
            Grain::Week => {
                let week = period.start.iso_week_date();
                let year = week.year() - 1;
                Period::week(year, week.week()).or_else(|| Period::week(year, week.week() - 1)).ok_or_else(no_such)
            }
            Grain::Month | Grain::Quarter | Grain::Year => {
                let (year, index) = self.place_of(period.start, period.grain)?;
                self.part(year - 1, period.grain, index)?.ok_or_else(no_such)
            }
        }
    }

    /// The name of the fiscal year in which the day falls, and the place of its period in that year, from 0.
    fn place_of(&self, day: Date, grain: Grain) -> Result<(i16, usize), CalendarError> {
        let year = self.year_of(day)?;
        let bounds = self.bounds(year, grain)?;
        let index = bounds.partition_point(|&bound| bound <= day).saturating_sub(1);
        Ok((year, index))
    }

    fn year_of(&self, day: Date) -> Result<i16, CalendarError> {
        match &self.0 {
            Boundaries::StartMonth(1) => Ok(day.year()),
            Boundaries::StartMonth(month) => Ok(day.year() + i16::from(day.month() >= *month)),
            Boundaries::Listed(years) => {
                let (first, end) = (years[0].starts[0], years[years.len() - 1].end);
                let found = years.iter().find(|year| year.starts[0] <= day && day < year.end);
                found.map(|year| year.year).ok_or(CalendarError::OutsideCalendar { day, first, end })
            }
        }
    }

    /// The first days of the parts of a fiscal year, and the first day after it.
    fn bounds(&self, year: i16, grain: Grain) -> Result<Vec<Date>, CalendarError> {
        let mut months = match &self.0 {
            Boundaries::StartMonth(month) => month_starts(year, *month)?,
            Boundaries::Listed(years) => {
                let listed = years.iter().find(|listed| listed.year == year);
                listed.ok_or(CalendarError::NoSuchYear { year })?.starts.clone()
            }
        };
        let end = match &self.0 {
            Boundaries::StartMonth(_) => months.pop(),
            Boundaries::Listed(years) => years.iter().find(|listed| listed.year == year).map(|listed| listed.end),
        };
        let step = match grain {
            Grain::Month => 1,
            Grain::Quarter => PERIODS_PER_QUARTER,
            _ => months.len(),
        };
        // A 13th period belongs to the fourth quarter, so at most four quarters start.
        let parts = months.len() / step;
        Ok(months.into_iter().step_by(step).take(parts).chain(end).collect())
    }

    /// Reads what follows the year in a label: `Q3`, `P07`, `W27`, `07` or `07-04`; nothing for anything else.
    fn named_part(&self, year: i16, part: &str) -> Result<Option<Period>, CalendarError> {
        if let Some(number) = part.strip_prefix('Q') {
            return self.numbered_part(year, Grain::Quarter, number);
        }
        if let Some(number) = part.strip_prefix('P') {
            return self.numbered_part(year, Grain::Month, number);
        }
        if let Some(number) = part.strip_prefix('W') {
            return Ok(digits(number, 2).and_then(|week| Period::week(year, week)));
        }
        let (month, day, grain) = match part.split_once('-') {
            Some((month, day)) => (digits(month, 2), digits(day, 2), Grain::Day),
            None => (digits(part, 2), Some(1), Grain::Month),
        };
        let date = month.zip(day).and_then(|(month, day)| Date::new(year, month, day).ok());
        date.map(|date| self.period_of(date, grain)).transpose()
    }

    fn numbered_part(&self, year: i16, grain: Grain, number: &str) -> Result<Option<Period>, CalendarError> {
        let width = if grain == Grain::Quarter { 1 } else { 2 };
        match digits(number, width).and_then(|number: i8| usize::try_from(number).ok()?.checked_sub(1)) {
            Some(index) => self.part(year, grain, index),
            None => Ok(None),
        }
    }

    /// The month, quarter or year at this place of the fiscal year; nothing when the year has fewer.
    fn part(&self, year: i16, grain: Grain, index: usize) -> Result<Option<Period>, CalendarError> {
        let bounds = self.bounds(year, grain)?;
        let (Some(&start), Some(&end)) = (bounds.get(index), bounds.get(index + 1)) else {
            return Ok(None);
        };
        if end <= FIRST_DAY || start >= END {
            return Ok(None);
        }
        let label = self.label(year, grain, index, start);
        Ok(Some(Period { start, end, grain, label }))
    }

    fn label(&self, year: i16, grain: Grain, index: usize, start: Date) -> String {
        let number = index + 1;
        let prefix = if self.0 == Boundaries::StartMonth(1) { "" } else { "FY" };
        match (grain, &self.0) {
            (Grain::Month, Boundaries::StartMonth(_)) => {
                format!("{:04}-{:02}", start.year(), start.month())
            }
            (Grain::Month, Boundaries::Listed(_)) => format!("FY{year:04}-P{number:02}"),
            (Grain::Quarter, _) => format!("{prefix}{year:04}-Q{number}"),
            _ => format!("{prefix}{year:04}"),
        }
    }

    fn examples(&self) -> &'static str {
        match &self.0 {
            Boundaries::StartMonth(1) => "2026, 2026-Q3, 2026-07, 2026-W27, 2026-07-04 or all",
            Boundaries::StartMonth(_) => "FY2026, FY2026-Q3, 2026-07, 2026-W27, 2026-07-04 or all",
            Boundaries::Listed(_) => "FY2026, FY2026-Q3, FY2026-P07, 2026-W27, 2026-07-04 or all",
        }
    }
}

/// The calendar year.
impl Default for FiscalCalendar {
    fn default() -> Self {
        FiscalCalendar(Boundaries::StartMonth(1))
    }
}

impl FiscalYear {
    fn check(&self) -> Result<(), CalendarError> {
        let year = self.year;
        if !(1..=9999).contains(&year) {
            return Err(CalendarError::NotAYear { year });
        }
        if !matches!(self.starts.len(), 12 | 13) {
            return Err(CalendarError::PeriodCount { year, count: self.starts.len() });
        }
        let later = self.starts.iter().skip(1).chain([&self.end]);
        match self.starts.iter().zip(later).find(|(earlier, later)| later <= earlier) {
            Some((&earlier, &later)) => Err(CalendarError::NotAscending { year, earlier, later }),
            None => Ok(()),
        }
    }
}

impl TryFrom<PlainCalendar> for FiscalCalendar {
    type Error = CalendarError;

    fn try_from(plain: PlainCalendar) -> Result<Self, CalendarError> {
        match (plain.start_month, plain.years) {
            (Some(month), None) => Self::starting_in(month),
            (None, Some(years)) => Self::from_years(years),
            _ => Err(CalendarError::NotOneKind),
        }
    }
}

impl From<FiscalCalendar> for PlainCalendar {
    fn from(calendar: FiscalCalendar) -> PlainCalendar {
        match calendar.0 {
            Boundaries::StartMonth(month) => PlainCalendar { start_month: Some(month), years: None },
            Boundaries::Listed(years) => PlainCalendar { start_month: None, years: Some(years) },
        }
    }
}

/// The thirteen month starts from the first day of a fiscal year up to the first day after it.
fn month_starts(year: i16, start_month: i8) -> Result<Vec<Date>, CalendarError> {
    let no_such_year = |_| CalendarError::NoSuchYear { year };
    let first_year = if start_month == 1 { year } else { year - 1 };
    let first = Date::new(first_year, start_month, 1).map_err(no_such_year)?;
    (0..=12).map(|months: i32| first.checked_add(months.months()).map_err(no_such_year)).collect()
}

fn nothing_to_compare(period: &Period, reason: &'static str) -> CalendarError {
    CalendarError::NothingToCompare { label: period.label.clone(), reason }
}

/// Reads exactly this many ASCII digits.
fn digits<T: std::str::FromStr>(text: &str, width: usize) -> Option<T> {
    let plain = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
