//! What is paid on target (C1).

use crate::{exact::Exact, number::Number};
use serde::{Deserialize, Deserializer, de};

/// Pay of a year on target. Variable pay is said itself, or follows from the whole and the mix.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub ote: Option<Number>,
    pub mix: Option<Mix>,
    pub variable: Option<Number>,
}

/// Base against variable, `60/40`: the share that is variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mix(pub Exact);

impl Target {
    /// Variable pay of a year.
    pub fn variable(&self) -> Option<Exact> {
        let of_mix = || Some(&self.ote.as_ref()?.0 * &self.mix.as_ref()?.0);
        self.variable.as_ref().map(|variable| variable.0.clone()).or_else(of_mix)
    }
}

impl<'de> Deserialize<'de> for Mix {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let parts = text.split_once('/').and_then(|(base, variable)| {
            let (base, variable): (i32, i32) = (base.trim().parse().ok()?, variable.trim().parse().ok()?);
            (base >= 0 && variable >= 0 && base.checked_add(variable) == Some(100))
                .then(|| Mix(Exact::ratio(variable, 100)))
        });
        parts
            .ok_or_else(|| de::Error::custom(format!("`{text}` is no mix; write base and variable of 100, like 60/40")))
    }
}
