//! What each component of a plan has earned its payees by the end of a pay period, since the first.

use crate::{
    commission::{Earning, modifier},
    credit::{Credit, Fact},
    exact::Exact,
    flow,
    inputs::Event,
    number::Moment,
    plan::{Bonus, BonusKpi, Component, Contest, Count, CreditKind, Plan, Pool},
    quota::months,
    reason::{Reason, number, percent, text},
    run::PayError,
    scene::{Course, Scene, contains, days_within},
    statement::{Problem, Rule},
};
use base::{Grain, Period};
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeMap;

/// A line before anything was posted: what a fact has earned in all, in the plan's currency.
#[derive(Debug, Clone)]
pub(crate) struct Earned {
    /// A fact's id; of what is of no fact its interval, or nothing.
    pub fact: String,
    pub amount: Exact,
    pub rule: Rule,
    pub reason: Reason,
    pub day: Date,
}

/// By payee.
pub(crate) type AllEarned = BTreeMap<String, Vec<Earned>>;

/// A component at the end of a pay period.
pub(crate) struct Evaluated<'a> {
    pub scene: &'a Scene<'a>,
    pub course: &'a Course<'a>,
    pub period: &'a Period,
}

/// A credit with its fact, and the version of the component for its day.
type Credited<'a> = (&'a Fact, &'a Credit, Component<'a>);

impl<'a> Evaluated<'a> {
    pub fn earned(&self) -> Result<AllEarned, PayError> {
        let (plan, component) = self.course.versions.0[0];
        match component {
            Component::Commission(_) => {
                let mut all = AllEarned::new();
                for (payee, membership) in &self.course.members {
                    let earning = Earning::new(self.scene, self.course, payee, membership, self.period);
                    all.insert((*payee).to_owned(), earning.earned()?);
                }
                Ok(all)
            }
            Component::Bonus(bonus) => self.bonus(plan, bonus),
            Component::Spiff(spiff) => Ok(self.spiff(spiff.from, spiff.to)),
            Component::Contest(contest) => Ok(self.contest(contest.from, contest.to)),
            Component::Pool(pool) => self.pool(pool.interval),
        }
    }

    /// Intervals that are over.
    fn past(&self, grain: Option<Grain>) -> Result<Vec<Period>, PayError> {
        let mut intervals = self.scene.intervals(grain.unwrap_or(self.scene.grain), self.period.end)?;
        intervals.retain(|interval| interval.end <= self.period.end);
        Ok(intervals)
    }

    /// Target × Σ weight × factor × days (C13).
    fn bonus(&self, plan: &Plan, bonus: &Bonus) -> Result<AllEarned, PayError> {
        let mut all = AllEarned::new();
        for interval in self.past(bonus.interval)? {
            for (payee, membership) in &self.course.members {
                let days = days_within(&membership.active, interval.start, interval.end);
                if days == 0 {
                    continue;
                }
                let yearly = || flow::variable(self.scene, plan, payee);
                let of_interval = |variable: Exact| &variable * &Exact::ratio(months(interval.grain), 12);
                let target = bonus.target.as_ref().map(|target| target.0.clone()).or_else(|| yearly().map(of_interval));
                if target.is_none() {
                    self.scene.note(Problem::NoTarget, payee, self.course.id, "");
                }
                let target = &target.unwrap_or(Exact::ZERO) * &Exact::ratio(days, interval.days());
                let factor = self.factor(bonus, payee, &interval);
                let arguments = [("target", number(&target)), ("factor", percent(&factor))];
                all.entry((*payee).to_owned()).or_default().push(Earned {
                    fact: interval.label.clone(),
                    amount: &target * &factor,
                    rule: Rule::Bonus,
                    reason: Reason::new("pay-bonus", arguments),
                    day: last_day(&interval),
                });
            }
        }
        Ok(all)
    }

    fn factor(&self, bonus: &Bonus, payee: &str, interval: &Period) -> Exact {
        let of_kpi = |kpi: &BonusKpi| {
            let actual = self.scene.actual(payee, &kpi.metric, interval, self.period)?;
            // Without a target the value is itself what was attained.
            let target = actual.target.as_ref().unwrap_or(&Exact::ONE);
            if kpi.curve.needs_target() && !target.is_positive() {
                self.scene.note_no_value(payee, &kpi.metric, interval, self.period);
                return None;
            }
            let score = kpi.curve.exact_score(&actual.value, target);
            Some(&(&score * &Exact::ratio(1, 100)) * &kpi.weight.0)
        };
        let sum: Exact = bonus.kpi.get_ref().iter().filter_map(of_kpi).sum();
        &sum * &modifier(self.scene, payee, &bonus.gate, interval, self.period)
    }

    /// Credits of the window's facts that the component is for, of its people, in closing order.
    fn credits(&self, from: Moment, to: Moment) -> Vec<Credited<'a>> {
        let (scene, end) = (self.scene, self.period.end);
        let all = scene.credited.credits.iter().map(|credit| (&scene.credited.facts[credit.fact], credit));
        let is_in = |(fact, credit): &(&Fact, &Credit)| {
            let members = &self.course.members;
            let is_covered = members.get(credit.payee.as_str()).is_some_and(|of| contains(&of.covered, fact.day()));
            from <= fact.at && fact.at < to && fact.day() < end && is_covered
        };
        let with_version =
            |(fact, credit): (&'a Fact, &'a Credit)| (fact, credit, self.course.versions.on(fact.day()).1);
        let is_met = |(fact, _, component): &Credited<'_>| {
            component.when().is_some_and(|when| when.holds(|name| fact.column(&scene.inputs.columns, name)))
        };
        all.filter(is_in).map(with_version).filter(is_met).collect()
    }

    fn counted(&self, count: Count, fact: &Fact, credit: &Credit) -> Exact {
        match count {
            // A return is a deal less.
            Count::Deals if fact.amount.is_negative() => -&credit.share,
            Count::Deals => credit.share.clone(),
            Count::Units => &fact.units * &credit.share,
            Count::Amount => {
                let rate = self.scene.rate_of(fact, self.course.versions.on(fact.day()).0).unwrap_or(Exact::ZERO);
                &credit.amount * &rate
            }
        }
    }

    /// First come by closing while the budget lasts; what is returned makes room in it (C12).
    fn spiff(&self, from: Moment, to: Moment) -> AllEarned {
        let mut all = AllEarned::new();
        let (mut sum, mut paid) = (Exact::ZERO, Exact::ZERO);
        for (fact, credit, component) in self.credits(from, to) {
            let Component::Spiff(spiff) = component else { continue };
            let count = self.counted(spiff.count, fact, credit);
            let full = &count * &spiff.per_unit.0;
            sum = &sum + &full;
            let within = spiff.budget.as_ref().map_or_else(|| sum.clone(), |budget| budget.0.clone().min(sum.clone()));
            let amount = &within - &paid;
            paid = within;
            let reason = match &spiff.budget {
                Some(budget) if amount != full => Reason::new("pay-spiff-budget", [("budget", number(&budget.0))]),
                _ => Reason::new("pay-spiff", [("count", number(&count)), ("each", number(&spiff.per_unit.0))]),
            };
            let line = Earned { fact: fact.id.clone(), amount, rule: Rule::Spiff, reason, day: fact.day() };
            all.entry(credit.payee.clone()).or_default().push(line);
        }
        all
    }

    /// Prizes by rank once the window is over; those that tie share the prizes of their ranks (C12).
    fn contest(&self, from: Moment, to: Moment) -> AllEarned {
        let mut all = AllEarned::new();
        let last = to.last_day_before();
        let (_, Component::Contest(contest)) = *self.course.versions.on(last) else { return all };
        if last >= self.period.end {
            return all;
        }
        let mut ranked: Vec<(&str, Exact)> = self.scores(contest, from, to).into_iter().collect();
        ranked.retain(|(_, score)| score.is_positive());
        ranked.sort_by(|left, right| right.1.cmp(&left.1));
        let prizes = contest.prizes.get_ref();
        let mut rank = 0;
        while rank < ranked.len() && rank < prizes.len() {
            let ties = ranked[rank..].iter().take_while(|(_, score)| *score == ranked[rank].1).count();
            let shared: Exact = prizes.iter().skip(rank).take(ties).map(|prize| &prize.0).sum();
            let each = shared.over(&whole(ties)).unwrap_or(Exact::ZERO);
            for (payee, score) in &ranked[rank..rank + ties] {
                let arguments = [
                    ("rank", text((rank + 1).to_string())),
                    ("ties", text(ties.to_string())),
                    ("count", number(score)),
                ];
                let reason = Reason::new("pay-contest", arguments);
                let line = Earned { fact: String::new(), amount: each.clone(), rule: Rule::Contest, reason, day: last };
                all.entry((*payee).to_owned()).or_default().push(line);
            }
            rank += ties;
        }
        all
    }

    fn scores(&self, contest: &Contest, from: Moment, to: Moment) -> BTreeMap<&'a str, Exact> {
        let mut scores: BTreeMap<&str, Exact> = BTreeMap::new();
        for (fact, credit, _) in self.credits(from, to) {
            let is_revoked = |days: i32| {
                let mut cancelled =
                    self.scene.cash(&fact.id, self.period.end).filter(|event| event.event == Event::Cancelled);
                cancelled.any(|event| (event.day - fact.day()).get_days() <= days)
            };
            if !contest.revoked_within_days.is_some_and(is_revoked) {
                let score = scores.entry(&credit.payee).or_insert(Exact::ZERO);
                *score = &*score + &self.counted(contest.count, fact, credit);
            }
        }
        scores
    }

    /// A team's pay by weight and days (C14).
    fn pool(&self, interval: Option<Grain>) -> Result<AllEarned, PayError> {
        let mut all = AllEarned::new();
        for interval in self.past(interval)? {
            let (_, Component::Pool(pool)) = *self.course.versions.on(last_day(&interval)) else { continue };
            let part = |(payee, membership): (&&'a str, &crate::scene::Membership)| {
                let weight = self.scene.person(payee).and_then(|person| person.weight.clone()).unwrap_or(Exact::ONE);
                let days = days_within(&membership.active, interval.start, interval.end);
                (*payee, &weight * &Exact::from(days))
            };
            let parts: Vec<(&str, Exact)> = self.course.members.iter().map(part).collect();
            let whole: Exact = parts.iter().map(|(_, part)| part).sum();
            let amount = self.pool_amount(pool, &interval);
            for (payee, part) in parts.into_iter().filter(|(_, part)| part.is_positive()) {
                let share = part.over(&whole).unwrap_or(Exact::ZERO);
                let arguments = [("pool", number(&amount)), ("part", number(&part)), ("whole", number(&whole))];
                all.entry(payee.to_owned()).or_default().push(Earned {
                    fact: interval.label.clone(),
                    amount: &amount * &share,
                    rule: Rule::Pool,
                    reason: Reason::new("pay-pool", arguments),
                    day: last_day(&interval),
                });
            }
        }
        Ok(all)
    }

    fn pool_amount(&self, pool: &Pool, interval: &Period) -> Exact {
        let Some(rate) = &pool.rate else {
            return pool.amount.as_ref().map_or(Exact::ZERO, |amount| amount.0.clone());
        };
        let credits = self.credits(Moment::start_of(interval.start), Moment::start_of(interval.end));
        let direct = credits.into_iter().filter(|(_, credit, _)| credit.kind == CreditKind::Direct);
        let measure: Exact = direct.map(|(fact, credit, _)| self.counted(Count::Amount, fact, credit)).sum();
        &measure * &rate.0
    }
}

/// The day on which what a period has earned stands.
pub(crate) fn last_day(period: &Period) -> Date {
    period.end.saturating_sub(1.day())
}

fn whole(count: usize) -> Exact {
    Exact::from(i32::try_from(count).unwrap_or(i32::MAX))
}
