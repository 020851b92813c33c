//! The one calculation: estimate, replay and run are this function (C0).

use crate::{
    commission::Earning,
    components::{AllEarned, Earned, Evaluated, last_day},
    credit::{self, Fact},
    exact::Exact,
    flow::{self, Pending},
    inputs::{Event, InputError, Inputs, RateKind},
    ledger::Ledger,
    plan::{AtTermination, Component, Draw, Excess, Plan},
    reason::{Reason, number},
    round,
    scene::{Membership, Scene, contains},
    statement::{Balance, ComponentStatement, Line, PayeeStatement, Problem, Rule, Standing, Statement},
};
use base::{Currency, Grain, Money, Period};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

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
    #[error("two versions of plan {0} begin on the same day; give each a `from` of its own")]
    VersionTwice(String),
    #[error("component {id} stands in the plans {} and {}; give each an id of its own", plans[0], plans[1])]
    ComponentTwice { id: String, plans: [String; 2] },
    #[error("plan {plan} asks for column `{column}`, which credits.csv lacks; it has {there}")]
    NoColumn { plan: String, column: String, there: String },
    #[error("quotas.csv has a quota of component {id}, and no plan pays a commission of that id; there are {there}")]
    NoCommission { id: String, there: String },
    #[error("plan {0} takes back what stays unpaid, and nothing says what was paid; give cash.csv")]
    NoCash(String),
    #[error("{payee} has in {period} two plans with a cap, a guarantee or a draw: {} and {}; leave it in one", plans[0], plans[1])]
    TwoPlans { payee: String, period: String, plans: [String; 2] },
    #[error(transparent)]
    Input(#[from] InputError),
    #[error("component {component} of {payee} is too large to be paid; check the numbers")]
    TooLarge { payee: String, component: String },
    #[error("what the company has sold in the period is too large to be told; check the amounts")]
    CompanyTooLarge,
}

/// What the plans pay in the period of this label. Earlier periods were paid as paid.csv says; without it as they are computed.
pub fn calculate(plans: &[Plan], inputs: &Inputs, label: &str) -> Result<Statement, PayError> {
    let plans = in_order(plans)?;
    let credited = credit::credit(&plans, inputs)?;
    let scene = Scene::new(&plans, inputs, &credited, label)?;
    let asked = scene.asked().clone();
    let mut ledger = Ledger::default();
    if inputs.paid.is_none() {
        for period in &scene.chain[..scene.chain.len() - 1] {
            post(&scene, &mut ledger, period)?;
        }
    }
    scene.take_exceptions();
    post_paid(&scene, &mut ledger)?;
    let payees = post(&scene, &mut ledger, &asked)?;
    note_credits(&scene);
    let company_total = company_total(&scene, &plans[0])?;
    Ok(Statement {
        period: asked,
        plans: plans.iter().map(|plan| (plan.id().to_owned(), plan.version.clone())).collect(),
        payees,
        exceptions: scene.take_exceptions(),
        company_total,
    })
}

/// Where a payee stands in each of their commissions' rate tables.
pub fn standings(plans: &[Plan], inputs: &Inputs, label: &str, payee: &str) -> Result<Vec<Standing>, PayError> {
    let plans = in_order(plans)?;
    let credited = credit::credit(&plans, inputs)?;
    let scene = Scene::new(&plans, inputs, &credited, label)?;
    let period = scene.asked();
    let mut found = Vec::new();
    for course in &scene.courses {
        let Some((payee, membership)) = course.members.get_key_value(payee) else { continue };
        let is_there = contains(&membership.covered, last_day(period));
        if is_there && matches!(course.versions.0[0].1, Component::Commission(_)) {
            found.extend(Earning::new(&scene, course, payee, membership, period).standing()?);
        }
    }
    Ok(found)
}

/// The plans that cover a payee on some day up to the end of the period.
pub(crate) fn plans_of(
    plans: &[Plan],
    inputs: &Inputs,
    label: &str,
    payee: &str,
) -> Result<BTreeSet<String>, PayError> {
    let plans = in_order(plans)?;
    let credited = credit::credit(&plans, inputs)?;
    let scene = Scene::new(&plans, inputs, &credited, label)?;
    let own = scene.members.get(payee).map_or(&[][..], Vec::as_slice);
    Ok(own.iter().map(|(place, _)| scene.plans[*place].0[0].0.id().to_owned()).collect())
}

/// Plans as they are given, the versions of each by the day they begin; each holds until the next one does.
fn in_order(plans: &[Plan]) -> Result<Vec<Plan>, PayError> {
    let mut sorted = plans.to_vec();
    sorted.sort_by_key(|plan| (plans.iter().position(|other| other.id() == plan.id()), plan.from));
    for place in 1..sorted.len() {
        let (id, next) = (sorted[place].id().to_owned(), sorted[place].from);
        let before = &mut sorted[place - 1];
        if before.id() != id {
            continue;
        }
        if before.from == next {
            return Err(PayError::VersionTwice(id));
        }
        before.to = before.to.into_iter().chain(next).min();
    }
    Ok(sorted)
}

/// What was paid before the asked period, in the plan's currency at that period's rate.
fn post_paid(scene: &Scene<'_>, ledger: &mut Ledger) -> Result<(), PayError> {
    let until = scene.asked().start;
    for row in scene.inputs.paid.iter().flatten().filter(|row| row.period.end <= until) {
        let versions = row.of_component().map(|id| scene.components.iter().find(|(found, _)| *found == id));
        let (Some(plan), None | Some(Some(_))) = (scene.any_plan(&row.payee), versions) else {
            // Of days before the plans others may have been paid for other things; balances are of somebody known.
            let is_past = row.period.end <= scene.chain[0].start;
            if !is_past || row.of_component().is_none() && scene.person(&row.payee).is_none() {
                scene.note(Problem::UnknownPaid, &row.payee, &row.component, "");
            }
            continue;
        };
        let is_earned = versions.flatten().filter(|(id, _)| *id == row.component);
        if is_earned.is_some_and(|(_, versions)| !scene.is_paid_by(versions, row)) {
            continue;
        }
        let currency = row.currency.unwrap_or_else(|| scene.wanted_currency(&row.payee, plan));
        let day = plan.pay_date(&row.period);
        let rate = scene.inputs.rate(plan.currency, currency, RateKind::Payroll, day).ok_or_else(|| InputError {
            file: "paid.csv",
            line: row.line,
            column: "amount".to_owned(),
            problem: format!("there is no payroll rate {}–{currency} on {day}, by which it was paid", plan.currency),
        })?;
        ledger.post(&row.payee, &row.component, &row.fact, &row.amount.over(&rate).unwrap_or(Exact::ZERO));
    }
    Ok(())
}

/// One pay period of everybody.
fn post(scene: &Scene<'_>, ledger: &mut Ledger, period: &Period) -> Result<Vec<PayeeStatement>, PayError> {
    let mut earned: BTreeMap<&str, AllEarned> = BTreeMap::new();
    for course in &scene.courses {
        let all = earned.entry(course.id).or_default();
        for (payee, lines) in (Evaluated { scene, course, period }).earned()? {
            all.entry(payee).or_default().extend(lines);
        }
    }
    let mut statements = Vec::new();
    for (payee, memberships) in &scene.members {
        let Some(plan) = terms(scene, payee, memberships, period)? else { continue };
        let (currency, rate) = scene.pay_currency(payee, plan, period);
        let mut slip = Slip {
            scene,
            ledger,
            payee,
            memberships,
            period,
            place: place(scene, memberships, period),
            presence: flow::presence(memberships, period),
            currency,
            rate,
            sum: Exact::ZERO,
            components: Vec::new(),
            booked: Vec::new(),
        };
        for (id, versions) in &scene.components {
            let lines = earned.get_mut(id).and_then(|all| all.remove(*payee)).unwrap_or_default();
            slip.book_earned(id, lines)?;
            slip.cap_component(id, versions.on(last_day(period)).1)?;
        }
        slip.settle(plan)?;
        statements.extend(slip.close(plan)?);
    }
    Ok(statements)
}

/// The one plan of a payee's that has a cap, a guarantee or a draw: of the period, or the last one before it; without one any. Of
/// its versions it is the last that has begun.
fn terms<'a>(
    scene: &Scene<'a>,
    payee: &str,
    memberships: &[(usize, Membership)],
    period: &Period,
) -> Result<Option<&'a Plan>, PayError> {
    let all: Vec<(&Plan, &Membership)> =
        memberships.iter().map(|(place, of)| (scene.plans[*place].on(last_day(period)).0, of)).collect();
    let with: Vec<_> = all.iter().filter(|(plan, of)| plan.has_settings() && of.covered[0].0 < period.end).collect();
    let mut now = with.iter().filter(|(_, of)| of.covered.iter().any(|span| period.overlaps(span.0, span.1)));
    let (first, second) = (now.next(), now.next());
    if let (Some((first, _)), Some((second, _))) = (first, second) {
        let plans = [first, second].map(|plan| plan.id().to_owned());
        return Err(PayError::TwoPlans { payee: payee.to_owned(), period: period.label.clone(), plans });
    }
    let before = with.iter().max_by_key(|(_, of)| of.covered[0].0);
    Ok(first.or(before).copied().or(all.first()).map(|(plan, _)| *plan))
}

/// Which of a payee's pay periods it is; the first is 1.
fn place(scene: &Scene<'_>, memberships: &[(usize, Membership)], period: &Period) -> i32 {
    let first = memberships.iter().map(|(_, of)| of.covered[0].0).min();
    let position = |day| scene.chain.iter().position(|period| period.contains(day));
    let (Some(first), Some(here)) = (first.and_then(position), position(period.start)) else { return 0 };
    i32::try_from(here).unwrap_or(i32::MAX) - i32::try_from(first).unwrap_or(0) + 1
}

/// One payee's pay of one period while it is made.
pub(crate) struct Slip<'a> {
    pub scene: &'a Scene<'a>,
    pub ledger: &'a mut Ledger,
    pub payee: &'a str,
    pub memberships: &'a [(usize, Membership)],
    pub period: &'a Period,
    /// Which of their pay periods it is, from 1.
    pub place: i32,
    /// The share of the period they are there.
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

impl<'a> Slip<'a> {
    /// What facts have earned in all, less what was posted: a paid line is never edited.
    fn book_earned(&mut self, id: &str, earned: Vec<Earned>) -> Result<(), PayError> {
        let mut of_facts: BTreeMap<String, Exact> = BTreeMap::new();
        for line in &earned {
            let sum = of_facts.entry(line.fact.clone()).or_insert(Exact::ZERO);
            *sum = &*sum + &line.amount;
        }
        let days: BTreeMap<String, Date> = earned.iter().map(|line| (line.fact.clone(), line.day)).collect();
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
        let known: BTreeSet<&str> = pending.iter().map(|line| line.fact.as_str()).collect();
        let gone = self.ledger.facts(self.payee, id).into_iter().flatten();
        let gone: Vec<Pending> = gone
            .filter(|(fact, posted)| !known.contains(fact.as_str()) && !posted.is_zero())
            .map(|(fact, posted)| delta(fact, posted, &Exact::ZERO))
            .collect();
        pending.extend(gone);
        pending.retain(|line| line.is_shown || !line.amount.is_zero());
        let back: Vec<Pending> = pending.iter().filter(|line| line.rule == Rule::Delta).cloned().collect();
        // Each interval comes to a rounded whole by itself: none catches up fractions of another.
        let mut posted: BTreeMap<Option<Date>, Exact> = BTreeMap::new();
        for (fact, amount) in self.ledger.facts(self.payee, id).into_iter().flatten() {
            let sum = posted.entry(self.interval_of(id, fact, &days)).or_insert(Exact::ZERO);
            *sum = &*sum + amount;
        }
        let mut by_interval: BTreeMap<Option<Date>, Vec<Pending>> = BTreeMap::new();
        for line in pending {
            by_interval.entry(self.interval_of(id, &line.fact, &days)).or_default().push(line);
        }
        for (interval, pending) in by_interval {
            let posted = posted.remove(&interval).unwrap_or(Exact::ZERO);
            self.book_beside(vec![(id.to_owned(), pending)], &posted)?;
        }
        self.uncut(id, back)
    }

    /// The first day of the interval in which a component counts a fact; none where it counts over no interval.
    fn interval_of(&self, id: &str, fact: &str, days: &BTreeMap<String, Date>) -> Option<Date> {
        let scene = self.scene;
        let of_label = || scene.calendar.parse_label(fact).ok().map(|interval| interval.start);
        let day = days.get(fact).copied().or_else(|| scene.fact(fact).map(Fact::day)).or_else(of_label);
        let day = day.unwrap_or_else(|| last_day(self.period));
        let (_, versions) = scene.components.iter().find(|(found, _)| *found == id)?;
        let component = versions.on(day).1;
        if matches!(component, Component::Spiff(_) | Component::Contest(_)) {
            return None;
        }
        let grain = component.interval().unwrap_or(scene.grain);
        scene.calendar.period_of(day, grain).ok().map(|interval| interval.start)
    }

    /// Rounds lines of one component, or of what is cut from several together, once; shares that over them, and posts them.
    pub fn book(&mut self, id: &str, pending: Vec<Pending>) -> Result<(), PayError> {
        self.book_together(vec![(id.to_owned(), pending)])
    }

    pub fn book_together(&mut self, pending: Vec<(String, Vec<Pending>)>) -> Result<(), PayError> {
        let posted: Exact = pending.iter().map(|(id, _)| self.ledger.total(self.payee, id)).sum();
        self.book_beside(pending, &posted)
    }

    /// With what was posted before they come to a rounded whole.
    fn book_beside(&mut self, pending: Vec<(String, Vec<Pending>)>, posted: &Exact) -> Result<(), PayError> {
        let Some((first, _)) = pending.first() else { return Ok(()) };
        let too_large = PayError::TooLarge { payee: self.payee.to_owned(), component: first.clone() };
        let in_minor = |amount: &Exact| (amount * &self.rate).in_minor(self.currency);
        let amounts: Vec<Exact> =
            pending.iter().flat_map(|(_, lines)| lines).map(|line| in_minor(&line.amount)).collect();
        let is_new: Vec<bool> = amounts.iter().map(|amount| amount.abs() >= Exact::ONE).collect();
        let shares = round::share_out(&amounts, &in_minor(posted), &is_new).ok_or(too_large)?;
        let mut shares = shares.into_iter();
        for (id, lines) in pending {
            for (line, minor) in lines.into_iter().zip(shares.by_ref()) {
                if minor != 0 || line.is_shown {
                    self.post(&id, line, minor);
                }
            }
        }
        Ok(())
    }

    fn post(&mut self, id: &str, line: Pending, minor: i64) {
        let amount = self.in_plan(&Exact::from_minor(minor, self.currency));
        self.ledger.post(self.payee, id, &line.fact, &amount);
        self.sum = &self.sum + &amount;
        self.booked.push((id.to_owned(), line.fact.clone(), amount));
        let amount = Money::new(minor, self.currency);
        let line = Line { fact: line.fact, amount, rule: line.rule, reason: line.reason };
        if let Some(component) = self.components.iter_mut().find(|component| component.id == id) {
            component.amount.minor += minor;
            component.lines.push(line);
        } else {
            self.components.push(ComponentStatement { id: id.to_owned(), amount, lines: vec![line] });
        }
    }

    /// What was booked of components so far, by fact; caps of theirs are taken off.
    pub fn lines_of(&self, is_wanted: impl Fn(&String) -> bool) -> Vec<(String, String, Exact)> {
        let mut lines: BTreeMap<(String, String), Exact> = BTreeMap::new();
        for (id, fact, amount) in &self.booked {
            let own = id.strip_suffix(".cap").or_else(|| id.strip_suffix(".plan_cap"));
            let id = own.unwrap_or(id).to_owned();
            if is_wanted(&id) {
                let sum = lines.entry((id, fact.clone())).or_insert(Exact::ZERO);
                *sum = &*sum + amount;
            }
        }
        lines.into_iter().map(|((id, fact), amount)| (id, fact, amount)).collect()
    }

    /// From what is earned to what is paid, in the order of C0.
    fn settle(&mut self, plan: &Plan) -> Result<(), PayError> {
        self.cap_plan(plan)?;
        self.guarantee(plan)?;
        self.hold()?;
        self.claw_back()?;
        self.adjust()?;
        self.carry(plan)?;
        self.draw_of(plan).map_or(Ok(()), |(draw, is_in_force)| self.draw(draw, is_in_force))
    }

    /// The statement; nothing of somebody who is not there and has nothing.
    fn close(self, plan: &Plan) -> Result<Option<PayeeStatement>, PayError> {
        let mut balances = Vec::new();
        for (kind, amount) in self.balances(plan) {
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
    fn balances(&self, plan: &Plan) -> Vec<(Balance, Exact)> {
        let plans = self.memberships.iter().flat_map(|(place, _)| &self.scene.plans[*place].0);
        let plans: Vec<&Plan> = plans.map(|(plan, ())| *plan).collect();
        let total = |id: &str| self.ledger.total(self.payee, id);
        let mut balances = Vec::new();
        if let Some((draw, _)) = self.draw_of(plan) {
            let is_forgiven = draw.at_termination == AtTermination::Forgiven && self.has_left();
            balances.push((Balance::Draw, if is_forgiven { Exact::ZERO } else { total("draw") }));
        }
        let own = self.scene.components.iter().filter(|(_, of)| plans.iter().any(|plan| plan.id() == of.0[0].0.id()));
        let carries = |excess: Excess| excess == Excess::Carry;
        let of_plan = plan.cap.as_ref().is_some_and(|cap| carries(cap.excess));
        let (mut has_cap, mut cut) = (of_plan, Exact::ZERO);
        for (id, versions) in own {
            if of_plan {
                cut = &cut + &total(&format!("{id}.plan_cap"));
            }
            if versions.on(last_day(self.period)).1.payment_cap().is_some_and(|(_, excess)| carries(excess)) {
                has_cap = true;
                cut = &cut + &total(&format!("{id}.cap"));
            }
        }
        if has_cap {
            balances.push((Balance::Cap, -&cut));
        }
        if plans.iter().any(|plan| plan.holdback.is_some()) {
            let ids = self.scene.components.iter().map(|(id, _)| format!("{id}.holdback"));
            let is_lost =
                |fact: &str| self.scene.cash(fact, self.period.end).any(|event| event.event == Event::WrittenOff);
            let held: Exact = ids
                .filter_map(|id| self.ledger.facts(self.payee, &id))
                .flatten()
                .filter(|(fact, _)| !is_lost(fact))
                .map(|(_, posted)| posted)
                .sum();
            balances.push((Balance::Holdback, -&held));
        }
        let owed = total("carried");
        if plans.iter().any(|plan| plan.clawback.is_some()) || !owed.is_zero() {
            balances.push((Balance::Clawback, owed));
        }
        balances
    }

    /// The draw of a version, or of the last one before it that had one: what that advanced is still recovered.
    fn draw_of(&self, plan: &Plan) -> Option<(&'a Draw, bool)> {
        let versions = self.scene.plans.iter().find(|versions| versions.0[0].0.id() == plan.id())?;
        let so_far = &versions.0[..=versions.place(last_day(self.period))];
        let (of, ()) = so_far.iter().rfind(|(plan, ())| plan.draw.is_some())?;
        Some((of.draw.as_ref()?.get_ref(), of.from == plan.from))
    }

    /// What they are paid in.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// An amount of what they are paid in.
    pub fn in_plan(&self, amount: &Exact) -> Exact {
        amount.over(&self.rate).unwrap_or(Exact::ZERO)
    }

    /// Did they leave before the period's end?
    pub fn has_left(&self) -> bool {
        let left = self.scene.person(self.payee).and_then(|person| person.left);
        left.is_some_and(|left| left < self.period.end)
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
    let is_paid = |payee: &str| scene.members.get(payee).is_some_and(|of| !of.is_empty());
    for one in scene.inputs.adjustments.iter().filter(|one| one.period == *scene.asked() && !is_paid(&one.payee)) {
        scene.note(Problem::NoPlan, &one.payee, "adjustment", &one.id);
    }
    for credit in scene.credited.credits.iter().filter(|credit| is_in(credit.fact)) {
        let fact = &scene.credited.facts[credit.fact];
        let memberships = scene.members.get(credit.payee.as_str()).map_or(&[][..], Vec::as_slice);
        if !memberships.iter().any(|(_, of)| contains(&of.covered, fact.day())) {
            scene.note(Problem::NoPlan, &credit.payee, "", &fact.id);
        }
    }
}

/// Each fact that is credited directly, once (C11).
fn company_total(scene: &Scene<'_>, plan: &Plan) -> Result<Money, PayError> {
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
    let minor = minor.ok_or(PayError::CompanyTooLarge)?;
    Ok(Money::new(minor, plan.currency))
}
