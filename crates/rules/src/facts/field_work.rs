//! Work in the field.

use super::{Fact, FactType, Known, ONE, Related, enablement::event, key, latest, number, on_day, runs};
use base::Amount;
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeSet;

/// A decision maker who is loyal or trusts the company is won (B7).
const LOYAL: i64 = 3;
const LEVELS: std::ops::RangeInclusive<i64> = 0..=4;

/// One fact a planned visit, on its day; `until` is the day it was made, within its week. Key account managers are not held to a schedule (003-S23).
pub static PLANNED_VISIT: FactType = FactType {
    name: "planned_visit",
    entity: "visit_plan",
    related: &[Related::Named { field: "owner", entity: "person" }],
    keys: &[key("document", "visit_plan"), key("account", "account"), key("owner", "person")],
    measures: &[number("planned"), number("done")],
    is_optional: false,
    build: planned_visit,
};

/// One fact a tender that was won or lost, on the day it was decided.
pub static TENDER: FactType = FactType {
    name: "tender",
    entity: "tender",
    related: &[],
    keys: &[key("document", "tender"), key("account", "account"), key("owner", "person")],
    measures: &[number("decided"), number("won")],
    is_optional: false,
    build: |known| {
        let won = match latest(&known.own, "result").as_text() {
            Some("won") => Some(ONE),
            Some("lost") => None,
            _ => return Vec::new(),
        };
        let owner = known.day("decided_on").and_then(|day| known.named_on("owner", day));
        event(known, "decided_on", None, &[known.named("account"), owner], vec![Some(ONE), won])
    },
};

/// One fact a report that was owed, on the day it was due; `on_time` where it was accepted by then.
pub static REPORT_DUE: FactType = FactType {
    name: "report_due",
    entity: "report",
    related: &[],
    keys: &[key("document", "report"), key("owner", "person")],
    measures: &[number("due"), number("on_time")],
    is_optional: false,
    build: |known| {
        let days = known.day("accepted_on").zip(known.day("due_on"));
        let is_on_time = days.is_some_and(|(accepted, due)| accepted <= due);
        event(known, "due_on", None, &[known.named("person")], vec![Some(ONE), is_on_time.then_some(ONE)])
    },
};

/// One fact for each stretch of days on which a decision maker was known this well.
pub static RELATIONSHIP: FactType = FactType {
    name: "relationship",
    entity: "relationship",
    related: &[],
    keys: &[key("document", "relationship"), key("owner", "person")],
    measures: &[number("known"), number("loyal"), number("level")],
    is_optional: false,
    build: relationship,
};

fn planned_visit(known: &Known) -> Vec<Fact> {
    let Some(planned) = known.day("planned_on") else { return Vec::new() };
    let owner = known.named_on("owner", planned);
    if owner.and_then(|owner| known.role_of(owner, planned)) == Some("kam") {
        return Vec::new();
    }
    let back = i32::from(planned.weekday().to_monday_zero_offset());
    let monday = planned.saturating_sub(back.days());
    let in_week = known.day("done_on").filter(|done| (monday..monday.saturating_add(7.days())).contains(done));
    let measures = vec![Some(ONE), in_week.map(|_| ONE)];
    known.fact(planned, in_week, &[known.named("account"), owner], measures).into_iter().collect()
}

fn relationship(known: &Known) -> Vec<Fact> {
    let changes = ["level", "owner"].into_iter().flat_map(|field| runs(&known.own, field, known.zone));
    let starts: BTreeSet<Date> = changes.map(|(day, _)| day).collect();
    let ends = starts.iter().skip(1).copied().map(Some).chain([None]);
    let stretch = |(from, until): (&Date, Option<Date>)| {
        let level = on_day(&known.own, "level", *from, known.zone).as_integer();
        let level = level.filter(|level| LEVELS.contains(level))?;
        let measures = vec![Some(ONE), (level >= LOYAL).then_some(ONE), Some(Amount::from(level))];
        known.fact(*from, until, &[known.named_on("owner", *from)], measures)
    };
    starts.iter().zip(ends).filter_map(stretch).collect()
}
