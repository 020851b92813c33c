//! The only crate that names `DataFusion`, Arrow and Parquet. It keeps facts in files and computes KPIs from them; what comes
//! out are plain tables.

mod columns;
mod counted;
mod customers;
mod distinct;
mod forecast;
mod latest;
mod measures;
mod needs;
mod place;
mod question;
mod read;
mod records;
mod segment;
mod source;
mod spread;
mod trailing;

pub use counted::{Counted, Placed, Scanned, counted};
use datafusion::error::DataFusionError;
pub use question::{By, Cell, Closing, Facts, Question, Rate, Span, WITHIN, answer, answer_scanned, extent};
pub use segment::{SegmentWriter, Written};
pub use source::HELD_BYTES;

/// What can go wrong in the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("the question took longer than {0} seconds and was stopped")]
    TimedOut(u64),
    #[error("the question needs more memory than the {0} MB that all questions share")]
    TooMuch(usize),
    #[error("the fact file {0} cannot be read or written")]
    File(String, #[source] std::io::Error),
    #[error("a sum is larger than an amount can be")]
    TooLarge(#[from] base::AmountError),
    #[error("the engine failed")]
    Engine(#[source] DataFusionError),
    #[error("a fact file failed")]
    Parquet(#[from] datafusion::parquet::errors::ParquetError),
    #[error("an answer did not have the expected shape: {0}")]
    Shape(String),
}

impl From<DataFusionError> for EngineError {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::TooMuch(question::MEMORY_BYTES >> 20),
            _ => Self::Engine(error),
        }
    }
}

impl EngineError {
    /// The question was larger than a question may be; nothing is broken.
    pub const fn is_too_large(&self) -> bool {
        matches!(self, Self::TimedOut(_) | Self::TooMuch(_))
    }

    /// What the person can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::TimedOut(_) | Self::TooMuch(_) => "ask for fewer periods, fewer KPIs or a coarser grain",
            Self::TooLarge(_) => "correct the amounts: `clinch kpi rows` lists them",
            Self::File(..) | Self::Parquet(_) => "delete the folder of fact files: it is rebuilt from the log",
            Self::Engine(_) | Self::Shape(_) => "run `clinch doctor`; delete the folder of fact files to rebuild it",
        }
    }
}
