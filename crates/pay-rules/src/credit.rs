//! Who is credited with what (C0, 2; C11; C11a).

use crate::{
    exact::Exact,
    inputs::{CreditRow, Event, InputError, Inputs},
    number::Moment,
    plan::{CreditKind, CreditMatch, CreditRule, Plan, Receiver},
    round,
};
use base::Currency;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What was sold, once however many are credited.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub id: String,
    pub at: Moment,
    pub amount: Exact,
    pub currency: Option<Currency>,
    pub cost: Option<Exact>,
    pub units: Exact,
    /// Its first row, for its other columns.
    pub cells: csv::StringRecord,
}

/// What of a fact is somebody's.
#[derive(Debug, Clone)]
pub(crate) struct Credit {
    pub fact: usize,
    pub payee: String,
    pub kind: CreditKind,
    pub share: Exact,
    /// In the fact's currency, in its minor units.
    pub amount: Exact,
}

/// Facts in closing order: by moment, then id; credits in the order of their facts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Credited {
    pub facts: Vec<Fact>,
    pub credits: Vec<Credit>,
    pub uncredited: Vec<usize>,
}

impl Fact {
    pub(crate) fn day(&self) -> Date {
        self.at.day()
    }

    /// What stands in a column of the fact.
    pub(crate) fn column<'a>(&'a self, columns: &[String], name: &str) -> Option<&'a str> {
        self.cells.get(columns.iter().position(|column| column == name)?)
    }
}

/// A share of somebody, before amounts.
type Shares = BTreeMap<(CreditKind, String), Exact>;

pub(crate) fn credit(plans: &[Plan], inputs: &Inputs) -> Result<Credited, InputError> {
    let mut by_fact: BTreeMap<(Moment, &str), Vec<&CreditRow>> = BTreeMap::new();
    let mut moments: BTreeMap<&str, Moment> = BTreeMap::new();
    for row in &inputs.credits {
        let moment = *moments.entry(&row.fact).or_insert(row.at);
        if moment != row.at {
            return Err(wrong(row, "date", "is another day than this fact has in an earlier row"));
        }
        by_fact.entry((moment, &row.fact)).or_default().push(row);
    }
    let mut credited = Credited::default();
    for ((at, id), rows) in by_fact {
        let first = rows[0];
        if let Some(row) = rows.iter().find(|row| row.amount != first.amount || row.currency != first.currency) {
            return Err(wrong(row, "amount", "and its currency are the whole fact's, in each of its rows the same"));
        }
        if first.currency.is_none() && plans.iter().any(|plan| plan.currency != plans[0].currency) {
            return Err(wrong(first, "currency", "has none, and the plans have several; say which"));
        }
        rows[1..].iter().try_for_each(|row| is_like(row, first, &inputs.columns))?;
        let fact = Fact {
            id: id.to_owned(),
            at,
            amount: first.amount.clone(),
            currency: first.currency,
            cost: first.cost.clone(),
            units: first.units.clone(),
            cells: first.cells.clone(),
        };
        let shares = shares(plans, inputs, &fact, &rows)?;
        let place = credited.facts.len();
        let is_open = rows.iter().any(|row| row.payee.is_none());
        let whole: Exact = direct(&shares).map(|(_, share)| share).sum();
        if whole.is_zero() && is_open {
            credited.uncredited.push(place);
        } else if !whole.is_zero() && whole != Exact::ONE {
            let problem = format!("direct shares of fact {id} make {}, and not 100%", whole.to_percent());
            return Err(InputError { file: "credits.csv", line: first.line, column: "share".to_owned(), problem });
        }
        let credits = amounts(&fact, place, plans, &shares);
        credited.credits.extend(credits.ok_or_else(|| wrong(first, "amount", "is too large to be shared"))?);
        credited.facts.push(fact);
    }
    if !inputs.cash.is_empty() {
        check_cash(inputs, &credited.facts)?;
    }
    Ok(credited)
}

/// Rows of a fact say the same of it.
fn is_like(row: &CreditRow, first: &CreditRow, columns: &[String]) -> Result<(), InputError> {
    let own = ["payee", "kind", "share", "amount", "currency", "date"];
    let differs =
        |place: usize| !own.contains(&columns[place].as_str()) && row.cells.get(place) != first.cells.get(place);
    match (0..columns.len()).find(|place| differs(*place)) {
        Some(place) => {
            let problem = "has another value here than in an earlier row; only payee, kind and share differ";
            Err(wrong(row, &columns[place], problem))
        }
        None => Ok(()),
    }
}

/// What happens to money is of a fact, and a credit note has its sign.
fn check_cash(inputs: &Inputs, facts: &[Fact]) -> Result<(), InputError> {
    let facts: BTreeMap<&str, &Fact> = facts.iter().map(|fact| (fact.id.as_str(), fact)).collect();
    for (id, event) in inputs.cash.iter().flat_map(|(id, events)| events.iter().map(move |event| (id, event))) {
        let wrong = |column: &str, problem: String| {
            Err(InputError { file: "cash.csv", line: event.line, column: column.to_owned(), problem })
        };
        let Some(fact) = facts.get(id.as_str()) else {
            return wrong("fact", format!("`{id}` is no fact of credits.csv"));
        };
        let part = event.amount.as_ref().and_then(|amount| amount.over(&fact.amount));
        if event.event == Event::CreditNote && part.is_some_and(|part| part.is_negative()) {
            return wrong("amount", format!("a credit note of `{id}` has the sign of its amount; leave the other out"));
        }
    }
    Ok(())
}

fn wrong(row: &CreditRow, column: &str, problem: &str) -> InputError {
    let problem = format!("`{}` {problem}", row.fact);
    InputError { file: "credits.csv", line: row.line, column: column.to_owned(), problem }
}

fn direct(shares: &Shares) -> impl Iterator<Item = (&String, &Exact)> {
    shares.iter().filter(|((kind, _), _)| *kind == CreditKind::Direct).map(|((_, payee), share)| (payee, share))
}

/// As rows say, and for a row without a payee as the rules of the plans say.
fn shares(plans: &[Plan], inputs: &Inputs, fact: &Fact, rows: &[&CreditRow]) -> Result<Shares, InputError> {
    let mut shares = Shares::new();
    for row in rows {
        let Some(payee) = &row.payee else { continue };
        if shares.insert((row.kind, payee.clone()), row.share.clone()).is_some() {
            return Err(wrong(row, "payee", "is credited to the same payee twice; leave one of the rows out"));
        }
    }
    if rows.iter().any(|row| row.payee.is_none()) {
        by_rules(plans, inputs, fact, &mut shares);
    }
    Ok(shares)
}

fn by_rules(plans: &[Plan], inputs: &Inputs, fact: &Fact, shares: &mut Shares) {
    let day = fact.day();
    // Plans that say the same rule say it once.
    let mut used: Vec<&CreditRule> = Vec::new();
    for plan in plans.iter().filter(|plan| holds(plan.from, plan.to, day)) {
        for rule in &plan.credit {
            let is_met = rule.when.holds(|name| fact.column(&inputs.columns, name));
            if !holds(rule.valid_from, rule.valid_to, day) || !is_met {
                continue;
            }
            let receivers = receivers(rule, inputs, fact);
            if !receivers.is_empty() && !used.contains(&rule) {
                used.push(rule);
                for receiver in &receivers {
                    give(inputs, shares, rule, receiver, day);
                }
            }
            if plan.credit_match == CreditMatch::First && !receivers.is_empty() {
                break;
            }
        }
    }
}

pub(crate) fn holds(from: Option<Date>, to: Option<Date>, day: Date) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day < to)
}

fn receivers(rule: &CreditRule, inputs: &Inputs, fact: &Fact) -> Vec<String> {
    let column = |name: &str| fact.column(&inputs.columns, name).filter(|text| !text.is_empty()).map(str::to_owned);
    let who_has = |name: &str, of: fn(&crate::inputs::Spell) -> Option<&String>| -> Vec<String> {
        let Some(wanted) = column(name) else { return Vec::new() };
        let has = |person: &crate::inputs::Person| person.on(fact.day()).and_then(of).is_some_and(|had| *had == wanted);
        inputs.people.iter().filter(|(_, person)| has(person)).map(|(id, _)| id.clone()).collect()
    };
    match rule.to.get_ref() {
        Receiver::Owner => column("owner").into_iter().collect(),
        Receiver::TerritoryOwner => who_has("territory", |spell| spell.territory.as_ref()),
        Receiver::Specialist => who_has("product", |spell| spell.product.as_ref()),
        Receiver::Managers => column("owner").map_or_else(Vec::new, |owner| managers(inputs, &owner, fact.day())),
        Receiver::Person => rule.person.iter().cloned().collect(),
        Receiver::Column => rule.column.as_deref().and_then(column).into_iter().collect(),
    }
}

/// Everybody above somebody on a day, the nearest first.
pub(crate) fn managers(inputs: &Inputs, person: &str, day: Date) -> Vec<String> {
    let mut above = Vec::new();
    let mut seen = BTreeSet::from([person]);
    let mut below = person;
    while let Some(manager) = inputs.people.get(below).and_then(|person| person.on(day)?.manager.as_deref()) {
        if !seen.insert(manager) {
            break; // a circle has no top
        }
        above.push(manager.to_owned());
        below = manager;
    }
    above
}

/// A direct share of somebody on leave is the substitute's as far as the leave says (C24).
fn give(inputs: &Inputs, shares: &mut Shares, rule: &CreditRule, receiver: &str, day: Date) {
    let mut add = |payee: &str, share: Exact| {
        if share.is_positive() {
            let sum = shares.entry((rule.kind, payee.to_owned())).or_insert(Exact::ZERO);
            *sum = &*sum + &share;
        }
    };
    let leaves = inputs.people.get(receiver).map_or(&[][..], |person| &person.leaves);
    let leave = leaves.iter().find(|leave| leave.from <= day && day < leave.to);
    match leave.and_then(|leave| leave.substitute.as_ref()) {
        Some((substitute, part)) if rule.kind == CreditKind::Direct => {
            let theirs = &rule.share.0 * part;
            add(receiver, &rule.share.0 - &theirs);
            add(substitute, theirs);
        }
        _ => add(receiver, rule.share.0.clone()),
    }
}

/// Shares of the fact in minor units; direct ones sum to the whole (C11). Nothing when they are too large for that.
fn amounts(fact: &Fact, place: usize, plans: &[Plan], shares: &Shares) -> Option<Vec<Credit>> {
    let currency = fact.currency.or_else(|| plans.first().map(|plan| plan.currency)).unwrap_or(Currency::USD);
    let parts: Vec<Exact> = direct(shares).map(|(_, share)| share.clone()).collect();
    let of_direct = match parts.len() {
        0 | 1 => vec![fact.amount.clone()],
        _ => round::split(&fact.amount, &parts, &Exact::from_minor(1, currency))?,
    };
    let mut of_direct = of_direct.into_iter();
    let credit = |((kind, payee), share): (&(CreditKind, String), &Exact)| {
        let amount = match kind {
            CreditKind::Direct => of_direct.next()?,
            CreditKind::Overlay if *share == Exact::ONE => fact.amount.clone(),
            CreditKind::Overlay => (&fact.amount * share).rounded_to(currency)?,
        };
        Some(Credit { fact: place, payee: payee.clone(), kind: *kind, share: share.clone(), amount })
    };
    shares.iter().map(credit).collect()
}
