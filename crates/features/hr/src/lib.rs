//! The board of HR. See README.md.

mod api;
mod board;
mod pages;

pub use api::{description, json};
pub use board::{Asked, Board, Hr, Line, Topic};

use access::Access;
use appraisal::AppraisalError;
use axum::{Extension, Router};
use base::RecordId;
use db::DbError;
use std::path::PathBuf;
use training::TrainingError;

/// Why the board is not told.
#[derive(Debug, thiserror::Error)]
pub enum HrError {
    #[error("the board is for HR and the head of sales")]
    NotYours,
    #[error("there is no cycle {0}")]
    NoCycle(RecordId),
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
