//! Texts that have a form.

use super::{
    Invalid, Version, Why,
    at::{At, map, shown, text},
    time,
};
use serde_json::Value;

/// Well formed in RFC 5646 by no rule.
const IRREGULAR: [&str; 17] = [
    "en-gb-oed",
    "i-ami",
    "i-bnn",
    "i-default",
    "i-enochian",
    "i-hak",
    "i-klingon",
    "i-lux",
    "i-mingo",
    "i-navajo",
    "i-pwn",
    "i-tao",
    "i-tay",
    "i-tsu",
    "sgn-be-fr",
    "sgn-be-nl",
    "sgn-ch-de",
];

/// What form a text has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Iri,
    Mailto,
    Sha1,
    /// Of 256 bits or more; 224 in 1.0.
    Sha2(Version),
    Uuid,
    Language,
    MediaType,
    Duration,
    Timestamp(Version),
    Version(Version),
    Limit,
}

impl Kind {
    pub const fn told(self) -> &'static str {
        match self {
            Self::Iri => "an IRI with a scheme",
            Self::Mailto => "a mailto IRI of one address",
            Self::Sha1 => "a SHA-1 hash in hexadecimal digits",
            Self::Sha2(_) => "a SHA-2 hash in hexadecimal digits",
            Self::Uuid => "a UUID in its standard form",
            Self::Language => "a language tag (RFC 5646)",
            Self::MediaType => "a media type",
            Self::Duration => "a duration (ISO 8601)",
            Self::Timestamp(Version::V1) => "a date and time (ISO 8601), with no offset of -00:00",
            Self::Timestamp(Version::V2) => "a date and time with an offset (RFC 3339), which is not -00:00",
            Self::Version(_) => "a version that goes with this request",
            Self::Limit => "a whole number from 0 on",
        }
    }

    pub const fn example(self) -> &'static str {
        match self {
            Self::Iri => "https://example.org/courses/7",
            Self::Mailto => "mailto:ann@example.org",
            Self::Sha1 => "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
            Self::Sha2(_) => "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            Self::Uuid => "6f2c7d1e-0f3b-4c5a-9d87-3b1e5a7c9f20",
            Self::Language => "en-GB",
            Self::MediaType => "text/plain",
            Self::Duration => "PT1H30M",
            Self::Timestamp(_) => "2026-03-01T09:30:00.000Z",
            Self::Version(version) => version.set(),
            Self::Limit => "100",
        }
    }

    pub fn fits(self, text: &str) -> bool {
        match self {
            Self::Iri => is_iri(text),
            Self::Mailto => is_mailto(text),
            Self::Sha1 => is_hexadecimal(text, &[40]),
            Self::Sha2(Version::V1) => is_hexadecimal(text, &[56, 64, 96, 128]),
            Self::Sha2(Version::V2) => is_hexadecimal(text, &[64, 96, 128]),
            Self::Uuid => is_uuid(text),
            Self::Language => is_language(text),
            Self::MediaType => is_media_type(text),
            Self::Duration => time::is_duration(text),
            Self::Timestamp(version) => time::timestamp(text, version).is_some(),
            Self::Version(version) => Version::read(text).is_some_and(|found| found <= version),
            Self::Limit => text.bytes().all(|digit| digit.is_ascii_digit()) && text.parse::<usize>().is_ok(),
        }
    }

    pub(super) fn check_text(self, text: &str, at: &At<'_>) -> Result<(), Invalid> {
        if self.fits(text) { Ok(()) } else { Err(at.invalid(Why::Form { value: shown(text), kind: self })) }
    }

    pub(super) fn check(self, value: &Value, at: &At<'_>) -> Result<(), Invalid> {
        self.check_text(text(value, at)?, at)
    }
}

/// Texts by language.
pub(super) fn language_map(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    map(value, at)?.iter().try_for_each(|(language, value)| {
        let at = at.name(language);
        Kind::Language.check_text(language, &at)?;
        text(value, &at).map(drop)
    })
}

/// Anything by IRI, null too.
pub(super) fn extensions(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    map(value, at)?.keys().try_for_each(|key| Kind::Iri.check_text(key, &at.name(key)))
}

/// A scheme, and no letter that RFC 3987 keeps out.
fn is_iri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"+-.".contains(&letter));
    let is_out = |letter: char| letter.is_whitespace() || letter.is_control() || "<>\"{}|\\^`".contains(letter);
    let is_escape = |after: &str| {
        let mut two = after.bytes().take(2).filter(u8::is_ascii_hexdigit);
        two.next().is_some() && two.next().is_some()
    };
    is_scheme && !rest.is_empty() && !rest.contains(is_out) && rest.split('%').skip(1).all(is_escape)
}

fn is_mailto(text: &str) -> bool {
    let Some((name, domain)) = text.strip_prefix("mailto:").and_then(|address| address.rsplit_once('@')) else {
        return false;
    };
    let is_out = |letter: char| "@?#,;:/".contains(letter);
    is_iri(text) && !name.is_empty() && !domain.is_empty() && !domain.contains(is_out) && !name.contains(['@', '?'])
}

fn is_hexadecimal(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Any variant: the specification's own examples are of others than RFC 4122's.
fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && {
        text.bytes().all(|digit| digit == b'-' || digit.is_ascii_hexdigit())
    }
}

fn is_media_type(text: &str) -> bool {
    let kind = text.split(';').next().unwrap_or_default().trim_end();
    let is_token = |token: &str| {
        !token.is_empty()
            && token.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&letter))
    };
    kind.split_once('/').is_some_and(|(top, sub)| is_token(top) && is_token(sub))
}

/// Well formed in RFC 5646; whether its parts are registered is not asked.
fn is_language(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    if IRREGULAR.contains(&text.as_str()) {
        return true;
    }
    let parts: Vec<&str> = text.split('-').collect();
    if !parts.iter().all(|part| is_part(part, 1..=8)) {
        return false;
    }
    let mut rest = parts.as_slice();
    if let [primary, after @ ..] = rest
        && is_alphabetic(primary, 2..=8)
    {
        rest = after;
        let extended = if primary.len() < 4 { 3 } else { 0 };
        rest = skip(rest, extended, |part| is_alphabetic(part, 3..=3));
        rest = skip(rest, 1, |part| is_alphabetic(part, 4..=4));
        let is_number = |part: &str| part.len() == 3 && part.bytes().all(|digit| digit.is_ascii_digit());
        rest = skip(rest, 1, |part| is_alphabetic(part, 2..=2) || is_number(part));
        let is_variant = |part: &str| {
            is_part(part, 5..=8) || part.len() == 4 && part.starts_with(|first: char| first.is_ascii_digit())
        };
        let variants = rest.iter().take_while(|part| is_variant(part)).count();
        let (found, after) = rest.split_at_checked(variants).unwrap_or((&[], rest));
        if has_twice(found) {
            return false;
        }
        let Some(after) = after_extensions(after) else { return false };
        rest = after;
        if rest.is_empty() {
            return true;
        }
    }
    matches!(rest, ["x", _, ..])
}

/// What is left when extensions are taken; none if one is empty or stands twice.
fn after_extensions<'a>(mut rest: &'a [&'a str]) -> Option<&'a [&'a str]> {
    let mut seen = Vec::new();
    while let [singleton, after @ ..] = rest
        && singleton.len() == 1
        && *singleton != "x"
    {
        let length = after.iter().take_while(|part| part.len() > 1).count();
        if length == 0 || seen.contains(singleton) {
            return None;
        }
        seen.push(*singleton);
        rest = after.get(length..)?;
    }
    Some(rest)
}

fn skip<'a>(parts: &'a [&'a str], most: usize, is_one: impl Fn(&str) -> bool) -> &'a [&'a str] {
    let count = parts.iter().take(most).take_while(|part| is_one(part)).count();
    parts.get(count..).unwrap_or_default()
}

fn is_part(part: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&part.len()) && part.bytes().all(|letter| letter.is_ascii_alphanumeric())
}

fn is_alphabetic(part: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    is_part(part, length) && part.bytes().all(|letter| letter.is_ascii_alphabetic())
}

fn has_twice(parts: &[&str]) -> bool {
    parts.iter().enumerate().any(|(place, part)| parts.iter().take(place).any(|earlier| earlier == part))
}
