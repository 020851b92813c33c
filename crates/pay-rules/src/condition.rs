//! Which facts a rule is for: columns of credits.csv and what stands in them.

use crate::{exact::Exact, number::Quantity};
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;

/// All tests must hold. Written as a table: `{ type = "new", product = ["A", "B"], years = ">= 2" }`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Condition(pub BTreeMap<String, Test>);

/// What a column must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// One of these words.
    Words(Vec<String>),
    /// A number that compares so.
    Compares(Sign, Exact),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    AtLeast,
    AtMost,
    Above,
    Below,
}

/// The longer first.
const SIGNS: [(&str, Sign); 4] = [(">=", Sign::AtLeast), ("<=", Sign::AtMost), (">", Sign::Above), ("<", Sign::Below)];

impl Condition {
    pub(crate) fn holds<'a>(&self, column: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.0.iter().all(|(name, test)| test.holds(column(name).unwrap_or_default()))
    }
}

impl Test {
    fn holds(&self, text: &str) -> bool {
        match self {
            Test::Words(words) => words.iter().any(|word| word == text),
            Test::Compares(sign, bound) => text.parse::<Quantity>().is_ok_and(|number| match sign {
                Sign::AtLeast => number.value >= *bound,
                Sign::AtMost => number.value <= *bound,
                Sign::Above => number.value > *bound,
                Sign::Below => number.value < *bound,
            }),
        }
    }

    fn of(text: &str) -> Result<Self, String> {
        for (sign, meaning) in SIGNS {
            if let Some(number) = text.strip_prefix(sign) {
                let number: Quantity = number
                    .trim()
                    .parse()
                    .map_err(|_| format!("`{text}` compares with no number; write it like `{sign} 2`"))?;
                return Ok(Test::Compares(meaning, number.value));
            }
        }
        Ok(Test::Words(vec![text.to_owned()]))
    }
}

impl<'de> Deserialize<'de> for Test {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Whole(i64),
            Word(String),
            Words(Vec<String>),
        }
        match Written::deserialize(from) {
            Ok(Written::Whole(whole)) => Ok(Test::Words(vec![whole.to_string()])),
            Ok(Written::Word(text)) => Test::of(&text).map_err(de::Error::custom),
            Ok(Written::Words(words)) if words.is_empty() => {
                Err(de::Error::custom("a condition without a word holds for nothing; leave the column out"))
            }
            Ok(Written::Words(words)) => Ok(Test::Words(words)),
            Err(_) => Err(de::Error::custom("a condition is a word, a list of words, or a comparison like \">= 2\"")),
        }
    }
}
