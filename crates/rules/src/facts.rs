//! Facts: what happened, derived from the log alone. A fact carries the ids *as they were at that moment*.
//!
//! A fact is never updated. It is known from the seq at which it was learnt until the seq at which it was withdrawn:
//! known at Y is `known_from` ≤ Y < `known_to`.

mod accounts;
mod activities;
mod deals;
mod enablement;
mod field_work;
mod goals;
mod leads;
mod money;
mod orders;
mod service;
mod story;

pub use goals::{LEAVE_PAUSES_AFTER, carries_quota};
pub use orders::line_net;

use crate::{
    kpi::Unit,
    log::{Imports, LogRow, Step, Timeline, moments},
    record::Value,
};
use base::{Amount, Currency, RecordId, Seq};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the functions below; a fact file of another version is built anew.
pub const BUILDER_VERSION: u32 = 13;

/// A kind of fact: which record type's history yields it, and its columns.
#[derive(Debug)]
pub struct FactType {
    pub name: &'static str,
    /// The record type whose records yield these facts.
    pub entity: &'static str,
    /// Other records that belong to the story.
    pub related: &'static [Related],
    /// Id columns beside `record`.
    pub keys: &'static [Key],
    /// Amount columns.
    pub measures: &'static [Column],
    /// Only some records of the type yield any: without a fact there is no source, be there records.
    pub is_optional: bool,
    build: fn(&Known) -> Vec<Fact>,
}

/// An id column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub name: &'static str,
    /// The record type its ids are of; none where the id stands for a word ([`word_id`]).
    pub entity: Option<&'static str>,
}

/// An amount column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    /// Money is in the fact's currency; what counts or is rated has no unit of its own.
    pub unit: Unit,
}

impl Column {
    pub fn is_money(&self) -> bool {
        self.unit == Unit::Money
    }
}

const fn key(name: &'static str, entity: &'static str) -> Key {
    Key { name, entity: Some(entity) }
}

const fn word(name: &'static str) -> Key {
    Key { name, entity: None }
}

const fn money(name: &'static str) -> Column {
    Column { name, unit: Unit::Money }
}

const fn number(name: &'static str) -> Column {
    Column { name, unit: Unit::Count }
}

const fn in_days(name: &'static str) -> Column {
    Column { name, unit: Unit::Days }
}

const fn in_minutes(name: &'static str) -> Column {
    Column { name, unit: Unit::Minutes }
}

/// Records whose histories a fact needs beside its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Related {
    /// The record that this field names: an order's line needs its order.
    Parent { field: &'static str, entity: &'static str },
    /// The same where who it once named counts too: a lead needs the role of who handled it first.
    Named { field: &'static str, entity: &'static str },
    /// The records whose field names this one: a deal needs its splits.
    Children { entity: &'static str, field: &'static str },
    /// The records whose field names what this one's names: of a quota, the leaves of its person.
    Beside { entity: &'static str, field: &'static str },
    /// Every record of a small type: the stages of all pipelines.
    All { entity: &'static str },
    /// Records of the same type that share one of these marks (`record::Mark`) and whose day is this one's or one of so many before it.
    Alike { marks: &'static [&'static str], day: &'static str, days: i32 },
}

impl FactType {
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    pub fn measure(&self, name: &str) -> Option<&'static Column> {
        self.measures.iter().find(|measure| measure.name == name)
    }

    /// The types whose every record is part of each fact: when one changes, all facts are built anew.
    pub fn whole_types(&self) -> impl Iterator<Item = &'static str> {
        self.related.iter().filter_map(|related| match related {
            Related::All { entity } => Some(*entity),
            _ => None,
        })
    }
}

/// One fact; keys and measures stand in the order of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub record: RecordId,
    pub date: Date,
    /// For what lasts: the day on which it ended. For what may come true: the day it did.
    pub until: Option<Date>,
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

impl KnownFact {
    /// The word columns of its type in which it has one.
    pub fn words(&self, fact_type: &FactType) -> impl Iterator<Item = &'static str> {
        let keys = fact_type.keys.iter().zip(&self.fact.keys);
        keys.filter(|(key, id)| key.entity.is_none() && id.is_some()).map(|(key, _)| key.name)
    }
}

/// Every kind of fact there is.
pub static FACT_TYPES: &[&FactType] = &[
    &orders::ORDERED,
    &orders::DELIVERY,
    &deals::CLOSED,
    &deals::OPENED,
    &deals::PIPELINE,
    &deals::STAGE_LEFT,
    &deals::STAGE_ENTERED,
    &deals::MARGIN,
    &deals::WORKED,
    &accounts::TARGET,
    &accounts::TARGET_REACHED,
    &accounts::TARGET_SOLD,
    &accounts::CASH_FLOW,
    &goals::QUOTA,
    &goals::PLANNED,
    &goals::FORECAST,
    &goals::STAFFED,
    &activities::TOUCHED,
    &activities::ACTIVITY,
    &activities::MEETING,
    &activities::MEETING_SET,
    &leads::LEAD,
    &leads::LEAD_CONVERSION,
    &leads::LEAD_QUALIFIED,
    &leads::LEAD_CONVERTED,
    &leads::LEAD_REVIEWED,
    &leads::LEAD_ANSWERED,
    &leads::COST,
    &service::CASE_DUE,
    &service::CSAT,
    &service::NPS,
    &money::POSTED,
    &money::RECEIVABLE,
    &money::OVERDUE,
    &money::MARKET,
    &enablement::FEEDBACK,
    &enablement::TRAINING_DUE,
    &enablement::ASSESSED,
    &enablement::CONTENT,
    &field_work::PLANNED_VISIT,
    &field_work::TENDER,
    &field_work::REPORT_DUE,
    &field_work::RELATIONSHIP,
];

pub fn fact_type(name: &str) -> Option<&'static FactType> {
    FACT_TYPES.iter().copied().find(|fact_type| fact_type.name == name)
}

/// A word as an id, so that facts hold integers alone: FNV-1a over its bytes, with the sign bit set, where no record's id is.
/// Words that differ by case or outer spaces are one.
pub fn word_id(word: &str) -> Option<RecordId> {
    let word = word.trim().to_lowercase();
    if word.is_empty() {
        return None;
    }
    let hash = word
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Some(RecordId(i64::from_le_bytes((hash | 1 << 63).to_le_bytes())))
}

/// A record's story as known at one seq.
struct Known<'a> {
    record: RecordId,
    own: Timeline,
    /// Named at last.
    parent: Option<RecordId>,
    /// Every record that the parent field ever named.
    parents: BTreeMap<RecordId, Timeline>,
    children: Vec<(RecordId, Timeline)>,
    beside: Vec<Timeline>,
    /// Those of the same person that came before it or on the same day.
    alike: Vec<(RecordId, Timeline)>,
    whole: &'a BTreeMap<RecordId, Timeline>,
    zone: &'a TimeZone,
}

const ONE: Amount = Amount::ONE;

impl Known<'_> {
    fn parent(&self) -> Option<(RecordId, &Timeline)> {
        self.parent.and_then(|id| Some((id, self.parents.get(&id)?)))
    }

    /// The role that somebody whom the parent field names held on a day; before anybody wrote one down it was the first.
    fn role_of(&self, person: RecordId, day: Date) -> Option<&str> {
        let person = self.parents.get(&person)?;
        let first = || person.steps("role").first()?.value.as_text();
        on_day(person, "role", day, self.zone).as_text().or_else(first)
    }

    /// The day in a field, as last known.
    fn day(&self, field: &str) -> Option<Date> {
        latest(&self.own, field).as_date()
    }

    /// The record that a field names, as last known.
    fn named(&self, field: &str) -> Option<RecordId> {
        latest(&self.own, field).as_reference()
    }

    /// The record that a field named when a day ended: whose something was.
    fn named_on(&self, field: &str, day: Date) -> Option<RecordId> {
        on_day(&self.own, field, day, self.zone).as_reference()
    }

    /// The word in a field, as last known.
    fn word(&self, field: &str) -> Option<RecordId> {
        latest(&self.own, field).as_text().and_then(word_id)
    }

    /// A fact of this record, unless it was put away; its first key is the record, `keys` are the others.
    fn fact(
        &self,
        date: Date,
        until: Option<Date>,
        keys: &[Option<RecordId>],
        measures: Vec<Option<Amount>>,
    ) -> Option<Fact> {
        let keys = [Some(self.record)].into_iter().chain(keys.iter().copied()).collect();
        let currency = currency_of(&self.own);
        (!self.own.archived).then_some(Fact { record: self.record, date, until, currency, keys, measures })
    }
}

/// The value a field has at last: for what describes the event itself (its date, its amounts).
fn latest<'a>(timeline: &'a Timeline, field: &str) -> &'a Value {
    timeline.steps(field).last().map_or(&Value::Null, |step| &step.value)
}

/// The value a field had when a day ended in the company's time zone: for who and what an event belonged to.
/// A record entered after the fact answers with what it was entered with.
pub fn on_day<'a>(timeline: &'a Timeline, field: &str, day: Date, zone: &TimeZone) -> &'a Value {
    let last = end_of(day, zone).and_then(|end| end.checked_sub(SignedDuration::from_nanos(1)).ok());
    timeline.held_at(field, last.unwrap_or(Timestamp::MAX))
}

/// A field's dated values without those that a correction replaced: where two begin at the same moment the last counts.
fn runs<'a>(timeline: &'a Timeline, field: &str, zone: &TimeZone) -> Vec<(Date, &'a Value)> {
    let mut steps: Vec<&Step> = Vec::new();
    for step in timeline.steps(field) {
        match steps.last_mut() {
            Some(last) if last.effective_at == step.effective_at => *last = step,
            _ => steps.push(step),
        }
    }
    let mut runs: Vec<(Date, &Value)> = Vec::new();
    for step in steps {
        if runs.last().is_none_or(|(_, value)| *value != &step.value) {
            runs.push((step.effective_at.to_zoned(zone.clone()).date(), &step.value));
        }
    }
    runs
}

fn end_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.tomorrow().ok()?.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

fn is_set(timeline: &Timeline, field: &str) -> bool {
    *latest(timeline, field) == Value::Flag(true)
}

fn currency_of(timeline: &Timeline) -> Option<Currency> {
    latest(timeline, "currency").as_text().and_then(|code| code.parse().ok())
}

/// Every record of the small types, folded once for each seq at which one of them changes.
#[derive(Debug, Default)]
pub struct Whole(Vec<(Seq, BTreeMap<RecordId, Timeline>)>);

impl Whole {
    pub fn new(histories: &BTreeMap<RecordId, Vec<LogRow>>, imports: &Imports) -> Self {
        let changes: BTreeSet<Seq> = histories.values().flat_map(|rows| moments(rows, imports)).collect();
        let at = |seq: Seq| {
            let known = histories.iter().filter_map(|(id, rows)| Some((*id, Timeline::known(rows, imports, seq)?)));
            (seq, known.collect())
        };
        Self(changes.into_iter().map(at).collect())
    }

    fn at(&self, seq: Seq) -> Option<&BTreeMap<RecordId, Timeline>> {
        self.0[..self.0.partition_point(|(changed, _)| *changed <= seq)].last().map(|(_, known)| known)
    }
}

/// The histories around a page of records.
pub struct Around<'a> {
    /// Of every record that a parent field ever named.
    pub parents: &'a BTreeMap<RecordId, Vec<LogRow>>,
    /// Of every record that ever named one of these as its parent, by that parent.
    pub children: &'a BTreeMap<RecordId, BTreeMap<RecordId, Vec<LogRow>>>,
    /// Of every record that ever named what one of these names, by that.
    pub beside: &'a BTreeMap<RecordId, BTreeMap<RecordId, Vec<LogRow>>>,
    pub alike: &'a Alike,
    pub whole: &'a Whole,
    pub imports: &'a Imports,
    pub zone: &'a TimeZone,
}

/// Who shares a mark with the records of a page, and their histories.
#[derive(Debug, Default)]
pub struct Alike {
    pub by_mark: BTreeMap<i64, BTreeSet<RecordId>>,
    pub histories: BTreeMap<RecordId, Vec<LogRow>>,
}

impl Alike {
    /// Those that ever shared a mark with a record and were ever said to be of a day near its own.
    fn near(&self, rows: &[LogRow], marks: &[&str], day: &str, days: i32) -> BTreeMap<RecordId, &Vec<LogRow>> {
        let own: BTreeSet<Date> = said(day, rows).filter_map(Value::as_date).collect();
        let is_near = |other: &Vec<LogRow>| {
            let mut before = said(day, other).filter_map(Value::as_date);
            before.any(|before| own.iter().any(|own| (0..=days).contains(&story::days(before, *own))))
        };
        let is_own = |id: &RecordId| rows.first().is_some_and(|row| row.id == *id);
        let with = marked(marks, rows).into_iter().filter_map(|mark| self.by_mark.get(&mark)).flatten();
        let others = with.filter(|id| !is_own(id)).filter_map(|id| Some((*id, self.histories.get(id)?)));
        others.filter(|(_, other)| is_near(other)).collect()
    }
}

/// Every mark that a record ever had.
pub fn marked(marks: &[&str], rows: &[LogRow]) -> BTreeSet<i64> {
    marks.iter().flat_map(|mark| said(mark, rows)).filter_map(Value::as_integer).collect()
}

/// Every value that the field ever had.
fn said<'a>(field: &str, rows: &'a [LogRow]) -> impl Iterator<Item = &'a Value> {
    rows.iter().flat_map(|row| row.event.fields()).filter(move |(name, _)| *name == field).map(|(_, value)| value)
}

/// All facts of one type that a record ever yielded, each with the seqs between which it was known.
pub fn known_facts(fact_type: &FactType, rows: &[LogRow], around: &Around<'_>) -> Vec<KnownFact> {
    let Some(record) = rows.first().map(|row| row.id) else { return Vec::new() };
    let mut changes = moments(rows, around.imports);
    let mut alike = BTreeMap::new();
    for related in fact_type.related {
        match related {
            Related::Alike { marks, day, days } => {
                alike = around.alike.near(rows, marks, day, *days);
                changes.extend(alike.values().flat_map(|history| moments(*history, around.imports)));
            }
            Related::Parent { field, .. } | Related::Named { field, .. } => {
                let named = referenced(field, rows);
                for history in named.iter().filter_map(|id| around.parents.get(id)) {
                    changes.extend(moments(history, around.imports));
                }
            }
            Related::Children { .. } => {
                for history in around.children.get(&record).into_iter().flat_map(BTreeMap::values) {
                    changes.extend(moments(history, around.imports));
                }
            }
            Related::Beside { field, .. } => {
                for history in those_beside(around, field, rows) {
                    changes.extend(moments(history, around.imports));
                }
            }
            Related::All { .. } => changes.extend(around.whole.0.iter().map(|(seq, _)| *seq)),
        }
    }
    let mut facts: Vec<KnownFact> = Vec::new();
    let none = BTreeMap::new();
    for seq in changes {
        let mut current = known(fact_type, rows, around, (seq, &alike), &none)
            .map_or_else(Vec::new, |known| (fact_type.build)(&known));
        for open in facts.iter_mut().filter(|fact| fact.known_to.is_none()) {
            match current.iter().position(|fact| *fact == open.fact) {
                Some(place) => drop(current.swap_remove(place)),
                None => open.known_to = Some(seq),
            }
        }
        facts.extend(current.into_iter().map(|fact| KnownFact { fact, known_from: seq, known_to: None }));
    }
    // What was learnt and withdrawn at one seq was never known.
    facts.retain(|fact| fact.known_to != Some(fact.known_from));
    facts
}

/// The histories beside a record's.
fn those_beside<'a>(around: &Around<'a>, field: &str, rows: &[LogRow]) -> Vec<&'a Vec<LogRow>> {
    let named = referenced(field, rows).into_iter();
    named.filter_map(|id| around.beside.get(&id)).flat_map(BTreeMap::values).collect()
}

/// Every record that the field ever named.
pub fn referenced(field: &str, rows: &[LogRow]) -> BTreeSet<RecordId> {
    said(field, rows).filter_map(Value::as_reference).collect()
}

fn known<'a>(
    fact_type: &FactType,
    rows: &[LogRow],
    around: &Around<'a>,
    (seq, near): (Seq, &BTreeMap<RecordId, &Vec<LogRow>>),
    none: &'a BTreeMap<RecordId, Timeline>,
) -> Option<Known<'a>> {
    let record = rows.first()?.id;
    let own = Timeline::known(rows, around.imports, seq)?;
    let mut alike = Vec::new();
    let (mut parent, mut parents, mut children, mut beside) = (None, BTreeMap::new(), Vec::new(), Vec::new());
    for related in fact_type.related {
        match related {
            Related::Parent { field, .. } | Related::Named { field, .. } => {
                let named: BTreeSet<RecordId> =
                    own.steps(field).iter().filter_map(|step| step.value.as_reference()).collect();
                let known = |id| Some((id, Timeline::known(around.parents.get(&id)?, around.imports, seq)?));
                parents = named.into_iter().filter_map(known).collect();
                parent = latest(&own, field).as_reference();
            }
            Related::Children { field, .. } => {
                let named = around.children.get(&record).into_iter().flatten();
                children = named
                    .filter_map(|(id, rows)| Some((*id, Timeline::known(rows, around.imports, seq)?)))
                    .filter(|(_, child)| !child.archived && latest(child, field).as_reference() == Some(record))
                    .collect();
            }
            Related::Beside { field, .. } => {
                let named = latest(&own, field).as_reference();
                let known = those_beside(around, field, rows).into_iter();
                beside = known
                    .filter_map(|rows| Timeline::known(rows, around.imports, seq))
                    .filter(|one| !one.archived && named.is_some() && latest(one, field).as_reference() == named)
                    .collect();
            }
            Related::Alike { marks, .. } => {
                let mark = |timeline: &Timeline, mark: &str| latest(timeline, mark).as_integer();
                let shares = |other: &Timeline| {
                    marks.iter().any(|name| mark(&own, name).is_some_and(|own| mark(other, name) == Some(own)))
                };
                alike = near
                    .iter()
                    .filter_map(|(id, rows)| Some((*id, Timeline::known(rows, around.imports, seq)?)))
                    .filter(|(_, other)| !other.archived && shares(other))
                    .collect();
            }
            Related::All { .. } => {}
        }
    }
    Some(Known {
        record,
        own,
        parent,
        parents,
        children,
        beside,
        alike,
        whole: around.whole.at(seq).unwrap_or(none),
        zone: around.zone,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart_but_for_case_and_outer_spaces() {
        assert_eq!(word_id(" Referral "), word_id("referral"));
        assert_ne!(word_id("referral"), word_id("website"));
        assert!(word_id("ภาคเหนือ").is_some_and(|id| id.0 < 0));
        assert_eq!(word_id("  "), None);
    }

    #[test]
    fn names_of_facts_and_columns_are_unique() {
        let names: BTreeSet<&str> = FACT_TYPES.iter().map(|fact_type| fact_type.name).collect();
        assert_eq!(names.len(), FACT_TYPES.len());
        for fact_type in FACT_TYPES {
            let columns = fact_type.keys.iter().map(|key| key.name).chain(fact_type.measures.iter().map(|m| m.name));
            let columns: BTreeSet<&str> = columns.collect();
            assert_eq!(columns.len(), fact_type.keys.len() + fact_type.measures.len(), "{}", fact_type.name);
        }
    }
}
