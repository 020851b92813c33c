//! What a statement says, cell by cell: the same on a page and on paper.

use super::{component, plain};
use crate::{Said, Told, ToldLine, told::ToldComponent};
use base::Amount;
use pay_rules::{Standing, exact::Exact};
use std::collections::BTreeMap;
use web_kit::{Unit, Words};

pub fn amount(exact: &Exact) -> Amount {
    exact.to_amount().unwrap_or_default()
}

/// A tier with what has come into it.
pub struct Tier {
    pub name: String,
    /// Where the payee stands.
    pub is_here: bool,
    /// Rate, credit, credit of the period, earned.
    pub cells: [String; 4],
}

pub fn tiers(words: Words, standing: &Standing) -> Vec<Tier> {
    let decimals = standing.currency.minor_digits();
    let number = |exact: &Exact| words.decimal(amount(exact), decimals);
    let bound = |exact: &Exact| match standing.quota.as_ref().and_then(|quota| exact.over(quota)) {
        Some(share) => share.to_percent(),
        None => words.decimal(amount(exact), 0),
    };
    let here = standing.tiers.iter().rposition(|tier| tier.from <= standing.measure).unwrap_or(0);
    let tier = |(place, tier): (usize, &pay_rules::statement::TierStanding)| {
        let to = tier.to.as_ref().map_or_else(|| "…".to_owned(), &bound);
        let rate = if standing.rates_are_shares {
            tier.rate.to_percent()
        } else {
            words.decimal(amount(&tier.rate), decimals)
        };
        let cells = [rate, number(&tier.measure), number(&tier.now), number(&tier.earned)];
        Tier { name: format!("{} – {to}", bound(&tier.from)), is_here: place == here, cells }
    };
    standing.tiers.iter().enumerate().map(tier).collect()
}

/// The heads of [`tiers`]; all but the first are numbers.
pub fn tier_heads(words: Words, standing: &Standing) -> [String; 5] {
    let code = standing.currency.code();
    let of = |key: &str| format!("{}, {code}", words.t(key));
    [words.t("tier"), words.t("rate"), of("credit"), of("pay-credit-now"), of("pay-earned")]
}

/// What counts from when to when, and of which quota.
pub fn tier_note(words: Words, standing: &Standing) -> String {
    let number = |exact: &Exact| words.decimal(amount(exact), standing.currency.minor_digits());
    let period = words.period(&standing.interval);
    let share = standing.quota.as_ref().and_then(|quota| Some((quota, standing.measure.over(quota)?)));
    let slots = [("period", period.as_str().into()), ("measure", number(&standing.measure).into())];
    if let Some((quota, share)) = share {
        let more =
            [("quota", number(quota).into()), ("share", words.exact(amount(&share), Unit::Percent).to_string().into())];
        words.t_with("pay-standing-quota", &[slots, more].concat())
    } else {
        words.t_with("pay-standing-sum", &slots)
    }
}

/// Components with the period's pay and the year's; the last row is the total.
pub fn components(words: Words, said: &Said) -> Vec<[String; 3]> {
    let payee = said.payee();
    let of_period: BTreeMap<&str, &str> =
        payee.components.iter().map(|part| (part.id.as_str(), part.amount.as_str())).collect();
    let mut ids: Vec<&str> = payee.components.iter().map(|part| part.id.as_str()).collect();
    ids.extend(said.year_to_date.keys().map(String::as_str).filter(|id| !of_period.contains_key(id)));
    let row = |id: &str| {
        let now = of_period.get(id).map(|amount| plain(words, amount, &payee.currency)).unwrap_or_default();
        let year = said.year_to_date.get(id).map(|sum| words.decimal((*sum).into(), sum.currency.minor_digits()));
        [component(words, id), now, year.unwrap_or_default()]
    };
    let whole = said
        .year_to_date
        .values()
        .map(|sum| Amount::from(*sum))
        .fold(Amount::ZERO, |sum, one| sum.checked_add(one).unwrap_or(sum));
    let decimals = said.year_to_date.values().next().map_or(2, |sum| sum.currency.minor_digits());
    let total = [words.t("total"), plain(words, &payee.total, &payee.currency), words.decimal(whole, decimals)];
    ids.into_iter().map(row).chain([total]).collect()
}

pub fn component_heads(words: Words, said: &Said) -> [String; 3] {
    let now = format!("{}, {}", words.period(&said.period), said.payee().currency);
    [words.t("component"), now, words.t("pay-year-to-date")]
}

/// What a line is about, by name, and its day.
pub fn about(words: Words, told: &Told, part: &ToldComponent, line: &ToldLine) -> (String, String) {
    let fact = told.facts.get(&line.fact);
    let name = match fact {
        Some(fact) => fact.name.clone(),
        None if line.fact.is_empty() => component(words, &part.id),
        None => line.fact.clone(),
    };
    (name, fact.and_then(|fact| fact.on.parse().ok()).map(|day| words.date(day)).unwrap_or_default())
}

pub fn line_heads(words: Words) -> [String; 4] {
    [words.t("pay-fact"), words.t("pay-why"), words.t("pay-on"), words.field("amount")]
}
