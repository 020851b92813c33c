//! Tables. System tables change by numbered migrations; a record table is the log's fold, so it simply follows its
//! descriptor: a new field is a new column, and values come from the log.

use crate::{Db, DbError};
use rules::record::{Field, FieldKind, RecordType};
use sea_orm::{
    ConnectionTrait, DbBackend,
    sea_query::{
        Alias, ColumnDef, Expr, ExprTrait, Index, IndexCreateStatement, OnConflict, Query, Table, TableCreateStatement,
    },
};
use sha2::{Digest, Sha256};

/// The schema this version writes.
pub(crate) const SCHEMA_VERSION: i64 = 3;

pub(crate) fn name(text: &str) -> Alias {
    Alias::new(text)
}

/// Columns of every record table beside its fields.
pub(crate) const ID: &str = "id";
pub(crate) const IMPORT: &str = "import_id";
pub(crate) const ARCHIVED: &str = "archived";
pub(crate) const MERGED_INTO: &str = "merged_into";

/// The second column of a money field.
pub(crate) fn currency_column(field: &str) -> String {
    format!("{field}_currency")
}

/// The names of the columns a field takes: two for money.
pub(crate) fn names_of(field: &Field) -> impl Iterator<Item = String> {
    let currency = (field.kind == FieldKind::Money).then(|| currency_column(field.name));
    [field.name.to_owned()].into_iter().chain(currency)
}

/// Creates what is missing and refuses what is not ours.
pub(crate) async fn migrate(db: &Db) -> Result<(), DbError> {
    let fingerprint = fingerprint(db);
    // An up-to-date database is opened without a lock: other processes are at work in it.
    if setting(db.read_connection(), "descriptors").await.ok().flatten() == Some(fingerprint)
        && setting(db.read_connection(), "schema").await.ok().flatten() == Some(SCHEMA_VERSION)
    {
        return Ok(());
    }
    let transaction = db.begin_write().await?;
    let connection = &transaction;
    db.lock_append(connection).await?;
    match found_version(connection).await? {
        Found::Empty => {
            for table in system_tables().iter().chain(&mark_tables()).chain(&content_tables()) {
                connection.execute(table).await?;
            }
            for index in system_indexes().iter().chain(&mark_indexes()).chain(&content_indexes()) {
                connection.execute(index).await?;
            }
            let mut insert = Query::insert();
            insert
                .into_table(name("counter"))
                .columns([name("name"), name("value")])
                .values_panic([Expr::val("record_id"), Expr::val(0_i64)]);
            connection.execute(&insert).await?;
        }
        Found::Version(found) if found > SCHEMA_VERSION => {
            return Err(DbError::Newer { found, known: SCHEMA_VERSION });
        }
        Found::Version(found) => {
            // 2: marks.
            if found < 2 {
                for table in mark_tables() {
                    connection.execute(&table).await?;
                }
                for index in mark_indexes() {
                    connection.execute(&index).await?;
                }
            }
            // 3: contents.
            if found < 3 {
                for table in content_tables() {
                    connection.execute(&table).await?;
                }
                for index in content_indexes() {
                    connection.execute(&index).await?;
                }
            }
        }
        Found::Foreign => return Err(DbError::NotOurs(db.address().to_owned())),
    }
    for record_type in db.registry().iter() {
        follow(connection, record_type).await?;
    }
    let mut insert = Query::insert();
    insert
        .into_table(name("clinch"))
        .columns([name("name"), name("value")])
        .values_panic([Expr::val("schema"), Expr::val(SCHEMA_VERSION)])
        .values_panic([Expr::val("descriptors"), Expr::val(fingerprint)])
        .on_conflict(OnConflict::column(name("name")).update_column(name("value")).to_owned());
    connection.execute(&insert).await?;
    transaction.commit().await?;
    Ok(())
}

/// Tells one set of descriptors from another.
fn fingerprint(db: &Db) -> i64 {
    let mut hasher = Sha256::new();
    for record_type in db.registry().iter() {
        hasher.update(format!("{record_type:?}\n").as_bytes());
    }
    let hash: [u8; 32] = hasher.finalize().into();
    i64::from_be_bytes([hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]])
}

async fn setting(connection: &impl ConnectionTrait, setting: &str) -> Result<Option<i64>, DbError> {
    let mut select = Query::select();
    select.column(name("value")).from(name("clinch")).and_where(Expr::col(name("name")).eq(setting));
    let row = connection.query_one(&select).await?;
    row.map(|row| row.try_get("", "value").map_err(DbError::from)).transpose()
}

enum Found {
    Empty,
    Version(i64),
    Foreign,
}

async fn found_version(connection: &impl ConnectionTrait) -> Result<Found, DbError> {
    let tables = table_names(connection).await?;
    if tables.is_empty() {
        return Ok(Found::Empty);
    }
    if !tables.iter().any(|table| table == "clinch") {
        return Ok(Found::Foreign);
    }
    Ok(setting(connection, "schema").await?.map_or(Found::Foreign, Found::Version))
}

async fn table_names(connection: &impl ConnectionTrait) -> Result<Vec<String>, DbError> {
    let mut select = Query::select();
    if connection.get_database_backend() == DbBackend::Sqlite {
        select.column(name("name")).from(name("sqlite_master")).and_where(Expr::col(name("type")).eq("table"));
    } else {
        select
            .expr_as(Expr::col(name("table_name")).cast_as(name("text")), name("name"))
            .from((name("information_schema"), name("tables")))
            .and_where(Expr::col(name("table_schema")).eq(Expr::cust("current_schema()")));
    }
    let rows = connection.query_all(&select).await?;
    rows.iter().map(|row| row.try_get("", "name").map_err(DbError::from)).collect()
}

async fn column_names(connection: &impl ConnectionTrait, table: &str) -> Result<Vec<String>, DbError> {
    let mut select = Query::select();
    if connection.get_database_backend() == DbBackend::Sqlite {
        select
            .column(name("name"))
            .from_function(sea_orm::sea_query::Func::cust(name("pragma_table_info")).arg(table), name("columns"));
    } else {
        select
            .expr_as(Expr::col(name("column_name")).cast_as(name("text")), name("name"))
            .from((name("information_schema"), name("columns")))
            .and_where(Expr::col(name("table_schema")).eq(Expr::cust("current_schema()")))
            .and_where(Expr::col(name("table_name")).eq(table));
    }
    let rows = connection.query_all(&select).await?;
    rows.iter().map(|row| row.try_get("", "name").map_err(DbError::from)).collect()
}

/// Brings one record table to its descriptor.
async fn follow(connection: &impl ConnectionTrait, record_type: &RecordType) -> Result<(), DbError> {
    let existing = column_names(connection, record_type.name).await?;
    if existing.is_empty() {
        connection.execute(&record_table(record_type)).await?;
    } else {
        for mut column in record_type.all_fields().flat_map(columns) {
            if !existing.contains(&column.get_column_name()) {
                let mut alter = Table::alter();
                alter.table(name(record_type.name)).add_column(&mut column);
                connection.execute(&alter).await?;
            }
        }
    }
    for fields in record_type.indexes {
        connection.execute(&record_index(record_type, fields)).await?;
    }
    for field in record_type.all_fields().filter(|field| field.unique) {
        connection.execute(record_index(record_type, &[field.name]).unique()).await?;
    }
    Ok(())
}

fn record_table(record_type: &RecordType) -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table(name(record_type.name))
        .col(ColumnDef::new(name(ID)).big_integer().not_null().primary_key())
        .col(ColumnDef::new(name(IMPORT)).big_integer())
        .col(ColumnDef::new(name(ARCHIVED)).boolean().not_null().default(false))
        .col(ColumnDef::new(name(MERGED_INTO)).big_integer());
    for mut column in record_type.all_fields().flat_map(columns) {
        table.col(&mut column);
    }
    table
}

fn record_index(record_type: &RecordType, fields: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.if_not_exists().name(format!("{}_{}", record_type.name, fields.join("_"))).table(name(record_type.name));
    for field in fields {
        index.col(name(field));
    }
    index
}

/// The columns a field takes: two for money.
fn columns(field: &Field) -> Vec<ColumnDef> {
    let mut column = ColumnDef::new(name(field.name));
    match field.kind {
        FieldKind::Text | FieldKind::Currency | FieldKind::Choice(_) | FieldKind::Date => column.text(),
        FieldKind::Integer | FieldKind::Decimal | FieldKind::Money | FieldKind::Moment | FieldKind::Reference(_) => {
            column.big_integer()
        }
        FieldKind::Flag => column.boolean(),
    };
    if field.kind == FieldKind::Money {
        let mut currency = ColumnDef::new(name(&currency_column(field.name)));
        currency.text();
        vec![column.clone(), currency]
    } else {
        vec![column.clone()]
    }
}

fn text(column: &str) -> ColumnDef {
    ColumnDef::new(name(column)).text().not_null().to_owned()
}

fn number(column: &str) -> ColumnDef {
    ColumnDef::new(name(column)).big_integer().not_null().to_owned()
}

fn key(columns: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create();
    for column in columns {
        index.col(name(column));
    }
    index.primary().to_owned()
}

fn system_tables() -> Vec<TableCreateStatement> {
    let optional = |column: &str| ColumnDef::new(name(column)).big_integer().to_owned();
    vec![
        Table::create().table(name("clinch")).col(text("name").primary_key()).col(number("value")).to_owned(),
        Table::create().table(name("counter")).col(text("name").primary_key()).col(number("value")).to_owned(),
        Table::create()
            .table(name("log"))
            .col(number("seq").primary_key())
            .col(number("recorded_at"))
            .col(number("effective_at"))
            .col(optional("actor"))
            .col(text("origin"))
            .col(optional("import_id"))
            .col(text("entity"))
            .col(number("record_id"))
            .col(text("kind"))
            .col(text("fields"))
            .col(ColumnDef::new(name("payload_version")).small_integer().not_null())
            .col(ColumnDef::new(name("hash")).binary().not_null())
            .to_owned(),
        // Where a record came from, absent records included, so that importing it again revives the same id.
        Table::create()
            .table(name("external_id"))
            .col(text("entity"))
            .col(text("source"))
            .col(text("external_id"))
            .col(number("record_id"))
            .primary_key(&mut key(&["entity", "source", "external_id"]))
            .to_owned(),
        Table::create()
            .table(name("subject_key"))
            .col(text("entity"))
            .col(number("record_id"))
            .col(ColumnDef::new(name("key")).binary().not_null())
            .primary_key(&mut key(&["entity", "record_id"]))
            .to_owned(),
        // Values that begin in the future: the record row takes them when their moment comes.
        Table::create()
            .table(name("due"))
            .col(number("effective_at"))
            .col(text("entity"))
            .col(number("record_id"))
            .primary_key(&mut key(&["effective_at", "entity", "record_id"]))
            .to_owned(),
        // Sessions, tokens, credentials, links, fact files: not records.
        Table::create()
            .table(name("kept"))
            .col(text("kind"))
            .col(text("key"))
            .col(optional("owner"))
            .col(text("content"))
            .col(optional("expires_at"))
            .primary_key(&mut key(&["kind", "key"]))
            .to_owned(),
        // Imports whose records lists do not show: running, or undone and not yet swept.
        Table::create().table(name("hidden_import")).col(number("import_id").primary_key()).to_owned(),
    ]
}

fn system_indexes() -> Vec<IndexCreateStatement> {
    vec![
        Index::create().name("log_record").table(name("log")).col(name("entity")).col(name("record_id")).to_owned(),
        Index::create().name("log_import").table(name("log")).col(name("import_id")).to_owned(),
    ]
}

/// Which mark stands for which likeness, until that is erased; and every record that ever had a mark.
fn mark_tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table(name("mark"))
            .col(ColumnDef::new(name("hash")).binary().not_null().primary_key())
            .col(number("mark"))
            .to_owned(),
        Table::create()
            .table(name("marked"))
            .col(number("mark"))
            .col(number("record_id"))
            .primary_key(&mut key(&["mark", "record_id"]))
            .to_owned(),
    ]
}

fn mark_indexes() -> Vec<IndexCreateStatement> {
    vec![
        Index::create().name("mark_mark").table(name("mark")).col(name("mark")).to_owned(),
        Index::create().name("marked_record").table(name("marked")).col(name("record_id")).to_owned(),
    ]
}

/// What is attached to records, as it is sealed; the log names its hash.
fn content_tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table(name("content"))
            .col(text("hash").primary_key())
            .col(text("entity"))
            .col(number("record_id"))
            .col(ColumnDef::new(name("sealed")).binary().not_null())
            .to_owned(),
    ]
}

fn content_indexes() -> Vec<IndexCreateStatement> {
    vec![
        Index::create()
            .name("content_record")
            .table(name("content"))
            .col(name("entity"))
            .col(name("record_id"))
            .to_owned(),
    ]
}
