//! What a plan pays for: commissions, bonuses, SPIFFs, contests and pools.

use super::terms::{Excess, PaymentCap};
use crate::{
    condition::Condition,
    curve::Curve,
    exact::Exact,
    number::{Moment, Number, Percent, Quantity, some_amount, some_days},
};
use base::Grain;
use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

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

    /// Do versions of a component add up the same over the same time? Then what they earn is one.
    pub(crate) fn counts_like(self, other: Component<'_>) -> bool {
        match (self, other) {
            (Self::Commission(one), Component::Commission(other)) => {
                let counts = |one: &Commission| (one.interval, one.credits, one.measure.unwrap_or(one.basis));
                counts(one) == counts(other) && (one.basis == Basis::Growth) == (other.basis == Basis::Growth)
            }
            (Self::Spiff(one), Component::Spiff(other)) => (one.from, one.to) == (other.from, other.to),
            (Self::Contest(one), Component::Contest(other)) => (one.from, one.to) == (other.from, other.to),
            (Self::Pool(one), Component::Pool(other)) => one.interval == other.interval,
            // Days of each version earn by its own target.
            _ => false,
        }
    }

    /// Which facts it is for; of a bonus none.
    pub(crate) fn when(self) -> Option<&'a Condition> {
        match self {
            Self::Commission(component) => Some(&component.when),
            Self::Bonus(_) => None,
            Self::Spiff(component) => Some(&component.when),
            Self::Contest(component) => Some(&component.when),
            Self::Pool(component) => Some(&component.when),
        }
    }

    /// Over which time it adds up, where it says so.
    #[must_use]
    pub fn interval(self) -> Option<Grain> {
        match self {
            Self::Commission(component) => component.interval,
            Self::Bonus(component) => component.interval,
            Self::Pool(component) => component.interval,
            Self::Spiff(_) | Self::Contest(_) => None,
        }
    }

    /// The span of time it pays for when that is over; what pays by facts has none.
    pub(crate) fn pays_for(self, pay_period: Grain) -> Option<Grain> {
        let is_of_facts = match self {
            Self::Commission(component) => component.basis != Basis::Growth,
            Self::Spiff(_) | Self::Contest(_) => true,
            Self::Bonus(_) | Self::Pool(_) => false,
        };
        (!is_of_facts).then(|| self.interval().unwrap_or(pay_period))
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
    #[serde(default, deserialize_with = "some_amount")]
    pub per_deal: Option<Number>,
    #[serde(default, deserialize_with = "some_amount")]
    pub payment: Option<Number>,
    #[serde(default)]
    pub excess: Excess,
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
    #[serde(default, deserialize_with = "some_days")]
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

impl<'de> Deserialize<'de> for BaseRate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == "target" {
            return Ok(Self::Target);
        }
        let Percent(rate) = text.parse().map_err(de::Error::custom)?;
        Ok(Self::Rate(rate))
    }
}
