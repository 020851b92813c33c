//! Sums over the year up to each period's end. Each fact is read once, in its stretch of days: the years of months overlap.

use crate::{
    EngineError,
    distinct::{ids, read},
    measures::{Columns, PartValue, sums},
    place::{self, ENTITY, PERIOD},
    question::{Found, Question, Scan, Wanted},
    read::{amount, column, integer32, place as place_of},
    source::Source,
};
use base::{Amount, RecordId};
use datafusion::{
    arrow::array::{BinaryArray, RecordBatch},
    prelude::col,
};
use roaring::RoaringTreemap;
use std::collections::BTreeMap;

/// What a measure comes to on some days.
#[derive(Debug, Default)]
struct Sum {
    value: Amount,
    rows: RoaringTreemap,
    outsiders: RoaringTreemap,
    foreign: bool,
}

impl Sum {
    fn of(columns: &Columns, batch: &RecordBatch, row: usize) -> Result<Self, EngineError> {
        let ids = |name: &str| Ok::<_, EngineError>(read(column::<BinaryArray>(batch, name)?.value(row))?);
        Ok(Self {
            value: amount(batch, &columns.value, row)?,
            rows: ids(&columns.rows)?,
            outsiders: ids(&columns.outsiders)?,
            foreign: integer32(batch, &columns.foreign, row)? == Some(1),
        })
    }

    fn with(self, other: &Self) -> Result<Self, EngineError> {
        Ok(Self {
            value: self.value.checked_add(other.value)?,
            rows: self.rows | &other.rows,
            outsiders: self.outsiders | &other.outsiders,
            foreign: self.foreign || other.foreign,
        })
    }
}

pub(crate) async fn aggregate(
    source: &Source<'_>,
    question: &Question<'_>,
    scan: &Scan<'_>,
) -> Result<Found, EngineError> {
    let frame = place::placed(source, question, &scan.way).await?;
    let (names, values, others) = sums(question, scan, ids)?;
    let each = [values, others].concat();
    let batches = frame.aggregate(vec![col(ENTITY), col(PERIOD)], each)?.collect().await?;
    let mut stretches: BTreeMap<Option<RecordId>, BTreeMap<usize, (&RecordBatch, usize)>> = BTreeMap::new();
    for batch in &batches {
        for row in 0..batch.num_rows() {
            let (entity, stretch) = place_of(batch, row)?;
            stretches.entry(entity).or_default().insert(stretch, (batch, row));
        }
    }
    let (_, years) = place::years(question);
    let mut told: BTreeMap<&str, BTreeMap<(Option<RecordId>, usize), PartValue>> = BTreeMap::new();
    for columns in names.values() {
        let parts = told.entry(&columns.value).or_default();
        for (entity, stretches) in &stretches {
            let sums: Result<BTreeMap<usize, Sum>, EngineError> = stretches
                .iter()
                .map(|(stretch, (batch, row))| Ok((*stretch, Sum::of(columns, batch, *row)?)))
                .collect();
            let sums = sums?;
            for (period, year) in &years {
                let sum = sums.range(year.clone()).try_fold(Sum::default(), |whole, (_, part)| whole.with(part))?;
                if !sum.rows.is_empty() {
                    let part = PartValue {
                        value: sum.value,
                        rows: sum.rows.len(),
                        outsiders: sum.outsiders.len(),
                        foreign: sum.foreign,
                        ..PartValue::NOTHING
                    };
                    parts.insert((*entity, *period), part);
                }
                // So that the limit of time can end it.
                tokio::task::yield_now().await;
            }
        }
    }
    let of = |wanted: &Wanted| {
        told.get(names[&(wanted.measure, wanted.row_key, wanted.adjusts)].value.as_str()).cloned().unwrap_or_default()
    };
    Ok(scan.wanted.iter().map(|wanted| (wanted.kpi, wanted.side, of(wanted))).collect())
}
