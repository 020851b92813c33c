//! Fact files: immutable, written once, named by whoever keeps the manifest.

use crate::{EngineError, columns};
use datafusion::{
    arrow::error::ArrowError,
    parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties},
};
use rules::facts::{FactType, KnownFact};
use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// Facts of one type on their way into a file.
pub struct SegmentWriter {
    fact_type: &'static FactType,
    path: PathBuf,
    writer: ArrowWriter<File>,
    facts: Vec<KnownFact>,
}

const ROWS_A_BATCH: usize = 65_536;
const ROWS_A_GROUP: usize = 262_144;

impl SegmentWriter {
    /// Starts a file; it is complete, and on disk, after `finish`.
    pub fn create(path: &Path, fact_type: &'static FactType) -> Result<Self, EngineError> {
        let file = File::create(path).map_err(|error| EngineError::File(path.display().to_string(), error))?;
        let properties = WriterProperties::builder()
            // Read far more often than written.
            .set_compression(Compression::LZ4_RAW)
            .set_max_row_group_row_count(Some(ROWS_A_GROUP))
            .build();
        let writer = ArrowWriter::try_new(file, columns::schema(fact_type), Some(properties))?;
        Ok(Self { fact_type, path: path.to_owned(), writer, facts: Vec::new() })
    }

    pub fn push(&mut self, fact: KnownFact) -> Result<(), EngineError> {
        self.facts.push(fact);
        if self.facts.len() == ROWS_A_BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), EngineError> {
        let batch = columns::batch(self.fact_type, &self.facts).map_err(shape)?;
        self.writer.write(&batch)?;
        self.facts.clear();
        Ok(())
    }

    /// Ends the file and waits until it is on disk.
    pub fn finish(mut self) -> Result<(), EngineError> {
        self.flush()?;
        let file = self.writer.into_inner()?;
        file.sync_all().map_err(|error| EngineError::File(self.path.display().to_string(), error))
    }
}

fn shape(error: ArrowError) -> EngineError {
    EngineError::Engine(error.into())
}
