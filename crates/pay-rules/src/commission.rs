//! Commissions: what each fact of an interval earns, by the interval's whole measure (C0, 4 to 8).

use crate::{
    components::Earned,
    credit::{Credit, Fact, managers},
    exact::Exact,
    flow,
    plan::{BaseRate, Basis, By, ClawbackMethod, Commission, CreditKind, Effect, Gate, Plan, TableKind, Whose},
    quota::{Quota, Quotas, Segment, months},
    reason::{Argument, Part, Reason, number},
    run::PayError,
    scene::{Membership, Scene, contains, days_within},
    statement::{Problem, Rule},
    tiers::{Rates, Step, Table},
};
use base::Period;
use jiff::civil::Date;

/// A payee's part of a fact, in the plan's currency.
struct Item<'a> {
    fact: &'a Fact,
    /// What tiers count.
    measure: Exact,
    /// What the rate is applied to.
    pay: Exact,
    /// The whole deal, for tables by deal.
    size: Exact,
}

/// One payee's commission at the end of a pay period.
pub(crate) struct Earning<'a> {
    pub scene: &'a Scene<'a>,
    pub membership: &'a Membership,
    pub payee: &'a str,
    pub commission: &'a Commission,
    pub period: &'a Period,
}

impl<'a> Earning<'a> {
    fn plan(&self) -> &'a Plan {
        &self.scene.plans[self.membership.plan]
    }

    fn id(&self) -> &'a str {
        self.commission.id.get_ref()
    }

    /// Everything earned since the first pay period.
    pub fn earned(&self) -> Result<Vec<Earned>, PayError> {
        let grain = self.commission.interval.unwrap_or(self.scene.grain);
        let quotas = Quotas::new(self.scene, self.membership, self.payee, self.commission);
        let mut earned = Vec::new();
        for interval in self.scene.intervals(grain, self.period.end)? {
            if self.commission.basis == Basis::Growth {
                earned.extend(self.growth(&interval, &quotas)?);
                continue;
            }
            for segment in quotas.segments(&interval) {
                let until = segment.1.min(self.period.end);
                let items = self.items(segment.0, until, true);
                if !items.is_empty() {
                    let total = items.iter().map(|item| &item.measure).sum();
                    if let Some(rates) = self.rates(&interval, segment, &quotas, &total) {
                        earned.extend(self.lines(&items, &rates));
                    }
                }
            }
        }
        Ok(earned)
    }

    /// Facts of the days in closing order; only those of days on which the plan covers the payee, where that is asked.
    fn items(&self, from: Date, until: Date, is_covered: bool) -> Vec<Item<'a>> {
        let scene = self.scene;
        let own = scene
            .credits_of
            .get(self.payee)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .map(|&place| &scene.credited.credits[place]);
        let day = |credit: &&Credit| scene.credited.facts[credit.fact].day();
        let is_in = |credit: &&Credit| {
            let day = day(credit);
            from <= day && day < until && (!is_covered || contains(&self.membership.covered, day))
        };
        match self.commission.credits {
            Whose::Own => own.filter(is_in).filter_map(|credit| self.item(credit)).collect(),
            Whose::Team => {
                let is_below = |credit: &&Credit| {
                    let above = managers(scene.inputs, &credit.payee, day(credit));
                    credit.kind == CreditKind::Direct && above.iter().any(|manager| manager == self.payee)
                };
                let team = scene.credited.credits.iter().filter(is_in).filter(is_below);
                merged(team.filter_map(|credit| self.item(credit)).collect())
            }
        }
    }

    fn item(&self, credit: &Credit) -> Option<Item<'a>> {
        let (scene, plan) = (self.scene, self.plan());
        let fact = &scene.credited.facts[credit.fact];
        let column = |name: &str| fact.column(&scene.inputs.columns, name);
        if !self.commission.when.holds(column) {
            return None;
        }
        let rate = scene.rate_of(fact, plan)?;
        let basis = |basis: Basis| match basis {
            Basis::Amount | Basis::Growth => Some(&credit.amount * &rate),
            Basis::Units => Some(&fact.units * &credit.share),
            Basis::Margin => {
                let Some(cost) = &fact.cost else {
                    scene.note(Problem::NoCost, self.payee, self.id(), &fact.id);
                    return None;
                };
                // A return takes its margin back, and never adds one (C16).
                let margin = &fact.amount - cost;
                let margin = if fact.amount.is_negative() { margin.min(Exact::ZERO) } else { margin.or_zero() };
                Some(&(&margin * &credit.share) * &rate)
            }
        };
        let kept = match plan.clawback.as_ref().map(toml::Spanned::get_ref) {
            Some(clawback) if clawback.method == ClawbackMethod::Rerun => {
                &Exact::ONE - &flow::taken_back(scene, clawback, fact, self.period.end)
            }
            _ => Exact::ONE,
        };
        let factor = plan.factor.iter().find(|factor| factor.when.holds(column));
        let times = |amount: Exact, factor: Option<&Exact>| {
            let kept = &amount * &kept;
            factor.map_or(kept.clone(), |factor| &kept * factor)
        };
        let measure = basis(self.commission.measure.unwrap_or(self.commission.basis))?;
        Some(Item {
            fact,
            measure: times(measure, factor.map(|factor| &factor.quota_credit_factor.0)),
            pay: times(basis(self.commission.basis)?, factor.map(|factor| &factor.pay_factor.0)),
            size: (&fact.amount * &rate).abs(),
        })
    }

    /// The rates of a segment whose measure is so much; nothing when the quota they need is not there.
    fn rates(&self, interval: &Period, segment: Segment, quotas: &Quotas<'_>, total: &Exact) -> Option<Applied> {
        let quota = if self.needs_quota() { self.quota(interval, segment, quotas)? } else { Exact::ONE };
        let base = match self.commission.base_rate.as_ref().map(toml::Spanned::get_ref) {
            Some(BaseRate::Rate(rate)) => Some(rate.clone()),
            Some(BaseRate::Target) => Some(self.target_rate(interval, segment, &quota)?),
            None => None,
        };
        let (modifier, holds_at_base) = self.gates(interval);
        let mut steps = self.steps(interval, &quota, base.as_ref())?;
        if let Some(base) = base.filter(|_| holds_at_base) {
            for step in &mut steps {
                step.rate = step.rate.clone().min(base.clone());
            }
        }
        let placed = |at: &crate::number::Quantity| if at.is_percent { &at.value * &quota } else { at.value.clone() };
        let caps = self.commission.cap.as_ref().map(toml::Spanned::get_ref);
        let threshold = self.commission.threshold.as_ref();
        let table = Table {
            steps,
            kind: self.commission.table,
            on_bound: self.commission.on_bound,
            threshold: threshold.map(|threshold| (placed(threshold.at.get_ref()), threshold.pays)),
            limit: caps.and_then(|caps| caps.attainment.as_ref()).map(|cap| &cap.0 * &quota),
        };
        let rates = (self.commission.by == By::Total).then(|| self.told(table.rates(total)));
        Some(Applied { table, rates, modifier })
    }

    fn told(&self, rates: Rates) -> Rates {
        let is_amount = self.commission.basis == Basis::Units || self.commission.table == TableKind::Interpolated;
        if is_amount { rates.of_amounts() } else { rates }
    }

    fn needs_quota(&self) -> bool {
        let commission = self.commission;
        let of_tiers =
            commission.tiers.iter().any(|tier| tier.from.get_ref().is_percent && !tier.from.get_ref().value.is_zero());
        let of_threshold = commission.threshold.as_ref().is_some_and(|threshold| threshold.at.get_ref().is_percent);
        let of_cap = commission.cap.as_ref().is_some_and(|cap| cap.get_ref().attainment.is_some());
        let of_base = commission.base_rate.as_ref().is_some_and(|base| *base.get_ref() == BaseRate::Target);
        of_tiers || of_threshold || of_cap || of_base
    }

    fn quota(&self, interval: &Period, segment: Segment, quotas: &Quotas<'_>) -> Option<Exact> {
        match quotas.of(interval, segment) {
            Quota::Of(quota) => Some(quota),
            Quota::NotYet => None,
            Quota::Missing => {
                let interval = interval.label.clone();
                self.scene.note(Problem::NoQuota { interval }, self.payee, self.id(), "");
                None
            }
        }
    }

    /// What the target variable is of the quota, both for the same days (C1).
    fn target_rate(&self, interval: &Period, segment: Segment, quota: &Exact) -> Option<Exact> {
        let variable = flow::variable(self.scene, self.plan(), self.payee)?;
        let days = Exact::ratio(days_within(&self.membership.active, segment.0, segment.1), interval.days());
        let of_interval = &(&variable * &Exact::ratio(months(interval.grain), 12)) * &days;
        of_interval.over(quota)
    }

    /// Tiers on the axis of the measure, with the rates of the gate's column where it is a matrix (C6).
    fn steps(&self, interval: &Period, quota: &Exact, base: Option<&Exact>) -> Option<Vec<Step>> {
        if let Some(rate) = &self.commission.rate {
            return Some(vec![Step { from: Exact::ZERO, rate: rate.get_ref().value.clone(), retroactive: false }]);
        }
        let column = match self.commission.matrix.as_ref().map(toml::Spanned::get_ref) {
            None => 0,
            Some(matrix) => {
                let value = &self.scene.actual(self.payee, &matrix.metric, interval, self.period)?.value;
                matrix.columns.iter().rposition(|bound| bound.value <= *value)?
            }
        };
        let steps = self.commission.tiers.iter().map(|tier| {
            let from = tier.from.get_ref();
            let from = if from.is_percent { &from.value * quota } else { from.value.clone() };
            let of_rate = tier.rate.as_ref().map(|rate| rate.get_ref().value.clone());
            let of_base = || Some(&tier.multiplier.as_ref()?.get_ref().0 * base?);
            let of_column = || tier.rates.as_ref()?.get_ref().get(column).map(|rate| rate.0.clone());
            let rate = of_rate.or_else(of_base).or_else(of_column)?;
            Some(Step { from, rate, retroactive: tier.retroactive })
        });
        steps.collect()
    }

    /// What gates leave of the pay, and whether rates stop at the base rate (C6).
    fn gates(&self, interval: &Period) -> (Exact, bool) {
        let is_shut = |gate: &&Gate| {
            gate.effect == Effect::Accelerator && !is_met(self.scene, self.payee, gate, interval, self.period)
        };
        let holds_at_base = self.commission.gate.iter().any(|gate| is_shut(&gate));
        (modifier(self.scene, self.payee, &self.commission.gate, interval, self.period), holds_at_base)
    }

    /// What each fact earns, in closing order.
    fn lines(&self, items: &[Item<'a>], applied: &Applied) -> Vec<Earned> {
        let mut lines = Vec::new();
        let mut at = Exact::ZERO;
        for item in items {
            // What counts for nothing is paid by where the others have come.
            let counted = match &applied.rates {
                Some(_) if item.measure.is_zero() => &item.pay,
                Some(_) => &item.measure,
                None => &item.size,
            };
            let (pay, parts) = match &applied.rates {
                Some(rates) => rates.between(&at, &(&at + counted)),
                None => self.told(applied.table.rates(&item.size)).between(&Exact::ZERO, &item.size),
            };
            lines.extend(self.line(item, &pay, counted, parts, applied));
            at = &at + &item.measure;
        }
        lines
    }

    fn line(
        &self,
        item: &Item<'a>,
        pay: &Exact,
        counted: &Exact,
        mut parts: Vec<Part>,
        applied: &Applied,
    ) -> Vec<Earned> {
        let (fact, day) = (item.fact.id.clone(), item.fact.day());
        // From what was counted to what is paid on.
        let scale = if self.commission.table == TableKind::Interpolated {
            Exact::ONE
        } else {
            item.pay.over(counted).unwrap_or(Exact::ZERO)
        };
        for part in &mut parts {
            part.amount = &part.amount * &scale;
        }
        let mut amount = &(pay * &scale) * &applied.modifier;
        let is_modified = applied.modifier != Exact::ONE;
        let mut reason = if is_modified {
            let arguments = [("parts", Argument::Parts(parts.clone())), ("factor", number(&applied.modifier))];
            Reason::new("pay-commission-modified", arguments)
        } else {
            Reason::new("pay-commission", [("parts", Argument::Parts(parts.clone()))])
        };
        let mut kickers = Vec::new();
        for kicker in self
            .commission
            .kicker
            .iter()
            .filter(|kicker| kicker.when.holds(|name| item.fact.column(&self.scene.inputs.columns, name)))
        {
            let part = Part { amount: item.pay.clone(), rate: kicker.rate.0.clone(), is_percent: true };
            let amount = &(&item.pay * &kicker.rate.0) * &applied.modifier;
            let reason = Reason::new("pay-kicker", [("parts", Argument::Parts(vec![part]))]);
            kickers.push(Earned { fact: fact.clone(), amount, rule: Rule::Kicker, reason, day });
        }
        let cap = self.commission.cap.as_ref().and_then(|caps| caps.get_ref().per_deal.as_ref());
        if let Some(cap) = cap
            && amount.abs() > cap.0
        {
            amount = if amount.is_negative() { -&cap.0 } else { cap.0.clone() };
            let arguments = [("parts", Argument::Parts(parts)), ("cap", number(&cap.0))];
            reason = Reason::new("pay-commission-capped", arguments);
            kickers.clear();
        }
        let mut lines = vec![Earned { fact, amount, rule: Rule::Commission, reason, day }];
        lines.extend(kickers);
        lines
    }

    /// On what the interval has more than the one before, once it is over (C22).
    fn growth(&self, interval: &Period, quotas: &Quotas<'_>) -> Result<Option<Earned>, PayError> {
        if interval.end > self.period.end || days_within(&self.membership.covered, interval.start, interval.end) == 0 {
            return Ok(None);
        }
        let before = self.scene.calendar.previous(interval).map_err(|error| PayError::Period(error.to_string()))?;
        let sum = |items: Vec<Item<'_>>| items.into_iter().map(|item| item.pay).sum::<Exact>();
        let now = sum(self.items(interval.start, interval.end, true));
        let earlier = self.items(before.start, before.end, false);
        if earlier.is_empty() && now.is_positive() && interval.end > self.period.start {
            self.scene.note(Problem::NoPrevious { interval: before.label.clone() }, self.payee, self.id(), "");
        }
        let earlier = sum(earlier);
        let growth = (&now - &earlier).or_zero();
        let segment = (interval.start, interval.end);
        let Some(applied) = self.rates(interval, segment, quotas, &growth) else { return Ok(None) };
        let Some(rates) = &applied.rates else { return Ok(None) };
        let (pay, parts) = rates.between(&Exact::ZERO, &growth);
        let arguments = [("now", number(&now)), ("before", number(&earlier)), ("parts", Argument::Parts(parts))];
        Ok(Some(Earned {
            fact: interval.label.clone(),
            amount: &pay * &applied.modifier,
            rule: Rule::Growth,
            reason: Reason::new("pay-growth", arguments),
            day: interval.end,
        }))
    }
}

/// A segment's table, its rates where these follow from the whole, and what gates leave.
struct Applied {
    table: Table,
    rates: Option<Rates>,
    modifier: Exact,
}

/// A team's shares of one fact are one item.
fn merged(items: Vec<Item<'_>>) -> Vec<Item<'_>> {
    let mut merged: Vec<Item<'_>> = Vec::new();
    for item in items {
        match merged.last_mut().filter(|last| last.fact.id == item.fact.id) {
            Some(last) => {
                last.measure = &last.measure + &item.measure;
                last.pay = &last.pay + &item.pay;
            }
            None => merged.push(item),
        }
    }
    merged
}

/// Bounds are compared unrounded; a number that is not there meets nothing.
fn is_met(scene: &Scene<'_>, payee: &str, gate: &Gate, interval: &Period, period: &Period) -> bool {
    let actual = scene.actual(payee, gate.metric.get_ref(), interval, period);
    actual.is_some_and(|actual| actual.value >= gate.at_least.value)
}

/// What hard gates and modifiers leave of a component.
pub(crate) fn modifier(scene: &Scene<'_>, payee: &str, gates: &[Gate], interval: &Period, period: &Period) -> Exact {
    let mut modifier = Exact::ONE;
    for gate in gates.iter().filter(|gate| gate.effect != Effect::Accelerator) {
        let is_met = is_met(scene, payee, gate, interval, period);
        let of_curve = gate.curve.as_ref().and_then(|curve| {
            let actual = scene.actual(payee, gate.metric.get_ref(), interval, period)?;
            let target = actual.target.as_ref().unwrap_or(&gate.at_least.value);
            Some(&curve.exact_score(&actual.value, target) * &Exact::ratio(1, 100))
        });
        let factor = match (gate.effect, of_curve, &gate.factor) {
            (Effect::Modifier, Some(factor), _) => factor,
            (Effect::Modifier, None, Some(factor)) if !is_met => factor.0.clone(),
            (Effect::Modifier, None, None) | (Effect::Hard, ..) if !is_met => Exact::ZERO,
            _ => Exact::ONE,
        };
        modifier = &modifier * &factor;
    }
    modifier
}
