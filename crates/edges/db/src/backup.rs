//! A backup is the log, and beside it the keys of personal fields and what people sign in with. Made while people work: the log
//! only grows, so reading it up to the seq of the start is one state. Restoring folds it anew, on either database.
//!
//! Two files of JSON lines: the log, and the keys, which may be kept elsewhere or left out: without them personal fields are
//! unreadable and all else stands.

use crate::{
    Change, Db, DbError, IMPORT_ENTITY, codec,
    codec::{GENESIS, StoredRow},
    contents::{self, Stored},
    due::remember_due,
    history::{self, imports_in, log_row},
    imports::hide_import,
    marks::{hold_again, learn_again},
    rows::{ROWS_A_STATEMENT, refold, register_creates},
    schema::{self, name},
    tx::append,
};
use base::{RecordId, Seq};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use rules::log::Event;
use sea_orm::{
    ConnectionTrait,
    sea_query::{Expr, ExprTrait, OnConflict, Order, Query},
};
use serde_json::{Value as Json, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, BufRead, Write},
};

const FORMAT: i64 = 1;
const ROWS_A_PAGE: u64 = 5_000;

/// What a backup or a restore came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Saved {
    pub log_rows: u64,
    pub keys: u64,
    pub kept: u64,
    pub contents: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("the backup cannot be written or read")]
    File(#[from] io::Error),
    #[error("line {line}: {reason}")]
    Line { line: u64, reason: String },
    #[error("the database holds records already")]
    NotEmpty,
    #[error(transparent)]
    Db(#[from] DbError),
}

impl BackupError {
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::File(_) => "check that the place exists and has room",
            Self::Line { .. } => "the file is cut or was changed: take another backup",
            Self::NotEmpty => "name a database that does not exist yet",
            Self::Db(error) => error.hint(),
        }
    }
}

/// Writes the log up to now, and the entries of these kinds that are kept beside it; the keys go to a file of their own.
pub async fn backup(
    db: &Db,
    log: &mut (dyn Write + Send),
    keys: &mut (dyn Write + Send),
    kinds: &[&'static str],
) -> Result<Saved, BackupError> {
    let upto = db.system().last_seq().await?;
    let mut saved = Saved::default();
    writeln!(
        log,
        "{}",
        json!({ "clinch": "log", "format": FORMAT, "schema": schema::SCHEMA_VERSION, "upto": upto.0 })
    )?;
    let mut after = Seq(0);
    let mut holders = BTreeSet::new();
    let holds = |row: &StoredRow| db.registry().get(&row.entity).is_some_and(|known| known.content().is_some());
    while after < upto {
        let rows = db.system().stored_after(after, ROWS_A_PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = Seq(last.seq);
        for row in rows.iter().filter(|row| row.seq <= upto.0) {
            writeln!(log, "{}", written(row))?;
            saved.log_rows += 1;
            if holds(row) {
                holders.insert(RecordId(row.record_id));
            }
        }
    }
    for kind in kinds {
        for kept in db.all_kept(kind).await? {
            let expires = kept.expires_at.map(codec::micros);
            let line = json!({ "kept": [kept.kind, kept.key, kept.owner.map(|id| id.0), kept.content, expires] });
            writeln!(log, "{line}")?;
            saved.kept += 1;
        }
    }
    // One at a time; what is erased meanwhile is not in it.
    for hash in db.content_hashes().await? {
        // What was attached since belongs to no row above.
        if let Some(content) = db.stored_content(&hash).await?.filter(|one| holders.contains(&one.record)) {
            let sealed = BASE64.encode(&content.sealed);
            writeln!(log, "{}", json!({ "content": [content.hash, content.entity, content.record.0, sealed] }))?;
            saved.contents += 1;
        }
    }
    writeln!(log, "{}", json!({ "end": saved.log_rows }))?;
    writeln!(keys, "{}", json!({ "clinch": "keys", "format": FORMAT }))?;
    let mut select = Query::select();
    select
        .columns([name("entity"), name("record_id"), name("key")])
        .from(name("subject_key"))
        .order_by(name("record_id"), Order::Asc);
    for row in db.read_connection().query_all(&select).await.map_err(DbError::from)? {
        let read = || -> Result<Json, DbError> {
            let (entity, id): (String, i64) = (row.try_get("", "entity")?, row.try_get("", "record_id")?);
            let key: Vec<u8> = row.try_get("", "key")?;
            Ok(json!({ "key": [entity, id, BASE64.encode(key)] }))
        };
        writeln!(keys, "{}", read()?)?;
        saved.keys += 1;
    }
    writeln!(keys, "{}", json!({ "end": saved.keys }))?;
    Ok(saved)
}

fn written(row: &StoredRow) -> Json {
    json!({ "log": [
        row.seq, row.recorded_at, row.effective_at, row.actor, row.origin, row.import_id, row.entity, row.record_id, row.kind,
        row.fields, row.payload_version, BASE64.encode(&row.hash),
    ] })
}

/// Lines of a backup file, numbered.
struct Lines<'a> {
    from: &'a mut (dyn BufRead + Send),
    line: u64,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Json, BackupError> {
        let mut text = String::new();
        self.line += 1;
        if self.from.read_line(&mut text)? == 0 {
            return Err(self.wrong("the file ends before its last line"));
        }
        serde_json::from_str(&text).map_err(|error| self.wrong(&error.to_string()))
    }

    fn wrong(&self, reason: &str) -> BackupError {
        BackupError::Line { line: self.line, reason: reason.to_owned() }
    }

    fn head(&mut self, what: &str) -> Result<(), BackupError> {
        let head = self.next()?;
        if head["clinch"] != json!(what) || head["format"] != json!(FORMAT) {
            return Err(self.wrong(&format!("this is no backup of the {what} that this version reads")));
        }
        Ok(())
    }

    fn content(&self, cells: &Json) -> Result<Stored, BackupError> {
        let text = |place: usize| cells[place].as_str().ok_or_else(|| self.wrong("a text is missing"));
        let stored = Stored {
            hash: text(0)?.to_owned(),
            entity: text(1)?.to_owned(),
            record: RecordId(cells[2].as_i64().ok_or_else(|| self.wrong("a number is missing"))?),
            sealed: BASE64.decode(text(3)?).map_err(|_| self.wrong("what is attached does not read"))?,
        };
        if stored.is_whole() { Ok(stored) } else { Err(self.wrong("what is attached does not match its hash")) }
    }

    fn row(&self, cells: &Json) -> Result<StoredRow, BackupError> {
        let number = |place: usize| cells[place].as_i64().ok_or_else(|| self.wrong("a number is missing"));
        let text =
            |place: usize| cells[place].as_str().map(str::to_owned).ok_or_else(|| self.wrong("a text is missing"));
        let hash = BASE64.decode(text(11)?).map_err(|_| self.wrong("the hash does not read"))?;
        Ok(StoredRow {
            seq: number(0)?,
            recorded_at: number(1)?,
            effective_at: number(2)?,
            actor: cells[3].as_i64(),
            origin: codec::origin_static(&text(4)?),
            import_id: cells[5].as_i64(),
            entity: text(6)?,
            record_id: number(7)?,
            kind: text(8)?,
            fields: text(9)?,
            payload_version: i16::try_from(number(10)?).map_err(|_| self.wrong("an unknown payload version"))?,
            hash,
        })
    }
}

/// Reads a backup into an empty database and folds its tables. A row that does not follow from the one before stops it.
pub async fn restore(
    db: &Db,
    log: &mut (dyn BufRead + Send),
    keys: Option<&mut (dyn BufRead + Send)>,
) -> Result<Saved, BackupError> {
    if db.system().last_seq().await? != Seq(0) {
        return Err(BackupError::NotEmpty);
    }
    let mut saved = Saved { keys: restore_keys(db, keys).await?, ..Saved::default() };
    let mut lines = Lines { from: log, line: 0 };
    lines.head("log")?;
    let mut hash = GENESIS.to_vec();
    let mut page: Vec<StoredRow> = Vec::new();
    let mut highest = 0;
    loop {
        let line = lines.next()?;
        if let Some(end) = line["end"].as_u64() {
            if end != saved.log_rows {
                return Err(lines.wrong(&format!("{end} rows were saved and {} are here", saved.log_rows)));
            }
            break;
        }
        if line["kept"].is_array() {
            restore_kept(db, &line["kept"]).await?;
            saved.kept += 1;
            continue;
        }
        if line["content"].is_array() {
            contents::store(db.write_connection(), lines.content(&line["content"])?).await?;
            saved.contents += 1;
            continue;
        }
        let row = lines.row(&line["log"])?;
        if row.chained(&hash)[..] != row.hash[..] {
            return Err(lines.wrong(&format!("row {} does not follow from the one before", row.seq)));
        }
        hash.clone_from(&row.hash);
        highest = Ord::max(highest, row.record_id);
        saved.log_rows += 1;
        page.push(row);
        if page.len() as u64 == ROWS_A_PAGE {
            write(db, std::mem::take(&mut page), &lines).await?;
        }
    }
    write(db, page, &lines).await?;
    fold(db, highest).await?;
    Ok(saved)
}

async fn restore_keys(db: &Db, keys: Option<&mut (dyn BufRead + Send)>) -> Result<u64, BackupError> {
    let Some(keys) = keys else { return Ok(0) };
    let mut lines = Lines { from: keys, line: 0 };
    lines.head("keys")?;
    let mut count = 0;
    let transaction = db.begin_write().await?;
    loop {
        let line = lines.next()?;
        if line["end"].as_u64().is_some() {
            break;
        }
        let key = &line["key"];
        let (Some(entity), Some(id), Some(text)) = (key[0].as_str(), key[1].as_i64(), key[2].as_str()) else {
            return Err(lines.wrong("a key is missing"));
        };
        let bytes = BASE64.decode(text).map_err(|_| lines.wrong("the key does not read"))?;
        let mut insert = Query::insert();
        insert
            .into_table(name("subject_key"))
            .columns([name("entity"), name("record_id"), name("key")])
            .values_panic([Expr::val(entity), Expr::val(id), Expr::val(bytes)]);
        transaction.execute(&insert).await.map_err(DbError::from)?;
        count += 1;
    }
    transaction.commit().await.map_err(DbError::from)?;
    Ok(count)
}

async fn restore_kept(db: &Db, cells: &Json) -> Result<(), DbError> {
    let mut insert = Query::insert();
    insert
        .into_table(name("kept"))
        .columns(["kind", "key", "owner", "content", "expires_at"].map(name))
        .values_panic([
            Expr::val(cells[0].as_str()),
            Expr::val(cells[1].as_str()),
            Expr::val(cells[2].as_i64()),
            Expr::val(cells[3].as_str()),
            Expr::val(cells[4].as_i64()),
        ])
        .on_conflict(OnConflict::new().do_nothing().to_owned());
    db.write_connection().execute(&insert).await?;
    Ok(())
}

/// Log rows, and what is looked up beside them: external ids, who has which mark, values that wait for their day.
async fn write(db: &Db, rows: Vec<StoredRow>, lines: &Lines<'_>) -> Result<(), BackupError> {
    let transaction = db.begin_write().await?;
    append(&transaction, &rows).await?;
    let mut changes = Vec::new();
    for row in &rows {
        let record_type = db.registry().get(&row.entity);
        let record_type =
            record_type.ok_or_else(|| lines.wrong(&format!("this version knows no record type {}", row.entity)))?;
        let read = log_row(record_type, row, None)?;
        let change = Change { record_type, id: read.id, event: read.event, effective_at: None, based_on: None };
        changes.push(change.effective_at(read.effective_at));
    }
    let creates: Vec<&Change> = changes.iter().filter(|change| matches!(change.event, Event::Create(_))).collect();
    register_creates(&transaction, &creates).await?;
    hold_again(&transaction, &changes).await?;
    remember_due(&transaction, &changes, db.now()).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}

/// Every record row anew from the log.
async fn fold(db: &Db, highest: i64) -> Result<(), DbError> {
    let imports = imports_in(db.read_connection(), db.registry()).await?;
    for record_type in db.registry().iter() {
        let mut after = RecordId(0);
        loop {
            let is_marked = record_type.marks().next().is_some();
            let page = db.system().histories_after(record_type, after, ROWS_A_PAGE, is_marked).await?;
            let Some(last) = page.keys().next_back() else { break };
            after = *last;
            if is_marked {
                let transaction = db.begin_write().await?;
                learn_again(&transaction, record_type, &page).await?;
                transaction.commit().await?;
            }
            let ids: Vec<RecordId> = page.into_keys().collect();
            for chunk in ids.chunks(ROWS_A_STATEMENT) {
                let transaction = db.begin_write().await?;
                refold(&transaction, record_type, &chunk.iter().copied().collect(), &imports, db.now()).await?;
                transaction.commit().await?;
            }
        }
    }
    let transaction = db.begin_write().await?;
    let ids: BTreeMap<RecordId, history::History> = match db.registry().get(IMPORT_ENTITY) {
        Some(record_type) => db.system().histories_after(record_type, RecordId(0), u64::from(u32::MAX), false).await?,
        None => BTreeMap::new(),
    };
    let hidden: BTreeSet<RecordId> = ids.into_keys().filter(|id| !imports.is_done(*id)).collect();
    let mut shown = Query::delete();
    shown.from_table(name("hidden_import"));
    transaction.execute(&shown).await?;
    for import in hidden {
        hide_import(&transaction, import).await?;
    }
    let mut counter = Query::update();
    counter
        .table(name("counter"))
        .value(name("value"), Expr::val(highest))
        .and_where(Expr::col(name("name")).eq("record_id"))
        .and_where(Expr::col(name("value")).lt(highest));
    transaction.execute(&counter).await?;
    transaction.commit().await?;
    Ok(())
}
