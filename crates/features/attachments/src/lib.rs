//! Files attached to what people write. See README.md.

mod api;
mod error;
mod pages;
mod shelf;

pub use api::{as_json, description};
pub use error::AttachmentError;
pub use pages::{Attaching, list, panel};
pub use shelf::{
    ATTACHMENT, Attachment, Attachments, Holder, LARGEST_BYTES, MOST_FILES, May, RECORD_TYPES, erased, of_all,
};

use access::Access;
use axum::{Extension, Router};
use std::sync::Arc;

/// What takes files, by record type.
pub type Holders = Arc<[Holder]>;

/// Pages and API.
pub fn routes(holders: Holders) -> Router<Access> {
    pages::routes().merge(api::routes()).layer(Extension(holders))
}
