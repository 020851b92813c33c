//! The dated organisation as known at a seq: who was in which team, and under whom, from when to when.

use crate::KpiError;
use base::{Amount, RecordId, Seq};
use db::Db;
use jiff::{civil::Date, tz::TimeZone};
use kpi_engine::Span;
use rules::{
    facts::word_id,
    log::{Imports, LogRow, Timeline},
    record::{RecordType, Value},
};
use std::collections::{BTreeMap, BTreeSet};

/// One field of every record of a type, a reference or a word, as it ran over time.
struct Links {
    by_record: BTreeMap<RecordId, Vec<(Date, Option<RecordId>)>>,
}

impl Links {
    async fn known(
        db: &Db,
        record_type: &'static RecordType,
        field: &str,
        imports: &Imports,
        known_at: Seq,
        zone: &TimeZone,
    ) -> Result<Self, KpiError> {
        let mut by_record = BTreeMap::new();
        for (id, rows) in histories(db, record_type).await? {
            let Some(timeline) = Timeline::known(&rows, imports, known_at) else { continue };
            let mut steps: Vec<(Date, Option<RecordId>)> = Vec::new();
            for step in timeline.steps(field) {
                let day = step.effective_at.to_zoned(zone.clone()).date();
                let value = match &step.value {
                    Value::Reference(id) => Some(*id),
                    Value::Text(word) => word_id(word),
                    _ => None,
                };
                if let Some(same_day) = steps.last_mut().filter(|(date, _)| *date == day) {
                    same_day.1 = value;
                } else {
                    steps.push((day, value));
                }
            }
            // Before anybody wrote it down it was as it was first written down.
            if let Some(first) = steps.first_mut() {
                first.0 = Date::MIN;
            }
            by_record.insert(id, steps);
        }
        Ok(Self { by_record })
    }

    fn at(&self, record: RecordId, day: Date) -> Option<RecordId> {
        let steps = self.by_record.get(&record)?;
        steps.iter().rev().find(|(from, _)| *from <= day).and_then(|(_, value)| *value)
    }

    fn boundaries(&self) -> BTreeSet<Date> {
        self.by_record.values().flatten().map(|(date, _)| *date).collect()
    }

    /// The chain upwards on a day, ended where it would come back to itself.
    fn above(&self, record: RecordId, day: Date) -> Vec<RecordId> {
        let mut chain = Vec::new();
        let mut current = record;
        while let Some(next) = self.at(current, day) {
            if next == record || chain.contains(&next) {
                break;
            }
            chain.push(next);
            current = next;
        }
        chain
    }
}

/// Each person with everyone they report to, directly or not, and themselves: a manager's number is the whole subtree's.
pub(crate) async fn managers(
    db: &Db,
    imports: &Imports,
    known_at: Seq,
    zone: &TimeZone,
) -> Result<Vec<Span>, KpiError> {
    let links = Links::known(db, &access::PERSON, "manager", imports, known_at, zone).await?;
    Ok(spans(&links.boundaries(), links.by_record.keys().copied(), |person, day| {
        let mut above = links.above(person, day);
        above.push(person);
        above
    }))
}

/// Each person with their team and the teams above it.
pub(crate) async fn teams(db: &Db, imports: &Imports, known_at: Seq, zone: &TimeZone) -> Result<Vec<Span>, KpiError> {
    let members = Links::known(db, &access::PERSON, "team", imports, known_at, zone).await?;
    let parents = Links::known(db, &access::TEAM, "parent", imports, known_at, zone).await?;
    let mut boundaries = members.boundaries();
    boundaries.extend(parents.boundaries());
    Ok(spans(&boundaries, members.by_record.keys().copied(), |person, day| match members.at(person, day) {
        Some(team) => {
            let mut teams = parents.above(team, day);
            teams.push(team);
            teams
        }
        None => Vec::new(),
    }))
}

/// Who belonged where on one day.
pub(crate) struct Tree {
    team_of: BTreeMap<RecordId, RecordId>,
    teamless: Vec<RecordId>,
    parent_of: BTreeMap<RecordId, Option<RecordId>>,
}

impl Tree {
    /// The teams right below one, or those with none above.
    pub fn teams_in(&self, parent: Option<RecordId>) -> impl Iterator<Item = RecordId> + '_ {
        self.parent_of.iter().filter(move |(_, above)| **above == parent).map(|(team, _)| *team)
    }

    /// People who belonged to no team.
    pub fn teamless(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.teamless.iter().copied()
    }

    pub fn people_in(&self, team: RecordId) -> impl Iterator<Item = RecordId> + '_ {
        self.team_of.iter().filter(move |(_, of)| **of == team).map(|(person, _)| *person)
    }
}

pub(crate) async fn tree(
    db: &Db,
    imports: &Imports,
    known_at: Seq,
    zone: &TimeZone,
    day: Date,
) -> Result<Tree, KpiError> {
    let members = Links::known(db, &access::PERSON, "team", imports, known_at, zone).await?;
    let parents = Links::known(db, &access::TEAM, "parent", imports, known_at, zone).await?;
    let teamless = members.by_record.keys().copied().filter(|id| members.at(*id, day).is_none()).collect();
    let team_of = members.by_record.keys().filter_map(|id| Some((*id, members.at(*id, day)?))).collect();
    // A circle ends where it closes: none of its teams is below another.
    let parent = |id: RecordId| {
        parents.above(id, day).first().copied().filter(|above| !parents.above(*above, day).contains(&id))
    };
    let parent_of = parents.by_record.keys().map(|id| (*id, parent(*id))).collect();
    Ok(Tree { team_of, teamless, parent_of })
}

/// Each person with the territories assigned to them and those above, from day to day.
pub(crate) async fn territories(
    db: &Db,
    imports: &Imports,
    known_at: Seq,
    zone: &TimeZone,
) -> Result<Vec<Span>, KpiError> {
    let parents = Links::known(db, &access::TERRITORY, "parent", imports, known_at, zone).await?;
    let mut assigned: BTreeMap<RecordId, Vec<(Date, Date, RecordId)>> = BTreeMap::new();
    let mut boundaries = parents.boundaries();
    for rows in histories(db, &access::TERRITORY_ASSIGNMENT).await?.values() {
        let Some(known) = Timeline::known(rows, imports, known_at).filter(|known| !known.archived) else { continue };
        let last = |field: &str| known.steps(field).last().map(|step| &step.value);
        let of = |field: &str| last(field).and_then(Value::as_reference);
        let (Some(person), Some(territory)) = (of("person"), of("territory")) else { continue };
        let from = last("starts_on").and_then(Value::as_date).unwrap_or(Date::MIN);
        let to = last("ends_on").and_then(Value::as_date).unwrap_or(Date::MAX);
        boundaries.extend([from, to]);
        assigned.entry(person).or_default().push((from, to, territory));
    }
    Ok(spans(&boundaries, assigned.keys().copied(), |person, day| {
        let held = assigned.get(&person).into_iter().flatten().filter(|(from, to, _)| *from <= day && day < *to);
        held.flat_map(|(_, _, territory)| parents.above(*territory, day).into_iter().chain([*territory])).collect()
    }))
}

/// Each account with a word of its own: its segment, its tier.
pub(crate) async fn words_of_accounts(
    db: &Db,
    field: &str,
    imports: &Imports,
    known_at: Seq,
    zone: &TimeZone,
) -> Result<Vec<Span>, KpiError> {
    let words = Links::known(db, &crm::ACCOUNT, field, imports, known_at, zone).await?;
    let mut found = Vec::new();
    for (account, steps) in &words.by_record {
        for (place, (from, word)) in steps.iter().enumerate() {
            if let Some(word) = word {
                found.push(span(*account, *from, steps.get(place + 1).map(|(next, _)| *next), *word));
            }
        }
    }
    Ok(found)
}

/// How many different words a field ever had.
pub(crate) async fn words(
    db: &Db,
    record_type: &'static RecordType,
    field: &str,
    imports: &Imports,
    known_at: Seq,
    zone: &TimeZone,
) -> Result<u64, KpiError> {
    let links = Links::known(db, record_type, field, imports, known_at, zone).await?;
    let words: BTreeSet<RecordId> = links.by_record.values().flatten().filter_map(|(_, word)| *word).collect();
    Ok(words.len() as u64)
}

/// Every record's rows of a type that is small by nature.
pub async fn histories(db: &Db, record_type: &'static RecordType) -> Result<BTreeMap<RecordId, Vec<LogRow>>, KpiError> {
    let mut found = BTreeMap::new();
    let mut after = RecordId(0);
    loop {
        let page = db.system().histories_after(record_type, after, 50_000, false).await?;
        let Some(last) = page.keys().next_back() else { return Ok(found) };
        after = *last;
        found.extend(page);
    }
}

/// What each owner's accounts could buy in a year, as they stood when a day began; none where none of an owner's says it.
pub async fn potentials(db: &Db, day: Date) -> Result<BTreeMap<RecordId, Option<Amount>>, KpiError> {
    let zone = access::time_zone(db).await?;
    let began = day.to_zoned(zone).map_err(|_| KpiError::NotADate { name: "day", value: day.to_string() })?.timestamp();
    let (seq, imports) = (db.system().last_seq().await?, db.system().imports().await?);
    let mut found: BTreeMap<RecordId, Option<Amount>> = BTreeMap::new();
    for rows in histories(db, &crm::ACCOUNT).await?.values() {
        let Some(known) = Timeline::known(rows, &imports, seq).filter(|known| !known.archived) else { continue };
        let held = |field: &str| known.held_at(field, began);
        let Some(owner) = held("owner").as_reference() else { continue };
        let sum = found.entry(owner).or_default();
        if let Some(potential) = held("annual_potential").as_decimal().filter(|amount| *amount > Amount::ZERO) {
            *sum = Some(sum.unwrap_or_default().checked_add(potential)?);
        }
    }
    Ok(found)
}

/// Half-open spans of belonging, neighbours joined.
fn spans(
    boundaries: &BTreeSet<Date>,
    records: impl Iterator<Item = RecordId>,
    belongs: impl Fn(RecordId, Date) -> Vec<RecordId>,
) -> Vec<Span> {
    let mut starts: Vec<Date> = boundaries.iter().copied().collect();
    if starts.first() != Some(&Date::MIN) {
        starts.insert(0, Date::MIN);
    }
    let mut spans = Vec::new();
    for record in records {
        let mut open: BTreeMap<RecordId, Date> = BTreeMap::new();
        for start in &starts {
            let current: BTreeSet<RecordId> = belongs(record, *start).into_iter().collect();
            let ended: Vec<RecordId> = open.keys().filter(|entity| !current.contains(entity)).copied().collect();
            for entity in ended {
                if let Some(from) = open.remove(&entity) {
                    spans.push(span(record, from, Some(*start), entity));
                }
            }
            for entity in current {
                open.entry(entity).or_insert(*start);
            }
        }
        spans.extend(open.into_iter().map(|(entity, from)| span(record, from, None, entity)));
    }
    spans
}

fn span(id: RecordId, from: Date, to: Option<Date>, entity: RecordId) -> Span {
    Span { id, from: (from != Date::MIN).then_some(from), to, entity }
}
