//! What lies between being earned and being paid: caps, guarantee, draw, holdback, clawback, ramp.

use super::whole;
use crate::number::{Number, Percent, amount, days, part, some_amount, some_days};
use serde::Deserialize;

/// The most that is paid in a pay period.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentCap {
    #[serde(deserialize_with = "amount")]
    pub payment: Number,
    #[serde(default)]
    pub excess: Excess,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Excess {
    #[default]
    Forfeit,
    /// It is paid when there is room.
    Carry,
}

/// The least that is paid in a pay period (C9). A non-recoverable draw is one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guarantee {
    #[serde(deserialize_with = "amount")]
    pub amount: Number,
    /// Only in a payee's first so many pay periods.
    pub periods: Option<i32>,
}

/// An advance on later pay (C10). Periods count from a payee's first one, which is 1.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draw {
    #[serde(deserialize_with = "amount")]
    pub amount: Number,
    pub periods: i32,
    #[serde(default = "first")]
    pub recovery_from_period: i32,
    #[serde(default = "whole")]
    pub recovery: Percent,
    #[serde(default)]
    pub at_termination: AtTermination,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtTermination {
    /// All of the last pay recovers it, and the rest stays owed.
    #[default]
    Due,
    Forgiven,
}

/// What waits until the customer has paid (C20).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holdback {
    #[serde(deserialize_with = "part")]
    pub at_booking: Percent,
}

/// When pay is taken back, and how much (C15).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clawback {
    #[serde(default)]
    pub mode: ClawbackMode,
    /// Cancelled within so many days.
    #[serde(default, deserialize_with = "some_days")]
    pub cancelled_within_days: Option<i32>,
    #[serde(default)]
    pub credit_note: bool,
    #[serde(default)]
    pub fraud: bool,
    /// Not paid for by the customer after so many days.
    #[serde(default, deserialize_with = "some_days")]
    pub unpaid_after_days: Option<i32>,
    /// Of `mode = "step"`: the share taken back up to so many days.
    #[serde(default)]
    pub steps: Vec<ClawbackStep>,
    #[serde(default)]
    pub method: ClawbackMethod,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClawbackMode {
    #[default]
    Full,
    /// By the days that remained.
    ProRata,
    Step,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClawbackStep {
    #[serde(deserialize_with = "days")]
    pub within_days: i32,
    #[serde(deserialize_with = "part")]
    pub share: Percent,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClawbackMethod {
    /// What the fact's lines were paid.
    #[default]
    AsPaid,
    /// The interval is computed again without it.
    Rerun,
}

/// Quotas of people who are new, month by month (C18).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ramp {
    pub quota: Vec<Percent>,
    #[serde(default, deserialize_with = "some_amount")]
    pub guarantee: Option<Number>,
}

const fn first() -> i32 {
    1
}
