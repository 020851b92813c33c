//! A plan: dated rules that compute pay, as a file has them (`docs/pay-format.md`).

mod check;
mod components;
mod target;
mod terms;

pub(crate) use check::TAKEN;
pub use components::*;
pub use target::Target;
pub use terms::*;

use crate::{
    condition::Condition,
    credit::holds,
    exact::Exact,
    number::{Number, Percent, day, days},
};
use base::{Currency, FiscalCalendar, Grain, Period};
use jiff::{ToSpan, civil::Date};
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

/// The plans that ship, as examples to copy.
pub const SHIPPED: [(&str, &str); 10] = [
    ("account-executive", include_str!("../plans/account-executive.toml")),
    ("sdr", include_str!("../plans/sdr.toml")),
    ("account-executive-manager", include_str!("../plans/account-executive-manager.toml")),
    ("key-account-manager", include_str!("../plans/key-account-manager.toml")),
    ("sales-engineer", include_str!("../plans/sales-engineer.toml")),
    ("customer-success", include_str!("../plans/customer-success.toml")),
    ("partner-manager", include_str!("../plans/partner-manager.toml")),
    ("sales-director", include_str!("../plans/sales-director.toml")),
    ("new-hire", include_str!("../plans/new-hire.toml")),
    ("holdback-until-cash", include_str!("../plans/holdback-until-cash.toml")),
];

/// One version of a plan.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub id: Spanned<String>,
    #[serde(default = "first_version")]
    pub version: String,
    pub name: String,
    pub currency: Currency,
    /// How often it pays: month, quarter or year.
    #[serde(default = "month")]
    pub pay_period: Spanned<Grain>,
    /// The month in which a fiscal year starts.
    #[serde(default = "january")]
    pub fiscal_start: Spanned<i8>,
    /// The first day it holds.
    #[serde(default, deserialize_with = "day")]
    pub from: Option<Date>,
    /// The first day it holds no more.
    #[serde(default, deserialize_with = "day")]
    pub to: Option<Date>,
    /// So many days after the period's last one it is paid; the payroll rate is that day's (C21).
    #[serde(default, deserialize_with = "days")]
    pub pay_days_after: i32,
    /// By which rate credits come into the plan's currency.
    #[serde(default)]
    pub conversion: Conversion,
    /// What becomes of a payee's pay below zero.
    #[serde(default)]
    pub negative_net: NegativeNet,
    /// A leave of more consecutive days than this pauses quotas and targets (C19).
    #[serde(default = "fourteen", deserialize_with = "days")]
    pub leave_pause_days: i32,
    #[serde(default)]
    pub quota_change: QuotaChange,
    /// What is collected so many days after somebody left still releases what was held back (C24).
    #[serde(default, deserialize_with = "days")]
    pub grace_days: i32,
    /// Only the first credit rule that matches a fact credits it.
    #[serde(default)]
    pub credit_match: CreditMatch,
    #[serde(default)]
    pub who: Vec<Who>,
    pub target: Option<Spanned<Target>>,
    #[serde(default)]
    pub credit: Vec<CreditRule>,
    #[serde(default)]
    pub factor: Vec<Factor>,
    #[serde(default)]
    pub commission: Vec<Commission>,
    #[serde(default)]
    pub bonus: Vec<Bonus>,
    #[serde(default)]
    pub spiff: Vec<Spiff>,
    #[serde(default)]
    pub contest: Vec<Contest>,
    #[serde(default)]
    pub pool: Vec<Pool>,
    pub cap: Option<PaymentCap>,
    pub guarantee: Option<Guarantee>,
    pub draw: Option<Spanned<Draw>>,
    pub holdback: Option<Holdback>,
    pub clawback: Option<Spanned<Clawback>>,
    pub ramp: Option<Ramp>,
}

/// Whom a plan is for: all people of a role, or named ones. A plan without any is for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    pub role: Option<String>,
    #[serde(default)]
    pub people: Vec<String>,
    #[serde(default, deserialize_with = "day")]
    pub from: Option<Date>,
    #[serde(default, deserialize_with = "day")]
    pub to: Option<Date>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conversion {
    /// Fixed for the year: rates of the kind `plan`.
    #[default]
    Plan,
    /// Of the fact's own day: rates of the kind `spot`.
    Spot,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NegativeNet {
    /// It pays nothing and is owed from later pay.
    #[default]
    Carry,
    Allow,
}

/// A quota that changes within an interval (C19).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaChange {
    /// One quota, weighted by days.
    #[default]
    TimeWeighted,
    /// Each stretch against its own.
    Segment,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditMatch {
    First,
    #[default]
    All,
}

/// Who gets credit for a fact that names no payee (C11a).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditRule {
    #[serde(default)]
    pub when: Condition,
    pub to: Spanned<Receiver>,
    /// Of `to = "person"`: who.
    pub person: Option<String>,
    /// Of `to = "column"`: which.
    pub column: Option<String>,
    #[serde(default)]
    pub kind: CreditKind,
    #[serde(default = "whole")]
    pub share: Percent,
    #[serde(default, deserialize_with = "day")]
    pub valid_from: Option<Date>,
    #[serde(default, deserialize_with = "day")]
    pub valid_to: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// The fact's column `owner`.
    Owner,
    /// Who has the fact's territory in people.csv on its day.
    TerritoryOwner,
    /// Who has the fact's product in people.csv on its day.
    Specialist,
    /// Everybody above the owner on the fact's day.
    Managers,
    /// The one named by the rule.
    Person,
    /// A column of the fact that holds a person's id: a role in the account team.
    Column,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditKind {
    /// Part of the company's total; shares of a fact make a whole.
    #[default]
    Direct,
    /// Beside it, in any share.
    Overlay,
}

/// Products that count more, or pay more (C17). The first that matches a fact holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    pub when: Condition,
    #[serde(default = "one")]
    pub quota_credit_factor: Number,
    #[serde(default = "one")]
    pub pay_factor: Number,
}

impl Plan {
    /// Reads and checks a plan file.
    pub fn read(text: &str) -> Result<Self, PlanError> {
        let plan: Self = toml::from_str(text).map_err(|error| PlanError::of_toml(text, &error))?;
        check::check(&plan).map_err(|(span, problem)| PlanError::at(text, span.start, problem))?;
        Ok(plan)
    }

    pub fn id(&self) -> &str {
        self.id.get_ref()
    }

    pub fn components(&self) -> impl Iterator<Item = Component<'_>> {
        let commissions = self.commission.iter().map(Component::Commission);
        let bonuses = self.bonus.iter().map(Component::Bonus);
        let spiffs = self.spiff.iter().map(Component::Spiff);
        let contests = self.contest.iter().map(Component::Contest);
        commissions.chain(bonuses).chain(spiffs).chain(contests).chain(self.pool.iter().map(Component::Pool))
    }

    /// Whom it is for on a day: by name, or by a role they have then.
    pub fn is_for(&self, payee: &str, has_role: impl Fn(&str) -> bool, day: Date) -> bool {
        let is_for = |who: &Who| {
            let by_role = who.role.as_deref().is_some_and(&has_role);
            holds(who.from, who.to, day) && (by_role || who.people.iter().any(|id| id == payee))
        };
        self.who.is_empty() || self.who.iter().any(is_for)
    }

    /// The metrics that its gates, matrices and bonuses read.
    #[must_use]
    pub fn metrics(&self) -> BTreeSet<&str> {
        let gates = self.commission.iter().flat_map(|commission| &commission.gate);
        let gates = gates.chain(self.bonus.iter().flat_map(|bonus| &bonus.gate));
        let of_gates = gates.map(|gate| gate.metric.get_ref().as_str());
        let matrices = self.commission.iter().filter_map(|commission| commission.matrix.as_ref());
        let of_bonuses = self.bonus.iter().flat_map(|bonus| bonus.kpi.get_ref()).map(|kpi| kpi.metric.as_str());
        of_gates.chain(matrices.map(|matrix| matrix.get_ref().metric.as_str())).chain(of_bonuses).collect()
    }

    /// The calendar of its periods.
    pub fn calendar(&self) -> FiscalCalendar {
        FiscalCalendar::starting_in(*self.fiscal_start.get_ref()).unwrap_or_default()
    }

    /// The label of the pay period in which a day falls.
    pub fn period_of(&self, day: Date) -> Option<String> {
        self.calendar().period_of(day, self.grain()).ok().map(|period| period.label)
    }

    /// When a period is paid.
    pub(crate) fn pay_date(&self, period: &Period) -> Date {
        period.end.saturating_sub(1.day()).saturating_add(self.pay_days_after.days())
    }

    pub fn grain(&self) -> Grain {
        *self.pay_period.get_ref()
    }

    /// Does it hold anything that is not a component?
    pub(crate) fn has_settings(&self) -> bool {
        self.cap.is_some() || self.guarantee.is_some() || self.draw.is_some()
    }
}

/// What is wrong with a plan file, and where: line and character, counted from one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, character {character}: {problem}")]
pub struct PlanError {
    pub line: usize,
    pub character: usize,
    pub problem: String,
}

impl PlanError {
    fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        Self::at(text, error.span().map_or(0, |span| span.start), error.message().to_owned())
    }

    fn at(text: &str, start: usize, problem: String) -> Self {
        let before = &text[..start.min(text.len())];
        let line = before.matches('\n').count() + 1;
        let character = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line, character, problem }
    }
}

fn first_version() -> String {
    "1".to_owned()
}

fn month() -> Spanned<Grain> {
    Spanned::new(0..0, Grain::Month)
}

fn january() -> Spanned<i8> {
    Spanned::new(0..0, 1)
}

const fn fourteen() -> i32 {
    14
}

pub(super) fn whole() -> Percent {
    Percent(Exact::ONE)
}

fn one() -> Number {
    Number(Exact::ONE)
}
