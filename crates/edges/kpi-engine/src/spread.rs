//! How the accounts behind facts spread over the words of a key column.

use crate::{
    EngineError,
    distinct::distinct,
    measures::outsiders,
    place::{self, ENTITY, PERIOD, Way},
    question::{Cell, Cells, Question, in_a_period},
    read::{integer, place as place_of},
    source::Source,
};
use base::{Amount, RecordId};
use datafusion::prelude::col;
use rules::kpi::{Index, spread};
use std::collections::BTreeMap;

const ACCOUNT: &str = "account";
const ACCOUNTS: &str = "accounts";
const OUTSIDERS: &str = "outsiders";

pub(crate) struct Spread<'a> {
    pub kpi: usize,
    pub way: Way<'a>,
    pub over: &'a str,
    pub index: Index,
}

/// Opened, each account counts one.
pub(crate) async fn answer(
    source: &Source<'_>,
    question: &Question<'_>,
    asked: &Spread<'_>,
    cells: &mut Cells,
) -> Result<(), EngineError> {
    let frame = place::placed(source, question, &asked.way).await?;
    let has_both = col(ACCOUNT).is_not_null().and(col(asked.over).is_not_null());
    let frame = frame.filter(in_a_period())?.filter(has_both)?;
    let accounts = || distinct(question, col(ACCOUNT)).alias(ACCOUNTS);
    let outside = outsiders(question, asked.way.fact_type, None, distinct)?.alias(OUTSIDERS);
    let groups = vec![col(ENTITY), col(PERIOD)];
    for batch in &frame.clone().aggregate(groups, vec![accounts(), outside])?.collect().await? {
        for row in 0..batch.num_rows() {
            let (entity, period) = place_of(batch, row)?;
            let count = integer(batch, ACCOUNTS, row)?.unwrap_or(0);
            let cell = Cell {
                numerator: Amount::from(count),
                rows: count.unsigned_abs(),
                outsiders: integer(batch, OUTSIDERS, row)?.unwrap_or(0).unsigned_abs(),
                ..Cell::empty(asked.kpi, entity, period)
            };
            cells.insert((asked.kpi, entity, period), cell);
        }
    }
    let groups = vec![col(ENTITY), col(PERIOD), col(asked.over)];
    let mut counts: BTreeMap<(Option<RecordId>, usize), Vec<u64>> = BTreeMap::new();
    for batch in &frame.aggregate(groups, vec![accounts()])?.collect().await? {
        for row in 0..batch.num_rows() {
            let count = integer(batch, ACCOUNTS, row)?.unwrap_or(0).unsigned_abs();
            let place = place_of(batch, row)?;
            if let Some(cell) = cells.get_mut(&(asked.kpi, place.0, place.1)).filter(|_| question.open) {
                cell.words.extend(integer(batch, asked.over, row)?.map(RecordId));
            }
            counts.entry(place).or_default().push(count);
        }
    }
    for ((entity, period), counts) in counts {
        if let Some(cell) = cells.get_mut(&(asked.kpi, entity, period)) {
            cell.value = spread(&counts, question.places, asked.index);
        }
    }
    Ok(())
}
