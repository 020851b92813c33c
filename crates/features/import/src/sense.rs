//! What is taken and makes no sense as a whole: lines that end in a circle, stretches of days that overlap, shares that make
//! no whole.

use crate::{context::Context, run::ImportError};
use base::{Amount, RecordId};
use db::Record;
use jiff::civil::Date;
use rules::record::{Field, FieldKind, RecordType, Share, Value};
use std::collections::{BTreeMap, BTreeSet};

/// More records than these are not looked over.
const MOST: u64 = 50_000;

/// Looks over the types an import wrote to, and says what it finds.
pub(crate) async fn look_over(
    context: &mut Context,
    touched: impl Iterator<Item = &'static str>,
) -> Result<(), ImportError> {
    for record_type in touched.filter_map(|name| context.db.registry().get(name)).collect::<Vec<_>>() {
        let to_itself: Vec<&'static str> = record_type
            .fields
            .iter()
            .filter(|field| field.kind == FieldKind::Reference(record_type.name))
            .map(|field| field.name)
            .collect();
        let has_spans = record_type.ordered.contains(&("starts_on", "ends_on"));
        let shares: Vec<&'static Field> = record_type.fields.iter().filter(|field| field.share.is_some()).collect();
        if to_itself.is_empty() && !has_spans && shares.is_empty() {
            continue;
        }
        let query = db::ListQuery { limit: MOST, ..db::ListQuery::default() };
        let records = context.reader().list(record_type, &query).await?;
        for field in to_itself {
            for circle in circles(&records, field) {
                let names: Vec<String> = circle.iter().map(|id| name_of(&records, *id)).collect();
                context.warn(|| {
                    format!(
                        "{}.{field}: {} stand in a circle; it is read up to where it closes",
                        record_type.name,
                        names.join(" → ")
                    )
                });
            }
        }
        // Shares that were not all looked at sum to nothing that means anything.
        for field in shares.into_iter().filter(|_| (records.len() as u64) < MOST) {
            for (of, sum) in unwhole(&records, field) {
                let of = name_in_type(context, field, of).await?;
                context.warn(|| {
                    format!(
                        "{}.{}: those of {of} make {} and not 1; the owner is credited with the difference",
                        record_type.name,
                        field.name,
                        sum.to_text()
                    )
                });
            }
        }
        if has_spans {
            for (one, other) in overlaps(record_type, &records) {
                let names = [name_of(&records, one), name_of(&records, other)];
                context.warn(|| {
                    format!(
                        "{}: {} and {} overlap; both count on the days they share",
                        record_type.name, names[0], names[1]
                    )
                });
            }
        }
    }
    Ok(())
}

/// External ids stand open in the log; names may not.
fn name_of(records: &[Record], id: RecordId) -> String {
    let record = records.iter().find(|record| record.id == id);
    record.and_then(Record::external_id).map_or_else(|| format!("#{id}"), str::to_owned)
}

/// A record that shares are of, by its external id.
async fn name_in_type(context: &Context, field: &Field, id: RecordId) -> Result<String, ImportError> {
    let entity = field.share.map(|share| share.entity).and_then(|name| context.db.registry().get(name));
    let Some(record_type) = entity else { return Ok(format!("#{id}")) };
    let record = context.reader().get(record_type, id).await?;
    Ok(record.as_ref().and_then(Record::external_id).map_or_else(|| format!("#{id}"), str::to_owned))
}

/// Records whose shares sum to something else than one whole.
fn unwhole(records: &[Record], field: &Field) -> BTreeMap<RecordId, Amount> {
    let mut sums: BTreeMap<RecordId, Amount> = BTreeMap::new();
    let Some(share) = field.share else { return sums };
    let counted = records.iter().filter(|record| !record.archived);
    for record in counted.filter(|record| record.value(share.among.0).as_text() == Some(share.among.1)) {
        if let (Some(of), Some(part)) = (record.value(share.of).as_reference(), record.value(field.name).as_decimal()) {
            let sum = sums.entry(of).or_default();
            *sum = sum.checked_add(part).unwrap_or(*sum);
        }
    }
    sums.retain(|_, sum| !Share::is_whole(*sum));
    sums
}

/// Every circle once, from its lowest id on.
fn circles(records: &[Record], field: &str) -> Vec<Vec<RecordId>> {
    let above: BTreeMap<RecordId, RecordId> =
        records.iter().filter_map(|record| Some((record.id, record.value(field).as_reference()?))).collect();
    let mut done: BTreeSet<RecordId> = BTreeSet::new();
    let mut found = Vec::new();
    for start in above.keys() {
        let mut way: Vec<RecordId> = Vec::new();
        let mut now = *start;
        while !done.contains(&now) && !way.contains(&now) {
            way.push(now);
            match above.get(&now) {
                Some(next) => now = *next,
                None => break,
            }
        }
        if let Some(place) = way.iter().position(|id| *id == now).filter(|_| above.contains_key(&now)) {
            let mut circle = way[place..].to_vec();
            let lowest = circle.iter().enumerate().min_by_key(|(_, id)| **id).map_or(0, |(place, _)| place);
            circle.rotate_left(lowest);
            found.push(circle);
        }
        done.extend(way);
    }
    found
}

/// From a day to before a day, whose.
type Stretch = (Date, Date, RecordId);

/// Neighbours that name the same records for days they share.
fn overlaps(record_type: &RecordType, records: &[Record]) -> Vec<(RecordId, RecordId)> {
    let mut by_names: BTreeMap<Vec<Option<RecordId>>, Vec<Stretch>> = BTreeMap::new();
    for record in records {
        let references = record_type.fields.iter().filter(|field| matches!(field.kind, FieldKind::Reference(_)));
        let names = references.map(|field| record.value(field.name).as_reference()).collect();
        let day = |field: &str, open: Date| match record.value(field) {
            Value::Date(day) => *day,
            _ => open,
        };
        by_names.entry(names).or_default().push((day("starts_on", Date::MIN), day("ends_on", Date::MAX), record.id));
    }
    let mut found = Vec::new();
    for spans in by_names.values_mut() {
        spans.sort_unstable();
        for pair in spans.windows(2) {
            if pair[1].0 < pair[0].1 {
                found.push((pair[0].2, pair[1].2));
            }
        }
    }
    found
}
