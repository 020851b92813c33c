//! A plan in sentences, for who is paid by it: clauses as keys with their slots, as reasons are. The sentences stand in the
//! translations, under the same key. The fields of a plan are taken apart by name: one that is new is told, or left out on purpose.

use crate::{
    condition::{Condition, Sign, Test},
    exact::Exact,
    plan::{
        AtTermination, BaseRate, Basis, Bonus, By, Caps, Clawback, ClawbackMethod, ClawbackMode, Commission, Component,
        Contest, Conversion, Count, CreditKind, CreditMatch, CreditRule, Draw, Effect, Entry, Excess, Gate,
        NegativeNet, OnBound, Plan, Pool, QuotaChange, Receiver, Spiff, TableKind, Tier, Whose,
    },
};
use base::Grain;

/// A key of the translations with what fills its slots. A word of the plan file is a phrase of the translations,
/// [`Clause::PHRASES`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub key: &'static str,
    pub slots: Vec<(&'static str, String)>,
}

/// What a plan says of one component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    pub component: String,
    pub clauses: Vec<Clause>,
    pub rates: Vec<RateLine>,
}

/// A line of a rate table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLine {
    pub from: String,
    pub to: Option<String>,
    /// One, or as many as a matrix has columns.
    pub rates: Vec<String>,
    /// Once reached, it holds for everything below too.
    pub is_retroactive: bool,
}

/// A plan in sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub articles: Vec<Article>,
    /// What holds for all components together.
    pub terms: Vec<Clause>,
}

impl Clause {
    /// Every key with its slots.
    pub const KEYS: [(&str, &[&str]); 53] = [
        ("plan-commission", &["basis", "whose", "interval"]),
        ("plan-measure", &["basis"]),
        ("plan-when", &["when"]),
        ("plan-quota", &["quota"]),
        ("plan-rate", &["rate"]),
        ("plan-base-rate-target", &[]),
        ("plan-base-rate", &["rate"]),
        ("plan-table", &["table", "by", "bound"]),
        ("plan-matrix", &["metric", "columns"]),
        ("plan-threshold", &["at", "pays"]),
        ("plan-gate", &["metric", "least", "effect"]),
        ("plan-gate-modifier", &["metric", "least", "factor"]),
        ("plan-gate-curve", &["metric", "curve"]),
        ("plan-cap-attainment", &["cap"]),
        ("plan-cap-deal", &["cap"]),
        ("plan-cap", &["cap", "excess"]),
        ("plan-kicker", &["rate", "when"]),
        ("plan-bonus", &["interval"]),
        ("plan-bonus-target", &["target"]),
        ("plan-bonus-kpi", &["metric", "weight", "curve"]),
        ("plan-spiff", &["amount", "count", "from", "until"]),
        ("plan-spiff-budget", &["budget"]),
        ("plan-contest", &["prizes", "count", "from", "until"]),
        ("plan-contest-revoked", &["days"]),
        ("plan-pool-rate", &["rate", "interval"]),
        ("plan-pool-amount", &["amount", "interval"]),
        ("plan-holds", &["from"]),
        ("plan-holds-until", &["until"]),
        ("plan-by-days", &[]),
        ("plan-paid", &["interval"]),
        ("plan-paid-later", &["interval", "days"]),
        ("plan-currency", &["currency", "conversion"]),
        ("plan-ote", &["ote", "variable"]),
        ("plan-variable", &["variable"]),
        ("plan-credit", &["to", "who", "kind", "share", "when"]),
        ("plan-credit-first", &[]),
        ("plan-factor", &["when", "quota", "pay"]),
        ("plan-all-cap", &["cap", "excess"]),
        ("plan-guarantee", &["amount"]),
        ("plan-guarantee-first", &["amount", "periods"]),
        ("plan-draw", &["amount", "periods", "from", "share", "end"]),
        ("plan-holdback", &["share"]),
        ("plan-grace", &["days"]),
        ("plan-clawback-cancelled", &["days", "mode"]),
        ("plan-clawback-credit-note", &[]),
        ("plan-clawback-fraud", &[]),
        ("plan-clawback-unpaid", &["days"]),
        ("plan-clawback-method", &["method"]),
        ("plan-clawback-step", &["days", "share"]),
        ("plan-ramp", &["quota"]),
        ("plan-ramp-guarantee", &["amount"]),
        ("plan-leave", &["days", "change"]),
        ("plan-negative", &["net"]),
    ];

    /// The slots whose words are phrases of their own, `plan-SLOT-WORD`, and the words.
    pub const PHRASES: [(&str, &[&str]); 18] = [
        ("basis", &["amount", "margin", "units", "growth"]),
        ("whose", &["own", "team"]),
        ("interval", &["month", "quarter", "year"]),
        ("table", &["marginal", "whole", "interpolated"]),
        ("by", &["total", "deal"]),
        ("bound", &["higher", "lower"]),
        ("pays", &["all", "above"]),
        ("effect", &["hard", "accelerator"]),
        ("excess", &["forfeit", "carry"]),
        ("count", &["deals", "units", "amount"]),
        ("conversion", &["plan", "spot"]),
        ("to", &["owner", "territory_owner", "specialist", "managers", "person", "column"]),
        ("kind", &["direct", "overlay"]),
        ("end", &["due", "forgiven"]),
        ("mode", &["full", "pro_rata", "step"]),
        ("method", &["as_paid", "rerun"]),
        ("change", &["time_weighted", "segment"]),
        ("net", &["carry", "allow"]),
    ];

    fn new<const N: usize>(key: &'static str, slots: [(&'static str, String); N]) -> Self {
        Self { key, slots: slots.into() }
    }
}

/// What a slot says where there is nothing: sentences choose by it.
pub const NONE: &str = "none";

impl Plan {
    pub fn outline(&self) -> Outline {
        Outline { articles: self.components().map(|one| article(self, one)).collect(), terms: terms(self) }
    }
}

fn article(plan: &Plan, component: Component<'_>) -> Article {
    let interval = grain(component.interval().unwrap_or(*plan.pay_period.get_ref()));
    let (mut clauses, rates) = match component {
        Component::Commission(one) => (commission(one, interval), one.tiers.iter().map(rate_line).collect()),
        Component::Bonus(one) => (bonus(one, interval), Vec::new()),
        Component::Spiff(one) => (spiff(one), Vec::new()),
        Component::Contest(one) => (contest(one), Vec::new()),
        Component::Pool(one) => (pool(one, interval), Vec::new()),
    };
    let when = component.when().filter(|when| !when.0.is_empty());
    clauses.extend(when.map(|when| Clause::new("plan-when", [("when", condition(when))])));
    Article { component: component.id().get_ref().clone(), clauses, rates }
}

fn commission(one: &Commission, interval: String) -> Vec<Clause> {
    // Its id names the article, tiers are its rates, `when` is told with those of all kinds, and the interval as it comes out.
    #[rustfmt::skip]
    let Commission {
        id: _, basis: _, measure: _, credits: _, when: _, interval: _, quota: _, rate: _, base_rate: _, table: _, by: _,
        on_bound: _, tiers: _, matrix: _, threshold: _, gate: _, cap: _, kicker: _,
    } = one;
    let whose = match one.credits {
        Whose::Own => "own",
        Whose::Team => "team",
    };
    let mut told = vec![Clause::new(
        "plan-commission",
        [("basis", basis(one.basis)), ("whose", whose.to_owned()), ("interval", interval)],
    )];
    let measure = one.measure.filter(|measure| *measure != one.basis);
    told.extend(measure.map(|measure| Clause::new("plan-measure", [("basis", basis(measure))])));
    told.extend(one.quota.as_ref().map(|quota| Clause::new("plan-quota", [("quota", quota.0.to_text())])));
    told.extend(one.rate.as_ref().map(|rate| Clause::new("plan-rate", [("rate", rate.get_ref().to_text())])));
    told.extend(one.base_rate.as_ref().map(|rate| match rate.get_ref() {
        BaseRate::Target => Clause::new("plan-base-rate-target", []),
        BaseRate::Rate(rate) => Clause::new("plan-base-rate", [("rate", rate.to_percent())]),
    }));
    if !one.tiers.is_empty() {
        let table = match one.table {
            TableKind::Marginal => "marginal",
            TableKind::Whole => "whole",
            TableKind::Interpolated => "interpolated",
        };
        let by = match one.by {
            By::Total => "total",
            By::Deal => "deal",
        };
        let bound = match one.on_bound {
            OnBound::Higher => "higher",
            OnBound::Lower => "lower",
        };
        let slots = [("table", table), ("by", by), ("bound", bound)].map(|(name, word)| (name, word.to_owned()));
        told.push(Clause::new("plan-table", slots));
    }
    told.extend(one.matrix.as_ref().map(|matrix| {
        let columns = matrix.get_ref().columns.iter().map(super::number::Quantity::to_text).collect::<Vec<_>>();
        Clause::new("plan-matrix", [("metric", matrix.get_ref().metric.clone()), ("columns", columns.join(" · "))])
    }));
    told.extend(one.threshold.as_ref().map(|threshold| {
        let pays = match threshold.pays {
            Entry::FirstDollar => "all",
            Entry::AboveOnly => "above",
        };
        Clause::new("plan-threshold", [("at", threshold.at.get_ref().to_text()), ("pays", pays.to_owned())])
    }));
    told.extend(one.gate.iter().map(gate));
    told.extend(one.cap.as_ref().into_iter().flat_map(|caps| caps_of(caps.get_ref())));
    told.extend(one.kicker.iter().map(|kicker| {
        Clause::new("plan-kicker", [("rate", kicker.rate.0.to_percent()), ("when", condition(&kicker.when))])
    }));
    told
}

fn rate_line(tier: &Tier) -> RateLine {
    let one = tier.rate.as_ref().map(|rate| rate.get_ref().to_text());
    let times = tier.multiplier.as_ref().map(|times| format!("× {}", times.get_ref().0.to_text()));
    let many = tier.rates.as_ref().map(|rates| rates.get_ref().iter().map(|rate| rate.0.to_percent()).collect());
    RateLine {
        from: tier.from.get_ref().to_text(),
        to: tier.to.as_ref().map(|to| to.get_ref().to_text()),
        rates: many.unwrap_or_else(|| one.or(times).into_iter().collect()),
        is_retroactive: tier.retroactive,
    }
}

fn gate(gate: &Gate) -> Clause {
    let metric = gate.metric.get_ref().clone();
    if let Some(curve) = &gate.curve {
        return Clause::new("plan-gate-curve", [("metric", metric), ("curve", curve.to_string())]);
    }
    let least = gate.at_least.to_text();
    let effect = match gate.effect {
        Effect::Hard => "hard",
        Effect::Accelerator => "accelerator",
        Effect::Modifier => {
            let factor = gate.factor.as_ref().map_or_else(|| "0".to_owned(), |factor| factor.0.to_text());
            return Clause::new("plan-gate-modifier", [("metric", metric), ("least", least), ("factor", factor)]);
        }
    };
    Clause::new("plan-gate", [("metric", metric), ("least", least), ("effect", effect.to_owned())])
}

fn caps_of(caps: &Caps) -> Vec<Clause> {
    let attainment = caps.attainment.as_ref().map(|cap| ("plan-cap-attainment", cap.0.to_percent()));
    let deal = caps.per_deal.as_ref().map(|cap| ("plan-cap-deal", cap.0.to_text()));
    let mut told: Vec<Clause> =
        attainment.into_iter().chain(deal).map(|(key, cap)| Clause::new(key, [("cap", cap)])).collect();
    told.extend(caps.payment.as_ref().map(|cap| capped("plan-cap", &cap.0, caps.excess)));
    told
}

fn capped(key: &'static str, cap: &Exact, excess: Excess) -> Clause {
    let excess = match excess {
        Excess::Forfeit => "forfeit",
        Excess::Carry => "carry",
    };
    Clause::new(key, [("cap", cap.to_text()), ("excess", excess.to_owned())])
}

fn bonus(one: &Bonus, interval: String) -> Vec<Clause> {
    let mut told = vec![Clause::new("plan-bonus", [("interval", interval)])];
    told.extend(one.target.as_ref().map(|target| Clause::new("plan-bonus-target", [("target", target.0.to_text())])));
    told.extend(one.kpi.get_ref().iter().map(|kpi| {
        let (metric, weight) = (kpi.metric.clone(), kpi.weight.0.to_percent());
        Clause::new("plan-bonus-kpi", [("metric", metric), ("weight", weight), ("curve", kpi.curve.to_string())])
    }));
    told.extend(one.gate.iter().map(gate));
    told.extend(one.cap.as_ref().map(|cap| capped("plan-cap", &cap.payment.0, cap.excess)));
    told
}

fn spiff(one: &Spiff) -> Vec<Clause> {
    let slots = [
        ("amount", one.per_unit.0.to_text()),
        ("count", count(one.count)),
        ("from", one.from.0.to_string()),
        ("until", one.to.0.to_string()),
    ];
    let budget = one.budget.as_ref().map(|budget| Clause::new("plan-spiff-budget", [("budget", budget.0.to_text())]));
    [Clause::new("plan-spiff", slots)].into_iter().chain(budget).collect()
}

fn contest(one: &Contest) -> Vec<Clause> {
    let prizes = one.prizes.get_ref().iter().map(|prize| prize.0.to_text()).collect::<Vec<_>>().join(" · ");
    let slots = [
        ("prizes", prizes),
        ("count", count(one.count)),
        ("from", one.from.0.to_string()),
        ("until", one.to.0.to_string()),
    ];
    let revoked = one.revoked_within_days.map(|days| Clause::new("plan-contest-revoked", [("days", days.to_string())]));
    [Clause::new("plan-contest", slots)].into_iter().chain(revoked).collect()
}

fn pool(one: &Pool, interval: String) -> Vec<Clause> {
    let rate = one
        .rate
        .as_ref()
        .map(|rate| Clause::new("plan-pool-rate", [("rate", rate.0.to_percent()), ("interval", interval.clone())]));
    let amount = one.amount.as_ref().map(|amount| {
        Clause::new("plan-pool-amount", [("amount", amount.0.to_text()), ("interval", interval.clone())])
    });
    rate.into_iter().chain(amount).collect()
}

fn terms(plan: &Plan) -> Vec<Clause> {
    // Id, version and name are the title; a fiscal year begins where the company's does; components are articles.
    #[rustfmt::skip]
    let Plan {
        id: _, version: _, name: _, currency: _, pay_period: _, fiscal_start: _, from: _, to: _, pay_days_after: _,
        conversion: _, negative_net: _, leave_pause_days: _, quota_change: _, grace_days: _, credit_match: _, who: _,
        target: _, credit: _, factor: _, commission: _, bonus: _, spiff: _, contest: _, pool: _, cap: _, guarantee: _,
        draw: _, holdback: _, clawback: _, ramp: _,
    } = plan;
    let conversion = match plan.conversion {
        Conversion::Plan => "plan",
        Conversion::Spot => "spot",
    };
    let from = plan.from.map(|from| Clause::new("plan-holds", [("from", from.to_string())]));
    let until = plan.to.map(|to| Clause::new("plan-holds-until", [("until", to.to_string())]));
    let mut told: Vec<Clause> = from.into_iter().chain(until).collect();
    told.extend([
        paid(plan),
        Clause::new(
            "plan-currency",
            [("currency", plan.currency.code().to_owned()), ("conversion", conversion.to_owned())],
        ),
    ]);
    if let Some(target) = plan.target.as_ref().map(toml::Spanned::get_ref)
        && let Some(variable) = target.variable().map(|variable| variable.to_text())
    {
        told.push(match &target.ote {
            Some(ote) => Clause::new("plan-ote", [("ote", ote.0.to_text()), ("variable", variable)]),
            None => Clause::new("plan-variable", [("variable", variable)]),
        });
    }
    told.extend(plan.credit.iter().map(credit));
    if plan.credit.len() > 1 && plan.credit_match == CreditMatch::First {
        told.push(Clause::new("plan-credit-first", []));
    }
    told.extend(plan.factor.iter().map(|factor| {
        let (quota, pay) = (factor.quota_credit_factor.0.to_text(), factor.pay_factor.0.to_text());
        Clause::new("plan-factor", [("when", condition(&factor.when)), ("quota", quota), ("pay", pay)])
    }));
    told.extend(plan.cap.as_ref().map(|cap| capped("plan-all-cap", &cap.payment.0, cap.excess)));
    told.extend(plan.guarantee.as_ref().map(|least| {
        let amount = ("amount", least.amount.0.to_text());
        match least.periods {
            Some(periods) => Clause::new("plan-guarantee-first", [amount, ("periods", periods.to_string())]),
            None => Clause::new("plan-guarantee", [amount]),
        }
    }));
    told.extend(plan.draw.as_ref().map(|draw| drawn(draw.get_ref())));
    told.extend(
        plan.holdback
            .as_ref()
            .map(|holdback| Clause::new("plan-holdback", [("share", holdback.at_booking.0.to_percent())])),
    );
    if plan.holdback.is_some() && plan.grace_days > 0 {
        told.push(Clause::new("plan-grace", [("days", plan.grace_days.to_string())]));
    }
    told.extend(plan.clawback.as_ref().into_iter().flat_map(|clawback| taken_back(clawback.get_ref())));
    if let Some(ramp) = &plan.ramp {
        let quota = ramp.quota.iter().map(|share| share.0.to_percent()).collect::<Vec<_>>().join(" · ");
        told.push(Clause::new("plan-ramp", [("quota", quota)]));
        let least = ramp.guarantee.as_ref();
        told.extend(least.map(|least| Clause::new("plan-ramp-guarantee", [("amount", least.0.to_text())])));
    }
    let change = match plan.quota_change {
        QuotaChange::TimeWeighted => "time_weighted",
        QuotaChange::Segment => "segment",
    };
    let net = match plan.negative_net {
        NegativeNet::Carry => "carry",
        NegativeNet::Allow => "allow",
    };
    told.push(Clause::new("plan-leave", [("days", plan.leave_pause_days.to_string()), ("change", change.to_owned())]));
    let is_by_days = plan.cap.is_some()
        || plan.guarantee.is_some()
        || plan.draw.is_some()
        || !plan.bonus.is_empty()
        || plan.components().any(|one| one.payment_cap().is_some());
    told.extend(is_by_days.then(|| Clause::new("plan-by-days", [])));
    told.push(Clause::new("plan-negative", [("net", net.to_owned())]));
    told
}

fn paid(plan: &Plan) -> Clause {
    let interval = ("interval", grain(*plan.pay_period.get_ref()));
    match plan.pay_days_after {
        0 => Clause::new("plan-paid", [interval]),
        days => Clause::new("plan-paid-later", [interval, ("days", days.to_string())]),
    }
}

fn credit(rule: &CreditRule) -> Clause {
    let to = match rule.to.get_ref() {
        Receiver::Owner => "owner",
        Receiver::TerritoryOwner => "territory_owner",
        Receiver::Specialist => "specialist",
        Receiver::Managers => "managers",
        Receiver::Person => "person",
        Receiver::Column => "column",
    };
    let who = rule.person.as_ref().or(rule.column.as_ref()).cloned().unwrap_or_default();
    let kind = match rule.kind {
        CreditKind::Direct => "direct",
        CreditKind::Overlay => "overlay",
    };
    let share = rule.share.0.to_percent();
    let dates = [rule.valid_from.map(|from| format!("≥ {from}")), rule.valid_to.map(|to| format!("< {to}"))];
    let tests = (!rule.when.0.is_empty()).then(|| condition(&rule.when));
    let when: Vec<String> = tests.into_iter().chain(dates.into_iter().flatten()).collect();
    let when = if when.is_empty() { none() } else { when.join(", ") };
    let slots = [("to", to.to_owned()), ("who", who), ("kind", kind.to_owned()), ("share", share), ("when", when)];
    Clause::new("plan-credit", slots)
}

fn drawn(draw: &Draw) -> Clause {
    let end = match draw.at_termination {
        AtTermination::Due => "due",
        AtTermination::Forgiven => "forgiven",
    };
    let slots = [
        ("amount", draw.amount.0.to_text()),
        ("periods", draw.periods.to_string()),
        ("from", draw.recovery_from_period.to_string()),
        ("share", draw.recovery.0.to_percent()),
        ("end", end.to_owned()),
    ];
    Clause::new("plan-draw", slots)
}

fn taken_back(clawback: &Clawback) -> Vec<Clause> {
    let mode = match clawback.mode {
        ClawbackMode::Full => "full",
        ClawbackMode::ProRata => "pro_rata",
        ClawbackMode::Step => "step",
    };
    let method = match clawback.method {
        ClawbackMethod::AsPaid => "as_paid",
        ClawbackMethod::Rerun => "rerun",
    };
    let cancelled = clawback
        .cancelled_within_days
        .map(|days| Clause::new("plan-clawback-cancelled", [("days", days.to_string()), ("mode", mode.to_owned())]));
    // Steps are of what is cancelled; all other causes take what they are about.
    let steps = clawback.steps.iter().filter(|_| clawback.mode == ClawbackMode::Step).map(|step| {
        let (days, share) = (step.within_days.to_string(), step.share.0.to_percent());
        Clause::new("plan-clawback-step", [("days", days), ("share", share)])
    });
    let mut told: Vec<Clause> = cancelled.into_iter().chain(steps).collect();
    told.extend(clawback.credit_note.then(|| Clause::new("plan-clawback-credit-note", [])));
    told.extend(clawback.fraud.then(|| Clause::new("plan-clawback-fraud", [])));
    let unpaid = clawback.unpaid_after_days;
    told.extend(unpaid.map(|days| Clause::new("plan-clawback-unpaid", [("days", days.to_string())])));
    if !told.is_empty() {
        told.push(Clause::new("plan-clawback-method", [("method", method.to_owned())]));
    }
    told
}

/// As the plan file has it, with signs that read in every language.
fn condition(when: &Condition) -> String {
    let test = |(name, test): (&String, &Test)| match test {
        Test::Words(words) => format!("{name} = {}", words.join(" / ")),
        Test::Compares(sign, bound) => {
            let sign = match sign {
                Sign::AtLeast => "≥",
                Sign::AtMost => "≤",
                Sign::Above => ">",
                Sign::Below => "<",
            };
            format!("{name} {sign} {}", bound.to_text())
        }
    };
    if when.0.is_empty() { none() } else { when.0.iter().map(test).collect::<Vec<_>>().join(", ") }
}

fn none() -> String {
    NONE.to_owned()
}

fn basis(basis: Basis) -> String {
    match basis {
        Basis::Amount => "amount",
        Basis::Margin => "margin",
        Basis::Units => "units",
        Basis::Growth => "growth",
    }
    .to_owned()
}

fn count(count: Count) -> String {
    match count {
        Count::Deals => "deals",
        Count::Units => "units",
        Count::Amount => "amount",
    }
    .to_owned()
}

fn grain(grain: Grain) -> String {
    grain.name().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SHIPPED;
    use std::collections::BTreeMap;

    #[test]
    fn every_plan_that_ships_is_told_with_keys_and_slots_that_are_known() {
        let known: BTreeMap<&str, &[&str]> = Clause::KEYS.into_iter().collect();
        for (name, text) in SHIPPED {
            let plan = Plan::read(text).expect(name);
            let outline = plan.outline();
            assert_eq!(outline.articles.len(), plan.components().count(), "{name}");
            for clause in outline.articles.iter().flat_map(|article| &article.clauses).chain(&outline.terms) {
                let slots: Vec<&str> = clause.slots.iter().map(|(slot, _)| *slot).collect();
                assert_eq!(known.get(clause.key), Some(&slots.as_slice()), "{name}: {}", clause.key);
            }
        }
    }

    #[test]
    fn a_tier_a_gate_and_a_clawback_are_told_with_their_numbers() {
        let text = r#"
            id = "ae"
            version = "1"
            name = "AE"
            currency = "USD"
            pay_period = "month"
            [clawback]
            cancelled_within_days = 90
            mode = "pro_rata"
            [[commission]]
            id = "new"
            interval = "quarter"
            quota = "100000"
            when = { type = "new", years = ">= 2" }
            tiers = [
                { from = "0%", to = "100%", rate = "5%" },
                { from = "100%", rate = "8%" },
            ]
            [[commission.gate]]
            metric = "nrr"
            at_least = "90%"
            effect = "hard"
        "#;
        let outline = Plan::read(text).expect("a plan").outline();
        let article = &outline.articles[0];
        let line = |from: &str, to: Option<&str>, rate: &str| RateLine {
            from: from.to_owned(),
            to: to.map(str::to_owned),
            rates: vec![rate.to_owned()],
            is_retroactive: false,
        };
        assert_eq!(article.rates, [line("0%", Some("100%"), "5%"), line("100%", None, "8%")]);
        let slot = |key: &str, name: &str| {
            let clause = article.clauses.iter().chain(&outline.terms).find(|clause| clause.key == key)?;
            Some(clause.slots.iter().find(|(slot, _)| *slot == name)?.1.as_str())
        };
        assert_eq!(slot("plan-commission", "interval"), Some("quarter"));
        assert_eq!(slot("plan-when", "when"), Some("type = new, years ≥ 2"));
        assert_eq!(slot("plan-quota", "quota"), Some("100000"));
        assert_eq!((slot("plan-gate", "least"), slot("plan-gate", "effect")), (Some("90%"), Some("hard")));
        let cancelled = ["days", "mode"].map(|name| slot("plan-clawback-cancelled", name));
        assert_eq!(cancelled, [Some("90"), Some("pro_rata")]);
        assert_eq!(slot("plan-clawback-fraud", "mode"), None, "of nothing that the plan does not take back for");
    }
}
