//! Recruitment: headcount, openings, candidates, scorecards, hiring, erasure. See README.md.

mod api;
mod candidates;
mod desk;
mod erasure;
mod error;
mod files;
mod hiring;
mod interviews;
mod openings;
mod pages;
mod plan;
mod records;
mod report;
mod waiting;

pub use api::description;
pub use candidates::{Candidate, NewCandidate, Step};
pub use desk::Recruiting;
pub use erasure::{ErasurePlan, Falls, Retention};
pub use error::{LineName, Needs, RecruitingError};
pub use files::holder;
pub use hiring::Offer;
pub use interviews::{Interview, InterviewState, Said, Scorecard, Tally};
pub use openings::{NewOpening, Opening, OpeningState};
pub use plan::{Line, NewLine};
pub use records::{CANDIDATE, CLOSE_REASONS, HEADCOUNT_LINE, INTERVIEW, JOB_OPENING, RECORD_TYPES, RETENTION, SOURCES};
pub use report::{OpeningReport, StageReport};
pub use waiting::waiting;

use access::Access;
use axum::{Extension, Router};
use std::path::PathBuf;

/// Pages and API. `folder` is where fact files are kept.
pub fn routes(folder: PathBuf) -> Router<Access> {
    pages::routes().merge(api::routes()).layer(Extension(Folder(folder)))
}

/// Where fact files are kept.
#[derive(Clone)]
pub(crate) struct Folder(PathBuf);
