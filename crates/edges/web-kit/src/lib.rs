//! What every page is made of: layout, components, words in three languages, numbers and dates, error answers and the
//! static assets. The markup is the contract of `web/COMPONENTS.md`; nothing here knows a route, a record type or a
//! rule.

mod address;
pub mod assets;
mod attachment;
pub mod components;
pub mod error;
pub mod format;
pub mod i18n;
mod json;
pub mod mail;
mod mistakes;
pub mod openapi;
pub mod page;

pub use address::address;
pub use attachment::{BINARY, CSV, attached};
pub use error::WebError;
pub use format::{Figure, Unit};
pub use i18n::{Language, Words};
pub use json::json_answer;
pub use mistakes::be_strict;
pub use page::{Page, Theme};

#[cfg(test)]
mod tests;
