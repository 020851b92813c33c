//! Record tables: the log's fold, written in the same transaction as the log.

use crate::{
    Change, DbError, IMPORT_ENTITY, codec, history,
    imports::hide_import,
    schema::{self, name},
};
use base::{RecordId, Seq};
use jiff::Timestamp;
use rules::{
    log::{Event, Fields, Imports, LogRow, Origin, Timeline},
    record::{EXTERNAL_ID, EXTERNAL_SOURCE, FieldKind, RecordType, Value},
};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction,
    sea_query::{Expr, ExprTrait, LockType, OnConflict, Order, Query},
};
use std::collections::{BTreeMap, BTreeSet};

/// `SQLite` takes at most 32,766 parameters a statement.
const PARAMETERS: usize = 30_000;
pub(crate) const ROWS_A_STATEMENT: usize = 200;

/// Registers where created records came from; an import begins hidden.
pub(crate) async fn register_creates(transaction: &DatabaseTransaction, creates: &[&Change]) -> Result<(), DbError> {
    for (record_type, changes) in by_type(creates) {
        register_external(transaction, record_type, &changes).await?;
        if record_type.name == IMPORT_ENTITY {
            for change in changes {
                hide_import(transaction, change.id).await?;
            }
        }
    }
    Ok(())
}

/// Inserts records that the log has never seen: there is nothing to fold with.
pub(crate) async fn insert_new(
    transaction: &DatabaseTransaction,
    creates: &[&Change],
    origin: Origin,
    now: Timestamp,
) -> Result<(), DbError> {
    let import_id = codec::origin_words(origin).1;
    for (record_type, changes) in by_type(creates) {
        let mut rows = Vec::with_capacity(changes.len());
        for change in changes {
            let future = change.effective_at.is_some_and(|moment| moment > now);
            let fields = if future { &[] } else { change.event.fields() };
            rows.push(row_values(record_type, change.id, import_id, fields)?);
        }
        insert_rows(transaction, record_type, rows).await?;
    }
    Ok(())
}

fn by_type<'a>(changes: &[&'a Change]) -> Vec<(&'static RecordType, Vec<&'a Change>)> {
    let mut found: BTreeMap<&'static str, (&'static RecordType, Vec<&'a Change>)> = BTreeMap::new();
    for change in changes {
        let entry = found.entry(change.record_type.name).or_insert_with(|| (change.record_type, Vec::new()));
        entry.1.push(change);
    }
    found.into_values().collect()
}

/// Remembers where the records came from; the same external id on another record is refused.
pub(crate) async fn register_external(
    transaction: &DatabaseTransaction,
    record_type: &'static RecordType,
    changes: &[&Change],
) -> Result<(), DbError> {
    let mut by_source: BTreeMap<&str, BTreeMap<&str, RecordId>> = BTreeMap::new();
    let text = |change: &Change, wanted: &str| {
        change.event.fields().iter().position(|(name, value)| *name == wanted && value.as_text().is_some())
    };
    for change in changes {
        let (Some(source), Some(external)) = (text(change, EXTERNAL_SOURCE), text(change, EXTERNAL_ID)) else {
            continue;
        };
        let at = |place: usize| change.event.fields()[place].1.as_text().unwrap_or_default();
        let earlier = by_source.entry(at(source)).or_default().insert(at(external), change.id);
        if let Some(earlier) = earlier.filter(|earlier| *earlier != change.id) {
            return Err(duplicate(record_type, at(source), at(external), earlier));
        }
    }
    for (source, wanted) in by_source {
        let external: Vec<&str> = wanted.keys().copied().collect();
        let existing = history::external_in(transaction, record_type.name, source, &external).await?;
        for (external_id, id) in &existing {
            if wanted.get(external_id.as_str()).is_some_and(|own| own != id) {
                return Err(duplicate(record_type, source, external_id, *id));
            }
        }
        let missing: Vec<_> = wanted.iter().filter(|(external, _)| !existing.contains_key(**external)).collect();
        for chunk in missing.chunks(ROWS_A_STATEMENT) {
            let mut insert = Query::insert();
            insert.into_table(name("external_id")).columns([
                name("entity"),
                name("source"),
                name("external_id"),
                name("record_id"),
            ]);
            for (external, id) in chunk {
                insert.values_panic([
                    Expr::val(record_type.name),
                    Expr::val(source),
                    Expr::val(**external),
                    Expr::val(id.0),
                ]);
            }
            transaction.execute(&insert).await?;
        }
    }
    Ok(())
}

pub(crate) fn duplicate(record_type: &RecordType, source: &str, external_id: &str, existing: RecordId) -> DbError {
    DbError::Duplicate {
        entity: record_type.name,
        source_name: source.to_owned(),
        external_id: external_id.to_owned(),
        existing: existing.0,
    }
}

/// One table row: system columns, then the columns of every field in the descriptor's order.
pub(crate) fn row_values(
    record_type: &'static RecordType,
    id: RecordId,
    import_id: Option<i64>,
    fields: &[(&'static str, Value)],
) -> Result<Vec<Expr>, DbError> {
    let mut values = vec![Expr::val(id.0), Expr::val(import_id), Expr::val(false), Expr::val(None::<i64>)];
    for field in record_type.all_fields() {
        let value = fields.iter().rev().find(|(name, _)| *name == field.name).map_or(&Value::Null, |(_, value)| value);
        values.extend(column_values(record_type, field.name, field.kind, value)?);
    }
    Ok(values)
}

pub(crate) fn column_values(
    record_type: &'static RecordType,
    field: &'static str,
    kind: FieldKind,
    value: &Value,
) -> Result<Vec<Expr>, DbError> {
    Ok(match (kind, value) {
        (FieldKind::Money, Value::Money(money)) => {
            vec![Expr::val(money.minor), Expr::val(money.currency.to_string())]
        }
        (FieldKind::Money, _) => vec![Expr::val(None::<i64>), Expr::val(None::<String>)],
        (_, Value::Text(text)) => vec![Expr::val(text.as_str())],
        (_, Value::Integer(number)) => vec![Expr::val(*number)],
        (_, Value::Decimal(amount)) => {
            let scaled = i64::try_from(amount.millionths())
                .map_err(|_| DbError::TooLarge { entity: record_type.name, field })?;
            vec![Expr::val(scaled)]
        }
        (_, Value::Date(date)) => vec![Expr::val(date.to_string())],
        (_, Value::Moment(moment)) => vec![Expr::val(codec::micros(*moment))],
        (_, Value::Flag(flag)) => vec![Expr::val(*flag)],
        (_, Value::Reference(id)) => vec![Expr::val(id.0)],
        (FieldKind::Text | FieldKind::Currency | FieldKind::Choice(_) | FieldKind::Date, _) => {
            vec![Expr::val(None::<String>)]
        }
        (FieldKind::Flag, _) => vec![Expr::val(None::<bool>)],
        (_, _) => vec![Expr::val(None::<i64>)],
    })
}

pub(crate) fn column_names(record_type: &RecordType) -> Vec<String> {
    let mut names: Vec<String> =
        [schema::ID, schema::IMPORT, schema::ARCHIVED, schema::MERGED_INTO].map(str::to_owned).to_vec();
    names.extend(record_type.all_fields().flat_map(schema::names_of));
    names
}

/// Inserts; a row left hidden by an undone import gives way to its revival.
pub(crate) async fn insert_rows(
    transaction: &DatabaseTransaction,
    record_type: &'static RecordType,
    rows: Vec<Vec<Expr>>,
) -> Result<(), DbError> {
    let columns = column_names(record_type);
    let size = (PARAMETERS / columns.len()).min(ROWS_A_STATEMENT);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut insert = Query::insert();
        insert.into_table(name(record_type.name)).columns(columns.iter().map(|column| name(column)));
        for row in rows.by_ref().take(size) {
            insert.values_panic(row);
        }
        let others = columns.iter().skip(1).map(|column| name(column));
        insert.on_conflict(OnConflict::column(name(schema::ID)).update_columns(others).to_owned());
        transaction.execute(&insert).await?;
    }
    Ok(())
}

pub(crate) async fn lock_rows(
    transaction: &DatabaseTransaction,
    record_type: &RecordType,
    ids: &BTreeSet<RecordId>,
) -> Result<(), DbError> {
    // SQLite's transaction is alone anyway and knows no row locks; sea-query leaves the clause out there.
    let ids: Vec<RecordId> = ids.iter().copied().collect();
    for ids in ids.chunks(ROWS_A_STATEMENT) {
        let mut select = Query::select();
        select
            .column(name(schema::ID))
            .from(name(record_type.name))
            .and_where(Expr::col(name(schema::ID)).is_in(ids.iter().map(|id| id.0)))
            .order_by(name(schema::ID), Order::Asc)
            .lock(LockType::Update);
        transaction.query_all(&select).await?;
    }
    Ok(())
}

/// Writes the fold of a history to the record's table row; an absent record has none.
pub(crate) async fn write_row(
    transaction: &DatabaseTransaction,
    record_type: &'static RecordType,
    id: RecordId,
    rows: &[LogRow],
    imports: &Imports,
    now: Timestamp,
) -> Result<(), DbError> {
    // A record that a running import created stands as it will be when the import is done; until then it is hidden.
    let created_by = rows.iter().rev().find(|row| matches!(row.event, Event::Create(_))).map(|row| row.origin);
    let imports = match created_by {
        Some(Origin::Import(import)) if imports.is_running(import) => &imports.clone().including(import),
        _ => imports,
    };
    let now = rows.iter().map(|row| row.recorded_at).max().map_or(now, |seen| Ord::max(seen, now));
    let Some(timeline) = Timeline::known(rows, imports, Seq(i64::MAX)) else {
        return delete_rows(transaction, record_type, [id]).await;
    };
    let state: Fields = timeline.state_at(now).into_iter().collect();
    let import_id = created_by.and_then(|origin| codec::origin_words(origin).1);
    let mut values = row_values(record_type, id, import_id, &state)?;
    values[2] = Expr::val(timeline.archived);
    values[3] = Expr::val(timeline.merged_into.map(|id| id.0));
    insert_rows(transaction, record_type, vec![values]).await
}

pub(crate) async fn delete_rows(
    transaction: &DatabaseTransaction,
    record_type: &RecordType,
    ids: impl IntoIterator<Item = RecordId>,
) -> Result<(), DbError> {
    let mut delete = Query::delete();
    delete
        .from_table(name(record_type.name))
        .and_where(Expr::col(name(schema::ID)).is_in(ids.into_iter().map(|id| id.0)));
    transaction.execute(&delete).await?;
    Ok(())
}

pub(crate) async fn refold(
    transaction: &DatabaseTransaction,
    record_type: &'static RecordType,
    ids: &BTreeSet<RecordId>,
    imports: &Imports,
    now: Timestamp,
) -> Result<(), DbError> {
    let ids: Vec<RecordId> = ids.iter().copied().collect();
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let chunk: BTreeSet<RecordId> = chunk.iter().copied().collect();
        lock_rows(transaction, record_type, &chunk).await?;
        let histories = history::histories_in(transaction, record_type, &chunk, true).await?;
        for (id, rows) in &histories {
            write_row(transaction, record_type, *id, rows, imports, now).await?;
        }
    }
    Ok(())
}
