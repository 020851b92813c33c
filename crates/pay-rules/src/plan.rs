//! A plan: dated rules that compute pay, as a file has them (`docs/pay-format.md`).

mod check;
mod target;

pub use target::Target;

use crate::{
    condition::Condition,
    curve::Curve,
    exact::Exact,
    number::{Moment, Number, Percent, Quantity, day},
};
use base::{Currency, FiscalCalendar, Grain};
use jiff::civil::Date;
use serde::Deserialize;
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
    #[serde(default)]
    pub pay_days_after: i32,
    /// By which rate credits come into the plan's currency.
    #[serde(default)]
    pub conversion: Conversion,
    /// What becomes of a payee's pay below zero.
    #[serde(default)]
    pub negative_net: NegativeNet,
    /// A leave of more consecutive days than this pauses quotas and targets (C19).
    #[serde(default = "fourteen")]
    pub leave_pause_days: i32,
    #[serde(default)]
    pub quota_change: QuotaChange,
    /// What is collected so many days after somebody left still releases what was held back (C24).
    #[serde(default)]
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

/// Pay by a rate on what was sold.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commission {
    pub id: Spanned<String>,
    /// What is paid on.
    #[serde(default)]
    pub basis: Basis,
    /// What tiers and attainment count, where it is not the basis.
    pub measure: Option<Basis>,
    #[serde(default)]
    pub credits: Whose,
    #[serde(default)]
    pub when: Condition,
    /// Over which time it adds up; the pay period when not said.
    pub interval: Option<Grain>,
    /// Of an interval, for those without one in quotas.csv.
    pub quota: Option<Number>,
    /// One rate for everything, in place of tiers.
    pub rate: Option<Spanned<Quantity>>,
    /// What multipliers are of (C5).
    pub base_rate: Option<Spanned<BaseRate>>,
    #[serde(default)]
    pub table: TableKind,
    /// Tiers are looked up by what adds up, or by each deal's own size.
    #[serde(default)]
    pub by: By,
    /// The tier of a measure that is exactly on a bound.
    #[serde(default)]
    pub on_bound: OnBound,
    #[serde(default)]
    pub tiers: Vec<Tier>,
    pub matrix: Option<Spanned<Matrix>>,
    pub threshold: Option<Threshold>,
    #[serde(default)]
    pub gate: Vec<Gate>,
    pub cap: Option<Spanned<Caps>>,
    #[serde(default)]
    pub kicker: Vec<Kicker>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    #[default]
    Amount,
    /// Amount less cost, not below zero (C16).
    Margin,
    Units,
    /// What the interval has more than the one before (C22).
    Growth,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// The payee's own credits, direct and overlay.
    #[default]
    Own,
    /// The direct credits of everybody below, on the fact's day (C11).
    Team,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaseRate {
    /// Target variable over quota (C1).
    Target,
    Rate(Exact),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// Each rate within its tier.
    #[default]
    Marginal,
    /// The rate of the highest tier reached, on everything.
    Whole,
    /// Rates are amounts; the last tier pays its share of the way.
    Interpolated,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    #[default]
    Total,
    Deal,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnBound {
    #[default]
    Higher,
    Lower,
}

/// From a bound up to the next one, which is not in it; the last is open. A bound with % is attainment, one without it an amount.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    pub from: Spanned<Quantity>,
    pub to: Option<Spanned<Quantity>>,
    pub rate: Option<Spanned<Quantity>>,
    pub multiplier: Option<Spanned<Number>>,
    /// Of a matrix: a rate a column.
    pub rates: Option<Spanned<Vec<Percent>>>,
    /// Once reached, its rate is that of everything below too (C4).
    #[serde(default)]
    pub retroactive: bool,
}

/// The second dimension of a table: the columns' lower bounds of a metric (C6).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    pub metric: String,
    pub columns: Vec<Quantity>,
}

/// Where pay starts (C7).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    pub at: Spanned<Quantity>,
    #[serde(default)]
    pub pays: Entry,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Once reached, from the first unit.
    #[default]
    FirstDollar,
    /// Only what is beyond.
    AboveOnly,
}

/// Another number that must be met (C6).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    pub metric: Spanned<String>,
    pub at_least: Quantity,
    pub effect: Effect,
    /// Of a modifier that fails.
    pub factor: Option<Number>,
    /// Of a modifier: the factor in per cent by the metric's value, met or not.
    pub curve: Option<Curve>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing is paid.
    Hard,
    /// No rate above the base rate.
    Accelerator,
    /// What is paid is multiplied.
    Modifier,
}

/// The most that counts or is paid (C8).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    pub attainment: Option<Percent>,
    pub per_deal: Option<Number>,
    pub payment: Option<Number>,
    #[serde(default)]
    pub excess: Excess,
}

/// The most that is paid in a pay period.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentCap {
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

/// More for some facts, on top: years of a contract (C23).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kicker {
    pub when: Condition,
    pub rate: Percent,
}

/// Pay for results against targets (C13), when the interval is over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bonus {
    pub id: Spanned<String>,
    pub interval: Option<Grain>,
    /// Of an interval; the target variable when not said.
    pub target: Option<Number>,
    pub kpi: Spanned<Vec<BonusKpi>>,
    #[serde(default)]
    pub gate: Vec<Gate>,
    pub cap: Option<PaymentCap>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BonusKpi {
    pub metric: String,
    pub weight: Percent,
    pub curve: Curve,
}

/// An amount a deal or unit, first come by closing while the budget lasts (C12).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spiff {
    pub id: Spanned<String>,
    #[serde(default)]
    pub when: Condition,
    pub from: Moment,
    pub to: Moment,
    pub per_unit: Number,
    #[serde(default)]
    pub count: Count,
    /// Of everybody together.
    pub budget: Option<Number>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    #[default]
    Deals,
    Units,
    Amount,
}

/// Prizes by rank within a window; those that tie share the prizes of their ranks (C12).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contest {
    pub id: Spanned<String>,
    #[serde(default)]
    pub when: Condition,
    pub from: Moment,
    pub to: Moment,
    #[serde(default)]
    pub count: Count,
    pub prizes: Spanned<Vec<Number>>,
    /// A fact cancelled within so many days does not count.
    pub revoked_within_days: Option<i32>,
}

/// A team's pay, shared by weight and days (C14), when the interval is over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    pub id: Spanned<String>,
    #[serde(default)]
    pub when: Condition,
    pub interval: Option<Grain>,
    /// Of the members' direct credits.
    pub rate: Option<Percent>,
    pub amount: Option<Number>,
}

/// The least that is paid in a pay period (C9). A non-recoverable draw is one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guarantee {
    pub amount: Number,
    /// Only in a payee's first so many pay periods.
    pub periods: Option<i32>,
}

/// An advance on later pay (C10). Periods count from a payee's first one, which is 1.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draw {
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
    pub at_booking: Percent,
}

/// When pay is taken back, and how much (C15).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clawback {
    #[serde(default)]
    pub mode: ClawbackMode,
    /// Cancelled within so many days.
    pub cancelled_within_days: Option<i32>,
    #[serde(default)]
    pub credit_note: bool,
    #[serde(default)]
    pub fraud: bool,
    /// Not paid for by the customer after so many days.
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
    pub within_days: i32,
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
    pub guarantee: Option<Number>,
}

/// A component of any kind.
#[derive(Debug, Clone, Copy)]
pub enum Component<'a> {
    Commission(&'a Commission),
    Bonus(&'a Bonus),
    Spiff(&'a Spiff),
    Contest(&'a Contest),
    Pool(&'a Pool),
}

impl<'a> Component<'a> {
    pub fn id(self) -> &'a Spanned<String> {
        match self {
            Self::Commission(component) => &component.id,
            Self::Bonus(component) => &component.id,
            Self::Spiff(component) => &component.id,
            Self::Contest(component) => &component.id,
            Self::Pool(component) => &component.id,
        }
    }

    /// The most it pays in a pay period.
    pub(crate) fn payment_cap(self) -> Option<(&'a Exact, Excess)> {
        match self {
            Self::Commission(component) => {
                let caps = component.cap.as_ref()?.get_ref();
                Some((&caps.payment.as_ref()?.0, caps.excess))
            }
            Self::Bonus(component) => component.cap.as_ref().map(|cap| (&cap.payment.0, cap.excess)),
            Self::Spiff(_) | Self::Contest(_) | Self::Pool(_) => None,
        }
    }
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

    /// The calendar of its periods.
    pub fn calendar(&self) -> FiscalCalendar {
        FiscalCalendar::starting_in(*self.fiscal_start.get_ref()).unwrap_or_default()
    }

    /// The label of the pay period in which a day falls.
    pub fn period_of(&self, day: Date) -> Option<String> {
        self.calendar().period_of(day, self.grain()).ok().map(|period| period.label)
    }

    pub(crate) fn grain(&self) -> Grain {
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

const fn first() -> i32 {
    1
}

fn whole() -> Percent {
    Percent(Exact::ONE)
}

fn one() -> Number {
    Number(Exact::ONE)
}

impl<'de> Deserialize<'de> for BaseRate {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == "target" {
            return Ok(Self::Target);
        }
        let Percent(rate) = text.parse().map_err(serde::de::Error::custom)?;
        Ok(Self::Rate(rate))
    }
}
