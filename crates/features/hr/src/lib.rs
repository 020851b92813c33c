//! The board of HR. See README.md.

mod api;
mod board;
mod pages;
mod retention;

pub use api::{description, json, kept_json};
pub use board::{Asked, Board, Hr, Line, Topic};
pub use retention::{FEWEST_MONTHS, Kind, MOST_MONTHS, RECORD_TYPES, RETENTION, Retention, USUAL_MONTHS};

use access::Access;
use appraisal::AppraisalError;
use axum::{Extension, Router};
use base::RecordId;
use db::DbError;
use jiff::civil::Date;
use std::path::PathBuf;
use training::TrainingError;

/// Why the board is not told.
#[derive(Debug, thiserror::Error)]
pub enum HrError {
    #[error("the board is for HR and the head of sales")]
    NotYours,
    #[error("there is no cycle {0}")]
    NoCycle(RecordId),
    #[error("{0:?} is no kind of what is kept; write appraisals, development or coaching")]
    NoKind(String),
    #[error("words are kept from {FEWEST_MONTHS} to {MOST_MONTHS} months, not {0}")]
    Months(i64),
    #[error("say why, in a sentence")]
    NoReason,
    #[error("not everything from before {0} was kept for long enough")]
    TooEarly(Date),
    #[error(transparent)]
    Appraisal(#[from] AppraisalError),
    #[error(transparent)]
    Training(#[from] TrainingError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl HrError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NotYours => "ask one of them".to_owned(),
            Self::NoCycle(_) => "`clinch appraisal cycles` shows them".to_owned(),
            Self::NoKind(_) | Self::Months(_) | Self::NoReason => "correct it and try again".to_owned(),
            Self::TooEarly(_) => "look at what falls due today".to_owned(),
            Self::Appraisal(error) => error.hint(),
            Self::Training(error) => error.hint(),
            Self::Db(error) => error.hint().to_owned(),
        }
    }
}

/// Pages and API. `folder` is where fact files are kept.
pub fn routes(folder: PathBuf) -> Router<Access> {
    pages::routes().merge(api::routes()).layer(Extension(Folder(folder)))
}

/// Where fact files are kept.
#[derive(Clone)]
pub(crate) struct Folder(PathBuf);
