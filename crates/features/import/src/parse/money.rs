//! Amounts of money with the currency beside them.

use super::{
    error::{ParseError, shorten},
    numbers::{NumberFormat, number},
    width::clean,
};
use base::{Currency, Money};

/// The codes in use (ISO 4217). Any three letters could be a code, so that `N/A` or `TBD` would become money.
const CODES: &str = "\
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF \
    CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL \
    HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL \
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON \
    RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH \
    UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// Signs and words, each with the currencies it can stand for.
const SIGNS: [(&str, &str); 18] = [
    ("฿", "THB"),
    ("บาท", "THB"),
    ("¥", "JPY CNY"),
    ("円", "JPY"),
    ("元", "CNY TWD"),
    ("$", "USD AUD CAD SGD HKD TWD NZD MXN BRL ARS CLP COP"),
    ("us$", "USD"),
    ("a$", "AUD"),
    ("c$", "CAD"),
    ("s$", "SGD"),
    ("hk$", "HKD"),
    ("nt$", "TWD"),
    ("nz$", "NZD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("₩", "KRW"),
    ("₫", "VND"),
    ("₹", "INR"),
];

/// What stands beside the number.
enum Mark {
    Code(Currency),
    /// The sign as written and what it can stand for.
    Sign(String, &'static str),
}

/// An amount in the given currency, or in the one the text names by its code; a sign such as `$` needs a given one.
/// Binary noise is rounded off as in `decimal`; more decimals than the currency has are an error.
pub fn money(text: &str, currency: Option<Currency>, format: NumberFormat) -> Result<Money, ParseError> {
    let cleaned = clean(text);
    if cleaned.contains('%') {
        return Err(ParseError::NotANumber { text: shorten(text) });
    }
    let parts = Parts::of(&cleaned);
    // Without digits the whole text is the trouble, not the letters in it.
    let marks = if cleaned.contains(|letter: char| letter.is_ascii_digit()) { parts.marks } else { Vec::new() };
    let marks = marks.into_iter().map(|word| Mark::read(word, text)).collect::<Result<Vec<_>, _>>()?;
    let (amount, _) = number(text, if marks.is_empty() { &cleaned } else { &parts.number }, format)?;
    let currency = settle(text, currency, &marks)?;

    let digits = currency.minor_digits();
    let too_large = |_| ParseError::TooLarge { text: shorten(text) };
    if amount.round_to(digits).map_err(too_large)? != amount {
        return Err(ParseError::TooManyMinorDigits { text: shorten(text), currency, digits });
    }
    amount.to_money(currency).map_err(too_large)
}

/// The currency that the mapping or column gives and the text's marks agree on.
fn settle(text: &str, given: Option<Currency>, marks: &[Mark]) -> Result<Currency, ParseError> {
    let named = marks.iter().find_map(|mark| if let Mark::Code(code) = mark { Some(*code) } else { None });
    let Some(currency) = given.or(named) else {
        return Err(match marks.first() {
            Some(Mark::Sign(mark, _)) => ParseError::CurrencySignAlone { text: shorten(text), mark: mark.clone() },
            _ => ParseError::NoCurrency { text: shorten(text) },
        });
    };
    for mark in marks {
        let found = match mark {
            Mark::Code(code) if *code != currency => code.to_string(),
            Mark::Sign(sign, codes) if !codes.split(' ').any(|code| code == currency.code()) => sign.clone(),
            _ => continue,
        };
        return Err(ParseError::DifferentCurrencies { text: shorten(text), found, expected: currency });
    }
    Ok(currency)
}

impl Mark {
    fn read(word: &str, text: &str) -> Result<Self, ParseError> {
        let upper = word.to_uppercase();
        if CODES.split_whitespace().any(|code| code == upper)
            && let Ok(code) = upper.parse()
        {
            return Ok(Self::Code(code));
        }
        let lower = word.to_lowercase();
        let sign = SIGNS.iter().find(|(sign, _)| *sign == lower);
        sign.map(|&(_, codes)| Self::Sign(word.to_owned(), codes))
            .ok_or_else(|| ParseError::UnknownCurrency { text: shorten(text), mark: shorten(word) })
    }
}

/// Cleaned text in its number, with signs and parentheses, and the words before and after.
struct Parts<'a> {
    marks: Vec<&'a str>,
    number: String,
}

impl<'a> Parts<'a> {
    fn of(cleaned: &'a str) -> Self {
        let mut marks = Vec::new();
        let in_parentheses = cleaned.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let mut rest = in_parentheses.unwrap_or(cleaned).trim();
        let mut sign = "";
        // `-$5`, `$-5` and `THB -5` are all written.
        for _ in 0..2 {
            if sign.is_empty() && rest.starts_with(['-', '+']) {
                (sign, rest) = rest.split_at(1);
                rest = rest.trim_start();
            }
            let after = rest.trim_start_matches(is_mark);
            let mark = &rest[..rest.len() - after.len()];
            if !mark.is_empty() {
                marks.push(mark);
                rest = after.trim_start();
            }
        }
        let before = rest.trim_end_matches(is_mark);
        if before.len() < rest.len() {
            marks.push(&rest[before.len()..]);
            rest = before.trim_end();
        }
        let number = if in_parentheses.is_some() { format!("({sign}{rest})") } else { format!("{sign}{rest}") };
        Self { marks, number }
    }
}

/// Letters, currency signs and the vowels and tones that Thai writes above and below.
fn is_mark(letter: char) -> bool {
    letter.is_alphabetic()
        || matches!(letter, '$' | '¢' | '£' | '¥' | '฿' | '\u{20A0}'..='\u{20CF}' | '\u{0E31}'..='\u{0E4E}')
}

/// The first currency code or sign beside a number, if there is one.
pub(super) fn currency_mark(cleaned: &str) -> Option<String> {
    if !cleaned.contains(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let parts = Parts::of(cleaned);
    parts.marks.into_iter().find(|word| Mark::read(word, "").is_ok()).map(str::to_owned)
}
