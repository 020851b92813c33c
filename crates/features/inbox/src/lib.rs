//! What waits for whom, in one place and by mail. See README.md.

mod api;
mod desk;
mod letter;
mod pages;
mod reminders;

pub use api::{description, json};
pub use desk::{Inbox, InboxError};
pub use reminders::{Cause, KEPT_IN_BACKUPS, Postman, Reminder, Round, Standing};

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
