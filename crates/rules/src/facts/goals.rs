//! What was to be reached, and by how many.

use super::{Fact, FactType, Known, currency_of, key, latest, money, number, runs, word, word_id};
use base::Amount;
use jiff::civil::Date;

/// One fact a quota, from its first day up to its end. `document` is the quota itself.
pub static QUOTA: FactType = FactType {
    name: "quota",
    entity: "quota",
    related: &[],
    keys: &[key("document", "quota"), key("owner", "person"), key("product", "product")],
    measures: &[money("amount")],
    is_optional: false,
    build: |known| quota(known, false).into_iter().collect(),
};

/// One fact a personal sales plan, in the same way.
pub static PLANNED: FactType =
    FactType { name: "planned", is_optional: true, build: |known| quota(known, true).into_iter().collect(), ..QUOTA };

/// One fact a forecast, from the first of its days up to their end.
pub static FORECAST: FactType = FactType {
    name: "forecast",
    entity: "forecast",
    related: &[],
    keys: &[key("document", "forecast"), key("owner", "person"), word("horizon")],
    measures: &[money("amount")],
    is_optional: false,
    build: |known| {
        let days = known.day("starts_on").zip(known.day("ends_on")).filter(|(from, to)| from < to);
        let keys = [known.named("person"), known.word("horizon")];
        let amount = || vec![latest(&known.own, "amount").as_decimal()];
        days.and_then(|(from, to)| known.fact(from, Some(to), &keys, amount())).into_iter().collect()
    },
};

fn quota(known: &Known, is_plan: bool) -> Option<Fact> {
    if known.own.archived || (latest(&known.own, "kind").as_text() == Some("plan")) != is_plan {
        return None;
    }
    let (from, to) = (latest(&known.own, "starts_on").as_date()?, latest(&known.own, "ends_on").as_date()?);
    // One that ends before it starts is for no day.
    if to <= from {
        return None;
    }
    Some(Fact {
        record: known.record,
        date: from,
        until: Some(to),
        currency: currency_of(&known.own),
        keys: vec![
            Some(known.record),
            latest(&known.own, "person").as_reference(),
            latest(&known.own, "product").as_reference(),
        ],
        measures: vec![latest(&known.own, "amount").as_decimal()],
    })
}

/// Roles that carry a quota (reference A1): the headcount of `revenue_per_rep`.
const QUOTA_ROLES: [&str; 5] = ["ae", "am", "kam", "esd", "regional"];

pub fn carries_quota(role: &str) -> bool {
    QUOTA_ROLES.contains(&role)
}

/// Who carries a quota, and who prepares the sale: the working days of `activity_volume` (B7).
fn sells(role: &str) -> bool {
    carries_quota(role) || role == "sdr"
}

/// One fact for each stretch of days on which a person held a role; `fte` counts those whose role carries a quota, `sells` sales
/// development too.
pub static STAFFED: FactType = FactType {
    name: "staffed",
    entity: "person",
    related: &[],
    keys: &[key("document", "person"), key("owner", "person"), word("role")],
    measures: &[number("headcount"), number("fte"), number("sells")],
    is_optional: false,
    build: staffed,
};

fn staffed(known: &Known) -> Vec<Fact> {
    if known.own.archived {
        return Vec::new();
    }
    let hired = latest(&known.own, "hired_on").as_date();
    let left = latest(&known.own, "left_on").as_date();
    let roles = runs(&known.own, "role", known.zone);
    let one = Amount::from(1);
    let mut facts = Vec::new();
    for (place, (from, role)) in roles.iter().enumerate() {
        let Some(role) = role.as_text() else { continue };
        // Before anybody wrote a role down it was the first one written down.
        let from = if place == 0 { hired.unwrap_or(*from) } else { *from };
        let ends = [roles.get(place + 1).map(|(next, _)| *next), left];
        let until = ends.into_iter().flatten().min();
        if until.is_none_or(|until: Date| from < until) {
            facts.push(Fact {
                record: known.record,
                date: from,
                until,
                currency: None,
                keys: vec![Some(known.record), Some(known.record), word_id(role)],
                measures: vec![Some(one), carries_quota(role).then_some(one), sells(role).then_some(one)],
            });
        }
    }
    facts
}
