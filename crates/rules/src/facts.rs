//! Facts: what happened, derived from the log alone. A fact carries the ids *as they were at that moment*.
//!
//! A fact is never updated. It is known from the seq at which it was learnt until the seq at which it was withdrawn:
//! known at Y is `known_from` ≤ Y < `known_to`.

use crate::{
    log::{Imports, LogRow, Timeline, moments},
    record::Value,
};
use base::{Amount, Currency, RecordId, Seq};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// The version of the functions below; a fact file of another version is built anew.
pub const BUILDER_VERSION: u32 = 1;

/// A kind of fact: which record type's history yields it, and its columns.
#[derive(Debug)]
pub struct FactType {
    pub name: &'static str,
    /// The record type whose records yield these facts, at most a few each.
    pub entity: &'static str,
    /// A reference of that type whose record belongs to the story: an order's line needs its order.
    pub parent: Option<Parent>,
    /// Id columns beside `record`.
    pub keys: &'static [&'static str],
    /// Amount columns.
    pub measures: &'static [&'static str],
    build: fn(&Known) -> Option<Fact>,
}

#[derive(Debug, Clone, Copy)]
pub struct Parent {
    pub field: &'static str,
    pub entity: &'static str,
}

/// One fact; keys and measures stand in the order of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub record: RecordId,
    pub date: Date,
    pub currency: Option<Currency>,
    pub keys: Vec<Option<RecordId>>,
    pub measures: Vec<Option<Amount>>,
}

/// A fact with the seqs between which it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFact {
    pub fact: Fact,
    pub known_from: Seq,
    pub known_to: Option<Seq>,
}

/// A record's story as known at one seq.
struct Known<'a> {
    record: RecordId,
    own: Timeline,
    parent: Option<(RecordId, Timeline)>,
    zone: &'a TimeZone,
}

/// Goods or services ordered: one fact an order line, on the order's date. `document` is the order.
/// `amount` = unit price × quantity × (1 − discount), exact; `list_amount` the same without the discount (B2 `discount_rate`).
pub static ORDERED: FactType = FactType {
    name: "ordered",
    entity: "order_line",
    parent: Some(Parent { field: "order", entity: "order" }),
    keys: &["document", "account", "owner", "product"],
    measures: &["amount", "list_amount", "quantity"],
    build: ordered,
};

/// Every kind of fact there is.
pub static FACT_TYPES: &[&FactType] = &[&ORDERED];

pub fn fact_type(name: &str) -> Option<&'static FactType> {
    FACT_TYPES.iter().copied().find(|fact_type| fact_type.name == name)
}

fn ordered(known: &Known) -> Option<Fact> {
    let (order_id, order) = known.parent.as_ref()?;
    if is_set(&known.own, "cancelled") || is_set(order, "cancelled") || known.own.archived || order.archived {
        return None;
    }
    let date = latest(order, "ordered_on").as_date()?;
    let quantity = latest(&known.own, "quantity").as_decimal()?.to_decimal().ok()?;
    let price = latest(&known.own, "unit_price").as_decimal()?.to_decimal().ok()?;
    let discount = match latest(&known.own, "discount") {
        Value::Decimal(discount) => discount.to_decimal().ok()?,
        _ => Decimal::ZERO,
    };
    let net = Amount::product(&[price, quantity, Decimal::ONE - discount]).ok()?;
    let list = Amount::product(&[price, quantity]).ok()?;
    Some(Fact {
        record: known.record,
        date,
        currency: latest(order, "currency").as_text().and_then(|code| code.parse().ok()),
        keys: vec![
            Some(*order_id),
            on_day(order, "account", date, known.zone).as_reference(),
            on_day(order, "owner", date, known.zone).as_reference(),
            on_day(&known.own, "product", date, known.zone).as_reference(),
        ],
        measures: vec![Some(net), Some(list), latest(&known.own, "quantity").as_decimal()],
    })
}

/// The value a field has at last: for what describes the event itself (its date, its amounts).
fn latest<'a>(timeline: &'a Timeline, field: &str) -> &'a Value {
    timeline.steps(field).last().map_or(&Value::Null, |step| &step.value)
}

/// The value a field had when a day ended in the company's time zone: for who and what an event belonged to.
/// A record entered after the fact answers with its first value.
fn on_day<'a>(timeline: &'a Timeline, field: &str, day: Date, zone: &TimeZone) -> &'a Value {
    let steps = timeline.steps(field);
    let end = end_of(day, zone);
    steps
        .iter()
        .rev()
        .find(|step| end.is_none_or(|end| step.effective_at < end))
        .or_else(|| steps.first())
        .map_or(&Value::Null, |step| &step.value)
}

fn end_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.tomorrow().ok()?.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

fn is_set(timeline: &Timeline, field: &str) -> bool {
    *latest(timeline, field) == Value::Flag(true)
}

/// All facts of one type that a record ever yielded, each with the seqs between which it was known.
/// `parents` holds the histories of every record that its parent field ever named.
pub fn known_facts(
    fact_type: &FactType,
    rows: &[LogRow],
    parents: &BTreeMap<RecordId, Vec<LogRow>>,
    imports: &Imports,
    zone: &TimeZone,
) -> Vec<KnownFact> {
    let Some(record) = rows.first().map(|row| row.id) else { return Vec::new() };
    let named = fact_type.parent.map(|parent| parent_ids(parent, rows)).unwrap_or_default();
    let mut changes = moments(rows, imports);
    for history in named.iter().filter_map(|id| parents.get(id)) {
        changes.extend(moments(history, imports));
    }
    let mut facts: Vec<KnownFact> = Vec::new();
    for seq in changes {
        let current =
            known(fact_type, record, rows, parents, imports, seq, zone).and_then(|known| (fact_type.build)(&known));
        let open = facts.last_mut().filter(|fact| fact.known_to.is_none());
        if open.as_ref().map(|open| &open.fact) == current.as_ref() {
            continue;
        }
        if let Some(open) = open {
            open.known_to = Some(seq);
        }
        facts.extend(current.map(|fact| KnownFact { fact, known_from: seq, known_to: None }));
    }
    facts
}

/// Every record that the parent field ever named.
pub fn parent_ids(parent: Parent, rows: &[LogRow]) -> BTreeSet<RecordId> {
    rows.iter()
        .flat_map(|row| row.event.fields())
        .filter(|(name, _)| *name == parent.field)
        .filter_map(|(_, value)| value.as_reference())
        .collect()
}

fn known<'a>(
    fact_type: &FactType,
    record: RecordId,
    rows: &[LogRow],
    parents: &BTreeMap<RecordId, Vec<LogRow>>,
    imports: &Imports,
    seq: Seq,
    zone: &'a TimeZone,
) -> Option<Known<'a>> {
    let own = Timeline::known(rows, imports, seq)?;
    let parent = fact_type.parent.and_then(|parent| {
        let id = latest(&own, parent.field).as_reference()?;
        Some((id, Timeline::known(parents.get(&id)?, imports, seq)?))
    });
    Some(Known { record, own, parent, zone })
}
