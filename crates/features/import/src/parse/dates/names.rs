//! Dates with the month's name, or with the word for each part.

use super::{Era, number};

const ENGLISH: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const THAI: [(&str, &str); 12] = [
    ("มกราคม", "มค"),
    ("กุมภาพันธ์", "กพ"),
    ("มีนาคม", "มีค"),
    ("เมษายน", "เมย"),
    ("พฤษภาคม", "พค"),
    ("มิถุนายน", "มิย"),
    ("กรกฎาคม", "กค"),
    ("สิงหาคม", "สค"),
    ("กันยายน", "กย"),
    ("ตุลาคม", "ตค"),
    ("พฤศจิกายน", "พย"),
    ("ธันวาคม", "ธค"),
];

/// A date's parts; the era only when the text names it.
pub(super) struct Parts<'a> {
    pub(super) year: &'a str,
    pub(super) month: i8,
    pub(super) day: &'a str,
    pub(super) era: Option<Era>,
}

/// Reads `21 Nov 2026`, `Nov 21, 2026`, `21-Nov-2026`, `21 พ.ย. 2569`, `21 พฤศจิกายน พ.ศ. 2569`, `2026年11月21日`.
pub(super) fn split(cleaned: &str) -> Option<Parts<'_>> {
    if let Some((year, rest)) = cleaned.split_once('年') {
        let (month, day) = rest.strip_suffix('日')?.split_once('月')?;
        return Some(Parts { year: year.trim(), month: number(month.trim())?, day: day.trim(), era: None });
    }
    let words = words(cleaned);
    let (day, month, era, year) = match *words.as_slice() {
        [day, month, year] if number(day).is_some() => (day, month, None, year),
        [month, day, year] => (day, month, None, year),
        [day, month, marker, year] => (day, month, Some(era(marker)?), year),
        _ => return None,
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let sound = number(day).is_some() && digits(year);
    if sound { Some(Parts { year, month: month_number(month)?, day, era }) } else { None }
}

/// Runs of digits and runs of anything else but spaces, commas and dashes. Points belong to the name: `พ.ย.`.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for run in text.split([' ', ',', '-', '/']) {
        let mut rest = run;
        while let Some(first) = rest.chars().next() {
            let is_digit = first.is_ascii_digit();
            let end = rest.find(|letter: char| letter.is_ascii_digit() != is_digit).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            if word != "." {
                words.push(word);
            }
            rest = after;
        }
    }
    words
}

fn month_number(name: &str) -> Option<i8> {
    let name = name.replace('.', "").to_lowercase();
    let english =
        ENGLISH.iter().position(|long| *long == name || long[..3] == name || (*long == "september" && name == "sept"));
    let index = english.or_else(|| THAI.iter().position(|&(long, short)| long == name || short == name))?;
    i8::try_from(index + 1).ok()
}

fn era(marker: &str) -> Option<Era> {
    match marker.replace('.', "").to_lowercase().as_str() {
        "พศ" | "be" => Some(Era::Buddhist),
        "คศ" | "ad" | "ce" => Some(Era::Gregorian),
        _ => None,
    }
}
