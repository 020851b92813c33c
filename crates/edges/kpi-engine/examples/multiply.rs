//! For measuring at a size that no import reaches in an hour: fact files written again with each fact so many times, each
//! time of other records than people, products and stages, by the writer that the product writes them with.
//!
//! multiply FOLDER COPIES FACT...    of one copy the files stay what they were

use base::{Amount, Currency, RecordId, Seq};
use datafusion::{
    arrow::array::{Array, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch},
    error::DataFusionError,
    parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
};
use jiff::{ToSpan, civil::Date};
use kpi_engine::SegmentWriter;
use rules::facts::{Fact, FactType, Key, KnownFact, fact_type};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

/// Further from each other than any ids of one company.
const APART: i64 = 1 << 40;

type Failed = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failed> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, copies, facts @ ..] = words.as_slice() else {
        return Err("multiply FOLDER COPIES FACT...".into());
    };
    let copies: i64 = copies.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for fact in facts {
        let fact_type = fact_type(fact).ok_or_else(|| format!("{fact} is no fact"))?;
        let path = file_of(folder, fact)?;
        let many = path.with_extension("many");
        let written = runtime.block_on(multiply(&path, &many, fact_type, copies))?;
        fs::rename(&many, &path)?;
        println!("{fact} {written}");
    }
    Ok(())
}

fn file_of(folder: &str, fact: &str) -> Result<PathBuf, Failed> {
    let mut files = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let is_its = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        name.ends_with(".parquet") && name.rsplitn(3, '-').last() == Some(fact)
    };
    files.find(is_its).ok_or_else(|| format!("{folder} has no file of {fact}").into())
}

async fn multiply(from: &Path, to: &Path, fact_type: &'static FactType, copies: i64) -> Result<u64, Failed> {
    let mut writer = SegmentWriter::create(to, fact_type);
    for copy in 0..copies {
        for batch in ParquetRecordBatchReaderBuilder::try_new(fs::File::open(from)?)?.build()? {
            let batch = batch?;
            for row in 0..batch.num_rows() {
                writer.push(known_fact(&batch, row, fact_type, copy)?)?;
            }
        }
    }
    Ok(writer.finish().await?.facts)
}

fn known_fact(batch: &RecordBatch, row: usize, fact_type: &FactType, copy: i64) -> Result<KnownFact, Failed> {
    let integer = |name: &str| -> Result<Option<i64>, Failed> {
        let column: &Int64Array = column(batch, name)?;
        Ok((!column.is_null(row)).then(|| column.value(row)))
    };
    let day = |name: &str| -> Result<Option<Date>, Failed> {
        let column: &Date32Array = column(batch, name)?;
        let days = (!column.is_null(row)).then(|| column.value(row));
        Ok(days.map(|days| Date::constant(1970, 1, 1).checked_add(days.days())).transpose()?)
    };
    let amount = |name: &str| -> Result<Option<Amount>, Failed> {
        let column: &Decimal128Array = column(batch, name)?;
        let millionths = (!column.is_null(row)).then(|| column.value(row));
        Ok(millionths.map(Amount::from_millionths).transpose()?)
    };
    let currencies: &Int32Array = column(batch, "currency")?;
    let currency = (!currencies.is_null(row)).then(|| currencies.value(row).to_be_bytes());
    let currency = currency.map(|[_, letters @ ..]| String::from_utf8(letters.to_vec())).transpose()?;
    let shifted = |id: i64| RecordId(id + copy * APART);
    let key = |key: &Key| -> Result<Option<RecordId>, Failed> {
        let is_of_the_copy = key.entity.is_some_and(|entity| !["person", "product", "stage"].contains(&entity));
        Ok(integer(key.name)?.map(|id| if is_of_the_copy { shifted(id) } else { RecordId(id) }))
    };
    let fact = Fact {
        record: shifted(integer("record")?.ok_or("a fact without a record")?),
        date: day("date")?.ok_or("a fact without a day")?,
        until: day("until")?,
        currency: currency.map(|code| code.parse::<Currency>()).transpose()?,
        keys: fact_type.keys.iter().map(key).collect::<Result<_, _>>()?,
        measures: fact_type.measures.iter().map(|column| amount(column.name)).collect::<Result<_, _>>()?,
    };
    let known_from = Seq(integer("known_from")?.ok_or("a fact that was never known")?);
    Ok(KnownFact { fact, known_from, known_to: integer("known_to")?.map(Seq) })
}

fn column<'a, T: Array + 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a T, Failed> {
    let found = batch.column_by_name(name).and_then(|column| column.as_any().downcast_ref());
    found.ok_or_else(|| DataFusionError::Internal(format!("no column {name} of that kind")).into())
}
