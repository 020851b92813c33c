//! Fact files: immutable, written once, named by whoever keeps the manifest.
//!
//! Facts stand by month, then owner, then day. A question about some months skips the groups of rows of others, and one about
//! some people the pages of others: both are told apart by the statistics that the file keeps of each.

use crate::{EngineError, columns, place, question::shared};
use datafusion::{
    arrow::{array::RecordBatch, error::ArrowError},
    execution::SessionStateBuilder,
    parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties},
    prelude::{ParquetReadOptions, SessionContext, col},
};
use futures::StreamExt;
use rules::facts::{FactType, KnownFact};
use std::{
    collections::BTreeSet,
    fs::File,
    path::{Path, PathBuf},
};

/// Facts of one type on their way into a file.
pub struct SegmentWriter {
    fact_type: &'static FactType,
    path: PathBuf,
    /// Facts that were too many to hold, in the order in which they came.
    unsorted: Option<(PathBuf, ArrowWriter<File>)>,
    facts: Vec<KnownFact>,
    written: Written,
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Written {
    pub facts: u64,
    /// The word columns in which there is any word.
    pub words: BTreeSet<&'static str>,
}

const ROWS_A_BATCH: usize = 65_536;
const ROWS_A_GROUP: usize = 131_072;
/// Some fifty people's facts of one month in a company of a thousand with a million deals.
const ROWS_A_PAGE: usize = 1_024;

impl SegmentWriter {
    /// Starts a file; it is there, complete and on disk, after `finish`.
    pub fn create(path: &Path, fact_type: &'static FactType) -> Self {
        Self { fact_type, path: path.to_owned(), unsorted: None, facts: Vec::new(), written: Written::default() }
    }

    pub fn push(&mut self, fact: KnownFact) -> Result<(), EngineError> {
        self.written.facts += 1;
        self.written.words.extend(fact.words(self.fact_type));
        self.facts.push(fact);
        if self.facts.len() < ROWS_A_BATCH {
            return Ok(());
        }
        if self.unsorted.is_none() {
            let path = self.path.with_extension("unsorted");
            let writer = writer(&path, self.fact_type)?;
            self.unsorted = Some((path, writer));
        }
        let batch = batch(self.fact_type, &self.facts)?;
        self.facts.clear();
        match &mut self.unsorted {
            Some((_, writer)) => Ok(writer.write(&batch)?),
            None => Ok(()),
        }
    }

    /// Puts the facts in their order and waits until the file is on disk. Says what it holds.
    pub async fn finish(mut self) -> Result<Written, EngineError> {
        let mut sorted = writer(&self.path, self.fact_type)?;
        let Some((path, mut unsorted)) = self.unsorted.take() else {
            self.facts.sort_by_key(|known| {
                let date = known.fact.date;
                (date.first_of_month(), known.fact.keys[owner(self.fact_type)], date)
            });
            sorted.write(&batch(self.fact_type, &self.facts)?)?;
            end(sorted, &self.path)?;
            return Ok(self.written);
        };
        unsorted.write(&batch(self.fact_type, &self.facts)?)?;
        end(unsorted, &path)?;
        // One partition: two would take each other's memory away in the middle of a merge.
        let shared = shared()?;
        let config = shared.config().clone().with_target_partitions(1);
        let state = SessionStateBuilder::new_from_existing(shared).with_config(config).build();
        let context = SessionContext::new_with_state(state);
        let (schema, file) = (columns::schema(self.fact_type), path.display().to_string());
        let options = ParquetReadOptions::default().schema(&schema).file_extension("unsorted");
        let month = place::lookup(columns::DATE, "month_of", |day| {
            columns::date(day).map_or(0, |date| i32::from(date.year()) * 12 + i32::from(date.month()))
        });
        let owner = self.fact_type.keys[owner(self.fact_type)].name;
        let order = [month, col(owner), col(columns::DATE)].map(|column| column.sort(true, true));
        let mut batches = context.read_parquet(file, options).await?.sort(order.to_vec())?.execute_stream().await?;
        while let Some(batch) = batches.next().await {
            sorted.write(&batch?)?;
        }
        end(sorted, &self.path)?;
        std::fs::remove_file(&path).map_err(|error| failed(&path, error))?;
        Ok(self.written)
    }
}

/// The place of the owner among a fact's keys; of the first where there is none.
fn owner(fact_type: &FactType) -> usize {
    fact_type.keys.iter().position(|key| key.name == place::OWNER).unwrap_or(0)
}

fn batch(fact_type: &FactType, facts: &[KnownFact]) -> Result<RecordBatch, EngineError> {
    columns::batch(fact_type, facts)
        .map_err(|error: ArrowError| EngineError::from(datafusion::error::DataFusionError::from(error)))
}

fn writer(path: &Path, fact_type: &FactType) -> Result<ArrowWriter<File>, EngineError> {
    let file = File::create(path).map_err(|error| failed(path, error))?;
    let properties = WriterProperties::builder()
        // Read far more often than written.
        .set_compression(Compression::LZ4_RAW)
        .set_max_row_group_row_count(Some(ROWS_A_GROUP))
        .set_data_page_row_count_limit(ROWS_A_PAGE)
        .build();
    Ok(ArrowWriter::try_new(file, columns::schema(fact_type), Some(properties))?)
}

fn end(writer: ArrowWriter<File>, path: &Path) -> Result<(), EngineError> {
    writer.into_inner()?.sync_all().map_err(|error| failed(path, error))
}

fn failed(path: &Path, error: std::io::Error) -> EngineError {
    EngineError::File(path.display().to_string(), error)
}
