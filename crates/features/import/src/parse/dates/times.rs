//! The time of day in a moment.

use jiff::{civil::Time, tz::Offset};

/// The date, and the time behind its `T` or space. There is one when there is a colon.
pub(super) fn split(cleaned: &str) -> (&str, Option<&str>) {
    let Some(colon) = cleaned.find(':') else { return (cleaned, None) };
    let before = cleaned[..colon].trim_end_matches(|letter: char| letter.is_ascii_digit());
    let date = before.strip_suffix(['T', 't']).unwrap_or(before).trim_end();
    (date.trim_end_matches(','), Some(&cleaned[before.len()..]))
}

/// Reads `16:30`, `4:30:42 PM`, `23:22:38.270000`, with `Z`, ` UTC`, `+0000`, `+07:00` or `+07` behind.
pub(super) fn read(text: &str) -> Option<(Time, Option<Offset>)> {
    let (time, offset) = split_offset(text)?;
    let (clock, half) = split_half(time);
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 1)?;
    let minute = number(parts.next()?, 2)?;
    let (second, nanosecond) = parts.next().map_or(Some((0, 0)), seconds)?;
    if parts.next().is_some() {
        return None;
    }
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(Half::Morning) => hour % 12,
        Some(Half::Afternoon) => hour % 12 + 12,
    };
    Some((Time::new(hour, minute, second, nanosecond).ok()?, offset))
}

enum Half {
    Morning,
    Afternoon,
}

fn split_half(time: &str) -> (&str, Option<Half>) {
    let lower = time.to_ascii_lowercase();
    let half = if lower.ends_with("am") {
        Half::Morning
    } else if lower.ends_with("pm") {
        Half::Afternoon
    } else {
        return (time, None);
    };
    (time[..time.len() - 2].trim_end(), Some(half))
}

fn split_offset(text: &str) -> Option<(&str, Option<Offset>)> {
    for name in ["Z", "z", "UTC", "GMT"] {
        if let Some(time) = text.strip_suffix(name) {
            return Some((time.trim_end(), Some(Offset::UTC)));
        }
    }
    let Some(start) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (time, offset) = text.split_at(start);
    let (sign, digits) = offset.split_at(1);
    let (hours, minutes) = match digits.len() {
        2 => (digits, "00"),
        4 => (digits.get(..2)?, digits.get(2..)?),
        _ => digits.split_once(':')?,
    };
    let (hours, minutes) = (i32::from(number(hours, 2)?), i32::from(number(minutes, 2)?));
    if minutes > 59 {
        return None;
    }
    let seconds = (hours * 60 + minutes) * 60;
    let offset = Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()?;
    Some((time.trim_end(), Some(offset)))
}

fn seconds(text: &str) -> Option<(i8, i32)> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let digits = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if digits { Some((number(whole, 2)?, format!("{fraction:0<9}").parse().ok()?)) } else { None }
}

/// Digits only, at most two.
fn number(text: &str, least: usize) -> Option<i8> {
    let sound = (least..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if sound { text.parse().ok() } else { None }
}
