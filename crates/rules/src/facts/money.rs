//! What customers owe, and how large the market is.

use super::{Fact, FactType, Key, Known, currency_of, key, latest, money, on_day};
use jiff::civil::Date;

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
        let day = |field: &str| latest(&known.own, field).as_date();
        let days = day("starts_on").zip(day("ends_on")).filter(|(from, to)| from < to && !known.own.archived);
        let fact = days.map(|(from, to)| Fact {
            record: known.record,
            date: from,
            until: Some(to),
            currency: currency_of(&known.own),
            keys: vec![Some(known.record)],
            measures: vec![latest(&known.own, "amount").as_decimal()],
        });
        fact.into_iter().collect()
    },
};

fn owed(known: &Known, since: &str, lasts: bool) -> Vec<Fact> {
    let day = |field: &str| latest(&known.own, field).as_date();
    let Some(date) = day(since).filter(|_| !known.own.archived) else { return Vec::new() };
    let until: Option<Date> = day("paid_on").filter(|_| lasts);
    if until.is_some_and(|until| until <= date) {
        return Vec::new();
    }
    let own = |field: &str| on_day(&known.own, field, date, known.zone).as_reference();
    vec![Fact {
        record: known.record,
        date,
        until,
        currency: currency_of(&known.own),
        keys: vec![Some(known.record), own("account"), own("owner")],
        measures: vec![latest(&known.own, "amount").as_decimal()],
    }]
}
