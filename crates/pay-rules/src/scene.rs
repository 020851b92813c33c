//! What a run looks at: plans and inputs, who is paid by which plan on which days, and which periods there are.

use crate::{
    credit::{self, Credited, Fact},
    exact::Exact,
    inputs::{Actual, Cash, Event, Inputs, Person, RateKind},
    plan::{Conversion, Plan},
    run::PayError,
    statement::{Exception, Problem},
};
use base::{Currency, FiscalCalendar, Grain, Period};
use jiff::{ToSpan, civil::Date};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// Half-open stretches of days, in order.
pub(crate) type Spans = Vec<(Date, Date)>;

/// A payee under a plan.
#[derive(Debug, Clone)]
pub(crate) struct Membership {
    pub plan: usize,
    /// Days whose facts pay.
    pub covered: Spans,
    /// Days that count for quotas and targets: without long leaves (C19).
    pub active: Spans,
}

pub(crate) struct Scene<'a> {
    pub plans: &'a [Plan],
    pub inputs: &'a Inputs,
    pub calendar: FiscalCalendar,
    pub grain: Grain,
    /// Pay periods from the first up to the one that is asked for.
    pub chain: Vec<Period>,
    pub credited: &'a Credited,
    /// The place of a fact.
    places: BTreeMap<&'a str, usize>,
    /// Places of a payee's credits, in closing order.
    pub credits_of: BTreeMap<&'a str, Vec<usize>>,
    pub members: BTreeMap<String, Vec<Membership>>,
    exceptions: RefCell<BTreeSet<Exception>>,
}

impl<'a> Scene<'a> {
    pub fn new(plans: &'a [Plan], inputs: &'a Inputs, credited: &'a Credited, label: &str) -> Result<Self, PayError> {
        let first = plans.first().ok_or(PayError::NoPlan)?;
        for plan in plans {
            if plan.grain() != first.grain() || plan.calendar() != first.calendar() {
                return Err(PayError::Periods(first.id().to_owned(), plan.id().to_owned()));
            }
        }
        unique_components(plans)?;
        known_columns(plans, inputs)?;
        let calendar = first.calendar();
        let asked = calendar.parse_label(label).map_err(|error| PayError::Period(error.to_string()))?;
        if asked.grain != first.grain() {
            return Err(PayError::Grain { label: label.to_owned(), grain: first.grain() });
        }
        let start = chain_start(plans, inputs, &calendar).unwrap_or(asked.start).min(asked.start);
        let chain =
            calendar.periods(start, asked.end, asked.grain).map_err(|error| PayError::Period(error.to_string()))?;
        let mut credits_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, credit) in credited.credits.iter().enumerate() {
            credits_of.entry(&credit.payee).or_default().push(place);
        }
        let mut scene = Self {
            plans,
            inputs,
            calendar,
            grain: asked.grain,
            chain,
            credited,
            places: credited.facts.iter().enumerate().map(|(place, fact)| (fact.id.as_str(), place)).collect(),
            credits_of,
            members: BTreeMap::new(),
            exceptions: RefCell::default(),
        };
        scene.members = scene.all_members()?;
        Ok(scene)
    }

    pub fn asked(&self) -> &Period {
        &self.chain[self.chain.len() - 1]
    }

    fn start(&self) -> Date {
        self.chain[0].start
    }

    /// Everybody named anywhere, with the plans that cover them on some day.
    fn all_members(&self) -> Result<BTreeMap<String, Vec<Membership>>, PayError> {
        let people = self.inputs.people.keys().map(String::as_str);
        let quotas = self.inputs.quotas.keys().filter_map(|(payee, _)| payee.as_deref());
        let actuals = self.inputs.actuals.keys().filter_map(|(.., payee)| payee.as_deref());
        let named = self.plans.iter().flat_map(|plan| &plan.who).flat_map(|who| &who.people).map(String::as_str);
        let paid = self.inputs.paid.iter().flatten().map(|row| row.payee.as_str());
        let all = people.chain(quotas).chain(actuals).chain(named).chain(paid).chain(self.credits_of.keys().copied());
        let mut members = BTreeMap::new();
        for payee in all.collect::<BTreeSet<_>>() {
            let memberships: Vec<Membership> = (0..self.plans.len())
                .map(|plan| self.membership(payee, plan))
                .filter(|of| !of.covered.is_empty())
                .collect();
            let currencies: BTreeSet<Currency> = memberships.iter().map(|of| self.plans[of.plan].currency).collect();
            if currencies.len() > 1 {
                return Err(PayError::Currencies(payee.to_owned()));
            }
            members.insert(payee.to_owned(), memberships);
        }
        Ok(members)
    }

    fn membership(&self, payee: &str, place: usize) -> Membership {
        let plan = &self.plans[place];
        let person = self.inputs.people.get(payee);
        let mut marks = BTreeSet::from([self.start()]);
        marks.extend(plan.from.into_iter().chain(plan.to));
        marks.extend(plan.who.iter().flat_map(|who| who.from.into_iter().chain(who.to)));
        if let Some(person) = person {
            marks.extend(person.hired.into_iter().chain(person.gone_from()));
            marks.extend(person.spells.iter().flat_map(|spell| [Some(spell.days.from), spell.days.to]).flatten());
            marks.extend(person.leaves.iter().flat_map(|leave| [leave.from, leave.to]));
        }
        marks.insert(Date::MAX); // an interval ends after the period that is asked for
        let marks: Vec<Date> = marks.into_iter().filter(|day| self.start() <= *day).collect();
        let away = |day: Date| {
            let leaves = person.map_or(&[][..], |person| &person.leaves);
            let is_long = |from: Date, to: Date| (to - from).get_days() > plan.leave_pause_days;
            leaves.iter().any(|leave| leave.from <= day && day < leave.to && is_long(leave.from, leave.to))
        };
        let stretches =
            marks.windows(2).map(|pair| (pair[0], pair[1])).filter(|(day, _)| self.covers(plan, payee, person, *day));
        let covered = joined(stretches.clone());
        Membership { plan: place, covered, active: joined(stretches.filter(|(day, _)| !away(*day))) }
    }

    fn covers(&self, plan: &Plan, payee: &str, person: Option<&Person>, day: Date) -> bool {
        if !credit::holds(plan.from, plan.to, day) {
            return false;
        }
        let spell = person.and_then(|person| person.on(day));
        if self.inputs.has_people && (spell.is_none() || person.is_some_and(|person| !person.works_on(day))) {
            return false;
        }
        if let Some(assigned) = spell.and_then(|spell| spell.plan.as_deref()) {
            return assigned.split_whitespace().any(|id| id == plan.id());
        }
        let role = spell.and_then(|spell| spell.role.as_deref());
        let is_for = |who: &crate::plan::Who| {
            let by_role = who.role.as_deref().is_some_and(|wanted| !self.inputs.has_people || role == Some(wanted));
            credit::holds(who.from, who.to, day) && (by_role || who.people.iter().any(|id| id == payee))
        };
        plan.who.is_empty() || plan.who.iter().any(is_for)
    }

    pub fn fact(&self, id: &str) -> Option<&'a Fact> {
        self.places.get(id).map(|place| &self.credited.facts[*place])
    }

    pub fn person(&self, payee: &str) -> Option<&'a Person> {
        self.inputs.people.get(payee)
    }

    /// Intervals that have begun before a day, from the first pay period on.
    pub fn intervals(&self, grain: Grain, until: Date) -> Result<Vec<Period>, PayError> {
        self.calendar.periods(self.start(), until, grain).map_err(|error| PayError::Period(error.to_string()))
    }

    /// What became of a metric: the payee's own number, or the company's; of the interval, or of the pay period.
    pub fn actual(&self, payee: &str, metric: &str, interval: &Period, period: &Period) -> Option<&'a Actual> {
        let of = |label: &str, who: Option<&str>| {
            self.inputs.actuals.get(&(metric.to_owned(), label.to_owned(), who.map(str::to_owned)))
        };
        let of_label = |label: &str| of(label, Some(payee)).or_else(|| of(label, None));
        let found = of_label(&interval.label).or_else(|| of_label(&period.label));
        if found.is_none() {
            self.note(Problem::NoValue { metric: metric.to_owned(), interval: interval.label.clone() }, payee, "", "");
        }
        found
    }

    /// From a fact's currency into a plan's (C21).
    pub fn rate_of(&self, fact: &Fact, plan: &Plan) -> Option<Exact> {
        let Some(currency) = fact.currency else { return Some(Exact::ONE) };
        let kind = match plan.conversion {
            Conversion::Plan => RateKind::Plan,
            Conversion::Spot => RateKind::Spot,
        };
        let rate = self.inputs.rate(currency, plan.currency, kind, fact.day());
        if rate.is_none() {
            self.note(Problem::NoRate { from: currency, to: plan.currency, day: fact.day() }, "", "", &fact.id);
        }
        rate
    }

    /// The currency a payee is paid in, and its rate on the pay date of a period.
    pub fn pay_currency(&self, payee: &str, plan: &Plan, period: &Period) -> (Currency, Exact) {
        let wanted = self.person(payee).and_then(|person| person.currency).unwrap_or(plan.currency);
        let day = period.end.saturating_sub(1.day()).saturating_add(plan.pay_days_after.days());
        if let Some(rate) = self.inputs.rate(plan.currency, wanted, RateKind::Payroll, day) {
            return (wanted, rate);
        }
        self.note(Problem::NoRate { from: plan.currency, to: wanted, day }, payee, "", "");
        (plan.currency, Exact::ONE)
    }

    /// What happened to a fact's money before a day.
    pub fn cash<'s>(&'s self, fact: &str, until: Date) -> impl Iterator<Item = &'a Cash> + use<'a, 's> {
        let events = self.inputs.cash.get(fact).map_or(&[][..], |events| events);
        events.iter().filter(move |event| event.day < until)
    }

    /// How much of a fact has come to one kind of event before a day, at most all of it.
    pub fn part(&self, fact: &Fact, event: Event, until: Date) -> Exact {
        let mut part = Exact::ZERO;
        for event in self.cash(&fact.id, until).filter(|found| found.event == event) {
            let of_whole = event.amount.as_ref().and_then(|amount| amount.over(&fact.amount));
            part = &part + &of_whole.unwrap_or(Exact::ONE);
        }
        part.or_zero().min(Exact::ONE)
    }

    /// Lists what stands in the way of approval, once.
    pub fn note(&self, problem: Problem, payee: &str, component: &str, fact: &str) {
        let exception =
            Exception { problem, payee: payee.to_owned(), component: component.to_owned(), fact: fact.to_owned() };
        self.exceptions.borrow_mut().insert(exception);
    }

    /// Forgets what was noted of earlier periods.
    pub fn take_exceptions(&self) -> Vec<Exception> {
        std::mem::take(&mut *self.exceptions.borrow_mut()).into_iter().collect()
    }
}

/// Stretches that touch become one.
fn joined(stretches: impl Iterator<Item = (Date, Date)>) -> Spans {
    let mut spans: Spans = Vec::new();
    for (from, to) in stretches {
        match spans.last_mut().filter(|last| last.1 == from) {
            Some(last) => last.1 = to,
            None => spans.push((from, to)),
        }
    }
    spans
}

/// How many days of a half-open range lie in the spans.
pub(crate) fn days_within(spans: &Spans, from: Date, to: Date) -> i32 {
    spans.iter().map(|span| (span.1.min(to) - span.0.max(from)).get_days().max(0)).sum()
}

pub(crate) fn contains(spans: &Spans, day: Date) -> bool {
    spans.iter().any(|span| span.0 <= day && day < span.1)
}

/// The first day of the plans; without one, of the data.
fn chain_start(plans: &[Plan], inputs: &Inputs, calendar: &FiscalCalendar) -> Option<Date> {
    let begins: Option<Vec<Date>> = plans.iter().map(|plan| plan.from).collect();
    if let Some(begins) = begins {
        return begins.into_iter().min();
    }
    let actuals =
        inputs.actuals.keys().filter_map(|(_, period, _)| calendar.parse_label(period).ok()).map(|period| period.start);
    let quotas = inputs.quotas.values().flatten().map(|row| row.days.from);
    let paid = inputs.paid.iter().flatten().map(|row| row.period.start);
    let plans = plans.iter().filter_map(|plan| plan.from);
    inputs.credits.iter().map(|row| row.at.day()).chain(actuals).chain(quotas).chain(paid).chain(plans).min()
}

/// An id names one component, over all plans but versions of one.
fn unique_components(plans: &[Plan]) -> Result<(), PayError> {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for plan in plans {
        for component in plan.components() {
            let id = component.id().get_ref();
            let owner = *owners.entry(id).or_insert(plan.id());
            if owner != plan.id() {
                return Err(PayError::ComponentTwice {
                    id: id.clone(),
                    plans: [owner.to_owned(), plan.id().to_owned()],
                });
            }
        }
    }
    Ok(())
}

/// Conditions name columns that credits.csv has.
fn known_columns(plans: &[Plan], inputs: &Inputs) -> Result<(), PayError> {
    for plan in plans {
        let of_credits = plan.credit.iter().map(|rule| &rule.when).chain(plan.factor.iter().map(|factor| &factor.when));
        let of_commissions = plan
            .commission
            .iter()
            .flat_map(|one| [&one.when].into_iter().chain(one.kicker.iter().map(|kicker| &kicker.when)));
        let others = plan.spiff.iter().map(|one| &one.when).chain(plan.contest.iter().map(|one| &one.when));
        let pools = plan.pool.iter().map(|one| &one.when);
        for condition in of_credits.chain(of_commissions).chain(others).chain(pools) {
            for column in condition.0.keys() {
                if !inputs.columns.contains(column) {
                    let (plan, column) = (plan.id().to_owned(), column.clone());
                    return Err(PayError::NoColumn { plan, column, there: inputs.columns.join(", ") });
                }
            }
        }
    }
    Ok(())
}
