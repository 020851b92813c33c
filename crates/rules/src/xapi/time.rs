//! Times and durations as xAPI writes them.

use super::Version;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// A point in time. Without an offset it is UTC, which 1.0 allows. `-00:00` says that the offset is not known: refused.
pub(super) fn timestamp(text: &str, version: Version) -> Option<Timestamp> {
    let (date, time) = text.split_once(['T', 't'])?;
    if !text.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"+-:.,".contains(&letter)) {
        return None;
    }
    let Some(place) = time.find(['Z', 'z', '+', '-']) else {
        let utc = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
        return if version == Version::V1 { Some(utc()?.timestamp()) } else { None };
    };
    let (clock, offset) = time.split_at_checked(place)?;
    if matches!(offset, "-00" | "-0000" | "-00:00") {
        return None;
    }
    let is_full = || is_written(date, "0000-00-00") && is_clock(clock) && is_offset(offset);
    if version == Version::V2 && !is_full() {
        return None;
    }
    text.parse().ok()
}

/// In UTC, to the millisecond or as much finer as it is.
pub(super) fn told(time: Timestamp) -> String {
    match time.subsec_nanosecond() {
        nanosecond if nanosecond % 1_000_000 == 0 => format!("{time:.3}"),
        nanosecond if nanosecond % 1_000 == 0 => format!("{time:.6}"),
        _ => format!("{time:.9}"),
    }
}

/// Digits where the pattern has zeros, and else the same.
fn is_written(text: &str, pattern: &str) -> bool {
    let is_same = |(found, wanted): (u8, u8)| if wanted == b'0' { found.is_ascii_digit() } else { found == wanted };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(is_same)
}

fn is_clock(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    is_written(whole, "00:00:00") && fraction.is_none_or(is_digits)
}

fn is_offset(text: &str) -> bool {
    matches!(text, "Z" | "z") || is_written(text, "+00:00") || is_written(text, "-00:00")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// ISO 8601:2004, 4.4.3.2: weeks alone, or years to seconds; only the last number may have a fraction.
pub(super) fn is_duration(text: &str) -> bool {
    let Some(text) = text.strip_prefix('P') else { return false };
    let found = text.strip_suffix('W').map_or_else(|| date_and_time(text), |weeks| Some(vec![weeks]));
    let Some((last, others)) = found.as_deref().and_then(<[&str]>::split_last) else { return false };
    let (whole, fraction) = last.split_once(['.', ',']).map_or((*last, None), |(whole, part)| (whole, Some(part)));
    others.iter().all(|number| is_digits(number)) && is_digits(whole) && fraction.is_none_or(is_digits)
}

fn date_and_time(text: &str) -> Option<Vec<&str>> {
    let Some((date, time)) = text.split_once('T') else { return numbers(text, "YMD") };
    let time = numbers(time, "HMS").filter(|time| !time.is_empty())?;
    Some(numbers(date, "YMD")?.into_iter().chain(time).collect())
}

/// Numbers that units follow, these in their order.
fn numbers<'a>(text: &'a str, units: &str) -> Option<Vec<&'a str>> {
    let (mut rest, mut units, mut numbers) = (text, units.chars(), Vec::new());
    while !rest.is_empty() {
        let (number, after) = rest.split_at_checked(rest.find(|letter: char| letter.is_ascii_alphabetic())?)?;
        let mut letters = after.chars();
        let unit = letters.next()?;
        if !units.any(|one| one == unit) {
            return None;
        }
        numbers.push(number);
        rest = letters.as_str();
    }
    Some(numbers)
}

/// A duration cut to hundredths of a second, as it is compared (1.0.3, Data 4.6).
pub(super) fn to_hundredths(duration: &str) -> String {
    let Some((whole, fraction)) = duration.strip_suffix('S').and_then(|duration| duration.split_once(['.', ',']))
    else {
        return duration.to_owned();
    };
    let fraction: String = fraction.chars().take(2).collect();
    match fraction.trim_end_matches('0') {
        "" => format!("{whole}S"),
        fraction => format!("{whole}.{fraction}S"),
    }
}
