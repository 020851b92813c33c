//! Decimal numbers, read digit by digit.

use super::{
    error::{ParseError, shorten},
    money::currency_mark,
    width::clean,
};
use base::Amount;

/// The signs a source writes numbers with. The default reads `1,234.50`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberFormat {
    /// A point or a comma.
    pub decimal: char,
    /// Between groups of digits; a space stands for every kind of space, an apostrophe for both kinds.
    pub group: Option<char>,
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self { decimal: '.', group: Some(',') }
    }
}

impl NumberFormat {
    pub fn new(decimal: char, group: Option<char>) -> Result<Self, ParseError> {
        let unusable =
            |sign: char| sign == decimal || sign.is_alphanumeric() || matches!(sign, '-' | '+' | '(' | ')' | '%');
        if !matches!(decimal, '.' | ',') || group.is_some_and(unusable) {
            return Err(ParseError::NotANumberFormat { decimal, group: group.unwrap_or(' ') });
        }
        Ok(Self { decimal, group })
    }

    /// How it writes twelve hundred and a half.
    fn example(self) -> String {
        let group = self.group.map(String::from).unwrap_or_default();
        format!("1{group}200{}50", self.decimal)
    }

    fn is_group(self, letter: char) -> bool {
        match self.group {
            Some('\'' | '’') => matches!(letter, '\'' | '’'),
            group => group == Some(letter),
        }
    }
}

/// A number, and whether binary noise was rounded off it: `1475.3000000000002` is 1475.3, as some program's float.
/// Noise is less than 0.000000001 away from six decimals; more than six decimals are otherwise an error.
pub fn decimal(text: &str, format: NumberFormat) -> Result<(Amount, bool), ParseError> {
    let cleaned = clean(text);
    if let Some(mark) = currency_mark(&cleaned) {
        return Err(ParseError::CurrencyInNumber { text: shorten(text), mark });
    }
    number(text, &cleaned, format)
}

/// Reads cleaned text; `text` is the cell's, for messages.
pub(super) fn number(text: &str, cleaned: &str, format: NumberFormat) -> Result<(Amount, bool), ParseError> {
    if cleaned.is_empty() {
        return Err(ParseError::Blank);
    }
    let not_a_number = || ParseError::NotANumber { text: shorten(text) };
    let too_large = || ParseError::TooLarge { text: shorten(text) };
    let (negative, unsigned) = split_sign(cleaned).ok_or_else(not_a_number)?;
    let (unsigned, percent) = match unsigned.strip_suffix('%') {
        Some(number) => (number.trim_end(), 2),
        None => (unsigned, 0),
    };
    let (mantissa, exponent) = split_exponent(unsigned).ok_or_else(not_a_number)?;
    let (whole, decimals) = mantissa.split_once(format.decimal).unwrap_or((mantissa, ""));
    let whole = ungrouped(whole, format).filter(|_| decimals.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(whole) = whole else {
        let groups = || ParseError::Groups { text: shorten(text), format: format.example() };
        return Err(if is_digits_and_signs(mantissa) { groups() } else { not_a_number() });
    };
    if whole.is_empty() && decimals.is_empty() {
        return Err(not_a_number());
    }
    let (whole, decimals) = shifted(&whole, decimals, exponent - percent);
    let (kept, rest) = decimals.split_at(decimals.len().min(Amount::DECIMALS as usize));
    let noise =
        Noise::of(rest.trim_end_matches('0')).ok_or_else(|| ParseError::TooManyDecimals { text: shorten(text) })?;
    let amount: Amount = format!("{whole}.{kept}0").parse().map_err(|_| too_large())?;
    let millionths = amount.millionths() + i128::from(noise == Noise::Below);
    let amount = Amount::from_millionths(millionths).map_err(|_| too_large())?;
    Ok((if negative { -amount } else { amount }, noise != Noise::None))
}

/// What stands after the sixth decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Noise {
    None,
    /// Just above the number with six decimals.
    Above,
    /// Just below the next one.
    Below,
}

impl Noise {
    /// A thousandth of a millionth is 0.000000001, so the three digits decide; `999` alone is exactly that far away,
    /// and too far.
    fn of(rest: &str) -> Option<Self> {
        match rest {
            "" => Some(Self::None),
            _ if rest.starts_with("000") => Some(Self::Above),
            _ if rest.starts_with("999") && rest.len() > 3 => Some(Self::Below),
            _ => None,
        }
    }
}

/// Negative when there is a minus or all of it stands in parentheses, not both.
fn split_sign(text: &str) -> Option<(bool, &str)> {
    if let Some(inner) = text.strip_prefix('(') {
        let inner = inner.strip_suffix(')')?.trim();
        return (!inner.starts_with(['-', '+'])).then_some((true, inner));
    }
    Some(match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    })
}

/// Programs write `1.0E7`; nothing that fits an amount needs an exponent of three digits.
fn split_exponent(text: &str) -> Option<(&str, i32)> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return Some((text, 0)) };
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let short = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if short { Some((mantissa, exponent.parse().ok()?)) } else { None }
}

/// The digits without group signs; nothing unless the groups are of three, or of two before the last three as in India.
/// So `1,5` with a decimal comma is never read as fifteen.
fn ungrouped(whole: &str, format: NumberFormat) -> Option<String> {
    let groups: Vec<&str> = whole.split(|letter| format.is_group(letter)).collect();
    let all_digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    if !all_digits {
        return None;
    }
    if let [first, middle @ .., last] = groups.as_slice() {
        let of_length = |length: usize| middle.iter().all(|group| group.len() == length);
        let first_fits = (1..=3).contains(&first.len());
        if !first_fits || last.len() != 3 || !(of_length(3) || (of_length(2) && first.len() < 3)) {
            return None;
        }
    }
    Some(groups.concat())
}

fn is_digits_and_signs(text: &str) -> bool {
    text.contains(|letter: char| letter.is_ascii_digit())
        && text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ',' | ' ' | '\'' | '’'))
}

/// The digits before and after the point, moved by so many places.
fn shifted(whole: &str, decimals: &str, places: i32) -> (String, String) {
    let count = usize::try_from(places.unsigned_abs()).unwrap_or_default();
    let zeros = "0".repeat(count);
    if places >= 0 {
        let padded = format!("{decimals}{zeros}");
        let (moved, rest) = padded.split_at(count);
        (format!("{whole}{moved}"), rest.to_owned())
    } else {
        let padded = format!("{zeros}{whole}");
        let (rest, moved) = padded.split_at(whole.len());
        (rest.to_owned(), format!("{moved}{decimals}"))
    }
}
