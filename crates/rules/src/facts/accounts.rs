//! Accounts that are to be won: who has them, who reached them, where something was sold (B7 `territory_coverage`), and what
//! customers are expected to bring (B5 `client_npv`).

use super::{Fact, FactType, Key, Known, ONE, Related, key, latest, money, number, on_day, runs, story::Story};
use crate::{log::Timeline, record::Value};
use base::Amount;
use jiff::civil::Date;
use rust_decimal::Decimal;

const KEYS: &[Key] = &[key("document", "account"), key("account", "account"), key("owner", "person")];
const OF_ACCOUNT: Related = Related::Parent { field: "account", entity: "account" };

/// One fact for each stretch of days on which an account was a target of the same person. `added` counts on the first of them.
pub static TARGET: FactType = FactType {
    name: "target",
    entity: "account",
    related: &[],
    keys: KEYS,
    measures: &[number("accounts"), number("added")],
    is_optional: true,
    build: target,
};

/// One fact an activity that reached a target, on its day. The account's owner on that day is its owner, whoever reached it.
pub static TARGET_REACHED: FactType = FactType {
    name: "target_reached",
    entity: "activity",
    related: &[OF_ACCOUNT],
    keys: KEYS,
    measures: &[],
    is_optional: true,
    build: |known| known.reached_on().and_then(|day| on_target(known, day)).into_iter().collect(),
};

/// One fact a won deal with a target, on the day it closed.
pub static TARGET_SOLD: FactType = FactType {
    name: "target_sold",
    entity: "deal",
    related: &[OF_ACCOUNT, Related::All { entity: "stage" }],
    keys: KEYS,
    measures: &[],
    is_optional: true,
    build: |known| {
        let closing = Story::of(known).and_then(|story| story.closing).filter(|closing| closing.is_won);
        closing.and_then(|closing| on_target(known, closing.on)).into_iter().collect()
    },
};

/// One fact an expected cash flow, on the day it was stated. `present_value` is discounted by its years at the company's rate
/// of that day; without a rate there is none.
pub static CASH_FLOW: FactType = FactType {
    name: "cash_flow",
    entity: "cash_flow",
    related: &[Related::All { entity: "company" }],
    keys: &[key("document", "cash_flow"), key("account", "account"), key("owner", "person")],
    measures: &[money("present_value")],
    is_optional: true,
    build: |known| cash_flow(known).into_iter().collect(),
};

fn is_target(account: &Timeline, day: Date, known: &Known) -> bool {
    *on_day(account, "target", day, known.zone) == Value::Flag(true)
}

fn target(known: &Known) -> Vec<Fact> {
    let mut days: Vec<Date> = ["target", "owner"]
        .into_iter()
        .flat_map(|field| runs(&known.own, field, known.zone))
        .map(|(day, _)| day)
        .collect();
    days.sort_unstable();
    days.dedup();
    let mut facts: Vec<Fact> = Vec::new();
    let ends = days.iter().skip(1).copied().map(Some).chain([None]);
    for (day, until) in days.iter().copied().zip(ends) {
        if known.own.archived || !is_target(&known.own, day, known) {
            continue;
        }
        let is_new = facts.last().is_none_or(|last| last.until != Some(day));
        let keys = vec![Some(known.record), Some(known.record), known.named_on("owner", day)];
        let measures = vec![Some(ONE), is_new.then_some(ONE)];
        facts.push(Fact { record: known.record, date: day, until, currency: None, keys, measures });
    }
    facts
}

fn on_target(known: &Known, day: Date) -> Option<Fact> {
    let (id, account) = known.parent()?;
    let owner = on_day(account, "owner", day, known.zone).as_reference();
    let keys = vec![Some(id), Some(id), owner];
    let fact = Fact { record: known.record, date: day, until: None, currency: None, keys, measures: Vec::new() };
    (is_target(account, day, known) && !known.own.archived).then_some(fact)
}

fn cash_flow(known: &Known) -> Option<Fact> {
    let stated = known.day("stated_on")?;
    let setting = |own: &Timeline| on_day(own, "discount_rate", stated, known.zone).as_decimal();
    let rate = known.whole.values().find_map(setting)?.to_decimal().ok()?;
    // Beyond a century nothing is worth anything.
    let years = u32::try_from(latest(&known.own, "year").as_integer()?).ok().filter(|years| *years <= 100)?;
    let mut value = latest(&known.own, "amount").as_decimal()?.to_decimal().ok()?;
    for _ in 0..years {
        value = value.checked_div(Decimal::ONE.checked_add(rate)?)?;
    }
    let measures = vec![Some(Amount::from_decimal_rounded(value).ok()?)];
    known.fact(stated, None, &[known.named("account"), known.named_on("owner", stated)], measures)
}
