//! What tells a record from its neighbours, for the lists of other features.

use crate::show::{self, Names};
use base::RecordId;
use db::{DbError, Reader, Record};
use maud::Markup;
use rules::record::{Field, FieldKind, RecordType, Registry, Value};
use std::collections::{BTreeMap, BTreeSet};
use web_kit::Words;

const COLUMNS: usize = 2;

/// Column heads of fields that are filled, and each record's cells below them; a record outside the reader's reach has none.
pub struct Brief {
    pub heads: Vec<String>,
    pub cells: BTreeMap<RecordId, Vec<Markup>>,
}

pub async fn brief(
    words: Words,
    reader: &Reader,
    registry: &Registry,
    record_type: &'static RecordType,
    ids: &BTreeSet<RecordId>,
) -> Result<Brief, DbError> {
    let records: Vec<Record> = reader.many(record_type, ids).await?.into_values().collect();
    let is_filled = |field: &&Field| records.iter().any(|record| *record.value(field.name) != Value::Null);
    let telling = record_type.fields.iter().filter(|field| tells(record_type, field));
    let columns: Vec<&'static Field> = telling.filter(is_filled).take(COLUMNS).collect();
    let names = Names::of(reader, registry, show::values(&records, &columns)).await?;
    let cells = |record: &Record| {
        columns.iter().map(|field| show::value(words, field, record.value(field.name), &names)).collect()
    };
    Ok(Brief {
        heads: columns.iter().map(|field| words.field(field.name)).collect(),
        cells: records.iter().map(|record| (record.id, cells(record))).collect(),
    })
}

fn tells(record_type: &RecordType, field: &Field) -> bool {
    // Whose it is and on which day it counts, the list itself tells.
    let is_short = matches!(field.kind, FieldKind::Reference(_) | FieldKind::Choice(_) | FieldKind::Text);
    let is_owner = record_type.scope.owner() == Some(field.name);
    is_short && !is_owner && !field.personal && field.name != record_type.title && field.name != "currency"
}
