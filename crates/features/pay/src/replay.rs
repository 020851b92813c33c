//! A candidate plan over the company's own history (PAY-4): what it would have paid whom, beside what the plans that hold pay. The
//! calculation is that of runs.

use crate::{Pay, RunError, inputs, looks, told::FactOf};
use base::{Amount, AmountError, Currency, Money, Period, RecordId};
use pay_rules::{Files, Inputs, PayError, Plan, calculate, file::FileError, statement::Exception};
use rules::{kpi::quantile, log::Origin};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// So many periods at most: two years of months.
const MOST_PERIODS: usize = 24;

#[derive(Debug, Clone)]
pub struct Replay {
    pub plan: String,
    pub periods: Vec<Period>,
    /// The candidate stands in place of versions of its own id; else beside all plans.
    pub replaces: bool,
    /// Exceptions that it brings and that would block a run: quotas, values or rates that are not there.
    pub exceptions: usize,
    /// Who gains most comes first.
    pub payees: Vec<Replayed>,
    pub facts: BTreeMap<String, FactOf>,
}

/// Changes of so many per cent of what is paid now go together: more than the first bound and up to the other, away from nothing.
pub const BANDS: [(Option<i64>, Option<i64>); 9] = [
    (None, Some(-20)),
    (Some(-20), Some(-10)),
    (Some(-10), Some(-5)),
    (Some(-5), Some(0)),
    (Some(0), Some(0)),
    (Some(0), Some(5)),
    (Some(5), Some(10)),
    (Some(10), Some(20)),
    (Some(20), None),
];

/// How many people the change of their pay puts where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    pub bands: [usize; BANDS.len()],
    /// Who is paid nothing now, and another amount then, has no share of it.
    pub new: usize,
}

/// How pay spreads over the payees of a currency by one side: the lowest, quarter, middle, three quarters, the highest. None where
/// too few are paid to say.
pub type Spread = [Option<Amount>; 5];

/// What was looked at before a plan was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub from: String,
    pub to: String,
    /// By currency, what all are paid by the plans that held, and by this one.
    pub cost: BTreeMap<String, (Money, Money)>,
    pub winners: usize,
    pub losers: usize,
}

/// A person by both.
#[derive(Debug, Clone)]
pub struct Replayed {
    pub id: String,
    pub person: i64,
    pub name: String,
    pub currency: Currency,
    /// In minor units: by the plans that hold, and by the candidate in place of its own versions.
    pub now: i64,
    pub then: i64,
    /// By fact: what it pays by both, where they differ; the largest difference first.
    pub drivers: Vec<(String, i64, i64)>,
}

impl Replayed {
    pub const fn change(&self) -> i64 {
        self.then - self.now
    }
}

impl Replay {
    /// What all are paid by both, by currency.
    pub fn cost(&self) -> BTreeMap<String, (Money, Money)> {
        let mut cost: BTreeMap<String, (Money, Money)> = BTreeMap::new();
        for one in &self.payees {
            let zero = Money::new(0, one.currency);
            let (now, then) = cost.entry(one.currency.code().to_owned()).or_insert((zero, zero));
            now.minor += one.now;
            then.minor += one.then;
        }
        cost
    }

    pub fn distribution(&self) -> Distribution {
        let mut found = Distribution { bands: [0; BANDS.len()], new: 0 };
        for one in &self.payees {
            let (change, now) = (i128::from(one.change()) * 100, i128::from(one.now));
            if now <= 0 && change != 0 {
                found.new += 1;
                continue;
            }
            let beyond = |bound: i64| (change - i128::from(bound) * now).signum();
            let is_in = |(from, to): &(Option<i64>, Option<i64>)| match change.signum() {
                // Towards nothing the bound is in, away from it the other one is.
                -1 => from.is_none_or(|from| beyond(from) >= 0) && to.is_some_and(|to| beyond(to) < 0),
                1 => from.is_some_and(|from| beyond(from) > 0) && to.is_none_or(|to| beyond(to) <= 0),
                _ => from == to,
            };
            if let Some(place) = BANDS.iter().position(is_in) {
                found.bands[place] += 1;
            }
        }
        found
    }

    /// By currency, now and then.
    pub fn spread(&self) -> Result<BTreeMap<String, (Spread, Spread)>, AmountError> {
        let mut values: BTreeMap<String, [Vec<Amount>; 2]> = BTreeMap::new();
        for one in &self.payees {
            let [now, then] = values.entry(one.currency.code().to_owned()).or_default();
            now.push(Money::new(one.now, one.currency).into());
            then.push(Money::new(one.then, one.currency).into());
        }
        let spread = |values: &mut Vec<Amount>| -> Result<Spread, AmountError> {
            let mut found = [None; 5];
            for (place, percent) in [0, 25, 50, 75, 100].into_iter().enumerate() {
                found[place] = quantile(values, percent)?;
            }
            Ok(found)
        };
        values
            .into_iter()
            .map(|(code, [mut now, mut then])| Ok((code, (spread(&mut now)?, spread(&mut then)?))))
            .collect()
    }

    /// None over no period.
    pub fn evidence(&self) -> Option<Evidence> {
        let (from, to) = (self.periods.first()?.label.clone(), self.periods.last()?.label.clone());
        Some(Evidence { from, to, cost: self.cost(), winners: self.winners(), losers: self.losers() })
    }

    pub fn winners(&self) -> usize {
        self.payees.iter().filter(|one| one.change() > 0).count()
    }

    pub fn losers(&self) -> usize {
        self.payees.iter().filter(|one| one.change() < 0).count()
    }
}

/// What a payee is paid in all periods, whole and by fact.
#[derive(Default)]
struct Sums {
    currency: Option<Currency>,
    whole: i64,
    by_fact: BTreeMap<String, i64>,
}

impl Pay {
    /// A plan file over the periods from one to another, both with. It counts as if it had been adopted on their first day: an earlier
    /// version of its id holds until then, later ones never. Both sides by what is known today, without adjustments.
    pub async fn replay(&self, text: &str, from: &str, to: &str) -> Result<Replay, RunError> {
        let me = self.only_who_sees_pay()?;
        let candidate = Plan::read(text).map_err(RunError::Plan)?;
        let calendar = self.company().await?.calendar;
        if candidate.calendar() != calendar {
            return Err(RunError::OtherCalendar);
        }
        let (first, last) = (calendar.parse_label(from)?, calendar.parse_label(to)?);
        let grain = candidate.grain();
        for label in [&first, &last] {
            if label.grain != grain {
                return Err(FileError::from(PayError::Grain { label: label.label.clone(), grain }).into());
            }
        }
        let periods = calendar.periods(first.start, last.end, grain)?;
        if periods.is_empty() || periods.len() > MOST_PERIODS {
            return Err(RunError::NotAWindow(MOST_PERIODS));
        }
        let kept = self.plans().await?;
        let now: Vec<Plan> =
            kept.iter().filter(|kept| kept.plan.grain() == grain).map(|kept| kept.plan.clone()).collect();
        let (id, name) = (candidate.id().to_owned(), candidate.name.clone());
        let mut own = kept.iter().map(|kept| &kept.plan).filter(|plan| plan.id() == id);
        if own.clone().any(|plan| plan.grain() != grain) {
            return Err(RunError::OtherGrain(id));
        }
        if own.clone().any(|plan| plan.currency != candidate.currency) {
            return Err(RunError::OtherCurrency(id));
        }
        let replaces = own.next().is_some();
        let mut then: Vec<Plan> =
            now.iter().filter(|plan| plan.id() != id || plan.from < Some(first.start)).cloned().collect();
        then.push(Plan { from: Some(first.start), to: None, ..candidate });
        let (by_now, before, people, _) = self.summed(&now, &periods, &last).await?;
        let (by_then, after, _, facts) = self.summed(&then, &periods, &last).await?;
        let exceptions = after.difference(&before).filter(|one| one.kind() != "no_previous").count();
        // It tells everybody's pay.
        for period in &periods {
            if let Some(run) = self.record_of_run(&period.label).await? {
                looks::note(&self.db, me, run.id, &period.label).await?;
            }
        }
        let none = Sums::default();
        let ids: BTreeSet<&String> = by_now.keys().chain(by_then.keys()).collect();
        let mut payees = Vec::new();
        for id in ids {
            let (now, then) = (by_now.get(id).unwrap_or(&none), by_then.get(id).unwrap_or(&none));
            let (Some(currency), Some((person, name))) = (then.currency.or(now.currency), people.get(id)) else {
                continue;
            };
            let all: BTreeSet<&String> = now.by_fact.keys().chain(then.by_fact.keys()).collect();
            let of = |sums: &Sums, fact: &String| sums.by_fact.get(fact).copied().unwrap_or_default();
            let pair = |fact: &String| (fact.clone(), of(now, fact), of(then, fact));
            let mut drivers: Vec<_> = all.into_iter().map(pair).filter(|(_, now, then)| now != then).collect();
            drivers.sort_by_key(|(_, now, then)| std::cmp::Reverse((then - now).abs()));
            payees.push(Replayed {
                id: id.clone(),
                person: *person,
                name: name.clone(),
                currency,
                now: now.whole,
                then: then.whole,
                drivers,
            });
        }
        payees.sort_by_key(|one| (std::cmp::Reverse(one.change()), one.id.clone()));
        Ok(Replay { plan: name, periods, replaces, exceptions, payees, facts })
    }

    /// Keeps the plan, with what its replay showed somebody who looked at it: another outcome is refused. `opened` as in
    /// [`Pay::change_plan`].
    pub async fn publish(
        &self,
        text: &str,
        (from, to): (&str, &str),
        seen: &Evidence,
        opened: Option<&str>,
        origin: Origin,
    ) -> Result<RecordId, RunError> {
        // Whatever is written from here on is refused together with it.
        let seq = self.db.system().last_seq().await?;
        let evidence = self.replay(text, from, to).await?.evidence();
        if evidence.as_ref() != Some(seen) {
            return Err(RunError::Moved("what the replay rests on".to_owned()));
        }
        self.keep_plan(text, Some(seen), opened, (seq, origin)).await
    }

    /// What plans pay in all periods, the exceptions they meet, and whom and what ids mean.
    async fn summed(&self, plans: &[Plan], periods: &[Period], last: &Period) -> Result<Summed, RunError> {
        let (mut sums, mut exceptions) = (BTreeMap::<String, Sums>::new(), BTreeSet::new());
        let Some(first) = plans.first() else {
            return Ok((sums, exceptions, inputs::by_name(&self.db).await?, BTreeMap::new()));
        };
        let collected = Box::pin(inputs::collect(&self.db, plans, last, &self.folder)).await?;
        let texts = collected.files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        let files = Files::of(&texts).ok_or(FileError::NoCredits)?;
        let inputs = Inputs::read(&files, first).map_err(FileError::from)?;
        for period in periods {
            let statement = calculate(plans, &inputs, &period.label).map_err(FileError::from)?;
            exceptions.extend(statement.exceptions);
            for payee in statement.payees {
                let own = sums.entry(payee.id).or_default();
                own.currency = Some(payee.currency);
                own.whole += payee.total.minor;
                for line in payee.components.into_iter().flat_map(|component| component.lines) {
                    *own.by_fact.entry(line.fact).or_default() += line.amount.minor;
                }
            }
        }
        Ok((sums, exceptions, collected.people, collected.facts))
    }
}

type Summed = (BTreeMap<String, Sums>, BTreeSet<Exception>, BTreeMap<String, (i64, String)>, BTreeMap<String, FactOf>);
