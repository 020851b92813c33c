//! How many different ids there are.

use crate::{By, Question};
use datafusion::{
    arrow::{array::ArrayRef, datatypes::DataType},
    common::{
        Result, ScalarValue,
        cast::{as_binary_array, as_int64_array},
    },
    functions_aggregate::expr_fn::count_distinct,
    logical_expr::{Accumulator, AggregateUDF, Volatility, create_udaf, function::AccumulatorArgs},
    prelude::Expr,
};
use roaring::RoaringTreemap;
use std::sync::{Arc, LazyLock};

/// How many. Of the company's facts the ids are held as bits, of others as a set: a bit takes less than an id where they are many,
/// and more where they are few.
pub(crate) fn distinct(question: &Question<'_>, ids: Expr) -> Expr {
    static COUNT: LazyLock<AggregateUDF> =
        LazyLock::new(|| of_ids("distinct_ids", DataType::Int64, |ids| Ok(ScalarValue::from(ids.len().cast_signed()))));
    if matches!(question.by, By::Company) && !question.open { COUNT.call(vec![ids]) } else { count_distinct(ids) }
}

/// Which: as bytes that `read` reads.
pub(crate) fn ids(_: &Question<'_>, ids: Expr) -> Expr {
    static IDS: LazyLock<AggregateUDF> = LazyLock::new(|| of_ids("ids", DataType::Binary, bytes));
    IDS.call(vec![ids])
}

pub(crate) fn read(bytes: &[u8]) -> Result<RoaringTreemap> {
    Ok(RoaringTreemap::deserialize_from(bytes)?)
}

fn bytes(ids: &RoaringTreemap) -> Result<ScalarValue> {
    let mut bytes = Vec::with_capacity(ids.serialized_size());
    ids.serialize_into(&mut bytes)?;
    Ok(ScalarValue::Binary(Some(bytes)))
}

/// What a bitmap of one id takes beside the id: a leaf of a tree, and room for four containers.
const BYTES_A_BITMAP: usize = 512;

type Told = fn(&RoaringTreemap) -> Result<ScalarValue>;

fn of_ids(name: &str, as_type: DataType, told: Told) -> AggregateUDF {
    let (ids, state) = (vec![DataType::Int64], Arc::new(vec![DataType::Binary]));
    let none =
        move |_: AccumulatorArgs<'_>| Ok(Box::new(Bits { ids: RoaringTreemap::new(), told }) as Box<dyn Accumulator>);
    create_udaf(name, ids, Arc::new(as_type), Volatility::Immutable, Arc::new(none), state)
}

/// Ids that were seen.
#[derive(Debug)]
struct Bits {
    ids: RoaringTreemap,
    told: Told,
}

impl Accumulator for Bits {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for ids in values {
            self.ids.extend(as_int64_array(ids)?.iter().flatten().map(i64::cast_unsigned));
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        (self.told)(&self.ids)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.ids.serialized_size() + BYTES_A_BITMAP * self.ids.bitmaps().count()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![bytes(&self.ids)?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for states in states {
            for bytes in as_binary_array(states)?.iter().flatten() {
                self.ids |= read(bytes)?;
            }
        }
        Ok(())
    }
}
