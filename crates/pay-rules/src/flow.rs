//! What happens to pay between being earned and being paid: caps, guarantee, holdback, clawback, draw (C0, 8 and 10 to 14).

use crate::{
    components::last_day,
    credit::Fact,
    exact::Exact,
    inputs::{Adjustment, Event, Person},
    plan::{
        AtTermination, Clawback, ClawbackMethod, ClawbackMode, Component, Draw, Excess, Holdback, NegativeNet, Plan,
    },
    quota::ramp_month,
    reason::{Reason, number, percent, text},
    run::{PayError, Slip},
    scene::{Membership, Scene},
    statement::{Problem, Rule},
};
use base::Period;
use jiff::{ToSpan, civil::Date};

/// A line before it is rounded, in the plan's currency.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub fact: String,
    pub amount: Exact,
    pub rule: Rule,
    pub reason: Reason,
    /// Shown though it is nothing.
    pub is_shown: bool,
}

impl Pending {
    fn new(fact: &str, amount: Exact, rule: Rule, reason: Reason) -> Self {
        Self { fact: fact.to_owned(), amount, rule, reason, is_shown: false }
    }
}

/// A payee's target variable of a year (C1).
pub(crate) fn variable(scene: &Scene<'_>, plan: &Plan, payee: &str) -> Option<Exact> {
    let own = scene.person(payee).and_then(|person| person.variable.clone());
    own.or_else(|| plan.target.as_ref()?.get_ref().variable())
}

/// The share of a fact that is taken back by what happened before a day (C15).
pub(crate) fn taken_back(scene: &Scene<'_>, clawback: &Clawback, fact: &Fact, until: Date) -> Exact {
    let (mut share, mut cancelled) = (Exact::ZERO, Exact::ZERO);
    for event in scene.cash(&fact.id, until) {
        match event.event {
            Event::Cancelled => {
                let part = of_cancelled(clawback, (event.day - fact.day()).get_days());
                cancelled = &cancelled + &(&part * &event.part_of(fact));
            }
            Event::Fraud if clawback.fraud => share = Exact::ONE,
            _ => {}
        }
    }
    share = share.max(cancelled.or_zero().min(Exact::ONE));
    if clawback.credit_note {
        share = share.max(scene.part(fact, Event::CreditNote, until));
    }
    let age = (until - fact.day()).get_days() - 1;
    if clawback.unpaid_after_days.is_some_and(|days| age > days) {
        share = share.max(&Exact::ONE - &scene.part(fact, Event::Collected, until));
    }
    share
}

fn of_cancelled(clawback: &Clawback, days: i32) -> Exact {
    let Some(within) = clawback.cancelled_within_days.filter(|within| days <= *within) else { return Exact::ZERO };
    match clawback.mode {
        ClawbackMode::Full => Exact::ONE,
        ClawbackMode::ProRata => Exact::ratio(within - days.max(0), within),
        ClawbackMode::Step => {
            let step =
                clawback.steps.iter().filter(|step| days <= step.within_days).min_by_key(|step| step.within_days);
            step.map_or(Exact::ZERO, |step| step.share.0.clone())
        }
    }
}

/// The share of a period a payee is there, under whichever plan.
pub(crate) fn presence(memberships: &[(usize, Membership)], period: &Period) -> Exact {
    let mut days: Vec<(Date, Date)> = memberships.iter().flat_map(|(_, of)| of.active.iter().copied()).collect();
    days.sort_unstable();
    let mut until = period.start;
    let mut there = 0;
    for (from, to) in days {
        let (from, to) = (from.max(until), to.min(period.end));
        if from < to {
            there += (to - from).get_days();
            until = to;
        }
    }
    Exact::ratio(there, period.days())
}

/// What of a fact's line stands after caps.
fn after_caps(slip: &Slip<'_>, component: &str, fact: &str) -> Exact {
    let caps = [component.to_owned(), format!("{component}.cap"), format!("{component}.plan_cap")];
    caps.iter().map(|id| slip.ledger.of_fact(slip.payee, id, fact)).sum()
}

impl Slip<'_> {
    /// A component's own cap on what it pays in the period (C8).
    pub fn cap_component(&mut self, id: &str, component: Component<'_>) -> Result<(), PayError> {
        let Some((limit, excess)) = component.payment_cap() else { return Ok(()) };
        let presence = match component.pays_for(self.scene.grain) {
            Some(grain) => {
                let interval = self.scene.calendar.period_of(last_day(self.period), grain);
                presence(self.memberships, &interval.map_err(|error| PayError::Period(error.to_string()))?)
            }
            None => self.presence.clone(),
        };
        let scope = self.lines_of(|found| found == id);
        self.cap(limit, &presence, excess, scope, &[id], "cap")
    }

    /// The plan's cap on all components together (C0, 10).
    pub fn cap_plan(&mut self, plan: &Plan) -> Result<(), PayError> {
        let Some(cap) = &plan.cap else { return Ok(()) };
        let scope = self.lines_of(|_| true);
        let ids: Vec<&str> = self.scene.components.iter().map(|(id, _)| *id).collect();
        let presence = self.presence.clone();
        self.cap(&cap.payment.0, &presence, cap.excess, scope, &ids, "plan_cap")
    }

    /// Cuts what is above the limit pro rata, or pays from what was cut before while there is room. Who is not there at all, and is
    /// still paid for earlier days, has the whole limit.
    fn cap(
        &mut self,
        limit: &Exact,
        presence: &Exact,
        excess: Excess,
        scope: Vec<(String, String, Exact)>,
        ids: &[&str],
        suffix: &str,
    ) -> Result<(), PayError> {
        let limit = if presence.is_zero() { limit.clone() } else { limit * presence };
        let earned: Exact = scope.iter().map(|(_, _, amount)| amount).sum();
        let above = &earned - &limit;
        let (shared, weights, rule, key) = if above.is_positive() {
            (-&above, scope, Rule::Cap, "pay-cap")
        } else if excess == Excess::Carry {
            let owed = self.owed_by_caps(ids, suffix);
            let sum: Exact = owed.iter().map(|(_, _, amount)| amount).sum();
            ((-&above).min(sum), owed, Rule::CapReleased, "pay-cap-released")
        } else {
            return Ok(());
        };
        let weights: Vec<_> = weights.into_iter().filter(|(_, _, weight)| weight.is_positive()).collect();
        let whole: Exact = weights.iter().map(|(_, _, weight)| weight).sum();
        let pending = ids.iter().map(|id| {
            let of_id = weights.iter().filter(|(found, ..)| found == id);
            let lines = of_id.filter_map(|(_, fact, weight)| {
                let amount = &shared * &weight.over(&whole)?;
                Some(Pending::new(fact, amount, rule, Reason::new(key, [("limit", number(&limit))])))
            });
            (format!("{id}.{suffix}"), lines.collect())
        });
        self.book_together(pending.collect())
    }

    /// Of what facts earn less than was paid, caps had cut a part that is not taken back (C15).
    pub fn uncut(&mut self, id: &str, lines: Vec<Pending>) -> Result<(), PayError> {
        for line in lines {
            let mut less = (-&line.amount).or_zero();
            for cut_by in [format!("{id}.cap"), format!("{id}.plan_cap")] {
                let before = self.ledger.of_fact(self.payee, &cut_by, &line.fact);
                let back = (-&before).or_zero().min(less.clone());
                less = &less - &back;
                let reason =
                    Reason::new("pay-delta", [("before", number(&before)), ("now", number(&(&before + &back)))]);
                self.book(&cut_by, vec![Pending::new(&line.fact, back, Rule::Delta, reason)])?;
            }
        }
        Ok(())
    }

    /// By component and fact what caps cut and have not given back.
    fn owed_by_caps(&self, ids: &[&str], suffix: &str) -> Vec<(String, String, Exact)> {
        let mut owed = Vec::new();
        for id in ids {
            for (fact, posted) in self.ledger.facts(self.payee, &format!("{id}.{suffix}")).into_iter().flatten() {
                owed.push(((*id).to_owned(), fact.clone(), -posted));
            }
        }
        owed
    }

    /// The least that is paid; what is added is not recovered (C9, C18).
    pub fn guarantee(&mut self, plan: &Plan) -> Result<(), PayError> {
        let of_plan =
            plan.guarantee.as_ref().filter(|guarantee| guarantee.periods.is_none_or(|count| self.place <= count));
        let person = self.scene.person(self.payee);
        let hired = person.and_then(|person| person.hired);
        let of_ramp = plan.ramp.as_ref().filter(|ramp| {
            let Some(day) = hired.map(|hired| self.period.start.max(hired)) else { return false };
            let own = person.and_then(|person| Some(person.on(day)?.ramp.as_ref()?.months()));
            let month = hired.map(|hired| ramp_month(hired, day));
            let months = own.unwrap_or(ramp.quota.len());
            month.is_some_and(|month| usize::try_from(month).map_or(true, |month| month < months))
        });
        let amounts = [of_plan.map(|of| &of.amount), of_ramp.and_then(|ramp| ramp.guarantee.as_ref())];
        let Some(floor) = amounts.into_iter().flatten().map(|amount| &amount.0).max() else { return Ok(()) };
        let floor = floor * &self.presence;
        let missing = &floor - &self.sum;
        if !missing.is_positive() {
            return Ok(());
        }
        let reason = Reason::new("pay-guarantee", [("floor", number(&floor)), ("earned", number(&self.sum))]);
        self.book("guarantee", vec![Pending::new("", missing, Rule::Guarantee, reason)])
    }

    /// Holds a part of each fact until its money has come, by the version that covers its day (C20).
    pub fn hold(&mut self) -> Result<(), PayError> {
        for (id, versions) in &self.scene.components {
            let facts = self.ledger.facts(self.payee, id).into_iter().flatten();
            let held = facts.filter_map(|(fact, _)| {
                let fact = self.scene.fact(fact)?;
                let (plan, _) =
                    versions.covering(fact.day()).filter(|(_, one)| matches!(one, Component::Commission(_)))?;
                Some(self.held(plan, plan.holdback.as_ref()?, id, fact))
            });
            let pending = held.flatten().collect();
            self.book(&format!("{id}.holdback"), pending)?;
        }
        Ok(())
    }

    fn held(&self, plan: &Plan, holdback: &Holdback, id: &str, fact: &Fact) -> Vec<Pending> {
        let held_share = &Exact::ONE - &holdback.at_booking.0;
        let paid = after_caps(self, id, &fact.id).or_zero();
        let mut events = self.scene.cash(&fact.id, self.period.end);
        let written_off = events.find(|event| event.event == Event::WrittenOff).map(|event| event.day);
        // What comes after it was written off releases nothing.
        let until = written_off.map_or(Date::MAX, |day| day.saturating_add(1.day())).min(self.releases_until(plan));
        let collected = self.scene.part(fact, Event::Collected, until);
        let held = &(&paid * &held_share) * &(&Exact::ONE - &collected);
        // What is not released yet is cancelled before anything paid is taken back.
        let taken = &self.taken_back(plan, fact) * &paid;
        let still = (&held - &taken).or_zero();
        let change = &-&still - &self.ledger.of_fact(self.payee, &format!("{id}.holdback"), &fact.id);
        let mut lines = Vec::new();
        if taken.is_positive() && change.is_positive() {
            let reason = Reason::new("pay-hold-cancelled", [("held", percent(&held_share))]);
            lines.push(Pending::new(&fact.id, change, Rule::Release, reason));
        } else if !change.is_zero() {
            let arguments = [("held", percent(&held_share)), ("collected", percent(&collected))];
            let (rule, key) =
                if change.is_negative() { (Rule::Holdback, "pay-holdback") } else { (Rule::Release, "pay-release") };
            lines.push(Pending::new(&fact.id, change, rule, Reason::new(key, arguments)));
        }
        if written_off.is_some_and(|day| self.period.contains(day)) && still.is_positive() {
            let reason = Reason::new("pay-forfeit", [("forfeited", number(&still))]);
            let forfeit = Pending::new(&fact.id, Exact::ZERO, Rule::Forfeit, reason);
            lines.push(Pending { is_shown: true, ..forfeit });
        }
        lines
    }

    /// After somebody left, what is collected in the days of grace still releases (C24).
    fn releases_until(&self, plan: &Plan) -> Date {
        let gone = self.scene.person(self.payee).and_then(Person::gone_from);
        gone.map_or(self.period.end, |gone| gone.saturating_add(plan.grace_days.days()).min(self.period.end))
    }

    fn taken_back(&self, plan: &Plan, fact: &Fact) -> Exact {
        let clawback = plan.clawback.as_ref().map(toml::Spanned::get_ref);
        clawback
            .filter(|clawback| clawback.method == ClawbackMethod::AsPaid)
            .map_or(Exact::ZERO, |clawback| taken_back(self.scene, clawback, fact, self.period.end))
    }

    /// Takes back what facts were paid, by the version that covers their day (C15).
    pub fn claw_back(&mut self) -> Result<(), PayError> {
        for (id, versions) in &self.scene.components {
            let facts = self.ledger.facts(self.payee, id).into_iter().flatten();
            let pending: Vec<Pending> = facts
                .filter_map(|(fact_id, _)| {
                    let fact = self.scene.fact(fact_id)?;
                    let share = self.taken_back(versions.covering(fact.day())?.0, fact);
                    let paid = after_caps(self, id, fact_id).or_zero();
                    let posted = self.ledger.of_fact(self.payee, &format!("{id}.clawback"), fact_id);
                    let change = &-&(&share * &paid) - &posted;
                    let reason = Reason::new("pay-clawback", [("share", percent(&share)), ("paid", number(&paid))]);
                    (!change.is_zero()).then(|| Pending::new(fact_id, change, Rule::Clawback, reason))
                })
                .collect();
            self.book(&format!("{id}.clawback"), pending)?;
        }
        Ok(())
    }

    /// What was decided by hand, in the currency it is paid in (C25).
    pub fn adjust(&mut self) -> Result<(), PayError> {
        let own = self.scene.inputs.adjustments.iter();
        let own = own.filter(|one| one.payee == self.payee && one.period == *self.period);
        let (payable, other): (Vec<_>, Vec<_>) =
            own.partition(|one| one.currency.is_none_or(|currency| currency == self.currency()));
        for one in other {
            let (from, day) = (one.currency.unwrap_or(self.currency()), last_day(self.period));
            let problem = Problem::NoRate { from, to: self.currency(), day };
            self.scene.note(problem, self.payee, "adjustment", &one.id);
        }
        let pending = |one: &Adjustment| {
            let reason = Reason::new("pay-adjustment", [("reason", text(one.reason.as_str()))]);
            Pending::new(&one.id, self.in_plan(&one.amount), Rule::Adjustment, reason)
        };
        let pending = payable.into_iter().map(pending).collect();
        self.book("adjustment", pending)
    }

    /// Pay below zero is owed from later pay (C15).
    pub fn carry(&mut self, plan: &Plan) -> Result<(), PayError> {
        let owed = self.ledger.total(self.payee, "carried");
        let net = self.sum.clone();
        if net.is_negative() {
            self.scene.note(Problem::NegativeNet { net: net.clone() }, self.payee, "", "");
        }
        let (amount, rule, key) = match plan.negative_net {
            NegativeNet::Carry if net.is_negative() => (-&net, Rule::Carried, "pay-carried"),
            NegativeNet::Carry if owed.is_positive() && net.is_positive() => {
                (-&net.min(owed.clone()), Rule::Offset, "pay-offset")
            }
            _ => return Ok(()),
        };
        let reason = Reason::new(key, [("owed", number(&(&owed + &amount)))]);
        self.book("carried", vec![Pending::new("", amount, rule, reason)])
    }

    /// Pays up to the draw, and recovers it from what is above (C10).
    pub fn draw(&mut self, draw: &Draw, is_in_force: bool) -> Result<(), PayError> {
        let is_last = self.has_left();
        let is_due = is_last && draw.at_termination == AtTermination::Due;
        let is_drawing = is_in_force && self.place >= 1 && self.place <= draw.periods && !is_due;
        let amount = if is_drawing { &draw.amount.0 * &self.presence } else { Exact::ZERO };
        // A draw is no advance on what is owed back.
        let earned = self.sum.clone().or_zero();
        let missing = &amount - &earned;
        let owed = self.ledger.total(self.payee, "draw");
        let pending = if is_drawing && missing.is_positive() {
            let reason = Reason::new("pay-draw", [("amount", number(&amount)), ("earned", number(&earned))]);
            Pending::new("", missing, Rule::Draw, reason)
        } else if is_due || self.place >= draw.recovery_from_period && !is_last {
            let share = if is_due { Exact::ONE } else { draw.recovery.0.clone() };
            let above = (&earned - &amount).or_zero();
            let recovery = owed.clone().or_zero().min(&above * &share);
            let reason = Reason::new("pay-recovery", [("owed", number(&owed)), ("earned", number(&earned))]);
            Pending::new("", -&recovery, Rule::Recovery, reason)
        } else {
            return Ok(());
        };
        self.book("draw", vec![pending])
    }
}
