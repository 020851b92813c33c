//! Facts as Arrow columns: ids and seqs as integers, dates as days, amounts as Decimal128(38, 6).

use base::{Amount, Currency};
use datafusion::{
    arrow::{
        array::{ArrayRef, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch},
        datatypes::{DataType, Field, Schema, SchemaRef},
        error::ArrowError,
    },
    common::Result,
};
use jiff::civil::Date;
use rules::facts::{FactType, KnownFact};
use std::sync::Arc;

pub(crate) const RECORD: &str = "record";
pub(crate) const DATE: &str = "date";
pub(crate) const UNTIL: &str = "until";
pub(crate) const CURRENCY: &str = "currency";
pub(crate) const KNOWN_FROM: &str = "known_from";
pub(crate) const KNOWN_TO: &str = "known_to";
pub(crate) const PRECISION: u8 = 38;
pub(crate) const SCALE: i8 = 6;

pub(crate) const fn decimal() -> DataType {
    DataType::Decimal128(PRECISION, SCALE)
}

/// Days since 1970-01-01.
pub(crate) fn days(date: Date) -> i32 {
    Date::constant(1970, 1, 1).until(date).map_or(0, |span| span.get_days())
}

/// The day so many days after 1970-01-01.
pub(crate) fn date(days: i32) -> Result<Date, crate::EngineError> {
    Date::constant(1970, 1, 1)
        .checked_add(jiff::Span::new().days(days))
        .map_err(|error| crate::EngineError::Shape(error.to_string()))
}

/// The three letters as one integer, so that comparing is cheap.
pub(crate) fn packed(currency: Currency) -> i32 {
    currency.code().bytes().fold(0, |packed, letter| (packed << 8) | i32::from(letter))
}

pub(crate) fn schema(fact_type: &FactType) -> SchemaRef {
    let mut fields = vec![
        Field::new(RECORD, DataType::Int64, false),
        Field::new(DATE, DataType::Date32, false),
        Field::new(UNTIL, DataType::Date32, true),
        Field::new(CURRENCY, DataType::Int32, true),
        Field::new(KNOWN_FROM, DataType::Int64, false),
        Field::new(KNOWN_TO, DataType::Int64, true),
    ];
    fields.extend(fact_type.keys.iter().map(|key| Field::new(key.name, DataType::Int64, true)));
    fields.extend(fact_type.measures.iter().map(|measure| Field::new(measure.name, decimal(), true)));
    Arc::new(Schema::new(fields))
}

pub(crate) fn batch(fact_type: &FactType, facts: &[KnownFact]) -> Result<RecordBatch, ArrowError> {
    let integers = |value: &dyn Fn(&KnownFact) -> Option<i64>| -> ArrayRef {
        Arc::new(facts.iter().map(value).collect::<Int64Array>())
    };
    let mut columns: Vec<ArrayRef> = vec![
        integers(&|known| Some(known.fact.record.0)),
        Arc::new(facts.iter().map(|known| Some(days(known.fact.date))).collect::<Date32Array>()),
        Arc::new(facts.iter().map(|known| known.fact.until.map(days)).collect::<Date32Array>()),
        Arc::new(facts.iter().map(|known| known.fact.currency.map(packed)).collect::<Int32Array>()),
        integers(&|known| Some(known.known_from.0)),
        integers(&|known| known.known_to.map(|seq| seq.0)),
    ];
    for place in 0..fact_type.keys.len() {
        columns.push(integers(&|known| known.fact.keys[place].map(|id| id.0)));
    }
    for place in 0..fact_type.measures.len() {
        let amounts = facts.iter().map(|known| known.fact.measures[place].map(Amount::millionths));
        columns.push(Arc::new(amounts.collect::<Decimal128Array>().with_precision_and_scale(PRECISION, SCALE)?));
    }
    RecordBatch::try_new(schema(fact_type), columns)
}
