//! What waits for whom, in one place and by mail. See README.md.

mod api;
mod desk;
mod letter;
mod pages;
mod reminders;
mod rounds;

pub use api::{description, json};
pub use desk::{Inbox, InboxError};
pub use reminders::{KEPT_IN_BACKUPS, Standing};
pub use rounds::{Cause, Postman, Reminder};

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
