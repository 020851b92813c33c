//! Lists, detail pages and histories of every record type, written once over descriptors. See README.md.

mod brief;
mod detail;
mod list;
mod show;

pub use brief::{Brief, brief};

use access::Access;
use axum::{Router, routing::get};
use rules::record::RecordType;

/// The pages of every record type that has one.
pub fn routes(types: impl IntoIterator<Item = &'static RecordType>) -> Router<Access> {
    types.into_iter().filter_map(|record_type| Some((record_type, path(record_type.name)?))).fold(
        Router::new(),
        |router, (record_type, path)| {
            router
                .route(&path, get(move |access, asker, query| list::page(record_type, access, asker, query)))
                .route(
                    &format!("{path}.csv"),
                    get(move |access, asker, query| list::csv(record_type, access, asker, query)),
                )
                .route(
                    &format!("{path}/{{id}}"),
                    get(move |access, asker, id| detail::page(record_type, access, asker, id)),
                )
        },
    )
}

/// Where a type's list is; none for types that are shown within others.
pub fn path(record_type: &str) -> Option<String> {
    match record_type {
        "company" | "territory_assignment" | "order_line" => None,
        "person" => Some("/people".to_owned()),
        "territory" => Some("/territories".to_owned()),
        name => Some(format!("/{name}s")),
    }
}

/// The key of a type's place in the side bar.
fn active(record_type: &RecordType) -> String {
    format!("records-{}", record_type.name)
}
