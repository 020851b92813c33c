//! Values out of result batches.

use crate::{
    EngineError,
    place::{ENTITY, PERIOD},
};
use base::{Amount, RecordId};
use datafusion::arrow::array::{Array, Decimal128Array, Int32Array, Int64Array, RecordBatch};

/// Entity and period of a row.
pub(crate) fn place(batch: &RecordBatch, row: usize) -> Result<(Option<RecordId>, usize), EngineError> {
    let period = integer32(batch, PERIOD, row)?.unwrap_or(-1);
    let period = usize::try_from(period).map_err(|_| EngineError::Shape("a fact outside every period".to_owned()))?;
    Ok((integer(batch, ENTITY, row)?.map(RecordId), period))
}

pub(crate) fn column<'a, T: 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a T, EngineError> {
    batch
        .column_by_name(name)
        .and_then(|column| column.as_any().downcast_ref::<T>())
        .ok_or_else(|| EngineError::Shape(format!("no column {name}")))
}

pub(crate) fn integer(batch: &RecordBatch, name: &str, row: usize) -> Result<Option<i64>, EngineError> {
    let column = column::<Int64Array>(batch, name)?;
    Ok((!column.is_null(row)).then(|| column.value(row)))
}

pub(crate) fn integer32(batch: &RecordBatch, name: &str, row: usize) -> Result<Option<i32>, EngineError> {
    let column = column::<Int32Array>(batch, name)?;
    Ok((!column.is_null(row)).then(|| column.value(row)))
}

/// A sum is a decimal, a count an integer; a sum over nothing is zero.
pub(crate) fn amount(batch: &RecordBatch, name: &str, row: usize) -> Result<Amount, EngineError> {
    if let Ok(count) = integer(batch, name, row) {
        return Ok(Amount::from(count.unwrap_or(0)));
    }
    let sums = column::<Decimal128Array>(batch, name)?;
    if sums.is_null(row) {
        return Ok(Amount::ZERO);
    }
    Amount::from_millionths(sums.value(row)).map_err(|error| EngineError::Shape(error.to_string()))
}
