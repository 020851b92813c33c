//! Why a line is what it is: a key and its arguments. The sentences stand in the translations, under the same key.

use crate::exact::Exact;

/// A key of the translations with what fills its slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub key: &'static str,
    pub arguments: Vec<(&'static str, Argument)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    Text(String),
    Number(Exact),
    Percent(Exact),
    /// How much at which rate.
    Parts(Vec<Part>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub amount: Exact,
    pub rate: Exact,
    pub is_percent: bool,
}

impl Reason {
    /// Every key with its slots.
    pub const KEYS: [(&str, &[&str]); 34] = [
        ("pay-commission", &["parts"]),
        ("pay-commission-modified", &["parts", "factor"]),
        ("pay-commission-capped", &["parts", "cap"]),
        ("pay-kicker", &["parts"]),
        ("pay-growth", &["now", "before", "parts"]),
        ("pay-bonus", &["target", "factor"]),
        ("pay-spiff", &["count", "each"]),
        ("pay-spiff-budget", &["budget"]),
        ("pay-contest", &["rank", "ties", "count"]),
        ("pay-pool", &["pool", "part", "whole"]),
        ("pay-delta", &["before", "now"]),
        ("pay-cap", &["limit"]),
        ("pay-cap-released", &["limit"]),
        ("pay-guarantee", &["floor", "earned"]),
        ("pay-holdback", &["held", "collected"]),
        ("pay-release", &["held", "collected"]),
        ("pay-hold-cancelled", &["held"]),
        ("pay-forfeit", &["forfeited"]),
        ("pay-clawback", &["share", "paid"]),
        ("pay-carried", &["owed"]),
        ("pay-offset", &["owed"]),
        ("pay-draw", &["amount", "earned"]),
        ("pay-recovery", &["owed", "earned"]),
        ("pay-adjustment", &["reason"]),
        ("pay-no-plan", &[]),
        ("pay-no-quota", &["interval"]),
        ("pay-no-rate", &["pair", "date"]),
        ("pay-no-value", &["metric", "interval"]),
        ("pay-no-cost", &[]),
        ("pay-no-target", &[]),
        ("pay-unknown-paid", &[]),
        ("pay-uncredited", &[]),
        ("pay-negative-net", &["net"]),
        ("pay-no-previous", &["interval"]),
    ];

    pub(crate) fn new(key: &'static str, arguments: impl IntoIterator<Item = (&'static str, Argument)>) -> Self {
        Self { key, arguments: arguments.into_iter().collect() }
    }
}

impl Argument {
    /// Plain text: digits with a point, no grouping, at most six decimals.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_text(),
            Self::Percent(share) => share.to_percent(),
            Self::Parts(parts) => {
                let part = |part: &Part| {
                    let rate = if part.is_percent { part.rate.to_percent() } else { part.rate.to_text() };
                    format!("{} × {rate}", part.amount.to_text())
                };
                parts.iter().map(part).collect::<Vec<_>>().join(" + ")
            }
        }
    }
}

pub(crate) fn number(number: &Exact) -> Argument {
    Argument::Number(number.clone())
}

pub(crate) fn percent(share: &Exact) -> Argument {
    Argument::Percent(share.clone())
}

pub(crate) fn text(text: impl Into<String>) -> Argument {
    Argument::Text(text.into())
}
