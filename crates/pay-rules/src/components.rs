//! What each component of a plan has earned its payees by the end of a pay period, since the first.

use crate::{
    commission::{Earning, modifier},
    credit::{Credit, Fact},
    exact::Exact,
    flow,
    inputs::Event,
    plan::{Bonus, Component, Contest, Count, CreditKind, Plan, Pool, Spiff},
    quota::months,
    reason::{Reason, number, percent, text},
    run::PayError,
    scene::{Membership, Scene, contains, days_within},
    statement::Rule,
};
use base::Period;
use jiff::civil::Date;
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

/// A plan's component with the payees of that plan.
pub(crate) struct Evaluated<'a> {
    pub scene: &'a Scene<'a>,
    pub plan: usize,
    pub period: &'a Period,
}

impl<'a> Evaluated<'a> {
    fn plan(&self) -> &'a Plan {
        &self.scene.plans[self.plan]
    }

    fn members(&self) -> impl Iterator<Item = (&'a str, &'a Membership)> {
        let of_plan = |(payee, all): (&'a String, &'a Vec<Membership>)| {
            Some((payee.as_str(), all.iter().find(|membership| membership.plan == self.plan)?))
        };
        self.scene.members.iter().filter_map(of_plan)
    }

    pub fn earned(&self, component: Component<'a>) -> Result<AllEarned, PayError> {
        match component {
            Component::Commission(commission) => {
                let mut all = AllEarned::new();
                for (payee, membership) in self.members() {
                    let (scene, period) = (self.scene, self.period);
                    let earned = Earning { scene, membership, payee, commission, period }.earned()?;
                    all.insert(payee.to_owned(), earned);
                }
                Ok(all)
            }
            Component::Bonus(bonus) => self.bonus(bonus),
            Component::Spiff(spiff) => Ok(self.spiff(spiff)),
            Component::Contest(contest) => Ok(self.contest(contest)),
            Component::Pool(pool) => self.pool(pool),
        }
    }

    /// Intervals that are over.
    fn past(&self, grain: Option<base::Grain>) -> Result<Vec<Period>, PayError> {
        let mut intervals = self.scene.intervals(grain.unwrap_or(self.scene.grain), self.period.end)?;
        intervals.retain(|interval| interval.end <= self.period.end);
        Ok(intervals)
    }

    /// Target × Σ weight × factor × days (C13).
    fn bonus(&self, bonus: &Bonus) -> Result<AllEarned, PayError> {
        let mut all = AllEarned::new();
        for interval in self.past(bonus.interval)? {
            for (payee, membership) in self.members() {
                let days = days_within(&membership.active, interval.start, interval.end);
                if days == 0 {
                    continue;
                }
                let yearly = || flow::variable(self.scene, self.plan(), payee);
                let of_interval = |variable: Exact| &variable * &Exact::ratio(months(interval.grain), 12);
                let target = bonus.target.as_ref().map(|target| target.0.clone()).or_else(|| yearly().map(of_interval));
                let target = &target.unwrap_or(Exact::ZERO) * &Exact::ratio(days, interval.days());
                let factor = self.factor(bonus, payee, &interval);
                let arguments = [("target", number(&target)), ("factor", percent(&factor))];
                all.entry(payee.to_owned()).or_default().push(Earned {
                    fact: interval.label.clone(),
                    amount: &target * &factor,
                    rule: Rule::Bonus,
                    reason: Reason::new("pay-bonus", arguments),
                    day: interval.end,
                });
            }
        }
        Ok(all)
    }

    fn factor(&self, bonus: &Bonus, payee: &str, interval: &Period) -> Exact {
        let of_kpi = |kpi: &crate::plan::BonusKpi| {
            let actual = self.scene.actual(payee, &kpi.metric, interval, self.period)?;
            let target = actual.target.as_ref().filter(|target| target.is_positive());
            // Without a target the value is itself what was attained.
            let score = match target {
                Some(target) => kpi.curve.exact_score(&actual.value, target),
                None => kpi.curve.exact_score(&actual.value, &Exact::ONE),
            };
            Some(&(&score * &Exact::ratio(1, 100)) * &kpi.weight.0)
        };
        let sum: Exact = bonus.kpi.get_ref().iter().filter_map(of_kpi).sum();
        &sum * &modifier(self.scene, payee, &bonus.gate, interval, self.period)
    }

    /// Credits of the window's facts that the component is for, of the plan's people, in closing order.
    fn credits(
        &self,
        from: crate::number::Moment,
        to: crate::number::Moment,
        when: &crate::condition::Condition,
    ) -> Vec<(&'a Fact, &'a Credit)> {
        let (scene, end) = (self.scene, self.period.end);
        let covered: BTreeMap<&str, &Membership> = self.members().collect();
        let all = scene.credited.credits.iter().map(|credit| (&scene.credited.facts[credit.fact], credit));
        let is_in = |(fact, credit): &(&Fact, &Credit)| {
            let is_covered = covered.get(credit.payee.as_str()).is_some_and(|of| contains(&of.covered, fact.day()));
            from <= fact.at && fact.at < to && fact.day() < end && is_covered
        };
        let is_met = |(fact, _): &(&Fact, &Credit)| when.holds(|name| fact.column(&scene.inputs.columns, name));
        all.filter(is_in).filter(is_met).collect()
    }

    fn counted(&self, count: Count, fact: &Fact, credit: &Credit) -> Exact {
        match count {
            // A return is a deal less.
            Count::Deals if fact.amount.is_negative() => -&credit.share,
            Count::Deals => credit.share.clone(),
            Count::Units => &fact.units * &credit.share,
            Count::Amount => {
                let rate = self.scene.rate_of(fact, self.plan()).unwrap_or(Exact::ZERO);
                &credit.amount * &rate
            }
        }
    }

    /// First come by closing while the budget lasts (C12).
    fn spiff(&self, spiff: &Spiff) -> AllEarned {
        let mut all = AllEarned::new();
        let mut left = spiff.budget.as_ref().map(|budget| budget.0.clone());
        for (fact, credit) in self.credits(spiff.from, spiff.to, &spiff.when) {
            let count = self.counted(spiff.count, fact, credit);
            let full = &count * &spiff.per_unit.0;
            let amount = left.as_ref().map_or_else(|| full.clone(), |left| left.min(&full).clone());
            left = left.map(|left| &left - &amount);
            let reason = match &spiff.budget {
                Some(budget) if amount < full => Reason::new("pay-spiff-budget", [("budget", number(&budget.0))]),
                _ => Reason::new("pay-spiff", [("count", number(&count)), ("each", number(&spiff.per_unit.0))]),
            };
            let line = Earned { fact: fact.id.clone(), amount, rule: Rule::Spiff, reason, day: fact.day() };
            all.entry(credit.payee.clone()).or_default().push(line);
        }
        all
    }

    /// Prizes by rank once the window is over; those that tie share the prizes of their ranks (C12).
    fn contest(&self, contest: &Contest) -> AllEarned {
        let mut all = AllEarned::new();
        if contest.to.day() > self.period.end {
            return all;
        }
        let mut scores: BTreeMap<&str, Exact> = BTreeMap::new();
        for (fact, credit) in self.credits(contest.from, contest.to, &contest.when) {
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
        let mut ranked: Vec<(&str, Exact)> = scores.into_iter().filter(|(_, score)| score.is_positive()).collect();
        ranked.sort_by(|left, right| right.1.cmp(&left.1));
        let mut rank = 0;
        while rank < ranked.len() {
            let ties = ranked[rank..].iter().take_while(|(_, score)| *score == ranked[rank].1).count();
            let prizes: Exact = contest.prizes.get_ref().iter().skip(rank).take(ties).map(|prize| &prize.0).sum();
            let each = prizes.over(&whole(ties)).unwrap_or(Exact::ZERO);
            for (payee, score) in ranked[rank..rank + ties].iter().filter(|_| rank < contest.prizes.get_ref().len()) {
                let arguments = [
                    ("rank", text((rank + 1).to_string())),
                    ("ties", text(ties.to_string())),
                    ("count", number(score)),
                ];
                let reason = Reason::new("pay-contest", arguments);
                let line = Earned {
                    fact: String::new(),
                    amount: each.clone(),
                    rule: Rule::Contest,
                    reason,
                    day: contest.to.day(),
                };
                all.entry((*payee).to_owned()).or_default().push(line);
            }
            rank += ties;
        }
        all
    }

    /// A team's pay by weight and days (C14).
    fn pool(&self, pool: &Pool) -> Result<AllEarned, PayError> {
        let mut all = AllEarned::new();
        for interval in self.past(pool.interval)? {
            let parts: Vec<(&str, Exact)> = self
                .members()
                .map(|(payee, membership)| {
                    let weight =
                        self.scene.person(payee).and_then(|person| person.weight.clone()).unwrap_or(Exact::ONE);
                    let days = days_within(&membership.active, interval.start, interval.end);
                    (payee, &weight * &Exact::from(days))
                })
                .collect();
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
                    day: interval.end,
                });
            }
        }
        Ok(all)
    }

    fn pool_amount(&self, pool: &Pool, interval: &Period) -> Exact {
        let Some(rate) = &pool.rate else {
            return pool.amount.as_ref().map_or(Exact::ZERO, |amount| amount.0.clone());
        };
        let moment = |day: Date| crate::number::Moment(day.to_datetime(jiff::civil::Time::midnight()));
        let credits = self.credits(moment(interval.start), moment(interval.end), &pool.when);
        let direct = credits.into_iter().filter(|(_, credit)| credit.kind == CreditKind::Direct);
        let measure: Exact = direct.map(|(fact, credit)| self.counted(Count::Amount, fact, credit)).sum();
        &measure * &rate.0
    }
}

fn whole(count: usize) -> Exact {
    Exact::from(i32::try_from(count).unwrap_or(i32::MAX))
}
