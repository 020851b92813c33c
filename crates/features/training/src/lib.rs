//! Training: courses, who is to take them, certificates, and what learning tools report. See README.md.

mod api;
mod assignments;
mod completions;
mod courses;
mod desk;
mod error;
pub mod json;
mod overview;
mod pages;
mod waiting;
mod xapi;

pub use api::description;
pub use assignments::{Assignment, Completion, Wanting, Which};
pub use completions::{CompletionPlan, CompletionRow, Effect, PlannedRow};
pub use courses::{Course, CourseWords};
pub use desk::Training;
pub use error::TrainingError;
pub use overview::{Member, Overview};
pub use waiting::waiting;
pub use xapi::{RECORD_TYPES, Source};

use access::Access;
use axum::{Extension, Router};
use std::path::PathBuf;

/// Pages, API, and the address that learning tools report to. `folder` is where fact files are kept.
pub fn routes(folder: PathBuf) -> Router<Access> {
    pages::routes().merge(api::routes()).merge(xapi::routes()).layer(Extension(Folder(folder)))
}

/// Where fact files are kept.
#[derive(Clone)]
pub(crate) struct Folder(PathBuf);
