//! Dates and moments. Day and month are never told apart by their size: the mapping says their order.

mod names;
mod times;

use super::{
    error::{ParseError, shorten},
    width::clean,
};
use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};
use std::{fmt, str::FromStr};

/// Which years a source counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Era {
    /// 2400 to 2999 are Buddhist, all others Gregorian: no business has dates that far ahead, and 9999 means "never".
    #[default]
    Auto,
    Gregorian,
    /// 543 ahead.
    Buddhist,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    YearMonthDay,
    MonthDayYear,
    DayMonthYear,
}

/// How a source writes dates: `month/day/year`, `day.month.year`, `day/month/year buddhist`. A word for the era may
/// follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateFormat {
    order: Order,
    separator: char,
    era: Era,
}

/// Tried in order. Forms that can be read only one way are always taken, after these: a year of four digits first,
/// `年月日`, and names of months in English and Thai.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateFormats(Vec<DateFormat>);

impl DateFormats {
    /// From the words of a mapping.
    pub fn parse<S: AsRef<str>>(words: &[S]) -> Result<Self, ParseError> {
        words.iter().map(|word| word.as_ref().parse()).collect::<Result<_, _>>().map(Self)
    }

    /// The era of forms that are not listed.
    fn era(&self) -> Era {
        let gregorian = !self.0.is_empty() && self.0.iter().all(|format| format.era == Era::Gregorian);
        if gregorian { Era::Gregorian } else { Era::Auto }
    }
}

impl FromStr for DateFormat {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let unknown = || ParseError::NotADateFormat { text: shorten(text) };
        let (form, era) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let era = match era.trim() {
            "" => Era::Auto,
            "gregorian" => Era::Gregorian,
            "buddhist" => Era::Buddhist,
            _ => return Err(unknown()),
        };
        let separator = form.chars().find(|letter| matches!(letter, '-' | '/' | '.')).ok_or_else(unknown)?;
        let parts: Vec<&str> = form.split(separator).collect();
        let order = match parts.as_slice() {
            ["year", "month", "day"] => Order::YearMonthDay,
            ["month", "day", "year"] => Order::MonthDayYear,
            ["day", "month", "year"] => Order::DayMonthYear,
            _ => return Err(unknown()),
        };
        Ok(Self { order, separator, era })
    }
}

impl fmt::Display for DateFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = match self.order {
            Order::YearMonthDay => ["year", "month", "day"],
            Order::MonthDayYear => ["month", "day", "year"],
            Order::DayMonthYear => ["day", "month", "year"],
        };
        let era = match self.era {
            Era::Auto => "",
            Era::Gregorian => " gregorian",
            Era::Buddhist => " buddhist",
        };
        write!(formatter, "{}{era}", parts.join(&self.separator.to_string()))
    }
}

impl fmt::Display for DateFormats {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return formatter.write_str("none");
        }
        let words: Vec<String> = self.0.iter().map(DateFormat::to_string).collect();
        formatter.write_str(&words.join(", "))
    }
}

/// A calendar day. A time of day may follow only when it is midnight without an offset: which day another moment falls
/// on depends on the zone, so that is for `moment`.
pub fn date(text: &str, formats: &DateFormats) -> Result<Date, ParseError> {
    let cleaned = clean(text);
    if cleaned.is_empty() {
        return Err(ParseError::Blank);
    }
    let (day, time) = times::split(&cleaned);
    let date = Reading { text, formats }.date(day)?;
    match time.map(times::read) {
        None | Some(Some((Time::MIN, None))) => Ok(date),
        Some(None) => Err(ParseError::NotATime { text: shorten(text) }),
        Some(Some(_)) => Err(ParseError::HasTime { text: shorten(text) }),
    }
}

/// A moment. Without an offset the text is local to the zone; a date alone is where its day starts there.
pub fn moment(text: &str, formats: &DateFormats, zone: &TimeZone) -> Result<Timestamp, ParseError> {
    let cleaned = clean(text);
    if cleaned.is_empty() {
        return Err(ParseError::Blank);
    }
    let (day, time) = times::split(&cleaned);
    let date = Reading { text, formats }.date(day)?;
    let (time, offset) = match time {
        None => (Time::MIN, None),
        Some(time) => times::read(time).ok_or_else(|| ParseError::NotATime { text: shorten(text) })?,
    };
    let local = date.to_datetime(time);
    let moment = match offset {
        Some(offset) => offset.to_timestamp(local),
        None => zone.to_timestamp(local),
    };
    moment.map_err(|_| ParseError::MomentOutOfRange { text: shorten(text) })
}

/// The cell's own text, for messages, and how to read it.
#[derive(Clone, Copy)]
struct Reading<'a> {
    text: &'a str,
    formats: &'a DateFormats,
}

impl Reading<'_> {
    fn date(self, cleaned: &str) -> Result<Date, ParseError> {
        if let Some((parts, separator)) = numbers(cleaned) {
            return self.numeric(parts, separator);
        }
        let Some(parts) = names::split(cleaned) else { return Err(self.not_a_date()) };
        self.day(parts.year, parts.month, parts.day, parts.era.unwrap_or(self.formats.era()), "written")
    }

    fn numeric(self, parts: [&str; 3], separator: char) -> Result<Date, ParseError> {
        let year_first = DateFormat { order: Order::YearMonthDay, separator, era: self.formats.era() };
        let listed = self.formats.0.iter().copied().filter(|format| format.separator == separator);
        let is_listed = listed.clone().any(|format| format.order == Order::YearMonthDay);
        let year_first = (parts[0].len() == 4 && !is_listed).then_some(year_first);
        let mut problem = None;
        for format in listed.chain(year_first) {
            let [year, month, day] = match (format.order, parts) {
                (Order::YearMonthDay, parts) => parts,
                (Order::MonthDayYear, [month, day, year]) | (Order::DayMonthYear, [day, month, year]) => {
                    [year, month, day]
                }
            };
            if month.len() > 2 || day.len() > 2 {
                continue;
            }
            match number(month).map(|month| self.day(year, month, day, format.era, &format.to_string())) {
                Some(Ok(date)) => return Ok(date),
                Some(Err(error)) => problem = problem.or(Some(error)),
                None => {}
            }
        }
        Err(problem.unwrap_or_else(|| self.not_a_date()))
    }

    fn day(self, year: &str, month: i8, day: &str, era: Era, form: &str) -> Result<Date, ParseError> {
        if year.len() <= 2 {
            return Err(ParseError::TwoDigitYear { text: shorten(self.text) });
        }
        let (4, Ok(year), Some(day)) = (year.len(), year.parse::<i16>(), number(day)) else {
            return Err(self.not_a_date());
        };
        let year = match era {
            Era::Buddhist if year < 2400 => return Err(ParseError::NotBuddhist { text: shorten(self.text) }),
            Era::Buddhist => year - 543,
            Era::Auto if (2400..3000).contains(&year) => year - 543,
            Era::Auto | Era::Gregorian => year,
        };
        let no_such_day = |_| ParseError::NoSuchDay { text: shorten(self.text), form: form.to_owned() };
        Date::new(year, month, day).map_err(no_such_day)
    }

    fn not_a_date(self) -> ParseError {
        ParseError::NotADate { text: shorten(self.text), formats: self.formats.to_string() }
    }
}

/// Three groups of digits between two equal separators.
fn numbers(cleaned: &str) -> Option<([&str; 3], char)> {
    let separator = cleaned.chars().find(|letter| !letter.is_ascii_digit())?;
    let parts: Vec<&str> = cleaned.split(separator).collect();
    let parts: [&str; 3] = parts.try_into().ok()?;
    let digits = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    (digits && matches!(separator, '-' | '/' | '.')).then_some((parts, separator))
}

/// One or two digits.
fn number(text: &str) -> Option<i8> {
    let short = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if short { text.parse().ok() } else { None }
}
