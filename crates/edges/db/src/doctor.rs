//! Does the database keep its promises? Every store test ends with this, and `clinch doctor` prints it.

use crate::{Db, DbError, Record, codec::GENESIS, history::keys_in};
use base::{RecordId, Seq};
use rules::{
    log::{Event, Imports, LogRow, Timeline},
    record::{RecordType, Value},
};
use std::collections::{BTreeMap, BTreeSet};

const ROWS_A_PAGE: u64 = 20_000;
const AT_MOST: usize = 20;

/// What was checked and what was found wrong; sound when `problems` is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub log_rows: u64,
    pub records: u64,
    pub contents: u64,
    /// At most twenty, each a sentence that names the place.
    pub problems: Vec<String>,
}

impl Report {
    fn problem(&mut self, sentence: String) {
        if self.problems.len() < AT_MOST {
            self.problems.push(sentence);
        }
    }
}

/// So often a log that is written meanwhile is looked at again.
const LOOKS: usize = 5;

/// Checks that seqs have no gap, that the hash chain is unbroken, and that fold(log) = tables for every record type. Log and tables
/// are read one after the other: what was found while somebody wrote between them is looked at again.
pub async fn check(db: &Db) -> Result<Report, DbError> {
    let mut looks = 1;
    loop {
        let before = db.system().last_seq().await?;
        let report = look(db).await?;
        if report.problems.is_empty() || looks == LOOKS || db.system().last_seq().await? == before {
            return Ok(report);
        }
        looks += 1;
    }
}

async fn look(db: &Db) -> Result<Report, DbError> {
    let mut report = Report::default();
    chain(db, &mut report).await?;
    let imports = db.system().imports().await?;
    for record_type in db.registry().iter() {
        fold(db, record_type, &imports, &mut report).await?;
    }
    contents(db, &mut report).await?;
    Ok(report)
}

/// What is attached is as it was stored, and what the log names is there, unless it was erased.
async fn contents(db: &Db, report: &mut Report) -> Result<(), DbError> {
    let hashes = db.content_hashes().await?;
    for hash in &hashes {
        report.contents += 1;
        if let Some(stored) = db.stored_content(hash).await?.filter(|stored| !stored.is_whole()) {
            report.problem(format!("what is attached to {} {} is damaged", stored.entity, stored.record));
        }
    }
    let hashes: BTreeSet<String> = hashes.into_iter().collect();
    for record_type in db.registry().iter() {
        let Some(field) = record_type.content() else { continue };
        let mut after = RecordId(0);
        loop {
            let page = db.system().histories_after(record_type, after, ROWS_A_PAGE, false).await?;
            let Some(last) = page.keys().next_back() else { break };
            after = *last;
            // With its key what was attached went too: after a restore without keys nothing is missed.
            let keys = keys_in(db.read_connection(), record_type.name, &page.keys().copied().collect()).await?;
            for (id, rows) in page {
                let is_erased = !keys.contains_key(&id) || rows.iter().any(|row| row.event == Event::Erase);
                let named = rows.iter().flat_map(|row| row.event.fields()).filter(|(name, _)| *name == field.name);
                let is_there = |value: &Value| value.as_text().is_none_or(|hash| hashes.contains(hash));
                if !is_erased && !named.into_iter().all(|(_, value)| is_there(value)) {
                    report.problem(format!("what is attached to {} {id} is missing", record_type.name));
                }
            }
        }
    }
    Ok(())
}

async fn chain(db: &Db, report: &mut Report) -> Result<(), DbError> {
    let reader = db.system();
    let (mut seq, mut hash, mut recorded_at) = (0, GENESIS.to_vec(), i64::MIN);
    loop {
        let rows = reader.stored_after(Seq(seq), ROWS_A_PAGE).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            if row.seq != seq + 1 {
                report.problem(format!("log row {} follows row {seq}", row.seq));
            }
            if row.chained(&hash).as_slice() != row.hash {
                report.problem(format!("log row {} does not match its hash", row.seq));
            }
            if row.recorded_at < recorded_at {
                report.problem(format!("log row {} was recorded before the row in front of it", row.seq));
            }
            report.log_rows += 1;
            (seq, hash, recorded_at) = (row.seq, row.hash, row.recorded_at);
        }
    }
}

/// Walks the log's records and the table's rows side by side, both by id.
async fn fold(
    db: &Db,
    record_type: &'static RecordType,
    imports: &Imports,
    report: &mut Report,
) -> Result<(), DbError> {
    let reader = db.system();
    let mut after = RecordId(0);
    let mut in_table: BTreeMap<RecordId, (Record, bool)> = BTreeMap::new();
    let mut read_up_to = RecordId(0);
    loop {
        let histories = reader.histories_after(record_type, after, ROWS_A_PAGE, true).await?;
        let last_logged = histories.keys().next_back().copied();
        loop {
            let page = reader.table_rows_after(record_type, read_up_to, ROWS_A_PAGE).await?;
            let full = page.len() as u64 == ROWS_A_PAGE;
            for (record, hidden) in page {
                read_up_to = record.id;
                in_table.insert(record.id, (record, hidden));
            }
            if !full || last_logged.is_some_and(|last| read_up_to >= last) {
                break;
            }
        }
        let Some(last) = last_logged else { break };
        after = last;
        for (id, rows) in &histories {
            compare(db, (record_type, *id), rows, imports, in_table.remove(id).as_ref(), report);
        }
    }
    for id in in_table.keys() {
        report.problem(format!("{} {id} stands in the table without a log row", record_type.name));
    }
    Ok(())
}

fn compare(
    db: &Db,
    (record_type, id): (&'static RecordType, RecordId),
    rows: &[LogRow],
    imports: &Imports,
    found: Option<&(Record, bool)>,
    report: &mut Report,
) {
    report.records += 1;
    let entity = record_type.name;
    let visible = found.filter(|(_, hidden)| !hidden).map(|(record, _)| record);
    if let Some((record, true)) = found {
        // Hidden: what a running import made stands as it will be; what an undone one left is being swept.
        if let Some(import) = record.import.filter(|import| imports.is_running(*import)) {
            let as_done = Timeline::known(rows, &imports.clone().including(import), Seq(i64::MAX));
            match as_done {
                Some(timeline) => compare_fields(db, &timeline, record, report),
                None => report.problem(format!("{entity} {id} is hidden and was never created in the log")),
            }
        }
    }
    match (Timeline::known(rows, imports, Seq(i64::MAX)), visible) {
        (None, None) => {}
        (None, Some(_)) => report.problem(format!("{entity} {id} stands in the table; by the log it is absent")),
        (Some(_), None) => report.problem(format!("{entity} {id} is missing from the table")),
        (Some(timeline), Some(record)) => compare_fields(db, &timeline, record, report),
    }
}

fn compare_fields(db: &Db, timeline: &Timeline, record: &Record, report: &mut Report) {
    let (entity, id) = (record.record_type.name, record.id);
    let state = timeline.state_at(db.now());
    for field in record.record_type.all_fields() {
        let logged = state.get(field.name).unwrap_or(&Value::Null);
        if logged != record.value(field.name) {
            // Values may be personal: the sentence names the place, not what stands there.
            report.problem(format!("{entity} {id}: {} differs from the log", field.name));
        }
    }
    if timeline.archived != record.archived || timeline.merged_into != record.merged_into {
        report.problem(format!("{entity} {id}: archived or merged differs from the log"));
    }
}
