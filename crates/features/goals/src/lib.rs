//! Setting quotas: ways side by side, reconciled with the target, and one of them committed. See README.md.

mod api;
mod error;
mod pages;
mod proposal;

pub use api::{description, json};
pub use error::GoalsError;
pub use proposal::{Goals, Line, Proposal, Way, WaySum, Wish, ramp_ends};

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
