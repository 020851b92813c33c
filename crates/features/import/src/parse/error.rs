//! What can be wrong with a value.

use base::Currency;

/// Why text is not the value that was asked for. Texts are shortened for the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("the cell is blank; give it a value")]
    Blank,

    #[error(
        "`{text}` is not a date; write it like 2026-11-21, or name its form \
         in the mapping's date formats, now {formats}"
    )]
    NotADate { text: String, formats: String },
    #[error(
        "`{text}` read as {form} is a day that does not exist; correct it, or the order of day and month in the mapping"
    )]
    NoSuchDay { text: String, form: String },
    #[error("`{text}` has a year of two digits, which can be many years; write all four")]
    TwoDigitYear { text: String },
    #[error("`{text}` has no Buddhist year; correct it, or take \"buddhist\" out of the mapping's date format")]
    NotBuddhist { text: String },
    #[error(
        "`{text}` has a time of day, and the field takes a date alone; cut the time off, or read the column as a moment"
    )]
    HasTime { text: String },
    #[error(
        "`{text}` has no time of day that can be read; write it like 2026-11-21T16:30:00+07:00 or 2026-11-21 16:30:00"
    )]
    NotATime { text: String },
    #[error("`{text}` is too far in the past or future to be kept as a moment; correct it or leave it blank")]
    MomentOutOfRange { text: String },
    #[error(
        "`{text}` is not a date format; write for example \
         \"year-month-day\", \"month/day/year\" or \"day/month/year buddhist\""
    )]
    NotADateFormat { text: String },

    #[error("`{text}` is not a number; write plain digits, like 1200000.50 or -3 or 15%")]
    NotANumber { text: String },
    #[error("`{text}` does not fit the mapping's decimal and group signs, which write {format}; correct one of them")]
    Groups { text: String, format: String },
    #[error(
        "`{text}` names a currency, and the field takes a plain number; remove `{mark}` or map it to an amount of money"
    )]
    CurrencyInNumber { text: String, mark: String },
    #[error("`{text}` has more than 6 decimals; round it first")]
    TooManyDecimals { text: String },
    #[error("`{text}` is larger than can be kept; check the number")]
    TooLarge { text: String },
    #[error(
        "`{decimal}` and `{group}` cannot be the decimal and group signs; the first is a point or a comma, and the \
         second differs"
    )]
    NotANumberFormat { decimal: char, group: char },

    #[error("`{text}` has no currency; name one in the mapping, like currency = \"THB\"")]
    NoCurrency { text: String },
    #[error("`{mark}` in `{text}` is no currency; write its three-letter code (ISO 4217), like THB, JPY or USD")]
    UnknownCurrency { text: String, mark: String },
    #[error("`{mark}` in `{text}` can be more than one currency; name it in the mapping, like currency = \"THB\"")]
    CurrencySignAlone { text: String, mark: String },
    #[error("`{text}` is in {found}, but its currency is stated as {expected}; correct one of them")]
    DifferentCurrencies { text: String, found: String, expected: Currency },
    #[error("`{text}` has too many decimals for {currency}, which has {digits}; round it first")]
    TooManyMinorDigits { text: String, currency: Currency, digits: u32 },

    #[error("`{text}` is neither yes nor no; write yes, no, true, false, 1 or 0")]
    NotAFlag { text: String },
}

const SHOWN: usize = 80;

/// At most 80 characters on one line.
pub(super) fn shorten(text: &str) -> String {
    let one_line = |letter: char| if letter.is_control() { ' ' } else { letter };
    if text.chars().count() <= SHOWN {
        return text.chars().map(one_line).collect();
    }
    text.chars().take(SHOWN - 1).map(one_line).chain(['…']).collect()
}
