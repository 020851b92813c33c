//! Base, variable and what both come to on target (C1).

use crate::{exact::Exact, number::Number};
use serde::{Deserialize, Deserializer, de};

/// Pay of a year on target. Variable pay is said itself, or follows from the whole and the mix.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub ote: Option<Number>,
    pub mix: Option<Mix>,
    pub variable: Option<Number>,
    /// Variable pay of the best, a year.
    pub excellence: Option<Number>,
}

/// Base against variable: `60/40`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mix {
    pub base: Exact,
    pub variable: Exact,
}

impl Target {
    /// Variable pay of a year.
    pub fn variable(&self) -> Option<Exact> {
        let of_mix = || Some(&self.ote.as_ref()?.0 * &self.mix.as_ref()?.variable);
        self.variable.as_ref().map(|variable| variable.0.clone()).or_else(of_mix)
    }

    /// Fixed pay of a year.
    pub fn base(&self) -> Option<Exact> {
        Some(&self.ote.as_ref()?.0 - &self.variable()?)
    }

    /// The rate that pays the variable part at exactly this quota of a year.
    pub fn commission_rate(&self, quota: &Exact) -> Option<Exact> {
        self.variable()?.over(quota)
    }

    /// How often the variable part the best are paid.
    pub fn leverage(&self) -> Option<Exact> {
        self.excellence.as_ref()?.0.over(&self.variable()?)
    }
}

impl<'de> Deserialize<'de> for Mix {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let parts = text.split_once('/').and_then(|(base, variable)| {
            let (base, variable): (i32, i32) = (base.trim().parse().ok()?, variable.trim().parse().ok()?);
            (base >= 0 && variable >= 0 && base.checked_add(variable) == Some(100))
                .then(|| Mix { base: Exact::ratio(base, 100), variable: Exact::ratio(variable, 100) })
        });
        parts
            .ok_or_else(|| de::Error::custom(format!("`{text}` is no mix; write base and variable of 100, like 60/40")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_c1() {
        let target: Target =
            toml::from_str("ote = \"1200000\"\nmix = \"60/40\"\nexcellence = \"960000\"").expect("a target");
        assert_eq!(target.base(), Some(Exact::from(720_000)));
        assert_eq!(target.variable(), Some(Exact::from(480_000)));
        assert_eq!(
            target.commission_rate(&Exact::from(9_600_000)).map(|rate| rate.to_percent()),
            Some("5%".to_owned())
        );
        assert_eq!(target.leverage(), Some(Exact::from(2)));
    }
}
