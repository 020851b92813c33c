//! Marks: the log says that two records are of the same person, not of whom. A mark is a random number. Which likeness (the hash of
//! what is compared) it stands for is kept beside the log, and forgotten when one who has it is erased; who ever had it stays.

use crate::{
    Change, Db, DbError,
    history::{History, IDS_A_STATEMENT, imports_in},
    rows::ROWS_A_STATEMENT,
    schema::name,
    tx::Histories,
};
use base::{RecordId, Seq};
use rules::{
    log::{Event, LogRow, Origin, Timeline},
    record::{Mark, RecordType, Value},
};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

type Likeness = Vec<u8>;
/// The texts of one record that marks are made of.
type Texts = BTreeMap<&'static str, Value>;

/// Adds to each change the marks of what it says; a record that is changed keeps what it does not say.
pub(crate) async fn put_marks(
    db: &Db,
    transaction: &DatabaseTransaction,
    (changes, origin): (&mut [Change], Origin),
    histories: &Histories,
) -> Result<(), DbError> {
    if changes.iter().all(|change| told(change.record_type, change.event.fields()).next().is_none()) {
        return Ok(());
    }
    let imports = imports_in(transaction, db.registry()).await?;
    let imports = if let Origin::Import(import) = origin { imports.including(import) } else { imports };
    let mut standing: BTreeMap<(&'static str, RecordId), Texts> = BTreeMap::new();
    let mut found: Vec<(usize, &'static Mark, Option<Likeness>)> = Vec::new();
    for (place, change) in changes.iter().enumerate() {
        let key = (change.record_type.name, change.id);
        let texts = standing.entry(key).or_insert_with(|| {
            let rows = histories.get(&key).map_or(&[][..], Vec::as_slice);
            Timeline::known(rows, &imports, Seq(i64::MAX))
                .map(|known| last(change.record_type, &known))
                .unwrap_or_default()
        });
        let likenesses = likenesses(change.record_type, texts, change.event.fields());
        found.extend(likenesses.into_iter().map(|(mark, likeness)| (place, mark, likeness)));
    }
    let wanted: BTreeSet<&Likeness> = found.iter().filter_map(|(.., likeness)| likeness.as_ref()).collect();
    let marks = marks_of(db, transaction, &wanted).await?;
    let mut holders = BTreeSet::new();
    for (place, mark, likeness) in found {
        let number = likeness.and_then(|likeness| marks.get(&likeness).copied());
        let change = &mut changes[place];
        holders.extend(number.map(|number| (number, change.id)));
        if let Event::Create(fields) | Event::Set(fields) = &mut change.event {
            fields.push((mark.name, number.map_or(Value::Null, Value::Integer)));
        }
    }
    hold(transaction, &holders).await
}

/// Who has marks, from log rows as they are.
pub(crate) async fn hold_again(transaction: &DatabaseTransaction, changes: &[Change]) -> Result<(), DbError> {
    let of = |change: &Change| {
        let (id, fields) = (change.id, change.event.fields());
        numbers(change.record_type, fields).map(move |number| (number, id)).collect::<Vec<_>>()
    };
    hold(transaction, &changes.iter().flat_map(of).collect()).await
}

/// Which likeness each mark stands for, from histories with their personal fields.
pub(crate) async fn learn_again(
    transaction: &DatabaseTransaction,
    record_type: &'static RecordType,
    histories: &BTreeMap<RecordId, History>,
) -> Result<(), DbError> {
    let mut known: BTreeMap<Likeness, i64> = BTreeMap::new();
    for rows in histories.values() {
        let mut texts = Texts::new();
        for row in rows {
            let fields = row.event.fields();
            for (mark, likeness) in likenesses(record_type, &mut texts, fields) {
                let said = fields.iter().find(|(name, _)| *name == mark.name);
                let number = said.and_then(|(_, value)| value.as_integer());
                known.extend(likeness.zip(number));
            }
        }
    }
    learn(transaction, &known.iter().map(|(likeness, number)| (likeness, *number)).collect::<Vec<_>>()).await
}

/// Forgets what the marks in these rows stand for.
pub(crate) async fn forget(
    transaction: &DatabaseTransaction,
    record_type: &RecordType,
    rows: &[LogRow],
) -> Result<(), DbError> {
    let marks: BTreeSet<i64> = rows.iter().flat_map(|row| numbers(record_type, row.event.fields())).collect();
    if marks.is_empty() {
        return Ok(());
    }
    let mut delete = Query::delete();
    delete.from_table(name("mark")).and_where(Expr::col(name("mark")).is_in(marks));
    transaction.execute(&delete).await?;
    Ok(())
}

/// The marks of which something is said.
fn told(record_type: &'static RecordType, fields: &[(&'static str, Value)]) -> impl Iterator<Item = &'static Mark> {
    record_type.marks().filter(move |mark| fields.iter().any(|(name, _)| mark.of.contains(name)))
}

fn numbers(record_type: &RecordType, fields: &[(&'static str, Value)]) -> impl Iterator<Item = i64> {
    let is_mark = |name: &str| record_type.marks().any(|mark| mark.name == name);
    fields.iter().filter(move |(name, _)| is_mark(name)).filter_map(|(_, value)| value.as_integer())
}

/// The texts that a record has at last.
fn last(record_type: &RecordType, known: &Timeline) -> Texts {
    let names = record_type.marks().flat_map(|mark| mark.of.iter().copied());
    names.filter_map(|name| Some((name, known.steps(name).last()?.value.clone()))).collect()
}

/// The likenesses of what fields say over what stands; none where something was emptied. Where something is not known, of an erased
/// record, nothing is said.
fn likenesses(
    record_type: &'static RecordType,
    texts: &mut Texts,
    fields: &[(&'static str, Value)],
) -> Vec<(&'static Mark, Option<Likeness>)> {
    let marks: Vec<&'static Mark> = told(record_type, fields).collect();
    texts.extend(fields.iter().filter(|(name, _)| marks.iter().any(|mark| mark.of.contains(name))).cloned());
    let of = |mark: &'static Mark| {
        let is_known = mark.of.iter().all(|name| texts.contains_key(name));
        let likeness = mark.likeness(|name| texts.get(name)?.as_text());
        let hash = |text: String| Sha256::digest(format!("{}\n{}\n{text}", record_type.name, mark.name)).to_vec();
        is_known.then(|| (mark, likeness.map(hash)))
    };
    marks.into_iter().filter_map(of).collect()
}

/// The mark of each likeness, a new one where there is none.
async fn marks_of(
    db: &Db,
    transaction: &DatabaseTransaction,
    wanted: &BTreeSet<&Likeness>,
) -> Result<BTreeMap<Likeness, i64>, DbError> {
    let mut marks = standing(transaction, wanted.iter().copied()).await?;
    let missing: Vec<&Likeness> = wanted.iter().copied().filter(|likeness| !marks.contains_key(*likeness)).collect();
    let fresh: Vec<(&Likeness, i64)> =
        missing.iter().map(|likeness| (*likeness, i64::from_le_bytes(db.random_bytes()) & i64::MAX)).collect();
    learn(transaction, &fresh).await?;
    // Another process may have been first with one of them; it has committed by now.
    marks.extend(standing(transaction, missing.into_iter()).await?);
    Ok(marks)
}

async fn standing(
    transaction: &DatabaseTransaction,
    wanted: impl Iterator<Item = &Likeness>,
) -> Result<BTreeMap<Likeness, i64>, DbError> {
    let (mut found, wanted) = (BTreeMap::new(), wanted.cloned().collect::<Vec<_>>());
    for chunk in wanted.chunks(IDS_A_STATEMENT) {
        let mut select = Query::select();
        select
            .columns([name("hash"), name("mark")])
            .from(name("mark"))
            .and_where(Expr::col(name("hash")).is_in(chunk.iter().cloned()));
        for row in transaction.query_all(&select).await? {
            found.insert(row.try_get("", "hash")?, row.try_get("", "mark")?);
        }
    }
    Ok(found)
}

/// In the order of the hashes, so that two who learn the same do not wait for each other.
async fn learn(transaction: &DatabaseTransaction, marks: &[(&Likeness, i64)]) -> Result<(), DbError> {
    for chunk in marks.chunks(ROWS_A_STATEMENT) {
        let mut insert = Query::insert();
        insert.into_table(name("mark")).columns([name("hash"), name("mark")]);
        for (likeness, mark) in chunk {
            insert.values_panic([Expr::val((*likeness).clone()), Expr::val(*mark)]);
        }
        insert.on_conflict(OnConflict::new().do_nothing().to_owned());
        transaction.execute(&insert).await?;
    }
    Ok(())
}

async fn hold(transaction: &DatabaseTransaction, holders: &BTreeSet<(i64, RecordId)>) -> Result<(), DbError> {
    let holders: Vec<&(i64, RecordId)> = holders.iter().collect();
    for chunk in holders.chunks(ROWS_A_STATEMENT) {
        let mut insert = Query::insert();
        insert.into_table(name("marked")).columns([name("mark"), name("record_id")]);
        for (mark, id) in chunk {
            insert.values_panic([Expr::val(*mark), Expr::val(id.0)]);
        }
        insert.on_conflict(OnConflict::new().do_nothing().to_owned());
        transaction.execute(&insert).await?;
    }
    Ok(())
}
