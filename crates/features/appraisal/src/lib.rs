//! Roles, job descriptions, competencies, and appraisals that fill themselves from facts. See README.md.

mod api;
mod descriptions;
mod error;
mod pages;
mod records;
mod roles;

pub use api::{description, document};
pub use descriptions::{Description, Standing};
pub use error::AppraisalError;
pub use records::{COMPETENCY, JOB_DESCRIPTION, RECORD_TYPES, ROLE_PROFILE};
pub use roles::{Appraisal, Held};

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
