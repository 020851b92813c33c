//! What a run looks at: plans and inputs, who is paid by which plan on which days, and which periods there are.

use crate::{
    components::last_day,
    credit::{self, Credited, Fact},
    exact::Exact,
    inputs::{Actual, Cash, Event, Inputs, Paid, Person, RateKind},
    plan::{Component, Conversion, Plan},
    quota::months,
    run::PayError,
    statement::{Exception, Problem},
};
use base::{Currency, FiscalCalendar, Grain, Period};
use jiff::civil::Date;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// Half-open stretches of days, in order.
pub(crate) type Spans = Vec<(Date, Date)>;

/// A payee under the versions of a plan, or of a component.
#[derive(Debug, Clone)]
pub(crate) struct Membership {
    /// Days whose facts pay.
    pub covered: Spans,
    /// Days that count for quotas and targets: without long leaves (C19).
    pub active: Spans,
}

/// By payee: the places of plans that cover them on some day, and how.
pub(crate) type Members<'a> = BTreeMap<&'a str, Vec<(usize, Membership)>>;

/// What each version of a plan says of one thing, in order of time. Versions share no day.
#[derive(Debug, Clone)]
pub(crate) struct Versions<'a, T>(pub Vec<(&'a Plan, T)>);

impl<'a, T> Versions<'a, T> {
    /// The place of the version of a day: the last that has begun, before all of them the first.
    pub fn place(&self, day: Date) -> usize {
        self.0.iter().rposition(|(plan, _)| plan.from.is_none_or(|from| from <= day)).unwrap_or(0)
    }

    pub fn on(&self, day: Date) -> &(&'a Plan, T) {
        &self.0[self.place(day)]
    }

    /// The version of a day that one of them covers.
    pub fn covering(&self, day: Date) -> Option<&(&'a Plan, T)> {
        self.0.iter().find(|(plan, _)| credit::holds(plan.from, plan.to, day))
    }
}

/// A component as long as it counts over the same time, with its payees.
pub(crate) struct Course<'a> {
    pub id: &'a str,
    pub versions: Versions<'a, Component<'a>>,
    pub members: BTreeMap<&'a str, Membership>,
}

pub(crate) struct Scene<'a> {
    /// Each plan's versions.
    pub plans: Vec<Versions<'a, ()>>,
    /// Each component's versions, by id, in the order of the plans.
    pub components: Vec<(&'a str, Versions<'a, Component<'a>>)>,
    pub courses: Vec<Course<'a>>,
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
    pub members: Members<'a>,
    exceptions: RefCell<BTreeSet<Exception>>,
}

impl<'a> Scene<'a> {
    /// Plans as `in_order` has them.
    pub fn new(plans: &'a [Plan], inputs: &'a Inputs, credited: &'a Credited, label: &str) -> Result<Self, PayError> {
        let first = plans.first().ok_or(PayError::NoPlan)?;
        for plan in plans {
            if plan.grain() != first.grain() || plan.calendar() != first.calendar() {
                return Err(PayError::Periods(first.id().to_owned(), plan.id().to_owned()));
            }
        }
        unique_components(plans)?;
        known_columns(plans, inputs)?;
        known_components(plans, inputs)?;
        let needs_cash =
            |plan: &&Plan| plan.clawback.as_ref().is_some_and(|of| of.get_ref().unpaid_after_days.is_some());
        if let Some(plan) = plans.iter().find(needs_cash).filter(|_| !inputs.has_cash) {
            return Err(PayError::NoCash(plan.id().to_owned()));
        }
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
        let versions = plans.chunk_by(|one, other| one.id() == other.id());
        let mut scene = Self {
            plans: versions.map(|plans| Versions(plans.iter().map(|plan| (plan, ())).collect())).collect(),
            components: Vec::new(),
            courses: Vec::new(),
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
        scene.add_components();
        Ok(scene)
    }

    pub fn asked(&self) -> &Period {
        &self.chain[self.chain.len() - 1]
    }

    fn start(&self) -> Date {
        self.chain[0].start
    }

    /// Everybody who is there, credited, measured, named by a plan, or was paid, with the plans that cover them on some day.
    fn all_members(&self) -> Result<Members<'a>, PayError> {
        let people = self.inputs.people.keys().map(String::as_str);
        let actuals = self.inputs.actuals.keys().filter_map(|(.., payee)| payee.as_deref());
        let plans = self.plans.iter().flat_map(|versions| &versions.0);
        let named = plans.flat_map(|(plan, ())| &plan.who).flat_map(|who| &who.people).map(String::as_str);
        let paid = self.inputs.paid.iter().flatten().map(|row| row.payee.as_str());
        let all = people.chain(actuals).chain(named).chain(paid).chain(self.credits_of.keys().copied());
        let mut members = BTreeMap::new();
        for payee in all.collect::<BTreeSet<_>>() {
            let memberships: Vec<(usize, Membership)> = self
                .plans
                .iter()
                .enumerate()
                .map(|(place, versions)| (place, self.membership(payee, versions)))
                .filter(|(_, of)| !of.covered.is_empty())
                .collect();
            let plans = memberships.iter().flat_map(|(place, _)| &self.plans[*place].0);
            let currencies: BTreeSet<Currency> = plans.map(|(plan, ())| plan.currency).collect();
            if currencies.len() > 1 {
                return Err(PayError::Currencies(payee.to_owned()));
            }
            members.insert(payee, memberships);
        }
        Ok(members)
    }

    fn membership(&self, payee: &str, versions: &Versions<'a, ()>) -> Membership {
        let person = self.inputs.people.get(payee);
        let mut marks = BTreeSet::from([self.start()]);
        for (plan, ()) in &versions.0 {
            marks.extend(plan.from.into_iter().chain(plan.to));
            marks.extend(plan.who.iter().flat_map(|who| who.from.into_iter().chain(who.to)));
        }
        let leaves = person.map_or_else(Spans::new, Person::absences);
        if let Some(person) = person {
            marks.extend(person.hired.into_iter().chain(person.gone_from()));
            marks.extend(person.spells.iter().flat_map(|spell| [Some(spell.days.from), spell.days.to]).flatten());
            marks.extend(leaves.iter().flat_map(|leave| [leave.0, leave.1]));
        }
        marks.insert(Date::MAX); // an interval ends after the period that is asked for
        let marks: Vec<Date> = marks.into_iter().filter(|day| self.start() <= *day).collect();
        let away = |day: Date| {
            let pause = versions.on(day).0.leave_pause_days;
            leaves.iter().any(|&(from, to)| from <= day && day < to && (to - from).get_days() > pause)
        };
        let is_covered = |(day, _): &(Date, Date)| self.covers(versions.on(*day).0, payee, person, *day);
        let stretches = marks.windows(2).map(|pair| (pair[0], pair[1])).filter(is_covered);
        let covered = joined(stretches.clone());
        Membership { covered, active: joined(stretches.filter(|(day, _)| !away(*day))) }
    }

    fn add_components(&mut self) {
        for (place, versions) in self.plans.iter().enumerate() {
            for (plan, component) in
                versions.0.iter().flat_map(|(plan, ())| plan.components().map(move |one| (*plan, one)))
            {
                let id = component.id().get_ref().as_str();
                match self.components.iter_mut().find(|(found, _)| *found == id) {
                    Some((_, versions)) => versions.0.push((plan, component)),
                    None => self.components.push((id, Versions(vec![(plan, component)]))),
                }
                let counts_alike =
                    |course: &&mut Course<'_>| course.id == id && course.versions.0[0].1.counts_like(component);
                if let Some(course) = self.courses.iter_mut().find(counts_alike) {
                    course.versions.0.push((plan, component));
                } else {
                    let versions = Versions(vec![(plan, component)]);
                    self.courses.push(Course { id, versions, members: BTreeMap::new() });
                }
            }
            for course in self.courses.iter_mut().filter(|course| course.versions.0[0].0.id() == versions.0[0].0.id()) {
                for (payee, memberships) in &self.members {
                    let Some((_, membership)) = memberships.iter().find(|(of, _)| *of == place) else { continue };
                    let [covered, active] =
                        [&membership.covered, &membership.active].map(|spans| within(spans, &course.versions));
                    if !covered.is_empty() {
                        course.members.insert(*payee, Membership { covered, active });
                    }
                }
            }
        }
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
        plan.is_for(payee, |wanted| !self.inputs.has_people || role == Some(wanted), day)
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

    /// What became of a metric: the payee's own number, or the company's; of the interval, or of the last pay period of it that
    /// is known by the end of `period`.
    pub fn actual(&self, payee: &str, metric: &str, interval: &Period, period: &Period) -> Option<&'a Actual> {
        let of = |label: &str, who: Option<&str>| {
            self.inputs.actuals.get(&(metric.to_owned(), label.to_owned(), who.map(str::to_owned)))
        };
        let of_label = |label: &str| of(label, Some(payee)).or_else(|| of(label, None));
        let of_pay_period = || {
            let last = last_day(interval).min(last_day(period));
            of_label(&self.chain.iter().find(|period| period.contains(last))?.label)
        };
        let found = of_label(&interval.label).or_else(of_pay_period);
        if found.is_none() {
            self.note_no_value(payee, metric, interval, period);
        }
        found
    }

    /// What an interval lacked is told in its own pay periods.
    pub fn note_no_value(&self, payee: &str, metric: &str, interval: &Period, period: &Period) {
        if interval.end > period.start {
            let problem = Problem::NoValue { metric: metric.to_owned(), interval: interval.label.clone() };
            self.note(problem, payee, "", "");
        }
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
        let wanted = self.wanted_currency(payee, plan);
        let day = plan.pay_date(period);
        if let Some(rate) = self.inputs.rate(plan.currency, wanted, RateKind::Payroll, day) {
            return (wanted, rate);
        }
        self.note(Problem::NoRate { from: plan.currency, to: wanted, day }, payee, "", "");
        (plan.currency, Exact::ONE)
    }

    pub fn wanted_currency(&self, payee: &str, plan: &Plan) -> Currency {
        self.person(payee).and_then(|person| person.currency).unwrap_or(plan.currency)
    }

    /// Any plan of a payee's: all have one currency.
    pub fn any_plan(&self, payee: &str) -> Option<&'a Plan> {
        let (place, _) = self.members.get(payee)?.first()?;
        Some(self.plans[*place].0[0].0)
    }

    /// Is what was paid for a component of a day of its versions? What they never covered, they do not take back.
    pub fn is_paid_by(&self, versions: &Versions<'a, Component<'a>>, row: &Paid) -> bool {
        if let Some(fact) = self.fact(&row.fact) {
            return versions.covering(fact.day()).is_some();
        }
        let interval = self.calendar.parse_label(&row.fact).ok();
        let end = interval.map_or(row.period.end, |interval| interval.end);
        versions.0[0].0.from.is_none_or(|from| from < end)
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
            part = &part + &event.part_of(fact);
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
pub(crate) fn joined(stretches: impl Iterator<Item = (Date, Date)>) -> Spans {
    let mut spans: Spans = Vec::new();
    for (from, to) in stretches {
        match spans.last_mut().filter(|last| last.1 == from) {
            Some(last) => last.1 = to,
            None => spans.push((from, to)),
        }
    }
    spans
}

/// The days of the spans on which one of the versions holds.
fn within<T>(spans: &Spans, versions: &Versions<'_, T>) -> Spans {
    let part = |&(from, to): &(Date, Date), plan: &Plan| {
        (plan.from.map_or(from, |begin| begin.max(from)), plan.to.map_or(to, |end| end.min(to)))
    };
    let parts = spans.iter().flat_map(|span| versions.0.iter().map(move |(plan, _)| part(span, plan)));
    joined(parts.filter(|(from, to)| from < to))
}

/// How many days of a half-open range lie in the spans.
pub(crate) fn days_within(spans: &Spans, from: Date, to: Date) -> i32 {
    spans.iter().map(|span| (span.1.min(to) - span.0.max(from)).get_days().max(0)).sum()
}

pub(crate) fn contains(spans: &Spans, day: Date) -> bool {
    spans.iter().any(|span| span.0 <= day && day < span.1)
}

/// The first day of the plans; without one, of the longest interval in which there is data.
fn chain_start(plans: &[Plan], inputs: &Inputs, calendar: &FiscalCalendar) -> Option<Date> {
    let begins = plans.iter().filter_map(|plan| plan.from);
    if begins.clone().count() == plans.len() {
        return begins.min();
    }
    let actuals =
        inputs.actuals.keys().filter_map(|(_, period, _)| calendar.parse_label(period).ok()).map(|period| period.start);
    let quotas = inputs.quotas.values().flatten().map(|row| row.days.from);
    let paid = inputs.paid.iter().flatten().map(|row| row.period.start);
    let first =
        inputs.credits.iter().map(|row| row.at.day()).chain(actuals).chain(quotas).chain(paid).chain(begins).min()?;
    let grains = plans.iter().flat_map(|plan| plan.components().filter_map(Component::interval).chain([plan.grain()]));
    calendar.period_of(first, grains.max_by_key(|grain| months(*grain))?).ok().map(|interval| interval.start)
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

/// Conditions and credit rules name columns that credits.csv has.
fn known_columns(plans: &[Plan], inputs: &Inputs) -> Result<(), PayError> {
    let known = |plan: &Plan, column: &String| {
        let (plan, column, there) = (plan.id().to_owned(), column.clone(), inputs.columns.join(", "));
        if inputs.columns.contains(&column) { Ok(()) } else { Err(PayError::NoColumn { plan, column, there }) }
    };
    for plan in plans {
        let of_credits = plan.credit.iter().map(|rule| &rule.when).chain(plan.factor.iter().map(|factor| &factor.when));
        let of_commissions = plan
            .commission
            .iter()
            .flat_map(|one| [&one.when].into_iter().chain(one.kicker.iter().map(|kicker| &kicker.when)));
        let others = plan.spiff.iter().map(|one| &one.when).chain(plan.contest.iter().map(|one| &one.when));
        let pools = plan.pool.iter().map(|one| &one.when);
        for condition in of_credits.chain(of_commissions).chain(others).chain(pools) {
            condition.0.keys().try_for_each(|column| known(plan, column))?;
        }
        plan.credit.iter().filter_map(|rule| rule.column.as_ref()).try_for_each(|column| known(plan, column))?;
    }
    Ok(())
}

/// Quotas are of commissions that there are.
fn known_components(plans: &[Plan], inputs: &Inputs) -> Result<(), PayError> {
    let ids: BTreeSet<&str> =
        plans.iter().flat_map(|plan| &plan.commission).map(|one| one.id.get_ref().as_str()).collect();
    match inputs.quotas.keys().filter_map(|(_, id)| id.as_deref()).find(|id| !ids.contains(id)) {
        Some(id) => {
            let there = ids.into_iter().collect::<Vec<_>>().join(", ");
            Err(PayError::NoCommission { id: id.to_owned(), there })
        }
        None => Ok(()),
    }
}
