//! What is taken and makes no sense as a whole: lines that end in a circle, stretches of days that overlap.

use crate::{context::Context, run::ImportError};
use base::RecordId;
use db::Record;
use jiff::civil::Date;
use rules::record::{FieldKind, RecordType, Value};
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
        if to_itself.is_empty() && !has_spans {
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
