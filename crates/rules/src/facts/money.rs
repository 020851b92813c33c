//! What customers owe, and how large the market is.

use super::{Fact, FactType, Key, Known, key, latest, money};
use base::Amount;

const OWED: &[Key] = &[key("document", "receivable"), key("account", "account"), key("owner", "person")];

/// One fact a receivable, on the day it was posted.
pub static POSTED: FactType = FactType {
    name: "posted",
    entity: "receivable",
    related: &[],
    keys: OWED,
    measures: &[money("amount")],
    is_optional: false,
    build: |known| owed(known, "posted_on", false),
};

/// One fact a receivable, from the day it was posted until it was paid.
pub static RECEIVABLE: FactType = FactType {
    name: "receivable",
    entity: "receivable",
    related: &[],
    keys: OWED,
    measures: &[money("amount")],
    is_optional: false,
    build: |known| owed(known, "posted_on", true),
};

/// One fact a receivable that was not paid by its due day, from the day after that until it was.
pub static OVERDUE: FactType = FactType {
    name: "overdue",
    entity: "receivable",
    related: &[],
    keys: OWED,
    measures: &[money("amount")],
    is_optional: false,
    build: |known| {
        let late = owed(known, "due_on", true).into_iter().filter_map(|fact| {
            let date = fact.date.tomorrow().ok()?;
            fact.until.is_none_or(|until| date < until).then_some(Fact { date, ..fact })
        });
        late.collect()
    },
};

/// One fact a stated market, from its first day up to its end.
pub static MARKET: FactType = FactType {
    name: "market",
    entity: "market_size",
    related: &[],
    keys: &[key("document", "market_size")],
    measures: &[money("amount")],
    is_optional: false,
    build: |known| {
        let days = known.day("starts_on").zip(known.day("ends_on")).filter(|(from, to)| from < to);
        let fact = days.and_then(|(from, to)| known.fact(from, Some(to), &[], amount(known)));
        fact.into_iter().collect()
    },
};

fn amount(known: &Known) -> Vec<Option<Amount>> {
    vec![latest(&known.own, "amount").as_decimal()]
}

fn owed(known: &Known, since: &str, lasts: bool) -> Vec<Fact> {
    let fact = known.day(since).and_then(|date| {
        let until = known.day("paid_on").filter(|_| lasts);
        let keys = [known.named_on("account", date), known.named_on("owner", date)];
        known.fact(date, until, &keys, amount(known)).filter(|_| until.is_none_or(|until| date < until))
    });
    fact.into_iter().collect()
}
