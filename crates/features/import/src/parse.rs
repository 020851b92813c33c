//! Text as people and programs write it, as typed values. Nothing is guessed: what can be read two ways is read as the
//! mapping says, and what cannot be read says why. No number passes through a float.

mod dates;
mod error;
mod money;
mod numbers;
mod width;

pub use dates::{DateFormats, date, moment};
pub use error::ParseError;
pub use money::money;
pub use numbers::{NumberFormat, decimal};
pub use width::tidy_key;

/// Yes or no in the three languages, as `1` or `0`, or as blank for no.
pub fn flag(text: &str) -> Result<bool, ParseError> {
    match tidy_key(text).as_str() {
        "1" | "true" | "t" | "yes" | "y" | "ใช่" | "はい" => Ok(true),
        "" | "0" | "false" | "f" | "no" | "n" | "ไม่ใช่" | "いいえ" => Ok(false),
        _ => Err(ParseError::NotAFlag { text: error::shorten(text) }),
    }
}

#[cfg(test)]
mod tests;
