//! What kind of cause a record is: its own history says, or what numbers rest on without their records naming it.

use super::{Key, Kind, Way};
use crate::{ByWord, KnownAt, Kpi, KpiError, facts, known::Known, organisation};
use base::{RecordId, Seq};
use jiff::civil::Date;
use kpi_engine::Span;
use rules::{
    facts::Related,
    kpi::{Definition, Sides},
    log::{LogRow, Timeline, moments},
    record::{FieldKind, RecordType, Value},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Of more records of one type that changed, nobody looks up what they name.
const MOST_TOUCHED: usize = 20_000;

/// What a cause is judged by.
pub(super) struct Judge<'a> {
    pub definition: &'a Definition,
    /// What the number is broken down by.
    pub by: ByWord,
    /// Whose each record is, at both ends.
    pub owners: &'a BTreeMap<Key, BTreeSet<Option<RecordId>>>,
    pub was: &'a BTreeMap<Key, Sides>,
    pub is: &'a BTreeMap<Key, Sides>,
    pub way: Way,
    pub known: &'a Known,
}

/// Dated belonging, and the day it is taken on where that is one.
type Belonging = (Arc<Option<Vec<Span>>>, Option<Date>);

#[derive(Default)]
struct Around {
    rates: bool,
    stages: bool,
    closings: bool,
    /// Who belonged where, at both ends.
    spans: Option<[Belonging; 2]>,
    /// Whose days at work, or whose ramp, are not the same.
    people: BTreeSet<RecordId>,
}

impl Judge<'_> {
    /// What the record's own history says; no kind where it is the same at both ends.
    fn own(&self, rows: Option<&Vec<LogRow>>) -> (Seq, Option<Kind>, Vec<&'static str>) {
        let none = (Seq(i64::MAX), None, Vec::new());
        let Some(rows) = rows else { return none };
        let imports = &self.known.imports;
        let at = |seq| Timeline::known(rows, imports, seq).filter(|timeline| !timeline.archived);
        let (seq, fields) = match self.way {
            Way::Known(a, b) => {
                // When it was learnt: of an import, when that was done.
                let seq = moments(rows, imports).range(..=a.max(b)).next_back().copied().unwrap_or(Seq(i64::MAX));
                match (at(a), at(b)) {
                    (None, Some(_)) => return (seq, Some(Kind::Added), Vec::new()),
                    (Some(_), None) => return (seq, Some(Kind::Removed), Vec::new()),
                    (Some(was), Some(is)) => (seq, differing(rows, |field| said(&was, field) != said(&is, field))),
                    (None, None) => return none,
                }
            }
            Way::Moments(seq, from, to) => {
                let end = |day| KnownAt::Day(day).moment(&self.known.company.zone);
                let ends = end(from.min(to)).zip(end(from.max(to)));
                let Some((timeline, (from, to))) = at(seq).zip(ends) else { return none };
                if timeline.created.1 > from && timeline.created.1 <= to {
                    return (timeline.created.0, Some(Kind::Added), Vec::new());
                }
                let differs = |field: &str| timeline.value_at(field, from) != timeline.value_at(field, to);
                (timeline.version, differing(rows, differs))
            }
            Way::Periods => return none,
        };
        let kind = match fields.as_slice() {
            [] => None,
            ["owner"] => Some(Kind::Moved),
            _ => Some(Kind::Changed),
        };
        (seq, kind, fields)
    }

    /// Of a record that is the same at both ends.
    fn around(&self, around: &Around, key: &Key, rows: &[LogRow]) -> Kind {
        let owner = self.owners.get(key).filter(|owners| owners.len() == 1).and_then(|owners| *owners.first()?);
        let belongs = |(spans, day): &Belonging| -> Vec<(RecordId, Option<Date>, Option<Date>)> {
            let is_on = |span: &&Span| {
                day.is_none_or(|day| span.from.is_none_or(|from| from <= day) && span.to.is_none_or(|to| day < to))
            };
            // Of what is several people's, anybody's.
            let own = spans.iter().flatten().filter(|span| owner.is_none_or(|owner| span.id == owner)).filter(is_on);
            own.map(|span| if day.is_some() { (span.entity, None, None) } else { (span.entity, span.from, span.to) })
                .collect()
        };
        if around.spans.as_ref().is_some_and(|[was, is]| belongs(was) != belongs(is)) {
            return Kind::Organisation;
        }
        if key.1 == crm::QUOTA.name && owner.is_some_and(|owner| around.people.contains(&owner)) {
            return Kind::Organisation;
        }
        if let Way::Moments(..) = self.way {
            return Kind::Time;
        }
        let currency = rows.iter().rev().flat_map(|row| row.event.fields()).find(|(name, _)| *name == "currency");
        let currency = currency.and_then(|(_, value)| value.as_text());
        if around.rates && currency.is_some_and(|code| code != self.known.company.currency.code()) {
            return Kind::Rate;
        }
        match (around.closings, around.stages) {
            (true, false) => Kind::Closing,
            (false, true) => Kind::Stage,
            _ => Kind::Other,
        }
    }
}

/// Two states of a record that no number can tell apart.
fn is_same(was: Option<&Timeline>, is: Option<&Timeline>) -> bool {
    was.map(|was| (was.archived, &was.version)) == is.map(|is| (is.archived, &is.version))
}

/// The records that another names.
fn named<'a>(
    record_type: &'static RecordType,
    value: impl Fn(&str) -> Option<&'a Value>,
    found: &mut BTreeMap<&'static str, BTreeSet<RecordId>>,
) {
    for field in record_type.fields {
        if let (FieldKind::Reference(to), Some(id)) = (field.kind, value(field.name).and_then(Value::as_reference)) {
            found.entry(to).or_default().insert(id);
        }
    }
}

impl Kpi {
    /// What made each record's part another: the seq at which it was learnt, the kind, the fields.
    pub(super) async fn judged(
        &self,
        changed: &[(Key, Sides)],
        judge: &Judge<'_>,
    ) -> Result<Vec<(Seq, Kind, Vec<&'static str>)>, KpiError> {
        if let Way::Periods = judge.way {
            let kind = |key: &Key| match (judge.was.contains_key(key), judge.is.contains_key(key)) {
                (false, _) => Kind::Came,
                (_, false) => Kind::Left,
                _ => Kind::Both,
            };
            return Ok(changed.iter().map(|(key, _)| (Seq::ZERO, kind(key), Vec::new())).collect());
        }
        let mut by_type: BTreeMap<&'static str, BTreeSet<RecordId>> = BTreeMap::new();
        for ((id, record_type), _) in changed {
            by_type.entry(record_type).or_default().extend(*id);
        }
        let mut histories: BTreeMap<Key, Vec<LogRow>> = BTreeMap::new();
        for (name, ids) in by_type {
            let Some(record_type) = self.db().registry().get(name) else { continue };
            for (id, rows) in self.db().system().histories(record_type, &ids).await? {
                histories.insert((Some(id), name), rows);
            }
        }
        let mut told: Vec<_> = changed.iter().map(|(key, _)| (*key, judge.own(histories.get(key)))).collect();
        if told.iter().any(|(_, (_, kind, _))| kind.is_none()) {
            let mut around = self.around(judge).await?;
            let touched = self.touched(judge, &mut around.people).await?;
            for (key, (_, kind, _)) in &mut told {
                let is_touched = key.0.is_some_and(|id| touched.contains(&id));
                let rows = histories.get(key).map_or(&[][..], Vec::as_slice);
                kind.get_or_insert_with(|| if is_touched { Kind::Changed } else { judge.around(&around, key, rows) });
            }
        }
        let named = |key: &Key, fields: Vec<&'static str>| {
            let record_type = self.db().registry().get(key.1);
            fields.into_iter().filter(|name| record_type.is_some_and(|known| known.field(name).is_some())).collect()
        };
        let told = told.into_iter();
        Ok(told.map(|(key, (seq, kind, fields))| (seq, kind.unwrap_or(Kind::Other), named(&key, fields))).collect())
    }

    /// What numbers rest on without their records naming it, and where it is not the same at both ends.
    async fn around(&self, judge: &Judge<'_>) -> Result<Around, KpiError> {
        let (known, by, mut around) = (judge.known, judge.by, Around::default());
        let (a, b) = match judge.way {
            Way::Known(a, b) => (a, b),
            Way::Moments(seq, from, to) => {
                let spans = known.spans(self.db(), by, seq).await?;
                around.spans = Some([(spans.clone(), Some(from)), (spans, Some(to))]);
                return Ok(around);
            }
            Way::Periods => return Ok(around),
        };
        around.rates = known.rates(self.db(), a).await? != known.rates(self.db(), b).await?;
        around.closings = known.closings(self.db(), a).await? != known.closings(self.db(), b).await?;
        around.spans =
            Some([(known.spans(self.db(), by, a).await?, None), (known.spans(self.db(), by, b).await?, None)]);
        for rows in organisation::histories(self.db(), &crm::STAGE).await?.values() {
            let at = |seq| Timeline::known(rows, &known.imports, seq);
            around.stages |= !is_same(at(a).as_ref(), at(b).as_ref());
        }
        Ok(around)
    }

    /// Records that others of the facts' types name which are not the same at both ends: the deal of a split, the account of a deal.
    /// Those that are people, and who was away, are told apart.
    async fn touched(
        &self,
        judge: &Judge<'_>,
        people: &mut BTreeSet<RecordId>,
    ) -> Result<BTreeSet<RecordId>, KpiError> {
        let mut found = BTreeSet::new();
        let Way::Known(a, b) = judge.way else { return Ok(found) };
        let facts = judge.definition.facts(judge.known.company.basis).unwrap_or_default();
        let entity = |related: &Related| match related {
            Related::Parent { entity, .. }
            | Related::Named { entity, .. }
            | Related::Children { entity, .. }
            | Related::Beside { entity, .. }
            | Related::All { entity } => Some(*entity),
            Related::Alike { .. } => None,
        };
        let related = facts.iter().flat_map(|fact| fact.related.iter().filter_map(entity).chain([fact.entity]));
        let related: BTreeSet<&str> = related.collect();
        let mut level: BTreeMap<&'static str, BTreeSet<RecordId>> = BTreeMap::new();
        for (name, ids) in facts::touched_since(self.db(), a.min(b)).await? {
            let Some(record_type) = self.db().registry().get(&name).filter(|one| related.contains(one.name)) else {
                continue;
            };
            if ids.len() > MOST_TOUCHED {
                continue;
            }
            let mut marked = BTreeSet::new();
            for (id, rows) in &self.db().system().histories(record_type, &ids).await? {
                let at = |seq| Timeline::known(rows, &judge.known.imports, seq);
                let (was, is) = (at(a), at(b));
                if !is_same(was.as_ref(), is.as_ref()) {
                    marked.extend(record_type.marks().next().map(|_| *id));
                    let is_other = |field: &&str| {
                        was.as_ref().map(|one| said(one, field)) != is.as_ref().map(|one| said(one, field))
                    };
                    let is_person = record_type.name == access::PERSON.name;
                    if is_person && ["hired_on", "left_on", "ramp"].iter().any(is_other) {
                        people.insert(*id);
                    }
                    for timeline in [was, is].into_iter().flatten() {
                        let last = |field: &str| timeline.steps(field).last().map(|step| &step.value);
                        if record_type.name == access::LEAVE.name {
                            people.extend(last("person").and_then(Value::as_reference));
                        }
                        named(record_type, last, &mut level);
                    }
                }
            }
            // Whether a lead counts, one of the same person may say.
            found.extend(self.db().system().alike(&marked).await?);
        }
        found.extend(level.values().flatten());
        let mut above = BTreeMap::new();
        for (name, ids) in level {
            let Some(record_type) = self.db().registry().get(name) else { continue };
            for record in self.db().system().many(record_type, &ids).await?.values() {
                named(record_type, |field| Some(record.value(field)), &mut above);
            }
        }
        found.extend(above.values().flatten());
        Ok(found)
    }
}

/// The fields that were ever set and are not the same.
fn differing(rows: &[LogRow], differs: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let fields: BTreeSet<&'static str> =
        rows.iter().flat_map(|row| row.event.fields()).map(|(name, _)| *name).collect();
    fields.into_iter().filter(|field| differs(field)).collect()
}

/// A field's dated values.
fn said<'a>(timeline: &'a Timeline, field: &str) -> Vec<(jiff::Timestamp, &'a Value)> {
    timeline.steps(field).iter().map(|step| (step.effective_at, &step.value)).collect()
}
