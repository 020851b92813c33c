//! Commissions: what each fact of an interval earns, by the interval's whole measure (C0, 4 to 8).

use crate::{
    components::{Earned, last_day},
    credit::{Credit, Fact, managers},
    exact::Exact,
    flow,
    plan::{
        BaseRate, Basis, By, ClawbackMethod, Commission, Component, CreditKind, Effect, Gate, Plan, TableKind, Whose,
    },
    quota::{Quota, Quotas, Segment, months},
    reason::{Argument, Part, Reason, number},
    run::PayError,
    scene::{Course, Membership, Scene, Versions, contains, days_within},
    statement::{Problem, Rule, Standing, TierStanding},
    tiers::{Paid, Rates, Step, Table},
};
use base::Period;
use jiff::civil::Date;

/// A payee's part of a fact, in the plan's currency.
struct Item<'a> {
    fact: &'a Fact,
    /// The place of the version of its day.
    version: usize,
    /// What tiers count.
    measure: Exact,
    /// What the rate is applied to.
    pay: Exact,
    /// The whole deal, for tables by deal.
    size: Exact,
}

/// One payee's commission at the end of a pay period.
pub(crate) struct Earning<'a> {
    scene: &'a Scene<'a>,
    versions: Versions<'a, &'a Commission>,
    id: &'a str,
    payee: &'a str,
    membership: &'a Membership,
    period: &'a Period,
}

impl<'a> Earning<'a> {
    pub fn new(
        scene: &'a Scene<'a>,
        course: &'a Course<'a>,
        payee: &'a str,
        membership: &'a Membership,
        period: &'a Period,
    ) -> Self {
        let of = |(plan, component): &(&'a Plan, Component<'a>)| match component {
            Component::Commission(commission) => Some((*plan, *commission)),
            _ => None,
        };
        let versions = Versions(course.versions.0.iter().filter_map(of).collect());
        Self { scene, versions, id: course.id, payee, membership, period }
    }

    /// Everything earned since the first pay period.
    pub fn earned(&self) -> Result<Vec<Earned>, PayError> {
        let (_, commission) = self.versions.0[0];
        let grain = commission.interval.unwrap_or(self.scene.grain);
        let quotas = Quotas::new(self.scene, &self.versions, self.id, self.membership, self.payee);
        let mut earned = Vec::new();
        for interval in self.scene.intervals(grain, self.period.end)? {
            if commission.basis == Basis::Growth {
                earned.extend(self.growth(&interval, &quotas)?);
                continue;
            }
            for segment in quotas.segments(&interval) {
                let until = segment.1.min(self.period.end);
                let items = self.items(segment.0, until, true);
                let total = items.iter().map(|item| &item.measure).sum();
                let rates = |version: usize| {
                    let is_used = items.iter().any(|item| item.version == version);
                    is_used.then(|| self.rates(version, &interval, segment, &quotas, &total)).flatten()
                };
                let applied: Vec<Option<Applied>> = (0..self.versions.0.len()).map(rates).collect();
                earned.extend(self.lines(&items, &applied));
            }
        }
        Ok(earned)
    }

    /// Where the payee stands in the interval of the period: each tier with what has come into it.
    pub fn standing(&self) -> Result<Option<Standing>, PayError> {
        let last = last_day(self.period);
        let version = self.versions.place(last);
        let (plan, commission) = self.versions.0[version];
        let grain = commission.interval.unwrap_or(self.scene.grain);
        let intervals = self.scene.intervals(grain, self.period.end)?;
        let Some(interval) = intervals.into_iter().find(|interval| interval.contains(last)) else { return Ok(None) };
        if commission.basis == Basis::Growth || commission.by == By::Deal {
            return Ok(None);
        }
        let quotas = Quotas::new(self.scene, &self.versions, self.id, self.membership, self.payee);
        let segments = quotas.segments(&interval);
        let Some(segment) = segments.into_iter().find(|(from, to)| *from <= last && last < *to) else {
            return Ok(None);
        };
        let items = self.items(segment.0, segment.1.min(self.period.end), true);
        let sum = |items: &mut dyn Iterator<Item = &Item<'_>>| items.map(|item| &item.measure).sum::<Exact>();
        let measure = sum(&mut items.iter());
        let before = sum(&mut items.iter().filter(|item| item.fact.day() < self.period.start));
        let Some(applied) = self.rates(version, &interval, segment, &quotas, &measure) else { return Ok(None) };
        let Some(rates) = &applied.rates else { return Ok(None) };
        let quota = if needs_quota(commission) { self.quota(&interval, segment, &quotas) } else { None };
        let steps = &applied.table.steps;
        let tier = |(place, step): (usize, &Step)| {
            let to = steps.get(place + 1).map(|next| next.from.clone());
            let within = |at: &Exact| {
                let at = to.as_ref().map_or(at.clone(), |to| at.clone().min(to.clone()));
                if place == 0 { at } else { at.max(step.from.clone()) }
            };
            let (low, high) = (within(&Exact::ZERO), within(&measure));
            let now = &high - &within(&before);
            let earned = &rates.between(&low, &high).pay * &applied.modifier;
            TierStanding { from: step.from.clone(), measure: &high - &low, rate: step.rate.clone(), to, now, earned }
        };
        let tiers = steps.iter().enumerate().map(tier).collect();
        Ok(Some(Standing {
            component: self.id.to_owned(),
            interval,
            currency: plan.currency,
            rates_are_shares: rates.is_percent(),
            quota,
            measure,
            before,
            tiers,
        }))
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
        match self.versions.0[0].1.credits {
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
        let scene = self.scene;
        let fact = &scene.credited.facts[credit.fact];
        let version = self.versions.place(fact.day());
        let (plan, commission) = self.versions.0[version];
        let column = |name: &str| fact.column(&scene.inputs.columns, name);
        if !commission.when.holds(column) {
            return None;
        }
        let rate = scene.rate_of(fact, plan)?;
        let basis = |basis: Basis| match basis {
            Basis::Amount | Basis::Growth => Some(&credit.amount * &rate),
            Basis::Units => Some(&fact.units * &credit.share),
            Basis::Margin => {
                let Some(cost) = &fact.cost else {
                    scene.note(Problem::NoCost, self.payee, self.id, &fact.id);
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
        let measure = basis(commission.measure.unwrap_or(commission.basis))?;
        Some(Item {
            fact,
            version,
            measure: times(measure, factor.map(|factor| &factor.quota_credit_factor.0)),
            pay: times(basis(commission.basis)?, factor.map(|factor| &factor.pay_factor.0)),
            size: (&fact.amount * &rate).abs(),
        })
    }

    /// A version's rates in a segment whose measure is so much; nothing when the quota they need is not there.
    fn rates(
        &self,
        version: usize,
        interval: &Period,
        segment: Segment,
        quotas: &Quotas<'_>,
        total: &Exact,
    ) -> Option<Applied> {
        let (plan, commission) = self.versions.0[version];
        let quota = if needs_quota(commission) { self.quota(interval, segment, quotas)? } else { Exact::ONE };
        let base = match commission.base_rate.as_ref().map(toml::Spanned::get_ref) {
            Some(BaseRate::Rate(rate)) => Some(rate.clone()),
            Some(BaseRate::Target) => Some(self.target_rate(plan, interval, segment, &quota)?),
            None => None,
        };
        let (modifier, holds_at_base) = self.gates(commission, interval);
        let mut steps = self.steps(commission, interval, &quota, base.as_ref())?;
        if let Some(base) = base.filter(|_| holds_at_base) {
            for step in &mut steps {
                step.rate = step.rate.clone().min(base.clone());
            }
        }
        let placed = |at: &crate::number::Quantity| if at.is_percent { &at.value * &quota } else { at.value.clone() };
        let caps = commission.cap.as_ref().map(toml::Spanned::get_ref);
        let threshold = commission.threshold.as_ref();
        let table = Table {
            steps,
            kind: commission.table,
            on_bound: commission.on_bound,
            threshold: threshold.map(|threshold| (placed(threshold.at.get_ref()), threshold.pays)),
            limit: caps.and_then(|caps| caps.attainment.as_ref()).map(|cap| &cap.0 * &quota),
        };
        let rates = (commission.by == By::Total).then(|| told(commission, table.rates(total)));
        Some(Applied { table, rates, modifier })
    }

    fn quota(&self, interval: &Period, segment: Segment, quotas: &Quotas<'_>) -> Option<Exact> {
        match quotas.of(interval, segment) {
            Quota::Of(quota) => Some(quota),
            Quota::NotYet => None,
            Quota::Missing => {
                let interval = interval.label.clone();
                self.scene.note(Problem::NoQuota { interval }, self.payee, self.id, "");
                None
            }
        }
    }

    /// What the target variable is of the quota, both for the same days (C1).
    fn target_rate(&self, plan: &Plan, interval: &Period, segment: Segment, quota: &Exact) -> Option<Exact> {
        let Some(variable) = flow::variable(self.scene, plan, self.payee) else {
            self.scene.note(Problem::NoTarget, self.payee, self.id, "");
            return None;
        };
        let days = Exact::ratio(days_within(&self.membership.active, segment.0, segment.1), interval.days());
        let of_interval = &(&variable * &Exact::ratio(months(interval.grain), 12)) * &days;
        of_interval.over(quota)
    }

    /// Tiers on the axis of the measure, with the rates of the gate's column where it is a matrix (C6).
    fn steps(
        &self,
        commission: &Commission,
        interval: &Period,
        quota: &Exact,
        base: Option<&Exact>,
    ) -> Option<Vec<Step>> {
        if let Some(rate) = &commission.rate {
            return Some(vec![Step { from: Exact::ZERO, rate: rate.get_ref().value.clone(), retroactive: false }]);
        }
        let column = match commission.matrix.as_ref().map(toml::Spanned::get_ref) {
            None => 0,
            Some(matrix) => {
                let value = &self.scene.actual(self.payee, &matrix.metric, interval, self.period)?.value;
                let column = matrix.columns.iter().rposition(|bound| bound.value <= *value);
                if column.is_none() {
                    self.scene.note_no_value(self.payee, &matrix.metric, interval, self.period);
                }
                column?
            }
        };
        let steps = commission.tiers.iter().map(|tier| {
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
    fn gates(&self, commission: &Commission, interval: &Period) -> (Exact, bool) {
        let is_shut = |gate: &&Gate| {
            gate.effect == Effect::Accelerator && !is_met(self.scene, self.payee, gate, interval, self.period)
        };
        let holds_at_base = commission.gate.iter().any(|gate| is_shut(&gate));
        (modifier(self.scene, self.payee, &commission.gate, interval, self.period), holds_at_base)
    }

    /// What each fact earns by its version, in closing order.
    fn lines(&self, items: &[Item<'a>], applied: &[Option<Applied>]) -> Vec<Earned> {
        let mut lines = Vec::new();
        let mut at = Exact::ZERO;
        for item in items {
            if let Some(applied) = &applied[item.version] {
                let commission = self.versions.0[item.version].1;
                let (counted, paid) = match &applied.rates {
                    // What counts for nothing is paid by where the others have come.
                    Some(rates) if item.measure.is_zero() => (&item.pay, rates.standing_at(&at, &item.pay)),
                    Some(rates) => (&item.measure, rates.between(&at, &(&at + &item.measure))),
                    None => {
                        let rates = told(commission, applied.table.rates(&item.size));
                        (&item.size, rates.between(&Exact::ZERO, &item.size))
                    }
                };
                lines.extend(self.line(commission, item, counted, paid, &applied.modifier));
            }
            at = &at + &item.measure;
        }
        lines
    }

    fn line(
        &self,
        commission: &Commission,
        item: &Item<'a>,
        counted: &Exact,
        paid: Paid,
        modifier: &Exact,
    ) -> Vec<Earned> {
        let (fact, day) = (item.fact.id.clone(), item.fact.day());
        // From what was counted to what is paid on.
        let scale = if commission.table == TableKind::Interpolated {
            Exact::ONE
        } else {
            item.pay.over(counted).unwrap_or(Exact::ZERO)
        };
        let scaled = |part: Part| Part { amount: &part.amount * &scale, ..part };
        let parts: Vec<Part> = paid.parts.into_iter().map(scaled).collect();
        let amount = &(&paid.pay * &scale) * modifier;
        // Kickers are for what is within threshold and cap.
        let within = &item.pay * &paid.within.over(&counted.abs()).unwrap_or(Exact::ZERO);
        let is_met = |name: &str| item.fact.column(&self.scene.inputs.columns, name);
        let of_kickers: Vec<Part> = commission
            .kicker
            .iter()
            .filter(|kicker| kicker.when.holds(is_met))
            .map(|kicker| Part { amount: within.clone(), rate: kicker.rate.0.clone(), is_percent: true })
            .filter(|part| !part.amount.is_zero())
            .collect();
        let on_top = |part: &Part| &(&part.amount * &part.rate) * modifier;
        let whole = &amount + &of_kickers.iter().map(on_top).sum();
        let cap = commission.cap.as_ref().and_then(|caps| caps.get_ref().per_deal.as_ref());
        if let Some(cap) = cap.filter(|cap| whole.abs() > cap.0) {
            let amount = if whole.is_negative() { -&cap.0 } else { cap.0.clone() };
            let parts = Argument::Parts(parts.into_iter().chain(of_kickers).collect());
            let reason = Reason::new("pay-commission-capped", [("parts", parts), ("cap", number(&cap.0))]);
            return vec![Earned { fact, amount, rule: Rule::Commission, reason, day }];
        }
        let parts = ("parts", Argument::Parts(parts));
        let reason = if *modifier == Exact::ONE {
            Reason::new("pay-commission", [parts])
        } else {
            Reason::new("pay-commission-modified", [parts, ("factor", number(modifier))])
        };
        let mut lines = vec![Earned { fact: fact.clone(), amount, rule: Rule::Commission, reason, day }];
        lines.extend(of_kickers.into_iter().map(|part| {
            let amount = on_top(&part);
            let reason = Reason::new("pay-kicker", [("parts", Argument::Parts(vec![part]))]);
            Earned { fact: fact.clone(), amount, rule: Rule::Kicker, reason, day }
        }));
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
        let is_empty = earlier.is_empty();
        // Growth is over something: over nothing, or less, it is all there is (C22).
        let earlier = sum(earlier);
        if (is_empty || earlier.is_negative()) && now.is_positive() && interval.end > self.period.start {
            self.scene.note(Problem::NoPrevious { interval: before.label.clone() }, self.payee, self.id, "");
        }
        let earlier = earlier.or_zero();
        let growth = (&now - &earlier).or_zero();
        let (segment, day) = ((interval.start, interval.end), last_day(interval));
        let version = self.versions.place(day);
        let Some(applied) = self.rates(version, interval, segment, quotas, &growth) else { return Ok(None) };
        let Some(rates) = &applied.rates else { return Ok(None) };
        let Paid { pay, parts, .. } = rates.between(&Exact::ZERO, &growth);
        let arguments = [("now", number(&now)), ("before", number(&earlier)), ("parts", Argument::Parts(parts))];
        Ok(Some(Earned {
            fact: interval.label.clone(),
            amount: &pay * &applied.modifier,
            rule: Rule::Growth,
            reason: Reason::new("pay-growth", arguments),
            day,
        }))
    }
}

fn told(commission: &Commission, rates: Rates) -> Rates {
    let is_amount = commission.basis == Basis::Units || commission.table == TableKind::Interpolated;
    if is_amount { rates.of_amounts() } else { rates }
}

fn needs_quota(commission: &Commission) -> bool {
    let of_tiers =
        commission.tiers.iter().any(|tier| tier.from.get_ref().is_percent && !tier.from.get_ref().value.is_zero());
    let of_threshold = commission.threshold.as_ref().is_some_and(|threshold| threshold.at.get_ref().is_percent);
    let of_cap = commission.cap.as_ref().is_some_and(|cap| cap.get_ref().attainment.is_some());
    let of_base = commission.base_rate.as_ref().is_some_and(|base| *base.get_ref() == BaseRate::Target);
    of_tiers || of_threshold || of_cap || of_base
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
            if curve.needs_target() && !target.is_positive() {
                scene.note_no_value(payee, gate.metric.get_ref(), interval, period);
                return Some(Exact::ZERO);
            }
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
