//! The one calculation: estimate, replay and run are this function (C0).

use crate::{
    components::{AllEarned, Earned, Evaluated},
    credit,
    exact::Exact,
    flow::{self, Pending},
    inputs::{Event, InputError, Inputs},
    ledger::Ledger,
    plan::{AtTermination, Component, Excess, Plan},
    reason::{Reason, number},
    round,
    scene::{Membership, Scene, contains},
    statement::{Balance, ComponentStatement, Line, PayeeStatement, Problem, Rule, Statement},
};
use base::{Currency, Grain, Money, Period};
use std::collections::BTreeMap;

/// Why nothing can be calculated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayError {
    #[error("there is no plan; give at least one")]
    NoPlan,
    #[error("plans {0} and {1} have other pay periods or fiscal years; calculate them apart")]
    Periods(String, String),
    #[error("{0}")]
    Period(String),
    #[error("`{label}` is no pay period: the plan pays by the {grain}")]
    Grain { label: String, grain: Grain },
    #[error("the plans of {0} are in different currencies; one payee's plans have one")]
    Currencies(String),
    #[error("component {id} stands in the plans {} and {}; give each an id of its own", plans[0], plans[1])]
    ComponentTwice { id: String, plans: [String; 2] },
    #[error("plan {plan} asks for column `{column}`, which credits.csv lacks; it has {there}")]
    NoColumn { plan: String, column: String, there: String },
    #[error("{payee} has in {period} two plans with a cap, a guarantee or a draw: {} and {}; leave it in one", plans[0], plans[1])]
    TwoPlans { payee: String, period: String, plans: [String; 2] },
    #[error(transparent)]
    Input(#[from] InputError),
    #[error("component {component} of {payee} is too large to be paid; check the numbers")]
    TooLarge { payee: String, component: String },
}

/// What the plans pay in the period of this label. Earlier periods were paid as paid.csv says; without it as they are computed.
pub fn calculate(plans: &[Plan], inputs: &Inputs, label: &str) -> Result<Statement, PayError> {
    let credited = credit::credit(plans, inputs)?;
    let scene = Scene::new(plans, inputs, &credited, label)?;
    let asked = scene.asked().clone();
    let mut ledger = Ledger::default();
    if inputs.paid.is_some() {
        post_paid(&scene, &mut ledger);
    } else {
        for period in &scene.chain[..scene.chain.len() - 1] {
            post(&scene, &mut ledger, period)?;
        }
    }
    scene.take_exceptions();
    let payees = post(&scene, &mut ledger, &asked)?;
    note_credits(&scene);
    let company_total = company_total(&scene);
    Ok(Statement {
        period: asked,
        plans: plans.iter().map(|plan| (plan.id().to_owned(), plan.version.clone())).collect(),
        payees,
        exceptions: scene.take_exceptions(),
        company_total,
    })
}

/// What was paid before the asked period, in the plan's currency at that period's rate.
fn post_paid(scene: &Scene<'_>, ledger: &mut Ledger) {
    let until = scene.asked().start;
    for row in scene.inputs.paid.iter().flatten().filter(|row| row.period.end <= until) {
        let Some(plan) = lead(scene, &row.payee) else { continue };
        let (_, rate) = scene.pay_currency(&row.payee, plan, &row.period);
        let amount = row.amount.over(&rate).unwrap_or(Exact::ZERO);
        ledger.post(&row.payee, &row.component, &row.fact, &amount);
    }
}

/// Any plan of a payee: all have one currency.
fn lead<'a>(scene: &Scene<'a>, payee: &str) -> Option<&'a Plan> {
    scene.members.get(payee)?.first().map(|membership| &scene.plans[membership.plan])
}

/// One pay period of everybody.
fn post(scene: &Scene<'_>, ledger: &mut Ledger, period: &Period) -> Result<Vec<PayeeStatement>, PayError> {
    // Versions of a plan share their components.
    let mut order: Vec<(Component<'_>, &str)> = Vec::new();
    let mut earned: BTreeMap<&str, AllEarned> = BTreeMap::new();
    for (place, plan) in scene.plans.iter().enumerate() {
        for component in plan.components() {
            let id = component.id().get_ref().as_str();
            if !earned.contains_key(id) {
                order.push((component, id));
            }
            let all = earned.entry(id).or_default();
            for (payee, lines) in (Evaluated { scene, plan: place, period }).earned(component)? {
                all.entry(payee).or_default().extend(lines);
            }
        }
    }
    let mut statements = Vec::new();
    for (payee, memberships) in &scene.members {
        let Some(first) = memberships.first() else { continue };
        let settings = settings(scene, payee, memberships, period)?;
        let plan = settings.unwrap_or(&scene.plans[first.plan]);
        let (currency, rate) = scene.pay_currency(payee, plan, period);
        let mut slip = Slip {
            scene,
            ledger,
            payee,
            period,
            place: place(scene, memberships, period),
            presence: flow::presence(memberships, period),
            currency,
            rate,
            sum: Exact::ZERO,
            components: Vec::new(),
            booked: Vec::new(),
        };
        for (component, id) in &order {
            let lines = earned.get_mut(id).and_then(|all| all.remove(payee)).unwrap_or_default();
            slip.book_earned(id, lines)?;
            slip.cap_component(*component)?;
        }
        slip.settle(plan, memberships)?;
        if let Some(statement) = slip.close(plan, memberships)? {
            statements.push(statement);
        }
    }
    Ok(statements)
}

/// The one plan of a payee's that has a cap, a guarantee or a draw: of the period, or the last one before it.
fn settings<'a>(
    scene: &Scene<'a>,
    payee: &str,
    memberships: &[Membership],
    period: &Period,
) -> Result<Option<&'a Plan>, PayError> {
    let with: Vec<&Membership> = memberships.iter().filter(|of| scene.plans[of.plan].has_settings()).collect();
    let now: Vec<&Membership> =
        with.iter().copied().filter(|of| of.covered.iter().any(|span| period.overlaps(span.0, span.1))).collect();
    if let [first, second, ..] = now[..]
        && scene.plans[first.plan].id() != scene.plans[second.plan].id()
    {
        let plans = [first, second].map(|of| scene.plans[of.plan].id().to_owned());
        return Err(PayError::TwoPlans { payee: payee.to_owned(), period: period.label.clone(), plans });
    }
    let before = || with.iter().copied().filter(|of| of.covered[0].0 < period.end).max_by_key(|of| of.covered[0].0);
    Ok(now.last().copied().or_else(before).map(|of| &scene.plans[of.plan]))
}

/// Which of a payee's pay periods it is; the first is 1.
fn place(scene: &Scene<'_>, memberships: &[Membership], period: &Period) -> i32 {
    let first = memberships.iter().map(|of| of.covered[0].0).min();
    let position = |day| scene.chain.iter().position(|period| period.contains(day));
    let (Some(first), Some(here)) = (first.and_then(position), position(period.start)) else { return 0 };
    i32::try_from(here).unwrap_or(i32::MAX) - i32::try_from(first).unwrap_or(0) + 1
}

/// One payee's pay of one period while it is made.
pub(crate) struct Slip<'a> {
    pub scene: &'a Scene<'a>,
    pub ledger: &'a mut Ledger,
    pub payee: &'a str,
    pub period: &'a Period,
    /// Which of their pay periods it is, from 1.
    pub place: i32,
    pub presence: Exact,
    currency: Currency,
    /// From the plan's currency.
    rate: Exact,
    /// What is booked so far, rounded, in the plan's currency.
    pub sum: Exact,
    components: Vec<ComponentStatement>,
    /// By component and fact the same.
    booked: Vec<(String, String, Exact)>,
}

impl Slip<'_> {
    /// What facts have earned in all, less what was posted: a paid line is never edited.
    fn book_earned(&mut self, id: &str, earned: Vec<Earned>) -> Result<(), PayError> {
        let mut of_facts: BTreeMap<String, Exact> = BTreeMap::new();
        for line in &earned {
            let sum = of_facts.entry(line.fact.clone()).or_insert(Exact::ZERO);
            *sum = &*sum + &line.amount;
        }
        let mut pending = Vec::new();
        let delta = |fact: &str, posted: &Exact, now: &Exact| Pending {
            fact: fact.to_owned(),
            amount: now - posted,
            rule: Rule::Delta,
            reason: Reason::new("pay-delta", [("before", number(posted)), ("now", number(now))]),
            is_shown: false,
        };
        for line in earned {
            let posted = self.ledger.of_fact(self.payee, id, &line.fact);
            if posted.is_zero() {
                let is_shown = self.period.contains(line.day);
                pending.push(Pending {
                    fact: line.fact,
                    amount: line.amount,
                    rule: line.rule,
                    reason: line.reason,
                    is_shown,
                });
            } else if let Some(now) = of_facts.remove(&line.fact) {
                pending.push(delta(&line.fact, &posted, &now));
            }
        }
        let known: std::collections::BTreeSet<&str> = pending.iter().map(|line| line.fact.as_str()).collect();
        let gone = self.ledger.facts(self.payee, id).into_iter().flatten();
        let gone: Vec<Pending> = gone
            .filter(|(fact, posted)| !known.contains(fact.as_str()) && !posted.is_zero())
            .map(|(fact, posted)| delta(fact, posted, &Exact::ZERO))
            .collect();
        pending.extend(gone);
        pending.retain(|line| line.is_shown || !line.amount.is_zero());
        self.book(id, pending)
    }

    /// Rounds a component once, shares that over its lines, and posts them.
    pub fn book(&mut self, id: &str, pending: Vec<Pending>) -> Result<(), PayError> {
        let amounts: Vec<Exact> =
            pending.iter().map(|line| (&line.amount * &self.rate).in_minor(self.currency)).collect();
        let is_new: Vec<bool> = amounts.iter().map(|amount| amount.abs() >= Exact::ONE).collect();
        let posted = (&self.ledger.total(self.payee, id) * &self.rate).in_minor(self.currency);
        let too_large = || PayError::TooLarge { payee: self.payee.to_owned(), component: id.to_owned() };
        let shares = round::share_out(&amounts, &posted, &is_new).ok_or_else(too_large)?;
        let mut lines = Vec::new();
        for (line, minor) in pending.into_iter().zip(shares) {
            if minor == 0 && !line.is_shown {
                continue;
            }
            let amount = Exact::from_minor(minor, self.currency).over(&self.rate).unwrap_or(Exact::ZERO);
            self.ledger.post(self.payee, id, &line.fact, &amount);
            self.sum = &self.sum + &amount;
            self.booked.push((id.to_owned(), line.fact.clone(), amount));
            let amount = Money::new(minor, self.currency);
            lines.push(Line { fact: line.fact, amount, rule: line.rule, reason: line.reason });
        }
        if !lines.is_empty() {
            let minor = lines.iter().map(|line| line.amount.minor).sum();
            self.components.push(ComponentStatement {
                id: id.to_owned(),
                amount: Money::new(minor, self.currency),
                lines,
            });
        }
        Ok(())
    }

    /// What was booked of components so far, by fact; caps of theirs are taken off.
    pub fn lines_of(&self, is_wanted: impl Fn(&String) -> bool) -> Vec<(String, String, Exact)> {
        let mut lines: BTreeMap<(String, String), Exact> = BTreeMap::new();
        for (id, fact, amount) in &self.booked {
            let id = id.strip_suffix(".cap").unwrap_or(id).to_owned();
            if is_wanted(&id) {
                let sum = lines.entry((id, fact.clone())).or_insert(Exact::ZERO);
                *sum = &*sum + amount;
            }
        }
        lines.into_iter().map(|((id, fact), amount)| (id, fact, amount)).collect()
    }

    /// From what is earned to what is paid, in the order of C0.
    fn settle(&mut self, plan: &Plan, memberships: &[Membership]) -> Result<(), PayError> {
        let mut seen = Vec::new();
        let plans = memberships.iter().map(|of| &self.scene.plans[of.plan]);
        // Of versions of a plan the last that has begun says what is held and taken back.
        let mut latest: Vec<&Plan> = Vec::new();
        for plan in plans.filter(|plan| plan.from.is_none_or(|from| from < self.period.end)) {
            if let Some(place) = seen.iter().position(|id| *id == plan.id()) {
                latest[place] = plan;
            } else {
                seen.push(plan.id());
                latest.push(plan);
            }
        }
        self.cap_plan(plan)?;
        self.guarantee(plan)?;
        latest.iter().try_for_each(|plan| self.hold(plan))?;
        latest.iter().try_for_each(|plan| self.claw_back(plan))?;
        self.carry(plan)?;
        plan.draw.as_ref().map_or(Ok(()), |draw| self.draw(draw.get_ref()))
    }

    /// The statement; nothing of somebody who is not there and has nothing.
    fn close(self, plan: &Plan, memberships: &[Membership]) -> Result<Option<PayeeStatement>, PayError> {
        let mut balances = Vec::new();
        for (kind, amount) in self.balances(plan, memberships) {
            let minor =
                (&amount * &self.rate).in_minor(self.currency).rounded().and_then(|minor| i64::try_from(minor).ok());
            let too_large = || PayError::TooLarge { payee: self.payee.to_owned(), component: kind.name().to_owned() };
            balances.push((kind, Money::new(minor.ok_or_else(too_large)?, self.currency)));
        }
        let is_there = !self.presence.is_zero() || balances.iter().any(|(_, amount)| amount.minor != 0);
        if !is_there && self.components.is_empty() {
            return Ok(None);
        }
        let minor = self.components.iter().map(|component| component.amount.minor).sum();
        Ok(Some(PayeeStatement {
            id: self.payee.to_owned(),
            currency: self.currency,
            total: Money::new(minor, self.currency),
            balances,
            components: self.components,
        }))
    }

    /// Balances are sums of what was posted.
    fn balances(&self, plan: &Plan, memberships: &[Membership]) -> Vec<(Balance, Exact)> {
        let plans: Vec<&Plan> = memberships.iter().map(|of| &self.scene.plans[of.plan]).collect();
        let total = |id: &str| self.ledger.total(self.payee, id);
        let mut balances = Vec::new();
        if let Some(draw) = plan.draw.as_ref().map(toml::Spanned::get_ref) {
            let left = self.scene.person(self.payee).and_then(|person| person.left);
            let is_forgiven =
                draw.at_termination == AtTermination::Forgiven && left.is_some_and(|left| left < self.period.end);
            balances.push((Balance::Draw, if is_forgiven { Exact::ZERO } else { total("draw") }));
        }
        let components: Vec<Component<'_>> = plans.iter().flat_map(|plan| plan.components()).collect();
        let carries = |excess: Excess| excess == Excess::Carry;
        let of_plan = plan.cap.as_ref().is_some_and(|cap| carries(cap.excess));
        let of_component = |one: &Component<'_>| one.payment_cap().is_some_and(|(_, excess)| carries(excess));
        if of_plan || components.iter().any(of_component) {
            let ids: std::collections::BTreeSet<&str> =
                components.iter().map(|one| one.id().get_ref().as_str()).collect();
            let own = components.iter().filter(|one| of_component(one)).map(|one| one.id().get_ref().as_str());
            let own: std::collections::BTreeSet<&str> = own.collect();
            let own: Exact = own.into_iter().map(|id| total(&format!("{id}.cap"))).sum();
            let all: Exact = ids.into_iter().filter(|_| of_plan).map(|id| total(&format!("{id}.plan_cap"))).sum();
            balances.push((Balance::Cap, -&(&own + &all)));
        }
        if plans.iter().any(|plan| plan.holdback.is_some()) {
            let ids: std::collections::BTreeSet<&str> =
                plans.iter().flat_map(|plan| &plan.commission).map(|one| one.id.get_ref().as_str()).collect();
            let held = ids
                .into_iter()
                .flat_map(|id| self.ledger.facts(self.payee, &format!("{id}.holdback")).into_iter().flatten());
            let is_lost =
                |fact: &str| self.scene.cash(fact, self.period.end).any(|event| event.event == Event::WrittenOff);
            let held: Exact = held.filter(|(fact, _)| !is_lost(fact)).map(|(_, posted)| posted).sum();
            balances.push((Balance::Holdback, -&held));
        }
        let owed = total("carried");
        if plans.iter().any(|plan| plan.clawback.is_some()) || !owed.is_zero() {
            balances.push((Balance::Clawback, owed));
        }
        balances
    }
}

/// Facts that nobody is paid for.
fn note_credits(scene: &Scene<'_>) {
    let (start, end) = (scene.chain[0].start, scene.asked().end);
    let is_in = |place: usize| {
        let day = scene.credited.facts[place].day();
        start <= day && day < end
    };
    for &place in scene.credited.uncredited.iter().filter(|place| is_in(**place)) {
        scene.note(Problem::Uncredited, "", "", &scene.credited.facts[place].id);
    }
    for credit in scene.credited.credits.iter().filter(|credit| is_in(credit.fact)) {
        let fact = &scene.credited.facts[credit.fact];
        let memberships = scene.members.get(&credit.payee).map_or(&[][..], Vec::as_slice);
        if !memberships.iter().any(|of| contains(&of.covered, fact.day())) {
            scene.note(Problem::NoPlan, &credit.payee, "", &fact.id);
        }
    }
}

/// Each fact that is credited directly, once (C11).
fn company_total(scene: &Scene<'_>) -> Money {
    let plan = &scene.plans[0];
    let mut sum = Exact::ZERO;
    let mut last = None;
    for credit in scene.credited.credits.iter().filter(|credit| credit.kind == crate::plan::CreditKind::Direct) {
        let fact = &scene.credited.facts[credit.fact];
        if last != Some(credit.fact) && scene.asked().contains(fact.day()) {
            let rate = scene.rate_of(fact, plan).unwrap_or(Exact::ZERO);
            sum = &sum + &(&fact.amount * &rate);
        }
        last = Some(credit.fact);
    }
    let minor = sum.in_minor(plan.currency).rounded().and_then(|minor| i64::try_from(minor).ok());
    Money::new(minor.unwrap_or(i64::MAX), plan.currency)
}
