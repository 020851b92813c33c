//! What a run says: of each payee the components with their lines, what is still owed either way, and what stands in the way of
//! approval.

use crate::{
    exact::Exact,
    reason::{Argument, Reason, number, text},
};
use base::{Currency, Money, Period};
use jiff::civil::Date;
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub period: Period,
    /// Id and version of each plan.
    pub plans: Vec<(String, String)>,
    pub payees: Vec<PayeeStatement>,
    pub exceptions: Vec<Exception>,
    /// What was credited directly in the period, in the currency of the first plan (C11).
    pub company_total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayeeStatement {
    pub id: String,
    pub currency: Currency,
    pub total: Money,
    pub balances: Vec<(Balance, Money)>,
    pub components: Vec<ComponentStatement>,
}

/// Where a payee stands in the rate table of a commission: "you are here".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub component: String,
    /// Over which it adds up.
    pub interval: Period,
    /// Of amounts.
    pub currency: Currency,
    /// Rates are shares of what is measured, not amounts.
    pub rates_are_shares: bool,
    pub quota: Option<Exact>,
    /// What has come in the interval so far, and what of it before the period.
    pub measure: Exact,
    pub before: Exact,
    pub tiers: Vec<TierStanding>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierStanding {
    pub from: Exact,
    /// None: it is open.
    pub to: Option<Exact>,
    pub rate: Exact,
    /// What has come into it, and what of that in the period.
    pub measure: Exact,
    pub now: Exact,
    /// By it in the interval.
    pub earned: Exact,
}

/// A component of a plan, or one that a run adds: `ID.cap`, `ID.plan_cap`, `ID.holdback`, `ID.clawback`, `guarantee`,
/// `adjustment`, `carried`, `draw`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentStatement {
    pub id: String,
    pub amount: Money,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Empty for what is of no fact.
    pub fact: String,
    pub amount: Money,
    pub rule: Rule,
    pub reason: Reason,
}

/// The construct that made a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    Commission,
    Kicker,
    Growth,
    Bonus,
    Spiff,
    Contest,
    Pool,
    /// A fact that was paid before comes to another amount now.
    Delta,
    Cap,
    CapReleased,
    Guarantee,
    Holdback,
    Release,
    Forfeit,
    Clawback,
    Carried,
    Offset,
    Draw,
    Recovery,
    /// Somebody's decision, with their reason (C25).
    Adjustment,
}

/// What is kept from one period to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Balance {
    /// Advances not yet recovered.
    Draw,
    /// Above a cap, to be paid when there is room.
    Cap,
    /// Held until the customer pays.
    Holdback,
    /// Taken back and not yet set off.
    Clawback,
}

/// Something that blocks approval, and of what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exception {
    pub problem: Problem,
    pub payee: String,
    pub component: String,
    pub fact: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    NoPlan,
    NoQuota {
        interval: String,
    },
    NoRate {
        from: Currency,
        to: Currency,
        day: Date,
    },
    NoValue {
        metric: String,
        interval: String,
    },
    NoCost,
    /// A target variable is needed, and neither the plan nor people.csv says one.
    NoTarget,
    /// paid.csv has a payee or a component that the plans do not have.
    UnknownPaid,
    Uncredited,
    NegativeNet {
        net: Exact,
    },
    /// Growth over nothing: a warning (C22).
    NoPrevious {
        interval: String,
    },
}

impl Rule {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commission => "commission",
            Self::Kicker => "kicker",
            Self::Growth => "growth",
            Self::Bonus => "bonus",
            Self::Spiff => "spiff",
            Self::Contest => "contest",
            Self::Pool => "pool",
            Self::Delta => "delta",
            Self::Cap => "cap",
            Self::CapReleased => "cap_released",
            Self::Guarantee => "guarantee",
            Self::Holdback => "holdback",
            Self::Release => "release",
            Self::Forfeit => "forfeit",
            Self::Clawback => "clawback",
            Self::Carried => "carried",
            Self::Offset => "offset",
            Self::Draw => "draw",
            Self::Recovery => "recovery",
            Self::Adjustment => "adjustment",
        }
    }
}

impl Balance {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draw => "draw",
            Self::Cap => "cap",
            Self::Holdback => "holdback",
            Self::Clawback => "clawback",
        }
    }
}

impl Exception {
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match &self.problem {
            Problem::NoPlan => "no_plan",
            Problem::NoQuota { .. } => "no_quota",
            Problem::NoRate { .. } => "no_rate",
            Problem::NoValue { .. } => "no_value",
            Problem::NoCost => "no_cost",
            Problem::NoTarget => "no_target",
            Problem::UnknownPaid => "unknown_paid",
            Problem::Uncredited => "uncredited",
            Problem::NegativeNet { .. } => "negative_net",
            Problem::NoPrevious { .. } => "no_previous",
        }
    }

    #[must_use]
    pub fn reason(&self) -> Reason {
        match &self.problem {
            Problem::NoPlan => Reason::new("pay-no-plan", []),
            Problem::NoQuota { interval } => Reason::new("pay-no-quota", [("interval", text(interval.as_str()))]),
            Problem::NoRate { from, to, day } => {
                let pair = format!("{from}–{to}");
                Reason::new("pay-no-rate", [("pair", text(pair)), ("date", text(day.to_string()))])
            }
            Problem::NoValue { metric, interval } => {
                let arguments = [("metric", text(metric.as_str())), ("interval", text(interval.as_str()))];
                Reason::new("pay-no-value", arguments)
            }
            Problem::NoCost => Reason::new("pay-no-cost", []),
            Problem::NoTarget => Reason::new("pay-no-target", []),
            Problem::UnknownPaid => Reason::new("pay-unknown-paid", []),
            Problem::Uncredited => Reason::new("pay-uncredited", []),
            Problem::NegativeNet { net } => Reason::new("pay-negative-net", [("net", number(net))]),
            Problem::NoPrevious { interval } => Reason::new("pay-no-previous", [("interval", text(interval.as_str()))]),
        }
    }
}

impl PayeeStatement {
    /// What is paid and why in plain lines, the same wherever it is computed: what a hash is of.
    #[must_use]
    pub fn plain(&self) -> String {
        let line = |parts: &[&str]| parts.join("\t") + "\n";
        let mut plain = line(&[&self.id, &self.total.to_string(), self.currency.code()]);
        for (kind, amount) in &self.balances {
            plain += &line(&[kind.name(), &amount.to_string()]);
        }
        for component in &self.components {
            for one in &component.lines {
                let said = |(name, argument): &(&str, Argument)| format!("{name}={}", argument.to_text());
                let said = one.reason.arguments.iter().map(said).collect::<Vec<_>>().join("\t");
                let amount = one.amount.to_string();
                plain += &line(&[&component.id, &one.fact, &amount, one.rule.name(), one.reason.key, &said]);
            }
        }
        plain
    }
}

impl Statement {
    #[must_use]
    pub fn of(&self, payee: &str) -> Option<&PayeeStatement> {
        self.payees.iter().find(|one| one.id == payee)
    }

    /// As JSON; `sentence` says a reason in the reader's language.
    pub fn to_json(&self, sentence: impl Fn(&Reason) -> String) -> Value {
        let line = |line: &Line| {
            let (fact, amount) = (&line.fact, line.amount.to_string());
            json!({ "fact": fact, "amount": amount, "rule": line.rule.name(), "reason": sentence(&line.reason) })
        };
        let component = |component: &ComponentStatement| {
            let lines: Vec<Value> = component.lines.iter().map(line).collect();
            json!({ "id": component.id, "amount": component.amount.to_string(), "lines": lines })
        };
        let balance = |(kind, amount): &(Balance, Money)| json!({ "kind": kind.name(), "amount": amount.to_string() });
        let payee = |payee: &PayeeStatement| {
            json!({
                "id": payee.id,
                "currency": payee.currency.code(),
                "total": payee.total.to_string(),
                "balances": payee.balances.iter().map(balance).collect::<Vec<_>>(),
                "components": payee.components.iter().map(component).collect::<Vec<_>>(),
            })
        };
        let exception = |exception: &Exception| {
            json!({
                "kind": exception.kind(),
                "payee": exception.payee,
                "component": exception.component,
                "fact": exception.fact,
                "reason": sentence(&exception.reason()),
            })
        };
        json!({
            "period": self.period.label,
            "plans": self.plans.iter().map(|(id, version)| json!({ "id": id, "version": version })).collect::<Vec<_>>(),
            "payees": self.payees.iter().map(payee).collect::<Vec<_>>(),
            "exceptions": self.exceptions.iter().map(exception).collect::<Vec<_>>(),
            "company_total": self.company_total.to_string(),
        })
    }
}
