//! What was to be reached, and by how many.

use super::{
    Fact, FactType, Known, Related, currency_of, key, latest, money, number, on_day, runs, story, word, word_id,
};
use crate::log::Timeline;
use base::Amount;
use jiff::{ToSpan, civil::Date};
use pay_rules::{RampSteps, exact::Exact};
use std::collections::BTreeSet;

/// A leave of more days than this in a row pauses a quota (C19).
pub const LEAVE_PAUSES_AFTER: i32 = 14;

/// A quota as it is effective (B1, C18, C19): one fact for each stretch of its days on which its person worked here and was not away for
/// long, with these days' part of it and no more than their ramp says. `document` is the quota itself.
pub static QUOTA: FactType = FactType {
    name: "quota",
    entity: "quota",
    related: &[
        Related::Parent { field: "person", entity: "person" },
        Related::Beside { entity: "leave", field: "person" },
    ],
    keys: &[key("document", "quota"), key("owner", "person"), key("product", "product")],
    measures: &[money("amount")],
    is_optional: false,
    build: |known| quota(known, false),
};

/// A personal sales plan, in the same way.
pub static PLANNED: FactType =
    FactType { name: "planned", is_optional: true, build: |known| quota(known, true), ..QUOTA };

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

fn quota(known: &Known, is_plan: bool) -> Vec<Fact> {
    if known.own.archived || (latest(&known.own, "kind").as_text() == Some("plan")) != is_plan {
        return Vec::new();
    }
    // One that ends before it starts is for no day.
    let Some((from, to)) = known.day("starts_on").zip(known.day("ends_on")).filter(|(from, to)| from < to) else {
        return Vec::new();
    };
    let person = known.named("person");
    let keys = vec![Some(known.record), person, known.named("product")];
    let whole = latest(&known.own, "amount").as_decimal();
    let part = |(start, end, share): (Date, Date, Exact)| {
        let days = Exact::ratio(story::days(start, end), story::days(from, to));
        let of = |whole: Amount| (&(&Exact::from(whole) * &share) * &days).to_amount().ok();
        Fact {
            record: known.record,
            date: start,
            until: Some(end),
            currency: currency_of(&known.own),
            keys: keys.clone(),
            // An amount at the very limit of what can be told has no part.
            measures: vec![whole.and_then(of)],
        }
    };
    let worked = worked(known, (from, to)).into_iter();
    worked.flat_map(|stretch| ramped(known, stretch)).map(part).collect()
}

/// A stretch in parts of one share of the quota: by month since somebody was hired. Before a ramp begins there is none.
fn ramped(known: &Known, (from, to): (Date, Date)) -> Vec<(Date, Date, Exact)> {
    let whole = || vec![(from, to, Exact::ONE)];
    let Some((_, person)) = known.parent() else { return whole() };
    let ramps = runs(person, "ramp", known.zone);
    let Some(hired) = latest(person, "hired_on").as_date().filter(|_| !ramps.is_empty()) else { return whole() };
    let mut cuts: BTreeSet<Date> = ramps.iter().map(|(day, _)| *day).chain([from, to]).collect();
    let mut month = from.first_of_month();
    while month < to {
        cuts.insert(month);
        month = month.saturating_add(1.month());
    }
    let share = |day: Date| {
        let ramp = on_day(person, "ramp", day, known.zone).as_text().and_then(|text| text.parse::<RampSteps>().ok());
        ramp.map_or(Some(Exact::ONE), |ramp| ramp.share(hired, day))
    };
    let cuts: Vec<Date> = cuts.range(from..=to).copied().collect();
    let mut parts: Vec<(Date, Date, Exact)> = Vec::new();
    for (start, end) in cuts.iter().zip(cuts.iter().skip(1)) {
        let Some(share) = share(*start).filter(|share| !share.is_zero()) else { continue };
        match parts.last_mut().filter(|last| last.1 == *start && last.2 == share) {
            Some(last) => last.1 = *end,
            None => parts.push((*start, *end, share)),
        }
    }
    parts
}

/// The stretches of some days on which a person worked here and was not away for long; without a person all of them.
fn worked(known: &Known, (from, to): (Date, Date)) -> Vec<(Date, Date)> {
    let day = |field: &str| known.parent().and_then(|(_, person)| latest(person, field).as_date());
    let from = day("hired_on").map_or(from, |hired| hired.max(from));
    let to = day("left_on").map_or(to, |left| left.min(to));
    let mut stretches = Vec::new();
    let mut start = from;
    for (away, back) in
        absences(known).into_iter().filter(|(away, back)| story::days(*away, *back) > LEAVE_PAUSES_AFTER)
    {
        stretches.push((start, away.min(to)));
        start = start.max(back);
    }
    stretches.push((start, to));
    stretches.retain(|(start, end)| start < end);
    stretches
}

/// Somebody's leaves in order of time, those that touch as one.
fn absences(known: &Known) -> Vec<(Date, Date)> {
    let days = |leave: &Timeline| {
        latest(leave, "starts_on").as_date().zip(latest(leave, "ends_on").as_date()).filter(|(from, back)| from < back)
    };
    let mut found: Vec<(Date, Date)> = known.beside.iter().filter_map(days).collect();
    found.sort_unstable();
    let mut joined: Vec<(Date, Date)> = Vec::new();
    for (from, back) in found {
        match joined.last_mut().filter(|last| from <= last.1) {
            Some(last) => last.1 = last.1.max(back),
            None => joined.push((from, back)),
        }
    }
    joined
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
